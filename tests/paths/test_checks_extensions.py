"""Each check against each kind of rule: which objection, and what it does.

Every row changes the plain line leaf <- I <- N, hands it to a client that has one rule and no
other, and names everything the client says.  A check that the client does not make still tells
what it saw, as harmless, where that is worth telling.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from forge import HOSTNAME, Oid, key, root
from legacytrust.extensions import KeyUsage
from legacytrust.extensions import Oid as Known
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    Authority,
    CaProof,
    CheckRules,
    Critical,
    LeafUsage,
    PathLength,
    Purpose,
    Scope,
    Strategy,
    UsageNeeded,
)
from support import LAST_YEAR, Scene, line, met, objecting

FATAL, UNKNOWN, HARMLESS = "fatal", "unknown", "harmless"
SHA1, RSA1024 = {"digest": "sha1"}, {"key": key("rsa1024")}
EVERYWHERE, NOBODY_KNOWS = Scope(ALL_ROLES), Scope(unknown=ALL_ROLES)
BELOW = Scope(BELOW_ANCHOR)
NETSCAPE = "2.16.840.1.113730.1.1"
BITS = {"ssl server": b"\x03\x02\x06\x40", "ssl ca": b"\x03\x02\x02\x04", "none": b"\x03\x01\x00"}


def extra(oid: str, value: bytes = b"\x05\x00", *, critical: bool = True) -> dict[str, Any]:
    return {"extra_extensions": ((oid, critical, value),)}


def believing(*proofs: CaProof, role: Role = Role.SERVED_CA) -> dict[str, Any]:
    return {"authority": Authority(((role, frozenset(proofs)),))}


NO_BC = {"ca": None, "key_usage": None}
V1 = {"version": 1}


@pytest.mark.parametrize(
    ("rules", "ca", "expected"),
    [
        (believing(CaProof.BASIC_CONSTRAINTS), {}, None),
        (believing(CaProof.BASIC_CONSTRAINTS), {"ca": False}, FATAL),
        (believing(CaProof.BASIC_CONSTRAINTS), NO_BC, FATAL),
        (believing(CaProof.BASIC_CONSTRAINTS), V1, FATAL),
        (believing(CaProof.BASIC_CONSTRAINTS, role=Role.ANCHOR), NO_BC, None),
        (believing(CaProof.ABSENT), NO_BC, None),
        (believing(CaProof.ABSENT), {"ca": False}, FATAL),
        (believing(CaProof.ABSENT), V1, FATAL),
        (believing(CaProof.KEY_USAGE), {"ca": None}, None),
        (believing(CaProof.KEY_USAGE), {**NO_BC, "key_usage": frozenset({"crl_sign"})}, FATAL),
        (believing(CaProof.KEY_USAGE), {"ca": False}, FATAL),
        (believing(CaProof.VERSION_1), V1, None),
        (believing(CaProof.VERSION_1), NO_BC, FATAL),
        (believing(CaProof.VERSION_1_SELF_SIGNED), V1, FATAL),
        (believing(CaProof.NETSCAPE_TYPE), {**NO_BC, **extra(NETSCAPE, BITS["ssl ca"])}, None),
        (believing(CaProof.NETSCAPE_TYPE), {**NO_BC, **extra(NETSCAPE, BITS["none"])}, FATAL),
        (believing(CaProof.NETSCAPE_TYPE), {"ca": None, **extra(NETSCAPE, BITS["ssl ca"])}, FATAL),
        ({"authority": Authority(unknown=ALL_ROLES)}, {}, None),
        ({"authority": Authority(unknown=ALL_ROLES)}, NO_BC, UNKNOWN),
        ({"authority": Authority(unknown=ALL_ROLES)}, {"ca": False}, UNKNOWN),
        ({"authority": Authority()}, {"ca": False}, None),
    ],
)
def test_authority(rules: dict, ca: dict, expected: str | None) -> None:
    assert met(rules, ca=ca) == ({"not-a-ca:I": expected} if expected else {})


def test_a_self_signed_version_1_root() -> None:
    rules = believing(CaProof.VERSION_1_SELF_SIGNED, role=Role.ANCHOR)
    assert met(rules, top=V1) == {}
    assert met(rules, top=NO_BC) == {"not-a-ca:N": FATAL}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [(EVERYWHERE, FATAL), (NOBODY_KNOWS, UNKNOWN), (Scope(Role.ANCHOR), HARMLESS)],
)
def test_cert_sign(scope: Scope, expected: str) -> None:
    fault = {"key_usage": frozenset({"crl_sign"})}
    assert met({"cert_sign": scope}, ca=fault) == {"no-cert-sign:I": expected}
    assert met({"cert_sign": scope}, ca={"key_usage": None}, leaf=fault) == {}


def path_length(rules: PathLength, *, self_issued: bool, limit: int = 0) -> dict[str, str]:
    """leaf <- B <- A(limit) <- N, with B self-issued (a rollover of A) or not."""
    n = root("N")
    a = n.intermediate("A", path_len=limit)
    b = a.issue("A" if self_issued else "B", key("p256", 5), label="B", ca=True)
    scene = Scene((b.leaf("www.example.test"), b, a), (n,))
    return scene.met(objecting(path_length=rules), strategy=Strategy.REORDER)


@pytest.mark.parametrize(
    ("rules", "self_issued", "expected"),
    [
        (PathLength(EVERYWHERE), False, FATAL),
        (PathLength(EVERYWHERE), True, None),
        (PathLength(EVERYWHERE, counts_self_issued=True), True, FATAL),
        (PathLength(Scope(Role.ANCHOR)), False, HARMLESS),
        (PathLength(NOBODY_KNOWS), False, UNKNOWN),
        (PathLength(), False, UNKNOWN),
    ],
)
def test_path_length(rules: PathLength, expected: str | None, *, self_issued: bool) -> None:
    found = path_length(rules, self_issued=self_issued)
    assert found == ({"path-length-exceeded:A": expected} if expected else {})
    assert path_length(rules, self_issued=self_issued, limit=1) == {}


@pytest.mark.parametrize(("binds", "expected"), [(True, FATAL), (False, None)])
def test_path_length_of_a_self_issued_root(expected: str | None, *, binds: bool) -> None:
    n = root("N", path_len=0)
    b = n.intermediate("B").intermediate("C")
    a = n.intermediate("B")
    scene = Scene((b.leaf("www.example.test"), b, a), (n,))
    rules = objecting(path_length=PathLength(EVERYWHERE, binds_self_issued=binds))
    assert scene.met(rules) == ({"path-length-exceeded:N": expected} if expected else {})


SERVER = frozenset({Known.SERVER_AUTH})
CLIENT_ONLY = {"eku": (Oid.CLIENT_AUTH,)}


@pytest.mark.parametrize(
    ("rules", "faults", "expected"),
    [
        (Purpose(SERVER), {}, {}),
        (Purpose(SERVER), {"leaf": {"eku": None}}, {}),
        (Purpose(SERVER), {"leaf": CLIENT_ONLY}, {"purpose-refused:leaf": FATAL}),
        (Purpose(SERVER), {"leaf": {"eku": (Oid.ANY_EKU,)}}, {"purpose-refused:leaf": FATAL}),
        (Purpose(SERVER | {Known.ANY_EXTENDED_KEY_USAGE}), {"leaf": {"eku": (Oid.ANY_EKU,)}}, {}),
        (Purpose(SERVER), {"ca": CLIENT_ONLY}, {}),
        (Purpose(), {"leaf": CLIENT_ONLY}, {}),
        (Purpose(SERVER, leaf_roles=Role.STORE_LEAF), {"leaf": CLIENT_ONLY}, {}),
        (
            Purpose(SERVER, issuers=SERVER, issuer_roles=Role.SERVED_CA),
            {"ca": CLIENT_ONLY, "top": CLIENT_ONLY},
            {"purpose-refused:I": FATAL},
        ),
        (
            Purpose(SERVER, issuers=SERVER, issuer_roles=Role.ANCHOR),
            {"ca": CLIENT_ONLY, "top": CLIENT_ONLY},
            {"purpose-refused:N": FATAL},
        ),
        (Purpose(unknown=ALL_ROLES), {"leaf": CLIENT_ONLY}, {"purpose-refused:leaf": UNKNOWN}),
        (Purpose(unknown=ALL_ROLES), {"ca": CLIENT_ONLY}, {"purpose-refused:I": UNKNOWN}),
        (Purpose(unknown=ALL_ROLES), {}, {}),
    ],
)
def test_purpose(rules: Purpose, faults: dict, expected: dict) -> None:
    assert met({"purpose": rules}, **faults) == expected


@pytest.mark.parametrize(
    ("leaf", "objection"),
    [
        ({}, None),
        ({"key_usage": None}, None),
        ({"key_usage": frozenset({"key_agreement"})}, None),
        ({"key_usage": frozenset({"crl_sign"})}, "key-usage-refused:leaf"),
        (extra(NETSCAPE, BITS["ssl server"], critical=False), None),
        (extra(NETSCAPE, BITS["ssl ca"], critical=False), "key-usage-refused:leaf"),
    ],
)
def test_leaf_usage(leaf: dict, objection: str | None) -> None:
    for scope, effect in ((EVERYWHERE, FATAL), (Scope(), HARMLESS), (NOBODY_KNOWS, UNKNOWN)):
        found = met({"leaf_usage": LeafUsage(scope)}, leaf=leaf)
        assert found == ({objection: effect} if objection else {})


@pytest.mark.parametrize(
    ("ca", "objects"),
    [({}, False), ({"ca": False}, True), ({"ca": False, "key_usage": None}, False), (NO_BC, False)],
)
def test_usage_without_ca(ca: dict, objects: bool) -> None:
    expected = {"usage-without-ca:I": FATAL} if objects else {}
    assert met({"usage_without_ca": EVERYWHERE}, ca=ca) == expected


@pytest.mark.parametrize(
    ("ca", "since", "objects"),
    [
        ({}, None, False),
        ({"key_usage": None}, None, True),
        ({"key_usage": None}, 2020, True),
        ({"key_usage": None}, 2021, False),
    ],
)
def test_usage_needed(ca: dict, since: int | None, objects: bool) -> None:
    """The certificate begins in 2020."""
    start = datetime(since, 1, 1, tzinfo=UTC) if since else None
    expected = {"key-usage-missing:I": FATAL} if objects else {}
    assert met({"usage_needed": UsageNeeded(EVERYWHERE, start)}, ca=ca) == expected


@pytest.mark.parametrize(("critical", "objects"), [(True, True), (False, False)])
def test_purposes_that_count_only_where_critical(critical: bool, objects: bool) -> None:
    rules = Purpose(frozenset({Oid.SERVER_AUTH}), only_critical=True)
    leaf = {"eku": (Oid.EMAIL_PROTECTION,), "eku_critical": critical}
    expected = {"purpose-refused:leaf": FATAL} if objects else {}
    assert met({"purpose": rules}, leaf=leaf) == expected


def test_a_served_copy_of_the_root_does_not_count_for_its_path_length() -> None:
    leaf, ca, top = line(top={"path_len": 1})
    rules = objecting(path_length=PathLength(EVERYWHERE, counts_self_issued=True))
    assert Scene((leaf, ca, top), (top,)).met(rules, strategy=Strategy.END_TO_END) == {}


def test_a_missing_path_length_may_count() -> None:
    n = root("N")
    upper = n.intermediate("J")
    lower = upper.intermediate("I")
    scene = Scene((lower.leaf(HOSTNAME), lower, upper), (n,))
    for absent, found in ((None, []), (1, []), (0, ["path-length-exceeded:J"])):
        rules = PathLength(Scope(Role.SERVED_CA), absent=absent)
        objections = scene.met(objecting(path_length=rules))
        assert [code for code, effect in objections.items() if effect == FATAL] == found


def test_a_client_that_does_not_know_the_netscape_type() -> None:
    rules = {"leaf_usage": LeafUsage(EVERYWHERE, netscape=False)}
    assert met(rules, leaf=extra(NETSCAPE, BITS["ssl ca"], critical=False)) == {}


def test_which_usages_of_the_leaf_will_do() -> None:
    rules = LeafUsage(EVERYWHERE, KeyUsage.KEY_AGREEMENT)
    assert met({"leaf_usage": rules}) == {"key-usage-refused:leaf": FATAL}
    agreeing = {"key_usage": frozenset({"key_agreement"})}
    assert met({"leaf_usage": rules}, leaf=agreeing) == {}


KNOWN = frozenset({Known.BASIC_CONSTRAINTS, Known.KEY_USAGE})
ODD = extra(Oid.UNKNOWN_EXTENSION)


@pytest.mark.parametrize(
    ("rules", "faults", "expected"),
    [
        (Critical(KNOWN, scope=EVERYWHERE), {}, {}),
        (Critical(KNOWN, scope=EVERYWHERE), {"ca": ODD}, {"critical-extension:I": FATAL}),
        (Critical(KNOWN, scope=EVERYWHERE), {"top": ODD}, {"critical-extension:N": FATAL}),
        (Critical(KNOWN, scope=BELOW), {"top": ODD}, {"critical-extension:N": HARMLESS}),
        (Critical(KNOWN, scope=NOBODY_KNOWS), {"leaf": ODD}, {"critical-extension:leaf": UNKNOWN}),
        (
            Critical(KNOWN, scope=EVERYWHERE),
            {"ca": extra(Oid.UNKNOWN_EXTENSION, critical=False)},
            {},
        ),
        (
            Critical(frozenset({Known.BASIC_CONSTRAINTS}), scope=Scope(Role.LEAF)),
            {},
            {"critical-extension:leaf": FATAL, "critical-extension:I": HARMLESS}
            | {"critical-extension:N": HARMLESS},
        ),
        (
            Critical(KNOWN, known_in_leaf=frozenset({Oid.UNKNOWN_EXTENSION}), scope=EVERYWHERE),
            {"leaf": ODD, "ca": ODD},
            {"critical-extension:I": FATAL},
        ),
    ],
)
def test_critical_extensions(rules: Critical, faults: dict, expected: dict) -> None:
    assert met({"critical": rules}, **faults) == expected


POLICY_CONSTRAINTS = (Known.POLICY_CONSTRAINTS, False, b"\x30\x03\x80\x01\x00")
MAPPINGS = (Known.POLICY_MAPPINGS, False, bytes.fromhex("300c300a06032a030406032a0305"))
ANY = bytes.fromhex("300830060604551d2000")


def policies(value: bytes, *more: tuple[str, bool, bytes]) -> dict[str, Any]:
    return {"extra_extensions": ((Known.CERTIFICATE_POLICIES, False, value), *more)}


ONE, TWO = bytes.fromhex("3007300506032a0304"), bytes.fromhex("3007300506032a0305")
DEMAND = {"extra_extensions": (POLICY_CONSTRAINTS,)}


@pytest.mark.parametrize(
    ("scope", "faults", "expected"),
    [
        (EVERYWHERE, {}, {}),
        (EVERYWHERE, {"ca": policies(ONE), "leaf": policies(TWO)}, {}),
        (EVERYWHERE, {"ca": DEMAND}, {"no-valid-policy:I": FATAL}),
        (EVERYWHERE, {"ca": policies(ONE, POLICY_CONSTRAINTS)}, {"no-valid-policy:I": FATAL}),
        (EVERYWHERE, {"ca": policies(ONE, POLICY_CONSTRAINTS), "leaf": policies(ONE)}, {}),
        (EVERYWHERE, {"ca": policies(ANY, POLICY_CONSTRAINTS), "leaf": policies(TWO)}, {}),
        (
            EVERYWHERE,
            {"ca": policies(ONE, POLICY_CONSTRAINTS), "leaf": policies(TWO)},
            {"no-valid-policy:I": FATAL},
        ),
        (
            EVERYWHERE,
            {"ca": policies(ONE, POLICY_CONSTRAINTS, MAPPINGS), "leaf": policies(TWO)},
            {"no-valid-policy:I": UNKNOWN},
        ),
        (EVERYWHERE, {"top": DEMAND}, {}),
        (Scope(), {"ca": DEMAND}, {"no-valid-policy:I": HARMLESS}),
        (NOBODY_KNOWS, {"ca": DEMAND}, {"no-valid-policy:I": UNKNOWN}),
    ],
)
def test_explicit_policy(scope: Scope, faults: dict, expected: dict) -> None:
    assert met({"explicit_policy": scope}, **faults) == expected


@pytest.mark.parametrize(
    ("fields", "objects"),
    [
        ({"san": ("www.example.test",)}, True),
        ({"san": ("www.example.test",), "san_critical": True}, False),
        ({"san": None}, True),
    ],
)
def test_an_empty_subject_needs_a_critical_san(fields: dict, *, objects: bool) -> None:
    ca, n = line()[1:]
    leaf = ca.issue((), key("p256", 3), label="leaf", ca=False, **fields)
    for scope, effect in ((EVERYWHERE, FATAL), (NOBODY_KNOWS, UNKNOWN), (Scope(), HARMLESS)):
        expected = {"subject-missing:leaf": effect} if objects else {}
        assert Scene((leaf, ca), (n,)).met(objecting(empty_subject=scope)) == expected


@pytest.mark.parametrize(
    ("faults", "unknown"),
    [
        ({"ca": {"not_after": LAST_YEAR}}, "expired:I"),
        ({"top": {"not_after": LAST_YEAR}}, "expired:N"),
        ({"ca": SHA1}, "digest-refused:I"),
        ({"ca": {"ca": None}}, "not-a-ca:I"),
        ({"ca": {"key_usage": frozenset({"crl_sign"})}}, "no-cert-sign:I"),
        ({"leaf": CLIENT_ONLY}, "purpose-refused:leaf"),
        ({"ca": ODD}, "critical-extension:I"),
        ({"ca": RSA1024}, "key-too-small:I"),
        ({"leaf": {"key": key("ed25519")}}, "key-kind-refused:leaf"),
        ({"ca": DEMAND}, "no-valid-policy:I"),
        ({"top": {"name_constraints": (("example.org",), (), True)}}, "name-constraint-violated:"),
    ],
)
def test_a_client_of_whom_nothing_is_known_says_so(faults: dict, unknown: str) -> None:
    """`CheckRules()` knows nothing but that signatures count."""
    leaf, ca, top = line(**faults)
    found = Scene((leaf, ca), (top,)).met(CheckRules())
    assert any(name.startswith(unknown) and effect == UNKNOWN for name, effect in found.items())
    assert FATAL not in found.values()


def test_a_client_of_whom_nothing_is_known_accepts_no_signature_algorithm_for_sure() -> None:
    leaf, ca, n = line()
    found = Scene((leaf, ca), (n,)).met(CheckRules())
    unsupported = {"algorithm-unsupported:leaf", "algorithm-unsupported:I"}
    assert found == dict.fromkeys(unsupported, UNKNOWN)
