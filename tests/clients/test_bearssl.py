"""What BearSSL takes and refuses, one behaviour a row; see tests/paths/test_linear for the search."""

from __future__ import annotations

from typing import Any

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Oid, key, root
from legacytrust.errors import UnknownClientError
from support import CA, LEAF, NEW, Scene, line

OK, NO = "accepted", "rejected"
ANY_CRITICAL = "1.2.3.4"
POLICY = (Oid.POLICIES, True, bytes.fromhex("300830060604551d2000"))
CONSTRAINED = (("example.test",), (), True)
LAST_YEAR, NEXT_YEAR = AT.replace(year=AT.year - 1), AT.replace(year=AT.year + 1)


def judged(version: str = "0.6", hostname: str | None = None, **faults: Any) -> str:
    leaf, ca, top = line(**faults)
    return Scene((leaf, ca), (top,)).verdict(lt.client("bearssl", version), hostname=hostname)


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ({}, OK),
        ({"leaf": {"not_after": LAST_YEAR}}, NO),
        ({"ca": {"not_before": NEXT_YEAR}}, NO),
        ({"top": {"not_after": LAST_YEAR}}, OK),
        ({"leaf": {"not_after": AT}}, OK),
        ({"leaf": {"digest": "sha1"}, "ca": {"digest": "sha1"}}, OK),
        ({"ca": {"digest": "md5"}, "top": {"key": key("rsa2048", 4)}}, NO),
        ({"top": {"digest": "md5", "key": key("rsa2048", 4)}}, OK),
        ({"ca": {"pss": True}, "top": {"key": key("rsa2048", 4)}}, NO),
        ({"leaf": {"key": key("p521")}}, OK),
        ({"leaf": {"key": key("secp256k1")}}, NO),
        ({"leaf": {"key": key("ed25519")}}, NO),
        ({"top": {"key": key("ed25519")}}, NO),
        ({"top": {"key": key("secp256k1")}}, NO),
        ({"leaf": {"key": key("rsa1024")}}, OK),
        ({"leaf": {"key": key("rsa512")}}, NO),
        ({"top": {"key": key("rsa512")}}, OK),
        ({"leaf": {"bad_signature": True}}, NO),
    ],
)
def test_dates_signatures_and_keys(faults: dict[str, Any], verdict: str) -> None:
    assert judged(**faults) == verdict


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ({"ca": {"ca": None}}, NO),
        ({"ca": {"ca": False}}, NO),
        ({"ca": {"version": 1}}, NO),
        ({"top": {"ca": False}}, OK),
        ({"top": {"version": 1}}, OK),
        ({"ca": {"key_usage": frozenset({"crl_sign"})}}, NO),
        ({"top": {"key_usage": frozenset({"crl_sign"})}}, OK),
        ({"leaf": {"key_usage": frozenset({"crl_sign"})}}, NO),
        ({"leaf": {"key_usage": frozenset({"key_agreement"})}}, OK),
        ({"leaf": {"eku": (Oid.CLIENT_AUTH,)}}, OK),
        ({"leaf": {"eku": (Oid.SERVER_AUTH,), "eku_critical": True}}, NO),
        ({"ca": {"eku": (Oid.CLIENT_AUTH,)}}, OK),
        ({"ca": {"name_constraints": CONSTRAINED}}, NO),
        ({"ca": {"name_constraints": ((), ("example.test",), False)}}, OK),
        ({"leaf": {"extra_extensions": ((ANY_CRITICAL, True, b"\x05\x00"),)}}, NO),
        ({"leaf": {"extra_extensions": ((ANY_CRITICAL, False, b"\x05\x00"),)}}, OK),
        ({"top": {"extra_extensions": ((ANY_CRITICAL, True, b"\x05\x00"),)}}, OK),
        ({"ca": {"ski": b"\x01" * 20}, "leaf": {"aki": b"\x02" * 20}}, OK),
    ],
)
def test_extensions(faults: dict[str, Any], verdict: str) -> None:
    assert judged(**faults) == verdict


@pytest.mark.parametrize(
    ("version", "verdict"), [("0.3", NO), ("0.4", NO), ("0.5", OK), ("0.6", OK)]
)
def test_critical_policies_are_understood_from_0_5(version: str, verdict: str) -> None:
    assert judged(version, leaf={"extra_extensions": (POLICY,)}) == verdict


@pytest.mark.parametrize(
    ("san", "host", "verdict"),
    [
        ((HOSTNAME,), HOSTNAME, OK),
        (("WWW.Example.TEST",), HOSTNAME, OK),
        (("*.example.test",), HOSTNAME, OK),
        (("*.test",), "example.test", OK),
        (("w*.example.test",), HOSTNAME, NO),
        (("*.example.test",), "a.www.example.test", NO),
        (("*.example.test",), "example.test", NO),
        ((HOSTNAME + ".",), HOSTNAME, NO),
        (None, HOSTNAME, OK),
        (("www.example.org",), HOSTNAME, NO),
        pytest.param(("192.0.2.1",), HOSTNAME, NO, id="any SAN at all hides the common name"),
        pytest.param((), HOSTNAME, NO, id="even an empty one"),
        pytest.param(("192.0.2.1",), "192.0.2.1", NO, id="addresses in the SAN match nothing"),
    ],
)
def test_host_names(san: tuple[str, ...] | None, host: str, verdict: str) -> None:
    assert judged(hostname=host, leaf={"san": san}) == verdict


def test_an_address_in_the_common_name_is_compared_as_text() -> None:
    leaf = CA.leaf("192.0.2.1", san=None)
    assert Scene((leaf, CA), (NEW,)).verdict("bearssl 0.6", hostname="192.0.2.1") == OK


@pytest.mark.parametrize("length", [0, 1])
def test_the_path_length_counts_certificates(length: int) -> None:
    """Also self-issued ones, which RFC 5280 leaves out."""
    top = root("N")
    upper = top.intermediate("I", path_len=length)
    lower = upper.intermediate("I", key=key("p256", 7))
    scene = Scene((lower.leaf(HOSTNAME), lower, upper), (top,))
    assert scene.verdict("bearssl 0.6") == (OK if length else NO)


@pytest.mark.parametrize(
    ("store", "by_the_list", "by_the_certificate"),
    [
        ((NEW,), OK, OK),
        ((root("N", ca=None),), OK, NO),
        ((root("N", version=1),), OK, NO),
        ((LEAF,), NO, OK),
    ],
)
def test_who_sets_the_flag_of_an_anchor(
    store: tuple[Entity, ...], by_the_list: str, by_the_certificate: str
) -> None:
    scene = Scene((LEAF, CA), store)
    assert scene.verdict("bearssl 0.6") == by_the_list
    own = lt.client("bearssl", "0.6", flag_from_certificate=True)
    assert scene.verdict(own) == by_the_certificate


def test_versions_that_are_not_covered() -> None:
    for version in ("0.2", "0.7"):
        with pytest.raises(UnknownClientError, match="bearssl"):
            lt.client("bearssl", version)
