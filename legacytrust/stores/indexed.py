"""Stores, device classes and intermediates as an index gives them, read no earlier than needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, cast

from legacytrust.certificate import Certificate
from legacytrust.handshake import HandshakeLimits
from legacytrust.names import Name
from legacytrust.stores.anchor import (
    AnchorCertificate,
    Constraints,
    KeyAnchor,
    RootFacts,
    TrustAnchor,
)
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.devices import (
    ClientRef,
    Clock,
    DeviceFile,
    RootDelivery,
    Share,
    SupportStatus,
)
from legacytrust.stores.index import Index
from legacytrust.stores.library import index_of
from legacytrust.stores.poolfile import AddressBasis, Elsewhere
from legacytrust.stores.provenance import Completeness, Provenance, ProvenanceKind, Registry
from legacytrust.stores.snapshot import TrustStore
from legacytrust.stores.tables import Table

__all__ = ["IndexLibrary", "IndexedPool", "indexed_devices", "indexed_elsewhere", "indexed_stores"]


class IndexLibrary:
    """The roots of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._loaded: dict[str, TrustAnchor] = {}
        self._named: dict[str, Name] = {}

    def anchor(self, sha256: str) -> TrustAnchor:
        """The anchor with this fingerprint, read the first time.

        :raises StoreDataError: when the index is damaged there.
        """
        anchor = self._loaded.get(sha256)
        if anchor is None:
            anchor = self._loaded.setdefault(sha256, TrustAnchor(self._load(sha256)))
        return anchor

    def name_of(self, sha256: str) -> Name:
        """The subject of the anchor with this fingerprint."""
        name = self._named.get(sha256)
        if name is None:
            name = self._named.setdefault(sha256, self._name(sha256))
        return name

    def named(self, canonical: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors whose subject has this canonical form."""
        return self._by_name.get(canonical, ())

    def keyed(self, key_id: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors with this subject key identifier."""
        return self._by_key_id.get(key_id, ())

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """All roots, by number."""
        return tuple(self._index.rows("fingerprints")[0])

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each root."""
        return {sha256: number for number, sha256 in enumerate(self.fingerprints)}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the lists call each root."""
        return dict(zip(self.fingerprints, self._index.rows("names")[0], strict=True))

    def _load(self, sha256: str) -> AnchorCertificate:
        what = json.loads(self._what[self.numbers[sha256]])
        if isinstance(what, list):
            return self._index.certificate(sha256, *what)
        if "key" in what:
            spki = _octets(what["key"])
            subject = self._name(sha256).der
            return KeyAnchor.from_der(subject, spki, name=what["name"], is_ca=what["is_ca"])
        return self._facts(sha256, what)

    def _facts(self, sha256: str, what: Mapping[str, Any]) -> RootFacts:
        key_id = _octets(self._key_ids[self.numbers[sha256]])
        moments = {key: datetime.fromisoformat(what[key]) for key in ("not_before", "not_after")}
        names = {"subject": self._name(sha256), "issuer": Name(_octets(what["issuer"]))}
        return RootFacts(**{**what, **moments, **names, "subject_key_id": key_id or None})

    def _name(self, sha256: str) -> Name:
        return Name(_octets(json.loads(self._subjects[self.numbers[sha256]])))

    @cached_property
    def _what(self) -> tuple[bytes, ...]:
        return self._index.section("roots")

    @cached_property
    def _subjects(self) -> tuple[bytes, ...]:
        return self._index.section("subjects")

    @cached_property
    def _key_ids(self) -> list[str]:
        return list(self._index.rows("key_ids")[0])

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[str, ...]]:
        return self._by(self._index.rows("canonical")[0])

    @cached_property
    def _by_key_id(self) -> Mapping[bytes, tuple[str, ...]]:
        return self._by(self._key_ids)

    def _by(self, keys: list[str]) -> Mapping[bytes, tuple[str, ...]]:
        return index_of(zip(map(_octets, keys), self.fingerprints, strict=True))


def _octets(text: str) -> bytes:
    """The octets that were written as the characters of the same numbers."""
    return text.encode("latin-1")


def indexed_stores(index: Index) -> StoreCatalog:
    """The stores of an index; each is made when it is first asked for.

    :raises StoreDataError: when the index is damaged.
    """
    maker = _StoreMaker(index, IndexLibrary(index))
    return StoreCatalog(maker.ids, maker.library, index.head("data"), maker.store)


class _StoreMaker:
    """Makes stores from what the index says of them."""

    def __init__(self, index: Index, library: IndexLibrary) -> None:
        self._index = index
        self.library: Final = library
        self.ids: Final[tuple[str, ...]] = tuple(index.rows("ids")[0])
        self._fingerprints: dict[int, tuple[str, ...]] = {}
        self._constraints: dict[int, tuple[tuple[str, tuple[Constraints, ...]], ...]] = {}
        self._sets: dict[int, tuple[Constraints, ...]] = {}

    def store(self, id: str) -> TrustStore:
        row = json.loads(self._stores[self._numbers[id]])
        title, released, completeness, note, source, members, limits, *more = row
        absent, disallowed, on_demand = more
        return TrustStore(
            id=id,
            fingerprints=self._members(members),
            library=self.library,
            title=title,
            released=None if released is None else date.fromisoformat(released),
            completeness=Completeness(completeness),
            provenance=None if source is None else self._source(source),
            note=note,
            constraints=self._limits_of(limits),
            absent=frozenset(map(self.library.fingerprints.__getitem__, absent)),
            disallowed=frozenset(disallowed),
            on_demand=frozenset(on_demand),
        )

    def _members(self, number: int) -> tuple[str, ...]:
        """The same tuple for stores of the same list."""
        found = self._fingerprints.get(number)
        if found is None:
            names = self.library.fingerprints
            found = tuple(names[root] for root in self._lists.mapping(number))
            found = self._fingerprints.setdefault(number, found)
        return found

    def _limits_of(self, number: int) -> tuple[tuple[str, tuple[Constraints, ...]], ...]:
        found = self._constraints.get(number)
        if found is None:
            names, mapping = self.library.fingerprints, self._limits.mapping(number)
            found = tuple((names[root], self._set(value)) for root, value in mapping.items())
            found = self._constraints.setdefault(number, found)
        return found

    def _source(self, number: int) -> Provenance:
        return cast("Provenance", _made(Provenance, json.loads(self._sources[number])))

    def _set(self, number: int) -> tuple[Constraints, ...]:
        """The same tuple for all roots of these limits, which makes comparing them cheap."""
        found = self._sets.get(number)
        if found is None:
            sets = json.loads(self._written[number])
            found = tuple(_made(Constraints, limits) for limits in sets)
            found = self._sets.setdefault(number, found)
        return found

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {id: number for number, id in enumerate(self.ids)}

    @cached_property
    def _stores(self) -> tuple[bytes, ...]:
        return self._index.section("stores")

    @cached_property
    def _sources(self) -> tuple[bytes, ...]:
        return self._index.section("sources")

    @cached_property
    def _written(self) -> tuple[bytes, ...]:
        return self._index.section("sets")

    @cached_property
    def _lists(self) -> _Replay:
        return _Replay(self._index.section("lists"))

    @cached_property
    def _limits(self) -> _Replay:
        return _Replay(self._index.section("limits"))


class _Replay:
    """Lists that are written as what changed against one before them."""

    def __init__(self, rows: Sequence[bytes]) -> None:
        self._written = rows
        self._rows: dict[int, list[Any]] = {}

    def mapping(self, number: int) -> dict[int, int]:
        """The roots of this list by number, in order, each with its value."""
        steps = []
        while number >= 0:
            steps.append(self._row(number))
            number = steps[-1][0]
        mapping: dict[int, int] = {}
        was_sorted = True
        for _, gone, come, values, is_sorted in reversed(steps):
            if was_sorted and not is_sorted:
                mapping = dict(sorted(mapping.items()))
            for root in gone:
                del mapping[root]
            mapping.update(zip(come, values, strict=True) if values else dict.fromkeys(come, 0))
            was_sorted = is_sorted
        return dict(sorted(mapping.items())) if was_sorted else mapping

    def _row(self, number: int) -> list[Any]:
        row = self._rows.get(number)
        if row is None:
            row = self._rows.setdefault(number, json.loads(self._written[number]))
        return row


_MADE: Final[Mapping[str, Callable[[Any], object]]] = {
    "kind": ProvenanceKind,
    "read": date.fromisoformat,
    "registry": Registry,
    "cross_checks": tuple,
    "roots": tuple,
    "not_before": date.fromisoformat,
    "not_after": date.fromisoformat,
    "address_basis": AddressBasis,
    "purposes": frozenset,
    "refused_purposes": frozenset,
    "issued_by_purposes": frozenset,
    "disabled_after": datetime.fromisoformat,
    "issued_by": datetime.fromisoformat,
    "sct_by": datetime.fromisoformat,
    "sct_after": datetime.fromisoformat,
    "from_version": tuple,
    "before_version": tuple,
    "dns_names": tuple,
}


def _made(kind: Callable[..., Any], record: Mapping[str, Any]) -> Any:
    """The object of which this is the record."""
    return kind(**{key: _MADE.get(key, _same)(value) for key, value in record.items()})


def _same(value: object) -> object:
    return value


def indexed_devices(index: Index) -> tuple[DeviceFile, ...]:
    """The device classes of an index, in order.

    :raises StoreDataError: when the index is damaged.
    """
    return tuple(_devices(index, Table(index.where, "", {})))


def _devices(index: Index, table: Table) -> Iterator[DeviceFile]:
    [texts] = index.rows("texts")
    handshakes = [HandshakeLimits(**record) for record in index.rows("handshakes")[0]]
    for row in index.rows("devices")[0]:
        id, title, store, client, levels, released, ended, examples, notes, share, *more = row
        name, version, options = client
        shake, roots, clock = more
        yield DeviceFile(
            where=table.where,
            id=id,
            title=title,
            store=store,
            roots=RootDelivery(roots),
            client=ClientRef(name, version, tuple((key, value) for key, value in options)),
            api_levels=tuple(levels),
            released=date.fromisoformat(released),
            support_ended=_support(ended),
            examples=tuple(examples),
            notes=tuple(texts[note] for note in notes),
            share=tuple(Share(date.fromisoformat(d), p, texts[source]) for d, p, source in share),
            handshake=None if shake is None else handshakes[shake],
            clock=Clock(clock),
            table=table,
        )


def _support(text: str | None) -> date | SupportStatus | None:
    if text is None:
        return None
    return date.fromisoformat(text) if text[0].isdigit() else SupportStatus(text)


def indexed_elsewhere(index: Index) -> tuple[Elsewhere, ...]:
    """The certificates of which the index holds facts and no bytes.

    :raises StoreDataError: when the index is damaged.
    """
    return tuple(_made(Elsewhere, record) for record in index.rows("elsewhere"))


class IndexedPool:
    """The intermediates of an index; a certificate is read when its name is asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._loaded: dict[str, Certificate] = {}

    def all(self) -> tuple[Certificate, ...]:
        """Every certificate, in order; reads them all."""
        return tuple(self._certificate(row) for row in self._rows)

    def named(self, canonical: bytes) -> tuple[Certificate, ...]:
        """The certificates whose subject has this canonical form."""
        return tuple(self._certificate(row) for row in self._by_name.get(canonical, ()))

    def __len__(self) -> int:
        return len(self._rows)

    def _certificate(self, row: list[Any]) -> Certificate:
        sha256, _, offset, size = row
        found = self._loaded.get(sha256)
        if found is None:
            read = self._index.certificate(sha256, offset, size)
            found = self._loaded.setdefault(sha256, read)
        return found

    @cached_property
    def _rows(self) -> tuple[list[Any], ...]:
        return self._index.rows("pool")

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[list[Any], ...]]:
        return index_of((_octets(row[1]), row) for row in self._rows)
