"""Certificates, names and keys are values: what is the same is equal, and can be printed."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from certificate import reference
from certificate.surgery import name, operate, sequence, tlv
from forge import forge, key, pem, root
from forge.certificates import build_name
from legacytrust._der import DerError, children, decode_oid, element, elements
from legacytrust.algorithms import PublicKey, SignatureAlgorithm
from legacytrust.certificate import Certificate
from legacytrust.names import Name, NameForm

CN, O, C = "2.5.4.3", "2.5.4.10", "2.5.4.6"  # noqa: E741 - as everybody writes them
UTF8, NUMERIC, PRINTABLE, TELETEX, BMP = 0x0C, 0x12, 0x13, 0x14, 0x1E


class TestCertificate:
    def test_the_same_bytes_are_the_same_certificate(self) -> None:
        one, other = Certificate.from_der(forge()), Certificate.from_der(bytes(bytearray(forge())))
        assert one == other
        assert len({one, other, Certificate.from_der(forge("Other"))}) == 2
        assert one != forge()

    def test_it_cannot_be_changed(self) -> None:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            Certificate.from_der(forge()).serial = 5  # type: ignore[misc]

    def test_it_survives_copying_and_pickling(self) -> None:
        certificate = Certificate.from_der(forge())
        assert copy.deepcopy(certificate) == certificate
        assert pickle.loads(pickle.dumps(certificate)) == certificate

    def test_pem_goes_out_and_comes_back(self) -> None:
        certificate = Certificate.from_der(forge())
        assert certificate.to_pem() == pem(forge())
        assert Certificate.from_pem(certificate.to_pem()) == certificate
        assert Certificate.from_pem(b"text before\n" + pem(forge()).encode()) == certificate

    def test_its_fingerprints_are_those_of_its_bytes(self) -> None:
        certificate = Certificate.from_der(forge())
        assert (len(certificate.sha256), len(certificate.sha1)) == (64, 40)
        assert certificate.sha256[:12] in repr(certificate)

    def test_same_subject_and_key_is_what_a_cross_sign_shares(self) -> None:
        old, new = root("Old"), root("New")
        cross, mine = (Certificate.from_der(e.der) for e in (old.cross_sign(new), new))
        assert cross.same_subject_and_key(mine)
        assert not cross.same_subject_and_key(Certificate.from_der(old.der))

    def test_self_issued_depends_on_how_names_are_compared(self) -> None:
        der = operate(issuer=name((CN, UTF8, b"a ca")), subject=name((CN, PRINTABLE, b"A  CA")))
        certificate = Certificate.from_der(der)
        assert certificate.is_self_issued()
        assert not certificate.is_self_issued(NameForm.ENCODED)


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ((CN, UTF8, b"Some CA"), (CN, PRINTABLE, b"Some CA")),
            ((CN, UTF8, b"Some CA"), (CN, UTF8, b"SOME ca")),
            ((CN, UTF8, b"Some CA"), (CN, UTF8, b"  Some \t CA ")),
            ((CN, UTF8, "Zoë".encode()), (CN, TELETEX, b"Zo\xeb")),
            ((CN, UTF8, b"CA"), (CN, BMP, b"\0C\0A")),
        ],
    )
    def test_case_spaces_and_kind_of_string_do_not_matter(
        self, one: tuple[str, int, bytes], other: tuple[str, int, bytes]
    ) -> None:
        left, right = Name(name(one)), Name(name(other))
        assert left.key(NameForm.CANONICAL) == right.key(NameForm.CANONICAL)
        assert left.key(NameForm.ENCODED) != right.key(NameForm.ENCODED)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ([(CN, UTF8, b"a")], [(O, UTF8, b"a")]),
            ([(CN, UTF8, b"a"), (O, UTF8, b"b")], [(O, UTF8, b"b"), (CN, UTF8, b"a")]),
            ([(CN, UTF8, b"ab")], [(CN, UTF8, b"a b")]),
            ([(CN, UTF8, b"a\x012.5.4.10=b")], [(CN, UTF8, b"a"), (O, UTF8, b"b")]),
            ([(CN, UTF8, b"a\x022.5.4.10=b")], [(CN, UTF8, b"a"), (O, UTF8, b"b")]),
            ([(CN, UTF8, b"a\xff")], [(CN, UTF8, b"a\xfe")]),
            ([(CN, UTF8, b"12")], [(CN, NUMERIC, b"12")]),
            ([(CN, UTF8, b"\x00t18:12")], [(CN, NUMERIC, b"12")]),
        ],
    )
    def test_different_names_stay_different(
        self, one: list[tuple[str, int, bytes]], other: list[tuple[str, int, bytes]]
    ) -> None:
        assert Name(name(*one)).canonical != Name(name(*other)).canonical

    def test_attributes_of_one_set_have_no_order(self) -> None:
        a, b = (children(element(name((t, UTF8, v))).content)[0].content
                for t, v in ((CN, b"a"), (O, b"b")))  # fmt: skip
        one, other = (Name(sequence(tlv(0x31, *parts))) for parts in ((a, b), (b, a)))
        assert one.canonical == other.canonical
        assert str(one) == "CN=a+O=b"

    def test_it_reads_from_the_most_specific_part_to_the_least(self) -> None:
        country, organisation, common = (C, PRINTABLE, b"XX"), (O, UTF8, b"Acme"), (CN, UTF8, b"A")
        subject = Name(name(country, organisation, common))
        assert str(subject) == "CN=A, O=Acme, C=XX"
        assert repr(subject) == "Name('CN=A, O=Acme, C=XX')"
        assert (subject.label, subject.common_names) == ("A", ("A",))
        assert Name(name(country, organisation)).label == "Acme"


class TestReadersOfParts:
    @pytest.mark.parametrize(
        ("octets", "dotted"),
        [
            (b"\x2a\x86\x48", "1.2.840"),
            (b"\x55\x1d\x11", "2.5.29.17"),
            (b"\x00", "0.0"),
            (b"\x88\x37\x03", "2.999.3"),
        ],
    )
    def test_object_identifiers(self, octets: bytes, dotted: str) -> None:
        assert decode_oid(octets) == dotted

    @pytest.mark.parametrize("octets", [b"", b"\x80", b"\x2a\x86", b"\xff" * 2000 + b"\x7f"])
    def test_object_identifiers_that_are_none(self, octets: bytes) -> None:
        with pytest.raises(DerError):
            decode_oid(octets)

    def test_indefinite_lengths_are_followed_to_their_ends(self) -> None:
        inner = b"\x30\x80\x02\x01\x05\x00\x00"
        found = children(b"\x30\x80" + inner + b"\x00\x00" + b"\x05\x00")
        assert [item.tag for item in found] == [16, 5]
        assert found[0].content == inner
        assert children(children(inner)[0].content)[0].content == b"\x05"

    def test_many_elements_are_read_and_too_many_refused(self) -> None:
        assert sum(1 for _ in elements(b"\x05\x00" * 20_000)) == 20_000
        for hostile in (b"\x05\x00" * 20_001, b"\x30\x80" * 1000, b"\x30\x80" + bytes(1_000_000)):
            with pytest.raises(DerError):
                children(hostile)

    def test_public_keys_and_algorithms_have_short_names(self) -> None:
        kinds = ("p256", "p384", "p521", "secp256k1", "ed25519", "rsa1024")
        names = [str(PublicKey.from_der(key(kind).spki)) for kind in kinds]
        assert names == ["P-256", "P-384", "P-521", "secp256k1", "ED25519-256", "RSA-1024"]
        der = Certificate.from_der(forge(key=key("ed25519"))).signature_algorithm
        assert str(der) == "ed25519"
        with pytest.raises(DerError):
            SignatureAlgorithm.from_der(sequence())
        with pytest.raises(DerError):
            PublicKey.from_der(sequence())


def test_the_comparison_with_cryptography_finds_differences() -> None:
    """Else its silence about real certificates would prove nothing."""
    fields = {"ca": True, "san": ("a.test",), "eku": ("1.3.6.1.5.5.7.3.1",), "key": key("p384")}
    ours = Certificate.from_der(forge("Ours", **fields))
    theirs = reference.load(forge("Theirs", san=("b.test",), eku=("1.3.6.1.5.5.7.3.2",)))
    assert theirs is not None
    assert len(list(reference.disagreements(ours, theirs))) >= 9


@pytest.mark.parametrize(
    ("other", "three", "six"),
    [
        ((("organization_name", "Acme"), ("common_name", "N")), True, True),
        ((("common_name", "N"), ("organization_name", "Acme"), ("common_name", "M")), True, True),
        (
            (("country_name", "GB"), ("organization_name", "Acme"), ("common_name", "N")),
            True,
            False,
        ),
        ((("organization_name", "ACME"), ("common_name", "N")), False, False),
        ((("common_name", "N"),), False, False),
    ],
)
def test_names_compared_by_some_of_their_parts(
    other: tuple[tuple[str, str], ...], three: bool, six: bool
) -> None:
    name = (("organization_name", "Acme"), ("common_name", "N"))
    left, right = (
        Name(build_name(text, kind).dump()) for text, kind in ((name, "utf8"), (other, "printable"))
    )
    same = [
        left.key(form) == right.key(form) for form in (NameForm.THREE_PARTS, NameForm.SIX_PARTS)
    ]
    assert same == [three, six]
