"""Fetching: the right client is run in the right way, and nothing is believed unchecked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from legacytrust.errors import SourceUnavailableError, StoreDataError
from legacytrust.stores import registries
from legacytrust.stores.registries import Fetcher, verified
from legacytrust.stores.sources import Registry, Source

DATA = b"the package"
TOY = Source(
    id="toy-1",
    registry=Registry.PYPI,
    name="toy",
    version="1",
    suites=(),
    file="toy-1.whl",
    sha256=hashlib.sha256(DATA).hexdigest(),
    note="",
    read=(),
)
SDIST = attrs.evolve(TOY, file="toy-1.tar.gz")
NPM = attrs.evolve(TOY, registry=Registry.NPM, file="toy-1.tgz")
DEBIAN = attrs.evolve(
    TOY, registry=Registry.DEBIAN, version="1+ds-1", suites=("sid",), file="toy_1+ds-1_all.deb"
)

URIS = """\
'http://mirror.example/debian/dists/bookworm/InRelease' mirror_InRelease 0
'http://mirror.example/debian/dists/bookworm-updates/InRelease' mirror_InRelease 0
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' other_InRelease 0
'http://vendor.example/dists/nodistro/InRelease' vendor_InRelease 0
"""

Client = Callable[[Sequence[str], Path], str]


class Clients:
    """Stands in for the clients: notes each call, and lets *act* leave a file."""

    def __init__(self, act: Client) -> None:
        self.calls: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self._act = act

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        self.calls.append(list(command))
        self.environments.append(options["env"])
        return subprocess.CompletedProcess(command, 0, self._act(command, options["cwd"]), "")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[[Client], Clients]:
    def install(act: Client) -> Clients:
        clients = Clients(act)
        monkeypatch.setattr("subprocess.run", clients.run)
        return clients

    return install


def leaves(name: str, data: bytes = DATA) -> Client:
    def act(command: Sequence[str], cwd: Path) -> str:
        if "update" not in command:
            (cwd / name).write_bytes(data)
        return URIS if "--print-uris" in command else ""

    return act


def test_wheel(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    clients = fake(leaves("toy-1.whl"))
    assert Fetcher(tmp_path).fetch(TOY) == DATA
    [call] = clients.calls
    assert call[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "toy==1", "--only-binary"} <= set(call)


def test_sdist_is_not_executed(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    clients = fake(leaves("toy-1.tar.gz"))
    assert Fetcher(tmp_path).fetch(SDIST) == DATA
    [call], [environment] = clients.calls, clients.environments
    assert {"--no-binary", "--no-build-isolation"} <= set(call)
    backend = Path(environment["PYTHONPATH"]) / "setuptools" / "build_meta.py"
    compile(backend.read_text(), "build_meta.py", "exec")


@pytest.mark.parametrize(
    "backend", ["setuptools.build_meta:__legacy__", "setuptools.build_meta", "maturin"]
)
def test_the_backend_states_name_and_version(tmp_path: Path, backend: str) -> None:
    registries._write_backend(attrs.evolve(SDIST, name="toy-bear"), tmp_path)
    module, _, inner = backend.partition(":")
    code = (
        f"import {module} as b\n"
        f"b = b.{inner or '__dict__'}\n"
        "b = type('B', (), b) if isinstance(b, dict) else b\n"
        f"print(b.prepare_metadata_for_build_wheel({str(tmp_path)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    # a hyphen in the folder's name would end the name of the package there
    assert done.stdout.strip() == "toy_bear-1.dist-info"
    metadata = (tmp_path / done.stdout.strip() / "METADATA").read_text()
    assert metadata.splitlines()[1:] == ["Name: toy-bear", "Version: 1"]


def test_npm(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    clients = fake(leaves("toy-1.tgz"))
    assert Fetcher(tmp_path).fetch(NPM) == DATA
    assert clients.calls == [["npm", "pack", "toy@1", "--ignore-scripts", "--silent"]]


def test_debian(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    clients = fake(leaves("toy_1%2bds-1_all.deb"))
    assert Fetcher(tmp_path).fetch(DEBIAN) == DATA
    uris, update, download = clients.calls
    assert uris == ["apt-get", "update", "--print-uris"]
    assert update[-1] == "update"
    assert download[-2:] == ["download", "toy=1+ds-1"]
    listing = (tmp_path / "apt" / "sources.list").read_text().splitlines()
    assert [line.split()[-3:] for line in listing] == [
        ["http://mirror.example/debian", "sid", "main"]
    ]


def test_debian_updates_once(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    clients = fake(leaves("toy_1+ds-1_all.deb"))
    fetcher = Fetcher(tmp_path)
    fetcher.fetch(DEBIAN)
    fetcher.fetch(attrs.evolve(DEBIAN, id="again"))
    assert [call[-1] for call in clients.calls].count("update") == 1


def test_debian_without_a_mirror(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    fake(lambda *_: "")
    with pytest.raises(SourceUnavailableError, match="has no Debian mirror"):
        Fetcher(tmp_path).fetch(DEBIAN)


def test_cache(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    clients = fake(leaves("toy-1.whl"))
    fetcher = Fetcher(tmp_path / "work", tmp_path / "cache")
    assert fetcher.fetch(TOY) == fetcher.fetch(TOY) == DATA
    assert len(clients.calls) == 1
    (tmp_path / "cache" / "toy-1.whl").write_bytes(b"other")
    with pytest.raises(StoreDataError, match="not the pinned"):
        fetcher.fetch(TOY)


def test_other_bytes_are_refused(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    fake(leaves("toy-1.whl", b"other"))
    with pytest.raises(StoreDataError, match="not the pinned"):
        Fetcher(tmp_path, tmp_path / "cache").fetch(TOY)
    assert not (tmp_path / "cache").exists()
    with pytest.raises(StoreDataError, match=r"toy 1 \(pypi\)"):
        verified(TOY, b"other")


def test_another_file_is_refused(fake: Callable[[Client], Clients], tmp_path: Path) -> None:
    fake(leaves("toy-2.whl"))
    with pytest.raises(SourceUnavailableError, match=r"toy-1\.whl was asked for, toy-2\.whl came"):
        Fetcher(tmp_path).fetch(TOY)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (FileNotFoundError(), "is not installed"),
        (subprocess.TimeoutExpired("pip", 600), "no answer for 600 seconds"),
        (subprocess.CalledProcessError(1, "pip", "", "a\nno such version\n"), "no such version"),
        (subprocess.CalledProcessError(1, "pip", "", ""), "it was refused"),
    ],
)
def test_failing_clients(
    fake: Callable[[Client], Clients], tmp_path: Path, error: Exception, what: str
) -> None:
    def act(*_: object) -> str:
        raise error

    fake(act)
    with pytest.raises(SourceUnavailableError, match=what):
        Fetcher(tmp_path).fetch(TOY)
