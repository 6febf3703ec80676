"""The catalogue of device classes: packaged stores with the clients that use them."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from legacytrust.clients.model import ClientModel
from legacytrust.clients.registry import client
from legacytrust.device import Device
from legacytrust.device_search import search
from legacytrust.errors import ClientError, UnknownDeviceError
from legacytrust.neighbours import neighbours
from legacytrust.paths.rules import CheckRules, SearchRules
from legacytrust.selector import select
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.devices import (
    ClientRef,
    DeviceFile,
    RootDelivery,
    check_devices,
    read_device_files,
)
from legacytrust.stores.history import RootHistory, root_histories
from legacytrust.stores.snapshot import TrustStore

if TYPE_CHECKING:
    from legacytrust.stores.index import Index

__all__ = ["Catalog", "indexed_catalog", "load_catalog"]


@attrs.frozen(eq=False)
class Catalog:
    """Stores and device classes that belong together.

    :param store_catalog: the stores.
    :param devices: the device classes, each family in the order of its releases.
    """

    store_catalog: StoreCatalog = attrs.field(repr=False)
    devices: tuple[Device, ...]

    @property
    def stores(self) -> tuple[TrustStore, ...]:
        """Every store."""
        return self.store_catalog.stores

    @property
    def version(self) -> str:
        """A digest of all store lists: two reports with the same one used the same data."""
        return self.store_catalog.version

    @cached_property
    def _by_id(self) -> Mapping[str, Device]:
        return {device.id: device for device in self.devices}

    def store(self, id: str) -> TrustStore:
        """The store with this id.

        :raises UnknownStoreError: when there is none.
        """
        return self.store_catalog.store(id)

    def device(self, id: str) -> Device:
        """The device class with this id.

        :raises UnknownDeviceError: when there is none.
        """
        try:
            return self._by_id[id]
        except KeyError:
            raise UnknownDeviceError(
                f"there is no device class {id!r}", hint=neighbours(id, self._by_id)
            ) from None

    def select(self, selector: str) -> tuple[Device, ...]:
        """The device classes that a selector names; see :mod:`legacytrust.selector`.

        :raises SelectorError: when it cannot be read or selects nothing.
        """
        return select(self.devices, selector)

    def search(self, words: str) -> tuple[Device, ...]:
        """The device classes that people call so, as "kitkat" or "windows xp"; maybe none."""
        return search(self.devices, words)

    def roots(self, which: str) -> tuple[RootHistory, ...]:
        """Since when and until when the stores have a root; see :mod:`legacytrust.stores.history`.

        :param which: a name, a part of one, or the beginning of a SHA-256 fingerprint.
        :raises UnknownRootError: when no store has such a root.
        """
        return root_histories(self.store_catalog, which)

    def with_devices(self, devices: Iterable[Device]) -> Catalog:
        """The same catalogue with further device classes after its own."""
        return attrs.evolve(self, devices=(*self.devices, *devices))


def load_catalog(folder: str | os.PathLike[str] | None = None) -> Catalog:
    """The packaged catalogue, read once, or one of the same form from a folder of yours.

    Of the packaged one, a store is read and a client is made when it is first asked for.  A folder
    is read and checked as a whole.

    :param folder: a folder of the form of ``trust_stores/``; ``None`` for the packaged one.
    :raises StoreDataError: when a file in it breaks the format, or the packaged index is damaged.
    :raises UnknownClientError: when a device class of the folder names a client that is not
        modelled.
    """
    return _packaged() if folder is None else _read(Path(folder))


@functools.cache
def _packaged() -> Catalog:
    # The one thing that is kept for the life of the process; it is immutable.
    from legacytrust.stores.packaged import packaged_index

    return indexed_catalog(packaged_index())


def indexed_catalog(index: Index) -> Catalog:
    """The catalogue that an index holds; stores and clients are made when they are asked for.

    :raises StoreDataError: when the index is damaged.
    """
    from legacytrust.stores.indexed import indexed_devices, indexed_stores

    return _catalog(indexed_stores(index), indexed_devices(index))


def _read(root: Path) -> Catalog:
    from legacytrust.stores.folder import read_stores

    stores, files = read_stores(root), read_device_files(root)
    check_devices(files, set(stores.ids))
    catalog = _catalog(stores, files)
    for file, device in zip(files, catalog.devices, strict=True):
        try:
            _ = device.client  # made here, so that one that is not modelled is found at once
        except ClientError as error:
            where = f"{file.where}, {file.id}"
            raise type(error)(error.what, where=where, hint=error.hint) from error
    return catalog


def _catalog(stores: StoreCatalog, files: Iterable[DeviceFile]) -> Catalog:
    parts = _Parts(stores)
    return Catalog(stores, tuple(_device(file, parts) for file in files))


class _Parts:
    """Makes what device classes consist of, each once, when it is asked for.

    Clients that behave alike share their rules.  Comparing two bundles of rules is then a
    comparison of identities, which is what makes grouping many device classes cheap.
    """

    def __init__(self, stores: StoreCatalog) -> None:
        self._stores = stores
        self._models: dict[tuple[str, str, str], ClientModel] = {}
        self._searches: dict[SearchRules, SearchRules] = {}
        self._checks: dict[CheckRules, CheckRules] = {}
        self._fetched: dict[str, TrustStore] = {}

    def client(self, named: ClientRef) -> ClientModel:
        key = (named.name, named.version, repr(named.options))
        model = self._models.get(key)
        if model is None:
            model = self._models.setdefault(key, self._made(named))
        return model

    def _made(self, named: ClientRef) -> ClientModel:
        model = client(named.name, named.version, **dict(named.options))
        search = self._searches.setdefault(model.search, model.search)
        checks = self._checks.setdefault(model.checks, model.checks)
        return attrs.evolve(model, search=search, checks=checks)

    def store(self, id: str, roots: RootDelivery) -> TrustStore:
        if roots is RootDelivery.INSTALLED:
            return self._stores.store(id)
        fetched = self._fetched.get(id)
        if fetched is None:
            store = self._stores.store(id)
            fetched = attrs.evolve(store, on_demand=frozenset(store.fingerprints))
            fetched = self._fetched.setdefault(id, fetched)
        return fetched


def _device(file: DeviceFile, parts: _Parts) -> Device:
    return Device(
        id=file.id,
        store=functools.partial(parts.store, file.store, file.roots),
        client=functools.partial(parts.client, file.client),
        title=file.title,
        released=file.released,
        support_ended=file.support_ended,
        examples=file.examples,
        notes=file.notes,
        share=file.share,
        clock=file.clock,
        handshake=file.handshake,
    )
