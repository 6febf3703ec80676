"""ESP-IDF's bundle beside genuine mbedTLS with a bundle of ours, on generated PKIs.

It is no proof of what ESP-IDF does: the look-up is our own reading of it.  But the path that
mbedTLS hands to such a look-up, and what it says of everything served, is genuine.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine.lines import LineDriver
from differential.genuine.mbedtls import open_bundle
from differential.genuine.model import GenuineVerdict, NotFetchedError
from differential.harness import compare
from forge import Pki, pkis, topologies

#: The mbedTLS inside is a 2.28, as Debian's; Debian's is built with dates.
CLIENT = lt.client("esp-crt-bundle", "4.4.8", check_dates=True)


@pytest.fixture(scope="module")
def bundle() -> Iterator[LineDriver]:
    try:
        driver = open_bundle()
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with driver:
        yield driver


def rescued(pki: Pki, outcome: lt.Outcome, verdict: GenuineVerdict) -> str:
    """The look-up is made for every untrusted link, and may find the right key after all."""
    fatal = {finding.code for finding in outcome.findings if finding.is_fatal}
    only_signature = fatal == {lt.Code.SIGNATURE_INVALID}
    return "a bundle entry made the signature that the served issuer did not" if (
        only_signature and verdict.accepted
    ) else ""  # fmt: skip


@pytest.mark.parametrize("drawn", [topologies(), pkis()], ids=["topology", "certificates"])
def test_bundle_and_model_agree(drawn: st.SearchStrategy[Pki], bundle: LineDriver) -> None:
    compare(
        lambda pki: bundle.verify(pki.served, pki.store, at=pki.at, hostname=pki.hostname),
        CLIENT,
        drawn,
        examples=250,
        hostname=True,
        explain=rescued,
        name="esp-crt-bundle 4.4.8 (our look-up around mbedTLS 2.28.3)",
    )
