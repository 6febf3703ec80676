"""The BoringSSL models say what genuine BoringSSL says, on generated PKIs, verdict by verdict."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine.boringssl import open_android
from differential.genuine.model import NotFetchedError
from differential.genuine.node import GenuineNode, open_bun
from differential.genuine.openssl import GenuineOpenSSL
from differential.harness import asking, compare, simulate
from forge import HOSTNAME, Oid, Pki, pkis, root, topologies

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def bun() -> Iterator[GenuineNode]:
    try:
        binary = open_bun()
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with binary:
        yield binary


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


def suits_bun(pki: Pki) -> bool:
    """Whether what Bun does to the store makes no difference.

    Nor may anything end in these seconds: the binary judges by its own clock.
    """
    roots = [lt.Certificate.from_der(der) for der in pki.store]
    alive = all(one.not_before < NOW < one.not_after for one in roots)
    distinct = len({one.subject for one in roots}) == len(roots)
    return alive and distinct and not {"ends now", "starts now"} & set(pki.features)


@pytest.mark.slow
def test_handshakes_of_bun_and_model_agree(bun):
    """Bun adds its own roots to the store, and takes none that is out of its dates."""
    compare(
        lambda pki: bun.verify(
            pki.served, pki.store, private_key=pki.leaf_key.private_pem, at=pki.at
        ),
        lt.client("boringssl", "bun-1.4.5"),
        st.one_of(topologies(at=NOW), pkis(at=NOW)),
        examples=150,
        suits=suits_bun,
        name="boringssl of bun 1.4.5",
    )


ROOTS = {
    "any other": ({}, True),
    "pathLen 0 and an intermediate": ({"path_len": 0}, False),
    "for clients only": ({"eku": (Oid.CLIENT_AUTH,)}, False),
    "no CA by its own word": ({"ca": False}, False),
    "no basicConstraints": ({"ca": None}, True),
    "no basicConstraints, no key usage": ({"ca": None, "key_usage": None}, False),
    "an unknown critical extension":
        ({"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}, False),
    "version 1": ({"version": 1}, True),
}  # fmt: skip


@pytest.mark.parametrize("case", ROOTS)
def test_bun_and_model_look_at_the_extensions_of_the_root(case, bun):
    fields, accepted = ROOTS[case]
    top = root("Top", **fields)
    ca = top.intermediate("CA")
    leaf = ca.leaf(HOSTNAME)
    pki = Pki((leaf, ca), (top,), NOW, HOSTNAME, features=())
    genuine = bun.verify(pki.served, pki.store, private_key=pki.leaf_key.private_pem, at=NOW)
    assert genuine.accepted == accepted, genuine.error_text
    outcome = simulate(pki, lt.client("boringssl", "bun-1.4.5"))
    assert outcome.verdict == ("accepted" if accepted else "rejected"), outcome.explain()
    assert simulate(pki, lt.client("boringssl", "2026-08-21")).verdict == "accepted"
