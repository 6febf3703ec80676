"""The GnuTLS models say what genuine GnuTLS says, on generated PKIs, verdict by verdict."""

from collections.abc import Iterator

import pytest

import legacytrust as lt
from differential.genuine.gnutls import open_gnutls
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from differential.harness import compare
from forge import Pki, pkis, topologies

MODEL = lt.client("gnutls", "3.7.9")
NAME = "GnuTLS 3.7.9 (Debian 12)"


@pytest.fixture(scope="module")
def library(request: pytest.FixtureRequest) -> Iterator[LineDriver]:
    """The driver, with or without a purpose; skips visibly where it cannot be had."""
    try:
        driver = open_gnutls(purpose=getattr(request, "param", True))
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver


def asked(driver: LineDriver, pki: Pki) -> object:
    return driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname)


@pytest.mark.parametrize(
    "drawn",
    [
        topologies(),
        topologies(max_intermediates=8),
        pkis(),
        pkis(key_kinds=("p256", "ed25519", "p521", "rsa4096", "secp256k1")),
    ],
    ids=["topology", "long", "certificates", "keys"],
)
def test_library_and_model_agree(drawn, library):
    compare(lambda pki: asked(library, pki), MODEL, drawn, examples=200, hostname=True, name=NAME)


@pytest.mark.parametrize("library", [False], indirect=True)
def test_without_a_purpose_they_agree_as_well(library):
    client = lt.client("gnutls", "3.7.9", purpose=False)
    compare(lambda pki: asked(library, pki), client, pkis(), examples=100, hostname=True, name=NAME)
