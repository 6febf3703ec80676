"""The NSS models say what genuine NSS 3.87 says, on generated PKIs, verdict by verdict."""

from collections.abc import Iterator

import attrs
import pytest

import legacytrust as lt
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from differential.genuine.nss import open_nss
from differential.harness import compare
from differential.oddities import ODDITIES, long_chains
from forge import FAULTS, pkis, topologies

KEYS = ("p256", "rsa2048", "p384", "rsa1024", "p521", "secp256k1", "ed25519", "rsa512")
HOSTS = (
    "www.example.test",
    "example.test",
    "a.www.example.test",
    "192.0.2.7",
    "xn--w.example.test",
)
WAYS = {"classic": lt.client("nss-classic", "3.87"), "pkix": lt.client("nss-libpkix", "3.87")}
DRAWN = {
    "paths": topologies(),
    "faults": pkis(key_kinds=KEYS),
    "oddities": pkis(key_kinds=KEYS[:3], faults=(*FAULTS, *ODDITIES, *ODDITIES)),
    "long": long_chains(),
}


@pytest.fixture(scope="module", params=WAYS)
def genuine(request: pytest.FixtureRequest) -> Iterator[tuple[LineDriver, lt.ClientModel]]:
    """Each way of genuine NSS to verify, and the model that stands for it."""
    try:
        driver = open_nss(request.param)
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver, WAYS[request.param]


@pytest.mark.parametrize("drawn", DRAWN)
def test_nss_and_model_agree(genuine, drawn):
    driver, client = genuine
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at),
        client,
        DRAWN[drawn],
        examples=120,
    )


@pytest.mark.parametrize("hostname", HOSTS)
def test_nss_and_model_compare_host_names_alike(genuine, hostname):
    driver, client = genuine
    faults = tuple(fault for fault in ODDITIES if "name" in fault.label)
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        client,
        pkis(faults=faults).map(lambda pki: attrs.evolve(pki, hostname=hostname)),
        examples=30,
        hostname=True,
    )
