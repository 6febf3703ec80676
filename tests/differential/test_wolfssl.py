"""The wolfSSL models say what genuine wolfSSL says, on generated PKIs, verdict by verdict.

Old wheels hold builds without alternative chains, Debian's library is one with them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError
from differential.genuine.wolfssl import BUILT, FETCHED, SYSTEM, open_wolfssl
from differential.harness import compare, simulate
from forge import AT, HOSTNAME, Pki, key, pkis, root, topologies

#: Their rules are those of a neighbour, so the quick run leaves them out.
NEIGHBOURS = ("wolfssl-3.13.0",)


def model_of(name: str, **options: object) -> lt.ClientModel:
    """The model that stands for a library; the driver talks TLS 1.2 to all of them."""
    if name == SYSTEM:
        return lt.client("wolfssl-altchains", "5.5.4", tls12=True, **options)
    version = name.removeprefix("wolfssl-")
    speaks_more = int(version.split(".")[0]) >= 5 or version.startswith(
        ("4.5", "4.6", "4.7", "4.8")
    )
    return lt.client("wolfssl", version, tls12=True if speaks_more else None, **options)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.slow if name in NEIGHBOURS else ())
        for name in (SYSTEM, *FETCHED, *BUILT)
    ],
)
def library(request: pytest.FixtureRequest) -> Iterator[tuple[LineDriver, lt.ClientModel]]:
    """A program around a genuine library, and the model that stands for it."""
    try:
        driver = open_wolfssl(request.param)
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver, model_of(request.param)


@pytest.mark.parametrize(
    "drawn",
    [
        topologies(),
        pkis(key_kinds=("p256", "rsa2048", "p384", "rsa1024")),
        topologies(max_intermediates=10),
    ],
    ids=["topology", "certificates", "long"],
)
def test_library_and_model_agree(
    drawn: st.SearchStrategy, library: tuple[LineDriver, lt.ClientModel]
) -> None:
    driver, client = library
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        client,
        drawn,
        examples=200,
        hostname=True,
    )


@pytest.mark.parametrize("name", [SYSTEM, "wolfssl-3.12.2"])
def test_they_agree_when_the_store_is_loaded_before_verification_is_asked_for(name: str) -> None:
    try:
        driver = open_wolfssl(name, load_unverified=True)
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        compare(
            lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
            model_of(name, load_unverified=True),
            st.one_of(topologies(), pkis()),
            examples=200,
            hostname=True,
        )


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
@pytest.mark.parametrize("number", range(6))
def test_of_two_signers_of_one_name_they_take_the_same(
    kind: str, number: int, library: tuple[LineDriver, lt.ClientModel]
) -> None:
    """Without key identifiers it hangs on the row of the table, which follows from the keys."""
    driver, client = library
    top = root("N", key("p256", 500 + number), ski=None, aki=None)
    one, other = (
        top.intermediate("I", key(kind, base + number), ski=None, aki=None) for base in (1000, 1100)
    )
    leaf = one.leaf(HOSTNAME, ski=None, aki=None)
    for served in ((leaf, one, other), (leaf, other, one)):
        pki = Pki(served, (top,), AT, HOSTNAME, features=())
        genuine = driver.verify(pki.served, pki.store, at=AT, hostname=HOSTNAME)
        outcome = simulate(pki, client, HOSTNAME)
        assert (outcome.verdict == "accepted") == genuine.accepted, outcome.explain()
