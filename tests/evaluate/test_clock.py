"""Devices that do not know the time: the verdict is about the moment asked for, and says so."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import legacytrust as lt
from forge import AT
from legacytrust import Clock
from legacytrust.render.frames import COLUMNS
from support import CA, LEAF, NEW, as_chain, as_store

DATED = lt.client("bearssl", "0.6")
DATELESS = lt.client("esp-crt-bundle", "5.1.7")
DATED_ESP = lt.client("esp-crt-bundle", "5.1.7", check_dates=True)


def outcome(clock: Clock, model: lt.ClientModel) -> lt.Outcome:
    device = lt.Device("toy/1", as_store((NEW,)), model, clock=clock)
    return lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=[device]).outcomes[0]


@pytest.mark.parametrize(
    ("clock", "model", "code"),
    [
        (Clock.REAL, DATED, None),
        (Clock.UNSET, DATED, lt.Code.CLOCK_UNSET),
        (Clock.UNSET, DATED_ESP, lt.Code.CLOCK_UNSET),
        (Clock.NONE, DATED, lt.Code.CLOCK_MISSING),
        (Clock.UNSET, DATELESS, None),
        (Clock.NONE, DATELESS, None),
    ],
)
def test_a_note_where_dates_are_checked_by_a_clock_that_may_be_wrong(
    clock: Clock, model: lt.ClientModel, code: lt.Code | None
) -> None:
    judged = outcome(clock, model)
    assert judged.verdict is lt.Verdict.ACCEPTED
    assert [note.code for note in judged.notes] == ([code] if code else [])
    assert all(note.effect is lt.Effect.HARMLESS for note in judged.notes)


def test_the_note_says_what_happens_until_the_clock_is_set() -> None:
    told = outcome(Clock.UNSET, DATED).explain()
    sentence = (
        "but the clock of this device has to be set after each start; until then “www.example.test” "
        "counts as not yet valid"
    )
    assert sentence in told
    assert "has no clock" in outcome(Clock.NONE, DATED).explain()
    assert "clock" not in outcome(Clock.REAL, DATED).explain()


def test_a_report_says_it_beside_the_verdict_and_in_a_line_of_its_own() -> None:
    devices = [
        lt.Device(f"toy/{number}", as_store((NEW,)), DATED, clock=clock)
        for number, clock in enumerate((Clock.REAL, Clock.REAL, Clock.UNSET))
    ]
    lines = lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=devices).summary().splitlines()[2:]
    assert [line.split("  ")[0] for line in lines] == ["toy 0 - 1", "toy 2"]
    assert "clock" not in lines[0]
    assert "but the clock of this device has to be set after each start" in lines[1]


def test_a_client_that_ignores_when_validity_begins_lets_the_expired_in() -> None:
    lenient = attrs.evolve(DATED, checks=attrs.evolve(DATED.checks, not_before=False))
    [note] = outcome(Clock.UNSET, lenient).notes
    assert note["until"] == "not expired"


def test_plain_data_and_frames_have_the_clock() -> None:
    judged = outcome(Clock.UNSET, DATED)
    data: Any = judged.to_dict()
    assert data["device"]["clock"] == "unset"
    assert [note["code"] for note in data["notes"]] == ["clock-unset"]
    assert COLUMNS["clock"](judged) == "unset"
    alone = lt.simulate(as_chain((LEAF, CA)), client=DATED, store=as_store((NEW,)), at=AT)
    assert COLUMNS["clock"](alone) is None


def test_devices_that_differ_in_their_clock_alone_are_simulated_once() -> None:
    store = as_store((NEW,))
    devices = [lt.Device(f"toy/{clock}", store, DATED, clock=clock) for clock in Clock]
    report = lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=devices)
    assert len({id(one.attempts) for one in report}) == 1
    assert [len(one.notes) for one in report] == [0, 1, 1]
