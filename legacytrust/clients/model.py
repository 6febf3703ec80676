"""One client: an implementation in one version, with its switches set."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import attrs

from legacytrust.clients.evidence import Evidence
from legacytrust.clients.versions import VersionRanges
from legacytrust.paths.rules import CheckRules, SearchRules

__all__ = ["ClientModel", "Row"]


@attrs.frozen
class Row:
    """One fact about one trait.

    :param trait: a field of ``SearchRules`` or ``CheckRules``.
    :param value: what it is.
    :param versions: for which versions.
    :param source: where that was read or measured.
    :param evidence: how well it is known.
    """

    trait: str
    value: Any
    versions: VersionRanges
    source: str
    evidence: Evidence


@attrs.frozen
class ClientModel:
    """How one implementation, in one version, builds and checks a path.

    Made by :func:`legacytrust.client`.

    :param name: the implementation, as ``openssl``.
    :param version: its real version number.
    :param options: switches that were set, as sorted pairs.
    :param search: how it looks for a path.
    :param checks: what it objects to.
    :param rows: the facts that all this was folded from.
    """

    name: str
    version: str
    options: tuple[tuple[str, object], ...]
    search: SearchRules = attrs.field(repr=False)
    checks: CheckRules = attrs.field(repr=False)
    rows: tuple[Row, ...] = attrs.field(repr=False, eq=False)

    @property
    def id(self) -> str:
        """``openssl 1.0.2k`` with its options, if any."""
        switches = "".join(f" {name}={value}" for name, value in self.options)
        return f"{self.name} {self.version}{switches}"

    @cached_property
    def _by_trait(self) -> dict[str, Row]:
        return {row.trait: row for row in self.rows}

    def evidence_for(self, trait: str) -> Evidence:
        """How well the value of a trait is known; ``UNKNOWN`` when no fact speaks about it."""
        row = self._by_trait.get(trait)
        return row.evidence if row is not None else Evidence.UNKNOWN

    def source_of(self, trait: str) -> str:
        """Where the value of a trait was read; empty when no fact speaks about it."""
        row = self._by_trait.get(trait)
        return row.source if row is not None else ""

    @cached_property
    def search_evidence(self) -> Evidence:
        """How well the way it searches is known: as well as the worst of its search traits."""
        names = {field.name for field in attrs.fields(SearchRules)}
        return self.weakest(row.trait for row in self.rows if row.trait in names)

    def weakest(self, traits: Iterable[str]) -> Evidence:
        """The worst evidence among these traits."""
        return Evidence.weakest(self.evidence_for(trait) for trait in traits)

    def __str__(self) -> str:
        return self.id
