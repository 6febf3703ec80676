"""The list of CA certificates that clients can find beyond what a server sends.

``trust_stores/intermediates.toml`` names the certificates of the packaged pool, each by a short
fingerprint and the names of its subject and issuer, in the order in which candidates of one name
are tried.  It also tells of well-known cross-certificates whose bytes no package of a registry
carries: what they are, and where their authority offers them, so that a person can fetch them and
check the fingerprint.
"""

from __future__ import annotations

import datetime
import re
from enum import StrEnum
from importlib.resources.abc import Traversable

import attrs

from legacytrust.stores.files import SHORT, RootEntry
from legacytrust.stores.tables import Table, read_table

__all__ = ["AddressBasis", "Elsewhere", "PoolFile", "read_pool_file"]

_ENTRY = re.compile(rf"([0-9a-f]{{{SHORT}}}) (\S.*, by .*\S)")
_HEX = re.compile(r"[0-9a-f]+")


class AddressBasis(StrEnum):
    """How the download address of a certificate is known."""

    ISSUED = "issued"
    """A certificate that it issued gives the address (authorityInfoAccess).  The authority decides
    which certificate of this name and key lies there; it may have changed."""
    REPOSITORY = "repository"
    """It is the place of the file in what the authority publishes."""


@attrs.frozen
class Elsewhere:
    """A certificate that is well known, and that no package of a registry carries.

    :ivar name: of the subject.
    :ivar issuer: the name of the issuer.
    :ivar sha1: the fingerprint by which Windows names certificates.
    :ivar spki_sha256: of its public key.
    :ivar not_before: the day from which it is valid.
    :ivar not_after: the last day on which it is valid.
    :ivar address: where its authority offers it.
    :ivar address_basis: how that is known.
    :ivar roots: SHA-256 of the self-signed roots above it, by any known way.
    """

    name: str
    issuer: str
    sha256: str
    sha1: str
    spki_sha256: str
    not_before: datetime.date
    not_after: datetime.date
    address: str
    address_basis: AddressBasis
    roots: tuple[str, ...] = ()


@attrs.frozen
class PoolFile:
    """What ``intermediates.toml`` says.

    :ivar held: the certificates of the pool, in order.
    :ivar elsewhere: those whose facts are all that is held.
    """

    held: tuple[RootEntry, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


def read_pool_file(root: Traversable) -> PoolFile:
    """Read ``intermediates.toml`` below *root*; an empty list where there is no such file.

    :raises StoreDataError: if the file breaks the format, or names a certificate twice.
    """
    file = root / "intermediates.toml"
    if not file.is_file():
        return PoolFile()
    table = read_table(file, "intermediates.toml")
    table.only("format", "held", "elsewhere")
    held = tuple(_entry(table, line) for line in table.strings("held"))
    elsewhere = tuple(_elsewhere(row) for row in table.tables("elsewhere"))
    _check_once(table, [e.short for e in held] + [e.sha256[:SHORT] for e in elsewhere])
    return PoolFile(held, elsewhere)


def _entry(table: Table, line: str) -> RootEntry:
    match = _ENTRY.fullmatch(line)
    if match is None:
        hint = f'{SHORT} hexadecimal digits in lower case, a space, the name, ", by ", its issuer'
        raise table.error(f"{line!r} does not name a certificate", at=line, hint=hint)
    return RootEntry(match[1], match[2])


def _elsewhere(table: Table) -> Elsewhere:
    table.only(*(field.name for field in attrs.fields(Elsewhere)))
    return Elsewhere(
        name=table.string("name"),
        issuer=table.string("issuer"),
        sha256=_fingerprint(table, "sha256"),
        sha1=_fingerprint(table, "sha1", digits=40),
        spki_sha256=_fingerprint(table, "spki_sha256"),
        not_before=table.date("not_before"),
        not_after=table.date("not_after"),
        address=table.string("address"),
        address_basis=table.choice("address_basis", AddressBasis),
        roots=table.strings("roots"),
    )


def _fingerprint(table: Table, key: str, *, digits: int = 64) -> str:
    value = table.string(key)
    if len(value) != digits or _HEX.fullmatch(value) is None:
        raise table.key_error(key, f"{digits} hexadecimal digits in lower case")
    return value


def _check_once(table: Table, shorts: list[str]) -> None:
    for number, short in enumerate(shorts):
        if short in shorts[:number]:
            raise table.error(f"{short} is named twice", at=short)
