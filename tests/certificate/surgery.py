"""Parts of a certificate exchanged for any octets, also such that no encoder would write.

Unless somebody signs anew, the signature is left as it was and no longer fits: who looks at the
parts does not care.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asn1crypto import parser

from forge import forge
from legacytrust.certificate import Certificate

#: Where the fields of the signed part of a version 3 certificate stand.
FIELDS = ("version", "serial", "algorithm", "issuer", "validity", "subject", "key", "extensions")

NULL = b"\x05\x00"


def tlv(tag: int, *parts: bytes) -> bytes:
    """A DER element of any tag octet with these parts one after the other in it."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def oid(dotted: str) -> bytes:
    first, second, *arcs = map(int, dotted.split("."))
    octets = b""
    for arc in (40 * first + second, *arcs):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return tlv(0x06, octets)


def extension(dotted: str, value: bytes, *, critical: bytes = b"") -> bytes:
    return sequence(oid(dotted), critical, tlv(0x04, value))


def name(*attributes: tuple[str, int, bytes]) -> bytes:
    """A distinguished name of (type, tag of the string, octets of the string)."""
    return sequence(*(tlv(0x31, sequence(oid(t), tlv(tag, text))) for t, tag, text in attributes))


def parts_of(content: bytes) -> list[bytes]:
    found = []
    while content:
        _, _, _, header, value, trailer = parser.parse(content)
        size = len(header) + len(value) + len(trailer)
        found.append(content[:size])
        content = content[size:]
    return found


def _content(element: bytes) -> bytes:
    content = parser.parse(element)[4]
    assert isinstance(content, bytes)
    return content


def operate(
    der: bytes | None = None,
    /,
    *,
    outer: bytes | None = None,
    sign: Callable[[bytes], bytes] | None = None,
    **changes: bytes,
) -> bytes:
    """The certificate with these fields of its signed part replaced; b"" removes one.

    `outer` replaces the algorithm outside of the signed part, `sign` makes a new signature.
    """
    tbs, algorithm, signature = parts_of(_content(forge() if der is None else der))
    fields = dict(zip(FIELDS, parts_of(_content(tbs)), strict=True))
    assert changes.keys() <= fields.keys()
    fields.update(changes)
    body = sequence(*fields.values())
    if sign is not None:
        signature = tlv(0x03, b"\x00", sign(body))
    return sequence(body, outer or algorithm, signature)


def with_extensions(*extensions: bytes, **fields: Any) -> Certificate:
    """A certificate with exactly these extensions."""
    der = operate(forge(**fields), extensions=tlv(0xA3, sequence(*extensions)))
    return Certificate.from_der(der)
