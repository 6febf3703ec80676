"""The BearSSL model says what genuine BearSSL 0.6 says, on generated PKIs, verdict by verdict."""

from collections.abc import Iterator

import pytest

import legacytrust as lt
from differential.genuine.bearssl import open_bearssl
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from differential.harness import compare
from forge import pkis, topologies

KEYS = ("p256", "rsa2048", "p384", "rsa1024", "p521", "secp256k1", "ed25519", "rsa512")
FLAGS = pytest.mark.parametrize("genuine", [False, True], indirect=True, ids=["all", "own"])


@pytest.fixture(scope="module")
def genuine(request: pytest.FixtureRequest) -> Iterator[tuple[LineDriver, lt.ClientModel]]:
    """A running BearSSL and its model, with every anchor a CA or only those that say so."""
    try:
        driver = open_bearssl(flag_from_certificate=request.param)
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver, lt.client("bearssl", "0.6", flag_from_certificate=request.param or None)


@FLAGS
@pytest.mark.parametrize("drawn", [topologies(), pkis(key_kinds=KEYS)], ids=["paths", "faults"])
def test_bearssl_and_model_agree(genuine, drawn):
    driver, client = genuine
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        client,
        drawn,
        examples=250,
        hostname=True,
    )
