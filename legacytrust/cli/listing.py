"""What the commands about devices, stores and roots share: options, rows and records."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Final, TypeVar

import click

from legacytrust.certificate import Certificate
from legacytrust.cli.screen import DIM, Cell, Screen
from legacytrust.stores.anchor import AnchorCertificate, KeyAnchor, RootFacts, TrustAnchor
from legacytrust.stores.constraints import as_data

__all__ = [
    "SCHEMA_VERSION",
    "counted",
    "fingerprint_cell",
    "key_of",
    "root_data",
    "root_row",
    "stores_option",
    "validity",
]

_Command = TypeVar("_Command", bound=Callable[..., object])

SCHEMA_VERSION: Final = 1
#: How many digits of a fingerprint a table on a terminal has room for; the files have as many.
_SHORT: Final = 12


def stores_option(command: _Command) -> _Command:
    """``--stores``, a folder instead of what is packaged."""
    return click.option(
        "--stores",
        "folder",
        metavar="FOLDER",
        help="A folder of your own, as 'stores import' makes it, instead of the packaged stores.",
    )(command)


def counted(items: Sized, one: str, many: str) -> str:
    """``1 store``, ``2 stores``."""
    return f"{len(items)} {one if len(items) == 1 else many}"


def validity(root: AnchorCertificate) -> str:
    """From when to when a root is valid."""
    if isinstance(root, KeyAnchor):
        return "name and key only"
    return f"{root.not_before:%Y-%m-%d} to {root.not_after:%Y-%m-%d}"


def key_of(root: AnchorCertificate) -> Cell | str:
    """The kind and size of a root's key, where it is known."""
    return Cell("facts only", DIM) if isinstance(root, RootFacts) else str(root.public_key)


def fingerprint_cell(screen: Screen, sha256: str) -> Cell:
    """A fingerprint: in full for programs, its beginning for people."""
    return Cell(sha256[:_SHORT] if screen.is_terminal else sha256, DIM)


def root_row(screen: Screen, position: int, anchor: TrustAnchor) -> tuple[Cell | str, ...]:
    """Position, fingerprint, validity, key and name."""
    root = anchor.certificate
    fingerprint = fingerprint_cell(screen, root.sha256)
    return (str(position), fingerprint, validity(root), key_of(root), root.label)


def root_data(position: int | None, anchor: TrustAnchor) -> dict[str, object]:
    """The same and more, for programs."""
    root = anchor.certificate
    is_dated = not isinstance(root, KeyAnchor)
    return {
        **({"position": position} if position is not None else {}),
        "sha256": root.sha256,
        "sha1": root.sha1 if isinstance(root, Certificate | RootFacts) else None,
        "name": root.label,
        "subject": str(root.subject),
        "not_before": f"{root.not_before:%Y-%m-%dT%H:%M:%SZ}" if is_dated else None,
        "not_after": f"{root.not_after:%Y-%m-%dT%H:%M:%SZ}" if is_dated else None,
        "key": None if isinstance(root, RootFacts) else str(root.public_key),
        "facts_only": isinstance(root, RootFacts),
        "limits": [as_data(limits) for limits in anchor.constraints],
    }
