"""The stores that the text files of a folder make, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable

import attrs

from legacytrust.errors import StoreDataError
from legacytrust.names import Name
from legacytrust.stores.anchor import KeyAnchor, RootFacts
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.constraints import canonical_text
from legacytrust.stores.facts import FactsFile, read_facts_files
from legacytrust.stores.files import ResolvedSnapshot, digest_of, resolve
from legacytrust.stores.keyfile import read_key_files
from legacytrust.stores.library import FileLibrary
from legacytrust.stores.snapshot import TrustStore

__all__ = ["data_version", "read_stores"]


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
