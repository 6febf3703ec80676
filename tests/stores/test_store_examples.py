"""The example chains are what they say they are."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from legacytrust.stores.archives import certificates_in
from legacytrust.stores.sources import ChainKind, Encoding, Example, read_examples

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = read_examples(REPOSITORY / "examples")
IDS = [example.folder for example in EXAMPLES]


def chain(example: Example) -> list[x509.Certificate]:
    file = REPOSITORY / "examples" / example.folder / "chain.pem"
    return [x509.load_der_x509_certificate(der) for der in ders(file)]


def ders(file: Path) -> tuple[bytes, ...]:
    return certificates_in(file.read_bytes(), Encoding.PEM)


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_holds_the_certificates_it_describes(example: Example) -> None:
    file = REPOSITORY / "examples" / example.folder / "chain.pem"
    found = [hashlib.sha256(der).hexdigest() for der in ders(file)]
    assert found == [certificate.sha256 for certificate in example.certificates]


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_each_certificate_is_signed_by_the_next(example: Example) -> None:
    certificates = chain(example)
    for child, parent in itertools.pairwise(certificates):
        assert child.issuer == parent.subject
        assert is_signed_by(child, parent)


def is_signed_by(child: x509.Certificate, parent: x509.Certificate) -> bool:
    key, hash_algorithm = parent.public_key(), child.signature_hash_algorithm
    assert hash_algorithm is not None
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(child.signature, child.tbs_certificate_bytes, padding.PKCS1v15(), hash_algorithm)
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(child.signature, child.tbs_certificate_bytes, ec.ECDSA(hash_algorithm))
    return True


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_the_window_is_that_of_the_certificates(example: Example) -> None:
    certificates = chain(example)
    assert example.valid_from == max(c.not_valid_before_utc for c in certificates)
    assert example.valid_until == min(c.not_valid_after_utc for c in certificates)
    assert example.valid_from <= example.at <= example.valid_until


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_the_leaf_has_the_hostname(example: Example) -> None:
    leaf = chain(example)[0]
    if example.kind is ChainKind.ISSUERS_ONLY:
        assert example.hostname is None
        assert leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        return
    assert example.hostname is not None
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    domain = example.hostname.partition(".")[2]
    assert {example.hostname, f"*.{domain}"} & set(names.get_values_for_type(x509.DNSName))


@pytest.mark.parametrize(
    ("folder", "top", "cross_signed_by"),
    [
        ("github-2026-01", "Sectigo Public Server Authentication Root E46", "USERTrust ECC"),
        ("stackoverflow-2021-12", "ISRG Root X1", "DST Root CA X3"),
        ("google-2026-01", "GTS Root R1", "GlobalSign Root CA"),
        ("servo-2026-01", "GTS Root R4", "GlobalSign Root CA"),
        ("agilebits-2024-08-short", "Amazon RSA 2048 M03", "Amazon Root CA 1"),
        (
            "agilebits-2024-08-starfield",
            "Starfield Services Root Certificate Authority - G2",
            "Starfield Class 2",
        ),
        ("cloudflare-2015-01-comodo-addtrust", "COMODO Certification Authority", "AddTrust"),
        ("comodo-rsa-dv-addtrust-issuers", "COMODO RSA Certification Authority", "AddTrust"),
    ],
)
def test_what_stands_on_top(folder: str, top: str, cross_signed_by: str) -> None:
    [example] = [example for example in EXAMPLES if example.folder == folder]
    last = example.certificates[-1]
    assert last.name == top
    assert last.issuer.startswith(cross_signed_by)


REFERENCES = {
    "agilebits-2024-08-starfield": "amazon-agilebits.com-2024-08-long-starfield",
    "agilebits-2024-08-short": "agilebits.com-2024-08-8d10c9",
    "comodo-rsa-dv-addtrust-issuers": "template-comodo-rsa-dv-addtrust",
    "duckduckgo-2021-12": "served-duckduckgo-2021-12",
    "github-2026-01": "served-github-2026-01",
    "google-2026-01": "served-google-2026-01",
    "rust-lang-2021-09": "served-rustlang-2021-09",
    "rust-lang-2026-01": "served-rustlang-2026-01",
    "servo-2026-01": "served-servo-2026-01",
    "stackoverflow-2021-12": "served-stackoverflow-2021-12",
    "wikipedia-2025-12": "served-wikipedia-2025-12",
}


@pytest.mark.parametrize(("folder", "reference"), REFERENCES.items())
def test_equals_the_reference_data(shared: Path, folder: str, reference: str) -> None:
    ours = ders(REPOSITORY / "examples" / folder / "chain.pem")
    assert ours == ders(shared / "data" / "chains" / reference / "chain.pem")
