"""Version strings and ranges of them.

Every family orders its own version strings: ``1.0.1m`` comes before ``1.0.1n`` and ``1.0.2za``
after ``1.0.2z``.  A family hands in one function that turns a version into a tuple of numbers;
ranges are written with two dots and include both ends.  An end with fewer parts than the version
covers everything below it: ``4.0..4.1`` holds ``4.1.2``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

__all__ = ["Parser", "VersionKey", "VersionRanges", "dotted", "lettered"]

VersionKey: TypeAlias = tuple[int, ...]
Parser: TypeAlias = Callable[[str], VersionKey | None]

_DOTTED: Final = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}", re.ASCII)
_LETTERED: Final = re.compile(r"(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6})(z?[a-z]?))?", re.ASCII)


def dotted(text: str) -> VersionKey | None:
    """``4.4.3`` as (4, 4, 3); ``None`` when it is nothing of the kind."""
    return tuple(map(int, text.split("."))) if _DOTTED.fullmatch(text) else None


def lettered(text: str) -> VersionKey | None:
    """OpenSSL's scheme: ``1.0.2`` before ``1.0.2a`` ... ``1.0.2z`` before ``1.0.2za``."""
    found = _LETTERED.fullmatch(text)
    if found is None:
        return None
    major, minor, fix, letters = found.groups()
    if fix is None:
        return int(major), int(minor)
    patch = sum(ord(letter) - ord("a") + 1 for letter in letters)
    return int(major), int(minor), int(fix), patch


@attrs.frozen
class _Range:
    first: VersionKey
    last: VersionKey
    first_text: str
    last_text: str

    def holds(self, version: VersionKey) -> bool:
        return self.first <= _padded(version) and version[: len(self.last)] <= self.last


def _padded(version: VersionKey) -> VersionKey:
    return version + (0,) * (4 - len(version))


@attrs.frozen
class VersionRanges:
    """One or more ranges, as written in a family's table.

    :param text: ``0.9.8..1.0.1m, 1.0.2..1.0.2a``.
    """

    text: str
    ranges: tuple[_Range, ...] = attrs.field(repr=False, eq=False)

    @classmethod
    def parse(cls, text: str, parser: Parser) -> VersionRanges:
        """Read ranges that are separated by commas; a single version is a range of one.

        :raises ValueError: when an end is no version of the family.
        """
        ranges = []
        for part in text.split(","):
            first, dots, last = part.strip().partition("..")
            last = last if dots else first
            ends = parser(first), parser(last)
            if ends[0] is None or ends[1] is None:
                raise ValueError(f"{part.strip()!r} is no range of versions")
            ranges.append(_Range(ends[0], ends[1], first, last))
        return cls(text, tuple(ranges))

    def holds(self, version: VersionKey) -> bool:
        """Whether the version lies in one of the ranges."""
        return any(item.holds(version) for item in self.ranges)

    def nearest(self, version: VersionKey) -> tuple[str, ...]:
        """The last version below and the first above one that lies in none of the ranges.

        :returns: as they are written in the ranges; one of them, or none, where there is none.
        """
        below = max((r for r in self.ranges if r.last < version), default=None, key=_last)
        above = min((r for r in self.ranges if version < r.first), default=None, key=_first)
        return (*([below.last_text] if below else ()), *([above.first_text] if above else ()))


def _last(item: _Range) -> VersionKey:
    return item.last


def _first(item: _Range) -> VersionKey:
    return item.first
