"""A client without quirks says what an independent RFC 5280 validator says, and so does each path.

The plain client is our own engine with nothing but the rules of RFC 5280, section 6.1: a complete
search, every check on everything below the anchor, and nothing of the anchor but its name and key.
The oracle is `pyhanko-certvalidator`, which shares no code with it.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings

import legacytrust as lt
from forge import FAULTS, HOSTNAME, Pki, pkis, topologies
from legacytrust.extensions import Oid
from legacytrust.paths.rules import (
    BELOW_ANCHOR,
    NO_CHECKS,
    AnchorMatch,
    Authority,
    CaProof,
    CheckRules,
    Critical,
    HostnameRules,
    NameConstraintRules,
    PathLength,
    Purpose,
    Scope,
    SearchRules,
    Strategy,
)
from legacytrust.paths.rules.search import IssuerTest
from legacytrust.reference import judge_by_reference
from support import Scene, model, some_models

ISSUERS = BELOW_ANCHOR
PLAIN_CHECKS = CheckRules(
    equal_algorithms=Scope(BELOW_ANCHOR),
    dates=Scope(BELOW_ANCHOR),
    digests=NO_CHECKS.digests,
    algorithms=NO_CHECKS.algorithms,
    key_sizes=NO_CHECKS.key_sizes,
    key_kinds=NO_CHECKS.key_kinds,
    authority=Authority(((ISSUERS, frozenset({CaProof.BASIC_CONSTRAINTS})),)),
    cert_sign=Scope(ISSUERS),
    path_length=PathLength(Scope(ISSUERS)),
    purpose=Purpose(frozenset({Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE})),
    critical=Critical(
        frozenset(
            {
                Oid.KEY_USAGE, Oid.BASIC_CONSTRAINTS, Oid.EXTENDED_KEY_USAGE, Oid.NAME_CONSTRAINTS,
                Oid.SUBJECT_ALT_NAME, Oid.CERTIFICATE_POLICIES, Oid.POLICY_CONSTRAINTS,
                Oid.POLICY_MAPPINGS, Oid.INHIBIT_ANY_POLICY, Oid.CRL_DISTRIBUTION_POINTS,
            }
        ),
        scope=Scope(BELOW_ANCHOR),
    ),
    name_constraints=NameConstraintRules(Scope(ISSUERS)),
    explicit_policy=Scope(BELOW_ANCHOR),
    anchor_constraints=NO_CHECKS.anchor_constraints,
    hostname=HostnameRules(),
)  # fmt: skip
PLAIN = model(
    SearchRules(
        Strategy.DEPTH_FIRST,
        trusted_first=True,
        partial_chain=True,
        anchor_match=AnchorMatch.NEVER,
        served_tests=IssuerTest.KEY_ID,
        store_tests=IssuerTest.KEY_ID,
    ),
    PLAIN_CHECKS,
)
#: Key identifiers help to find paths; RFC 5280 does not say what a wrong serial number in one does.
DECIDED = tuple(fault for fault in FAULTS if fault.label != "AKI by issuer and serial")
compared = settings(
    max_examples=max(100, settings().max_examples),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def agrees(pki: Pki) -> None:
    scene = Scene.of(pki)
    second = judge_by_reference(scene.chain, store=scene.store, at=pki.at, hostname=HOSTNAME)
    assume(second.verdict is not lt.Verdict.UNKNOWN)
    outcome = scene.outcome(PLAIN, HOSTNAME)
    assert outcome.verdict is second.verdict, (pki, second.reason, outcome.explain())


@compared
@given(topologies())
def test_a_client_without_quirks_finds_the_paths_that_the_reference_finds(pki: Pki) -> None:
    agrees(pki)


@compared
@given(pkis(key_kinds=("p256", "rsa2048"), faults=DECIDED))
def test_and_objects_to_what_it_objects_to(pki: Pki) -> None:
    agrees(pki)


@pytest.mark.slow
@compared
@given(topologies(), some_models())
def test_every_path_that_a_client_accepts_is_a_path_to_the_reference(
    pki: Pki, models: list[lt.ClientModel]
) -> None:
    """Law: served alone, with its own anchor, it is accepted, but for what the client forgives."""
    for client in models:
        path = Scene.of(pki).outcome(client).path
        if path is None or len(path.steps) < 2 or path.anchor is None:
            continue
        served = lt.ServedChain.from_certificates(
            c for c in path.certificates[:-1] if isinstance(c, lt.Certificate)
        )
        store = lt.TrustStore.from_certificates([path.anchor.certificate])
        second = judge_by_reference(served, store=store, at=pki.at)
        dated = client.checks.dates.fatal
        forgiven = any(step.role not in dated for step in path.steps[:-1])
        assert second.verdict is not lt.Verdict.REJECTED or forgiven, (client.id, second.reason)
