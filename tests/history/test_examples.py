"""The chains that ship with the repository, each at its own date, against every Android release.

What is expected was worked out from the stores' facts (which release first holds which root) and
from what each generation does with served order, elliptic curves and SHA-1.
"""

import pytest

import legacytrust as lt
from legacytrust.stores.sources import read_examples
from material import REPOSITORY

EXAMPLES = {one.folder: one for one in read_examples(REPOSITORY / "examples")}
YES, NO, OPEN = "accepted", "rejected", "unknown"

#: For each chain its runs of releases: verdict, and the root it ends in or the reason.
EXPECTED = {
    "agilebits-2024-08-short": {
        "android<8.0": (NO, "no-issuer"),
        "android>=8.0": (YES, "Amazon Root CA 1"),
    },
    "agilebits-2024-08-starfield": {
        "android<2.3": (OPEN, "digest-refused"),
        "android>=2.3 and android<3.0": (YES, "Starfield Class 2 Certification Authority"),
        "android>=3.0 and android<8.0": (
            YES, "Starfield Services Root Certificate Authority - G2",
        ),
        "android>=8.0": (YES, "Amazon Root CA 1"),
    },
    "cloudflare-2015-01-comodo-addtrust": {
        "android<3.0": (YES, "AddTrust External CA Root"),
        "android>=3.0 and android<10": (YES, "COMODO Certification Authority"),
        "android>=10": (NO, "digest-refused"),
    },
    "comodo-rsa-dv-addtrust-issuers": {
        "android<2.3": (OPEN, "digest-refused"),
        "android>=2.3 and android<5.1": (YES, "AddTrust External CA Root"),
        "android>=5.1": (YES, "COMODO RSA Certification Authority"),
    },
    "duckduckgo-2021-12": {
        "android/1.0": (NO, "no-issuer"),
        "android>=1.5 and android<2.3": (OPEN, "digest-refused"),
        "android>=2.3": (YES, "DigiCert Global Root CA"),
    },
    "github-2026-01": {
        "android<5.1": (NO, "no-issuer"),
        "android>=5.1 and android<15": (YES, "USERTrust ECC Certification Authority"),
        "android>=15": (YES, "Sectigo Public Server Authentication Root E46"),
    },
    "google-2026-01": {
        "android>=2.0 and android<3.0": (NO, "key-kind-refused"),
        "android>=3.0 and android<10": (YES, "GlobalSign Root CA"),
        "android>=10": (YES, "GTS Root R1"),
    },
    "rust-lang-2021-09": {
        "android<2.3": (OPEN, "digest-refused"),
        "android>=2.3 and android<3.0": (YES, "Starfield Class 2 Certification Authority"),
        "android>=3.0 and android<8.0": (
            YES, "Starfield Services Root Certificate Authority - G2",
        ),
        "android>=8.0": (YES, "Amazon Root CA 1"),
    },
    "rust-lang-2026-01": {
        "android<7.1": (NO, "no-issuer"),
        "android>=7.1": (YES, "ISRG Root X1"),
    },
    "servo-2026-01": {
        "android>=2.0 and android<3.0": (NO, "algorithm-unsupported"),
        "android>=3.0 and android<10": (YES, "GlobalSign Root CA"),
        "android>=10": (YES, "GTS Root R4"),
    },
    "stackoverflow-2021-12": {
        "android<2.3": (NO, "no-issuer"),
        "android>=2.3 and android<7.1": (YES, "DST Root CA X3"),
        "android>=7.1": (YES, "ISRG Root X1"),
    },
    "wikipedia-2025-12": {
        "android<7.1": (NO, "no-issuer"),
        "android>=7.1": (YES, "ISRG Root X1"),
    },
}  # fmt: skip


def test_every_example_is_here():
    assert set(EXPECTED) == set(EXAMPLES)


@pytest.mark.parametrize("folder", EXPECTED)
def test_each_release_does_as_expected_at_the_date_of_the_example(folder):
    one = EXAMPLES[folder]
    chain = lt.ServedChain.from_file(REPOSITORY / "examples" / folder / "chain.pem")
    report = lt.evaluate(chain, hostname=one.hostname, at=one.at)
    for selector, (verdict, what) in EXPECTED[folder].items():
        for device in lt.load_catalog().select(selector):
            outcome = report[device.id]
            assert outcome.verdict == verdict, outcome.explain()
            told = outcome.anchor.label if outcome.anchor else outcome.reason.code.value
            assert told == what, outcome.explain()


@pytest.mark.parametrize("folder", ["google-2026-01", "servo-2026-01"])
def test_a_root_that_is_held_under_an_older_certificate_of_the_same_key(folder):
    """Android 1.x has GlobalSign Root CA as the MD5 certificate that ended in 2014."""
    one = EXAMPLES[folder]
    chain = lt.ServedChain.from_file(REPOSITORY / "examples" / folder / "chain.pem")
    report = lt.evaluate(chain, hostname=one.hostname, at=one.at)
    attempt = report["android/1.0"].attempts[-1]
    assert attempt.path.anchor.certificate.not_after.year == 2014
    assert report["android/1.0"].verdict is lt.Verdict.REJECTED
