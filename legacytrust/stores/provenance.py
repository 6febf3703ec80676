"""Where a fact was read: the evidence that every snapshot and every facts file carries."""

from __future__ import annotations

import datetime
from enum import StrEnum

import attrs

from legacytrust.stores.tables import Table

__all__ = ["Provenance", "ProvenanceKind", "read_provenance"]


class ProvenanceKind(StrEnum):
    """How a source gives its facts."""

    GIT = "git"
    """A public repository holds the store's own files at a commit."""
    SCRAPE = "scrape"
    """A public repository holds a list that a third party read off the store's own files."""


@attrs.frozen
class Provenance:
    """The place at which the members of a store, or the facts of a root, were read.

    :ivar repository: owner and name of the public repository.
    :ivar ref: the tag, branch or commit that was asked for.
    :ivar path: the file or directory inside it.
    :ivar commit: the commit that *ref* stood for.
    :ivar read: the date of that ref.
    :ivar stands_for: which releases that commit speaks for, and why.
    :ivar cross_checks: independent sources that say the same, or how they differ.
    """

    kind: ProvenanceKind
    repository: str
    ref: str
    path: str
    commit: str
    read: datetime.date
    stands_for: str
    cross_checks: tuple[str, ...] = ()


def read_provenance(table: Table) -> Provenance:
    """The provenance written in a ``[provenance]`` table.

    :raises StoreDataError: if a key is missing, unknown, or has a value of another kind.
    """
    table.only(*(field.name for field in attrs.fields(Provenance)))
    return Provenance(
        kind=table.choice("kind", ProvenanceKind),
        repository=table.string("repository"),
        ref=table.string("ref"),
        path=table.string("path"),
        commit=table.string("commit"),
        read=table.date("read"),
        stands_for=table.string("stands_for"),
        cross_checks=table.strings("cross_checks"),
    )
