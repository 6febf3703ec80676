"""What a client refuses to read or to load, before it thinks of any path.  The cast: see `support`."""

from __future__ import annotations

import attrs
import pytest

import legacytrust as lt
from forge.certificates import Oid
from legacytrust.paths.rules import (
    ALL_ROLES,
    NO_CHECKS,
    Admission,
    Consequence,
    Critical,
    Scope,
    Strategy,
)
from support import CA, LEAF, NEW, OTHER, STALE_NEW, STRANGER, Scene, device, searching

CRITICAL = attrs.evolve(NO_CHECKS, critical=Critical(scope=Scope(fatal=ALL_ROLES)))
DATES = attrs.evolve(NO_CHECKS, dates=Scope(fatal=ALL_ROLES))
ODD = {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}
ODD_STRANGER = OTHER.intermediate("K", **ODD)
ODD_ROOT = OTHER.reissue(label="odd-P", **ODD)


def client(**rules: Admission) -> lt.ClientModel:
    return searching(Strategy.DEPTH_FIRST, trusted_first=True, partial_chain=True, **rules)


@pytest.mark.parametrize(
    ("admission", "consequence", "served", "store", "tried"),
    [
        ("served_admission", Consequence.FATAL, (LEAF, CA, STRANGER), (NEW,), ["leaf I [N]"]),
        pytest.param(
            "served_admission", Consequence.FATAL, (LEAF, CA, ODD_STRANGER), (NEW,),
            ["leaf !certificate-unreadable"], id="one unreadable certificate spoils all",
        ),
        pytest.param(
            "served_admission", Consequence.SKIPPED, (LEAF, CA, ODD_STRANGER), (NEW,),
            ["leaf I [N]"], id="or is passed over",
        ),
        pytest.param(
            "store_admission", Consequence.FATAL, (LEAF, CA), (NEW, ODD_ROOT),
            ["leaf !certificate-unreadable"], id="a store that does not load",
        ),
        pytest.param(
            "store_admission", Consequence.SKIPPED, (LEAF, CA), (NEW, ODD_ROOT), ["leaf I [N]"],
            id="or loads without it",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_an_unreadable_certificate(admission, consequence, served, store, tried):
    model = client(**{admission: Admission(CRITICAL, consequence)})
    assert Scene(served, store).tried(model) == tried


def test_a_store_that_loads_no_expired_root_does_not_have_it():
    model = client(store_admission=Admission(DATES, Consequence.SKIPPED))
    assert Scene((LEAF, CA), (STALE_NEW,)).tried(model) == ["leaf I !no-issuer"]


def test_the_reason_names_the_certificate_and_the_objection():
    model = client(served_admission=Admission(CRITICAL, Consequence.FATAL))
    outcome = Scene((LEAF, CA, ODD_STRANGER), (NEW,)).outcome(model)
    reason = outcome.reason
    assert outcome.verdict is lt.Verdict.REJECTED
    assert reason.code is lt.Code.CERTIFICATE_UNREADABLE
    assert reason["objection"] == "critical-extension"
    assert reason.certificate.label == "K"
    assert "cannot read or load" in outcome.explain()


def test_what_nobody_knows_to_be_readable_is_unknown():
    unknown = attrs.evolve(NO_CHECKS, critical=Critical())
    model = client(served_admission=Admission(unknown, Consequence.FATAL))
    assert Scene((LEAF, CA, ODD_STRANGER), (NEW,)).verdict(model) == "unknown"


def test_devices_with_a_store_that_does_not_load_are_a_group_of_their_own():
    model = client(store_admission=Admission(CRITICAL, Consequence.FATAL))
    devices = [device("toy/plain", model, NEW), device("toy/odd", model, NEW, ODD_ROOT)]
    scene = Scene((LEAF, CA))
    report = lt.evaluate(scene.chain, at=scene.at, devices=devices)
    assert [outcome.verdict.value for outcome in report] == ["accepted", "rejected"]
