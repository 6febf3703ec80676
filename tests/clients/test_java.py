"""Every fact about Java's versions: accepted before an update and refused after it, or the reverse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

import legacytrust as lt
from forge import HOSTNAME, Entity, key, root
from forge.certificates import Oid
from legacytrust.clients import FAMILIES, Evidence
from legacytrust.clients.java_policies import CHUNGHWA_TLS, ENTRUST_TLS, SYMANTEC_TLS
from legacytrust.clients.java_roots import JDK_ROOTS
from legacytrust.clients.java_versions import java_version
from legacytrust.errors import ClientError, UnknownClientError
from legacytrust.paths.rules import RootDigests
from support import CA, LAST_YEAR, LEAF, NEW, OLD, STALE_CROSS, STRANGER, Scene, line

JAVA = FAMILIES["java"]
ACCEPTED, REJECTED = "accepted", "rejected"
PRIVATE = {"jdk_cas": False}


def java(version: str, **options: Any) -> lt.ClientModel:
    return JAVA.model(version, **options)


def verdict(scene: Scene, version: str, hostname: str | None = None, **options: Any) -> str:
    return scene.outcome(java(version, **options), hostname).verdict.value


def scene_of(**faults: Any) -> Scene:
    leaf, ca, top = line(**faults)
    return Scene((leaf, ca), (top,))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("8u131", (8, 0, 131)), ("1.8.0_131", (8, 0, 131)), ("8.0.131", (8, 0, 131)), ("7", (7,)),
        ("11.0.3", (11, 0, 3)), ("17.0.21.1", (17, 0, 21, 1)), ("1.7", (7,)), ("8u", None),
        ("11-ea", None), ("", None), ("4u2", None),
    ],
)  # fmt: skip
def test_version_numbers(text: str, numbers: tuple[int, ...] | None) -> None:
    assert java_version(text) == numbers


@pytest.mark.parametrize("version", ["6u21", "6u46", "5u22", "27", "11.0.32", "17.0.22", "8u600"])
def test_versions_that_are_not_covered(version: str) -> None:
    with pytest.raises(UnknownClientError):
        java(version)


@pytest.mark.parametrize(
    "version",
    ["6u45", "7", "7u80", "8", "8u20", "1.8.0_181", "8u402", "9.0.4", "10.0.2", "11", "11.0.9.1",
     "12.0.2", "13.0.2", "14.0.1", "15.0.1", "16.0.2", "17.0.1", "18", "19.0.1", "20.0.1",
     "21.0.5", "22", "23.0.1", "24", "25.0.2", "26"],
)  # fmt: skip
def test_every_version_between_has_a_model(version: str) -> None:
    assert verdict(Scene((LEAF, CA), (NEW,)), version if version != "6u45" else "7") == ACCEPTED
    assert java(version).search_evidence is not Evidence.UNKNOWN


SELF_LISTED = root("N").leaf(HOSTNAME)
ORG = root("N", name_constraints=(("example.org",), (), True))
UNDER_ORG = ORG.intermediate("Lower CA")

#: What was served and trusted, the last version that says the one, the first that says the other.
BOUNDARIES = [
    ("an anchor that is no CA", scene_of(top={"ca": False}), "7u241", "7u251", (ACCEPTED, REJECTED)),
    ("the same in 8", scene_of(top={"ca": False}), "8u231", "8u241", (ACCEPTED, REJECTED)),
    ("the same in 11", scene_of(top={"ca": False}), "11.0.5", "11.0.6", (ACCEPTED, REJECTED)),
    ("an anchor that must not sign", scene_of(top={"key_usage": frozenset({"crl_sign"})}),
     "11.0.5", "11.0.6", (ACCEPTED, REJECTED)),
    ("a leaf with the name and key of a listed one",
     Scene((SELF_LISTED,), (SELF_LISTED.reissue(),)), "11.0.5", "11.0.6", (ACCEPTED, REJECTED)),
    ("MD5", scene_of(leaf={"digest": "md5"}, ca={"key": key("rsa2048")}), "7u91", "7u95",
     (ACCEPTED, REJECTED)),
    ("MD5 in 8", scene_of(leaf={"digest": "md5"}, ca={"key": key("rsa2048")}), "8u66", "8u71",
     (ACCEPTED, REJECTED)),
    ("RSA with 512 bits", scene_of(leaf={"key": key("rsa512")}), "7u25", "7u40",
     (ACCEPTED, REJECTED)),
    ("a key of the anchor with 512 bits", scene_of(top={"key": key("rsa512")}), "7u25", "7u40",
     (ACCEPTED, REJECTED)),
    ("eleven certificates", Scene((LEAF, *[CA] * 10), (NEW,)), "7u271", "7u281",
     (ACCEPTED, REJECTED)),
    ("the same in 11", Scene((LEAF, *[CA] * 10), (NEW,)), "11.0.8", "11.0.9",
     (ACCEPTED, REJECTED)),
    ("Ed25519", scene_of(ca={"key": key("ed25519")}), "14", "16", (REJECTED, ACCEPTED)),
    ("RSA-PSS", scene_of(leaf={"pss": True}, ca={"key": key("rsa2048")}), "10", "11",
     (REJECTED, ACCEPTED)),
    ("RSA-PSS in 8", scene_of(leaf={"pss": True}, ca={"key": key("rsa2048")}), "8u252", "8u261",
     (REJECTED, ACCEPTED)),
    ("elliptic curves", Scene((LEAF, CA), (NEW,)), "6u45", "7", (REJECTED, ACCEPTED)),
    ("secp256k1", scene_of(ca={"key": key("secp256k1")}), "11.0.8", "11.0.9",
     (ACCEPTED, REJECTED)),
    ("a constraint with a leading dot",
     scene_of(ca={"name_constraints": ((".example.test",), (), True)}), "17.0.14", "17.0.15",
     (REJECTED, ACCEPTED)),
    ("the same in 21", scene_of(ca={"name_constraints": ((".example.test",), (), True)}),
     "21.0.4", "21.0.8", (REJECTED, ACCEPTED)),
    ("a wildcard that reaches into what is excluded",
     scene_of(leaf={"san": ("*.example.test",)}, ca={"name_constraints": ((), (HOSTNAME,), True)}),
     "17.0.19", "17.0.21", (ACCEPTED, REJECTED)),
    ("a constraint of the anchor, out of order",
     Scene((UNDER_ORG.leaf(HOSTNAME), STRANGER, UNDER_ORG), (ORG,)), "11.0.20", "11.0.21",
     (REJECTED, ACCEPTED)),
    ("35 kilobytes", Scene((LEAF, *[CA.reissue(label=f"I{n}", extra_extensions=(
        (Oid.UNKNOWN_EXTENSION, False, b"\x04\x82\x10\x00" + bytes(4096)),)) for n in range(8)]),
        (NEW,)), "11.0.8", "11.0.9", (ACCEPTED, REJECTED)),
    ("a common name outside the constraint",
     scene_of(leaf={"san": None}, ca={"name_constraints": (("example.org",), (), True)}),
     "7u131", "7u141", (ACCEPTED, REJECTED)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scene", "before", "after", "verdicts"),
    [row[1:] for row in BOUNDARIES],
    ids=[f"{row[0]} {row[3]}" for row in BOUNDARIES],
)
def test_what_an_update_changed(
    scene: Scene, before: str, after: str, verdicts: tuple[str, str]
) -> None:
    assert (verdict(scene, before), verdict(scene, after)) == verdicts


class TestEveryVersion:
    """What has not changed from 7 on."""

    versions = pytest.mark.parametrize("version", ["7", "8u131", "11.0.5", "17.0.21", "25.0.2"])

    @versions
    def test_an_expired_cross_certificate_above_the_anchor_does_no_harm(self, version: str) -> None:
        assert verdict(Scene((LEAF, CA, STALE_CROSS), (NEW,)), version) == ACCEPTED

    @versions
    def test_an_expired_anchor_does_no_harm_in_order(self, version: str) -> None:
        stale = NEW.reissue(label="stale", not_after=LAST_YEAR)
        assert verdict(Scene((LEAF, CA), (stale,)), version) == ACCEPTED
        assert verdict(Scene((LEAF, STRANGER, CA), (stale,)), version) == REJECTED

    @versions
    def test_anything_expired_below_it_does(self, version: str) -> None:
        assert verdict(scene_of(ca={"not_after": LAST_YEAR}), version) == REJECTED
        assert verdict(scene_of(leaf={"not_after": LAST_YEAR}), version) == REJECTED

    @versions
    @pytest.mark.parametrize(
        ("faults", "expected"),
        [
            ({"ca": {"ca": None}}, REJECTED),
            ({"ca": {"key_usage": frozenset({"crl_sign"})}}, REJECTED),
            ({"ca": {"eku": (Oid.CLIENT_AUTH,)}}, ACCEPTED),
            ({"leaf": {"eku": (Oid.CLIENT_AUTH,)}}, REJECTED),
            ({"leaf": {"eku": (Oid.ANY_EKU,)}}, ACCEPTED),
            ({"leaf": {"eku": (Oid.NETSCAPE_SGC,)}}, ACCEPTED),
            ({"leaf": {"key_usage": frozenset({"key_encipherment"})}}, REJECTED),
            ({"top": {"path_len": 0}}, ACCEPTED),
            ({"top": {"version": 1}}, ACCEPTED),
            ({"top": {"name_constraints": ((), ("example.test",), True)}}, ACCEPTED),
            ({"ca": {"name_constraints": ((), ("example.test",), True)}}, REJECTED),
            ({"ca": {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}}, REJECTED),
            ({"ca": {"aki": b"\x02" * 20}}, REJECTED),
            ({"leaf": {"aki": b"\x02" * 20}}, ACCEPTED),
            ({"leaf": {"digest": "sha1"}, "ca": {"digest": "sha1"}}, ACCEPTED),
            ({"leaf": {"issuer_string_type": "printable"}}, ACCEPTED),
        ],
    )
    def test_certificates(self, version: str, faults: dict[str, Any], expected: str) -> None:
        assert verdict(scene_of(**faults), version) == expected


@pytest.mark.parametrize(
    ("names", "host", "expected"),
    [
        ((HOSTNAME,), HOSTNAME, ACCEPTED),
        (None, HOSTNAME, ACCEPTED),
        (("a@example.test",), HOSTNAME, ACCEPTED),
        (("www.example.org",), HOSTNAME, REJECTED),
        (("*.example.test",), HOSTNAME, ACCEPTED),
        (("*.example.test",), "a.www.example.test", REJECTED),
        (("*.example.test",), "example.test", REJECTED),
        (("www.*.test",), HOSTNAME, ACCEPTED),
        (("*.*.test",), HOSTNAME, ACCEPTED),
        (("w*.example.test",), HOSTNAME, ACCEPTED),
        (("*w*w.ex*e.test",), HOSTNAME, ACCEPTED),
        (("*.test",), "example.test", ACCEPTED),
        (("www.example.*",), HOSTNAME, REJECTED),
        (("192.0.2.1",), "192.0.2.1", ACCEPTED),
        (("192.0.2.2",), "192.0.2.1", REJECTED),
        (("2001:db8::1",), "2001:db8::1", ACCEPTED),
        (("my_host.example.test",), "my_host.example.test", REJECTED),
    ],
)
def test_host_names(names: tuple[str, ...] | None, host: str, expected: str) -> None:
    scene = scene_of(leaf={"san": names})
    assert verdict(scene, "17.0.21", host) == expected


@pytest.mark.parametrize(
    ("version", "verdicts"), [("7u80", "aaa"), ("11.0.5", "aar"), ("18", "aar"), ("19", "arr")]
)
def test_where_a_star_may_stand(version: str, verdicts: str) -> None:
    found = [
        verdict(scene_of(leaf={"san": (name,)}), version, HOSTNAME)[0]
        for name in ("w*.example.test", "www.*.test", "www.example.t*")
    ]
    assert "".join(found) == verdicts


def test_a_star_in_an_a_label_stands_for_nothing_when_names_are_decoded() -> None:
    scene = scene_of(leaf={"san": ("xn--*.example.test",)})
    assert verdict(scene, "8u141", "xn--bcher-kva.example.test") == ACCEPTED
    assert verdict(scene, "9", "xn--bcher-kva.example.test") == REJECTED


def test_the_common_name_of_an_issuer_is_constrained_too() -> None:
    upper = NEW.intermediate("Upper CA", name_constraints=(("example.test",), (), True))
    for name, expected in (("R3", REJECTED), ("Lower CA", ACCEPTED)):
        lower = upper.intermediate(name)
        scene = Scene((lower.leaf(HOSTNAME), lower, upper), (NEW,))
        assert verdict(scene, "11.0.13") == expected
        assert verdict(scene, "7u80") == ACCEPTED


def test_an_address_in_the_common_name_is_no_name() -> None:
    leaf = CA.leaf("192.0.2.1", san=None)
    assert verdict(Scene((leaf, CA), (NEW,)), "17.0.21", "192.0.2.1") == REJECTED


def test_underscores_were_read_before_8u141() -> None:
    scene = scene_of(leaf={"san": ("my_host.example.test",)})
    assert verdict(scene, "8u131", "my_host.example.test") == ACCEPTED
    assert verdict(scene, "8u141", "my_host.example.test") == REJECTED


class TestSha1:
    SCENE = scene_of(leaf={"digest": "sha1"})

    @pytest.mark.parametrize(
        ("before", "after"), [("7u141", "7u151"), ("8u131", "8u141"), ("8u131", "9")]
    )
    def test_is_refused_below_the_roots_of_the_jdk(self, before: str, after: str) -> None:
        rules = java(before).checks.root_digests, java(after).checks.root_digests
        assert rules == (RootDigests(), RootDigests(frozenset({lt_sha1()}), JDK_ROOTS))

    @pytest.mark.parametrize(("own", "expected"), [(True, REJECTED), (False, ACCEPTED)])
    def test_which_roots_those_are_can_be_said(self, own: bool, expected: str) -> None:
        assert verdict(self.SCENE, "8u141", jdk_cas=own) == expected

    def test_before_there_was_no_difference(self) -> None:
        with pytest.raises(ClientError, match="before 7u151"):
            java("8u131", jdk_cas=True)

    def test_the_roots_own_signature_never_matters(self) -> None:
        assert verdict(scene_of(top={"digest": "sha1"}), "8u141", jdk_cas=True) == ACCEPTED

    def test_the_list_holds_well_known_roots(self) -> None:
        assert "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6" in JDK_ROOTS
        assert all(len(one) == 64 for one in JDK_ROOTS)


def lt_sha1() -> Any:
    from legacytrust.algorithms import Digest

    return Digest.SHA1


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("SYMANTEC_TLS", "7u211", "7u221"), ("SYMANTEC_TLS", "8u202", "8u211"),
        ("SYMANTEC_TLS", "11.0.2", "11.0.3"), ("ENTRUST_TLS", "7u351", "7u441"),
        ("ENTRUST_TLS", "8u422", "8u431"), ("ENTRUST_TLS", "11.0.24", "11.0.25"),
        ("ENTRUST_TLS", "17.0.12", "17.0.13"), ("ENTRUST_TLS", "21.0.4", "21.0.5"),
        ("ENTRUST_TLS", "23", "23.0.1"), ("CAMERFIRMA_TLS", "11.0.26", "11.0.27"),
        ("CHUNGHWA_TLS", "11.0.30", "11.0.31"), ("CHUNGHWA_TLS", "25.0.2", "25.0.3"),
    ],
)  # fmt: skip
def test_policies_came_with_updates(name: str, before: str, after: str) -> None:
    def names(version: str) -> set[str]:
        return {policy.name for policy in java(version).checks.distrust}

    assert name not in names(before)
    assert name in names(after)


def test_from_17_0_21_the_dates_are_gone() -> None:
    symantec, *_, chunghwa = java("17.0.21").checks.distrust
    assert (symantec.issued_by, symantec.exempt) == (None, frozenset())
    assert chunghwa.ends == datetime(2027, 4, 20, tzinfo=UTC)
    assert java("17.0.19").checks.distrust[0] == SYMANTEC_TLS


def fallen(made: Entity, **changes: Any) -> lt.ClientModel:
    """A Java that distrusts our own root as it does Entrust's."""
    policy = attrs.evolve(ENTRUST_TLS, anchors=frozenset({sha256(made)}), **changes)
    client = java("17.0.13")
    return attrs.evolve(client, checks=attrs.evolve(client.checks, distrust=(policy,)))


def sha256(made: Entity) -> str:
    return lt.Certificate.from_der(made.der).sha256


def test_the_day_of_issue_decides() -> None:
    scene, late = Scene((LEAF, CA), (NEW,)), LEAF.spec.not_before - timedelta(seconds=1)
    assert scene.verdict(fallen(NEW, issued_by=LEAF.spec.not_before)) == ACCEPTED
    assert scene.verdict(fallen(NEW, issued_by=late)) == REJECTED
    assert scene.verdict(fallen(OLD, issued_by=late)) == ACCEPTED


def test_a_policy_may_end_all_trust_at_a_date() -> None:
    scene = Scene((LEAF, CA), (NEW,))
    soon = {"issued_by": LEAF.spec.not_before, "ends": scene.at + timedelta(seconds=1)}
    assert scene.verdict(fallen(NEW, **soon)) == ACCEPTED
    assert scene.verdict(fallen(NEW, **{**soon, "ends": scene.at})) == REJECTED


def test_policies_name_whole_days() -> None:
    assert CHUNGHWA_TLS.issued_by == datetime(2026, 3, 17, 23, 59, 59, tzinfo=UTC)


class TestOptions:
    @pytest.mark.parametrize(
        ("exchange", "usage", "expected"),
        [
            ("RSA", "key_encipherment", ACCEPTED),
            ("RSA", "digital_signature", REJECTED),
            ("ECDHE", "digital_signature", ACCEPTED),
            ("ECDHE", "key_encipherment", REJECTED),
            ("ECDH", "key_agreement", ACCEPTED),
        ],
    )
    def test_the_key_exchange_says_what_the_leaf_must_be_for(
        self, exchange: str, usage: str, expected: str
    ) -> None:
        scene = scene_of(leaf={"key_usage": frozenset({usage})})
        assert verdict(scene, "8u131", key_exchange=exchange) == expected

    def test_an_unknown_key_exchange_is_an_error(self) -> None:
        with pytest.raises(ClientError, match="ROT13"):
            java("8u131", key_exchange="ROT13")

    def test_issuers_are_fetched_only_when_asked(self) -> None:
        from legacytrust.paths.rules import Completion

        assert java("17.0.9").search.completion == Completion(0)
        assert java("17.0.9", enable_aia=True).search.completion is Completion.AIA
