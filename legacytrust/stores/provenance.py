"""Where a fact was read, and how well it is known: what every snapshot and facts file carries."""

from __future__ import annotations

import datetime
import re
from enum import StrEnum

import attrs

from legacytrust.stores.tables import Table

__all__ = ["Completeness", "Provenance", "ProvenanceKind", "Registry", "read_provenance"]

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Completeness(StrEnum):
    """How well a snapshot is known."""

    EXACT = "exact"
    """Read from the release itself."""
    INFERRED = "inferred"
    """Read from something near the release, and taken to be the same."""
    PARTIAL = "partial"
    """Some members are known to be missing from the list."""


class ProvenanceKind(StrEnum):
    """How a source gives its facts."""

    GIT = "git"
    """A public repository holds the store's own files at a commit."""
    SCRAPE = "scrape"
    """A public repository holds a list that a third party read off the store's own files."""
    PACKAGE = "package"
    """A package of a public registry holds the store, in one pinned version."""
    IMPORT = "import"
    """Somebody's own file or folder, brought in as it was."""


class Registry(StrEnum):
    """A public registry, each reached through its own client."""

    PYPI = "pypi"
    NPM = "npm"
    DEBIAN = "debian"


@attrs.frozen
class Provenance:
    """The place at which the members of a store, or the facts of a root, were read.

    A source is a repository at a ref, a package in a version, or somebody's own file; what belongs
    to the other kinds is empty.

    :ivar path: the file or directory inside it.
    :ivar read: the date of that ref or version.
    :ivar repository: owner and name of the public repository.
    :ivar ref: the tag, branch or commit that was asked for.
    :ivar commit: the commit that *ref* stood for; empty if only the ref is known.
    :ivar registry: the registry that offers the package; ``None`` for a repository.
    :ivar package: the name of the package there.
    :ivar version: its version.
    :ivar sha256: of a file that was imported, lower-case hex; empty for a folder.
    :ivar stands_for: which releases it speaks for, and why.
    :ivar cross_checks: independent sources that say the same, or how they differ.
    """

    kind: ProvenanceKind
    path: str
    read: datetime.date
    repository: str = ""
    ref: str = ""
    commit: str = ""
    registry: Registry | None = None
    package: str = ""
    version: str = ""
    sha256: str = ""
    stands_for: str = ""
    cross_checks: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The repository or package, as a person would name it."""
        if self.kind is ProvenanceKind.IMPORT:
            return "imported"
        return self.repository or f"{self.registry}: {self.package}"

    @property
    def state(self) -> str:
        """The state of it that was read: a ref with its commit, or a version."""
        if self.kind is ProvenanceKind.PACKAGE:
            return self.version
        if self.kind is ProvenanceKind.IMPORT:
            return f"SHA-256 {self.sha256}" if self.sha256 else "a folder"
        return f"{self.ref}, commit {self.commit}" if self.commit else self.ref


def read_provenance(table: Table) -> Provenance:
    """The provenance written in a ``[provenance]`` table.

    :raises StoreDataError: if a key is missing, unknown, or has a value of another kind.
    """
    kind = table.choice("kind", ProvenanceKind)
    match kind:
        case ProvenanceKind.PACKAGE:
            return _package(table, kind)
        case ProvenanceKind.IMPORT:
            return _import(table, kind)
        case _:
            return _repository(table, kind)


_COMMON = ("kind", "path", "read", "stands_for", "cross_checks")


def _repository(table: Table, kind: ProvenanceKind) -> Provenance:
    table.only(*_COMMON, "repository", "ref", "commit")
    commit = table.string("commit", "")
    if commit and _COMMIT.fullmatch(commit) is None:
        raise table.key_error("commit", "40 hexadecimal digits in lower case")
    return Provenance(
        kind=kind,
        path=table.string("path"),
        read=table.date("read"),
        repository=table.string("repository"),
        ref=table.string("ref"),
        commit=commit,
        stands_for=table.string("stands_for"),
        cross_checks=table.strings("cross_checks"),
    )


def _package(table: Table, kind: ProvenanceKind) -> Provenance:
    table.only(*_COMMON, "registry", "package", "version")
    return Provenance(
        kind=kind,
        path=table.string("path"),
        read=table.date("read"),
        registry=table.choice("registry", Registry),
        package=table.string("package"),
        version=table.string("version"),
        stands_for=table.string("stands_for", ""),
        cross_checks=table.strings("cross_checks"),
    )


def _import(table: Table, kind: ProvenanceKind) -> Provenance:
    table.only(*_COMMON, "sha256")
    sha256 = table.string("sha256", "")
    if sha256 and _SHA256.fullmatch(sha256) is None:
        raise table.key_error("sha256", "64 hexadecimal digits in lower case")
    return Provenance(
        kind=kind,
        path=table.string("path"),
        read=table.date("read"),
        sha256=sha256,
        stands_for=table.string("stands_for", ""),
        cross_checks=table.strings("cross_checks"),
    )
