"""What becomes of the served list before a client that keeps to it looks for an anchor.

GnuTLS sorts by asking, for each certificate, which is the first in the list that may have issued
it; dates are not looked at.  Up to 3.6 what the chain from the leaf did not use was dropped.  From
3.7 on the rest is sorted as a chain of its own and stays, in case a callback can fill the gap;
when there is no callback, the gap stays too and what stands above it is in the way.
"""

from __future__ import annotations

from collections.abc import Sequence

from legacytrust.certificate import Certificate
from legacytrust.paths.rules import ListOrder
from legacytrust.paths.search import Search

__all__ = ["in_order"]


def in_order(search: Search) -> list[Certificate] | None:
    """The served list as the client arranges it; ``None`` when that ends the client itself."""
    served, rules = list(search.served), search.rules
    too_long = rules.max_sorted is not None and len(served) > rules.max_sorted
    match ListOrder.AS_SENT if too_long else rules.list_order:
        case ListOrder.UNBROKEN:
            return _unbroken(search, served)
        case ListOrder.SORTED:
            return _followed(search, served)
        case ListOrder.SEGMENTS:
            return _segments(search, served, first=1)
        case ListOrder.DISTINCT_SEGMENTS | ListOrder.LINEAR_SEGMENTS:
            return _segments(search, served, first=0)
        case ListOrder.ALL_SEGMENTS:
            return _all_segments(search, served)
        case _:
            return served


def _unbroken(search: Search, served: list[Certificate]) -> list[Certificate]:
    for index in range(1, len(served)):
        if not search.may_issue(served[index], served[index - 1], from_store=False):
            return served[:index]
    return served


def _followed(search: Search, served: Sequence[Certificate]) -> list[Certificate]:
    """The leaf and its line of first issuers; in a circle, as often as the list is long."""
    return [served[place] for place in _line(search, served)]


def _line(search: Search, served: Sequence[Certificate]) -> list[int]:
    line = [0]
    while len(line) < len(served):
        above = _first_issuer(search, served, line[-1])
        closes = above in line and search.rules.list_order is ListOrder.LINEAR_SEGMENTS
        if above is None or closes:
            break
        line.append(above)
    return line


def _first_issuer(search: Search, served: Sequence[Certificate], of: int) -> int | None:
    child = served[of]
    if not search.rules.finds_sorted_roots and search.is_self_signed(child):
        return None
    others = (place for place in range(1, len(served)) if place != of)
    return next((i for i in others if search.may_issue(served[i], child, from_store=False)), None)


def _segment(search: Search, served: Sequence[Certificate]) -> tuple[list[Certificate], int] | None:
    """The line from the first certificate, what is left over behind it, and how long the line is.

    A circle that leaves something over makes the list longer than its room: the client aborts.
    """
    line = _line(search, served)
    rest = [i for i in range(len(served)) if i not in line]
    if len(line) + len(rest) != len(served):
        return None
    return [served[i] for i in (*line, *rest)], len(line)


def _all_segments(search: Search, served: list[Certificate]) -> list[Certificate] | None:
    done: list[Certificate] = []
    while served:
        segment = _segment(search, served)
        if segment is None:
            return None
        ordered, length = segment
        done, served = [*done, *ordered[:length]], ordered[length:]
    return done


def _segments(search: Search, served: list[Certificate], *, first: int) -> list[Certificate] | None:
    """The same without what was there already, and no further than an issuer in the store.

    :param first: the first place of each line that is looked at for repetitions.
    """
    done: list[Certificate] = []
    while served:
        segment = _segment(search, served)
        if segment is None:
            return None
        ordered, length = segment
        known = next((i for i in range(first, length) if ordered[i] in done), None)
        if known is not None:
            served = _without(ordered, known)
            continue
        done, served = [*done, *ordered[:length]], ordered[length:]
        if search.store_issuers(done[-1]):
            break
    return done


def _without(served: list[Certificate], place: int) -> list[Certificate]:
    """One place moves up, just one: what follows it stays where it was, and the last is lost."""
    moved = list(served)
    if place < len(served) - 1:
        moved[place] = served[place + 1]
    return moved[:-1]
