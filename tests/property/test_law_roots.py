"""Adding a root never turns accepted into rejected, for clients that back-track.

It holds for Android from 7.0 because a root that leads nowhere is taken back.  It also holds for
the greedy Android 3.0 to 6.0, for another reason: a root can only make their path shorter, or
replace the anchor by one of the same key.  Up to 2.3 it holds as long as no two roots have the
same name; with two, the store cannot be used at all.

It does not hold for OpenSSL, and the last tests show how it breaks.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import Entity, Pki, key, pkis, root, topologies
from legacytrust.paths.rules import Strategy
from support import CA, CROSS, LEAF, NEW, OLD, Scene, client, models_of, named_once

STRANGERS = [root(name) for name in "NOPQZ"] + [root(name, key("p256", 77)) for name in ("N", "I1")]
FREE = models_of(Strategy.BACKTRACK)
GREEDY = models_of(Strategy.REORDER)
STRICT = models_of(Strategy.STRICT_ORDER)


@st.composite
def with_another_root(draw: st.DrawFn, drawn: st.SearchStrategy[Pki]) -> tuple[Scene, Scene]:
    """A scene, and the same with one more certificate somewhere in the store."""
    pki = draw(drawn)
    added = draw(st.sampled_from([*pki.served_entities, *STRANGERS]))
    place = draw(st.integers(0, len(pki.store_entities)))
    store = list(pki.store_entities)
    store.insert(place, added)
    scene = Scene.of(pki)
    return scene, attrs.evolve(scene, trusted=store)


def stays_accepted(before: Scene, after: Scene, model: lt.ClientModel) -> None:
    if before.outcome(model).verdict is lt.Verdict.ACCEPTED:
        outcome = after.outcome(model)
        assert outcome.verdict is not lt.Verdict.REJECTED, (
            model.id,
            before.tried(model),
            after.tried(model),
        )


@given(with_another_root(topologies() | pkis()))
def test_a_further_root_never_turns_accepted_into_rejected(scenes: tuple[Scene, Scene]) -> None:
    """Law for Android from 3.0: a store that grows accepts what it accepted."""
    for model in (*FREE, *GREEDY):
        stays_accepted(*scenes, model)


@given(with_another_root(topologies(key_kind="rsa2048")))
def test_nor_in_strict_order_while_names_are_unique(scenes: tuple[Scene, Scene]) -> None:
    """Law for Android up to 2.3: the same, if no two roots of the store share a name."""
    if named_once(scenes[1].trusted):
        for model in STRICT:
            stays_accepted(*scenes, model)


@pytest.mark.parametrize(
    ("version", "served", "store", "added", "place"),
    [
        pytest.param("3.0.0", (LEAF, CA, CROSS), (OLD,), CA, 0, id="an intermediate, no way back"),
        pytest.param("1.1.1", (LEAF, CA, CROSS), (OLD,), CA, 1, id="the same, at the end"),
        pytest.param(
            "1.0.2k", (LEAF, CA), (NEW,), root("N", key("p256", 77), ski=None), 0, id="a namesake"
        ),
        pytest.param(
            "1.0.1n",
            (LEAF, CA, CROSS),
            (NEW,),
            root("P").cross_sign(OLD),
            0,
            id="something from the store ends the retries",
        ),
    ],
)
def test_a_greedy_openssl_is_led_astray_by_a_further_certificate(
    version: str, served: tuple[Entity, ...], store: tuple[Entity, ...], added: Entity, place: int
) -> None:
    before = Scene(served, store)
    after = Scene(served, (*store[:place], added, *store[place:]))
    model = client(f"openssl {version}")
    assert before.verdict(model) == "accepted"
    assert after.verdict(model) == "rejected"


def test_two_roots_of_one_name_stop_android_up_to_2_3() -> None:
    n = root("N", key("rsa2048", 1))
    ca = n.intermediate("I", key("rsa2048", 2))
    served = (ca.leaf("www.example.test", key("rsa2048", 3)), ca)
    assert Scene(served, (n,)).verdict("android 2.3") == "accepted"
    assert Scene(served, (n, OLD, OLD.reissue())).verdict("android 2.3") == "rejected"
