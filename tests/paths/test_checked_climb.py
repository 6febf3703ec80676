"""LibreSSL's own verifier: what it climbs to, what it passes over, where it ends."""

from datetime import timedelta

import attrs
import pytest

import legacytrust as lt
from forge import AT, Entity, root
from legacytrust.paths.path import Role
from legacytrust.paths.rules import Scope, Strategy
from material import store_of

HOST = "www.example.test"
PAST = {"not_before": AT - timedelta(days=900), "not_after": AT - timedelta(days=9)}
FUTURE = {"not_before": AT + timedelta(days=9)}
R = root("R")
O = root("O")  # noqa: E741
I = R.intermediate("I")  # noqa: E741
J = I.intermediate("J")
LEAF = J.leaf(HOST)
CROSS = O.cross_sign(R)
IMPOSTOR = I.reissue(label="impostor", bad_signature=True)
MODEL = lt.client("libressl", "3.9.2")


def climb(served: tuple[Entity, ...], store: tuple[Entity, ...], **rules: object) -> lt.Outcome:
    model = attrs.evolve(MODEL, search=attrs.evolve(MODEL.search, **rules))
    return lt.simulate(
        lt.ServedChain.from_certificates(entity.der for entity in served),
        client=model,
        store=store_of(*(entity.der for entity in store)),
        at=AT,
    )


def labels(outcome: lt.Outcome) -> list[str]:
    assert outcome.path is not None
    return [c.subject.common_names[0] for c in outcome.path.certificates]


def test_the_new_verifier_climbs():
    assert MODEL.search.strategy is Strategy.CHECKED_CLIMB


@pytest.mark.parametrize("dead", [PAST, FUTURE], ids=["expired", "not yet valid"])
def test_a_dead_parent_is_passed_over_and_the_live_one_taken(dead):
    outcome = climb((LEAF, J.reissue(**dead), J, I), (R,))
    assert outcome.verdict == "accepted"
    assert labels(outcome) == [HOST, "J", "I", "R"]
    codes = {lt.Code.EXPIRED, lt.Code.NOT_YET_VALID}
    assert outcome.attempts[0].path.end.code in codes


def test_a_parent_that_did_not_sign_is_passed_over():
    other = root("Other").issue("J", key=root("X").spec.key, ca=True, ski=J.key_id)
    outcome = climb((LEAF, other, J, I), (R,))
    assert outcome.verdict == "accepted"
    assert outcome.attempts[0].path.end.code is lt.Code.SIGNATURE_INVALID


def test_a_dead_end_is_taken_back():
    dead_end = root("Unknown").cross_sign(I)
    assert climb((LEAF, J, dead_end, I), (R,)).verdict == "accepted"


def test_from_an_intermediate_of_the_store_the_served_list_is_climbed_again():
    outcome = climb((LEAF, J, I), (J, R))
    assert outcome.verdict == "accepted"
    roles = [step.role for step in outcome.path.steps]
    assert roles == [Role.LEAF, Role.STORE_CA, Role.SERVED_CA, Role.ANCHOR]


def test_one_from_the_store_is_the_live_one_or_else_the_last():
    dead = I.reissue(**PAST)
    unknown = root("Unknown").cross_sign(I)
    assert climb((LEAF, J), (dead, I, R)).verdict == "accepted"
    # The cross-certificate is alive and comes first; the other one is not tried.
    assert climb((LEAF, J), (unknown, I, R)).verdict == "rejected"
    assert climb((LEAF, J), (unknown, I, R), one_from_store=False).verdict == "accepted"


def test_only_a_self_signed_certificate_of_the_store_ends_a_path():
    assert climb((LEAF, J), (I,)).verdict == "rejected"
    assert climb((LEAF, J), (I,), partial_chain=True).verdict == "accepted"


def test_the_leaf_may_be_an_anchor_itself():
    alone = root(HOST, ca=False, san=(HOST,))
    assert climb((alone,), (alone,)).verdict == "accepted"
    assert climb((LEAF,), (LEAF,)).verdict == "rejected"
    assert climb((LEAF,), (LEAF,), partial_chain=True).verdict == "accepted"


def test_a_served_root_of_the_same_name_and_key_does_not_stop_the_climb():
    assert climb((LEAF, J, I, R.reissue(label="R2")), (R,)).verdict == "accepted"


def test_a_path_may_be_too_long():
    assert climb((LEAF, J, I), (R,), max_certificates=4).verdict == "accepted"
    outcome = climb((LEAF, J, I), (R,), max_certificates=3)
    assert outcome.attempts[-1].path.end.code is lt.Code.PATH_TOO_LONG


def test_a_search_may_take_too_many_tries():
    assert climb((LEAF, J, I), (R,), max_tries=3).verdict == "accepted"
    assert climb((LEAF, J, I), (R,), max_tries=2).verdict == "rejected"


def test_the_certificate_below_the_anchor_may_be_overlooked():
    no_ca = R.intermediate("No CA", ca=False)
    served = (no_ca.leaf(HOST), no_ca)
    assert climb(served, (R,)).verdict == "rejected"
    outcome = climb(served, (R,), overlooks_top=True)
    assert outcome.verdict == "accepted"
    assert outcome.path.steps[-2].role is Role.OVERLOOKED


def test_a_certificate_is_in_a_path_once():
    a = root("A")
    b = a.intermediate("B")
    circle = b.cross_sign(a)
    leaf = b.leaf(HOST)
    outcome = climb((leaf, b, circle), (R,))
    assert outcome.verdict == "rejected"
    assert all(len(set(t.path.certificates)) == len(t.path.steps) for t in outcome.attempts)


def test_a_root_may_be_expired_where_dates_do_not_count_but_not_here():
    assert climb((LEAF, J, I), (R.reissue(**PAST),)).verdict == "rejected"
    assert MODEL.checks.dates != Scope()


def test_another_issue_of_a_self_signed_certificate_is_no_issuer_of_it():
    alone = root(HOST, ca=False, san=(HOST,), key_usage=None)
    outcome = climb((alone,), (alone.reissue(label="again"),), overlooks_top=True)
    assert outcome.verdict == "rejected"
    assert outcome.attempts[0].path.end.code is lt.Code.UNTRUSTED_ROOT
