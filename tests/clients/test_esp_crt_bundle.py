"""What ESP-IDF's certificate bundle takes and refuses, where it differs from the mbedTLS inside."""

from __future__ import annotations

from typing import Any

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, key, root
from legacytrust.errors import ClientError
from support import CA, CROSS, LEAF, NEW, OLD, STALE_CROSS, STALE_NEW, Scene, line

OK, NO = "accepted", "rejected"
LAST_YEAR = AT.replace(year=AT.year - 1)
VERSIONS = ("4.2", "4.2.1", "4.4.8", "5.0", "5.2", "5.5.5", "6.0", "6.1")
CROSS_SIGNED = {"cross_signed_verify": True}
WEAK = key("rsa1024", 4)


def verdict(
    served: tuple[Entity, ...], store: tuple[Entity, ...], version: str, **options: object
) -> str:
    return Scene(served, store).verdict(lt.client("esp-crt-bundle", version, **options))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("served", "store", "expected"),
    [
        pytest.param((LEAF, CA), (NEW,), OK, id="the plain case"),
        pytest.param((LEAF, CA), (STALE_NEW,), OK, id="an entry has no dates"),
        pytest.param((LEAF, CA, CROSS), (NEW,), NO, id="a cross-certificate too many"),
        pytest.param((LEAF, CA, CROSS), (NEW, OLD), OK, id="its issuer is there as well"),
        pytest.param((LEAF, CA, STALE_CROSS), (OLD,), OK, id="nobody looks at the dates"),
        pytest.param((LEAF, CA, NEW), (NEW,), OK, id="the root itself is served"),
        pytest.param((LEAF, CA), (CA,), NO, id="an intermediate is not asked for"),
        pytest.param((LEAF,), (CA,), OK, id="but it is when it is not served"),
        pytest.param((LEAF,), (NEW,), NO, id="no intermediate"),
    ],
)
def test_the_served_list_is_followed_to_its_end(
    served: tuple[Entity, ...], store: tuple[Entity, ...], expected: str, version: str
) -> None:
    assert verdict(served, store, version) == expected


@pytest.mark.parametrize("version", ["6.0", "6.1"])
@pytest.mark.parametrize(
    ("served", "store"), [((LEAF, CA, CROSS), (NEW,)), ((LEAF, CA), (CA,)), ((LEAF, CA), (NEW,))]
)
def test_with_cross_signed_verify_the_bundle_is_asked_at_every_level(
    served: tuple[Entity, ...], store: tuple[Entity, ...], version: str
) -> None:
    assert verdict(served, store, version, **CROSS_SIGNED) == OK


def test_cross_signed_verify_came_with_6_0() -> None:
    assert verdict((LEAF, CA, CROSS), (NEW,), "6.0", cross_signed_verify=False) == NO
    with pytest.raises(ClientError, match=r"before 6\.0"):
        lt.client("esp-crt-bundle", "5.5.5", **CROSS_SIGNED)


@pytest.mark.parametrize(
    ("changes", "plain", "dated"),
    [
        ({"leaf": {"not_after": LAST_YEAR}}, OK, NO),
        ({"ca": {"not_after": LAST_YEAR}}, OK, NO),
        ({"top": {"not_after": LAST_YEAR}}, OK, OK),
    ],
)
def test_dates_count_when_the_firmware_is_built_so(
    changes: dict[str, Any], plain: str, dated: str
) -> None:
    leaf, ca, top = line(**changes)
    for version in VERSIONS:
        assert verdict((leaf, ca), (top,), version) == plain
        assert verdict((leaf, ca), (top,), version, check_dates=False) == plain
        assert verdict((leaf, ca), (top,), version, check_dates=True) == dated


@pytest.mark.parametrize(
    ("changes", "versions"),
    [
        pytest.param({"ca": {"digest": "sha1"}}, VERSIONS[1:], id="the last hash"),
        pytest.param({"leaf": {"digest": "sha1"}}, (), id="any other hash"),
        pytest.param({"top": {"key": WEAK}}, VERSIONS, id="the key of an entry"),
        pytest.param({"ca": {"key": WEAK}}, (), id="any other key"),
        pytest.param({"top": {"key": key("secp256k1")}}, VERSIONS, id="the curve of an entry"),
        pytest.param({"ca": {"key": key("secp256k1")}}, VERSIONS[:3], id="any other curve"),
        pytest.param({"top": {"ca": False}}, VERSIONS, id="an entry has no extensions"),
        pytest.param({"ca": {"ca": False}}, (), id="what is served has"),
        pytest.param({"top": {"path_len": 0}}, VERSIONS, id="no pathLen either"),
        pytest.param({"top": {"key": key("ed25519")}}, (), id="a key that it cannot read"),
        pytest.param({"ca": {"issuer_string_type": "printable"}}, (), id="names are octets"),
        pytest.param(
            {"leaf": {"issuer_string_type": "printable"}}, VERSIONS, id="but not to mbedTLS"
        ),
    ],
)
def test_what_is_asked_of_an_entry_and_of_what_was_served(
    changes: dict[str, Any], versions: tuple[str, ...]
) -> None:
    leaf, ca, top = line(**changes)
    accepting = tuple(v for v in VERSIONS if verdict((leaf, ca), (top,), v) == OK)
    assert accepting == versions


@pytest.mark.parametrize("changes", [{"ca": {"digest": "sha1"}}, {"top": {"key": WEAK}}])
def test_with_cross_signed_verify_mbedtls_judges_the_entry_too(changes: dict[str, Any]) -> None:
    leaf, ca, top = line(**changes)
    assert verdict((leaf, ca), (top,), "6.0") == OK
    assert verdict((leaf, ca), (top,), "6.0", **CROSS_SIGNED) == NO


def test_the_callback_of_6_0_knows_fewer_algorithms() -> None:
    leaf, ca, top = line(ca={"pss": True}, top={"key": key("rsa2048", 3)})
    assert verdict((leaf, ca), (top,), "5.5.5") == OK
    assert verdict((leaf, ca), (top,), "6.0") == "unknown"
    assert verdict((leaf, ca), (top,), "6.0", **CROSS_SIGNED) == OK


@pytest.mark.parametrize(
    ("version", "inside"), [("4.2", "2.16.7"), ("4.4", "2.16.12"), ("5.1.2", "3.5.0")]
)
def test_the_mbedtls_inside_answers_for_the_rest(version: str, inside: str) -> None:
    by_address = root("N").leaf(HOSTNAME, san=("192.0.2.1",))
    own, base = lt.client("esp-crt-bundle", version), lt.client("mbedtls", inside)
    assert own.checks.hostname == base.checks.hostname
    assert own.search.served_admission == base.search.served_admission
    scene = Scene((by_address,), (NEW,))
    assert scene.verdict(own, hostname="192.0.2.1") == (OK if inside > "3" else NO)


def test_another_mbedtls_can_be_named() -> None:
    by_address = root("N").leaf(HOSTNAME, san=("192.0.2.1",))
    client = lt.client("esp-crt-bundle", "4.4", mbedtls="3.6.0")
    assert Scene((by_address,), (NEW,)).verdict(client, hostname="192.0.2.1") == OK
