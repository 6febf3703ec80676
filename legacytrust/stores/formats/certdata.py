"""NSS's ``certdata.txt``: the roots of Mozilla, with what each is trusted for.

A text of PKCS#11 objects.  A certificate and the trust in it are two objects, joined by issuer and
serial number.  A root is trusted for servers, for mail or for both; it may be distrusted for what
is issued after a day; and there are certificates that are in the file in order to be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from legacytrust._der import UNIVERSAL, DerError, Element, Tag, decode_time
from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, StoreError
from legacytrust.stores.anchor import Constraints
from legacytrust.stores.formats.entries import BlockedCertificate, Entry, HeldRoot, check_entries

__all__ = ["read", "recognise"]

_Object: TypeAlias = dict[str, bytes]

_MARK: Final = re.compile(rb"^CKA_CLASS +CK_OBJECT_CLASS +CKO_", re.MULTILINE)
_OCTAL: Final = re.compile(r"\\([0-3][0-7]{2})")
_CERTIFICATE: Final = b"CKO_CERTIFICATE"
_TRUST: Final = frozenset({b"CKO_NSS_TRUST", b"CKO_NETSCAPE_TRUST", b"CKO_TRUST"})
_SERVER: Final = "CKA_TRUST_SERVER_AUTH"
_USES: Final[Mapping[str, str]] = {
    _SERVER: "1.3.6.1.5.5.7.3.1",
    "CKA_TRUST_EMAIL_PROTECTION": "1.3.6.1.5.5.7.3.4",
    "CKA_TRUST_CODE_SIGNING": "1.3.6.1.5.5.7.3.3",
}
#: What a root without limits is trusted for; trust in code ended in 2016.
_ALL: Final = frozenset({"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"})
#: Values have changed their prefix over the years: CKT_NETSCAPE_, CKT_NSS_, CKT_.
_TRUSTED: Final = ("TRUSTED_DELEGATOR", "TRUST_ANCHOR")
_REFUSED: Final = ("NOT_TRUSTED", "UNTRUSTED")
_LATEST: Final = "CKA_NSS_SERVER_DISTRUST_AFTER"


def recognise(data: bytes) -> bool:
    """Whether this is the text of PKCS#11 objects."""
    return _MARK.search(data) is not None


def read(data: bytes, where: str = "") -> tuple[Entry, ...]:
    """The trusted roots and the refused certificates, in the order of the file.

    Certificates that are neither, which some versions have, are left out.

    :raises StoreError: when the file is damaged, or trusts a certificate that it does not hold.
    """
    certificates: dict[tuple[bytes, bytes], _Object] = {}
    trusts: list[_Object] = []
    for one in _objects(data.decode("utf-8", "replace"), where):
        check_entries(len(certificates) + len(trusts), where)
        if one.get("CKA_CLASS") == _CERTIFICATE:
            certificates[_serial(one)] = one
        elif one.get("CKA_CLASS") in _TRUST:
            trusts.append(one)
    if not trusts:
        raise StoreError("no statement of trust in it", where=where, hint="it may be cut off")
    return tuple(entry for trust in trusts for entry in _entry(trust, certificates, where))


def _objects(text: str, where: str) -> Iterator[_Object]:
    """The objects, each with its attributes; one begins at the attribute that gives its class."""
    current: _Object = {}
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        words = line.split(None, 2)
        if not words or not words[0].startswith("CKA_"):
            continue
        if words[0] == "CKA_CLASS" and current:
            yield current
            current = {}
        multiline = len(words) > 1 and words[1] == "MULTILINE_OCTAL"
        current[words[0]] = _octets(lines, number, where) if multiline else _plain(words)
    if current:
        yield current


def _plain(words: list[str]) -> bytes:
    return words[2].strip().strip('"').encode() if len(words) == 3 else b""


def _octets(lines: Iterator[tuple[int, str]], begun: int, where: str) -> bytes:
    """The value of lines of octal escapes, up to the line END."""
    found = bytearray()
    for number, line in lines:
        if line.strip() == "END":
            return bytes(found)
        digits = _OCTAL.findall(line)
        if len(digits) * 4 != len(line.strip()):
            raise StoreError("no octal octets", where=f"{where}, line {number}".lstrip(", "))
        found += bytes(int(d, 8) for d in digits)
    raise StoreError(
        f"the value that begins in line {begun} has no END", where=where, hint="it is cut off"
    )


def _serial(one: _Object) -> tuple[bytes, bytes]:
    return one.get("CKA_ISSUER", b""), one.get("CKA_SERIAL_NUMBER", b"")


def _entry(
    trust: _Object, certificates: Mapping[tuple[bytes, bytes], _Object], where: str
) -> Iterator[Entry]:
    label = trust.get("CKA_LABEL", b"").decode("utf-8", "replace")
    purposes = frozenset(oid for key, oid in _USES.items() if _says(trust, key, _TRUSTED))
    held = certificates.get(_serial(trust))
    certificate = _certificate(held, label, where) if held is not None else None
    if _says(trust, _SERVER, _REFUSED):
        yield BlockedCertificate(label, certificate.sha256 if certificate is not None else "")
    elif purposes:
        if certificate is None or held is None:
            raise StoreError(f"{label!r} is trusted but its certificate is missing", where=where)
        yield HeldRoot(certificate, _limits(purposes, held, label, where))


def _says(trust: _Object, key: str, values: tuple[str, ...]) -> bool:
    said = trust.get(key, b"").decode("utf-8", "replace")
    return said.removeprefix("CKT_").removeprefix("NSS_").removeprefix("NETSCAPE_") in values


def _certificate(held: _Object, label: str, where: str) -> Certificate:
    try:
        return Certificate.from_der(held.get("CKA_VALUE", b""))
    except CertificateError as error:
        raise StoreError(f"the certificate of {label!r}: {error.what}", where=where) from error


def _limits(
    purposes: frozenset[str], held: _Object, label: str, where: str
) -> tuple[Constraints, ...]:
    """What is said about servers and purposes; a day that concerns mail alone is left out."""
    found = Constraints(
        purposes=None if purposes >= _ALL else purposes,
        issued_by=_day(held.get(_LATEST, b""), label, where)
        if _USES[_SERVER] in purposes
        else None,
    )
    return () if found == Constraints() else (found,)


def _day(value: bytes, label: str, where: str) -> datetime | None:
    """The moment in the octets of a UTCTime; None where the attribute is false or absent."""
    if not value or value.startswith(b"CK_"):
        return None
    try:
        return decode_time(Element(UNIVERSAL, Tag.UTC_TIME, value, value)).astimezone(UTC)
    except DerError as error:
        raise StoreError(f"the last day of {label!r}: {error.what}", where=where) from error
