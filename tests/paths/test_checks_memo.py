"""Checks name the rules that they read, so that what they found can be kept for other clients."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given, settings

import legacytrust as lt
from forge import HOSTNAME, Pki, pkis
from legacytrust.clients.family import CHECK_TRAITS
from legacytrust.paths.checks import CHECKS, Check, CheckContext, FindingMemo
from legacytrust.signatures import SignatureMemo
from support import Scene, every_model, line


class Recorder:
    """Rules that note which of them were read."""

    def __init__(self, rules: object) -> None:
        self.rules = rules
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self.rules, name)


def complete_paths(scene: Scene) -> list[tuple[lt.ClientModel, lt.Path]]:
    return [
        (model, attempt.path)
        for model in every_model()
        for attempt in scene.outcome(model).attempts
        if attempt.path.is_complete
    ]


def test_every_rule_is_read_by_exactly_one_check() -> None:
    named = [name for check in CHECKS for name in check.rules]
    assert sorted(named) == sorted(CHECK_TRAITS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.find.__name__)
def test_every_code_of_a_rule_comes_from_the_check_that_reads_it(check: Check) -> None:
    codes = [code for code in lt.Code if code.rule in check.rules]
    assert codes or check.rules == ("own_signature",)


@settings(max_examples=8)
@given(pkis())
def test_a_check_reads_no_rule_that_it_does_not_name(pki: Pki) -> None:
    """Law: what a check finds depends on the path, the question and its own rules alone."""
    for model, path in complete_paths(Scene.of(pki))[::5]:
        for check in CHECKS:
            recorder = Recorder(model.checks)
            context = CheckContext(path, recorder, pki.at, HOSTNAME, SignatureMemo())  # type: ignore[arg-type]
            list(check.find(context))
            assert recorder.read <= set(check.rules), check.find.__name__


@settings(max_examples=8)
@given(pkis())
def test_what_is_remembered_is_what_would_be_found(pki: Pki) -> None:
    """Law: one memory for all clients gives each the findings that it would have alone."""
    shared, signatures = FindingMemo(), SignatureMemo()
    for model, path in complete_paths(Scene.of(pki)):
        context = CheckContext(path, model.checks, pki.at, HOSTNAME, signatures)
        alone = tuple(finding for check in CHECKS for finding in check.find(context))
        assert shared.find_all(context) == alone
        # Rules that are equal, but other objects, and gone again at once.
        twin = attrs.evolve(context, rules=attrs.evolve(model.checks))
        assert shared.find_all(twin) == alone


def test_the_same_certificates_in_other_roles_are_another_path() -> None:
    leaf, ca, n = line()
    served, stored = Scene((leaf, ca), (n,)), Scene((leaf,), (ca, n))
    paths = [scene.outcome("openssl 1.0.2k").path for scene in (served, stored)]
    assert paths[0] is not None
    assert paths[1] is not None
    assert paths[0].certificates == paths[1].certificates
    assert paths[0].key != paths[1].key
