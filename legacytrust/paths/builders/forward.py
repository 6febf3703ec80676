"""Greedy and forwards only: PolarSSL and mbedTLS.

The served list is walked once, from the leaf on.  The issuer of a certificate is looked for behind
it; what stands before it, or between the two, is never used.  A list in the wrong order therefore
ends early, while junk in between does no harm.

Where the store comes in is a rule.  Either only after the end of the walk, or at every step: the
walk ends as soon as a store certificate may have issued the last one.  From there on there is no
way back to the served list, even when that store certificate is expired, or turns out not to have
made the signature (``store_claims``).

pathLenConstraint is part of the choice: an issuer that leaves no room is passed over.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import IssuerTest
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["forward"]


def forward(search: Search) -> Generator[Path, Attempt, None]:
    """The one path that there is."""
    trusted = search.anchor_itself(search.leaf)
    if trusted is not None and search.leaf.is_self_issued(search.rules.served_names):
        yield search.leaf_in_store(trusted)
        return
    path, place = [search.leaf], 0
    while not (search.rules.trusted_first and _turns_to_store(search, path)):
        following = _next_served(search, path, place)
        if following is None:
            break
        if not _has_room(search, path):
            yield search.dead_end(path, Code.PATH_TOO_LONG)
            return
        place = following
        path.append(search.served[place])
    yield _ended(search, path)


def _turns_to_store(search: Search, path: Sequence[Certificate]) -> bool:
    if search.rules.store_claims:
        return search.claims(path[-1])
    return bool(_anchors(search, path))


def _anchors(search: Search, path: Sequence[Certificate]) -> list[TrustAnchor]:
    """The store certificates that may stand above the path."""
    counted = IssuerTest.PATH_LENGTH in search.rules.store_tests
    return [
        anchor
        for anchor in search.store_issuers(path[-1])
        if not counted or _leaves_room(search, anchor.certificate, path, from_store=True)
    ]


def _next_served(search: Search, path: Sequence[Certificate], place: int) -> int | None:
    """Where behind this place the issuer stands that the client takes."""
    counted = IssuerTest.PATH_LENGTH in search.rules.served_tests
    behind = {
        certificate: index
        for index, certificate in reversed(list(enumerate(search.served)))
        if index > place
        and search.may_issue(certificate, path[-1], from_store=False)
        and (not counted or _leaves_room(search, certificate, path, from_store=False))
    }
    chosen = search.preferred_served(sorted(behind, key=behind.__getitem__))
    return behind[chosen] if chosen is not None else None


def _leaves_room(
    search: Search, issuer: AnchorCertificate, path: Sequence[Certificate], *, from_store: bool
) -> bool:
    """Whether the issuer's pathLenConstraint allows the issuers that the path has so far.

    The one directly below always counts, also a self-issued one, unless it stands for the issuer.
    """
    constraints = None if not isinstance(issuer, Certificate) else issuer.basic_constraints
    limit = constraints.path_length if constraints is not None else None
    if limit is None:
        return True
    below = len(path) - 1
    if search.rules.spares_self_issued:
        below -= sum(c.is_self_issued(search.rules.served_names) for c in path[1:-1])
    if from_store and _stands(search, path[-1]):
        below -= 1
    return below <= limit


def _stands(search: Search, last: Certificate) -> bool:
    """Whether the last served certificate has the name of the store certificate above it."""
    return search.rules.served_root_stands and last.subject.der == last.issuer.der


def _has_room(search: Search, path: Sequence[Certificate]) -> bool:
    """Whether a further served certificate, and an anchor above it, do not make it too long."""
    limit = search.rules.max_certificates
    return limit is None or len(path) + 2 <= limit


def _ended(search: Search, path: Sequence[Certificate]) -> Path:
    anchor = search.preferred_anchor(_anchors(search, path))
    if anchor is None:
        return _dead_end(search, path)
    if not _stands(search, path[-1]):
        return search.complete(path, above=(anchor,))
    steps = [Step(c, Role.SERVED_CA if i else Role.LEAF) for i, c in enumerate(path[:-1])]
    last = Step(path[-1], Role.SERVED_ROOT if steps else Role.STORE_LEAF)
    return Path((*steps, last), anchor)


def _dead_end(search: Search, path: Sequence[Certificate]) -> Path:
    self_issued = path[-1].is_self_issued(search.rules.served_names)
    return search.dead_end(path, Code.UNTRUSTED_ROOT if self_issued else Code.NO_ISSUER)
