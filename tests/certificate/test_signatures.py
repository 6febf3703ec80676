"""Which signatures are valid, which are not, and which nobody here can check."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificate.surgery import NULL, oid, operate, sequence, tlv
from forge import Key, forge, key
from legacytrust import signatures
from legacytrust.algorithms import Digest, KeyKind, PublicKey, Scheme
from legacytrust.certificate import Certificate
from legacytrust.signatures import SignatureMemo, SignatureStatus, check_signature

VALID, INVALID = SignatureStatus.VALID, SignatureStatus.INVALID
UNCHECKED = SignatureStatus.UNCHECKED

RSA, OTHER_RSA = key("rsa1024"), key("rsa1024", 1)
RSA_PSS = "1.2.840.113549.1.1.10"
MGF1 = "1.2.840.113549.1.1.8"
SHA1, SHA256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"


def signed(by: Key, digest: str = "sha256", **fields: Any) -> Certificate:
    return Certificate.from_der(forge(key=key("p256", 7), signed_by=by, digest=digest, **fields))


def public(of: Key) -> PublicKey:
    return PublicKey.from_der(of.spki)


SIGNERS = (
    *((RSA, digest, {}) for digest in ("md5", "sha1", "sha256", "sha384", "sha512")),
    *((RSA, digest, {"pss": True}) for digest in ("md5", "sha1", "sha256", "sha384")),
    *((key("p256"), digest, {}) for digest in ("sha1", "sha256", "sha384", "sha512")),
    *((key(curve), "sha256", {}) for curve in ("p384", "p521", "secp256k1")),
    (key("ed25519"), "sha256", {}),
    (key("rsa512"), "sha1", {}),
    (key("rsa2048"), "sha256", {}),
)


@pytest.mark.parametrize(("by", "digest", "fields"), SIGNERS)
class TestEverySchemeThatCanBeComputed:
    def test_the_key_that_signed_is_valid(
        self, by: Key, digest: str, fields: dict[str, object]
    ) -> None:
        assert check_signature(signed(by, digest, **fields), public(by)) is VALID

    def test_a_changed_signature_is_invalid(
        self, by: Key, digest: str, fields: dict[str, object]
    ) -> None:
        broken = signed(by, digest, bad_signature=True, **fields)
        assert check_signature(broken, public(by)) is INVALID

    def test_another_key_of_the_same_kind_is_invalid(
        self, by: Key, digest: str, fields: dict[str, object]
    ) -> None:
        other = public(key(by.kind, by.number + 1))
        assert check_signature(signed(by, digest, **fields), other) is INVALID

    def test_a_key_of_another_kind_is_invalid(
        self, by: Key, digest: str, fields: dict[str, object]
    ) -> None:
        other = public(key("p256") if by.is_rsa else RSA)
        assert check_signature(signed(by, digest, **fields), other) is INVALID


@pytest.mark.parametrize(
    "curve",
    [
        ec.SECP192R1(),
        ec.SECP224R1(),
        ec.SECP256R1(),
        ec.SECP384R1(),
        ec.SECP521R1(),
        ec.SECP256K1(),
        ec.BrainpoolP256R1(),
        ec.BrainpoolP384R1(),
        ec.BrainpoolP512R1(),
    ],
    ids=lambda curve: str(curve.name),
)
def test_ecdsa_is_checked_on_every_curve_that_has_a_name(curve: ec.EllipticCurve) -> None:
    private = ec.derive_private_key(12345, curve)
    certificate = Certificate.from_der(
        operate(
            key=_spki(private.public_key()),
            outer=sequence(oid("1.2.840.10045.4.3.2")),
            sign=lambda body: private.sign(body, ec.ECDSA(hashes.SHA256())),
        )
    )
    assert certificate.public_key.kind is KeyKind.EC
    assert certificate.public_key.bits == curve.key_size
    assert check_signature(certificate, certificate.public_key) is VALID


def _spki(key: rsa.RSAPublicKey | dsa.DSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@cache
def _dsa() -> dsa.DSAPrivateKey:
    return dsa.generate_private_key(1024)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [("1.2.840.10040.4.3", hashes.SHA1()), ("2.16.840.1.101.3.4.3.2", hashes.SHA256())],
)
def test_dsa_is_checked(algorithm: str, digest: hashes.HashAlgorithm) -> None:
    certificate = Certificate.from_der(
        operate(
            key=_spki(_dsa().public_key()),
            outer=sequence(oid(algorithm)),
            sign=lambda body: _dsa().sign(body, digest),
        )
    )
    assert str(certificate.public_key) == "DSA-1024"
    assert check_signature(certificate, certificate.public_key) is VALID
    assert check_signature(certificate, public(RSA)) is INVALID


def test_ed448_is_checked() -> None:
    private = ed448.Ed448PrivateKey.from_private_bytes(bytes(range(57)))
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    certificate = Certificate.from_der(
        operate(key=spki, outer=sequence(oid("1.3.101.113")), sign=private.sign)
    )
    assert certificate.public_key.bits == 448
    assert check_signature(certificate, certificate.public_key) is VALID


def _pss(digest: str, mask: str, salt: int) -> bytes:
    hashed, masked = sequence(oid(digest), NULL), sequence(oid(mask), NULL)
    return sequence(
        oid(RSA_PSS),
        sequence(
            tlv(0xA0, hashed),
            tlv(0xA1, sequence(oid(MGF1), masked)),
            tlv(0xA2, tlv(0x02, salt.to_bytes(4, "big"))),
        ),
    )


class TestPss:
    def test_parameters_that_are_left_out_mean_sha1_and_20_octets_of_salt(self) -> None:
        algorithm = Certificate.from_der(
            operate(outer=sequence(oid(RSA_PSS), sequence()))
        ).signature_algorithm
        assert (algorithm.scheme, algorithm.digest) == (Scheme.RSA_PSS, Digest.SHA1)
        assert (algorithm.salt_length, algorithm.mask_digest) == (20, Digest.SHA1)

    def test_the_mask_may_have_another_hash_than_the_message(self) -> None:
        private = RSA.private
        assert isinstance(private, rsa.RSAPrivateKey)
        scheme = padding.PSS(padding.MGF1(hashes.SHA1()), 11)
        certificate = Certificate.from_der(
            operate(
                outer=_pss(SHA256, SHA1, 11),
                sign=lambda body: private.sign(body, scheme, hashes.SHA256()),
            )
        )
        assert certificate.signature_algorithm.mask_digest is Digest.SHA1
        assert check_signature(certificate, public(RSA)) is VALID

    def test_an_unknown_mask_cannot_be_checked(self) -> None:
        certificate = Certificate.from_der(operate(outer=_pss(SHA256, "1.2.3", 32)))
        assert check_signature(certificate, public(RSA)) is UNCHECKED

    @pytest.mark.parametrize("salt", [1000, 2**31 - 1])
    def test_a_salt_too_long_for_the_key_is_invalid(self, salt: int) -> None:
        certificate = Certificate.from_der(operate(outer=_pss(SHA256, SHA256, salt)))
        assert check_signature(certificate, public(RSA)) is INVALID

    def test_a_key_too_small_for_the_hash_is_invalid(self) -> None:
        certificate = signed(key("rsa2048"), "sha512", pss=True)
        assert check_signature(certificate, public(key("rsa512"))) is INVALID


class TestWhatCannotBeChecked:
    def test_md2(self) -> None:
        assert check_signature(signed(RSA, "md2"), public(RSA)) is UNCHECKED

    def test_md2_under_a_key_that_cannot_have_made_it_is_invalid_all_the_same(self) -> None:
        assert check_signature(signed(RSA, "md2"), public(key("p256"))) is INVALID

    def test_md4(self) -> None:
        der = operate(outer=sequence(oid("1.2.840.113549.1.1.3"), NULL))
        assert check_signature(Certificate.from_der(der), public(RSA)) is UNCHECKED

    @pytest.mark.parametrize("algorithm", ["1.2.643.2.2.3", "2.16.840.1.101.3.4.3.19"])
    def test_an_algorithm_that_nobody_here_knows(self, algorithm: str) -> None:
        der = operate(outer=sequence(oid(algorithm)))
        assert check_signature(Certificate.from_der(der), public(RSA)) is UNCHECKED

    def test_a_kind_of_key_that_nobody_here_knows(self) -> None:
        spki = sequence(sequence(oid("1.2.643.2.2.19")), tlv(0x03, b"\x00\x01"))
        assert check_signature(signed(RSA), PublicKey.from_der(spki)) is UNCHECKED

    def test_a_key_that_cannot_be_loaded(self) -> None:
        spki = sequence(sequence(oid("1.2.840.113549.1.1.1"), NULL), tlv(0x03, b"\x00\x05\x00"))
        broken = PublicKey.from_der(spki)
        assert (broken.kind, broken.bits, str(broken)) == (KeyKind.RSA, 0, "rsa")
        assert check_signature(signed(RSA), broken) is UNCHECKED

    def test_a_curve_without_a_name(self) -> None:
        field = sequence(oid("1.2.840.10045.1.1"), tlv(0x02, b"\x00\xff" + bytes(31)))
        parameters = sequence(tlv(0x02, b"\x01"), field)
        algorithm = sequence(oid("1.2.840.10045.2.1"), parameters)
        explicit = PublicKey.from_der(sequence(algorithm, tlv(0x03, b"\x00\x04\x00\x00")))
        assert (explicit.kind, explicit.curve, explicit.bits) == (KeyKind.EC, None, 256)
        assert str(explicit) == "explicit curve"
        assert check_signature(signed(key("p256")), explicit) is UNCHECKED


class TestMemo:
    def test_each_pair_is_computed_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        computed: list[tuple[Certificate, PublicKey]] = []

        def count(certificate: Certificate, key: PublicKey) -> SignatureStatus:
            computed.append((certificate, key))
            return check_signature(certificate, key)

        monkeypatch.setattr(signatures, "check_signature", count)
        memo, right, wrong = SignatureMemo(), public(RSA), public(OTHER_RSA)
        for _ in range(3):
            assert memo.status(signed(RSA), right) is VALID
            assert memo.status(signed(RSA), wrong) is INVALID
            assert memo.status(signed(RSA, "md2"), right) is UNCHECKED
        assert len(computed) == memo.checked == 3

    def test_two_memos_know_nothing_of_each_other(self) -> None:
        first, second = SignatureMemo(), SignatureMemo()
        first.status(signed(RSA), public(RSA))
        assert (first.checked, second.checked) == (1, 0)
