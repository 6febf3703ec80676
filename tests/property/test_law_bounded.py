"""The engine ends within its budget on any graph, and on any bytes that pass for certificates."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, key, root
from legacytrust.errors import CertificateError
from legacytrust.paths.builders import BUILDERS
from legacytrust.paths.relations import BudgetExhaustedError
from legacytrust.paths.search import Search
from legacytrust.signatures import SignatureMemo
from legacytrust.simulate import Question
from support import CA, CROSS, LEAF, NEW, OLD, Scene, as_store, some_models

BUDGET = 2_000
AUTHORITIES = [
    root(name, key("p256", 100 + 10 * generation + number), label=f"{name}{generation}")
    for generation in range(2)
    for number, name in enumerate("ABCDE")
]
_PICKED = st.sampled_from(AUTHORITIES)


@st.composite
def tangles(draw: st.DrawFn) -> Scene:
    """Any graph over ten CAs with five names, served and trusted in any order."""
    pairs = draw(st.lists(st.tuples(_PICKED, _PICKED), min_size=1, max_size=30))
    edges = [a if a is b else a.cross_sign(b) for a, b in pairs]
    some = st.lists(st.sampled_from(edges), max_size=30)
    leaf = draw(_PICKED).leaf(HOSTNAME)
    return Scene((leaf, *draw(some)), draw(some), AT)


class CountingSearch(Search):
    """Knows what was spent."""

    spent = 0

    def spend(self, cost: int = 1) -> None:
        self.spent += cost
        super().spend(cost)


@given(tangles(), some_models())
def test_any_graph_ends_within_the_budget(scene: Scene, models: list[lt.ClientModel]) -> None:
    """Law: a verdict for every client; unknown, and said so, where the budget ran out."""
    for model in models:
        outcome = scene.outcome(model, budget=BUDGET)
        assert 1 <= len(outcome.attempts) <= BUDGET + 1
        exhausted = outcome.attempts[-1].path.end
        if exhausted is not None and exhausted.code is lt.Code.BUDGET_EXHAUSTED:
            assert outcome.verdict is lt.Verdict.UNKNOWN
        codes = {f.code for attempt in outcome.attempts[:-1] for f in attempt.findings}
        assert lt.Code.BUDGET_EXHAUSTED not in codes


@given(tangles(), some_models())
def test_what_a_search_does_is_counted(scene: Scene, models: list[lt.ClientModel]) -> None:
    """Law: no builder yields more paths than it has asked questions."""
    for model in models:
        search = CountingSearch(
            scene.chain, scene.store, AT, model.search, model.checks, SignatureMemo(), BUDGET
        )
        yielded = 0
        with contextlib.suppress(BudgetExhaustedError):
            for _ in _all_refused(search):
                yielded += 1
        assert yielded <= search.spent + 1
        assert search.spent <= BUDGET + len(scene.chain) + len(scene.store)


def _all_refused(search: Search) -> Iterator[lt.Path]:
    """Every path that a builder yields when nothing it yields is accepted."""
    builder = BUILDERS[search.rules.strategy](search)
    try:
        path = next(builder)
        while True:
            yield path
            refused = lt.Finding.of(lt.Code.EXPIRED, lt.Effect.FATAL)
            path = builder.send(lt.Attempt(path, (refused,)))
    except StopIteration:
        return


_EDIT = st.tuples(st.integers(0, 2000), st.integers(0, 255))
_GOOD: list[Entity] = [LEAF, CA, CROSS, NEW, OLD]


@given(st.integers(0, 2), st.lists(_EDIT, min_size=1, max_size=4), st.integers(0, 3), some_models())
def test_any_bytes_that_pass_for_a_certificate(
    place: int, edits: list[tuple[int, int]], cut: int, models: list[lt.ClientModel]
) -> None:
    """Law: spoilt bytes are refused when they are read, or lead to a verdict; nothing else."""
    served = [entity.der for entity in _GOOD[:3]]
    spoilt = bytearray(served[place])
    for position, value in edits:
        spoilt[position % len(spoilt)] = value
    served[place] = bytes(spoilt[: len(spoilt) - cut])
    try:
        chain = lt.ServedChain.from_certificates(served)
    except CertificateError:
        return
    store, question = as_store([NEW, OLD]), Question.of(chain, AT, HOSTNAME, BUDGET)
    for model in models:
        outcome = question.ask(model, store)
        assert outcome.verdict in lt.Verdict
        assert outcome.explain()
        json.dumps(outcome.to_dict())
