"""The trust stores as files: what each one says, and what they say together.

A snapshot file reads like a changelog.  It names the snapshot that it *follows*, the roots that it
adds and removes, each by a short fingerprint and a name, and it closes the books with a count and a
digest of the full list.  :func:`resolve` replays these changes and checks every step: a short
fingerprint has to name exactly one known root, nothing is added twice or removed twice, and the
books have to balance.  What comes out is the full list of every snapshot, by full fingerprint.

Everything here works on a directory-like root, be it a ``pathlib.Path`` or the resources of an
installed package.  Certificates are not opened: their file names say which ones are held.  So the
whole catalogue resolves in a few hundredths of a second.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib.resources.abc import Traversable

import attrs

from legacytrust.errors import StoreDataError
from legacytrust.stores.devices import (
    ClientRef,
    DeviceFile,
    Share,
    SupportStatus,
    check_devices,
    read_device_file,
    read_device_files,
)
from legacytrust.stores.facts import FactsFile, NameAttribute, read_facts_file, read_facts_files
from legacytrust.stores.provenance import Provenance, ProvenanceKind, read_provenance
from legacytrust.stores.tables import Table, read_table

__all__ = [
    "ClientRef",
    "Completeness",
    "DeviceFile",
    "FactsFile",
    "NameAttribute",
    "Order",
    "Provenance",
    "ProvenanceKind",
    "ResolvedSnapshot",
    "Root",
    "RootEntry",
    "Share",
    "SnapshotFile",
    "SupportStatus",
    "check_devices",
    "digest_of",
    "read_device_file",
    "read_device_files",
    "read_facts_file",
    "read_facts_files",
    "read_snapshot_file",
    "read_snapshot_files",
    "resolve",
]

NOT_FAMILIES = frozenset({"certificates", "devices", "facts", "intermediates", "schema"})
"""The folders below the root that hold something other than snapshots."""

SHORT = 12
"""How many hexadecimal digits a snapshot file gives of a fingerprint."""

_ENTRY = re.compile(rf"([0-9a-f]{{{SHORT}}}) (\S(?:.*\S)?)")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class Completeness(StrEnum):
    """How well a snapshot is known."""

    EXACT = "exact"
    """Read from the release itself."""
    INFERRED = "inferred"
    """Read from something near the release, and taken to be the same."""
    PARTIAL = "partial"
    """Some members are known to be missing from the list."""


class Order(StrEnum):
    """What the order of a snapshot's roots means."""

    LISTED = "listed"
    """Roots stand as in the real store: those of the snapshot it follows first, then additions."""
    UNKNOWN = "unknown"
    """The real order was not recorded; roots are given by fingerprint."""


@attrs.frozen
class RootEntry:
    """One line of ``add`` or ``remove``: a short fingerprint and the name of the root."""

    short: str
    name: str

    def __str__(self) -> str:
        return f"{self.short} {self.name}"


@attrs.frozen
class SnapshotFile:
    """One snapshot as it is written down.

    :ivar where: the file, for messages ("android/5.1.toml").
    :ivar id: family and release ("android/5.1").
    :ivar follows: the id of the snapshot that *add* and *remove* refer to; None for a full list.
    :ivar released: the day from which devices had this store, as *released_basis* explains.
    :ivar note: what a person should know, empty if nothing.
    :ivar count: how many roots the full list has.
    :ivar digest: "sha256:" and the digest of the full list, see :func:`digest_of`.
    """

    where: str
    id: str
    title: str
    follows: str | None
    released: datetime.date
    released_basis: str
    completeness: Completeness
    order: Order
    note: str
    count: int
    digest: str
    add: tuple[RootEntry, ...]
    remove: tuple[RootEntry, ...]
    provenance: Provenance
    table: Table = attrs.field(repr=False, eq=False)

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]


@attrs.frozen
class Root:
    """A root that some snapshot lists.

    :ivar held: whether ``certificates/`` has its bytes; if not, ``facts/`` has its facts.
    """

    sha256: str
    name: str
    held: bool


@attrs.frozen
class ResolvedSnapshot:
    """A snapshot with its full list of roots, in the order that ``file.order`` explains."""

    file: SnapshotFile
    roots: tuple[Root, ...]

    @property
    def id(self) -> str:
        """The id of the snapshot."""
        return self.file.id

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The full SHA-256 fingerprints of the roots, in order."""
        return tuple(root.sha256 for root in self.roots)


def digest_of(fingerprints: Iterable[str]) -> str:
    """The digest that stands for a list of roots, whatever its order.

    It is the SHA-256 over the sorted fingerprints, in lower case, a newline after each.
    """
    lines = "".join(f"{fingerprint}\n" for fingerprint in sorted(fingerprints))
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def read_snapshot_file(file: Traversable, where: str = "") -> SnapshotFile:
    """Read one snapshot file by itself; nothing is resolved.

    :param where: what to call the file in messages; its name if empty.
    :raises StoreDataError: if the file breaks the format.
    """
    table = read_table(file, where or file.name)
    table.only("format", *(f.name for f in attrs.fields(SnapshotFile) if f.name not in _NOT_KEYS))
    return SnapshotFile(
        where=table.where,
        id=table.string("id"),
        title=table.string("title"),
        follows=table.string("follows") if "follows" in table.values else None,
        released=table.date("released"),
        released_basis=table.string("released_basis"),
        completeness=table.choice("completeness", Completeness),
        order=table.choice("order", Order),
        note=table.string("note", ""),
        count=table.integer("count"),
        digest=table.string("digest"),
        add=_entries(table, "add"),
        remove=_entries(table, "remove"),
        provenance=read_provenance(table.table("provenance")),
        table=table,
    )


_NOT_KEYS = frozenset({"where", "table"})


def _entries(table: Table, key: str) -> tuple[RootEntry, ...]:
    return tuple(_entry(table, line) for line in table.strings(key))


def _entry(table: Table, line: str) -> RootEntry:
    match = _ENTRY.fullmatch(line)
    if match is None:
        hint = f"{SHORT} hexadecimal digits in lower case, a space, the name"
        raise table.error(f"{line!r} does not name a root", at=line, hint=hint)
    return RootEntry(match[1], match[2])


def read_snapshot_files(root: Traversable) -> tuple[SnapshotFile, ...]:
    """Read all snapshot files below *root*, by family, release date and id.

    :raises StoreDataError: if a file breaks the format, if two have the same id, or if an id is
        not the path of its file.
    """
    files = [
        read_snapshot_file(file, f"{folder.name}/{file.name}")
        for folder in _families(root)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    files.sort(key=lambda f: (f.family, f.released, f.id))
    _check_ids(files)
    return tuple(files)


def _families(root: Traversable) -> list[Traversable]:
    return [f for f in root.iterdir() if f.is_dir() and f.name not in NOT_FAMILIES]


def _check_ids(files: Iterable[SnapshotFile]) -> None:
    seen: dict[str, SnapshotFile] = {}
    for file in files:
        if file.id in seen:
            first = seen[file.id].where
            raise file.table.error(f"the id {file.id!r} is taken by {first}", at="id =")
        seen[file.id] = file
    for file in files:
        if f"{file.id}.toml" != file.where:
            raise file.table.error(f"the id {file.id!r} is not the path of the file", at="id =")


def resolve(root: Traversable) -> tuple[ResolvedSnapshot, ...]:
    """The full list of every snapshot below *root*, by family, release date and id.

    :param root: a directory of the form of ``trust_stores/``.
    :raises StoreDataError: if a file breaks the format; if a short fingerprint names no root or
        several; if a root is added twice, or removed without being there; if ``follows`` leads
        nowhere or in a circle; if two snapshots give one root different names; or if the count or
        the digest is not that of the list.
    """
    files = read_snapshot_files(root)
    book = _Book(known=_known(root))
    members: dict[str, dict[str, Root]] = {}
    for file in _oldest_first(files):
        base = members[file.follows] if file.follows else {}
        members[file.id] = _apply(file, base, book)
    return tuple(_close(file, members[file.id]) for file in files)


@attrs.frozen
class _Book:
    """The roots that can be named: those known by file name, and those named so far."""

    known: Mapping[str, tuple[tuple[str, bool], ...]]
    named: dict[str, tuple[Root, str]] = attrs.field(factory=dict)

    def root(self, file: SnapshotFile, entry: RootEntry) -> Root:
        """The root that *entry* of *file* means; StoreDataError if there is not exactly one."""
        root, where = self.named.get(entry.short, (None, ""))
        if root is None:
            root = self._look_up(file, entry)
            self.named[entry.short] = (root, file.where)
        elif root.name != entry.name:
            what = f"{entry} is called {root.name!r} in {where}"
            raise file.table.error(what, at=str(entry))
        return root

    def _look_up(self, file: SnapshotFile, entry: RootEntry) -> Root:
        found = self.known.get(entry.short, ())
        if not found:
            hint = "neither certificates/ nor facts/ has a file whose name begins like this"
            raise file.table.error(f"{entry} is unknown", at=str(entry), hint=hint)
        if len(found) > 1:
            names = " and ".join(fingerprint for fingerprint, _ in found)
            raise file.table.error(f"{entry} is ambiguous: {names}", at=str(entry))
        [(fingerprint, held)] = found
        return Root(fingerprint, entry.name, held)


def _known(root: Traversable) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Short fingerprint -> each (full fingerprint, whether the certificate is held) it may mean."""
    held = set(_names(root / "certificates", ".pem"))
    told = set(_names(root / "facts", ".toml"))
    if both := held & told:
        raise StoreDataError("this root has both a certificate and facts", where=min(both))
    known: dict[str, tuple[tuple[str, bool], ...]] = {}
    for name in sorted(held | told):
        known[name[:SHORT]] = (*known.get(name[:SHORT], ()), (name, name in held))
    return known


def _names(folder: Traversable, suffix: str) -> list[str]:
    if not folder.is_dir():
        return []
    names = [file.name.removesuffix(suffix) for file in folder.iterdir()]
    for name in names:
        if _FINGERPRINT.fullmatch(name) is None:
            hint = f"a SHA-256 in lower case and {suffix}"
            raise StoreDataError(
                "the file is not named after a fingerprint",
                where=f"{folder.name}/{name}",
                hint=hint,
            )
    return names


def _oldest_first(files: tuple[SnapshotFile, ...]) -> list[SnapshotFile]:
    """The files, each after the one it follows."""
    by_id = {file.id: file for file in files}
    done: dict[str, SnapshotFile] = {}
    for file in files:
        for step in reversed(_ancestry(file, by_id, done)):
            done[step.id] = step
    return list(done.values())


def _ancestry(
    file: SnapshotFile, by_id: Mapping[str, SnapshotFile], done: Mapping[str, SnapshotFile]
) -> list[SnapshotFile]:
    """*file*, the one it follows, and so on up to one that follows nothing or is done."""
    line: dict[str, SnapshotFile] = {}
    step: SnapshotFile | None = file
    while step is not None and step.id not in done:
        if step.id in line:
            circle = " follows ".join([*line, step.id])
            raise file.table.error(f"follows goes in a circle: {circle}", at="follows =")
        line[step.id] = step
        step = _followed(step, by_id)
    return list(line.values())


def _followed(file: SnapshotFile, by_id: Mapping[str, SnapshotFile]) -> SnapshotFile | None:
    if file.follows is None:
        return None
    if file.follows not in by_id:
        raise file.table.error(f"follows {file.follows!r}, which is not there", at="follows =")
    return by_id[file.follows]


def _apply(file: SnapshotFile, base: Mapping[str, Root], book: _Book) -> dict[str, Root]:
    members = dict(base)
    for entry in file.remove:
        root = book.root(file, entry)
        if members.pop(root.sha256, None) is None:
            what = f"{entry} is removed, but {file.follows or 'nothing'} does not hold it"
            raise file.table.error(what, at=str(entry), below="remove =")
    for entry in file.add:
        root = book.root(file, entry)
        if root.sha256 in members:
            raise file.table.error(f"{entry} is added, but is there already", at=str(entry))
        members[root.sha256] = root
    return members


def _close(file: SnapshotFile, members: Mapping[str, Root]) -> ResolvedSnapshot:
    if len(members) != file.count:
        what = f"the list has {len(members)} roots, not {file.count}"
        raise file.table.error(what, at="count =")
    if (found := digest_of(members)) != file.digest:
        raise file.table.error(f"the list has the digest {found}", at="digest =")
    order = sorted(members) if file.order is Order.UNKNOWN else list(members)
    return ResolvedSnapshot(file, tuple(members[fingerprint] for fingerprint in order))
