"""A store that is sorted by a heap before each certificate that is added."""

from itertools import permutations

import pytest

from forge import Entity, root
from legacytrust.paths.heap_order import heap_ordered
from material import store_of

A, B = root("Same", label="a"), root("Same", label="b", serial=7)
SHORT, LONG = root("S"), root("Longer than the others")


def order(*entities: Entity) -> list[str]:
    labels = {lt.der: lt.label for lt in entities}
    anchors = store_of(*(entity.der for entity in entities)).anchors
    return [labels[anchor.certificate.der] for anchor in heap_ordered(anchors)]


@pytest.mark.parametrize("added", [*permutations((A, SHORT, LONG))])
def test_different_names_are_in_order_however_they_came(added):
    assert order(*added) == ["S", "a", "Longer than the others"]


def test_two_of_one_name_change_places():
    assert order(A, B) == ["b", "a"]
    assert order(B, A) == ["a", "b"]


def test_a_third_certificate_may_put_them_back():
    """Worked out by hand: adding the third one sorts the two once more than before."""
    assert order(A, B, LONG) == ["a", "b", "Longer than the others"]
    assert order(A, B, SHORT) == ["S", "a", "b"]


def test_names_are_compared_without_case_and_kind_of_string():
    other = root("SAME", label="c", name_string_type="printable")
    assert A.der != other.der
    assert order(A, other) == ["c", "a"]


def test_one_and_none():
    assert order(A) == ["a"]
    assert order() == []
