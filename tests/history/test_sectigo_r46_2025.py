"""The case this library was started for: Sectigo's young roots R46 and E46.

A server that sends only leaf and issuing CA works where R46 is in the store, and a test with a
present-day machine shows nothing.  Everybody else needs R46 cross-signed by USERTrust RSA, and
Android before 5.1 needs USERTrust RSA cross-signed by AAA Certificate Services on top of it.
"""

import pytest

import legacytrust as lt
from material import example, root, shared_chain, store_of, utc

AT = utc(2026, 1, 20)
R46, E46 = root("7bb647a62aee"), root("c90f26f0fb1b")
USERTRUST_RSA, USERTRUST_ECC = root("e793c9b02fd8"), root("4ff460d54b9c")
AAA = root("d7a7a0fb5d7e")


def accepting(chain, hostname, at=AT):
    report = lt.evaluate(chain, hostname=hostname, at=at, devices="android")
    assert not report.unknown
    return {outcome.device.id for outcome in report.accepted}


def devices(selector):
    return {device.id for device in lt.load_catalog().select(selector)}


@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("sectigo-sslmate.com-2025-12-short", "android>=15"),
        ("sectigo-sslmate.com-2025-12-cross-usertrust", "android>=5.1"),
        ("sectigo-sslmate.com-2025-12-cross-usertrust-aaa", "android>=2.3"),
    ],
)
def test_what_sslmate_com_must_send_to_reach_whom(name, selector):
    assert accepting(shared_chain(name), "sslmate.com") == devices(selector)


def test_github_com_as_served_and_without_its_cross_certificate():
    served = example("github-2026-01")
    assert accepting(served, "github.com") == devices("android>=5.1")
    assert accepting(served.without(served[2]), "github.com") == devices("android>=15")


def test_the_long_chain_ends_in_a_different_root_for_each_generation():
    chain = shared_chain("sectigo-sslmate.com-2025-12-cross-usertrust-aaa")
    report = lt.evaluate(chain, hostname="sslmate.com", at=AT, devices="android")
    anchors = {o.device.id: o.anchor.certificate for o in report.accepted}
    assert {anchors[d] for d in devices("android>=2.3 and android<5.1")} == {AAA}
    assert {anchors[d] for d in devices("android>=5.1 and android<15")} == {USERTRUST_RSA}
    assert {anchors[d] for d in devices("android>=15")} == {R46}


def test_the_refusal_names_the_root_that_is_missing():
    chain = shared_chain("sectigo-sslmate.com-2025-12-short")
    reason = lt.evaluate(chain, hostname="sslmate.com", at=AT)["android/12"].reason
    assert reason.code is lt.Code.NO_ISSUER
    assert "Sectigo Public Server Authentication Root R46" in reason["issuer"]


def test_the_usertrust_roots_are_not_in_devices_since_2000():
    """The claim is often read.  They did not exist before 2010, and Android has them since 5.1."""
    for certificate in (USERTRUST_RSA, USERTRUST_ECC):
        assert certificate.not_before.year == 2010
        android = [s for s in lt.load_catalog().stores if s.family == "android"]
        holders = [s.id for s in android if certificate in s]
        assert holders[0] == "android/5.1"
        assert lt.load_catalog().store(holders[0]).released.year == 2015


#: A store that holds R46 but not USERTrust: sending the cross-certificate can break the oldest.
@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0.1m", "rejected"),
        ("1.0.2a", "rejected"),
        ("1.0.1n", "accepted"),
        ("1.0.2u", "accepted"),
        ("1.1.1w", "accepted"),
        ("3.5.8", "accepted"),
    ],
)
def test_openssl_with_only_the_young_root(version, expected):
    served = example("github-2026-01")
    client = lt.client("openssl", version)
    outcome = lt.simulate(served, client=client, store=store_of(E46), at=AT)
    assert outcome.verdict == expected
    both = store_of(E46, USERTRUST_ECC)
    assert lt.simulate(served, client=client, store=both, at=AT).verdict == "accepted"
