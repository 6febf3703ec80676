"""``devices``: the device classes that the library knows."""

from __future__ import annotations

from datetime import date

import click

from legacytrust.catalog import Catalog, load_catalog
from legacytrust.cli.inputs import format_option
from legacytrust.cli.listing import SCHEMA_VERSION, counted, stores_option
from legacytrust.cli.screen import Screen
from legacytrust.device import Device
from legacytrust.device_search import search as search_devices
from legacytrust.errors import SelectorError

__all__ = ["devices"]


@click.command()
@click.argument("selector", required=False)
@click.option(
    "--search", metavar="WORDS", help="Only those that people call so: kitkat, xp, esp32."
)
@stores_option
@format_option("table", "json")
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
        found = search_devices(found, search)
        if not found:
            raise SelectorError(
                f"no device class mentions {search!r}", hint=_instead(catalog, search)
            )
    if form == "json":
        listed = [_device_data(device) for device in found]
        screen.json({"schema_version": SCHEMA_VERSION, "data": catalog.version, "devices": listed})
        return 0
    head = ("device class", "released", "supported", "roots", "examples")
    screen.table(head, [_device_row(device) for device in found])
    screen.line()
    screen.line(f"{counted(found, 'device class', 'device classes')}, store data {catalog.version}")
    return 0


def _instead(catalog: Catalog, words: str) -> str:
    """What there is instead: of some systems the trust store is known, and not what uses it."""
    parts, known = words.casefold().split(), {device.family for device in catalog.devices}
    found = [
        store.id
        for store in catalog.stores
        if store.family not in known
        and all(part in f"{store.id} {store.title}".casefold() for part in parts)
    ]
    if not parts or not found:
        return "'legacytrust devices' lists all"
    return f"only the trust store is known, and not what uses it: {', '.join(found)}"


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
