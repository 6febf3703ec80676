"""Clients that look beyond what was served, and outcomes that hang on it.  The cast: see `support`."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest
from asn1crypto import x509

import legacytrust as lt
from forge import HOSTNAME, Entity
from legacytrust.paths.rules import ALL_ROLES, Completion, Scope, Strategy
from support import CA, CROSS, LEAF, NEW, OLD, Scene, as_store, device, searching

ADDRESS = "http://ca.example.test/i.crt"


def pool(*entities: Entity) -> lt.CertificatePool:
    return lt.CertificatePool.from_certificates(entity.der for entity in entities)


def with_address(issuer: Entity) -> Entity:
    """A leaf that says where its issuer's certificate can be fetched."""
    access = x509.AuthorityInfoAccessSyntax(
        [
            {
                "access_method": "ca_issuers",
                "access_location": x509.GeneralName("uniform_resource_identifier", ADDRESS),
            }
        ]
    )
    return issuer.leaf(HOSTNAME, extra_extensions=(("1.3.6.1.5.5.7.1.1", False, access.dump()),))


def fetching(completion: Completion) -> lt.ClientModel:
    return searching(
        Strategy.DEPTH_FIRST, trusted_first=True, partial_chain=True, completion=completion
    )


POINTING = with_address(CA)
AIA, KNOWN = fetching(Completion.AIA), fetching(Completion.KNOWN)
NEITHER, BOTH = fetching(Completion(0)), fetching(Completion.AIA | Completion.KNOWN)


@pytest.mark.parametrize(
    ("client", "leaf", "known", "verdict"),
    [
        (AIA, POINTING, (CA,), "accepted"),
        pytest.param(AIA, LEAF, (CA,), "rejected", id="no address to fetch from"),
        pytest.param(AIA, POINTING, (), "rejected", id="nothing is known to be there"),
        pytest.param(KNOWN, LEAF, (CA,), "accepted", id="known beforehand"),
        pytest.param(NEITHER, POINTING, (CA,), "rejected", id="a client that does neither"),
        pytest.param(
            KNOWN, LEAF, (CA.reissue(key=OLD.spec.key, label="I~"),), "rejected", id="another key"
        ),
    ],
)
def test_what_can_be_found(client, leaf, known, verdict):
    outcome = Scene((leaf,), (NEW,)).outcome(client, pool=pool(*known))
    assert outcome.verdict == verdict
    assert outcome.fails_cold is (verdict == "accepted")


@attrs.frozen
class Told:
    """A certificate of which the facts alone are known."""

    name: str
    issuer: str
    roots: tuple[str, ...]
    not_before: date = date(2020, 1, 1)
    not_after: date = date(2030, 1, 1)
    address: str = ADDRESS


def sha256(entity: Entity) -> str:
    return lt.Certificate.from_der(entity.der).sha256


ABOVE = Told("I", "N", (sha256(NEW),))


@pytest.mark.parametrize(
    ("client", "leaf", "told", "verdict"),
    [
        pytest.param(AIA, POINTING, ABOVE, "unknown", id="it could be fetched"),
        pytest.param(KNOWN, LEAF, ABOVE, "unknown", id="it may be known beforehand"),
        pytest.param(AIA, LEAF, ABOVE, "rejected", id="no address to fetch from"),
        pytest.param(
            AIA, POINTING, attrs.evolve(ABOVE, address="http://else.test/"), "rejected",
            id="it lies at another address",
        ),
        pytest.param(
            BOTH, LEAF, ABOVE, "rejected", id="to have met it elsewhere is no reason to expect it"
        ),
        pytest.param(NEITHER, POINTING, ABOVE, "rejected", id="a client that does neither"),
        pytest.param(
            AIA, POINTING, attrs.evolve(ABOVE, roots=(sha256(OLD),)), "rejected",
            id="it leads to no root of the store",
        ),
        pytest.param(
            AIA, POINTING, attrs.evolve(ABOVE, name="J"), "rejected", id="somebody else's issuer"
        ),
        pytest.param(
            AIA, POINTING, attrs.evolve(ABOVE, not_after=date(2021, 1, 1)), "rejected",
            id="it has expired",
        ),
    ],
)  # fmt: skip
def test_what_could_be_found_and_is_not_at_hand_leaves_the_verdict_open(
    client, leaf, told, verdict
):
    outcome = Scene((leaf,), (NEW,)).outcome(client, pool=lt.CertificatePool((), (told,)))
    assert outcome.verdict == verdict
    if verdict == "unknown":
        assert outcome.reason.code is lt.Code.ISSUER_NOT_HELD
        assert "whose bytes are not at hand" in outcome.explain()


def test_a_leaf_that_is_refused_by_itself_is_refused_all_the_same():
    """Whatever may stand above it: an open question about the issuer does not help."""
    dead = CA.leaf(HOSTNAME, not_after=Scene((LEAF,)).at - timedelta(days=9))
    strict = attrs.evolve(KNOWN, checks=attrs.evolve(KNOWN.checks, dates=Scope(ALL_ROLES)))
    outcome = Scene((dead,), (NEW,)).outcome(strict, pool=lt.CertificatePool((), (ABOVE,)))
    assert outcome.verdict is lt.Verdict.REJECTED
    assert outcome.reason.code is lt.Code.EXPIRED


def test_a_report_tells_apart_who_holds_the_root_above_it():
    library = as_store((NEW, OLD)).library
    devices = [device("toy/new", KNOWN, NEW), device("toy/old", KNOWN, OLD)]
    devices = [attrs.evolve(d, store=attrs.evolve(d.store, library=library)) for d in devices]
    chain = lt.ServedChain.from_certificates([LEAF.der])
    pool = lt.CertificatePool((), (ABOVE,))
    report = lt.evaluate(chain, at=Scene((LEAF,)).at, devices=devices, pool=pool)
    assert [outcome.verdict.value for outcome in report] == ["unknown", "rejected"]


def test_a_path_that_needs_nothing_from_outside_does_not_fail_cold():
    outcome = Scene((POINTING, CA), (NEW,)).outcome(AIA, pool=pool(CA, CROSS))
    assert outcome.verdict is lt.Verdict.ACCEPTED
    assert outcome.cold is None
    assert not outcome.fails_cold


def test_the_report_says_that_it_fails_cold():
    outcome = Scene((POINTING,), (NEW,)).outcome(AIA, pool=pool(CA))
    assert outcome.cold is lt.Verdict.REJECTED
    assert "fails cold" in lt.Report(outcome.chain, outcome.at, None, (outcome,)).summary()
    assert outcome.to_dict()["fails_cold"] is True
    assert [step.role.name for step in outcome.path.steps] == ["LEAF", "FETCHED_CA", "ANCHOR"]


def test_a_root_that_is_fetched_is_called_so():
    scene = Scene((LEAF, CA), (NEW,))
    client = searching(Strategy.DEPTH_FIRST, trusted_first=True, root_update=True)
    store = as_store((NEW,))
    programme = attrs.evolve(store, on_demand=frozenset(store.fingerprints))
    outcome = lt.simulate(scene.chain, client=client, store=programme, at=scene.at)
    assert outcome.fails_cold
    text = lt.Report(outcome.chain, outcome.at, None, (outcome,)).summary()
    assert "the root has to be fetched" in text
    assert "an issuer that was not served" not in text


def test_a_report_finds_the_roots_above_what_is_fetched():
    """Grouping looks through the pool: the root's name is in no served certificate."""
    devices = [
        device("toy/new", AIA, NEW),
        device("toy/old", AIA, OLD),
        device("toy/new-2", AIA, NEW),
    ]
    library = as_store((NEW, OLD))
    devices = [
        attrs.evolve(d, store=attrs.evolve(d.store, library=library.library)) for d in devices
    ]
    chain = lt.ServedChain.from_certificates([POINTING.der])
    report = lt.evaluate(chain, at=Scene((LEAF,)).at, devices=devices, pool=pool(CA))
    assert [outcome.verdict.value for outcome in report] == ["accepted", "rejected", "accepted"]


def test_a_pool_keeps_each_certificate_once_and_reads_what_stores_read(tmp_path):
    twice = pool(CA, CROSS, CA)
    assert len(twice) == 2
    text = "".join(certificate.to_pem() for certificate in twice.certificates)
    assert lt.CertificatePool.from_pem(text) == twice
    file = tmp_path / "pool.pem"
    file.write_text(text)
    assert lt.CertificatePool.from_file(file) == twice
