"""Finding device classes by what people call them.

Every word has to be found; letter case does not count.  What is looked for in the id, the title and
each example is first the words as they follow each other, where a version stands for those that
begin with it ("centos 7" for CentOS 7.4), and then all of them as whole words; so "xp" finds
Windows XP and no Xperia.  The notes, the beginnings of words and parts of words are only looked at
when nothing was found before, and never for a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from legacytrust.device import Device

__all__ = ["search"]

_Words: TypeAlias = tuple[str, ...]
_Fits: TypeAlias = Callable[[Sequence[_Words], _Words], bool]

_WORD: Final = re.compile(r"[^\W_]+(?:[.+~][^\W_]+)*")


def search(devices: Iterable[Device], words: str) -> tuple[Device, ...]:
    """The device classes that these words mean, in their order; none if there are no words.

    :param words: as ``kitkat``, ``windows xp`` or ``esp32``.
    """
    wanted, devices = _words(words), tuple(devices)
    if not wanted:
        return ()
    for texts, fits in _ROUNDS:
        found = tuple(d for d in devices if fits([_words(text) for text in texts(d)], wanted))
        if found:
            return found
    return ()


def _words(text: str) -> _Words:
    return tuple(_WORD.findall(text.casefold()))


def _names(device: Device) -> tuple[str, ...]:
    return (device.id, device.title, *device.examples)


def _texts(device: Device) -> tuple[str, ...]:
    return (*_names(device), *device.notes)


def _in_a_row(texts: Sequence[_Words], wanted: _Words) -> bool:
    return any(
        all(map(_is, text[start:], wanted))
        for text in texts
        for start in range(len(text) - len(wanted) + 1)
    )


def _is(word: str, wanted: str) -> bool:
    return word == wanted or (wanted[0].isdecimal() and word.startswith(f"{wanted}."))


def _any(words: Iterable[str], fits: Callable[[str, str], bool], wanted: str) -> bool:
    return any(fits(word, wanted) for word in words)


def _all_by(fits: Callable[[str, str], bool]) -> _Fits:
    def has_all(texts: Sequence[_Words], wanted: _Words) -> bool:
        there = frozenset(word for text in texts for word in text)
        return all(_any(there, str.__eq__ if part.isdecimal() else fits, part) for part in wanted)

    return has_all


_ROUNDS: Final[tuple[tuple[Callable[[Device], tuple[str, ...]], _Fits], ...]] = (
    (_names, _in_a_row),
    (_names, _all_by(str.__eq__)),
    (_texts, _all_by(str.__eq__)),
    (_names, _all_by(str.startswith)),
    (_texts, _all_by(str.__contains__)),
)
