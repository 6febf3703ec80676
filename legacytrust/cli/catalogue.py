"""``stores``: the trust stores that the library knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Final

import click

from legacytrust.catalog import Catalog, load_catalog
from legacytrust.certificate import Certificate
from legacytrust.cli.inputs import format_option, similar
from legacytrust.cli.listing import (
    SCHEMA_VERSION,
    counted,
    fingerprint_cell,
    root_data,
    root_row,
    stores_option,
)
from legacytrust.cli.screen import DIM, Cell, Screen
from legacytrust.errors import UnknownStoreError
from legacytrust.stores.anchor import RootFacts, TrustAnchor
from legacytrust.stores.constraints import limits_servers, spoken
from legacytrust.stores.difference import LimitChange, StoreDifference, diff_stores
from legacytrust.stores.provenance import Provenance
from legacytrust.stores.snapshot import Completeness, TrustStore

__all__ = ["stores"]

#: More stores than these are listed by family, if nobody says otherwise.
_MANY: Final = 50
_MEANING: Final = {
    Completeness.EXACT: "read from the release itself",
    Completeness.INFERRED: "read from something near the release, and taken to be the same",
    Completeness.PARTIAL: "some roots are known to be missing from the list",
}


@click.group(invoke_without_command=True)
@click.pass_context
def stores(ctx: click.Context) -> int:
    """List the trust stores, show one, compare two, or import your own."""
    return int(ctx.invoke(list_stores)) if ctx.invoked_subcommand is None else 0


@stores.command("list")
@click.argument("wanted", metavar="[FAMILY|PATTERN]", required=False)
@click.option("--all", "in_full", is_flag=True, help="Every store, not only the families.")
@stores_option
@format_option("table", "json")
def list_stores(
    wanted: str | None = None,
    folder: str | None = None,
    form: str = "table",
    *,
    in_full: bool = False,
) -> int:
    """List the families of trust stores, or the stores of one.

    \b
    android            a family
    android/4.*        a pattern over ids
    """  # noqa: D301 - click wants a real backspace
    screen, catalog = Screen(), load_catalog(folder)
    found = _chosen(catalog, wanted)
    if form == "json":
        listed = [_store_data(store) for store in found]
        screen.json({"schema_version": SCHEMA_VERSION, "data": catalog.version, "stores": listed})
        return 0
    by_family = wanted is None and not in_full and len(found) > _MANY
    if by_family:
        _list_families(screen, found)
    else:
        head = ("store", "released", "roots", "list", "title")
        screen.table(head, [_store_row(store) for store in found])
    screen.line()
    screen.line(f"{counted(found, 'store', 'stores')}, store data {catalog.version}")
    if by_family:
        screen.line("'legacytrust stores list FAMILY' lists the stores of a family")
    return 0


def _chosen(catalog: Catalog, wanted: str | None) -> tuple[TrustStore, ...]:
    if wanted is None:
        return catalog.stores
    pattern = wanted if "/" in wanted else f"{wanted}/*"
    found = [id for id in catalog.store_catalog.ids if fnmatchcase(id, pattern)]
    if not found:
        families = dict.fromkeys(id.partition("/")[0] for id in catalog.store_catalog.ids)
        hint = f"families: {', '.join(families)}"
        raise UnknownStoreError(f"there are no trust stores {wanted!r}", hint=hint)
    return tuple(map(catalog.store, found))


def _list_families(screen: Screen, found: Sequence[TrustStore]) -> None:
    rows = []
    for family, members in groupby(found, key=lambda store: store.family):
        held = list(members)
        dates = [store.released for store in held if store.released is not None]
        span = _span(str(min(dates)), str(max(dates))) if dates else ""
        rows.append((family, str(len(held)), span, _span(held[0].version, held[-1].version)))
    screen.table(("family", "stores", "released", "releases"), rows)


def _span(first: str, last: str) -> str:
    return " to ".join(dict.fromkeys((first, last)))


def _store_row(store: TrustStore) -> tuple[str, ...]:
    released = str(store.released or "")
    return (store.id, released, str(len(store)), store.completeness.value, store.title)


@stores.command()
@click.argument("id", metavar="STORE")
@stores_option
@format_option("table", "json", "pem")
def show(id: str, folder: str | None, form: str) -> int:
    """Show all roots of STORE, and where the list comes from."""
    screen, store = Screen(), _store(id, folder)
    if form == "json":
        roots = [root_data(n, anchor) for n, anchor in enumerate(store.anchors, 1)]
        data = {"schema_version": SCHEMA_VERSION, **_store_data(store), "roots_listed": roots}
        screen.json(data)
    elif form == "pem":
        _write_pem(screen, store)
    else:
        screen.facts(_store_facts(store))
        screen.line()
        _list_roots(screen, store)
    return 0


def _list_roots(screen: Screen, store: TrustStore) -> None:
    head: tuple[str, ...] = ("#", "sha256", "valid", "key", "name")
    rows = [root_row(screen, n, anchor) for n, anchor in enumerate(store.anchors, 1)]
    if any(limits_servers(anchor.constraints) for anchor in store.anchors):
        head = (*head, "limits")
        limits = map(_limits_cell, store.anchors)
        rows = [(*row, cell) for row, cell in zip(rows, limits, strict=True)]
    screen.table(head, rows)


def _limits_cell(anchor: TrustAnchor) -> str:
    """The limits, if they concern servers."""
    return spoken(anchor.constraints) if limits_servers(anchor.constraints) else ""


@stores.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@stores_option
@format_option("table", "json")
def diff(before: str, after: str, folder: str | None, form: str) -> int:
    """Show what changed from store A to store B: roots, and the limits of the trust in them.

    With a folder of your own, one of the two may be a packaged store.
    """
    screen = Screen()
    a, b = _store(before, folder), _store(after, folder)
    found = diff_stores(a, b)
    if form == "json":
        data = {
            **found.to_dict(),
            "before": _store_data(a),
            "after": _store_data(b),
            "added": [root_data(None, anchor) for anchor in found.added],
            "removed": [root_data(None, anchor) for anchor in found.removed],
            "perhaps_added": [root_data(None, anchor) for anchor in found.perhaps_added],
            "perhaps_removed": [root_data(None, anchor) for anchor in found.perhaps_removed],
        }
        screen.json(data)
        return 0
    rows = [_change_row(screen, "+ added", anchor) for anchor in found.added]
    rows += [_change_row(screen, "- removed", anchor) for anchor in found.removed]
    rows += [_change_row(screen, "? perhaps added", anchor) for anchor in found.perhaps_added]
    rows += [_change_row(screen, "? perhaps removed", anchor) for anchor in found.perhaps_removed]
    if rows:
        screen.table(("", "sha256", "valid", "key", "name"), rows)
        screen.line()
    if found.limited:
        head = ("", "sha256", "name", "limits before", "limits after")
        screen.table(head, [_limit_row(screen, change) for change in found.limited])
        screen.line()
    screen.line(_changes(a, b, found))
    return 0


def _store(id: str, folder: str | None) -> TrustStore:
    """The store with this id: of the folder, if one is given and has it, or else packaged."""
    catalog = load_catalog()
    if folder is not None:
        own = load_catalog(folder)
        catalog = own if id in own.store_catalog.ids else catalog
    try:
        return catalog.store(id)
    except UnknownStoreError as error:
        hint = similar(id, catalog.store_catalog.ids, "legacytrust stores list --all")
        raise UnknownStoreError(error.what, hint=hint) from error


def _changes(a: TrustStore, b: TrustStore, found: StoreDifference) -> str:
    text = (
        f"{a.id} ({len(a)} roots) to {b.id} ({len(b)} roots): "
        f"{len(found.added)} added, {len(found.removed)} removed, {found.kept} in both"
    )
    if found.limited:
        text = f"{text}, {len(found.limited)} of these within other limits"
    if found.reordered:
        text = f"{text}, in another order"
    silent = len(found.perhaps_added) + len(found.perhaps_removed)
    return f"{text}; of {silent} roots a partial list does not tell" if silent else text


def _store_facts(store: TrustStore) -> Iterator[tuple[str, str]]:
    yield "store", f"{store.id}, {store.title}" if store.title else store.id
    if store.released is not None:
        yield "released", store.released.isoformat()
    facts_only = sum(isinstance(a.certificate, RootFacts) for a in store.anchors)
    known = f", {facts_only} of them known by facts only" if facts_only else ""
    yield "roots", f"{len(store)}{known}"
    yield "list", f"{store.completeness.value}: {_MEANING[store.completeness]}"
    if store.absent:
        yield "", f"{counted(store.absent, 'root is', 'roots are')} known not to be in it"
    if store.provenance is not None:
        yield from _provenance_facts(store.provenance)
    if store.note:
        yield "note", store.note


def _provenance_facts(source: Provenance) -> Iterator[tuple[str, str]]:
    yield "source", f"{source.source}, {source.path}"
    yield "", f"{source.state}, {source.read}"
    if source.stands_for:
        yield "", source.stands_for
    for index, text in enumerate(source.cross_checks):
        yield "" if index else "checked", text


def _store_data(store: TrustStore) -> dict[str, object]:
    source = store.provenance
    return {
        "id": store.id,
        "title": store.title,
        "released": store.released.isoformat() if store.released else None,
        "roots": len(store),
        "completeness": store.completeness.value,
        "note": store.note,
        "provenance": None
        if source is None
        else {
            "kind": source.kind.value,
            "repository": source.repository,
            "ref": source.ref,
            "path": source.path,
            "commit": source.commit,
            "registry": source.registry,
            "package": source.package,
            "version": source.version,
            "sha256": source.sha256,
            "read": source.read.isoformat(),
            "stands_for": source.stands_for,
            "cross_checks": list(source.cross_checks),
        },
    }


def _change_row(screen: Screen, change: str, anchor: TrustAnchor) -> tuple[Cell | str, ...]:
    style = {"+": "dodger_blue1", "-": "dark_orange3"}.get(change[0], DIM)
    return (Cell(change, style), *root_row(screen, 0, anchor)[1:])


def _limit_row(screen: Screen, change: LimitChange) -> tuple[Cell | str, ...]:
    limits = [spoken(sets) or "none" for sets in (change.before, change.after)]
    fingerprint = fingerprint_cell(screen, change.anchor.sha256)
    return (Cell("~ limits", DIM), fingerprint, change.anchor.label, *limits)


def _write_pem(screen: Screen, store: TrustStore) -> None:
    """A bundle as other programs read it: a comment and a block for each root."""
    missing, blocks = 0, []
    for number, anchor in enumerate(store.anchors, 1):
        if not isinstance(anchor.certificate, Certificate):
            missing += 1
            continue
        blocks += [f"# {number} {anchor.label}", *anchor.certificate.to_pem().splitlines()]
    screen.raw(blocks)
    if missing:
        screen.note(f"left out: {missing} of {len(store)} roots, known by facts only")
