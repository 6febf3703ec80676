"""The served list in its order, as far as it is needed: BearSSL.

Each certificate is read once, as it comes in.  As soon as one was signed by a root of the store
the path is complete, and nothing of what follows is looked at.  Until then every certificate must
be followed by its issuer.  Nothing is tried again; only among several roots of one name the client
goes on until one of their keys fits.
"""

from __future__ import annotations

from collections.abc import Generator

from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path
from legacytrust.paths.search import Search

__all__ = ["linear"]


def linear(search: Search) -> Generator[Path, Attempt, None]:
    """One attempt: along the served list to the first certificate that a root signed."""
    if search.direct_trust is not None:
        yield search.leaf_in_store(search.direct_trust)
        return
    for length, certificate in enumerate(search.served, start=1):
        path = search.served[:length]
        anchor = next(iter(search.store_issuers(certificate)), None)
        if anchor is not None:
            yield search.complete(path, above=(anchor,))
            return
        following = next(iter(search.served[length:]), None)
        if following is None:
            self_issued = certificate.is_self_issued()
            yield search.dead_end(path, Code.UNTRUSTED_ROOT if self_issued else Code.NO_ISSUER)
        elif not search.may_issue(following, certificate, from_store=False):
            issuer, subject = str(certificate.issuer), str(following.subject)
            yield search.dead_end(path, Code.OUT_OF_ORDER, issuer=issuer, followed_by=subject)
            return
