"""The forward builder: one walk along the served list, and where the store comes in."""

from __future__ import annotations

from typing import Any

import pytest

from forge import HOSTNAME, Entity, root
from legacytrust.names import NameForm
from legacytrust.paths.rules import AnchorMatch, IssuerTest, Preference, Strategy
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
    searching,
)


def line_of(length: int) -> list[Entity]:
    """So many intermediates below N, C0 on top, and a leaf."""
    issued = [NEW.intermediate("C0")]
    for number in range(1, length):
        issued.append(issued[-1].intermediate(f"C{number}"))
    return [*issued, issued[-1].leaf(HOSTNAME)]


CHOSEN = IssuerTest.CA | IssuerTest.KEY_USAGE | IssuerTest.PATH_LENGTH | IssuerTest.SIGNATURE
STORE_FIRST = {"trusted_first": True, "store_tests": CHOSEN}
CLAIMED = {**STORE_FIRST, "store_claims": IssuerTest.CA}
STANDS = {"served_root_stands": True}
NAMESAKE = root("N", OTHER.spec.key, label="N~")
LONG = tuple(reversed(line_of(12)))
TIGHT = root("N", path_len=0)
TIGHT_CA = TIGHT.intermediate("I")
TIGHT_LEAF = TIGHT_CA.leaf(HOSTNAME)
SELF = root(HOSTNAME, ca=False, label="self")

#: what it shows: rules, served, store, attempts
CASES: dict[str, tuple[dict[str, Any], tuple[Entity, ...], tuple[Entity, ...], list[str]]] = {
    "the list is walked, and the store asked at its end": (
        {}, (LEAF, CA), (NEW,), ["leaf I [N]"],
    ),
    "what does not fit is stepped over": (
        {}, (LEAF, STRANGER, CA), (NEW,), ["leaf I [N]"],
    ),
    "nothing in front of a certificate is its issuer": (
        {}, (LEAF, CROSS, CA), (OLD,), ["leaf I !no-issuer"],
    ),
    "the served cross-certificate pulls the path past the root": (
        {}, (LEAF, CA, CROSS), (NEW,), ["leaf I N<O !no-issuer"],
    ),
    "the store is asked at every step": (
        STORE_FIRST, (LEAF, CA, CROSS), (NEW,), ["leaf I [N]"],
    ),
    "an intermediate in the store ends the path": (
        STORE_FIRST, (LEAF,), (CA,), ["leaf [I]"],
    ),
    "a store certificate that did not sign is passed over": (
        STORE_FIRST, (LEAF, CA, CROSS), (NAMESAKE, OLD), ["leaf I N<O [O]"],
    ),
    "or claims the path all the same": (
        CLAIMED, (LEAF, CA, CROSS), (NAMESAKE, OLD), ["leaf I !no-issuer"],
    ),
    "the first of several in the store": (
        STORE_FIRST, (LEAF, CA), (STALE_NEW, NEW), ["leaf I [stale-N]"],
    ),
    "the first that is within its dates": (
        {**STORE_FIRST, "store_preference": Preference.VALID_ELSE_FIRST},
        (LEAF, CA), (STALE_NEW, NEW), ["leaf I [N]"],
    ),
    "an expired one of the store before a good one that was served": (
        {**STORE_FIRST, "store_preference": Preference.VALID_ELSE_FIRST},
        (LEAF, CA, CROSS), (STALE_NEW, OLD), ["leaf I [stale-N]"],
    ),
    "of several served the first": (
        {}, (LEAF, CA, STALE_CROSS, CROSS), (OLD,), ["leaf I stale-N<O [O]"],
    ),
    "of several served the first within its dates": (
        {"served_preference": Preference.VALID_ELSE_FIRST},
        (LEAF, CA, STALE_CROSS, CROSS), (OLD,), ["leaf I N<O [O]"],
    ),
    "a served root has its copy above it": (
        {}, (LEAF, CA, NEW), (NEW,), ["leaf I N [N]"],
    ),
    "or stands for it": (
        STANDS, (LEAF, CA, NEW), (STALE_NEW,), ["leaf I [N]"],
    ),
    "a served root of nobody": (
        {}, (LEAF, CA, NEW), (OLD,), ["leaf I N !untrusted-root"],
    ),
    "a self-issued leaf in the store": (
        {"anchor_match": AnchorMatch.CERTIFICATE}, (SELF,), (SELF,), ["[self]"],
    ),
    "a leaf in the store that somebody else issued": (
        {"anchor_match": AnchorMatch.CERTIFICATE}, (LEAF,), (LEAF,), ["leaf !no-issuer"],
    ),
    "a root without room for the path": (
        STORE_FIRST, (TIGHT_LEAF, TIGHT_CA), (TIGHT,), ["leaf I !no-issuer"],
    ),
    "the room is not measured": (
        {}, (TIGHT_LEAF, TIGHT_CA), (TIGHT,), ["leaf I [N]"],
    ),
    "the longest path": (
        {"max_certificates": 14}, LONG, (NEW,),
        ["leaf C11 C10 C9 C8 C7 C6 C5 C4 C3 C2 C1 C0 [N]"],
    ),
    "a path that is longer": (
        {"max_certificates": 13}, LONG, (NEW,),
        ["leaf C11 C10 C9 C8 C7 C6 C5 C4 C3 C2 C1 !path-too-long"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_tried(case: str) -> None:
    rules, served, trusted, attempts = CASES[case]
    client = searching(Strategy.FORWARD, **{"served_names": NameForm.ASCII_CASE, **rules})
    assert Scene(served, trusted).tried(client) == attempts


@pytest.mark.parametrize(
    ("spares", "tried"), [(False, "leaf X'' X' !untrusted-root"), (True, "leaf X'' X' X [N]")]
)
def test_self_issued_certificates_are_spared_but_the_one_directly_below(
    spares: bool, tried: str
) -> None:
    n = root("N")
    room_for_one = n.intermediate("X", path_len=1)
    below = room_for_one.intermediate("X", label="X'")
    twice_below = below.intermediate("X", label="X''", serial=77)
    served = (twice_below.leaf(HOSTNAME), twice_below, below, room_for_one)
    client = searching(
        Strategy.FORWARD,
        served_tests=IssuerTest.CA | IssuerTest.PATH_LENGTH,
        spares_self_issued=spares,
    )
    assert Scene(served, (n,)).tried(client) == [tried]


def test_a_long_list_of_strangers_ends_within_the_budget() -> None:
    strangers = [STRANGER.reissue(label=f"J{number}") for number in range(100)]
    assert Scene((LEAF, *strangers, CA), (NEW,)).tried(searching(Strategy.FORWARD)) == [
        "leaf I [N]"
    ]
