"""The served list in its order, or put in order first: Android before 7.

Neither builder tries anything twice.  The strict one takes the list as the server sent it, or as
its names chain from the leaf (the browser of Android 2 arranged it so before it asked), and looks
only for an issuer of its last certificate.  The other one sorts the list by names, greedily
and by swapping, and cuts it at the first certificate whose name and key belong to a root of the
store; what it cut off is not looked at any more, which is why an expired cross-certificate above
a known root does no harm.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import ListOrder
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import TrustAnchor

__all__ = ["reorder", "strict_order"]


def strict_order(search: Search) -> Generator[Path, Attempt, None]:
    """Each served certificate must be issued by the next, and the last by a root of the store."""
    served = _line(search)
    last = served[-1]
    if search.store_is_unusable:
        yield search.dead_end(served, Code.STORE_UNUSABLE)
        return
    copy = search.store_copy(last)
    if copy is not None and len(served) == 1:
        yield search.leaf_in_store(copy)
        return
    anchor = next(iter(search.store_issuers(last)), copy)
    if anchor is None:
        yield _no_anchor(search, served)
        return
    yield _gap(search, served, anchor) or _with_served_root(search, served, anchor)


def _line(search: Search) -> Sequence[Certificate]:
    """The list as it was sent, or what is left of it when it is rebuilt along the names."""
    if search.rules.list_order is not ListOrder.SORTED:
        return search.served
    ordered, length = _sort(search)
    top = ordered[length - 1]
    over = length > 1 and top.is_self_issued() and search.has_begun(top)
    if search.rules.drops_expired_root and over and not search.is_valid(top):
        length -= 1
    return ordered[:length]


def _with_served_root(search: Search, served: Sequence[Certificate], anchor: TrustAnchor) -> Path:
    """The whole list stays in the path, also a copy of the root itself."""
    path = search.complete(served, above=(anchor,))
    top = path.steps[-2]
    if not anchor.is_certificate(served[-1]):
        return path
    marked = Step(top.certificate, Role.SERVED_ROOT)
    return Path((*path.steps[:-2], marked, path.steps[-1]), anchor)


def reorder(search: Search) -> Generator[Path, Attempt, None]:
    """Sort by names, cut at the first anchor, or else look for an issuer of the last."""
    ordered, sorted_length = _sort(search)
    span = ordered if search.rules.whole_list else ordered[:sorted_length]
    for index, certificate in enumerate(span):
        twin = search.store_twin(certificate)
        if twin is not None:
            path = span[:index]
            if not path:
                yield search.leaf_in_store(twin)
            else:
                yield _gap(search, path, twin) or search.complete(path, above=(twin,))
            return
    anchor = next(iter(search.store_issuers(span[-1])), None)
    if anchor is None:
        yield _no_anchor(search, span)
    else:
        yield _gap(search, span, anchor) or search.complete(span, above=(anchor,))


def _sort(search: Search) -> tuple[list[Certificate], int]:
    """The list with issuers swapped into place, and how far that went."""
    ordered = list(search.served)
    form = search.rules.served_names
    length = 1
    while length < len(ordered):
        wanted = ordered[length - 1].issuer.key(form)
        search.spend(len(ordered) - length)
        found = next(
            (j for j in range(length, len(ordered)) if ordered[j].subject.key(form) == wanted),
            None,
        )
        if found is None:
            break
        ordered[length], ordered[found] = ordered[found], ordered[length]
        length += 1
    return ordered, length


def _gap(search: Search, path: Sequence[Certificate], anchor: TrustAnchor) -> Path | None:
    """The first place where a certificate is not followed by its issuer, as a dead end."""
    form = search.rules.served_names
    subjects = [*(c.subject for c in path[1:]), anchor.subject]
    for index, subject in enumerate(subjects):
        child = path[index]
        if child.issuer.key(form) != subject.key(form):
            return search.dead_end(
                path,
                Code.OUT_OF_ORDER,
                certificate=child,
                issuer=str(child.issuer),
                followed_by=str(subject),
            )
    return None


def _no_anchor(search: Search, path: Sequence[Certificate]) -> Path:
    last = path[-1]
    code = Code.UNTRUSTED_ROOT if last.is_self_issued() else Code.NO_ISSUER
    return search.dead_end(path, code)
