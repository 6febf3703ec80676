"""Limits on a root, forbidden certificates, and CAs that a client itself distrusts."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from asn1crypto import core

import legacytrust as lt
from forge import AT, HOSTNAME
from forge.certificates import NOT_BEFORE
from legacytrust.extensions import Oid
from legacytrust.paths.rules import AnchorConstraintRules, ConstraintKind, Distrust, Strategy
from support import CA, LEAF, NEW, Scene, as_chain, as_store, objecting, searching

DAY = timedelta(days=1)
ALL = ~ConstraintKind(0)
NONE = ConstraintKind(0)


def stamped(*moments: datetime, cut: int | None = None) -> bytes:
    """An extension with signed certificate timestamps of these moments (RFC 6962, 3.3)."""
    listed = b""
    for moment in moments:
        stamp = b"\0" + b"\x07" * 32 + struct.pack(">Q", int(moment.timestamp() * 1000)) + b"\0\0"
        stamp += b"\x04\x03\0\x02\x30\x00"
        listed += struct.pack(">H", len(stamp)) + stamp
    content = struct.pack(">H", len(listed)) + listed
    return bytes(core.OctetString(content[:cut]).dump())


def leaf_with(*moments: datetime) -> object:
    extension = (Oid.SIGNED_CERTIFICATE_TIMESTAMPS, False, stamped(*moments))
    return CA.leaf(HOSTNAME, extra_extensions=(extension,))


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
EARLY, LATE = AT - 30 * DAY, AT - 10 * DAY
OLD_STAMP = leaf_with(AT - 40 * DAY, AT - 5 * DAY)
NEW_STAMP = leaf_with(AT - 20 * DAY)


@pytest.mark.parametrize(
    ("limits", "more", "expected"),
    [
        ((), {}, "accepted"),
        ((C(),), {}, "accepted"),
        ((C(disabled=True),), {}, "rejected"),
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


def test_timestamps_and_addresses_are_read_from_the_certificate():
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    certificate = lt.Certificate.from_der(leaf_with(moment, moment + DAY).der)
    assert certificate.timestamps == (moment, moment + DAY)
    assert lt.Certificate.from_der(LEAF.der).timestamps is None
    extension = (Oid.SIGNED_CERTIFICATE_TIMESTAMPS, False, stamped(moment, cut=-20))
    short = CA.leaf(HOSTNAME, extra_extensions=(extension,))
    assert lt.Certificate.from_der(short.der).timestamps is None


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
