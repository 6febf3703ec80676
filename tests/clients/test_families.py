"""The tables of client models: complete, without contradiction, each row with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

import legacytrust as lt
from legacytrust.clients import FAMILIES, Evidence
from legacytrust.clients.family import CHECK_TRAITS, SEARCH_TRAITS, Family, Table
from legacytrust.clients.model import Row
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.errors import UnknownClientError
from legacytrust.paths.rules import NO_CHECKS, Alternatives, CheckRules, Scope, Strategy
from legacytrust.stores.devices import read_device_files
from support import versions_of

ROOT = Path(__file__).resolve().parents[2] / "trust_stores"
families = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)

OPEN_BY_DEFAULT = tuple(
    trait
    for trait in CHECK_TRAITS
    if trait != "signatures" and getattr(CheckRules(), trait) != getattr(NO_CHECKS, trait)
)
"""Checks of which nobody knows what a client does when its table is silent."""


def test_a_family_stands_under_its_own_name() -> None:
    assert [family.name for family in FAMILIES.values()] == list(FAMILIES)
    assert "android" in FAMILIES
    assert "windows" not in FAMILIES


@families
def test_no_row_contradicts_another(family: Family) -> None:
    assert family.problems() == ()


@families
def test_every_check_has_a_row_or_the_family_says_that_nobody_knows(family: Family) -> None:
    silent: set[str] = set()
    for version in versions_of(family):
        told = {row.trait for row in family.model(version).rows}
        silent |= {*OPEN_BY_DEFAULT} - told
    assert silent == set(family.gaps)
    assert all(len(reason) > 10 for reason in family.gaps.values())


@families
def test_every_row_names_a_source_and_says_how_well_it_is_known(family: Family) -> None:
    for row in family.rows:
        assert len(row.source) > 15, row
        assert isinstance(row.evidence, Evidence)
        if row.evidence is Evidence.UNKNOWN:
            assert "unknown" in repr(row.value), row


@families
def test_every_row_speaks_of_a_covered_version(family: Family) -> None:
    """A range that no covered version lies in is a slip of the pen."""
    keys = [family.parser(version) or () for version in versions_of(family)]
    for row in family.rows:
        assert any(row.versions.holds(key) for key in keys), row


@families
def test_rows_of_one_trait_are_values_of_one_type(family: Family) -> None:
    for trait in (*SEARCH_TRAITS, *CHECK_TRAITS):
        assert len({type(row.value) for row in family.rows if row.trait == trait}) <= 1


@families
def test_every_row_makes_a_difference_somewhere(family: Family) -> None:
    """What a version does is what its row says."""
    for version in versions_of(family):
        model = family.model(version)
        for row in model.rows:
            bundle = model.search if row.trait in SEARCH_TRAITS else model.checks
            assert getattr(bundle, row.trait) == row.value
            assert model.source_of(row.trait) == row.source
            assert model.evidence_for(row.trait) is row.evidence


def toy(*rows: tuple[str, object, str], covered: str = "1..3") -> Family:
    table = Table(dotted)
    for trait, value, versions in rows:
        table.add(trait, value, versions, "invented for this test", Evidence.BELIEVED)
    coverage = VersionRanges.parse(covered, dotted)
    return Family("toy", "Toy", dotted, coverage, table.rows, MappingProxyType({}))


STRATEGY = ("strategy", Strategy.REORDER, "1..3")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ((STRATEGY, ("dates", Scope(), "1..2"), ("dates", Scope(), "2..3")), "dates is given"),
        ((STRATEGY, ("dates", Scope(), "1..2"), ("dates", Scope(), "2.3")), "dates is given"),
        ((STRATEGY, ("whole_list", True, "3"), ("whole_list", False, "3")), "whole_list is given"),
        ((("strategy", Strategy.REORDER, "1..2"),), r"no strategy for version \(3,\)"),
        ((), "no strategy"),
    ],
)
def test_problems_are_found(rows: tuple[tuple[str, object, str], ...], problem: str) -> None:
    assert re.match(problem, "; ".join(toy(*rows).problems()))


def test_rows_that_only_touch_are_no_problem() -> None:
    family = toy(STRATEGY, ("dates", Scope(), "1..2"), ("dates", Scope(), "3"))
    assert family.problems() == ()


def test_a_trait_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no trait 'datess'"):
        toy(("datess", Scope(), "1"))


def test_a_version_without_a_row_keeps_the_unknown_default() -> None:
    model = toy(STRATEGY).model("2")
    assert model.checks.dates.unknown
    assert model.evidence_for("dates") is Evidence.UNKNOWN
    assert model.source_of("dates") == ""
    assert model.search_evidence is Evidence.BELIEVED


@pytest.mark.parametrize(
    ("name", "version", "strategy"),
    [
        ("openssl", "0.9.8zh", Strategy.SERVED_FIRST),
        ("openssl", "1.0.2k", Strategy.SERVED_FIRST),
        ("openssl", "1.1.0", Strategy.STORE_FIRST),
        ("openssl", "3.5.8", Strategy.STORE_FIRST),
        ("android", "1.0", Strategy.STRICT_ORDER),
        ("android", "2.3.7", Strategy.STRICT_ORDER),
        ("android", "3.2.4", Strategy.REORDER),
        ("android", "6.0.1", Strategy.REORDER),
        ("android", "7.1.1", Strategy.BACKTRACK),
        ("android", "17", Strategy.BACKTRACK),
    ],
)
def test_a_real_version_number_finds_its_model(name: str, version: str, strategy: Strategy) -> None:
    model = lt.client(name, version)
    assert model.search.strategy is strategy
    assert model.id == str(model) == f"{name} {version}"


@pytest.mark.parametrize(
    ("version", "alternatives"),
    [
        ("1.0.1m", Alternatives.NEVER),
        ("1.0.1n", Alternatives.NOTHING_FROM_STORE),
        ("1.0.1u", Alternatives.NOTHING_FROM_STORE),
        ("1.0.2", Alternatives.NEVER),
        ("1.0.2a", Alternatives.NEVER),
        ("1.0.2b", Alternatives.NOT_TRUSTED),
        ("1.0.2u", Alternatives.NOT_TRUSTED),
    ],
)
def test_the_boundaries_that_made_history(version: str, alternatives: Alternatives) -> None:
    assert lt.client("openssl", version).search.alternatives is alternatives


def test_every_device_class_finds_its_client() -> None:
    devices = read_device_files(ROOT)
    assert len(devices) >= 43
    for device in devices:
        assert lt.client(device.client.name, device.client.version).rows


@pytest.mark.parametrize(
    ("name", "version", "nearest"),
    [
        ("openssl", "1.0.3", "nearest: 1.0.2u and 1.1.0"),
        ("openssl", "0.9.7", "nearest: 0.9.8;"),
        ("openssl", "1.0.2v", "nearest: 1.0.2u and 1.1.0"),
        ("openssl", "2.0.0", "nearest: 1.1.1w and 3.0.0"),
        ("openssl", "99.0", "nearest: 3.5.8;"),
        ("android", "6.1", "nearest: 6.0 and 7.0"),
        ("android", "0.9", "nearest: 1.0;"),
        ("android", "99", "nearest: 17;"),
    ],
)
def test_a_version_that_is_not_covered_names_its_neighbours(
    name: str, version: str, nearest: str
) -> None:
    with pytest.raises(UnknownClientError) as raised:
        lt.client(name, version)
    assert f"no model of {name} covers version {version!r}" in str(raised.value)
    assert nearest in str(raised.value)
    assert f"covered: {FAMILIES[name].coverage.text}" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "version"), [("openssl", "latest"), ("openssl", ""), ("android", "13-qpr3")]
)
def test_what_is_no_version_at_all_names_what_is_covered(name: str, version: str) -> None:
    with pytest.raises(UnknownClientError) as raised:
        lt.client(name, version)
    assert "covered: " in str(raised.value)
    assert "nearest" not in str(raised.value)


def test_an_implementation_that_is_not_modelled() -> None:
    with pytest.raises(UnknownClientError, match=r"'lynx'.*known: android, .*openssl"):
        lt.client("lynx", "2.8")


def _near_covered(family: Family) -> Iterator[Row]:
    keys = [family.parser(version) or () for version in versions_of(family)]
    yield from (r for r in family.rows if sum(r.versions.holds(k) for k in keys) == len(keys))


@families
def test_what_holds_for_every_version_is_written_once(family: Family) -> None:
    traits = [row.trait for row in _near_covered(family)]
    assert len(traits) == len(set(traits))
