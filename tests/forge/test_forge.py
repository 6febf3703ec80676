"""The forge makes what it says: read back by `cryptography`, verified by OpenSSL's command line."""

import shutil
import subprocess
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID

from forge import CertificateSpec, Entity, ForgeError, Oid, forge, key, pem, root
from forge.keys import CURVES, KINDS

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="no openssl command on this machine"
)
AT = datetime(2025, 1, 1, tzinfo=UTC)


def load(der: bytes) -> x509.Certificate:
    with warnings.catch_warnings():
        # Reading what is old or odd is the purpose here.
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(der)


def openssl_verify(tmp_path: Path, anchor: Entity, *served: Entity) -> str:
    """What `openssl verify` prints for a served list and a single root, without its levels."""
    files = {"store": [anchor], "served": served, "leaf": served[:1]}
    for name, entities in files.items():
        (tmp_path / name).write_text(pem(*(entity.der for entity in entities)))
    command = ["openssl", "verify", "-no-CApath", "-no-CAstore", "-check_ss_sig"]
    options = ["-attime", str(int(AT.timestamp())), "-CAfile", "store", "-untrusted", "served"]
    done = subprocess.run(
        [*command, *options, "leaf"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


class TestKeys:
    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "rsa4096"])
    def test_every_kind_makes_pairs_and_keeps_them(self, kind: str) -> None:
        assert key(kind, 1).private is key(kind, 1).private
        assert key(kind, 1).spki != key(kind, 2).spki

    @pytest.mark.parametrize("size", [512, 1024, 2048])
    def test_rsa_keys_have_the_size_they_are_named_after(self, size: int) -> None:
        assert key(f"rsa{size}").private.public_key().key_size == size  # type: ignore[union-attr]

    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(ValueError, match="rsa2048"):
            key("rsa123")


class TestNamesAndDates:
    def test_dates_serial_and_names_are_as_asked(self) -> None:
        moment = datetime(2051, 2, 3, 4, 5, 6, tzinfo=UTC)
        name = (("country_name", "DE"), ("organization_name", "Acmé"), ("common_name", "x"))
        made = load(forge(name, not_after=moment, serial=77))
        assert (made.not_valid_after_utc, made.serial_number) == (moment, 77)
        assert made.subject.rfc4514_string() == "CN=x,O=Acmé,C=DE"
        assert made.issuer == made.subject

    @pytest.mark.parametrize(
        ("string_type", "tag"), [("utf8", 12), ("printable", 19), ("teletex", 20)]
    )
    def test_string_types_of_names(self, string_type: str, tag: int) -> None:
        made = asn1_x509.Certificate.load(forge("Acme", name_string_type=string_type))
        assert bytes([tag, 4]) + b"Acme" in made.subject.dump()

    def test_a_serial_follows_from_the_content(self) -> None:
        one, same, other = (CertificateSpec(subject=name) for name in ("A", "A", "B"))
        assert one.serial_number == same.serial_number != other.serial_number

    @pytest.mark.parametrize("serial", [0, -5])
    def test_serials_that_nobody_should_use(self, serial: int) -> None:
        made = asn1_x509.Certificate.load(forge(serial=serial))
        assert made.serial_number == serial


class TestExtensions:
    def test_version_1_has_none(self) -> None:
        made = load(forge("old", version=1, ca=True))
        assert made.version is x509.Version.v1
        assert not list(made.extensions)

    def test_everything_at_once(self) -> None:
        made = load(
            forge(
                ca=True,
                path_len=2,
                key_usage=frozenset({"key_cert_sign"}),
                eku=(Oid.SERVER_AUTH, Oid.MICROSOFT_SGC),
                eku_critical=True,
                san=("a.example.test", "192.0.2.1", "2001:db8::1", "me@example.test"),
                name_constraints=((".example.test", "10.0.0.0/8"), ("bad.test",), True),
                extra_extensions=((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),),
            )
        ).extensions
        assert made.get_extension_for_class(x509.BasicConstraints).value.path_length == 2
        assert made.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
        assert made.get_extension_for_class(x509.ExtendedKeyUsage).critical
        names = made.get_extension_for_class(x509.SubjectAlternativeName).value
        assert [str(name.value) for name in names] == [
            "a.example.test",
            "192.0.2.1",
            "2001:db8::1",
            "me@example.test",
        ]
        constraints = made.get_extension_for_class(x509.NameConstraints)
        assert constraints.critical
        permitted = constraints.value.permitted_subtrees
        assert permitted is not None
        assert [str(name.value) for name in permitted] == [".example.test", "10.0.0.0/8"]
        unknown = made.get_extension_for_oid(x509.ObjectIdentifier(Oid.UNKNOWN_EXTENSION))
        assert unknown.critical

    def test_none_leaves_an_extension_out(self) -> None:
        assert not list(load(forge(ca=None, ski=None, aki=None)).extensions)

    def test_key_identifiers_chain_up(self) -> None:
        n = root("N", ski=b"\x07" * 20)
        i = n.intermediate("I1")
        aki = load(i.der).extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        assert aki.key_identifier == b"\x07" * 20
        ski = load(i.der).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        expected = x509.SubjectKeyIdentifier.from_public_key(load(i.der).public_key())
        assert ski == expected

    def test_issuer_can_be_named_by_certificate(self) -> None:
        x = root("O").cross_sign(root("N"))
        leaf = x.leaf("www.example.test", aki="issuer-serial")
        aki = load(leaf.der).extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        assert aki.key_identifier is None
        assert aki.authority_cert_serial_number == x.spec.serial_number
        assert aki.authority_cert_issuer is not None
        assert aki.authority_cert_issuer[0].value.rfc4514_string() == "CN=O"


class TestSignatures:
    @pytest.mark.parametrize("kind", [*CURVES, "rsa1024", "rsa2048"])
    @pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384"])
    def test_each_key_and_digest_verifies(self, kind: str, digest: str) -> None:
        n = root("N", key(kind), digest=digest)
        made, signed_with = load(n.der), load(n.der).signature_hash_algorithm
        assert signed_with is not None
        assert signed_with.name == digest
        if digest != "sha1":  # which cryptography no longer verifies this way
            made.verify_directly_issued_by(made)

    @needs_openssl
    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            ("p256", {}),
            ("p521", {"digest": "sha512"}),
            ("p384", {"digest": "sha1"}),
            ("ed25519", {}),
            ("rsa512", {}),
            ("rsa1024", {"digest": "md5"}),
            ("rsa2048", {"digest": "sha1"}),
            ("rsa2048", {"pss": True}),
            ("rsa3072", {"pss": True, "digest": "sha512"}),
        ],
    )
    def test_openssl_verifies(self, tmp_path: Path, kind: str, fields: dict[str, Any]) -> None:
        n = root("N", key(kind), **fields)
        i = n.intermediate("I1", key(kind, 1), **fields)
        assert "leaf: OK" in openssl_verify(tmp_path, n, i.leaf("a.test", **fields), i)

    @needs_openssl
    @pytest.mark.parametrize("kind", ["p256", "rsa2048", "ed25519"])
    def test_a_bad_signature_is_bad_but_readable(self, tmp_path: Path, kind: str) -> None:
        n = root("N", key(kind))
        leaf = n.leaf("a.test", bad_signature=True)
        assert "error 7 at 0 depth" in openssl_verify(tmp_path, n, leaf)

    def test_md2_names_its_algorithm(self) -> None:
        made = asn1_x509.Certificate.load(forge(key=key("rsa1024"), digest="md2"))
        assert made["signature_algorithm"]["algorithm"].native == "md2_rsa"
        assert len(made["signature_value"].native) == 128

    @pytest.mark.parametrize("fields", [{"digest": "md5"}, {"pss": True}])
    def test_what_cannot_exist_is_refused(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ForgeError, match="RSA"):
            forge(**fields)

    def test_pss_with_md2_is_refused(self) -> None:
        with pytest.raises(ForgeError, match="PSS"):
            forge(key=key("rsa1024"), digest="md2", pss=True)

    def test_equal_specs_give_equal_bytes(self) -> None:
        assert forge("same") is forge("same")


class TestAuthority:
    def test_labels_read_like_speech(self) -> None:
        n, o = root("N"), root("O")
        entities = [n, o.cross_sign(n), n.reissue(), n.intermediate("I1"), n.leaf("a.test")]
        assert repr(entities) == "[N, N<O, N', I1, leaf]"

    def test_a_cross_sign_has_the_same_name_and_key(self) -> None:
        n, o = root("N"), root("O")
        x, original = load(o.cross_sign(n).der), load(n.der)
        assert x.subject == original.subject
        assert x.issuer == load(o.der).subject
        assert _spki(x) == _spki(original)

    def test_a_reissue_changes_the_serial_and_what_is_given(self) -> None:
        n = root("N")
        again = n.reissue(not_after=datetime(2035, 1, 1, tzinfo=UTC))
        old, new = load(n.der), load(again.der)
        assert old.serial_number != new.serial_number
        assert (old.subject, _spki(old)) == (new.subject, _spki(new))
        assert new.not_valid_after_utc.year == 2035

    @needs_openssl
    def test_openssl_accepts_a_tree_through_the_cross_sign(self, tmp_path: Path) -> None:
        n, o = root("N"), root("O")
        i = n.intermediate("I1")
        leaf = i.leaf("www.example.test")
        assert "leaf: OK" in openssl_verify(tmp_path, o, leaf, i, o.cross_sign(n))

    def test_leaf_names_the_host(self) -> None:
        made = load(root("N").leaf("www.example.test").der)
        names = made.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
        assert isinstance(names, x509.SubjectAlternativeName)
        assert names.get_values_for_type(x509.DNSName) == ["www.example.test"]

    def test_pem_keeps_the_order(self) -> None:
        n, o = root("N"), root("O")
        read = x509.load_pem_x509_certificates(pem(o.der, n.der).encode())
        assert [one.public_bytes(Encoding.DER) for one in read] == [o.der, n.der]


def _spki(certificate: x509.Certificate) -> bytes:
    public = certificate.public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
