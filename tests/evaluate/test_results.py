"""Results are values: frozen, hashable, picklable, equal when they say the same."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME
from legacytrust.stores.provenance import Provenance
from material import example, utc
from support import CA, LEAF, NEW, OLD, Scene, as_chain, device, every_model

REPORT = lt.evaluate(
    as_chain((LEAF, CA)),
    at=AT,
    hostname=HOSTNAME,
    devices=[device("toy/1", "android 9", NEW), device("toy/2", "openssl 1.0.2k", OLD)],
)
OUTCOME = REPORT.outcomes[0]
ATTEMPT = OUTCOME.attempts[0]
FINDING = REPORT.outcomes[1].findings[0]
VALUES = [
    REPORT,
    OUTCOME,
    ATTEMPT,
    FINDING,
    ATTEMPT.path,
    ATTEMPT.path.steps[0],
    OUTCOME.chain,
    OUTCOME.chain.leaf,
    OUTCOME.chain.leaf.subject,
    OUTCOME.client,
    OUTCOME.client.search,
    OUTCOME.client.checks,
    OUTCOME.store,
    OUTCOME.anchor,
    OUTCOME.device,
    REPORT.runs[0],
    *every_model(),
]
NAMED = pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)


@NAMED
def test_frozen(value: object) -> None:
    field = attrs.fields(type(value))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, field, None)
    with pytest.raises((AttributeError, attrs.exceptions.FrozenInstanceError)):
        value.surprise = 1  # type: ignore[attr-defined]
    assert not hasattr(value, "__dict__")


@NAMED
def test_hashable_and_the_same_after_a_journey(value: object) -> None:
    hash(value)
    for twin in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert twin == value
        assert hash(twin) == hash(value)


def test_everything_in_a_result_is_a_tuple() -> None:
    for value in (OUTCOME.attempts, OUTCOME.findings, ATTEMPT.findings, ATTEMPT.path.steps):
        assert type(value) is tuple
    for value in (REPORT.accepted, REPORT.rejected, REPORT.runs, REPORT.outcomes, FINDING.data):
        assert type(value) is tuple


def test_a_report_survives_pickling_after_it_was_looked_at() -> None:
    report = lt.evaluate(example("github-2026-01"), at=utc(2026, 2, 1), hostname="github.com")
    report.summary()
    report.to_dict()
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert again.to_dict() == report.to_dict()
    assert again.summary() == report.summary()
    assert again["android/4.4"].explain() == report["android/4.4"].explain()


def test_different_questions_have_different_results() -> None:
    scene = Scene((LEAF, CA), (NEW,))
    one = scene.outcome("android 9")
    assert one == scene.outcome("android 9")
    for other in (
        scene.outcome("android 9", HOSTNAME),
        scene.outcome("android 7.0"),
        Scene((LEAF, CA), (NEW, OLD)).outcome("android 9"),
        Scene((LEAF, CA, CA), (NEW,)).outcome("android 9"),
        attrs.evolve(scene, at=AT.replace(year=2026)).outcome("android 9"),
    ):
        assert other != one


def test_a_finding_by_the_name_of_its_data() -> None:
    assert FINDING.code is lt.Code.NO_ISSUER
    assert FINDING["issuer"] == "CN=N"
    assert FINDING.is_fatal
    with pytest.raises(KeyError):
        FINDING["nothing"]


@pytest.mark.parametrize("code", lt.Code)
def test_every_code_names_the_rule_that_decides(code: lt.Code) -> None:
    from legacytrust.clients.family import CHECK_TRAITS

    assert code.rule in ("search", "handshake", *CHECK_TRAITS)
    assert lt.Code(code.value) is code
    assert pickle.loads(pickle.dumps(code)) is code


def test_stores_say_where_they_come_from() -> None:
    for store in lt.load_catalog().stores:
        assert isinstance(store.provenance, Provenance)
