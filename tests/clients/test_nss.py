"""NSS as a library: each behaviour of its two ways, and each version that changed one."""

from datetime import timedelta

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Oid, key, root
from legacytrust.clients.nss import NSS_CLASSIC, NSS_LIBPKIX
from legacytrust.errors import UnknownClientError
from material import REPOSITORY
from support import CA, CROSS, LEAF, NEW, OLD, STALE_CROSS, STALE_NEW, STALE_OLD, as_chain, as_store
from support import line as usual

BOTH = ("nss-classic 3.87", "nss-libpkix 3.87")
CLASSIC, LIBPKIX = BOTH
MAIL, CODE = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.3"
SELF = root(HOSTNAME, ca=False)
SELF_CA = root(HOSTNAME, key_usage=None)
NETSCAPE_SERVER = ("2.16.840.1.113730.1.1", False, b"\x03\x02\x00\x40")


def says(client, served, store, *, hostname=None):
    name, version = client.split()
    return lt.simulate(
        as_chain(served), client=lt.client(name, version), store=as_store(store), at=AT,
        hostname=hostname,
    ).verdict.value  # fmt: skip


def of(client, **fields):
    """What becomes of leaf <- I <- N with these fields changed, all served and N trusted."""
    leaf, ca, top = usual(**fields)
    return says(client, (leaf, ca), (top,))


PATHS = {
    "an expired cross-certificate beside a root": ((LEAF, CA, STALE_CROSS), (NEW,), True),
    "and with the expired root that signed it": ((LEAF, CA, STALE_CROSS), (STALE_OLD, NEW), True),
    "an expired root alone": ((LEAF, CA), (STALE_NEW,), False),
    "an expired root and its successor": ((LEAF, CA), (STALE_NEW, NEW), True),
    "any order": ((LEAF, CROSS, CA), (OLD,), True),
    "a trusted intermediate": ((LEAF,), (CA,), True),
    "a missing intermediate": ((LEAF,), (NEW,), False),
    "a trusted leaf that is no CA": ((SELF,), (SELF,), False),
    "a trusted leaf that is a CA": ((SELF_CA,), (SELF_CA,), True),
    "a self-signed leaf that is not trusted": ((SELF_CA,), (NEW,), False),
    "a trusted leaf that somebody else issued": ((LEAF,), (LEAF,), False),
}


@pytest.mark.parametrize("client", BOTH)
@pytest.mark.parametrize("case", PATHS)
def test_paths(client, case):
    served, store, accepted = PATHS[case]
    assert says(client, served, store) == ("accepted" if accepted else "rejected")


def test_only_libpkix_takes_a_choice_back():
    """Of two cross-certificates the newer one ends nowhere."""
    nowhere = root("P").cross_sign(NEW, not_before=AT - timedelta(days=1))
    served, store = (LEAF, CA, nowhere, CROSS), (OLD,)
    assert says(CLASSIC, served, store) == "rejected"
    assert says(LIBPKIX, served, store) == "accepted"


CONTENTS = {
    # what it shows: fields, classic, libpkix
    "SHA-1": ({"top": {"digest": "sha1"}, "ca": {"digest": "sha1"}}, True, True),
    "begins tomorrow": ({"leaf": {"not_before": AT + timedelta(hours=23)}}, True, True),
    "begins the day after": ({"leaf": {"not_before": AT + timedelta(hours=25)}}, False, False),
    "a CA for clients": ({"ca": {"eku": (Oid.CLIENT_AUTH,)}}, True, True),
    "a CA for mail": ({"ca": {"eku": (MAIL,)}}, False, False),
    "a CA for code": ({"ca": {"eku": (CODE,)}}, False, False),
    "a CA for anything": ({"ca": {"eku": (Oid.ANY_EKU,)}}, False, False),
    "a CA for Microsoft's step-up": ({"ca": {"eku": (Oid.MICROSOFT_SGC,)}}, True, False),
    "a root for mail": ({"top": {"eku": (MAIL,)}}, True, False),
    "a leaf for anything": ({"leaf": {"eku": (Oid.ANY_EKU,)}}, False, False),
    "a leaf for Netscape's step-up": ({"leaf": {"eku": (Oid.NETSCAPE_SGC,)}}, True, True),
    "a leaf for clients of Netscape's type": (
        {"leaf": {"eku": (Oid.CLIENT_AUTH,), "extra_extensions": (NETSCAPE_SERVER,)}}, True, True,
    ),
    "a leaf that is a CA for servers": (
        {"leaf": {"ca": True, "eku": (Oid.SERVER_AUTH,)}}, False, False,
    ),
    "a leaf that is a CA for all": ({"leaf": {"ca": True, "eku": None}}, True, True),
    "a root without basicConstraints": ({"top": {"ca": None}}, True, True),
    "a root without them, but for servers": (
        {"top": {"ca": None, "eku": (Oid.SERVER_AUTH,)}}, True, False,
    ),
    "a root that denies to be a CA": ({"top": {"ca": False}}, False, False),
    "a root without keyCertSign": ({"top": {"key_usage": frozenset({"crl_sign"})}}, True, False),
    "a root with pathLen 0": ({"top": {"path_len": 0}}, False, False),
    "a root that permits others": (
        {"top": {"name_constraints": (("example.org",), (), True)}}, False, False,
    ),
    "an unknown critical extension in a root": (
        {"top": {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}}, True, True,
    ),
    "critical policies": (
        {"ca": {"extra_extensions": ((Oid.POLICIES, True, bytes.fromhex(
            "300a300806062a030405060 7".replace(" ", "")
        )),)}}, False, True,
    ),
    "an Ed25519 leaf": ({"leaf": {"key": key("ed25519")}}, False, False),
    "an RSA leaf that only signs": (
        {"leaf": {"key": key("rsa2048"), "key_usage": frozenset({"digital_signature"})}},
        False, False,
    ),
    "an EC leaf that only signs": (
        {"leaf": {"key_usage": frozenset({"digital_signature"})}}, True, True,
    ),
    "a root of 512 bits": ({"top": {"key": key("rsa512")}}, False, False),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
def test_contents(case):
    fields, classic, libpkix = CONTENTS[case]
    assert of(CLASSIC, **fields) == ("accepted" if classic else "rejected")
    assert of(LIBPKIX, **fields) == ("accepted" if libpkix else "rejected")


VERSIONS = {
    # what changed: family, last version before, first after, fields, verdict before, after
    "MD5 is refused": (
        "nss-classic 3.13.6 3.14", {"top": {"key": key("rsa2048")}, "ca": {"digest": "md5"}},
        "accepted", "rejected",
    ),
    "short keys are refused": (
        "nss-classic 3.20.2 3.21", {"top": {"key": key("rsa512")}}, "accepted", "rejected",
    ),
    "PSS is surely known": (
        "nss-classic 3.33 3.34", {"top": {"key": key("rsa2048")}, "ca": {"pss": True}},
        "unknown", "accepted",
    ),
    "the same in libpkix": (
        "nss-libpkix 3.33 3.34", {"top": {"key": key("rsa2048")}, "ca": {"pss": True}},
        "unknown", "accepted",
    ),
    "a CA for anything counts as one for IPsec": (
        "nss-classic 3.43 3.44", {"ca": {"eku": (Oid.ANY_EKU,)}}, "accepted", "rejected",
    ),
    "Netscape's step-up ends": (
        "nss-classic 3.13.1 3.13.2", {"leaf": {"eku": (Oid.NETSCAPE_SGC,)}},
        "accepted", "rejected",
    ),
    "and comes back": (
        "nss-classic 3.13.3 3.13.4", {"leaf": {"eku": (Oid.NETSCAPE_SGC,)}},
        "rejected", "accepted",
    ),
    "the same end in libpkix": (
        "nss-libpkix 3.13.1 3.13.2", {"leaf": {"eku": (Oid.NETSCAPE_SGC,)}},
        "accepted", "rejected",
    ),
    "critical extensions are looked at": (
        "nss-classic 3.11 3.11.1",
        {"leaf": {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}},
        "unknown", "rejected",
    ),
    "a constraint binds the common name": (
        "nss-classic 3.12.6 3.12.7",
        {"leaf": {"san": None}, "ca": {"name_constraints": (("example.org",), (), True)}},
        "accepted", "rejected",
    ),
    "libpkix follows": (
        "nss-libpkix 3.15.5 3.16",
        {"leaf": {"san": None}, "ca": {"name_constraints": (("example.org",), (), True)}},
        "accepted", "rejected",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", VERSIONS)
def test_versions(case):
    clients, fields, before, after = VERSIONS[case]
    name, last, first = clients.split()
    assert of(f"{name} {last}", **fields) == before
    assert of(f"{name} {first}", **fields) == after


def test_trust_counts_from_3_13_6():
    """Of two certificates of one issuer the older is trusted and the newer ends nowhere."""
    served, store = (LEAF, CA, OLD.cross_sign(NEW, not_before=AT - timedelta(days=1))), (NEW,)
    assert says("nss-classic 3.13.5", served, store) == "rejected"
    assert says("nss-classic 3.13.6", served, store) == "accepted"


@pytest.mark.parametrize(
    ("client", "honours"),
    [("nss-classic 3.27.2", False), ("nss-classic 3.28", True), ("nss-libpkix 3.28", True)],
)
def test_startcom_and_wosign_are_distrusted_by_date_from_3_28(client, honours):
    name, version = client.split()
    assert bool(lt.client(name, version).checks.distrust) is honours


def test_every_distrusted_root_is_one_that_some_store_had():
    (policy,) = lt.client("nss-classic", "3.87").checks.distrust
    held = {path.stem for path in (REPOSITORY / "trust_stores" / "certificates").glob("*.pem")}
    assert policy.anchors <= held


@pytest.mark.parametrize("length", [18, 19, 20])
def test_twenty_issuers_are_the_most_for_the_old_way(length):
    chain = [root("N")]
    for number in range(length):
        chain.append(chain[-1].intermediate(f"I{number}"))
    served = (chain[-1].leaf(HOSTNAME), *chain[1:])
    assert says(CLASSIC, served, chain[:1]) == ("accepted" if length < 20 else "rejected")
    assert says(LIBPKIX, served, chain[:1]) == "accepted"


HOSTS = {
    # name asked for: SAN, CN, accepted
    "www.example.test": [
        (("w*.example.test",), HOSTNAME, True),
        (("*w.example.test",), HOSTNAME, False),
        (("*.test",), HOSTNAME, False),
        (("www.example.test.",), HOSTNAME, False),
        (("192.0.2.7",), HOSTNAME, True),
        (("www.example.org",), HOSTNAME, False),
        (None, (("common_name", "other"), ("common_name", HOSTNAME)), True),
        (None, (("common_name", HOSTNAME), ("common_name", "other")), False),
    ],
    "192.0.2.7": [
        (("192.0.2.7",), "x", True),
        (None, "192.0.2.7", True),
        (("www.example.org",), "192.0.2.7", True),
        (("192.0.2.8",), "192.0.2.7", False),
    ],
}


@pytest.mark.parametrize(
    ("hostname", "san", "name", "accepted"),
    [(host, *row) for host, rows in HOSTS.items() for row in rows],
)
def test_host_names(hostname, san, name, accepted):
    leaf = CA.issue(name, key("p256", 7), ca=False, san=san)
    verdict = says(CLASSIC, (leaf, CA), (NEW,), hostname=hostname)
    assert verdict == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize("family", [NSS_CLASSIC, NSS_LIBPKIX])
@pytest.mark.parametrize("version", ["3.12.10", "3.36.8", "3.44.4", "3.112.5", "3.123.1"])
def test_every_release_has_a_model(family, version):
    assert family.model(version).version == version


@pytest.mark.parametrize(("family", "version"), [(NSS_CLASSIC, "3.10"), (NSS_LIBPKIX, "3.12.3")])
def test_what_is_not_covered_is_said(family, version):
    with pytest.raises(UnknownClientError, match="no model"):
        family.model(version)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "rejected"),
        ({"check_dates": True}, "rejected"),
        ({"check_dates": False}, "accepted"),
        ({"check_dates": "unknown"}, "unknown"),
    ],
)
def test_a_program_can_override_what_the_old_way_says_about_dates(options, expected):
    model = lt.client("nss-classic", "3.53", **options)
    chain, store = as_chain((LEAF, CA)), as_store((STALE_NEW,))
    assert lt.simulate(chain, client=model, store=store, at=AT).verdict == expected
