"""Where the certificates of stores come from, read no earlier than needed.

Hundreds of snapshots share a few hundred roots.  A store therefore holds fingerprints, and a
library turns a fingerprint into a :class:`TrustAnchor` when a path search asks for it.  The
question a search asks is always "which roots have this name?", so that is what is indexed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from legacytrust._der import DerError, children, element
from legacytrust.certificate import Certificate
from legacytrust.errors import StoreDataError
from legacytrust.names import Name
from legacytrust.readers.pem import pem_blocks
from legacytrust.stores.anchor import KeyAnchor, RootFacts, TrustAnchor
from legacytrust.stores.tables import read_file

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["AnchorLibrary", "FileLibrary", "MemoryLibrary", "closure", "index_of"]

_T = TypeVar("_T")


class AnchorLibrary(Protocol):
    """What a store needs to know about its certificates."""

    def anchor(self, sha256: str) -> TrustAnchor:
        """The anchor with this fingerprint."""

    def name_of(self, sha256: str) -> Name:
        """The subject of the anchor with this fingerprint."""

    def named(self, canonical: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors whose subject has this canonical form."""

    def keyed(self, key_id: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors with this subject key identifier."""


def closure(
    library: AnchorLibrary, names: Iterable[bytes], key_ids: Iterable[bytes] = ()
) -> tuple[str, ...]:
    """Fingerprints of every anchor that can matter to certificates with these names.

    :param names: canonical names: subjects and issuers of the certificates at hand.
    :param key_ids: key identifiers by which anchors are found as well.
    :returns: the anchors of these names, of their issuers, and so on, each once.
    """
    found: dict[str, None] = {}
    seen: set[bytes] = set()
    waiting = list(names)
    for key_id in key_ids:
        waiting += [library.name_of(fingerprint).canonical for fingerprint in library.keyed(key_id)]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for fingerprint in library.named(name):
            found[fingerprint] = None
            waiting.append(library.anchor(fingerprint).certificate.issuer.canonical)
    return tuple(found)


class MemoryLibrary:
    """Anchors that are at hand."""

    def __init__(self, anchors: Iterable[TrustAnchor]) -> None:
        self._anchors = {anchor.sha256: anchor for anchor in anchors}

    def anchor(self, sha256: str) -> TrustAnchor:
        """The anchor with this fingerprint."""
        return self._anchors[sha256]

    def name_of(self, sha256: str) -> Name:
        """The subject of the anchor with this fingerprint."""
        return self._anchors[sha256].subject

    def named(self, canonical: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors whose subject has this canonical form."""
        return self._by_name.get(canonical, ())

    def keyed(self, key_id: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors with this subject key identifier."""
        return self._by_key_id.get(key_id, ())

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[str, ...]]:
        return index_of((a.subject.canonical, sha256) for sha256, a in self._anchors.items())

    @cached_property
    def _by_key_id(self) -> Mapping[bytes, tuple[str, ...]]:
        return index_of(
            (a.certificate.subject_key_id or b"", sha256) for sha256, a in self._anchors.items()
        )


class FileLibrary:
    """Anchors in files, one PEM certificate each, and facts where there is no file.

    :param files: fingerprint to file.
    :param facts: the roots of which only facts are known, or that are no more than a key.
    :param names: what the lists call each root.
    """

    def __init__(
        self,
        files: Mapping[str, Traversable],
        facts: Iterable[RootFacts | KeyAnchor],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._files = files
        self.names: Final[Mapping[str, str]] = names or {}
        self._facts = {root.sha256: root for root in facts}
        self._loaded: dict[str, TrustAnchor] = {}

    def anchor(self, sha256: str) -> TrustAnchor:
        """The anchor with this fingerprint, read from its file the first time.

        :raises StoreDataError: when the file does not hold the certificate it is named after.
        """
        anchor = self._loaded.get(sha256)
        if anchor is None:
            anchor = self._loaded[sha256] = TrustAnchor(
                self._facts.get(sha256) or self._load(sha256)
            )
        return anchor

    def name_of(self, sha256: str) -> Name:
        """The subject of the anchor with this fingerprint."""
        return self._names[sha256]

    def named(self, canonical: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors whose subject has this canonical form."""
        return self._by_name.get(canonical, ())

    def keyed(self, key_id: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors with this subject key identifier; reads them all once."""
        return self._by_key_id.get(key_id, ())

    def _load(self, sha256: str) -> Certificate:
        return Certificate.from_der(self._der(sha256))

    def _der(self, sha256: str) -> bytes:
        where = f"certificates/{sha256}.pem"
        try:
            blocks = pem_blocks(read_file(self._files[sha256], where), where)
        except KeyError:
            raise StoreDataError("there is no such file", where=where) from None
        if len(blocks) != 1:
            raise StoreDataError("one PEM block is expected", where=where)
        der = blocks[0].data
        if (found := hashlib.sha256(der).hexdigest()) != sha256:
            raise StoreDataError(f"holds the certificate {found}", where=where)
        return der

    @cached_property
    def _names(self) -> Mapping[str, Name]:
        names = {sha256: root.subject for sha256, root in self._facts.items()}
        names.update((sha256, _subject(self._der(sha256), sha256)) for sha256 in self._files)
        return names

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[str, ...]]:
        return index_of((name.canonical, sha256) for sha256, name in self._names.items())

    @cached_property
    def _by_key_id(self) -> Mapping[bytes, tuple[str, ...]]:
        return index_of(
            (self.anchor(sha256).certificate.subject_key_id or b"", sha256)
            for sha256 in (*self._facts, *self._files)
        )


def _subject(der: bytes, sha256: str) -> Name:
    """The subject of a certificate, without reading the rest of it."""
    try:
        fields = children(children(element(der).content)[0].content)
        return Name(fields[5 if fields[0].is_context(0) else 4].raw)
    except (DerError, IndexError) as error:
        raise StoreDataError(
            f"not a certificate: {error}", where=f"certificates/{sha256}.pem"
        ) from error


def index_of(keyed: Iterable[tuple[bytes, _T]]) -> Mapping[bytes, tuple[_T, ...]]:
    """The values by key, those of one key in the order in which they came."""
    index: dict[bytes, tuple[_T, ...]] = {}
    for key, value in keyed:
        index[key] = (*index.get(key, ()), value)
    return index
