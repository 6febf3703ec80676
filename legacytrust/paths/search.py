"""What a path builder may ask.

The builders do not know where certificates come from.  They ask one :class:`Search`: who may have
issued this, is it in the store, is it usable now?  The search answers by the client's own rules
(how names are compared, what else must fit), counts what it does against a budget, and remembers
signatures.  Tests stand in for it, and so can anyone who wants to try a strategy on a graph of
their own.  (The seam is that of mozilla::pkix, whose ``TrustDomain`` answers the same questions.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from legacytrust.algorithms import KeyKind, Scheme
from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.extensions import AuthorityKeyIdentifier, KeyUsage
from legacytrust.paths.checks.context import is_over
from legacytrust.paths.findings import Code, Effect, Finding, FindingValue
from legacytrust.paths.path import Path, Role, Step
from legacytrust.paths.rules import CheckRules, IssuerTest, Preference, SearchRules
from legacytrust.signatures import SignatureMemo, SignatureStatus
from legacytrust.stores.anchor import AnchorCertificate, RootFacts, TrustAnchor
from legacytrust.stores.snapshot import Completeness, TrustStore

__all__ = ["DEFAULT_BUDGET", "BudgetExhaustedError", "Search"]

#: Questions that one search may ask.  Real chains need a few dozen; webpki allows 100 signatures
#: and 200,000 calls, mozilla::pkix 200,000.
DEFAULT_BUDGET: Final = 20_000

_KIND_OF_SCHEME: Final = {
    Scheme.RSA_PKCS1: KeyKind.RSA,
    Scheme.RSA_PSS: KeyKind.RSA,
    Scheme.DSA: KeyKind.DSA,
    Scheme.ECDSA: KeyKind.EC,
    Scheme.ED25519: KeyKind.ED25519,
    Scheme.ED448: KeyKind.ED448,
}


class BudgetExhaustedError(Exception):
    """The search has asked more questions than it may.  Never leaves the engine."""


class Search:
    """One served chain, one store, one moment, seen through one client's rules.

    :param chain: what the server sends.
    :param store: what the device trusts.
    :param at: the moment, UTC.
    :param rules: how the client looks for a path.
    :param checks: what it objects to, for clients that pass over unusable candidates.
    :param signatures: where checked signatures are remembered.
    :param budget: how many questions may be asked.
    """

    def __init__(
        self,
        chain: ServedChain,
        store: TrustStore,
        at: datetime,
        rules: SearchRules,
        checks: CheckRules,
        signatures: SignatureMemo,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.served: Final = chain.certificates
        self.leaf: Final = chain.leaf
        self.rules: Final = rules
        self._store = store
        self._at = at
        self._checks = checks
        self._signatures = signatures
        self._left = budget

    def spend(self, cost: int = 1) -> None:
        """Count a question.

        :raises BudgetExhaustedError: when there were too many.
        """
        self._left -= cost
        if self._left < 0:
            raise BudgetExhaustedError

    # -- relations between two certificates ----------------------------------------------------

    def may_issue(
        self, issuer: AnchorCertificate, child: AnchorCertificate, *, from_store: bool
    ) -> bool:
        """Whether the client takes ``issuer`` for a possible issuer of ``child``.

        :param from_store: by the rules for store certificates, or else for served ones.
        """
        self.spend()
        rules = self.rules
        form = rules.store_names if from_store else rules.served_names
        if issuer.subject.key(form) != child.issuer.key(form):
            return False
        tests = rules.store_tests if from_store else rules.served_tests
        if not tests or isinstance(child, RootFacts):
            return True
        return (
            (IssuerTest.KEY_ID not in tests or _key_id_fits(issuer, child))
            and (IssuerTest.KEY_USAGE not in tests or _may_sign(issuer))
            and (IssuerTest.KEY_KIND not in tests or _key_kind_fits(issuer, child))
            and (IssuerTest.SIGNATURE not in tests or self.signed(child, issuer))
        )

    def signed(self, child: AnchorCertificate, issuer: AnchorCertificate) -> bool:
        """Whether the key of ``issuer`` made the signature; in doubt it did."""
        self.spend()
        if isinstance(child, RootFacts) or isinstance(issuer, RootFacts):
            return True
        status = self._signatures.status(child, issuer.public_key)
        return status is not SignatureStatus.INVALID

    def is_self_signed(self, certificate: AnchorCertificate) -> bool:
        """Whether the client takes the certificate for its own issuer."""
        return self.may_issue(certificate, certificate, from_store=False)

    def is_valid(self, certificate: AnchorCertificate) -> bool:
        """Whether the moment lies within its dates."""
        begun = self._at >= certificate.not_before
        return begun and not is_over(certificate, self._at, self._checks)

    def unusable(self, certificate: Certificate) -> Code | None:
        """Why a client that looks ahead passes over this served issuer, if it does."""
        rules, algorithm = self._checks, certificate.signature_algorithm
        key, role = certificate.public_key, Role.SERVED_CA
        if not self.is_valid(certificate):
            over = is_over(certificate, self._at, self._checks)
            return Code.EXPIRED if over else Code.NOT_YET_VALID
        if rules.digests.effect(algorithm.digest, role) is Effect.FATAL:
            return Code.DIGEST_REFUSED
        if rules.key_kinds.effect(key.kind, role) is Effect.FATAL:
            return Code.KEY_KIND_REFUSED
        too_small = 0 < key.bits < dict(rules.key_sizes.minimum).get(key.kind, 0)
        return Code.KEY_TOO_SMALL if too_small else None

    # -- candidates ----------------------------------------------------------------------------

    def store_issuers(self, child: AnchorCertificate) -> tuple[TrustAnchor, ...]:
        """All store certificates that the client takes for possible issuers, in store order."""
        held = self._store.named(child.issuer.canonical)
        return tuple(a for a in held if self.may_issue(a.certificate, child, from_store=True))

    def store_issuer(self, child: AnchorCertificate) -> TrustAnchor | None:
        """The one that a greedy client takes."""
        issuers = self.store_issuers(child)
        by_certificate = {a.certificate: a for a in reversed(issuers)}
        chosen = self._preferred([a.certificate for a in issuers], self.rules.store_preference)
        return by_certificate[chosen] if chosen is not None else None

    def served_issuer(self, child: Certificate, pool: Sequence[Certificate]) -> Certificate | None:
        """The certificate of the pool that a greedy client takes as issuer."""
        issuers = [c for c in pool if self.may_issue(c, child, from_store=False)]
        chosen = self._preferred(issuers, self.rules.served_preference)
        return chosen if isinstance(chosen, Certificate) else None

    def _preferred(
        self, issuers: Sequence[AnchorCertificate], preference: Preference
    ) -> AnchorCertificate | None:
        if not issuers:
            return None
        if preference is Preference.FIRST:
            return issuers[0]
        valid = next((c for c in issuers if self.is_valid(c)), None)
        if valid is not None:
            return valid
        if preference is Preference.VALID_ELSE_LAST:
            return issuers[-1]
        return max(issuers, key=lambda c: c.not_after)

    def store_copy(self, certificate: Certificate) -> TrustAnchor | None:
        """This very certificate in the store."""
        self.spend()
        held = self._store.named(certificate.subject.canonical)
        return next((a for a in held if a.is_certificate(certificate)), None)

    def store_twin(self, certificate: Certificate) -> TrustAnchor | None:
        """The first store certificate with the same name and key."""
        self.spend()
        key = certificate.subject.key(self.rules.store_names)
        for anchor in self._store.named(certificate.subject.canonical):
            same_name = anchor.subject.key(self.rules.store_names) == key
            if same_name and anchor.has_key_of(certificate):
                return anchor
        return None

    @cached_property
    def store_is_unusable(self) -> bool:
        """Whether the client cannot load this store at all."""
        return self.rules.unique_subjects and bool(self._store.duplicate_subjects)

    # -- results -------------------------------------------------------------------------------

    def complete(self, served: Iterable[Certificate], *, above: Sequence[TrustAnchor]) -> Path:
        """A path of served certificates that goes on and ends in the store.

        :param served: leaf first; empty when the leaf itself is the anchor.
        :param above: store certificates, the last of which is the anchor.
        """
        steps = [Step(c, Role.SERVED_CA if i else Role.LEAF) for i, c in enumerate(served)]
        steps += [Step(a.certificate, Role.STORE_CA) for a in above[:-1]]
        steps.append(Step(above[-1].certificate, Role.ANCHOR if steps else Role.STORE_LEAF))
        return Path(tuple(steps), anchor=above[-1])

    def leaf_in_store(self, anchor: TrustAnchor, *, above: Sequence[Certificate] = ()) -> Path:
        """The path of a leaf that the store trusts directly.

        :param above: served issuers that the client keeps in the path although it needs none.
        """
        if not above:
            return Path((Step(self.leaf, Role.STORE_LEAF),), anchor=anchor)
        steps = [Step(self.leaf, Role.VOUCHED_LEAF)]
        steps += [Step(certificate, Role.STORE_CA) for certificate in above[:-1]]
        return Path((*steps, Step(above[-1], Role.ANCHOR)), anchor=anchor)

    def dead_end(
        self,
        served: Iterable[Certificate],
        code: Code,
        *,
        above: Sequence[TrustAnchor] = (),
        certificate: AnchorCertificate | None = None,
        **data: FindingValue,
    ) -> Path:
        """A path that ends nowhere, and why.

        Where the store is known only in part, the missing root may well be on the device, so a
        dead end proves nothing.

        :param certificate: what the reason is about; the end of the path if not given.
        """
        steps = [Step(c, Role.SERVED_CA if i else Role.LEAF) for i, c in enumerate(served)]
        steps += [Step(a.certificate, Role.STORE_CA) for a in above]
        partial = self._store.completeness is Completeness.PARTIAL
        lacking = code in (Code.NO_ISSUER, Code.UNTRUSTED_ROOT, Code.ISSUER_NOT_IN_STORE)
        effect = Effect.UNKNOWN if partial and lacking else Effect.FATAL
        about = certificate if certificate is not None else steps[-1].certificate
        if code in (Code.NO_ISSUER, Code.ISSUER_NOT_IN_STORE):
            data["issuer"] = str(about.issuer)
        return Path(tuple(steps), end=Finding.of(code, effect, about, **data))


def _key_id_fits(issuer: AnchorCertificate, child: Certificate) -> bool:
    named: AuthorityKeyIdentifier | None = child.authority_key_id
    if named is None:
        return True
    if named.key_id and issuer.subject_key_id and named.key_id != issuer.subject_key_id:
        return False
    if named.serial is not None and named.serial != issuer.serial:
        return False
    return named.issuer is None or named.issuer.canonical == issuer.issuer.canonical


def _may_sign(issuer: AnchorCertificate) -> bool:
    if isinstance(issuer, RootFacts) or issuer.key_usage is None:
        return True
    return KeyUsage.KEY_CERT_SIGN in issuer.key_usage


def _key_kind_fits(issuer: AnchorCertificate, child: Certificate) -> bool:
    needed = _KIND_OF_SCHEME.get(child.signature_algorithm.scheme)
    return isinstance(issuer, RootFacts) or needed is None or issuer.public_key.kind is needed
