"""Device classes as files: which store a device has, which client uses it, and who owns one.

A device file holds the classes of one family.  What would have to be repeated in every class, a
note or the source of a figure, is written once at the top under a key, and named by that key.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from legacytrust.handshake import HandshakeLimits, TlsVersion
from legacytrust.stores.tables import Table, read_table

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = [
    "ClientRef",
    "Clock",
    "DeviceFile",
    "RootDelivery",
    "Share",
    "SupportStatus",
    "check_devices",
    "read_device_file",
    "read_device_files",
]


class Clock(StrEnum):
    """Whether a device knows what time it is."""

    REAL = "real"
    """It keeps the time, or has learnt it before anybody connects."""
    UNSET = "unset"
    """After a start it reads a moment before every certificate began, until something sets it."""
    NONE = "none"
    """There is no date on the device."""


class SupportStatus(StrEnum):
    """What is known of the end of support where no date is."""

    ENDED = "ended"
    SUPPORTED = "supported"


class RootDelivery(StrEnum):
    """How the roots of its store come onto a device."""

    INSTALLED = "installed"
    """All are there."""
    ON_DEMAND = "on-demand"
    """It fetches each from the platform's programme when a chain first needs it."""


@attrs.frozen
class ClientRef:
    """The client of a device class: a client family, a version in that family's terms, switches."""

    name: str
    version: str
    options: tuple[tuple[str, object], ...] = ()


@attrs.frozen
class Share:
    """A published figure: on *date*, *percent* of the devices counted by *source* were these."""

    date: datetime.date
    percent: float
    source: str


@attrs.frozen
class DeviceFile:
    """One device class as it is written down.

    :ivar where: the file, for messages ("devices/android.toml").
    :ivar store: the id of the snapshot that the device carries.
    :ivar roots: how the roots of that store come onto the device.
    :ivar api_levels: the Android API levels that the class covers; empty for other families.
    :ivar released: the day on which the release came out.
    :ivar support_ended: the day of the last security update, or what is known instead; ``None``
        where nothing is.
    :ivar examples: what a person recognises: the code name, well-known devices.
    :ivar notes: limits that hold for this class, as full sentences.
    :ivar share: dated figures, oldest first within a source.
    :ivar clock: whether it knows the time.
    :ivar handshake: what the class can do before a certificate is read; ``None`` if not known.
    """

    where: str
    id: str
    title: str
    store: str
    roots: RootDelivery
    client: ClientRef
    api_levels: tuple[int, ...]
    released: datetime.date
    support_ended: datetime.date | SupportStatus | None
    examples: tuple[str, ...]
    notes: tuple[str, ...]
    share: tuple[Share, ...]
    handshake: HandshakeLimits | None
    clock: Clock
    table: Table = attrs.field(repr=False, eq=False)


_NOT_KEYS = frozenset({"where", "table"})


def read_device_file(file: Traversable, where: str = "") -> tuple[DeviceFile, ...]:
    """Read the device classes of one file, in the order in which they are written.

    :param where: what to call the file in messages; its name if empty.
    :raises StoreDataError: if the file breaks the format or names one id twice.
    """
    top = read_table(file, where or file.name)
    top.only("format", "family", "notes", "sources", "handshake", "device")
    notes, sources = _texts(top, "notes"), _texts(top, "sources")
    limits = _handshakes(top)
    devices = tuple(_device(table, notes, sources, limits) for table in top.tables("device"))
    family = top.string("family")
    for device in devices:
        if not device.id.startswith(f"{family}/"):
            raise device.table.error(f"{device.id!r} is not of the family {family!r}", at="id =")
    _check_unique(devices)
    return devices


def read_device_files(root: Traversable) -> tuple[DeviceFile, ...]:
    """Read all files of ``devices/`` below *root*: by file name, then as written.

    :raises StoreDataError: if a file breaks the format or an id is there twice.
    """
    folder = root / "devices"
    files = sorted(folder.iterdir(), key=lambda f: f.name) if folder.is_dir() else []
    devices = tuple(
        device
        for file in files
        if file.name.endswith(".toml")
        for device in read_device_file(file, f"devices/{file.name}")
    )
    _check_unique(devices)
    return devices


def check_devices(devices: Iterable[DeviceFile], stores: Collection[str]) -> None:
    """Check that every device names a store that exists.

    :param stores: the ids of the snapshots.
    :raises StoreDataError: for the first device that does not.
    """
    for device in devices:
        if device.store not in stores:
            raise device.table.error(f"there is no store {device.store!r}", at="store =")


def _check_unique(devices: Iterable[DeviceFile]) -> None:
    seen: set[str] = set()
    for device in devices:
        if device.id in seen:
            raise device.table.error(f"the id {device.id!r} is taken", at="id =")
        seen.add(device.id)


def _texts(top: Table, key: str) -> Mapping[str, str]:
    if key not in top.values:
        return {}
    table = top.table(key)
    return {name: table.string(name) for name in table.values}


def _handshakes(top: Table) -> Mapping[str, HandshakeLimits]:
    """The limits that device classes name by their key."""
    if "handshake" not in top.values:
        return {}
    named = top.table("handshake")
    return {name: _limits(named.table(name)) for name in named.values}


def _limits(table: Table) -> HandshakeLimits:
    table.only("tls_versions", "unsure", "sni", "ecdsa", "source")
    return HandshakeLimits(
        tls_versions=_protocols(table, "tls_versions"),
        unsure=_protocols(table, "unsure"),
        sni=table.boolean("sni") if "sni" in table.values else None,
        ecdsa=table.boolean("ecdsa") if "ecdsa" in table.values else None,
        source=table.string("source"),
    )


def _protocols(table: Table, key: str) -> tuple[TlsVersion, ...]:
    try:
        return tuple(map(TlsVersion, table.strings(key)))
    except ValueError as error:
        raise table.error(str(error), at=key, hint=f"one of: {', '.join(TlsVersion)}") from None


def _device(
    table: Table,
    notes: Mapping[str, str],
    sources: Mapping[str, str],
    limits: Mapping[str, HandshakeLimits],
) -> DeviceFile:
    table.only(*(field.name for field in attrs.fields(DeviceFile) if field.name not in _NOT_KEYS))
    return DeviceFile(
        where=table.where,
        id=table.string("id"),
        title=table.string("title"),
        store=table.string("store"),
        roots=_delivery(table),
        client=_client(table.table("client")),
        api_levels=table.integers("api_levels") if "api_levels" in table.values else (),
        released=table.date("released"),
        support_ended=_support_ended(table),
        examples=table.strings("examples"),
        notes=tuple(_text(table, key, notes) for key in table.strings("notes")),
        share=tuple(_share(row, sources) for row in table.tables("share")),
        handshake=_named(table, limits),
        clock=table.choice("clock", Clock) if "clock" in table.values else Clock.REAL,
        table=table,
    )


def _delivery(table: Table) -> RootDelivery:
    return (
        table.choice("roots", RootDelivery) if "roots" in table.values else RootDelivery.INSTALLED
    )


def _client(table: Table) -> ClientRef:
    table.only("name", "version", "options")
    options = table.table("options").values if "options" in table.values else {}
    return ClientRef(table.string("name"), table.string("version"), tuple(options.items()))


def _named(table: Table, limits: Mapping[str, HandshakeLimits]) -> HandshakeLimits | None:
    if "handshake" not in table.values:
        return None
    key = table.string("handshake")
    if key not in limits:
        known = ", ".join(limits) or "none"
        raise table.error(
            f"the handshake {key!r} is not defined at the top", at=key, hint=f"known: {known}"
        )
    return limits[key]


def _support_ended(table: Table) -> datetime.date | SupportStatus | None:
    if "support_ended" not in table.values:
        return None
    if isinstance(table.values.get("support_ended"), str):
        return table.choice("support_ended", SupportStatus)
    return table.date("support_ended")


def _share(table: Table, sources: Mapping[str, str]) -> Share:
    table.only("date", "percent", "source")
    source = _text(table, table.string("source"), sources)
    return Share(table.date("date"), table.number("percent"), source)


def _text(table: Table, key: str, texts: Mapping[str, str]) -> str:
    if key not in texts:
        hint = f"known: {', '.join(texts) or 'none'}"
        raise table.error(f"the text {key!r} is not defined at the top", at=key, hint=hint)
    return texts[key]
