"""Since when and until when stores hold a root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import attrs
import pytest

import legacytrust as lt
from legacytrust.errors import UnknownRootError
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.history import LineHistory, line_of, root_histories
from legacytrust.stores.library import MemoryLibrary
from legacytrust.stores.snapshot import Completeness
from material import root

X1, X2, DST = root("96bcec062649"), root("69729b8e15a8"), root("0687260331a7")
CATALOG = lt.load_catalog()


class Library(MemoryLibrary):
    """A library that names its roots."""

    def __init__(self, names: Mapping[lt.Certificate, str]) -> None:
        super().__init__(lt.TrustAnchor(certificate) for certificate in names)
        self.names = {certificate.sha256: name for certificate, name in names.items()}


LIBRARY = Library({X1: "ISRG Root X1", X2: "ISRG Root X2 (of 2020)", DST: "DST Root CA X3"})


def store(id: str, day: int, *roots: lt.Certificate, **more: object) -> lt.TrustStore:
    held = tuple(certificate.sha256 for certificate in roots)
    released = date(2020, 1, day)
    return lt.TrustStore(id, held, LIBRARY, released=released, **more)  # type: ignore[arg-type]


def catalog(*stores: lt.TrustStore) -> StoreCatalog:
    by_id = {store.id: store for store in stores}
    return StoreCatalog(tuple(by_id), LIBRARY, "", by_id.__getitem__)


def lines(*stores: lt.TrustStore) -> tuple[LineHistory, ...]:
    [history] = root_histories(catalog(*stores), "ISRG Root X1")
    assert history.root is X1
    return history.lines


def spans(line: LineHistory) -> list[tuple[str, str]]:
    return [(interval.first, interval.last) for interval in line.intervals]


def test_first_and_last_release() -> None:
    [line] = lines(
        store("toy/1", 1), store("toy/2", 2, X1), store("toy/3", 3, X1), store("toy/4", 4, DST)
    )
    [interval] = line.intervals
    assert (interval.first, interval.since) == ("toy/2", date(2020, 1, 2))
    assert (interval.last, interval.until) == ("toy/3", date(2020, 1, 3))
    assert (interval.from_start, interval.to_end) == (False, False)
    assert line.releases == 4


def test_a_gap_makes_two_intervals() -> None:
    [line] = lines(*(store(f"toy/{n}", n, *([X1] if n != 3 else [])) for n in range(1, 6)))
    assert spans(line) == [("toy/1", "toy/2"), ("toy/4", "toy/5")]
    assert [i.from_start for i in line.intervals] == [True, False]
    assert [i.to_end for i in line.intervals] == [False, True]


def test_lines_side_by_side_are_taken_by_themselves() -> None:
    found = lines(
        store("openjdk/8u1", 1),
        store("openjdk/11.0.1", 2, X1),
        store("openjdk/8u2", 3),
        store("openjdk/11.0.2", 4, X1),
        store("openjdk/8u3", 5, X1),
    )
    assert [(line.name, spans(line)) for line in found] == [
        ("openjdk 8", [("openjdk/8u3", "openjdk/8u3")]),
        ("openjdk 11", [("openjdk/11.0.1", "openjdk/11.0.2")]),
    ]


def test_a_family_that_never_holds_it_is_there() -> None:
    bear, toy = lines(store("bear/1", 1), store("toy/1", 1, X1))
    assert (bear.family, bear.releases, bear.intervals) == ("bear", 1, ())
    assert toy.intervals


def test_a_partial_list_tells_only_what_it_names() -> None:
    partial = Completeness.PARTIAL
    [line] = lines(
        store("toy/1", 1, X1),
        store("toy/2", 2, completeness=partial),
        store("toy/3", 3, X1),
        store("toy/4", 4, completeness=partial, absent=frozenset({X1.sha256})),
        store("toy/5", 5, X1, completeness=partial),
    )
    assert spans(line) == [("toy/1", "toy/3"), ("toy/5", "toy/5")]
    assert line.releases == 4


SERVERS = lt.Constraints(issued_by=datetime(2020, 1, 1, tzinfo=UTC))
MAIL = lt.Constraints(
    issued_by_purposes=frozenset({"1.3.6.1.5.5.7.3.4"}), issued_by=SERVERS.issued_by
)


def test_limits_that_hold_to_the_end() -> None:
    def limited(*sets: lt.Constraints) -> Iterable[object]:
        return ((X1.sha256, sets),)

    [line] = lines(
        store("toy/1", 1, X1, constraints=limited(SERVERS)),
        store("toy/2", 2, X1, constraints=limited(MAIL)),
        store("toy/3", 3, X1, constraints=limited(SERVERS)),
        store("toy/4", 4, X1, constraints=limited(SERVERS)),
    )
    [interval] = line.intervals
    assert (interval.limited_since, interval.limits) == ("toy/3", (SERVERS,))
    assert interval.to_dict()["limits"] == [{"issued_by": "2020-01-01T00:00:00Z"}]


def test_limits_that_were_lifted_are_not_told() -> None:
    [line] = lines(
        store("toy/1", 1, X1, constraints=((X1.sha256, (SERVERS,)),)), store("toy/2", 2, X1)
    )
    assert (line.intervals[0].limits, line.intervals[0].limited_since) == ((), None)


# -- which roots ------------------------------------------------------------------------------

ALL = catalog(store("toy/1", 1, X1, X2, DST))


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("ISRG Root X1", ["ISRG Root X1"]),
        ("isrg  root x1", ["ISRG Root X1"]),
        ("ISRG Root X2", ["ISRG Root X2 (of 2020)"]),
        ("isrg root", ["ISRG Root X1", "ISRG Root X2 (of 2020)"]),
        ("x3", ["DST Root CA X3"]),
        ("96bcec", ["ISRG Root X1"]),
        ("96:BC:EC:06", ["ISRG Root X1"]),
        (X1.sha256.upper(), ["ISRG Root X1"]),
    ],
)
def test_which_root_is_meant(which: str, names: list[str]) -> None:
    assert [history.name for history in root_histories(ALL, which)] == names


@pytest.mark.parametrize("which", ["Nobody", "", "96bce", "96bcec07", "ffffff"])
def test_no_such_root(which: str) -> None:
    with pytest.raises(UnknownRootError) as caught:
        root_histories(ALL, which)
    assert caught.value.what == f"no store has a root {which!r}"


# -- the packaged data ------------------------------------------------------------------------

FIRSTS = [
    ("ISRG Root X1", "android", "android/7.1"),
    ("ISRG Root X1", "certifi", "certifi/2016.08.08"),
    ("ISRG Root X1", "firefox", "firefox/50.0"),
    ("ISRG Root X1", "oracle-java 8", "oracle-java/8u141"),
    ("USERTrust RSA Certification Authority", "android", "android/5.1"),
]


@pytest.mark.parametrize(("name", "line", "first"), FIRSTS)
def test_first_releases(name: str, line: str, first: str) -> None:
    [history] = CATALOG.roots(name)
    [found] = [each for each in history.lines if each.name == line]
    assert found.intervals[0].first == first


def test_every_release_is_in_one_line_and_counts() -> None:
    [history] = CATALOG.roots("ISRG Root X1")
    partial = sum(store.completeness is Completeness.PARTIAL for store in CATALOG.stores)
    assert sum(line.releases for line in history.lines) >= len(CATALOG.stores) - partial
    assert {line.family for line in history.lines} == {store.family for store in CATALOG.stores}


def test_intervals_say_what_the_stores_hold() -> None:
    """For one root and every line, release by release."""
    [history] = CATALOG.roots("DST Root CA X3")
    for line in history.lines:
        stores = [s for s in CATALOG.stores if (s.family, line_of(s)) == (line.family, line.line)]
        ids = [store.id for store in stores]
        inside = [set(ids[ids.index(i.first) : ids.index(i.last) + 1]) for i in line.intervals]
        for each in stores:
            if each.completeness is not Completeness.PARTIAL:
                assert (history.sha256 in each) == any(each.id in span for span in inside)


def test_the_history_as_data() -> None:
    [history] = CATALOG.roots("96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6")
    data = history.to_dict()
    assert (data["schema_version"], data["name"]) == (1, "ISRG Root X1")
    assert len(data["lines"]) == len(history.lines)  # type: ignore[arg-type]
    assert attrs.has(type(history))
    assert hash(history) == hash(CATALOG.roots("ISRG Root X1")[0])
