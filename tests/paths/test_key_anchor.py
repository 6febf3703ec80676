"""Roots that are a name and a key and nothing else."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given

import legacytrust as lt
from forge import AT, HOSTNAME, Pki, key, pkis, root, topologies
from forge.certificates import Oid
from legacytrust.errors import StoreError
from legacytrust.stores.anchor import KeyAnchor
from support import CA, LAST_YEAR, LEAF, NEW, OTHER, as_chain, every_model, line, store_of

BARE_CLIENTS = ("bearssl 0.3", "bearssl 0.6", "esp-crt-bundle 4.4.8", "esp-crt-bundle 5.5.5")
DATED = "esp-crt-bundle", "5.1.7", {"check_dates": True}


def bare(entity: Any, **more: Any) -> KeyAnchor:
    certificate = lt.Certificate.from_der(entity.der)
    subject, spki = certificate.subject.der, certificate.public_key.spki
    return KeyAnchor.from_der(subject, spki, **more)


def stores(*roots: Any) -> tuple[lt.TrustStore, lt.TrustStore]:
    """The same roots as certificates, and as names and keys."""
    whole = [lt.TrustAnchor(lt.Certificate.from_der(r.der)) for r in roots]
    return store_of(whole), store_of([lt.TrustAnchor(bare(r)) for r in roots])


def client(text: str) -> lt.ClientModel:
    name, version = text.split()
    return lt.client(name, version)


def verdicts(model: lt.ClientModel, chain: lt.ServedChain, *roots: Any, at: Any = AT) -> list[str]:
    return [
        lt.simulate(chain, client=model, store=store, at=at, hostname=HOSTNAME).verdict.value
        for store in stores(*roots)
    ]


@pytest.mark.parametrize("text", BARE_CLIENTS)
@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ({}, "accepted"),
        ({"top": {"not_after": LAST_YEAR}}, "accepted"),
        ({"top": {"ca": False}}, "accepted"),
        ({"leaf": {"bad_signature": True}}, "rejected"),
        ({"ca": {"bad_signature": True}}, "rejected"),
        ({"top": {"key": key("ed25519")}}, "rejected"),
        ({"top": {"key": key("rsa2048", 4)}}, "accepted"),
    ],
)
def test_small_clients_need_no_certificate(text: str, faults: dict[str, Any], verdict: str) -> None:
    leaf, ca, top = line(**faults)
    assert verdicts(client(text), as_chain((leaf, ca)), top) == [verdict, verdict]


@given(topologies() | pkis())
def test_name_and_key_say_what_the_certificate_says(pki: Pki) -> None:
    """Law: a client whose anchors are names and keys cannot tell the two stores apart."""
    chain = as_chain(pki.served_entities)
    models = [client(text) for text in BARE_CLIENTS]
    models.append(lt.client(DATED[0], DATED[1], **DATED[2]))
    for model in models:
        whole, names = verdicts(model, chain, *pki.store_entities, at=pki.at)
        assert whole == names, model


def test_every_client_either_knows_such_roots_or_cannot_be_judged() -> None:
    chain = as_chain((LEAF, CA, NEW))
    for model in every_model():
        whole, names = verdicts(model, chain, NEW)
        if model.search.bare_anchors:
            assert names == whole, model
        elif whole != "rejected":
            assert names == "unknown", model


def test_the_reason_says_what_is_missing() -> None:
    store = stores(NEW)[1]
    model = lt.client("openssl", "1.0.2k")
    outcome = lt.simulate(as_chain((LEAF, CA)), client=model, store=store, at=AT)
    assert outcome.verdict is lt.Verdict.UNKNOWN
    assert outcome.reason is not None
    assert outcome.reason.code is lt.Code.ANCHOR_IS_BARE
    assert "N  [trusted root; name and key only; " in outcome.explain()
    assert "the store has of “N” the name and the key alone" in outcome.explain()


def test_plain_data_has_no_dates_for_it() -> None:
    outcome = lt.simulate(
        as_chain((LEAF, CA)), client=lt.client("bearssl", "0.6"), store=stores(NEW)[1], at=AT
    )
    data: Any = outcome.to_dict()
    anchor = bare(NEW)
    assert data["anchor"] == {
        "sha256": anchor.sha256,
        "name": "N",
        "subject": "CN=N",
        "issuer": "CN=N",
        "not_before": None,
        "not_after": None,
    }
    assert data["attempts"][0]["path"][-1]["not_after"] is None


def test_its_identity_is_name_and_key() -> None:
    assert bare(NEW) == bare(NEW.reissue(not_after=LAST_YEAR), name="")
    assert bare(NEW).sha256 == bare(NEW, name="another label").sha256
    assert bare(NEW).sha256 != bare(OTHER).sha256
    assert bare(NEW).sha256 != lt.Certificate.from_der(NEW.der).sha256
    assert bare(NEW, name="New").label == "New"


def test_the_flag_of_an_anchor_that_is_no_ca() -> None:
    """Without the flag it stands for the server itself."""
    model = lt.client("bearssl", "0.6", flag_from_certificate=True)
    own = root(HOSTNAME, ca=False, san=(HOSTNAME,), eku=(Oid.SERVER_AUTH,), key_usage=None)
    for flag, verdict in ((False, "accepted"), (True, "accepted")):
        store = store_of([lt.TrustAnchor(bare(own, is_ca=flag))])
        assert lt.simulate(as_chain((own,)), client=model, store=store, at=AT).verdict == verdict
    store = store_of([lt.TrustAnchor(bare(NEW, is_ca=False))])
    assert lt.simulate(as_chain((LEAF, CA)), client=model, store=store, at=AT).verdict == "rejected"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda subject, spki: (subject + b"\0", spki),
        lambda subject, spki: (subject, spki + b"\0"),
        lambda subject, spki: (subject[:-1], spki),
        lambda subject, spki: (b"", spki),
        lambda subject, spki: (subject, b""),
        lambda subject, _: (subject, subject),
        lambda subject, _: (subject, b"\x30\x00"),
        lambda _, spki: (b"\x31\x00", spki),
        lambda _, spki: (b"\x30\x84\xff\xff\xff\xff", spki),
    ],
)
def test_what_is_no_name_or_no_key(spoil: Any) -> None:
    certificate = lt.Certificate.from_der(NEW.der)
    with pytest.raises(StoreError, match="not an anchor"):
        KeyAnchor.from_der(*spoil(certificate.subject.der, certificate.public_key.spki))


def test_a_report_keeps_both_kinds_of_store_apart() -> None:
    model = lt.client("openssl", "1.0.2k")
    devices = [lt.Device(f"toy/{n}", store, model) for n, store in enumerate(stores(NEW))]
    report = lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=devices)
    assert [outcome.verdict.value for outcome in report] == ["accepted", "unknown"]
    assert attrs.evolve(report.outcomes[0], device=None).anchor is not None
