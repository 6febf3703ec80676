"""All trust stores of a folder or an index; a certificate is read when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol

import attrs

from legacytrust.errors import UnknownStoreError
from legacytrust.neighbours import neighbours
from legacytrust.stores.library import AnchorLibrary
from legacytrust.stores.snapshot import TrustStore

__all__ = ["CatalogLibrary", "StoreCatalog"]


class CatalogLibrary(AnchorLibrary, Protocol):
    """A library that also knows what the lists call its roots."""

    @property
    def names(self) -> Mapping[str, str]:
        """What the lists call each root, by fingerprint."""


@attrs.frozen(eq=False)
class StoreCatalog:
    """All stores of one folder or one index.

    :param ids: the id of every store: family by family, each in the order of its releases.
    :param library: where their certificates are.
    :param version: a digest of all the lists, which changes when any of them does.
    :param make: gives the store with one of the ids; it is asked once for each.
    """

    ids: tuple[str, ...]
    library: CatalogLibrary = attrs.field(repr=False)
    version: str
    make: Callable[[str], TrustStore] = attrs.field(repr=False)
    _made: dict[str, TrustStore] = attrs.field(factory=dict, init=False, repr=False)

    @cached_property
    def stores(self) -> tuple[TrustStore, ...]:
        """Every store, in the order of the ids."""
        return tuple(map(self.store, self.ids))

    @property
    def names(self) -> Mapping[str, str]:
        """What the lists call each root, by fingerprint."""
        return self.library.names

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.ids)

    def store(self, id: str) -> TrustStore:
        """The store with this id, the same object every time.

        :raises UnknownStoreError: when there is none; the error names some that there are.
        """
        made = self._made.get(id)
        if made is None:
            if id not in self._known:
                raise self._unknown(id)
            made = self._made.setdefault(id, self.make(id))
        return made

    def _unknown(self, id: str) -> UnknownStoreError:
        return UnknownStoreError(f"there is no trust store {id!r}", hint=neighbours(id, self.ids))
