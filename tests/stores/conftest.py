"""What the tests of the trust stores share: where the data is, and how to make a small one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from legacytrust.stores.files import ResolvedSnapshot, digest_of, resolve
from stores import own_samples

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return REPOSITORY / "trust_stores"


@pytest.fixture(scope="session")
def examples() -> Path:
    return REPOSITORY / "examples"


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"the reference data is not there: {folder.name}/ beside the checkout")
    return folder


@pytest.fixture(scope="session")
def snapshots(root: Path) -> Mapping[str, ResolvedSnapshot]:
    return {snapshot.id: snapshot for snapshot in resolve(root)}


class SmallStores:
    """A directory of the form of ``trust_stores/``, made of what a test needs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("certificates", "facts", "toy"):
            (root / folder).mkdir(parents=True)

    def hold(self, *names: str) -> list[str]:
        """Make an empty certificate file for each name; nothing reads what is in them."""
        for name in names:
            (self.root / "certificates" / f"{self.fingerprint(name)}.pem").touch()
        return [self.entry(name) for name in names]

    @staticmethod
    def fingerprint(name: str) -> str:
        return hashlib.sha256(name.encode()).hexdigest()

    def entry(self, name: str) -> str:
        return f"{self.fingerprint(name)[:12]} {name}"

    def write(self, name: str, members: str = "", tail: str = "", **changes: str) -> Path:
        """Write ``toy/NAME.toml``; *members* are the names of the full list.

        A change replaces what stands after ``key =``, and a change to "" removes the line; *tail*
        are tables that follow.  A name with a slash goes to another family.
        """
        id = name if "/" in name else f"toy/{name}"
        full = [self.fingerprint(member) for member in members.split()]
        lines = {
            "format": "1",
            "id": f'"{id}"',
            "title": f'"Toy {name}"',
            "released": "2020-01-02",
            "released_basis": '"invented"',
            "completeness": '"exact"',
            "order": '"unknown"',
            "count": str(len(full)),
            "digest": f'"{digest_of(full)}"',
            "add": str([self.entry(member) for member in members.split()]),
            "remove": "[]",
            **changes,
        }
        text = "".join(f"{key} = {value}\n" for key, value in lines.items() if value)
        file = self.root / f"{id}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{text}{PROVENANCE if '[provenance]' not in tail else ''}{tail}", "utf-8")
        return file


PROVENANCE = """
[provenance]
kind = "git"
repository = "someone/something"
ref = "v1"
path = "roots"
commit = "0123456789012345678901234567890123456789"
read = 2020-01-01
stands_for = "v1"
"""


@pytest.fixture
def small(tmp_path: Path) -> SmallStores:
    return SmallStores(tmp_path / "trust_stores")


@pytest.fixture
def pem_files(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{n}.pem" for n in range(len(own_samples.three()))]
    for file, certificate in zip(files, own_samples.three(), strict=True):
        file.write_text(certificate.to_pem())
    return files
