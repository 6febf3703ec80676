"""Java's version numbers, and how its lines of updates lie beside each other.

A change reaches several lines on one day: 7u251, 8u241, 11.0.6 and 13.0.2 came out together.  A
:class:`Span` says for which versions something holds, line by line, since for each line it is
known differently well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import attrs

from legacytrust.clients.versions import VersionKey

__all__ = ["COVERED", "Span", "java_version", "lines", "since"]

_UPDATE: Final = re.compile(r"(?:1\.)?([5-8])(?:\.0)?[u_]([0-9]{1,4})", re.ASCII)
_FEATURE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4}){0,3}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+\Z", re.ASCII)


def java_version(text: str) -> VersionKey | None:
    """``8u131`` and ``1.8.0_131`` are one version, (8, 0, 131); ``11.0.3`` is (11, 0, 3)."""
    if found := _UPDATE.fullmatch(text):
        return int(found[1]), 0, int(found[2])
    if not _FEATURE.fullmatch(text):
        return None
    key = tuple(map(int, text.split(".")))
    return key[1:] if key[0] == 1 and len(key) > 1 else key


#: The first and the last version of each line that is modelled.
_LINES: Final = {
    6: ("6u22", "6u45"), 7: ("7", "7u451"), 8: ("8", "8u504"), 9: ("9", "9.0.4"),
    10: ("10", "10.0.2"), 11: ("11", "11.0.31"), 12: ("12", "12.0.2"), 13: ("13", "13.0.14"),
    14: ("14", "14.0.2"), 15: ("15", "15.0.10"), 16: ("16", "16.0.2"), 17: ("17", "17.0.21"),
    18: ("18", "18.0.2"), 19: ("19", "19.0.2"), 20: ("20", "20.0.2"), 21: ("21", "21.0.12"),
    22: ("22", "22.0.2"), 23: ("23", "23.0.2"), 24: ("24", "24.0.2"), 25: ("25", "25.0.4"),
    26: ("26", "26.0.2"),
}  # fmt: skip

COVERED: Final = ", ".join(f"{first}..{last}" for first, last in _LINES.values())


@attrs.frozen
class Span:
    """Versions of some lines.

    :param parts: each line with its first and last version in the span.
    """

    parts: tuple[tuple[int, str, str], ...]

    @property
    def texts(self) -> tuple[tuple[int, str], ...]:
        """Each line with its range as tables write it."""
        return tuple((line, f"{first}..{last}") for line, first, last in self.parts)

    @property
    def text(self) -> str:
        """All of it as one text."""
        return ", ".join(text for _, text in self.texts)

    def within(self, first: int, last: int) -> Span:
        """The part of it that lies in these lines."""
        return Span(tuple(part for part in self.parts if first <= part[0] <= last))

    def __and__(self, later: Span) -> Span:
        """What is in both, where the other span runs to the end of each line."""
        return self._cut(later, lambda start, part: (start, part[2]))

    def __sub__(self, later: Span) -> Span:
        """What is not in the other span, which runs to the end of each line."""
        kept = {line for line, _, _ in later.parts}
        untouched = tuple(part for part in self.parts if part[0] not in kept)
        cut = self._cut(later, lambda start, part: (part[1], _previous(start)))
        return Span(tuple(sorted((*untouched, *cut.parts))))

    def _cut(
        self, later: Span, ends: Callable[[str, tuple[int, str, str]], tuple[str, str]]
    ) -> Span:
        starts = {line: first for line, first, _ in later.parts}
        parts = []
        for part in self.parts:
            if part[0] in starts:
                first, last = ends(max(starts[part[0]], part[1], key=_order), part)
                if _order(first) <= _order(last):
                    parts.append((part[0], first, last))
        return Span(tuple(parts))


def _order(text: str) -> VersionKey:
    key = java_version(text)
    assert key is not None, text
    return key + (0,) * (4 - len(key))


def _previous(update: str) -> str:
    """The version just before: of ``11.0.6`` it is ``11.0.5``, of ``14`` one below all of it."""
    number = _NUMBER.search(update)
    assert number is not None
    before = int(number[0]) - 1
    return f"{update[: number.start()]}{before}" if before >= 0 else update


def lines(first: int, last: int = 26) -> Span:
    """Everything that is covered of these lines."""
    every = tuple((line, *ends) for line, ends in _LINES.items())
    return Span(every).within(first, last)


def since(*updates: str) -> Span:
    """Versions from a change on, which is named by the first update of each line.

    A later line than all that are named had it from the start; any other line never had it.
    """
    starts = {_order(text)[0]: text for text in updates}
    newest = max(starts)
    parts = [
        (line, starts.get(line, first), last)
        for line, (first, last) in _LINES.items()
        if line in starts or line > newest
    ]
    return Span(tuple(parts))
