"""Stores in several forms, by our own writers; what real tools write is in `real_files`."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from functools import cache

import legacytrust as lt
from certificate.surgery import oid, sequence, tlv
from forge import key, root
from stores.real_files import REPOSITORY

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


@cache
def three() -> tuple[lt.Certificate, ...]:
    names = ("Own Root A", "Own Root B", "Own Root C")
    kinds = (key("rsa2048", 1), key("p256", 2), key("p384", 3))
    entities = (root(name, key=one) for name, one in zip(names, kinds, strict=True))
    return tuple(lt.Certificate.from_der(entity.der) for entity in entities)


def real_root() -> lt.Certificate:
    [file] = (REPOSITORY / "trust_stores" / "certificates").glob("96bcec06264976f3*.pem")
    return lt.Certificate.from_pem(file.read_bytes())


def certdata_object(
    certificate: lt.Certificate, *, last: bytes = b"", number: bytes = b"x"
) -> bytes:
    def octal(data: bytes) -> str:
        return "MULTILINE_OCTAL\n" + "".join(f"\\{byte:03o}" for byte in data) + "\nEND"

    same = f"CKA_ISSUER {octal(certificate.issuer.der)}\nCKA_SERIAL_NUMBER {octal(number)}\n"
    day = f"CKA_NSS_SERVER_DISTRUST_AFTER {octal(last)}\n" if last else ""
    return (
        "CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE\n"
        f"{day}CKA_VALUE {octal(certificate.der)}\n{same}"
        "CKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST\n"
        f'CKA_LABEL UTF8 "Own"\nCKA_TRUST_SERVER_AUTH CK_TRUST CKT_NSS_TRUSTED_DELEGATOR\n{same}'
    ).encode()


def arduino_header() -> str:
    def array(name: str, data: bytes) -> str:
        rows = ", ".join(f"0x{byte:02x}" for byte in data)
        return f"static const unsigned char {name}[] PROGMEM = {{\n  {rows},\n}};\n"

    a, b = three()[:2]
    modulus = a.public_key.modulus
    exponent = b"\x01\x00\x01"
    point = b.public_key.spki[-65:]
    return f"""
#ifndef _CERTIFICATES_H_
/* Index: 0  "Label": {{ not = code; */
#define TAs_NUM 2
{array("TA_DN0", a.subject.der)}
{array("TA_RSA_N0", modulus.to_bytes(256, "big"))}
{array("TA_RSA_E0", exponent)}
{array("TA_DN1", b.subject.der)}
{array("TA_EC_Q1", point)}
static const br_x509_trust_anchor TAs[] = {{
    {{
        {{ (unsigned char *)TA_DN0, sizeof TA_DN0 }},
        BR_X509_TA_CA, // may issue
        {{ BR_KEYTYPE_RSA, {{ .rsa = {{
            (unsigned char *)TA_RSA_N0, sizeof TA_RSA_N0,
            (unsigned char *)TA_RSA_E0, sizeof TA_RSA_E0,
        }} }} }}
    }},
    {{
        {{ (unsigned char *)TA_DN1, sizeof TA_DN1 }},
        0,
        {{ BR_KEYTYPE_EC, {{ .ec = {{
            BR_EC_secp256r1, (unsigned char *)TA_EC_Q1, sizeof TA_EC_Q1,
        }} }} }}
    }},
}};
#endif
"""


OBSERVATORY = (
    "platform: TOY\nversion: 'of: own'\ntrusted_certificates_count: 2\ntrusted_certificates:\n"
    "- subject_name: 'It''s: one'\n  fingerprint: " + "a" * 64 + "\n"
    '- subject_name: "M\\xFCller and a very\n    long name"\n  fingerprint: ' + "1" * 64 + "\n"
    "blocked_certificates_count: 1\nblocked_certificates:\n"
    "- subject_name: bad\n  fingerprint: " + "b" * 64 + "\n"
)
