"""The whole list, cut at a store certificate: GnuTLS.

The client does not look for a path.  It has a list, the one that was sent, as a rule put in order
first (:mod:`legacytrust.paths.builders.list_order`), and the list *is* the path: every
certificate must be issued by the next, and the last by one of the store.  Only two things shorten
it.  A self-signed certificate at its end is dropped, since only the store can vouch for a root;
and it is cut at the first certificate that the store holds itself.

Since version 3 the store is a table by name, and only one drawer is opened: that of the name which
the last certificate gives as its issuer.  So the store certificate that would cut the list is
seen only if it has just this name.  A cross-certificate of a root at the end of the list hides
the root.  When the checks find no issuer there (later versions: nor a strong enough or a live
one), a second attempt opens the drawer of the last certificate's *own* name, which cuts off just
that one.  There is no third.

What decides about the second attempt is what the client met where it stopped, and it stops at the
first pair of certificates with a fault, looking from the top down.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Sequence
from typing import Final

import attrs

from legacytrust.certificate import Certificate
from legacytrust.names import Name, NameForm
from legacytrust.paths.builders.list_order import in_order
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import Alternatives, AnchorMatch
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import TrustAnchor

__all__ = ["cut_list"]

_UNKNOWN: Final = frozenset({Code.NO_ISSUER, Code.UNTRUSTED_ROOT, Code.OUT_OF_ORDER})
# A key on a curve that it does not know has no strength for GnuTLS.
_WEAK: Final = frozenset({Code.DIGEST_REFUSED, Code.KEY_TOO_SMALL, Code.CURVE_REFUSED})
#: What makes each kind of client try again.
_REASONS: Final = {
    Alternatives.NEVER: frozenset[Code](),
    Alternatives.NOTHING_FROM_STORE: _UNKNOWN,
    Alternatives.UNKNOWN_OR_WEAK: _UNKNOWN | _WEAK,
    Alternatives.UNKNOWN_WEAK_OR_EXPIRED: _UNKNOWN | _WEAK | {Code.EXPIRED},
}
#: Faults that are met together with the certificate below, and with the one above.
_MET_BELOW: Final = frozenset({Code.NOT_A_CA, Code.NO_CERT_SIGN, Code.CRITICAL_EXTENSION})
_MET_EARLY: Final = frozenset(
    {Code.EXPIRED, Code.NOT_YET_VALID, Code.KEY_TOO_SMALL, Code.KEY_KIND_REFUSED}
)
#: Looked at when everything else is done.
_MET_LAST: Final = frozenset({Code.HOSTNAME_MISMATCH, Code.KEY_USAGE_REFUSED})


def cut_list(search: Search) -> Generator[Path, Attempt, None]:
    """One attempt, and perhaps one more by the last certificate's own name."""
    rules = search.rules
    if rules.max_served is not None and len(search.served) > rules.max_served:
        yield search.dead_end([search.leaf], Code.PATH_TOO_LONG)
        return
    ordered = in_order(search)
    if ordered is None:
        yield search.dead_end([search.leaf], Code.LIMIT_REACHED, limit=1, what="way round a circle")
        return
    served = _shortened(search, ordered)
    last = served[-1]
    attempt = yield _attempt(search, served, last.issuer)
    is_root = last.is_self_issued(NameForm.ENCODED)
    if not is_root and _goes_on(attempt, _REASONS[rules.alternatives]):
        yield _attempt(search, served, last.subject)


def _shortened(search: Search, served: Sequence[Certificate]) -> list[Certificate]:
    """Without a self-signed end; then up to the first copy of a self-issued store certificate.

    Other copies are looked for under the wrong name, and so not seen.
    """
    kept = _without_root(search, served)
    if not search.rules.anchors_by_name:
        return kept
    for index, certificate in enumerate(kept[1:], 1):
        if (
            certificate.is_self_issued(NameForm.ENCODED)
            and search.store_copy(certificate) is not None
        ):
            return kept[: index + 1]
    return kept


def _without_root(search: Search, served: Sequence[Certificate]) -> list[Certificate]:
    dropped = len(served) > 1 and search.is_self_signed(served[-1])
    return list(served[:-1] if dropped else served)


# -- one attempt --------------------------------------------------------------------------------


def _attempt(search: Search, served: Sequence[Certificate], drawer: Name) -> Path:
    """The list as a path to an anchor from this drawer of the store."""
    search.spend()
    kept = _without_root(search, served)
    for index, certificate in enumerate(kept):
        anchor = _same(search, certificate, drawer, is_leaf=index == 0)
        if anchor is None:
            continue
        if index == 0:
            return search.leaf_in_store(anchor)
        if _is_insane(search, anchor):
            return search.complete(kept[:index], above=(anchor,))
        kept = kept[:index]
        break
    return _to_the_store(search, kept, drawer)


def _same(
    search: Search, certificate: Certificate, drawer: Name, *, is_leaf: bool
) -> TrustAnchor | None:
    """The store certificate at which the list is cut; for the leaf only the very same one."""
    if not search.rules.anchors_by_name:
        return search.store_copy(certificate)
    by_key = search.rules.anchor_match is AnchorMatch.NAME_AND_KEY and not is_leaf
    name = certificate.subject.key(search.rules.served_names)
    for anchor in search.named(drawer):
        same_key = anchor.subject.key(search.rules.served_names) == name and (
            anchor.has_key_of(certificate)
        )
        if anchor.is_certificate(certificate) or (by_key and same_key):
            return anchor
    return None


def _is_insane(search: Search, anchor: TrustAnchor) -> bool:
    """Whether the client gives up when it meets this one, though another might do."""
    return not search.is_valid(anchor.certificate)


def _to_the_store(search: Search, kept: Sequence[Certificate], drawer: Name) -> Path:
    if search.rules.anchors_by_name:
        anchor = search.issuer_among(kept[-1], search.named(drawer))
    else:
        anchor = search.store_issuer(kept[-1])
    if anchor is None:
        is_root = kept[-1].is_self_issued()
        return search.dead_end(kept, Code.UNTRUSTED_ROOT if is_root else Code.NO_ISSUER)
    path = search.path_of(_steps(search, kept), anchor)
    end = _gap(search, kept)
    return path if end is None else attrs.evolve(path, end=end)


def _steps(search: Search, kept: Sequence[Certificate]) -> list[Step]:
    steps = [Step(kept[0], Role.LEAF)]
    for certificate in kept[1:]:
        is_root = search.is_self_signed(certificate)
        steps.append(Step(certificate, Role.SERVED_ROOT if is_root else Role.SERVED_CA))
    return steps


def _gap(search: Search, kept: Sequence[Certificate]) -> Finding | None:
    """The topmost certificate that the next one did not issue."""
    for child, above in reversed(list(itertools.pairwise(kept))):
        if not search.may_issue(above, child, from_store=False):
            data = {"issuer": str(child.issuer), "followed_by": str(above.subject)}
            return Finding.of(Code.OUT_OF_ORDER, Effect.FATAL, child, **data)
    return None


# -- whether to try again -----------------------------------------------------------------------


def _goes_on(attempt: Attempt, reasons: frozenset[Code]) -> bool:
    """Whether one of these faults is among those of the first pair that has any."""
    leaf = attempt.path.steps[0].certificate
    if any(f.code is Code.CURVE_REFUSED and f.certificate == leaf for f in attempt.findings):
        return False  # measured on 3.7.9; why was not read in its source
    met = [(_pair(attempt.path, f), f.code) for f in attempt.findings if f.is_fatal]
    first = max((pair for pair, _ in met), default=-1)
    codes = {code for pair, code in met if pair == first}
    return Code.PURPOSE_REFUSED not in codes and bool(codes & reasons)


def _pair(path: Path, finding: Finding) -> int:
    """The position of the lower certificate when the fault is met; the top pair comes first."""
    code, top = finding.code, max(len(path.steps) - 2, 0)
    position = _position(path, finding)
    if code in _MET_EARLY:
        return min(position, top)
    if code is Code.PATH_LENGTH_EXCEEDED:
        return max(position - 2 - int(str(finding["limit"])), 0)
    if code in _MET_BELOW or code is Code.PURPOSE_REFUSED:
        # The leaf's own purpose is looked at in the end.
        return position - 1 if position or code is Code.PURPOSE_REFUSED else 0
    return -1 if code in _MET_LAST else position


def _position(path: Path, finding: Finding) -> int:
    certificates = path.certificates
    return certificates.index(finding.certificate) if finding.certificate in certificates else 0
