"""All trust stores of a folder or an index; a certificate is read when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Protocol

import attrs

from legacytrust.errors import StoreDataError, UnknownStoreError
from legacytrust.names import Name
from legacytrust.stores.anchor import KeyAnchor, RootFacts
from legacytrust.stores.constraints import canonical_text
from legacytrust.stores.facts import FactsFile, read_facts_files
from legacytrust.stores.files import ResolvedSnapshot, digest_of, resolve
from legacytrust.stores.keyfile import read_key_files
from legacytrust.stores.library import AnchorLibrary, FileLibrary
from legacytrust.stores.snapshot import TrustStore

__all__ = ["CatalogLibrary", "StoreCatalog", "data_version", "read_stores"]


class CatalogLibrary(AnchorLibrary, Protocol):
    """A library that also knows what the lists call its roots."""

    @property
    def names(self) -> Mapping[str, str]:
        """What the lists call each root, by fingerprint."""


@attrs.frozen(eq=False)
class StoreCatalog:
    """All stores of one folder or one index.

    :param ids: the id of every store: family by family, each in the order of its releases.
    :param library: where their certificates are.
    :param version: a digest of all the lists, which changes when any of them does.
    :param make: gives the store with one of the ids; it is asked once for each.
    """

    ids: tuple[str, ...]
    library: CatalogLibrary = attrs.field(repr=False)
    version: str
    make: Callable[[str], TrustStore] = attrs.field(repr=False)
    _made: dict[str, TrustStore] = attrs.field(factory=dict, init=False, repr=False)

    @cached_property
    def stores(self) -> tuple[TrustStore, ...]:
        """Every store, in the order of the ids."""
        return tuple(map(self.store, self.ids))

    @property
    def names(self) -> Mapping[str, str]:
        """What the lists call each root, by fingerprint."""
        return self.library.names

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.ids)

    def store(self, id: str) -> TrustStore:
        """The store with this id, the same object every time.

        :raises UnknownStoreError: when there is none; the error names some that there are.
        """
        made = self._made.get(id)
        if made is None:
            if id not in self._known:
                raise self._unknown(id)
            made = self._made.setdefault(id, self.make(id))
        return made

    def _unknown(self, id: str) -> UnknownStoreError:
        family = id.partition("/")[0]
        near = [known for known in self.ids if known.startswith(f"{family}/")]
        known = near or dict.fromkeys(known.partition("/")[0] for known in self.ids)
        return UnknownStoreError(
            f"there is no trust store {id!r}", hint=f"known: {', '.join(known)}"
        )


def read_stores(root: Traversable) -> StoreCatalog:
    """Read all snapshots below a folder of the form of ``trust_stores/``.

    :raises StoreDataError: when a file breaks the format.
    """
    if not root.is_dir():
        raise StoreDataError("there is no such folder", where=str(root))
    snapshots = resolve(root)
    folder = root / "certificates"
    held = {
        file.name.removesuffix(".pem"): file
        for file in (folder.iterdir() if folder.is_dir() else ())
        if file.name.endswith(".pem")
    }
    names = {root.sha256: root.name for s in snapshots for root in (*s.roots, *s.absent)}
    told: list[RootFacts | KeyAnchor] = [*map(_root_facts, read_facts_files(root))]
    told += read_key_files(root)
    library = FileLibrary(held, told, names)
    stores = [store for snapshot in snapshots for store in _stores(snapshot, library)]
    stores.sort(key=lambda store: (store.family, store.released, store.id))
    by_id = {store.id: store for store in stores}
    return StoreCatalog(tuple(by_id), library, data_version(snapshots), by_id.__getitem__)


def data_version(snapshots: Iterable[ResolvedSnapshot]) -> str:
    """A digest of all lists and of the limits in them: twelve hexadecimal digits."""
    lines = (
        " ".join([release.id, snapshot.file.digest, *_limits(snapshot)])
        for snapshot in snapshots
        for release in snapshot.file.releases
    )
    return digest_of(lines).removeprefix("sha256:")[:12]


def _limits(snapshot: ResolvedSnapshot) -> Iterator[str]:
    """What a store says beyond its list, as text that is the same on every machine."""
    for sha256, sets in snapshot.constraints:
        yield f"{sha256} {' or '.join(map(canonical_text, sets))}"
    for root in snapshot.absent:
        yield f"not {root.sha256}"
    yield from (f"never {sha256}" for sha256 in snapshot.file.disallowed)


def _stores(snapshot: ResolvedSnapshot, library: FileLibrary) -> Iterator[TrustStore]:
    """A store for each release; they share their list."""
    file, fingerprints = snapshot.file, snapshot.fingerprints
    absent = frozenset(root.sha256 for root in snapshot.absent)
    for release in file.releases:
        yield TrustStore(
            id=release.id,
            fingerprints=fingerprints,
            library=library,
            title=release.title,
            released=release.released,
            completeness=release.completeness,
            provenance=attrs.evolve(file.provenance, stands_for=release.stands_for),
            note=file.note,
            constraints=snapshot.constraints,
            absent=absent,
            disallowed=frozenset(file.disallowed),
        )


def _root_facts(file: FactsFile) -> RootFacts:
    return RootFacts(
        sha256=file.sha256,
        sha1=file.sha1,
        name=file.name,
        subject=Name(file.subject_der),
        spki_sha256=file.spki_sha256,
        subject_key_id=bytes.fromhex(file.subject_key_id) or None,
        serial=file.serial,
        not_before=file.not_before,
        not_after=file.not_after,
        issuer=Name(file.issuer_der),
    )
