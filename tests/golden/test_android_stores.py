"""What is known about Android's stores, as facts that the public catalogue must reproduce.

`android_roots.csv` names, for a hundred well-known roots, the first and the last release of the
main line that holds that very certificate.  `android_shapes.csv` counts the kinds of roots in each
release.  Both were worked out from the sources of the releases, not from the packaged data.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import legacytrust as lt
from legacytrust.algorithms import Digest, KeyKind
from legacytrust.signatures import SignatureStatus, check_signature

HERE = Path(__file__).parent


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ROOTS, SHAPES = table("android_roots.csv"), table("android_shapes.csv")


@cache
def stores() -> dict[str, lt.TrustStore]:
    """The releases of the main line, without the states of security branches."""
    return {row["release"]: lt.load_catalog().store(f"android/{row['release']}") for row in SHAPES}


@cache
def certificates() -> dict[str, lt.Certificate]:
    """Every root of every release whose bytes are held, by fingerprint."""
    found = [anchor.certificate for store in stores().values() for anchor in store.anchors]
    return {one.sha256: one for one in found if isinstance(one, lt.Certificate)}


def held(store: lt.TrustStore) -> Iterator[lt.Certificate]:
    return (certificates()[f] for f in store.fingerprints if f in certificates())


def holding(short: str) -> list[str]:
    return [v for v, s in stores().items() if any(f.startswith(short) for f in s.fingerprints)]


@pytest.mark.parametrize("row", ROOTS, ids=lambda row: f"{row['name']} {row['sha256'][:4]}")
def test_first_and_last_release(row: dict[str, str]) -> None:
    releases = list(stores())
    expected = releases[releases.index(row["first"]) : releases.index(row["last"]) + 1]
    if row["name"] == "DigiNotar Root CA":
        # 2.3.6 dropped it after 3.0 had been branched with it.
        expected.remove("2.3.6")
    assert holding(row["sha256"]) == expected


@pytest.mark.parametrize("row", ROOTS, ids=lambda row: f"{row['name']} {row['sha256'][:4]}")
def test_what_the_root_is(row: dict[str, str]) -> None:
    (root,) = (c for c in certificates().values() if c.sha256.startswith(row["sha256"]))
    names = " ".join(root.subject.values("2.5.4.3") + root.subject.values("2.5.4.11"))
    assert row["name"] in names
    kind = {KeyKind.RSA: "rsa", KeyKind.EC: "ec"}[root.public_key.kind]
    assert f"{kind}{root.public_key.bits}" == row["key"]
    scheme = root.signature_algorithm.scheme.value.partition("-")[0]
    assert f"{root.signature_algorithm.digest.value}_{scheme}" == row["signature"]
    assert str(root.not_before.date()) == row["not_before"]
    assert str(root.not_after.date()) == row["not_after"]


def _is_rsa(root: lt.Certificate, low: int, high: int) -> bool:
    return root.public_key.kind is KeyKind.RSA and low <= root.public_key.bits <= high


COUNTED: dict[str, Callable[[lt.Certificate], bool]] = {
    "elliptic": lambda root: root.public_key.kind is KeyKind.EC,
    "rsa_1024_or_less": lambda root: _is_rsa(root, 1, 1024),
    "rsa_4096": lambda root: _is_rsa(root, 4096, 4096),
    "md2_or_md5": lambda root: root.signature_algorithm.digest in (Digest.MD2, Digest.MD5),
    "sha2": lambda root: root.signature_algorithm.digest.value in ("sha256", "sha384", "sha512"),
}


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row["release"])
def test_shape(row: dict[str, str]) -> None:
    store = stores()[row["release"]]
    missing = len(store) - len(list(held(store)))
    assert len(store) == int(row["roots"])
    assert missing <= 1
    for column, counts in COUNTED.items():
        found = sum(map(counts, held(store)))
        assert int(row[column]) - missing <= found <= int(row[column]), column


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row["release"])
def test_expired_when_it_was_released(row: dict[str, str]) -> None:
    store = stores()[row["release"]]
    assert store.released is not None
    ended = [c for c in held(store) if c.not_after.date() < store.released]
    assert len(ended) == int(row["expired_at_release"])


def test_every_release_of_the_main_line_is_counted() -> None:
    every = {s.version for s in lt.load_catalog().stores if s.family == "android"}
    branches = {"11-sec-2023-08", "11-sec-2023-11", "13-qpr3", "13-sec-2023-11"}
    assert set(stores()) == every - branches


SAME_KEY = [
    ("b41b2fbf", "1.0-1.6", "ebd41040", "2.0-16"),
    ("e7685634", "1.0-2.3.6", "a4b6b399", "3.0-6.0"),
    ("ab703636", "1.0-4.0.3", "3f9f27d5", "4.1-5.1"),
    ("b4410b73", "1.0-4.0.3", "87c678bf", "4.1-5.1"),
    ("d1c339ea", "2.0-2.2", "6dc47172", "2.3-16"),
    ("2ae32e05", "2.0-2.2", "73c17643", "2.3-16-qpr2"),
    ("c766a9be", "2.2-8.0", "e17890ee", "4.4.3-8.0"),
    ("04048028", "2.3.4-14-qpr2", "57de0583", "14-17"),
    ("bec94911", "5.1-13", "b085d70b", "14-17"),
    ("2a575471", "10-13", "d947432a", "14-17"),
    ("c45d7bb0", "10-13", "8d25cd97", "14-17"),
    ("15d5b877", "10-13", "34d8a73e", "14-17"),
    ("71cca539", "10-13", "349dfa40", "14-17"),
]
"""Two certificates of one key, and the releases that hold each."""


@pytest.mark.parametrize(("older", "had_older", "newer", "had_newer"), SAME_KEY)
def test_one_key_in_two_certificates(
    older: str, had_older: str, newer: str, had_newer: str
) -> None:
    (one,) = (c for c in certificates().values() if c.sha256.startswith(older))
    (two,) = (c for c in certificates().values() if c.sha256.startswith(newer))
    assert one.public_key.spki == two.public_key.spki
    assert one.same_subject_and_key(two)
    for short, span in ((older, had_older), (newer, had_newer)):
        having = holding(short)
        assert f"{having[0]}-{having[-1]}" == span


def test_only_2_0_to_2_2_hold_certificates_that_are_not_self_issued() -> None:
    issued = {v: [c for c in held(s) if not c.is_self_issued()] for v, s in stores().items()}
    assert {version: len(found) for version, found in issued.items() if found} == {
        "2.0": 2,
        "2.1": 2,
        "2.2": 4,
    }


def test_usertrust_is_not_in_devices_since_2000() -> None:
    """Both are valid from 2010; what dates from 2000 is AddTrust, which cross-signed them."""
    for short in ("e793c9b02fd8", "4ff460d54b9c"):
        (root,) = (c for c in certificates().values() if c.sha256.startswith(short))
        assert root.not_before.year == 2010
        assert holding(short)[0] == "5.1"
    (addtrust,) = (c for c in certificates().values() if c.sha256.startswith("687fa4513822"))
    assert (addtrust.not_before.year, addtrust.not_after.year) == (2000, 2020)
    assert (holding("687fa4513822")[0], holding("687fa4513822")[-1]) == ("1.0", "11")


def removed(before: str, after: str) -> set[str]:
    return set(stores()[before].fingerprints) - set(stores()[after].fingerprints)


@pytest.mark.parametrize(
    ("before", "after", "short"),
    [
        (
            "16",
            "16-qpr2",
            "d7a7a0fb 16af57a9 6dc47172 ebd41040 c3846bf2 1465fa20 be6c4da2 cecddc90",
        ),
        ("15", "16", "db3517d1"),
        ("16-qpr2", "17", "73c17643 43df5774 02ed0eb2"),
        ("13", "14", "d40e9c86 b0bfd52b 0687260331a7"),
        ("8.0", "8.1", "c766a9be 4b22d5a6"),
        ("6.0", "7.0", "e2839377 62f24027 08297a40"),
        ("3.2", "3.2.4", "0d136e43"),
    ],
)
def test_removals(before: str, after: str, short: str) -> None:
    gone = removed(before, after)
    for prefix in short.split():
        assert any(fingerprint.startswith(prefix) for fingerprint in gone), prefix


def test_how_many_went_at_once() -> None:
    assert len(removed("16", "16-qpr2")) == 8
    assert len(removed("8.0", "8.1")) == 22
    assert removed("12", "13") == set()


def test_the_own_signatures_of_all_roots() -> None:
    """All 316 are held; four are not self-issued; two are MD2."""
    every = {a.sha256: a.certificate for s in lt.load_catalog().stores for a in s.anchors}
    android = {f for s in lt.load_catalog().stores if s.family == "android" for f in s.fingerprints}
    roots = [every[fingerprint] for fingerprint in android]
    assert len(roots) == 316
    own = [c for c in roots if isinstance(c, lt.Certificate) and c.is_self_issued()]
    assert len(own) == 312
    told = [check_signature(root, root.public_key) for root in own]
    assert told.count(SignatureStatus.INVALID) == 0
    unchecked = [c for c, s in zip(own, told, strict=True) if s is SignatureStatus.UNCHECKED]
    assert {c.signature_algorithm.digest for c in unchecked} == {Digest.MD2}
    assert len(unchecked) == 2


def test_serial_numbers_that_nobody_should_use() -> None:
    """Seventeen are zero or below, those of current roots among them."""
    every = {a.certificate for store in stores().values() for a in store.anchors}
    odd = [c for c in every if c.serial <= 0]
    assert len(odd) == 17
    assert sum(c.serial < 0 for c in odd) == 1
    current = {c.label for c in odd} & {c.label for c in held(stores()["17"])}
    assert "Go Daddy Root Certificate Authority - G2" in current
