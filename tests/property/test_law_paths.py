"""Every accepted path re-verifies with an independent checker, and outcomes are consistent.

The checker below knows nothing of the engine: it takes the certificates of the path as bytes,
reads them with `cryptography` and `asn1crypto`, and compares names and signatures with the public keys directly.
"""

from __future__ import annotations

import itertools
import warnings

import pytest
from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given

import legacytrust as lt
from forge import HOSTNAME, Pki, pkis, topologies
from forge.faults import SIGNATURES
from legacytrust.paths.path import Role
from legacytrust.stores.sources import read_examples
from material import REPOSITORY, example, few_at_first
from support import Scene, some_models

HASHES = {
    "md5": hashes.MD5(),
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_NOT_SERVED = (
    Role.STORE_CA, Role.ANCHOR, Role.STORE_LEAF, Role.VOUCHED_LEAF, Role.FETCHED_CA
)  # fmt: skip


def load(der: bytes) -> x509.Certificate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old and odd certificates are the subject here
        return x509.load_der_x509_certificate(der)


def verify_link(child: x509.Certificate, issuer: x509.Certificate) -> None:
    """Raises InvalidSignature or AssertionError unless `issuer` issued `child`."""
    assert child.issuer == issuer.subject
    algorithm = algos.SignedDigestAlgorithm.load(_algorithm_of(child))
    signature, signed = child.signature, child.tbs_certificate_bytes
    match issuer.public_key():
        case rsa.RSAPublicKey() as public:
            assert algorithm.signature_algo in ("rsassa_pkcs1v15", "rsassa_pss")
            digest = HASHES[algorithm.hash_algo]
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            is_pss = algorithm.signature_algo == "rsassa_pss"
            public.verify(signature, signed, pss if is_pss else padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() as public:
            assert algorithm.signature_algo == "ecdsa"
            public.verify(signature, signed, ec.ECDSA(HASHES[algorithm.hash_algo]))
        case ed25519.Ed25519PublicKey() as public:
            public.verify(signature, signed)
        case other:
            raise AssertionError(other)


def _algorithm_of(certificate: x509.Certificate) -> bytes:
    read = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return bytes(read["signature_algorithm"].dump())


def verify_path(outcome: lt.Outcome) -> None:
    """Every link, and that nothing in the path came from nowhere."""
    path = outcome.path
    assert path is not None
    assert path.certificates[0] == outcome.chain.leaf
    ders = [c.der for c in path.certificates if isinstance(c, lt.Certificate)]
    assert len(ders) == len(path.certificates)
    for child, issuer in itertools.pairwise(map(load, ders)):
        verify_link(child, issuer)
    for step in path.steps:
        assert isinstance(step.certificate, lt.Certificate)
        served = step.certificate in outcome.chain.certificates
        assert served or step.role in _NOT_SERVED
    assert path.anchor is not None
    assert path.anchor.sha256 in outcome.store
    if len(ders) == 1:
        assert load(outcome.anchor.certificate.der).public_key() == load(ders[0]).public_key()  # type: ignore[union-attr]
    elif path.steps[0].role is Role.VOUCHED_LEAF:  # what is above it is kept and not needed
        assert path.certificates[0] == path.anchor.certificate
    else:
        assert path.certificates[-1] == path.anchor.certificate


@given(
    topologies() | pkis() | pkis(faults=SIGNATURES) | topologies(key_kind="rsa2048"), some_models()
)
def test_every_accepted_path_verifies(pki: Pki, models: list[lt.ClientModel]) -> None:
    """Law: what any client accepts is a chain of genuine signatures up to its store."""
    scene = Scene.of(pki)
    for model in models:
        outcome = scene.outcome(model)
        if outcome.verdict is lt.Verdict.ACCEPTED:
            verify_path(outcome)


@pytest.mark.parametrize(
    "about", few_at_first(read_examples(REPOSITORY / "examples")), ids=lambda a: a.folder
)
def test_every_accepted_path_of_a_real_chain_verifies(about: object) -> None:
    report = lt.evaluate(example(about.folder), at=about.at)  # type: ignore[attr-defined]
    assert report.accepted
    for outcome in report.accepted:
        verify_path(outcome)


@given(topologies() | pkis(), some_models())
def test_a_verdict_follows_from_its_attempts(pki: Pki, models: list[lt.ClientModel]) -> None:
    """Law: accepted ends with an accepted attempt and has no other; rejected is all fatal."""
    scene = Scene.of(pki)
    for model in models:
        outcome = scene.outcome(model, pki.hostname)
        *before, last = outcome.attempts
        assert not any(attempt.is_accepted for attempt in before)
        assert last.is_accepted is (outcome.verdict is lt.Verdict.ACCEPTED)
        assert (outcome.path is None) is (outcome.verdict is not lt.Verdict.ACCEPTED)
        assert (outcome.reason is None) is (outcome.verdict is lt.Verdict.ACCEPTED)
        if outcome.verdict is lt.Verdict.REJECTED:
            assert all(attempt.effect is lt.Effect.FATAL for attempt in outcome.attempts)
        if outcome.verdict is lt.Verdict.UNKNOWN:
            assert any(attempt.effect is lt.Effect.UNKNOWN for attempt in outcome.attempts)
        assert outcome.explain().count("\n  path ") == len(outcome.attempts)


@given(topologies(), some_models())
def test_a_host_name_can_only_take_away(pki: Pki, models: list[lt.ClientModel]) -> None:
    """Law: what is accepted for a host is accepted without one; the right host takes nothing."""
    scene = Scene.of(pki)
    for model in models:
        plain, right = scene.outcome(model), scene.outcome(model, HOSTNAME)
        assert plain.verdict is right.verdict
        other = scene.outcome(model, "www.example.org")
        assert other.verdict is not lt.Verdict.ACCEPTED
