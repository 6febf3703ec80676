"""Complete search, depth first: every path there is, until one passes.

At each certificate the client first sees whether it is an anchor itself, then asks the store and
the served list (which of them first is a rule), and last, if it can, fetches.  Whatever the checks
refuse is taken back.  A store certificate ends the path, unless the client insists on a
self-signed end and goes on within the store.

Real clients look at dates and signatures while they climb and never build what they would refuse
later; which path they accept does not depend on that, only how much they try.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from legacytrust.certificate import Certificate
from legacytrust.extensions import Oid
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import Loop
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["depth_first", "loops"]


def depth_first(search: Search) -> Generator[Path, Attempt, None]:
    """Every path in the client's order, until one is accepted."""
    yield from _climb(search, (Step(search.leaf, Role.LEAF),))


def _climb(search: Search, steps: tuple[Step, ...]) -> Generator[Path, Attempt, bool]:
    """Try everything above the last step; returns whether a path was accepted."""
    search.spend()
    limit = search.rules.max_certificates
    top = steps[-1].certificate
    if (yield from _ends_here(search, steps)):
        return True
    if limit is not None and len(steps) >= limit:
        yield search.dead_end_of(steps, Code.PATH_TOO_LONG)
        return False
    tried = False
    for step, anchor in _candidates(search, steps):
        tried = True
        above = (*steps, step)
        accepted = (
            (yield from _climb(search, above))
            if anchor is None
            else (yield search.path_of(steps, anchor)).is_accepted
        )
        if accepted:
            return True
    if not tried:
        self_signed = search.is_self_signed(top)
        yield search.dead_end_of(steps, Code.UNTRUSTED_ROOT if self_signed else Code.NO_ISSUER)
    return False


def _ends_here(search: Search, steps: tuple[Step, ...]) -> Generator[Path, Attempt, bool]:
    """Whether the last step is an anchor itself and the path below it passes."""
    last = steps[-1]
    if last.role is Role.STORE_CA or not isinstance(last.certificate, Certificate):
        return False
    anchor = search.anchor_itself(last.certificate)
    if anchor is None:
        return False
    return (yield search.path_of(steps[:-1], anchor)).is_accepted


def _candidates(
    search: Search, steps: tuple[Step, ...]
) -> Iterator[tuple[Step, TrustAnchor | None]]:
    """What may stand above the last step, in the client's order; with an anchor, it ends there."""
    last = steps[-1]
    if last.role is Role.STORE_CA:
        yield from _from_store(search, steps)
        return
    if search.rules.trusted_first:
        yield from _from_store(search, steps)
    served = search.served_issuers(last.certificate)
    yield from ((Step(c, Role.SERVED_CA), None) for c in served if not loops(search, steps, c))
    if not search.rules.trusted_first:
        yield from _from_store(search, steps)
    fetched = search.fetched_issuers(last.certificate)
    yield from ((Step(c, Role.FETCHED_CA), None) for c in fetched if not loops(search, steps, c))


def _from_store(
    search: Search, steps: tuple[Step, ...]
) -> Iterator[tuple[Step, TrustAnchor | None]]:
    for anchor in search.store_issuers(steps[-1].certificate):
        ends = search.rules.partial_chain or search.is_self_signed(anchor.certificate)
        above_itself = ends and search.rules.loop is Loop.BELOW_ANCHOR
        if not above_itself and loops(search, steps, anchor.certificate):
            continue
        yield Step(anchor.certificate, Role.STORE_CA), anchor if ends else None


def loops(search: Search, steps: tuple[Step, ...], candidate: AnchorCertificate) -> bool:
    """Whether the candidate is in the path already, by the client's measure."""
    search.spend()
    loop = search.rules.loop
    if loop in (Loop.CERTIFICATE, Loop.BELOW_ANCHOR):
        return any(step.certificate.sha256 == candidate.sha256 for step in steps)
    return any(
        step.certificate.spki_sha256 == candidate.spki_sha256
        and step.certificate.subject.canonical == candidate.subject.canonical
        and (loop is Loop.NAME_AND_KEY or _san(step.certificate) == _san(candidate))
        for step in steps
    )


def _san(certificate: AnchorCertificate) -> bytes | None:
    if not isinstance(certificate, Certificate):
        return None
    extension = certificate.extension(Oid.SUBJECT_ALT_NAME)
    return extension.value if extension is not None else None
