"""What changed between two stores, in roots and in limits."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import attrs

import legacytrust as lt
from legacytrust.stores.snapshot import Completeness
from material import root, store_of

X1, X2, DST = root("96bcec062649"), root("69729b8e15a8"), root("0687260331a7")
LIMIT = lt.Constraints(issued_by=datetime(2020, 1, 1, tzinfo=UTC), purposes=frozenset({"1.2.3"}))
CATALOG = lt.load_catalog()


def limited(store: lt.TrustStore, *sets: lt.Constraints) -> lt.TrustStore:
    return attrs.evolve(store, constraints=((X1.sha256, sets),))


def test_added_and_removed() -> None:
    found = lt.diff_stores(store_of(X1, X2), store_of(DST, X2))
    assert [anchor.certificate for anchor in found.added] == [DST]
    assert [anchor.certificate for anchor in found.removed] == [X1]
    assert (found.kept, found.limited, found.reordered) == (1, (), False)


def test_of_what_a_partial_list_does_not_name_nothing_is_said() -> None:
    silent = attrs.evolve(
        store_of(X1), completeness=Completeness.PARTIAL, absent=frozenset({DST.sha256})
    )
    found = lt.diff_stores(store_of(X1, X2, DST), silent)
    assert [anchor.certificate for anchor in found.removed] == [DST]
    assert [anchor.certificate for anchor in found.perhaps_removed] == [X2]
    found = lt.diff_stores(silent, store_of(X1, X2, DST))
    assert [anchor.certificate for anchor in found.added] == [DST]
    assert [anchor.certificate for anchor in found.perhaps_added] == [X2]
    assert (silent.tells_of(X1.sha256), silent.tells_of(X2.sha256)) == (True, False)


def test_another_order() -> None:
    assert lt.diff_stores(store_of(X1, X2), store_of(X2, DST, X1)).reordered


def test_limits_that_came_and_went() -> None:
    plain, other = store_of(X1, X2), limited(store_of(X1, X2), LIMIT)
    [change] = lt.diff_stores(plain, other).limited
    assert (change.anchor.sha256, change.before, change.after) == (X1.sha256, (), (LIMIT,))
    [change] = lt.diff_stores(other, plain).limited
    assert (change.before, change.after) == ((LIMIT,), ())
    assert lt.diff_stores(other, other).limited == ()


def test_the_difference_as_data() -> None:
    data = lt.diff_stores(store_of(DST, X1), limited(store_of(X1, X2), LIMIT)).to_dict()
    assert data == {
        "schema_version": 1,
        "before": "own/roots",
        "after": "own/roots",
        "added": [{"sha256": X2.sha256, "name": "ISRG Root X2"}],
        "removed": [{"sha256": DST.sha256, "name": "DST Root CA X3"}],
        "perhaps_added": [],
        "perhaps_removed": [],
        "limited": [
            {
                "sha256": X1.sha256,
                "name": "ISRG Root X1",
                "before": [],
                "after": [{"purposes": ["1.2.3"], "issued_by": "2020-01-01T00:00:00Z"}],
            }
        ],
        "kept": 1,
        "reordered": False,
    }


def test_the_whole_line_adds_up() -> None:
    """From release to release, what was there and what changed give what is there."""
    stores = [store for store in CATALOG.stores if store.family == "windows"]
    for before, after in pairwise(stores):
        found = lt.diff_stores(before, after)
        gone, come = found.removed + found.perhaps_removed, found.added + found.perhaps_added
        assert len(before) - len(gone) == found.kept == len(after) - len(come)
