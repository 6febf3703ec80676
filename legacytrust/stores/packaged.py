"""Where the packaged index is.

A wheel carries it inside the package.  In a checkout the text lies beside the package, and the
index is derived from it when it is first needed: into a file beside the folder, which is derived
again when any file of the text has changed.  Where that file cannot be written, the index is only
kept in memory.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from legacytrust.errors import StoreDataError
from legacytrust.stores.index import FileSource, Index, MemorySource

__all__ = ["INDEX_NAME", "derived_index", "packaged_index", "state_of"]

_MODE: Final = 0o644
INDEX_NAME: Final = "trust_stores.index"
"""The name of the index, in the package and beside the text."""


@functools.cache
def packaged_index() -> Index:
    """The index of the packaged stores, opened once.

    :raises StoreDataError: when it is damaged, or when neither it nor the text is there.
    """
    inside = files("legacytrust") / INDEX_NAME
    if inside.is_file():
        source = (
            FileSource(inside) if isinstance(inside, Path) else MemorySource(inside.read_bytes())
        )
        return Index(source, INDEX_NAME)
    beside = Path(__file__).resolve().parents[2] / "trust_stores"
    if beside.is_dir():
        return derived_index(beside)
    raise StoreDataError(
        "the trust stores are missing from this installation", hint="install the package again"
    )


def derived_index(root: Path) -> Index:
    """The index of a folder of text, derived if the file beside it is not of its present state.

    :raises StoreDataError: when a file breaks the format.
    """
    cache, state = root.with_name(INDEX_NAME), state_of(root)
    hint = f"delete {cache}; it is derived again"
    with contextlib.suppress(StoreDataError):  # not there, cut off, or of another version
        index = Index(FileSource(cache), INDEX_NAME, hint)
        if index.head("made_from") == state:
            return index
    from legacytrust.stores.indexwriter import derive_index

    data = derive_index(root, state)
    written = _replace(cache, data)
    return Index(FileSource(cache) if written else MemorySource(data), INDEX_NAME, hint)


def state_of(root: Path) -> str:
    """A cheap digest of the state of a folder, and of the code that reads it.

    It changes when a file is added, removed, or written.
    """
    lines = sorted((*_states(root), *_states(Path(__file__).parent)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _states(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _states(Path(entry.path))
            else:
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"


def _replace(path: Path, data: bytes) -> bool:
    """Write the file in one step; whether that could be done."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError:
        return False
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).chmod(_MODE)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        return False
    return True
