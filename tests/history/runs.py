"""A report on many device classes as a few lines: one for each run of them that fared alike."""

from __future__ import annotations

import itertools
from datetime import datetime

import legacytrust as lt


def told(report: lt.Report) -> list[str]:
    """One line for each run of device classes of one family and outcome."""
    runs = itertools.groupby(report, key=_outcome)
    return [_line([outcome.device.version for outcome in run], key) for key, run in runs]


def _outcome(outcome: lt.Outcome) -> tuple[str, str, str]:
    assert outcome.device is not None
    reason = outcome.reason.code.value if outcome.reason else ""
    end = outcome.anchor.certificate.label if outcome.anchor else reason
    return outcome.device.family, outcome.verdict.value, end


def _line(versions: list[str], key: tuple[str, str, str]) -> str:
    family, verdict, end = key
    span = versions[0] if len(versions) == 1 else f"{versions[0]} - {versions[-1]}"
    return f"{family} {span} {verdict}: {end}"


def check(
    chain: lt.ServedChain, at: datetime, devices: str, table: str, hostname: str | None = None
) -> None:
    report = lt.evaluate(chain, hostname=hostname, at=at, devices=devices)
    assert told(report) == [line.strip() for line in table.strip().splitlines()]
