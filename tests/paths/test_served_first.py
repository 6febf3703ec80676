"""Served list first, then the store: OpenSSL up to 1.0.2.  The cast is that of `support`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import legacytrust as lt
from forge import Entity, root
from legacytrust.paths.rules import ALL_ROLES, Alternatives, Scope, Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_NEW,
    STALE_OLD,
    STRANGER,
    Scene,
    objecting,
    searching,
)

NEVER = searching(Strategy.SERVED_FIRST, max_certificates=10)
UNREACHED = searching(
    Strategy.SERVED_FIRST, alternatives=Alternatives.NOTHING_FROM_STORE, max_certificates=10
)
UNTRUSTED = searching(
    Strategy.SERVED_FIRST, alternatives=Alternatives.NOT_TRUSTED, max_certificates=10
)
EAGER = searching(
    Strategy.SERVED_FIRST,
    alternatives=Alternatives.NOT_TRUSTED,
    trusted_first=True,
    max_certificates=10,
)
PARTIAL = searching(Strategy.SERVED_FIRST, partial_chain=True, max_certificates=10)
SELF_SIGNED = root("www.example.test", label="self")


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        ((LEAF, CA), (NEW,), "leaf I [N]"),
        pytest.param((LEAF, STRANGER, CA), (NEW,), "leaf I [N]", id="junk and order are free"),
        pytest.param((LEAF, CA, CA), (NEW,), "leaf I [N]", id="duplicate"),
        pytest.param((LEAF, CA, NEW), (NEW,), "leaf I [N]", id="served root is popped"),
        pytest.param((LEAF, CA, STALE_NEW), (NEW,), "leaf I [N]", id="and found again by name"),
        pytest.param((LEAF, CA, CROSS), (OLD,), "leaf I N<O [O]", id="cross-certificate"),
        pytest.param((LEAF, CA, CROSS, OLD), (OLD,), "leaf I N<O [O]", id="up to the old root"),
        pytest.param((LEAF, CA, CROSS, NEW), (OLD,), "leaf I N<O [O]", id="first of two issuers"),
        pytest.param((LEAF,), (CA, NEW), "leaf I [N]", id="intermediate from the store"),
        pytest.param((SELF_SIGNED,), (SELF_SIGNED,), "[self]", id="lone self-signed, known"),
    ],
)
@pytest.mark.parametrize("client", [NEVER, UNREACHED, UNTRUSTED], ids=["never", "one", "two"])
def test_one_path_that_ends_in_the_store(
    client: lt.ClientModel, served: Sequence[Entity], store: Sequence[Entity], tried: str
) -> None:
    assert Scene(served, store).tried(client) == [tried]


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        pytest.param((LEAF,), (NEW,), "leaf !no-issuer", id="missing intermediate"),
        pytest.param((LEAF, CA), (OTHER,), "leaf I !no-issuer", id="root not in store"),
        pytest.param((LEAF, CA, NEW), (OTHER,), "leaf I N !untrusted-root", id="served root"),
        pytest.param((LEAF,), (CA,), "leaf I !issuer-not-in-store", id="store without a root"),
        pytest.param((SELF_SIGNED,), (NEW,), "self !untrusted-root", id="lone self-signed"),
    ],
)
@pytest.mark.parametrize("client", [NEVER, UNREACHED, UNTRUSTED], ids=["never", "one", "two"])
def test_one_path_that_ends_nowhere(
    client: lt.ClientModel, served: Sequence[Entity], store: Sequence[Entity], tried: str
) -> None:
    assert Scene(served, store).tried(client) == [tried]


def test_a_cross_certificate_pulls_the_path_past_a_known_root() -> None:
    """leaf I N<O is followed to its end, O; that N is in the store is seen only on a retry."""
    scene = Scene((LEAF, CA, CROSS), (NEW,))
    first = "leaf I N<O !no-issuer"
    assert scene.tried(NEVER) == [first]
    assert scene.tried(UNREACHED) == [first, "leaf I [N]"]
    assert scene.tried(UNTRUSTED) == [first, "leaf I [N]"]
    assert scene.tried(EAGER) == ["leaf I [N]"]


def test_a_served_old_root_is_popped_and_the_cross_pruned() -> None:
    scene = Scene((LEAF, CA, CROSS, OLD), (NEW,))
    first = "leaf I N<O O !untrusted-root"
    assert scene.tried(NEVER) == [first]
    assert scene.tried(UNREACHED) == [first, "leaf I [N]"]


def test_shortening_may_lead_from_one_dead_end_to_another() -> None:
    scene = Scene((LEAF, CA), (CA,))
    assert scene.tried(NEVER) == ["leaf I !no-issuer"]
    assert scene.tried(UNREACHED) == ["leaf I !no-issuer", "leaf I !issuer-not-in-store"]


def test_a_store_that_contributed_something_ends_the_first_kind_of_retry() -> None:
    """O<P is in the store, P is not.  "Nothing from the store" is not true any more."""
    climbing = OTHER.cross_sign(OLD)
    scene = Scene((LEAF, CA, CROSS), (climbing, NEW))
    first = "leaf I N<O O<P !issuer-not-in-store"
    assert scene.tried(UNREACHED) == [first]
    assert scene.tried(UNTRUSTED) == [first, "leaf I [N]"]


@pytest.mark.parametrize("client_rules", [Alternatives.NEVER, Alternatives.NOT_TRUSTED])
def test_an_expired_root_counts_as_trusted_and_is_fatal(client_rules: Alternatives) -> None:
    """The AddTrust case: nothing is tried again although N would do."""
    client = searching(
        Strategy.SERVED_FIRST,
        objecting(dates=Scope(fatal=ALL_ROLES)),
        alternatives=client_rules,
        max_certificates=10,
    )
    scene = Scene((LEAF, CA, CROSS), (STALE_OLD, NEW))
    assert scene.tried(client) == ["leaf I N<O [stale-O] x expired:stale-O"]


def test_shortening_goes_on_from_the_top_until_the_store_knows_an_issuer() -> None:
    """leaf A B C D, and the store has only the issuer of A."""
    d = root("E").intermediate("D")
    c = d.intermediate("C")
    b = c.intermediate("B")
    a = b.intermediate("A")
    scene = Scene((a.leaf("www.example.test"), a, b, c, d), (root("B", b.spec.key, label="R"),))
    assert scene.tried(UNREACHED) == ["leaf A B C D !no-issuer", "leaf A [R]"]


def test_partial_chain_ends_the_path_at_any_store_certificate() -> None:
    assert Scene((LEAF,), (CA,)).tried(PARTIAL) == ["leaf [I]"]
    assert Scene((LEAF, CA), (LEAF,)).tried(PARTIAL) == ["[leaf] I"]
    assert Scene((LEAF,), (LEAF,)).tried(PARTIAL) == ["[leaf]"]
    assert Scene((LEAF, CA), (OTHER,)).tried(PARTIAL) == ["leaf I !no-issuer"]


@pytest.mark.parametrize(
    ("served", "tried"),
    [
        (1, "leaf I !path-too-long"),
        (0, "leaf !no-issuer"),
    ],
)
def test_the_longest_path(served: int, tried: str) -> None:
    client = searching(Strategy.SERVED_FIRST, max_certificates=2)
    assert Scene((LEAF, CA)[: served + 1], (NEW,)).tried(client) == [tried]
