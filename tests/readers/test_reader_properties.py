"""Whatever the bytes are: a chain or an error of ours comes back, soon and without a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legacytrust.chain import ServedChain
from legacytrust.errors import LegacyTrustError
from legacytrust.signatures import check_signature
from readers.s_client import output
from readers.samples import (
    PASSWORD,
    block,
    chain,
    pkcs7,
    pkcs7_of_indefinite_length,
    pkcs12_file,
)

Read: TypeAlias = Callable[[bytes], ServedChain]

WAYS_IN: tuple[Read, ...] = (
    lambda data: ServedChain.from_bytes(data, password=PASSWORD),
    ServedChain.from_pem,
    ServedChain.from_der,
    ServedChain.from_showcerts,
)


@cache
def valid() -> dict[str, bytes]:
    ders = chain().ders
    return {
        "PEM": chain().pem.encode(),
        "DER": b"".join(ders),
        "PKCS#7": pkcs7(*ders),
        "PKCS#7 BER": pkcs7_of_indefinite_length(*ders),
        "PKCS#7 PEM": block("PKCS7", pkcs7(*ders)).encode(),
        "PKCS#12": pkcs12_file(),
        "PKCS#12 without protection": pkcs12_file(encrypted=False),
        "s_client": output().encode(),
    }


def use(served: ServedChain) -> None:
    """Ask for every fact, since they are worked out when asked for."""
    for certificate in served:
        for name in (certificate.issuer, certificate.subject):
            assert isinstance(str(name) + name.label, str)
            assert isinstance(name.canonical, bytes)
        texts = (certificate.public_key, certificate.signature_algorithm, certificate.serial)
        assert all(str(text) for text in texts)
        assert set(certificate.malformed_extensions) <= {e.oid for e in certificate.extensions}
        assert all(isinstance(n.text, str) for n in certificate.subject_alt_names or ())
        for other in served:
            check_signature(certificate, other.public_key)


def ends_well(read: Read, data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with suppress(LegacyTrustError):
            use(read(data))


@given(
    st.sampled_from(WAYS_IN),
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=300).map(lambda data: b"\x30\x82\x01\x00" + data),
        st.binary(max_size=200).map(lambda data: block("CERTIFICATE", data).encode()),
        st.text(max_size=200).map(lambda text: f"-----BEGIN {text}-----".encode()),
        st.text(max_size=200).map(lambda text: f"Certificate chain\n 0 s:{text}---\n".encode()),
    ),
)
def test_any_bytes(read: Read, data: bytes) -> None:
    ends_well(read, data)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for read in (ServedChain.from_pem, ServedChain.from_showcerts):
        with pytest.raises(LegacyTrustError):
            read(text)


@st.composite
def mutations(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with a few octets changed, removed, doubled or put in, or with the end cut off."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(changed) - 1, 0)))
        size = draw(st.sampled_from((1, 2, 4, 40)))
        match draw(st.sampled_from(("change", "change", "remove", "double", "insert", "cut"))):
            case "change":
                changed[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "remove":
                del changed[at : at + size]
            case "double":
                changed[at:at] = changed[at : at + size]
            case "insert":
                changed[at:at] = draw(st.binary(max_size=size))
            case "cut":
                del changed[at:]
    return bytes(changed)


@pytest.mark.parametrize("form", valid())
@settings(max_examples=150)
@given(data=st.data())
def test_any_mutation_of_valid_input(form: str, data: st.DataObject) -> None:
    mutated = data.draw(mutations(valid()[form]))
    for read in WAYS_IN:
        ends_well(read, mutated)


@pytest.mark.parametrize("form", ["DER", "PKCS#7", "PKCS#7 BER", "PEM"])
def test_every_truncation_of_valid_input(form: str) -> None:
    content = valid()[form]
    step = 1 if form != "PEM" else 7
    whole = len(chain().ders)
    for length in range(0, len(content), step):
        try:
            served = ServedChain.from_bytes(content[:length])
        except LegacyTrustError:
            continue
        # Certificates in a row may end between two; nothing else may come out short.
        assert form in ("DER", "PEM")
        assert len(served) <= whole


@given(st.lists(st.sampled_from(chain().ders), min_size=1, max_size=8))
def test_every_order_comes_out_as_it_went_in(served: list[bytes]) -> None:
    made = ServedChain.from_certificates(served)
    for text in (made.to_pem().encode(), b"".join(served)):
        assert ServedChain.from_bytes(text) == made
