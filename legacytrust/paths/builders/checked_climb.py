"""Depth first, and each step checked as it is made: LibreSSL's own verifier.

At every certificate the store is asked before the served list.  A candidate must have signed the
certificate below it and be within its dates, or it is passed over; so a dead parent never hides a
live one.  It must not be one that the certificate below could have issued in turn: neither in a
circle, nor as another issue of a self-signed certificate.  Whatever else is wrong is found when the path stands, and takes it back.

The store offers every certificate that fits, or just the one that a greedy client would take.  One
that does not end the path is climbed from like any other, into the store and into the served list
again.  The leaf may be an anchor itself; a served issuer never is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import count

import attrs

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["checked_climb"]


def checked_climb(search: Search) -> Generator[Path, Attempt, None]:
    """Every path whose steps hold, in the client's order, until one is accepted."""
    copy = search.store_copy(search.leaf)
    if copy is not None and _ends(search, copy):
        yield search.leaf_in_store(copy)
        return
    yield from _climb(search, (Step(search.leaf, Role.LEAF),), count(1))


def _climb(
    search: Search, steps: tuple[Step, ...], tries: Iterator[int]
) -> Generator[Path, Attempt, bool]:
    """Try everything above the last step; returns whether a path was accepted."""
    search.spend()
    rules = search.rules
    if rules.max_certificates is not None and len(steps) >= rules.max_certificates:
        yield search.dead_end_of(steps, Code.PATH_TOO_LONG)
        return False
    tried = False
    for step, anchor in _candidates(search, steps):
        tried = True
        if rules.max_tries is not None and next(tries) > rules.max_tries:
            yield search.dead_end_of(steps, Code.PATH_TOO_LONG)
            return False
        above = (*steps, step)
        if dead := _passed_over(search, above):
            yield dead
        elif anchor is None:
            if (yield from _climb(search, above, tries)):
                return True
        elif (yield _whole(search, steps, anchor)).is_accepted:
            return True
    if not tried:
        self_signed = search.is_self_signed(steps[-1].certificate)
        yield search.dead_end_of(steps, Code.UNTRUSTED_ROOT if self_signed else Code.NO_ISSUER)
    return False


def _candidates(
    search: Search, steps: tuple[Step, ...]
) -> Iterator[tuple[Step, TrustAnchor | None]]:
    """What may stand above the last step, in the client's order; with an anchor, it ends there."""
    top, used = steps[-1].certificate, {step.certificate.sha256 for step in steps}
    for anchor in _from_store(search, top):
        if anchor.certificate.sha256 not in used:
            ends = anchor if _ends(search, anchor) else None
            yield Step(anchor.certificate, Role.STORE_CA), ends
    for certificate in search.served_issuers(top):
        if certificate.sha256 not in used:
            yield Step(certificate, Role.SERVED_CA), None


def _from_store(search: Search, child: AnchorCertificate) -> tuple[TrustAnchor, ...]:
    if not search.rules.one_from_store:
        return search.store_issuers(child)
    chosen = search.store_issuer(child)
    return () if chosen is None else (chosen,)


def _ends(search: Search, anchor: TrustAnchor) -> bool:
    return search.rules.partial_chain or search.is_self_signed(anchor.certificate)


def _passed_over(search: Search, steps: tuple[Step, ...]) -> Path | None:
    """A dead end where the last step is one that this client does not take."""
    child, issuer = steps[-2].certificate, steps[-1].certificate
    if search.may_issue(child, issuer, from_store=False):
        code = Code.UNTRUSTED_ROOT if search.is_self_signed(child) else Code.NO_ISSUER
        return search.dead_end_of(steps, code, certificate=child)
    if not search.signed(child, issuer):
        return search.dead_end_of(
            steps, Code.SIGNATURE_INVALID, certificate=child, signer=issuer.label
        )
    if not isinstance(issuer, Certificate) or search.is_valid(issuer):
        return None
    return _out_of_dates(search, steps, issuer)


def _out_of_dates(search: Search, steps: tuple[Step, ...], issuer: Certificate) -> Path:
    if search.unusable(issuer) is Code.NOT_YET_VALID:
        return search.dead_end_of(steps, Code.NOT_YET_VALID, not_before=issuer.not_before)
    return search.dead_end_of(steps, Code.EXPIRED, not_after=issuer.not_after)


def _whole(search: Search, steps: tuple[Step, ...], anchor: TrustAnchor) -> Path:
    if search.rules.overlooks_top:
        steps = (*steps[:-1], attrs.evolve(steps[-1], role=Role.OVERLOOKED))
    return search.path_of(steps, anchor)
