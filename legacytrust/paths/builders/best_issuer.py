"""One heap, and the best certificate of a name: the old path building of NSS.

NSS does not tell apart what the server sent from what the store holds: all certificates lie in one
heap, and trust is a mark on some of them.  At every level it takes all certificates whose name is
the issuer's, keeps those that the authority key identifier points to and that are CAs, and ranks
the rest: fit to sign, then within its dates, then trusted, then the newer one.  The best of them is
the issuer.  Nothing is tried twice; that an expired issuer loses to a valid one is all the choice
there is, and it was enough for the great expiries.

The path ends at the first trusted certificate, whatever it is, and it dies at a root that is not
trusted.  A root is a certificate that names itself as its issuer, by name and key identifier; it is
its own issuer, also when it is the leaf.  What is issued by its own name without being a root goes
round until the path is too long.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import reduce
from typing import TypeAlias

import attrs

from legacytrust.certificate import Certificate
from legacytrust.extensions import AuthorityKeyIdentifier, KeyUsage, NetscapeCertType
from legacytrust.names import NameForm
from legacytrust.paths.findings import Code
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["best_issuer"]

_Candidate: TypeAlias = tuple[AnchorCertificate, TrustAnchor | None]


def best_issuer(search: Search) -> Generator[Path, Attempt, None]:
    """Climb from issuer to issuer until one is trusted; there is one attempt."""
    steps = [Step(search.leaf, Role.LEAF)]
    limit = search.rules.max_certificates
    while limit is None or len(steps) < limit:
        search.spend()
        top = steps[-1].certificate
        issuer = top if _is_root(top) else _best(search, top)
        if issuer is None:
            yield search.dead_end_of(steps, Code.NO_ISSUER)
            return
        anchor = search.store_copy(issuer)
        if anchor is not None:
            yield search.path_of(steps, anchor)
            return
        if _is_root(issuer):
            above = () if issuer is top else (Step(issuer, Role.SERVED_CA),)
            yield search.dead_end_of((*steps, *above), Code.UNTRUSTED_ROOT)
            return
        steps.append(Step(issuer, Role.SERVED_CA))
    yield search.dead_end_of(steps, Code.PATH_TOO_LONG)


def _is_root(certificate: AnchorCertificate) -> bool:
    """Issued by its own name, and no authority key identifier says otherwise."""
    if not isinstance(certificate, Certificate):
        return True
    named = certificate.authority_key_id
    if not certificate.is_self_issued(NameForm.ENCODED):
        return False
    if named is None:
        return True
    if named.key_id and named.key_id != certificate.subject_key_id:
        return False
    if named.issuer is not None and named.issuer.der != certificate.issuer.der:
        return False
    return named.serial is None or named.serial == certificate.serial


# -- the choice of an issuer ------------------------------------------------------------------


def _best(search: Search, child: AnchorCertificate) -> AnchorCertificate | None:
    known = search.known_issuers(child)
    if isinstance(child, Certificate) and child.authority_key_id is not None:
        known = _pointed_at(known, child.authority_key_id)
    found = [(c, search.store_copy(c)) for c in _newest_first(search, known)]
    candidates = [one for one in found if _is_ca(*one)]
    if not candidates:
        return None
    return reduce(lambda best, one: best.against(search, one), candidates, _Best()).certificate


def _pointed_at(
    candidates: Sequence[AnchorCertificate], named: AuthorityKeyIdentifier
) -> tuple[AnchorCertificate, ...]:
    """Those that the identifier surely means, or else those that it may mean."""
    judged = [(c, _means(named, c)) for c in candidates]
    sure = tuple(c for c, means in judged if means)
    return sure or tuple(c for c, means in judged if means is None)


def _means(named: AuthorityKeyIdentifier, candidate: AnchorCertificate) -> bool | None:
    """Whether the identifier means this certificate; ``None`` if that cannot be told.

    An issuer and serial that fit nothing unmake the match of a key identifier, and no more.
    """
    means: bool | None = None
    if named.key_id and candidate.subject_key_id is not None:
        if named.key_id != candidate.subject_key_id:
            return False
        means = True
    if named.issuer is None:
        return means
    same = named.issuer.der == candidate.issuer.der and named.serial == candidate.serial
    return True if same else None


def _is_ca(certificate: AnchorCertificate, anchor: TrustAnchor | None) -> bool:
    """Whether it may be an issuer at all; trust makes a CA of anything."""
    if anchor is not None or not isinstance(certificate, Certificate):
        return True
    netscape = certificate.netscape_cert_type
    types = NetscapeCertType.SSL_CA | NetscapeCertType.SMIME_CA | NetscapeCertType.OBJECT_SIGNING_CA
    old_root = certificate.version < 3 and _is_root(certificate)
    return certificate.is_ca or old_root or (netscape is not None and bool(netscape & types))


def _may_sign(certificate: AnchorCertificate) -> bool:
    if not isinstance(certificate, Certificate) or certificate.key_usage is None:
        return True
    return KeyUsage.KEY_CERT_SIGN in certificate.key_usage


@attrs.frozen
class _Best:
    """The best so far, and what was ever seen of it.

    ``valid`` and ``trusted`` stay set when a certificate that is fit to sign replaces one that is
    not, although they were said of the one that was replaced.  So does NSS.
    """

    certificate: AnchorCertificate | None = None
    fit: bool = False
    valid: bool = False
    trusted: bool = False

    def against(self, search: Search, challenger: _Candidate) -> _Best:
        """The better of the best so far and another one."""
        other, anchor = challenger
        fit = _may_sign(other)
        if self.certificate is None or (fit and not self.fit):
            return attrs.evolve(self, certificate=other, fit=fit)
        if self.fit and not fit:
            return self
        return self._by_dates(search, other, anchor)

    def _by_dates(
        self, search: Search, other: AnchorCertificate, anchor: TrustAnchor | None
    ) -> _Best:
        assert self.certificate is not None
        valid = self.valid or search.is_valid(self.certificate)
        if valid and not search.is_valid(other):
            return attrs.evolve(self, valid=True)
        if not valid and search.is_valid(other):
            return attrs.evolve(self, certificate=other, valid=True)
        if not search.rules.ranks_trust:
            return attrs.evolve(self, certificate=self._newer(search, other), valid=valid)
        trusted = self.trusted or search.store_copy(self.certificate) is not None
        if trusted and anchor is None:
            return attrs.evolve(self, valid=valid, trusted=True)
        if not trusted and anchor is not None:
            return attrs.evolve(self, certificate=other, valid=valid, trusted=True)
        best = self._newer(search, other)
        return attrs.evolve(self, certificate=best, valid=valid, trusted=trusted)

    def _newer(self, search: Search, other: AnchorCertificate) -> AnchorCertificate:
        assert self.certificate is not None
        return self.certificate if _is_newer(search, self.certificate, other) else other


def _newest_first(
    search: Search, certificates: Sequence[AnchorCertificate]
) -> tuple[AnchorCertificate, ...]:
    """Each one put before the first that it is newer than, as the heap keeps them."""
    ordered: list[AnchorCertificate] = []
    for certificate in certificates:
        later = (i for i, one in enumerate(ordered) if _is_newer(search, certificate, one))
        ordered.insert(next(later, len(ordered)), certificate)
    return tuple(ordered)


def _is_newer(search: Search, one: AnchorCertificate, other: AnchorCertificate) -> bool:
    """Whether the first is the newer one; where the dates disagree, by which begins later."""
    later, longer = one.not_before > other.not_before, one.not_after > other.not_after
    if later is longer:
        return later
    if later:
        return one.not_after >= search.at
    return other.not_after < search.at
