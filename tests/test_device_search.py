"""People find a device class by what they call it."""

from __future__ import annotations

import attrs
import pytest

import legacytrust as lt
from legacytrust.device_search import search

CATALOG = lt.load_catalog()


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("kitkat", "android"),
        ("KitKat", "android"),
        ("android 4.4", "android"),
        ("xp", "windows"),
        ("windows xp", "windows"),
        ("esp32", "esp-idf"),
        ("switch", "nintendo-switch"),
        ("nintendo switch", "nintendo-switch"),
        ("java 8", "oracle-java"),
        ("firefox for android", "firefox"),
        ("raspberry pi", "debian"),
    ],
)
def test_finds(words: str, family: str) -> None:
    assert family in {device.family for device in CATALOG.search(words)}


def test_every_word_has_to_be_there() -> None:
    found = {device.id for device in CATALOG.search("nexus android")}
    assert found == {d.id for d in CATALOG.search("nexus")} & {
        d.id for d in CATALOG.search("android")
    }


def test_a_short_word_is_no_part_of_another() -> None:
    assert all("Xperia" not in " ".join(d.examples) for d in CATALOG.search("xp"))


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (
            "centos 7",
            {f"rhel/{v}-openssl" for v in ("7.0", "7.4", "7.5", "7.7", "7.9", "7.9-2021")},
        ),
        ("ios 9", {"ios/9.0", "ios/9.3.5"}),
        ("firefox 52", {"firefox/52.0"}),
        ("openwrt 19", set()),  # and none that was released in 2019
    ],
)
def test_a_version_stands_for_those_that_begin_with_it(words: str, ids: set[str]) -> None:
    assert {device.id for device in CATALOG.search(words)} == ids


def test_a_number_belongs_to_the_word_before_it() -> None:
    found = {device.family for device in CATALOG.search("windows 7")}
    assert found == {"windows", "chrome", "firefox"}  # and not curl 7.36, which can be on Windows


DEVICE = CATALOG.device("android/4.4")
TOYS = [
    attrs.evolve(DEVICE, id="toy/1", title="Toy", examples=("Teddy Bear",), notes=("Of wool.",)),
    attrs.evolve(DEVICE, id="toy/2", title="Woollen", examples=(), notes=("No bear.",)),
]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("bear", ["toy/1"]),  # names before notes
        ("wool", ["toy/1"]),  # a whole word in a note before the beginning of another
        ("woolle", ["toy/2"]),  # the beginning of a word
        ("oo", ["toy/1", "toy/2"]),  # a part of a word
        ("toy", ["toy/1", "toy/2"]),
        ("teddy toy/1", ["toy/1"]),
        ("bear wool", ["toy/1"]),
        ("cat", []),
        ("", []),
        (" -/ ", []),
    ],
)
def test_rounds(words: str, ids: list[str]) -> None:
    assert [device.id for device in search(TOYS, words)] == ids
