"""Windows certificate trust lists: ``authroot.stl``, the list of Microsoft's root programme.

A signed list of fingerprints with the properties of each root
(:mod:`legacytrust.stores.formats.windows`).  It holds no root certificate; Windows fetches one when
a chain needs it.  The signature is not checked: a list that somebody hands in is taken at its word,
as a PEM bundle is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

import attrs

from legacytrust._der import (
    DerError,
    Element,
    Tag,
    children,
    decode_oid,
    decode_time,
    element,
    elements,
)
from legacytrust.errors import StoreError
from legacytrust.stores.formats.entries import ListedRoot, check_entries
from legacytrust.stores.formats.windows import FRIENDLY_NAME, SHA256, limits, text

__all__ = ["TrustList", "read", "read_list", "recognise"]

_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TRUST_LIST: Final = "1.3.6.1.4.1.311.10.1"
_ROOTS: Final = "1.3.6.1.4.1.311.10.3.9"
_DISALLOWED: Final = "1.3.6.1.4.1.311.10.3.30"
_PROPERTY: Final = "1.3.6.1.4.1.311.10.11."
_SHA1, _SHA256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
_SIZES: Final = {_SHA1: 20, _SHA256: 32}
_TIMES: Final = (Tag.UTC_TIME, Tag.GENERALIZED_TIME)
_SET: Final = 17


@attrs.frozen
class TrustList:
    """What a trust list says.

    :param made: when it was made (thisUpdate).
    :param roots: its entries, in its order.
    """

    made: datetime
    roots: tuple[ListedRoot, ...]


def recognise(data: bytes) -> bool:
    """Whether this is a trust list, signed or bare."""
    try:
        return _content(data) is not None
    except DerError:
        return False


def read(data: bytes, where: str = "") -> tuple[ListedRoot, ...]:
    """The roots of a trust list.

    :raises StoreError: as :func:`read_list`.
    """
    return read_list(data, where).roots


def read_list(data: bytes, where: str = "") -> TrustList:
    """A trust list with its date.

    :raises StoreError: when it is damaged, or is a list of something other than roots.
    """
    try:
        content = _content(data)
        if content is not None:
            return _list(content, where)
    except DerError as error:
        raise StoreError(f"a damaged trust list: {error.what}", where=where) from error
    raise StoreError("this is no trust list", where=where)


def _content(data: bytes) -> Element | None:
    """The CertificateTrustList, which may be signed; None when it is neither."""
    outer = element(data).expect(Tag.SEQUENCE, "the outermost sequence")
    first = tuple(islice(elements(outer.content), 2))
    if len(first) < 2:
        return None
    if first[0].is_universal(Tag.OID) and decode_oid(first[0].content) == _SIGNED_DATA:
        signed = element(first[1].content).expect(Tag.SEQUENCE, "signed data")
        inner = next(islice(elements(signed.content), 2, None), None)
        parts = children(inner.content) if inner is not None else ()
        is_list = len(parts) == 2 and parts[0].is_universal(Tag.OID)
        if not is_list or decode_oid(parts[0].content) != _TRUST_LIST:
            return None
        return element(parts[1].content)
    usage = tuple(islice(elements(first[0].content), 1)) if first[0].is_universal(16) else ()
    bare = bool(usage) and usage[0].is_universal(Tag.OID)
    known = bare and decode_oid(usage[0].content) in (_ROOTS, _DISALLOWED)
    return outer if known else None


def _list(content: Element, where: str) -> TrustList:
    fields = [f for f in children(content.content) if f.tag_class == 0]
    if fields and fields[0].is_universal(Tag.INTEGER):
        fields = fields[1:]  # a version that is not the usual one
    uses = {decode_oid(u.content) for u in children(fields[0].content)} if fields else set()
    if _ROOTS not in uses:
        raise _other_list(uses, where)
    at = next((n for n, f in enumerate(fields) if f.tag in _TIMES), None)
    if at is None:
        raise DerError("it has no date")
    rest = [f for f in fields[at + 1 :] if f.tag not in _TIMES]
    if len(rest) < 2:
        return TrustList(decode_time(fields[at]), ())
    size = _digest_size(rest[0])
    return TrustList(decode_time(fields[at]), tuple(_roots(rest[1], size, where)))


def _other_list(uses: set[str], where: str) -> StoreError:
    if _DISALLOWED in uses:
        what, hint = "a list of forbidden certificates, not of roots", "authroot.stl has the roots"
    else:
        what, hint = f"a trust list for another use: {', '.join(sorted(uses)) or 'none'}", ""
    return StoreError(what, where=where, hint=hint)


def _digest_size(algorithm: Element) -> int:
    oid = decode_oid(element(algorithm.content).content)
    if oid not in _SIZES:
        raise DerError(f"it names its entries by {oid}")
    return _SIZES[oid]


def _roots(listed: Element, size: int, where: str) -> Iterator[ListedRoot]:
    for number, item in enumerate(elements(listed.content), 1):
        check_entries(number, where)
        try:
            yield _root(item, size)
        except StoreError as error:
            raise StoreError(f"entry {number}: {error.what}", where=where) from error


def _root(item: Element, size: int) -> ListedRoot:
    parts = children(item.expect(Tag.SEQUENCE, "an entry").content)
    identifier = parts[0].expect(Tag.OCTET_STRING, "a fingerprint").content if parts else b""
    if len(identifier) != size:
        raise DerError(f"a fingerprint of {len(identifier)} octets")
    properties = dict(_properties(parts[1])) if len(parts) > 1 else {}
    by_sha256 = identifier if size == 32 else properties.get(SHA256, b"")
    return ListedRoot(
        name=text(properties.get(FRIENDLY_NAME, b"")),
        sha256=by_sha256.hex() if len(by_sha256) == 32 else "",
        sha1=identifier.hex() if size == 20 else "",
        constraints=limits(properties),
    )


def _properties(attributes: Element) -> Iterator[tuple[int, bytes]]:
    for attribute in elements(attributes.expect(_SET, "the properties").content):
        parts = children(attribute.content)
        if len(parts) != 2:
            raise DerError("a property has a number and a value")
        oid = decode_oid(parts[0].expect(Tag.OID, "the number of a property").content)
        if oid.startswith(_PROPERTY) and oid[len(_PROPERTY) :].isdecimal():
            value = element(parts[1].content).expect(Tag.OCTET_STRING, "the value of a property")
            yield int(oid[len(_PROPERTY) :]), value.content
