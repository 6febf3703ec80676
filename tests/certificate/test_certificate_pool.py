"""Every certificate at hand is read, without a warning, and as `cryptography` reads it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest

from certificate import reference
from legacytrust.certificate import Certificate

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"
FOLDERS = {
    "the packaged trust stores": REPOSITORY / "trust_stores" / "certificates",
    "all roots and CAs of registry packages": SHARED / "pool",
    "intermediates from elsewhere": SHARED / "intermediates",
}


@pytest.fixture(scope="module", params=FOLDERS, ids=[f.name for f in FOLDERS.values()])
def texts(request: pytest.FixtureRequest) -> Mapping[str, bytes]:
    """PEM files by their name without its ending."""
    folder = FOLDERS[request.param]
    if not folder.is_dir():
        pytest.skip(f"{request.param}: the folder {folder.name} is not there")
    return {file.stem: file.read_bytes() for file in sorted(folder.glob("*.pem"))}


@pytest.fixture(scope="module")
def read(texts: Mapping[str, bytes]) -> Mapping[str, Certificate]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {name: Certificate.from_pem(text) for name, text in texts.items()}


def test_every_certificate_loads_and_is_the_one_its_file_is_named_after(
    read: Mapping[str, Certificate],
) -> None:
    assert len(read) > 300
    assert [c.sha256 for c in read.values()] == list(read)


def test_no_extension_of_a_real_certificate_is_undecodable(
    read: Mapping[str, Certificate],
) -> None:
    assert {
        name: c.malformed_extensions for name, c in read.items() if c.malformed_extensions
    } == {}


def test_every_fact_is_as_cryptography_states_it(read: Mapping[str, Certificate]) -> None:
    compared = 0
    wrong: list[str] = []
    for certificate in read.values():
        if (theirs := reference.load(certificate.der)) is not None:
            compared += 1
            wrong += reference.disagreements(certificate, theirs)
    assert wrong == []
    assert compared > 0.95 * len(read)


def test_every_size_of_a_key_is_known(read: Mapping[str, Certificate]) -> None:
    post_quantum = "2.16.840.1.101.3.4.3.19"
    unknown = [c.sha256 for c in read.values() if not c.public_key.bits]
    assert unknown == [c.sha256 for c in read.values() if c.signature_algorithm.oid == post_quantum]


def test_text_forms_of_real_certificates_can_be_printed(read: Mapping[str, Certificate]) -> None:
    for certificate in read.values():
        assert certificate.label
        assert str(certificate.subject)
        assert str(certificate.public_key)
        assert str(certificate.signature_algorithm)
        assert Certificate.from_pem(certificate.to_pem()) == certificate
