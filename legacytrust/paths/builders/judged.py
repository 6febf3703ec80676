"""Complete search that judges while it climbs, and that gives up at a limit.

It tries the same paths as :mod:`~legacytrust.paths.builders.depth_first`: store certificates
before served ones at every level, each of them an anchor, until a path passes.  Two things differ.

*Judging early.*  Go and webpki look at a candidate as soon as it is put on the path, and what they
object to then is never built upon.  The verdict is the same as if they judged complete paths; how
much they try is not, and so it matters for their limits.

*Limits.*  A served list can be made so that there are thousands of paths.  Go looks at no more
than a hundred candidates, webpki checks no more than a hundred signatures.  What was found before
counts; after that, nothing is accepted any more.

Up to 1.18 Go climbs above each intermediate once, and takes what came of it for the answer
wherever the intermediate turns up again.  Its pools also use the key identifier: to put likely issuers first today, to choose among them
once (:class:`~legacytrust.paths.rules.KeyIdUse`).
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Sequence
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.paths.builders.depth_first import loops
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import KeyIdUse
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["judged"]


#: What webpki judges last of all.
_ON_COMPLETE_PATHS: Final = frozenset({"signatures", "digests", "algorithms"})

#: So many certificates no honest server sends.
_MANY: Final = 20


class _LimitReachedError(Exception):
    """The client gives up.  Never leaves this module."""

    def __init__(self, steps: Sequence[Step], what: str, limit: int) -> None:
        super().__init__(what)
        self.steps, self.what, self.limit = tuple(steps), what, limit


class _Meter:
    """What has been used up of the client's own limits; and what was found out before.

    :param limited: the client's limits hold; or else signatures are judged early as well.
    """

    def __init__(self, search: Search, *, limited: bool = True) -> None:
        self.early: Final = frozenset() if limited else _ON_COMPLETE_PATHS
        self._search = search
        self._limited = limited
        self._climbed: set[str] = set()
        self._candidates = 0
        self._signatures = 0
        self._served: dict[object, tuple[Certificate, ...]] = {}

    def served_issuers(self, child: AnchorCertificate) -> tuple[Certificate, ...]:
        """Asked once for each name and key identifier: hostile lists have thousands of paths."""
        key = child.issuer.der, _named_key(child)
        known = self._served.get(key)
        if known is None:
            known = self._served[key] = self._search.served_issuers(child)
        return known

    def climbs(self, certificate: AnchorCertificate) -> bool:
        """Whether to look above this certificate; once for each, with some clients."""
        first = certificate.sha256 not in self._climbed
        self._climbed.add(certificate.sha256)
        return first or not self._search.rules.climbs_once

    def count_candidate(self, steps: Sequence[Step]) -> None:
        limit = self._search.rules.candidate_limit
        self._candidates += 1
        if self._limited and limit is not None and self._candidates > limit:
            raise _LimitReachedError(steps, "possible issuers", limit)

    def count_signatures(self, steps: Sequence[Step]) -> None:
        """Signatures are checked from the anchor down, up to the first that is wrong."""
        limit = self._search.rules.signature_limit
        if limit is None or not self._limited:
            return
        for child, issuer in itertools.pairwise(steps[::-1]):
            self._signatures += 1
            if self._signatures > limit:
                raise _LimitReachedError(steps, "signatures", limit)
            if not self._search.signed(issuer.certificate, child.certificate):
                return


def judged(search: Search) -> Generator[Path, Attempt, None]:
    """Every path that is not objected to on the way, in the client's order, until one passes."""
    leaf = (Step(search.leaf, Role.LEAF),)
    itself = search.anchor_itself(search.leaf)
    if itself is not None and (yield search.path_of((), itself)).is_accepted:
        return
    if search.rules.signature_limit is not None and len(set(search.served)) > _MANY:
        # What is not found without limits is not found within them, and that is soon known.
        found = yield from _climb(search, leaf, _Meter(search, limited=False))
        if not found:
            return
    try:
        yield from _climb(search, leaf, _Meter(search))
    except _LimitReachedError as reached:
        yield search.dead_end_of(
            reached.steps, Code.LIMIT_REACHED, limit=reached.limit, what=reached.what
        )


def _climb(
    search: Search, steps: tuple[Step, ...], meter: _Meter
) -> Generator[Path, Attempt, bool]:
    """Try everything above the last step; returns whether a path was accepted."""
    refusal = search.refused_so_far(steps, meter.early)
    if refusal is not None:
        yield Path(steps, end=refusal)
        return False
    if not meter.climbs(steps[-1].certificate):
        return False
    limit = search.rules.max_certificates
    if limit is not None and len(steps) >= limit:
        yield search.dead_end_of(steps, Code.PATH_TOO_LONG)
        return False
    tried = False
    for step, anchor in _candidates(search, steps, meter):
        tried = True
        above = (*steps, step)
        if anchor is None:
            accepted = yield from _climb(search, above, meter)
        else:
            accepted = yield from _finish(search, above, anchor, meter)
        if accepted:
            return True
    if not tried:
        self_signed = search.is_self_signed(steps[-1].certificate)
        yield search.dead_end_of(steps, Code.UNTRUSTED_ROOT if self_signed else Code.NO_ISSUER)
    return False


def _finish(
    search: Search, steps: tuple[Step, ...], anchor: TrustAnchor, meter: _Meter
) -> Generator[Path, Attempt, bool]:
    refusal = search.refused_so_far(steps, meter.early)
    if refusal is not None:
        yield Path(steps, end=refusal)
        return False
    meter.count_signatures(steps)
    return (yield search.path_of(steps[:-1], anchor)).is_accepted


def _candidates(
    search: Search, steps: tuple[Step, ...], meter: _Meter
) -> Iterator[tuple[Step, TrustAnchor | None]]:
    """What may stand above the last step: anchors first, then what was served."""
    child, rules = steps[-1].certificate, search.rules
    anchors = {a.certificate: a for a in reversed(search.store_issuers(child))}
    for certificate in _chosen(search, tuple(reversed(anchors)), child):
        if not (rules.anchor_loops and _is_looping(search, steps, certificate, meter)):
            meter.count_candidate(steps)
            yield Step(certificate, Role.ANCHOR), anchors[certificate]
    for certificate in _chosen(search, meter.served_issuers(child), child):
        if not _is_looping(search, steps, certificate, meter):
            meter.count_candidate(steps)
            assert isinstance(certificate, Certificate)
            yield Step(certificate, Role.SERVED_CA), None


def _is_looping(
    search: Search, steps: tuple[Step, ...], candidate: AnchorCertificate, meter: _Meter
) -> bool:
    looping = loops(search, steps, candidate)
    if looping and search.rules.counts_loops:
        meter.count_candidate(steps)
    return looping


def _chosen(
    search: Search, issuers: Sequence[AnchorCertificate], child: AnchorCertificate
) -> tuple[AnchorCertificate, ...]:
    """Those of one source that the client looks at, in its order."""
    use = search.rules.key_id
    if use is KeyIdUse.IGNORED or not isinstance(child, Certificate):
        return tuple(issuers)
    named = _named_key(child)
    if use is KeyIdUse.ORDERS:
        return tuple(sorted(issuers, key=lambda one: _likelihood(one, named)))
    having = tuple(one for one in issuers if one.subject_key_id == named)
    narrowed = bool(named) and (bool(having) or use is KeyIdUse.DEMANDS)
    if narrowed and use is KeyIdUse.CHOOSES_ANY_NAME:
        return having
    form = search.rules.store_names
    wanted = child.issuer.key(form)
    return tuple(o for o in (having if narrowed else issuers) if o.subject.key(form) == wanted)


def _named_key(child: AnchorCertificate) -> bytes | None:
    if not isinstance(child, Certificate) or child.authority_key_id is None:
        return None
    return child.authority_key_id.key_id


def _likelihood(issuer: AnchorCertificate, named: bytes | None) -> int:
    held = issuer.subject_key_id or b""
    if held == (named or b""):
        return 0
    return 2 if held and named else 1
