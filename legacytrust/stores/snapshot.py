"""A trust store at one moment.

A store is not "what Android trusts" but what Android 4.4 trusted on the day it was released, read
from a named source.  How sure that list is, is part of it:
:class:`~legacytrust.stores.files.Completeness` decides whether the absence of a root proves
anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, as_certificate
from legacytrust.errors import StoreError
from legacytrust.readers.limits import read_bytes
from legacytrust.readers.recognise import read_certificates, read_pem
from legacytrust.stores.anchor import Constraints, TrustAnchor
from legacytrust.stores.library import AnchorLibrary, MemoryLibrary
from legacytrust.stores.provenance import Provenance
from legacytrust.stores.snapshotfile import Completeness

__all__ = ["Completeness", "Provenance", "TrustStore"]


@attrs.frozen(eq=False)
class TrustStore:
    """The roots that a device holds, in their order, with where the list comes from.

    Two stores are equal when they have the same id and hold the same roots in the same order.

    :param id: ``family/release``, as ``android/4.4``.
    :param fingerprints: SHA-256 of every root, lower-case hex, in the order of the store.
    :param library: where the certificates are.
    :param title: what a person calls it.
    :param released: when it shipped, or ``None``.
    :param completeness: what the absence of a root means.
    :param provenance: where the list was read; ``None`` when the caller gave it.
    :param note: what a reader should know.
    :param constraints: limits of the trust in some of the roots, by fingerprint.
    :param absent: roots that a partial list is known not to hold, by fingerprint; of any other root
        that it does not name nothing is known.
    :param on_demand: those of the roots that are not on the device until a chain needs them: it
        fetches them from the platform's programme.
    :param disallowed: SHA-256 of certificates that the store says must never be trusted, whether
        they are roots or not, lower-case hex.
    """

    id: str
    fingerprints: tuple[str, ...] = attrs.field(repr=False)
    library: AnchorLibrary = attrs.field(repr=False)
    title: str = ""
    released: date | None = None
    completeness: Completeness = Completeness.EXACT
    provenance: Provenance | None = attrs.field(default=None, repr=False)
    note: str = attrs.field(default="", repr=False)
    constraints: tuple[tuple[str, tuple[Constraints, ...]], ...] = attrs.field(
        default=(), repr=False
    )
    absent: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    disallowed: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    on_demand: frozenset[str] = attrs.field(default=frozenset(), repr=False)

    @classmethod
    def from_certificates(
        cls, certificates: Iterable[CertificateLike], *, id: str = "own/roots"
    ) -> TrustStore:
        """A store of these roots, in this order; exact duplicates are kept once.

        :param certificates: ours, ``cryptography``'s, or DER bytes.
        :raises StoreError: when there is none: an empty store trusts nothing, and is nearly
            always a mistake.
        """
        anchors = {c.sha256: TrustAnchor(c) for c in map(as_certificate, certificates)}
        if not anchors:
            raise StoreError("a trust store needs at least one root", where=id)
        return cls(id=id, fingerprints=tuple(anchors), library=MemoryLibrary(anchors.values()))

    @classmethod
    def from_pem(cls, text: str | bytes, *, id: str = "own/roots") -> TrustStore:
        """A store of the certificates of a PEM text.

        :raises ChainError: when there is no certificate in it.
        """
        return cls.from_certificates(
            read_pem(text.encode() if isinstance(text, str) else text), id=id
        )

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, id: str | None = None) -> TrustStore:
        """A store of the certificates of a PEM, DER or PKCS#7 file.

        :raises ChainError: when there is no certificate in it.
        """
        where = os.fspath(path)
        certificates = read_certificates(read_bytes(path), where=where)
        return cls.from_certificates(certificates, id=id or f"own/{Path(where).name}")

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def version(self) -> str:
        """The part of the id after the slash."""
        return self.id.partition("/")[2]

    @property
    def anchors(self) -> tuple[TrustAnchor, ...]:
        """Every root, in order; reads them all."""
        return tuple(self._anchor(sha256) for sha256 in self.fingerprints)

    def _anchor(self, sha256: str) -> TrustAnchor:
        anchor = self.library.anchor(sha256)
        limits = self._limits.get(sha256)
        return anchor if limits is None else attrs.evolve(anchor, constraints=limits)

    @cached_property
    def _limits(self) -> Mapping[str, tuple[Constraints, ...]]:
        return dict(self.constraints)

    def limits(self, fingerprints: Iterable[str]) -> tuple[tuple[Constraints, ...], ...]:
        """The limits of the trust in each of these roots."""
        return tuple(self._limits.get(sha256, ()) for sha256 in fingerprints)

    def named(self, canonical: bytes) -> tuple[TrustAnchor, ...]:
        """The roots whose subject has this canonical form, in the order of the store."""
        held = [sha256 for sha256 in self.library.named(canonical) if sha256 in self._position]
        held.sort(key=self._position.__getitem__)
        return tuple(self._anchor(sha256) for sha256 in held)

    def keyed(self, key_id: bytes) -> tuple[TrustAnchor, ...]:
        """The roots with this subject key identifier, in the order of the store."""
        held = [sha256 for sha256 in self.library.keyed(key_id) if sha256 in self._position]
        held.sort(key=self._position.__getitem__)
        return tuple(self._anchor(sha256) for sha256 in held)

    def holding(self, fingerprints: Iterable[str]) -> tuple[str, ...]:
        """Those of the given fingerprints that the store holds, in the order of the store."""
        held = [sha256 for sha256 in fingerprints if sha256 in self._position]
        held.sort(key=self._position.__getitem__)
        return tuple(held)

    @cached_property
    def duplicate_subjects(self) -> tuple[bytes, ...]:
        """Canonical names that more than one root of the store has."""
        seen: dict[bytes, int] = {}
        for sha256 in self.fingerprints:
            name = self.library.name_of(sha256).canonical
            seen[name] = seen.get(name, 0) + 1
        return tuple(name for name, count in seen.items() if count > 1)

    @cached_property
    def _position(self) -> Mapping[str, int]:
        return {sha256: index for index, sha256 in enumerate(self.fingerprints)}

    def __contains__(self, item: object) -> bool:
        if isinstance(item, Certificate):
            return item.sha256 in self._position
        return item in self._position

    def __len__(self) -> int:
        return len(self.fingerprints)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TrustStore):
            return NotImplemented
        return _identity(self) == _identity(other)

    def __hash__(self) -> int:
        return hash((self.id, self.fingerprints))


def _identity(store: TrustStore) -> tuple[object, ...]:
    limits = (store.constraints, store.absent, store.disallowed, store.on_demand)
    return (store.id, store.fingerprints, *limits)
