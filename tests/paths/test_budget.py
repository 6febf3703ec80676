"""Hostile inputs end, for every client that is modelled, with a verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import legacytrust as lt
from forge import Entity, key, root
from legacytrust.paths.rules import Strategy
from legacytrust.paths.search import DEFAULT_BUDGET
from support import CA, HOSTNAME, LEAF, NEW, OLD, Scene, every_model, models_of, one_of_each


def mesh(size: int) -> tuple[Entity, list[Entity]]:
    """CAs that have all signed each other, and a leaf under one of them."""
    roots = [root(f"R{number}") for number in range(size)]
    crosses = [a.cross_sign(b) for a in roots for b in roots if a is not b]
    return roots[0].leaf(HOSTNAME), crosses


def tower(height: int) -> list[Entity]:
    """A leaf and intermediates under each other, the root last."""
    made = [root("T0")]
    for number in range(1, height):
        made.append(made[-1].intermediate(f"T{number}"))
    return [made[-1].leaf(HOSTNAME), *reversed(made)]


def namesakes(count: int = 100) -> list[Entity]:
    return [root("C", key("p256", 1000 + number)) for number in range(count)]


def intermediates() -> list[Entity]:
    issuer = root("U")
    return [issuer.intermediate("C", key("p256", 2000 + number)) for number in range(100)]


def strangers(number: int) -> list[Entity]:
    return [root(f"J{one}") for one in range(number)]


def both(leaf: Entity, served: list[Entity], trusted: list[Entity]) -> Scene:
    return Scene((leaf, *served), trusted)


def upright(height: int) -> Scene:
    made = tower(height)
    return Scene(made[:-1], made[-1:])


BELOW = root("C").leaf(HOSTNAME)
REFUSED = root("R0").reissue(digest="sha1")
HOSTILE: dict[str, Callable[[], Scene]] = {
    "mesh served": lambda: both(*mesh(8), []),
    "mesh trusted": lambda: both(mesh(8)[0], [], mesh(8)[1]),
    "mesh served and trusted": lambda: both(*mesh(8), mesh(8)[1]),
    "mesh under a root that is refused": lambda: both(*mesh(8), [REFUSED]),
    "100 roots of one name trusted": lambda: both(BELOW, [], namesakes()),
    "100 roots of one name served": lambda: both(BELOW, namesakes(), []),
    "100 intermediates, 100 roots": lambda: both(BELOW, intermediates(), namesakes()),
    "300 certificates in order": lambda: upright(301),
    "300 certificates in reverse": lambda: both(tower(301)[0], tower(301)[:0:-1], [root("T0")]),
    "300 intermediates trusted": lambda: both(tower(301)[0], [], tower(301)[1:]),
    "30 CAs that all signed each other": lambda: both(*mesh(30), []),
    "30 such CAs, trusted": lambda: both(mesh(30)[0], [], mesh(30)[1]),
    "a chain of 100": lambda: upright(101),
    "1,000 certificates of one name": lambda: both(BELOW, namesakes(990), namesakes()),
    "two CAs that signed each other": lambda: both(*mesh(2), []),
    "900 certificates in order": lambda: upright(901),
    "900 intermediates trusted": lambda: both(tower(901)[0], [], tower(901)[1:]),
    "990 strangers between": lambda: both(LEAF, [*strangers(990), CA], [NEW]),
    "the leaf 900 times": lambda: both(LEAF, [LEAF] * 899, [OLD]),
}


#: Those that cost each client some milliseconds only.
QUICK = ("mesh served", "mesh trusted", "a chain of 100", "two CAs that signed each other")


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in HOSTILE]
)
def test_every_family_ends_with_a_verdict(name: str) -> None:
    ends_with_a_verdict(HOSTILE[name](), one_of_each())


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_every_version_ends_with_a_verdict(name: str) -> None:
    ends_with_a_verdict(HOSTILE[name](), every_model())


def ends_with_a_verdict(scene: Scene, models: tuple[lt.ClientModel, ...]) -> None:
    for model in models:
        outcome = scene.outcome(model)
        exhausted = any(f.code is lt.Code.BUDGET_EXHAUSTED for f in outcome.findings)
        assert not exhausted or outcome.verdict is lt.Verdict.UNKNOWN
        assert outcome.verdict is not lt.Verdict.UNKNOWN or outcome.findings


@pytest.mark.parametrize("model", models_of(Strategy.BACKTRACK), ids=str)
def test_a_mesh_exhausts_a_client_that_back_tracks(model: lt.ClientModel) -> None:
    outcome = HOSTILE["mesh served"]().outcome(model)
    assert outcome.verdict is lt.Verdict.UNKNOWN
    assert lt.Code.BUDGET_EXHAUSTED in {finding.code for finding in outcome.findings}
    assert "given up" in outcome.explain()


def test_a_chain_that_a_greedy_client_finds_too_long_is_told_as_such() -> None:
    long = tower(120)
    outcome = Scene(long[:-1], long[-1:]).outcome("openssl 1.1.1")
    assert outcome.verdict is lt.Verdict.REJECTED
    assert [finding.code for finding in outcome.findings] == [lt.Code.PATH_TOO_LONG]


def test_strangers_cost_little() -> None:
    scene = HOSTILE["990 strangers between"]()
    assert scene.verdict("android 9") == scene.verdict("openssl 3.0.0") == "accepted"


@pytest.mark.parametrize("budget", [0, 1, 5, 20, 50])
def test_a_small_budget_never_gives_another_verdict_than_unknown(budget: int) -> None:
    for model in every_model():
        scene = Scene((LEAF, CA), (NEW,))
        full, bounded = scene.outcome(model), scene.outcome(model, budget=budget)
        assert bounded.verdict in (full.verdict, lt.Verdict.UNKNOWN)


def test_the_budget_is_far_above_what_real_chains_need() -> None:
    for model in every_model():
        scene = Scene((LEAF, CA), (NEW,))
        assert scene.outcome(model, budget=DEFAULT_BUDGET // 100) == scene.outcome(model)
