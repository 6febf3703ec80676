"""Folders of certificates: ``/system/etc/security/cacerts`` of Android, ``/etc/ssl/certs``.

In Android's folder every file is named after the hash of its subject and a number, as in
``9a6ec012.0``, and holds a PEM block with some text before or after it.  Where a folder has files
of such names, only those count: OpenSSL looks at no others.  In any other folder the files whose
names end like those of certificates count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.errors import InputTooLargeError, StoreError
from legacytrust.readers.limits import read_bytes
from legacytrust.readers.recognise import read_certificates
from legacytrust.stores.formats.entries import HeldRoot, check_entries

__all__ = ["read"]

_HASHED: Final = re.compile(r"[0-9a-f]{8}\.[0-9]{1,4}")
_ENDINGS: Final = (".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".cert")
_MOST_BYTES: Final = 64 << 20


def read(folder: str | os.PathLike[str]) -> tuple[HeldRoot, ...]:
    """The certificates of the files of a folder, by file name, each once.

    Folders inside it are not entered.

    :raises StoreError: when the folder cannot be read, or has no file of a certificate.
    :raises ChainError: when one of its files holds no certificate.
    """
    where = os.fspath(folder)
    found: dict[Certificate, None] = {}
    size = 0
    for path in _files(Path(folder), where):
        data = read_bytes(path)
        size += len(data)
        if size > _MOST_BYTES:
            raise InputTooLargeError("the files are too large for a trust store", where=where)
        found.update(dict.fromkeys(read_certificates(data, where=os.fspath(path))))
        check_entries(len(found), where)
    return tuple(map(HeldRoot, found))


def _files(folder: Path, where: str) -> Iterator[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", where=where) from error
    except ValueError as error:
        raise StoreError(f"no path of a folder: {error}", where=repr(where)) from error
    hashed = [name for name in names if _HASHED.fullmatch(name)]
    chosen = hashed or [name for name in names if name.lower().endswith(_ENDINGS)]
    if not chosen:
        raise StoreError(
            "no file of a certificate in this folder",
            where=where,
            hint=f"names like 9a6ec012.0, or ending in {' '.join(_ENDINGS)}",
        )
    check_entries(len(chosen), where)
    yield from (folder / name for name in chosen)
