"""What a report offers a person, a notebook and another program."""

from __future__ import annotations

import builtins
import sys
from collections import Counter
from datetime import date
from typing import Any

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity
from legacytrust.errors import MissingExtraError, UnknownDeviceError
from material import example, utc
from support import CA, LEAF, NEW, OLD, OTHER, Scene, as_chain, as_store, device

EVIL = "<script>alert(1)</script>|[x](y)\x1b[31m\nnext"
DEVICES = [
    device("toy/1", "android 9", OLD, title="Toy One", released=date(2009, 1, 2)),
    device("toy/2", "android 9", OTHER, title="Toy Two", released=date(2010, 1, 2)),
    device("toy/3", "android 9", NEW, title="Toy Three"),
    device("toy/4", "openssl 1.1.1", NEW, title="Toy Four"),
    device("toy/5", "android 1.0", NEW, title="Toy Five"),
]
REPORT = lt.evaluate(as_chain((LEAF, CA)), at=AT, hostname=HOSTNAME, devices=DEVICES)


def ids(outcomes: tuple[lt.Outcome, ...]) -> list[str]:
    return [outcome.device.id for outcome in outcomes if outcome.device is not None]


def test_outcomes_by_verdict() -> None:
    assert ids(REPORT.accepted) == ["toy/3", "toy/4"]
    assert ids(REPORT.rejected) == ["toy/1", "toy/2", "toy/5"]
    assert ids(REPORT.unknown) == []
    assert ids(tuple(REPORT)) == [f"toy/{n}" for n in range(1, 6)]
    assert len(REPORT) == 5


def test_one_outcome_by_id() -> None:
    assert REPORT["toy/3"].anchor == as_store([NEW]).anchors[0]
    with pytest.raises(UnknownDeviceError, match=r"no device class 'toy/9' \(known: toy/1, toy/2"):
        REPORT["toy/9"]
    with pytest.raises(KeyError):
        REPORT["toy/9"]


def test_neighbours_that_fare_alike_are_one_run() -> None:
    assert [(run.title, run.verdict.value, len(run.outcomes)) for run in REPORT.runs] == [
        ("toy 1 - 2", "rejected", 2),
        ("toy 3 - 4", "accepted", 2),
        ("toy 5", "rejected", 1),
    ]


def test_a_run_ends_where_the_root_or_the_reason_changes() -> None:
    crossed = as_chain((LEAF, CA, OLD.cross_sign(NEW)))
    devices = [device("toy/1", "android 9", OLD), device("toy/2", "android 9", NEW)]
    runs = lt.evaluate(crossed, at=AT, devices=devices).runs
    assert [run.verdict.value for run in runs] == ["accepted", "accepted"]
    devices = [device("toy/1", "android 9", NEW), device("tie/2", "android 9", NEW)]
    assert len(lt.evaluate(crossed, at=AT, devices=devices).runs) == 2


def test_summary() -> None:
    lines = REPORT.summary().splitlines()
    assert lines[0] == (
        f"{HOSTNAME} <- I for {HOSTNAME} at 2025-01-01 00:00 UTC: "
        "2 accept, 3 refuse of 5 device classes"
    )
    assert lines[1] == ""
    assert [line.split("  ")[0] for line in lines[2:]] == ["toy 1 - 2", "toy 3 - 4", "toy 5"]
    assert "ends in “N”" in lines[3]
    assert "N" in lines[2]


def test_markdown() -> None:
    lines = REPORT.to_markdown().splitlines()
    assert lines[2:4] == ["| device classes | verdict | why |", "| --- | --- | --- |"]
    assert lines[5].startswith("| toy 3 - 4 | accepted | ends in “N”")
    assert len(lines) == 7


def test_explain_shows_every_path_and_every_reason() -> None:
    text = REPORT["toy/1"].explain()
    assert text.startswith(f"toy/1 (Toy One): rejected for {HOSTNAME} at 2025-01-01 00:00 UTC\n")
    assert "path 1 of 1: refused" in text
    assert "[served, leaf; until 2030-01-01; " in text
    accepted = REPORT["toy/4"].explain()
    assert "path 1 of 1: accepted" in accepted
    assert "[trusted root; until 2030-01-01; " in accepted
    assert "measured" in accepted or "read" in accepted


def test_explain_without_a_device_class() -> None:
    text = Scene((LEAF, CA), (OLD,)).outcome("openssl 1.0.2k").explain()
    assert text.startswith("openssl 1.0.2k: rejected at 2025-01-01 00:00 UTC\n")


def evil_report(*, accepted: bool) -> lt.Report:
    """A chain and a store whose names try to be more than text."""
    from forge import root

    bad = root(EVIL)
    ca = bad.intermediate(EVIL + "2")
    trusted: tuple[Entity, ...] = (bad,) if accepted else (NEW,)
    devices = [device("toy/<b>", "android 9", *trusted, title="<i>")]
    return lt.evaluate(as_chain((ca.leaf(HOSTNAME), ca)), at=AT, devices=devices)


@pytest.mark.parametrize("accepted", [True, False])
def test_names_of_certificates_are_text_in_html(*, accepted: bool) -> None:
    html = evil_report(accepted=accepted)._repr_html_()
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert html.count("<table") == html.count("</table>") == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_names_of_certificates_are_text_in_markdown(*, accepted: bool) -> None:
    lines = evil_report(accepted=accepted).to_markdown().splitlines()
    assert len(lines) == 5
    for line in lines:
        assert "<script" not in line
        assert "[x]" not in line.replace("\\[", "").replace("\\]", "")
        assert line.isprintable()
    assert lines[4].replace("\\|", "").count("|") == 4


@pytest.mark.parametrize("accepted", [True, False])
def test_names_of_certificates_cannot_command_a_terminal(*, accepted: bool) -> None:
    report = evil_report(accepted=accepted)
    (outcome,) = report
    for text in (report.summary(), outcome.explain()):
        assert all(line.isprintable() for line in text.splitlines())
        assert "\\x1b[31m" in text


def test_html_of_a_plain_report() -> None:
    html = REPORT._repr_html_()
    for words in ("toy 1 - 2", "✗ rejected", "✓ accepted", "2 accept, 3 refuse"):
        assert words in html


def test_a_report_of_outcomes_without_device_classes() -> None:
    """Nothing stops anyone from making one by hand; it is shown by its clients."""
    outcomes = tuple(
        Scene((LEAF, CA), (NEW,)).outcome(name) for name in ("openssl 1.0.2k", "android 9")
    )
    report = attrs.evolve(REPORT, outcomes=outcomes)
    assert [run.title for run in report.runs] == ["openssl 1.0.2k", "android 9"]
    assert "openssl 1.0.2k" in report.summary()
    assert attrs.evolve(REPORT, outcomes=()).summary().endswith("0 refuse of 0 device classes\n\n")


COLUMNS = {
    "device": str,
    "family": str,
    "release": str,
    "title": str,
    "client": str,
    "store": str,
    "verdict": str,
    "because": str,
    "attempts": int,
    "evidence": str,
    "fails_cold": bool,
    "leaf_sha256": str,
    "hostname": str,
    "data_version": str,
}


def test_data_frame() -> None:
    pd = pytest.importorskip("pandas")
    frame = REPORT.to_pandas()
    assert len(frame) == 5
    others = {"released", "clock", "reason", "anchor", "anchor_sha256", "path", "at"}
    assert {*COLUMNS, *others} == set(frame)
    for name, kind in COLUMNS.items():
        assert all(isinstance(value, kind) for value in frame[name].tolist()), name
    assert pd.api.types.is_datetime64_any_dtype(frame["released"])
    assert pd.api.types.is_datetime64_any_dtype(frame["at"])
    assert pd.api.types.is_integer_dtype(frame["attempts"])
    assert frame["verdict"].tolist() == [outcome.verdict.value for outcome in REPORT]
    assert frame.loc[0, "reason"] == "no-issuer"
    assert frame.loc[2, "anchor"] == "N"
    assert frame["released"].isna().tolist() == [False, False, True, True, True]
    assert frame["reason"].isna().tolist() == [False, False, True, True, False]


def test_data_frame_of_real_device_classes() -> None:
    pytest.importorskip("pandas")
    report = lt.evaluate(example("github-2026-01"), at=utc(2026, 2, 1), hostname="github.com")
    frame = report.to_pandas()
    assert frame["device"].is_unique
    assert (frame["released"].notna()).all()
    families = Counter(one.family for one in lt.load_catalog().devices)
    assert frame.groupby("family")["verdict"].count().to_dict() == families


def test_a_data_frame_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = builtins.__import__

    def refusing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return genuine(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(MissingExtraError, match=r"pip install 'legacytrust\[frames\]'") as raised:
        REPORT.to_pandas()
    assert raised.value.extra == "frames"
    assert isinstance(raised.value, ImportError)


def test_reasons_come_from_the_attempt_that_came_furthest() -> None:
    """A complete path that was refused says more than a dead end before it."""
    stale = NEW.reissue(label="stale", not_after=AT.replace(year=2024))
    ca = NEW.intermediate("I", label="stale-I", not_after=AT.replace(year=2024))
    scene = Scene((LEAF, OTHER.intermediate("I", label="I<P"), ca), (stale,))
    outcome = scene.outcome("android 4.4")
    assert outcome.reason == outcome.findings[0]
    outcome = scene.outcome("android 9")
    assert outcome.verdict is lt.Verdict.REJECTED
    assert len(outcome.findings) == len(set(outcome.findings))


def test_an_accepted_outcome_has_a_path_and_no_reason() -> None:
    accepted, rejected = REPORT["toy/3"], REPORT["toy/1"]
    assert accepted.path is not None
    assert str(accepted.path) == f"{HOSTNAME} <- I <- N"
    assert accepted.reason is None
    assert (rejected.path, rejected.anchor) == (None, None)
    assert rejected.reason is not None
    assert rejected.reason.code is lt.Code.NO_ISSUER


def test_a_report_without_outcomes_is_a_frame_without_rows() -> None:
    empty = attrs.evolve(REPORT, outcomes=())
    frame = empty.to_pandas()
    assert len(frame) == 0
    assert list(frame.columns) == list(REPORT.to_pandas().columns)
