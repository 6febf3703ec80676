"""Store before served list at every link: OpenSSL 1.1.0 and later.  The cast: see `support`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from forge import Entity, key, root
from legacytrust.paths.rules import ALL_ROLES, Alternatives, Preference, Scope, Strategy
from support import (
    CA,
    CROSS,
    LEAF,
    NEW,
    OLD,
    OTHER,
    STALE_CROSS,
    STALE_NEW,
    STALE_OLD,
    STRANGER,
    Scene,
    objecting,
    searching,
)

USUAL = searching(
    Strategy.STORE_FIRST,
    objecting(dates=Scope(fatal=ALL_ROLES)),
    trusted_first=True,
    alternatives=Alternatives.NOT_TRUSTED,
    served_preference=Preference.VALID_ELSE_LATEST,
    store_preference=Preference.VALID_ELSE_LATEST,
    max_certificates=10,
)
SERVED_THEN_STORE = searching(
    Strategy.STORE_FIRST, alternatives=Alternatives.NOT_TRUSTED, max_certificates=10
)
NO_RETRY = searching(Strategy.STORE_FIRST, max_certificates=10)
PARTIAL = searching(
    Strategy.STORE_FIRST, trusted_first=True, partial_chain=True, max_certificates=10
)
SELF_SIGNED = root("www.example.test", label="self")
CA_IN_STORE = NEW.intermediate("I", label="I'", serial=77)
IMPOSTOR = root("N", key("p256", 4711), label="N~")


@pytest.mark.parametrize(
    ("served", "store", "tried"),
    [
        ((LEAF, CA), (NEW,), "leaf I [N]"),
        pytest.param((LEAF, CA, CROSS), (NEW,), "leaf I [N]", id="known root before the cross"),
        pytest.param((LEAF, CA, CROSS), (OLD,), "leaf I N<O [O]", id="cross where it is needed"),
        pytest.param((LEAF, CA, CROSS), (STALE_OLD, NEW), "leaf I [N]", id="AddTrust is repaired"),
        pytest.param((LEAF, STRANGER, CA), (NEW,), "leaf I [N]", id="junk and order are free"),
        pytest.param((LEAF, CA, NEW), (NEW,), "leaf I [N]", id="served root"),
        pytest.param((LEAF, CA, CROSS), (STALE_NEW, NEW), "leaf I [N]", id="the valid one of two"),
        pytest.param(
            (LEAF, CA, CROSS, STALE_CROSS), (OLD,), "leaf I N<O [O]", id="valid cross of two"
        ),
        pytest.param(
            (LEAF, CA, STALE_CROSS, CROSS), (OLD,), "leaf I N<O [O]", id="valid cross, second"
        ),
        pytest.param((LEAF, CA_IN_STORE), (CA, NEW), "leaf I [N]", id="store intermediate wins"),
        pytest.param((SELF_SIGNED,), (SELF_SIGNED,), "[self]", id="lone self-signed, known"),
        pytest.param((LEAF,), (NEW,), "leaf !no-issuer", id="missing intermediate"),
        pytest.param((LEAF, CA, NEW), (OLD,), "leaf I N !untrusted-root", id="unknown root"),
        pytest.param((LEAF,), (CA,), "leaf I !issuer-not-in-store", id="store without a root"),
        pytest.param((SELF_SIGNED,), (NEW,), "self !untrusted-root", id="lone self-signed"),
        pytest.param(
            (LEAF, CA, CROSS),
            (STALE_NEW, OLD),
            "leaf I [stale-N] x expired:stale-N",
            id="expired root in the store hides the cross",
        ),
        pytest.param(
            (LEAF, CA, STALE_CROSS), (OLD,), "leaf I stale-N<O [O] x expired:stale-N<O", id="stale"
        ),
    ],
)
def test_one_path(served: Sequence[Entity], store: Sequence[Entity], tried: str) -> None:
    assert Scene(served, store).tried(USUAL) == [tried]


def test_no_way_back_from_the_store_to_the_served_list() -> None:
    """I is in the store, its root is served only in part: N<O of the list is not looked at."""
    assert Scene((LEAF, CA, CROSS), (CA, OLD)).tried(USUAL) == ["leaf I !issuer-not-in-store"]


def test_a_mimic_served_before_the_real_root_is_followed_into_a_dead_end() -> None:
    """Same name, other key, and no certificate of the store bears that name."""
    assert Scene((LEAF, CA, IMPOSTOR, CROSS), (OLD,)).tried(USUAL) == ["leaf I N~ !untrusted-root"]
    assert Scene((LEAF, CA, CROSS, IMPOSTOR), (OLD,)).tried(USUAL) == ["leaf I N<O [O]"]


def test_a_served_root_is_replaced_by_the_very_same_certificate_only() -> None:
    reissued = NEW.reissue(label="N'")
    assert Scene((LEAF, CA, NEW), (NEW,)).tried(SERVED_THEN_STORE) == ["leaf I [N]"]
    assert Scene((LEAF, CA, NEW), (reissued,)).tried(NO_RETRY) == ["leaf I N !untrusted-root"]
    assert Scene((LEAF, CA, NEW), (reissued,)).tried(SERVED_THEN_STORE) == [
        "leaf I N !untrusted-root",
        "leaf I [N']",
    ]


def test_with_trusted_first_off_the_served_list_is_followed_and_then_shortened() -> None:
    scene = Scene((LEAF, CA, CROSS), (NEW,))
    assert scene.tried(NO_RETRY) == ["leaf I N<O !no-issuer"]
    assert scene.tried(SERVED_THEN_STORE) == ["leaf I N<O !no-issuer", "leaf I [N]"]
    assert scene.tried(USUAL) == ["leaf I [N]"]


@pytest.mark.parametrize(
    ("preference", "tried"),
    [
        (Preference.FIRST, "leaf I [first]"),
        (Preference.VALID_ELSE_LAST, "leaf I [last]"),
        (Preference.VALID_ELSE_LATEST, "leaf I [latest]"),
    ],
)
def test_which_of_several_expired_issuers(preference: Preference, tried: str) -> None:
    ended = {"first": 2022, "latest": 2024, "last": 2023}
    roots = [
        NEW.reissue(label=label, not_after=STALE_NEW.spec.not_after.replace(year=year))
        for label, year in ended.items()
    ]
    client = searching(
        Strategy.STORE_FIRST, trusted_first=True, store_preference=preference, max_certificates=10
    )
    assert Scene((LEAF, CA), roots).tried(client) == [tried]


def test_partial_chain_ends_the_path_at_any_store_certificate() -> None:
    assert Scene((LEAF, CA), (CA,)).tried(PARTIAL) == ["leaf [I]"]
    assert Scene((LEAF, CA), (CA, NEW)).tried(PARTIAL) == ["leaf [I]"]
    assert Scene((LEAF, CA), (LEAF,)).tried(PARTIAL) == ["[leaf] I"]
    assert Scene((LEAF,), (LEAF,)).tried(PARTIAL) == ["[leaf]"]
    assert Scene((LEAF, CA), (OTHER,)).tried(PARTIAL) == ["leaf I !no-issuer"]


def test_two_store_certificates_that_signed_each_other_end_the_search() -> None:
    a, b = root("A"), root("B")
    scene = Scene((b.leaf("www.example.test"),), (a.cross_sign(b), b.cross_sign(a)))
    assert scene.tried(USUAL) == ["leaf B<A A<B !issuer-not-in-store"]


def test_the_longest_path() -> None:
    client = searching(Strategy.STORE_FIRST, trusted_first=True, max_certificates=2)
    assert Scene((LEAF, CA), (NEW,)).tried(client) == ["leaf I !path-too-long"]
