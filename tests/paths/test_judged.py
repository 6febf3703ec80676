"""Complete search that judges while it climbs, and its limits.  The cast: see `support`."""

from __future__ import annotations

from typing import Any

import pytest

from forge import HOSTNAME, Entity, key, root
from legacytrust.paths.rules import ALL_ROLES, AnchorMatch, KeyIdUse, Loop, Scope, Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    STALE_CROSS,
    STALE_NEW,
    Scene,
    objecting,
    searching,
)

DATES = objecting(dates=Scope(fatal=ALL_ROLES), signatures=Scope(fatal=ALL_ROLES))
STALE_CA = CA.reissue(label="stale-I", not_after=STALE_NEW.spec.not_after)
IMPOSTORS = tuple(root("N", key("p256", 4710 + n), label=f"N~{n}") for n in range(3))
NO_ID = NEW.reissue(label="no-id", ski=None)
OTHER_ID = NEW.reissue(label="other-id", ski=b"\x05" * 20)


def tried(served: tuple[Entity, ...], store: tuple[Entity, ...], **rules: Any) -> list[str]:
    usual = {"prunes": frozenset({"dates"}), **rules}
    return Scene(served, store).tried(searching(Strategy.JUDGED, DATES, **usual))


@pytest.mark.parametrize(
    ("served", "store", "attempts"),
    [
        ((LEAF, CA), (NEW,), ["leaf I [N]"]),
        pytest.param((LEAF, CROSS, CA), (NEW, OLD), ["leaf I [N]"], id="store before served"),
        pytest.param(
            (LEAF, STALE_CA, CA), (NEW,), ["leaf stale-I !expired", "leaf I [N]"],
            id="a dead intermediate is never built upon",
        ),
        pytest.param(
            (LEAF, CA, STALE_CROSS, CROSS), (STALE_NEW, OLD),
            ["leaf I stale-N !expired", "leaf I stale-N<O !expired", "leaf I N<O [O]"],
            id="nor is a dead root",
        ),
        pytest.param((LEAF,), (NEW,), ["leaf !no-issuer"], id="a missing issuer"),
        pytest.param((LEAF, CA, NEW), (OLD,), ["leaf I N !untrusted-root"], id="a served root"),
    ],
)  # fmt: skip
def test_what_is_refused_early_is_not_built_upon(served, store, attempts):
    assert tried(served, store) == attempts


def test_a_dead_leaf_ends_it_at_once():
    dead = CA.leaf(HOSTNAME, not_after=STALE_NEW.spec.not_after)
    assert tried((dead, CA), (NEW,)) == ["leaf !expired"]


def test_without_early_judgement_the_complete_path_is_judged():
    assert tried((LEAF, STALE_CA), (NEW,), prunes=frozenset()) == [
        "leaf stale-I [N] x expired:stale-I"
    ]


def test_candidates_are_counted():
    served, store = (LEAF, CA), (*IMPOSTORS, NEW)
    assert tried(served, store, candidate_limit=5)[-1] == "leaf I [N]"
    assert tried(served, store, candidate_limit=4)[-1] == "leaf I !limit-reached"


def test_signatures_are_counted_from_the_anchor_down():
    served, store = (LEAF, CA), (*IMPOSTORS, NEW)
    assert tried(served, store, signature_limit=5)[-1] == "leaf I [N]"
    assert tried(served, store, signature_limit=4)[-1] == "leaf I N !limit-reached"


def test_a_loop_counts_only_where_it_does():
    served, store = (LEAF, CA, NEW), (OLD,)
    assert tried(served, store, candidate_limit=2) == ["leaf I N !untrusted-root"]
    counted = tried(served, store, candidate_limit=2, counts_loops=True)
    assert counted == ["leaf I N !limit-reached"]


@pytest.mark.parametrize(
    ("use", "attempts"),
    [
        (KeyIdUse.IGNORED, ["leaf I [other-id]"]),
        (KeyIdUse.ORDERS, ["leaf I [N]"]),
        (KeyIdUse.CHOOSES, ["leaf I [N]"]),
        (KeyIdUse.DEMANDS, ["leaf I [N]"]),
    ],
)
def test_key_identifiers_order_or_choose(use, attempts):
    assert tried((LEAF, CA), (OTHER_ID, NO_ID, NEW), key_id=use) == attempts


@pytest.mark.parametrize(
    ("use", "accepted"),
    [(KeyIdUse.ORDERS, True), (KeyIdUse.CHOOSES, True), (KeyIdUse.DEMANDS, False)],
)
def test_a_key_identifier_that_nobody_has(use, accepted):
    outcome = tried((LEAF, CA), (NO_ID,), key_id=use)
    assert (outcome == ["leaf I [no-id]"]) is accepted


def test_an_anchor_may_stand_above_itself_where_it_may():
    own = root(HOSTNAME, label="own")
    assert tried((own,), (own,)) == ["own !untrusted-root"]
    assert tried((own,), (own,), anchor_loops=False) == ["own [own]"]
    assert tried((own,), (own,), anchor_match=AnchorMatch.CERTIFICATE) == ["[own]"]


def test_alternative_names_tell_two_certificates_of_one_key_apart():
    named = NEW.reissue(label="named", san=("www.example.org",))
    both = (LEAF, CA, named, NEW)
    loose = tried(both, (OLD,), loop=Loop.NAME_AND_KEY)
    exact = tried(both, (OLD,), loop=Loop.NAME_KEY_AND_SAN)
    assert "leaf I named N !untrusted-root" not in loose
    assert len(exact) > len(loose) or exact != loose


def test_an_intermediate_is_climbed_once_where_it_is():
    twin = CA.reissue(label="I'")
    served, store = (LEAF, CA, twin, CROSS, STALE_CROSS), (STALE_NEW,)
    above = [path for path in tried(served, store) if "N<O" in path]
    once = [path for path in tried(served, store, climbs_once=True) if "N<O" in path]
    assert len(once) < len(above)
