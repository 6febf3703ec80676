"""One snapshot file: what it says by itself, before anything is looked up.

Releases that hold the very same list share a file: the first gives it its name, the others stand
under ``also``.  Limits that the store puts on its trust in a root stand under ``constrain``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources.abc import Traversable

import attrs

from legacytrust.stores.constraints import Constraints, read_constraints
from legacytrust.stores.provenance import Completeness, Provenance, read_provenance
from legacytrust.stores.tables import Table, read_table

__all__ = [
    "ID",
    "SHORT",
    "Limited",
    "Order",
    "Release",
    "RootEntry",
    "SnapshotFile",
    "read_snapshot_file",
]

SHORT = 12
"""How many hexadecimal digits a snapshot file gives of a fingerprint."""

_ENTRY = re.compile(rf"([0-9a-f]{{{SHORT}}}) (\S(?:.*\S)?)")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
ID = re.compile(r"[a-z0-9-]+/[A-Za-z0-9+_~][A-Za-z0-9.+_~-]*")
"""The form of an id: family and release."""


class Order(StrEnum):
    """What the order of a snapshot's roots means."""

    LISTED = "listed"
    """Roots stand as in the real store: those of the snapshot it follows first, then additions."""
    UNKNOWN = "unknown"
    """The real order was not recorded; roots are given by fingerprint."""


@attrs.frozen
class RootEntry:
    """One line of a list of roots: a short fingerprint and the name of the root."""

    short: str
    name: str

    def __str__(self) -> str:
        return f"{self.short} {self.name}"


@attrs.frozen
class Release:
    """One release that has the list of a snapshot file.

    :ivar id: family and release ("firefox/33.0").
    :ivar released: the day from which devices had this store, as *released_basis* explains.
    :ivar stands_for: which releases this one speaks for, where that differs from the file's.
    """

    id: str
    title: str
    released: datetime.date
    released_basis: str
    completeness: Completeness
    stands_for: str

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]


@attrs.frozen
class Limited:
    """Roots whose trust is limited alike.

    :ivar roots: the roots.
    :ivar sets: the limits; keeping one of the sets is enough.
    :ivar table: where they stand.
    """

    roots: tuple[RootEntry, ...]
    sets: tuple[Constraints, ...]
    table: Table = attrs.field(repr=False, eq=False)


@attrs.frozen
class SnapshotFile:
    """One snapshot as it is written down.

    :ivar where: the file, for messages ("android/5.1.toml").
    :ivar id: family and release ("android/5.1").
    :ivar follows: the id of the snapshot that *add* and *remove* refer to; None for a full list.
    :ivar released: the day from which devices had this store, as *released_basis* explains.
    :ivar also: further releases that have the very same list.
    :ivar note: what a person should know, empty if nothing.
    :ivar count: how many roots the full list has.
    :ivar digest: "sha256:" and the digest of the full list.
    :ivar absent: roots that a partial list is known not to hold.
    :ivar predates: the id of a snapshot that is younger: what its line lists from it on and never
        before it is absent from this partial list.
    :ivar disallowed: SHA-256 of certificates, roots or not, that the store says must not be
        trusted.
    :ivar constrain: limits; they replace those that a root inherits.
    :ivar unconstrain: roots whose inherited limits are lifted.
    """

    where: str
    id: str
    title: str
    follows: str | None
    released: datetime.date
    released_basis: str
    completeness: Completeness
    order: Order
    also: tuple[Release, ...]
    note: str
    count: int
    digest: str
    add: tuple[RootEntry, ...]
    remove: tuple[RootEntry, ...]
    absent: tuple[RootEntry, ...]
    predates: str | None
    disallowed: tuple[str, ...]
    constrain: tuple[Limited, ...]
    unconstrain: tuple[RootEntry, ...]
    provenance: Provenance
    table: Table = attrs.field(repr=False, eq=False)

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def releases(self) -> tuple[Release, ...]:
        """Every release that has this list, the one that the file is named after first."""
        own = Release(
            id=self.id,
            title=self.title,
            released=self.released,
            released_basis=self.released_basis,
            completeness=self.completeness,
            stands_for=self.provenance.stands_for,
        )
        return (own, *self.also)


def read_snapshot_file(file: Traversable, where: str = "") -> SnapshotFile:
    """Read one snapshot file by itself; nothing is resolved.

    :param where: what to call the file in messages; its name if empty.
    :raises StoreDataError: if the file breaks the format.
    """
    table = read_table(file, where or file.name)
    table.only("format", *(f.name for f in attrs.fields(SnapshotFile) if f.name not in _NOT_KEYS))
    completeness = table.choice("completeness", Completeness)
    provenance = read_provenance(table.table("provenance"))
    return SnapshotFile(
        where=table.where,
        id=_id(table),
        title=table.string("title"),
        follows=table.string("follows") if "follows" in table.values else None,
        released=table.date("released"),
        released_basis=table.string("released_basis"),
        completeness=completeness,
        order=table.choice("order", Order),
        also=tuple(_releases(table, completeness, provenance.stands_for)),
        note=table.string("note", ""),
        count=table.integer("count"),
        digest=table.string("digest"),
        add=_entries(table, "add"),
        remove=_entries(table, "remove"),
        absent=_absent(table, completeness),
        predates=_predates(table, completeness),
        disallowed=_disallowed(table),
        constrain=tuple(_limited(row) for row in table.tables("constrain")),
        unconstrain=_entries(table, "unconstrain"),
        provenance=provenance,
        table=table,
    )


_NOT_KEYS = frozenset({"where", "table"})


def _id(table: Table) -> str:
    id = table.string("id")
    if ID.fullmatch(id) is None:
        hint = "family/release, of letters, digits and .+_~-"
        raise table.error(f"{id!r} is no id", at="id =", hint=hint)
    return id


def _releases(table: Table, completeness: Completeness, stands_for: str) -> Iterator[Release]:
    family = table.string("id").partition("/")[0]
    for row in table.tables("also"):
        row.only(*(field.name for field in attrs.fields(Release)))
        release = Release(
            id=_id(row),
            title=row.string("title"),
            released=row.date("released"),
            released_basis=row.string("released_basis"),
            completeness=row.choice("completeness", Completeness)
            if "completeness" in row.values
            else completeness,
            stands_for=row.string("stands_for", stands_for),
        )
        if release.family != family:
            what = f"{release.id!r} is of another family than {table.string('id')!r}"
            raise row.error(what, at="id =")
        yield release


def _absent(table: Table, completeness: Completeness) -> tuple[RootEntry, ...]:
    entries = _entries(table, "absent")
    if entries and completeness is not Completeness.PARTIAL:
        what = f"the list is {completeness}: what it does not name is absent anyhow"
        raise table.error(what, at="absent =", hint="only a partial list names what is absent")
    return entries


def _predates(table: Table, completeness: Completeness) -> str | None:
    if "predates" not in table.values:
        return None
    if completeness is not Completeness.PARTIAL:
        what = f"the list is {completeness}: what it does not name is absent anyhow"
        raise table.error(what, at="predates =", hint="only a partial list says what it predates")
    return table.string("predates")


def _disallowed(table: Table) -> tuple[str, ...]:
    """Each line is a full fingerprint, and may go on with a name for people."""
    found = []
    for line in table.strings("disallowed"):
        fingerprint = line.partition(" ")[0]
        if _FINGERPRINT.fullmatch(fingerprint) is None:
            hint = "64 hexadecimal digits in lower case, a space, a name"
            raise table.error(f"{line!r} does not name a certificate", at=line, hint=hint)
        found.append(fingerprint)
    return tuple(found)


def _limited(table: Table) -> Limited:
    table.only("roots", "sets")
    limited = Limited(
        _entries(table, "roots"),
        tuple(read_constraints(row) for row in table.tables("sets")),
        table,
    )
    for key, value in (("roots", limited.roots), ("sets", limited.sets)):
        if not value:
            raise table.error(f"limits without {key}", at="[[constrain]]")
    return limited


def _entries(table: Table, key: str) -> tuple[RootEntry, ...]:
    return tuple(_entry(table, line) for line in table.strings(key))


def _entry(table: Table, line: str) -> RootEntry:
    match = _ENTRY.fullmatch(line)
    if match is None:
        hint = f"{SHORT} hexadecimal digits in lower case, a space, the name"
        raise table.error(f"{line!r} does not name a root", at=line, hint=hint)
    return RootEntry(match[1], match[2])
