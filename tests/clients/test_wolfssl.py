"""CyaSSL and wolfSSL: every version boundary of the table, and what a build option changes."""

from __future__ import annotations

from typing import Any

import pytest

import legacytrust as lt
from forge import HOSTNAME, Entity, key, root
from forge.certificates import Oid
from legacytrust.errors import ClientError
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
    Scene,
    line,
)

ALT = "wolfssl-altchains"
RSA_CA = NEW.intermediate("RSA", key("rsa2048", 1))
FALSE = ("2.5.29.19", True, bytes.fromhex("3003010100"))
TWICE = ("2.5.29.37", False, bytes.fromhex("300a06082b06010505070301"))
CRITICAL_ID = ("2.5.29.14", True, bytes.fromhex("0414") + (NEW.key_id or b""))
NETSCAPE = ("2.16.840.1.113730.1.1", True, bytes.fromhex("03020640"))
POLICY = (Oid.POLICIES, True, bytes.fromhex("3006300406022a03"))
MANY = tuple(f"a{number}.test" for number in range(129))
UNKNOWN = {"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}
POLICIES = {"extra_extensions": (("2.5.29.36", True, bytes.fromhex("3003800100")),)}


def served(leaf: Any = (), ca: Any = (), top: Any = ()) -> Scene:
    """leaf and I served, N in the store, with these fields changed."""
    made_leaf, made_ca, made_top = line(leaf=leaf, ca=ca, top=top)
    return Scene((made_leaf, made_ca), (made_top,))


def below(issuer: Entity, **leaf: Any) -> Scene:
    """A leaf under a served CA under N."""
    return Scene((issuer.leaf(HOSTNAME, **leaf), issuer), (NEW,))


def constrained(tree: str, host: str = HOSTNAME, **leaf: Any) -> Scene:
    """A leaf under a served CA that permits this DNS domain."""
    return below(NEW.intermediate("Q", name_constraints=((tree,), (), True)), san=(host,), **leaf)


TIGHT = NEW.intermediate("T", path_len=0)
BELOW_TIGHT = TIGHT.intermediate("B")
TIGHT_ROOT = root("R", path_len=0)
BELOW_ROOT = TIGHT_ROOT.intermediate("B")
WIDE = NEW.intermediate("W", path_len=1)
MIDDLE = WIDE.intermediate("X")
LOW = MIDDLE.intermediate("Y")
NO_KEY_ID = root("E", ski=None)
SELF_ISSUED = root("S", key("p256", 70), key_usage=frozenset({"crl_sign"}))
SELF_ISSUED_AGAIN = SELF_ISSUED.reissue(ski=b"\x07" * 20)
NC_ROOT = root("C", name_constraints=(("example.org",), (), True))
ADDRESS_AS_NAME = Scene(
    (NEW.issue((("common_name", "192.0.2.1"),), key("p256", 9), ca=False),), (NEW,)
)

#: what it is about, the scene, host name, last version of one kind, first of the other, and
#: whether the later one accepts
BOUNDARIES: tuple[tuple[str, Scene, str, str, str, bool], ...] = (
    ("key identifiers", served(leaf={"issuer": "Else"}), "", "2.6.2", "2.7.0", True),
    ("alternative names", served(leaf={"san": ("a.test", HOSTNAME)}), "a.test", "2.6.2", "2.7.0", True),
    ("critical extensions", served(leaf=UNKNOWN), "", "2.9.0", "2.9.2", False),
    ("an unknown critical one in the root", served(top=UNKNOWN), "", "2.9.0", "2.9.2", False),
    ("name constraints", constrained("example.org"), "", "2.9.4", "3.0.0", False),
    ("purposes", served(leaf={"eku": (Oid.CLIENT_AUTH,)}), "", "2.9.4", "3.0.0", False),
    ("the leaf's keyUsage", served(leaf={"key_usage": frozenset({"key_encipherment"})}), "",
     "2.9.4", "3.0.0", False),
    ("and with TLS 1.3", served(leaf={"key_usage": frozenset({"key_encipherment"})}), "",
     "4.4.0", "4.5.0", True),
    ("a CA's keyUsage", below(NEW.intermediate("U", key_usage=frozenset({"crl_sign"}))), "",
     "2.9.4", "3.0.0", False),
    ("a CA without keyUsage", below(NEW.intermediate("U", key_usage=None)), "",
     "5.9.1", "5.9.2", True),
    ("key sizes", below(NEW.intermediate("W", key("rsa512", 1))), "", "3.9.0", "3.9.6", False),
    ("path lengths", Scene((BELOW_TIGHT.leaf(HOSTNAME), BELOW_TIGHT, TIGHT), (NEW,)), "",
     "3.9.8", "3.9.10", False),
    ("beyond the issuer", Scene((LOW.leaf(HOSTNAME), LOW, MIDDLE, WIDE), (NEW,)), "",
     "4.1.0", "4.2.0", False),
    ("the root's no more", Scene((BELOW_ROOT.leaf(HOSTNAME), BELOW_ROOT), (TIGHT_ROOT,)), "",
     "4.1.0", "4.2.0", True),
    ("and again", Scene((BELOW_ROOT.leaf(HOSTNAME), BELOW_ROOT), (TIGHT_ROOT,)), "",
     "5.5.4", "5.6.0", False),
    ("constraints in a leaf", served(leaf={"name_constraints": (("example.test",), (), False)}), "",
     "3.13.0", "3.14.0", False),
    ("the common name beside others", served(leaf={"san": ("a.test",)}), HOSTNAME,
     "3.14.0", "3.15.0", False),
    ("an extension twice", served(leaf={"eku": (Oid.SERVER_AUTH,), "extra_extensions": (TWICE,)}), "",
     "3.13.0", "3.14.0", False),
    ("a negative serial number", served(leaf={"serial": -5}), "", "3.13.0", "3.14.0", True),
    ("a critical subject key identifier",
     served(top={"ski": None, "extra_extensions": (CRITICAL_ID,)}), "", "3.10.2", "3.11.0", False),
    ("a critical Netscape type", served(leaf={"extra_extensions": (NETSCAPE,)}), "",
     "4.1.0", "4.2.0", True),
    ("critical policies", served(leaf={"extra_extensions": (POLICY,)}), "",
     "5.5.4", "5.6.0", False),
    ("129 names", served(leaf={"san": MANY}), "", "5.5.4", "5.6.0", False),
    ("129 names again", served(leaf={"san": MANY}), "", "5.9.1", "5.9.2", True),
    ("serial number zero", served(leaf={"serial": 0}), "", "5.7.0", "5.7.2", False),
    ("a root's serial number zero", served(top={"serial": 0}), "", "5.7.0", "5.7.2", False),
    ("and again", served(top={"serial": 0}), "", "5.9.1", "5.9.2", True),
    ("a critical key identifier",
     served(leaf={"aki": None, "extra_extensions": (("2.5.29.35", True, b"\x30\x00"),)}), "",
     "3.15.3", "3.15.5", False),
    ("a wrong key identifier", served(leaf={"aki": b"\x02" * 20}), "", "4.2.0", "4.3.0", False),
    ("the issuer's name beside it", served(leaf={"issuer": "Else"}), "", "4.2.0", "4.3.0", False),
    ("an elliptic key without identifier",
     Scene((NO_KEY_ID.leaf(HOSTNAME),), (NO_KEY_ID,)), "", "4.2.0", "4.3.0", False),
    ("self-issued without keyCertSign",
     Scene((SELF_ISSUED_AGAIN.leaf(HOSTNAME, aki=None), SELF_ISSUED_AGAIN), (SELF_ISSUED,)), "",
     "4.2.0", "4.3.0", True),
    ("below a constraint", constrained("example.test"), "", "4.8.1", "5.0.0", True),
    ("a constraint inside a label", constrained("example.test", "badexample.test"), "",
     "5.9.1", "5.9.2", False),
    ("an address is constrained",
     constrained("10.0.0.0/8", "192.0.2.1", key=key("p256", 71)), "", "5.9.1", "5.9.2", False),
    ("policyConstraints", served(ca=POLICIES), "", "4.8.1", "5.0.0", True),
    ("RSA-PSS", below(RSA_CA, pss=True), "", "5.5.1", "5.5.2", True),
    ("keyCertSign in a leaf",
     served(leaf={"key_usage": frozenset({"key_cert_sign", "digital_signature"})}), "",
     "5.5.4", "5.6.0", False),
    ("keyCertSign in a store certificate that is no CA", served(top={"ca": None}), "",
     "5.5.4", "5.6.0", False),
    ("FALSE spelled out", served(leaf={"ca": None, "extra_extensions": (FALSE,)}), "",
     "5.5.4", "5.6.0", False),
    ("a key identifier that names no key", served(leaf={"aki": "issuer-serial"}), "",
     "5.5.4", "5.6.0", False),
    ("and again", served(leaf={"aki": "issuer-serial"}), "", "5.9.1", "5.9.2", True),
    ("the common name is constrained",
     Scene((NC_ROOT.intermediate("I").leaf(HOSTNAME), NC_ROOT.intermediate("I")), (NC_ROOT,)), "",
     "5.9.1", "5.9.2", False),
    ("a trailing dot", served(leaf={"san": (f"{HOSTNAME}.",)}), HOSTNAME, "5.9.1", "5.9.2", True),
    ("an address as text", ADDRESS_AS_NAME, "192.0.2.1",
     "5.9.1", "5.9.2", False),
)  # fmt: skip


@pytest.mark.parametrize(
    ("scene", "host", "before", "since", "accepts"),
    [pytest.param(*row[1:], id=f"{row[0]}, {row[4]}") for row in BOUNDARIES],
)
def test_what_changed_and_when(
    scene: Scene, host: str, before: str, since: str, accepts: bool
) -> None:
    outcomes = [scene.outcome(f"wolfssl {v}", host or None).verdict for v in (before, since)]
    words = ("rejected", "accepted") if accepts else ("accepted", "rejected")
    assert tuple(outcomes) == words


def test_md5_was_dropped_some_time_before_5_9_2() -> None:
    scene = below(RSA_CA, digest="md5")
    verdicts = {v: scene.verdict(f"wolfssl {v}") for v in ("3.6.6", "5.7.2", "5.8.4", "5.9.2")}
    assert verdicts == {
        "3.6.6": "accepted", "5.7.2": "accepted", "5.8.4": "unknown", "5.9.2": "rejected",
    }  # fmt: skip


# -- the store -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wolfssl", ALT])
@pytest.mark.parametrize(
    ("store", "verdict"),
    [
        ([STALE_NEW], "rejected"),
        ([STALE_NEW, NEW], "accepted"),
        ([NEW, STALE_NEW], "accepted"),
        ([root("Weak", key("rsa512", 3)), NEW], "accepted"),
    ],
)
def test_what_cannot_be_loaded_is_passed_over(store: list[Entity], verdict: str, name: str) -> None:
    assert Scene((LEAF, CA), store).verdict(f"{name} 5.5.4") == verdict


def test_addtrust_and_dst_root_ca_x3() -> None:
    """The cross-certificate above a root that the client has: every build dislikes another."""
    dead, alive = Scene((LEAF, CA, STALE_CROSS), (NEW,)), Scene((LEAF, CA, CROSS), (NEW,))
    with_both = Scene((LEAF, CA, CROSS), (NEW, STALE_OLD))
    assert [s.verdict("wolfssl 5.5.4") for s in (dead, alive, with_both)] == ["rejected"] * 3
    assert [s.verdict(f"{ALT} 5.5.4") for s in (dead, alive, with_both)] == ["accepted"] * 3
    assert Scene((LEAF, CA, CROSS), (NEW, OLD)).verdict("wolfssl 5.5.4") == "accepted"


# -- the two builds --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["3.12.2", "4.6.0", "5.5.4", "5.9.2"])
def test_a_stranger_in_the_list(version: str) -> None:
    scene = Scene((LEAF, CA, STRANGER), (NEW,))
    assert scene.verdict(f"wolfssl {version}") == "rejected"
    assert scene.verdict(f"{ALT} {version}") == "accepted"


def test_only_what_was_measured_is_called_so() -> None:
    measured = lt.client(ALT, "5.5.4").evidence_for("signers")
    assert measured is lt.Evidence.MEASURED
    assert lt.client(ALT, "5.7.2").evidence_for("signers") is lt.Evidence.INFERRED


@pytest.mark.parametrize(
    ("scene", "default", "debian"),
    [
        (below(NEW.intermediate("K", key("secp256k1", 1))), "rejected", "accepted"),
        (below(NEW.intermediate("K", key("ed25519", 1))), "rejected", "accepted"),
        (Scene((LEAF,), (LEAF,)), "rejected", "accepted"),
        (Scene((LEAF, STRANGER), (LEAF,)), "rejected", "accepted"),
    ],
)
def test_what_else_debians_build_has(scene: Scene, default: str, debian: str) -> None:
    assert scene.verdict("wolfssl 5.5.4") == default
    assert scene.verdict(f"{ALT} 5.5.4") == debian


def test_debians_build_compares_addresses() -> None:
    scene = served(leaf={"san": ("192.0.2.1",)})
    assert scene.verdict(f"{ALT} 5.5.4", hostname="192.0.2.1") == "accepted"
    assert scene.verdict("wolfssl 5.5.4", hostname="192.0.2.1") == "rejected"


# -- options -----------------------------------------------------------------------------------------


def test_key_usage_is_looked_at_in_tls_1_2_only() -> None:
    scene = served(leaf={"key_usage": frozenset({"key_encipherment"})})
    assert scene.verdict(lt.client("wolfssl", "5.5.4")) == "accepted"
    assert scene.verdict(lt.client("wolfssl", "5.5.4", tls12=True)) == "rejected"
    with pytest.raises(ClientError, match=r"4\.5"):
        lt.client("wolfssl", "4.4.0", tls12=True)


def test_what_is_loaded_while_verification_is_off_is_never_looked_at() -> None:
    scene = Scene((LEAF, CA), (STALE_NEW,))
    for name in ("wolfssl", ALT):
        assert scene.verdict(lt.client(name, "5.5.4")) == "rejected"
        assert scene.verdict(lt.client(name, "5.5.4", load_unverified=False)) == "rejected"
        assert scene.verdict(lt.client(name, "5.5.4", load_unverified=True)) == "accepted"


# -- host names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "host", "accepted"),
    [
        ("*.example.test", "www.example.test", True),
        ("*.example.test", "a.www.example.test", False),
        ("*.example.test", "example.test", False),
        ("www.*.test", "www.example.test", True),
        ("*.*.test", "www.example.test", True),
        ("*w.example.test", "www.example.test", False),
        ("w*w.example.test", "www.example.test", False),
        ("ww*.example.test", "www.example.test", True),
        ("*", "localhost", True),
        ("*", "www.example.test", False),
        ("*.test", "example.test", True),
        ("*.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("www.example.test.", "www.example.test", False),
        ("xn--*.example.test", "xn--abc.example.test", True),
    ],
)
def test_a_star_gives_way_at_the_first_chance(pattern: str, host: str, accepted: bool) -> None:
    common = NEW.issue((("common_name", pattern),), key("p256", 9), ca=False)
    verdict = "accepted" if accepted else "rejected"
    assert Scene((common,), (NEW,)).verdict("wolfssl 5.5.4", hostname=host) == verdict


def test_the_newest_version_spares_encoded_labels() -> None:
    scene = served(leaf={"san": ("*.example.test",)})
    assert scene.verdict("wolfssl 5.7.2", hostname="xn--abc.example.test") == "accepted"
    assert scene.verdict("wolfssl 5.9.2", hostname="xn--abc.example.test") == "rejected"
