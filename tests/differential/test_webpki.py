"""The webpki models say what genuine webpki says, on generated PKIs, verdict by verdict.

The drivers ask webpki alone.  The models stand for a rustls client, which in the handshake refuses
a leaf whose key it cannot compute with; such leaves are left out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import legacytrust as lt
from differential.genuine.lines import LineDriver
from differential.genuine.model import DriverError
from differential.genuine.webpki import debian_version, open_debian, open_webpki
from differential.harness import compare
from forge import AT, Pki, pkis, topologies

DEBIAN = "debian"
RELEASES = ("0.103.16", DEBIAN)
NEIGHBOURS = ("0.103.13", "0.103.8", "0.103.1", "0.102.8", "0.102.2")
ALL_KEYS = ("p256", "rsa2048", "p384", "p521", "rsa1024", "ed25519", "secp256k1")
#: Keys with which no handshake succeeds; the first of them does with aws-lc-rs.
OTHER_LEAVES = ("p521", "rsa1024", "rsa512", "secp256k1")


@pytest.fixture(scope="module")
def genuine() -> Iterator[Callable[[str], tuple[LineDriver, lt.ClientModel]]]:
    """Starts each release once, with the model that stands for it; skips where it is missing."""
    opened: dict[str, tuple[LineDriver, lt.ClientModel]] = {}

    def get(release: str) -> tuple[LineDriver, lt.ClientModel]:
        try:
            if release not in opened:
                opened[release] = start(release)
        except DriverError as reason:
            pytest.skip(str(reason))
        return opened[release]

    yield get
    for driver, _ in opened.values():
        driver.close()


def start(release: str) -> tuple[LineDriver, lt.ClientModel]:
    if release == DEBIAN:
        return open_debian(), lt.client("webpki", debian_version())
    return open_webpki(f"webpki-{release}", at=AT), lt.client("webpki", release)


def suits(pki: Pki) -> bool:
    return pki.leaf_key.kind not in OTHER_LEAVES


@pytest.mark.parametrize(
    "release", [*RELEASES, *(pytest.param(one, marks=pytest.mark.slow) for one in NEIGHBOURS)]
)
@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_release_and_model_agree(release, faults, genuine):
    driver, client = genuine(release)
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        client,
        topologies() if faults == "topology" else pkis(key_kinds=ALL_KEYS),
        examples=250,
        hostname=True,
        suits=suits,
        most_unknown=0.05,
    )
