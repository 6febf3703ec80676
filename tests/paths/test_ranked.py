"""Every path built, the best one taken: CryptoAPI and SecTrust.  The cast: see `support`."""

from __future__ import annotations

from datetime import timedelta

import pytest

import legacytrust as lt
from forge import AT
from legacytrust.paths.rules import ALL_ROLES, Criterion, Scope, Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_NEW,
    Scene,
    objecting,
    searching,
)

BASE = (Criterion.SIGNED, Criterion.ANCHORED, Criterion.IN_DATES)
DATES = objecting(dates=Scope(fatal=ALL_ROLES))
#: N's cross-certificate begins a year after N, or a year before it.
YOUNGER = OLD.cross_sign(NEW, not_before=NEW.spec.not_before + timedelta(days=365))
OLDER = OLD.cross_sign(NEW, not_before=NEW.spec.not_before - timedelta(days=365))


def tried(served, store, *ranking):
    client = searching(Strategy.RANKED, DATES, ranking=(*BASE, *ranking))
    return Scene(served, store).tried(client)


@pytest.mark.parametrize(
    ("ranking", "served", "store", "attempts"),
    [
        ((Criterion.SHORTER,), (LEAF, CA, CROSS), (OLD, NEW), ["leaf I [N]"]),
        pytest.param(
            (Criterion.NEWER_ISSUER, Criterion.SHORTER), (LEAF, CA, YOUNGER), (NEW, OLD),
            ["leaf I N<O [O]"], id="the issuer that began later wins over length",
        ),
        pytest.param(
            (Criterion.NEWER_ISSUER, Criterion.SHORTER), (LEAF, CA, OLDER), (NEW, OLD),
            ["leaf I [N]"], id="and loses when it began earlier",
        ),
        pytest.param(
            (Criterion.NEWER_ISSUER, Criterion.SHORTER), (LEAF, CA, CROSS), (NEW, OLD),
            ["leaf I [N]"], id="of equals the shorter",
        ),
        pytest.param(
            (Criterion.SHORTER,), (LEAF, CA, CROSS), (STALE_NEW, OLD), ["leaf I N<O [O]"],
            id="dates come before length, the root's too",
        ),
        pytest.param(
            (Criterion.SHORTER,), (LEAF, CA, NEW, CROSS), (OLD,), ["leaf I N<O [O]"],
            id="an anchored path comes before one that is not",
        ),
        ((), (LEAF,), (NEW,), ["leaf !no-issuer"]),
        ((), (LEAF, CA, NEW), (OTHER,), ["leaf I N !untrusted-root"]),
    ],
)  # fmt: skip
def test_the_best_path_is_taken(ranking, served, store, attempts):
    assert tried(served, store, *ranking) == attempts


#: N<O forbids the leaf's domain; N does not.
FORBIDS = OLD.cross_sign(NEW, label="odd-N<O", path_len=0)
NARROW = OLD.reissue(label="narrow-O", path_len=0)


def test_a_refused_winner_leaves_a_doubt_where_another_would_pass():
    checks = objecting(digests=_no_sha1())
    weak = NEW.reissue(label="weak-N", digest="sha1")
    served = (LEAF, CA.reissue(label="weak-I", digest="sha1"), CA)
    client = searching(Strategy.RANKED, checks, ranking=BASE)
    scene = Scene(served, (NEW, weak))
    outcome = scene.outcome(client)
    assert outcome.verdict is lt.Verdict.UNKNOWN
    assert outcome.reason.code is lt.Code.RANKING_UNPROVEN
    assert "not proven" in outcome.explain()


def test_no_doubt_where_every_path_is_refused():
    late = CA.leaf("www.example.test", not_after=AT - timedelta(days=1))
    client = searching(Strategy.RANKED, DATES, ranking=BASE)
    assert Scene((late, CA, CROSS), (NEW, OLD)).verdict(client) == "rejected"


def _no_sha1():
    from legacytrust.algorithms import Digest
    from legacytrust.paths.rules import Refusals

    return Refusals(frozenset({Digest.SHA1}))
