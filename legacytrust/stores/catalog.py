"""The catalogue: every packaged trust store, read from ``trust_stores/``.

Nothing is read when the package is imported, and no certificate before a path search asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import attrs

from legacytrust.errors import StoreDataError, UnknownStoreError
from legacytrust.names import Name
from legacytrust.stores.anchor import RootFacts
from legacytrust.stores.constraints import canonical_text
from legacytrust.stores.facts import FactsFile, read_facts_files
from legacytrust.stores.files import ResolvedSnapshot, digest_of, resolve
from legacytrust.stores.library import FileLibrary
from legacytrust.stores.snapshot import TrustStore

__all__ = ["StoreCatalog", "packaged_root", "read_stores"]


def packaged_root() -> Traversable:
    """The folder ``trust_stores``: inside the package in a wheel, beside it in a checkout.

    :raises StoreDataError: when it is in neither place.
    """
    inside = files("legacytrust") / "trust_stores"
    beside = Path(__file__).resolve().parents[2] / "trust_stores"
    for place in (inside, beside):
        if place.is_dir():
            return place
    raise StoreDataError(
        "the trust stores are missing from this installation", hint="install the package again"
    )


@attrs.frozen(eq=False)
class StoreCatalog:
    """All stores of one folder.

    :param stores: every snapshot, each family in the order of its releases.
    :param library: where their certificates are.
    :param version: a digest of all the lists, which changes when any of them does.
    """

    stores: tuple[TrustStore, ...]
    library: FileLibrary = attrs.field(repr=False)
    version: str

    @cached_property
    def _by_id(self) -> Mapping[str, TrustStore]:
        return {store.id: store for store in self.stores}

    def store(self, id: str) -> TrustStore:
        """The store with this id.

        :raises UnknownStoreError: when there is none; the error names some that there are.
        """
        try:
            return self._by_id[id]
        except KeyError:
            family = id.partition("/")[0]
            near = [store.id for store in self.stores if store.family == family]
            known = near or dict.fromkeys(store.family for store in self.stores)
            raise UnknownStoreError(
                f"there is no trust store {id!r}", hint=f"known: {', '.join(known)}"
            ) from None


def read_stores(root: Traversable) -> StoreCatalog:
    """Read all snapshots below a folder of the form of ``trust_stores/``.

    :raises StoreDataError: when a file breaks the format.
    """
    snapshots = resolve(root)
    folder = root / "certificates"
    held = {
        file.name.removesuffix(".pem"): file
        for file in (folder.iterdir() if folder.is_dir() else ())
        if file.name.endswith(".pem")
    }
    library = FileLibrary(held, map(_root_facts, read_facts_files(root)))
    stores = [store for snapshot in snapshots for store in _stores(snapshot, library)]
    stores.sort(key=lambda store: (store.family, store.released, store.id))
    return StoreCatalog(stores=tuple(stores), library=library, version=data_version(snapshots))


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
