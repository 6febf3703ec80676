"""Reports as data frames, one tidy row for each outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from legacytrust.errors import MissingExtraError
from legacytrust.outcome import Outcome
from legacytrust.render.text import because

if TYPE_CHECKING:
    import pandas as pd

    from legacytrust.report import Report

__all__ = ["COLUMNS", "rows", "to_pandas"]

#: Every column, in order, and what stands in it.
COLUMNS: Final[Mapping[str, Callable[[Outcome], Any]]] = MappingProxyType(
    {
        "device": lambda o: o.device.id if o.device else None,
        "family": lambda o: o.device.family if o.device else None,
        "release": lambda o: o.device.version if o.device else None,
        "title": lambda o: o.device.title if o.device else None,
        "released": lambda o: o.device.released if o.device else None,
        "clock": lambda o: o.device.clock.value if o.device else None,
        "client": lambda o: o.client.id,
        "store": lambda o: o.store.id,
        "verdict": lambda o: o.verdict.value,
        "reason": lambda o: o.reason.code.value if o.reason else None,
        "because": because,
        "anchor": lambda o: o.anchor.label if o.anchor else None,
        "anchor_sha256": lambda o: o.anchor.sha256 if o.anchor else None,
        "path": lambda o: str(o.path) if o.path else None,
        "attempts": lambda o: len(o.attempts),
        "evidence": lambda o: o.evidence.label,
        "fails_cold": lambda o: o.fails_cold,
        "leaf_sha256": lambda o: o.chain.leaf.sha256,
        "hostname": lambda o: o.hostname,
        "at": lambda o: o.at,
    }
)


def rows(report: Report) -> list[dict[str, Any]]:
    """The outcomes as flat records, in the order of the report."""
    data = {"data_version": report.data_version}
    return [{name: read(o) for name, read in COLUMNS.items()} | data for o in report.outcomes]


def to_pandas(report: Report) -> pd.DataFrame:
    """The rows as a pandas data frame; one of no rows has all the columns too.

    :raises MissingExtraError: when pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError(
            extra="frames", package="pandas", purpose="Report.to_pandas()"
        ) from error
    frame = pd.DataFrame.from_records(rows(report), columns=[*COLUMNS, "data_version"])
    frame["released"] = pd.to_datetime(frame["released"])
    return frame
