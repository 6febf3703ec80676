"""The BoringSSL models say what genuine BoringSSL says, on generated PKIs, verdict by verdict."""

from collections.abc import Iterator

import pytest

import legacytrust as lt
from differential.genuine.boringssl import open_android
from differential.genuine.model import NotFetchedError
from differential.genuine.openssl import GenuineOpenSSL
from differential.harness import asking, compare
from forge import pkis, topologies


@pytest.fixture(scope="module")
def android() -> Iterator[GenuineOpenSSL]:
    try:
        library = open_android()
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with library:
        yield library


@pytest.mark.parametrize("faults", ["topology", "certificates"])
def test_library_of_android_13_and_model_agree(faults, android):
    compare(
        lambda pki: android.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        lt.client("boringssl", "android-13"),
        topologies() if faults == "topology" else pkis(),
        examples=250,
        hostname=True,
    )


@pytest.mark.slow
def test_library_and_model_agree_when_any_store_certificate_ends_a_path(android):
    client = lt.client("boringssl", "android-13", partial_chain=True)
    ask = asking(android.verify, flags=frozenset({"partial_chain"}))
    compare(ask, client, topologies(), examples=250)
