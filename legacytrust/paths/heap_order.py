"""The order in which a store that is sorted by a heap finds certificates of one name.

OpenSSL and its relatives keep their store sorted by name, and look for a name by bisection.  As
long as the sort leaves equal names in the order in which they came, that order is the store's own.
BoringSSL took a heap sort from June 2023 to February 2026, which does not; and it sorts whenever it
looks something up, which it does before each certificate that is added.  So which of two roots of
one name comes first depends on all the others, though not on chance.
"""

from __future__ import annotations

from collections.abc import Iterable

from legacytrust.stores.anchor import TrustAnchor

__all__ = ["heap_ordered"]


def heap_ordered(anchors: Iterable[TrustAnchor]) -> tuple[TrustAnchor, ...]:
    """The store as it stands once all of it was added, one after the other, and sorted."""
    added = tuple(dict.fromkeys(anchors))
    names = sorted({_name(anchor) for anchor in added})
    rank = {name: number for number, name in enumerate(names)}
    held: list[tuple[int, TrustAnchor]] = []
    for anchor in added:
        _heap_sort(held)
        held.append((rank[_name(anchor)], anchor))
    _heap_sort(held)
    return tuple(anchor for _, anchor in held)


def _name(anchor: TrustAnchor) -> tuple[int, bytes]:
    """Shorter names come first, and names of one length by their octets."""
    form = anchor.subject.comparable
    return len(form), form


def _heap_sort(items: list[tuple[int, TrustAnchor]]) -> None:
    for top in range(len(items) // 2 - 1, -1, -1):
        _sift_down(items, top, len(items))
    for end in range(len(items) - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        _sift_down(items, 0, end)


def _sift_down(items: list[tuple[int, TrustAnchor]], top: int, end: int) -> None:
    """Let an item sink until no child is larger; of equal ones the upper stays, then the left."""
    while (left := 2 * top + 1) < end:
        largest = top
        for child in (left, left + 1):
            if child < end and items[largest][0] < items[child][0]:
                largest = child
        if largest == top:
            return
        items[top], items[largest] = items[largest], items[top]
        top = largest
