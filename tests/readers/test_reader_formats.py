"""A chain is read from whatever form it comes in: same certificates, same order."""

from __future__ import annotations

import base64
import codecs
import gc
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from certificate.surgery import oid, sequence, tlv
from forge import key, pem
from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.errors import ChainError, InputTooLargeError, PasswordError
from readers.samples import (
    PASSWORD,
    block,
    chain,
    pkcs7,
    pkcs7_of_indefinite_length,
    pkcs12_file,
)

LEAF, INNER, OUTER = chain().ders
TEXT = chain().pem


def ders(served: ServedChain) -> tuple[bytes, ...]:
    return tuple(c.der for c in served)


def saved(folder: Path, content: bytes | str) -> Path:
    file = folder / "chain"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


FORMS: dict[str, bytes | str] = {
    "PEM": TEXT,
    "PEM with text around the blocks": f"Bag Attributes\n  x: y\n{TEXT}\nsubject=CN = x\n\n{TEXT[:0]}bye",
    "PEM with text between the blocks": "\n# next\n".join(map(pem, chain().ders)),
    "PEM with CRLF": TEXT.replace("\n", "\r\n"),
    "PEM with CR": TEXT.replace("\n", "\r"),
    "PEM without line feeds between blocks": TEXT.replace("-----\n-----", "----------"),
    "PEM on one line each": "".join(
        f"-----BEGIN CERTIFICATE-----{base64.b64encode(der).decode()}-----END CERTIFICATE-----"
        for der in chain().ders
    ),
    "PEM indented": "\n".join("    " + line for line in TEXT.splitlines()),
    "PEM with a UTF-8 mark": codecs.BOM_UTF8 + TEXT.encode(),
    "PEM in UTF-16, little endian": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "PEM in UTF-16, big endian": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "PEM in UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "PEM in UTF-16 without a mark, big endian": TEXT.encode("utf-16-be"),
    "PEM in a text that is not UTF-8": b"Zo\xeb\n" + TEXT.encode(),
    "PEM with old labels": TEXT.replace(" CERTIFICATE", " X509 CERTIFICATE"),
    "PEM with headers": TEXT.replace(
        "BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\nA: b\n c\n\n"
    ),
    "PEM beside a private key": key("p256", 11).private_pem + TEXT.encode(),
    "PEM beside blocks that nobody asked for": (
        TEXT + "-----BEGIN PGP MESSAGE-----\n\nabc\n=ab12\n-----END PGP MESSAGE-----\n"
    ),
    "TRUSTED CERTIFICATE": "".join(
        block("TRUSTED CERTIFICATE", der + sequence(tlv(0x0C, b"alias"))) for der in chain().ders
    ),
    "DER in a row": b"".join(chain().ders),
    "DER with a line feed after it": b"".join(chain().ders) + b"\r\n",
    "DER filled up with zeros": b"".join(chain().ders) + bytes(100),
    "base64 of DER without BEGIN": base64.encodebytes(b"".join(chain().ders)),
    "PKCS#7 DER": pkcs7(*chain().ders),
    "PKCS#7 BER of indefinite length": pkcs7_of_indefinite_length(*chain().ders),
    "PKCS#7 PEM": block("PKCS7", pkcs7(*chain().ders)),
    "PKCS#7 PEM with an old label": block("PKCS #7 SIGNED DATA", pkcs7(*chain().ders)),
    "PKCS#7 between CERTIFICATE lines": block("CERTIFICATE", pkcs7(*chain().ders)),
    "base64 of PKCS#7 without BEGIN": base64.b64encode(pkcs7(*chain().ders)),
    "PKCS#7 beside an attribute certificate": pkcs7(*chain().ders, extra=tlv(0xA2, b"\x05\x00")),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_file_is_recognised_by_its_content(content: bytes | str, tmp_path: Path) -> None:
    assert ders(ServedChain.from_file(saved(tmp_path, content))) == chain().ders


class TestOrder:
    @pytest.mark.parametrize(
        "served",
        [
            (LEAF,),
            (OUTER, INNER, LEAF),
            (LEAF, OUTER, INNER),
            (LEAF, LEAF, INNER),
            (LEAF, INNER, INNER, OUTER, INNER),
            (LEAF, chain().root.der),
        ],
    )
    def test_served_order_is_kept_and_so_are_duplicates(
        self, served: Sequence[bytes], tmp_path: Path
    ) -> None:
        text, row = pem(*served), b"".join(served)
        assert ders(ServedChain.from_file(saved(tmp_path, text))) == served
        assert ders(ServedChain.from_file(str(saved(tmp_path, row)))) == served
        assert ders(ServedChain.from_pem(text)) == served
        assert ders(ServedChain.from_pem(text.encode())) == served
        assert ders(ServedChain.from_der(*served)) == served
        assert ders(ServedChain.from_bytes(row)) == served
        assert ders(ServedChain.from_certificates(served)) == served

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ((OUTER, LEAF, INNER), (LEAF, OUTER, INNER)),
            ((chain().root.der, OUTER, INNER, LEAF), (LEAF, chain().root.der, OUTER, INNER)),
            ((INNER, LEAF, LEAF), (LEAF, INNER, LEAF)),
            ((chain().root.der, INNER, LEAF), (LEAF, chain().root.der, INNER)),
            ((OUTER, INNER), (INNER, OUTER)),
            ((chain().root.der,), (chain().root.der,)),
        ],
    )
    def test_a_pkcs7_bundle_is_read_leaf_first(
        self, members: Sequence[bytes], expected: Sequence[bytes]
    ) -> None:
        assert ders(ServedChain.from_bytes(pkcs7(*members))) == expected

    def test_a_pkcs7_bundle_of_two_servers_keeps_its_order(self) -> None:
        other = chain().inner.leaf("other.example.test").der
        members = (INNER, other, LEAF)
        assert ders(ServedChain.from_bytes(pkcs7(*members))) == members


class TestFromCertificates:
    def test_certificates_of_three_kinds_can_be_mixed(self) -> None:
        theirs = x509.load_der_x509_certificate(INNER)
        made = ServedChain.from_certificates((Certificate.from_der(LEAF), theirs, OUTER))
        assert ders(made) == chain().ders
        octets = (bytearray(LEAF), memoryview(INNER))
        assert ders(ServedChain.from_certificates(iter(octets))) == (LEAF, INNER)

    @pytest.mark.parametrize("item", ["text", 5, None, object()])
    def test_what_is_no_certificate_is_named(self, item: object) -> None:
        with pytest.raises(ChainError, match=f"{type(item).__name__} is no certificate"):
            ServedChain.from_certificates([item])  # type: ignore[list-item]
        with pytest.raises(ChainError, match=f"{type(item).__name__} is no certificate"):
            ServedChain.from_der(item)  # type: ignore[arg-type]

    @pytest.mark.parametrize("none", [(), [], iter(())])
    def test_no_certificate_is_no_chain(self, none: Sequence[bytes]) -> None:
        with pytest.raises(ChainError, match="at least one certificate"):
            ServedChain.from_certificates(none)

    def test_too_many_are_refused(self) -> None:
        with pytest.raises(InputTooLargeError, match="5,000 certificates"):
            ServedChain.from_certificates([LEAF] * 5000)


class TestChain:
    def test_it_is_a_sequence_and_a_value(self) -> None:
        served = ServedChain.from_pem(TEXT)
        assert (len(served), served.leaf, served[0]) == (3, served.leaf, served.leaf)
        assert served.rest == served.certificates[1:] == tuple(served)[1:]
        assert served == ServedChain.from_der(*chain().ders)
        assert len({served, ServedChain.from_pem(TEXT)}) == 1
        assert str(served) == "www.example.test <- Sample Inner CA <- Sample Outer CA"
        assert served.to_pem() == TEXT

    def test_certificates_are_left_out_or_added_without_changing_it(self) -> None:
        served = ServedChain.from_der(LEAF, INNER, INNER)
        assert ders(served.without(served[1])) == (LEAF,)
        assert ders(served.plus(OUTER)) == (LEAF, INNER, INNER, OUTER)
        assert len(served) == 3
        with pytest.raises(ChainError, match="is not in the chain"):
            served.without(Certificate.from_der(OUTER))
        with pytest.raises(ChainError, match="at least one"):
            served.without(*served)


class TestPkcs12:
    @pytest.mark.parametrize("password", [PASSWORD, PASSWORD.encode()])
    def test_the_certificate_of_the_key_comes_first(
        self, password: str | bytes, tmp_path: Path
    ) -> None:
        file = saved(tmp_path, pkcs12_file())
        assert ders(ServedChain.from_file(file, password=password)) == chain().ders

    @pytest.mark.parametrize("password", [None, "", "anything"])
    def test_a_file_without_protection_needs_no_password(self, password: str | None) -> None:
        content = pkcs12_file(encrypted=False)
        assert ders(ServedChain.from_bytes(content, password=password)) == chain().ders

    def test_without_a_key_the_leaf_comes_first_all_the_same(self) -> None:
        content = pkcs12_file(with_key=False)
        assert ders(ServedChain.from_bytes(content, password=PASSWORD)) == chain().ders

    def test_it_may_be_padded_or_in_base64(self) -> None:
        for content in (pkcs12_file() + b"\n", base64.b64encode(pkcs12_file())):
            assert ders(ServedChain.from_bytes(content, password=PASSWORD)) == chain().ders

    @pytest.mark.parametrize(
        ("password", "problem"),
        [
            (None, "a password is needed"),
            ("", "a password is needed"),
            ("wrong", "the password is wrong"),
            ("\ud800", "the password is no text"),
            (b"\xff\xfe", "the password is no text"),
            ("x\0y", "the password has a NUL in it"),
        ],
    )
    def test_a_missing_or_wrong_password_is_said_so(
        self, password: str | bytes | None, problem: str
    ) -> None:
        with pytest.raises(PasswordError, match=problem):
            ServedChain.from_bytes(pkcs12_file(), password=password)

    def test_a_file_that_asks_for_endless_key_derivation_is_refused(self) -> None:
        salt = tlv(0x04, bytes(8))
        for count in (b"\x7f" * 4, b"\x00" + b"\xff" * 4, b"\x7f" * 5000):
            mac = sequence(sequence(sequence(), tlv(0x04, bytes(20))), salt, tlv(0x02, count))
            with pytest.raises(InputTooLargeError, match=r"\d,\d{3},\d{3},\d{3} rounds"):
                ServedChain.from_bytes(sequence(tlv(0x02, b"\x03"), sequence(), mac))

    def test_so_is_one_whose_encryption_asks_for_it(self) -> None:
        salted = sequence(tlv(0x04, bytes(8)), tlv(0x02, b"\x7f" * 4))
        data = oid("1.2.840.113549.1.7.1")
        bag = sequence(data, tlv(0xA0, tlv(0x04, sequence(sequence(data, salted)))))
        for wrapped in (tlv(0x04, sequence(bag)), tlv(0x24, tlv(0x04, sequence(bag)))):
            content = sequence(data, tlv(0xA0, wrapped))
            with pytest.raises(InputTooLargeError, match="2,139,062,143 rounds"):
                ServedChain.from_bytes(sequence(tlv(0x02, b"\x03"), content))

    @pytest.mark.parametrize("encrypted", [True, False])
    def test_no_octet_of_the_private_key_hangs_on_the_result(self, encrypted: bool) -> None:
        served = ServedChain.from_bytes(pkcs12_file(encrypted=encrypted), password=PASSWORD)
        private = key("p256", 11).private
        number = private.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
        assert number in pkcs12_file(encrypted=False)
        for held in _reachable(served):
            assert not (isinstance(held, bytes) and number in held)
            assert "PrivateKey" not in type(held).__name__


def _reachable(start: object) -> list[object]:
    """Everything that an object refers to, short of classes and modules."""
    seen: dict[int, object] = {}
    waiting = [start]
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, type) or type(item).__name__ == "module":
            continue
        seen[id(item)] = item
        waiting += gc.get_referents(item)
    return list(seen.values())


@pytest.mark.skipif(which("openssl") is None, reason="there is no openssl on this machine")
class TestFilesOfTheRealOpenssl:
    @pytest.fixture
    def files(self, tmp_path: Path) -> Path:
        (tmp_path / "leaf.pem").write_text(pem(LEAF))
        (tmp_path / "rest.pem").write_text(pem(INNER, OUTER))
        (tmp_path / "all.pem").write_text(TEXT)
        private = chain().leaf.spec.key.private
        (tmp_path / "key.pem").write_bytes(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        return tmp_path

    def run(self, files: Path, *arguments: str) -> None:
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=files, check=True, capture_output=True, timeout=30)

    @pytest.mark.parametrize("form", ["PEM", "DER"])
    def test_pkcs7(self, files: Path, form: str) -> None:
        self.run(files, *f"crl2pkcs7 -nocrl -certfile all.pem -outform {form} -out out".split())
        assert ders(ServedChain.from_file(files / "out")) == chain().ders

    @pytest.mark.parametrize("kind", ["", "-legacy", "-keypbe NONE -certpbe NONE -nomac"])
    def test_pkcs12(self, files: Path, kind: str) -> None:
        export = f"pkcs12 -export -in leaf.pem -inkey key.pem -certfile rest.pem -out out {kind}"
        self.run(files, *export.split(), "-passout", f"pass:{PASSWORD}")
        assert ders(ServedChain.from_file(files / "out", password=PASSWORD)) == chain().ders

    def test_trusted_certificates(self, files: Path) -> None:
        self.run(
            files,
            *["x509", "-in", "leaf.pem", "-trustout", "-addtrust", "serverAuth", "-out", "out"],
        )
        assert "TRUSTED" in (files / "out").read_text()
        assert ders(ServedChain.from_file(files / "out")) == (LEAF,)

    def test_text_before_each_certificate(self, files: Path) -> None:
        self.run(files, *["x509", "-in", "leaf.pem", "-text", "-out", "out"])
        assert ders(ServedChain.from_file(files / "out")) == (LEAF,)


def test_a_private_key_in_an_encrypted_pem_does_no_harm_with_any_line_ends() -> None:
    private = chain().leaf.spec.key.private
    secret = private.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")
    )
    assert b"DEK-Info" in secret
    for text in (secret, secret.replace(b"\n", b"\r\n")):
        assert ders(ServedChain.from_bytes(text + TEXT.encode())) == chain().ders
