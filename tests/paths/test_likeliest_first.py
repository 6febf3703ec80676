"""Complete search over all that is known, the likeliest issuer first.  The cast: see `support`."""

from __future__ import annotations

from typing import Any

import pytest

from forge import HOSTNAME, Entity, key, root
from legacytrust.paths.rules import ALL_ROLES, Loop, Scope, Strategy
from support import (
    AT,
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

STRICT = objecting(dates=Scope(fatal=ALL_ROLES), signatures=Scope(fatal=ALL_ROLES))
IMPOSTORS = tuple(root("N", key("p256", 4710 + n), label=f"N~{n}") for n in range(3))
NO_ID = NEW.reissue(label="no-id", ski=None)
OTHER_ID = NEW.reissue(label="other-id", ski=b"\x05" * 20)
YOUNGER = NEW.reissue(label="younger", not_before=AT.replace(year=AT.year - 1))


def tried(served: tuple[Entity, ...], store: tuple[Entity, ...], **rules: Any) -> list[str]:
    usual = {"loop": Loop.NAME_KEY_AND_SAN, **rules}
    return Scene(served, store).tried(searching(Strategy.LIKELIEST_FIRST, STRICT, **usual))


@pytest.mark.parametrize(
    ("served", "store", "attempts"),
    [
        ((LEAF, CA), (NEW,), ["leaf I [N]"]),
        pytest.param((LEAF, CROSS, CA), (NEW, OLD), ["leaf I [N]"], id="trusted before served"),
        pytest.param((LEAF, CA, NEW), (NEW,), ["leaf I [N]"], id="a served root ends it"),
        pytest.param((LEAF, CA, CROSS), (CROSS,), ["leaf I [N<O]"], id="a trusted intermediate"),
        pytest.param(
            (LEAF, CA), (OTHER_ID, NO_ID, NEW), ["leaf I [N]"], id="the named key identifier"
        ),
        pytest.param((LEAF, CA), (OTHER_ID, NO_ID), ["leaf I [no-id]"], id="none before another"),
        pytest.param(
            (LEAF, CA, CROSS), (OTHER_ID, OLD), ["leaf I N<O [O]"],
            id="served and fitting before trusted and not",
        ),
        pytest.param((LEAF, CA), (NEW, YOUNGER), ["leaf I [younger]"], id="the younger one"),
        pytest.param(
            (LEAF, CA, STALE_CROSS, CROSS), (STALE_NEW, OLD),
            ["leaf I [stale-N] x expired:stale-N", "leaf I N<O [O]"],
            id="on to the next when one is refused",
        ),
        pytest.param((LEAF,), (NEW,), ["leaf !no-issuer"], id="a missing issuer"),
        pytest.param((LEAF, CA, NEW), (OLD,), ["leaf I N !untrusted-root"], id="a served root"),
    ],
)  # fmt: skip
def test_paths_in_their_order(served, store, attempts):
    assert tried(served, store) == attempts


def test_a_trusted_leaf_stands_below_itself():
    itself = root(HOSTNAME, label="itself")
    assert tried((itself,), (itself,)) == ["itself [itself]"]
    assert tried((LEAF,), (LEAF,)) == ["leaf !no-issuer"]


def test_each_question_counts_also_one_without_an_answer():
    served, store = (LEAF, CA), (*IMPOSTORS, OTHER_ID)
    assert tried(served, store, candidate_limit=5)[-1] == "leaf I [other-id]"
    assert tried(served, store, candidate_limit=4)[-1] == "leaf I !limit-reached"
    served, store = (LEAF, CA, NEW), (OLD,)
    assert tried(served, store, candidate_limit=6) == ["leaf I N !untrusted-root"]
    assert tried(served, store, candidate_limit=2)[-1] == "leaf I N !limit-reached"


def test_a_long_list_needs_a_question_for_each_link():
    chain = [NEW]
    for number in range(4):
        chain.append(chain[-1].intermediate(f"I{number}"))
    served = (chain[-1].leaf(HOSTNAME), *chain[1:])
    assert tried(served, (NEW,), candidate_limit=5)[-1].endswith("[N]")
    assert tried(served, (NEW,), candidate_limit=4)[-1].endswith("!limit-reached")
