"""Collect every path, then take the best: CryptoAPI and Apple's SecTrust.

These clients do not stop at the first path that works.  They build all that they can, give each a
quality, and go by the best one.  What the quality is made of is a rule
(:attr:`~legacytrust.paths.rules.SearchRules.ranking`): criteria from the most to the least
important.  A path that wins by rank and is then refused for something that no criterion asked
about stays refused.

Where the maker does not say which criteria there are, an alternative that the listed ones leave
equal, or that lost on one of the unproven ones, is told as a doubt and not as a refusal.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Generator, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import Criterion
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["Candidate", "begins_later", "by_rank", "deciding", "ranked"]


@attrs.frozen
class Candidate:
    """One path, complete or not."""

    steps: tuple[Step, ...]
    anchor: TrustAnchor | None = None

    @property
    def whole(self) -> tuple[AnchorCertificate, ...]:
        """Every certificate of it, the anchor included."""
        below = tuple(step.certificate for step in self.steps)
        return below if self.anchor is None else (*below, self.anchor.certificate)


def ranked(search: Search) -> Generator[Path, Attempt, None]:
    """The best path; after a refusal every other that ends in the store, each as a doubt."""
    best, *others = by_rank(search)
    attempt = yield _as_path(search, best)
    if attempt.is_accepted:
        return
    for other in others:
        if other.anchor is not None:
            top = best.steps[-1].certificate if best.steps else best.whole[-1]  # an anchor alone
            doubt = Finding.of(Code.RANKING_UNPROVEN, Effect.UNKNOWN, top)
            yield attrs.evolve(_as_path(search, other), end=doubt)


def by_rank(search: Search) -> list[Candidate]:
    """Every candidate path, complete or not, the best one first."""
    better = functools.cmp_to_key(functools.partial(_compare, search))
    return sorted(_all_paths(search, (Step(search.leaf, Role.LEAF),)), key=better)


def _all_paths(search: Search, steps: tuple[Step, ...]) -> Iterator[Candidate]:
    """Every way up from the last step, to an anchor or to nowhere."""
    search.spend()
    limit = search.rules.max_certificates
    top = steps[-1].certificate
    held = search.anchor_itself(top) if isinstance(top, Certificate) else None
    if held is not None:
        yield Candidate(steps[:-1], held)
    more = False
    if limit is None or len(steps) < limit:
        for above in _issuers(search, steps):
            more = True
            yield from _one_more(search, steps, above)
    if not more and held is None:
        yield Candidate(steps)


def _one_more(
    search: Search, steps: tuple[Step, ...], above: Step | TrustAnchor
) -> Iterator[Candidate]:
    if isinstance(above, Step):
        yield from _all_paths(search, (*steps, above))
    else:
        yield Candidate(steps, above)


def _issuers(search: Search, steps: tuple[Step, ...]) -> Iterator[Step | TrustAnchor]:
    """Roots of the store, then served and fetched certificates that the path has not yet."""
    top = steps[-1].certificate
    used = {step.certificate.sha256 for step in steps}
    if search.is_self_signed(top):
        return
    yield from (a for a in search.store_issuers(top) if a.sha256 not in used)
    roots = {a.sha256 for a in search.store_issuers(top)}
    for role, found in (
        (Role.SERVED_CA, search.served_issuers(top)),
        (Role.FETCHED_CA, search.fetched_issuers(top)),
    ):
        search.spend(len(found))
        yield from (Step(c, role) for c in found if c.sha256 not in used | roots)


def _as_path(search: Search, candidate: Candidate) -> Path:
    if candidate.anchor is not None:
        return search.path_of(candidate.steps, candidate.anchor)
    top = candidate.steps[-1].certificate
    limit = search.rules.max_certificates
    if limit is not None and len(candidate.steps) >= limit:
        return search.dead_end_of(candidate.steps, Code.PATH_TOO_LONG)
    code = Code.UNTRUSTED_ROOT if search.is_self_signed(top) else Code.NO_ISSUER
    return search.dead_end_of(candidate.steps, code)


# -- criteria -----------------------------------------------------------------------------------


def _compare(search: Search, a: Candidate, b: Candidate) -> int:
    """Negative if ``a`` is the better one; 0 falls to the order in which they were found."""
    for criterion in search.rules.ranking:
        better = _advantage(search, criterion, b, a)
        if better:
            return 1 if better > 0 else -1
    return 0


def deciding(search: Search, a: Candidate, b: Candidate) -> Criterion | None:
    """The criterion by which one of the two is better; ``None`` when they are equal in all."""
    ranking = search.rules.ranking
    return next((one for one in ranking if _advantage(search, one, a, b)), None)


def _advantage(search: Search, criterion: Criterion, a: Candidate, b: Candidate) -> float:
    """Positive if ``a`` is better by this criterion."""
    if criterion is Criterion.NEWER_ISSUER:
        return begins_later(a, b)
    measure = _MEASURES[criterion]
    return measure(search, a) - measure(search, b)


def begins_later(a: Candidate, b: Candidate) -> float:
    """How much later the issuer of ``a`` begins, where the two paths first part."""
    for one, other in zip(a.whole[1:], b.whole[1:], strict=False):
        if one.sha256 != other.sha256:
            return (one.not_before - other.not_before).total_seconds()
    return 0.0


def _signed(search: Search, candidate: Candidate) -> float:
    links = itertools.pairwise(candidate.whole)
    return float(all(search.signed(below, above) for below, above in links))


_Measure: TypeAlias = Callable[[Search, Candidate], float]
_MEASURES: Final[Mapping[Criterion, _Measure]] = MappingProxyType(
    {
        Criterion.SIGNED: _signed,
        Criterion.PERMITTED: lambda s, c: float(not any(s.forbids(one) for one in c.whole)),
        Criterion.ANCHORED: lambda _, c: float(c.anchor is not None),
        Criterion.IN_DATES: lambda s, c: float(all(s.is_valid(one) for one in c.whole)),
        Criterion.SHORTER: lambda _, c: -float(len(c.whole)),
    }
)
