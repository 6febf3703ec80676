"""Certificate bundles of ESP-IDF (``x509_crt_bundle``): of each root its name and its key.

Up to 5.3 the bundle begins with the number of entries, and its numbers are big-endian; from 5.4 on it
begins with a table of offsets, one for each entry, and is little-endian.  An entry is the length of
the name, the length of the key, and both.  There is no mark to know a bundle by, so it counts as
one when it can be walked to its last octet and every name and key is what it should be.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from legacytrust._der import DerError, Tag, element
from legacytrust.algorithms import PublicKey
from legacytrust.errors import StoreError
from legacytrust.names import Name
from legacytrust.stores.formats.entries import KeyRoot, check_entries

__all__ = ["read", "recognise"]

_SEQUENCE: Final = 0x30
_OFFSET: Final = struct.Struct("<I")
_COUNT: Final = struct.Struct(">H")


def recognise(data: bytes) -> bool:
    """Whether this is a bundle of either generation, or the beginning of one."""
    first = _first_entry(data)
    return first is not None and data[first + 4 : first + 5] == bytes([_SEQUENCE])


def read(data: bytes, where: str = "") -> tuple[KeyRoot, ...]:
    """The names and keys of a bundle, in its order.

    :raises StoreError: when it is damaged or cut off.
    """
    try:
        return tuple(_entries(data, where))
    except (DerError, struct.error) as error:
        what = error.what if isinstance(error, DerError) else "it is cut off"
        raise StoreError(f"a damaged bundle of ESP-IDF: {what}", where=where) from error


def _has_offsets(data: bytes) -> bool:
    """Whether it begins with a table of offsets, which the first offset gives the size of."""
    if len(data) < _OFFSET.size:
        return False
    (first,) = _OFFSET.unpack_from(data)
    # Read like this, a count and the two lengths after it are far beyond any table.
    return bool(0 < first < 1 << 16 and first % _OFFSET.size == 0)


def _first_entry(data: bytes) -> int | None:
    if _has_offsets(data):
        return int(_OFFSET.unpack_from(data)[0])
    counted = len(data) >= _COUNT.size and _COUNT.unpack_from(data)[0] > 0
    return _COUNT.size if counted else None


def _entries(data: bytes, where: str) -> Iterator[KeyRoot]:
    offsets = _has_offsets(data)
    first = _first_entry(data)
    if first is None:
        raise DerError("it has no entry")
    count = first // _OFFSET.size if offsets else _COUNT.unpack_from(data)[0]
    check_entries(count, where)
    position = first
    for number in range(count):
        if offsets and _OFFSET.unpack_from(data, number * _OFFSET.size)[0] != position:
            raise DerError(f"the offset of entry {number + 1} is wrong")
        root, position = _entry(data, position, "<HH" if offsets else ">HH", number + 1)
        yield root
    if position != len(data):
        raise DerError(f"{len(data) - position} octets follow the last entry")


def _entry(data: bytes, position: int, lengths: str, number: int) -> tuple[KeyRoot, int]:
    named, keyed = struct.unpack_from(lengths, data, position)
    start = position + 4
    end = start + named + keyed
    if end > len(data):
        raise DerError(f"entry {number} is cut off")
    name = _whole(data[start : start + named], f"the name of entry {number}")
    key = _whole(data[start + named : end], f"the key of entry {number}")
    return KeyRoot(Name(name), PublicKey.from_der(key)), end


def _whole(data: bytes, what: str) -> bytes:
    if element(data).expect(Tag.SEQUENCE, what).raw != data:
        raise DerError(f"{what} has something after it")
    return data
