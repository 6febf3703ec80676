"""Windows serialised stores (``.sst``), as ``certutil`` and the MMC write them.

A head, then for each certificate its properties and after them the certificate itself: a number, an
encoding and a length, four octets each, and the value.  Revocation lists and trust lists may stand
between the certificates; they are passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, StoreError
from legacytrust.stores.formats.entries import HeldRoot, check_entries
from legacytrust.stores.formats.windows import limits

__all__ = ["read", "recognise"]

_HEAD: Final = b"\0\0\0\0CERT"
_ITEM: Final = struct.Struct("<III")
_END, _CERTIFICATE, _OTHERS = 0, 32, (33, 34)


def recognise(data: bytes) -> bool:
    """Whether this is a serialised store."""
    return data.startswith(_HEAD)


def read(data: bytes, where: str = "") -> tuple[HeldRoot, ...]:
    """The certificates of a serialised store with the limits that their properties are.

    :raises StoreError: when it is damaged or cut off.
    """
    found: list[HeldRoot] = []
    properties: dict[int, bytes] = {}
    for number, value in _items(data, where):
        if number == _CERTIFICATE:
            found.append(_root(value, properties, len(found) + 1, where))
            check_entries(len(found), where)
            properties = {}
        elif number in _OTHERS:
            properties = {}
        else:
            properties[number] = value
    return tuple(found)


def _items(data: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    position = len(_HEAD)
    while position + _ITEM.size <= len(data):
        number, _, size = _ITEM.unpack_from(data, position)
        position += _ITEM.size
        if number == _END:
            return
        if position + size > len(data):
            break
        yield number, data[position : position + size]
        position += size
    raise StoreError(
        f"a serialised store without an end: it is cut off at offset {position}", where=where
    )


def _root(value: bytes, properties: dict[int, bytes], number: int, where: str) -> HeldRoot:
    try:
        return HeldRoot(Certificate.from_der(value), limits(properties))
    except (CertificateError, StoreError) as error:
        raise StoreError(f"certificate {number}: {error.what}", where=where) from error
