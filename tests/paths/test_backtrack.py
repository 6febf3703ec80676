"""Depth first with back-tracking: Android 7 and later.  The cast is that of `support`."""

from __future__ import annotations

import pytest

from forge import AT, Entity, key, root
from legacytrust.algorithms import Digest, KeyKind
from legacytrust.clients.android import ANDROID
from legacytrust.paths.rules import (
    BELOW_ANCHOR,
    IssuerTest,
    KeySizes,
    Refusals,
    Scope,
    Strategy,
)
from support import (
    CA,
    CROSS,
    LAST_YEAR,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_CROSS,
    STALE_NEW,
    STRANGER,
    Scene,
    objecting,
    searching,
)

FREE = searching(Strategy.BACKTRACK, store_tests=IssuerTest.SIGNATURE)
DATED = searching(
    Strategy.BACKTRACK,
    objecting(dates=Scope(fatal=BELOW_ANCHOR)),
    store_tests=IssuerTest.SIGNATURE,
    skips_unusable=True,
)


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        ((LEAF, CA), (NEW,), ["leaf I [N]"]),
        pytest.param((LEAF, STRANGER, CROSS, CA), (NEW,), ["leaf I [N]"], id="a bag"),
        pytest.param((LEAF, CA, CROSS), (NEW, OLD), ["leaf I [N]"], id="store before served"),
        pytest.param((LEAF, CA, CROSS), (OLD,), ["leaf I N<O [O]"], id="cross where it is needed"),
        pytest.param((LEAF, CA), (CA,), ["leaf [I]"], id="an intermediate may be an anchor"),
        pytest.param((LEAF,), (LEAF,), ["[leaf]"], id="leaf in the store"),
        pytest.param((LEAF, CA), (OTHER,), ["leaf I !no-issuer"], id="no root"),
        pytest.param((LEAF,), (NEW,), ["leaf !no-issuer"], id="missing intermediate"),
        pytest.param((LEAF, CA, NEW), (OTHER,), ["leaf I N !untrusted-root"], id="unknown root"),
        pytest.param(
            (LEAF, CA, NEW, CROSS),
            (OLD,),
            ["leaf I N !untrusted-root", "leaf I N<O [O]"],
            id="a dead end before a good path",
        ),
        pytest.param(
            (LEAF, CA, OTHER.cross_sign(NEW), CROSS),
            (OLD,),
            ["leaf I N<P !no-issuer", "leaf I N<O [O]"],
            id="a dead-end cross before a good one",
        ),
        pytest.param(
            (LEAF, CA, CA, CROSS, CROSS), (OLD,), ["leaf I N<O [O]"], id="duplicates count once"
        ),
    ],
)
def test_attempts(served: list[Entity], store: list[Entity], tried: list[str]) -> None:
    assert Scene(served, store).tried(FREE) == tried


def test_an_expired_candidate_is_passed_over_before_it_is_used() -> None:
    scene = Scene((LEAF, CA, STALE_CROSS, CROSS), (OLD,))
    assert scene.tried(DATED) == ["leaf I stale-N<O !expired", "leaf I N<O [O]"]
    assert scene.tried(FREE) == ["leaf I stale-N<O [O]"]


@pytest.mark.parametrize(
    ("fields", "checks", "reason"),
    [
        ({"not_after": LAST_YEAR}, {}, "expired"),
        ({"not_before": AT.replace(year=2026)}, {}, "not-yet-valid"),
        ({"digest": "sha1"}, {"digests": Refusals(frozenset({Digest.SHA1}))}, "digest-refused"),
        ({}, {"key_kinds": Refusals(frozenset({KeyKind.EC}))}, "key-kind-refused"),
        ({}, {"key_sizes": KeySizes(((KeyKind.EC, 384),))}, "key-too-small"),
    ],
)
def test_why_a_candidate_is_passed_over(fields: dict, checks: dict, reason: str) -> None:
    ca = NEW.intermediate("I", **fields)
    client = searching(Strategy.BACKTRACK, objecting(**checks), skips_unusable=True)
    tried = Scene((ca.leaf("www.example.test"), ca), (NEW,)).tried(client)
    assert tried == [f"leaf I !{reason}"]


def test_a_path_that_the_checks_refuse_is_taken_back() -> None:
    """I has two certificates; the path through the second passes."""
    stale = NEW.intermediate("I", label="stale-I", not_after=LAST_YEAR)
    client = searching(Strategy.BACKTRACK, objecting(dates=Scope(fatal=BELOW_ANCHOR)))
    assert Scene((LEAF, stale, CA), (NEW,)).tried(client) == [
        "leaf stale-I [N] x expired:stale-I",
        "leaf I [N]",
    ]


def test_every_path_is_reported_when_none_passes() -> None:
    client = searching(Strategy.BACKTRACK, objecting(dates=Scope(fatal=BELOW_ANCHOR)))
    scene = Scene((LEAF, CA, STALE_CROSS), (OLD, STALE_NEW), at=AT.replace(year=2031))
    assert scene.tried(client) == [
        "leaf I [stale-N] x expired:leaf x expired:I",
        "leaf I stale-N<O [O] x expired:leaf x expired:I x expired:stale-N<O",
    ]


def test_anchors_are_tried_by_priority_whatever_their_order_in_the_store() -> None:
    """Self-issued, EC before RSA, larger keys, stronger hash, later end, later beginning."""
    spec = {"aki": None, "ski": None}
    ranked = [
        root("X", key("p384"), label="p384", **spec),
        root("X", key("p256", 1), label="p256", digest="sha512", **spec),
        root("X", key("p256", 2), label="sha256", **spec),
        root("X", key("p256", 3), label="ends-sooner", not_after=AT.replace(year=2029), **spec),
        root(
            "X",
            key("p256", 4),
            label="begins-sooner",
            not_after=AT.replace(year=2029),
            not_before=AT.replace(year=2019),
            **spec,
        ),
        root("X", key("p256", 5), label="sha1", digest="sha1", **spec),
        root("X", key("rsa2048"), label="rsa", digest="sha512", **spec),
        OLD.intermediate("X", key("p521"), label="X<O", **spec),
    ]
    client = searching(Strategy.BACKTRACK, objecting(signatures=Scope(fatal=BELOW_ANCHOR)))
    leaf = root("X", key("p256", 9)).leaf("www.example.test")
    for store in (ranked, ranked[::-1]):
        tried = Scene((leaf,), store).tried(client)
        assert tried == [f"leaf [{one}] x signature-invalid:leaf" for one in ranked]


def test_the_search_never_goes_beyond_a_self_issued_certificate() -> None:
    """A key rollover: N2 has N's name and another key, and is signed by N."""
    rollover = NEW.issue("N", key("p256", 8), label="N2", ca=True)
    ca = rollover.intermediate("K")
    scene = Scene((ca.leaf("www.example.test"), ca, rollover), (NEW,))
    assert scene.tried(FREE) == ["leaf K N2 !untrusted-root"]
    greedy = searching(Strategy.REORDER, store_tests=IssuerTest.SIGNATURE)
    assert scene.tried(greedy) == ["leaf K N2 [N]"]


def test_within_the_store_the_first_anchor_is_the_one_that_counts() -> None:
    """N<O is in the store and O above it: the path is judged with N<O as its end."""
    assert Scene((LEAF, CA), (CROSS, OLD)).tried(FREE) == ["leaf I [N<O]"]
    assert Scene((LEAF, CA), (CROSS,)).tried(FREE) == ["leaf I [N<O]"]


def test_store_names_are_compared_by_their_bytes() -> None:
    """An intermediate that writes its issuer in another string type finds no root."""
    ca = NEW.intermediate("I", issuer_string_type="printable")
    scene = Scene((ca.leaf("www.example.test"), ca), (NEW,))
    assert scene.tried(ANDROID.model("9")) == ["leaf I !no-issuer"]
    assert scene.tried(FREE) == ["leaf I [N]"]
