"""Assertions for the unit tests of other people.

    from legacytrust.testing import assert_accepted

    def test_old_phones_still_connect():
        assert_accepted("fullchain.pem", "android>=5.1", hostname="www.example.com", at=NEXT_YEAR)

The failure names every device class that fares otherwise, with its reason.  A verdict of *unknown*
is neither accepted nor rejected: both assertions fail on it.  A selector that selects nothing is an
error, so a test cannot pass for want of devices.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime

from legacytrust.catalog import Catalog
from legacytrust.chain import ServedChain
from legacytrust.device import Device
from legacytrust.evaluate import evaluate
from legacytrust.outcome import Verdict
from legacytrust.render.text import because, headline
from legacytrust.report import Report, Run

__all__ = ["assert_accepted", "assert_rejected"]

_WIDTH = 100


def assert_accepted(
    chain: ServedChain | str | os.PathLike[str],
    devices: str | Iterable[Device] | None = None,
    *,
    at: datetime,
    hostname: str | None = None,
    catalog: Catalog | None = None,
) -> Report:
    """Assert that all these device classes take the chain.

    :param chain: what the server sends, or the file that holds it.
    :param devices: a selector (:mod:`legacytrust.selector`) or device classes; all if not given.
    :param at: the moment; it needs a time zone.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :param catalog: the catalogue; the packaged one if not given.
    :returns: the report, for further questions.
    :raises AssertionError: naming each device class that refuses, or of which it is not known.
    :raises LegacyTrustError: when the question could not be asked.
    """
    __tracebackhide__ = True
    report = _evaluate(chain, devices, at, hostname, catalog)
    _assert_all(report, Verdict.ACCEPTED)
    return report


def assert_rejected(
    chain: ServedChain | str | os.PathLike[str],
    devices: str | Iterable[Device] | None = None,
    *,
    at: datetime,
    hostname: str | None = None,
    catalog: Catalog | None = None,
) -> Report:
    """Assert that all these device classes refuse the chain.

    The arguments, the result and the errors are those of :func:`assert_accepted`.
    """
    __tracebackhide__ = True
    report = _evaluate(chain, devices, at, hostname, catalog)
    _assert_all(report, Verdict.REJECTED)
    return report


def _evaluate(
    chain: ServedChain | str | os.PathLike[str],
    devices: str | Iterable[Device] | None,
    at: datetime,
    hostname: str | None,
    catalog: Catalog | None,
) -> Report:
    __tracebackhide__ = True
    served = chain if isinstance(chain, ServedChain) else ServedChain.from_file(chain)
    return evaluate(served, at=at, hostname=hostname, devices=devices, catalog=catalog)


def _assert_all(report: Report, wanted: Verdict) -> None:
    __tracebackhide__ = True
    others = [run for run in report.runs if run.verdict is not wanted]
    if others:
        raise AssertionError("\n".join(_failure(report, others, wanted)))


def _failure(report: Report, others: Iterable[Run], wanted: Verdict) -> Iterator[str]:
    yield f"not {wanted.value} by all: {headline(report)}"
    alike: dict[str, list[str]] = {}
    for run in others:
        ids = alike.setdefault(f"  {run.verdict.value}: {because(run.first)}", [])
        ids += [outcome.device.id for outcome in run.outcomes if outcome.device is not None]
    for told, ids in alike.items():
        yield told
        yield textwrap.fill(
            ", ".join(ids),
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
