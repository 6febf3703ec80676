"""What changed between versions of GnuTLS, one boundary at a time: before and after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, key, root
from forge.certificates import Oid
from legacytrust.clients import FAMILIES
from legacytrust.errors import ClientError
from support import CA, CROSS, LEAF, NEW, OLD, OTHER, STALE_CROSS, STALE_OLD, STRANGER, Scene, line

PAST = {"not_after": AT - timedelta(days=30)}
URI_LEAF = CA.leaf(HOSTNAME, san=("https://elsewhere.test/",))
TWO_NAMES = CA.issue(
    (("common_name", HOSTNAME), ("common_name", "other.test")), key("p256", 1), ca=False
)
#: The same cast with RSA keys, since 2.x knows no others.
RSA_N, RSA_O = root("N", key("rsa2048", 0)), root("O", key("rsa2048", 1))
RSA_CA = RSA_N.intermediate("I", key("rsa2048", 2))
RSA_LEAF = RSA_CA.leaf(HOSTNAME, key("rsa2048", 3))
RSA_STRAY = RSA_CA.leaf(HOSTNAME, key("rsa2048", 3), aki=b"\x02" * 20)
CN_ONLY = CA.leaf(HOSTNAME, san=None)


def leaf_for(*names: str) -> Entity:
    return CA.leaf(HOSTNAME, san=names)


def deep(length: int) -> list[Entity]:
    """A leaf below this many intermediates, in order."""
    line_ = [NEW]
    for number in range(length):
        line_.append(line_[-1].intermediate(f"D{number}"))
    return [line_[-1].leaf(HOSTNAME), *reversed(line_[1:])]


def apart(**faults: Any) -> tuple[Any, Any]:
    """leaf <- I <- N with these faults, as what is served and what is trusted."""
    leaf, ca, top = line(**faults)
    return (leaf, ca), (top,)


def below(upper: Any, lower: Any, leaf: Any = ()) -> tuple[list[Entity], list[Entity]]:
    """A leaf below two CAs with these name constraints."""
    n = root("N", name_constraints=upper)
    i = n.intermediate("I", name_constraints=lower)
    return [i.leaf(HOSTNAME, **dict(leaf)), i], [n]


PERMITS = (("example.test",), (), True)
NARROWER = (("www.example.test",), (), True)
ELSEWHERE = (("example.org",), (), True)
EXCLUDES_ELSEWHERE = ((), ("example.org",), True)
DEEPER = (("test",), (), True)
SHOUTED = (("EXAMPLE.TEST",), (), True)

SHORT = root("S", key("rsa512", 7))
CIRCLE = [LEAF, CA, CROSS, NEW.cross_sign(OLD)]


def case(name: str, before: str, after: str, served: Any, store: Any, **more: Any) -> Any:
    """Refused by `before` and accepted by `after`; the other way round with `worse=True`."""
    return pytest.param(before, after, served, store, more, id=f"{name}: {before}, {after}")


BOUNDARIES = [
    # The list.
    case("a disjoint list ends where it stops linking", "3.0.21", "3.0.22",
         [LEAF, CA, STRANGER], [NEW]),
    case("swapped intermediates", "3.0.23", "3.0.24", [LEAF, STRANGER, CA], [NEW]),
    case("swapped intermediates", "3.1.1", "3.1.2", [LEAF, STRANGER, CA], [NEW]),
    case("a trusted intermediate in the middle", "2.12.24", "3.0.0",
         [RSA_LEAF, RSA_CA, RSA_O.cross_sign(RSA_N)], [RSA_CA], worse=True),
    case("the last one is trusted itself", "3.1.22", "3.1.23", [LEAF, CA], [CA]),
    case("the last one is trusted itself", "3.2.12", "3.2.13", [LEAF, CA], [CA]),
    case("a cross-certificate of a trusted root", "3.3.7", "3.3.8", [LEAF, CA, CROSS], [NEW]),
    case("AddTrust", "3.6.13", "3.6.14", [LEAF, CA, STALE_CROSS], [STALE_OLD, NEW]),
    case("an old root with a short key", "3.5.19", "3.6.0",
         [LEAF, CA, SHORT.cross_sign(NEW)], [SHORT, NEW]),
    case("what is left over stands in the way", "3.6.16", "3.7.0", [LEAF, STRANGER, CA], [NEW],
         worse=True),
    case("the issuer is known", "3.7.0", "3.7.1", [LEAF, STRANGER, CA], [NEW]),
    case("what is left over stands in the way", "3.6.16", "3.7.1",
         [LEAF, CA, CROSS, STRANGER], [NEW], worse=True),
    case("a repetition is left over", "3.7.8", "3.7.10", [LEAF, LEAF, CA, CROSS], [NEW]),
    case("a circle of issuers", "3.7.10", "3.7.11", [*CIRCLE, STRANGER], [OLD, NEW, OTHER],
         only="path"),
    case("sixteen certificates", "3.1.1", "3.1.2", deep(16), [NEW], worse=True),
    case("another kind of string", "3.6.13", "3.6.14",
         [CA.leaf(HOSTNAME, issuer_string_type="printable"), CA], [NEW]),
    case("a wrong key identifier", "2.12.19", "2.12.20", [RSA_STRAY, RSA_CA], [RSA_N],
         worse=True),
    case("a wrong key identifier", "3.0.19", "3.0.20",
         [CA.leaf(HOSTNAME, aki=b"\x02" * 20), CA], [NEW], worse=True),
    case("a dead twin first in the store", "2.12.24", "3.0.0", [RSA_LEAF, RSA_CA],
         [RSA_N.reissue(**PAST), RSA_N]),
    # The checks.
    case("elliptic curves", "2.12.24", "3.0.0", [LEAF, CA], [NEW]),
    case("Ed25519", "3.5.19", "3.6.0", [CA.leaf(HOSTNAME, key("ed25519", 1)), CA], [NEW]),
    case("SHA-1", "3.5.19", "3.6.0", [CA.leaf(HOSTNAME, digest="sha1"), CA], [NEW], worse=True),
    case("a short key", "3.2.21", "3.3.0",
         [CA.leaf(HOSTNAME, key("rsa512", 1)), CA], [NEW], worse=True),
    case("keyCertSign", "3.1.3", "3.1.4",
         *apart(ca={"key_usage": frozenset({"crl_sign"})}), worse=True),
    case("pathLenConstraint of the root", "3.1.3", "3.1.4",
         *apart(top={"path_len": 0}), worse=True),
    case("version 1 in the list", "3.1.20", "3.1.21",
         *apart(ca={"version": 1}), worse=True),
    case("version 1 in the list", "3.2.10", "3.2.11",
         *apart(ca={"version": 1}), worse=True),
    case("the leaf's purpose", "3.2.21", "3.3.0",
         [CA.leaf(HOSTNAME, eku=(Oid.CLIENT_AUTH,)), CA], [NEW], worse=True),
    case("an intermediate's purpose", "3.3.7", "3.3.8",
         *apart(ca={"eku": (Oid.CLIENT_AUTH,)}), worse=True),
    case("an unknown critical extension", "3.5.19", "3.6.0",
         *apart(
             top={"extra_extensions": ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)}
         ), worse=True),
    # Name constraints.
    case("name constraints", "3.2.21", "3.3.0", *below(ELSEWHERE, None), worse=True),
    case("names of intermediates", "3.3.7", "3.3.8", *below(PERMITS, None)),
    case("a lower constraint", "3.4.17", "3.5.0", *below(PERMITS, ELSEWHERE), worse=True),
    case("a lower constraint that is wider", "3.8.11", "3.8.12", *below(PERMITS, DEEPER)),
    case("a permitted name below an exclusion", "3.8.12", "3.8.13",
         *below(EXCLUDES_ELSEWHERE, ELSEWHERE), worse=True),
    case("capitals", "3.8.12", "3.8.13", *below(SHOUTED, None)),
    case("addresses", "3.5.3", "3.5.4",
         *below((("192.0.2.0/24",), (), True), None, {"san": (HOSTNAME, "198.51.100.1")}),
         worse=True),
    case("an excluded URI and no URI", "3.4.2", "3.4.3",
         *below(((), ("https://example.org/",), True), None)),
    # Host names.
    case("an address", "3.2.15", "3.2.16", [leaf_for("192.0.2.1"), CA], [NEW], host="192.0.2.1"),
    case("an address", "3.3.5", "3.3.6", [leaf_for("192.0.2.1"), CA], [NEW], host="192.0.2.1"),
    case("an address as text", "3.5.19", "3.6.0",
         [CA.leaf("192.0.2.1", san=None), CA], [NEW], host="192.0.2.1", worse=True),
    case("two stars", "3.2.21", "3.3.0", [leaf_for("*.*.test"), CA], [NEW], worse=True),
    case("a star for part of a label", "3.2.21", "3.3.0",
         [leaf_for("w*.example.test"), CA], [NEW], worse=True),
    case("a name beside an address", "3.5.19", "3.6.0",
         [CA.leaf(HOSTNAME, san=("192.0.2.1",)), CA], [NEW], worse=True),
    case("two common names", "3.3.6", "3.3.7", [TWO_NAMES, CA], [NEW], worse=True),
    case("a name beside a URI", "3.8.12", "3.8.13", [URI_LEAF, CA], [NEW], worse=True),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "served", "store", "more"), BOUNDARIES)
def test_a_version_boundary(before: str, after: str, served: Any, store: Any, more: Any) -> None:
    scene, host = Scene(served, store), more.get("host", HOSTNAME)
    if more.get("only"):
        assert scene.tried(f"gnutls {before}") != scene.tried(f"gnutls {after}")
        return
    expected = ("accepted", "rejected") if more.get("worse") else ("rejected", "accepted")
    met = tuple(scene.verdict(f"gnutls {v}", hostname=host) for v in (before, after))
    assert met == expected, scene.outcome(f"gnutls {after}", hostname=host).explain()


@pytest.mark.parametrize(
    ("version", "served", "store", "tried"),
    [
        # N = new root, X = N<O, the cross-certificate; I issues the leaf.
        ("3.7.9", [LEAF, CA, CROSS], [NEW], ["leaf I N<O !no-issuer", "leaf I [N]"]),
        ("3.6.10", [LEAF, CA, STALE_CROSS], [STALE_OLD, NEW],
         ["leaf I stale-N<O [stale-O] x expired:stale-N<O x expired:stale-O"]),
        ("3.7.9", [LEAF, CA, STALE_CROSS], [STALE_OLD, NEW],
         ["leaf I stale-N<O [stale-O] x expired:stale-N<O x expired:stale-O", "leaf I [N]"]),
        # Two surplus certificates are one too many.
        ("3.7.9", [LEAF, CA, CROSS, OTHER.cross_sign(OLD)], [NEW],
         ["leaf I N<O O<P !no-issuer", "leaf I N<O O<P !no-issuer"]),
        # The second look is in the drawer of the last one's own name: the dead one comes first.
        ("3.7.9", [LEAF, CA, CROSS], [NEW.reissue(**PAST, label="dead-N"), NEW],
         ["leaf I N<O !no-issuer", "leaf I [dead-N] x expired:dead-N"]),
        # A self-signed root does not hide the cross-certificate that is served after it.
        ("3.7.9", [LEAF, CA, NEW, CROSS], [OLD], ["leaf I N N<O [O]"]),
        ("3.7.9", [LEAF, CA, STRANGER], [NEW], ["leaf I [N]"]),
        ("3.6.10", deep(16), [NEW], ["leaf !path-too-long"]),
    ],
)  # fmt: skip
def test_what_is_tried(version: str, served: Any, store: Any, tried: list[str]) -> None:
    assert Scene(served, store).tried(f"gnutls {version}") == tried


def test_fifteen_intermediates_are_fine() -> None:
    assert Scene(deep(15), [NEW]).verdict("gnutls 3.7.9") == "accepted"


def test_dates_were_the_applications_business_in_2_8() -> None:
    scene = Scene([RSA_LEAF.reissue(**PAST), RSA_CA], [RSA_N])
    assert [scene.verdict(f"gnutls {v}") for v in ("2.8.6", "2.10.5")] == ["unknown", "rejected"]


def test_without_a_purpose_any_will_do() -> None:
    scene = Scene([CA.leaf(HOSTNAME, eku=(Oid.CLIENT_AUTH,)), CA], [NEW])
    assert scene.verdict(lt.client("gnutls", "3.7.9", purpose=False)) == "accepted"
    assert scene.verdict(lt.client("gnutls", "3.7.9")) == "rejected"


def test_debians_3_7_9_has_later_fixes() -> None:
    scene = Scene([URI_LEAF, CA], [NEW])
    upstream = lt.client("gnutls", "3.7.9", backports=False)
    assert scene.verdict(upstream, hostname=HOSTNAME) == "accepted"
    assert scene.verdict("gnutls 3.7.9", hostname=HOSTNAME) == "rejected"
    fixed = lt.client("gnutls", "3.8.4", backports=True)
    assert scene.verdict(fixed, hostname=HOSTNAME) == "rejected"
    assert lt.client("gnutls", "3.8.4", backports=False).search == (
        lt.client("gnutls", "3.8.4").search
    )


@pytest.mark.parametrize(
    ("version", "option"),
    [
        ("3.2.21", {"purpose": True}),
        ("3.6.13", {"backports": True}),
        ("3.5.19", {"handshake": True}),
    ],
)
def test_an_option_that_a_version_lacks(version: str, option: dict[str, bool]) -> None:
    with pytest.raises(ClientError):
        lt.client("gnutls", version, **option)


@pytest.mark.parametrize("version", ["2.8.0", "2.10.5", "2.12.24", "3.0.0", "3.4.17", "3.8.13"])
def test_real_versions_are_covered(version: str) -> None:
    assert lt.client("gnutls", version).rows


def test_the_table_is_in_order() -> None:
    assert FAMILIES["gnutls"].problems() == ()


def test_a_handshake_asks_for_a_key_that_may_sign() -> None:
    scene = Scene([CA.leaf(HOSTNAME, key_usage=frozenset({"key_agreement"})), CA], [NEW])
    assert scene.verdict("gnutls 3.7.9") == "accepted"
    assert scene.verdict(lt.client("gnutls", "3.7.9", handshake=True)) == "rejected"
