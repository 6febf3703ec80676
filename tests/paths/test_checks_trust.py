"""Limits on a root, forbidden certificates, and CAs that a client itself distrusts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from asn1crypto import core

import legacytrust as lt
from forge import AT, HOSTNAME, embedded_timestamps
from forge.certificates import NOT_BEFORE
from legacytrust.extensions import Oid
from legacytrust.paths.checks.anchor_constraints import TAKEN_BACK
from legacytrust.paths.rules import AnchorConstraintRules, ConstraintKind, Distrust, Strategy
from legacytrust.render.text import because
from support import CA, LEAF, NEW, Scene, as_chain, as_store, objecting, searching

DAY = timedelta(days=1)
ALL = ~ConstraintKind(0)
NONE = ConstraintKind(0)


def leaf_with(*moments: datetime) -> object:
    return CA.leaf(HOSTNAME, extra_extensions=(embedded_timestamps(*moments),))


def verdict(
    *limits: lt.Constraints,
    honoured: ConstraintKind = ALL,
    unknown: ConstraintKind = NONE,
    version: tuple[int, ...] = (),
    leaf: object = LEAF,
) -> str:
    rules = AnchorConstraintRules(honoured, unknown, version)
    client = searching(Strategy.BACKTRACK, objecting(anchor_constraints=rules))
    store = attrs.evolve(as_store((NEW,)), constraints=((_sha256(NEW), limits),))
    return lt.simulate(as_chain((leaf, CA)), client=client, store=store, at=AT).verdict.value


def _sha256(entity: object) -> str:
    return lt.Certificate.from_der(entity.der).sha256


C = lt.Constraints
SERVERS, CLIENTS = frozenset({Oid.SERVER_AUTH}), frozenset({Oid.CLIENT_AUTH})
EARLY, LATE = AT - 30 * DAY, AT - 10 * DAY
OLD_STAMP = leaf_with(AT - 40 * DAY, AT - 5 * DAY)
NEW_STAMP = leaf_with(AT - 20 * DAY)


@pytest.mark.parametrize(
    ("limits", "more", "expected"),
    [
        ((), {}, "accepted"),
        ((C(),), {}, "accepted"),
        ((C(disabled=True),), {}, "rejected"),
        ((C(disabled_after=AT),), {}, "rejected"),
        ((C(disabled_after=AT + DAY),), {}, "accepted"),
        ((C(disabled_after=TAKEN_BACK),), {}, "accepted"),
        ((C(disabled_after=AT),), {"honoured": NONE}, "accepted"),
        ((C(disabled_after=AT),), {"honoured": NONE, "unknown": ALL}, "unknown"),
        ((C(refused_purposes=frozenset({Oid.SERVER_AUTH})),), {}, "rejected"),
        ((C(refused_purposes=frozenset({Oid.CLIENT_AUTH})),), {}, "accepted"),
        ((C(issued_by=NOT_BEFORE - DAY, issued_by_purposes=SERVERS),), {}, "rejected"),
        ((C(issued_by=NOT_BEFORE, issued_by_purposes=SERVERS),), {}, "accepted"),
        ((C(issued_by=NOT_BEFORE - DAY, issued_by_purposes=CLIENTS),), {}, "accepted"),
        ((C(issued_by=TAKEN_BACK),), {}, "accepted"),
        ((C(issued_by=TAKEN_BACK, issued_by_purposes=SERVERS),), {}, "accepted"),
        ((C(issued_by_purposes=SERVERS),), {}, "unknown"),
        ((C(issued_by_purposes=CLIENTS),), {}, "accepted"),
        ((C(from_version=(131, 0, 5)),), {"version": (131,)}, "unknown"),
        ((C(from_version=(131, 0, 0)),), {"version": (131,)}, "accepted"),
        ((C(from_version=(131,)),), {"version": (131, 0, 5)}, "accepted"),
        ((C(before_version=(131, 0, 5)),), {"version": (131,)}, "unknown"),
        ((C(before_version=(131,)),), {"version": (130, 9)}, "accepted"),
        ((C(disabled=True),), {"honoured": NONE}, "accepted"),
        ((C(disabled=True),), {"honoured": NONE, "unknown": ALL}, "unknown"),
        ((C(purposes=frozenset({Oid.CLIENT_AUTH})),), {}, "rejected"),
        ((C(purposes=frozenset({Oid.SERVER_AUTH})),), {}, "accepted"),
        ((C(issued_by=NOT_BEFORE - DAY),), {}, "rejected"),
        ((C(issued_by=NOT_BEFORE),), {}, "accepted"),
        ((C(dns_names=("example.test",)),), {}, "accepted"),
        ((C(dns_names=("example.org",)),), {}, "rejected"),
        ((C(from_version=(131,)),), {"version": (130,)}, "rejected"),
        ((C(from_version=(131,)),), {"version": (131,)}, "accepted"),
        ((C(before_version=(131,)),), {"version": (131,)}, "rejected"),
        ((C(sct_by=EARLY),), {}, "unknown"),
        ((C(sct_by=EARLY),), {"leaf": OLD_STAMP}, "accepted"),
        ((C(sct_by=EARLY),), {"leaf": NEW_STAMP}, "rejected"),
        ((C(sct_after=EARLY),), {"leaf": NEW_STAMP}, "accepted"),
        ((C(sct_after=EARLY),), {"leaf": OLD_STAMP}, "rejected"),
        ((C(sct_after=EARLY),), {}, "unknown"),
        ((C(disabled=True), C(issued_by=NOT_BEFORE)), {}, "accepted"),
        (
            (C(sct_by=EARLY, from_version=(131,)), C(before_version=(131,))),
            {"version": (130,), "leaf": NEW_STAMP},
            "accepted",
        ),
        (
            (C(sct_by=EARLY, from_version=(131,)), C(before_version=(131,))),
            {"version": (131,), "leaf": NEW_STAMP},
            "rejected",
        ),
    ],
)
def test_limits_on_a_root(limits, more, expected):
    assert verdict(*limits, **more) == expected


@pytest.mark.parametrize(
    ("forbidden", "honoured", "expected"),
    [(CA, ALL, "rejected"), (NEW, ALL, "rejected"), (CA, NONE, "accepted")],
)
def test_a_forbidden_certificate(forbidden, honoured, expected):
    rules = AnchorConstraintRules(honoured, NONE)
    client = searching(Strategy.BACKTRACK, objecting(anchor_constraints=rules))
    store = attrs.evolve(as_store((NEW,)), disallowed=frozenset({_sha256(forbidden)}))
    outcome = lt.simulate(as_chain((LEAF, CA)), client=client, store=store, at=AT)
    assert outcome.verdict == expected


def test_forbidden_is_the_certificate_and_not_its_key():
    rules = AnchorConstraintRules(ALL, NONE)
    client = searching(Strategy.BACKTRACK, objecting(anchor_constraints=rules))
    store = attrs.evolve(as_store((NEW,)), disallowed=frozenset({_sha256(NEW.reissue())}))
    assert lt.simulate(as_chain((LEAF, CA)), client=client, store=store, at=AT).path is not None


@pytest.mark.parametrize(
    ("issued_by", "exempt", "exempt_issued_by", "expected"),
    [
        (NOT_BEFORE, (), None, "accepted"),
        (NOT_BEFORE - DAY, (), None, "rejected"),
        (None, (), None, "rejected"),
        (NOT_BEFORE - DAY, (CA,), None, "accepted"),
        (NOT_BEFORE - DAY, (CA,), NOT_BEFORE - DAY, "rejected"),
        (NOT_BEFORE - DAY, (CA,), NOT_BEFORE, "accepted"),
    ],
)
def test_a_distrusted_authority(issued_by, exempt, exempt_issued_by, expected):
    policy = Distrust(
        "the event", frozenset({_sha256(NEW)}), issued_by,
        frozenset(map(_sha256, exempt)), exempt_issued_by,
    )  # fmt: skip
    client = searching(Strategy.BACKTRACK, objecting(distrust=(policy,)))
    outcome = Scene((LEAF, CA), (NEW,)).outcome(client)
    assert outcome.verdict == expected
    assert expected == "accepted" or "the event" in outcome.explain()


def timestamps_of(*moments: datetime, **more: Any) -> list[datetime] | None:
    leaf = CA.leaf(HOSTNAME, extra_extensions=(embedded_timestamps(*moments, **more),))
    found = lt.Certificate.from_der(leaf.der).timestamps
    return None if found is None else [stamp.moment for stamp in found]


def test_timestamps_are_read_from_the_certificate():
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert timestamps_of(moment, moment + DAY) == [moment, moment + DAY]
    assert timestamps_of() == []
    assert timestamps_of(moment, version=1) == []
    assert lt.Certificate.from_der(LEAF.der).timestamps is None


def test_each_timestamp_names_its_log():
    certificate = lt.Certificate.from_der(leaf_with(AT, AT).der)
    assert [stamp.log_id for stamp in certificate.timestamps or ()] == [b"\1" * 32, b"\2" * 32]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_list_of_timestamps_that_is_cut_short_is_none(cut):
    assert timestamps_of(AT, AT, cut=-cut) is None


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\0\0\0", b"\0\x02\0\0", b"\xff\xff" + b"\0" * 99, b"\0\x03\0\x01\0"]
)
def test_a_list_of_timestamps_that_is_none(content):
    extension = (Oid.SIGNED_CERTIFICATE_TIMESTAMPS, False, bytes(core.OctetString(content).dump()))
    leaf = CA.leaf(HOSTNAME, extra_extensions=(extension,))
    assert lt.Certificate.from_der(leaf.der).timestamps is None


def test_a_full_list_of_timestamps_is_read():
    many = timestamps_of(*[AT] * 1200)
    assert many is not None
    assert len(many) == 1200


def test_grouping_keeps_stores_with_other_limits_apart():
    rules = objecting(anchor_constraints=AnchorConstraintRules(ALL, NONE))
    client = searching(Strategy.BACKTRACK, rules)
    plain = as_store((NEW,))
    limited = attrs.evolve(plain, constraints=((_sha256(NEW), (C(disabled=True),)),))
    forbidding = attrs.evolve(plain, disallowed=frozenset({_sha256(CA)}))
    devices = [
        lt.Device(f"toy/{n}", store, client) for n, store in enumerate((plain, limited, forbidding))
    ]
    report = lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=devices)
    assert [outcome.verdict.value for outcome in report] == ["accepted", "rejected", "rejected"]


def told(*limits: lt.Constraints, leaf: object = LEAF) -> str:
    """The reason as a sentence."""
    client = searching(
        Strategy.BACKTRACK, objecting(anchor_constraints=AnchorConstraintRules(ALL, NONE))
    )
    store = attrs.evolve(as_store((NEW,)), constraints=((_sha256(NEW), limits),))
    return because(lt.simulate(as_chain((leaf, CA)), client=client, store=store, at=AT))


@pytest.mark.parametrize(
    ("limits", "leaf", "sentence"),
    [
        (C(disabled=True), LEAF, "the store trusts “N” not at all: it is disabled"),
        (
            C(disabled_after=AT - DAY), LEAF,
            "the store trusts “N” no longer: it was disabled on 2024-12-31 00:00 UTC",
        ),
        (C(purposes=CLIENTS), LEAF, "the store trusts “N” for other purposes than TLS servers"),
        (
            C(purposes=CLIENTS, refused_purposes=SERVERS), LEAF,
            "the store trusts “N” for other purposes than TLS servers",
        ),
        (
            C(issued_by=NOT_BEFORE - DAY), LEAF,
            ("the store trusts “N” only for certificates issued by 2019-12-31 00:00 UTC; this one "
            "begins 2020-01-01 00:00 UTC"),
        ),
        (
            C(issued_by_purposes=SERVERS), LEAF,
            ("the store trusts “N” for servers only up to a date that the store leaves out; whether "
            "the client minds is not known"),
        ),
        (C(dns_names=("example.org",)), LEAF, "the store trusts “N” only for example.org"),
        (
            C(sct_by=EARLY), NEW_STAMP,
            ("the store trusts “N” only for certificates that were logged by 2024-12-02 00:00 UTC; "
            "its first timestamp is of 2024-12-12 00:00 UTC"),
        ),
        (
            C(sct_by=EARLY), LEAF,
            ("the store trusts “N” only for certificates logged by 2024-12-02 00:00 UTC; the leaf "
            "has no timestamp in it, and whether one comes with the handshake is not known"),
        ),
        (
            C(sct_after=EARLY), OLD_STAMP,
            "the store trusts “N” only for certificates logged after 2024-12-02 00:00 UTC",
        ),
        (
            C(before_version=(0,)), LEAF,
            "the store trusts “N” only by versions on the other side of 0",
        ),
    ],
)  # fmt: skip
def test_each_limit_has_a_sentence_with_its_dates(limits, leaf, sentence):
    assert told(limits, leaf=leaf) == sentence


def test_of_alternatives_the_one_about_this_version_is_told():
    sets = (C(before_version=(0,)), C(sct_by=EARLY))
    assert "logged by" in told(*sets, leaf=NEW_STAMP)


def test_timestamps_that_are_believed_are_mentioned():
    client = searching(
        Strategy.BACKTRACK, objecting(anchor_constraints=AnchorConstraintRules(ALL, NONE))
    )
    limits = ((_sha256(NEW), (C(sct_by=EARLY),)),)
    store = attrs.evolve(as_store((NEW,)), constraints=limits)
    outcome = lt.simulate(as_chain((OLD_STAMP, CA)), client=client, store=store, at=AT)
    assert outcome.verdict is lt.Verdict.ACCEPTED
    assert [f.code for f in outcome.findings] == [lt.Code.TIMESTAMPS_UNVERIFIED]
    assert "are believed" in because(outcome)
    assert "ignored" not in outcome.explain()
