"""PKCS#7 bundles (``.p7b``): a set of certificates without an order of its own.

The certificate that issued no other one in it is taken as the leaf and put first; the rest keep
the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from legacytrust._der import UNIVERSAL, DerError, Element, Tag, decode_oid, element, elements
from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, ChainError
from legacytrust.readers.limits import check_count

__all__ = ["is_pkcs7", "leaf_first", "read_pkcs7"]

_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"


def is_pkcs7(data: bytes) -> bool:
    """Whether the DER is a ContentInfo with signed data in it."""
    try:
        kind = element(element(data).content)
        return kind.is_universal(Tag.OID) and decode_oid(kind.content) == _SIGNED_DATA
    except DerError:
        return False


def read_pkcs7(data: bytes, where: str) -> tuple[Certificate, ...]:
    """The certificates of a PKCS#7 bundle, the leaf first.

    :raises ChainError: when there are none or the structure is broken.
    """
    found: list[Certificate] = []
    try:
        for count, member in enumerate(_pkcs7_members(data), start=1):
            check_count(count, where)
            # Other kinds of certificate, which nobody uses in TLS, have tags of their own.
            if member.tag_class == UNIVERSAL:
                found.append(Certificate.from_der(member.raw))
    except CertificateError as error:
        raise ChainError(f"a broken PKCS#7 bundle: {error.what}", where=where) from error
    if not found:
        raise ChainError("a PKCS#7 bundle without certificates", where=where)
    return leaf_first(found)


def _pkcs7_members(data: bytes) -> Iterator[Element]:
    """The certificate choices of SignedData (RFC 5652, 5.1).

    :raises DerError: when the structure is another one.
    """
    parts = tuple(islice(elements(element(data).content), 2))
    if len(parts) < 2 or not parts[1].is_context(0):
        raise DerError("there is no content in it")
    signed = element(parts[1].content).expect(Tag.SEQUENCE, "signed data")
    # version, digest algorithms, encapsulated content; then [0] certificates.
    fourth = next(islice(elements(signed.content), 3, None), None)
    return elements(fourth.content if fourth is not None and fourth.is_context(0) else b"")


def leaf_first(found: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """The same certificates with the leaf in front, if it is clear which one that is."""
    issuers = {c.issuer.canonical for c in found if not c.is_self_issued()}
    ends = [n for n, c in enumerate(found) if c.subject.canonical not in issuers]
    ends = [n for n in ends if not found[n].is_ca] or ends
    if len({found[n] for n in ends}) != 1:
        return tuple(found)
    return (found[ends[0]], *found[: ends[0]], *found[ends[0] + 1 :])
