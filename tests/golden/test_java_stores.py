"""What is known about the lists of Oracle's Java and OpenJDK, as facts that the catalogue must show.

`java_roots.csv` names, for the roots that matter most, the first and the last list of each line
that holds that very certificate.  It was worked out from the sources of the lists and not from the
packaged data; ``gap`` stands where a line dropped a root and took it up again.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import legacytrust as lt
from golden.lists import counted, fingerprints, holds

HERE = Path(__file__).parent
with (HERE / "java_roots.csv").open(encoding="utf-8", newline="") as stream:
    ROOTS = list(csv.DictReader(stream))

ORACLE = (
    "5u13 6-2009 7u5 7u25 8u5 8u66 8u101 8u121 8u141 10.0.1 10.0.2 8u191 11.0.1 11.0.2 12 8u211 "
    "12.0.1 12.0.2 13 13.0.1 13.0.2 8-2021"
)
U8 = (
    "8u222 8u232 8u242 8u252 8u262 8u265 8u272 8u275 8u282 8u292 8u302 8u312 8u322 8u332 8u342 "
    "8u352 8u362 8u372 8u382 8u392 8u402 8u504"
)
U11 = (
    "10 11 11.0.1 11.0.2 11.0.3 11.0.4 11.0.5 11.0.6 11.0.7 11.0.8 11.0.9 11.0.9.1 11.0.10 11.0.11 "
    "11.0.12 11.0.13 11.0.14 11.0.14.1 11.0.15 11.0.16 11.0.16.1 11.0.17 11.0.18 11.0.19 11.0.20 "
    "11.0.20.1 11.0.21 11.0.22 11.0.23 11.0.24 11.0.25 11.0.26 11.0.27 11.0.28 11.0.29 11.0.30 "
    "11.0.31"
)
U13 = (
    "12 13 13.0.1 13.0.2 13.0.3 13.0.4 13.0.5 13.0.5.1 13.0.6 13.0.7 13.0.8 13.0.9 13.0.10 13.0.11 "
    "13.0.12 13.0.13 13.0.14"
)
BINARY = (
    "11.0.1 11.0.2 12 12.0.1 12.0.2 13 13.0.1 13.0.2 14.0.1 14.0.2 15 15.0.1 15.0.2 16 16.0.1 "
    "16.0.2 17 17.0.1 17.0.2"
)
LINES = {
    "oracle": ("oracle-java", ORACLE.split()),
    "8u": ("openjdk", U8.split()),
    "11u": ("openjdk", U11.split()),
    "13u": ("openjdk", U13.split()),
    "binary": ("openjdk", BINARY.split()),
}
"""The lists of each column, oldest first."""


def holding(line: str, short: str) -> list[str]:
    family, releases = LINES[line]
    return [release for release in releases if holds(f"{family}/{release}", short)]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("row", ROOTS, ids=lambda row: f"{row['name']} {row['sha256']}")
def test_first_and_last_list_of_each_line(row: dict[str, str], line: str) -> None:
    releases, found = LINES[line][1], holding(line, row["sha256"])
    first, last = row[f"{line}_first"], row[f"{line}_last"]
    if not first:
        assert found == []
        return
    last = releases[-1] if last in ("", "gap") else last
    whole = releases[releases.index(first) : releases.index(last) + 1]
    if row[f"{line}_last"] == "gap":
        assert (found[0], found[-1]) == (first, last)
        assert set(found) < set(whole)
    else:
        assert found == whole


COUNTS = {
    "oracle-java": (
        "5u13:44 6-2009:73 6u45:61 7u5:79 7u25:78 7u80:67 8u5:81 8u51:93 8u66:93 8u101:104 8u121:104 "
        "8u131:104 8u141:105 8u181:105 8u191:105 8u211:95 8-2021:99 10.0.1:104 10.0.2:104 11.0.1:93 11.0.2:93 12:92 12.0.1:93 12.0.2:88 "
        "13:88 13.0.1:88 13.0.2:93 17.0.3.1:89"
    ),
    "openjdk": (
        "8u222:88 8u242:93 8u262:88 8u272:92 8u292:92 8u302:88 8u322:86 8u372:90 8u382:97 8u392:96 "
        "8u402:106 8u504:111 10:80 11:92 11.0.1:93 11.0.4:88 11.0.6:93 11.0.8:91 11.0.9:95 "
        "11.0.11:97 11.0.12:91 11.0.13:90 11.0.14:89 11.0.19:90 11.0.20:97 11.0.21:97 11.0.22:106 "
        "11.0.23:108 11.0.24:110 11.0.25:112 11.0.28:113 11.0.29:109 12:92 12.0.1:93 12.0.2:88 "
        "13:88 13.0.2:93 13.0.4:91 13.0.7:90 13.0.8:91 13.0.10:89 14.0.1:93 14.0.2:91 15:91 "
        "15.0.1:95 15.0.2:95 16:90 16.0.1:92 16.0.2:91 17:91 17.0.1:90 17.0.2:89 17.0.19:109 "
        "21.0.12.1:111 25.0.3:109 26.0.2.1:111 zulu-11.0.5:148 zulu-11.0.7:148"
    ),
    "temurin": (
        "11.0.10:138 11.0.13:128 17.0.2:131 17.0.3:131 17.0.7:139 17.0.9:143 21.0.2:146 21.0.4:148 "
        "21.0.8:143"
    ),
    "corretto": (
        "8u222:131 8u252:129 8u262:132 8u302:134 8u312:127 8u332:125 8u372:141 8u382:139 8u392:138 "
        "8u402:145"
    ),
}


@pytest.mark.parametrize(("id", "count"), counted(COUNTS))
def test_how_many_roots(id: str, count: int) -> None:
    assert len(fingerprints(id)) == count


@pytest.mark.parametrize(
    "ids",
    [
        "oracle-java/8u101 oracle-java/8u121",
        "oracle-java/8u141 oracle-java/8u191",
        "openjdk/11.0.29 openjdk/17.0.19 openjdk/25.0.3",
        "openjdk/8u504 openjdk/21.0.12.1 openjdk/26.0.2.1",
        "openjdk/11.0.1 oracle-java/11.0.1 oracle-java/11.0.2",
        "openjdk/12.0.1 oracle-java/12.0.1",
        "openjdk/11.0.4 openjdk/8u222 openjdk/12.0.2 openjdk/13 oracle-java/12.0.2 oracle-java/13",
        "openjdk/11.0.6 openjdk/8u242 openjdk/13.0.2 openjdk/14.0.1 oracle-java/13.0.2",
        "openjdk/11.0.9 openjdk/15.0.1",
        "openjdk/11.0.13 openjdk/17.0.1",
        "openjdk/11.0.14 openjdk/17.0.2 openjdk/13.0.10 oracle-java/17.0.3.1",
        "openjdk/11.0.20 openjdk/8u382",
        "openjdk/11.0.22 openjdk/8u402",
    ],
)
def test_equal_lists(ids: str) -> None:
    assert len({fingerprints(id) for id in ids.split()}) == 1


def names(short: frozenset[str]) -> set[str]:
    return {fingerprint[:8] for fingerprint in short}


@pytest.mark.parametrize(
    ("before", "after", "came", "went"),
    [
        ("oracle-java/8u121", "oracle-java/8u141", "96bcec06", ""),
        ("openjdk/11.0.12", "openjdk/11.0.13", "", "06872603"),
        ("openjdk/17", "openjdk/17.0.1", "", "06872603"),
        ("openjdk/11.0.13", "openjdk/11.0.14", "", "ca42dd41"),
        ("openjdk/11.0.23", "openjdk/11.0.24", "4fa3126d cbb9c44d", ""),
        ("openjdk/11.0.24", "openjdk/11.0.25", "8faf7d2e c32ffd9f", ""),
    ],
)
def test_what_came_and_went(before: str, after: str, came: str, went: str) -> None:
    old, new = fingerprints(before), fingerprints(after)
    assert names(new - old) == set(came.split())
    assert names(old - new) == set(went.split())


def test_two_wisekey_roots_are_what_the_summer_of_2026_added() -> None:
    catalog = lt.load_catalog()
    new = fingerprints("openjdk/21.0.12.1") - fingerprints("openjdk/17.0.19")
    anchors = catalog.store("openjdk/21.0.12.1").anchors
    labels = {a.certificate.label for a in anchors if a.sha256 in new}
    assert len(labels) == 2
    assert all("WISeKey" in label for label in labels)


def test_openjdk_10_lacks_24_roots_that_oracle_had() -> None:
    assert fingerprints("openjdk/10") < fingerprints("oracle-java/10.0.1")
    assert len(fingerprints("oracle-java/10.0.1") - fingerprints("openjdk/10")) == 24


@pytest.mark.parametrize(
    "release", ["11.0.31", "17.0.19", "21.0.12.1", "25.0.3", "8u504", "26.0.2.1"]
)
def test_addtrust_is_still_there_six_years_after_it_expired(release: str) -> None:
    assert holds(f"openjdk/{release}", "687fa451")


def test_addtrust_went_and_came_back_in_the_tree_of_openjdk_8() -> None:
    gone = {release for release in U8.split() if not holds(f"openjdk/{release}", "687fa451")}
    assert gone == {
        "8u262", "8u265", "8u272", "8u275", "8u282", "8u292", "8u302", "8u312", "8u322", "8u332",
        "8u342", "8u352", "8u362",
    }  # fmt: skip


LATEST = ("openjdk/17.0.19", "openjdk/21.0.12.1", "openjdk/25.0.3", "openjdk/26.0.2.1")
NEVER = {"2a575471", "c45d7bb0", "15d5b877", "71cca539", "b085d70b", "22a2c1f7"}
"""GTS Root R1 to R4 in their first form, GlobalSign ECC R4 reissued and SSL.com EV ECC."""


@pytest.mark.parametrize("id", LATEST)
def test_the_lists_of_2026_hold_every_root_of_the_table_that_is_in_date(id: str) -> None:
    expired = {"06872603", "687fa451", "16af57a9", "b41b2fbf", "ca42dd41"}
    wanted = {row["sha256"] for row in ROOTS} - NEVER - expired
    assert {short for short in wanted if not holds(id, short)} == set()


def test_what_is_in_no_list_of_openjdk() -> None:
    lists = [s.id for s in lt.load_catalog().stores if s.family == "openjdk"]
    plain = [id for id in lists if "zulu" not in id]
    assert {short for short in NEVER for id in plain if holds(id, short)} == set()


@pytest.mark.parametrize("release", ["8u372", "8u382", "8u392", "8u402"])
def test_corretto_ships_its_own_roots_beside_those_of_its_tree(release: str) -> None:
    """Its file alone would not even hold ISRG Root X1."""
    assert fingerprints(f"openjdk/{release}") < fingerprints(f"corretto/{release}")
    assert holds(f"corretto/{release}", "96bcec06")


def test_builds_with_a_list_of_their_own_hold_what_openjdk_lacks_so_far() -> None:
    for short in ("8ecde688", "85666a56"):
        assert holds("corretto/8u222", short)
        assert not holds("openjdk/8u222", short)
    assert holds("temurin/17.0.2", "4fa3126d")
    assert not holds("openjdk/17.0.2", "4fa3126d")


@pytest.mark.parametrize(
    ("release", "before", "after"),
    [("6u45", "6-2009 7u5", "7u25"), ("7u80", "7u25 8u5", "8u66")],
)
def test_a_partial_list_is_what_the_lists_around_it_have_in_common(
    release: str, before: str, after: str
) -> None:
    store = lt.load_catalog().store(f"oracle-java/{release}")
    around = [fingerprints(f"oracle-java/{one}") for one in (*before.split(), after)]
    assert store.completeness.value == "partial"
    assert fingerprints(store.id) == frozenset.intersection(*around)


@pytest.mark.parametrize(
    "short", ["96bcec06", "06872603", "e793c9b0", "52f0e1c4", "cb3ccbb7", "8ecde688"]
)
@pytest.mark.parametrize("release", ["6u45", "7u80"])
def test_what_was_entered_later_is_proven_absent(release: str, short: str) -> None:
    store = lt.load_catalog().store(f"oracle-java/{release}")
    assert any(fingerprint.startswith(short) for fingerprint in store.absent)


@pytest.mark.parametrize(
    ("release", "limited"),
    [
        ("11.0.1", 0),
        ("11.0.3", 16),
        ("11.0.12", 12),
        ("11.0.24", 12),
        ("11.0.25", 21),
        ("11.0.27", 24),
        ("11.0.28", 22),
        ("11.0.29", 18),
        ("11.0.31", 19),
        ("17.0.19", 19),
        ("21.0.12.1", 19),
    ],
)
def test_how_many_roots_of_its_own_list_java_limits_by_date(release: str, limited: int) -> None:
    """The limits belong to the client: they hold for a list of one's own too.

    Sixteen of Symantec, four of them gone with 11.0.12; nine of Entrust, four of them AffirmTrust's
    and gone with 11.0.29; three of Camerfirma, two gone with 11.0.28; one of Chunghwa.
    """
    device = lt.load_catalog().device(f"openjdk/{release}")
    policies = device.client.checks.distrust
    reached = {f for policy in policies for f in policy.anchors} & fingerprints(device.store.id)
    assert len(reached) == limited
