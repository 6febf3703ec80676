"""What is known about Microsoft's root lists and Windows images, as facts to be reproduced.

`windows_roots.csv` names, for well-known roots, the first list that holds that very certificate, the
last one (empty: the newest does), and whether the update package for XP of April 2013 installs it.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

import legacytrust as lt
from legacytrust.extensions import Oid
from legacytrust.stores.anchor import Constraints
from legacytrust.stores.provenance import ProvenanceKind

with (Path(__file__).parent / "windows_roots.csv").open(encoding="utf-8", newline="") as _stream:
    ROOTS = list(csv.DictReader(_stream))

ADDTRUST, DST_X3, BALTIMORE = "687fa451", "06872603", "16af57a9"
AAA, USERTRUST_RSA, USERTRUST_ECC = "d7a7a0fb", "e793c9b0", "4ff460d5"
SECTIGO_R46, SECTIGO_E46, ISRG_X1 = "7bb647a6", "c90f26f0", "96bcec06"
ENTRUST_G2, GLOBALSIGN_R1, COMODO_RSA = "43df5774", "ebd41040", "52f0e1c4"


@cache
def lists() -> dict[str, lt.TrustStore]:
    """The root lists by date, oldest first."""
    stores = (s for s in lt.load_catalog().stores if s.id.startswith("windows/authroot-"))
    return {s.version.removeprefix("authroot-"): s for s in stores}


def windows(release: str) -> lt.TrustStore:
    return lt.load_catalog().store(f"windows/{release}")


def holds(store: lt.TrustStore, short: str) -> bool:
    return any(sha256.startswith(short) for sha256 in store.fingerprints)


def limits(store: lt.TrustStore, short: str) -> tuple[Constraints, ...]:
    [found] = [sha256 for sha256 in store.fingerprints if sha256.startswith(short)]
    return dict(store.constraints).get(found, ())


def first_limited(short: str, limit: str) -> str:
    """The first list that puts such a limit on a root."""
    return next(
        day
        for day, store in lists().items()
        if holds(store, short) and any(getattr(c, limit) for c in limits(store, short))
    )


# -- the lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROOTS, ids=lambda row: f"{row['name']} {row['sha256'][:4]}")
def test_first_and_last_list(row: dict[str, str]) -> None:
    days = list(lists())
    last = days.index(row["last"]) if row["last"] else len(days) - 1
    expected = days[days.index(row["first"]) : last + 1]
    assert [day for day, store in lists().items() if holds(store, row["sha256"])] == expected


@pytest.mark.parametrize("row", ROOTS, ids=lambda row: f"{row['name']} {row['sha256'][:4]}")
def test_what_the_package_for_xp_installs(row: dict[str, str]) -> None:
    assert holds(windows("xp-rootsupd-2013-04"), row["sha256"]) == (row["xp_package"] == "yes")


def test_117_lists_from_2006_to_2026_are_known_exactly() -> None:
    assert len(lists()) == 117
    assert (min(lists()), max(lists())) == ("2006-12-14", "2026-10-23")
    assert {store.completeness for store in lists().values()} == {"exact"}


COUNTS = {
    2006: "12-14:209",
    2007: "01-09:209 02-01:229 05-22:235 07-02:242 08-21:243 12-19:251",
    2008: "03-28:263 06-12:263 08-28:264 11-03:257",
    2009: "02-03:260 05-01:264 08-25:276 10-13:278 10-29:282",
    2010: "05-03:299 07-19:302 09-27:315",
    2011: "01-25:318 02-18:318 06-27:322 08-30:321 08-30b:321 09-01:320 09-19:331 10-18:337",
    2012: "01-25:339 02-23:347 04-06:348 11-02:353",
    2013: "03-21:353 04-20:358 06-26:377 10-03:389",
    2014: "03-12:389 09-12:411",
    2015: "01-22:417 02-20:349 02-23:334 06-18:349 07-23:349 08-20:349 11-19:343",
    2016: "01-13:342 01-23:343 01-28:343 04-14:342 09-16:356 11-12:351",
    2017: "02-28:358 04-19:360 06-13:362 09-22:371 11-21:374",
    2018: "01-22:371 03-26:371 04-18:368 04-27:368 05-18:369 06-19:370 07-18:371 08-21:378 "
    "09-26:381 10-12:382 11-24:388",
    2019: "01-15:388 02-22:388 03-15:391 04-16:395 05-17:395 06-21:395 07-10:395 07-23:397 "
    "08-21:398 10-29:400",
    2020: "01-11:401 02-26:403 04-21:402 05-18:411 06-13:410 07-15:412 09-03:413 09-15:417 "
    "10-12:417",
    2021: "01-15:418 03-03:415 04-19:425 05-19:427 06-11:434 08-16:434 09-10:434 10-18:436",
    2022: "02-22:433 04-18:437 05-11:436 06-08:438 07-19:438 09-13:443 10-07:447 11-15:447",
    2023: "02-02:445 04-10:455 07-19:450 07-20:450 11-07:480 12-13:480",
    2024: "03-15:490 05-14:508",
    2025: "01-28:508 05-14:512 06-16:514 08-26:507",
    2026: "04-22:515 06-18:554 08-25:562 10-23:555",
}
"""How many roots each list has, by year."""


def test_how_many_roots_each_list_has() -> None:
    told = {
        f"{year}-{day}": int(count)
        for year, entries in COUNTS.items()
        for day, count in (entry.split(":") for entry in entries.split())
    }
    assert {day: len(store) for day, store in lists().items()} == told


def test_the_last_step_removed_aaa_and_six_emsign_roots() -> None:
    before, after = lists()["2026-08-25"], lists()["2026-10-23"]
    gone = [a.label for a in before.anchors if a.sha256 not in after.fingerprints]
    assert sorted(label.partition(" ")[0] for label in gone) == ["AAA", *["emSign"] * 6]
    assert not set(after.fingerprints) - set(before.fingerprints)
    assert [day for day, store in lists().items() if not holds(store, AAA)] == ["2026-10-23"]


# -- limits ----------------------------------------------------------------------------------------


def _usable(store: lt.TrustStore, sha256: str) -> bool:
    for limit in dict(store.constraints).get(sha256, ()):
        if limit.purposes is not None or limit.disabled_after is not None:
            return False
        if Oid.SERVER_AUTH in limit.refused_purposes:
            return False
    return True


@pytest.mark.parametrize(
    ("day", "usable"),
    [
        ("2018-07-18", 286),
        ("2020-06-13", 261),
        ("2021-10-18", 250),
        ("2023-04-10", 228),
        ("2025-08-26", 214),
    ],
)
def test_how_many_are_usable_for_servers_and_nowhere_disallowed(day: str, usable: int) -> None:
    store = lists()[day]
    assert sum(_usable(store, sha256) for sha256 in store.fingerprints) == usable


def test_no_purpose_that_is_written_down_includes_servers() -> None:
    """A root that may vouch for servers has no list of purposes, so that only limits are written."""
    for store in lists().values():
        for _, (limit,) in store.constraints:
            assert limit.purposes is None or Oid.SERVER_AUTH not in limit.purposes


@pytest.mark.parametrize(
    ("root", "first", "until"),
    [
        (ADDTRUST, "2023-02-02", datetime(2023, 2, 1, tzinfo=UTC)),
        (DST_X3, "2023-02-02", datetime(2023, 2, 1, tzinfo=UTC)),
        (BALTIMORE, "2026-08-25", datetime(2026, 9, 15, tzinfo=UTC)),
    ],
)
def test_roots_that_were_disallowed_long_after_they_expired(
    root: str, first: str, until: datetime
) -> None:
    assert first_limited(root, "disabled_after") == first
    [limit] = limits(lists()["2026-10-23"], root)
    assert limit.disabled_after == until


def test_addtrust_and_dst_x3_had_no_limit_when_they_expired() -> None:
    assert limits(lists()["2020-05-18"], ADDTRUST) == ()
    assert limits(lists()["2021-09-10"], DST_X3) == ()


def test_entrust_g2_vouches_for_servers_up_to_april_2025() -> None:
    april = datetime(2025, 4, 16, tzinfo=UTC)
    assert first_limited(ENTRUST_G2, "issued_by") == "2025-01-28"
    assert limits(lists()["2026-10-23"], ENTRUST_G2) == (Constraints(issued_by=april),)


@pytest.mark.parametrize(
    "root", [USERTRUST_RSA, COMODO_RSA, ISRG_X1, SECTIGO_R46, GLOBALSIGN_R1], ids=str
)
def test_roots_without_limits_for_servers(root: str) -> None:
    """GlobalSign's R1 lost the signing of OCSP answers, which is no limit for servers."""
    assert all(not limits(s, root) for s in lists().values() if holds(s, root))


def test_since_when_there_are_dated_limits() -> None:
    """Disallow dates and withdrawn purposes from April 2016, NotBefore from February 2017."""
    first: dict[str, str] = {}
    for day, store in lists().items():
        for _, (limit,) in store.constraints:
            for key in ("disabled_after", "issued_by", "purposes"):
                if getattr(limit, key):
                    first.setdefault(key, day)
    assert first == {
        "purposes": "2006-12-14",
        "disabled_after": "2016-04-14",
        "issued_by": "2017-02-28",
    }


# -- packages and images ---------------------------------------------------------------------------


def test_the_package_of_april_2013_is_the_list_of_those_days() -> None:
    package, listed = windows("xp-rootsupd-2013-04"), lists()["2013-04-20"]
    assert len(package) == 77 + 275 + 6 == 358
    assert package.fingerprints == listed.fingerprints
    assert package.completeness == "exact"
    assert package.released == date(2013, 4, 19)


@pytest.mark.parametrize(
    "deleted", ["0c2cd63d", "6bf5533d", "3bded811", "294f55ef", "0d136e43", "15f0ba00"]
)
def test_the_package_deletes_diginotar_and_others(deleted: str) -> None:
    assert not holds(windows("xp-rootsupd-2013-04"), deleted)


def test_xp_at_its_end_of_support_had_389_roots() -> None:
    store = windows("xp-sp3-2014-04")
    assert (len(store), store.completeness) == (389, "inferred")
    assert store.fingerprints == lists()["2014-03-12"].fingerprints


def test_nothing_in_the_image_of_xp_was_issued_after_2001() -> None:
    store = windows("xp-image")
    assert (len(store), store.completeness) == (82, "partial")
    begun = [anchor.certificate.not_before for anchor in store.anchors]
    assert max(begun) < datetime(2001, 10, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "absent",
    ["4348a0e9", AAA, "ca42dd41", "52f0e1c4", USERTRUST_RSA, "cbb522d7", ENTRUST_G2, "cb3ccbb7"],
)
def test_later_roots_are_absent_from_the_image_of_xp(absent: str) -> None:
    """DigiCert, AAA, COMODO, USERTrust, GlobalSign R2 and R3, Entrust G2."""
    assert any(sha256.startswith(absent) for sha256 in windows("xp-image").absent)


@pytest.mark.parametrize("open_", [BALTIMORE, ADDTRUST, DST_X3])
def test_roots_of_2000_may_be_in_the_image_of_xp(open_: str) -> None:
    store = windows("xp-image")
    absent = any(sha256.startswith(open_) for sha256 in store.absent)
    assert not holds(store, open_)
    assert absent == (open_ == ADDTRUST), "AddTrust is in no list before August 2009"


IMAGES = {
    "vista-sp2-image": (3, {USERTRUST_RSA, USERTRUST_ECC, ISRG_X1, SECTIGO_R46}),
    "7-sp1-image": (3, {ISRG_X1, SECTIGO_R46, SECTIGO_E46}),
    "8-image": (9, {ISRG_X1, SECTIGO_R46}),
    "8.1-image": (9, {ISRG_X1, SECTIGO_R46}),
    "10-1507-image": (10, {ISRG_X1, SECTIGO_R46}),
    "2016-image": (10, {ISRG_X1, SECTIGO_R46}),
    "2019-image": (12, {SECTIGO_R46, SECTIGO_E46}),
    "2022-image": (12, {SECTIGO_R46, SECTIGO_E46}),
    "11-21h2-image": (12, {SECTIGO_R46, SECTIGO_E46}),
}
"""How many roots each is known to hold, and which of five well-known ones it cannot hold."""


@pytest.mark.parametrize("image", IMAGES)
def test_what_an_image_holds_and_cannot_hold(image: str) -> None:
    store, (count, absent) = windows(image), IMAGES[image]
    assert (len(store), store.completeness) == (count, "partial")
    asked = {USERTRUST_RSA, USERTRUST_ECC, ISRG_X1, SECTIGO_R46, SECTIGO_E46}
    found = {short for short in asked if any(s.startswith(short) for s in store.absent)}
    assert found >= absent
    assert found - absent <= {SECTIGO_E46, SECTIGO_R46}
    assert not any(holds(store, short) for short in asked)


def test_where_the_lists_were_read() -> None:
    """Most in the history of one repository, the newest five in packages, one in another."""
    sources = Counter(s.provenance.kind for s in lists().values() if s.provenance)
    assert sources == {ProvenanceKind.GIT: 111, ProvenanceKind.PACKAGE: 6}
