"""Reports as data frames, one tidy row for each outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from legacytrust.errors import MissingExtraError
from legacytrust.outcome import Outcome
from legacytrust.render.text import because

if TYPE_CHECKING:
    import pandas as pd

    from legacytrust.report import Report

__all__ = ["rows", "to_pandas"]


def rows(report: Report) -> list[dict[str, Any]]:
    """The outcomes as flat records, in the order of the report."""
    return [_row(report, outcome) for outcome in report.outcomes]


def _row(report: Report, outcome: Outcome) -> dict[str, Any]:
    device, reason, anchor = outcome.device, outcome.reason, outcome.anchor
    return {
        "device": device.id if device else None,
        "family": device.family if device else None,
        "release": device.version if device else None,
        "title": device.title if device else None,
        "released": device.released if device else None,
        "client": outcome.client.id,
        "store": outcome.store.id,
        "verdict": outcome.verdict.value,
        "reason": reason.code.value if reason else None,
        "because": because(outcome),
        "anchor": anchor.label if anchor else None,
        "anchor_sha256": anchor.sha256 if anchor else None,
        "path": str(outcome.path) if outcome.path else None,
        "attempts": len(outcome.attempts),
        "evidence": outcome.evidence.label,
        "leaf_sha256": report.chain.leaf.sha256,
        "hostname": outcome.hostname,
        "at": outcome.at,
        "data_version": report.data_version,
    }


def to_pandas(report: Report) -> pd.DataFrame:
    """The rows as a pandas data frame.

    :raises MissingExtraError: when pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError(
            extra="frames", package="pandas", purpose="Report.to_pandas()"
        ) from error
    frame = pd.DataFrame.from_records(rows(report))
    frame["released"] = pd.to_datetime(frame["released"])
    return frame
