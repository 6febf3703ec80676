"""The great expiries, as device classes of Linux and programs met them.

What a client does with a chain depends on the pair of store and client, so it is told of device
classes here: which of them a site lost when DST Root CA X3 had expired, and which reach a site
that Sectigo's new roots vouch for.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

import legacytrust as lt
from material import example, utc

CHAINS = {
    "stackoverflow-2021-12": ("stackoverflow.com", utc(2022, 1, 1)),
    "github-2026-01": ("github.com", utc(2026, 1, 15)),
}


@cache
def report(name: str) -> lt.Report:
    host, at = CHAINS[name]
    chosen = "firefox, debian, rhel, alpine, certifi, nodejs, curl, openwrt, yocto"
    return lt.evaluate(example(name), devices=chosen, hostname=host, at=at)


AFTER_DST = [
    # OpenSSL up to 1.0.2 follows the served list to the dead root, if it is in the store.
    ("debian/8-openssl", "rejected"),
    ("debian/8.11-openssl", "rejected"),
    ("rhel/7.9-openssl", "rejected"),
    ("nodejs/6.17.1", "rejected"),
    ("nodejs/8.17.0", "rejected"),
    ("yocto/2.3", "rejected"),
    ("yocto/2.5", "rejected"),
    ("certifi/2015.04.28-python-2.7", "rejected"),
    # ... unless the program asks the store first, as Python and curl do.
    ("certifi/2018.01.18-python-2.7", "accepted"),
    ("certifi/2021.10.08-python-2.7", "accepted"),
    ("debian/9-curl", "accepted"),
    ("curl/7.52.1", "accepted"),
    # From 1.1.0 on OpenSSL does that by itself.
    ("debian/9-openssl", "accepted"),
    ("debian/10-openssl", "accepted"),
    ("debian/11-openssl", "accepted"),
    ("rhel/8.1-openssl", "accepted"),
    ("nodejs/10.13.0", "accepted"),
    ("yocto/2.6", "accepted"),
    ("alpine/3.9-openssl", "accepted"),
    # LibreSSL of that time did not.
    ("alpine/3.7-libressl", "rejected"),
    ("alpine/3.8-libressl", "rejected"),
    # GnuTLS came through from 3.6.14 on.
    ("debian/8.11-gnutls", "rejected"),
    ("debian/9.12-gnutls", "rejected"),
    ("debian/10-gnutls", "rejected"),
    ("debian/10.5-gnutls", "accepted"),
    ("debian/11-gnutls", "accepted"),
    # Java minds no date of a root: the dead one will do, and nothing newer is in Debian 8 as released.
    ("debian/8-java", "accepted"),
    ("debian/11-java", "accepted"),
    # wolfSSL wants every served certificate verified, until built otherwise.
    ("openwrt/21.02.0", "rejected"),
    ("openwrt/21.02.1", "accepted"),
    ("openwrt/22.03.0", "accepted"),
    ("openwrt/23.05.0", "accepted"),
    # Firefox needs the new root, and does not mind the dead one.
    ("firefox/49.0", "rejected"),
    ("firefox/50.0", "accepted"),
    ("firefox/52.0", "accepted"),
    ("firefox/102.0", "accepted"),
    # No ISRG Root X1.
    ("nodejs/0.12.18", "rejected"),
    ("nodejs/6.0.0", "rejected"),
    ("debian/7-gnutls", "rejected"),
]


@pytest.mark.parametrize(("device", "verdict"), AFTER_DST)
def test_after_dst_root_ca_x3_had_expired(device: str, verdict: str) -> None:
    assert report("stackoverflow-2021-12")[device].verdict == verdict


NEW_SECTIGO = [
    ("firefox/32.0", "rejected"),
    ("firefox/36.0", "accepted"),
    ("debian/8-openssl", "rejected"),
    ("debian/8.11-openssl", "accepted"),
    ("debian/12-openssl", "accepted"),
    ("debian/8-java", "rejected"),
    ("debian/8.11-java", "accepted"),
    ("rhel/7.0-openssl", "rejected"),
    ("rhel/7.4-openssl", "accepted"),
    ("nodejs/0.12.18", "rejected"),
    ("nodejs/4.0.0", "accepted"),
    ("certifi/2018.01.18-python-3.6", "accepted"),
    ("openwrt/21.02.0", "accepted"),
    ("openwrt/25.12.5", "accepted"),
    ("yocto/1.8", "rejected"),
    ("yocto/2.0", "accepted"),
    ("yocto/4.0", "accepted"),
]
"""GitHub sends E46 as a cross-certificate by USERTrust ECC, so either root will do."""


@pytest.mark.parametrize(("device", "verdict"), NEW_SECTIGO)
def test_a_site_with_sectigos_new_root_and_its_cross_certificate(device: str, verdict: str) -> None:
    assert report("github-2026-01")[device].verdict == verdict


@pytest.mark.parametrize("name", sorted(CHAINS))
def test_nearly_every_class_has_a_verdict(name: str) -> None:
    """The one exception is GnuTLS 2.8, of which less is known."""
    unknown = {outcome.device.id for outcome in report(name) if outcome.verdict == "unknown"}
    assert unknown <= {"debian/6-gnutls"}


def test_one_raspberry_pi_is_a_class_for_each_library() -> None:
    found = lt.load_catalog().search("raspberry jessie")
    clients = {(d.id.partition("-")[2], d.client.name) for d in found if d.version[0] == "8"}
    assert clients >= {
        ("openssl", "openssl"),
        ("gnutls", "gnutls"),
        ("java", "java"),
        ("curl", "curl"),
        ("python", "cpython-ssl"),
    }


def test_java_on_debian_has_the_roots_of_debian_and_not_its_own() -> None:
    for device in lt.load_catalog().select("debian/*-java"):
        twin = device.id.removesuffix("java") + "openssl"
        other = lt.load_catalog().device(twin)
        assert (device.store, device.released) == (other.store, other.released)
        assert device.support_ended == other.support_ended
        told_apart = device.client.version not in {"7u75", "8u131"}
        assert device.client.options == ((("jdk_cas", False),) if told_apart else ())


def test_the_classes_without_a_clock_say_so() -> None:
    found = [d for d in lt.load_catalog().devices if d.id.endswith("-no-clock")]
    chosen = [d for d in found if d.family in {"debian", "openwrt", "yocto"}]
    assert {d.clock.value for d in chosen} == {"unset"}
    host, at = CHAINS["github-2026-01"]
    for outcome in lt.evaluate(example("github-2026-01"), devices=chosen, hostname=host, at=at):
        told = outcome.explain()
        assert outcome.verdict == "rejected" or "clock of this device has to be set" in told


def test_debian_has_the_fixes_of_gnutls_3_8_13_since_2026_only() -> None:
    """As the changelog of its package says; the model of 3.7.9 is that of today's Debian 12."""
    devices = lt.load_catalog().device
    before, after = devices("debian/12.12-gnutls"), devices("debian/12-2026-gnutls")
    assert before.client.checks.name_constraints != after.client.checks.name_constraints
    assert devices("debian/12-gnutls").client.checks == before.client.checks
    newest = lt.client("gnutls", "3.8.13").checks
    for device in (after, devices("debian/13-2026-gnutls")):
        assert device.client.checks.name_constraints == newest.name_constraints
        assert device.client.checks.hostname == newest.hostname


def test_the_days_are_within_the_leaves() -> None:
    for name, (_, at) in CHAINS.items():
        leaf = example(name).leaf
        assert isinstance(at, datetime)
        assert leaf.not_before <= at <= leaf.not_after
