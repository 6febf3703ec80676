"""What fails before a certificate is read, when the caller says what the server offers."""

from __future__ import annotations

import attrs
import pytest

import legacytrust as lt
from forge import AT, key, root
from legacytrust.paths.findings import Code
from material import example, utc
from support import CA, LEAF, NEW, as_chain, device

R = root("R", key("rsa2048", 1))
RSA_CHAIN = as_chain((R.leaf("www.example.test", key("rsa2048", 2)),))
OLD_PHONE = lt.HandshakeLimits(("SSLv3", "TLSv1.0"), sni=False, ecdsa=False, source="a test")
NEW_PHONE = lt.HandshakeLimits(("TLSv1.2", "TLSv1.3"), sni=True, ecdsa=True, source="a test")
NOBODY_KNOWS = lt.HandshakeLimits(("TLSv1.2",), unsure=("TLSv1.0",), source="a test")
MODERN = lt.ServerOffer(("TLSv1.3", "TLSv1.2"))
OLD_TOO = lt.ServerOffer(("TLSv1.0", "TLSv1.2"))
ONLY_OLD = lt.ServerOffer(("TLSv1.0",))


def outcome(
    limits: lt.HandshakeLimits | None, offer: lt.ServerOffer | None, *, elliptic: bool = False
) -> lt.Outcome:
    phone = device("toy/phone", "openssl 3.0.0", NEW if elliptic else R)
    phone = attrs.evolve(phone, handshake=limits)
    chain = as_chain((LEAF, CA)) if elliptic else RSA_CHAIN
    (found,) = lt.evaluate(chain, at=AT, devices=[phone], server=offer)
    return found


@pytest.mark.parametrize(
    ("limits", "offer", "verdict", "codes"),
    [
        (NEW_PHONE, MODERN, "accepted", []),
        (OLD_PHONE, MODERN, "rejected", [Code.NO_COMMON_PROTOCOL]),
        (OLD_PHONE, OLD_TOO, "accepted", []),
        (NOBODY_KNOWS, ONLY_OLD, "unknown", [Code.NO_COMMON_PROTOCOL]),
        (NEW_PHONE, ONLY_OLD, "rejected", [Code.NO_COMMON_PROTOCOL]),
        (OLD_PHONE, attrs.evolve(OLD_TOO, requires_sni=True), "rejected", [Code.SNI_ABSENT]),
        (NOBODY_KNOWS, attrs.evolve(MODERN, requires_sni=True), "unknown", [Code.SNI_ABSENT]),
        (NEW_PHONE, attrs.evolve(MODERN, requires_sni=True), "accepted", []),
        (None, ONLY_OLD, "accepted", []),
        (OLD_PHONE, None, "accepted", []),
    ],
)
def test_the_handshake_comes_first(limits, offer, verdict, codes):
    found = outcome(limits, offer)
    assert found.verdict == verdict
    assert [finding.code for finding in found.handshake] == codes
    if codes:
        assert found.reason.code is codes[0]
        assert "before the chain is read" in found.explain()
        assert found.to_dict()["handshake"][0]["data"]["source"] == "a test"


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [(OLD_PHONE, "rejected"), (NOBODY_KNOWS, "unknown"), (NEW_PHONE, "accepted")],
)
def test_an_elliptic_key_needs_cipher_suites(limits, verdict):
    offer = lt.ServerOffer(("TLSv1.0", "TLSv1.2"))
    assert outcome(limits, offer, elliptic=True).verdict == verdict


def test_a_refused_chain_stays_refused():
    stranger = attrs.evolve(device("toy/phone", "openssl 3.0.0", NEW), handshake=NEW_PHONE)
    (found,) = lt.evaluate(RSA_CHAIN, at=AT, devices=[stranger], server=MODERN)
    assert found.verdict is lt.Verdict.REJECTED
    assert found.reason.code is not Code.NO_COMMON_PROTOCOL


@pytest.mark.parametrize(
    ("versions", "refusing"),
    [
        (("TLSv1.2", "TLSv1.3"), "android<=4.4.3"),
        (("TLSv1.3",), "android<=9"),
        (("TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"), ""),
    ],
)
def test_android_releases_by_what_the_server_offers(versions, refusing):
    chain = example("github-2026-01")
    offer = lt.ServerOffer(versions)
    report = lt.evaluate(chain, at=utc(2026, 1, 20), server=offer, devices="android")
    failed = [
        o.device.id for o in report
        if any(f.code is Code.NO_COMMON_PROTOCOL and f.is_fatal for f in o.handshake)
    ]  # fmt: skip
    expected = lt.load_catalog().select(refusing) if refusing else ()
    assert failed == [one.id for one in expected]


def test_a_version_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="TLSv9"):
        lt.ServerOffer(("TLSv9",))
