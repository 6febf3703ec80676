"""The Go models say what genuine Go says, on generated PKIs, verdict by verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import legacytrust as lt
from differential.genuine.go import SYSTEM, open_go, system_version
from differential.genuine.lines import LineDriver
from differential.genuine.model import DriverError
from differential.harness import compare
from forge import pkis, topologies

#: Releases of PyPI, and Debian's own; those whose rules are a neighbour's are left to the full run.
RELEASES = ("1.27.3", SYSTEM)
NEIGHBOURS = ("1.26.6", "1.25.5", "1.24.11", "1.24.3", "1.23.9", "1.22.10", "1.21.13")
ALL_KEYS = ("p256", "rsa2048", "p384", "p521", "rsa1024", "rsa512", "ed25519", "secp256k1")


@pytest.fixture(scope="module")
def genuine() -> Iterator[Callable[[str], tuple[LineDriver, lt.ClientModel]]]:
    """Starts each release once, with the model that stands for it; skips where it is missing."""
    opened: dict[str, tuple[LineDriver, lt.ClientModel]] = {}

    def get(release: str) -> tuple[LineDriver, lt.ClientModel]:
        try:
            if release not in opened:
                system = release == SYSTEM
                driver = open_go(SYSTEM if system else f"go-{release}")
                version = system_version() if system else release
                opened[release] = (driver, lt.client("go", version))
        except DriverError as reason:
            pytest.skip(str(reason))
        return opened[release]

    yield get
    for driver, _ in opened.values():
        driver.close()


@pytest.mark.parametrize(
    "release", [*RELEASES, *(pytest.param(one, marks=pytest.mark.slow) for one in NEIGHBOURS)]
)
@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_release_and_model_agree(release, faults, genuine):
    driver, client = genuine(release)
    drawn = topologies() if faults == "topology" else pkis(key_kinds=ALL_KEYS)
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        client,
        drawn,
        examples=250,
        hostname=True,
    )
