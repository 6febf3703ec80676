"""PKCS#7 and PKCS#12: containers that hold certificates without an order of their own.

PKCS#7 (``.p7b``) is a set.  The certificate that issued no other one in it is taken as the leaf
and put first; the rest keep the order of the file.  PKCS#12 (``.pfx``) marks the certificate that
belongs to the private key; it comes first.  The private key itself is dropped unread.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from legacytrust._der import DerError, children, decode_oid, element
from legacytrust.certificate import Certificate
from legacytrust.errors import ChainError, PasswordError

__all__ = ["is_pkcs7", "is_pkcs12", "read_pkcs7", "read_pkcs12"]

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_PFX_VERSION = b"\x03"


def is_pkcs7(data: bytes) -> bool:
    """Whether the DER is a ContentInfo with signed data in it."""
    try:
        return decode_oid(children(element(data).content)[0].content) == _SIGNED_DATA
    except (DerError, IndexError):
        return False


def is_pkcs12(data: bytes) -> bool:
    """Whether the DER looks like a PFX: version 3, then a ContentInfo."""
    try:
        parts = children(element(data).content)
        return parts[0].content == _PFX_VERSION and len(parts) >= 2 and parts[1].tag == 16
    except (DerError, IndexError):
        return False


def read_pkcs7(data: bytes, where: str) -> tuple[Certificate, ...]:
    """The certificates of a PKCS#7 bundle, the leaf first.

    :raises ChainError: when there are none or the structure is broken.
    """
    try:
        content = cms.ContentInfo.load(data)["content"]
        choices = list(content["certificates"] or ())
        found = [Certificate.from_der(c.chosen.dump()) for c in choices if c.name == "certificate"]
    except (ValueError, TypeError, KeyError) as error:
        if isinstance(error, ChainError):
            raise
        raise ChainError(f"a broken PKCS#7 bundle: {error}", where=where) from error
    if not found:
        raise ChainError("a PKCS#7 bundle without certificates", where=where)
    return _leaf_first(found)


def read_pkcs12(data: bytes, password: str | bytes | None, where: str) -> tuple[Certificate, ...]:
    """The certificates of a PKCS#12 file, the one of the private key first.

    :raises PasswordError: when the password is missing or wrong.
    :raises ChainError: when there is no certificate in it.
    """
    secret = password.encode() if isinstance(password, str) else password
    try:
        with warnings.catch_warnings():
            # cryptography warns about serial numbers of zero; we read the bytes ourselves.
            warnings.simplefilter("ignore")
            loaded = pkcs12.load_pkcs12(data, secret)
            own = [loaded.cert] if loaded.cert is not None else []
            ders = [
                item.certificate.public_bytes(Encoding.DER)
                for item in (*own, *loaded.additional_certs)
            ]
    except ValueError as error:
        problem = "the password is wrong" if password else "a password is needed"
        raise PasswordError(
            f"a PKCS#12 file that does not open: {problem}, or the file is damaged",
            where=where,
            hint="pass password=",
        ) from error
    found = [Certificate.from_der(der) for der in ders]
    if not found:
        raise ChainError("a PKCS#12 file without certificates", where=where)
    return tuple(found) if own else _leaf_first(found)


def _leaf_first(found: Sequence[Certificate]) -> tuple[Certificate, ...]:
    issuers = {c.issuer.canonical for c in found if not c.is_self_issued()}
    ends = [c for c in found if c.subject.canonical not in issuers]
    if len(ends) != 1:
        return tuple(found)
    return (ends[0], *(c for c in found if c is not ends[0]))
