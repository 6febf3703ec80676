"""Version strings: reading, ordering, ranges and what lies nearest."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legacytrust.clients.versions import Parser, VersionRanges, dotted, lettered


@pytest.mark.parametrize(
    ("parser", "ordered"),
    [
        (lettered, "0.9.8 0.9.8a 0.9.8y 0.9.8z 0.9.8za 0.9.8zh 1.0.0 1.0.0t 1.0.1 1.0.1m 1.0.1n"),
        (lettered, "1.0.1u 1.0.2 1.0.2a 1.0.2z 1.0.2za 1.0.2zb 1.1.0 1.1.0l 1.1.1 1.1.1w 3.0.0"),
        (lettered, "3.0.9 3.0.10 3.1 3.1.0 3.2.0 3.10.0"),
        (dotted, "1.0 1.5 1.6 2.0 2.3 2.3.4 2.3.6 3.2.4 4.0 4.0.3 4.4 4.4.3 5.0 7.1 8.1 9 10 17"),
    ],
)
def test_order(parser: Parser, ordered: str) -> None:
    keys = [parser(text) for text in ordered.split()]
    assert None not in keys
    for below, above in itertools.pairwise(keys):
        assert below is not None
        assert above is not None
        assert below < above


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1.0.2k", (1, 0, 2, 11)),
        ("1.0.2", (1, 0, 2, 0)),
        ("1.0.2za", (1, 0, 2, 27)),
        ("0.9.8zh", (0, 9, 8, 34)),
        ("3.1", (3, 1)),
    ],
)
def test_lettered(text: str, key: tuple[int, ...]) -> None:
    assert lettered(text) == key


UNREADABLE = ["", "k", "1", "1.0.2.3", "1.0.2kk", "1.0.2K", " 1.0.2", "1.0.2-fips", "1..2", "v3.0"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_version_of_openssl(text: str) -> None:
    assert lettered(text) is None


@pytest.mark.parametrize(
    "text", ["", "4.4W", "12L", "13-qpr3", "4.", ".4", "1.2.3.4.5", "-1", "٤.٤"]
)
def test_what_is_no_version_of_android(text: str) -> None:
    assert dotted(text) is None


@pytest.mark.parametrize(
    ("ranges", "inside", "outside"),
    [
        ("4.0..4.1", "4.0 4.0.3 4.1 4.1.2", "3.2.4 4.2 5.0"),
        ("4.4", "4.4 4.4.0 4.4.4", "4.3 4.5 5.0"),
        ("2.3.6..2.3", "2.3.6 2.3.7", "2.3 2.3.4 2.4 3.0"),
        ("9..17", "9 9.1 10 17 17.2", "8.1 18"),
        ("1.0..2.3, 6.0", "1.0 2.3.7 6.0.1", "3.0 5.1 6.1"),
    ],
)
def test_ranges_of_dotted_versions(ranges: str, inside: str, outside: str) -> None:
    _check(VersionRanges.parse(ranges, dotted), dotted, inside, outside)


@pytest.mark.parametrize(
    ("ranges", "inside", "outside"),
    [
        ("0.9.8..1.0.1m, 1.0.2..1.0.2a", "0.9.8zh 1.0.1m 1.0.2 1.0.2a", "0.9.7 1.0.1n 1.0.2b"),
        ("1.0.2b..3.5.8", "1.0.2b 1.1.1w 3.0.0 3.5.8", "1.0.2a 3.5.9 3.6.0"),
        ("3.0.0..3.1", "3.0.0 3.0.19 3.1 3.1.8", "1.1.1w 3.2.0"),
        ("1.0.0", "1.0.0 1.0", "1.0.0a"),
    ],
)
def test_ranges_of_lettered_versions(ranges: str, inside: str, outside: str) -> None:
    _check(VersionRanges.parse(ranges, lettered), lettered, inside, outside)


def _check(ranges: VersionRanges, parser: Parser, inside: str, outside: str) -> None:
    for text in inside.split():
        assert ranges.holds(parser(text) or ()), text
    for text in outside.split():
        assert not ranges.holds(parser(text) or ()), text


@pytest.mark.parametrize("text", ["", "1.0..", "x..1.0", "1.0.2..k", "1.0.2,,1.1.0"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="no range"):
        VersionRanges.parse(text, lettered)


@pytest.mark.parametrize(
    ("version", "nearest"),
    [
        ("0.9.7", ("0.9.8",)),
        ("1.0.0z", ("1.0.0t", "1.0.1")),
        ("1.0.3", ("1.0.2u", "1.1.0")),
        ("2.0.0", ("1.1.1w", "3.0.0")),
        ("3.6.0", ("3.5.8",)),
    ],
)
def test_nearest(version: str, nearest: tuple[str, ...]) -> None:
    covered = "3.0.0..3.5.8, 0.9.8..1.0.0t, 1.0.1..1.0.2u, 1.1.0..1.1.1w"
    ranges = VersionRanges.parse(covered, lettered)
    assert ranges.nearest(lettered(version) or ()) == nearest


versions = st.tuples(*[st.integers(0, 12)] * 3, st.sampled_from(["", *"abmnz", "za", "zh"]))


@given(st.tuples(versions, versions, versions))
def test_a_range_holds_exactly_what_lies_between_its_ends(
    drawn: tuple[tuple[int, int, int, str], ...],
) -> None:
    """Law: with complete versions as ends, a range is an interval."""
    texts = [f"{a}.{b}.{c}{letters}" for a, b, c, letters in drawn]
    first, version, last = (lettered(text) or () for text in texts)
    ranges = VersionRanges.parse(f"{texts[0]}..{texts[2]}", lettered)
    assert ranges.holds(version) is (first <= version <= last)
