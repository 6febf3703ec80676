"""mozilla::pkix in Firefox: each behaviour, and each version of Firefox that changed one."""

from datetime import UTC, datetime, timedelta

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Oid, key, root
from legacytrust.clients.mozilla_pkix import MOZILLA_PKIX
from legacytrust.errors import UnknownClientError
from legacytrust.stores.anchor import Constraints
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

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
PINNED, PINNED_CA = root(HOSTNAME, ca=False, key_usage=None), root(HOSTNAME, key_usage=None)


def says(version, served, store, *, pool=(), hostname=None, **options):
    outcome = lt.simulate(
        as_chain(served),
        client=lt.client("mozilla-pkix", version, **options),
        store=as_store(store),
        at=AT,
        hostname=hostname,
        pool=lt.CertificatePool.from_certificates(entity.der for entity in pool),
    )
    return outcome.verdict.value


def of(version, *, hostname=None, **fields):
    """What becomes of leaf <- I <- N with these fields changed, all served and N trusted."""
    own_root = fields.pop("own_root", None)
    leaf, ca, top = usual(**fields)
    return says(version, (leaf, ca), (top,), hostname=hostname, own_root=own_root)


PATHS = {
    "an expired cross-certificate beside a root": ((LEAF, CA, STALE_CROSS), (NEW,), True),
    "and with the expired root that signed it": ((LEAF, CA, STALE_CROSS), (STALE_OLD, NEW), True),
    "an expired root": ((LEAF, CA), (STALE_NEW,), False),
    "an expired root and its successor": ((LEAF, CA), (STALE_NEW, NEW), True),
    "any order": ((LEAF, CROSS, STRANGER, CA), (OLD,), True),
    "a cross-certificate that ends nowhere, first": (
        (LEAF, CA, root("P").cross_sign(NEW), CROSS), (OLD,), True,
    ),
    "a trusted intermediate": ((LEAF,), (CA,), True),
    "a trusted leaf": ((LEAF,), (LEAF,), True),
    "a trusted leaf that signed itself": ((PINNED,), (PINNED,), True),
    "a trusted leaf that is a CA": ((PINNED_CA,), (PINNED_CA,), False),
    "a missing intermediate": ((LEAF,), (NEW,), False),
}  # fmt: skip


@pytest.mark.parametrize("case", PATHS)
@pytest.mark.parametrize("version", ["31", "52", "140"])
def test_paths(case, version):
    served, store, accepted = PATHS[case]
    assert says(version, served, store) == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize(("length", "accepted"), [(6, True), (7, False)])
def test_six_intermediates_are_the_most(length, accepted):
    chain = [NEW]
    for number in range(length):
        chain.append(chain[-1].intermediate(f"I{number}"))
    verdict = says("128", (chain[-1].leaf(HOSTNAME), *chain[1:]), (NEW,))
    assert verdict == ("accepted" if accepted else "rejected")


CONTENTS = {
    "no key identifier fits": ({"leaf": {"aki": b"x" * 20}}, True),
    "a leaf that is a CA": ({"leaf": {"ca": True}}, False),
    "a leaf that signs OCSP responses": (
        {"leaf": {"eku": (Oid.SERVER_AUTH, OCSP_SIGNING)}}, False,
    ),
    "a leaf for anything": ({"leaf": {"eku": (Oid.ANY_EKU,)}}, False),
    "a CA for clients": ({"ca": {"eku": (Oid.CLIENT_AUTH,)}}, False),
    "a root for clients": ({"top": {"eku": (Oid.CLIENT_AUTH,)}}, False),
    "a CA that signs OCSP responses too": (
        {"ca": {"eku": (Oid.SERVER_AUTH, OCSP_SIGNING)}}, True,
    ),
    "a root of version 1": ({"top": {"version": 1}}, True),
    "an intermediate of version 1": ({"ca": {"version": 1}}, False),
    "a root without basicConstraints": ({"top": {"ca": None}}, False),
    "a root without keyCertSign": ({"top": {"key_usage": frozenset({"crl_sign"})}}, False),
    "a root with pathLen 0": ({"top": {"path_len": 0}}, False),
    "an unknown critical extension in a root": (
        {"top": {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}}, False,
    ),
    "a root that permits others": (
        {"top": {"name_constraints": (("example.org",), (), True)}}, False,
    ),
    "a common name that a root does not permit": (
        {"leaf": {"san": None}, "top": {"name_constraints": (("example.org",), (), True)}}, False,
    ),
    "Ed25519": ({"ca": {"key": key("ed25519")}}, False),
    "secp256k1": ({"leaf": {"key": key("secp256k1")}}, False),
    "RSA of 512 bits": ({"leaf": {"key": key("rsa512")}}, False),
    "RSA of 1024 bits": ({"leaf": {"key": key("rsa1024")}}, True),
    "begins tomorrow": ({"leaf": {"not_before": AT + timedelta(hours=1)}}, False),
    "SHA-1 of the root on itself": ({"top": {"digest": "sha1"}}, True),
    "MD5": ({"top": {"key": key("rsa2048")}, "ca": {"digest": "md5"}}, False),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
def test_contents(case):
    fields, accepted = CONTENTS[case]
    assert of("128", **fields) == ("accepted" if accepted else "rejected")


def test_a_self_issued_certificate_counts_against_path_length():
    """A roll-over of I's key, of the kind that RFC 5280 exempts."""
    old = NEW.intermediate("I", key("p256", 1), path_len=0)
    rolled = old.intermediate("I", key("p256", 2))
    leaf = rolled.leaf(HOSTNAME)
    assert says("128", (leaf, rolled, old), (NEW,)) == "rejected"


def test_a_self_issued_certificate_is_bound_by_name_constraints():
    old = NEW.intermediate("I", key("p256", 1), name_constraints=(("example.test",), (), True))
    rolled = old.intermediate("I", key("p256", 2), san=("www.example.org",))
    assert says("128", (rolled.leaf(HOSTNAME), rolled, old), (NEW,)) == "rejected"


VERSIONS = {
    # what changed: last version before, first after, fields, verdict before, after
    "SHA-1 becomes a question of dates": (
        "42.0", "43.0", {"ca": {"digest": "sha1"}}, "accepted", "unknown",
    ),
    "SHA-1 ends": ("51.0.1", "52.0", {"ca": {"digest": "sha1"}}, "unknown", "rejected"),
    "PSS": (
        "99.0.1", "100.0", {"top": {"key": key("rsa2048")}, "ca": {"pss": True}},
        "rejected", "accepted",
    ),
    "a wildcard that may stand for more than is permitted": (
        "149.0", "150.0",
        {
            "leaf": {"san": ("*.example.test",)},
            "ca": {"name_constraints": ((HOSTNAME,), (), True)},
        },
        "accepted", "rejected",
    ),
    "the common name": (
        "47.0.2", "48.0", {"leaf": {"san": None}, "hostname": HOSTNAME}, "accepted", "rejected",
    ),
    "the common name, under an own root": (
        "100.0.2", "101.0", {"leaf": {"san": None}, "hostname": HOSTNAME, "own_root": True},
        "accepted", "rejected",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", VERSIONS)
def test_versions(case):
    last, first, fields, before, after = VERSIONS[case]
    assert of(last, **fields) == before
    assert of(first, **fields) == after


@pytest.mark.parametrize(
    ("version", "verdict"), [("68.0.1", "rejected"), ("74.0", "rejected"), ("75.0", "accepted")]
)
def test_disclosed_intermediates_are_known_from_75(version, verdict):
    assert says(version, (LEAF,), (NEW,), pool=(CA,)) == verdict


@pytest.mark.parametrize(
    ("version", "options", "verdict"),
    [
        ("77.0.1", {}, "accepted"),
        ("78.0", {}, "rejected"),
        ("78.0", {"own_root": True}, "accepted"),
    ],
)
def test_roots_are_distrusted_by_date_from_78(version, options, verdict):
    limits = (Constraints(issued_by=datetime(2019, 1, 1, tzinfo=UTC)),)
    anchor = lt.TrustAnchor(lt.Certificate.from_der(NEW.der), limits)
    outcome = lt.simulate(
        as_chain((LEAF, CA)),
        client=lt.client("mozilla-pkix", version, **options),
        store=store_of((anchor,)),
        at=AT,
        pool=lt.CertificatePool(),
    )
    assert outcome.verdict == verdict


@pytest.mark.parametrize(
    ("version", "holds"), [("50", False), ("51", True), ("57", True), ("58", False), ("63", False)]
)
def test_startcom_and_wosign_are_distrusted_by_date_until_they_left(version, holds):
    assert bool(lt.client("mozilla-pkix", version).checks.distrust) is holds


@pytest.mark.parametrize("version", ["64", "78", "150"])
def test_all_of_symantec_is_distrusted_from_64(version):
    (policy,) = lt.client("mozilla-pkix", version).checks.distrust
    assert (policy.name, policy.issued_by) == ("Symantec", None)
    assert policy.exempt


@pytest.mark.parametrize(
    ("names", "accepted"),
    [
        (("*.example.test",), True),
        (("w*.example.test",), False),
        (("*.test",), False),
        (("www.example.test.",), False),
        (("WWW.EXAMPLE.TEST",), True),
        ((HOSTNAME, "w*.example.test"), True),
        (("w*.example.test", HOSTNAME), False),
    ],
)
def test_names_after_one_that_cannot_be_read_are_not_seen(names, accepted):
    verdict = of("128", hostname=HOSTNAME, leaf={"san": names})
    assert verdict == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize("version", ["31.0", "45.9", "68.12", "115.0.2", "140.0.4", "150"])
def test_every_release_has_a_model(version):
    assert MOZILLA_PKIX.model(version).version == version


def test_older_firefox_is_another_family():
    with pytest.raises(UnknownClientError, match="nss-classic"):
        MOZILLA_PKIX.model("30.0")
