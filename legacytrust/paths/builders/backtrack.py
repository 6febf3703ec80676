"""Depth first with back-tracking: Android 7 and later.

At every certificate the store is tried before the served list.  A path that the checks refuse is
taken back and the next candidate tried, until one passes or none is left.  The search never goes
beyond a self-issued certificate, and never from the store back to the served list.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Final

from legacytrust.algorithms import Digest, KeyKind
from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path
from legacytrust.paths.relations import BudgetExhaustedError
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import TrustAnchor

__all__ = ["backtrack"]

#: A path this long is hostile; nobody's chain has twenty certificates.
_MAX_DEPTH: Final = 150

_DIGEST_RANK: Final = (
    Digest.SHA512,
    Digest.SHA384,
    Digest.SHA256,
    Digest.SHA224,
    Digest.SHA1,
    Digest.MD5,
)


def backtrack(search: Search) -> Generator[Path, Attempt, None]:
    """Every path in the client's order, until one is accepted."""
    twin = search.store_twin(search.leaf)
    if twin is not None:
        yield search.leaf_in_store(twin)
        return
    yield from _from_served(search, (search.leaf,))


def _from_served(search: Search, path: tuple[Certificate, ...]) -> Generator[Path, Attempt, bool]:
    """Try everything above a served certificate; returns whether a path was accepted."""
    if len(path) > _MAX_DEPTH:
        raise BudgetExhaustedError
    top = path[-1]
    if top.is_self_issued():
        # The child already asked the store, so a root that is reached here is not in it.
        yield search.dead_end(path, Code.UNTRUSTED_ROOT)
        return False
    anchors = sorted(search.store_issuers(top), key=_priority)
    for anchor in anchors:
        if (yield from _from_store(search, path, (anchor,))):
            return True
    candidates = _served_issuers(search, path)
    for candidate in candidates:
        if reason := search.unusable(candidate) if search.rules.skips_unusable else None:
            yield _passed_over(search, (*path, candidate), reason)
        elif (yield from _from_served(search, (*path, candidate))):
            return True
    if not anchors and not candidates:
        yield search.dead_end(path, Code.NO_ISSUER)
    return False


def _from_store(
    search: Search, path: Sequence[Certificate], above: tuple[TrustAnchor, ...]
) -> Generator[Path, Attempt, bool]:
    """Climb within the store; whatever is on top, it is the first anchor that is checked."""
    if len(path) + len(above) > _MAX_DEPTH:
        raise BudgetExhaustedError
    top = above[-1].certificate
    further = [] if top.issuer.canonical == top.subject.canonical else search.store_issuers(top)
    further = [anchor for anchor in further if anchor not in above]
    for anchor in sorted(further, key=_priority):
        if (yield from _from_store(search, path, (*above, anchor))):
            return True
    if further:
        return False
    attempt = yield search.complete(path, above=above[:1])
    return attempt.is_accepted


def _served_issuers(search: Search, path: Sequence[Certificate]) -> tuple[Certificate, ...]:
    top, used = path[-1], frozenset(path)
    distinct = dict.fromkeys(search.served[1:])
    return tuple(
        c for c in distinct if c not in used and search.may_issue(c, top, from_store=False)
    )


def _passed_over(search: Search, path: Sequence[Certificate], reason: Code) -> Path:
    last = path[-1]
    match reason:
        case Code.EXPIRED:
            return search.dead_end(path, reason, not_after=last.not_after)
        case Code.NOT_YET_VALID:
            return search.dead_end(path, reason, not_before=last.not_before)
        case Code.DIGEST_REFUSED:
            return search.dead_end(path, reason, digest=last.signature_algorithm.digest.value)
        case _:
            return search.dead_end(path, reason, key=str(last.public_key))


def _priority(anchor: TrustAnchor) -> tuple[bool, bool, int, int, float, float]:
    """Conscrypt's CertificatePriorityComparator: the best candidate sorts first."""
    certificate = anchor.certificate
    ends, begins = -_seconds(certificate.not_after), -_seconds(certificate.not_before)
    if not isinstance(certificate, Certificate):
        return (False, True, 0, 0, ends, begins)
    key, digest = certificate.public_key, certificate.signature_algorithm.digest
    rank = _DIGEST_RANK.index(digest) if digest in _DIGEST_RANK else -1
    return (
        not certificate.is_self_issued(),
        key.kind is not KeyKind.EC,
        -key.bits,
        rank,
        ends,
        begins,
    )


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
