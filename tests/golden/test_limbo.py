"""The cases of x509-limbo: each ends in a verdict within its budget, for every family."""

from __future__ import annotations

import json

import pytest

import legacytrust as lt
from legacytrust.simulate import Question
from limbo import Case, cases
from support import every_model, one_of_each


def ends(case: Case, models: tuple[lt.ClientModel, ...]) -> None:
    chain, store = case.chain, case.store
    if chain is None or store is None:
        return  # refused when it is read, with an error of ours: that is an end as well
    question = Question.of(chain, case.at, case.hostname, pool=lt.CertificatePool())
    for model in models:
        outcome = question.ask(model, store)
        assert outcome.verdict in lt.Verdict
        codes = {finding.code for finding in outcome.findings}
        assert lt.Code.BUDGET_EXHAUSTED not in codes, model.id
        assert outcome.verdict is lt.Verdict.ACCEPTED or codes
        json.dumps(outcome.to_dict())


def test_every_case_ends_in_a_verdict_for_every_family() -> None:
    for case in cases():
        ends(case, one_of_each())


@pytest.mark.slow
def test_every_case_ends_in_a_verdict_for_every_version() -> None:
    for case in cases():
        ends(case, every_model())


def test_nearly_all_cases_can_be_read() -> None:
    """A lenient reader must not lose what some client would take."""
    unread = [case.id for case in cases() if case.chain is None or case.store is None]
    assert len(unread) <= 5, unread
