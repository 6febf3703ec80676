"""Adding a store of one's own to a folder of the form of ``trust_stores/``.

One call reads a store in any form and writes a snapshot file, and beside it the certificates, or
the names and keys, that it is made of.  A second call adds a second store to the same folder.  What
the source does not say is not made up: roots whose certificate was not found are listed in a file
of their own, and the snapshot is then partial.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from legacytrust.certificate import Certificate
from legacytrust.errors import StoreDataError, StoreError
from legacytrust.readers.limits import read_bytes
from legacytrust.stores.anchor import KeyAnchor, TrustAnchor
from legacytrust.stores.constraints import USAGES, Constraints
from legacytrust.stores.devices import ClientRef, check_devices, read_device_files
from legacytrust.stores.files import NOT_FAMILIES, digest_of
from legacytrust.stores.folder import read_stores
from legacytrust.stores.formats.entries import BlockedCertificate
from legacytrust.stores.keyfile import key_text
from legacytrust.stores.own import (
    Assembled,
    CertificateSource,
    PathLike,
    assemble,
    read_entries,
)
from legacytrust.stores.provenance import Completeness
from legacytrust.stores.snapshotfile import ID, SHORT, Order
from legacytrust.stores.tables import FORMAT

__all__ = ["EXAMPLE_CLIENT", "Imported", "Wish", "device_text", "import_store"]

EXAMPLE_CLIENT: Final = ClientRef("openssl", "1.0.2k")
"""What stands for the client until a person says which it is."""

_NAMES: Final[Mapping[str, str]] = {number: name for name, number in USAGES.items()}


@attrs.frozen
class Wish:
    """What the person says about the store.

    :param id: family and release, as ``my/router-2014``.
    :param read: the day of the import.
    :param title: what a person calls it; the name of the source if empty.
    :param released: the day from which devices had it; ``None`` if that is not known.
    :param completeness: how well the list is known; ``partial`` anyhow where roots are missing.
    :param client: the client of a device class that is to be made for it; ``None`` for none.
    """

    id: str
    read: datetime.date
    title: str = ""
    released: datetime.date | None = None
    completeness: Completeness = Completeness.EXACT
    client: ClientRef | None = None


@attrs.frozen
class Imported:
    """What was done.

    :param snapshot: the snapshot file.
    :param found: what the store is made of, and what is missing.
    :param missing: the file that lists what is missing; ``None`` when nothing is.
    :param device: the file of the device class; ``None`` when none was asked for.
    """

    snapshot: Path
    found: Assembled
    missing: Path | None
    device: Path | None


def import_store(
    source: PathLike,
    folder: PathLike,
    wish: Wish,
    *,
    certificates: CertificateSource = None,
    password: str | bytes | None = None,
) -> Imported:
    """Read a store in any form and add it to a folder, which is made if it is not there.

    :param source: a file of a form that :meth:`TrustStore.from_file` reads, or a folder.
    :param folder: the folder of stores.
    :param certificates: where to look for certificates that the source only names.
    :param password: for PKCS#12 and keystores.
    :raises StoreError: when the id is no id or is taken, the source cannot be read, or the folder
        cannot be written.
    :raises ChainError: when the source is a file of certificates that cannot be read.
    """
    where = os.fspath(source)
    snapshot = _place(Path(folder), wish.id)
    entries = read_entries(source, password=password)
    found = assemble(entries, certificates, where=where)
    named = [e for e in entries if isinstance(e, BlockedCertificate) and e.sha256]
    text = _text(Path(source), wish, found, named)
    missing = snapshot.with_suffix(".missing.txt") if found.missing or found.unnamed else None
    device = _device_place(Path(folder), wish.id) if wish.client is not None else None
    try:
        _write_roots(Path(folder), found.anchors)
        _write(snapshot, text)
        if missing is not None:
            missing.write_text("".join(_missing(found)), encoding="utf-8")
        if device is not None:
            _write(device, device_text(wish))
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise StoreError(what, where=os.fspath(error.filename or folder)) from error
    _check(Path(folder), [path for path in (snapshot, missing, device) if path is not None])
    return Imported(snapshot, found, missing, device)


def _place(folder: Path, id: str) -> Path:
    """The snapshot file for this id, which must be free."""
    family = id.partition("/")[0]
    if ID.fullmatch(id) is None or family in NOT_FAMILIES:
        hint = "family/release, as my/router-2014; the family in lower case"
        raise StoreError(f"{id!r} is no id of a store", hint=hint)
    snapshot = folder / f"{id}.toml"
    if snapshot.exists():
        hint = "take another id, or remove the file first"
        raise StoreError(f"there is a store {id!r} already", where=os.fspath(snapshot), hint=hint)
    return snapshot


def _device_place(folder: Path, id: str) -> Path:
    """The file of the device class, one for each store, which must be free."""
    place = folder / "devices" / f"{id.replace('/', '-')}.toml"
    if place.exists():
        hint = "remove it first, or leave out the client"
        raise StoreError("there is such a file already", where=os.fspath(place), hint=hint)
    return place


def _check(folder: Path, written: Iterable[Path]) -> None:
    """Load the folder as anybody will; what was just written must not break it."""
    try:
        stores = read_stores(folder)
        check_devices(read_device_files(folder), set(stores.ids))
    except StoreDataError:
        for path in written:
            path.unlink()
        raise


def _write_roots(folder: Path, anchors: Iterable[TrustAnchor]) -> None:
    for anchor in anchors:
        root = anchor.certificate
        if isinstance(root, Certificate):
            _write(folder / "certificates" / f"{root.sha256}.pem", _pem(root))
        elif isinstance(root, KeyAnchor):
            text = key_text(root, _quoted(_name(anchor)))
            _write(folder / "keys" / f"{root.sha256}.toml", text)


def _write(path: Path, text: str) -> None:
    """Write a file whose name says what is in it, unless it is there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _pem(root: Certificate) -> str:
    valid = f"{root.not_before.date()} to {root.not_after.date()}"
    name = _printable(root.label)
    return f"Name: {name}\nSHA-256: {root.sha256}\nValid: {valid}\n{root.to_pem()}"


def device_text(wish: Wish) -> str:
    """The text of a file with one device class that has this store and client."""
    client = wish.client or EXAMPLE_CLIENT
    title = _quoted(wish.title or wish.id)
    return f"""\
format = 1
family = "{wish.id.partition("/")[0]}"

[[device]]
id = "{wish.id}"
title = {title}
store = "{wish.id}"
client = {{ name = {_quoted(client.name)}, version = {_quoted(client.version)} }}
released = {wish.released or wish.read}
examples = []
"""


# -- the snapshot file --------------------------------------------------------------------------


def _text(source: Path, wish: Wish, found: Assembled, blocked: list[BlockedCertificate]) -> str:
    anchors = found.anchors
    partial = Completeness.PARTIAL if found.missing else wish.completeness
    lines = [
        f"format = {FORMAT}",
        f"id = {_quoted(wish.id)}",
        f"title = {_quoted(wish.title or source.name or wish.id)}",
        f"released = {wish.released or wish.read}",
        f"released_basis = {_quoted(_basis(wish))}",
        f'completeness = "{partial}"',
        f'order = "{Order.UNKNOWN if source.is_dir() else Order.LISTED}"',
        *([f"note = {_quoted(found.note)}"] if found.note else []),
        f"count = {len(anchors)}",
        f'digest = "{digest_of(anchor.sha256 for anchor in anchors)}"',
        "",
        *_list("add", (_entry(anchor) for anchor in anchors)),
        "remove = []",
        *_list("disallowed", (f"{entry.sha256} {_printable(entry.label)}" for entry in blocked)),
        *_limits(anchors),
        "",
        "[provenance]",
        'kind = "import"',
        f"path = {_quoted(source.name or str(source))}",
        *([] if source.is_dir() else [f'sha256 = "{_digest(source)}"']),
        f"read = {wish.read}",
    ]
    return "\n".join(lines) + "\n"


def _digest(source: Path) -> str:
    return hashlib.sha256(read_bytes(source)).hexdigest()


def _basis(wish: Wish) -> str:
    if wish.released is None:
        return "the day of the import; when it was released is not recorded"
    return "as given at the import"


def _list(key: str, items: Iterable[str]) -> Iterator[str]:
    rows = dict.fromkeys(f"  {_quoted(item)}," for item in items)
    if rows:
        yield from (f"{key} = [", *rows, "]")


def _entry(anchor: TrustAnchor) -> str:
    return f"{anchor.sha256[:SHORT]} {_name(anchor)}"


def _name(anchor: TrustAnchor) -> str:
    return _printable(anchor.label)


def _printable(text: str) -> str:
    """The text on one line, without what moves a cursor or hides something."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split()) or "(no name)"


def _limits(anchors: Iterable[TrustAnchor]) -> Iterator[str]:
    """The tables of limits; roots that are limited alike share one."""
    alike: dict[tuple[Constraints, ...], list[TrustAnchor]] = {}
    for anchor in anchors:
        if anchor.constraints:
            alike.setdefault(anchor.constraints, []).append(anchor)
    for sets, roots in alike.items():
        yield from ("", "[[constrain]]", *_list("roots", map(_entry, roots)))
        yield f"sets = [{', '.join(map(_set, sets))}]"


def _set(limits: Constraints) -> str:
    told = attrs.asdict(limits, filter=lambda field, value: value != field.default)
    return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in told.items())} }}"


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case datetime.datetime():
            return f"{value:%Y-%m-%dT%H:%M:%SZ}"
        case frozenset():
            return f"[{', '.join(sorted(_quoted(_NAMES.get(item, item)) for item in value))}]"
        case tuple() if all(isinstance(item, int) for item in value):
            return _quoted(".".join(map(str, value)))
        case tuple():
            return f"[{', '.join(_quoted(str(item)) for item in value)}]"
    raise TypeError(type(value).__name__)


def _quoted(text: str) -> str:
    """A TOML string; JSON writes the same, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _missing(found: Assembled) -> Iterator[str]:
    """What the source names and could not be brought: kind, fingerprint and name."""
    for root in found.missing:
        yield f"root {root.sha256 or f'sha1:{root.sha1}'} {_printable(root.label)}\n"
    for blocked in found.unnamed:
        yield f"blocked, without fingerprint: {_printable(blocked.label)}\n"
