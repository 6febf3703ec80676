"""Chrome with its own verifier: each behaviour, and each version that changed one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import x509

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Oid, embedded_timestamps, key, root
from legacytrust.clients.chrome import CHROME
from legacytrust.errors import UnknownClientError
from legacytrust.paths.findings import Code
from legacytrust.paths.rules import ConstraintKind, Lifetime, Scope
from legacytrust.stores.anchor import Constraints
from material import shared_chain
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    STALE_CROSS,
    STALE_NEW,
    STALE_OLD,
    STRANGER,
    as_chain,
    as_store,
    store_of,
)
from support import line as usual

ITSELF = root(HOSTNAME, key_usage=None)
UNKNOWN = ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)
MICROSOFT = (("1.3.6.1.4.1.311.21.10", True, b"\x30\x00"),)


def outcome_of(version, served, store, *, pool=(), hostname=None, **options):
    return lt.simulate(
        as_chain(served),
        client=lt.client("chrome", version, **options),
        store=as_store(store),
        at=AT,
        hostname=hostname,
        pool=lt.CertificatePool.from_certificates(entity.der for entity in pool),
    )


def codes(outcome) -> set[Code]:
    return {finding.code for attempt in outcome.attempts for finding in attempt.findings}


def is_accepted(version, served, store, **more) -> bool:
    """Under a root of one's own, unless said otherwise: the rules for public leaves are off."""
    return outcome_of(version, served, store, **{"own_root": True, **more}).verdict == "accepted"


def passes(version: str, *, hostname: str | None = None, **fields: Any) -> bool:
    """Whether leaf <- I <- N passes with these fields changed, all served and N trusted."""
    leaf, ca, top = usual(**fields)
    return is_accepted(version, (leaf, ca), (top,), hostname=hostname)


PATHS = {
    "an expired cross-certificate beside a root": ((LEAF, CA, STALE_CROSS), (NEW,), True),
    "and with the expired root that signed it": ((LEAF, CA, STALE_CROSS), (STALE_OLD, NEW), True),
    "any order": ((LEAF, CROSS, STRANGER, CA), (OLD,), True),
    "a cross-certificate that ends nowhere, first": (
        (LEAF, CA, root("P").cross_sign(NEW), CROSS), (OLD,), True,
    ),
    "a trusted intermediate": ((LEAF,), (CA,), True),
    "a trusted leaf": ((LEAF,), (LEAF,), False),
    "a trusted leaf that signed itself": ((ITSELF,), (ITSELF,), True),
    "a missing intermediate": ((LEAF,), (NEW,), False),
}  # fmt: skip


@pytest.mark.parametrize("case", PATHS)
@pytest.mark.parametrize("version", ["105", "120", "156"])
def test_paths(case, version):
    served, store, accepted = PATHS[case]
    assert is_accepted(version, served, store) is accepted


@pytest.mark.parametrize(("own_root", "matters"), [(False, False), (True, True)])
def test_the_dates_of_a_root_matter_only_where_a_person_installed_it(own_root, matters):
    outcome = outcome_of("140", (LEAF, CA), (STALE_NEW,), own_root=own_root or None)
    fatal = {f.code for a in outcome.attempts for f in a.findings if f.is_fatal}
    assert (Code.EXPIRED in fatal) is matters


def test_a_missing_intermediate_is_fetched_where_the_leaf_gives_its_address():
    address = x509.GeneralName("uniform_resource_identifier", "http://ca.example.test/i.crt")
    access = x509.AuthorityInfoAccessSyntax(
        [{"access_method": "ca_issuers", "access_location": address}]
    )
    leaf = CA.leaf(HOSTNAME, extra_extensions=(("1.3.6.1.5.5.7.1.1", False, access.dump()),))
    assert is_accepted("140", (leaf,), (NEW,), pool=(CA,))
    assert not is_accepted("140", (LEAF,), (NEW,), pool=(CA,))


@pytest.mark.parametrize(
    ("version", "length", "accepted"),
    [("118", 30, True), ("119", 19, True), ("119", 20, False), ("156", 19, True),
     ("156", 20, False)],
)  # fmt: skip
def test_twenty_candidates_are_the_most_from_119(version, length, accepted):
    chain = [NEW]
    for number in range(length):
        chain.append(chain[-1].intermediate(f"I{number}"))
    served = (chain[-1].leaf(HOSTNAME), *chain[1:])
    assert is_accepted(version, served, (NEW,)) is accepted


CONTENTS = {
    "a key identifier that does not fit": ({"leaf": {"aki": b"x" * 20}}, True),
    "a leaf that is a CA": ({"leaf": {"ca": True, "key_usage": None}}, True),
    "a leaf for anything": ({"leaf": {"eku": (Oid.ANY_EKU,)}}, True),
    "a leaf for clients": ({"leaf": {"eku": (Oid.CLIENT_AUTH,)}}, False),
    "a leaf for nothing in particular": ({"leaf": {"eku": None}}, True),
    "a CA for clients": ({"ca": {"eku": (Oid.CLIENT_AUTH,)}}, False),
    "an intermediate of version 1": ({"ca": {"version": 1}}, False),
    "an intermediate without keyCertSign": ({"ca": {"key_usage": frozenset({"crl_sign"})}}, False),
    "an unknown critical extension": ({"ca": {"extra_extensions": UNKNOWN}}, False),
    "a CA that permits others": (
        {"ca": {"name_constraints": (("example.org",), (), True)}}, False,
    ),
    "a wildcard that may stand for what is excluded": (
        {
            "leaf": {"san": ("*.example.test",)},
            "ca": {"name_constraints": ((), ("www.example.test",), True)},
        },
        False,
    ),
    "Ed25519": ({"ca": {"key": key("ed25519")}}, False),
    "secp256k1": ({"leaf": {"key": key("secp256k1")}}, False),
    "RSA of 512 bits": ({"leaf": {"key": key("rsa512")}}, False),
    "RSA of 1024 bits": ({"leaf": {"key": key("rsa1024")}}, True),
    "begins tomorrow": ({"leaf": {"not_before": AT + timedelta(hours=1)}}, False),
    "SHA-1": ({"ca": {"digest": "sha1"}}, False),
    "SHA-1 of the root on itself": ({"top": {"digest": "sha1"}}, True),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
def test_contents(case):
    fields, accepted = CONTENTS[case]
    assert passes("150", **fields) is accepted


ROOTS = {
    "for clients": {"eku": (Oid.CLIENT_AUTH,)},
    "without keyCertSign": {"key_usage": frozenset({"crl_sign"})},
    "with pathLen 0": {"path_len": 0},
    "with an unknown critical extension": {"extra_extensions": UNKNOWN},
    "that permits others": {"name_constraints": (("example.org",), (), True)},
    "that says it is no CA": {"ca": False},
}


@pytest.mark.parametrize("case", ROOTS)
def test_constraints_in_a_root_of_ones_own_count_from_112(case):
    assert passes("111", top=ROOTS[case])
    assert not passes("112", top=ROOTS[case])


def test_a_root_of_ones_own_needs_no_basic_constraints():
    assert passes("156", top={"ca": None})


def test_policies_of_microsoft_are_passed_over_from_114():
    assert not passes("113", ca={"extra_extensions": MICROSOFT})
    assert passes("114", ca={"extra_extensions": MICROSOFT})


HOSTS = [
    ((HOSTNAME,), True),
    (("*.example.test",), True),
    (("w*.example.test",), False),
    (("*.test",), False),
    (("www.example.test.",), True),
    (None, False),
]


@pytest.mark.parametrize(("names", "accepted"), HOSTS)
def test_names(names, accepted):
    assert passes("150", hostname=HOSTNAME, leaf={"san": names}) is accepted


# -- under a root of the Chrome Root Store ---------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "begins", "days", "refused"),
    [
        ("105", datetime(2020, 8, 31, tzinfo=UTC), 825, False),
        ("105", datetime(2020, 8, 31, tzinfo=UTC), 826, True),
        ("105", datetime(2020, 9, 1, tzinfo=UTC), 398, False),
        ("105", datetime(2020, 9, 1, tzinfo=UTC), 399, True),
        ("123", datetime(2018, 2, 28, tzinfo=UTC), 1000, False),
        ("124", datetime(2018, 2, 28, tzinfo=UTC), 1000, True),
        ("156", datetime(2020, 9, 1, tzinfo=UTC), 398, False),
    ],
)
def test_public_leaves_live_for_398_days(version, begins, days, refused):
    leaf = CA.leaf(HOSTNAME, not_before=begins, not_after=begins + timedelta(days=days))
    found = codes(outcome_of(version, (leaf, CA), (NEW,)))
    assert (Code.VALID_TOO_LONG in found) is refused
    assert Code.VALID_TOO_LONG not in codes(outcome_of(version, (leaf, CA), (NEW,), own_root=True))


def test_without_timestamps_in_a_public_leaf_the_verdict_is_open():
    leaf = CA.leaf(HOSTNAME, not_before=AT - timedelta(days=9), not_after=AT + timedelta(days=9))
    outcome = outcome_of("140", (leaf, CA), (NEW,))
    assert outcome.verdict == "unknown"
    assert Code.TIMESTAMPS_MISSING in codes(outcome)
    assert is_accepted("140", (leaf, CA), (NEW,))


def limited(version: str, *limits: Constraints, leaf: Entity = LEAF, **options: Any) -> set[str]:
    """What the limits of the root do, by effect."""
    anchor = lt.TrustAnchor(lt.Certificate.from_der(NEW.der), limits)
    outcome = lt.simulate(
        as_chain((leaf, CA)),
        client=lt.client("chrome", version, **options),
        store=store_of((anchor,)),
        at=AT,
        pool=lt.CertificatePool(),
    )
    findings = (f for attempt in outcome.attempts for f in attempt.findings)
    limiting = (Code.ANCHOR_CONSTRAINED, Code.TIMESTAMPS_AWAITED)
    return {f.effect.value for f in findings if f.code in limiting}


NEWER = Constraints(from_version=(131,), sct_by=datetime(2024, 11, 11, tzinfo=UTC))
OLDER = Constraints(before_version=(131,))


@pytest.mark.parametrize(
    ("version", "effects"),
    [
        ("120", {"harmless"}),
        ("121", {"unknown"}),
        ("127", {"unknown"}),
        ("128", {"fatal"}),
        ("156", {"fatal"}),
    ],
)
def test_limits_of_a_root_are_honoured_from_128(version, effects):
    assert limited(version, Constraints(before_version=(100,))) == effects


@pytest.mark.parametrize(("version", "effects"), [("130", set()), ("131", {"unknown"})])
def test_one_kept_set_of_limits_is_enough(version, effects):
    """An older Chrome is spared by the second set; timestamps may come beside the leaf."""
    assert limited(version, NEWER, OLDER) == effects


@pytest.mark.parametrize(
    ("version", "logged", "effects"),
    [
        ("130", 12, set()),
        ("131", 12, {"fatal"}),
        ("131", 11, set()),
        ("156", 12, {"fatal"}),
    ],
)
def test_the_first_timestamp_decides_from_the_version_of_the_limit_on(version, logged, effects):
    stamps = embedded_timestamps(
        datetime(2024, 11, logged, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC)
    )
    leaf = CA.leaf(HOSTNAME, extra_extensions=(stamps,))
    assert limited(version, NEWER, OLDER, leaf=leaf) == effects


ENTRUST = "validev.entrust.net-2024-06-d4abe4"


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [
        (datetime(2024, 11, 11, 23, 59, 59, tzinfo=UTC), "accepted"),
        (datetime(2024, 6, 28, 23, 59, 59, tzinfo=UTC), "accepted"),
        (datetime(2024, 6, 27, 23, 59, 59, tzinfo=UTC), "rejected"),
    ],
)
def test_a_real_leaf_is_judged_by_the_timestamps_in_it(limit, verdict):
    """Logged on 2024-06-28, under a root that Chrome 131 trusts for leaves of up to a day."""
    chain = shared_chain(ENTRUST)
    anchor = lt.TrustAnchor(
        chain.certificates[-1], (Constraints(from_version=(131,), sct_by=limit),)
    )
    outcome = lt.simulate(
        chain,
        client=lt.client("chrome", "131"),
        store=store_of((anchor,)),
        at=datetime(2024, 12, 1, tzinfo=UTC),
        pool=lt.CertificatePool(),
    )
    assert outcome.verdict == verdict, outcome.explain()


def test_limits_of_the_store_do_not_bind_a_root_of_ones_own():
    assert limited("156", Constraints(before_version=(100,)), own_root=True) == {"harmless"}


def test_the_client_knows_its_own_version():
    assert lt.client("chrome", "139.0.7258.66").checks.anchor_constraints.version == (139,)


def test_own_root_switches_off_what_is_asked_of_public_leaves():
    checks = lt.client("chrome", "150", own_root=True).checks
    assert (checks.lifetime, checks.timestamps) == (Lifetime(), Scope())
    assert checks.anchor_constraints.honoured == ConstraintKind(0)
    assert lt.client("chrome", "150", own_root=False).checks.lifetime != Lifetime()


@pytest.mark.parametrize("version", ["105", "114.0.5735.90", "131.0.6778.69", "156.0.8078.73"])
def test_every_release_has_a_model(version):
    assert CHROME.model(version).version == version


def test_older_chrome_is_the_platform():
    with pytest.raises(UnknownClientError, match="asked the platform"):
        CHROME.model("104")
