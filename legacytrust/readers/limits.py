"""How much input is still a chain, and the one place where files are opened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from legacytrust.errors import ChainError, InputTooLargeError

__all__ = ["MAX_CERTIFICATES", "MAX_INPUT_BYTES", "check_count", "check_size", "read_bytes"]

#: A chain with all its text is a few kilobytes; a whole root store is about half a megabyte.
MAX_INPUT_BYTES: Final = 8 << 20

#: TLS itself allows 16 MiB of certificates; no server sends more than a handful.
MAX_CERTIFICATES: Final = 1000


def check_size(size: int, where: str) -> None:
    """Refuse input that is larger than any chain.

    :raises InputTooLargeError: above :data:`MAX_INPUT_BYTES`.
    """
    if size > MAX_INPUT_BYTES:
        raise InputTooLargeError(
            f"{size:,} bytes are too many for a chain or a list of roots",
            where=where,
            hint=f"the limit is {MAX_INPUT_BYTES:,} bytes",
        )


def check_count(count: int, where: str) -> None:
    """Refuse more certificates than any server sends.

    :raises InputTooLargeError: above :data:`MAX_CERTIFICATES`.
    """
    if count > MAX_CERTIFICATES:
        raise InputTooLargeError(
            f"{count:,} certificates are too many for a chain",
            where=where,
            hint=f"the limit is {MAX_CERTIFICATES:,}",
        )


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The content of a file, never more than the limit is read.

    :raises ChainError: when the file cannot be read.
    :raises InputTooLargeError: when it is too large.
    """
    where = os.fspath(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_INPUT_BYTES + 1)
            size = os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise ChainError(f"cannot be read: {error.strerror or error}", where=where) from error
    except ValueError as error:  # a NUL in the path
        raise ChainError(f"no path of a file: {error}", where=repr(where)) from error
    check_size(max(len(data), size), where)
    return data
