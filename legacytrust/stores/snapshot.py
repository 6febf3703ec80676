"""A trust store at one moment.

A store is not "what Android trusts" but what Android 4.4 trusted on the day it was released, read
from a named source.  How sure that list is, is part of it:
:class:`~legacytrust.stores.provenance.Completeness` decides whether the absence of a root proves
anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, as_certificate
from legacytrust.errors import StoreError
from legacytrust.readers.recognise import read_pem
from legacytrust.stores.anchor import Constraints, TrustAnchor
from legacytrust.stores.library import AnchorLibrary, MemoryLibrary
from legacytrust.stores.provenance import Completeness, Provenance

if TYPE_CHECKING:
    from legacytrust.stores.formats.entries import Entry
    from legacytrust.stores.own import CertificateSource, PathLike

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
        :param id: what to call it in a report, ``family/release``.
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
    def from_file(
        cls,
        path: PathLike,
        *,
        id: str | None = None,
        password: str | bytes | None = None,
        certificates: CertificateSource = None,
    ) -> TrustStore:
        """A store in a file of any form, or in a folder of certificates; the content decides.

        A file may be PEM, DER, PKCS#7, PKCS#12, a keystore of Java or Android, NSS's
        ``certdata.txt``, a ``.sst`` or ``.stl`` of Windows, a report of the CCADB, a list of the
        Trust Stores Observatory, C source with trust anchors of BearSSL, or a bundle of ESP-IDF.

        :param id: what to call it in a report; ``own/`` and the name of the file if not given, here
            and for all the others that read a file.
        :param password: for PKCS#12 and keystores.
        :param certificates: a folder, a file or certificates, for forms that name roots by their
            fingerprint only.  The packaged ones are known anyway.  Where some are not found the
            store is partial, and its note says which.
        :raises ChainError: when there is no certificate in it.
        :raises StoreError: when it is no store that can be read.
        """
        return cls._read(path, None, id, password, certificates)

    @classmethod
    def from_directory(cls, path: PathLike, *, id: str | None = None) -> TrustStore:
        """A store of the files of a folder: Android's ``cacerts``, ``/etc/ssl/certs``.

        Where files are named after a hash, as ``9a6ec012.0``, only those count.

        :raises StoreError: when the folder cannot be read or holds none.
        :raises ChainError: when one of its files holds no certificate.
        """
        from legacytrust.stores.formats import pem_dir

        return cls._from_entries(pem_dir.read(path), path, id, None)

    @classmethod
    def from_keystore(
        cls, path: PathLike, *, password: str | bytes | None = None, id: str | None = None
    ) -> TrustStore:
        """A store of the trusted entries of a JKS, JCEKS, BKS, UBER or PKCS#12 keystore.

        Keys in it are neither decrypted nor kept.  All but PKCS#12 need the extra ``[keystores]``.

        :param password: that of the keystore; JKS and JCEKS can be read without.
        :raises MissingExtraError: when ``pyjks`` is not installed.
        :raises PasswordError: when the password is missing or wrong.
        :raises StoreError: when it is no keystore, or is damaged.
        """
        from legacytrust.stores.own import read_keystore

        return cls._from_entries(read_keystore(path, password), path, id, None)

    from_jks = from_keystore

    @classmethod
    def from_p7b(cls, path: PathLike, *, id: str | None = None) -> TrustStore:
        """A store of a PKCS#7 bundle of certificates, ``.p7b``, PEM or DER.

        :raises ChainError: when there is no certificate in it.
        :raises StoreError: when it is a store of another form.
        """
        return cls._read(path, "certificates", id, None, None)

    @classmethod
    def from_certdata(cls, path: PathLike, *, id: str | None = None) -> TrustStore:
        """A store of NSS's ``certdata.txt``: roots with their purposes and last days.

        Certificates that the file distrusts become ``disallowed``.

        :raises StoreError: when it is something else, or is damaged.
        """
        return cls._read(path, "certdata", id, None, None)

    @classmethod
    def from_sst(cls, path: PathLike, *, id: str | None = None) -> TrustStore:
        """A store of a serialised store of Windows, with the limits that its properties are.

        :raises StoreError: when it is something else, or is damaged.
        """
        return cls._read(path, "sst", id, None, None)

    @classmethod
    def from_stl(
        cls, path: PathLike, *, certificates: CertificateSource = None, id: str | None = None
    ) -> TrustStore:
        """A store of Windows' ``authroot.stl``, which names roots by fingerprint, with limits.

        :param certificates: see :meth:`from_file`.
        :raises StoreError: when it is something else, is damaged, or no certificate is found.
        """
        return cls._read(path, "stl", id, None, certificates)

    @classmethod
    def from_ccadb_csv(
        cls, path: PathLike, *, certificates: CertificateSource = None, id: str | None = None
    ) -> TrustStore:
        """A store of a CCADB report of included roots.

        :param certificates: see :meth:`from_file`; for reports without certificates.
        :raises StoreError: when it is another report, or a row of it cannot be read.
        """
        return cls._read(path, "ccadb", id, None, certificates)

    @classmethod
    def from_observatory(
        cls, path: PathLike, *, certificates: CertificateSource = None, id: str | None = None
    ) -> TrustStore:
        """A store of a YAML file of the Trust Stores Observatory, which names roots only.

        :param certificates: see :meth:`from_file`.
        :raises StoreError: when it is something else, is damaged, or no certificate is found.
        """
        return cls._read(path, "observatory", id, None, certificates)

    @classmethod
    def from_bearssl(cls, path: PathLike, *, id: str | None = None) -> TrustStore:
        """A store of the trust anchors in C source for BearSSL: names and keys.

        :raises StoreError: when it is something else, or is damaged.
        """
        return cls._read(path, "bearssl", id, None, None)

    @classmethod
    def from_esp_bundle(cls, path: PathLike, *, id: str | None = None) -> TrustStore:
        """A store of a certificate bundle of ESP-IDF: names and keys.

        :raises StoreError: when it is something else, or is damaged.
        """
        return cls._read(path, "esp-bundle", id, None, None)

    @classmethod
    def _read(
        cls,
        path: PathLike,
        form: str | None,
        id: str | None,
        password: str | bytes | None,
        certificates: CertificateSource,
    ) -> TrustStore:
        from legacytrust.stores.own import StoreFormat, read_entries

        wanted = StoreFormat(form) if form is not None else None
        entries = read_entries(path, form=wanted, password=password)
        return cls._from_entries(entries, path, id, certificates)

    @classmethod
    def _from_entries(
        cls,
        entries: Iterable[Entry],
        path: PathLike,
        id: str | None,
        certificates: CertificateSource,
    ) -> TrustStore:
        from legacytrust.stores.own import assemble

        where = os.fspath(path)
        found = assemble(entries, certificates, where=where)
        return cls(
            id=id or f"own/{Path(where).name}",
            fingerprints=tuple(anchor.sha256 for anchor in found.anchors),
            library=MemoryLibrary(found.anchors),
            completeness=Completeness.PARTIAL if found.missing else Completeness.EXACT,
            note=found.note,
            constraints=found.constraints,
            disallowed=found.blocked,
        )

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
        return tuple(self.anchor(sha256) for sha256 in self.fingerprints)

    def anchor(self, sha256: str) -> TrustAnchor:
        """The root with this fingerprint as this store trusts it; it must be one of them."""
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
        return tuple(map(self.anchor, self.holding(self.library.named(canonical))))

    def keyed(self, key_id: bytes) -> tuple[TrustAnchor, ...]:
        """The roots with this subject key identifier, in the order of the store."""
        return tuple(map(self.anchor, self.holding(self.library.keyed(key_id))))

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

    def tells_of(self, sha256: str) -> bool:
        """Whether it is known if the store holds this root; of some a partial list is silent."""
        partial = self.completeness is Completeness.PARTIAL
        return not partial or sha256 in self or sha256 in self.absent

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
