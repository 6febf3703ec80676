"""The outcomes of one chain over many device classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from legacytrust.chain import ServedChain
from legacytrust.errors import UnknownDeviceError
from legacytrust.neighbours import neighbours
from legacytrust.outcome import Outcome, Verdict
from legacytrust.paths.findings import Code

if TYPE_CHECKING:
    import pandas as pd

    from legacytrust.reference import ReferenceOutcome

__all__ = ["Report", "Run"]


@attrs.frozen
class Run:
    """Device classes of one family that follow each other and fare alike.

    :param outcomes: their outcomes, in the order of the family's releases.
    """

    outcomes: tuple[Outcome, ...]

    @property
    def first(self) -> Outcome:
        """The outcome of the oldest release."""
        return self.outcomes[0]

    @property
    def verdict(self) -> Verdict:
        """What they have in common."""
        return self.first.verdict

    @property
    def title(self) -> str:
        """``android 2.3 - 5.0``; the client where there is no device class."""
        devices = [outcome.device for outcome in self.outcomes if outcome.device is not None]
        if not devices:
            return self.first.client.id
        ends = dict.fromkeys((devices[0].version, devices[-1].version))
        return f"{devices[0].family} {' - '.join(ends)}"


@attrs.frozen
class Report:
    """What every device class does with one chain.

    :param chain: what was served.
    :param at: the moment, UTC.
    :param hostname: the name that was connected to; ``None`` if it was left out.
    :param outcomes: one for each device class, in the order of the catalogue.
    :param reference: the verdict of the independent RFC 5280 validator, if it was asked for.
    :param data_version: the digest of the store data.
    """

    chain: ServedChain
    at: datetime
    hostname: str | None
    outcomes: tuple[Outcome, ...] = attrs.field(repr=False)
    reference: ReferenceOutcome | None = None
    data_version: str = ""

    def _with(self, verdict: Verdict) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.verdict is verdict)

    @property
    def accepted(self) -> tuple[Outcome, ...]:
        """The outcomes of the device classes that take the chain."""
        return self._with(Verdict.ACCEPTED)

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        """The outcomes of the device classes that refuse it."""
        return self._with(Verdict.REJECTED)

    @property
    def unknown(self) -> tuple[Outcome, ...]:
        """The outcomes that hang on something nobody knows."""
        return self._with(Verdict.UNKNOWN)

    @cached_property
    def _by_id(self) -> Mapping[str, Outcome]:
        return {outcome.device.id: outcome for outcome in self.outcomes if outcome.device}

    def __getitem__(self, device_id: str) -> Outcome:
        """The outcome of one device class.

        :raises UnknownDeviceError: when the report has none of this id.
        """
        try:
            return self._by_id[device_id]
        except KeyError:
            raise UnknownDeviceError(
                f"the report has no device class {device_id!r}",
                hint=neighbours(device_id, self._by_id),
            ) from None

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Neighbouring releases that fare alike and for the same reason, put together."""
        runs: list[list[Outcome]] = []
        for outcome in self.outcomes:
            if runs and _alike(runs[-1][-1], outcome):
                runs[-1].append(outcome)
            else:
                runs.append([outcome])
        return tuple(Run(tuple(run)) for run in runs)

    def summary(self) -> str:
        """The report in a few lines of plain text, one for each run of releases."""
        from legacytrust.render.text import summary

        return summary(self)

    def to_dict(self) -> dict[str, object]:
        """The report as plain data: see ``legacytrust/schemas/report.schema.json``.

        Times are ISO 8601 in UTC; the order is that of the catalogue.
        """
        from legacytrust.render.data import report_to_dict

        return report_to_dict(self)

    def to_markdown(self) -> str:
        """The summary as a Markdown table."""
        from legacytrust.render.text import markdown

        return markdown(self)

    def to_pandas(self) -> pd.DataFrame:
        """One tidy row for each outcome (extra ``[frames]``).

        :raises MissingExtraError: when pandas is not installed.
        """
        from legacytrust.render.frames import to_pandas

        return to_pandas(self)

    def _repr_html_(self) -> str:
        from legacytrust.render.html import report_to_html

        return report_to_html(self)


def _alike(a: Outcome, b: Outcome) -> bool:
    if a.device is None or b.device is None or a.device.family != b.device.family:
        return False
    return (a.verdict, _key(a)) == (b.verdict, _key(b))


def _key(outcome: Outcome) -> tuple[Code | str, ...]:
    """What a person would call the same reason; of an accepted chain, the same root.

    A root that was issued anew with the same key is the same root.  A device on whose clock no one
    can rely fares otherwise than one that knows the time.
    """
    if outcome.verdict is Verdict.ACCEPTED:
        root = outcome.anchor.certificate.spki_sha256 if outcome.anchor else ""
        return (root, *(note.code for note in outcome.notes))
    reason = outcome.reason
    if reason is None:
        return ()
    return (reason.code, reason.certificate.sha256 if reason.certificate else "")
