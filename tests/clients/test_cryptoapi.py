"""Windows: which path it prefers, what it finds elsewhere, and what each release refuses."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, key, root
from forge.certificates import Oid
from legacytrust.errors import ClientError, UnknownClientError
from legacytrust.paths.checks.anchor_constraints import TAKEN_BACK
from support import CA, CROSS, LEAF, NEW, OLD, Scene, as_chain, as_store

R = root("R", key("rsa2048", 1))
RSA_CA = R.intermediate("RSA CA", key("rsa2048", 2))


def rsa_leaf(**fields):
    return RSA_CA.leaf(HOSTNAME, key("rsa2048", 3), **fields)


def verdict(version, served, store, **options):
    client = lt.client("cryptoapi", version, **options)
    pool = lt.CertificatePool()
    return Scene(served, store).verdict(client, pool=pool)


@pytest.mark.parametrize(
    "name",
    ["xp-sp2", "xp-sp3", "2003-sp1", "2003-sp2", "vista", "vista-sp2", "2008", "7", "7-sp1",
     "2008-r2", "8", "2012", "8.1", "2012-r2", "10", "10-1607", "10-22h2", "2016", "2019", "11",
     "11-24h2", "2022", "2025"],
)  # fmt: skip
def test_every_name_of_windows_is_known(name):
    assert lt.client("cryptoapi", name).version == name


def test_other_names_are_refused_with_what_is_covered():
    with pytest.raises(UnknownClientError, match="95"):
        lt.client("cryptoapi", "95")


@pytest.mark.parametrize(
    ("version", "options", "expected"),
    [
        ("xp-sp2", {}, "rejected"),
        ("2003-sp2", {}, "rejected"),
        ("2003-sp2", {"sha2": True}, "accepted"),
        ("xp-sp3", {}, "accepted"),
        ("vista", {}, "accepted"),
        ("7", {}, "accepted"),
        ("11", {}, "accepted"),
    ],
)
def test_sha2_by_release(version, options, expected):
    assert verdict(version, (rsa_leaf(), RSA_CA), (R,), **options) == expected


@pytest.mark.parametrize(("version", "expected"), [("xp-sp3", "rejected"), ("vista", "accepted")])
def test_elliptic_curves_from_vista_on(version, expected):
    assert verdict(version, (LEAF, CA), (NEW,)) == expected


@pytest.mark.parametrize(
    ("version", "options", "expected"),
    [
        ("7", {}, "rejected"),
        ("7", {"rsa_1024_minimum": False}, "accepted"),
        ("8", {}, "rejected"),
        ("10", {}, "rejected"),
    ],
)
def test_rsa_below_1024(version, options, expected):
    small = R.leaf(HOSTNAME, key("rsa512", 1))
    assert verdict(version, (small,), (R,), **options) == expected


def test_what_an_option_does_not_fit_is_an_error():
    for version, options in (
        ("7", {"sha2": True}),
        ("10", {"rsa_1024_minimum": False}),
        ("vista", {"blocks_sha1": True}),
    ):
        with pytest.raises(ClientError):
            lt.client("cryptoapi", version, **options)


@pytest.mark.parametrize(
    ("options", "expected"), [({}, "accepted"), ({"blocks_sha1": True}, "rejected")]
)
def test_sha1_is_blocked_by_browsers_only(options, expected):
    assert verdict("10", (rsa_leaf(digest="sha1"), RSA_CA), (R,), **options) == expected


def test_usages_are_nested_below_the_root_and_not_in_it():
    clients_only = {"eku": (Oid.CLIENT_AUTH,)}
    ca = R.intermediate("RSA CA", key("rsa2048", 2), **clients_only)
    top = root("R", key("rsa2048", 1), **clients_only)
    assert verdict("10", (ca.leaf(HOSTNAME, key("rsa2048", 3)), ca), (R,)) == "rejected"
    assert verdict("10", (rsa_leaf(), RSA_CA), (top,)) == "accepted"


def test_an_expired_root_is_refused():
    late = R.reissue(not_after=AT - timedelta(days=3))
    assert verdict("10", (rsa_leaf(), RSA_CA), (late,)) == "rejected"


# -- the four observations of which path is preferred ---------------------------------------------


def path(served, store):
    client = lt.client("cryptoapi", "10")
    outcome = Scene(served, store).outcome(client, pool=lt.CertificatePool())
    return Scene(served, store).tried(client, pool=lt.CertificatePool())[0], outcome


def _from(year):
    return {"not_before": datetime(year, 1, 1, tzinfo=AT.tzinfo)}


def test_observed_r3_by_the_root_that_issued_it_later():
    """Posh-ACME #383, win-acme #1918: of two R3, the one by DST Root CA X3 is newer and is taken."""
    by_new, by_old = NEW.intermediate("I", **_from(2020)), OLD.intermediate("I", **_from(2021))
    told, _ = path((LEAF, by_new, by_old), (NEW, OLD))
    assert told == "leaf I [O]"


def test_observed_a_longer_path_with_a_newer_cross_certificate():
    """dotnet/runtime #43879: the cross-certificate of 2010 wins over the root of 2000."""
    new = root("N", NEW.spec.key, **_from(2000))
    cross = OLD.cross_sign(new, **_from(2010))
    told, _ = path((LEAF, CA, cross), (new, OLD))
    assert told == "leaf I N<O [O]"


def test_observed_equal_dates_and_the_shorter_path():
    """Sectigo R46: the root and its cross-certificate begin in the same second."""
    assert path((LEAF, CA, CROSS), (NEW, OLD))[0] == "leaf I [N]"


def test_observed_until_the_old_root_expired():
    new = root("N", NEW.spec.key, **_from(2000))
    cross = OLD.cross_sign(new, **_from(2010))
    dead = OLD.reissue(not_after=AT - timedelta(days=1))
    assert path((LEAF, CA, cross), (new, dead))[0] == "leaf I [N]"


# -- what it finds elsewhere ------------------------------------------------------------------------


def test_a_missing_intermediate_is_found_and_the_outcome_says_so():
    pool = lt.CertificatePool.from_certificates([CA.der])
    outcome = Scene((LEAF,), (NEW,)).outcome(lt.client("cryptoapi", "10"), pool=pool)
    assert outcome.verdict is lt.Verdict.ACCEPTED
    assert outcome.fails_cold
    without = lt.client("cryptoapi", "10", aia=False)
    assert Scene((LEAF,), (NEW,)).verdict(without, pool=pool) == "rejected"


def test_a_root_of_the_programme_is_installed_when_it_is_needed():
    store = attrs.evolve(as_store((NEW,)), on_demand=frozenset(as_store((NEW,)).fingerprints))
    for client, expected, cold in (
        (lt.client("cryptoapi", "10"), "accepted", True),
        (lt.client("cryptoapi", "10", root_update=False), "rejected", False),
        (lt.client("openssl", "3.0.0"), "rejected", False),
    ):
        outcome = lt.simulate(
            as_chain((LEAF, CA)), client=client, store=store, at=AT, pool=lt.CertificatePool()
        )
        assert (outcome.verdict, outcome.fails_cold) == (expected, cold)


# -- what the store says ------------------------------------------------------------------------------


def judged(version, **more):
    return judged_outcome(version, **more).verdict


def judged_outcome(version, *, limits=(), disallowed=()):
    store = as_store((NEW,))
    store = attrs.evolve(
        store,
        constraints=tuple((sha256, limits) for sha256 in store.fingerprints if limits),
        disallowed=frozenset(lt.Certificate.from_der(one.der).sha256 for one in disallowed),
    )
    client = lt.client("cryptoapi", version)
    pool = lt.CertificatePool()
    return lt.simulate(as_chain((LEAF, CA)), client=client, store=store, at=AT, pool=pool)


SERVERS, OTHERS = frozenset({Oid.SERVER_AUTH}), frozenset({Oid.CLIENT_AUTH})
LONG_AGO, LATER = AT - timedelta(days=9000), AT + timedelta(days=1)

#: Property, what it says, and what becomes of a good chain: before Windows 10, and from it on.
PROPERTIES = {
    "9 without servers": ({"purposes": OTHERS}, "rejected", "rejected"),
    "9 with servers": ({"purposes": SERVERS | OTHERS}, "accepted", "accepted"),
    "104": ({"disabled_after": AT}, "accepted", "rejected"),
    "104, not yet": ({"disabled_after": LATER}, "accepted", "accepted"),
    "104, taken back": ({"disabled_after": TAKEN_BACK}, "accepted", "accepted"),
    "104, whatever 122 says": (
        {"disabled_after": AT, "refused_purposes": OTHERS}, "accepted", "rejected",
    ),
    "122 with servers": ({"refused_purposes": SERVERS}, "unknown", "rejected"),
    "122 without servers": ({"refused_purposes": OTHERS}, "accepted", "accepted"),
    "126": ({"issued_by": LONG_AGO}, "accepted", "rejected"),
    "126, and the leaf is older": ({"issued_by": AT}, "accepted", "accepted"),
    "126, taken back": ({"issued_by": TAKEN_BACK}, "accepted", "accepted"),
    "126 and 127 with servers": (
        {"issued_by": LONG_AGO, "issued_by_purposes": SERVERS}, "accepted", "rejected",
    ),
    "126 and 127 without servers": (
        {"issued_by": LONG_AGO, "issued_by_purposes": OTHERS}, "accepted", "accepted",
    ),
    "127 alone": ({"issued_by_purposes": SERVERS}, "accepted", "unknown"),
    "disabled": ({"disabled": True}, "accepted", "rejected"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROPERTIES)
def test_properties_of_a_root_by_release(name):
    limits, before_10, from_10 = PROPERTIES[name]
    sets = (lt.Constraints(**limits),)
    for version in ("vista", "7", "2008-r2", "8.1", "2012-r2"):
        assert judged(version, limits=sets) == before_10, version
    for version in ("10", "10-1607", "2016", "2019", "11", "2022", "2025"):
        assert judged(version, limits=sets) == from_10, version


def test_the_reason_names_the_date_on_which_a_root_was_disabled():
    outcome = judged_outcome("10", limits=(lt.Constraints(disabled_after=AT),))
    assert outcome.reason["disabled_after"] == AT
    assert "it was disabled on 2025-01-01 00:00 UTC" in outcome.explain()


@pytest.mark.parametrize("version", ["vista", "7", "8.1", "10", "11"])
def test_disallowed_blocks_the_certificate_everywhere(version):
    assert judged(version, disallowed=[CA]) == "rejected"
    assert judged(version, disallowed=[NEW]) == "rejected"
    assert judged(version, disallowed=[OLD]) == "accepted"
