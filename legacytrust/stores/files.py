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

import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable

import attrs

from legacytrust.errors import StoreDataError
from legacytrust.stores.constraints import Constraints
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
from legacytrust.stores.provenance import Completeness, Provenance, ProvenanceKind
from legacytrust.stores.snapshotfile import (
    SHORT,
    Order,
    Release,
    RootEntry,
    SnapshotFile,
    read_snapshot_file,
)

__all__ = [
    "SHORT",
    "ClientRef",
    "Completeness",
    "DeviceFile",
    "FactsFile",
    "NameAttribute",
    "Order",
    "Provenance",
    "ProvenanceKind",
    "Release",
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

NOT_FAMILIES = frozenset({"certificates", "devices", "facts", "intermediates", "keys", "schema"})
"""The folders below the root that hold something other than snapshots."""

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@attrs.frozen
class Root:
    """A root that some snapshot lists.

    :ivar held: whether ``certificates/`` has its bytes; if not, ``facts/`` has its facts, or
        ``keys/`` all that there is of it.
    """

    sha256: str
    name: str
    held: bool


@attrs.frozen
class ResolvedSnapshot:
    """A snapshot with its full list of roots, in the order that ``file.order`` explains.

    :ivar constraints: the limits of the trust in some of the roots, by full fingerprint.
    :ivar absent: roots that a partial list is known not to hold.
    """

    file: SnapshotFile
    roots: tuple[Root, ...]
    constraints: tuple[tuple[str, tuple[Constraints, ...]], ...] = ()
    absent: tuple[Root, ...] = ()

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
        for release in file.releases:
            if release.id in seen:
                first = seen[release.id].where
                line = f'id = "{release.id}"'
                raise file.table.error(f"the id {release.id!r} is taken by {first}", at=line)
            seen[release.id] = file
    for file in files:
        if f"{file.id}.toml" != file.where:
            raise file.table.error(f"the id {file.id!r} is not the path of the file", at="id =")


def resolve(root: Traversable) -> tuple[ResolvedSnapshot, ...]:
    """The full list of every snapshot below *root*, by family, release date and id.

    :param root: a directory of the form of ``trust_stores/``.
    :raises StoreDataError: if a file breaks the format; if a short fingerprint names no root or
        several; if a root is added twice, or removed without being there; if ``follows`` leads
        nowhere or in a circle, or ``predates`` nowhere; if two snapshots give one root different names; if limits are put on
        a root that is not in the list, or lifted where there are none; or if the count or the
        digest is not that of the list.
    """
    files = read_snapshot_files(root)
    by_id = {release.id: file for file in files for release in file.releases}
    book = _Book(known=_known(root))
    lists: dict[str, _List] = {}
    for file in _oldest_first(files, by_id):
        base = lists[by_id[file.follows].id] if file.follows else _List()
        lists[file.id] = _apply(file, base, book)
    later = _Later(by_id, lists)
    return tuple(_close(file, lists[file.id], book, later) for file in files)


@attrs.frozen
class _List:
    """The roots of a snapshot and their limits, each by full fingerprint."""

    members: Mapping[str, Root] = attrs.field(factory=dict)
    limits: Mapping[str, tuple[Constraints, ...]] = attrs.field(factory=dict)


@attrs.frozen
class _Book:
    """The roots that can be named: those known by file name, and those named so far."""

    known: Mapping[str, tuple[tuple[str, bool], ...]]
    named: dict[str, tuple[Root, str]] = attrs.field(factory=dict)
    limits: dict[tuple[Constraints, ...], tuple[Constraints, ...]] = attrs.field(factory=dict)

    def shared(self, limits: tuple[Constraints, ...]) -> tuple[Constraints, ...]:
        """The first of all limits that are equal to these, so that stores share them."""
        return self.limits.setdefault(limits, limits)

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
    told = {*_names(root / "facts", ".toml"), *_names(root / "keys", ".toml")}
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


def _oldest_first(
    files: tuple[SnapshotFile, ...], by_id: Mapping[str, SnapshotFile]
) -> list[SnapshotFile]:
    """The files, each after the one it follows."""
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


def _apply(file: SnapshotFile, base: _List, book: _Book) -> _List:
    members, limits = dict(base.members), dict(base.limits)
    for entry in file.remove:
        root = book.root(file, entry)
        if members.pop(root.sha256, None) is None:
            what = f"{entry} is removed, but {file.follows or 'nothing'} does not hold it"
            raise file.table.error(what, at=str(entry), below="remove =")
        limits.pop(root.sha256, None)
    for entry in file.add:
        root = book.root(file, entry)
        if root.sha256 in members:
            raise file.table.error(f"{entry} is added, but is there already", at=str(entry))
        members[root.sha256] = root
    _lift(file, limits, book)
    _limit(file, members, limits, book)
    return _List(members, limits)


def _lift(file: SnapshotFile, limits: dict[str, tuple[Constraints, ...]], book: _Book) -> None:
    for entry in file.unconstrain:
        if limits.pop(book.root(file, entry).sha256, None) is None:
            what = f"{entry} has no limits that could be lifted"
            raise file.table.error(what, at=str(entry), below="unconstrain =")


def _limit(
    file: SnapshotFile,
    members: Mapping[str, Root],
    limits: dict[str, tuple[Constraints, ...]],
    book: _Book,
) -> None:
    done = {book.root(file, entry).sha256 for entry in file.unconstrain}
    for limited in file.constrain:
        sets = book.shared(limited.sets)
        for entry in limited.roots:
            sha256 = book.root(file, entry).sha256
            if sha256 not in members:
                what = f"{entry} is limited, but the list does not hold it"
                raise limited.table.error(what, at=str(entry))
            if sha256 in done:
                raise limited.table.error(f"{entry} has its limits twice", at=str(entry))
            done.add(sha256)
            limits[sha256] = sets


@attrs.frozen
class _Later:
    """What came too late for the lists that predate it."""

    by_id: Mapping[str, SnapshotFile]
    lists: Mapping[str, _List]

    def roots(self, file: SnapshotFile) -> Iterable[Root]:
        """The roots that a line lists from the snapshot on which *file* predates, never before."""
        if file.predates is None:
            return ()
        if file.predates not in self.by_id:
            raise file.table.error(
                f"predates {file.predates!r}, which is not there", at="predates ="
            )
        since = self.by_id[file.predates]
        listed = {root.sha256: root for id in self._from(since) for root in self._members(id)}
        before = self._before(since)
        return [root for sha256, root in listed.items() if sha256 not in before]

    def _members(self, id: str) -> Iterable[Root]:
        return self.lists[id].members.values()

    def _from(self, since: SnapshotFile) -> Iterable[str]:
        """That snapshot and those that follow it; the lists come each after the one it follows."""
        line = {since.id: None}
        for id in self.lists:
            followed = _followed(self.by_id[id], self.by_id)
            if followed is not None and followed.id in line:
                line[id] = None
        return line

    def _before(self, since: SnapshotFile) -> set[str]:
        """Every root of those that it follows."""
        found: set[str] = set()
        step = _followed(since, self.by_id)
        while step is not None:
            found |= self.lists[step.id].members.keys()
            step = _followed(step, self.by_id)
        return found


def _close(file: SnapshotFile, full: _List, book: _Book, later: _Later) -> ResolvedSnapshot:
    members = full.members
    if len(members) != file.count:
        what = f"the list has {len(members)} roots, not {file.count}"
        raise file.table.error(what, at="count =")
    if (found := digest_of(members)) != file.digest:
        raise file.table.error(f"the list has the digest {found}", at="digest =")
    order = sorted(members) if file.order is Order.UNKNOWN else list(members)
    return ResolvedSnapshot(
        file=file,
        roots=tuple(members[fingerprint] for fingerprint in order),
        constraints=tuple(sorted(full.limits.items(), key=lambda item: item[0])),
        absent=_all_absent(file, members, book, later),
    )


def _all_absent(
    file: SnapshotFile, members: Mapping[str, Root], book: _Book, later: _Later
) -> tuple[Root, ...]:
    told = [_absent(file, entry, members, book) for entry in file.absent]
    told += [root for root in later.roots(file) if root.sha256 not in members]
    return tuple({root.sha256: root for root in told}.values())


def _absent(file: SnapshotFile, entry: RootEntry, members: Mapping[str, Root], book: _Book) -> Root:
    root = book.root(file, entry)
    if root.sha256 in members:
        what = f"{entry} is in the list, and is said to be absent"
        raise file.table.error(what, at=str(entry), below="absent =")
    return root
