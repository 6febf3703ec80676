"""Complete search that asks all it knows at once, and tries the likeliest issuer first: Chrome.

At each certificate the store and the served list are one heap, from which every certificate of
the issuer's name is taken, each once.  They are put in an order: what is trusted before what is
not, unless its key identifier is another one than the certificate names; a named key identifier
before none; self-issued ones before others; newer ones before older ones.  A certificate of the
store ends the path, whatever it is, also where it was served; the leaf never does so itself, but
it can stand below itself.  Only when all of these are used up is the missing issuer fetched.

What the checks refuse is taken back and the next candidate tried.  The client counts how often it
asks for a next candidate, also when none is left, and gives up at a limit: what matters then is
the order.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from legacytrust.certificate import Certificate
from legacytrust.paths.builders.depth_first import loops
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["likeliest_first"]


class _LimitReachedError(Exception):
    """The client gives up.  Never leaves this module."""

    def __init__(self, steps: Sequence[Step], limit: int) -> None:
        super().__init__(f"asked for the next issuer more than {limit} times")
        self.steps, self.limit = tuple(steps), limit


class _Meter:
    """How often the client has asked for a next candidate."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._asked = 0

    def count(self, steps: Sequence[Step]) -> None:
        self._asked += 1
        if self._limit is not None and self._asked > self._limit:
            raise _LimitReachedError(steps, self._limit)


def likeliest_first(search: Search) -> Generator[Path, Attempt, None]:
    """Every path, the likeliest first, until one is accepted."""
    leaf = (Step(search.leaf, Role.LEAF),)
    try:
        yield from _climb(search, leaf, _Meter(search.rules.candidate_limit))
    except _LimitReachedError as reached:
        yield search.dead_end_of(
            reached.steps, Code.LIMIT_REACHED, limit=reached.limit, what="possible issuers"
        )


def _climb(
    search: Search, steps: tuple[Step, ...], meter: _Meter
) -> Generator[Path, Attempt, bool]:
    """Try everything above the last step; returns whether a path was accepted."""
    search.spend()
    tried = False
    for step, anchor in _candidates(search, steps[-1].certificate):
        meter.count(steps)
        if anchor is not None:
            tried = True
            if (yield search.path_of(steps, anchor)).is_accepted:
                return True
        elif not loops(search, steps, step.certificate):
            tried = True
            if (yield from _climb(search, (*steps, step), meter)):
                return True
    meter.count(steps)
    if not tried:
        self_signed = search.is_self_signed(steps[-1].certificate)
        yield search.dead_end_of(steps, Code.UNTRUSTED_ROOT if self_signed else Code.NO_ISSUER)
    return False


def _candidates(
    search: Search, child: AnchorCertificate
) -> Iterator[tuple[Step, TrustAnchor | None]]:
    """What may stand above a certificate: what is known in its order, then what can be fetched."""
    anchors = {a.sha256: a for a in reversed(search.store_issuers(child))}
    trusted = [anchor.certificate for anchor in reversed(anchors.values())]
    served = [c for c in search.served_issuers(child) if c.sha256 not in anchors]
    known = sorted((*trusted, *served), key=lambda c: _rank(child, c, anchors))
    for certificate in known:
        anchor = anchors.get(certificate.sha256)
        yield Step(certificate, Role.SERVED_CA if anchor is None else Role.ANCHOR), anchor
    for fetched in _youngest_first(child, search.fetched_issuers(child)):
        yield Step(fetched, Role.FETCHED_CA), search.store_copy(fetched)


def _youngest_first(child: AnchorCertificate, fetched: Sequence[Certificate]) -> list[Certificate]:
    return sorted(fetched, key=lambda c: _rank(child, c, {}))


def _rank(
    child: AnchorCertificate, issuer: AnchorCertificate, anchors: dict[str, TrustAnchor]
) -> tuple[int, bool, float, float]:
    """The likeliest candidate sorts first."""
    trusted = issuer.sha256 in anchors
    fit = _key_id_fit(child, issuer)
    likelihood = (4, 5)[not trusted] if fit == 2 else fit + (0 if trusted else 2)
    self_issued = issuer.issuer.canonical == issuer.subject.canonical
    begins, ends = issuer.not_before.timestamp(), issuer.not_after.timestamp()
    return likelihood, not self_issued, -begins, -ends


def _key_id_fit(child: AnchorCertificate, issuer: AnchorCertificate) -> int:
    """0 when the named key identifier is the issuer's, 1 when one is missing, 2 when it differs."""
    named = None if not isinstance(child, Certificate) else child.authority_key_id
    if named is None or named.key_id is None or issuer.subject_key_id is None:
        return 1
    return 0 if named.key_id == issuer.subject_key_id else 2
