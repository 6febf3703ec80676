"""What is known about the lists of Linux systems and of programs, to be reproduced.

`linux_stores.csv` tells of each list when it came out, how many roots it holds, how many of them had
expired that day, have elliptic keys, or RSA keys below 2048 bits, and which of thirteen well-known
roots are in it.  It was worked out from the sources, not from the packaged data.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final

import pytest

import legacytrust as lt
from legacytrust.algorithms import KeyKind

HERE = Path(__file__).parent

USERTRUST_RSA, USERTRUST_ECC, R46, E46 = (
    "e793c9b02fd8", "4ff460d54b9c", "7bb647a62aee", "c90f26f0fb1b",
)  # fmt: skip
AAA, ADDTRUST, X1, X2, DST = (
    "d7a7a0fb5d7e", "687fa4513822", "96bcec062649", "69729b8e15a8", "0687260331a7",
)  # fmt: skip
GTS_R1, GTS_R1_AGAIN, AMAZON, STARFIELD, DIGICERT_G2 = (
    "2a575471e313", "d947432abde7", "8ecde6884f3d", "568d6905a2c8", "cb3ccbb76031",
)  # fmt: skip
WELL_KNOWN: Final = {
    1: (USERTRUST_RSA,), 2: (USERTRUST_ECC,), 3: (R46,), 4: (E46,), 5: (AAA,), 6: (ADDTRUST,),
    7: (X1,), 8: (X2,), 9: (DST,), 10: (GTS_R1, GTS_R1_AGAIN), 11: (AMAZON,), 12: (STARFIELD,),
    13: (DIGICERT_G2,),
}  # fmt: skip


def table() -> list[dict[str, str]]:
    with (HERE / "linux_stores.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def store(id: str) -> lt.TrustStore:
    return lt.load_catalog().store(id)


def holds(id: str, short: str) -> bool:
    return any(f.startswith(short) for f in store(id).fingerprints)


def held(id: str) -> list[lt.Certificate]:
    anchors = store(id).anchors
    return [a.certificate for a in anchors if isinstance(a.certificate, lt.Certificate)]


def of(family: str) -> list[str]:
    return [s.id for s in lt.load_catalog().stores if s.family == family]


ROWS = pytest.mark.parametrize("row", table(), ids=lambda row: row["store"])


@ROWS
def test_when_it_came_out_and_how_many_it_holds(row: dict[str, str]) -> None:
    assert str(store(row["store"]).released) == row["released"]
    assert len(store(row["store"])) == int(row["roots"])


@ROWS
def test_which_well_known_roots_are_in_it(row: dict[str, str]) -> None:
    found = [
        number
        for number, roots in WELL_KNOWN.items()
        if any(holds(row["store"], short) for short in roots)
    ]
    assert found == [int(number) for number in row["well_known"].split()]


@ROWS
def test_what_kinds_of_roots_it_holds(row: dict[str, str]) -> None:
    """Of a root that is known by its facts alone nobody can tell here, so the count may be short."""
    roots, missing = held(row["store"]), len(store(row["store"])) - len(held(row["store"]))
    day = store(row["store"]).released
    assert day is not None
    counted = {
        "expired": len([c for c in roots if c.not_after.date() < day]),
        "elliptic": len([c for c in roots if c.public_key.kind is KeyKind.EC]),
        "short_rsa": len(
            [c for c in roots if c.public_key.kind is KeyKind.RSA and c.public_key.bits < 2048]
        ),
    }
    for column, found in counted.items():
        assert int(row[column]) - missing <= found <= int(row[column]), column


def test_every_list_is_in_the_table_or_is_a_release_with_the_same() -> None:
    told = {row["store"] for row in table()}
    lists = {frozenset(store(id).fingerprints) for id in told}
    families = {id.partition("/")[0] for id in told}
    for family in families:
        for id in of(family):
            newer = id == "certifi/2026.10.19.post1"
            assert newer or frozenset(store(id).fingerprints) in lists, id


# -- OpenWrt and Yocto are Debian's list ----------------------------------------------------------

SAME = [
    ("openwrt/17.01.2", "debian/20161130"),
    ("openwrt/18.06.0", "debian/20180409"),
    ("openwrt/19.07.3", "debian/20190110"),
    ("openwrt/19.07.10", "debian/20200601"),
    ("openwrt/21.02.5", "debian/20210119"),
    ("openwrt/21.02.7", "debian/20211016"),
    ("openwrt/22.03.7", "debian/20230311"),
    ("openwrt/23.05.6", "debian/20241223"),
    ("openwrt/25.12.2", "debian/20250419"),
    ("yocto/1.8", "debian/20141019"),
    ("yocto/3.1", "debian/20190110"),
    ("yocto/3.1.12", "debian/20211016"),
    ("yocto/4.0", "debian/20211016"),
    ("yocto/5.0", "debian/20211016"),
    ("yocto/5.0.14", "debian/20250419"),
    ("yocto/6.0.2", "debian/20260601"),
    ("maemo/20151214", "debian/20151214"),
    ("debian/20160104", "debian/20151214"),
    ("debian/20250419~deb12u2", "debian/20250419+deb13u1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_lists_that_are_the_same(one: str, other: str) -> None:
    assert store(one).fingerprints == store(other).fingerprints


def _version(id: str) -> tuple[int, ...]:
    return tuple(map(int, id.partition("/")[2].split(".")))


def test_openwrt_has_sectigos_new_roots_in_three_lines() -> None:
    """From 23.05.6, 24.10.0 and 25.12.0 on, in no earlier one."""
    having = {id for id in of("openwrt") if holds(id, R46)}
    assert having == {id for id in of("openwrt") if holds(id, E46)}
    assert having == {id for id in of("openwrt") if _version(id) >= (23, 5, 6)}


def test_openwrt_lost_aaa_in_two_lines() -> None:
    lost = {id for id in of("openwrt") if not holds(id, AAA)}
    assert lost == {f"openwrt/{v}" for v in ("24.10.7", "24.10.8", "25.12.3", "25.12.4", "25.12.5")}


@pytest.mark.parametrize(
    ("release", "day"),
    [
        ("17.01.7", "2019-06-21"), ("18.06.9", "2020-11-17"), ("19.07.10", "2022-04-17"),
        ("21.02.7", "2023-04-27"), ("22.03.7", "2024-07-23"), ("23.05.6", "2025-08-16"),
    ],
)  # fmt: skip
def test_the_last_release_of_a_line_of_openwrt(release: str, day: str) -> None:
    assert str(store(f"openwrt/{release}").released) == day
    line = release.rpartition(".")[0]
    of_line = [id for id in of("openwrt") if id.startswith(f"openwrt/{line}.")]
    assert max(of_line, key=_version) == f"openwrt/{release}"


@pytest.mark.parametrize(
    ("release", "client"),
    [
        ("21.02.0", "wolfssl 4.7.0"), ("21.02.1", "wolfssl-altchains 4.8.1"),
        ("22.03.0", "wolfssl-altchains 5.4.0"), ("23.05.0", "mbedtls 2.28.4"),
        ("24.10.0", "mbedtls 3.6.2"), ("25.12.0", "mbedtls 3.6.5"),
    ],
)  # fmt: skip
def test_the_tls_library_of_a_release_of_openwrt(release: str, client: str) -> None:
    [device] = lt.load_catalog().select(f"openwrt/{release}")
    assert f"{device.client.name} {device.client.version}" == client


def test_no_openwrt_before_21_02_is_a_device_class() -> None:
    """None had a TLS library by default."""
    assert min(_version(d.store.id) for d in lt.load_catalog().select("openwrt")) == (21, 2, 0)


@pytest.mark.parametrize("release", ["4.0", "4.1", "4.2", "4.3", "5.0"])
def test_yocto_stayed_long_at_the_list_of_2021(release: str) -> None:
    for short in (X2, R46, E46):
        assert not holds(f"yocto/{release}", short)
        assert holds("yocto/5.0.14", short)


# -- Debian ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "there"),
    [
        ("20210119", False), ("20211016", False), ("20230311", False), ("20230311+deb12u1", True),
        ("20240203", True), ("20250419", True), ("20250419~deb12u2", True),
    ],
)  # fmt: skip
def test_debian_and_sectigos_new_roots(version: str, there: bool) -> None:
    assert holds(f"debian/{version}", R46) is there
    assert holds(f"debian/{version}", E46) is there


def test_bookworms_update_added_two_roots_and_nothing_else() -> None:
    before, after = store("debian/20230311"), store("debian/20230311+deb12u1")
    added = set(after.fingerprints) - set(before.fingerprints)
    assert {f[:12] for f in added} == {R46, E46}
    assert set(before.fingerprints) <= set(after.fingerprints)


@pytest.mark.parametrize("version", ["20250419+deb13u1", "20250419~deb12u2", "20260816+nmu1"])
def test_the_updates_of_october_2026(version: str) -> None:
    labels = {c.label for c in held(f"debian/{version}")}
    assert not {"AAA Certificate Services", "emSign ECC Root CA - G3"} & labels
    assert {"AAA Certificate Services", "emSign ECC Root CA - G3"} <= {
        c.label for c in held("debian/20250419")
    }


# -- Node.js --------------------------------------------------------------------------------------

NODE = [
    (USERTRUST_RSA, "", "0.10.0 0.10.29 0.10.48 0.12.0 0.12.18"),
    (X1, "4.9.1 6.17.1 8.0.0", "6.0.0 0.10.48 0.12.18"),
    (AMAZON, "", "0.10.0 0.10.29 0.10.48 0.12.0 0.12.18"),
    (R46, "18.20.8 20.20.2 22.0.0", "16.20.2 18.0.0 20.0.0"),
    (E46, "18.20.8 20.20.2 22.0.0", "16.20.2 18.0.0 20.0.0"),
    (AAA, "18.20.8 22.0.0", "20.20.2 22.23.3"),
]


@pytest.mark.parametrize(("short", "having", "lacking"), NODE)
def test_roots_of_node(short: str, having: str, lacking: str) -> None:
    for version in having.split():
        assert holds(f"nodejs/{version}", short), version
    for version in lacking.split():
        assert not holds(f"nodejs/{version}", short), version


# -- certifi --------------------------------------------------------------------------------------


def test_certifi_by_day() -> None:
    found = of("certifi")
    with_r46 = [id for id in found if holds(id, R46)]
    assert with_r46[0] == "certifi/2023.07.22"
    assert with_r46 == found[found.index("certifi/2023.07.22") :]
    without_aaa = [id for id in found if not holds(id, AAA)]
    assert without_aaa[0] == "certifi/2025.04.26"
    assert without_aaa == found[found.index("certifi/2025.04.26") :]


_LIST_OF_NSS = re.compile(
    r"Firefox (\S+) holds the same set and ([^:]+): the list of NSS [0-9. to]+"
)


def test_certifi_tells_the_version_of_nss_where_it_is_known() -> None:
    """certifi's source leaves out a root with a negative serial number; all else is NSS's list."""
    names = lt.load_catalog().store_catalog.names
    known = {}
    for id in of("certifi"):
        provenance = store(id).provenance
        assert provenance is not None
        for found in filter(None, map(_LIST_OF_NSS.fullmatch, provenance.cross_checks)):
            known[id] = found[1]
            ours, theirs = (set(store(i).fingerprints) for i in (id, f"firefox/{found[1]}"))
            assert ours < theirs
            assert {names[sha256] for sha256 in theirs - ours} == {found[2]}
    assert known["certifi/2019.03.09"] == "67.0"
    assert set(known) >= {id for id in of("certifi") if "certifi/2015.05" < id < "certifi/2019.04"} - {
        "certifi/2016.08.31", "certifi/2016.09.26", "certifi/2018.08.13",
    }  # fmt: skip


def test_how_long_certifis_lists_are() -> None:
    lengths = {id: len(store(id)) for id in of("certifi")}
    assert max(lengths, key=lengths.__getitem__) == "certifi/2015.04.28"
    assert lengths["certifi/2015.04.28"] == 168
    assert lengths["certifi/2026.07.22"] == 121


def test_what_left_certifi_within_nine_months() -> None:
    before, after = ({c.label for c in held(f"certifi/{v}")} for v in ("2025.07.14", "2026.04.22"))
    gone = {
        "DigiCert Assured ID Root CA",
        "DigiCert Global Root CA",
        "DigiCert High Assurance EV Root CA",
        "COMODO Certification Authority",
        "Entrust Root Certification Authority - G2",
        "Entrust Root Certification Authority - EC1",
        "QuoVadis Root CA 2",
        "QuoVadis Root CA 3",
    }
    assert gone <= before
    assert not gone & after


# -- Fedora and the rest --------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2014.2.2", "2015.2.6"])
def test_fedoras_lists_with_legacy_roots_are_partial(version: str) -> None:
    """Some 1024-bit roots were on again; that newer roots were not there is still known."""
    partial = store(f"rhel/{version}")
    assert partial.completeness.value == "partial"
    assert any(f.startswith(X1) for f in partial.absent)


def test_maemo_and_alpine_are_not_exact() -> None:
    for id in (*of("maemo"), *of("alpine"), *of("sailfish")):
        assert store(id).completeness.value == "inferred"
