"""What PolarSSL and mbedTLS take and refuse, and in which version that changed.

How the list is walked stands in tests/paths/test_forward.
"""

from __future__ import annotations

from typing import Any

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Oid, key, root
from legacytrust.errors import ClientError
from support import CA, LEAF, NEW, STALE_CROSS, STALE_OLD, Scene, line

OK, NO = "accepted", "rejected"
LAST_YEAR, NEXT_YEAR = AT.replace(year=AT.year - 1), AT.replace(year=AT.year + 1)
RSA, WEAK = key("rsa2048", 4), key("rsa1024", 4)
UNKNOWN = ((Oid.UNKNOWN_EXTENSION, True, b"\x05\x00"),)
CRITICAL_AKI = (("2.5.29.35", True, b"\x30\x00"),)
RSA_LINE = {"leaf": {"key": key("rsa2048", 1)}, "ca": {"key": key("rsa2048", 2)},
            "top": {"key": key("rsa2048", 3)}}  # fmt: skip

#: Versions in their order; a boundary lies between two neighbours or nowhere.
VERSIONS = (
    "0.14.3", "1.0.0", "1.1.8", "1.2.0", "1.2.8", "1.2.9", "1.2.10", "1.2.11", "1.2.12", "1.2.13", "1.2.17",
    "1.2.18", "1.3.0", "1.3.4", "1.3.5", "1.3.6", "1.3.7", "1.3.8", "1.3.9", "1.3.10", "1.3.12",
    "1.3.13", "1.3.14", "1.3.15", "1.3.17", "1.3.18", "1.3.19", "1.3.22", "2.0.0", "2.1.0", "2.1.2", "2.1.3",
    "2.1.5", "2.1.6", "2.1.7", "2.1.8", "2.1.18", "2.2.0", "2.2.1", "2.3.0", "2.4.0", "2.4.1", "2.4.2", "2.5.0",
    "2.5.1", "2.7.19", "2.8.0", "2.9.0", "2.16.12", "2.28.10", "3.0.0", "3.4.1", "3.5.0", "3.6.6", "4.0.0", "4.1.0",
)  # fmt: skip


def accepting(
    served: tuple[Entity, ...], store: tuple[Entity, ...], hostname: str | None = None
) -> str:
    """The ranges of versions that accept, as `1.1.8..2.0.0`, in the order of VERSIONS."""
    scene, runs = Scene(served, store), list[list[str]]()
    previous = False
    for version in VERSIONS:
        accepts = scene.verdict(lt.client("mbedtls", version), hostname=hostname) == OK
        if accepts and not previous:
            runs.append([version])
        if accepts:
            runs[-1].append(version)
        previous = accepts
    return ", ".join(run[0] if run[0] == run[-1] else f"{run[0]}..{run[-1]}" for run in runs)


def all_rsa(**changes: dict[str, Any]) -> tuple[Entity, Entity, Entity]:
    """leaf <- I <- N with RSA keys, which every version reads, and these changes."""
    return line(**{role: {**RSA_LINE[role], **changes.get(role, {})} for role in RSA_LINE})


LEAF_R, CA_R, NEW_R = all_rsa()
OLD_R = root("O", RSA)
CROSS_R = OLD_R.cross_sign(NEW_R)
STALE_NEW_R = NEW_R.reissue(label="stale-N", not_after=LAST_YEAR)
STALE_OLD_R = OLD_R.reissue(label="stale-O", not_after=LAST_YEAR)
FUTURE_NEW_R = NEW_R.reissue(label="future-N", not_before=NEXT_YEAR)
NAMESAKE_R = root("N", key("rsa2048", 5))
EVERY = "0.14.3..4.1.0"
FROM_1_2 = "1.2.0..4.1.0"
UNBOUNDED = "0.14.3..1.2.12, 1.3.0..1.3.9"


SERVED_FIRST = "0.14.3..1.3.12, 2.0.0"
STORE_FIRST = "1.3.13..1.3.22, 2.1.0..4.1.0"
READS_END_ALONE = "0.14.3..1.2.10, 1.3.0..1.3.4"


@pytest.mark.parametrize(
    ("served", "store", "versions"),
    [
        pytest.param((LEAF_R, CA_R), (NEW_R,), EVERY, id="the plain case"),
        pytest.param((LEAF_R, CA_R), (CA_R,), STORE_FIRST, id="an intermediate as anchor"),
        pytest.param(
            (LEAF_R, CA_R, CROSS_R), (NEW_R,), STORE_FIRST, id="a cross-certificate too many"
        ),
        pytest.param(
            (LEAF_R, CA_R, CROSS_R), (STALE_OLD_R, NEW_R), f"0.14.3..1.1.8, {STORE_FIRST}",
            id="the same, and the expired old root",
        ),
        pytest.param(
            (LEAF_R, CA_R, CROSS_R), (STALE_OLD_R,), "0.14.3..1.1.8", id="only the old root"
        ),
        pytest.param((LEAF_R, CA_R), (STALE_NEW_R,), "0.14.3..1.1.8", id="an expired root"),
        pytest.param((LEAF_R, CA_R), (FUTURE_NEW_R,), READS_END_ALONE, id="a root of the future"),
        pytest.param(
            (LEAF_R, CA_R), (STALE_NEW_R, NEW_R),
            "0.14.3..1.1.8, 1.3.18..1.3.22, 2.1.6..2.1.18, 2.3.0..4.1.0",
            id="an expired copy first in the store",
        ),
        pytest.param(
            (LEAF_R, CA_R, NEW_R), (STALE_NEW_R,), "0.14.3..1.1.8, 1.2.8..1.3.12, 2.0.0",
            id="a served root stands for its expired copy",
        ),
        pytest.param(
            (LEAF_R, CA_R, CROSS_R), (NAMESAKE_R, OLD_R), f"{SERVED_FIRST}, 2.9.0..4.1.0",
            id="a namesake in the store claims the path",
        ),
        pytest.param((LEAF_R, CA_R), (NAMESAKE_R, NEW_R), EVERY, id="a namesake and the root"),
    ],
)  # fmt: skip
def test_which_versions_find_a_path(
    served: tuple[Entity, ...], store: tuple[Entity, ...], versions: str
) -> None:
    assert accepting(served, store) == versions


@pytest.mark.parametrize(
    ("changes", "versions"),
    [
        ({"leaf": {"digest": "sha1"}}, "0.14.3..2.1.7, 2.2.0..2.5.0"),
        ({"ca": {"digest": "sha1"}}, "0.14.3..2.1.7, 2.2.0..2.5.0"),
        ({"top": {"digest": "sha1"}}, EVERY),
        ({"ca": {"digest": "md5"}}, "0.14.3..1.3.22"),
        ({"top": {"digest": "md5"}}, EVERY),
        ({"leaf": {"key": WEAK}}, "0.14.3..2.1.2"),
        ({"ca": {"key": WEAK}}, "0.14.3..1.3.22"),
        ({"top": {"key": WEAK}}, "0.14.3..1.3.22"),
        ({"leaf": {"pss": True}}, "1.3.8..4.1.0"),
        ({"leaf": {"key": key("p256")}}, "1.3.0..4.1.0"),
        ({"leaf": {"key": key("secp256k1")}}, "1.3.0..2.28.10"),
        ({"leaf": {"key": key("ed25519")}}, ""),
        ({"leaf": {"not_after": LAST_YEAR}}, ""),
        ({"leaf": {"not_after": AT}}, EVERY),
        ({"leaf": {"not_before": NEXT_YEAR}}, READS_END_ALONE),
        ({"ca": {"not_after": LAST_YEAR}}, "0.14.3..1.1.8"),
        ({"ca": {"not_before": NEXT_YEAR}}, READS_END_ALONE),
        ({"ca": {"bad_signature": True}}, ""),
        ({"top": {"bad_signature": True}}, "0.14.3..1.1.8, 1.2.8..4.1.0"),
    ],
)
def test_algorithms_keys_and_dates(changes: dict[str, dict[str, Any]], versions: str) -> None:
    leaf, ca, top = all_rsa(**changes)
    assert accepting((leaf, ca), (top,)) == versions


@pytest.mark.parametrize(
    ("changes", "versions"),
    [
        ({"ca": {"ca": False}}, ""),
        ({"ca": {"ca": None}}, ""),
        ({"ca": {"version": 1}}, ""),
        ({"ca": {"key_usage": frozenset({"crl_sign"})}}, "0.14.3..1.3.5"),
        ({"top": {"ca": False}}, "0.14.3..1.3.5"),
        ({"top": {"version": 1}}, "0.14.3..1.3.5, 1.3.8..4.1.0"),
        ({"top": {"key_usage": frozenset({"crl_sign"})}}, "0.14.3..1.3.5"),
        ({"top": {"path_len": 0}}, ""),
        ({"top": {"path_len": 1}}, EVERY),
        ({"leaf": {"eku": (Oid.CLIENT_AUTH,)}}, "0.14.3..1.3.5"),
        ({"leaf": {"eku": (Oid.ANY_EKU,)}}, EVERY),
        ({"ca": {"eku": (Oid.CLIENT_AUTH,)}}, EVERY),
        ({"leaf": {"key_usage": frozenset({"crl_sign"})}}, "0.14.3..1.3.5"),
        ({"leaf": {"key_usage": frozenset({"key_encipherment"})}}, "0.14.3..3.6.6"),
        ({"ca": {"name_constraints": (("example.test",), (), True)}}, ""),
        ({"ca": {"name_constraints": (("example.org",), (), False)}}, EVERY),
        ({"ca": {"extra_extensions": UNKNOWN}}, ""),
        ({"top": {"extra_extensions": UNKNOWN}}, ""),
        ({"leaf": {"san_critical": True}}, "1.2.0..4.1.0"),
        ({"leaf": {"aki": None, "extra_extensions": CRITICAL_AKI}}, "3.5.0..4.1.0"),
        ({"leaf": {"issuer_string_type": "printable"}}, "1.3.9..4.1.0"),
    ],
)
def test_extensions_and_names(changes: dict[str, dict[str, Any]], versions: str) -> None:
    leaf, ca, top = all_rsa(**changes)
    assert accepting((leaf, ca), (top,)) == versions


def test_pathlen_of_a_served_issuer_was_not_read_at_first() -> None:
    upper = NEW_R.intermediate("U", key("rsa2048", 6), path_len=0)
    lower = upper.intermediate("L", key("rsa2048", 7))
    leaf = lower.leaf(HOSTNAME, key("rsa2048", 8))
    reads_none = "0.14.3..1.2.17, 1.3.0..1.3.14, 2.0.0..2.1.2"
    assert accepting((leaf, lower, upper), (NEW_R,)) == reads_none


def test_a_self_issued_intermediate_counted_against_pathlen_at_first() -> None:
    top = root("N", key("rsa2048", 3), path_len=1)
    ca = top.intermediate("I", key("rsa2048", 2))
    again = ca.intermediate("I", key("rsa2048", 2), serial=5)
    leaf = again.leaf(HOSTNAME, key("rsa2048", 1))
    spared = "1.2.18, 1.3.15..1.3.22, 2.1.3..4.1.0"
    assert accepting((leaf, again, ca), (top,)) == spared


@pytest.mark.parametrize(("count", "versions"), [(8, EVERY), (9, UNBOUNDED)])
def test_how_many_intermediates(count: int, versions: str) -> None:
    line_of = [NEW_R]
    for number in range(count):
        line_of.append(line_of[-1].intermediate(f"C{number}", key("rsa2048", 10 + number)))
    leaf = line_of[-1].leaf(HOSTNAME, key("rsa2048", 1))
    assert accepting((leaf, *reversed(line_of[1:])), (NEW_R,)) == versions


@pytest.mark.parametrize(
    ("fields", "versions"),
    [
        ({}, "0.14.3..1.3.5, 1.3.8..4.1.0"),
        ({"ca": True}, EVERY),
    ],
)
def test_a_self_signed_leaf_in_the_store(fields: dict[str, Any], versions: str) -> None:
    pinned = root(HOSTNAME, key("rsa2048", 1), **{"ca": False, "key_usage": None, **fields})
    assert accepting((pinned,), (pinned,)) == versions


@pytest.mark.parametrize(
    ("names", "host", "versions"),
    [
        ((HOSTNAME, (HOSTNAME,)), HOSTNAME, EVERY),
        ((HOSTNAME, None), HOSTNAME, EVERY),
        (("other.test", (HOSTNAME,)), HOSTNAME, FROM_1_2),
        ((HOSTNAME, ("other.test",)), HOSTNAME, "0.14.3..1.1.8"),
        ((HOSTNAME, ("192.0.2.1",)), HOSTNAME, "0.14.3..1.1.8"),
        (("*.example.test", None), HOSTNAME, FROM_1_2),
        (("x", ("*.example.test",)), HOSTNAME, FROM_1_2),
        (("x", ("*.test",)), "example.test", FROM_1_2),
        (("x", ("*.example.test",)), "a.b.example.test", ""),
        (("x", ("*.example.test",)), "example.test", ""),
        (("x", ("w*.example.test",)), HOSTNAME, ""),
        (("x", ("*.0.2.1",)), "192.0.2.1", FROM_1_2),
        ((HOSTNAME, ()), HOSTNAME, "0.14.3..1.1.8"),
        (("WWW.example.test", None), HOSTNAME, "1.2.9..4.1.0"),
        (("x", ("WWW.example.test",)), HOSTNAME, "1.2.9..4.1.0"),
        (("x", (f"{HOSTNAME}.",)), HOSTNAME, ""),
        (("x", ("192.0.2.1",)), "192.0.2.1", "3.5.0..4.1.0"),
        (("192.0.2.1", None), "192.0.2.1", EVERY),
    ],
)
def test_host_names(names: tuple[str, Any], host: str, versions: str) -> None:
    common_name, san = names
    leaf = CA_R.leaf(common_name, key("rsa2048", 1), san=san)
    assert accepting((leaf, CA_R), (NEW_R,), host) == versions


def verdict(version: str, scene: Scene, **options: object) -> str:
    return scene.verdict(lt.client("mbedtls", version, **options))


def test_without_a_clock_no_date_counts() -> None:
    scene = Scene((LEAF, CA, STALE_CROSS), (STALE_OLD,))
    assert verdict("2.28.3", scene) == NO
    assert verdict("2.28.3", scene, check_dates=False) == OK
    assert verdict("2.28.3", scene, check_dates=True) == NO


@pytest.mark.parametrize("version", ["2.1.8", "2.5.1", "2.16.12"])
def test_sha1_can_be_allowed_where_the_switch_exists(version: str) -> None:
    leaf, ca, top = line(leaf={"digest": "sha1"})
    assert verdict(version, Scene((leaf, ca), (top,))) == NO
    assert verdict(version, Scene((leaf, ca), (top,)), allow_sha1=False) == NO
    assert verdict(version, Scene((leaf, ca), (top,)), allow_sha1=True) == OK


@pytest.mark.parametrize("version", ["2.1.7", "2.5.0", "2.28.0", "3.6.6"])
def test_there_is_no_switch_for_sha1_in_other_versions(version: str) -> None:
    with pytest.raises(ClientError, match="allow_sha1 from"):
        lt.client("mbedtls", version, allow_sha1=True)


def test_a_root_that_cannot_be_parsed_spoils_the_store_unless_the_application_goes_on() -> None:
    odd = root("odd", extra_extensions=UNKNOWN)
    scene = Scene((LEAF, CA), (odd, NEW))
    assert verdict("2.28.3", scene) == NO
    assert verdict("2.28.3", scene, lenient_store=False) == NO
    assert verdict("2.28.3", scene, lenient_store=True) == OK


def test_a_served_certificate_that_cannot_be_parsed_spoils_the_chain_needed_or_not() -> None:
    odd = root("odd", extra_extensions=UNKNOWN)
    scene = Scene((LEAF, CA, odd), (NEW,))
    assert verdict("2.28.3", scene, lenient_store=True) == NO


P384 = {"key": key("p384", 7)}
FREERTOS = [
    # what is changed, with the library as it is, as Amazon FreeRTOS builds it
    ("nothing", {}, OK, OK),
    ("a leaf signed with SHA-384", {"leaf": {"digest": "sha384"}}, OK, NO),
    ("a P-384 intermediate", {"ca": P384}, OK, NO),
    ("a P-384 root", {"top": P384}, OK, NO),
    ("an expired intermediate", {"ca": {"not_after": LAST_YEAR}}, NO, OK),
]


@pytest.mark.parametrize("version", ["2.6.0", "2.16.8", "2.28.0"])
@pytest.mark.parametrize(("what", "changes", "usual", "small"), FREERTOS)
def test_the_build_of_amazon_freertos(
    version: str, what: str, changes: dict[str, Any], usual: str, small: str
) -> None:
    leaf, ca, top = line(**changes)
    scene = Scene((leaf, ca), (top,))
    assert verdict(version, scene) == usual, what
    assert verdict(version, scene, freertos_build=False) == usual, what
    assert verdict(version, scene, freertos_build=True) == small, what


def test_amazon_freertos_goes_on_without_roots_that_it_cannot_read() -> None:
    scene = Scene((LEAF, CA), (root("large", key("p384", 9)), NEW))
    assert verdict("2.28.0", scene, freertos_build=True) == OK
