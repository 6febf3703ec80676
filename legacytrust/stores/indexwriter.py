"""Deriving the index from the text.

The stores are read as from any folder of that form; what is written is what they are then, so the
index knows nothing of the ways in which text can say it.  A list is written as what changed against
the list before it, and in full from time to time, so that one store is found in a few steps.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from importlib.resources.abc import Traversable
from typing import Any, Final, TypeAlias

import attrs

from legacytrust.certificate import Certificate
from legacytrust.stores.anchor import AnchorCertificate, RootFacts
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.devices import DeviceFile, check_devices, read_device_files
from legacytrust.stores.folder import read_stores
from legacytrust.stores.index import pack
from legacytrust.stores.intermediates import read_pool
from legacytrust.stores.poolfile import read_pool_file
from legacytrust.stores.snapshot import TrustStore

__all__ = ["STEPS", "derive_index", "plain"]

STEPS: Final = 8
"""After how many lists of changes comes a full one."""

#: What is written of a root that is known by facts, besides its names and key identifier.
_FACTS: Final = ("sha256", "sha1", "name", "spki_sha256", "serial", "not_before", "not_after")

_Row: TypeAlias = list[Any]


def derive_index(root: Traversable, made_from: str = "") -> bytes:
    """The index of a folder of the form of ``trust_stores/``.

    :param made_from: what to remember of the state of the folder.
    :raises StoreDataError: when a file breaks the format, or a device names a store that is not
        there.
    """
    catalog, devices = read_stores(root), read_device_files(root)
    check_devices(devices, set(catalog.ids))
    certificates = _Certificates()
    roots = _Roots(catalog, certificates)
    sections: dict[str, Sequence[object]] = {
        **_stores(catalog.stores, roots.number),
        "fingerprints": [list(roots.number)],
        **roots.sections(),
        **_devices(devices),
        "pool": [
            [c.sha256, _text(c.subject.canonical), *certificates.place(c)]
            for c in read_pool(root).certificates
        ],
        "elsewhere": list(map(_record, read_pool_file(root).elsewhere)),
    }
    head = {"data": catalog.version, "made_from": made_from}
    return pack(head, sections, certificates.bytes)


def plain(value: object) -> object:
    """The value as JSON can hold it: dates as text, sets in order."""
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def _text(data: bytes) -> str:
    """Octets as the characters of the same numbers, which JSON can hold."""
    return data.decode("latin-1")


def _record(value: Any) -> dict[str, object]:
    """The fields of an attrs object that are not at their defaults."""
    told = attrs.asdict(value, recurse=False)
    defaults = {field.name: field.default for field in attrs.fields(type(value))}
    return {key: plain(item) for key, item in told.items() if item != defaults[key]}


class _Table:
    """Values, each once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._numbers)


class _Certificates:
    """The pack: every certificate once."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._ders: list[bytes] = []
        self._size = 0

    def place(self, certificate: Certificate) -> tuple[int, int]:
        """Where the certificate lies: offset and size."""
        place = self._places.get(certificate.sha256)
        if place is None:
            place = self._places[certificate.sha256] = (self._size, len(certificate.der))
            self._ders.append(certificate.der)
            self._size += len(certificate.der)
        return place

    @property
    def bytes(self) -> bytes:
        """All of them, one after the other."""
        return b"".join(self._ders)


class _Roots:
    """All roots that a store names, by fingerprint, and what is known of each."""

    def __init__(self, catalog: StoreCatalog, certificates: _Certificates) -> None:
        used = {sha256 for s in catalog.stores for sha256 in (*s.fingerprints, *s.absent)}
        self._order = sorted(used)
        self._catalog = catalog
        self._certificates = certificates
        self.number: Final[Mapping[str, int]] = {s: n for n, s in enumerate(self._order)}

    def sections(self) -> dict[str, Sequence[object]]:
        found = [self._catalog.library.anchor(sha256).certificate for sha256 in self._order]
        return {
            "names": [[self._catalog.names.get(sha256, "") for sha256 in self._order]],
            "subjects": [_text(root.subject.der) for root in found],
            "canonical": [[_text(root.subject.canonical) for root in found]],
            "key_ids": [[_text(root.subject_key_id or b"") for root in found]],
            "roots": [self._what(root) for root in found],
        }

    def _what(self, root: AnchorCertificate) -> object:
        """Where the certificate lies, or else what is known of it."""
        if isinstance(root, Certificate):
            return self._certificates.place(root)
        if isinstance(root, RootFacts):
            told = {key: plain(getattr(root, key)) for key in _FACTS}
            return {**told, "issuer": _text(root.issuer.der)}
        return {"key": _text(root.public_key.spki), "name": root.name, "is_ca": root.is_ca}


def _stores(stores: Sequence[TrustStore], number: Mapping[str, int]) -> dict[str, Sequence[object]]:
    sources, sets = _Table(), _Table()
    lists, limits = _Changes(number), _Changes(number)
    rows: list[_Row] = []
    for store in stores:
        members = dict.fromkeys(store.fingerprints, 0)
        bounds = {sha256: sets.number(value) for sha256, value in store.constraints}
        rows.append([
            store.title,
            plain(store.released),
            store.completeness.value,
            store.note,
            None if store.provenance is None else sources.number(store.provenance),
            lists.number(store.family, members),
            limits.number(store.family, bounds),
            sorted(number[sha256] for sha256 in store.absent),
            sorted(store.disallowed),
            sorted(store.on_demand),
        ])  # fmt: skip
    return {
        "ids": [[store.id for store in stores]],
        "stores": rows,
        "sources": [_record(source) for source in sources],
        "sets": [list(map(_record, alternatives)) for alternatives in sets],
        "lists": lists.rows,
        "limits": limits.rows,
    }


class _Changes:
    """Ordered mappings of fingerprints, each written as what changed against one before it.

    A row is the number of that one, or -1, the roots that went, those that came, the values of
    those (left out if all are 0), and whether the result is in the order of the fingerprints.
    """

    def __init__(self, number: Mapping[str, int]) -> None:
        self._number = number
        self._numbers: dict[tuple[tuple[str, int], ...], int] = {}
        self._before: dict[str, tuple[int, int, Mapping[str, int]]] = {}
        self.rows: list[_Row] = []

    def number(self, family: str, mapping: Mapping[str, int]) -> int:
        """The number of this mapping; it is written if it was not there yet."""
        key = tuple(mapping.items())
        if key in self._numbers:
            return self._numbers[key]
        base, steps, before = self._before.get(family, (-1, STEPS, {}))
        changed = self._changed(before, mapping) if steps < STEPS else None
        if changed is None:
            base, steps, changed = -1, -1, self._changed({}, mapping)
        assert changed is not None
        found = self._numbers[key] = len(self.rows)
        self.rows.append([base, *changed])
        self._before[family] = (found, steps + 1, mapping)
        return found

    def _changed(self, before: Mapping[str, int], after: Mapping[str, int]) -> _Row | None:
        """The changes from one to the other; ``None`` if they would give another order."""
        gone = [s for s in before if after.get(s) != before[s]]
        come = [s for s in after if before.get(s) != after[s]]
        is_sorted = list(after) == sorted(after)
        kept = [s for s in before if after.get(s) == before[s]]
        if not is_sorted and [*kept, *come] != list(after):
            return None
        values = [after[s] for s in come]
        return [self._numbered(gone), self._numbered(come), values * any(values), int(is_sorted)]

    def _numbered(self, fingerprints: Iterable[str]) -> list[int]:
        return [self._number[sha256] for sha256 in fingerprints]


def _devices(devices: Sequence[DeviceFile]) -> dict[str, Sequence[object]]:
    handshakes, texts = _Table(), _Table()
    rows = [
        [
            d.id,
            d.title,
            d.store,
            [d.client.name, d.client.version, [[key, plain(v)] for key, v in d.client.options]],
            list(d.api_levels),
            plain(d.released),
            plain(d.support_ended),
            list(d.examples),
            [texts.number(note) for note in d.notes],
            [[plain(s.date), s.percent, texts.number(s.source)] for s in d.share],
            None if d.handshake is None else handshakes.number(d.handshake),
            d.roots.value,
            d.clock.value,
        ]
        for d in devices
    ]
    return {
        "devices": [rows],
        "texts": [list(texts)],
        "handshakes": [[_record(h) for h in handshakes]],
    }
