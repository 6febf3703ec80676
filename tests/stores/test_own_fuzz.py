"""Whatever the bytes are: a store or an error of ours comes back, without a warning."""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificate.surgery import oid, sequence
from legacytrust.errors import LegacyTrustError
from legacytrust.stores.formats.entries import Entry
from legacytrust.stores.formats.recognise import StoreFormat, read_store
from legacytrust.stores.own import assemble
from readers.test_reader_properties import mutations
from stores.own_samples import (
    OBSERVATORY,
    arduino_header,
    certdata_object,
    esp_bundle,
    serialised_store,
    three,
    trust_list,
)

PASSWORD = "own secret"


@cache
def valid() -> dict[str, bytes]:
    purposes = sequence(oid("1.3.6.1.5.5.7.3.1"))
    row = {"sha1": three()[0].sha1, 9: purposes, 104: bytes(8), 11: "A name"}
    report = f'"SHA-256 Fingerprint","PEM"\n"{three()[0].sha256}","{three()[0].to_pem()}"\n'
    return {
        "jks": keystore(b"\xfe\xed\xfe\xed"),
        "jceks": keystore(b"\xce\xce\xce\xce"),
        "bks": bouncy_keystore(),
        "certdata": certdata_object(three()[1], last=b"241130235959Z"),
        "sst": serialised_store((three()[1].der, {9: purposes}), (three()[2].der, {104: b""})),
        "stl": trust_list([row, row]),
        "ccadb": report.encode(),
        "observatory": OBSERVATORY.encode(),
        "bearssl": arduino_header().encode(),
        "esp 1": esp_bundle(three(), 1),
        "esp 2": esp_bundle(three(), 2),
    }


def keystore(magic: bytes) -> bytes:
    """Two entries of a JKS; its digest is wrong, which only a password would find out."""
    out = io.BytesIO()
    out.write(magic + struct.pack(">II", 2, 2))
    for number, certificate in enumerate(three()[:2]):
        alias = f"own{number}".encode()
        out.write(struct.pack(">IH", 2, len(alias)) + alias + bytes(8))
        out.write(struct.pack(">H", 5) + b"X.509" + struct.pack(">I", len(certificate.der)))
        out.write(certificate.der)
    return out.getvalue() + bytes(20)


def bouncy_keystore() -> bytes:
    """One entry of a BKS; its digest is wrong."""
    der = three()[0].der
    head = struct.pack(">II", 2, 20) + bytes(20) + struct.pack(">I", 1000)
    entry = b"\x01" + struct.pack(">H", 3) + b"own" + bytes(8) + struct.pack(">I", 0)
    entry += struct.pack(">H", 5) + b"X.509" + struct.pack(">I", len(der)) + der
    return head + entry + b"\0" + bytes(20)


def use(entries: tuple[Entry, ...]) -> None:
    assert all(isinstance(entry.label, str) for entry in entries)
    with suppress(LegacyTrustError):
        found = assemble(entries, [])
        assert all(str(anchor.subject) + anchor.label for anchor in found.anchors)
        assert isinstance(found.note, str)


def ends_well(data: bytes, form: StoreFormat | None = None, password: str | None = None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refusal = ""
        try:
            use(read_store(data, form=form, password=password, where="own file"))
        except LegacyTrustError as error:
            refusal = str(error)
    assert PASSWORD not in refusal


@pytest.mark.parametrize("form", valid())
def test_valid_input_is_read_or_refused_for_its_digest(form: str) -> None:
    if form in ("jks", "jceks", "bks"):
        pytest.importorskip("jks", reason="the extra [keystores] is not installed")
    if form == "bks":
        with pytest.raises(LegacyTrustError, match="a password is needed"):
            read_store(valid()[form])
    else:
        assert read_store(valid()[form])


@pytest.mark.parametrize("form", valid())
@settings(max_examples=60)
@given(data=st.data(), password=st.sampled_from((None, PASSWORD)))
def test_any_mutation_of_valid_input(form: str, data: st.DataObject, password: str | None) -> None:
    ends_well(data.draw(mutations(valid()[form])), password=password)


@pytest.mark.parametrize("form", valid())
def test_truncations_of_valid_input(form: str) -> None:
    content = valid()[form]
    for length in range(0, len(content), max(1, len(content) // 120)):
        ends_well(content[:length])


HEADS = (
    b"\xfe\xed\xfe\xed\0\0\0\2\xff\xff\xff\xff",
    b"\xce\xce\xce\xce\0\0\0\2\xff\xff\xff\xff\0\0\0\3",
    struct.pack(">II", 2, 20) + bytes(20) + struct.pack(">I", 10),
    struct.pack(">II", 1, 20) + bytes(20) + struct.pack(">I", 10) + b"\xff",
    b"\0\0\0\0CERT\xff\xff\xff\xff\1\0\0\0\xff\xff\xff\xff",
    b"CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE\n",
    b"br_x509_trust_anchor TAs[] = {{",
    b"trusted_certificates:\n- subject_name:",
    b'"PEM","SHA-256 Fingerprint"\n"',
    b"\xff\xff\0\x20\0\x20",
    b"\xfc\xff\0\0",
    b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
)


@given(st.sampled_from((b"", *HEADS)), st.binary(max_size=400))
def test_any_bytes_after_any_head(head: bytes, rest: bytes) -> None:
    ends_well(head + rest, password=PASSWORD)


@given(st.sampled_from(list(StoreFormat)), st.binary(max_size=200))
def test_any_bytes_as_any_form(form: StoreFormat, data: bytes) -> None:
    ends_well(data, form)


@pytest.mark.parametrize(
    "data",
    [
        b"\xfe\xed\xfe\xed\0\0\0\2\xff\xff\xff\xff" + bytes(1 << 20),
        (b"\0\0\0\0CERT" + struct.pack("<III", 9, 1, 0) * 500_000),
        b"CKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST\n" * 100_000,
        b"CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE\nCKA_VALUE MULTILINE_OCTAL\n"
        + b"\\060" * 1_000_000,
        b"br_x509_trust_anchor x[] = {" + b"{" * 2_000_000,
        b"br_x509_trust_anchor /*" * 200_000,
        b"br_x509_trust_anchor x[] = " * 100_000,
        b"char a[] = {" * 100_000 + b"br_x509_trust_anchor",
        b"trusted_certificates:\n" + b"- subject_name: x\n" * 200_000,
        b"trusted_certificates:\n- subject_name: x\n" + b"   y\n" * 400_000,
        b'"PEM"\n' + b'"x"\n' * 500_000,
        b'"PEM"\n"' + b"x" * 4_000_000,
        b"PEM\n" + b'"-----BEGIN CERTIFICATE-----' * 20_000,
        b"SHA-256 Fingerprint\n" + (b"0" * 64 + b"\n") * 60_000,
        b"\xff\xff" + b"\0\1\0\1\x30\x30" * 65_535,
        b"\xfc\xff\0\0" + bytes(100_000),
        trust_list([{"sha1": "00" * 20}] * 6000),
    ],
    ids=range(17),
)
def test_huge_counts_end_soon(data: bytes) -> None:
    ends_well(data)
