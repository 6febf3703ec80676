"""The committed data holds together: names, digests, uses, and the schemas."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from asn1crypto import x509

from legacytrust.certificate import Certificate
from legacytrust.clients.registry import client
from legacytrust.stores.archives import certificates_in
from legacytrust.stores.files import (
    ResolvedSnapshot,
    check_devices,
    read_device_files,
    read_facts_files,
)
from legacytrust.stores.folder import read_stores
from legacytrust.stores.sources import Encoding, read_sources

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT, EXAMPLES = REPOSITORY / "trust_stores", REPOSITORY / "examples"
CERTIFICATES = sorted((ROOT / "certificates").iterdir())


def data_files() -> Iterator[tuple[str, Path]]:
    """Every TOML file, with the name of the schema that it must fit."""
    yield "sources", ROOT / "sources.toml"
    yield "intermediates", ROOT / "intermediates.toml"
    for folder in sorted(f for f in ROOT.iterdir() if f.is_dir()):
        schema = {"devices": "device", "facts": "facts"}.get(folder.name, "snapshot")
        yield from ((schema, file) for file in sorted(folder.glob("*.toml")))
    yield from (("example", file) for file in sorted(EXAMPLES.glob("*/about.toml")))


def _plain(value: object) -> object:
    """Dates as text, since JSON has none."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _validator(schema: str) -> Any:
    text = (ROOT / "schema" / f"{schema}.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(
        json.loads(text), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize(
    ("schema", "file"),
    [pytest.param(*item, id=str(item[1].relative_to(REPOSITORY))) for item in data_files()],
)
def test_fits_its_schema(schema: str, file: Path) -> None:
    data = _plain(tomllib.loads(file.read_text("utf-8")))
    assert [error.message for error in _validator(schema).iter_errors(data)] == []


@pytest.mark.parametrize("schema", sorted((ROOT / "schema").iterdir()), ids=lambda f: f.name)
def test_schema_is_a_schema(schema: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.read_text("utf-8")))


@pytest.mark.parametrize("key", ["id", "released", "completeness", "digest", "provenance", "add"])
def test_schema_misses_a_missing_key(key: str) -> None:
    data = tomllib.loads((ROOT / "android" / "5.1.toml").read_text("utf-8"))
    del data[key]
    assert list(_validator("snapshot").iter_errors(_plain(data)))


def test_every_certificate_is_what_its_name_says() -> None:
    for file in CERTIFICATES:
        [der] = certificates_in(file.read_bytes(), Encoding.PEM)
        assert f"{hashlib.sha256(der).hexdigest()}.pem" == file.name


def test_every_certificate_file_has_the_same_form() -> None:
    form = re.compile(
        r"Name: (.+)\nSHA-256: ([0-9a-f]{64})\nValid: (\S+) to (\S+)\nSource: (.+)\n"
        r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n"
    )
    sources = {str(source) for source in read_sources(ROOT)}
    for file in CERTIFICATES:
        match = form.fullmatch(file.read_text("utf-8"))
        assert match is not None, file.name
        assert match[2] == file.stem
        assert match[5].partition(", ")[0] in sources
        [der] = certificates_in(file.read_bytes(), Encoding.PEM)
        certificate = Certificate.from_der(der)
        assert (match[3], match[4]) == (
            str(certificate.not_before.date()),
            str(certificate.not_after.date()),
        )


def test_every_file_is_used(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    used = {root.sha256: root.held for s in snapshots.values() for root in (*s.roots, *s.absent)}
    held = {file.stem for file in CERTIFICATES}
    told = {facts.sha256 for facts in read_facts_files(ROOT)}
    assert held == {fingerprint for fingerprint, is_held in used.items() if is_held}
    assert told == used.keys() - held


def test_names_are_unique(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    names = [r.name for r in {r for s in snapshots.values() for r in (*s.roots, *s.absent)}]
    assert len(names) == len(set(names))


def test_names_are_in_the_subjects(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    """A slip in a name would mislead whoever reviews a snapshot."""
    for root in {root for s in snapshots.values() for root in s.roots if root.held}:
        [der] = certificates_in(
            (ROOT / "certificates" / f"{root.sha256}.pem").read_bytes(), Encoding.PEM
        )
        name = re.sub(r" \((\d{4}-.*|to .*|[0-9a-f]{8}|serial .*|SHA-.*|MD2.*)\)$", "", root.name)
        subject = _texts(Certificate.from_der(der).subject.der)
        assert any(" ".join(text.split()) == name for text in subject), root


def _texts(der_name: bytes) -> list[str]:
    name = x509.Name.load(der_name)
    return [str(attribute["value"].native) for rdn in name.chosen for attribute in rdn]


def test_devices_name_stores_that_exist(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    devices = read_device_files(ROOT)
    check_devices(devices, {release.id for s in snapshots.values() for release in s.file.releases})


def test_devices_name_clients_that_exist() -> None:
    for device in read_device_files(ROOT):
        model = client(device.client.name, device.client.version, **dict(device.client.options))
        assert model.rows, device.id


def test_ids_are_unique_and_in_order(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    ids = [release.id for s in snapshots.values() for release in s.file.releases]
    assert len(ids) == len(set(ids))
    stores = read_stores(ROOT).stores
    assert sorted(ids) == sorted(store.id for store in stores)
    keys = [(store.family, store.released, store.id) for store in stores]
    assert keys == sorted(keys, key=lambda key: (key[0], str(key[1]), key[2]))
    devices = [device.id for device in read_device_files(ROOT)]
    assert len(devices) == len(set(devices))


def test_every_release_belongs_to_its_file_and_has_its_evidence(
    snapshots: Mapping[str, ResolvedSnapshot],
) -> None:
    for snapshot in snapshots.values():
        assert {release.family for release in snapshot.file.releases} == {snapshot.file.family}
        assert snapshot.file.provenance.path
        assert all(release.released_basis for release in snapshot.file.releases)


def test_devices_are_as_old_as_their_stores(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    """A store whose date is only that of a tag or a scrape may be known later than its device."""
    releases = {r.id: r for s in snapshots.values() for r in s.file.releases}
    for device in read_device_files(ROOT):
        if not device.id.startswith("android/"):
            continue
        store = releases[device.store]
        if store.released_basis == "public release date":
            assert device.released == store.released
        else:
            assert device.released <= store.released


def test_device_dates_are_in_order() -> None:
    for device in read_device_files(ROOT):
        if isinstance(device.support_ended, datetime.date):
            assert device.released < device.support_ended
        by_source = {
            share.source: [s for s in device.share if s.source == share.source]
            for share in device.share
        }
        for shares in by_source.values():
            assert [s.date for s in shares] == sorted({s.date for s in shares})


def test_facts_name_is_that_of_the_certificate(shared: Path) -> None:
    for facts in read_facts_files(ROOT):
        pem = (shared / "data" / "pool" / f"{facts.sha256}.pem").read_bytes()
        [der] = certificates_in(pem, Encoding.PEM)
        certificate = Certificate.from_der(der)
        assert hashlib.sha1(der).hexdigest() == facts.sha1
        assert certificate.subject.der == facts.subject_der
        assert certificate.issuer.der == facts.issuer_der
        assert (certificate.not_before, certificate.not_after) == (
            facts.not_before,
            facts.not_after,
        )
        assert certificate.spki_sha256 == facts.spki_sha256


def test_certificates_equal_the_reference_data(shared: Path) -> None:
    for file in CERTIFICATES:
        theirs = (shared / "data" / "pool" / file.name).read_bytes()
        assert certificates_in(file.read_bytes(), Encoding.PEM) == certificates_in(
            theirs, Encoding.PEM
        )


def test_no_secret_and_no_address() -> None:
    """No private key, and no address of a registry, in anything that ships.

    The addresses in the list of intermediates, and in its description, are those of authorities.
    So are those inside a name: an attribute of a subject, or the name of a root in a list.
    """
    named = rb'address = |[Nn]ame(?: = "|: )|  \["[0-9.]+", |  "[0-9a-f]{12} '
    forbidden = re.compile(rb"(?m)PRIVATE KEY|^(?!%s).*https?://" % named)
    files = [*ROOT.rglob("*"), *EXAMPLES.rglob("*")]
    for file in files:
        if file.is_file() and "schema" not in file.parts:
            assert not forbidden.search(file.read_bytes()), file
