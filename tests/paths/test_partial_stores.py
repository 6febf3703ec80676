"""Lists that are known only in part: absence proves nothing, unless it was measured itself."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given

import legacytrust as lt
from forge import AT, HOSTNAME, Pki, topologies
from legacytrust.stores.snapshot import Completeness
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_OLD,
    as_chain,
    as_store,
    client,
    every_model,
)

BACKTRACKING, GREEDY, DATED = "android 9", "openssl 1.0.2k", "openssl 3.0.8"


def partial(
    held: tuple[Any, ...], absent: tuple[Any, ...] = (), known: tuple[Any, ...] = ()
) -> lt.TrustStore:
    """A store that holds some roots, lacks some, and of which more is not known."""
    whole = as_store((*held, *absent, *known), Completeness.PARTIAL)
    return attrs.evolve(
        whole,
        fingerprints=tuple(map(sha256, held)),
        absent=frozenset(map(sha256, absent)),
    )


def sha256(entity: Any) -> str:
    return lt.Certificate.from_der(entity.der).sha256


def asked(text: str, served: tuple[Any, ...], store: lt.TrustStore) -> lt.Outcome:
    return lt.simulate(as_chain(served), client=client(text), store=store, at=AT)


@pytest.mark.parametrize("text", [BACKTRACKING, GREEDY, "bearssl 0.6", "gnutls 3.6.16"])
@pytest.mark.parametrize(
    ("served", "store", "verdict"),
    [
        pytest.param((LEAF, CA), partial((NEW,)), "accepted", id="listed"),
        pytest.param((LEAF, CA), partial((OTHER,)), "unknown", id="not listed"),
        pytest.param((LEAF, CA, NEW), partial((OTHER,)), "unknown", id="not listed, and served"),
        pytest.param((LEAF, CA), partial((OTHER,), (NEW,)), "rejected", id="absent"),
        pytest.param((LEAF, CA, NEW), partial((OTHER,), (NEW,)), "rejected", id="absent, served"),
        pytest.param(
            (LEAF, CA, CROSS), partial((OTHER,), (NEW,)), "unknown", id="only one end is absent"
        ),
        pytest.param(
            (LEAF, CA, CROSS), partial((OTHER,), (NEW, OLD)), "rejected", id="both are absent"
        ),
        pytest.param(
            (LEAF, CA),
            partial((OTHER,), (NEW,), (NEW.reissue(),)),
            "unknown",
            id="another root of that name and key is known",
        ),
        pytest.param((LEAF,), partial((OTHER,), (NEW,)), "unknown", id="no issuer is known"),
    ],
)
def test_absence(text: str, served: Any, store: lt.TrustStore, verdict: str) -> None:
    assert asked(text, served, store).verdict == verdict


def test_a_namesake_with_another_key_does_not_keep_the_question_open() -> None:
    namesake = OTHER.reissue(subject="N", issuer="N")
    assert asked(BACKTRACKING, (LEAF, CA), partial((), (NEW,), (namesake,))).verdict == "rejected"


def test_a_dead_path_to_a_listed_root_does_not_settle_it_while_another_may_be_there() -> None:
    """The listed root has expired; the one that would do is neither listed nor excluded."""
    served = (LEAF, CA, CROSS)
    open_question = asked(DATED, served, partial((STALE_OLD,), (), (NEW,)))
    assert open_question.verdict is lt.Verdict.UNKNOWN
    assert open_question.reason is not None
    assert open_question.reason.code is lt.Code.ROOT_NOT_LISTED
    sentence = "whether “N” is on the device is not known, and with it the chain would be accepted"
    assert sentence in open_question.explain()
    assert asked(DATED, served, partial((STALE_OLD,), (NEW,))).verdict == "rejected"


def test_a_good_path_does_not_settle_it_while_a_client_might_miss_it_for_a_bad_one() -> None:
    """A client that goes to the end of what is served would meet the expired root, if it is there."""
    served = (LEAF, CA, CROSS)
    store = partial((NEW,), (), (STALE_OLD,))
    open_question = asked(GREEDY, served, store)
    assert open_question.verdict is lt.Verdict.UNKNOWN
    assert open_question.reason is not None
    assert open_question.reason["with_it"] == "rejected"
    assert open_question.anchor is None
    assert asked(GREEDY, served, partial((NEW,), (STALE_OLD,))).verdict == "accepted"
    assert asked("android 9", served, store).verdict == "accepted"


def test_no_root_mends_a_leaf_that_has_expired() -> None:
    leaf = CA.leaf(HOSTNAME, not_after=AT.replace(year=AT.year - 1))
    store = partial((OTHER, NEW), (), (NEW.reissue(),))
    assert asked(BACKTRACKING, (leaf, CA), store).verdict == "rejected"


@given(topologies())
def test_a_verdict_holds_with_every_root_that_may_be_there(pki: Pki) -> None:
    """Law: on a partial list a verdict holds for each device that the list describes."""
    chain = as_chain(pki.served_entities)
    known = as_store(pki.store_entities, Completeness.PARTIAL)
    for model in every_model()[::7]:
        none = attrs.evolve(known, fingerprints=known.fingerprints[:1])
        verdict = lt.simulate(chain, client=model, store=none, at=pki.at).verdict
        if verdict is lt.Verdict.UNKNOWN:
            continue
        for root in known.fingerprints[1:]:
            held = (*none.fingerprints, root)
            with_it = attrs.evolve(known, fingerprints=held, completeness=Completeness.EXACT)
            answer = lt.simulate(chain, client=model, store=with_it, at=pki.at)
            assert answer.verdict is verdict, model


def test_a_report_keeps_lists_apart_that_lack_different_roots() -> None:
    whole = as_store((NEW, OTHER), Completeness.PARTIAL)
    lists = (
        attrs.evolve(whole, fingerprints=(sha256(OTHER),)),
        attrs.evolve(whole, fingerprints=(sha256(OTHER),), absent=frozenset({sha256(NEW)})),
    )
    devices = [lt.Device(f"toy/{n}", one, client(GREEDY)) for n, one in enumerate(lists)]
    report = lt.evaluate(as_chain((LEAF, CA)), at=AT, devices=devices)
    assert [outcome.verdict.value for outcome in report] == ["unknown", "rejected"]
