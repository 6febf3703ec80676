"""How long a leaf may live and whether it was logged, for any client."""

from datetime import UTC, datetime, timedelta

import pytest

import legacytrust as lt
from forge import AT, HOSTNAME
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Role
from legacytrust.paths.rules import Lifetime, Purpose, Scope, Strategy
from support import CA, NEW, as_chain, as_store, objecting, searching

DAY = timedelta(days=1)
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
RULE = Scope(unknown=Role.LEAF)
LIMITS = Lifetime(((SINCE, 100 * DAY),))


def outcome(leaf, **rules):
    client = searching(Strategy.DEPTH_FIRST, objecting(**rules))
    return lt.simulate(as_chain((leaf, CA)), client=client, store=as_store((NEW,)), at=AT)


def lived(begins, life):
    return CA.leaf(HOSTNAME, not_before=begins, not_after=begins + life)


@pytest.mark.parametrize(
    ("begins", "life", "verdict"),
    [
        (SINCE - DAY, 4000 * DAY, "accepted"),
        (SINCE, 4000 * DAY, "rejected"),
        (AT - DAY, 100 * DAY, "accepted"),
        (AT - DAY, 100 * DAY + timedelta(seconds=1), "rejected"),
    ],
)
def test_the_last_limit_that_speaks_of_a_leaf_counts(begins, life, verdict):
    assert outcome(lived(begins, life), lifetime=LIMITS).verdict.value == verdict


def test_a_limit_says_how_long_the_life_was():
    (finding,) = outcome(lived(AT - DAY, 200 * DAY), lifetime=LIMITS).findings
    assert finding.code is Code.VALID_TOO_LONG
    assert (finding["lasts"], finding["limit"]) == (200, 100)


@pytest.mark.parametrize(
    ("since", "verdict"), [(None, "unknown"), (AT, "accepted"), (AT - DAY, "unknown")]
)
def test_nobody_knows_of_timestamps_that_are_not_embedded(since, verdict):
    leaf = lived(AT - DAY, 50 * DAY)
    assert outcome(leaf, timestamps=RULE, timestamps_since=since).verdict.value == verdict


@pytest.mark.parametrize(
    ("usages", "verdict"),
    [(("1.3.6.1.5.5.7.3.1",), "accepted"), (("2.5.29.37.0",), "rejected"), (None, "rejected")],
)
def test_a_purpose_that_must_be_stated(usages, verdict):
    leaf = CA.leaf(HOSTNAME, not_before=AT - DAY, eku=usages)
    purpose = Purpose(stated=frozenset({"1.3.6.1.5.5.7.3.1"}))
    assert outcome(leaf, purpose=purpose).verdict.value == verdict
