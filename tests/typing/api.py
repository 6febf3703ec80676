"""The public face, used with types: what a program of somebody else's may rely on.

Nothing here runs.  `mypy --strict` reads it (`test_api.py`), and each assignment says which type a
public name gives.  A change that breaks a line here breaks other people's code.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, assert_type

import legacytrust as lt

if TYPE_CHECKING:
    import pandas as pd
    from cryptography import x509

AT = datetime(2026, 2, 1, tzinfo=UTC)


def chains(theirs: x509.Certificate, ours: lt.Certificate) -> None:
    chain: lt.ServedChain = lt.ServedChain.from_file("fullchain.pem")
    chain = lt.ServedChain.from_file("bundle.p12", password="secret")
    chain = lt.ServedChain.from_pem("-----BEGIN CERTIFICATE-----")
    chain = lt.ServedChain.from_der(b"0", b"0")
    chain = lt.ServedChain.from_certificates([theirs, ours, b"0"])
    chain = lt.ServedChain.from_showcerts("CONNECTED(00000003)")
    leaf: lt.Certificate = chain.leaf
    rest: tuple[lt.Certificate, ...] = chain.rest
    shorter: lt.ServedChain = chain.without(rest[0])
    longer: lt.ServedChain = shorter.plus(leaf, theirs, b"0")
    certificates: list[lt.Certificate] = list(longer)
    first: lt.Certificate = longer[0]
    count: int = len(longer)
    text: str = longer.to_pem() + str(longer) + certificates[0].sha256 + first.label
    ends: datetime = first.not_after
    assert_type((count, text, ends), tuple[int, str, datetime])


def stores_and_devices(chain: lt.ServedChain) -> None:
    catalog: lt.Catalog = lt.load_catalog()
    stores: tuple[lt.TrustStore, ...] = catalog.stores
    devices: tuple[lt.Device, ...] = catalog.devices
    chosen: tuple[lt.Device, ...] = catalog.select("android<=7.0")
    store: lt.TrustStore = lt.TrustStore.from_file("roots.pem")
    store = lt.TrustStore.from_file("store.bks", password="changeit", certificates="certificates")
    store = catalog.store(stores[0].id)
    device: lt.Device = catalog.device("android/4.4")
    anchors: tuple[lt.TrustAnchor, ...] = store.anchors
    fingerprint: str = anchors[0].sha256
    identifier: str = device.id
    released: date | None = device.released
    own = lt.Device(id="own/1", store=store, client=lt.client("openssl", "1.0.2k"))
    found: tuple[lt.Device, ...] = catalog.search("kitkat")
    histories: tuple[lt.RootHistory, ...] = catalog.roots("ISRG Root X1")
    first: str = histories[0].lines[0].intervals[0].first + found[0].id
    changed: lt.StoreDifference = lt.diff_stores(catalog.store(first), store)
    added: tuple[lt.TrustAnchor, ...] = changed.added
    told: dict[str, object] = changed.to_dict() | histories[0].to_dict()
    assert_type((added, told), tuple[tuple[lt.TrustAnchor, ...], dict[str, object]])
    wider: lt.Catalog = catalog.with_devices([own, *chosen, *devices])
    assert_type((fingerprint, identifier, released), tuple[str, str, date | None])
    assert_type(wider, lt.Catalog)


def own_stores(folder: Path, chain: lt.ServedChain, ours: lt.Certificate) -> None:
    for store in (
        lt.TrustStore.from_pem("-----BEGIN CERTIFICATE-----"),
        lt.TrustStore.from_pem(b"-----BEGIN CERTIFICATE-----", id="my/device"),
        lt.TrustStore.from_certificates(chain),
        lt.TrustStore.from_file(folder / "roots.p12", password="secret", certificates=[ours]),
        lt.TrustStore.from_directory(folder),
        lt.TrustStore.from_keystore(folder / "roots.bks", password="changeit"),
        lt.TrustStore.from_jks("cacerts", password=b"changeit", id="my/device"),
        lt.TrustStore.from_certdata("certdata.txt"),
        lt.TrustStore.from_sst(folder / "roots.sst", id="my/server"),
        lt.TrustStore.from_stl("authroot.stl", certificates=chain),
        lt.TrustStore.from_ccadb_csv("report.csv", certificates=folder),
        lt.TrustStore.from_observatory("google.yaml"),
        lt.TrustStore.from_bearssl("trust_anchors.h"),
        lt.TrustStore.from_esp_bundle("x509_crt_bundle"),
    ):
        assert_type(store, lt.TrustStore)
        assert_type(store.completeness, lt.Completeness)
        assert_type(store.disallowed | store.absent | store.on_demand, frozenset[str])
        for anchor in store.anchors:
            held: lt.Certificate | lt.RootFacts | lt.KeyAnchor = anchor.certificate
            limits: tuple[lt.Constraints, ...] = anchor.constraints
            assert_type((held.sha256, limits[0].issued_by), tuple[str, datetime | None])
    assert_type(lt.KeyAnchor.from_der(b"0", b"0", name="CA", is_ca=True), lt.KeyAnchor)


def live_server(store: lt.TrustStore) -> lt.Device:
    chain: lt.ServedChain = lt.ServedChain.from_server("www.example.com")
    chain = lt.ServedChain.from_server("mx", 25, sni=None, timeout=5.0, starttls="smtp")
    offer = lt.ServerOffer(tls_versions=[lt.TlsVersion.TLS1_2, "TLSv1.3"], requires_sni=True)
    limits = lt.HandshakeLimits(tls_versions=["TLSv1.2"], sni=True)
    assert_type((offer.tls_versions, limits.ecdsa), tuple[tuple[lt.TlsVersion, ...], bool | None])
    pool: lt.CertificatePool = lt.CertificatePool(chain.rest)
    model = lt.client("mbedtls", "2.28.0")
    device = lt.Device(
        id="own/meter", store=store, client=model, clock=lt.Clock.NONE, handshake=limits
    )
    report: lt.Report = lt.evaluate(chain, at=AT, devices=[device], server=offer, pool=pool)
    assert_type(report.unknown, tuple[lt.Outcome, ...])
    return device


def windows_server(leaf: lt.Certificate, cross: lt.Certificate, folder: Path) -> None:
    machine = lt.iis.LocalMachine(
        personal=[leaf], intermediate=folder / "CA.sst", root="-----BEGIN CERTIFICATE-----"
    )
    selection = machine.select(leaf, at=AT)
    assert_type(machine, lt.iis.LocalMachine)
    assert_type(selection, lt.iis.ChainSelection)
    assert_type((selection.sent, selection.next), tuple[lt.ServedChain, lt.ServedChain])
    found = lt.iis.diagnose(machine, leaf, at=AT, cross=cross, site=lt.iis.Site(host="a.example"))
    assert_type(found, lt.iis.Diagnosis)
    assert_type(found.plan, lt.iis.RemediationPlan | None)
    after = machine.apply(lt.iis.Add(lt.iis.StoreName.INTERMEDIATE, cross))
    assert_type(after.apply(lt.iis.Reboot()), lt.iis.LocalMachine)
    seen = lt.iis.verify_served("CONNECTED(00000003)", selection.next, at=AT)
    assert_type(lt.iis.drift(seen, seen).lost, tuple[str, ...])
    assert_type(lt.iis.crosses_of(cross), tuple[lt.iis.Cross, ...])


def one_client(chain: lt.ServedChain, store: lt.TrustStore) -> lt.Outcome:
    client: lt.ClientModel = lt.client("openssl", "1.1.1", security_level=2, trusted_first=True)
    outcome: lt.Outcome = lt.simulate(chain, client=client, store=store, at=AT, hostname=None)
    verdict: lt.Verdict = outcome.verdict
    as_text: str = outcome.verdict
    path: lt.Path | None = outcome.path
    attempts: tuple[lt.Attempt, ...] = outcome.attempts
    findings: tuple[lt.Finding, ...] = outcome.findings
    reason: lt.Finding | None = outcome.reason
    anchor: lt.TrustAnchor | None = outcome.anchor
    device: lt.Device | None = outcome.device
    evidence: lt.Evidence = outcome.evidence
    code: lt.Code = findings[0].code
    effect: lt.Effect = attempts[0].findings[0].effect
    told: str = outcome.explain() + code.value + effect.value + client.id
    data: dict[str, object] = outcome.to_dict()
    assert_type(
        (verdict, as_text, path, reason), tuple[lt.Verdict, str, lt.Path | None, lt.Finding | None]
    )
    assert_type(
        (anchor, device, evidence), tuple[lt.TrustAnchor | None, lt.Device | None, lt.Evidence]
    )
    assert_type((told, data), tuple[str, dict[str, object]])
    return outcome


def many_devices(chain: lt.ServedChain, catalog: lt.Catalog) -> lt.Report:
    report: lt.Report = lt.evaluate(chain, at=AT)
    report = lt.evaluate(chain, hostname="www.example.com", at=AT, devices="android/*")
    report = lt.evaluate(chain, at=AT, devices=catalog.devices, catalog=catalog, reference=True)
    for group in (report.accepted, report.rejected, report.unknown, report.outcomes):
        outcomes: tuple[lt.Outcome, ...] = group
        assert_type(len(outcomes), int)
    single: lt.Outcome = report["android/4.4"]
    walk: Iterator[lt.Outcome] = iter(report)
    text: str = report.summary() + report.to_markdown() + single.explain()
    data: dict[str, object] = report.to_dict()
    frame: pd.DataFrame = report.to_pandas()
    assert_type((next(walk), text, data), tuple[lt.Outcome, str, dict[str, object]])
    assert len(frame) == len(report)
    return report


def errors(chain: lt.ServedChain) -> str:
    try:
        lt.evaluate(chain, at=AT, devices="android<")
    except lt.LegacyTrustError as error:
        what: str = error.what
        where: str = error.where
        hint: str = error.hint
        return f"{where}: {what} ({hint})"
    return lt.__version__
