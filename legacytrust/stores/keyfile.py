"""Roots that are a name and a key, as files: ``keys/<sha256>.toml``.

Bundles for small devices hold no certificates.  An imported one keeps each root here, under the
SHA-256 of its name and key, one after the other.
"""

from __future__ import annotations

import base64
import binascii
import textwrap
from importlib.resources.abc import Traversable
from typing import Final

from legacytrust.errors import StoreError
from legacytrust.stores.anchor import KeyAnchor
from legacytrust.stores.tables import FORMAT, Table, read_table

__all__ = ["key_text", "read_key_file", "read_key_files"]

_COLUMNS: Final = 76


def read_key_file(file: Traversable, where: str = "") -> KeyAnchor:
    """Read one file of ``keys/``.

    :param where: what to call the file in messages; its name if empty.
    :raises StoreDataError: if the file breaks the format or is not named after what is in it.
    """
    table = read_table(file, where or file.name)
    table.only("format", "name", "subject", "public_key", "is_ca")
    try:
        anchor = KeyAnchor.from_der(
            _octets(table, "subject"),
            _octets(table, "public_key"),
            name=table.string("name"),
            is_ca=table.boolean("is_ca"),
        )
    except StoreError as error:
        raise table.error(error.what, hint=error.hint) from error
    if file.name != f"{anchor.sha256}.toml":
        raise table.error(f"the file should be named {anchor.sha256}.toml", at="subject =")
    return anchor


def read_key_files(root: Traversable) -> tuple[KeyAnchor, ...]:
    """Read all files of ``keys/`` below *root*, in the order of their names.

    :raises StoreDataError: as :func:`read_key_file`.
    """
    folder = root / "keys"
    files = sorted(folder.iterdir(), key=lambda f: f.name) if folder.is_dir() else []
    return tuple(read_key_file(f, f"keys/{f.name}") for f in files if f.name.endswith(".toml"))


def key_text(anchor: KeyAnchor, name: str) -> str:
    """The text of the file for this root.

    :param name: what to call it, as TOML writes a text.
    """
    return (
        f"format = {FORMAT}\n"
        f"name = {name}\n"
        f"subject = {_base64(anchor.subject.der)}\n"
        f"public_key = {_base64(anchor.public_key.spki)}\n"
        f"is_ca = {str(anchor.is_ca).lower()}\n"
    )


def _base64(data: bytes) -> str:
    lines = textwrap.wrap(base64.b64encode(data).decode(), _COLUMNS)
    return "\n".join(['"""', *lines, '"""'])


def _octets(table: Table, key: str) -> bytes:
    try:
        return base64.b64decode("".join(table.string(key).split()), validate=True)
    except binascii.Error:
        raise table.key_error(key, "base64") from None
