"""The GnuTLS models say what genuine GnuTLS says, on generated PKIs, verdict by verdict."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import legacytrust as lt
from differential.genuine.ffmpeg import open_ffmpeg
from differential.genuine.gnutls import open_gnutls
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from differential.harness import compare
from forge import Pki, pkis, topologies

NOW = datetime.now(UTC).replace(microsecond=0)
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


@pytest.mark.slow
@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_handshakes_of_ffmpeg_and_model_agree(faults):
    """GnuTLS 3.6.10: before an expired certificate was a reason to look again."""
    try:
        client = open_ffmpeg()
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    compare(
        lambda pki: client.verify(
            pki.served, pki.store, private_key=pki.leaf_key.private_pem, hostname=pki.hostname
        ),
        lt.client("gnutls", "3.6.10", purpose=False, handshake=True),
        topologies(at=NOW) if faults == "topology" else pkis(at=NOW),
        examples=150,
        hostname=True,
        # The binary judges by its own clock, some seconds after this module was read.
        suits=lambda pki: not {"ends now", "starts now"} & set(pki.features),
        name="GnuTLS 3.6.10 (ffmpeg 4.2.2)",
    )
