"""One chain over many device classes: the same as one at a time, only faster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, key
from legacytrust.errors import LegacyTrustError, NaiveTimeError, SelectorError
from legacytrust.simulate import Question
from legacytrust.stores.anchor import RootFacts
from legacytrust.stores.snapshot import Completeness
from legacytrust.stores.sources import read_examples
from material import REPOSITORY, example, few_at_first
from support import CA, CROSS, LEAF, NEW, OLD, OTHER, as_chain, as_store, device, store_of

EXAMPLES = read_examples(REPOSITORY / "examples")
CHAIN = as_chain((LEAF, CA))
_RSA = key("rsa1024")


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[lt.ClientModel]:
    """The client of every simulation that `evaluate` makes."""
    made: list[lt.ClientModel] = []
    genuine = Question.ask

    def counting(question: Question, client: lt.ClientModel, store: lt.TrustStore) -> lt.Outcome:
        made.append(client)
        return genuine(question, client, store)

    monkeypatch.setattr(Question, "ask", counting)
    return made


@pytest.mark.parametrize("about", few_at_first(EXAMPLES), ids=lambda about: about.folder)
def test_equals_one_simulation_for_each_device_class(about: Any) -> None:
    chain = example(about.folder)
    report = lt.evaluate(chain, hostname=about.hostname, at=about.at)
    assert len(report) == len(lt.load_catalog().devices)
    for outcome in report:
        assert outcome.device is not None
        alone = lt.simulate(
            chain,
            client=outcome.device.client,
            store=outcome.device.store,
            at=about.at,
            hostname=about.hostname,
        )
        assert attrs.evolve(alone, device=outcome.device, notes=outcome.notes) == outcome
        assert alone.findings == outcome.findings
        assert alone.evidence is outcome.evidence


def test_a_real_report_takes_few_simulations(simulated: list[lt.ClientModel]) -> None:
    """43 device classes; what they do with one chain differs in far fewer ways."""
    report = lt.evaluate(example("github-2026-01"), hostname="github.com", at=EXAMPLES[0].at)
    assert len(report) >= 43
    assert len(simulated) <= len(report) // 2


@pytest.mark.parametrize(
    ("devices", "simulations"),
    [
        ([("openssl 1.1.1", [NEW]), ("openssl 1.1.1", [NEW])], 1),
        ([("openssl 1.1.1", [NEW]), ("openssl 1.1.1", [NEW, OTHER])], 1),
        ([("openssl 1.1.1h", [NEW]), ("openssl 1.1.1w", [NEW])], 1),
        ([("openssl 1.1.1", [NEW]), ("openssl 1.1.1", [OTHER])], 2),
        ([("openssl 1.1.1", [NEW]), ("openssl 3.0.0", [NEW])], 2),
        ([("openssl 1.1.1", [NEW, OLD]), ("openssl 1.1.1", [OLD, NEW])], 1),
        ([("android 9", [NEW]), ("android 8.0", [NEW])], 2),
        ([("android 13", [NEW]), ("android 14", [NEW, OLD])], 1),
    ],
)
def test_each_group_is_simulated_once(
    devices: list[Any], simulations: int, simulated: list[lt.ClientModel]
) -> None:
    """Alike: clients that behave alike with stores that hold the same of what can matter.

    Stores of one library are compared; each device here has the certificates of all of them.
    """
    library = as_store([NEW, OLD, OTHER])
    classes = [
        lt.Device(
            id=f"toy/{number}",
            store=attrs.evolve(
                library, id=f"toy/{number}", fingerprints=as_store(held).fingerprints
            ),
            client=lt.client(*name.split()),
        )
        for number, (name, held) in enumerate(devices)
    ]
    report = lt.evaluate(CHAIN, at=AT, devices=classes)
    assert len(simulated) == simulations
    assert [outcome.device for outcome in report] == classes
    assert [outcome.store for outcome in report] == [one.store for one in classes]
    assert [outcome.client for outcome in report] == [one.client for one in classes]


def test_what_the_cross_certificate_names_matters_too(simulated: list[lt.ClientModel]) -> None:
    """O is no name of leaf or I, but it is once N<O is served."""
    library = as_store([NEW, OLD])
    devices = [
        lt.Device(f"toy/{n}", attrs.evolve(library, fingerprints=held), lt.client("android", "9"))
        for n, held in enumerate((library.fingerprints[:1], library.fingerprints))
    ]
    lt.evaluate(CHAIN, at=AT, devices=devices)
    assert len(simulated) == 1
    lt.evaluate(as_chain((LEAF, CA, CROSS)), at=AT, devices=devices)
    assert len(simulated) == 3


def test_completeness_and_an_unusable_store_make_groups_of_their_own() -> None:
    twin = OTHER.reissue()
    devices = [
        device("toy/whole", "android 9", OTHER),
        attrs.evolve(
            device("toy/partial", "android 9"), store=as_store([OTHER], Completeness.PARTIAL)
        ),
        device("toy/old", "android 2.3", NEW),
        device("toy/unusable", "android 2.3", NEW, OTHER, twin),
    ]
    report = lt.evaluate(CHAIN, at=AT, devices=devices)
    assert report["toy/whole"].verdict is lt.Verdict.REJECTED
    assert report["toy/partial"].verdict is lt.Verdict.UNKNOWN
    assert report["toy/unusable"].findings[0].code is lt.Code.STORE_UNUSABLE
    assert report["toy/old"].findings[0].code is not lt.Code.STORE_UNUSABLE


def test_devices_may_be_a_selector_or_device_classes_or_left_out() -> None:
    catalog = lt.load_catalog()
    chain = example("github-2026-01")
    every = lt.evaluate(chain, at=AT)
    assert [outcome.device for outcome in every] == list(catalog.devices)
    some = lt.evaluate(chain, at=AT, devices="android>=7.0 and android<9")
    assert [outcome.device.id for outcome in some if outcome.device] == [
        f"android/{release}" for release in ("7.0", "7.1", "8.0", "8.1")
    ]
    given = lt.evaluate(chain, at=AT, devices=iter(catalog.devices[:2]))
    assert len(given) == 2
    assert every.data_version == given.data_version == catalog.version


def test_a_selector_asks_the_catalogue_that_was_given() -> None:
    own = device("openssl/1.1.1-own", "openssl 1.1.1", NEW)
    catalog = lt.load_catalog().with_devices([own])
    report = lt.evaluate(CHAIN, at=AT, catalog=catalog, devices="android/*, openssl/*")
    assert len(report) == len(catalog.select("android")) + 1
    assert [outcome.device for outcome in report.accepted] == [own]


@pytest.mark.parametrize("devices", [[], (), "beos", "android<0.1"])
def test_no_device_class_is_an_error(devices: Any) -> None:
    with pytest.raises(SelectorError):
        lt.evaluate(CHAIN, at=AT, devices=devices)


@pytest.mark.parametrize("call", ["evaluate", "simulate"])
def test_a_moment_needs_a_time_zone(call: str) -> None:
    naive = datetime(2025, 1, 1)  # noqa: DTZ001
    with pytest.raises(NaiveTimeError, match=r"at: 2025-01-01T00:00:00 has no time zone"):
        _ask(call, at=naive)


def _ask(call: str, **question: Any) -> object:
    if call == "evaluate":
        return lt.evaluate(CHAIN, **question)
    one = device("toy/1", "android 9", NEW)
    return lt.simulate(CHAIN, client=one.client, store=one.store, **question)


def test_any_time_zone_will_do() -> None:
    there = timezone(timedelta(hours=-7))
    report = lt.evaluate(CHAIN, at=AT.astimezone(there))
    assert report.at == AT
    assert report.at.tzinfo is UTC
    assert report == lt.evaluate(CHAIN, at=AT)


@pytest.mark.parametrize("call", ["evaluate", "simulate"])
@pytest.mark.parametrize("hostname", ["", "https://example.test/", "a b", "x" * 300])
def test_what_is_no_host_name(call: str, hostname: str) -> None:
    with pytest.raises(LegacyTrustError, match="no host name"):
        _ask(call, at=AT, hostname=hostname)


def test_a_host_name_is_compared_in_one_form() -> None:
    one = [device("toy/1", "android 9", NEW)]
    for written in (HOSTNAME, HOSTNAME.upper(), f"{HOSTNAME}."):
        report = lt.evaluate(CHAIN, at=AT, hostname=written, devices=one)
        assert report.hostname == report["toy/1"].hostname == HOSTNAME
        assert report["toy/1"].verdict is lt.Verdict.ACCEPTED
    report = lt.evaluate(CHAIN, at=AT, hostname="www.example.org", devices=one)
    assert report["toy/1"].findings[0].code is lt.Code.HOSTNAME_MISMATCH


@pytest.mark.parametrize("name", ["Hongkong Post Root CA", "TC TrustCenter Class 4 CA (to 2011)"])
def test_a_root_known_by_its_facts_alone_leaves_the_verdict_open(name: str) -> None:
    """A root of the packaged stores whose bytes nobody has, and a chain in its name."""
    catalog = lt.load_catalog()
    found = {
        anchor.certificate
        for store in catalog.stores
        for anchor in store.anchors
        if isinstance(anchor.certificate, RootFacts) and anchor.label == name
    }
    (facts,) = found
    chain = lt.ServedChain.from_certificates([_leaf_under(facts)])
    report = lt.evaluate(chain, at=facts.not_after - timedelta(days=1))
    holding = [one for one in catalog.devices if facts.sha256 in one.store]
    assert holding
    for one in holding:
        outcome = report[one.id]
        codes = {finding.code for attempt in outcome.attempts for finding in attempt.findings}
        assert lt.Code.ANCHOR_BYTES_MISSING in codes, one.id
        assert outcome.verdict is not lt.Verdict.ACCEPTED
    assert any(report[one.id].verdict is lt.Verdict.UNKNOWN for one in holding)


def _leaf_under(facts: RootFacts) -> bytes:
    """A leaf whose issuer is written exactly as the name of these facts."""
    from asn1crypto import x509

    placeholder = NEW.leaf(
        HOSTNAME,
        aki=None,
        not_before=facts.not_before + timedelta(days=1),
        not_after=facts.not_after,
        key=_RSA,
        signed_by=_RSA,
        digest="sha1",
    )
    certificate = x509.Certificate.load(placeholder.der)
    body = certificate["tbs_certificate"]
    body["issuer"] = x509.Name.load(facts.subject.der)
    return x509.Certificate(
        {
            "tbs_certificate": x509.TbsCertificate.load(body.dump(force=True)),
            "signature_algorithm": certificate["signature_algorithm"],
            "signature_value": certificate["signature_value"],
        }
    ).dump()


def test_facts_in_a_store_of_ones_own() -> None:
    root = lt.Certificate.from_der(NEW.der)
    facts = RootFacts(
        sha256=root.sha256,
        sha1=root.sha1,
        name="N by its facts",
        subject=root.subject,
        spki_sha256=root.spki_sha256,
        subject_key_id=root.subject_key_id,
        serial=root.serial,
        not_before=root.not_before,
        not_after=root.not_after,
    )
    store = store_of([lt.TrustAnchor(facts)])
    for name, version in (("openssl", "1.0.2k"), ("openssl", "1.1.1"), ("android", "9")):
        outcome = lt.simulate(CHAIN, client=lt.client(name, version), store=store, at=AT)
        assert outcome.verdict is lt.Verdict.UNKNOWN
        assert [finding.code for finding in outcome.findings] == [lt.Code.ANCHOR_BYTES_MISSING]
        assert "N by its facts" in outcome.explain()
    late = lt.simulate(
        CHAIN, client=lt.client("openssl", "1.1.1"), store=store, at=root.not_after + timedelta(1)
    )
    assert late.verdict is lt.Verdict.REJECTED


@pytest.mark.slow
def test_two_runs_say_the_same() -> None:
    for about in EXAMPLES:
        chain = example(about.folder)
        one, two = (lt.evaluate(chain, at=about.at, hostname=about.hostname) for _ in "ab")
        assert one == two
        assert one.to_dict() == two.to_dict()
        assert hash(one.outcomes[0]) == hash(two.outcomes[0])
