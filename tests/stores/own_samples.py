"""Stores in forms that only Windows and the firmware of small devices write, by our own writers."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

import legacytrust as lt
from certificate.surgery import oid, sequence, tlv

ROOTS = "1.3.6.1.4.1.311.10.3.9"
_CTL = "1.3.6.1.4.1.311.10.1"
_PROPERTY = "1.3.6.1.4.1.311.10.11."
_SIGNED = "1.2.840.113549.1.7.2"
_SHA1 = "1.3.14.3.2.26"


def serialised_store(*certificates: tuple[bytes, Mapping[int, bytes]]) -> bytes:
    """A `.sst`: of each certificate its properties, then the certificate."""

    def item(number: int, value: bytes) -> bytes:
        return struct.pack("<III", number, 1, len(value)) + value

    body = b"".join(
        b"".join(item(number, value) for number, value in properties.items()) + item(32, der)
        for der, properties in certificates
    )
    return b"\0\0\0\0CERT" + body + bytes(12)


def trust_list(rows: Iterable[Mapping[str | int, object]], usage: str = ROOTS) -> bytes:
    """A signed list without signers: each row has a SHA-1 and properties by number."""
    head = sequence(oid(usage)) + tlv(0x02, b"\x01") + tlv(0x17, b"250616175611Z")
    roots = sequence(*(_row(row) for row in rows))
    listed = sequence(head, sequence(oid(_SHA1), tlv(0x05)), roots)
    content = sequence(oid(_CTL), tlv(0xA0, listed))
    signed = sequence(tlv(0x02, b"\x01"), tlv(0x31), content, tlv(0x31))
    return sequence(oid(_SIGNED), tlv(0xA0, signed))


def _row(row: Mapping[str | int, object]) -> bytes:
    properties = (
        sequence(oid(f"{_PROPERTY}{number}"), tlv(0x31, tlv(0x04, _value(value))))
        for number, value in row.items()
        if isinstance(number, int)
    )
    return sequence(tlv(0x04, bytes.fromhex(str(row["sha1"]))), tlv(0x31, *properties))


def _value(value: object) -> bytes:
    return value if isinstance(value, bytes) else f"{value}\0".encode("utf-16-le")


def esp_bundle(certificates: Iterable[lt.Certificate], generation: int) -> bytes:
    """A bundle of ESP-IDF: 1 up to 5.3, with a count; 2 from 5.4 on, with offsets."""
    lengths = ">HH" if generation == 1 else "<HH"
    entries = [
        struct.pack(lengths, len(c.subject.der), len(c.public_key.spki))
        + c.subject.der
        + c.public_key.spki
        for c in sorted(certificates, key=lambda c: c.subject.der)
    ]
    if generation == 1:
        return struct.pack(">H", len(entries)) + b"".join(entries)
    offsets, position = [], 4 * len(entries)
    for entry in entries:
        offsets.append(position)
        position += len(entry)
    return struct.pack(f"<{len(offsets)}I", *offsets) + b"".join(entries)
