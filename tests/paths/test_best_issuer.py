"""One heap and the best certificate of a name: which issuer is taken, and where a path ends."""

from datetime import timedelta

import pytest

from forge import AT, HOSTNAME, Entity, root
from legacytrust.paths.rules import Strategy
from support import CA, CROSS, LAST_YEAR, LEAF, NEW, OLD, STRANGER, Scene, searching

HEAP = searching(Strategy.BEST_ISSUER, max_certificates=21)
DAY = timedelta(days=1)


def other(label: str, **fields: object) -> Entity:
    """Another certificate for I, issued by N like the first."""
    return CA.reissue(label=label, **fields)


TRIED = {
    "a straight path": ((LEAF, CA), (NEW,), "leaf I [N]"),
    "in any order, with strangers": ((LEAF, CROSS, STRANGER, CA), (OLD,), "leaf I N<O [O]"),
    "the first trusted certificate ends it": ((LEAF, CA), (NEW, CA), "leaf [I]"),
    "nobody issued it": ((LEAF,), (NEW,), "leaf !no-issuer"),
    "a root that nobody trusts": ((LEAF, CA, NEW), (OLD,), "leaf I N !untrusted-root"),
    "valid before expired": (
        (LEAF, other("stale", not_after=LAST_YEAR), CA), (NEW,), "leaf I [N]",
    ),
    "trusted before newer": (
        (LEAF, other("newer", not_before=AT - DAY)), (CA, NEW), "leaf [I]",
    ),
    "newer before older": (
        (LEAF, CA, other("newer", not_before=AT - DAY)), (NEW,), "leaf newer [N]",
    ),
    "of two that overlap the one that begins later": (
        (LEAF, other("later", not_before=AT - DAY, not_after=AT + DAY), CA), (NEW,),
        "leaf later [N]",
    ),
    "fit to sign before everything": (
        (LEAF, other("unfit", key_usage=frozenset({"crl_sign"})), CA), (NEW,), "leaf I [N]",
    ),
    "an expired one if there is no other": (
        (LEAF, other("stale", not_after=LAST_YEAR)), (NEW,), "leaf stale [N]",
    ),
    "no CA is no candidate": ((LEAF, other("no", ca=False)), (NEW,), "leaf !no-issuer"),
    "unless it is trusted": ((LEAF,), (other("no", ca=False),), "leaf [no]"),
    "the wrong key identifier": ((LEAF, other("ski", ski=b"x" * 20)), (NEW,), "leaf !no-issuer"),
    "no key identifier, if nothing better is there": (
        (LEAF, other("bare", ski=None)), (NEW,), "leaf bare [N]",
    ),
    "but not beside the right one": (
        (LEAF, other("bare", ski=None, not_before=AT - DAY), CA), (NEW,), "leaf I [N]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TRIED)
def test_tried(case):
    served, store, tried = TRIED[case]
    assert Scene(served, store).tried(HEAP) == [tried]


def test_a_root_is_its_own_issuer_even_as_leaf():
    lone = root(HOSTNAME)
    assert Scene((lone,), (lone,)).tried(HEAP) == [f"{HOSTNAME} [{HOSTNAME}]"]


def test_what_goes_round_ends_at_the_limit():
    """N and O signed each other, and neither is trusted."""
    back = NEW.cross_sign(OLD)
    (tried,) = Scene((LEAF, CA, CROSS, back), ()).tried(HEAP)
    assert tried.endswith("!path-too-long")
    assert tried.count("N<O") == 10


def test_trust_does_not_count_where_it_did_not():
    blind = searching(Strategy.BEST_ISSUER, max_certificates=21, ranks_trust=False)
    served = (LEAF, other("newer", not_before=AT - DAY))
    assert Scene(served, (CA, NEW)).tried(blind) == ["leaf newer [N]"]
