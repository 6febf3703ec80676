"""Windows machines as device classes: two modes, and what their age does to real chains."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby

import attrs
import pytest

import legacytrust as lt
from forge import HOSTNAME, key
from forge import root as forged_root
from legacytrust.handshake import ServerOffer, TlsVersion
from legacytrust.stores.library import MemoryLibrary
from material import shared_chain

DISCONNECTED = "-disconnected"
BOTH_MODES = [
    "xp-sp2", "xp-sp3", "2003-sp2", "2003-sp2-sha2", "vista", "7", "8", "8.1", "10-1507", "10-1607",
    "10-1809", "10", "11-21h2", "11", "2008", "2008-r2", "2012", "2012-r2", "2016", "2019", "2022",
    "2025",
]  # fmt: skip
NEWEST = "windows/authroot-2026-10-23"
#: From the date in the list of January 2020 to its release.
RELEASED_AFTER = timedelta(days=17)


def windows(release: str) -> lt.Device:
    return lt.load_catalog().device(f"windows/{release}")


@cache
def report(name: str) -> lt.Report:
    """What all of Windows does with a chain in the middle of its life."""
    chain = shared_chain(name)
    at = chain.leaf.not_before + (chain.leaf.not_after - chain.leaf.not_before) / 2
    return lt.evaluate(chain, devices=lt.load_catalog().select("windows"), at=at)


def told(name: str, release: str) -> str:
    """The verdict, "cold" where it hangs on what is not on the device, and the reason's code."""
    outcome = report(name)[f"windows/{release}"]
    words = [outcome.verdict.value]
    words += ["cold"] if outcome.fails_cold else []
    words += [outcome.reason.code.value] if outcome.reason is not None else []
    return " ".join(words)


# -- the classes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("release", BOTH_MODES)
def test_each_system_is_there_in_both_modes(release: str) -> None:
    fetching, alone = windows(release), windows(release + DISCONNECTED)
    assert fetching.store.on_demand == frozenset(fetching.store.fingerprints)
    assert fetching.client.search.root_update
    assert not alone.store.on_demand
    assert not alone.client.search.root_update
    assert not alone.client.search.completion
    assert alone.store.completeness == "partial"
    assert fetching.client.version == alone.client.version


@pytest.mark.parametrize("release", ["2008", "7", "8", "8.1", "10-1507", "10", "11", "2025"])
def test_systems_that_read_the_newest_list(release: str) -> None:
    assert windows(release).store.id == NEWEST
    assert windows(release).store is not lt.load_catalog().store(NEWEST)
    assert windows(release).store is windows("10").store


@pytest.mark.parametrize(
    ("release", "list_"),
    [
        ("2003-sp2-sha2-2015-07", "windows/authroot-2015-06-18"),
        ("vista-2017-04", "windows/authroot-2017-02-28"),
        ("7-2020-01", "windows/authroot-2019-10-29"),
    ],
)
def test_a_machine_at_its_end_of_support_has_the_list_of_that_day(release: str, list_: str) -> None:
    """That of 2020-01-11 was released on 2020-01-28, when Windows 7 had ended (release notes)."""
    device = windows(release)
    assert device.store.id == list_
    ended = device.support_ended
    days = [
        s.released
        for s in lt.load_catalog().stores
        if s.id.startswith("windows/authroot-")
        and s.released is not None
        and s.released + RELEASED_AFTER <= ended  # type: ignore[operator]
    ]
    assert device.store.released == max(days)


def test_the_classes_stand_in_the_order_of_release() -> None:
    chosen = [d.id for d in lt.load_catalog().select("windows<=xp-sp3")]
    assert "windows/2003-sp2" in chosen
    assert "windows/7" not in chosen
    modes = [_mode(d) for d in lt.load_catalog().select("windows")]
    assert modes == sorted(modes), "each mode stands together, so that a report names it as one"
    for _, machines in groupby(lt.load_catalog().select("windows"), key=_mode):
        released = [d.released for d in machines]
        assert released == sorted(released, key=str)


def _mode(device: lt.Device) -> int:
    """Up to date, left behind (as it stood then), or with nothing but its image."""
    if device.id.endswith("-disconnected"):
        return 2
    return int(bool(re.search(r"-20\d\d-\d\d$|-without-sha2-updates$", device.id)))


# -- the new roots of Sectigo ------------------------------------------------------------------------

SHORT, CROSS = "sectigo-sslmate.com-2025-12-short", "sectigo-sslmate.com-2025-12-cross-usertrust"


@pytest.mark.parametrize(
    ("release", "short", "with_cross"),
    [
        ("xp-sp2", "rejected digest-refused", "rejected digest-refused"),
        ("2003-sp2", "rejected digest-refused", "rejected digest-refused"),
        ("2003-sp2-sha2-2015-07", "unknown issuer-not-held", "accepted cold"),
        ("xp-sp3", "unknown no-issuer", "accepted cold"),
        ("xp-sp3-rootsupd-2013-04", "rejected no-issuer", "accepted"),
        ("xp-sp3-2014-04", "unknown issuer-not-held", "accepted"),
        ("xp-sp3-disconnected", "rejected no-issuer", "rejected no-issuer"),
        ("vista-disconnected", "rejected no-issuer", "rejected no-issuer"),
        ("7", "accepted cold", "accepted cold"),
        ("7-2020-01", "unknown issuer-not-held", "accepted cold"),
        ("7-without-sha2-updates", "unknown no-issuer", "accepted cold"),
        ("7-disconnected", "rejected no-issuer", "unknown no-issuer"),
        ("10", "accepted cold", "accepted cold"),
        ("10-disconnected", "rejected no-issuer", "unknown no-issuer"),
        ("2022-disconnected", "rejected no-issuer", "unknown no-issuer"),
        ("11", "accepted cold", "accepted cold"),
        ("11-disconnected", "unknown no-issuer", "unknown no-issuer"),
    ],
)
def test_sectigo_r46_with_and_without_its_cross_certificate(
    release: str, short: str, with_cross: str
) -> None:
    assert told(SHORT, release) == short
    assert told(CROSS, release) == with_cross


def test_windows_goes_to_r46_itself_where_it_can() -> None:
    """Root and cross-certificate began in the same second, so the shorter path wins."""
    outcome = report(CROSS)["windows/10"]
    assert outcome.path is not None
    assert outcome.path.anchor is not None
    assert outcome.path.anchor.label == "Sectigo Public Server Authentication Root R46"
    older = report(CROSS)["windows/xp-sp3-rootsupd-2013-04"]
    assert older.path is not None
    assert older.path.anchor is not None
    assert older.path.anchor.label == "USERTrust RSA Certification Authority"


def test_a_chain_up_to_aaa_is_open_where_only_an_image_is() -> None:
    """AAA is older than every image that is modelled, and in none that is known."""
    name = "sectigo-sslmate.com-2025-12-cross-usertrust-aaa"
    assert told(name, "xp-sp3-2014-04") == "accepted"
    assert told(name, "vista-disconnected") == "unknown no-issuer"


# -- Let's Encrypt ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("xp-sp2", "rejected digest-refused"),
        ("xp-sp3-2014-04", "rejected"),
        ("xp-sp3", "accepted cold"),
        ("7", "accepted cold"),
        ("10", "accepted cold"),
    ],
)
def test_isrg_root_x1_where_roots_are_fetched(release: str, expected: str) -> None:
    """Let's Encrypt counts on XP SP3 and later, unless automatic root update is turned off."""
    assert told("template-le-r11-x1", release).startswith(expected)


# -- algorithms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("2003-sp2", "rejected digest-refused"),
        ("2003-sp2-sha2", "accepted cold"),
        ("xp-sp2", "rejected digest-refused"),
        ("xp-sp3", "accepted cold"),
        ("vista", "accepted cold"),
    ],
)
def test_sha2_with_and_without_the_hotfix(release: str, expected: str) -> None:
    assert told(CROSS, release) == expected


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("xp-sp3", "rejected algorithm-unsupported"),
        ("xp-sp3-2014-04", "rejected algorithm-unsupported"),
        ("2003-sp2-sha2", "rejected algorithm-unsupported"),
        ("vista", "accepted cold"),
        ("7", "accepted cold"),
        ("10", "accepted cold"),
    ],
)
def test_elliptic_curves(release: str, expected: str) -> None:
    assert told("sectigo-github.com-2026-10-served", release) == expected


def test_only_browsers_refuse_sha1() -> None:
    shared = windows("7-ie11").store.fingerprints
    assert shared == windows("7").store.fingerprints
    top = forged_root("Old", key("rsa2048", 1))
    leaf = top.leaf(HOSTNAME, key("rsa2048", 2), digest="sha1")
    chain = lt.ServedChain.from_der(leaf.der)
    store = lt.TrustStore.from_certificates([top.der])
    for release, expected in (("7", "accepted"), ("7-ie11", "rejected"), ("10-ie11", "rejected")):
        client = windows(release).client
        outcome = lt.simulate(
            chain, client=client, store=store, at=leaf.spec.not_before, pool=lt.CertificatePool()
        )
        assert outcome.verdict == expected, release


# -- limits that only some releases honour -----------------------------------------------------------


def limited_as(day: str, short: str, begins: datetime) -> dict[str, str]:
    """What 7 and 10 say of a leaf under a root with the limits that a list puts on a real one."""
    listed = lt.load_catalog().store(f"windows/authroot-{day}")
    [sets] = [sets for sha256, sets in listed.constraints if sha256.startswith(short)]
    ages = {
        "not_before": datetime(2015, 1, 1, tzinfo=UTC),
        "not_after": datetime(2035, 1, 1, tzinfo=UTC),
    }
    top = forged_root("Limited", key("rsa2048", 1), **ages)
    leaf = top.leaf(HOSTNAME, key("rsa2048", 2), not_before=begins, not_after=ages["not_after"])
    plain = lt.TrustStore.from_certificates([top.der])
    assert isinstance(plain.library, MemoryLibrary)
    store = attrs.evolve(plain, constraints=((plain.fingerprints[0], sets),))
    return {
        release: lt.simulate(
            lt.ServedChain.from_der(leaf.der),
            client=windows(release).client,
            store=store,
            at=datetime(2026, 11, 1, tzinfo=UTC),
            pool=lt.CertificatePool(),
        ).verdict.value
        for release in ("7", "8.1", "10", "11")
    }


SINCE_10 = {"7": "accepted", "8.1": "accepted", "10": "rejected", "11": "rejected"}


def test_entrust_g2_by_the_day_a_certificate_was_issued() -> None:
    """NotBefore counts from Windows 10 on; older releases go on trusting the root."""
    late = limited_as("2025-01-28", "43df5774", datetime(2025, 6, 1, tzinfo=UTC))
    assert late == SINCE_10
    early = limited_as("2025-01-28", "43df5774", datetime(2025, 1, 1, tzinfo=UTC))
    assert set(early.values()) == {"accepted"}


def test_baltimore_is_disabled_from_september_2026_on() -> None:
    """Disable counts from Windows 10 on as well, whenever the certificate was issued."""
    assert limited_as("2026-08-25", "16af57a9", datetime(2024, 1, 1, tzinfo=UTC)) == SINCE_10


def test_a_limit_that_was_taken_back_the_next_day() -> None:
    """VeriSign's G5 was disabled in the list of 2023-07-19, and in that of the next day no more."""
    begins = datetime(2017, 1, 1, tzinfo=UTC)
    assert limited_as("2023-07-19", "9acfab7e", begins) == SINCE_10
    assert set(limited_as("2023-07-20", "9acfab7e", begins).values()) == {"accepted"}


def test_a_purpose_that_was_withdrawn() -> None:
    """VeriSign's class 3 root of 1996, in 2016; whether older Windows reads that is not known."""
    found = limited_as("2016-04-14", "e7685634", datetime(2016, 1, 1, tzinfo=UTC))
    assert found == {"7": "unknown", "8.1": "unknown", "10": "rejected", "11": "rejected"}


def test_a_root_that_is_not_for_servers_is_refused_by_all() -> None:
    """Sectigo's root for e-mail, in the same list that brought its roots for servers."""
    found = limited_as("2023-04-10", "d5917a77", datetime(2025, 1, 1, tzinfo=UTC))
    assert set(found.values()) == {"rejected"}


# -- the handshake ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "versions", "sni", "ecdsa"),
    [
        ("xp-sp3", ("SSLv3", "TLSv1.0"), False, False),
        ("2003-sp2", ("SSLv3", "TLSv1.0"), False, False),
        ("vista", ("SSLv3", "TLSv1.0"), True, True),
        ("7", ("SSLv3", "TLSv1.0"), True, True),
        ("8.1", ("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2"), True, True),
        ("10-1507", ("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2"), True, True),
        ("10", ("TLSv1.0", "TLSv1.1", "TLSv1.2"), True, True),
        ("2022", ("TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"), True, True),
    ],
)
def test_the_handshake(release: str, versions: tuple[str, ...], sni: bool, ecdsa: bool) -> None:
    limits = windows(release).handshake
    assert limits is not None
    assert (limits.tls_versions, limits.sni, limits.ecdsa) == (
        tuple(map(TlsVersion, versions)),
        sni,
        ecdsa,
    )


def test_a_server_that_asks_for_sni_and_tls_1_2() -> None:
    chain = shared_chain(CROSS)
    at = chain.leaf.not_before + (chain.leaf.not_after - chain.leaf.not_before) / 2
    offer = ServerOffer(("TLSv1.2",), requires_sni=True)
    devices = [windows(r) for r in ("xp-sp3", "7", "7-ie11", "8.1", "10")]
    found = lt.evaluate(chain, devices=devices, at=at, server=offer)
    assert [outcome.verdict.value for outcome in found] == [
        "rejected", "rejected", "unknown", "accepted", "accepted",
    ]  # fmt: skip


# -- the second opinion --------------------------------------------------------------------------------


def test_the_reference_is_asked_about_a_list_that_is_known_in_full() -> None:
    """The image of Windows 11 is as young as Windows 11 itself, but only a lower bound."""
    pytest.importorskip("pyhanko_certvalidator")
    chain = shared_chain(CROSS)
    devices = [windows("7"), windows("11"), windows("11-disconnected")]
    at = datetime(2026, 6, 1, tzinfo=UTC)
    found = lt.evaluate(chain, devices=devices, at=at, reference=True).reference
    assert found is not None
    assert (found.store.id, found.verdict) == (NEWEST, "accepted")
