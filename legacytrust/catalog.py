"""The catalogue of device classes: packaged stores with the clients that use them."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path

import attrs

from legacytrust.clients.model import ClientModel
from legacytrust.clients.registry import client
from legacytrust.device import Device
from legacytrust.errors import UnknownDeviceError
from legacytrust.paths.rules import CheckRules, SearchRules
from legacytrust.selector import select
from legacytrust.stores.catalog import StoreCatalog, packaged_root, read_stores
from legacytrust.stores.devices import (
    DeviceFile,
    RootDelivery,
    check_devices,
    read_device_files,
)
from legacytrust.stores.snapshot import TrustStore

__all__ = ["Catalog", "load_catalog"]


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
            known = ", ".join(d.id for d in self.devices)
            raise UnknownDeviceError(
                f"there is no device class {id!r}", hint=f"known: {known}"
            ) from None

    def select(self, selector: str) -> tuple[Device, ...]:
        """The device classes that a selector names; see :mod:`legacytrust.selector`.

        :raises SelectorError: when it cannot be read or selects nothing.
        """
        return select(self.devices, selector)

    def with_devices(self, devices: Iterable[Device]) -> Catalog:
        """The same catalogue with further device classes after its own."""
        return attrs.evolve(self, devices=(*self.devices, *devices))


def load_catalog(folder: str | os.PathLike[str] | None = None) -> Catalog:
    """The packaged catalogue, read once, or one of the same form from a folder of yours.

    :param folder: a folder of the form of ``trust_stores/``; ``None`` for the packaged one.
    :raises StoreDataError: when a file in it breaks the format.
    :raises UnknownClientError: when a device class names a client that is not modelled.
    """
    return _packaged() if folder is None else _read(Path(folder))


@functools.cache
def _packaged() -> Catalog:
    # The one thing that is kept for the life of the process; it is immutable.
    return _read(packaged_root())


def _read(root: Traversable) -> Catalog:
    stores = read_stores(root)
    files = read_device_files(root)
    check_devices(files, {store.id for store in stores.stores})
    return Catalog(stores, tuple(map(_Maker(stores).device, files)))


class _Maker:
    """Makes device classes, and lets those that are alike share their rules and their stores.

    Comparing two bundles of rules is then a comparison of identities, which is what makes
    grouping many device classes cheap.
    """

    def __init__(self, stores: StoreCatalog) -> None:
        self._stores = stores
        self._searches: dict[SearchRules, SearchRules] = {}
        self._checks: dict[CheckRules, CheckRules] = {}
        self._fetched: dict[str, TrustStore] = {}

    def device(self, file: DeviceFile) -> Device:
        model = client(file.client.name, file.client.version, **dict(file.client.options))
        search = self._searches.setdefault(model.search, model.search)
        checks = self._checks.setdefault(model.checks, model.checks)
        shared = attrs.evolve(model, search=search, checks=checks)
        return _device(file, self._store(file), shared)

    def _store(self, file: DeviceFile) -> TrustStore:
        store = self._stores.store(file.store)
        if file.roots is RootDelivery.INSTALLED:
            return store
        fetched = attrs.evolve(store, on_demand=frozenset(store.fingerprints))
        return self._fetched.setdefault(store.id, fetched)


def _device(file: DeviceFile, store: TrustStore, model: ClientModel) -> Device:
    return Device(
        id=file.id,
        store=store,
        client=model,
        title=file.title,
        released=file.released,
        support_ended=file.support_ended,
        examples=file.examples,
        notes=file.notes,
        share=file.share,
        clock=file.clock,
        handshake=file.handshake,
    )
