"""The packaged pool: what a client that completes paths finds when a server sends its leaf alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

import legacytrust as lt
from legacytrust.stores.sources import ChainKind, Example, read_examples
from material import REPOSITORY

EXAMPLES = [
    example
    for example in read_examples(REPOSITORY / "examples")
    if example.kind is not ChainKind.ISSUERS_ONLY
]


def served(example: Example) -> lt.ServedChain:
    return lt.ServedChain.from_file(REPOSITORY / "examples" / example.folder / "chain.pem")


def leaf_only(
    example: Example, client: str, version: str, pool: lt.CertificatePool | None = None
) -> lt.Outcome:
    return lt.simulate(
        lt.ServedChain.from_certificates(served(example).certificates[:1]),
        client=lt.client(client, version),
        store=lt.load_catalog().store("android/8.0"),
        at=example.at,
        hostname=example.hostname,
        pool=pool,
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.folder)
def test_windows_completes_a_leaf_and_says_that_it_fails_cold(example: Example) -> None:
    outcome = leaf_only(example, "cryptoapi", "10")
    assert outcome.verdict is lt.Verdict.ACCEPTED
    assert outcome.fails_cold


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.folder)
def test_without_a_pool_windows_finds_nothing(example: Example) -> None:
    outcome = leaf_only(example, "cryptoapi", "10", lt.CertificatePool())
    assert outcome.verdict is lt.Verdict.REJECTED


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.folder)
def test_openssl_looks_nowhere_else(example: Example) -> None:
    outcome = leaf_only(example, "openssl", "3.0.2")
    assert outcome.verdict is lt.Verdict.REJECTED
    assert not outcome.fails_cold


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        ("google-2026-01", ("WR2", "GTS Root R1", "GlobalSign Root CA")),
        ("servo-2026-01", ("WE1", "GTS Root R4", "GlobalSign Root CA")),
        ("rust-lang-2026-01", ("R12", "ISRG Root X1")),
        (
            "github-2026-01",
            (
                "Sectigo Public Server Authentication CA DV E36",
                "Sectigo Public Server Authentication Root E46",
                "USERTrust ECC Certification Authority",
            ),
        ),
    ],
)
def test_cross_certificates_lead_to_older_roots(folder: str, above: tuple[str, ...]) -> None:
    """The store of 2017 has no GTS root and no root E46, so the path runs over the cross."""
    [example] = [example for example in EXAMPLES if example.folder == folder]
    path = leaf_only(example, "cryptoapi", "10").path
    assert path is not None
    assert tuple(step.certificate.label for step in path.steps[1:]) == above


def test_firefox_knows_issuers_without_fetching() -> None:
    [example] = [example for example in EXAMPLES if example.folder == "rust-lang-2026-01"]
    assert leaf_only(example, "mozilla-pkix", "140").fails_cold


_PROGRAM = """
from datetime import UTC, datetime
import legacytrust as lt
from legacytrust.stores.indexed import IndexedPool
from legacytrust.stores.intermediates import packaged_pool
read = []
certificate = IndexedPool._certificate
IndexedPool._certificate = lambda pool, row: (read.append(row[0]), certificate(pool, row))[1]
chain = lt.ServedChain.from_file({chain!r})
at = datetime(2026, 2, 15, tzinfo=UTC)
lt.evaluate(chain, hostname="www.google.com", at=at, devices=lt.load_catalog().select("android"))
cold = packaged_pool.cache_info().currsize + len(read)
store = lt.load_catalog().store("android/8.0")
lt.simulate(chain, client=lt.client("cryptoapi", "10"), store=store, at=at)
print(cold, 0 < len(set(read)) < len(packaged_pool()) / 4)
"""


def test_only_a_client_that_completes_paths_reads_the_pool_and_little_of_it() -> None:
    chain = REPOSITORY / "examples" / "google-2026-01" / "chain.pem"
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(chain=str(chain))],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    cold, warm = done.stdout.split()
    assert (cold, warm) == ("0", "True")
