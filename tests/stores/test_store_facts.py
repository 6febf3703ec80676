"""What is known about the stores of Android, as literal facts that the data must reproduce."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from legacytrust.stores.files import Completeness, ResolvedSnapshot, read_device_files

COUNTS = {
    "1.0": 45,
    "1.5": 48,
    "1.6": 51,
    "2.0": 54,
    "2.1": 54,
    "2.2": 56,
    "2.3": 104,
    "2.3.4": 128,
    "2.3.6": 127,
    "3.0": 129,
    "3.1": 133,
    "3.2": 133,
    "3.2.4": 132,
    "4.0": 134,
    "4.0.3": 134,
    "4.1": 139,
    "4.2": 140,
    "4.3": 146,
    "4.4": 150,
    "4.4.3": 156,
    "5.0": 157,
    "5.1": 162,
    "6.0": 158,
    "7.0": 148,
    "7.1": 156,
    "8.0": 156,
    "8.1": 135,
    "9": 137,
    "10": 138,
    "11": 138,
    "11-sec-2023-08": 135,
    "11-sec-2023-11": 134,
    "12": 129,
    "12L": 129,
    "13": 129,
    "13-qpr3": 126,
    "13-sec-2023-11": 125,
    "14": 134,
    "14-qpr2": 135,
    "15": 145,
    "16": 149,
    "16-qpr2": 143,
    "17": 145,
}
"""Release -> number of roots, in the order of versions."""

RELEASES = list(COUNTS)

PRESENCE = [
    ("ISRG Root X1", "96bcec062649", "7.1", "17"),
    ("ISRG Root X2", "69729b8e15a8", "14", "17"),
    ("DST Root CA X3", "0687260331a7", "2.3", "13-sec-2023-11"),
    ("USERTrust RSA Certification Authority", "e793c9b02fd8", "5.1", "17"),
    ("USERTrust ECC Certification Authority", "4ff460d54b9c", "5.1", "17"),
    ("COMODO RSA Certification Authority", "52f0e1c4e58e", "5.1", "17"),
    ("COMODO ECC Certification Authority", "1793927a0614", "3.0", "17"),
    ("Sectigo Public Server Authentication Root R46", "7bb647a62aee", "15", "17"),
    ("Sectigo Public Server Authentication Root E46", "c90f26f0fb1b", "15", "17"),
    ("AAA Certificate Services", "d7a7a0fb5d7e", "2.3", "16"),
    ("AddTrust External CA Root", "687fa4513822", "1.0", "11-sec-2023-11"),
    ("GlobalSign Root CA (1998-2014)", "b41b2fbfb93e", "1.0", "1.6"),
    ("GlobalSign Root CA (1998-2028)", "ebd41040e4bb", "2.0", "16"),
    ("Baltimore CyberTrust Root", "16af57a9f676", "2.3", "16"),
    ("Amazon Root CA 1", "8ecde6884f3d", "8.0", "17"),
    ("Starfield Services Root Certificate Authority - G2", "568d6905a2c8", "2.3", "17"),
    ("Starfield Class 2 Certification Authority", "1465fa205397", "1.0", "16"),
    ("DigiCert Global Root CA", "4348a0e9444c", "1.5", "17"),
    ("DigiCert Global Root G2", "cb3ccbb76031", "5.0", "17"),
    ("Entrust Root Certification Authority - G2", "43df5774b03e", "2.3", "16-qpr2"),
    ("DigiNotar Root CA", "0d136e439f0a", "2.3", "3.2"),
]
"""Name, short fingerprint, first and last release that hold it."""


@pytest.mark.parametrize(("release", "count"), COUNTS.items())
def test_count(snapshots: Mapping[str, ResolvedSnapshot], release: str, count: int) -> None:
    assert len(snapshots[f"android/{release}"].roots) == count


def test_no_other_release(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    android = {id for id in snapshots if id.startswith("android/")}
    assert android == {f"android/{release}" for release in RELEASES}


@pytest.mark.parametrize(("name", "short", "first", "last"), PRESENCE)
def test_presence(
    snapshots: Mapping[str, ResolvedSnapshot], name: str, short: str, first: str, last: str
) -> None:
    holding = [r for r in RELEASES if _holds(snapshots[f"android/{r}"], short, name)]
    expected = RELEASES[RELEASES.index(first) : RELEASES.index(last) + 1]
    # Versions overlap in time: 2.3.6 dropped DigiNotar after 3.0 had been branched with it.
    if name == "DigiNotar Root CA":
        expected.remove("2.3.6")
    assert holding == expected


def _holds(snapshot: ResolvedSnapshot, short: str, name: str) -> bool:
    return any(root.sha256.startswith(short) and root.name == name for root in snapshot.roots)


def test_what_5_1_added(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    added = [entry.name for entry in snapshots["android/5.1"].file.add]
    assert added == [
        "COMODO RSA Certification Authority",
        "GlobalSign ECC Root CA - R4 (serial 2a38a41c)",
        "GlobalSign ECC Root CA - R5",
        "USERTrust ECC Certification Authority",
        "USERTrust RSA Certification Authority",
    ]


@pytest.mark.parametrize(("one", "other"), [("2.0", "2.1"), ("4.0", "4.0.3"), ("12", "13")])
def test_same_roots(snapshots: Mapping[str, ResolvedSnapshot], one: str, other: str) -> None:
    assert snapshots[f"android/{one}"].roots == snapshots[f"android/{other}"].roots


def test_only_untagged_releases_are_inferred(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    inferred = {s.id for s in snapshots.values() if s.file.completeness is Completeness.INFERRED}
    assert inferred >= {f"android/{release}" for release in ("1.0", "1.5", "3.0", "3.1", "3.2")}
    assert len([id for id in inferred if id.startswith("android/")]) == 5


def test_every_root_is_held(snapshots: Mapping[str, ResolvedSnapshot]) -> None:
    roots = {root for id, s in snapshots.items() if id.startswith("android/") for root in s.roots}
    assert len(roots) == 316
    assert [root.name for root in roots if not root.held] == []


def test_devices_are_in_the_order_of_versions(root: Path) -> None:
    ids = [device.id for device in read_device_files(root) if device.id.startswith("android/")]
    assert ids == [f"android/{release}" for release in RELEASES]


def test_client_versions(root: Path) -> None:
    versions = {device.id: device.client.version for device in read_device_files(root)}
    assert versions["android/4.4.3"] == "4.4.3"
    assert versions["android/11-sec-2023-08"] == "11"
    assert versions["android/12L"] == "12"
    assert versions["android/13-qpr3"] == "13"
    assert versions["android/16-qpr2"] == "16"


def test_equals_the_reference_data(snapshots: Mapping[str, ResolvedSnapshot], shared: Path) -> None:
    manifests = [
        json.loads(file.read_text("utf-8"))
        for file in (shared / "data" / "manifests" / "android").glob("*.json")
    ]
    assert len(manifests) == len(RELEASES)
    for manifest in manifests:
        snapshot = snapshots[f"android/{manifest['version']}"]
        assert snapshot.fingerprints == tuple(sorted(r["sha256"] for r in manifest["roots"]))
        assert snapshot.file.released.isoformat() == manifest["release_date"]
        assert snapshot.file.completeness == manifest["completeness"]
        assert snapshot.file.provenance.commit == manifest["source"]["commit"]
        assert snapshot.file.provenance.read.isoformat() == manifest["source"]["ref_date"]
