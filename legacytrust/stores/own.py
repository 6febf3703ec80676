"""Making a store of what a reader found.

Some forms hold certificates, some name them by fingerprint, some hold a name and a key.  What is
named by fingerprint is looked for: in the certificates that the caller gives, then in the packaged
catalogue.  A fingerprint says which certificate it is wherever that comes from, so this adds no
guess.  What is found nowhere stays out of the store, which then is *partial*: the absence of a root
proves nothing there.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, as_certificate
from legacytrust.errors import StoreError
from legacytrust.readers.describe import describe
from legacytrust.readers.limits import read_bytes
from legacytrust.readers.pkcs12 import is_pkcs12
from legacytrust.stores.anchor import Constraints, KeyAnchor, TrustAnchor
from legacytrust.stores.formats import keystores, pem_dir
from legacytrust.stores.formats.entries import (
    BlockedCertificate,
    Entry,
    HeldRoot,
    KeyRoot,
    ListedRoot,
)
from legacytrust.stores.formats.recognise import StoreFormat, read_store

if TYPE_CHECKING:
    from legacytrust.stores.indexed import IndexLibrary

__all__ = [
    "Assembled",
    "CertificateSource",
    "PathLike",
    "StoreFormat",
    "assemble",
    "certificates_in",
    "read_entries",
    "read_keystore",
]

PathLike: TypeAlias = str | os.PathLike[str]
CertificateSource: TypeAlias = PathLike | Iterable[CertificateLike] | None
"""Where certificates are that a list only names: a folder, a file, or the certificates."""

_NAMED = 5


@attrs.frozen
class Assembled:
    """What became of the entries.

    :param anchors: the roots that are known, in their order, with the limits of the trust in them.
    :param blocked: SHA-256 of the certificates that must not be trusted.
    :param missing: roots whose certificate was not found.
    :param unnamed: blocked certificates whose fingerprint the store does not give.
    """

    anchors: tuple[TrustAnchor, ...]
    blocked: frozenset[str]
    missing: tuple[ListedRoot, ...]
    unnamed: tuple[BlockedCertificate, ...]

    @property
    def constraints(self) -> tuple[tuple[str, tuple[Constraints, ...]], ...]:
        """The limits by fingerprint, of the roots that have some."""
        return tuple((a.sha256, a.constraints) for a in self.anchors if a.constraints)

    @property
    def note(self) -> str:
        """What is missing, for people; empty when nothing is."""
        if not self.missing:
            return ""
        total = len(self.missing) + len(self.anchors)
        names = ", ".join(root.label for root in self.missing[:_NAMED])
        more = f" and {len(self.missing) - _NAMED} more" if len(self.missing) > _NAMED else ""
        count = f"{len(self.missing)} of {total} roots"
        return f"The certificates of {count} were not found: {names}{more}."


def read_entries(
    source: PathLike, *, form: StoreFormat | None = None, password: str | bytes | None = None
) -> tuple[Entry, ...]:
    """The entries of the store in a file or a folder.

    :param form: the form that a file must have; ``None`` for whichever it has.
    :raises ChainError: or :raises StoreError: when it cannot be read.
    """
    if form is None and Path(source).is_dir():
        return pem_dir.read(source)
    return read_store(read_bytes(source), form=form, password=password, where=os.fspath(source))


def read_keystore(source: PathLike, password: str | bytes | None = None) -> tuple[Entry, ...]:
    """The entries of a keystore of Java or Android, PKCS#12 among them.

    :raises StoreError: when it is something else, or is damaged.
    """
    data, where = read_bytes(source), os.fspath(source)
    if not keystores.recognise(data) and not is_pkcs12(data):
        raise StoreError(f"no keystore: this is {describe(data)}", where=where)
    return read_store(data, password=password, where=where)


def assemble(
    entries: Iterable[Entry], certificates: CertificateSource = None, *, where: str = ""
) -> Assembled:
    """The store that these entries are.

    :param certificates: where to look for those that are only named, before the packaged ones.
    :param where: what to call the source in an error.
    :raises StoreError: when no root is left.
    """
    shelf = _Shelf(certificates_in(certificates))
    anchors: dict[str, TrustAnchor] = {}
    missing: list[ListedRoot] = []
    blocked: list[BlockedCertificate] = []
    for entry in entries:
        if isinstance(entry, BlockedCertificate):
            blocked.append(entry)
        elif (anchor := _anchor(entry, shelf)) is not None:
            anchors.setdefault(anchor.sha256, anchor)
        elif isinstance(entry, ListedRoot):
            missing.append(entry)
    if not anchors:
        raise _nothing(missing, where)
    return Assembled(
        anchors=tuple(anchors.values()),
        blocked=frozenset(entry.sha256 for entry in blocked if entry.sha256),
        missing=tuple(missing),
        unnamed=tuple(entry for entry in blocked if not entry.sha256),
    )


def certificates_in(source: CertificateSource) -> tuple[Certificate, ...]:
    """The certificates of a folder, of a file, or of a collection.

    :raises LegacyTrustError: when they cannot be read.
    """
    if source is None:
        return ()
    if isinstance(source, str | os.PathLike):
        held = (e for e in read_entries(source) if isinstance(e, HeldRoot))
        return tuple(entry.certificate for entry in held)
    return tuple(map(as_certificate, source))


def _nothing(missing: list[ListedRoot], where: str) -> StoreError:
    if missing:
        return StoreError(
            f"none of the {len(missing)} certificates that it names was found",
            where=where,
            hint="say where they are: certificates=, or --certificates",
        )
    return StoreError("a trust store needs at least one root", where=where)


def _anchor(entry: HeldRoot | ListedRoot | KeyRoot, shelf: _Shelf) -> TrustAnchor | None:
    match entry:
        case HeldRoot():
            return TrustAnchor(entry.certificate, entry.constraints)
        case KeyRoot():
            return TrustAnchor(KeyAnchor(entry.subject, entry.public_key, is_ca=entry.is_ca))
        case ListedRoot():
            found = shelf.find(entry)
            return TrustAnchor(found, entry.constraints) if found is not None else None


@attrs.frozen
class _Shelf:
    """Certificates by fingerprint: those given, then the packaged ones."""

    given: tuple[Certificate, ...]

    def find(self, root: ListedRoot) -> Certificate | None:
        """The certificate that has every fingerprint that the entry gives."""
        for found in self._candidates(root):
            if found is not None and root.sha1 in ("", found.sha1):
                return found
        return None

    def _candidates(self, root: ListedRoot) -> Iterable[Certificate | None]:
        if root.sha256:
            yield self._by_sha256.get(root.sha256)
            yield _packaged(root.sha256)
        else:
            yield self._by_sha1.get(root.sha1)
            yield _packaged(_packaged_by_sha1().get(root.sha1, ""))

    @cached_property
    def _by_sha256(self) -> Mapping[str, Certificate]:
        return {certificate.sha256: certificate for certificate in self.given}

    @cached_property
    def _by_sha1(self) -> Mapping[str, Certificate]:
        return {certificate.sha1: certificate for certificate in self.given}


@functools.cache
def _packaged_library() -> IndexLibrary:
    """The packaged roots, opened when first asked for."""
    from legacytrust.stores.indexed import IndexLibrary
    from legacytrust.stores.packaged import packaged_index

    return IndexLibrary(packaged_index())


def _packaged(sha256: str) -> Certificate | None:
    library = _packaged_library()
    found = library.anchor(sha256).certificate if sha256 in library.numbers else None
    return found if isinstance(found, Certificate) else None


@functools.cache
def _packaged_by_sha1() -> Mapping[str, str]:
    """SHA-1 to SHA-256 of all packaged certificates; reads them all, once."""
    found = {sha256: _packaged(sha256) for sha256 in _packaged_library().fingerprints}
    return {c.sha1: sha256 for sha256, c in found.items() if c is not None}
