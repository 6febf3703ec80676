"""Adding one's own stores to a folder, and using that."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import attrs
import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

import legacytrust as lt
from forge import AT, key, root
from legacytrust.errors import StoreDataError, StoreError
from legacytrust.stores.anchor import KeyAnchor
from legacytrust.stores.importer import Wish, import_store
from legacytrust.stores.keyfile import read_key_files
from legacytrust.stores.provenance import ProvenanceKind
from stores.own_samples import (
    certdata_object,
    esp_bundle,
    real_root,
    serialised_store,
    three,
    trust_list,
)
from stores.test_own_fuzz import valid

DAY = date(2026, 1, 20)
SCHEMA = Path(__file__).resolve().parents[2] / "trust_stores/schema/snapshot.schema.json"


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "roots.pem": "".join(c.to_pem() for c in three()).encode(),
        "roots.sst": serialised_store((three()[0].der, {126: bytes(8)}), (three()[1].der, {})),
        "x509_crt_bundle": esp_bundle(three(), 2),
        "authroot.stl": trust_list([{"sha1": real_root().sha1}, {"sha1": "00" * 20, 11: "Lost"}]),
        "certdata.txt": certdata_object(three()[0])
        + certdata_object(three()[1], number=b"y").replace(
            b"CKT_NSS_TRUSTED_DELEGATOR", b"CKT_NSS_NOT_TRUSTED"
        ),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def add(source: Path, id: str, **more: object):
    folder = source.parent / "own"
    return import_store(source, folder, Wish(id=id, read=DAY, **more))


def load(source: Path, id: str) -> lt.TrustStore:
    return lt.load_catalog(source.parent / "own").store(id)


class TestWhatIsWritten:
    @pytest.mark.parametrize("name", ["roots.pem", "roots.sst", "x509_crt_bundle", "certdata.txt"])
    def test_loads_as_the_very_store_that_was_read(self, sources, name):
        add(sources[name], "my/device")
        loaded, read = load(sources[name], "my/device"), lt.TrustStore.from_file(sources[name])
        assert loaded.fingerprints == read.fingerprints
        assert loaded.anchors == tuple(
            attrs.evolve(a, certificate=named(a.certificate)) for a in read.anchors
        )
        assert dict(loaded.constraints) == dict(read.constraints)
        assert loaded.disallowed == read.disallowed
        assert loaded.completeness == "exact"

    @pytest.mark.parametrize(
        "form", ["folder", "p7b", "der", *sorted(valid().keys() - {"bks", "stl"})]
    )
    def test_every_form_loads_as_the_roots_that_were_read(self, tmp_path, form):
        if form in ("jks", "jceks"):
            pytest.importorskip("jks", reason="the extra [keystores] is not installed")
        source = tmp_path / "source"
        if form == "folder":
            source.mkdir()
            for number, root in enumerate(three()):
                (source / f"9a6ec01{number}.0").write_text(root.to_pem())
        elif form == "p7b":
            held = [x509.load_der_x509_certificate(root.der) for root in three()]
            source.write_bytes(pkcs7.serialize_certificates(held, Encoding.DER))
        else:
            data = three()[0].der if form == "der" else valid()[form]
            source.write_bytes(data.replace(b"a" * 64, real_root().sha256.encode()))
        add(source, "my/device")
        loaded, read = load(source, "my/device"), lt.TrustStore.from_file(source)
        assert set(loaded.fingerprints) == set(read.fingerprints) != set()
        assert dict(loaded.constraints) == dict(read.constraints)
        assert loaded.completeness == read.completeness

    def test_follows_the_schema(self, sources):
        for number, source in enumerate(sources.values()):
            text = add(source, f"my/device{number}").snapshot.read_text("utf-8")
            data = json.loads(json.dumps(tomllib.loads(text), default=_as_json))
            jsonschema.validate(data, json.loads(SCHEMA.read_text("utf-8")))

    def test_says_where_it_comes_from(self, sources):
        add(sources["roots.pem"], "my/device", title='My "own"\ndevice', released=date(2014, 5, 1))
        store = load(sources["roots.pem"], "my/device")
        assert store.provenance is not None
        assert store.provenance.kind is ProvenanceKind.IMPORT
        assert store.provenance.path == "roots.pem"
        digest = hashlib.sha256(sources["roots.pem"].read_bytes()).hexdigest()
        assert store.provenance.sha256 == digest
        assert store.provenance.read == DAY
        assert (store.title, store.released) == ('My "own"\ndevice', date(2014, 5, 1))
        text = (sources["roots.pem"].parent / "own/my/device.toml").read_text("utf-8")
        assert str(sources["roots.pem"].parent) not in text

    def test_what_is_missing_stands_in_a_file_of_its_own(self, sources):
        done = add(sources["authroot.stl"], "my/device")
        assert [root.name for root in done.found.missing] == ["Lost"]
        assert done.missing is not None
        assert done.missing.read_text("utf-8") == f"root sha1:{'00' * 20} Lost\n"
        store = load(sources["authroot.stl"], "my/device")
        assert store.completeness == "partial"
        assert "Lost" in store.note

    def test_a_folder_of_certificates(self, sources, tmp_path):
        folder = tmp_path / "cacerts"
        folder.mkdir()
        shutil.copy(sources["roots.pem"], folder / "00000000.0")
        add(folder, "my/device")
        store = load(folder, "my/device")
        assert set(store.fingerprints) == {c.sha256 for c in three()}
        assert store.provenance.sha256 == ""


def named(root: object) -> object:
    """A key that is kept in a file has the name that it was given there."""
    return attrs.evolve(root, name=root.label) if isinstance(root, KeyAnchor) else root


def _as_json(value: object) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)


class TestSeveral:
    def test_a_second_one_joins_the_first(self, sources):
        add(sources["roots.pem"], "my/device")
        add(sources["roots.sst"], "my/other")
        add(sources["x509_crt_bundle"], "esp/3.0")
        catalog = lt.load_catalog(sources["roots.pem"].parent / "own")
        assert {store.id for store in catalog.stores} == {"my/device", "my/other", "esp/3.0"}

    def test_an_id_is_taken_once(self, sources):
        add(sources["roots.pem"], "my/device")
        with pytest.raises(StoreError, match="there is a store 'my/device' already"):
            add(sources["roots.sst"], "my/device")

    @pytest.mark.parametrize(
        "id",
        ["device", "My/device", "my/", "my/../x", "../x", "my/a/b", "certificates/x", "keys/x"],
    )
    def test_what_is_no_id(self, sources, id):
        with pytest.raises(StoreError, match="is no id"):
            add(sources["roots.pem"], id)
        assert not (sources["roots.pem"].parent / "own").exists()

    def test_a_folder_that_is_broken_stays_as_it_is(self, sources):
        broken = sources["roots.pem"].parent / "own" / "other" / "x.toml"
        broken.parent.mkdir(parents=True)
        broken.write_text("format = 2\n")
        with pytest.raises(StoreDataError, match=r"other/x\.toml"):
            add(sources["roots.pem"], "my/device")
        assert not (broken.parents[1] / "my" / "device.toml").exists()

    def test_a_folder_that_cannot_be_written(self, sources):
        (sources["roots.pem"].parent / "own").write_text("a file")
        with pytest.raises(StoreError, match="cannot be written"):
            add(sources["roots.pem"], "my/device")


class TestKeys:
    def test_a_key_under_another_name_is_an_error(self, sources):
        add(sources["x509_crt_bundle"], "esp/3.0")
        folder = sources["x509_crt_bundle"].parent / "own"
        file = next((folder / "keys").iterdir())
        file.write_text(file.read_text("utf-8").replace("is_ca = true", "is_ca = 1"), "utf-8")
        with pytest.raises(StoreDataError, match="'is_ca' should be true or false"):
            lt.load_catalog(folder)
        other = file.with_name(f"{'0' * 64}.toml")
        file.write_text(file.read_text("utf-8").replace("is_ca = 1", "is_ca = true"), "utf-8")
        file.rename(other)
        with pytest.raises(StoreDataError, match="should be named"):
            read_key_files(folder)

    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ('subject = """', 'subject = """!', "base64"),
            ('public_key = """\n', 'public_key = """\nAAAA', "not an anchor"),
        ],
    )
    def test_damage_is_named(self, sources, old, new, what):
        add(sources["x509_crt_bundle"], "esp/3.0")
        folder = sources["x509_crt_bundle"].parent / "own"
        file = next((folder / "keys").iterdir())
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
        with pytest.raises(StoreDataError, match=what):
            lt.load_catalog(folder)


def test_a_store_decides_a_chain_once_a_device_class_names_it(sources):
    folder = sources["roots.pem"].parent / "own"
    add(sources["roots.pem"], "my/device")
    devices = folder / "devices"
    devices.mkdir()
    (devices / "my.toml").write_text(
        'format = 1\nfamily = "my"\n\n[[device]]\nid = "my/device"\ntitle = "x"\n'
        'store = "my/device"\nclient = { name = "openssl", version = "1.0.2k" }\n'
        'released = 2014-01-01\nsupport_ended = "ended"\nexamples = []\n'
    )
    served = lt.ServedChain.from_certificates([three()[0]])
    at = datetime(2024, 1, 1, tzinfo=UTC)
    [outcome] = lt.evaluate(served, at=at, devices=lt.load_catalog(folder).devices)
    assert outcome.device is not None
    assert outcome.device.id == "my/device"


@pytest.mark.parametrize(
    ("client", "version"), [("esp-crt-bundle", "5.1"), ("bearssl", "0.6"), ("openssl", "1.0.2k")]
)
def test_a_bundle_of_keys_decides_for_the_clients_that_have_such(tmp_path, client, version):
    top = root("Own Root A", key=key("rsa2048", 1))
    between = top.intermediate("Own Issuer")
    leaf = between.leaf("www.example.test")
    source = tmp_path / "x509_crt_bundle"
    source.write_bytes(esp_bundle([lt.Certificate.from_der(top.der)], 2))
    add(source, "my/esp")
    chain = lt.ServedChain.from_certificates([leaf.der, between.der])
    for store in (lt.TrustStore.from_file(source), load(source, "my/esp")):
        outcome = lt.simulate(chain, client=lt.client(client, version), store=store, at=AT)
        # A client that wants a certificate never has such a store: nothing is known of it.
        assert outcome.verdict == ("unknown" if client == "openssl" else "accepted")
