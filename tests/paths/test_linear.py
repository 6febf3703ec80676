"""The served list as it comes, up to the first certificate that a root signed (BearSSL).

The cast is that of `support`: leaf <- I <- N, and N<O <- O.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from forge import HOSTNAME, Entity, key, root
from legacytrust.names import NameForm
from legacytrust.paths.rules import BELOW_ANCHOR, IssuerTest, Scope, Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    STALE_CROSS,
    STALE_NEW,
    STRANGER,
    Scene,
    objecting,
    searching,
)

DATES = objecting(dates=Scope(BELOW_ANCHOR))
LINEAR = searching(
    Strategy.LINEAR,
    DATES,
    served_names=NameForm.ENCODED,
    store_names=NameForm.ENCODED,
    store_tests=IssuerTest.SIGNATURE,
)
DIRECT = searching(Strategy.LINEAR, DATES, store_tests=IssuerTest.SIGNATURE, direct_trust=True)
SELF_SIGNED = root(HOSTNAME, label="self")
PINNED = root(HOSTNAME, label="pinned", ca=False)
NAMESAKE = root("N", key=key("p256", 99), label="namesake")
UNMARKED = root("N", ca=None, label="unmarked")


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        ((LEAF, CA), (NEW,), "leaf I [N]"),
        ((LEAF, CA, CROSS), (OLD,), "leaf I N<O [O]"),
        pytest.param((LEAF, CA, CROSS), (OLD, NEW), "leaf I [N]", id="the first anchor ends it"),
        pytest.param((LEAF, CA, STALE_CROSS), (NEW,), "leaf I [N]", id="what follows is not read"),
        pytest.param((LEAF, CA, STRANGER), (NEW,), "leaf I [N]", id="surplus behind the anchor"),
        pytest.param((LEAF, CA, NEW), (NEW,), "leaf I [N]", id="the root itself is not needed"),
        pytest.param((LEAF, CA, NEW, CROSS), (OLD,), "leaf I N N<O [O]", id="root and its cross"),
        pytest.param((LEAF,), (CA,), "leaf [I]", id="an intermediate as anchor"),
        pytest.param((LEAF, CA), (CA,), "leaf [I]", id="the same, served as well"),
        pytest.param((LEAF, CA), (NAMESAKE, NEW), "leaf I [N]", id="the namesake's key fails"),
        pytest.param((SELF_SIGNED,), (SELF_SIGNED,), "self [self]", id="signed by itself"),
        pytest.param((LEAF, CA), (NAMESAKE,), "leaf I !no-issuer", id="only the namesake"),
        pytest.param((LEAF,), (NEW,), "leaf !no-issuer", id="missing intermediate"),
        pytest.param((LEAF, CA, NEW), (OLD,), "leaf I N !untrusted-root", id="unknown root"),
        pytest.param((LEAF, CROSS, CA), (NEW,), "leaf !out-of-order", id="swapped"),
        pytest.param((LEAF, STRANGER, CA), (NEW,), "leaf !out-of-order", id="surplus first"),
        pytest.param((LEAF, LEAF, CA), (NEW,), "leaf !out-of-order", id="leaf twice"),
        pytest.param((LEAF, CA, CA), (NEW,), "leaf I [N]", id="intermediate twice, at the end"),
        pytest.param((LEAF, CA, CA, CROSS), (OLD,), "leaf I !out-of-order", id="in the middle"),
        pytest.param(
            (LEAF, CA, STALE_CROSS, CROSS),
            (OLD,),
            "leaf I stale-N<O [O] x expired:stale-N<O",
            id="no second try",
        ),
    ],
)
def test_what_is_tried(served: Sequence[Entity], store: Sequence[Entity], tried: str) -> None:
    assert Scene(served, store).tried(LINEAR) == [tried]


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        pytest.param((PINNED,), (PINNED,), "[pinned]", id="the leaf vouches for itself"),
        pytest.param((LEAF,), (LEAF,), "[leaf]", id="also one that a CA has issued"),
        pytest.param((SELF_SIGNED,), (SELF_SIGNED,), "self [self]", id="a CA is never direct"),
        pytest.param((LEAF, CA), (UNMARKED,), "leaf I !no-issuer", id="what is no CA issues none"),
        pytest.param((LEAF, CA), (UNMARKED, NEW), "leaf I [N]", id="but it does no harm"),
    ],
)
def test_direct_trust(served: Sequence[Entity], store: Sequence[Entity], tried: str) -> None:
    assert Scene(served, store).tried(DIRECT) == [tried]


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        pytest.param((LEAF, CA), (UNMARKED,), "leaf I [unmarked]", id="every anchor issues"),
        pytest.param((LEAF,), (LEAF,), "leaf !no-issuer", id="and none vouches directly"),
    ],
)
def test_without_direct_trust(
    served: Sequence[Entity], store: Sequence[Entity], tried: str
) -> None:
    assert Scene(served, store).tried(LINEAR) == [tried]


def test_an_anchor_that_is_over_serves_on() -> None:
    assert Scene((LEAF, CA), (STALE_NEW,)).tried(LINEAR) == ["leaf I [stale-N]"]


def test_names_are_compared_by_their_encoding() -> None:
    spelled = NEW.intermediate("J", issuer_string_type="printable")
    assert Scene((spelled.leaf(HOSTNAME), spelled), (NEW,)).tried(LINEAR) == ["leaf J !no-issuer"]
