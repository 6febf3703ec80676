"""Choosing device classes in a few words.

======================================  =====================================================
``android``, ``android/*``              a family
``android/4.4``, ``android/4.*``        one class; a shell pattern over ids
``android<=7.0``                        all of a family up to a release, by its numbers
``android>=4.4 and android<9``          both must hold
``android and not android/13*``         less these
``android<5, android/17``               either (a comma is "or" and binds least)
``(android<5, android/9) and not ...``  brackets as one would think
======================================  =====================================================

A selector that cannot be read, names a family that is not there, or selects nothing is an error:
a test that silently checks no device is worse than one that fails.
"""

from __future__ import annotations

import datetime
import fnmatch
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from legacytrust.device import Device
from legacytrust.errors import SelectorError

__all__ = ["select"]

_Predicate: TypeAlias = Callable[[Device], bool]
_Rank: TypeAlias = tuple[object, ...]

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<word>[A-Za-z0-9*?](?:[\w.*?/+~-]|\[!?[\w.+~-]+\])*)|(?P<op><=|>=|<|>|==|!=|=)|(?P<mark>[(),]))"
)
_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_NUMBERS: Final = re.compile(r"\d{4}-\d\d-\d\d|\d+(?:[.u]\d+)*")
_POINTS: Final = re.compile(r"[-.u]")
#: These ask for one device class, not for all that stand at the same place.
_IDENTITY: Final = frozenset({"=", "==", "!="})
_MAX_LENGTH: Final = 2_000


def select(devices: Sequence[Device], selector: str) -> tuple[Device, ...]:
    """The device classes that a selector names, in their own order.

    :param devices: all there are, each family in the order of its releases.
    :param selector: see the head of this module.
    :raises SelectorError: when it cannot be read or selects nothing.
    """
    if len(selector) > _MAX_LENGTH:
        raise SelectorError("the selector is too long", hint=f"at most {_MAX_LENGTH} characters")
    chosen = _Reader(selector, tuple(devices)).read()
    found = tuple(device for device in devices if chosen(device))
    if not found:
        raise SelectorError("no device class fits", where=repr(selector), hint=_known(devices))
    return found


def _known(devices: Sequence[Device]) -> str:
    families = ", ".join(dict.fromkeys(device.family for device in devices))
    return f"families: {families}" if families else "the catalogue is empty"


@attrs.define
class _Reader:
    """A recursive-descent reader: one method for each level of binding."""

    text: str
    devices: tuple[Device, ...]
    tokens: list[str] = attrs.field(init=False)
    depth: int = 0

    def __attrs_post_init__(self) -> None:
        self.tokens = self._split()

    def read(self) -> _Predicate:
        predicate = self._union()
        if self.tokens:
            raise self._error(f"{self.tokens[0]!r} was not expected here")
        return predicate

    def _split(self) -> list[str]:
        found, position = [], 0
        text = self.text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error(f"{text[position:].strip()[:20]!r} cannot be read")
            found.append(match[0].strip())
            position = match.end()
        return found

    def _union(self) -> _Predicate:
        parts = [self._both()]
        while self._accept(","):
            parts.append(self._both())
        return lambda device: any(part(device) for part in parts)

    def _both(self) -> _Predicate:
        parts = [self._unary()]
        while self._accept("and"):
            parts.append(self._unary())
        return lambda device: all(part(device) for part in parts)

    def _unary(self) -> _Predicate:
        if self._accept("not"):
            inner = self._unary()
            return lambda device: not inner(device)
        if self._accept("("):
            self.depth += 1
            if self.depth > 20:
                raise self._error("too many brackets")
            group = self._union()
            if not self._accept(")"):
                raise self._error("a bracket is not closed")
            return group
        return self._term()

    def _term(self) -> _Predicate:
        word = self._word("a device class is missing")
        for sign in _OPERATORS:
            if self.tokens and self.tokens[0] == sign:
                self.tokens.pop(0)
                return self._compare(word, sign, self._word(f"a release is missing after {sign}"))
        return self._pattern(word)

    def _word(self, problem: str) -> str:
        if not self.tokens or self.tokens[0] in {"and", "not", "(", ")", ",", *_OPERATORS}:
            raise self._error(problem)
        return self.tokens.pop(0)

    def _accept(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _pattern(self, word: str) -> _Predicate:
        pattern = word if "/" in word else f"{word}/*"
        if not any(fnmatch.fnmatchcase(device.id, pattern) for device in self.devices):
            raise self._error(f"no device class is called {word!r}")
        return lambda device: fnmatch.fnmatchcase(device.id, pattern)

    def _compare(self, family: str, sign: str, release: str) -> _Predicate:
        members = [device for device in self.devices if device.family == family]
        if not members:
            raise self._error(f"there is no family {family!r}")
        rank = _ranks(members)
        named = next((d for d in members if d.id == f"{family}/{release}"), None)
        wanted = rank[named.id] if named is not None else self._between(members, release)
        compare = _OPERATORS[sign]
        if named is not None and sign in _IDENTITY:
            return lambda d: d.family == family and compare(d.id, named.id)
        return lambda d: d.family == family and compare(rank[d.id][: len(wanted)], wanted)

    def _between(self, members: Sequence[Device], release: str) -> _Rank:
        """Where a release would stand that is not listed: by its number alone."""
        number = _numbers(release)
        if number is None or not _NUMBERS.fullmatch(release) or not _all_numbered(members):
            raise self._error(f"{members[0].family} has no release {release!r}")
        return (number,)

    def _error(self, problem: str) -> SelectorError:
        return SelectorError(problem, where=repr(self.text), hint=_known(self.devices))


def _ranks(members: Sequence[Device]) -> Mapping[str, _Rank]:
    """Where each device class of a family stands among the releases.

    A file may list one line of a family after the other, so that the place in the file alone does
    not tell.  The number does, and among equal numbers the place.  Where there are no numbers it is
    the day of the release, unless the file is in that order anyway.
    """
    if _all_numbered(members):
        return {d.id: (_numbers(d.version), place) for place, d in enumerate(members)}
    days = [d.released or datetime.date.min for d in members]
    ranks: Sequence[object] = range(len(members)) if days == sorted(days) else days
    return {d.id: (rank,) for d, rank in zip(members, ranks, strict=True)}


def _all_numbered(members: Sequence[Device]) -> bool:
    return all(_numbers(device.version) is not None for device in members)


def _numbers(release: str) -> tuple[int, ...] | None:
    """The leading number of a release, padded so that 7 and 7.0 are the same; ``8u51`` has two."""
    found = _NUMBERS.match(release)
    if found is None:
        return None
    parts = tuple(int(part) for part in _POINTS.split(found[0])[:4])
    return parts + (0,) * (4 - len(parts))
