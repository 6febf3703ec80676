"""Apple's SecTrust: each behaviour, and each version of iOS and macOS that changed one."""

import struct
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core

import legacytrust as lt
from forge import HOSTNAME, Oid, key, root
from legacytrust.clients.nss import STARTCOM_AND_WOSIGN
from legacytrust.clients.sectrust import SECTRUST
from legacytrust.errors import ClientError, UnknownClientError
from legacytrust.extensions import Oid as Known
from support import CROSS, NEW, OLD, STALE_CROSS, STALE_NEW, STALE_OLD, STRANGER, as_chain, as_store

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
AT = datetime(2024, 6, 1, tzinfo=UTC)
ISSUED = datetime(2024, 3, 1, tzinfo=UTC)
FAR = datetime(2038, 1, 1, tzinfo=UTC)


def logged(*moments):
    """An extension with timestamps of these moments (RFC 6962, 3.3)."""
    stamps = [
        b"\0" + b"\x07" * 32 + struct.pack(">Q", int(m.timestamp() * 1000)) + b"\0\0\4\3\0\2\x30\0"
        for m in moments
    ]
    listed = b"".join(struct.pack(">H", len(stamp)) + stamp for stamp in stamps)
    content = core.OctetString(struct.pack(">H", len(listed)) + listed).dump()
    return (Known.SIGNED_CERTIFICATE_TIMESTAMPS, False, content)


#: What every version takes: logged, for servers in so many words, and not for long.
FIELDS = {
    "not_before": ISSUED,
    "not_after": ISSUED + 90 * DAY + 30 * DAY,
    "eku": (Oid.SERVER_AUTH,),
    "extra_extensions": (logged(ISSUED, ISSUED),),
}


def line(*, leaf=(), ca=(), top=()):
    """leaf <- I <- N with these fields changed."""
    n = root("N", **dict(top))
    i = n.intermediate("I", **dict(ca))
    return i.leaf(HOSTNAME, **{**FIELDS, **dict(leaf)}), i, n


LEAF, CA, _ = line()


def says(version, served, store, *, at=AT, pool=(), hostname=None, **options):
    outcome = lt.simulate(
        as_chain(served),
        client=lt.client("sectrust", version, **options),
        store=as_store(store),
        at=at,
        hostname=hostname,
        pool=lt.CertificatePool.from_certificates(entity.der for entity in pool),
    )
    return outcome.verdict.value


def of(version, *, at=AT, hostname=None, options=(), **fields):
    """What becomes of leaf <- I <- N with these fields changed, all served and N trusted."""
    leaf, ca, top = line(**fields)
    return says(version, (leaf, ca), (top,), at=at, hostname=hostname, **dict(options))


PATHS = {
    "an expired cross-certificate beside a root": ((LEAF, CA, STALE_CROSS), (NEW,), True),
    "and with the expired root that signed it": ((LEAF, CA, STALE_CROSS), (STALE_OLD, NEW), True),
    "an expired root": ((LEAF, CA), (STALE_NEW,), False),
    "an expired root and its successor": ((LEAF, CA), (STALE_NEW, NEW), True),
    "any order": ((LEAF, CROSS, STRANGER, CA), (OLD,), True),
    "a trusted intermediate": ((LEAF,), (CA,), True),
    "a missing intermediate": ((LEAF,), (NEW,), False),
}


@pytest.mark.parametrize("case", PATHS)
@pytest.mark.parametrize("version", ["ios-5", "ios-9.3.5", "macos-10.13.6", "ios-15", "macos-26"])
def test_paths(case, version):
    served, store, accepted = PATHS[case]
    assert says(version, served, store) == ("accepted" if accepted else "rejected")


def test_a_missing_intermediate_is_fetched():
    assert says("ios-12", (LEAF,), (NEW,), pool=(CA,)) != "rejected"


CRITICAL = {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}
CONTENTS = {
    "an unknown critical extension in an intermediate": ({"ca": CRITICAL}, False),
    "an unknown critical extension in a root": ({"top": CRITICAL}, True),
    "a key identifier that does not fit": ({"ca": {"aki": b"x" * 20}}, False),
    "no key identifier": ({"ca": {"aki": None}}, True),
    "an intermediate without basicConstraints": ({"ca": {"ca": None}}, False),
    "an intermediate that is no CA": ({"ca": {"ca": False}}, False),
    "an intermediate without keyCertSign": (
        {"ca": {"key_usage": frozenset({"crl_sign"})}}, False,
    ),
    "a bad signature": ({"ca": {"bad_signature": True}}, False),
    "for clients only": ({"leaf": {"eku": (Oid.CLIENT_AUTH,)}}, False),
    "Ed25519": ({"ca": {"key": key("ed25519")}}, False),
    "RSA-PSS": ({"top": {"key": key("rsa2048")}, "ca": {"pss": True}}, False),
    "MD5": ({"top": {"key": key("rsa2048")}, "ca": {"digest": "md5"}}, False),
    "a leaf that has expired": ({"leaf": {"not_after": AT - SECOND}}, False),
    "a leaf that ends this second": ({"leaf": {"not_after": AT}}, True),
    "an intermediate that has expired": ({"ca": {"not_after": AT - SECOND}}, False),
    "a root that has expired": ({"top": {"not_after": AT - SECOND}}, False),
    "SHA-1 of the root on itself": (
        {"top": {"key": key("rsa2048"), "digest": "sha1"}}, True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONTENTS)
@pytest.mark.parametrize("version", ["ios-7", "macos-10.14", "ios-18", "macos-26"])
def test_contents_that_no_version_judges_otherwise(case, version):
    fields, accepted = CONTENTS[case]
    assert of(version, **fields) == ("accepted" if accepted else "rejected")


RSA = {"key": key("rsa2048")}
#: What one version judges otherwise than the one before: the fields, the two versions of iOS, those
#: of macOS if it had the same code by then, and the verdicts.
CHANGES = {
    "RSA of 512 bits": ({"leaf": {"key": key("rsa512")}}, "8.4", "9", None, "yes", "no"),
    "RSA of 1024 bits": (
        {"leaf": {"key": key("rsa1024")}}, "10.3.4", "11", ("10.12.6", "10.13"), "yes", "no",
    ),
    "a root of RSA 1024 bits": (
        {"top": {"key": key("rsa1024")}}, "12.5", "13", ("10.14.6", "10.15"), "yes", "no",
    ),
    "SHA-1": (
        {"top": RSA, "ca": {"digest": "sha1"}}, "10.2.1", "10.3", ("10.12.3", "10.12.4"),
        "yes", "no",
    ),
    "a root without basicConstraints": (
        {"top": {"ca": None}}, "12.5", "13", ("10.14.6", "10.15"), "yes", "no",
    ),
    "a root without keyCertSign": (
        {"top": {"key_usage": frozenset({"crl_sign"})}}, "12.5", "13", ("10.14", "10.15"),
        "yes", "no",
    ),
    "a root with pathLen 0": (
        {"top": {"path_len": 0}}, "14.8", "15", ("11.7", "12"), "yes", "no",
    ),
    "an intermediate that permits others": (
        {"ca": {"name_constraints": (("example.org",), (), True)}}, "8.4", "9", None, "yes", "no",
    ),
    "a root that permits others": (
        {"top": {"name_constraints": (("example.org",), (), True)}}, "12.5", "13",
        ("10.14", "10.15"), "yes", "no",
    ),
    "a leaf without purposes": (
        {"leaf": {"eku": None}}, "12.5", "13", ("10.14.6", "10.15"), "yes", "no",
    ),
    "a leaf for anything": (
        {"leaf": {"eku": (Oid.ANY_EKU,)}}, "12.5", "13", ("10.14.6", "10.15"), "yes", "no",
    ),
    "an intermediate for mail": (
        {"ca": {"eku": (Oid.EMAIL_PROTECTION,)}}, "13.7", "14", ("10.15.7", "11"), "yes", "no",
    ),
    "an intermediate of version 1": ({"ca": {"version": 1}}, "9.3", "10", None, "no", "yes"),
    "the same, later": (
        {"ca": {"version": 1}}, "10.3", "11", ("10.12.6", "10.13"), "yes", "no",
    ),
    "no timestamps": (
        {"leaf": {"extra_extensions": ()}}, "12.1", "12.1.1", ("10.14.1", "10.14.2"),
        "yes", "open",
    ),
    "400 days": (
        {"leaf": {"not_after": ISSUED + 400 * DAY}}, "13.7", "14", ("10.15.7", "11"), "yes", "no",
    ),
    "826 days": (
        {"leaf": {"not_after": ISSUED + 826 * DAY}}, "12.5", "13", ("10.14.6", "10.15"),
        "yes", "no",
    ),
}  # fmt: skip
VERDICTS = {"yes": "accepted", "no": "rejected", "open": "unknown"}


@pytest.mark.parametrize("case", CHANGES)
def test_what_a_version_changed(case):
    fields, before, after, macs, was, became = CHANGES[case]
    assert of(f"ios-{before}", **fields) == VERDICTS[was]
    assert of(f"ios-{after}", **fields) == VERDICTS[became]
    if macs is not None:
        assert of(f"macos-{macs[0]}", **fields) == VERDICTS[was]
        assert of(f"macos-{macs[1]}", **fields) == VERDICTS[became]


def begins(year, month, day=1):
    return datetime(year, month, day, tzinfo=UTC)


LIVES = [
    ("ios-13", begins(2016, 6), 5 * 365 * DAY + 2 * DAY + HOUR, True),
    ("ios-13", begins(2016, 6), 5 * 365 * DAY + 2 * DAY + HOUR + SECOND, False),
    ("ios-13", begins(2016, 7), 1188 * DAY + HOUR, True),
    ("ios-13", begins(2016, 7), 1188 * DAY + HOUR + SECOND, False),
    ("ios-13", begins(2018, 3), 825 * DAY + HOUR, True),
    ("ios-13", begins(2018, 3), 825 * DAY + HOUR + SECOND, False),
    ("ios-13", begins(2020, 9), 825 * DAY, True),
    ("ios-14", begins(2020, 8, 31), 825 * DAY, True),
    ("ios-14", begins(2020, 9), 398 * DAY, True),
    ("ios-14", begins(2020, 9), 398 * DAY + SECOND, False),
    ("ios-14", begins(2017, 1), 1188 * DAY, True),
    ("ios-15.4", begins(2017, 1), 1188 * DAY, False),
    ("ios-15.5", begins(2017, 1), 1188 * DAY, True),
    ("macos-12.3", begins(2017, 1), 1188 * DAY, False),
    ("macos-12.4", begins(2017, 1), 1188 * DAY, True),
]


@pytest.mark.parametrize(("version", "since", "life", "accepted"), LIVES)
def test_how_long_a_leaf_may_live(version, since, life, accepted):
    fields = {"leaf": {"not_before": since, "not_after": since + life}}
    ancient = {"not_before": begins(2010, 1)}
    verdict = of(version, at=since + DAY, ca=ancient, top=ancient, **fields)
    assert verdict == ("accepted" if accepted else "rejected")


def test_timestamps_are_asked_of_leaves_from_a_day_on():
    for day, verdict in ((15, "accepted"), (16, "unknown")):
        since = begins(2018, 10, day)
        leaf = {"not_before": since, "not_after": since + 90 * DAY, "extra_extensions": ()}
        ancient = {"not_before": begins(2010, 1)}
        assert of("ios-12.2", at=since + DAY, leaf=leaf, ca=ancient, top=ancient) == verdict


OWN_ROOT = {
    "SHA-1 in 11": ("ios-11", {"top": RSA, "ca": {"digest": "sha1"}}, True),
    "SHA-1 in 13": ("ios-13", {"top": RSA, "ca": {"digest": "sha1"}}, False),
    "RSA of 1024 bits in 12": ("ios-12", {"leaf": {"key": key("rsa1024")}}, True),
    "no timestamps": ("ios-17", {"leaf": {"extra_extensions": ()}}, True),
    "no purposes": ("ios-17", {"leaf": {"eku": None}}, True),
    "400 days": ("ios-17", {"leaf": {"not_after": ISSUED + 400 * DAY}}, True),
    "826 days": ("ios-17", {"leaf": {"not_after": ISSUED + 826 * DAY}}, False),
    "826 days, issued before July 2019": (
        "ios-17",
        {"leaf": {"not_before": begins(2019, 6), "not_after": FAR},
         "ca": {"not_before": begins(2010, 1)}, "top": {"not_before": begins(2010, 1)}},
        True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN_ROOT)
def test_a_root_that_a_person_installed(case):
    version, fields, accepted = OWN_ROOT[case]
    verdict = of(version, options={"own_root": True}, **fields)
    assert verdict == ("accepted" if accepted else "rejected")


def test_in_10_3_only_safari_minds_sha1():
    fields = {"top": RSA, "ca": {"digest": "sha1"}}
    assert of("ios-10.3", options={"webkit": False}, **fields) == "accepted"
    assert of("ios-10.3", options={"webkit": True}, **fields) == "rejected"
    with pytest.raises(ClientError, match=r"only iOS 10\.3"):
        lt.client("sectrust", "ios-11", webkit=False)


HOSTS = [
    ("w*.example.test", "www.example.test", "ios-8", "ios-9", "yes", "yes"),
    ("w*.example.test", "www.example.test", "ios-9.3", "ios-10", "yes", "no"),
    ("www.e*.test", "www.example.test", "ios-8", "ios-9", "yes", "no"),
    ("*w.example.test", "www.example.test", "ios-8", "ios-9", "no", "no"),
    ("*.test", "example.test", "ios-8", "ios-9", "yes", "no"),
    ("*.co.uk", "example.co.uk", "ios-10.1", "ios-10.2", "yes", "open"),
    ("*.co.uk", "example.co.uk", "macos-10.12.1", "macos-10.12.2", "yes", "open"),
    ("*.example.test", "www.example.test", "ios-9", "ios-26", "yes", "yes"),
    ("*.example.test", "a.b.example.test", "ios-8", "ios-26", "no", "no"),
    ("www.example.test.", "www.example.test", "ios-8", "ios-26", "no", "no"),
]


@pytest.mark.parametrize(("name", "host", "one", "other", "was", "became"), HOSTS)
def test_names_in_the_certificate(name, host, one, other, was, became):
    for version, verdict in ((one, was), (other, became)):
        assert of(version, hostname=host, leaf={"san": (name,)}) == VERDICTS[verdict]


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("ios-12.5", True), ("ios-13", False), ("macos-10.14", True), ("macos-10.15", False)],
)
def test_a_common_name_alone(version, accepted):
    verdict = of(version, hostname=HOSTNAME, leaf={"san": None})
    assert verdict == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize(
    ("version", "host", "accepted"),
    [
        ("ios-8", "192.0.2.1", True),
        ("ios-26", "192.0.2.1", True),
        ("ios-12", "2001:db8::1", False),
        ("ios-13", "2001:db8::1", True),
    ],
)
def test_addresses(version, host, accepted):
    verdict = of(version, hostname=host, leaf={"san": (HOSTNAME, host)})
    assert verdict == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize(
    ("version", "events"),
    [("ios-10.1", 0), ("ios-10.2", 1), ("macos-10.12.1", 0), ("macos-10.12.2", 1), ("ios-26", 1)],
)
def test_startcom_and_wosign_end_in_december_2016(version, events):
    policies = lt.client("sectrust", version).checks.distrust
    distrust = [policy for policy in policies if policy.name == "StartCom and WoSign"]
    assert len(distrust) == events
    for event in distrust:
        assert event.anchors == STARTCOM_AND_WOSIGN.anchors
        assert event.issued_by is not None
        assert event.issued_by + SECOND == begins(2016, 12)


@pytest.mark.parametrize(
    ("version", "known"),
    [("ios-11.4.1", False), ("ios-12", True), ("macos-10.13.6", False), ("macos-10.14", True)],
)
def test_symantec_ends_in_february_2020(version, known):
    policies = lt.client("sectrust", version).checks.distrust
    assert [p.ends for p in policies if p.name == "Symantec"] == [begins(2020, 2, 25)] * known


@pytest.mark.parametrize(
    ("served", "store", "verdict"),
    [
        ((LEAF, CA), (NEW,), "accepted"),
        ((LEAF, CA), (OLD,), "rejected"),
        ((LEAF, CA, CROSS), (NEW, OLD), "accepted"),
    ],
)
def test_macos_up_to_10_11_has_another_verifier(served, store, verdict):
    for version in ("macos-10.9.5", "macos-10.11.6"):
        assert says(version, served, store) == verdict
        expired = (CA.leaf(HOSTNAME, **{**FIELDS, "not_after": AT - DAY}), *served[1:])
        assert says(version, expired, store) in ("unknown", "rejected")


def test_a_trusted_leaf_that_has_expired_is_told_beside_the_path_above_it():
    leaf = CA.leaf(HOSTNAME, **{**FIELDS, "not_after": AT - DAY})
    assert says("macos-10.11", (leaf, CA), (leaf, NEW)) == "unknown"


@pytest.mark.parametrize(
    "version", ["ios-5.1.1", "ios-10.3.1", "iOS-18.7", "macos-10.9", "macos-11.7.10", "macos-26.1"]
)
def test_a_real_version_number_finds_its_model(version):
    assert lt.client("sectrust", version).version == version


@pytest.mark.parametrize("version", ["ios-4", "ios-19", "macos-10.8", "macos-16", "10.3", "ios"])
def test_versions_that_are_not_covered(version):
    with pytest.raises(UnknownClientError):
        lt.client("sectrust", version)


def test_ios_and_macos_of_one_generation_share_their_rows():
    pairs = [("ios-10.2", "macos-10.12.2"), ("ios-12.4", "macos-10.14.6"), ("ios-26", "macos-26")]
    for ios, macos in pairs:
        one, other = (SECTRUST.model(version) for version in (ios, macos))
        assert (one.search, one.checks) == (other.search, other.checks)
