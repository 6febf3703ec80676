"""What is known about the stores of embedded systems, as facts that the catalogue must reproduce.

`iot_shapes.csv` counts the roots of each list that was read, and names the well-known roots that it
holds by the numbers of `WELL_KNOWN`.  Both were worked out from the sources of the lists, not from
the packaged data.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import legacytrust as lt
from legacytrust.algorithms import KeyKind
from legacytrust.stores.snapshot import Completeness

HERE = Path(__file__).parent

WELL_KNOWN = {
    "1": ("e793c9b02fd8",),  # USERTrust RSA
    "2": ("4ff460d54b9c",),  # USERTrust ECC
    "3": ("7bb647a62aee",),  # Sectigo R46
    "4": ("c90f26f0fb1b",),  # Sectigo E46
    "5": ("d7a7a0fb5d7e",),  # Comodo AAA
    "6": ("687fa4513822",),  # AddTrust External
    "7": ("96bcec062649",),  # ISRG Root X1
    "8": ("69729b8e15a8",),  # ISRG Root X2
    "9": ("0687260331a7",),  # DST Root CA X3
    "10": ("2a575471e313", "d947432abde7"),  # GTS Root R1, older and newer
    "11": ("8ecde6884f3d",),  # Amazon Root CA 1
    "12": ("568d6905a2c8",),  # Starfield Services G2
    "13": ("cb3ccbb76031",),  # DigiCert Global Root G2
}
"""Numbers of the table, and how the fingerprints of these roots begin."""

(USERTRUST_RSA,), (R46,), (E46,) = WELL_KNOWN["1"], WELL_KNOWN["3"], WELL_KNOWN["4"]
(AAA,), (ISRG_X1,), (DST_X3,), (AMAZON_1,) = (WELL_KNOWN[k] for k in ("5", "7", "9", "11"))
GLOBALSIGN_R1, BALTIMORE, GO_DADDY_2 = "ebd41040e4bb", "16af57a9f676", "c3846bf24b9e"
ENTRUST_2048, STARFIELD_2 = "6dc47172e01c", "1465fa205397"

FAMILIES = {
    "esp-idf", "arduino-nina", "arduino-mbed", "arduino-uno-r4", "adafruit-airlift",
    "circuitpython", "amazon-freertos", "nintendo-switch", "nintendo-3ds", "nintendo-wiiu",
    "tizen", "consumer-iot",
}  # fmt: skip


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


SHAPES = table("iot_shapes.csv")


def store(id: str) -> lt.TrustStore:
    return lt.load_catalog().store(id)


@cache
def roots(id: str) -> tuple[lt.Certificate, ...]:
    """The roots of a store whose bytes are held."""
    found = (anchor.certificate for anchor in store(id).anchors)
    return tuple(one for one in found if isinstance(one, lt.Certificate))


def holds(id: str, short: str) -> bool:
    return any(sha256.startswith(short) for sha256 in store(id).fingerprints)


def holders(family: str, short: str) -> set[str]:
    stores = (one for one in lt.load_catalog().stores if one.family == family)
    return {one.version for one in stores if any(f.startswith(short) for f in one.fingerprints)}


def versions(family: str) -> set[str]:
    return {one.version for one in lt.load_catalog().stores if one.family == family}


def up_to(allowed: int, found: int, missing: int) -> bool:
    """Whether a count fits, when this many roots are known by their facts alone."""
    return allowed - missing <= found <= allowed


# -- every list -----------------------------------------------------------------------------------


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row["store"])
def test_the_list_has_this_shape(row: dict[str, str]) -> None:
    one, held = store(row["store"]), roots(row["store"])
    missing = len(one) - len(held)
    assert len(one) == int(row["roots"])
    assert one.completeness is Completeness(row["completeness"])
    elliptic = sum(root.public_key.kind is KeyKind.EC for root in held)
    assert up_to(int(row["elliptic"]), elliptic, missing)
    short = sum(r.public_key.kind is KeyKind.RSA and r.public_key.bits < 2048 for r in held)
    assert up_to(int(row["short_rsa"]), short, missing)
    if row["date"]:
        day = date.fromisoformat(row["date"])
        ended = sum(root.not_after.date() < day for root in held)
        assert up_to(int(row["expired"]), ended, missing)


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row["store"])
def test_the_list_holds_these_well_known_roots(row: dict[str, str]) -> None:
    found = [k for k, shorts in WELL_KNOWN.items() if any(holds(row["store"], s) for s in shorts)]
    assert " ".join(found) == row["known_roots"]


def test_every_list_is_counted_or_has_the_roots_of_one_that_is() -> None:
    counted = {frozenset(store(row["store"]).fingerprints) for row in SHAPES}
    rest = {
        one.id
        for one in lt.load_catalog().stores
        if one.family in FAMILIES and frozenset(one.fingerprints) not in counted
    }
    assert rest == {f"esp-idf/{v}-full-deprecated" for v in ("5.3", "5.4", "5.5")}


# -- ESP-IDF --------------------------------------------------------------------------------------

BUNDLES = [
    # root, releases whose full bundle has it, releases whose common bundle has it
    pytest.param(R46, {"5.3", "5.4", "5.5", "6.0"}, {"5.5", "6.0"}, id="R46"),
    pytest.param(E46, {"5.3", "5.4", "5.5", "6.0"}, {"5.5", "6.0"}, id="E46"),
    pytest.param(
        DST_X3,
        {"4.2", "4.3", "4.4", "5.0", "5.1", "5.2", "5.3", "5.4"},
        {"4.2", "4.3", "4.4", "5.0", "5.1", "5.2", "5.3", "5.4"},
        id="DST X3",
    ),
    pytest.param(
        ISRG_X1,
        {"4.2", "4.3", "4.4", "5.0", "5.1", "5.2", "5.3", "5.4", "5.5", "6.0"},
        {"5.1", "5.2", "5.3", "5.4", "5.5", "6.0"},
        id="ISRG X1",
    ),
]


@pytest.mark.parametrize(("short", "full", "common"), BUNDLES)
def test_esp_idf_bundles(short: str, full: set[str], common: set[str]) -> None:
    have = holders("esp-idf", short)
    minors = {name.rpartition("-")[0] for name in versions("esp-idf") if name.count(".") == 1}
    assert {m for m in minors if f"{m}-full" in have} == full
    assert {m for m in minors if f"{m}-common" in have} == common


def test_esp_idf_6_dropped_what_it_is_said_to_have_dropped() -> None:
    gone = (GLOBALSIGN_R1, BALTIMORE, GO_DADDY_2, ENTRUST_2048, DST_X3)
    assert all(holds("esp-idf/5.4.1-full", short) for short in gone)
    assert not any(holds("esp-idf/6.0-full", short) for short in gone)


def test_esp_idf_6_keeps_two_roots_that_mozilla_dropped() -> None:
    for short in (AAA, STARFIELD_2):
        assert holds("esp-idf/6.0-full", short)
        assert holds("esp-idf/6.0-common", short)


def test_esp_idf_lost_aaa_from_the_common_bundle_for_a_time() -> None:
    assert [v for v in ("5.0", "5.1", "5.3", "5.3.3", "5.4", "5.4.1", "5.5")
            if not holds(f"esp-idf/{v}-common", AAA)] == ["5.1", "5.3", "5.4"]  # fmt: skip


def test_esp_idf_bundles_stay_below_their_limit() -> None:
    assert all(len(store(f"esp-idf/{v}")) < 200 for v in versions("esp-idf"))


@pytest.mark.parametrize(("release", "listed"), [("5.3", 6), ("5.4", 7), ("5.5", 11)])
def test_esp_idf_deprecated_roots_come_on_top(release: str, listed: int) -> None:
    full, both = store(f"esp-idf/{release}-full"), store(f"esp-idf/{release}-full-deprecated")
    assert set(full.fingerprints) < set(both.fingerprints)
    more = len(both) - len(full)
    assert more == (10 if release == "5.5" else listed)
    assert both.provenance is not None
    assert f"{listed} certificates" in both.provenance.stands_for


# -- Arduino, Adafruit, FreeRTOS ------------------------------------------------------------------

LISTS = [
    # family, release, how many roots
    ("arduino-nina", "1.1.0 1.3.0 1.4.0 1.4.1", 45),
    ("arduino-nina", "1.4.2 1.4.3 1.4.4", 47),
    ("arduino-nina", "1.4.5", 48),
    ("arduino-nina", "1.4.6 1.4.7 1.4.8 1.5.0 1.6.0 2.0.0", 39),
    ("adafruit-airlift", "1.1.0 1.4.0 1.5.0 1.6.0", 45),
    ("adafruit-airlift", "1.6.1 1.7.1 1.7.2 1.7.3 1.7.4", 47),
    ("adafruit-airlift", "1.7.5", 48),
    ("adafruit-airlift", "1.7.7", 47),
    ("adafruit-airlift", "2.0.0", 42),
    ("circuitpython", "8.2.5", 46),
    ("circuitpython", "8.2.6 8.2.10", 47),
    ("circuitpython", "9.0.0 9.1.0 9.2.0 9.2.9", 48),
    ("arduino-uno-r4", "0.4.1 0.5.0 0.5.1", 146),
    ("arduino-uno-r4", "0.5.2 0.6.0", 151),
    ("arduino-mbed", "2022-03-07", 46),
    ("arduino-mbed", "2023-08-09 2025-05-05", 47),
    ("amazon-freertos", "1.0.0", 5),
    ("amazon-freertos", "1.4.3 202012.00 202203.00", 6),
]


@pytest.mark.parametrize(("family", "releases", "count"), LISTS)
def test_releases_share_a_list(family: str, releases: str, count: int) -> None:
    lists = {store(f"{family}/{release}").fingerprints for release in releases.split()}
    assert [len(one) for one in lists] == [count]


FIRST_WITH_ISRG_X1 = [
    ("arduino-nina", {"1.4.5", "1.4.6", "1.4.7", "1.4.8", "1.5.0", "1.6.0", "2.0.0"}),
    ("adafruit-airlift", {"1.7.5", "1.7.7", "2.0.0"}),
    ("arduino-mbed", {"2023-08-09", "2025-05-05"}),
    ("tizen", set()),
    ("amazon-freertos", set()),
    ("nintendo-3ds", set()),
    ("nintendo-wiiu", set()),
]


@pytest.mark.parametrize(("family", "having"), FIRST_WITH_ISRG_X1)
def test_who_has_isrg_root_x1(family: str, having: set[str]) -> None:
    assert holders(family, ISRG_X1) == having


@pytest.mark.parametrize("family", ["arduino-nina", "adafruit-airlift", "arduino-mbed"])
def test_nina_boards_never_got_the_roots_of_sectigo(family: str) -> None:
    assert holders(family, R46) == holders(family, E46) == set()
    for short in (USERTRUST_RSA, AAA):
        assert holders(family, short) == versions(family)


def test_uno_r4_has_the_roots_of_sectigo_and_three_of_its_maker() -> None:
    assert holders("arduino-uno-r4", R46) == versions("arduino-uno-r4")
    assert holders("arduino-uno-r4", E46) == versions("arduino-uno-r4")
    note = store("arduino-uno-r4/0.5.2").note
    assert "roots of Arduino's own" in note


def test_mbed_boards_lack_amazon_and_trust_one_server() -> None:
    assert holders("arduino-mbed", AMAZON_1) == set()
    assert holders("arduino-mbed", "1e0364990ce7") == versions("arduino-mbed")


def test_freertos_brings_the_roots_of_aws() -> None:
    amazon = ("8ecde6884f3d", "1ba5b2aa8c65", "18ce6cfe7bf1", "e35d28419ed0")
    verisign_g5 = "9acfab7e43c8"
    for short in (*amazon, verisign_g5):
        assert holders("amazon-freertos", short) == versions("amazon-freertos")
    assert holders("amazon-freertos", STARFIELD_2) == versions("amazon-freertos") - {"1.0.0"}


# -- Tizen ----------------------------------------------------------------------------------------

TIZEN = [("1.0", 19), ("2.0", 145), ("2.2", 138), ("2.3", 138), ("2.3.1", 138), ("2.4", 187),
         ("3.0-platform", 215)]  # fmt: skip


@pytest.mark.parametrize(("release", "count"), TIZEN)
def test_tizen(release: str, count: int) -> None:
    assert len(store(f"tizen/{release}")) == count


@pytest.mark.parametrize("number", ["7", "10", "11"])
def test_tizen_never_had_these(number: str) -> None:
    assert all(holders("tizen", short) == set() for short in WELL_KNOWN[number])


def test_tizen_has_usertrust_from_2_4_on() -> None:
    assert holders("tizen", USERTRUST_RSA) == {"2.4", "3.0-platform", "mozilla-2015-12-18"}


FORGED = [
    "9532e8b50496",  # www.google.com
    "8290cc3fc1c3",  # mail.google.com
    "4bf6bb839b03",  # addons.mozilla.org
    "2a3699deca1e",  # login.live.com
    "19c5bab420c2",  # DigiNotar Cyber CA
    "9187a8d3b4b7",  # DigiNotar Root CA
    "2740d956b112",  # MCSHOLDING TEST
]


@pytest.mark.parametrize("short", FORGED)
def test_tizen_3_made_anchors_of_what_was_to_be_distrusted(short: str) -> None:
    assert "3.0-platform" in holders("tizen", short)


# -- Nintendo -------------------------------------------------------------------------------------

SWITCH = [
    # root, and the first system version that holds it
    pytest.param("8ecde6884f3d", "1.0.0", id="Amazon 1"),
    pytest.param(DST_X3, "6.0.0", id="DST X3"),
    pytest.param(USERTRUST_RSA, "10.0.3", id="USERTrust RSA"),
    pytest.param(ISRG_X1, "10.1.0", id="ISRG X1"),
    pytest.param("4ff460d54b9c", "10.1.0", id="USERTrust ECC"),
    pytest.param("52f0e1c4e58e", "10.1.0", id="COMODO RSA"),
    pytest.param("2a575471e313", "11.0.0", id="GTS R1"),
    pytest.param("1ba5b2aa8c65", "11.0.0", id="Amazon 2"),
    pytest.param("552f7bdcf1a7", "11.0.0", id="DigiCert G4"),
    pytest.param("91e2f5788d58", "15.0.0", id="T-TeleSec Class 2"),
]
SWITCH_VERSIONS = ["1.0.0", "6.0.0", "8.0.0", "10.0.3", "10.1.0", "11.0.0", "12.0.0", "15.0.0",
                   "16.0.0"]  # fmt: skip


@pytest.mark.parametrize(("short", "first"), SWITCH)
def test_switch_additions(short: str, first: str) -> None:
    expected = set(SWITCH_VERSIONS[SWITCH_VERSIONS.index(first) :])
    assert holders("nintendo-switch", short) == expected


@pytest.mark.parametrize("short", ["9acfab7e43c8", "ff856a2d251d", "37d51006c512"])
def test_switch_8_stopped_trusting_the_roots_of_symantec(short: str) -> None:
    assert holders("nintendo-switch", short) == {"1.0.0", "6.0.0"}


@pytest.mark.parametrize("short", ["687fa4513822", "85fb2f91dd12", "6ea54741d004"])
def test_switch_keeps_addtrust_and_utn_after_they_expired(short: str) -> None:
    assert holders("nintendo-switch", short) == set(SWITCH_VERSIONS)


def test_switch_has_no_root_of_sectigo_of_2021() -> None:
    assert holders("nintendo-switch", R46) == holders("nintendo-switch", E46) == set()


def test_3ds_has_five_roots_one_of_them_with_1024_bits() -> None:
    assert len(store("nintendo-3ds/final")) == 5
    assert holds("nintendo-3ds/final", "a53125188d21")


def test_wii_u_has_two_large_roots_and_no_elliptic_curve() -> None:
    large = [root for root in roots("nintendo-wiiu/final") if root.public_key.bits == 4096]
    assert {root.sha256[:12] for root in large} == {"52f0e1c4e58e", USERTRUST_RSA}


# -- devices of the home --------------------------------------------------------------------------

MEASURED = [
    # device, roots in the list, and how many of them table 9 of the paper counts
    ("google-home-mini", 123, 119 + 4),
    ("amazon-echo-plus", 116, 103 + 13),
    ("amazon-echo-dot", 131, 117 + 14),
    ("wink-hub-2", 136, 109 + 27),
    ("roku-tv", 129, 96 + 33),
    ("lg-tv", 144, 96 + 48),
    ("harman-invoke", 108, 67 + 41),
    ("amazon-echo-dot-3", 124, 107 + 17),
]


@pytest.mark.parametrize(("device", "count", "published"), MEASURED)
def test_measured_devices(device: str, count: int, published: int) -> None:
    one = store(f"consumer-iot/{device}")
    assert len(one) == count == published
    assert one.completeness is Completeness.PARTIAL
    assert one.absent
    assert not one.absent & set(one.fingerprints)


@pytest.mark.parametrize("device", [row[0] for row in MEASURED])
def test_all_measured_devices_have_these(device: str) -> None:
    assert holds(f"consumer-iot/{device}", USERTRUST_RSA)
    assert holds(f"consumer-iot/{device}", DST_X3)


@pytest.mark.parametrize("device", [row[0] for row in MEASURED])
def test_gts_root_r1_was_not_tried(device: str) -> None:
    one = store(f"consumer-iot/{device}")
    known = {*one.fingerprints, *one.absent}
    assert not any(sha256.startswith(WELL_KNOWN["10"]) for sha256 in known)
