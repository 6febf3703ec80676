"""The host name and the name constraints: which objection, and what it does.

How names are matched in detail is not the matter here, but what a match or a miss leads to.
"""

from __future__ import annotations

import pytest

from forge import HOSTNAME, key, root
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    CommonNameUse,
    DnsConstraintForm,
    HostnameRules,
    NameConstraintRules,
    Scope,
    Strategy,
    Wildcards,
)
from support import Scene, line, met, objecting

FATAL, UNKNOWN, HARMLESS = "fatal", "unknown", "harmless"
OPEN = HostnameRules(unknown=True)
LEFT = HostnameRules(checked=False)
MISMATCH, APPLICATION = "hostname-mismatch:leaf", "hostname-left-to-application:leaf"
EVERYWHERE, BELOW_ROOT = Scope(ALL_ROLES), Scope(Role.SERVED_CA, unknown=Role.ANCHOR)


@pytest.mark.parametrize(
    ("rules", "san", "expected"),
    [
        (HostnameRules(), (HOSTNAME,), {}),
        (HostnameRules(), ("*.example.test",), {}),
        (HostnameRules(), ("www.example.org",), {MISMATCH: FATAL}),
        (HostnameRules(), None, {MISMATCH: FATAL}),
        (HostnameRules(common_name=CommonNameUse.NO_DNS_NAME), None, {}),
        (HostnameRules(common_name=CommonNameUse.NO_NAME), ("192.0.2.1",), {MISMATCH: FATAL}),
        (HostnameRules(common_name=CommonNameUse.NO_DNS_NAME), ("192.0.2.1",), {}),
        (HostnameRules(common_name=CommonNameUse.ALWAYS), ("www.example.org",), {}),
        (HostnameRules(), ("w*.example.test",), {MISMATCH: FATAL}),
        (HostnameRules(wildcards=Wildcards.PARTIAL_LABEL), ("w*.example.test",), {}),
        (OPEN, (HOSTNAME,), {}),
        (OPEN, ("w*.example.test",), {APPLICATION: UNKNOWN}),
        (OPEN, None, {APPLICATION: UNKNOWN}),
        (OPEN, ("www.example.org",), {APPLICATION: UNKNOWN}),
        (LEFT, (HOSTNAME,), {}),
        (LEFT, ("www.example.org",), {APPLICATION: UNKNOWN}),
    ],
)
def test_hostname(rules: HostnameRules, san: tuple[str, ...] | None, expected: dict) -> None:
    leaf, ca, n = line(leaf={"san": san})
    assert Scene((leaf, ca), (n,)).met(objecting(hostname=rules), HOSTNAME) == expected


def test_a_certain_mismatch_is_certain_whoever_compares() -> None:
    """No client at all takes another name, so an unknown rule leaves nothing open."""
    ca, n = line()[1:]
    leaf = ca.leaf("www.example.org")
    assert Scene((leaf, ca), (n,)).met(objecting(hostname=OPEN), HOSTNAME) == {MISMATCH: FATAL}


def test_without_a_hostname_nothing_is_compared() -> None:
    leaf, ca, n = line(leaf={"san": ("www.example.org",)})
    assert Scene((leaf, ca), (n,)).met(objecting(hostname=HostnameRules())) == {}


PERMITS = {"name_constraints": (("example.test",), (), True)}
FOREIGN = {"name_constraints": (("example.org",), (), True)}
EXCLUDES = {"name_constraints": ((), ("example.test",), True)}
VIOLATED = "name-constraint-violated:leaf"


@pytest.mark.parametrize(
    ("scope", "faults", "expected"),
    [
        (EVERYWHERE, {"ca": PERMITS}, {}),
        (EVERYWHERE, {"ca": FOREIGN}, {VIOLATED: FATAL}),
        (EVERYWHERE, {"top": FOREIGN}, {VIOLATED: FATAL}),
        (EVERYWHERE, {"ca": EXCLUDES}, {VIOLATED: FATAL}),
        (EVERYWHERE, {"ca": PERMITS, "top": EXCLUDES}, {VIOLATED: FATAL}),
        (BELOW_ROOT, {"top": FOREIGN}, {VIOLATED: UNKNOWN}),
        (Scope(), {"ca": FOREIGN}, {VIOLATED: HARMLESS}),
        (Scope(unknown=ALL_ROLES), {"ca": FOREIGN}, {VIOLATED: UNKNOWN}),
        (EVERYWHERE, {"ca": FOREIGN, "leaf": {"san": None}}, {}),
    ],
)
def test_name_constraints(scope: Scope, faults: dict, expected: dict) -> None:
    assert met({"name_constraints": NameConstraintRules(scope)}, **faults) == expected


@pytest.mark.parametrize(
    ("use", "san", "objects"),
    [
        (CommonNameUse.NEVER, None, False),
        (CommonNameUse.NO_DNS_NAME, None, True),
        (CommonNameUse.NO_DNS_NAME, ("x.example.org",), False),
        (CommonNameUse.ALWAYS, ("x.example.org",), True),
    ],
)
def test_when_the_common_name_is_constrained(
    use: CommonNameUse, san: tuple[str, ...] | None, *, objects: bool
) -> None:
    rules = NameConstraintRules(EVERYWHERE, common_name=use)
    found = met({"name_constraints": rules}, ca=FOREIGN, leaf={"san": san})
    assert found == ({VIOLATED: FATAL} if objects else {})


def permits(*names: str) -> dict:
    return {"name_constraints": (names, (), True)}


@pytest.mark.parametrize(
    ("form", "ca", "top", "objects"),
    [
        (DnsConstraintForm.RFC5280, permits(".example.test"), {}, False),
        (DnsConstraintForm.SUN, permits(".example.test"), {}, True),
        (DnsConstraintForm.BOUNCY_CASTLE, permits(".example.test"), {}, False),
        (DnsConstraintForm.RFC5280, permits(f".{HOSTNAME}"), {}, True),
        (DnsConstraintForm.BOUNCY_CASTLE, permits(f".{HOSTNAME}"), {}, False),
        (DnsConstraintForm.RFC5280, permits("example.test"), permits("example.test"), False),
        (DnsConstraintForm.BOUNCY_CASTLE, permits("example.test"), permits("example.test"), True),
        (DnsConstraintForm.BOUNCY_CASTLE, permits(HOSTNAME), permits("example.test"), False),
    ],
)
def test_forms_of_dns_constraints(
    form: DnsConstraintForm, ca: dict, top: dict, *, objects: bool
) -> None:
    found = met({"name_constraints": NameConstraintRules(EVERYWHERE, form)}, ca=ca, top=top)
    assert found == ({VIOLATED: FATAL} if objects else {})


@pytest.mark.parametrize(("subject", "objects"), [("N", False), ("K", True)])
def test_intermediates_are_constrained_unless_self_issued(subject: str, *, objects: bool) -> None:
    n = root("N", **EXCLUDES)
    between = n.issue(subject, key("p256", 6), san=("mail.example.test",), label="K", ca=True)
    scene = Scene((between.leaf("www.example.org"), between), (n,))
    rules = objecting(name_constraints=NameConstraintRules(EVERYWHERE))
    found = scene.met(rules, strategy=Strategy.REORDER)
    assert ("name-constraint-violated:K" in found) is objects
    assert VIOLATED not in found
