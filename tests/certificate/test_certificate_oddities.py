"""What old certificates have and present-day parsers refuse is read, or said to be unreadable."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from certificate.surgery import (
    NULL,
    extension,
    name,
    oid,
    operate,
    sequence,
    tlv,
    with_extensions,
)
from forge import Oid as ForgeOid
from forge import forge, key
from legacytrust.certificate import MAX_CERTIFICATE_BYTES, Certificate
from legacytrust.errors import CertificateError
from legacytrust.extensions import KeyUsage, NetscapeCertType, Oid

CN = "2.5.4.3"
LATER = tlv(0x18, b"20991231235959Z")


class TestFields:
    @pytest.mark.parametrize("serial", [0, -1, -5, -(2**64), 1, 127, 128, 2**159, 2**167])
    def test_a_serial_number_of_any_sign_is_read(self, serial: int) -> None:
        assert Certificate.from_der(forge(serial=serial)).serial == serial

    def test_a_serial_number_too_long_to_print_is_refused(self) -> None:
        with pytest.raises(CertificateError, match="a number of 2000 octets"):
            Certificate.from_der(operate(serial=tlv(0x02, b"\x01" * 2000)))

    @pytest.mark.parametrize("digest", ["md2", "md5"])
    def test_signatures_with_broken_hashes_are_read(self, digest: str) -> None:
        certificate = Certificate.from_der(forge(key=key("rsa1024"), digest=digest))
        assert certificate.signature_algorithm.digest.value == digest

    def test_version_1_has_no_extensions(self) -> None:
        certificate = Certificate.from_der(forge(version=1))
        assert (certificate.version, certificate.extensions) == (1, ())
        assert certificate.basic_constraints is None
        assert not certificate.is_ca

    def test_version_1_may_be_spelled_out_although_it_is_the_default(self) -> None:
        der = operate(version=tlv(0xA0, tlv(0x02, b"\x00")), extensions=b"")
        assert Certificate.from_der(der).version == 1

    def test_extensions_in_a_version_1_certificate_are_read_all_the_same(self) -> None:
        certificate = Certificate.from_der(operate(forge(ca=True), version=b""))
        assert certificate.version == 1
        assert certificate.is_ca

    def test_unique_identifiers_of_version_2_are_passed_over(self) -> None:
        der = operate(
            version=tlv(0xA0, tlv(0x02, b"\x01")),
            extensions=tlv(0x81, b"\x00\x01") + tlv(0x82, b"\x00\x02"),
        )
        assert (Certificate.from_der(der).version, Certificate.from_der(der).extensions) == (2, ())

    def test_a_null_behind_the_algorithm_identifier_does_no_harm(self) -> None:
        der = operate(outer=sequence(oid("1.2.840.113549.1.1.5"), NULL, NULL))
        assert str(Certificate.from_der(der).signature_algorithm) == "rsa-pkcs1 with sha1"

    def test_an_unknown_signature_algorithm_is_kept_by_its_number(self) -> None:
        der = operate(outer=sequence(oid("1.2.643.2.2.3")))
        assert str(Certificate.from_der(der).signature_algorithm) == "1.2.643.2.2.3"


class TestTimes:
    @pytest.mark.parametrize(
        ("tag", "text", "expected"),
        [
            (0x17, b"9608010000Z", datetime(1996, 8, 1, tzinfo=UTC)),
            (0x17, b"9901011234Z", datetime(1999, 1, 1, 12, 34, tzinfo=UTC)),
            (0x17, b"991231235959Z", datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
            (0x17, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
            (0x17, b"491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
            (0x17, b"991231235959+0100", datetime(1999, 12, 31, 22, 59, 59, tzinfo=UTC)),
            (0x17, b"9912312359-0800", datetime(2000, 1, 1, 7, 59, tzinfo=UTC)),
            (0x18, b"20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
            (0x18, b"205001010000Z", datetime(2050, 1, 1, tzinfo=UTC)),
            (0x18, b"20500101000000.5Z", datetime(2050, 1, 1, tzinfo=UTC)),
            (0x18, b"20500101000000+0530", datetime(2049, 12, 31, 18, 30, tzinfo=UTC)),
            (0x18, b"99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ],
    )
    def test_a_time_is_read_in_every_form_that_occurs(
        self, tag: int, text: bytes, expected: datetime
    ) -> None:
        certificate = Certificate.from_der(operate(validity=sequence(tlv(tag, text), LATER)))
        assert certificate.not_before == expected
        assert certificate.not_before.tzinfo is UTC

    @pytest.mark.parametrize(
        ("tag", "text"),
        [
            (0x17, b""),
            (0x17, b"99010112Z"),
            (0x17, b"991301000000Z"),
            (0x17, b"990230000000Z"),
            (0x17, b"990101000000"),
            (0x17, b"99010100000\xb2Z"),
            (0x18, b"00000101000000Z"),
            (0x18, b"00010101000000+2359"),
            (0x18, b"20500101000000+9999"),
            (0x13, b"991231235959Z"),
            (0x97, b"991231235959Z"),
        ],
    )
    def test_what_is_no_time_is_refused(self, tag: int, text: bytes) -> None:
        with pytest.raises(CertificateError, match="no time"):
            Certificate.from_der(operate(validity=sequence(tlv(tag, text), LATER)))


class TestNames:
    @pytest.mark.parametrize(
        ("tag", "octets"),
        [
            (0x0C, "Zoë CA".encode()),
            (0x13, b"Zo\xeb CA"),
            (0x14, b"Zo\xeb CA"),
            (0x1C, "Zoë CA".encode("utf-32-be")),
            (0x1E, "Zoë CA".encode("utf-16-be")),
        ],
        ids=["UTF8String", "PrintableString", "TeletexString", "UniversalString", "BMPString"],
    )
    def test_a_common_name_is_read_in_every_kind_of_string(self, tag: int, octets: bytes) -> None:
        certificate = Certificate.from_der(operate(subject=name((CN, tag, octets))))
        assert certificate.label == "Zoë CA"
        assert str(certificate.subject) == "CN=Zoë CA"

    @pytest.mark.parametrize(
        "subject",
        [
            sequence(NULL),
            sequence(tlv(0x31, NULL)),
            name((CN, 0x1E, b"odd")),
            name((CN, 0x05, b"")),
        ],
    )
    def test_a_name_that_cannot_be_taken_apart_is_still_a_name(self, subject: bytes) -> None:
        certificate = Certificate.from_der(operate(subject=subject))
        assert certificate.subject.der == subject
        assert isinstance(certificate.label, str)

    def test_an_empty_subject_has_a_label_too(self) -> None:
        assert Certificate.from_der(operate(subject=sequence())).label == "(empty name)"


class TestExtensions:
    @pytest.mark.parametrize(
        "dotted",
        [
            Oid.BASIC_CONSTRAINTS,
            Oid.KEY_USAGE,
            Oid.EXTENDED_KEY_USAGE,
            Oid.SUBJECT_ALT_NAME,
            Oid.NAME_CONSTRAINTS,
            Oid.SUBJECT_KEY_IDENTIFIER,
            Oid.AUTHORITY_KEY_IDENTIFIER,
            Oid.NETSCAPE_CERT_TYPE,
        ],
    )
    @pytest.mark.parametrize(
        "value", [b"", NULL, b"\x30\x05\x01", b"\x30\x02\x05\x00", b"\xff\xff", b"\x03\x00"]
    )
    def test_an_undecodable_value_is_listed_and_the_rest_is_read(
        self, dotted: str, value: bytes
    ) -> None:
        usage = extension("1.3.6.1.4.1.55555.1", b"anything")
        certificate = with_extensions(extension(dotted, value), usage)
        decodable = dotted == Oid.AUTHORITY_KEY_IDENTIFIER and value == b"\x30\x02\x05\x00"
        assert certificate.malformed_extensions == (() if decodable else (dotted,))
        assert len(certificate.extensions) == 2
        assert certificate.label == "Test"

    def test_of_duplicate_extensions_the_first_counts_and_both_are_kept(self) -> None:
        certificate = with_extensions(
            extension(Oid.BASIC_CONSTRAINTS, sequence(tlv(0x01, b"\xff"))),
            extension(Oid.BASIC_CONSTRAINTS, sequence()),
        )
        assert [e.oid for e in certificate.extensions] == [Oid.BASIC_CONSTRAINTS] * 2
        assert certificate.is_ca

    def test_broken_policy_qualifiers_hide_nothing(self) -> None:
        notice = sequence(oid("1.3.6.1.5.5.7.2.2"), sequence(tlv(0x1A, "Zoë".encode())))
        policy = sequence(oid("2.23.140.1.2.1"), sequence(notice))
        certificate = Certificate.from_der(
            forge(ca=True, extra_extensions=((ForgeOid.POLICIES, False, sequence(policy)),))
        )
        assert certificate.extension(Oid.CERTIFICATE_POLICIES) is not None
        assert certificate.malformed_extensions == ()
        assert certificate.is_ca

    @pytest.mark.parametrize(
        ("mark", "expected"),
        [(b"", False), (b"\x01\x01\x00", False), (b"\x01\x01\xff", True), (b"\x01\x01\x01", True)],
    )
    def test_criticality_is_read_in_every_encoding(self, mark: bytes, expected: bool) -> None:
        certificate = with_extensions(extension("2.5.29.99", NULL, critical=mark))
        assert certificate.extensions[0].critical is expected

    @pytest.mark.parametrize(
        ("octets", "expected"),
        [
            (b"\x01\x06", KeyUsage.KEY_CERT_SIGN | KeyUsage.CRL_SIGN),
            (b"\x07\x00\x80", KeyUsage.DECIPHER_ONLY),
            (b"\x00\x00\x7f\xff", KeyUsage(0)),
            (b"\x00", KeyUsage(0)),
        ],
    )
    def test_key_usage_has_nine_bits(self, octets: bytes, expected: KeyUsage) -> None:
        certificate = with_extensions(extension(Oid.KEY_USAGE, tlv(0x03, octets)))
        assert certificate.key_usage == expected

    def test_netscapes_certificate_type_is_read(self) -> None:
        certificate = with_extensions(extension(Oid.NETSCAPE_CERT_TYPE, tlv(0x03, b"\x00\x07")))
        expected = NetscapeCertType.SSL_CA | NetscapeCertType.SMIME_CA
        assert certificate.netscape_cert_type == expected | NetscapeCertType.OBJECT_SIGNING_CA

    @pytest.mark.parametrize("octets", [b"", b"\x01" * 3, b"\x01" * 5, b"\xff" * 8 + b"\x01"])
    def test_an_address_of_odd_length_is_no_address(self, octets: bytes) -> None:
        certificate = with_extensions(extension(Oid.SUBJECT_ALT_NAME, sequence(tlv(0x87, octets))))
        assert certificate.subject_alt_names is not None
        assert certificate.subject_alt_names[0].address is None
        assert certificate.subject_alt_names[0].text == octets.hex()


class TestWhatIsNoCertificate:
    @pytest.mark.parametrize(
        "der",
        [
            b"",
            b"\x30",
            NULL,
            sequence(),
            sequence(sequence(), sequence(), tlv(0x03, b"\x00")),
            forge()[:-1],
            forge() + b"\x00",
            tlv(0x31, *[NULL] * 3),
            operate(issuer=b""),
            operate(subject=NULL),
            operate(key=sequence()),
            operate(validity=sequence(LATER)),
            operate(outer=sequence()),
            operate(outer=sequence(tlv(0x06, b"\x80"))),
            operate(outer=sequence(oid("1.2.840.113549.1.1.10"), sequence(tlv(0xA0, b"")))),
            operate(outer=sequence(oid("1.2.840.113549.1.1.10"), sequence(tlv(0xA0, NULL)))),
            operate(extensions=tlv(0xA3, sequence(sequence()))),
            operate(extensions=tlv(0xA3)),
            b"\x30\x80" * 100_000,
            b"\x30\x84\xff\xff\xff\xff",
            b"\x3f" + b"\xff" * 50,
        ],
        ids=lambda der: der[:8].hex() or "empty",
    )
    def test_it_is_refused_with_our_own_error(self, der: bytes) -> None:
        with pytest.raises(CertificateError):
            Certificate.from_der(der)

    def test_a_megabyte_and_more_is_refused_unread(self) -> None:
        with pytest.raises(CertificateError, match="too many for a certificate"):
            Certificate.from_der(forge() + bytes(MAX_CERTIFICATE_BYTES))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\ud800",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nBQA=\n-----END CERTIFICATE-----",
        ],
    )
    def test_a_text_without_a_certificate_is_refused(self, text: str) -> None:
        with pytest.raises(CertificateError):
            Certificate.from_pem(text)
