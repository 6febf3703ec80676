"""Served order, strict (Android up to 2.3) and re-ordered (Android 3.0 to 6.0).

The cast is that of `support`: leaf <- I <- N, and N<O <- O.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import legacytrust as lt
from forge import Entity, key, root
from legacytrust.paths.rules import BELOW_ANCHOR, IssuerTest, Scope, Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_CROSS,
    STALE_NEW,
    STRANGER,
    Scene,
    objecting,
    searching,
)

STRICT = searching(Strategy.STRICT_ORDER, store_tests=IssuerTest.SIGNATURE)
UNIQUE = searching(Strategy.STRICT_ORDER, unique_subjects=True)
SORTED = searching(Strategy.REORDER, store_tests=IssuerTest.SIGNATURE)
WHOLE = searching(Strategy.REORDER, store_tests=IssuerTest.SIGNATURE, whole_list=True)


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        ((LEAF, CA), (NEW,), "leaf I [N]"),
        ((LEAF, CA), (OLD, NEW), "leaf I [N]"),
        ((LEAF, CA, CROSS), (OLD,), "leaf I N<O [O]"),
        pytest.param((LEAF, CA, CROSS), (NEW,), "leaf I N<O !no-issuer", id="only the new root"),
        pytest.param((LEAF, CA), (OLD,), "leaf I !no-issuer", id="issuer not in store"),
        pytest.param((LEAF,), (NEW,), "leaf !no-issuer", id="missing intermediate"),
        pytest.param((LEAF, CROSS, CA), (NEW,), "leaf N<O I !out-of-order", id="swapped"),
        pytest.param(
            (LEAF, CA, STRANGER), (NEW,), "leaf I J !no-issuer", id="surplus, its root unknown"
        ),
        pytest.param(
            (LEAF, CA, STRANGER), (NEW, OTHER), "leaf I J !out-of-order", id="surplus, root known"
        ),
        pytest.param(
            (LEAF, STRANGER, CA), (NEW,), "leaf J I !out-of-order", id="surplus in the middle"
        ),
        pytest.param((LEAF, CA, CA), (NEW,), "leaf I I !out-of-order", id="duplicate"),
        pytest.param((LEAF, LEAF, CA), (NEW,), "leaf leaf I !out-of-order", id="duplicate leaf"),
        pytest.param((LEAF, CA, NEW), (NEW,), "leaf I N [N]", id="served root stays in the path"),
        pytest.param((LEAF, CA, NEW, NEW), (NEW,), "leaf I N N [N]", id="root served twice"),
        pytest.param((LEAF, CA, NEW), (OLD,), "leaf I N !untrusted-root", id="served root unknown"),
        pytest.param((LEAF, CA), (CA,), "leaf I !out-of-order", id="intermediate in the store"),
        pytest.param((LEAF,), (LEAF,), "[leaf]", id="single certificate in the store"),
        pytest.param((LEAF, CA), (LEAF,), "leaf I !no-issuer", id="leaf in store, not alone"),
    ],
)
def test_strict_order(served: Sequence[Entity], store: Sequence[Entity], tried: str) -> None:
    assert Scene(served, store).tried(STRICT) == [tried]


def test_strict_order_judges_a_served_root_like_any_other() -> None:
    """An expired copy of the root in the list is fatal; the one in the store is not looked at."""
    client = searching(Strategy.STRICT_ORDER, objecting(dates=Scope(fatal=BELOW_ANCHOR)))
    assert Scene((LEAF, CA, STALE_NEW), (STALE_NEW,)).tried(client) == [
        "leaf I stale-N [stale-N] x expired:stale-N"
    ]
    assert Scene((LEAF, CA), (STALE_NEW,)).tried(client) == ["leaf I [stale-N]"]


def test_strict_order_takes_an_issuer_that_really_signed() -> None:
    """Of two store roots of one name the one whose key fits, wherever it stands."""
    twin = root("N", key("p256", 4711), label="N~")
    assert Scene((LEAF, CA), (twin, NEW)).tried(STRICT) == ["leaf I [N]"]


def test_a_store_with_two_roots_of_one_name_cannot_be_used() -> None:
    twin = root("O", key("p256", 4711), label="O~")
    assert Scene((LEAF, CA), (NEW, OLD, twin)).tried(UNIQUE) == ["leaf I !store-unusable"]
    assert Scene((LEAF, CA), (NEW, OLD)).tried(UNIQUE) == ["leaf I [N]"]


REORDERED = [
    ((LEAF, CA), (NEW,), "leaf I [N]"),
    pytest.param((LEAF, CROSS, CA), (OLD,), "leaf I N<O [O]", id="swapped into place"),
    pytest.param((LEAF, CA, NEW), (NEW,), "leaf I [N]", id="cut at the root"),
    pytest.param((LEAF, CA, CROSS), (NEW,), "leaf I [N]", id="cut at the twin of a root"),
    pytest.param(
        (LEAF, CA, STALE_CROSS), (NEW, OLD), "leaf I [N]", id="expired cross above a root"
    ),
    pytest.param((LEAF, CA), (CA,), "leaf [I]", id="cut at an intermediate in the store"),
    pytest.param((LEAF, CA), (LEAF,), "[leaf]", id="leaf in the store"),
    pytest.param((LEAF, CA), (OLD,), "leaf I !no-issuer", id="issuer not in store"),
    pytest.param((LEAF, CA, NEW), (OLD,), "leaf I N !untrusted-root", id="served root unknown"),
    pytest.param((LEAF,), (NEW,), "leaf !no-issuer", id="missing intermediate"),
    pytest.param(
        (LEAF, NEW, CROSS, CA), (OLD,), "leaf I N<O [O]", id="swapping moved the root away"
    ),
    pytest.param((LEAF, CA, NEW, CROSS), (OLD,), "leaf I N N<O [O]", id="self-signed before cross"),
]


@pytest.mark.parametrize(("served", "store", "tried"), REORDERED)
def test_reorder(served: Sequence[Entity], store: Sequence[Entity], tried: str) -> None:
    assert Scene(served, store).tried(SORTED) == [tried]


@pytest.mark.parametrize(
    ("served", "store", "sorted_list", "whole_list"),
    [
        pytest.param(
            (LEAF, STRANGER, CA),
            (NEW,),
            "leaf I [N]",
            "leaf I J !no-issuer",
            id="junk in the middle",
        ),
        pytest.param(
            (LEAF, CA, STRANGER), (NEW,), "leaf I [N]", "leaf I J !no-issuer", id="junk at the end"
        ),
        pytest.param(
            (LEAF, CA, STRANGER),
            (NEW, OTHER),
            "leaf I [N]",
            "leaf I J !out-of-order",
            id="junk, its root known",
        ),
        pytest.param(
            (LEAF, CA, CA), (NEW,), "leaf I [N]", "leaf I I !out-of-order", id="duplicate"
        ),
        pytest.param(
            (LEAF, CA, CROSS, STALE_CROSS),
            (OLD,),
            "leaf I N<O [O]",
            "leaf I N<O stale-N<O !out-of-order",
            id="second cross",
        ),
        pytest.param(
            (LEAF, CA, NEW, STRANGER), (NEW,), "leaf I [N]", "leaf I [N]", id="junk above a root"
        ),
        pytest.param(
            (LEAF, CA, OTHER),
            (NEW, OTHER),
            "leaf I [N]",
            "leaf I !out-of-order",
            id="junk that is a root",
        ),
    ],
)
def test_what_the_sorting_left_over_counts_with_the_whole_list(
    served: Sequence[Entity], store: Sequence[Entity], sorted_list: str, whole_list: str
) -> None:
    assert Scene(served, store).tried(SORTED) == [sorted_list]
    assert Scene(served, store).tried(WHOLE) == [whole_list]


@pytest.mark.parametrize("client", [STRICT, SORTED, WHOLE])
def test_nothing_is_tried_twice(client: lt.ClientModel) -> None:
    """One attempt, even when another certificate would have done."""
    twin = root("T").intermediate("I", label="I~")
    assert len(Scene((LEAF, twin, CA), (NEW,)).tried(client)) == 1


def test_names_decide_and_signatures_are_found_wrong_afterwards() -> None:
    impostor = root("N").intermediate("I", key("p256", 99), label="I~")
    client = searching(Strategy.REORDER, objecting(signatures=Scope(fatal=BELOW_ANCHOR)))
    assert Scene((LEAF, impostor, CA), (NEW,)).tried(client) == [
        "leaf I~ [N] x signature-invalid:leaf"
    ]
