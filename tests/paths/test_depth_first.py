"""Complete search: every path until one passes.  The cast: see `support`."""

from __future__ import annotations

from typing import Any

import pytest

from forge import Entity, key, root
from legacytrust.paths.rules import ALL_ROLES, AnchorMatch, Loop, Scope, Strategy
from support import (
    CA,
    CROSS,
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

DATES = objecting(dates=Scope(fatal=ALL_ROLES))
CROSS_BY_OTHER = OTHER.cross_sign(NEW)
IMPOSTOR = root("N", key("p256", 4711), label="N~")


def tried(served: tuple[Entity, ...], store: tuple[Entity, ...], **rules: Any) -> list[str]:
    usual = {"trusted_first": True, "partial_chain": True, **rules}
    return Scene(served, store).tried(searching(Strategy.DEPTH_FIRST, DATES, **usual))


@pytest.mark.parametrize(
    ("served", "store", "attempts"),
    [
        ((LEAF, CA), (NEW,), ["leaf I [N]"]),
        pytest.param((LEAF, CA, CROSS), (NEW, OLD), ["leaf I [N]"], id="store before served"),
        pytest.param(
            (LEAF, CA, CROSS), (STALE_NEW, OLD),
            ["leaf I [stale-N] x expired:stale-N", "leaf I N<O [O]"],
            id="a dead root is taken back",
        ),
        pytest.param(
            (LEAF, CA, CROSS, CROSS_BY_OTHER), (OTHER,),
            ["leaf I N<O !no-issuer", "leaf I N<P [P]"],
            id="a dead end is taken back",
        ),
        pytest.param((LEAF,), (CA,), ["leaf [I]"], id="an intermediate ends it"),
        pytest.param((LEAF, STRANGER, CA), (NEW,), ["leaf I [N]"], id="junk and order are free"),
        pytest.param((LEAF, CA, NEW), (OLD,), ["leaf I N !untrusted-root"], id="a served root"),
        pytest.param((LEAF,), (NEW,), ["leaf !no-issuer"], id="a missing issuer"),
    ],
)  # fmt: skip
def test_every_path_in_order(served, store, attempts):
    assert tried(served, store) == attempts


def test_served_before_store_where_the_client_has_it_so():
    assert tried((LEAF, CA, CROSS), (NEW, OLD), trusted_first=False) == ["leaf I N<O [O]"]


def test_a_self_signed_end_where_the_client_insists_on_one():
    assert tried((LEAF, CA), (CA, NEW), partial_chain=False) == ["leaf I [N]"]
    assert tried((LEAF,), (CA,), partial_chain=False) == ["leaf I !no-issuer"]


@pytest.mark.parametrize(
    ("match", "served", "store", "attempts"),
    [
        (AnchorMatch.NEVER, (LEAF, CA, CROSS), (CROSS,), ["leaf I [N<O]"]),
        (AnchorMatch.NEVER, (LEAF,), (LEAF,), ["leaf !no-issuer"]),
        (AnchorMatch.CERTIFICATE, (LEAF,), (LEAF,), ["[leaf]"]),
        (AnchorMatch.CERTIFICATE, (LEAF, CA), (CA,), ["leaf [I]"]),
        (AnchorMatch.NAME_AND_KEY, (LEAF, CA, CROSS), (NEW,), ["leaf I [N]"]),
        (AnchorMatch.NAME_AND_KEY, (LEAF, CA, STALE_CROSS), (NEW,), ["leaf I [N]"]),
    ],
)
def test_when_a_served_certificate_is_an_anchor_itself(match, served, store, attempts):
    assert tried(served, store, anchor_match=match, trusted_first=match is AnchorMatch.NEVER) == (
        attempts
    )


def test_what_counts_as_a_loop():
    back = NEW.cross_sign(OLD)
    served, store = (LEAF, CA, CROSS, back), ()
    by_certificate = tried(served, store, loop=Loop.CERTIFICATE)
    by_name_and_key = tried(served, store, loop=Loop.NAME_AND_KEY)
    assert by_certificate == ["leaf I N<O O<N !no-issuer"]
    assert by_name_and_key == ["leaf I N<O O<N !no-issuer"]
    reissued = CA.reissue(label="I'")
    self_issued = CA.intermediate("I", CA.spec.key, label="I<I")
    served = (LEAF, self_issued, reissued)
    assert any("I<I I'" in path for path in tried(served, store, loop=Loop.CERTIFICATE))
    assert not any("I<I I'" in path for path in tried(served, store, loop=Loop.NAME_AND_KEY))


def test_a_limit_of_length():
    assert tried((LEAF, CA, CROSS), (OLD,), max_certificates=3) == ["leaf I N<O !path-too-long"]
    assert tried((LEAF, CA, CROSS), (OLD,), max_certificates=4) == ["leaf I N<O [O]"]


def test_same_name_other_key_is_tried_and_taken_back():
    checks = objecting(signatures=Scope(fatal=ALL_ROLES))
    scene = Scene((LEAF, CA), (IMPOSTOR, NEW))
    client = searching(Strategy.DEPTH_FIRST, checks, trusted_first=True, partial_chain=True)
    assert scene.tried(client) == ["leaf I [N~] x signature-invalid:I", "leaf I [N]"]
