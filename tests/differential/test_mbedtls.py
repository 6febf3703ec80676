"""The mbedTLS models say what genuine mbedTLS says, on generated PKIs, verdict by verdict."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine.lines import LineDriver
from differential.genuine.mbedtls import SYSTEM, open_mbedtls, version
from differential.genuine.model import NotFetchedError
from differential.harness import compare
from forge import pkis, topologies

LIBRARIES = (SYSTEM, "mbedtls-2.16.12", "mbedtls-2.28.0", "mbedtls-2.28.8")
#: Their rules are those of a neighbour, so the quick run leaves them out.
NEIGHBOURS = ("mbedtls-2.28.0", SYSTEM)
ALL_KEYS = ("p256", "rsa2048", "p384", "rsa1024")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.slow if name in NEIGHBOURS else ())
        for name in LIBRARIES
    ],
)
def library(request: pytest.FixtureRequest) -> Iterator[tuple[LineDriver, str]]:
    """A program around a genuine library, and the version that the library calls itself."""
    try:
        driver, number = open_mbedtls(request.param), version(request.param)
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver, number


@pytest.mark.parametrize(
    "drawn",
    [topologies(), pkis(key_kinds=ALL_KEYS), topologies(max_intermediates=10)],
    ids=["topology", "certificates", "long"],
)
def test_library_and_model_agree(drawn: st.SearchStrategy, library: tuple[LineDriver, str]) -> None:
    driver, number = library
    compare(
        lambda pki: driver.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        lt.client("mbedtls", number),
        drawn,
        examples=250,
        hostname=True,
    )


def test_the_library_is_of_the_version_that_its_package_says(
    library: tuple[LineDriver, str], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.params["library"]
    assert library[1] == name.removeprefix("mbedtls-") or name == SYSTEM
