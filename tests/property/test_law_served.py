"""What may be left out of a served list, and what may be moved about in it.

*Leaving out.*  A certificate that the accepted path did not use can be left out, for clients that
back-track (Android from 7.0), that ask the store first (OpenSSL from 1.1.0) or that use everything
(Android up to 2.3).  The others need that no two served certificates share a name: without the
one, they may be led to its namesake.  For those that cut the list at a served certificate of the
root's name and key (Android 3.0 to 6.0), that certificate counts as used: it showed where to cut.

*Moving.*  The order after the leaf decides nothing for Android from 7.0, and nothing for all
others but the strict ones if no two served certificates share a name.  With namesakes it decides
which of them a greedy client follows.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import Pki, pkis, root, topologies
from legacytrust.paths.rules import Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_OLD,
    STRANGER,
    Scene,
    client,
    models_of,
    named_once,
)

FREE = models_of(Strategy.BACKTRACK)
STORE_FIRST = models_of(Strategy.STORE_FIRST)
SERVED_FIRST = models_of(Strategy.SERVED_FIRST)
SORTED = models_of(Strategy.REORDER)
# The browsers of that time cut the list themselves where it is out of order, so theirs may go on.
STRICT = tuple(m for m in models_of(Strategy.STRICT_ORDER) if m.name == "android")
PKIS = topologies() | pkis()


def unused(scene: Scene, outcome: lt.Outcome) -> list[lt.Certificate]:
    path = outcome.path
    assert path is not None
    rest = dict.fromkeys(scene.chain.rest)
    return [one for one in rest if not path.uses(one) and one != scene.chain.leaf]


def is_twin_of_the_anchor(outcome: lt.Outcome, certificate: lt.Certificate) -> bool:
    anchor = outcome.anchor
    assert anchor is not None
    same_name = anchor.subject.canonical == certificate.subject.canonical
    return same_name and anchor.has_key_of(certificate)


def each_may_go(scene: Scene, model: lt.ClientModel) -> None:
    outcome = scene.outcome(model)
    if outcome.verdict is not lt.Verdict.ACCEPTED:
        return
    for certificate in unused(scene, outcome):
        if model.search.strategy is Strategy.REORDER and is_twin_of_the_anchor(
            outcome, certificate
        ):
            continue
        without = attrs.evolve(
            scene, served=[one for one in scene.served if one.der != certificate.der]
        )
        assert without.verdict(model) == "accepted", (model.id, scene.tried(model), certificate)


@given(PKIS)
def test_an_unused_certificate_may_go(pki: Pki) -> None:
    """Law for Android from 7.0 and OpenSSL from 1.1.0."""
    scene = Scene.of(pki)
    for model in (*FREE, *STORE_FIRST):
        each_may_go(scene, model)


@given(PKIS)
def test_an_unused_certificate_may_go_where_nobody_shares_its_name(pki: Pki) -> None:
    """Law for OpenSSL up to 1.0.2 and Android 3.0 to 6.0."""
    scene = Scene.of(pki)
    if named_once(pki.served_entities):
        for model in (*SERVED_FIRST, *SORTED):
            each_may_go(scene, model)


@given(topologies(key_kind="rsa2048"))
def test_in_strict_order_nothing_is_unused(pki: Pki) -> None:
    """Law for Android up to 2.3: an accepted path contains all that was served."""
    scene = Scene.of(pki)
    for model in STRICT:
        outcome = scene.outcome(model)
        if outcome.verdict is lt.Verdict.ACCEPTED:
            assert unused(scene, outcome) == []


def test_a_popped_root_that_hid_a_namesake_may_not_go() -> None:
    """OpenSSL 1.0.2: the served O is popped and O' of the store taken; O<P led elsewhere."""
    served = (LEAF, CA, CROSS, STALE_OLD, OTHER.cross_sign(OLD))
    model = client("openssl 1.0.1m")
    assert Scene(served, (OLD,)).tried(model) == ["leaf I N<O [O]"]
    without = tuple(one for one in served if one is not STALE_OLD)
    assert Scene(without, (OLD,)).tried(model) == ["leaf I N<O O<P !no-issuer"]


def test_the_served_twin_of_the_anchor_may_not_go_from_android_4_2() -> None:
    model = client("android 4.2")
    assert Scene((LEAF, CA, CROSS, STRANGER), (NEW,)).tried(model) == ["leaf I [N]"]
    assert Scene((LEAF, CA, STRANGER), (NEW,)).tried(model) == ["leaf I J !no-issuer"]


@st.composite
def shuffled(draw: st.DrawFn, drawn: st.SearchStrategy[Pki]) -> tuple[Scene, Scene]:
    """A scene, and the same in another order after the leaf."""
    scene = Scene.of(draw(drawn))
    leaf, *rest = scene.served
    return scene, attrs.evolve(scene, served=(leaf, *draw(st.permutations(rest))))


@given(shuffled(PKIS))
def test_the_order_after_the_leaf_decides_nothing(scenes: tuple[Scene, Scene]) -> None:
    """Law for Android from 7.0."""
    for model in FREE:
        one, other = (scene.outcome(model) for scene in scenes)
        assert one.verdict is other.verdict, model.id


@given(shuffled(PKIS))
def test_nor_for_greedy_clients_where_nobody_shares_a_name(scenes: tuple[Scene, Scene]) -> None:
    """Law for OpenSSL and for Android 3.0 to 6.0; OpenSSL takes the very same path."""
    if not named_once(scenes[0].served):
        return
    for model in (*STORE_FIRST, *SERVED_FIRST, *SORTED):
        one, other = (scene.outcome(model) for scene in scenes)
        assert one.verdict is other.verdict, model.id
        assert one.path == other.path, model.id


@pytest.mark.parametrize(
    ("name", "trusted"),
    [("openssl 1.0.2k", OLD), ("openssl 3.0.0", OLD), ("android 4.4", OLD)],
)
def test_with_namesakes_the_order_decides_for_greedy_clients(name: str, trusted: object) -> None:
    dead_end = root("P").cross_sign(NEW)
    model = client(name)
    assert Scene((LEAF, CA, CROSS, dead_end), (trusted,)).verdict(model) == "accepted"
    assert Scene((LEAF, CA, dead_end, CROSS), (trusted,)).verdict(model) == "rejected"


def test_in_strict_order_the_order_decides() -> None:
    model = client("android 2.3")
    in_order, swapped = (
        Scene(served, (OLD, NEW)).tried(model)[0]
        for served in ((LEAF, CA, CROSS), (LEAF, CROSS, CA))
    )
    assert in_order.startswith("leaf I N<O [O]")
    assert swapped == "leaf N<O I !out-of-order"
