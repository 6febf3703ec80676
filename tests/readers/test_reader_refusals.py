"""What is no chain gets one error of ours, whose text names what was found instead."""

from __future__ import annotations

import base64
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from certificate.surgery import NULL, oid, operate, sequence, tlv
from forge import key
from forge.certificates import NOT_AFTER, NOT_BEFORE
from legacytrust.chain import ServedChain
from legacytrust.errors import (
    CertificateError,
    ChainError,
    InputTooLargeError,
    LegacyTrustError,
    PasswordError,
)
from legacytrust.readers.limits import MAX_INPUT_BYTES
from readers.samples import PASSWORD, block, chain, pkcs7, pkcs12_file, request

TEXT = chain().pem
LEAF = chain().leaf.der
_TRADITIONAL, _PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
_PLAIN, _LOCKED = NoEncryption(), BestAvailableEncryption(b"secret")


def private(
    kind: str, encoding: Encoding, form: PrivateFormat, lock: KeySerializationEncryption
) -> bytes:
    return key(kind).private.private_bytes(encoding, form, lock)


def revocations(encoding: Encoding) -> bytes:
    signer = key("p256").private
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Sample Root")])
    builder = x509.CertificateRevocationListBuilder(name, NOT_BEFORE, NOT_AFTER)
    return builder.sign(signer, hashes.SHA256()).public_bytes(encoding)


def public(encoding: Encoding) -> bytes:
    spki = PublicFormat.SubjectPublicKeyInfo
    return key("rsa1024").private.public_key().public_bytes(encoding, spki)


PEM, DER = Encoding.PEM, Encoding.DER

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the input is empty"),
    "white space": (b" \r\n\t\n", "nothing but white space"),
    "a byte order mark": (b"\xef\xbb\xbf", "the input is empty"),
    "PKCS#1 PEM": (private("rsa1024", PEM, _TRADITIONAL, _PLAIN), "only: rsa private key"),
    "PKCS#1 PEM, encrypted": (
        private("rsa1024", PEM, _TRADITIONAL, _LOCKED),
        "only: rsa private key",
    ),
    "PKCS#8 PEM": (private("rsa1024", PEM, _PKCS8, _PLAIN), "only: private key"),
    "PKCS#8 PEM, encrypted": (private("p256", PEM, _PKCS8, _LOCKED), "only: encrypted private key"),
    "SEC 1 PEM": (private("p256", PEM, _TRADITIONAL, _PLAIN), "only: ec private key"),
    "OpenSSH PEM": (
        private("ed25519", PEM, PrivateFormat.OpenSSH, _PLAIN),
        "only: openssh private key",
    ),
    "PKCS#1 DER": (private("rsa1024", DER, _TRADITIONAL, _PLAIN), r"a private key \(PKCS#1"),
    "PKCS#8 DER": (private("rsa1024", DER, _PKCS8, _PLAIN), r"a private key \(PKCS#8\)"),
    "PKCS#8 DER of a curve": (private("p256", DER, _PKCS8, _PLAIN), r"a private key \(PKCS#8\)"),
    "PKCS#8 DER, encrypted": (private("p256", DER, _PKCS8, _LOCKED), "an encrypted private key"),
    "SEC 1 DER": (private("p256", DER, _TRADITIONAL, _PLAIN), r"a private key \(SEC 1\)"),
    "PuTTY key": (b"PuTTY-User-Key-File-3: ssh-rsa\n", r"a private key \(PuTTY\)"),
    "public key PEM": (public(PEM), "only: public key"),
    "public key DER": (public(DER), "this is a public key"),
    "SSH public key": (b"ssh-rsa AAAAB3NzaC1yc2E= me@here\n", "an SSH public key"),
    "request PEM": (request().public_bytes(PEM), "only: certificate request"),
    "request DER": (request().public_bytes(DER), "this is a certificate request"),
    "revocations PEM": (revocations(PEM), "only: x509 crl"),
    "revocations DER": (revocations(DER), "this is a revocation list"),
    "a request and a key": (
        request().public_bytes(PEM) + private("p256", PEM, _PKCS8, _PLAIN),
        "only: certificate request, private key",
    ),
    "HTML": (b"\n<!DOCTYPE html><html><body>404</body></html>", "an HTML or XML page"),
    "XML": (b'<?xml version="1.0"?><Error/>', "an HTML or XML page"),
    "JSON": (b' {"error": "not found"}', "JSON"),
    "a JSON list": (b"[1, 2]", "JSON"),
    "JKS": (b"\xfe\xed\xfe\xed\x00\x00\x00\x02", r"a Java keystore \(JKS\)"),
    "JCEKS": (b"\xce\xce\xce\xce\x00\x00\x00\x02", r"a Java keystore \(JCEKS\)"),
    "ZIP": (b"PK\x03\x04rest", "a ZIP archive"),
    "gzip": (b"\x1f\x8b\x08rest", "a gzip archive"),
    "PDF": (b"%PDF-1.7", "a PDF document"),
    "text": (b"Dear customer, please find attached", "some text"),
    "text that begins with 0": (b"0 certificates were found here", "some text"),
    "UTF-16 text": ("no certificate".encode("utf-16"), "some text"),
    "random bytes": (random.Random(1).randbytes(5000), "some binary data"),
    "zeros": (bytes(100), "some binary data"),
    "PEM cut off": (TEXT[:-60].encode(), "CERTIFICATE block that begins in line .* has no end"),
    "PEM cut off and another after it": (TEXT[:300].encode() + TEXT.encode(), "line 1 has no end"),
    "PEM with broken base64": (TEXT.replace("MII", "M!I", 1).encode(), "line 1 is not base64"),
    "PEM with a character too few": (TEXT.replace("MII", "MI", 1).encode(), "line 1 is not base64"),
    "PEM with nothing in it": (
        block("CERTIFICATE", b"").encode(),
        "block in line 1: not a certificate: cut off",
    ),
    "PEM with something else in it": (
        (TEXT + block("CERTIFICATE", b"\x30\x03\x02\x01\x05")).encode(),
        r"block in line \d\d: not a certificate",
    ),
    "DER cut off": (LEAF[:-10], "cut off or damaged"),
    "DER cut off early": (LEAF[:3], "cut off or damaged"),
    "the second DER cut off": (LEAF + LEAF[:-10], "what follows certificate 1: "),
    "something after DER": (LEAF + b"junk", "what follows certificate 1: "),
    "a damaged certificate": (operate(subject=NULL), "not a certificate: the subject is missing"),
    "another structure": (sequence(NULL), "a DER structure that is no certificate"),
    "PKCS#7 without certificates": (pkcs7(), "a PKCS#7 bundle without certificates"),
    "PKCS#7 with a damaged one": (pkcs7(LEAF, operate(subject=NULL)), "a broken PKCS#7 bundle"),
    "PKCS#7 without content": (sequence(oid("1.2.840.113549.1.7.2")), "a broken PKCS#7 bundle"),
    "PKCS#7 of another kind": (
        sequence(oid("1.2.840.113549.1.7.1"), tlv(0xA0, tlv(0x04, b"x"))),
        "a PKCS#7 structure of a kind that holds no certificates",
    ),
    "PKCS#7 PEM with something else in it": (block("PKCS7", LEAF).encode(), "a broken PKCS#7"),
    "PKCS#12 without its password": (pkcs12_file(), "a password is needed"),
    "PKCS#12 cut off": (pkcs12_file()[:-10], "cut off or damaged"),
    "something like PKCS#12": (
        sequence(tlv(0x02, b"\x03"), sequence()),
        "a PKCS#12 file with something in it that cannot be read|a password is needed",
    ),
}


@pytest.mark.parametrize(("content", "found"), REFUSED.values(), ids=REFUSED)
def test_what_was_found_is_named(content: bytes, found: str, tmp_path: Path) -> None:
    file = tmp_path / "handed-in.pem"
    file.write_bytes(content)
    with pytest.raises(ChainError, match=found) as caught:
        ServedChain.from_file(file)
    assert caught.value.where == str(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "read",
    [
        ServedChain.from_pem,
        ServedChain.from_der,
        ServedChain.from_bytes,
        ServedChain.from_showcerts,
    ],
)
@pytest.mark.parametrize("content", [content for content, _ in REFUSED.values()], ids=REFUSED)
def test_no_other_way_in_accepts_it(read: Callable[[bytes], ServedChain], content: bytes) -> None:
    with pytest.raises(LegacyTrustError):
        read(content)


@pytest.mark.parametrize("text", ["", "\ud800", TEXT.replace("MII", "MI\ud800", 1), "née"])
def test_texts_that_are_no_chain_are_refused_too(text: str) -> None:
    for read in (ServedChain.from_pem, ServedChain.from_showcerts):
        with pytest.raises(ChainError):
            read(text)


def test_the_way_in_for_der_says_that_it_was_given_pem() -> None:
    with pytest.raises(ChainError, match="some text"):
        ServedChain.from_der(TEXT.encode())


def test_a_private_key_is_never_quoted_in_the_error() -> None:
    secret = private("p256", PEM, _PKCS8, _PLAIN)
    body = b"".join(secret.splitlines()[1:-1])
    with pytest.raises(ChainError, match="should not be handed around") as caught:
        ServedChain.from_bytes(secret)
    assert body[20:60].decode() not in str(caught.value)


@pytest.mark.skipif(which("openssl") is None, reason="there is no openssl on this machine")
def test_pkcs12_with_nothing_but_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(private("p256", PEM, _PKCS8, _PLAIN))
    command = [
        "openssl",
        "pkcs12",
        "-export",
        "-nocerts",
        "-inkey",
        "key.pem",
        "-out",
        "out",
        "-passout",
    ]
    subprocess.run(
        [*command, f"pass:{PASSWORD}"], cwd=tmp_path, check=True, capture_output=True, timeout=30
    )
    with pytest.raises(ChainError, match="a PKCS#12 file without certificates"):
        ServedChain.from_file(tmp_path / "out", password=PASSWORD)


def test_pkcs12_with_a_certificate_that_its_reader_refuses_says_what_to_do(tmp_path: Path) -> None:
    unusual = operate(version=tlv(0xA0, tlv(0x02, b"\x00")), extensions=b"")
    bag = sequence(oid("1.2.840.113549.1.12.10.1.3"), tlv(0xA0, sequence(
        oid("1.2.840.113549.1.9.22.1"), tlv(0xA0, tlv(0x04, unusual)))))  # fmt: skip
    inside = sequence(oid("1.2.840.113549.1.7.1"), tlv(0xA0, tlv(0x04, sequence(bag))))
    content = sequence(oid("1.2.840.113549.1.7.1"), tlv(0xA0, tlv(0x04, sequence(inside))))
    with pytest.raises(ChainError, match="openssl pkcs12 -nokeys") as caught:
        ServedChain.from_bytes(sequence(tlv(0x02, b"\x03"), content))
    assert not isinstance(caught.value, PasswordError)


class TestSizes:
    def test_a_huge_file_is_refused_and_not_read(self, tmp_path: Path) -> None:
        file = tmp_path / "huge"
        with file.open("wb") as stream:
            stream.truncate(200_000_000)
        with pytest.raises(InputTooLargeError, match="200,000,000 bytes are too many"):
            ServedChain.from_file(file)

    @pytest.mark.parametrize(
        "read",
        [
            ServedChain.from_pem,
            ServedChain.from_der,
            ServedChain.from_bytes,
            ServedChain.from_showcerts,
        ],
    )
    def test_so_is_as_much_in_memory(self, read: Callable[[bytes], ServedChain]) -> None:
        with pytest.raises(InputTooLargeError, match="bytes are too many"):
            read(bytes(MAX_INPUT_BYTES + 1))

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(TEXT.encode() * 1667, id="PEM"),
            pytest.param(b"".join(chain().ders) * 1667, id="DER"),
            pytest.param(pkcs7(*chain().ders * 1667), id="PKCS#7"),
            pytest.param(base64.b64encode(LEAF * 5000), id="base64"),
        ],
    )
    def test_thousands_of_certificates_are_refused(self, content: bytes) -> None:
        with pytest.raises(InputTooLargeError, match="certificates are too many"):
            ServedChain.from_bytes(content)

    @pytest.mark.parametrize(
        "unit",
        [
            b"-----BEGIN A-----\n-----END A-----\n",
            b"-----BEGIN CERTIFICATE-----\n",
            b"-----BEGIN ",
            b"Certificate chain\n 0 s:",
            b"Certificate chain\n 0 s:x\n---\n",
            b"\x30\x00",
            b"\x30\x80",
            b"\x24\x80",
            b"\x0a\x00",
            b"\n",
            b" ",
            b"A",
            b"MIIA",
            b"-",
            b"\x00",
        ],
        ids=repr,
    )
    @pytest.mark.parametrize(
        "prefix", [b"", b"Certificate chain\n", b"MII", b"\x30\x83\x7f\xff\xff"]
    )
    def test_monotonous_input_of_full_size_ends_soon(self, prefix: bytes, unit: bytes) -> None:
        size = MAX_INPUT_BYTES // 2
        with pytest.raises(LegacyTrustError):
            ServedChain.from_bytes((prefix + unit * (size // len(unit)))[:size])


class TestFiles:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(ChainError, match=r"cannot be read: No such file"):
            ServedChain.from_file(tmp_path / "nowhere.pem")

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(ChainError, match="cannot be read: Is a directory"):
            ServedChain.from_file(tmp_path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_a_file_without_permission(self, tmp_path: Path) -> None:
        file = tmp_path / "locked.pem"
        file.touch(mode=0)
        with pytest.raises(ChainError, match="cannot be read: Permission denied"):
            ServedChain.from_file(file)

    def test_a_path_that_cannot_be(self) -> None:
        with pytest.raises(ChainError, match="no path of a file"):
            ServedChain.from_file("a\0b")


def test_a_damaged_block_is_told_from_a_missing_one(tmp_path: Path) -> None:
    file = tmp_path / "chain.pem"
    file.write_text(TEXT + block("CERTIFICATE", operate(subject=NULL)))
    with pytest.raises(CertificateError, match=r"the block in line \d+: not a certificate"):
        ServedChain.from_file(file)
