"""A family of client models is a table.

Each row is one fact: a trait, its value, the versions for which it holds, where it was read, and
how well that is known.  Asking for a version folds the rows that hold for it into one set of
rules.  Two rows that speak about the same trait for the same version are a mistake in the table,
and :meth:`Family.problems` finds it; a version about which no row speaks keeps the rule's default,
which is *unknown* for everything a verdict can depend on.

Thirty versions are so thirty foldings of one table, not thirty classes; and the documentation,
the evidence of a verdict and "what changed between 1.0.2a and 1.0.2b" are all printed from the
same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from legacytrust.clients.evidence import Evidence
from legacytrust.clients.model import ClientModel, Row
from legacytrust.clients.versions import Parser, VersionKey, VersionRanges
from legacytrust.errors import ClientError, UnknownClientError
from legacytrust.paths.rules import CheckRules, SearchRules

__all__ = ["Family", "Foundation", "Release", "Row", "Table", "TraitOption"]

SEARCH_TRAITS: Final = tuple(field.name for field in attrs.fields(SearchRules))
CHECK_TRAITS: Final = tuple(field.name for field in attrs.fields(CheckRules))


class Table:
    """Collects the rows of a family while its module is read."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._rows: list[Row] = []

    def add(self, trait: str, value: Any, versions: str, source: str, evidence: Evidence) -> None:
        """Add one row.

        :raises ValueError: when the trait does not exist or a version cannot be read.
        """
        if trait not in SEARCH_TRAITS and trait not in CHECK_TRAITS:
            raise ValueError(f"there is no trait {trait!r}")
        ranges = VersionRanges.parse(versions, self._parser)
        self._rows.append(Row(trait, value, ranges, source, evidence))

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in the order in which they were added."""
        return tuple(self._rows)


@attrs.frozen
class TraitOption:
    """A switch that the real implementation has.

    :param describe: one sentence for the documentation.
    :param apply: from a value and the version to the traits that it sets.
    """

    describe: str
    apply: Callable[[Any, VersionKey], Mapping[str, Any]]


@attrs.frozen
class Release:
    """Which version of another implementation a program was built with.

    :param versions: versions of the program.
    :param version: the version of the implementation in it.
    :param source: where that stands.
    :param evidence: how well it is known.
    """

    versions: VersionRanges
    version: str
    source: str
    evidence: Evidence


@attrs.frozen(eq=False)
class Foundation:
    """Another implementation that a program uses: its facts hold, where the program has no own.

    :param family: the implementation.
    :param option: the option with which a caller names another version of it.
    :param releases: what the program was built with, by version of the program.
    :param needs: traits that the program can set only if the implementation is one of these.
    """

    family: Family
    option: str
    releases: tuple[Release, ...] = attrs.field(repr=False)
    needs: Mapping[str, VersionRanges] = attrs.field(factory=dict, repr=False)

    def release(self, key: VersionKey) -> Release:
        """What this version of the program was built with."""
        return next(release for release in self.releases if release.versions.holds(key))

    def model(self, key: VersionKey, options: Mapping[str, object]) -> ClientModel:
        """The model that a version of the program rests on.

        :param options: of the program; those that it does not know itself.
        :raises UnknownClientError: when the named version is not covered.
        :raises ClientError: when there is no such option.
        """
        rest = dict(options)
        version = rest.pop(self.option, None) or self.release(key).version
        return self.family.model(str(version), **rest)


@attrs.frozen(eq=False)
class Family:
    """All versions of one implementation.

    :param name: what :func:`legacytrust.client` calls it.
    :param title: what people call it.
    :param parser: orders its version strings.
    :param coverage: the versions that are modelled.
    :param rows: the facts.
    :param options: its switches.
    :param hint: what to say about versions that are not covered.
    :param gaps: checks about which no row speaks for some version, and why: they stay unknown.
    :param foundation: the implementation that it is built on, if it is not one of its own.
    """

    name: str
    title: str
    parser: Parser
    coverage: VersionRanges
    rows: tuple[Row, ...] = attrs.field(repr=False)
    options: Mapping[str, TraitOption] = attrs.field(factory=dict, repr=False)
    hint: str = ""
    gaps: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    foundation: Foundation | None = attrs.field(default=None, repr=False)

    def model(self, version: str, **options: object) -> ClientModel:
        """The model of one version.

        :param version: a real version number of the implementation.
        :param options: its switches; an option that is ``None`` is left at its default.
        :raises UnknownClientError: when the version is not covered; the error names the nearest.
        :raises ClientError: when there is no such option, or not for this version.
        """
        key = self.parser(version)
        if key is None or not self.coverage.holds(key):
            raise UnknownClientError(
                f"no model of {self.name} covers version {version!r}", hint=self._near(key)
            )
        given = {name: value for name, value in options.items() if value is not None}
        own = {name: value for name, value in given.items() if self._is_own(name)}
        rest = {name: value for name, value in given.items() if name not in own}
        rows = (*self._below(key, rest), *self._chosen(own, key))
        return _fold(self, version, {row.trait: row for row in rows}, given)

    def _below(self, key: VersionKey, options: Mapping[str, object]) -> Iterator[Row]:
        """The facts of what it is built on, and its own as far as they can hold on that."""
        if self.foundation is None:
            yield from self._holding(key)
            return
        base = self.foundation.model(key, options)
        yield from base.rows
        built_on = self.foundation.family.parser(base.version) or ()
        for row in self._holding(key):
            needed = self.foundation.needs.get(row.trait)
            if needed is None or needed.holds(built_on):
                yield row

    def _is_own(self, option: str) -> bool:
        """Whether the option is judged here and not by what the program is built on."""
        return self.foundation is None or option in self.options

    def _near(self, key: VersionKey | None) -> str:
        """What to ask for instead of a version that is not covered."""
        nearest = " and ".join(self.coverage.nearest(key)) if key is not None else ""
        near = f"nearest: {nearest}; " if nearest else ""
        return f"{near}covered: {self.coverage.text}. {self.hint}".strip()

    def _holding(self, key: VersionKey) -> Iterator[Row]:
        return (row for row in self.rows if row.versions.holds(key))

    def _chosen(self, given: Mapping[str, object], key: VersionKey) -> Iterator[Row]:
        for name, value in given.items():
            option = self.options.get(name)
            if option is None:
                known = ", ".join(self.options) or "none"
                raise ClientError(
                    f"{self.name} has no option {name!r}", hint=f"its options: {known}"
                )
            for trait, setting in option.apply(value, key).items():
                source = f"option {name}={value!r}"
                yield Row(trait, setting, self.coverage, source, Evidence.READ)

    def problems(self) -> tuple[str, ...]:
        """What is wrong with the table: rows that disagree, and traits that must be there."""
        found = []
        for key in self._boundaries():
            seen: dict[str, Row] = {}
            for row in self._holding(key):
                if row.trait in seen:
                    found.append(f"{row.trait} is given twice for version {key}")
                seen[row.trait] = row
            if self.foundation is None and "strategy" not in seen:
                found.append(f"no strategy for version {key}")
            if self.foundation is not None:
                built = sum(r.versions.holds(key) for r in self.foundation.releases)
                if built != 1:
                    found.append(f"{built} foundations for version {key}")
        return tuple(dict.fromkeys(found))

    @property
    def ranges(self) -> tuple[VersionRanges, ...]:
        """All ranges that the tables speak of."""
        releases = self.foundation.releases if self.foundation is not None else ()
        rows = (row.versions for row in self.rows)
        return (self.coverage, *rows, *(release.versions for release in releases))

    def _boundaries(self) -> tuple[VersionKey, ...]:
        """A version at and just after each end of each range, as far as they are covered."""
        ends = {
            end
            for ranges in self.ranges
            for item in ranges.ranges
            for end in (item.first, item.last, _next(item.last))
        }
        return tuple(sorted(end for end in ends if self.coverage.holds(end)))


def _next(key: VersionKey) -> VersionKey:
    return (*key[:-1], key[-1] + 1)


def _fold(
    family: Family, version: str, traits: Mapping[str, Row], options: Mapping[str, object]
) -> ClientModel:
    def bundle(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: traits[name].value for name in names if name in traits}

    return ClientModel(
        name=family.name,
        version=version,
        options=tuple(sorted(options.items())),
        search=SearchRules(**bundle(SEARCH_TRAITS)),
        checks=CheckRules(**bundle(CHECK_TRAITS)),
        rows=tuple(traits.values()),
    )
