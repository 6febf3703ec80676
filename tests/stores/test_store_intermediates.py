"""The pool of known CA certificates: listed, held once, rebuilt like the roots, and loaded right."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from legacytrust.certificate import Certificate
from legacytrust.errors import StoreDataError
from legacytrust.stores.archives import certificates_in
from legacytrust.stores.intermediates import packaged_pool, read_pool
from legacytrust.stores.poolfile import AddressBasis, PoolFile, read_pool_file
from legacytrust.stores.sources import Encoding, read_sources

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT = REPOSITORY / "trust_stores"
FILES = sorted((ROOT / "intermediates").iterdir())
LIST = read_pool_file(ROOT)


def _certificate(file: Path) -> Certificate:
    [der] = certificates_in(file.read_bytes(), Encoding.PEM)
    return Certificate.from_der(der)


HELD = {file.name: _certificate(file) for file in FILES}


def test_every_file_is_named_by_its_fingerprint() -> None:
    assert {name: f"{c.sha256}.pem" for name, c in HELD.items()} == {name: name for name in HELD}


def test_every_certificate_is_of_an_authority_and_needs_an_issuer() -> None:
    assert [c.label for c in HELD.values() if not c.is_ca] == []
    assert [c.label for c in HELD.values() if c.is_self_issued()] == []


def test_every_file_is_listed_and_every_line_has_one_file() -> None:
    roots = {file.name for file in (ROOT / "certificates").iterdir()}
    assert roots & HELD.keys() == set()
    listed = {entry.short for entry in LIST.held}
    assert {name[:12] for name in HELD} <= listed
    assert listed <= {name[:12] for name in roots | HELD.keys()}


def test_names_are_those_of_subject_and_issuer() -> None:
    certificates = packaged_pool().certificates
    for entry, certificate in zip(LIST.held, certificates, strict=True):
        name, _, issuer = entry.name.rpartition(", by ")
        for text, given in ((name, certificate.subject), (issuer, certificate.issuer)):
            values = given.values("2.5.4.11") + given.values("2.5.4.10") + given.common_names
            assert text in {" ".join(value.split()) for value in values}, entry


def test_of_one_name_the_newest_comes_first() -> None:
    pool = packaged_pool()
    for certificate in pool.certificates:
        same = pool.named(certificate.subject.canonical)
        assert all(a.not_before >= b.not_before for a, b in itertools.pairwise(same))


def test_the_header_names_a_pinned_source() -> None:
    form = re.compile(
        r"Name: (.+)\nSHA-256: ([0-9a-f]{64})\nValid: (\S+) to (\S+)\nSource: (.+?), .+\n"
        r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n"
    )
    names = {entry.short: entry.name for entry in LIST.held}
    sources = {str(source) for source in read_sources(ROOT)}
    for file in FILES:
        match = form.fullmatch(file.read_text("utf-8"))
        assert match is not None, file.name
        assert (match[1], match[2]) == (names[file.name[:12]], file.stem)
        assert match[5] in sources


def test_what_is_known_by_facts_is_as_the_reference_data_has_it(shared: Path) -> None:
    for facts in LIST.elsewhere:
        folders = [shared / "data" / name for name in ("pool", "intermediates")]
        [file, *_] = [f for f in (d / f"{facts.sha256}.pem" for d in folders) if f.is_file()]
        certificate = _certificate(file)
        assert certificate.sha1 == facts.sha1
        assert certificate.spki_sha256 == facts.spki_sha256
        assert certificate.not_before.date() == facts.not_before
        assert certificate.not_after.date() == facts.not_after


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        ("ISRG Root X1", "DST Root CA X3"),
        ("ISRG Root X2", "ISRG Root X1"),
        ("R3", "ISRG Root X1"),
        ("R11", "ISRG Root X1"),
        ("GTS Root R1", "GlobalSign Root CA"),
        ("GTS Root R4", "GlobalSign Root CA"),
        ("WE1", "GTS Root R4"),
        ("USERTrust RSA Certification Authority", "AAA Certificate Services"),
        ("Sectigo RSA Domain Validation Secure Server CA", "USERTrust RSA Certification Authority"),
        (
            "Sectigo Public Server Authentication Root E46",
            "USERTrust ECC Certification Authority",
        ),
        ("COMODO RSA Certification Authority", "AddTrust External CA Root"),
        ("COMODO RSA Certification Authority", "AAA Certificate Services"),
        ("Amazon Root CA 1", "Starfield Services Root Certificate Authority - G2"),
        ("Amazon Root CA 4", "Starfield Services Root Certificate Authority - G2"),
    ],
)
def test_well_known_certificates_are_held(name: str, issuer: str) -> None:
    assert f"{name}, by {issuer}" in {entry.name for entry in LIST.held}


def test_the_cross_certificate_of_sectigo_is_known_by_facts() -> None:
    name = "Sectigo Public Server Authentication Root R46"
    [facts] = [facts for facts in LIST.elsewhere if facts.name == name]
    assert facts.issuer == "USERTrust RSA Certification Authority"
    assert facts.address_basis is AddressBasis.ISSUED


ENTRY = "6d99fb265eb1 ISRG Root X1, by DST Root CA X3"
ELSEWHERE = {
    "name": '"A"',
    "issuer": '"B"',
    "sha256": f'"{"0" * 64}"',
    "sha1": f'"{"0" * 40}"',
    "spki_sha256": f'"{"0" * 64}"',
    "not_before": "2020-01-01",
    "not_after": "2030-01-01",
    "address": '"http://ca.example/a.crt"',
    "address_basis": '"issued"',
}


def _write(root: Path, *held: str, **elsewhere: str) -> None:
    text = f"format = 1\nheld = {list(held)}\n"
    if elsewhere:
        text += "[[elsewhere]]\n" + "".join(f"{k} = {v}\n" for k, v in elsewhere.items() if v)
    (root / "intermediates.toml").write_text(text, "utf-8")


def test_no_list_is_an_empty_pool(tmp_path: Path) -> None:
    assert read_pool_file(tmp_path) == PoolFile()
    assert len(read_pool(tmp_path)) == 0


def test_facts_are_read(tmp_path: Path) -> None:
    _write(tmp_path, ENTRY, **ELSEWHERE)
    listed = read_pool_file(tmp_path)
    assert str(listed.held[0]) == ENTRY
    assert listed.elsewhere[0].address == "http://ca.example/a.crt"


BAD = [
    pytest.param((), {"sha256": '"00"'}, "64 hexadecimal digits", id="fingerprint"),
    pytest.param((), {"sha1": f'"{"0" * 64}"'}, "40 hexadecimal digits", id="thumbprint"),
    pytest.param((), {"not_after": '"2030"'}, "should be a date", id="date"),
    pytest.param((), {"address": ""}, "'address' is missing", id="missing"),
    pytest.param((), {"address_basis": '"hope"'}, "'hope'", id="basis"),
    pytest.param((), {"mood": '"good"'}, "unknown key 'mood'", id="unknown"),
    pytest.param(("0123 X, by Y",), {}, "does not name a certificate", id="short"),
    pytest.param((f"{'0' * 12} X",), {}, "does not name a certificate", id="no issuer"),
    pytest.param((ENTRY, ENTRY), {}, "is named twice", id="twice"),
    pytest.param((f"{'0' * 12} X, by Y",), {}, "is named twice", id="held and elsewhere"),
]


@pytest.mark.parametrize(("held", "changes", "what"), BAD)
def test_bad_lists(
    tmp_path: Path, held: tuple[str, ...], changes: dict[str, str], what: str
) -> None:
    _write(tmp_path, *held, **{**ELSEWHERE, **changes})
    with pytest.raises(StoreDataError, match=what):
        read_pool_file(tmp_path)
