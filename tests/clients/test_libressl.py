"""LibreSSL by version: both verifiers, and each release in which something changed."""

from datetime import timedelta

import pytest

import legacytrust as lt
from forge import AT, Entity, Oid, key, root
from legacytrust.errors import ClientError, UnknownClientError
from legacytrust.paths.rules import Strategy
from material import store_of

HOST = "www.example.test"
PAST = {"not_before": AT - timedelta(days=900), "not_after": AT - timedelta(days=9)}
R = root("R")
I = R.intermediate("I")  # noqa: E741
LEAF = I.leaf(HOST)
OLD = root("Old", **PAST)
OLD_ALIVE = root("Old")
DEAD_CROSS = OLD_ALIVE.cross_sign(R, **PAST)
CROSS = OLD.cross_sign(R)
RSA = root("RSA", key("rsa2048"))
NOT_A_CA = R.intermediate("NotCA", ca=False)
ENDING = R.intermediate("E", name_constraints=(("ample.test",), (), True))
#: No addresses at all, critical: RFC 3779.
ROUTER = I.leaf(HOST, extra_extensions=(("1.3.6.1.5.5.7.1.7", True, b"\x30\x00"),))
ADDRESSES = R.intermediate("A", name_constraints=(("192.0.2.0/24",), (), True))
ADDRESS = ADDRESSES.leaf(HOST, san=(HOST, "192.0.2.1"))
BAD_NAME = I.leaf(HOST, san=(HOST, "two..dots"))
STAR_WITHIN = I.leaf(HOST, san=(HOST, "w*.example.test"))
MAILBOXES = R.intermediate("M", name_constraints=(("@example.test",), (), True))
EXCLUDING = R.intermediate("X", name_constraints=((), ("example.org",), True))
OTHER_CN = EXCLUDING.issue("www.example.org", key("p256", 79), san=(HOST,), eku=(Oid.SERVER_AUTH,))
ONE_POLICY = ("2.5.29.32", False, bytes.fromhex("300630040602 2a03".replace(" ", "")))
#: requireExplicitPolicy 0, which the policy of both certificates meets.
DEMANDING = R.intermediate(
    "P", extra_extensions=(ONE_POLICY, ("2.5.29.36", True, b"\x30\x03\x80\x01\x00"))
)
EXPLICIT = DEMANDING.leaf(HOST, extra_extensions=(ONE_POLICY,))
CLIENT_CA = R.intermediate("Client", eku=(Oid.CLIENT_AUTH,))

ADDTRUST = (LEAF, I, DEAD_CROSS), (R, OLD_ALIVE)
"""The cross-certificate is dead, a live root of its issuer is in the store, and the new root."""
DST_ROOT = (LEAF, I, CROSS), (R, OLD)
"""The cross-certificate is alive, and the root above it, which the store still has, is dead."""
NO_OLD_ROOT = (LEAF, I, CROSS), (R,)


def verdict(
    version: str,
    served: tuple[Entity, ...],
    store: tuple[Entity, ...],
    at=AT,
    hostname: str | None = HOST,
    **options: bool,
) -> lt.Verdict:
    return lt.simulate(
        lt.ServedChain.from_certificates(entity.der for entity in served),
        client=lt.client("libressl", version, **options),
        store=store_of(*(entity.der for entity in store)),
        at=at,
        hostname=hostname,
    ).verdict


LEGACY = ("2.0.0", "2.5.0", "2.8.3", "3.1.2", "3.1.3", "3.2.1", "3.2.4", "3.2.5", "3.2.6", "3.2.7",
          "3.3.2", "3.3.3", "3.3.4", "3.3.5", "3.3.6")  # fmt: skip
NEW = ("3.2.2", "3.2.3", "3.3.0", "3.3.1", "3.4.0", "3.5.3", "3.6.0", "3.9.2", "4.0.0", "4.3.2")


@pytest.mark.parametrize("version", [*LEGACY, *NEW])
def test_which_verifier_a_release_has(version):
    strategy = lt.client("libressl", version).search.strategy
    assert (strategy is Strategy.SERVED_FIRST) is (version in LEGACY)


@pytest.mark.parametrize(
    ("version", "addtrust", "dst_root", "no_old_root"),
    [
        ("2.0.6", False, False, False),
        ("2.5.0", False, False, False),
        ("2.5.1", False, False, True),
        ("2.8.3", False, False, True),
        ("3.1.2", False, False, True),
        ("3.1.3", True, False, True),
        ("3.2.1", True, False, True),
        ("3.2.2", True, True, True),
        ("3.2.3", True, True, True),
        ("3.2.4", True, False, True),
        ("3.2.6", True, False, True),
        ("3.2.7", True, True, True),
        ("3.3.0", True, True, True),
        ("3.3.1", True, True, True),
        ("3.3.2", True, False, True),
        ("3.3.3", True, False, True),
        ("3.3.4", True, False, True),
        ("3.3.5", True, True, True),
        ("3.3.6", True, True, True),
        ("3.4.0", True, True, True),
        ("4.3.2", True, True, True),
    ],
)
def test_the_incidents_of_2020_and_2021(version, addtrust, dst_root, no_old_root):
    said = [verdict(version, *case) == "accepted" for case in (ADDTRUST, DST_ROOT, NO_OLD_ROOT)]
    assert said == [addtrust, dst_root, no_old_root]


@pytest.mark.parametrize(
    ("last", "first", "served", "store", "accepted_before"),
    [
        pytest.param("2.5.0", "2.5.1", *NO_OLD_ROOT, False, id="shorter paths are tried"),
        pytest.param("3.1.2", "3.1.3", *ADDTRUST, False, id="the store before the expired"),
        pytest.param("3.3.4", "3.3.5", *DST_ROOT, False, id="trusted first in 3.3"),
        pytest.param("3.2.6", "3.2.7", *DST_ROOT, False, id="trusted first in 3.2"),
        pytest.param("3.2.3", "3.2.4", *DST_ROOT, True, id="the old verifier is back in 3.2"),
        pytest.param("3.3.1", "3.3.2", *DST_ROOT, True, id="the old verifier is back in 3.3"),
        pytest.param("3.2.1", "3.2.2", (LEAF,), (I,), False, id="any store certificate ends"),
        pytest.param("3.3.1", "3.4.0", (LEAF,), (I,), True, id="only a self-signed one ends"),
        pytest.param(
            "3.2.1", "3.2.2", (NOT_A_CA.leaf(HOST), NOT_A_CA), (R,), False,
            id="the topmost intermediate need not be a CA",
        ),
        pytest.param(
            "3.3.1", "3.3.2", (NOT_A_CA.leaf(HOST), NOT_A_CA), (R,), True, id="and must again"
        ),
        pytest.param(
            "3.3.6", "3.4.0", (CLIENT_CA.leaf(HOST),), (CLIENT_CA, R), True,
            id="what came from the store is checked",
        ),
        pytest.param("3.2.1", "3.2.2", (ADDRESS, ADDRESSES), (R,), False, id="addresses compared"),
        pytest.param("3.2.1", "3.2.2", (BAD_NAME, I), (R,), True, id="a name that is none"),
        pytest.param("3.3.6", "3.4.0", (STAR_WITHIN, I), (R,), False, id="a star within a label"),
        pytest.param(
            "3.5.1", "3.5.2", (MAILBOXES.leaf(HOST), MAILBOXES), (R,), False, id="@host constraints"
        ),
        pytest.param(
            "3.5.4", "3.6.0", (OTHER_CN, EXCLUDING), (R,), True, id="the CN counts beside a SAN"
        ),
        pytest.param("3.6.3", "3.7.1", (EXPLICIT, DEMANDING), (R,), False, id="policies, old code"),
        pytest.param("3.4.3", "3.5.0", (ROUTER, I), (R,), False, id="critical address blocks"),
        pytest.param("3.5.4", "3.6.0", (RSA.leaf(HOST, digest="md5"),), (RSA,), True, id="MD5"),
        pytest.param("3.5.4", "3.6.0", (RSA.leaf(HOST, pss=True),), (RSA,), True, id="PSS ends"),
        pytest.param("3.9.2", "4.0.0", (RSA.leaf(HOST, pss=True),), (RSA,), False, id="PSS again"),
        pytest.param(
            "3.2.1", "3.2.2", (ENDING.leaf(HOST), ENDING), (R,), False,
            id="a constraint within a label",
        ),
        pytest.param(
            "4.2.1", "4.3.0", (ENDING.leaf(HOST), ENDING), (R,), True,
            id="a constraint at a dot only",
        ),
    ],
)  # fmt: skip
def test_a_change_from_one_release_to_the_next(last, first, served, store, accepted_before):
    before, after = verdict(last, served, store), verdict(first, served, store)
    assert {before, after} == {"accepted", "rejected"}
    assert (before == "accepted") is accepted_before


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("3.2.1", False), ("3.2.2", True), ("3.2.4", False), ("3.3.6", False), ("3.4.0", True)],
)
def test_the_second_of_not_after(version, accepted):
    said = verdict(version, (I.leaf(HOST, not_after=AT), I), (R,))
    assert (said == "accepted") is accepted


@pytest.mark.parametrize("version", ["2.0.6", "2.8.3", "3.1.3", "3.2.2", "3.3.5", "3.9.2", "4.3.2"])
@pytest.mark.parametrize(
    ("served", "store", "accepted"),
    [
        pytest.param((LEAF, I), (R,), True, id="a plain chain"),
        pytest.param((LEAF,), (R,), False, id="a missing intermediate"),
        pytest.param((LEAF, I.reissue(**PAST), I), (R,), True, id="the dead parent comes first"),
        pytest.param((LEAF, I), (R.reissue(**PAST), R), True, id="the dead root comes first"),
        pytest.param((LEAF, I), (R.reissue(**PAST),), False, id="an expired root alone"),
        pytest.param((I.leaf("www.example.test", eku=(Oid.CLIENT_AUTH,)), I), (R,), False,
                     id="a leaf for clients"),
        pytest.param((I.leaf("www.example.test", key_usage=frozenset({"key_agreement"})), I), (R,),
                     False, id="key agreement alone"),
    ],
)  # fmt: skip
def test_what_never_changed(version, served, store, accepted):
    assert (verdict(version, served, store) == "accepted") is accepted


@pytest.mark.parametrize(("version", "checks"), [("2.6.5", False), ("2.7.0", True)])
def test_host_names_are_compared_since_2_7(version, checks):
    said = verdict(version, (I.leaf("other.example.test"), I), (R,))
    assert (said == "rejected") is checks


def test_a_self_issued_intermediate_is_constrained_like_any_other():
    constrained = R.intermediate("K", name_constraints=(("example.test",), (), True))
    again = constrained.issue("K", key("p256", 78), ca=True, san=("other.test",))
    served = (again.leaf(HOST), again, constrained)
    assert verdict("3.2.1", served, (R,)) == "accepted"
    assert verdict("3.9.2", served, (R,)) == "rejected"


@pytest.mark.parametrize(
    ("version", "case", "option", "accepted"),
    [
        ("2.5.1", DST_ROOT, {"trusted_first": True}, True),
        ("3.3.6", DST_ROOT, {"trusted_first": False}, False),
        ("2.8.3", ((LEAF, I), (I,)), {"partial_chain": True}, True),
        ("3.9.2", ((LEAF, I), (I,)), {"partial_chain": True}, True),
        ("3.2.2", ((LEAF, I), (I,)), {"partial_chain": False}, True),
    ],
)
def test_options(version, case, option, accepted):
    assert (verdict(version, *case, **option) == "accepted") is accepted


@pytest.mark.parametrize(
    ("version", "option", "message"),
    [
        ("2.5.0", {"trusted_first": True}, "no trusted_first before 2.5.1"),
        ("3.9.2", {"trusted_first": False}, "whatever the flag says"),
        ("2.5.0", {"partial_chain": True}, "no partial_chain before 2.5.1"),
    ],
)
def test_options_that_a_release_lacks(version, option, message):
    with pytest.raises(ClientError, match=message):
        lt.client("libressl", version, **option)


@pytest.mark.parametrize("version", ["1.0.1g", "3.10", "5.0", "3.2.9"])
def test_what_is_no_release_of_libressl(version):
    with pytest.raises(UnknownClientError):
        lt.client("libressl", version)


@pytest.mark.parametrize(("version", "limit"), [("2.8.3", 101), ("3.9.2", 33), ("4.3.0", 32)])
def test_the_longest_path(version, limit):
    assert lt.client("libressl", version).search.max_certificates == limit


@pytest.mark.parametrize(
    ("version", "evaluated"),
    [
        ("3.2.1", False),
        ("3.2.2", True),
        ("3.2.4", False),
        ("3.3.6", False),
        ("3.4.0", True),
        ("3.7.0", True),
        ("3.7.1", False),
        ("3.7.3", False),
        ("3.8.0", True),
    ],
)
def test_which_releases_evaluate_policies_unasked(version, evaluated):
    assert bool(lt.client("libressl", version).checks.explicit_policy.fatal) is evaluated
