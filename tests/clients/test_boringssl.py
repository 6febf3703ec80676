"""BoringSSL by the date of its commit: what each change made of chains that passed before."""

from datetime import timedelta

import pytest

import legacytrust as lt
from forge import AT, Entity, Oid, key, root
from legacytrust.errors import ClientError, UnknownClientError
from material import store_of

HOST = "www.example.test"
PAST = {"not_before": AT - timedelta(days=900), "not_after": AT - timedelta(days=9)}
R = root("R")
I = R.intermediate("I")  # noqa: E741
LEAF = I.leaf(HOST)

OLD = root("Old", **PAST)
CROSS = OLD.cross_sign(R)
BY_USAGE = R.intermediate("Usage", ca=None)
STEP_UP = I.leaf(HOST, eku=(Oid.MICROSOFT_SGC,))
PARTIAL_STAR = I.leaf("w*.example.test")
RSA = root("RSA", key("rsa2048"))
OVER_MD5 = RSA.leaf(HOST, digest="md5")
CONSTRAINED = R.intermediate("C", name_constraints=(("example.test",), (), True))
IN_CN_ONLY = CONSTRAINED.leaf(HOST, san=None)
OTHER_KIND_OF_SAN = I.leaf(HOST, san=("192.0.2.1",))
SHORT = R.intermediate("S", path_len=0)
SELF_ISSUED = SHORT.issue("S", key("p256", 77), ca=True, path_len=0)
TWO_BELOW = SELF_ISSUED.intermediate("T")
CLIENT_CA = R.intermediate("Client", eku=(Oid.CLIENT_AUTH,))
EXPIRED_ROOT = R.reissue(**PAST)


def verdict(version: str, served: tuple[Entity, ...], store: tuple[Entity, ...], **options: bool):
    outcome = lt.simulate(
        lt.ServedChain.from_certificates(entity.der for entity in served),
        client=lt.client("boringssl", version, **options),
        store=store_of(*(entity.der for entity in store)),
        at=AT,
        hostname=HOST,
    )
    return outcome.verdict


@pytest.mark.parametrize(
    ("last", "first", "served", "store", "accepted_before"),
    [
        pytest.param(
            "2021-09-30", "2021-10-01", (LEAF, I, CROSS), (R, OLD), False,
            id="an expired root in the store breaks a path to a good one until trusted-first",
        ),
        pytest.param(
            "2018-07-30", "2018-07-31", (BY_USAGE.leaf(HOST), BY_USAGE), (R,), True,
            id="keyUsage without basicConstraints made a CA",
        ),
        pytest.param("2019-09-16", "2019-09-17", (STEP_UP, I), (R,), True, id="step-up purposes"),
        pytest.param(
            "2021-12-10", "2021-12-11", (PARTIAL_STAR, I), (R,), True, id="a star in part of a label"
        ),
        pytest.param("2022-03-20", "2022-03-21", (OVER_MD5,), (RSA,), True, id="MD5"),
        pytest.param(
            "2019-04-15", "2019-04-16", (IN_CN_ONLY, CONSTRAINED), (R,), True,
            id="under constraints the name must stand in a SAN",
        ),
        pytest.param(
            "2019-04-16", "2019-04-17", (OTHER_KIND_OF_SAN, I), (R,), True,
            id="any SAN silences the common name",
        ),
    ],
)  # fmt: skip
def test_a_change_of_a_day(last, first, served, store, accepted_before):
    before, after = verdict(last, served, store), verdict(first, served, store)
    assert {before, after} == {"accepted", "rejected"}
    assert (before == "accepted") is accepted_before


@pytest.mark.parametrize("version", ["2017-06-01", "android-13", "0.20240913.0", "2026-08-21"])
@pytest.mark.parametrize(
    ("served", "store", "accepted"),
    [
        pytest.param((LEAF, I), (R,), True, id="a plain chain"),
        pytest.param((LEAF,), (R,), False, id="a missing intermediate"),
        pytest.param((LEAF, I), (EXPIRED_ROOT,), False, id="an expired root"),
        pytest.param((LEAF, I), (I,), False, id="an intermediate alone in the store"),
        pytest.param((LEAF, I.reissue(**PAST), I), (R,), False, id="the dead parent comes first"),
        pytest.param((CLIENT_CA.leaf(HOST), CLIENT_CA), (R,), False, id="a CA for clients, served"),
        pytest.param((CLIENT_CA.leaf(HOST),), (CLIENT_CA, R), True, id="the same in the store"),
    ],
)
def test_what_never_changed(version, served, store, accepted):
    assert (verdict(version, served, store) == "accepted") is accepted


def test_a_partial_chain_is_a_switch():
    assert verdict("android-13", (LEAF, I), (I,), partial_chain=True) == "accepted"


def test_trusted_first_could_be_switched_on_before_and_off_until_2026():
    assert verdict("2020-01-01", (LEAF, I, CROSS), (R, OLD), trusted_first=True) == "accepted"
    assert verdict("2026-08-09", (LEAF, I, CROSS), (R, OLD), trusted_first=False) == "rejected"
    with pytest.raises(ClientError, match="cannot be switched off"):
        lt.client("boringssl", "2026-08-10", trusted_first=False)


@pytest.mark.parametrize("version", ["1.1.1", "android-4.4", "2016-01-01", "0.2024.1", "main"])
def test_what_is_no_version_of_boringssl(version):
    with pytest.raises(UnknownClientError):
        lt.client("boringssl", version)


def test_android_13_is_the_commit_of_a_day():
    android = lt.client("boringssl", "android-13")
    assert android.search == lt.client("boringssl", "2022-01-23").search
    assert android.checks == lt.client("boringssl", "2022-01-23").checks


@pytest.mark.parametrize(("version", "limit"), [("2023-12-10", 101), ("2023-12-11", 102)])
def test_the_longest_path(version, limit):
    assert lt.client("boringssl", version).search.max_certificates == limit


def test_a_self_issued_certificate_is_bound_by_its_own_limit_since_may_2026():
    """RFC 5280 does not count it among those below, but binds it all the same."""
    served = (TWO_BELOW.leaf(HOST), TWO_BELOW, SELF_ISSUED)
    assert verdict("2026-05-07", served, (SHORT, R)) == "accepted"
    assert verdict("2026-05-08", served, (SHORT, R)) == "rejected"


def test_policies_are_evaluated_since_march_2023():
    before = lt.client("boringssl", "2023-03-28").checks.explicit_policy
    after = lt.client("boringssl", "2023-03-29").checks.explicit_policy
    assert not before.fatal
    assert after.fatal


@pytest.mark.parametrize(
    ("version", "first_is_met_first"),
    [("2023-06-05", True), ("2023-06-06", False), ("2026-02-22", False), ("2026-02-23", True)],
)
def test_which_of_two_roots_of_one_name_is_met_first(version, first_is_met_first):
    """A heap sort turns a store of two around."""
    assert (verdict(version, (LEAF, I), (R, EXPIRED_ROOT)) == "accepted") is first_is_met_first
    assert (verdict(version, (LEAF, I), (EXPIRED_ROOT, R)) == "rejected") is first_is_met_first
