"""Finding device classes by what people call them.

Every word has to be found; letter case does not count.  Whole words in the id, the title and the
examples come first; the notes, the beginnings of words and parts of words are only looked at when
nothing was found before.  So "xp" finds Windows XP and no Xperia.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from legacytrust.device import Device

__all__ = ["search"]

_WORD: Final = re.compile(r"[^\W_]+(?:[.+~][^\W_]+)*")


def search(devices: Iterable[Device], words: str) -> tuple[Device, ...]:
    """The device classes that these words mean, in their order; none if there are no words.

    :param words: as ``kitkat``, ``windows xp`` or ``esp32``.
    """
    wanted, devices = _words(words), tuple(devices)
    if not wanted:
        return ()
    for texts, fits in _ROUNDS:
        found = tuple(d for d in devices if _has_all(_words(" ".join(texts(d))), wanted, fits))
        if found:
            return found
    return ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _has_all(words: Iterable[str], wanted: Iterable[str], fits: Callable[[str, str], bool]) -> bool:
    there = frozenset(words)
    return all(any(fits(word, part) for word in there) for part in wanted)


def _names(device: Device) -> tuple[str, ...]:
    return (device.id, device.title, *device.examples)


def _texts(device: Device) -> tuple[str, ...]:
    return (*_names(device), *device.notes)


_ROUNDS: Final[
    tuple[tuple[Callable[[Device], tuple[str, ...]], Callable[[str, str], bool]], ...]
] = (
    (_names, str.__eq__),
    (_texts, str.__eq__),
    (_names, str.startswith),
    (_texts, str.__contains__),
)
