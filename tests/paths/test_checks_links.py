"""Dates, signatures, algorithms, keys, blocklists and what an anchor must be.

See `test_checks_extensions` for how to read the tables.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from forge import AT, Entity, IssuerSerial, key, root
from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    Blocklist,
    KeySizes,
    Refusals,
    Scope,
    Strategy,
    algorithms,
)
from support import LAST_YEAR, Scene, line, met, objecting, searching

NEXT_YEAR = AT.replace(year=2026)
FATAL, UNKNOWN, HARMLESS = "fatal", "unknown", "harmless"
EVERYWHERE, NOBODY_KNOWS = Scope(ALL_ROLES), Scope(unknown=ALL_ROLES)
BELOW = Scope(BELOW_ANCHOR)
V1 = {"version": 1}


@pytest.mark.parametrize(
    ("scope", "faults", "expected"),
    [
        (EVERYWHERE, {}, {}),
        (EVERYWHERE, {"leaf": {"not_after": LAST_YEAR}}, {"expired:leaf": FATAL}),
        (EVERYWHERE, {"ca": {"not_after": LAST_YEAR}}, {"expired:I": FATAL}),
        (EVERYWHERE, {"top": {"not_after": LAST_YEAR}}, {"expired:N": FATAL}),
        (EVERYWHERE, {"top": {"not_before": NEXT_YEAR}}, {"not-yet-valid:N": FATAL}),
        (EVERYWHERE, {"leaf": {"not_before": NEXT_YEAR}}, {"not-yet-valid:leaf": FATAL}),
        (BELOW, {"top": {"not_after": LAST_YEAR}}, {"expired:N": HARMLESS}),
        (BELOW, {"top": {"not_before": NEXT_YEAR}}, {"not-yet-valid:N": HARMLESS}),
        (Scope(), {"leaf": {"not_after": LAST_YEAR}}, {"expired:leaf": HARMLESS}),
        (NOBODY_KNOWS, {"ca": {"not_after": LAST_YEAR}}, {"expired:I": UNKNOWN}),
        (
            Scope(Role.LEAF, unknown=Role.ANCHOR),
            {"leaf": {"not_after": LAST_YEAR}, "top": {"not_after": LAST_YEAR}},
            {"expired:leaf": FATAL, "expired:N": UNKNOWN},
        ),
    ],
)
def test_dates(scope: Scope, faults: dict, expected: dict) -> None:
    assert met({"dates": scope}, **faults) == expected


@pytest.mark.parametrize(
    ("last_second", "later", "expected"),
    [
        (True, timedelta(0), {}),
        (False, timedelta(0), {"expired:leaf": FATAL}),
        (False, timedelta(seconds=-1), {}),
        (True, timedelta(microseconds=1), {"expired:leaf": FATAL}),
    ],
)
def test_the_last_second(later: timedelta, expected: dict, *, last_second: bool) -> None:
    rules = {"dates": EVERYWHERE, "last_second": last_second}
    assert met(rules, leaf={"not_after": AT - later}) == expected


def test_the_first_second_is_valid() -> None:
    assert met({"dates": EVERYWHERE}, leaf={"not_before": AT}) == {}


@pytest.mark.parametrize(
    ("scope", "faults", "expected"),
    [
        (BELOW, {}, {}),
        (BELOW, {"leaf": {"bad_signature": True}}, {"signature-invalid:leaf": FATAL}),
        (BELOW, {"ca": {"bad_signature": True}}, {"signature-invalid:I": FATAL}),
        (BELOW, {"top": {"bad_signature": True}}, {}),
        (EVERYWHERE, {"top": {"bad_signature": True}}, {}),
        (Scope(), {"ca": {"bad_signature": True}}, {"signature-invalid:I": HARMLESS}),
        (NOBODY_KNOWS, {"ca": {"bad_signature": True}}, {"signature-invalid:I": UNKNOWN}),
        (
            BELOW,
            {"ca": {"key": key("rsa1024")}, "leaf": {"digest": "md2"}},
            {"signature-unchecked:leaf": UNKNOWN},
        ),
        (Scope(), {"ca": {"key": key("rsa1024")}, "leaf": {"digest": "md2"}}, {}),
    ],
)
def test_signatures(scope: Scope, faults: dict, expected: dict) -> None:
    assert met({"signatures": scope}, **faults) == expected


@pytest.mark.parametrize(
    ("rules", "hours", "expected"),
    [
        ({}, 6, None),
        ({}, 7, "expired:leaf"),
        ({}, -7, "not-yet-valid:leaf"),
        ({"whole_days": True}, 6, "expired:leaf"),
        ({"whole_days": True}, 0, None),
        ({"whole_days": True}, -7, None),
        ({"late": timedelta(hours=2)}, 8, None),
        ({"late": timedelta(hours=2)}, 9, "expired:leaf"),
        ({"early": timedelta(hours=2)}, -8, None),
        ({"early": timedelta(hours=2)}, -9, "not-yet-valid:leaf"),
    ],
)
def test_how_dates_are_read(rules: dict[str, Any], hours: int, expected: str | None) -> None:
    """A certificate that is valid for half a day around midnight."""
    window = {"not_before": AT - timedelta(hours=6), "not_after": AT + timedelta(hours=6)}
    leaf, ca, top = line(leaf=window)
    scene = Scene((leaf, ca), (top,), at=AT + timedelta(hours=hours))
    assert scene.met(objecting(dates=EVERYWHERE, **rules)) == (
        {expected: FATAL} if expected else {}
    )


@pytest.mark.parametrize(("scope", "effect"), [(EVERYWHERE, FATAL), (NOBODY_KNOWS, UNKNOWN)])
def test_the_own_signature_of_an_anchor(scope: Scope, effect: str) -> None:
    broken = {"bad_signature": True}
    assert met({"own_signature": Scope(), "signatures": scope}, top=broken) == {}
    rules = {"own_signature": scope, "signatures": Scope()}
    assert met(rules, top=broken) == {"signature-invalid:N": effect}
    assert met(rules) == {}


SHA1, RSA1024 = {"digest": "sha1"}, {"key": key("rsa1024")}


@pytest.mark.parametrize(
    ("rules", "faults", "expected"),
    [
        ({"digests": Refusals(frozenset({Digest.SHA1}))}, {}, {}),
        (
            {"digests": Refusals(frozenset({Digest.SHA1}))},
            {"leaf": SHA1, "ca": SHA1, "top": SHA1},
            {"digest-refused:leaf": FATAL, "digest-refused:I": FATAL},
        ),
        (
            {"digests": Refusals(unknown=frozenset({Digest.SHA1}), roles=ALL_ROLES)},
            {"top": SHA1},
            {"digest-refused:N": UNKNOWN},
        ),
        (
            {"algorithms": Refusals(algorithms(Scheme.ECDSA, Digest.SHA1))},
            {"ca": SHA1},
            {"algorithm-unsupported:I": FATAL},
        ),
        (
            {"algorithms": Refusals(unknown=algorithms(Scheme.RSA_PSS))},
            {"ca": RSA1024, "leaf": {"pss": True}},
            {"algorithm-unsupported:leaf": UNKNOWN},
        ),
        ({"algorithms": Refusals(algorithms(Scheme.RSA_PSS))}, {"ca": RSA1024}, {}),
        (
            {"key_kinds": Refusals(frozenset({KeyKind.RSA}), roles=ALL_ROLES)},
            {"top": RSA1024},
            {"key-kind-refused:N": FATAL},
        ),
        ({"key_kinds": Refusals(frozenset({KeyKind.RSA}))}, {"top": RSA1024}, {}),
        (
            {"key_kinds": Refusals(unknown=frozenset({KeyKind.ED25519}))},
            {"leaf": {"key": key("ed25519")}},
            {"key-kind-refused:leaf": UNKNOWN},
        ),
        (
            {"curves": Refusals(frozenset({"1.3.132.0.10"}))},
            {"leaf": {"key": key("secp256k1")}, "ca": RSA1024},
            {"curve-refused:leaf": FATAL},
        ),
        (
            {"curves": Refusals(unknown=frozenset({"1.3.132.0.34"}))},
            {"ca": {"key": key("p384")}},
            {"curve-refused:I": UNKNOWN},
        ),
        (
            {"key_sizes": KeySizes(((KeyKind.RSA, 2048),))},
            {"ca": RSA1024, "top": {"key": key("rsa1024", 1)}},
            {"key-too-small:I": FATAL, "key-too-small:N": FATAL},
        ),
        ({"key_sizes": KeySizes(((KeyKind.RSA, 1024),))}, {"ca": RSA1024}, {}),
        (
            {"key_sizes": KeySizes(((KeyKind.RSA, 2048),), roles=Role.LEAF)},
            {"leaf": RSA1024, "ca": {"key": key("rsa1024", 1)}},
            {"key-too-small:leaf": FATAL},
        ),
        ({"key_sizes": KeySizes(unknown=True)}, {"ca": RSA1024}, {"key-too-small:I": UNKNOWN}),
        ({"key_sizes": KeySizes(unknown=True)}, {"ca": {"key": key("rsa2048")}}, {}),
        (
            {"key_sizes": KeySizes(maximum=((KeyKind.EC, 256),), roles=Role.SERVED_CA)},
            {"leaf": {"key": key("p384")}, "ca": {"key": key("p384", 1)}},
            {"key-too-large:I": FATAL},
        ),
        ({"key_sizes": KeySizes(maximum=((KeyKind.RSA, 1024),))}, {"ca": RSA1024}, {}),
        (
            {"curves": Refusals(accepted=frozenset({"1.2.840.10045.3.1.7"}))},
            {"ca": {"key": key("p384")}},
            {"curve-refused:I": FATAL},
        ),
        (
            {"digests": Refusals(unknown=frozenset({Digest.SHA1}), accepted=frozenset())},
            {"ca": SHA1},
            {"digest-refused:leaf": FATAL, "digest-refused:I": UNKNOWN},
        ),
    ],
)
def test_algorithms_and_keys(rules: dict, faults: dict, expected: dict) -> None:
    assert met(rules, **faults) == expected


@pytest.mark.parametrize(
    ("faults", "objections"),
    [
        ({}, {}),
        ({"leaf": {"aki": None}}, {"key-ids-differ:leaf": FATAL}),
        ({"leaf": {"aki": None}, "ca": {"ski": None}}, {}),
        ({"ca": {"aki": b"\x01" * 20}}, {"key-ids-differ:I": FATAL}),
        ({"top": {"ski": None}, "ca": {"aki": b"\x01" * 20}}, {"key-ids-differ:I": FATAL}),
    ],
)
def test_key_ids_must_be_the_same(faults: dict, objections: dict) -> None:
    assert met({"key_ids": BELOW}, **faults) == objections


@pytest.mark.parametrize(
    ("kind", "strict", "objects"),
    [("p256", True, False), ("rsa1024", True, True), ("rsa1024", False, False)],
)
def test_the_key_id_of_a_served_root(kind: str, strict: bool, objects: bool) -> None:
    leaf, ca, top = line(top={"key": key(kind)})
    rules = objecting(key_ids=BELOW, served_root_key_id=strict)
    found = Scene((leaf, ca, top), (top,)).met(rules, strategy=Strategy.END_TO_END)
    assert found == ({"key-ids-differ:N": FATAL} if objects else {})


@pytest.mark.parametrize(
    ("name", "faults", "objections"),
    [
        ("I", {"ca": SHA1}, {"digest-refused:I": FATAL}),
        ("Inter", {"ca": SHA1}, {}),
        ("I", {"top": SHA1}, {}),
    ],
)
def test_hashes_refused_between_names_of_equal_length(
    name: str, faults: dict, objections: dict
) -> None:
    top = root("N", **faults.get("top", {}))
    ca = top.intermediate(name, **faults.get("ca", {}))
    rules = objecting(namesake_digests=frozenset({Digest.SHA1}))
    assert Scene((ca.leaf("www.example.test"), ca), (top,)).met(rules) == objections


def by_number(serial: int) -> dict[str, Any]:
    return {"aki": IssuerSerial("N", serial)}


@pytest.mark.parametrize(
    ("faults", "objects"),
    [
        ({}, False),
        ({"ca": {"aki": b"\x01" * 20}}, True),
        ({"ca": {"aki": None}}, False),
        ({"ca": {"aki": b"\x01" * 20}, "top": {"ski": None}}, False),
        ({"ca": {"aki": b"\x01" * 20}, "top": V1}, False),
        ({"ca": by_number(7), "top": {"serial": 7}}, False),
        ({"ca": by_number(7), "top": {"serial": 8}}, True),
        ({"leaf": {"aki": b"\x01" * 20}}, False),
    ],
)
def test_the_key_identifier_that_the_anchor_should_have(faults: dict, *, objects: bool) -> None:
    for scope, effect in ((EVERYWHERE, FATAL), (NOBODY_KNOWS, UNKNOWN), (Scope(), HARMLESS)):
        expected = {"key-id-mismatch:I": effect} if objects else {}
        assert met({"anchor_key_id": scope}, **faults) == expected


@pytest.mark.parametrize(
    ("ca", "top", "objects"),
    [
        ({}, V1, False),
        ({"not_after": AT.replace(year=2031)}, V1, True),
        ({"not_before": AT.replace(year=2019)}, V1, True),
        ({"not_after": AT.replace(year=2031)}, {}, False),
    ],
)
def test_a_certificate_must_not_outlive_a_version_1_anchor(
    ca: dict, top: dict, *, objects: bool
) -> None:
    for scope, effect in ((EVERYWHERE, FATAL), (Scope(), HARMLESS)):
        expected = {"outlives-anchor:I": effect} if objects else {}
        assert met({"anchor_window": scope}, ca=ca, top=top) == expected


def key_sha1(entity: Entity) -> str:
    return hashlib.sha1(entity.spec.key.spki).hexdigest()


def test_blocklist() -> None:
    leaf, ca, n = line(leaf={"serial": 0xBAD})
    serials = Blocklist(frozenset({0xBAD, ca.spec.serial_number}))
    assert Scene((leaf, ca), (n,)).met(objecting(blocklist=serials)) == {"blocked:leaf": FATAL}
    keys = Blocklist(key_sha1=frozenset({key_sha1(ca), key_sha1(n)}))
    found = Scene((leaf, ca), (n,)).met(objecting(blocklist=keys))
    assert found == {"blocked:I": FATAL, "blocked:N": FATAL}
    issuers = Blocklist(key_sha1=frozenset({key_sha1(leaf), key_sha1(n)}), key_roles=Role.ANCHOR)
    assert Scene((leaf, ca), (n,)).met(objecting(blocklist=issuers)) == {"blocked:N": FATAL}


def test_roles_of_the_other_places() -> None:
    """A leaf in the store, a root in the served list, and an intermediate from the store."""
    ended = {"not_after": LAST_YEAR}
    leaf, ca, n = line(leaf=ended, ca=ended, top=ended)
    for role, scene, strategy, labels in (
        (Role.STORE_LEAF, Scene((leaf,), (leaf,)), Strategy.BACKTRACK, ["leaf"]),
        (Role.SERVED_ROOT, Scene((leaf, ca, n), (n,)), Strategy.STRICT_ORDER, ["N"]),
        (Role.STORE_CA, Scene((leaf,), (ca, n)), Strategy.SERVED_FIRST, ["I"]),
    ):
        client = objecting(dates=Scope(role))
        [attempt] = scene.tried(searching(strategy, client))
        assert attempt.endswith(" ".join(f"x expired:{label}" for label in labels))
        assert attempt.count(" x ") == len(labels)
