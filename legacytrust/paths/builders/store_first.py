"""Greedy, store first at every level: OpenSSL 1.1.0 and later.

At each step the store is asked before the served list, and once it has answered, only the store
is asked: a served issuer is never put above a certificate of the store.  Nothing is taken back.
With ``trusted_first`` off, the served list is followed to its end first and the path shortened
from the top afterwards, as before 1.1.0.
"""

from __future__ import annotations

from collections.abc import Generator

from legacytrust.certificate import Certificate
from legacytrust.paths.builders.served_first import has_room
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path
from legacytrust.paths.rules import Alternatives
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["store_first"]


def store_first(search: Search) -> Generator[Path, Attempt, None]:
    """Grow one path, store before served list; then shorten it if that is allowed."""
    served = _grow(search)
    while True:
        above = _climb(search, served)
        if above and _is_trusted(search, above[-1]):
            yield _accepted(search, served, above)
            return
        direct = search.store_copy(search.leaf) if search.rules.partial_chain else None
        if direct is not None and not above:
            yield search.leaf_in_store(direct, above=served[1:])
            return
        yield _dead_end(search, served, above)
        kept = _shorter(search, served)
        if not kept:
            return
        del served[kept:]


def _grow(search: Search) -> list[Certificate]:
    """The served part: as far as the store does not answer, or to its end."""
    path, pool = [search.leaf], list(search.served)
    while has_room(search, len(path)) and not search.is_self_signed(path[-1]):
        if search.rules.trusted_first and search.store_issuer(path[-1]) is not None:
            break
        used = frozenset(path)
        issuer = search.served_issuer(path[-1], [c for c in pool if c not in used])
        if issuer is None:
            break
        path.append(issuer)
    return path


def _climb(search: Search, served: list[Certificate]) -> list[TrustAnchor]:
    """What the store puts above the served part, until it is trusted or the store is silent."""
    top: AnchorCertificate = served[-1]
    if search.is_self_signed(top):
        held = search.store_issuer(top)
        return [held] if held is not None and held.is_certificate(served[-1]) else []
    above: list[TrustAnchor] = []
    while has_room(search, len(served) + len(above)):
        issuer = search.store_issuer(top)
        if issuer is None or issuer in above:
            break
        above.append(issuer)
        if _is_trusted(search, issuer):
            break
        top = issuer.certificate
    return above


def _is_trusted(search: Search, anchor: TrustAnchor) -> bool:
    return search.rules.partial_chain or search.is_self_signed(anchor.certificate)


def _accepted(search: Search, served: list[Certificate], above: list[TrustAnchor]) -> Path:
    # A served root is replaced by the store's copy of it.
    replaced = above[0].is_certificate(served[-1])
    return search.complete(served[:-1] if replaced else served, above=above)


def _dead_end(search: Search, served: list[Certificate], above: list[TrustAnchor]) -> Path:
    if not has_room(search, len(served) + len(above)):
        return search.dead_end(served, Code.PATH_TOO_LONG, above=above)
    if above:
        return search.dead_end(served, Code.ISSUER_NOT_IN_STORE, above=above)
    if search.is_self_signed(served[-1]):
        return search.dead_end(served, Code.UNTRUSTED_ROOT)
    return search.dead_end(served, Code.NO_ISSUER)


def _shorter(search: Search, served: list[Certificate]) -> int:
    rules = search.rules
    if rules.trusted_first or rules.alternatives is Alternatives.NEVER:
        return 0
    for kept in range(len(served) - 1, 0, -1):
        if search.store_issuer(served[kept - 1]) is not None:
            return kept
    return 0
