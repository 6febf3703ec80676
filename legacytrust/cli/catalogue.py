"""``devices`` and ``stores``: what the library knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, TypeVar

import click

from legacytrust.catalog import load_catalog
from legacytrust.certificate import Certificate
from legacytrust.cli.inputs import similar
from legacytrust.cli.screen import DIM, Cell, Screen
from legacytrust.device import Device
from legacytrust.errors import SelectorError, UnknownStoreError
from legacytrust.stores.anchor import KeyAnchor, RootFacts, TrustAnchor
from legacytrust.stores.provenance import Provenance
from legacytrust.stores.snapshot import Completeness, TrustStore

__all__ = ["devices", "stores"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_SCHEMA_VERSION: Final = 1
#: How many digits of a fingerprint a table on a terminal has room for; the files have as many.
_SHORT: Final = 12
_MEANING: Final = {
    Completeness.EXACT: "read from the release itself",
    Completeness.INFERRED: "read from something near the release, and taken to be the same",
    Completeness.PARTIAL: "some roots are known to be missing from the list",
}


def _format(*names: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to show the result.",
    )


def _stores_option(command: _Command) -> _Command:
    return click.option(
        "--stores",
        "folder",
        metavar="FOLDER",
        help="A folder of your own, as 'stores import' makes it, instead of the packaged stores.",
    )(command)


# -- devices ----------------------------------------------------------------------------------


@click.command()
@click.argument("selector", required=False)
@click.option("--search", metavar="TEXT", help="Only those whose title or examples have this text.")
@_stores_option
@_format("table", "json")
def devices(selector: str | None, search: str | None, folder: str | None, form: str) -> int:
    """List the device classes, all or those of SELECTOR.

    \b
    android            a family
    android/4.*        a pattern over ids
    android<=7.0       up to a release
    'android>=4.4 and not android/7*'
    """  # noqa: D301 - click wants a real backspace
    screen, catalog = Screen(), load_catalog(folder)
    found = catalog.select(selector) if selector is not None else catalog.devices
    if search is not None:
        found = tuple(device for device in found if _mentions(device, search))
        if not found:
            raise SelectorError(
                f"no device class mentions {search!r}", hint="'legacytrust devices' lists all"
            )
    if form == "json":
        listed = [_device_data(device) for device in found]
        screen.json({"schema_version": _SCHEMA_VERSION, "data": catalog.version, "devices": listed})
        return 0
    head = ("device class", "released", "supported", "roots", "examples")
    screen.table(head, [_device_row(device) for device in found])
    screen.line()
    screen.line(f"{_number(found, 'device class', 'device classes')}, store data {catalog.version}")
    return 0


def _mentions(device: Device, text: str) -> bool:
    places = (device.id, device.title, *device.examples)
    return any(text.casefold() in place.casefold() for place in places)


def _device_row(device: Device) -> tuple[str, ...]:
    return (
        device.id,
        str(device.released or ""),
        _support(device),
        str(len(device.store)),
        ", ".join(device.examples),
    )


def _support(device: Device) -> str:
    ended = device.support_ended
    if isinstance(ended, date):
        return f"until {ended}"
    return {"supported": "yes", "ended": "no"}.get(str(ended or ""), "")


def _device_data(device: Device) -> dict[str, object]:
    return {
        "id": device.id,
        "title": device.title,
        "family": device.family,
        "version": device.version,
        "released": device.released.isoformat() if device.released else None,
        "support_ended": str(device.support_ended) if device.support_ended else None,
        "clock": device.clock.value,
        "store": {"id": device.store.id, "roots": len(device.store)},
        "client": {"name": device.client.name, "version": device.client.version},
        "examples": list(device.examples),
        "notes": list(device.notes),
        "share": [
            {"date": s.date.isoformat(), "percent": s.percent, "source": s.source}
            for s in device.share
        ],
    }


# -- stores -----------------------------------------------------------------------------------


@click.group(invoke_without_command=True)
@click.pass_context
def stores(ctx: click.Context) -> int:
    """List the trust stores, show one, compare two, or import your own."""
    return int(ctx.invoke(list_stores)) if ctx.invoked_subcommand is None else 0


@stores.command("list")
@_stores_option
@_format("table", "json")
def list_stores(folder: str | None = None, form: str = "table") -> int:
    """List all trust stores."""
    screen, catalog = Screen(), load_catalog(folder)
    if form == "json":
        listed = [_store_data(store) for store in catalog.stores]
        screen.json({"schema_version": _SCHEMA_VERSION, "data": catalog.version, "stores": listed})
        return 0
    rows = [
        (s.id, str(s.released or ""), str(len(s)), s.completeness.value, s.title)
        for s in catalog.stores
    ]
    screen.table(("store", "released", "roots", "list", "title"), rows)
    screen.line()
    screen.line(f"{_number(catalog.stores, 'store', 'stores')}, store data {catalog.version}")
    return 0


@stores.command()
@click.argument("id", metavar="STORE")
@_stores_option
@_format("table", "json", "pem")
def show(id: str, folder: str | None, form: str) -> int:
    """Show all roots of STORE, and where the list comes from."""
    screen, store = Screen(), _store(id, folder)
    if form == "json":
        roots = [_root_data(n, anchor) for n, anchor in enumerate(store.anchors, 1)]
        data = {"schema_version": _SCHEMA_VERSION, **_store_data(store), "roots_listed": roots}
        screen.json(data)
    elif form == "pem":
        _write_pem(screen, store)
    else:
        screen.facts(_store_facts(store))
        screen.line()
        rows = [_root_row(screen, n, anchor) for n, anchor in enumerate(store.anchors, 1)]
        screen.table(("#", "sha256", "valid", "key", "name"), rows)
    return 0


@stores.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@_stores_option
@_format("table", "json")
def diff(before: str, after: str, folder: str | None, form: str) -> int:
    """Show which roots store B has that store A has not, and the other way round.

    With a folder of your own, one of the two may be a packaged store.
    """
    screen = Screen()
    a, b = _store(before, folder), _store(after, folder)
    added = [anchor for anchor in b.anchors if anchor.sha256 not in a]
    removed = [anchor for anchor in a.anchors if anchor.sha256 not in b]
    if form == "json":
        data = {
            "schema_version": _SCHEMA_VERSION,
            "before": _store_data(a),
            "after": _store_data(b),
            "added": [_root_data(None, anchor) for anchor in added],
            "removed": [_root_data(None, anchor) for anchor in removed],
        }
        screen.json(data)
        return 0
    rows = [_change_row(screen, "+ added", anchor) for anchor in added]
    rows += [_change_row(screen, "- removed", anchor) for anchor in removed]
    if rows:
        screen.table(("", "sha256", "valid", "key", "name"), rows)
        screen.line()
    screen.line(_changes(a, b, len(added), len(removed)))
    return 0


def _store(id: str, folder: str | None) -> TrustStore:
    """The store with this id: of the folder, if one is given and has it, or else packaged."""
    catalog = load_catalog()
    if folder is not None:
        own = load_catalog(folder)
        catalog = own if id in {store.id for store in own.stores} else catalog
    try:
        return catalog.store(id)
    except UnknownStoreError as error:
        hint = similar(id, (store.id for store in catalog.stores), "legacytrust stores")
        raise UnknownStoreError(error.what, hint=hint) from error


def _changes(a: TrustStore, b: TrustStore, added: int, removed: int) -> str:
    text = (
        f"{a.id} ({len(a)} roots) to {b.id} ({len(b)} roots): "
        f"{added} added, {removed} removed, {len(a) - removed} in both"
    )
    reordered = not added and not removed and a.fingerprints != b.fingerprints
    return f"{text}, in another order" if reordered else text


def _store_facts(store: TrustStore) -> Iterator[tuple[str, str]]:
    yield "store", f"{store.id}, {store.title}" if store.title else store.id
    if store.released is not None:
        yield "released", store.released.isoformat()
    facts_only = sum(isinstance(a.certificate, RootFacts) for a in store.anchors)
    known = f", {facts_only} of them known by facts only" if facts_only else ""
    yield "roots", f"{len(store)}{known}"
    yield "list", f"{store.completeness.value}: {_MEANING[store.completeness]}"
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


def _root_data(position: int | None, anchor: TrustAnchor) -> dict[str, object]:
    root = anchor.certificate
    bare = isinstance(root, KeyAnchor)
    return {
        **({"position": position} if position is not None else {}),
        "sha256": root.sha256,
        "sha1": None if isinstance(root, KeyAnchor) else root.sha1,
        "name": root.label,
        "subject": str(root.subject),
        "not_before": None if bare else f"{root.not_before:%Y-%m-%dT%H:%M:%SZ}",
        "not_after": None if bare else f"{root.not_after:%Y-%m-%dT%H:%M:%SZ}",
        "key": None if isinstance(root, RootFacts) else str(root.public_key),
        "facts_only": isinstance(root, RootFacts),
    }


def _root_row(screen: Screen, position: int, anchor: TrustAnchor) -> tuple[Cell | str, ...]:
    root = anchor.certificate
    fingerprint = root.sha256[:_SHORT] if screen.is_terminal else root.sha256
    valid = f"{root.not_before:%Y-%m-%d} to {root.not_after:%Y-%m-%d}"
    if isinstance(root, KeyAnchor):
        valid = "name and key only"
    key: Cell | str = Cell("facts only", DIM)
    if not isinstance(root, RootFacts):
        key = str(root.public_key)
    return (str(position), Cell(fingerprint, DIM), valid, key, root.label)


def _change_row(screen: Screen, change: str, anchor: TrustAnchor) -> tuple[Cell | str, ...]:
    style = "dodger_blue1" if change.startswith("+") else "dark_orange3"
    return (Cell(change, style), *_root_row(screen, 0, anchor)[1:])


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


def _number(items: Iterable[object], one: str, many: str) -> str:
    count = len(tuple(items))
    return f"{count} {one if count == 1 else many}"
