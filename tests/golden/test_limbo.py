"""The cases of x509-limbo: each ends in a verdict within its budget, for every family."""

from __future__ import annotations

import json

import pytest

import legacytrust as lt
from legacytrust.simulate import Question
from limbo import Case, cases
from support import every_model, one_of_each

_SAME_SUBJECT = "pathological::pathological-chain-same-subject-"
#: A hundred CAs of one name: who tries every order of them is stopped by our budget, as the real
#: ones are by limits of their own (250 steps of libpkix, 200,000 calls of mozilla::pkix).
OUT_OF_BUDGET = {
    (name, f"{_SAME_SUBJECT}{key}-key")
    for name in ("nss-libpkix", "mozilla-pkix", "cryptoapi", "sectrust", "chrome")
    for key in ("same", "distinct")
} | {(name, "bettertls::pathbuilding::tc61") for name in ("cryptoapi", "sectrust")}


def ends(case: Case, models: tuple[lt.ClientModel, ...]) -> None:
    chain, store = case.chain, case.store
    if chain is None or store is None:
        return  # refused when it is read, with an error of ours: that is an end as well
    question = Question.of(chain, case.at, case.hostname, pool=lt.CertificatePool())
    for model in models:
        outcome = question.ask(model, store)
        assert outcome.verdict in lt.Verdict
        codes = {finding.code for finding in outcome.findings}
        gave_up = lt.Code.BUDGET_EXHAUSTED in codes
        assert not gave_up or (model.name, case.id) in OUT_OF_BUDGET, (model.id, case.id)
        assert outcome.verdict is lt.Verdict.ACCEPTED or codes
        json.dumps(outcome.to_dict())


@pytest.mark.slow
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
