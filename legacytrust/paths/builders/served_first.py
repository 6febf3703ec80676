"""Greedy, served list first: OpenSSL up to 1.0.2.

The served list is followed to its end.  If that end is self-signed it is taken off again, since
only the store can vouch for a root.  Then the store continues the path, one issuer at a time, to
a self-signed certificate.  Later versions try again when that does not work out: they shorten the
served part from the top until the store knows an issuer of what is left.  LibreSSL looks at dates
while it follows the list, and later asks the store before it takes an expired certificate.
"""

from __future__ import annotations

from collections.abc import Generator

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path
from legacytrust.paths.rules import Alternatives
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["served_first"]


def served_first(search: Search) -> Generator[Path, Attempt, None]:
    """Follow the served list, then the store; shorten and retry as the rules allow."""
    served = _follow_served(search)
    prunable = len(served)
    while True:
        root: Certificate | None = None
        if search.is_self_signed(served[-1]):
            if len(served) == 1:
                yield _lone_self_signed(search, served[0])
                return
            root = served.pop()
            prunable = min(prunable, len(served))
        above = follow_store(search, served[-1], len(served))
        if _is_trusted(search, above):
            yield search.complete(served, above=above)
            return
        direct = search.store_copy(search.leaf) if search.rules.partial_chain else None
        if direct is not None:
            yield search.leaf_in_store(direct, above=served[1:])
            return
        yield _dead_end(search, served, above, root)
        prunable = _shorter(search, served, above, prunable)
        if not prunable:
            return
        del served[prunable:]


def _follow_served(search: Search) -> list[Certificate]:
    path, pool = [search.leaf], list(search.served)
    while has_room(search, len(path)) and not search.is_self_signed(path[-1]):
        if search.rules.trusted_first and search.store_issuer(path[-1]) is not None:
            break
        issuer = search.served_issuer(path[-1], pool)
        if issuer is None or _is_better_in_store(search, path[-1], issuer):
            break
        pool.remove(issuer)
        path.append(issuer)
    return path


def _is_better_in_store(search: Search, child: Certificate, issuer: Certificate) -> bool:
    """Whether a served issuer is expired and the store, asked for once, has another."""
    rules = search.rules
    if not rules.store_before_expired or search.is_valid(issuer):
        return False
    return search.store_issuer(child) is not None


def follow_store(search: Search, top: AnchorCertificate, length: int) -> list[TrustAnchor]:
    """The issuers that the store adds above ``top``, to a self-signed one if there is one.

    :param length: how many certificates the path has so far.
    """
    above: list[TrustAnchor] = []
    while has_room(search, length + len(above)) and not search.is_self_signed(top):
        issuer = search.store_issuer(top)
        if issuer is None:
            break
        above.append(issuer)
        top = issuer.certificate
    return above


def has_room(search: Search, length: int) -> bool:
    """Whether a path of this many certificates may still grow."""
    limit = search.rules.max_certificates
    return limit is None or length < limit


def _is_trusted(search: Search, above: list[TrustAnchor]) -> bool:
    if not above:
        return False
    return search.rules.partial_chain or search.is_self_signed(above[-1].certificate)


def _lone_self_signed(search: Search, leaf: Certificate) -> Path:
    held = search.store_issuer(leaf)
    if held is not None and held.is_certificate(leaf):
        return search.leaf_in_store(held)
    return search.dead_end([leaf], Code.UNTRUSTED_ROOT)


def _dead_end(
    search: Search,
    served: list[Certificate],
    above: list[TrustAnchor],
    root: Certificate | None,
) -> Path:
    if not has_room(search, len(served) + len(above)):
        return search.dead_end(served, Code.PATH_TOO_LONG, above=above)
    if above:
        return search.dead_end(served, Code.ISSUER_NOT_IN_STORE, above=above)
    if root is not None:
        return search.dead_end([*served, root], Code.UNTRUSTED_ROOT)
    return search.dead_end(served, Code.NO_ISSUER)


def _shorter(
    search: Search, served: list[Certificate], above: list[TrustAnchor], prunable: int
) -> int:
    """How many served certificates to keep for the next attempt; 0 for no further attempt."""
    rules = search.rules
    allowed = (rules.alternatives is Alternatives.NOT_TRUSTED and not rules.trusted_first) or (
        rules.alternatives is Alternatives.NOTHING_FROM_STORE and not above
    )
    if not allowed:
        return 0
    for kept in range(prunable - 1, 0, -1):
        if search.store_issuer(served[kept - 1]) is not None:
            return kept
    return 0
