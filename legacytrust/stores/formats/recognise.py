"""Telling by content in which form a store is, and reading it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeAlias

from legacytrust.errors import StoreError
from legacytrust.readers.describe import describe
from legacytrust.readers.limits import check_size
from legacytrust.readers.pem import without_mark
from legacytrust.readers.recognise import read_certificates
from legacytrust.stores.formats import (
    bearssl,
    ccadb,
    certdata,
    espbundle,
    keystores,
    observatory,
    sst,
    stl,
)
from legacytrust.stores.formats.entries import Entry, HeldRoot

__all__ = ["StoreFormat", "read_store", "recognise_store"]

_Recognise: TypeAlias = Callable[[bytes], bool]
_Read: TypeAlias = Callable[[bytes, str], tuple[Entry, ...]]


class StoreFormat(StrEnum):
    """The forms of one file that a store can have."""

    CERTIFICATES = "certificates"
    """PEM, DER, PKCS#7 or PKCS#12: a file of certificates."""
    KEYSTORE = "keystore"
    """JKS, JCEKS, BKS or UBER."""
    CERTDATA = "certdata"
    """The text of NSS."""
    SST = "sst"
    """A serialised store of Windows."""
    STL = "stl"
    """A certificate trust list of Windows."""
    CCADB = "ccadb"
    """A CSV report of the CCADB."""
    OBSERVATORY = "observatory"
    """A YAML file of the Trust Stores Observatory."""
    BEARSSL = "bearssl"
    """C source with trust anchors of BearSSL."""
    ESP_BUNDLE = "esp-bundle"
    """A certificate bundle of ESP-IDF."""


#: In this order: what has a mark of its own before what can only be told by its structure.
_FORMS: Final[tuple[tuple[StoreFormat, _Recognise, _Read], ...]] = (
    (StoreFormat.SST, sst.recognise, sst.read),
    (StoreFormat.CERTDATA, certdata.recognise, certdata.read),
    (StoreFormat.BEARSSL, bearssl.recognise, bearssl.read),
    (StoreFormat.OBSERVATORY, observatory.recognise, observatory.read),
    (StoreFormat.CCADB, ccadb.recognise, ccadb.read),
    (StoreFormat.STL, stl.recognise, stl.read),
    (StoreFormat.ESP_BUNDLE, espbundle.recognise, espbundle.read),
)


def recognise_store(data: bytes) -> StoreFormat:
    """The form of these bytes; what nothing else claims is taken for a file of certificates."""
    if keystores.recognise(data):
        return StoreFormat.KEYSTORE
    text = without_mark(data)
    found = (form for form, is_it, _ in _FORMS if is_it(text))
    return next(found, StoreFormat.CERTIFICATES)


def read_store(
    data: bytes,
    *,
    form: StoreFormat | None = None,
    password: str | bytes | None = None,
    where: str = "",
) -> tuple[Entry, ...]:
    """The entries of a store in any form, in its order.

    :param form: the form that it must have; ``None`` for whichever it has.
    :param password: for keystores.
    :param where: what to call the input in an error.
    :raises ChainError: when it is a file of certificates that cannot be read.
    :raises StoreError: when it is a store in another form and cannot be read, or in another form
        than it must have.
    """
    check_size(len(data), where)
    found = recognise_store(data)
    if form is not None and form is not found:
        raise StoreError(f"not of the form {form.value!r}, but {_told(found, data)}", where=where)
    if found is StoreFormat.KEYSTORE:
        return keystores.read(data, password, where)
    if found is StoreFormat.CERTIFICATES:
        return tuple(map(HeldRoot, read_certificates(data, password=password, where=where)))
    read = next(read for name, _, read in _FORMS if name is found)
    return read(without_mark(data), where)


def _told(found: StoreFormat, data: bytes) -> str:
    return describe(data) if found is StoreFormat.CERTIFICATES else f"of the form {found.value!r}"
