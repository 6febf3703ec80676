"""Looking at what is really sent: by the outcome, by the rule of thumb, and by what has changed."""

from __future__ import annotations

import pytest

import legacytrust as lt
from forge import pem
from iis.sectigo import AT, RSA, authority
from legacytrust import iis
from legacytrust.errors import ChainError, NaiveTimeError, SelectorError
from material import shared_chain

SHORT = "sectigo-sslmate.com-2025-12-short"
CROSS = "sectigo-sslmate.com-2025-12-cross-usertrust"
AAA = "sectigo-sslmate.com-2025-12-cross-usertrust-aaa"
GITHUB = "sectigo-github.com-2026-10-served"
GITHUB_SHORT = "sectigo-github.com-2026-10-without-cross"


def seen(name, expected=None):
    return iis.verify_served(shared_chain(name), expected, at=AT)


@pytest.mark.parametrize(
    ("name", "last", "kept", "fixed"),
    [
        (SHORT, "Sectigo Public Server Authentication Root R46", False, False),
        (CROSS, "USERTrust RSA Certification Authority", True, True),
        (AAA, "AAA Certificate Services", False, True),
        (GITHUB, "USERTrust ECC Certification Authority", True, True),
        (GITHUB_SHORT, "Sectigo Public Server Authentication Root E46", False, False),
    ],
)
def test_the_rule_that_people_use(name, last, kept, fixed):
    found = seen(name)
    assert found.rule.found == last
    assert found.rule.is_kept == kept
    assert found.is_fixed == fixed


def test_leaf_only_and_the_root_itself_are_told():
    chain = shared_chain(SHORT)
    leaf_only = iis.verify_served(lt.ServedChain((chain.leaf,)), at=AT)
    assert leaf_only.rule.found == "Sectigo Public Server Authentication CA DV R36"
    assert not leaf_only.is_fixed
    assert "Only the leaf is sent" in leaf_only.remark
    with_root = iis.verify_served(chain.plus(authority(RSA.root)), at=AT)
    assert not with_root.is_fixed
    assert "another server or a proxy" in with_root.remark


def test_where_the_rule_is_wrong_it_says_so():
    beyond, kept = seen(AAA), seen(CROSS)
    assert beyond.goes_beyond_rule
    assert "The rule is wrong here" in beyond.remark
    assert len(beyond.report.accepted) > len(kept.report.accepted)
    assert "still refuse" in kept.remark


def test_output_of_s_client_is_read():
    chain = shared_chain(CROSS)
    entries = "".join(
        f" {n} s:{c.subject}\n   i:{c.issuer}\n{pem(c.der)}" for n, c in enumerate(chain)
    )
    text = f"CONNECTED(00000003)\n---\nCertificate chain\n{entries}---\nServer certificate\n"
    for form in (text, text.encode(), text.replace("\n", "\r\n").encode("utf-16"), chain.to_pem()):
        assert iis.verify_served(form, at=AT).chain == chain
    with pytest.raises(ChainError):
        iis.verify_served("no chain here", at=AT)


def test_an_expected_chain_decides():
    wanted = shared_chain(CROSS)
    assert seen(CROSS, wanted).is_fixed
    assert not seen(AAA, wanted).is_as_expected
    assert not seen(AAA, wanted).is_fixed


def test_named_devices_decide():
    assert seen(CROSS, "android>=5.1").is_fixed
    found = seen(CROSS, "android>=4.4")
    assert not found.is_fixed
    assert {o.device.id for o in found.missed} == {"android/4.4", "android/4.4.3", "android/5.0"}
    assert found.to_dict()["missed"] == ["android/4.4", "android/4.4.3", "android/5.0"]
    with pytest.raises(SelectorError):
        seen(CROSS, "nothing<3")


def test_without_a_rule_the_devices_decide():
    found = iis.verify_served(shared_chain("served-google-2026-01"), at=AT.replace(month=2))
    assert not found.rule.applies
    assert found.remark == ""
    assert found.is_fixed == (not found.report.rejected)


def test_a_moment_without_a_zone_is_an_error():
    with pytest.raises(NaiveTimeError):
        iis.verify_served(shared_chain(CROSS), at=AT.replace(tzinfo=None))


def test_drift_after_a_windows_update():
    change = iis.drift(seen(CROSS), seen(SHORT))
    assert not change.is_none
    assert change.gone == ("Sectigo Public Server Authentication Root R46",)
    assert change.added == ()
    assert {"android/5.1", "android/14"} <= set(change.lost)
    assert change.gained == ()
    assert "no longer sent" in str(change)
    back = iis.drift(seen(SHORT), seen(CROSS))
    assert set(back.gained) == set(change.lost)
    assert back.to_dict()["is_none"] is False


def test_drift_of_chains_needs_a_moment():
    before, now = shared_chain(CROSS), shared_chain(SHORT)
    assert iis.drift(before, now, at=AT).lost == iis.drift(seen(CROSS), seen(SHORT)).lost
    assert iis.drift(seen(CROSS), now, at=AT).gone
    with pytest.raises(TypeError, match="at="):
        iis.drift(before, now)


def test_the_same_issuers_are_no_drift():
    change = iis.drift(seen(CROSS), seen(CROSS))
    assert change.is_none
    assert str(change) == "nothing has changed"
