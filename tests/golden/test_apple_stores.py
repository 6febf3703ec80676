"""What is known about Apple's lists, as facts that the catalogue must show.

Two tables name, for well-known roots, the first and the last list that holds that very
certificate: `apple_roots.csv` by the folders of macOS and the pages of iOS 11 and later,
`ios_roots.csv` by all pages of iOS.  They were worked out from those sources and not from the
packaged data.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import legacytrust as lt
from golden.lists import counted, fingerprints, holds
from legacytrust.algorithms import KeyKind

HERE = Path(__file__).parent


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


APPLE, IOS = table("apple_roots.csv"), table("ios_roots.csv")
MACOS_LISTS = (
    "10.4 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 10.4.6 10.4.7 10.4.8 10.4.9 10.4.10 10.4.11 10.5 "
    "10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.5.6 10.5.7 10.5.8 10.6 10.6.1 10.6.2 10.6.3 10.6.4 "
    "10.6.5 10.6.6 10.6.7 10.6.8 10.7 10.7.1 10.7.2 10.7.3 10.7.4 10.7.5 10.9.2 10.9.3 10.9.4 "
    "10.9.5 10.10 10.10.1 10.10.2 10.10.3 10.10.4 10.10.5 10.11 10.11.1 10.11.2 10.11.3 10.11.4 "
    "10.11.5 10.11.6 10.12 10.12.1 10.12.2 10.12.3 10.12.4 10.12.5 10.12.6 10.13 10.13.1 10.13.2 "
    "10.13.3 10.13.4 10.13.5 10.13.6 10.14 10.14.1 10.14.2 10.14.3 10.14.4 10.14.5 10.14.6 10.15 "
    "10.15.1 10.15.2 10.15.3 10.15.4 10.15.5 10.15.6 11.0.1 11.1 11.2 11.3 11.4 11.5 12.0.1 12.1 "
    "12.2 12.3 12.4 12.5 13.0 13.1 13.2 13.3 13.4 13.5 14.0 14.1 14.2 14.3 14.4 14.5 14.6 15.0 "
    "15.1 15.2 15.3 15.4 15.5 15.6 26.0"
)
"""The releases of which Apple published the folder; of 10.8 and 10.9 it is not what they held."""
IOS_PAGES = (
    "5 6 7-2014-05-29 7.1.2 8 9 9-2015111600 10 10-2016102100 11 11-2018040200 12 12.1.3 13 14 15 "
    "15.1 16 16.5 17 18 26"
)
"""The lists that Apple gave on a page, and one bundle; none that is inferred from macOS."""
PAGES = IOS_PAGES.split()
SERIES = {
    "macos": ("macos", MACOS_LISTS.split()),
    "ios": ("ios", PAGES[PAGES.index("11") :]),
    "pages": ("ios", PAGES),
}


def holding(series: str, short: str) -> list[str]:
    family, releases = SERIES[series]
    return [release for release in releases if holds(f"{family}/{release}", short)]


def span(series: str, first: str, last: str) -> list[str]:
    releases = SERIES[series][1]
    if not first:
        return []
    last = last or releases[-1]
    return releases[releases.index(first) : releases.index(last) + 1]


def label(row: dict[str, str]) -> str:
    return f"{row['name']} {row['sha256'][:8]}"


@pytest.mark.parametrize("series", ["macos", "ios"])
@pytest.mark.parametrize("row", APPLE, ids=label)
def test_first_and_last_list(row: dict[str, str], series: str) -> None:
    expected = span(series, row[f"{series}_first"], row[f"{series}_last"])
    assert holding(series, row["sha256"]) == expected


@pytest.mark.parametrize("row", IOS, ids=label)
def test_first_and_last_page_of_ios(row: dict[str, str]) -> None:
    found = holding("pages", row["sha256"])
    expected = span("pages", row["first"], row["last"])
    if row["name"] == "Certum Trusted Network CA 2, form 2":
        assert row["first"] == "10"
    assert found == expected


COUNTS = {
    "macos": (
        "10.4:94 10.4.2:95 10.4.3:98 10.4.7:100 10.4.9:110 10.4.11:120 10.5:123 10.5.2:133 "
        "10.5.5:140 10.5.6:149 10.5.7:153 10.5.8:170 10.6:164 10.6.2:171 10.6.4:171 10.6.5:170 "
        "10.6.7:173 10.6.8:177 10.7:176 10.7.2:183 10.7.5:184 10.8:181 10.8.2:184 10.8.5:209 "
        "10.9:211 10.9.2:227 10.9.4:233 10.9.5:233 10.10:223 10.10.3:213 10.10.4:211 10.11:188 "
        "10.11.4:189 10.12:166 10.12.1:173 10.12.2:169 10.13:164 10.13.1:174 10.13.5:169 10.14:175 "
        "10.14.2:176 10.14.3:179 10.15.4:175 11.0.1:165 11.3:166 11.5:165 12.0.1:173 12.3:159 "
        "13.0:166 13.4:159 14.0:160 14.4:149 14.5:154 15.0:154 15.4:154 15.5:154 26.0:156"
    ),
    "ios": (
        "5:183 6:183 7-2014-05-29:226 7.1.2:233 8:210 9:187 9-2015111600:188 10:165 "
        "10-2016102100:168 11:173 11-2018040200:168 12:174 12.1.3:178 13:178 14:164 15:166 15.1:172 "
        "16:165 16.5:158 17:159 18:153 26:156"
    ),
}


@pytest.mark.parametrize(("id", "count"), counted(COUNTS))
def test_how_many_roots(id: str, count: int) -> None:
    assert len(fingerprints(id)) == count


DEVELOPER_ID = "7afc9d01a62f"
"""Apple's Developer ID intermediate, which macOS carries beside its roots."""


@pytest.mark.parametrize(
    ("ios", "macos"),
    [("5", "10.7.2"), ("7.1.2", "10.9.4"), ("26", "26.0")],
)
def test_a_list_of_ios_is_that_of_macos(ios: str, macos: str) -> None:
    assert fingerprints(f"ios/{ios}") == fingerprints(f"macos/{macos}")


@pytest.mark.parametrize(
    ("ios", "macos"),
    [
        ("8", "10.10.4"),
        ("9", "10.11.1"),
        ("9-2015111600", "10.11.6"),
        ("10", "10.12"),
        ("10-2016102100", "10.12.2"),
        ("11", "10.13.1"),
        ("11-2018040200", "10.13.5"),
        ("12", "10.14"),
        ("12.1.3", "10.14.3"),
        ("13", "10.15"),
        ("13.4", "10.15.4"),
        ("14", "11.0.1"),
        ("14.5", "11.3"),
        ("14.7", "11.5"),
        ("15.1", "12.0.1"),
        ("15.4", "12.3"),
        ("16", "13.0"),
        ("16.5", "13.4"),
        ("17", "14.0"),
        ("17.4", "14.4"),
        ("17.5", "14.5"),
        ("18", "15.0"),
    ],
)
def test_a_list_of_ios_is_that_of_macos_less_one_intermediate(ios: str, macos: str) -> None:
    more = fingerprints(f"macos/{macos}") - fingerprints(f"ios/{ios}")
    assert [fingerprint[:12] for fingerprint in more] == [DEVELOPER_ID]
    assert fingerprints(f"ios/{ios}") < fingerprints(f"macos/{macos}")


def test_ios_15_differs_from_every_macos() -> None:
    lists = {s.id: s for s in lt.load_catalog().stores if s.family == "macos"}
    assert not [id for id in lists if fingerprints(id) - fingerprints("ios/15") < {DEVELOPER_ID}]


@pytest.mark.parametrize(
    ("before", "after", "added", "removed"),
    [
        ("5", "7.1.2", 59, 9),
        ("7.1.2", "8", 6, 29),
        ("8", "9", 4, 27),
        ("9", "9-2015111600", 1, 0),
        ("9-2015111600", "10", 1, 24),
        ("10", "10-2016102100", 7, 4),
        ("10-2016102100", "11", 10, 5),
        ("11", "11-2018040200", 0, 5),
        ("11-2018040200", "12", 7, 1),
    ],
)
def test_how_much_changed_from_list_to_list(
    before: str, after: str, added: int, removed: int
) -> None:
    old, new = fingerprints(f"ios/{before}"), fingerprints(f"ios/{after}")
    assert (len(new - old), len(old - new)) == (added, removed)


def keys(id: str) -> list[tuple[KeyKind, int]]:
    """Kind and size of the key of each root whose bytes are held."""
    roots = [anchor.certificate for anchor in lt.load_catalog().store(id).anchors]
    held = [root for root in roots if isinstance(root, lt.Certificate)]
    return [(root.public_key.kind, root.public_key.bits) for root in held]


def not_held(id: str) -> int:
    return len(fingerprints(id)) - len(keys(id))


@pytest.mark.parametrize(
    ("release", "small"),
    [("5", 41), ("7.1.2", 34), ("8", 19), ("9", 0), ("10", 0), ("12", 0), ("26", 0)],
)
def test_roots_of_1024_bits_or_less(release: str, small: int) -> None:
    found = sum(kind is KeyKind.RSA and bits <= 1024 for kind, bits in keys(f"ios/{release}"))
    assert small - not_held(f"ios/{release}") <= found <= small


@pytest.mark.parametrize(
    ("release", "elliptic"),
    [
        ("5", 2),
        ("7.1.2", 13),
        ("8", 13),
        ("9", 13),
        ("9-2015111600", 13),
        ("10", 13),
        ("10-2016102100", 15),
        ("12", 22),
    ],
)
def test_elliptic_roots(release: str, elliptic: int) -> None:
    assert sum(kind is KeyKind.EC for kind, _ in keys(f"ios/{release}")) == elliptic


UP_TO_THE_FIRST_10 = ("5", "6", "7.1.2", "8", "9", "9-2015111600", "10")


@pytest.mark.parametrize("release", UP_TO_THE_FIRST_10)
def test_what_old_ios_has_instead_of_the_roots_of_today(release: str) -> None:
    id = f"ios/{release}"
    sectigo = ("e793c9b02fd8", "4ff460d54b9c", "52f0e1c4e58e")
    assert not any(holds(id, short) for short in (*sectigo, "96bcec062649", "8ecde6884f3d"))
    instead = {
        "AAA Certificate Services": "d7a7a0fb5d7e",
        "AddTrust External CA Root": "687fa4513822",
        "DST Root CA X3": "0687260331a7",
        "Starfield Services Root CA - G2": "568d6905a2c8",
        "GlobalSign Root CA": "ebd41040e4bb",
        "Certum Trusted Network CA": "5c58468d55f5",
    }
    assert [name for name, short in instead.items() if not holds(id, short)] == []


def test_diginotar_was_gone_before_ios_5() -> None:
    assert not holds("ios/5", "0d136e439f0a")


def test_cnnic_is_not_among_the_roots_of_an_installed_10_11() -> None:
    cnnic = ("e28393773da845a6", "1c01c6f4dbb2fefc")
    assert all(holds("macos/10.9.4", short) for short in cnnic)
    for release in ("10.11", "10.11.6", "10.12", "10.12.1"):
        assert not any(holds(f"macos/{release}", short) for short in cnnic), release
