"""Stores, device classes and intermediates as an index gives them, read no earlier than needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

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
from legacytrust.stores.provenance import Provenance, ProvenanceKind, Registry
from legacytrust.stores.snapshot import TrustStore
from legacytrust.stores.snapshotfile import Completeness
from legacytrust.stores.tables import Table

__all__ = ["IndexLibrary", "IndexedPool", "indexed_devices", "indexed_elsewhere", "indexed_stores"]


class IndexLibrary:
    """The roots of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._loaded: dict[str, TrustAnchor] = {}

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
        anchor = self._loaded.get(sha256)
        return anchor.subject if anchor is not None else self._subjects[self.numbers[sha256]]

    def named(self, canonical: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors whose subject has this canonical form."""
        return self._by_name.get(canonical, ())

    def keyed(self, key_id: bytes) -> tuple[str, ...]:
        """Fingerprints of all anchors with this subject key identifier."""
        return self._by_key_id.get(key_id, ())

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """All roots, by number."""
        return tuple(self._index.section("fingerprints"))

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each root."""
        return {sha256: number for number, sha256 in enumerate(self.fingerprints)}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the lists call each root."""
        return dict(zip(self.fingerprints, self._columns["name"], strict=True))

    def _load(self, sha256: str) -> AnchorCertificate:
        what = self._columns["what"][self.numbers[sha256]]
        if isinstance(what, list):
            return self._index.certificate(sha256, *what)
        subject = self._columns["subject"][self.numbers[sha256]].encode("latin-1")
        if "key" in what:
            spki = what["key"].encode("latin-1")
            return KeyAnchor.from_der(subject, spki, name=what["name"], is_ca=what["is_ca"])
        return self._facts(sha256, subject, what)

    def _facts(self, sha256: str, subject: bytes, what: Mapping[str, Any]) -> RootFacts:
        key_id = self._columns["key_id"][self.numbers[sha256]].encode("latin-1")
        moments = {key: datetime.fromisoformat(what[key]) for key in ("not_before", "not_after")}
        names = {"subject": Name(subject), "issuer": Name(what["issuer"].encode("latin-1"))}
        return RootFacts(**{**what, **moments, **names, "subject_key_id": key_id or None})

    @cached_property
    def _columns(self) -> Mapping[str, list[Any]]:
        columns: dict[str, list[Any]] = self._index.section("roots")
        return columns

    @cached_property
    def _subjects(self) -> tuple[Name, ...]:
        return tuple(Name(text.encode("latin-1")) for text in self._columns["subject"])

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[str, ...]]:
        return self._by("canonical")

    @cached_property
    def _by_key_id(self) -> Mapping[bytes, tuple[str, ...]]:
        return self._by("key_id")

    def _by(self, column: str) -> Mapping[bytes, tuple[str, ...]]:
        keys = (text.encode("latin-1") for text in self._columns[column])
        return index_of(zip(keys, self.fingerprints, strict=True))


def indexed_stores(index: Index) -> StoreCatalog:
    """The stores of an index; each is made when it is first asked for.

    :raises StoreDataError: when the index is damaged.
    """
    library = IndexLibrary(index)
    maker = _StoreMaker(index.section("stores"), library)
    return StoreCatalog(tuple(maker.rows), library, index.head("data"), maker.store)


class _StoreMaker:
    """Makes stores from what the index says of them."""

    def __init__(self, section: Mapping[str, Any], library: IndexLibrary) -> None:
        self._section = section
        self._library = library
        self.rows: Final[Mapping[str, list[Any]]] = {row[0]: row for row in section["rows"]}
        self._lists: Final = _Replay(section["lists"])
        self._limits: Final = _Replay(section["limits"])
        self._fingerprints: dict[int, tuple[str, ...]] = {}
        self._constraints: dict[int, tuple[tuple[str, tuple[Constraints, ...]], ...]] = {}
        self._sources: dict[int, Provenance] = {}
        self._sets: dict[int, tuple[Constraints, ...]] = {}

    def store(self, id: str) -> TrustStore:
        _, title, released, completeness, note, source, members, limits, *more = self.rows[id]
        absent, disallowed, on_demand = more
        return TrustStore(
            id=id,
            fingerprints=self._members(members),
            library=self._library,
            title=title,
            released=None if released is None else date.fromisoformat(released),
            completeness=Completeness(completeness),
            provenance=None if source is None else self._source(source),
            note=note,
            constraints=self._limits_of(limits),
            absent=frozenset(map(self._library.fingerprints.__getitem__, absent)),
            disallowed=frozenset(disallowed),
            on_demand=frozenset(on_demand),
        )

    def _members(self, number: int) -> tuple[str, ...]:
        """The same tuple for stores of the same list."""
        found = self._fingerprints.get(number)
        if found is None:
            names = self._library.fingerprints
            found = tuple(names[root] for root in self._lists.mapping(number))
            found = self._fingerprints.setdefault(number, found)
        return found

    def _limits_of(self, number: int) -> tuple[tuple[str, tuple[Constraints, ...]], ...]:
        found = self._constraints.get(number)
        if found is None:
            names, mapping = self._library.fingerprints, self._limits.mapping(number)
            found = tuple((names[root], self._set(value)) for root, value in mapping.items())
            found = self._constraints.setdefault(number, found)
        return found

    def _source(self, number: int) -> Provenance:
        found = self._sources.get(number)
        if found is None:
            found = _made(Provenance, self._section["sources"][number])
            found = self._sources.setdefault(number, found)
        return found

    def _set(self, number: int) -> tuple[Constraints, ...]:
        """The same tuple for all roots of these limits, which makes comparing them cheap."""
        found = self._sets.get(number)
        if found is None:
            found = tuple(_made(Constraints, limits) for limits in self._section["sets"][number])
            found = self._sets.setdefault(number, found)
        return found


class _Replay:
    """Lists that are written as what changed against one before them."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self._rows = rows

    def mapping(self, number: int) -> dict[int, int]:
        """The roots of this list by number, in order, each with its value."""
        steps = []
        while number >= 0:
            steps.append(self._rows[number])
            number = steps[-1][0]
        mapping: dict[int, int] = {}
        for _, gone, come, values, is_sorted in reversed(steps):
            for root in gone:
                del mapping[root]
            mapping.update(zip(come, values, strict=True) if values else dict.fromkeys(come, 0))
            if is_sorted:
                mapping = dict(sorted(mapping.items()))
        return mapping


_MADE: Final[Mapping[str, Callable[[Any], object]]] = {
    "kind": ProvenanceKind,
    "read": date.fromisoformat,
    "registry": Registry,
    "cross_checks": tuple,
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
    return tuple(_devices(index.section("devices"), Table(index.where, "", {})))


def _devices(section: Mapping[str, Any], table: Table) -> Iterator[DeviceFile]:
    texts = section["texts"]
    handshakes = [HandshakeLimits(**record) for record in section["handshakes"]]
    for row in section["rows"]:
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
    return tuple(_made(Elsewhere, record) for record in index.section("elsewhere"))


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
    def _rows(self) -> list[list[Any]]:
        rows: list[list[Any]] = self._index.section("pool")
        return rows

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[list[Any], ...]]:
        return index_of((row[1].encode("latin-1"), row) for row in self._rows)
