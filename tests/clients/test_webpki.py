"""What webpki asks of a chain, and what changed from crate to crate."""

from __future__ import annotations

import pytest

import legacytrust as lt
from forge import HOSTNAME, Entity, Oid, key, root
from legacytrust.errors import ClientError
from support import CA, LAST_YEAR, LEAF, NEW, OLD, STALE_NEW, STRANGER, Scene, line

ACCEPTED, REJECTED, UNKNOWN = "accepted", "rejected", "unknown"
ODD = {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}
RSA, SMALL = key("rsa2048"), key("rsa1024")
OURS = ("example.test",)


def scene(**faults: object) -> Scene:
    leaf, ca, top = line(**faults)
    return Scene((leaf, ca), (top,))


def tower(height: int) -> Scene:
    """So many intermediates."""
    below: list[Entity] = [NEW]
    for number in range(height):
        below.insert(0, below[0].intermediate(f"T{number}"))
    return Scene((below[0].leaf(HOSTNAME), *below[:-1]), (NEW,))


def impostors(count: int) -> Scene:
    """So many roots of the right name with other keys before the right one."""
    wrong = [root("N", key("p256", 8000 + number), label=f"N~{number}") for number in range(count)]
    return Scene((LEAF, CA), (*wrong, NEW))


def constrained(*, by_root: bool = False, names: object, **leaf: object) -> Scene:
    where = {"top" if by_root else "ca": {"name_constraints": names}}
    return scene(leaf=leaf, **where)


ALWAYS = {
    "order is free": (Scene((LEAF, STRANGER, CA), (NEW,)), ACCEPTED),
    "an expired root is as good as a living one": (Scene((LEAF, CA), (STALE_NEW,)), ACCEPTED),
    "an expired intermediate is not": (scene(ca={"not_after": LAST_YEAR}), REJECTED),
    "an intermediate of the store ends it": (Scene((LEAF,), (CA,)), ACCEPTED),
    "the anchor need not be a CA": (scene(top={"ca": False}), ACCEPTED),
    "nor may it sign": (scene(top={"key_usage": frozenset({"crl_sign"})}), ACCEPTED),
    "its purposes are not kept": (scene(top={"eku": (Oid.EMAIL_PROTECTION,)}), ACCEPTED),
    "nor its path length": (scene(top={"path_len": 0}), ACCEPTED),
    "an anchor of version 1": (scene(top={"version": 1}), ACCEPTED),
    "an intermediate of version 1": (scene(ca={"version": 1}), REJECTED),
    "a leaf of version 1": (scene(leaf={"version": 1}), REJECTED),
    "a leaf that is a CA": (scene(leaf={"ca": True}), REJECTED),
    "a leaf of the store issued by an unknown CA": (Scene((LEAF,), (LEAF,)), REJECTED),
    "an intermediate without keyCertSign":
        (scene(ca={"key_usage": frozenset({"crl_sign"})}), ACCEPTED),
    "any is no purpose": (scene(leaf={"eku": (Oid.ANY_EKU,)}), REJECTED),
    "any is none of a CA's either": (scene(ca={"eku": (Oid.ANY_EKU,)}), REJECTED),
    "SHA-1": (scene(leaf={"digest": "sha1"}), REJECTED),
    "a small key of the root": (scene(top={"key": SMALL}), REJECTED),
    "a small key of the leaf": (scene(leaf={"key": SMALL}), REJECTED),
    "six intermediates": (tower(6), ACCEPTED),
    "seven intermediates": (tower(7), REJECTED),
    "a name in the CN only": (scene(leaf={"san": None}), REJECTED),
    "a wildcard": (scene(leaf={"san": ("*.example.test",)}), ACCEPTED),
    "a wildcard of a top level": (scene(leaf={"san": ("*.test",)}), REJECTED),
    "an unreadable intermediate that is not needed":
        (Scene((LEAF, CA, OLD.intermediate("J", **ODD)), (NEW,)), ACCEPTED),
    "an unreadable leaf": (scene(leaf=ODD), REJECTED),
    "critical policies": (scene(ca={"extra_extensions": ((Oid.POLICIES, True, b"\x30\x00"),)}),
                          REJECTED),
    "a wrong key identifier": (scene(leaf={"aki": b"\1" * 20}), ACCEPTED),
    "excluded by the root": (constrained(by_root=True, names=((), OURS, True)), REJECTED),
}  # fmt: skip


@pytest.mark.parametrize(
    "version", ["0.21.4", "0.22.0", "0.100.1", "0.101.7", "0.102.8", "0.103.9"]
)
@pytest.mark.parametrize("case", ALWAYS)
def test_every_crate_agrees(case, version):
    what, verdict = ALWAYS[case]
    assert what.verdict(f"webpki {version}", hostname=HOSTNAME) == verdict


WILDCARD = {"san": (HOSTNAME, "*.example.test")}
BOUNDARIES = {
    "name constraints can be read from rustls-webpki on":
        (constrained(names=(OURS, (), True)), "0.22.4", REJECTED, "0.100.0", ACCEPTED),
    "a hundred signatures are the limit from 0.100.2":
        (impostors(100), "0.100.1", ACCEPTED, "0.100.2", REJECTED),
    "and from 0.101.4": (impostors(100), "0.101.3", ACCEPTED, "0.101.4", REJECTED),
    "P-521 with aws-lc-rs, at first with SHA-512 alone":
        (scene(top={"key": key("p521")}, ca={"digest": "sha512"}),
         "0.102.1", REJECTED, "0.102.2", ACCEPTED),
    "and with every hash from 0.102.6":
        (scene(top={"key": key("p521")}), "0.102.5", REJECTED, "0.102.6", ACCEPTED),
    "SHA-512 on P-256 hangs on the release of rustls from 0.103.5":
        (scene(ca={"digest": "sha512"}), "0.103.4", REJECTED, "0.103.5", UNKNOWN),
    "and is listed in every rustls that came with 0.103.9":
        (scene(ca={"digest": "sha512"}), "0.103.8", UNKNOWN, "0.103.9", ACCEPTED),
    "a root with an unknown critical extension is loaded from 0.103.11":
        (scene(top=ODD), "0.103.10", REJECTED, "0.103.11", ACCEPTED),
    "a wildcard that is wider than what is permitted, from 0.103.12":
        (constrained(names=((HOSTNAME,), (), True), **WILDCARD),
         "0.103.11", ACCEPTED, "0.103.12", REJECTED),
    "URI constraints are passed over from 0.102":
        (constrained(names=(("http://host.test/",), (), True), san=(HOSTNAME, "http://a.test/")),
         "0.101.7", REJECTED, "0.102.0", ACCEPTED),
    "and refused again from 0.103.12":
        (constrained(names=(("http://host.test/",), (), True), san=(HOSTNAME, "http://a.test/")),
         "0.103.11", ACCEPTED, "0.103.12", REJECTED),
    "a negative serial number is read from 0.100 on":
        (scene(ca={"serial": -7}), "0.22.4", REJECTED, "0.100.0", ACCEPTED),
    "critical CRL distribution points are known from 0.102":
        (scene(ca={"extra_extensions": (("2.5.29.31", True, b"\x30\x00"),)}),
         "0.101.7", REJECTED, "0.102.0", ACCEPTED),
}  # fmt: skip


@pytest.mark.parametrize("case", BOUNDARIES)
def test_a_crate_changed_it(case):
    what, before, was, after, became = BOUNDARIES[case]
    assert what.verdict(f"webpki {before}", hostname=HOSTNAME) == was
    assert what.verdict(f"webpki {after}", hostname=HOSTNAME) == became


def test_addresses_are_compared_from_rustls_webpki_on():
    what = scene(leaf={"san": ("192.0.2.1",)})
    assert what.verdict("webpki 0.22.0", hostname="192.0.2.1") == REJECTED
    assert what.verdict("webpki 0.103.9", hostname="192.0.2.1") == ACCEPTED


def test_the_provider_decides_about_curves():
    what = scene(top={"key": key("p521")})
    assert what.verdict(lt.client("webpki", "0.103.9")) == ACCEPTED
    assert what.verdict(lt.client("webpki", "0.103.9", provider="ring")) == REJECTED
    with pytest.raises(ClientError):
        lt.client("webpki", "0.103.9", provider="abacus")
    with pytest.raises(ClientError):
        lt.client("webpki", "0.101.0", provider="aws-lc-rs")


def test_a_constraint_on_directory_names_refuses_everybody():
    value = bytes.fromhex("3008a0063004a4023000")
    what = scene(ca={"extra_extensions": (("2.5.29.30", False, value),)})
    assert what.verdict("webpki 0.103.9") == REJECTED
    assert what.verdict("go 1.27.3") == ACCEPTED


def test_the_limit_is_told():
    outcome = impostors(100).outcome("webpki 0.103.9")
    assert lt.Code.LIMIT_REACHED in {finding.code for finding in outcome.findings}
    assert impostors(90).verdict("webpki 0.103.9") == ACCEPTED


def test_a_name_that_cannot_be_read_ends_the_comparison_up_to_0_100():
    before, after = scene(leaf={"san": ("*", HOSTNAME)}), scene(leaf={"san": (HOSTNAME, "*")})
    for version, verdict in (("0.22.0", REJECTED), ("0.100.3", REJECTED), ("0.101.0", ACCEPTED)):
        assert before.verdict(f"webpki {version}", hostname=HOSTNAME) == verdict
        assert after.verdict(f"webpki {version}", hostname=HOSTNAME) == ACCEPTED


def test_a_name_that_cannot_be_read_lies_within_no_constraint():
    odd = {"san": (HOSTNAME, "-a.example.test")}
    assert constrained(names=(OURS, (), True), **odd).verdict("webpki 0.103.9") == REJECTED
    assert scene(leaf=odd).verdict("webpki 0.103.9", hostname=HOSTNAME) == ACCEPTED
