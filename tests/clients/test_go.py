"""What changed in Go from release to release, and what never did."""

from __future__ import annotations

import pytest
from asn1crypto import core

import legacytrust as lt
from forge import HOSTNAME, Oid, key, root
from legacytrust.errors import ClientError
from support import CA, LAST_YEAR, LEAF, NEW, OLD, STALE_NEW, Scene, line

ACCEPTED, REJECTED = "accepted", "rejected"
#: An extension nobody knows, marked critical.
ODD = {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}
JUNK = OLD.intermediate("J", **ODD)
RSA = key("rsa2048")
OUR_DOMAIN, OTHER_DOMAIN = ("example.test",), ("example.org",)


def scene(**faults: object) -> Scene:
    leaf, ca, top = line(**faults)
    return Scene((leaf, ca), (top,))


def constrained(
    permitted: tuple[str, ...], excluded: tuple[str, ...] = (), **leaf: object
) -> Scene:
    return scene(ca={"name_constraints": (permitted, excluded, False)}, leaf=leaf)


def two_deep(upper: dict[str, object], lower: dict[str, object]) -> Scene:
    """Two intermediates with these fields changed."""
    above = NEW.intermediate("I2", **upper)
    below = above.intermediate("I", **lower)
    return Scene((below.leaf(HOSTNAME), below, above), (NEW,))


def renewed(*, ski: bytes | None) -> Scene:
    """Two roots of one name: the dead one has the key identifier that is named."""
    living = NEW.reissue(label="no-id", ski=ski)
    return Scene((LEAF, CA), (STALE_NEW, living))


def bridged() -> Scene:
    """The named key identifier belongs to a root of another name, which shadows the right one."""
    stranger = root("Somebody else", NEW.spec.key)
    return Scene((LEAF, CA), (stranger, NEW.reissue(label="no-id", ski=None)))


def many(count: int) -> Scene:
    """So many intermediates of the right name with other keys, and the right one last."""
    wrong = [
        NEW.intermediate("I", key("p256", 7000 + number), ski=None, label=f"I~{number}")
        for number in range(count)
    ]
    right = NEW.intermediate("I", ski=None)
    leaf = right.leaf(HOSTNAME, aki=None)
    return Scene((leaf, *wrong, right), (NEW,))


def negative() -> Scene:
    return scene(leaf={"serial": -5})


def policies_demanded() -> Scene:
    """The intermediate demands an explicit policy, and nobody has any."""
    value = core.Sequence(contents=b"\x80\x01\x00").dump()
    return scene(ca={"extra_extensions": (("2.5.29.36", False, value),)})


#: what it shows, the scene, the last version that does one thing, the first that does the other
BOUNDARIES = {
    "an unknown critical extension of an unneeded certificate is read from 1.5":
        (Scene((LEAF, CA, JUNK), (NEW,)), "1.4.3", REJECTED, "1.5", ACCEPTED),
    "an unknown critical extension of a CA counts from 1.9.2":
        (scene(ca=ODD), "1.9.1", ACCEPTED, "1.9.2", REJECTED),
    "and from 1.8.5": (scene(ca=ODD), "1.8.4", ACCEPTED, "1.8.5", REJECTED),
    "SHA-384 is linked in from 1.3":
        (scene(leaf={"digest": "sha384"}), "1.2.2", REJECTED, "1.3", ACCEPTED),
    "any is a server's purpose from 1.3":
        (scene(leaf={"eku": (Oid.ANY_EKU,)}), "1.2.2", REJECTED, "1.3", ACCEPTED),
    "a pinned leaf from 1.8": (Scene((LEAF,), (LEAF,)), "1.7.6", REJECTED, "1.8", ACCEPTED),
    "a dead root with the named key identifier hides a living one without, until 1.16":
        (renewed(ski=None), "1.15.15", REJECTED, "1.16", ACCEPTED),
    "a key identifier that nobody has is fatal in 1.11.3":
        (Scene((LEAF, CA), (NEW.reissue(label="N", ski=None),)),
         "1.11.2", ACCEPTED, "1.11.3", REJECTED),
    "and no more in 1.11.6":
        (Scene((LEAF, CA), (NEW.reissue(label="N", ski=None),)),
         "1.11.5", REJECTED, "1.11.6", ACCEPTED),
    "and in 1.10.6": (Scene((LEAF, CA), (NEW.reissue(label="N", ski=None),)),
                      "1.10.5", ACCEPTED, "1.10.6", REJECTED),
    "names are not compared before 1.8, when the key identifier fits":
        (Scene((LEAF, CA), (root("Somebody else", NEW.spec.key),)),
         "1.7.6", ACCEPTED, "1.8", REJECTED),
    "a key identifier shadows the right name until 1.16":
        (bridged(), "1.15.15", REJECTED, "1.16", ACCEPTED),
    "a hundred candidates are the limit from 1.11.3":
        (many(100), "1.11.2", ACCEPTED, "1.12", REJECTED),
    "PSS from 1.8": (scene(top={"key": RSA}, ca={"pss": True}), "1.7.6", REJECTED, "1.8", ACCEPTED),
    "Ed25519 from 1.13":
        (scene(top={"key": key("ed25519")}), "1.12.17", REJECTED, "1.13", ACCEPTED),
    "SHA-1 ends with 1.18": (scene(leaf={"digest": "sha1"}), "1.17.13", ACCEPTED, "1.18", REJECTED),
    "server gated crypto ends with 1.18":
        (scene(ca={"eku": (Oid.NETSCAPE_SGC,)}), "1.17.13", ACCEPTED, "1.18", REJECTED),
    "excluded domains count from 1.9":
        (constrained((), OUR_DOMAIN), "1.8.7", ACCEPTED, "1.9", REJECTED),
    "a leading dot fits subdomains from 1.8":
        (constrained((".example.test",)), "1.7.6", REJECTED, "1.8", ACCEPTED),
    "every name of the leaf counts from 1.10":
        (constrained(OUR_DOMAIN, san=(HOSTNAME, "www.example.org")),
         "1.9.7", ACCEPTED, "1.10", REJECTED),
    "the names of CAs count from 1.21":
        (two_deep({"name_constraints": (OUR_DOMAIN, (), True)}, {"san": ("www.example.org",)}),
         "1.20.14", ACCEPTED, "1.21", REJECTED),
    "a wildcard that could stand for an excluded name, from 1.24.11":
        (constrained((), ("mail.example.test",), san=("*.example.test",)),
         "1.24.10", ACCEPTED, "1.24.11", REJECTED),
    "and from 1.25.5":
        (constrained((), ("mail.example.test",), san=("*.example.test",)),
         "1.25.4", ACCEPTED, "1.25.5", REJECTED),
    "a negative serial number from 1.23": (negative(), "1.22.12", ACCEPTED, "1.23", REJECTED),
    "an RSA key of 512 bits from 1.24":
        (scene(top={"key": key("rsa512")}), "1.23.12", ACCEPTED, "1.24", REJECTED),
    "policies from 1.24": (policies_demanded(), "1.23.12", ACCEPTED, "1.24", REJECTED),
}  # fmt: skip


@pytest.mark.parametrize("case", BOUNDARIES)
def test_a_release_changed_it(case):
    what, before, was, after, became = BOUNDARIES[case]
    assert (what.verdict(f"go {before}", hostname=HOSTNAME)) == was
    assert (what.verdict(f"go {after}", hostname=HOSTNAME)) == became


NAMED_BY_CN = scene(leaf={"san": None})
MAIL_ONLY = scene(leaf={"san": ("a@example.test",)})
STAR_INSIDE = scene(leaf={"san": ("www.*.test",)})
TRAILING_DOT = scene(leaf={"san": (HOSTNAME + ".",)})
HOSTS = {
    "a CN alone until 1.14": (NAMED_BY_CN, "1.14.15", "1.15"),
    "a CN beside a SAN that names no host until 1.8": (MAIL_ONLY, "1.8.7", "1.9"),
    "a star in the middle until 1.4": (STAR_INSIDE, "1.4.3", "1.5"),
    "a trailing dot until 1.14": (TRAILING_DOT, "1.14.15", "1.15"),
}


@pytest.mark.parametrize("case", HOSTS)
def test_hosts_that_matched_once(case):
    what, last, first = HOSTS[case]
    assert what.verdict(f"go {last}", hostname=HOSTNAME) == ACCEPTED
    assert what.verdict(f"go {first}", hostname=HOSTNAME) == REJECTED


ALWAYS = {
    "order is free": (Scene((LEAF, OLD, CA), (NEW,)), ACCEPTED),
    "an intermediate of the pool ends it": (Scene((LEAF,), (CA,)), ACCEPTED),
    "an expired root counts": (Scene((LEAF, CA), (STALE_NEW,)), REJECTED),
    "a living one beside it is found": (Scene((LEAF, CA), (STALE_NEW, NEW)), ACCEPTED),
    "a cross-certificate with a dead root is a detour":
        (Scene((LEAF, CA, OLD.cross_sign(NEW)), (OLD.reissue(not_after=LAST_YEAR), NEW)), ACCEPTED),
    "MD5 is refused": (scene(top={"key": RSA}, ca={"digest": "md5"}), REJECTED),
    "MD5 on the root itself is not looked at": (scene(top={"key": RSA, "digest": "md5"}), ACCEPTED),
    "an intermediate of version 1": (scene(ca={"version": 1}), REJECTED),
    "a root of version 1": (scene(top={"version": 1}), ACCEPTED),
    "a root without basicConstraints": (scene(top={"ca": None}), REJECTED),
    "a root that may not sign": (scene(top={"key_usage": frozenset({"crl_sign"})}), REJECTED),
    "key usage of the leaf is ignored": (scene(leaf={"key_usage": frozenset({"crl_sign"})}), ACCEPTED),
    "purposes of the root count": (scene(top={"eku": (Oid.EMAIL_PROTECTION,)}), REJECTED),
    "a path length of the root counts": (
        Scene((LEAF, CA), (NEW.reissue(path_len=0),)),
        REJECTED,
    ),
    "a path length of nought":
        (two_deep({"path_len": 0}, {}), REJECTED),
    "a wrong authority key identifier is harmless": (scene(leaf={"aki": b"\1" * 20}), ACCEPTED),
    "another curve, even where it is not needed":
        (Scene((LEAF, CA, root("Q", key("secp256k1"))), (NEW,)), REJECTED),
}  # fmt: skip
VERSIONS = ("1.8", "1.9.7", "1.12", "1.16", "1.19.8", "1.22.1", "1.27.3")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", ALWAYS)
def test_every_release_agrees(case, version):
    what, verdict = ALWAYS[case]
    assert what.verdict(f"go {version}") == verdict


def test_a_directory_name_constraint_is_refused_only_when_critical():
    name = core.Sequence(contents=b"").dump()
    subtree = core.Sequence(contents=b"\xa4" + bytes([len(name)]) + name).dump()
    value = core.Sequence(contents=b"\xa0" + bytes([len(subtree)]) + subtree).dump()
    for critical, verdict in ((False, ACCEPTED), (True, REJECTED)):
        what = scene(ca={"extra_extensions": (("2.5.29.30", critical, value),)})
        assert what.verdict("go 1.27.3") == verdict


def test_the_switches():
    sha1 = scene(leaf={"digest": "sha1"})
    for version in ("1.18", "1.23.4"):
        assert sha1.verdict(lt.client("go", version, sha1=True)) == ACCEPTED
    with pytest.raises(ClientError):
        lt.client("go", "1.24", sha1=True)
    again = lt.client("go", "1.16", common_name=True)
    assert NAMED_BY_CN.verdict(again, hostname=HOSTNAME) == ACCEPTED
    with pytest.raises(ClientError):
        lt.client("go", "1.17", common_name=True)


def test_purposes_in_1_10_are_an_open_question():
    what = scene(leaf={"eku": (Oid.ANY_EKU,)})
    assert what.verdict("go 1.10.3") == "unknown"
    assert scene(leaf={"eku": (Oid.SERVER_AUTH,)}).verdict("go 1.10.3") == ACCEPTED


def test_the_limit_is_told():
    outcome = many(100).outcome("go 1.27.3")
    assert lt.Code.LIMIT_REACHED in {finding.code for finding in outcome.findings}
    assert many(90).verdict("go 1.27.3") == ACCEPTED


NAMELESS = {"name_constraints": (OUR_DOMAIN, (), True), "san": ("www.example.org",)}
ODDITIES = {
    "a wildcard two labels below an excluded name's domain, in 1.24.11 and 1.25.5":
        (constrained((), ("mail.example.test",), san=(HOSTNAME, "*.b.example.test")),
         [("1.24.10", ACCEPTED), ("1.24.11", REJECTED), ("1.25.5", REJECTED), ("1.26", ACCEPTED)]),
    "a CA beside its own constraints, in 1.19 and 1.20":
        (scene(ca=NAMELESS), [("1.18", ACCEPTED), ("1.19.8", REJECTED), ("1.21", ACCEPTED)]),
    "purposes that are none": (scene(leaf={"eku": ()}), [("1.8", ACCEPTED), ("1.27.3", ACCEPTED)]),
    "a key usage that allows nothing":
        (scene(ca={"key_usage": frozenset()}), [("1.8", ACCEPTED), ("1.27.3", ACCEPTED)]),
    "an extension twice, from 1.19":
        (scene(ca={"extra_extensions": ((Oid.UNKNOWN_EXTENSION, False, b"\x05\x00"),) * 2}),
         [("1.18", ACCEPTED), ("1.19.8", REJECTED)]),
    "empty name constraints, from 1.10":
        (scene(ca={"extra_extensions": (("2.5.29.30", False, b"\x30\x00"),)}),
         [("1.9.7", ACCEPTED), ("1.11", REJECTED)]),
    "a name that is none below constraints, from 1.23":
        (constrained(OUR_DOMAIN, san=(HOSTNAME, ".example.test")),
         [("1.22.10", ACCEPTED), ("1.23", REJECTED)]),
    "more comparisons than 250,000, until 1.25":
        (constrained(tuple(f"a{n}.test" for n in range(600)) + OUR_DOMAIN,
                     san=(HOSTNAME, *(f"n{n}.example.test" for n in range(600)))),
         [("1.9.7", ACCEPTED), ("1.25.5", REJECTED), ("1.26", ACCEPTED)]),
}  # fmt: skip


@pytest.mark.parametrize("case", ODDITIES)
def test_oddities(case):
    what, verdicts = ODDITIES[case]
    for version, verdict in verdicts:
        assert what.verdict(f"go {version}", hostname=HOSTNAME) == verdict, version


def test_a_star_alone_fits_one_label_until_1_22():
    what = scene(leaf={"san": ("*",)})
    assert what.verdict("go 1.22.10", hostname="localhost") == ACCEPTED
    assert what.verdict("go 1.23.9", hostname="localhost") == REJECTED
