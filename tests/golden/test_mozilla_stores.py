"""What is known about Firefox's roots, as facts that the public catalogue must reproduce.

The facts were worked out from the lists of 176 releases, not from the packaged data.  The table
`firefox_lists.csv` names the first and the last release with each list, and how many roots it has.
"""

from __future__ import annotations

import csv
import itertools
from functools import cache
from pathlib import Path

import pytest

import legacytrust as lt
from legacytrust.algorithms import KeyKind

HERE = Path(__file__).parent


@cache
def releases() -> dict[str, lt.TrustStore]:
    """The releases whose own list was read, in their order."""
    read = [s for s in lt.load_catalog().stores if s.family == "firefox" and _was_read(s)]
    read.sort(key=lambda store: _key(store.version))
    return {store.version: store for store in read}


def _was_read(store: lt.TrustStore) -> bool:
    return store.completeness.value == "exact"


def _key(version: str) -> tuple[float, ...]:
    """3.1a2 comes before 4.0.1."""
    return tuple(map(float, version.replace("a", ".").split(".")))


def holding(short: str) -> list[str]:
    """The releases that hold the root whose fingerprint begins like this."""
    return [v for v, s in releases().items() if any(f.startswith(short) for f in s.fingerprints)]


def held(version: str) -> list[lt.Certificate]:
    anchors = releases()[version].anchors
    return [a.certificate for a in anchors if isinstance(a.certificate, lt.Certificate)]


def lists() -> list[dict[str, str]]:
    with (HERE / "firefox_lists.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", lists(), ids=lambda row: row["first"])
def test_each_list_is_there_with_its_length_and_day(row: dict[str, str]) -> None:
    store = releases()[row["first"]]
    assert len(store) == int(row["roots"])
    assert str(store.released) == row["released"]


@pytest.mark.parametrize("row", lists(), ids=lambda row: row["first"])
def test_releases_between_two_lists_have_the_earlier(row: dict[str, str]) -> None:
    first, last = _key(row["first"]), _key(row["last"])
    inside = [store for v, store in releases().items() if first <= _key(v) <= last]
    assert inside
    assert {store.fingerprints for store in inside} == {releases()[row["first"]].fingerprints}


def test_no_two_neighbouring_lists_are_equal() -> None:
    own = [frozenset(releases()[row["first"]].fingerprints) for row in lists()]
    assert all(before != after for before, after in itertools.pairwise(own))


ALWAYS, NEVER = "3.1a1", ""
FIRST = [
    ("ISRG Root X1", "96bcec062649", "50.0"),
    ("ISRG Root X2", "69729b8e15a8", NEVER),
    ("DST Root CA X3", "0687260331a7", ALWAYS),
    ("USERTrust RSA", "e793c9b02fd8", "36.0"),
    ("USERTrust ECC", "4ff460d54b9c", "36.0"),
    ("COMODO RSA", "52f0e1c4e58e", "36.0"),
    ("COMODO ECC", "1793927a0614", "4.0.1"),
    ("AAA Certificate Services", "d7a7a0fb5d7e", ALWAYS),
    ("AddTrust External CA Root", "687fa4513822", ALWAYS),
    ("GlobalSign Root CA to 2028", "ebd41040e4bb", "3.1a2"),
    ("GlobalSign Root CA to 2014", "b41b2fbfb93e", ALWAYS),
    ("GlobalSign Root R3", "cbb522d7b7f1", "4.0.1"),
    ("GlobalSign Root R6", "2cabeafe37d0", "63.0"),
    ("GTS Root R1, first form", "2a575471e313", "65.0"),
    ("GTS Root R2, first form", "c45d7bb08e6d", "65.0"),
    ("GTS Root R3, first form", "15d5b8774619", "65.0"),
    ("GTS Root R4, first form", "71cca5391f9e", "65.0"),
    ("GTS Root R1, second form", "d947432abde7", NEVER),
    ("GTS Root R2, second form", "8d25cd97229d", NEVER),
    ("GTS Root R3, second form", "34d8a73ee208", NEVER),
    ("GTS Root R4, second form", "349dfa4058c5", NEVER),
    ("Amazon Root CA 1", "8ecde6884f3d", "51.0"),
    ("Starfield Services Root CA - G2", "568d6905a2c8", "6.0"),
    ("DigiCert Global Root CA", "4348a0e9444c", ALWAYS),
    ("DigiCert Global Root G2", "cb3ccbb76031", "32.0"),
    ("DigiCert High Assurance EV Root CA", "7431e5f4c3c1", ALWAYS),
    ("Baltimore CyberTrust Root", "16af57a9f676", ALWAYS),
    ("SSL.com Root CA RSA", "85666a562ee0", "58.0"),
    ("SSL.com Root CA ECC", "3417bb06cc60", "58.0"),
    ("SSL.com EV Root CA RSA R2", "2e7bf16cc224", "58.0"),
    ("Entrust Root CA - G2", "43df5774b03e", "38.0"),
    ("Certum Trusted Network CA", "5c58468d55f5", "6.0"),
    ("Certum Trusted Network CA 2, form 1", "9f8b05137f20", NEVER),
    ("Certum Trusted Network CA 2, form 2", "b676f2eddae8", "46.0"),
]
"""Root, the beginning of its fingerprint, and the first release of Firefox that holds it."""


@pytest.mark.parametrize(("name", "short", "first"), FIRST, ids=str)
def test_the_first_release_with_a_root(name: str, short: str, first: str) -> None:
    having = holding(short)
    if first == NEVER:
        assert having == [], name
    elif short == "b41b2fbfb93e":
        assert having == ["3.1a1"]
    else:
        assert having[0] == first
        assert having[-1] == "68.0", "each of these stayed to the end"


BEFORE = [
    ("Sectigo", "36.0", "e793c9b02fd8 4ff460d54b9c 52f0e1c4e58e", "d7a7a0fb5d7e 687fa4513822"),
    ("Let's Encrypt", "50.0", "96bcec062649", "0687260331a7"),
    ("Google", "65.0", "2a575471e313 71cca5391f9e", "ebd41040e4bb"),
    ("DigiCert", "32.0", "cb3ccbb76031", "4348a0e9444c"),
]
"""Authority, the release that brought its new roots, those roots, and what there was before."""


@pytest.mark.parametrize(("authority", "release", "new", "old"), BEFORE)
def test_what_a_site_could_rely_on_before(authority: str, release: str, new: str, old: str) -> None:
    order = list(releases())
    earlier = [v for v in order[: order.index(release)] if v != "3.1a1"]
    for short in new.split():
        assert not set(holding(short)) & set(earlier), authority
    for short in old.split():
        assert set(earlier) <= set(holding(short)), authority


@pytest.mark.parametrize(
    ("short", "release"),
    [("568d6905a2c8", "51.0"), ("5c58468d55f5", "58.0")],
    ids=["Amazon by Starfield", "SSL.com by Certum"],
)
def test_what_stood_in_from_6_on(short: str, release: str) -> None:
    order = list(releases())
    assert set(order[order.index("6.0") : order.index(release)]) <= set(holding(short))


@pytest.mark.parametrize(
    ("version", "count"),
    [("3.1a1", 36), ("4.0.1", 22), ("32.0", 7), ("36.0", 2), ("44.0", 0), ("67.0", 0)],
)
def test_how_many_roots_have_short_rsa_keys(version: str, count: int) -> None:
    keys = [c.public_key for c in held(version)]
    assert len([k for k in keys if k.kind is KeyKind.RSA and k.bits <= 1024]) == count


@pytest.mark.parametrize(("version", "count"), [("3.1a2", 0), ("4.0.1", 4), ("67.0", 21)])
def test_how_many_roots_have_elliptic_keys(version: str, count: int) -> None:
    assert len([c for c in held(version) if c.public_key.kind is KeyKind.EC]) == count


def test_diginotar_left_with_6_0_1() -> None:
    [root] = [c for c in held("6.0") if c.label == "DigiNotar Root CA"]
    assert holding(root.sha256)[-1] == "6.0"
    assert set(releases()["6.0"].fingerprints) - set(releases()["6.0.1"].fingerprints) == {
        root.sha256
    }


def test_which_roots_are_not_self_issued() -> None:
    """PSCProcert from 23 to 57, and the alphas' authority for time stamps."""
    having = {v: {c.label for c in held(v) if not c.is_self_issued()} for v in releases()}
    alphas = {v for v, found in having.items() if "VeriSign Time Stamping Authority CA" in found}
    procert = [v for v, found in having.items() if "PSCProcert" in found]
    assert alphas == {"3.1a1", "3.1a2"}
    assert (procert[0], procert[-1]) == ("23.0", "57.0")
    assert set().union(*having.values()) == {"PSCProcert", "VeriSign Time Stamping Authority CA"}


LATER = [
    ("78.0", "0687260331a7", True, "DST Root CA X3"),
    ("91.0", "0687260331a7", True, "DST Root CA X3"),
    ("102.0", "0687260331a7", False, "DST Root CA X3"),
    ("91.0", "69729b8e15a8", False, "ISRG Root X2"),
    ("102.0", "69729b8e15a8", True, "ISRG Root X2"),
    ("115.0", "96bcec062649", True, "ISRG Root X1"),
    ("140.0", "7bb647a62aee", True, "Sectigo R46"),
]


@pytest.mark.parametrize(("version", "short", "there", "name"), LATER)
def test_releases_after_68_by_the_lists_of_their_nss(
    version: str, short: str, there: bool, name: str
) -> None:
    store = lt.load_catalog().store(f"firefox/{version}")
    assert any(f.startswith(short) for f in store.fingerprints) is there, name
    assert not _was_read(store)


@pytest.mark.parametrize(("version", "short"), [("115.0", "7bb647a62aee"), ("140.0", "ebd41040e4")])
def test_a_root_of_which_nobody_knows_is_left_open(version: str, short: str) -> None:
    """R46 in Firefox 115, and GlobalSign Root CA in 140: in one of the two lists around it."""
    store = lt.load_catalog().store(f"firefox/{version}")
    assert store.completeness.value == "partial"
    for found in (store.fingerprints, store.absent):
        assert not any(f.startswith(short) for f in found)
