"""The whole served line, then one issuer from the store: axTLS and MatrixSSL.

These clients never ask the store before the last served certificate, so a root of the store that
stands further down does not help.  Some take the list as it is, others link it by names first and
forget what is left over.  Nothing is tried again.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Sequence

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import TrustAnchor

__all__ = ["end_to_end", "name_chain"]


def end_to_end(search: Search) -> Generator[Path, Attempt, None]:
    """Every served certificate in its order."""
    line = _once_each(search.served) if search.rules.repeats else search.served
    yield _broken(search, line) or _to_the_store(search, line)


def name_chain(search: Search) -> Generator[Path, Attempt, None]:
    """From the leaf along the names, each served certificate at most once."""
    line, left = [search.leaf], list(search.served[1:])
    while issuer := _issuer(search, line[-1], left):
        left.remove(issuer)
        line.append(issuer)
    yield _broken(search, line) or _to_the_store(search, line)


def _once_each(served: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """The served list without issuers that repeat the certificate before them."""
    pairs = itertools.pairwise(served)
    return (served[0], *(one for before, one in pairs if one != before or not one.is_ca))


def _issuer(search: Search, child: Certificate, among: Sequence[Certificate]) -> Certificate | None:
    return next((c for c in among if search.may_issue(c, child, from_store=False)), None)


def _broken(search: Search, line: Sequence[Certificate]) -> Path | None:
    """The first place where the line cannot go on, as a dead end."""
    for length, (child, above) in enumerate(itertools.pairwise(line), start=1):
        so_far = line[:length]
        if not search.may_issue(above, child, from_store=False):
            issuer, subject = str(child.issuer), str(above.subject)
            return search.dead_end(so_far, Code.OUT_OF_ORDER, issuer=issuer, followed_by=subject)
        if search.rules.self_issued_ends and search.is_self_signed(child):
            return search.dead_end(so_far, Code.UNTRUSTED_ROOT)
    return None


def _to_the_store(search: Search, line: Sequence[Certificate]) -> Path:
    top = line[-1]
    stuck = search.never_passes(top)
    if stuck is not None:
        return search.dead_end(line, Code.STORE_UNUSABLE, stuck_at=stuck.label)
    anchor = next(iter(search.store_issuers(top)), None)
    if anchor is not None:
        return _with_served_root(search, line, anchor)
    twin = search.anchor_itself(top) if top.is_ca else None
    if twin is not None:
        return _ending_in(search, line, twin)
    self_signed = search.is_self_signed(top)
    return search.dead_end(line, Code.UNTRUSTED_ROOT if self_signed else Code.NO_ISSUER)


def _with_served_root(search: Search, line: Sequence[Certificate], anchor: TrustAnchor) -> Path:
    """The path to an anchor; a served copy of the anchor itself stays in it."""
    path = search.complete(line, above=(anchor,))
    if len(line) == 1 or not anchor.is_certificate(line[-1]):
        return path
    return Path((*path.steps[:-2], Step(line[-1], Role.SERVED_ROOT), path.steps[-1]), anchor)


def _ending_in(search: Search, line: Sequence[Certificate], twin: TrustAnchor) -> Path:
    """The path whose top is in the store itself; its dates count, since it was served."""
    top = line[-1]
    if search.is_valid(top):
        return search.complete(line[:-1], above=(twin,))
    return search.dead_end(line, Code.EXPIRED, not_after=top.not_after)
