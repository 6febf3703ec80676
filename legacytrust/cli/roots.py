"""``roots``: one root in all stores, for people who make certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import click

from legacytrust.catalog import load_catalog
from legacytrust.cli.inputs import format_option
from legacytrust.cli.listing import SCHEMA_VERSION, key_of, stores_option, validity
from legacytrust.cli.screen import Cell, Screen
from legacytrust.stores.constraints import spoken
from legacytrust.stores.history import Interval, LineHistory, RootHistory

__all__ = ["roots"]


@click.group()
def roots() -> None:
    """Show since when, and until when, devices have a root."""


@roots.command()
@click.argument("which", metavar="ROOT")
@stores_option
@format_option("table", "json")
def show(which: str, folder: str | None, form: str) -> int:
    """Show in which releases of which family ROOT is.

    ROOT is a name, a part of one, or the beginning of a SHA-256 fingerprint. All roots of the same
    name are shown. Where a family has several lines that are looked after side by side, each is
    shown by itself.
    """
    screen, catalog = Screen(), load_catalog(folder)
    found = catalog.roots(which)
    if form == "json":
        listed = [history.to_dict() for history in found]
        screen.json({"schema_version": SCHEMA_VERSION, "data": catalog.version, "roots": listed})
        return 0
    for number, history in enumerate(found):
        if number:
            screen.line()
        _show(screen, history)
    return 0


def _show(screen: Screen, history: RootHistory) -> None:
    root = history.root
    key = key_of(root)
    screen.facts([
        ("root", history.name),
        ("sha256", root.sha256),
        ("subject", str(root.subject)),
        ("valid", validity(root)),
        ("key", key.text if isinstance(key, Cell) else key),
    ])  # fmt: skip
    screen.line()
    rows = [row for lines in _by_family(history.lines) for row in _family_rows(lines)]
    if rows:
        screen.table(("family", "first release", "last release", ""), rows)
        screen.line()
    never = [line for line in history.lines if line.releases and not line.intervals]
    if never:
        screen.line(f"in no release of: {_listed(never)}")
    silent = [line for line in history.lines if not line.releases]
    if silent:
        screen.line(f"known in part, and not whether they have it: {_listed(silent)}")


def _by_family(lines: Iterable[LineHistory]) -> Iterator[list[LineHistory]]:
    for _, members in groupby(lines, key=lambda line: line.family):
        yield list(members)


def _listed(lines: Iterable[LineHistory]) -> str:
    """Families, each with its lines: ``maemo; nodejs 0.10, 0.12``."""
    families = (
        ", ".join([members[0].name, *(line.line for line in members[1:])])
        for members in _by_family(lines)
    )
    return "; ".join(families)


def _family_rows(lines: Sequence[LineHistory]) -> Iterator[Sequence[str]]:
    """A row for each interval; lines that hold it throughout share one."""
    whole = [line for line in lines if line.line and _is_whole(line)]
    if len(whole) > 1:
        intervals = [line.intervals[0] for line in whole]
        first = min(intervals, key=lambda interval: str(interval.since))
        last = max(intervals, key=lambda interval: str(interval.until))
        names = ", ".join(line.line for line in whole)
        yield _row(lines[0].family, first, last, f"in all known releases of {names}")
        lines = [line for line in lines if line not in whole]
    for line in lines:
        for number, interval in enumerate(line.intervals):
            remarks = "; ".join(_remarks(interval))
            yield _row("" if number else line.name, interval, interval, remarks)


def _is_whole(line: LineHistory) -> bool:
    return any(i.from_start and i.to_end and not i.limits for i in line.intervals)


def _row(name: str, first: Interval, last: Interval, remarks: str) -> Sequence[str]:
    since = _release(first.first, str(first.since or ""))
    until = _release(last.last, str(last.until or ""))
    return (name, since, until, remarks)


def _release(id: str, released: str) -> str:
    return f"{id.partition('/')[2]} {released}".strip()


def _remarks(interval: Interval) -> Iterator[str]:
    if interval.from_start and interval.to_end:
        yield "in all known releases"
    elif interval.from_start:
        yield "from the oldest known release on"
    elif interval.to_end:
        yield "to the newest known release"
    if interval.limits:
        since = (interval.limited_since or "").partition("/")[2]
        yield f"since {since}: {spoken(interval.limits)}"
