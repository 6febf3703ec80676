"""The served list as the path: how it is put in order, where it is cut, and when once more."""

from __future__ import annotations

from typing import Any

import pytest

from forge import Entity
from legacytrust.names import NameForm
from legacytrust.paths.rules import (
    Alternatives,
    AnchorMatch,
    IssuerTest,
    ListOrder,
    Scope,
    Strategy,
)
from legacytrust.paths.rules.scope import ALL_ROLES
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    NOTHING,
    OLD,
    OTHER,
    STALE_CROSS,
    STALE_NEW,
    STALE_OLD,
    STRANGER,
    Scene,
    objecting,
    searching,
)

BACK = NEW.cross_sign(OLD)
DATED = objecting(dates=Scope(ALL_ROLES))


def tried(served: list[Entity], store: list[Entity], checks: Any = NOTHING, **rules: Any) -> Any:
    usual = {
        "anchors_by_name": True,
        "served_names": NameForm.ENCODED,
        "store_names": NameForm.ENCODED,
        "served_tests": IssuerTest.BARE_KEY_ID,
        "store_tests": IssuerTest.BARE_KEY_ID,
        "anchor_match": AnchorMatch.NAME_AND_KEY,
    }
    client = searching(Strategy.CUT_LIST, checks, **{**usual, **rules})
    return Scene(served, store).tried(client)


@pytest.mark.parametrize(
    ("order", "served", "first"),
    [
        (ListOrder.AS_SENT, [LEAF, STRANGER, CA], "leaf J I [N] !out-of-order"),
        (ListOrder.UNBROKEN, [LEAF, CA, STRANGER], "leaf I [N]"),
        (ListOrder.UNBROKEN, [LEAF, STRANGER, CA], "leaf !no-issuer"),
        (ListOrder.SORTED, [LEAF, STRANGER, CA], "leaf I [N]"),
        (ListOrder.SORTED, [LEAF, CA, CROSS, STRANGER], "leaf I N<O !no-issuer"),
        (ListOrder.SEGMENTS, [LEAF, STRANGER, CA], "leaf I [N]"),
        (ListOrder.SEGMENTS, [LEAF, CROSS, STRANGER, CA], "leaf I N<O J !no-issuer"),
        (ListOrder.ALL_SEGMENTS, [LEAF, STRANGER, CA], "leaf I J !no-issuer"),
        (ListOrder.SEGMENTS, [LEAF, CA, BACK, CROSS, STRANGER], "leaf !limit-reached"),
        (ListOrder.DISTINCT_SEGMENTS, [LEAF, CA, BACK, CROSS, OTHER], "leaf !limit-reached"),
        (ListOrder.LINEAR_SEGMENTS, [LEAF, CA, BACK, CROSS, STRANGER], "leaf I [N]"),
        (ListOrder.SEGMENTS, [LEAF, LEAF, CA, CROSS], "leaf I N<O leaf !no-issuer"),
        (ListOrder.DISTINCT_SEGMENTS, [LEAF, LEAF, CA, CROSS], "leaf I N<O !no-issuer"),
    ],
)
def test_order(order: ListOrder, served: list[Entity], first: str) -> None:
    told = tried(served, [NEW], list_order=order)[0]
    assert told.startswith(first), told


def test_a_long_list_is_not_put_in_order() -> None:
    served = [LEAF, STRANGER, CA]
    assert tried(served, [NEW], list_order=ListOrder.SORTED, max_sorted=2) != ["leaf I [N]"]
    assert tried(served, [NEW], max_served=2) == ["leaf !path-too-long"]


@pytest.mark.parametrize(
    ("alternatives", "served", "store", "second"),
    [
        (Alternatives.NEVER, [LEAF, CA, CROSS], [NEW], None),
        (Alternatives.NOTHING_FROM_STORE, [LEAF, CA, CROSS], [NEW], "leaf I [N]"),
        (Alternatives.NOTHING_FROM_STORE, [LEAF, CA], [CA], "leaf [I]"),
        (Alternatives.NOTHING_FROM_STORE, [LEAF], [LEAF], "[leaf]"),
        (Alternatives.NOTHING_FROM_STORE, [LEAF, CA, STALE_CROSS], [STALE_OLD, NEW], None),
        (Alternatives.UNKNOWN_OR_WEAK, [LEAF, CA, STALE_CROSS], [STALE_OLD, NEW], None),
        (Alternatives.UNKNOWN_WEAK_OR_EXPIRED, [LEAF, CA, STALE_CROSS], [STALE_OLD, NEW],
         "leaf I [N]"),
        (Alternatives.UNKNOWN_WEAK_OR_EXPIRED, [LEAF, CA, CROSS], [STALE_NEW, NEW],
         "leaf I [stale-N] x expired:stale-N"),
    ],
)  # fmt: skip
def test_the_second_look(
    alternatives: Alternatives, served: list[Entity], store: list[Entity], second: str | None
) -> None:
    told = tried(served, store, DATED, alternatives=alternatives)
    assert told[1:] == ([second] if second else [])


def test_a_cut_by_bytes_does_not_know_a_cross_certificate() -> None:
    rules = {"alternatives": Alternatives.NOTHING_FROM_STORE}
    met = tried([LEAF, CA, CROSS], [NEW], anchor_match=AnchorMatch.CERTIFICATE, **rules)
    assert met == ["leaf I N<O !no-issuer"] * 2


def test_without_drawers_the_list_is_cut_anywhere() -> None:
    assert tried([LEAF, CA, CROSS], [CA], anchors_by_name=False) == ["leaf [I]"]


def test_a_self_signed_end_is_dropped() -> None:
    assert tried([LEAF, CA, NEW], [NEW]) == ["leaf I [N]"]
    assert tried([LEAF, CA, NEW], [OLD]) == ["leaf I !no-issuer"]


def test_a_gap_does_not_keep_the_rest_from_being_looked_at() -> None:
    told = tried([LEAF, CA, STALE_CROSS], [STALE_OLD], DATED)
    assert told == ["leaf I stale-N<O [stale-O] x expired:stale-N<O x expired:stale-O"]
    gap = tried([LEAF, STALE_CROSS], [STALE_OLD], DATED)
    assert gap == ["leaf stale-N<O [stale-O] !out-of-order"]
