"""The index says what the text says, is derived when it has to be, and is not believed if damaged."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legacytrust.catalog import indexed_catalog
from legacytrust.errors import StoreDataError
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.devices import read_device_files
from legacytrust.stores.files import ResolvedSnapshot
from legacytrust.stores.folder import read_stores
from legacytrust.stores.index import FileSource, Index, MemorySource, pack
from legacytrust.stores.indexed import (
    IndexedPool,
    _Replay,
    indexed_devices,
    indexed_elsewhere,
    indexed_stores,
)
from legacytrust.stores.indexwriter import STEPS, _Changes, derive_index
from legacytrust.stores.intermediates import read_pool
from legacytrust.stores.packaged import INDEX_NAME, derived_index, packaged_index, state_of
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.poolfile import read_pool_file
from legacytrust.stores.snapshot import TrustStore
from material import few_at_first

if TYPE_CHECKING:
    from tests.stores.conftest import SmallStores

ROOT = Path(__file__).resolve().parents[2] / "trust_stores"


@pytest.fixture(scope="module")
def data() -> bytes:
    return derive_index(ROOT)


@pytest.fixture(scope="module")
def index(data: bytes) -> Index:
    return Index(MemorySource(data), "the index")


@pytest.fixture(scope="module")
def text() -> StoreCatalog:
    return read_stores(ROOT)


def told(store: TrustStore) -> dict[str, object]:
    """All that is known of a store, but for where its certificates are."""
    return attrs.asdict(store, recurse=False, filter=lambda field, _: field.name != "library")


# -- the packaged data ------------------------------------------------------------------------


def test_every_store_is_that_of_the_text(index: Index, text: StoreCatalog) -> None:
    found = indexed_stores(index)
    assert found.ids == text.ids
    assert found.version == text.version
    for ours, theirs in zip(found.stores, text.stores, strict=True):
        assert told(ours) == told(theirs)


def test_every_list_is_the_resolved_one(
    index: Index, snapshots: Mapping[str, ResolvedSnapshot]
) -> None:
    found = indexed_stores(index)
    assert len(found.ids) == sum(len(s.file.releases) for s in snapshots.values())
    for snapshot in snapshots.values():
        for release in snapshot.file.releases:
            store = found.store(release.id)
            assert store.fingerprints == snapshot.fingerprints
            assert store.constraints == snapshot.constraints


def test_every_root_is_that_of_the_text(index: Index, text: StoreCatalog) -> None:
    ours, theirs = indexed_stores(index).library, text.library
    assert ours.names == theirs.names
    for sha256 in theirs.names:
        assert ours.name_of(sha256) == theirs.name_of(sha256)
        root = theirs.anchor(sha256)
        assert ours.anchor(sha256) == root
        name, key_id = root.subject.canonical, root.certificate.subject_key_id or b""
        used = theirs.names.keys()
        assert set(ours.named(name)) == used & set(theirs.named(name)) >= {sha256}
        assert set(ours.keyed(key_id)) == used & set(theirs.keyed(key_id)) >= {sha256}


def test_every_device_is_that_of_the_text(index: Index) -> None:
    found = [attrs.evolve(device, where="") for device in indexed_devices(index)]
    assert found == [attrs.evolve(device, where="") for device in read_device_files(ROOT)]


def test_the_pool_is_that_of_the_text(index: Index) -> None:
    ours, theirs = CertificatePool(IndexedPool(index)), read_pool(ROOT)
    assert len(ours) == len(theirs)
    for certificate in theirs.certificates:
        assert ours.named(certificate.subject.canonical) == theirs.named(
            certificate.subject.canonical
        )
    assert ours == theirs
    assert indexed_elsewhere(index) == read_pool_file(ROOT).elsewhere


def test_a_store_is_made_once_and_a_device_has_the_same(index: Index) -> None:
    catalog = indexed_catalog(index)
    device = catalog.device("android/4.4")
    assert device.store is catalog.store("android/4.4")
    assert device.client is device.client


def test_deriving_it_again_gives_the_same_bytes(data: bytes) -> None:
    assert derive_index(ROOT) == data


def test_importing_the_package_reads_no_data() -> None:
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "import legacytrust\n"
        "print([name for name in opened if 'trust_stores' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.strip() == "[]"


# -- what the format can say ------------------------------------------------------------------

roots = st.sampled_from([f"{n:02x}" for n in range(12)])
mappings = st.lists(st.tuples(roots, st.integers(0, 2)), unique_by=lambda item: item[0]).map(dict)


@given(st.lists(mappings, max_size=3 * STEPS))
def test_changes_replay_to_every_list_in_its_order(lists: list[dict[str, int]]) -> None:
    changes = _Changes({f"{n:02x}": n for n in range(12)})
    numbers = [changes.number("toy", mapping) for mapping in lists]
    replay = _Replay([json.dumps(row).encode() for row in changes.rows])
    for number, mapping in zip(numbers, lists, strict=True):
        assert [(f"{n:02x}", v) for n, v in replay.mapping(number).items()] == list(mapping.items())


def real(small: SmallStores, count: int) -> list[str]:
    """Real certificates in the small folder: their entries."""
    files = sorted((ROOT / "certificates").iterdir())[:count]
    for file in files:
        (small.root / "certificates" / file.name).write_bytes(file.read_bytes())
    return [f"{file.stem[:12]} {file.stem[:4]}" for file in files]


def test_limits_and_absence_survive(small: SmallStores, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = real(small, 2)
    monkeypatch.setattr("legacytrust.stores.files._close", without_digest(small))
    small.write(
        "1",
        completeness='"partial"',
        add=f'["{a}"]',
        absent=f'["{b}"]',
        tail=f"""
[[constrain]]
roots = ["{a}"]
sets = [
  {{ purposes = ["serverAuth"], issued_by = 2024-11-30T23:59:59Z }},
  {{ sct_by = 2024-11-30T23:59:59Z, from_version = "8.1", dns_names = ["example.org"] }},
  {{ disabled = true, disabled_after = 1601-01-01T00:00:00Z, refused_purposes = ["1.2.3"] }},
]
""",
    )
    [ours] = indexed_stores(Index(MemorySource(derive_index(small.root)), "x")).stores
    [theirs] = read_stores(small.root).stores
    assert told(ours) == told(theirs)
    assert len(ours.constraints[0][1]) == 3
    assert ours.absent


def without_digest(small: SmallStores) -> object:
    """The closing of the books, whatever count and digest a file gives."""
    from legacytrust.stores import files

    close, digest = files._close, files.digest_of

    def closed(file: files.SnapshotFile, full: files._List, *more: object) -> ResolvedSnapshot:
        right = attrs.evolve(file, count=len(full.members), digest=digest(full.members))
        return close(right, full, *more)

    return closed


# -- damage -----------------------------------------------------------------------------------


def use_all(data: bytes) -> None:
    index = Index(MemorySource(data), "the index", "do something")
    catalog = indexed_catalog(index)
    for store in catalog.stores:
        assert store.anchors
    assert len(IndexedPool(index).all()) > 200


def test_the_whole_index_can_be_used(data: bytes) -> None:
    use_all(data)


@pytest.mark.parametrize("place", few_at_first((0, 0.3, 0.99, 0.1, 0.5, 0.8)))
def test_a_changed_octet_is_found(data: bytes, place: float) -> None:
    at = int(len(data) * place)
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    with pytest.raises(StoreDataError, match="the index of the trust stores") as caught:
        use_all(changed)
    assert (caught.value.where, caught.value.hint) == ("the index", "do something")


@pytest.mark.parametrize("at", [*range(17, 97), 200])
def test_a_changed_head_is_found_at_once(data: bytes, at: int) -> None:
    with pytest.raises(StoreDataError, match="is damaged"):
        Index(MemorySource(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]), "x")


@pytest.mark.parametrize("size", [0, 1, 18, 50, 93, 94, 300, 20_000, 400_000, -1])
def test_a_cut_off_index_is_found(data: bytes, size: int) -> None:
    with pytest.raises(StoreDataError, match="is damaged"):
        use_all(data[:size])


def test_another_version_is_not_read() -> None:
    other = pack({"format": 99}, {}, b"")
    with pytest.raises(StoreDataError, match="has the format 99, not"):
        Index(MemorySource(other), "x")


def test_a_section_that_is_not_there() -> None:
    with pytest.raises(StoreDataError, match="has no section 'ids'"):
        indexed_stores(Index(MemorySource(pack({"data": ""}, {}, b"")), "x"))


def test_an_index_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreDataError, match="cannot be read: No such file"):
        Index(FileSource(tmp_path / "x"), "x")


# -- deriving it ------------------------------------------------------------------------------


def test_derived_once_and_again_after_a_change(small: SmallStores) -> None:
    small.write("1", title='"first"')
    cache = small.root.with_name(INDEX_NAME)
    assert titles(derived_index(small.root)) == ["first"]
    written = cache.stat()
    assert titles(derived_index(small.root)) == ["first"]
    assert cache.stat().st_mtime_ns == written.st_mtime_ns
    file = small.write("1", title='"other"')
    os.utime(file, ns=(0, 0))
    assert titles(derived_index(small.root)) == ["other"]
    assert [f.name for f in cache.parent.iterdir() if f.is_file()] == [INDEX_NAME]


def test_an_index_that_is_replaced_stays_what_it_was(small: SmallStores) -> None:
    small.write("1", title='"first"')
    before = derived_index(small.root)
    os.utime(small.write("1", title='"other"' + " " * 10_000), ns=(0, 0))
    assert titles(derived_index(small.root)) == ["other"]
    assert titles(before) == ["first"]
    assert titles(pickle.loads(pickle.dumps(derived_index(small.root)))) == ["other"]


def titles(index: Index) -> list[str]:
    return [store.title for store in indexed_stores(index).stores]


@pytest.mark.parametrize("change", ["add", "remove", "touch"])
def test_the_state_knows_every_change(small: SmallStores, change: str) -> None:
    file, before = small.write("1"), ""
    before = state_of(small.root)
    if change == "add":
        small.hold("A")
    elif change == "remove":
        file.unlink()
    else:
        os.utime(file, ns=(1, 1))
    assert state_of(small.root) != before


@pytest.mark.parametrize("damage", [b"", b"x", b"legacytrust index\n" + b"0" * 76, None])
def test_a_damaged_file_is_derived_again(small: SmallStores, damage: bytes | None) -> None:
    small.write("1")
    derived_index(small.root)
    cache = small.root.with_name(INDEX_NAME)
    cache.write_bytes(pack({"format": 0}, {}, b"") if damage is None else damage)
    assert len(titles(derived_index(small.root))) == 1
    assert cache.stat().st_size > 100


def refuse(*_: object, **__: object) -> None:
    raise PermissionError("read-only")


@pytest.mark.parametrize("step", ["mkstemp", "replace"])
def test_works_from_memory_where_nothing_can_be_written(
    small: SmallStores, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    small.write("1", title='"first"')
    if step == "mkstemp":
        monkeypatch.setattr(tempfile, "mkstemp", refuse)
    else:
        monkeypatch.setattr(Path, "replace", refuse)
    assert titles(derived_index(small.root)) == ["first"]
    assert [f.name for f in small.root.parent.iterdir()] == ["trust_stores"]


def test_bad_text_is_an_error_of_the_text(small: SmallStores) -> None:
    small.write("1", count="7")
    with pytest.raises(StoreDataError, match="has 0 roots, not 7") as caught:
        derived_index(small.root)
    assert caught.value.where.startswith("toy/1.toml, line ")


def test_the_packaged_index_is_opened_once() -> None:
    assert packaged_index() is packaged_index()
