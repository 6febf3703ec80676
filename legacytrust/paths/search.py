"""What a path builder may ask.

The builders do not know where certificates come from.  They ask one :class:`Search`: who may have
issued this, is it in the store, is it usable now?  The search answers by the client's own rules
(how names are compared, what else must fit), counts what it does against a budget, and remembers
signatures.  Tests stand in for it, and so can anyone who wants to try a strategy on a graph of
their own.  (The seam is that of mozilla::pkix, whose ``TrustDomain`` answers the same questions.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.names import Name
from legacytrust.paths.checks import CheckContext, is_anchor_refused, objection_of
from legacytrust.paths.findings import Code, Effect, Finding, FindingValue
from legacytrust.paths.issuer_tests import is_marked_as_ca
from legacytrust.paths.loaded_store import AdmissionMemo, LoadedStore, worst
from legacytrust.paths.path import Path, Role, Step
from legacytrust.paths.relations import Relations
from legacytrust.paths.rules import (
    Admission,
    AnchorMatch,
    CheckRules,
    Completion,
    Consequence,
    SearchRules,
)
from legacytrust.signatures import SignatureMemo
from legacytrust.stores.anchor import AnchorCertificate, RootFacts, TrustAnchor
from legacytrust.stores.pool import CertificatePool, Unheld
from legacytrust.stores.snapshot import TrustStore

__all__ = ["DEFAULT_BUDGET", "Search"]

#: Questions that one search may ask.  Real chains need a few dozen; webpki allows 100 signatures
#: and 200,000 calls, mozilla::pkix 200,000.
DEFAULT_BUDGET: Final = 20_000


class Search(Relations):
    """One served chain, one store, one moment, seen through one client's rules.

    :param chain: what the server sends.
    :param store: what the device trusts.
    :param at: the moment, UTC.
    :param rules: how the client looks for a path.
    :param checks: what it objects to, for clients that pass over unusable candidates.
    :param signatures: where checked signatures are remembered.
    :param budget: how many questions may be asked.
    :param pool: CA certificates that a client which looks beyond the served list could find.
    :param hostname: the name that is connected to, or ``None``.
    :param admissions: where objections to single certificates are remembered.
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
        pool: CertificatePool | None = None,
        hostname: str | None = None,
        admissions: AdmissionMemo | None = None,
    ) -> None:
        super().__init__(at, rules, checks, signatures, budget)
        self.leaf: Final = chain.leaf
        self._chain = chain
        self._admissions = admissions or AdmissionMemo(at, signatures)
        self._store = LoadedStore(store, at, rules, checks, signatures, self._admissions)
        self._hostname = hostname
        self._pool = pool if pool is not None else CertificatePool()

    # -- what may be used at all ---------------------------------------------------------------

    @cached_property
    def served(self) -> tuple[Certificate, ...]:
        """What the server sent, leaf first, without what the client passes over unread."""
        rule = self.rules.served_admission
        if rule is None or rule.consequence is Consequence.FATAL:
            return self._chain.certificates
        rest = (c for c in self._chain.rest if not self._objection(c, Role.SERVED_CA, rule))
        return (self.leaf, *rest)

    @cached_property
    def refusal(self) -> Finding | None:
        """Why this client does not even begin to look for a path, if it does not."""
        return self._unreadable_message() or self._store.refusal

    def _unreadable_message(self) -> Finding | None:
        rule = self.rules.served_admission
        if rule is None:
            return None
        leaf = self._objection(self.leaf, Role.LEAF, rule)
        if leaf is not None or rule.consequence is Consequence.SKIPPED:
            return leaf
        return worst(self._objection(c, Role.SERVED_CA, rule) for c in self._chain.rest)

    def _objection(self, certificate: Certificate, role: Role, rule: Admission) -> Finding | None:
        return self._admissions.objection(certificate, role, rule)

    def never_passes(self, child: Certificate) -> TrustAnchor | None:
        """The store certificate at which the search for an issuer of this one hangs, if any."""
        if not self.rules.never_passes_non_ca or child.basic_constraints is None:
            return None
        for anchor in self._store.anchors:
            if not is_marked_as_ca(anchor.certificate):
                return anchor
            if self.may_issue(anchor.certificate, child, from_store=True):
                return None
        return None

    def forbids(self, certificate: AnchorCertificate) -> bool:
        """Whether the store says that this very certificate must never be trusted."""
        return self._store.forbids(certificate.sha256)

    # -- candidates ----------------------------------------------------------------------------

    def store_issuers(self, child: AnchorCertificate) -> tuple[TrustAnchor, ...]:
        """All store certificates that the client takes for possible issuers, in store order."""
        held = self._store.named(child.issuer.canonical)
        if self.rules.finds_by_key_id and isinstance(child, Certificate):
            held = tuple(dict.fromkeys((*held, *self._store.naming_key_of(child))))
        if self.rules.direct_trust:
            held = tuple(a for a in held if is_marked_as_ca(a.certificate))
        return tuple(a for a in held if self.may_issue(a.certificate, child, from_store=True))

    def claims(self, child: Certificate) -> bool:
        """Whether the store binds a client that goes forwards, by ``store_claims``."""
        form, tests = self.rules.store_names, self.rules.store_claims
        held = [a.certificate for a in self._store.named(child.issuer.canonical)]
        self.spend(len(held))
        wanted = child.issuer.key(form)
        return any(c.subject.key(form) == wanted and self._passes(c, child, tests) for c in held)

    def refused_so_far(
        self, steps: Sequence[Step], also: frozenset[str] = frozenset()
    ) -> Finding | None:
        """Why a client that judges while it climbs takes the last step back, if it does.

        :param also: rules by which to judge so early beside its own.
        """
        self.spend()
        if not (names := self.rules.prunes | also):
            return None
        context = CheckContext(
            Path(tuple(steps)), self._checks, self._at, self._hostname, self._signatures
        )
        return objection_of(context, names)

    def store_related(
        self, names: Iterable[bytes], key_ids: Iterable[bytes] = ()
    ) -> tuple[TrustAnchor, ...]:
        """The loaded store certificates with any of these names or identifiers."""
        held = [anchor for name in names for anchor in self._store.named(name)]
        held += [a for key_id in key_ids for a in self._store.keyed(key_id)]
        self.spend(1 + len(held))
        return tuple(held)

    def in_store_order(self, anchors: Mapping[str, TrustAnchor]) -> tuple[TrustAnchor, ...]:
        """These store certificates, by fingerprint, in the order of the store."""
        return self._store.in_order(anchors)

    def store_issuer(self, child: AnchorCertificate) -> TrustAnchor | None:
        """The one that a greedy client takes."""
        return self.preferred_anchor(self.store_issuers(child))

    def named(self, name: Name) -> tuple[TrustAnchor, ...]:
        """All store certificates of this name, in store order."""
        key = name.key(self.rules.store_names)
        held = self._store.named(name.canonical)
        return tuple(a for a in held if a.subject.key(self.rules.store_names) == key)

    def issuer_among(
        self, child: AnchorCertificate, anchors: Iterable[TrustAnchor]
    ) -> TrustAnchor | None:
        """The one of these store certificates that a greedy client takes, by what it asks of all.

        That is, names are compared as those of served certificates are.
        """
        return self.preferred_anchor(
            [a for a in anchors if self.may_issue(a.certificate, child, from_store=False)]
        )

    def preferred_anchor(self, issuers: Sequence[TrustAnchor]) -> TrustAnchor | None:
        """The one of these that a greedy client takes."""
        by_certificate = {a.certificate: a for a in reversed(issuers)}
        chosen = self._preferred([a.certificate for a in issuers], self.rules.store_preference)
        return by_certificate[chosen] if chosen is not None else None

    def served_issuer(self, child: Certificate, pool: Sequence[Certificate]) -> Certificate | None:
        """The certificate of the pool that a greedy client takes as issuer."""
        issuers = [c for c in pool if self.may_issue(c, child, from_store=False)]
        return self.preferred_served(issuers)

    def preferred_served(self, issuers: Sequence[Certificate]) -> Certificate | None:
        """The one of these that a greedy client takes."""
        chosen = self._preferred(issuers, self.rules.served_preference)
        return chosen if isinstance(chosen, Certificate) else None

    def store_copy(self, certificate: AnchorCertificate) -> TrustAnchor | None:
        """This very certificate in the store."""
        self.spend()
        held = self._store.named(certificate.subject.canonical)
        return next((a for a in held if a.is_certificate(certificate)), None)

    def store_twin(self, certificate: Certificate) -> TrustAnchor | None:
        """The first store certificate with the same name and key."""
        return next(iter(self._store_twins(certificate)), None)

    def _store_twins(self, certificate: Certificate) -> tuple[TrustAnchor, ...]:
        self.spend()
        form = self.rules.store_names
        named = self._store.named(certificate.subject.canonical)
        same = (a for a in named if a.subject.key(form) == certificate.subject.key(form))
        return tuple(a for a in same if a.has_key_of(certificate))

    @cached_property
    def direct_trust(self) -> TrustAnchor | None:
        """The store certificate that vouches for the leaf and for nothing else."""
        if not self.rules.direct_trust:
            return None
        twins = self._store_twins(self.leaf)
        return next((a for a in twins if not is_marked_as_ca(a.certificate)), None)

    def anchor_itself(self, certificate: Certificate) -> TrustAnchor | None:
        """The store certificate that makes this one an anchor, by the client's own measure."""
        match self.rules.anchor_match:
            case AnchorMatch.CERTIFICATE:
                return self.store_copy(certificate)
            case AnchorMatch.NAME_AND_KEY:
                return self.store_twin(certificate)
            case _:
                return None

    def served_issuers(self, child: AnchorCertificate) -> tuple[Certificate, ...]:
        """All served certificates that the client takes for possible issuers, each once."""
        distinct = dict.fromkeys(self.served[1:])
        return tuple(c for c in distinct if self.may_issue(c, child, from_store=False))

    def known_issuers(self, child: AnchorCertificate) -> tuple[AnchorCertificate, ...]:
        """Possible issuers for a client that keeps one heap: served, the leaf too, then the store.

        What is both served and in the store counts as the store's.
        """
        held = [anchor.certificate for anchor in self.store_issuers(child)]
        mine = {certificate.sha256 for certificate in held}
        served = (c for c in dict.fromkeys(self.served) if c.sha256 not in mine)
        return (*(c for c in served if self.may_issue(c, child, from_store=False)), *held)

    def fetched_issuers(self, child: AnchorCertificate) -> tuple[Certificate, ...]:
        """Issuers that the client could find elsewhere; what was served is not among them.

        What an address really serves is not known; it is taken to serve whatever signed the
        certificate that gives it.
        """
        if not isinstance(child, Certificate) or not self._looks_for(child):
            return ()
        held, served = self._pool.named(child.issuer.canonical), frozenset(self.served)
        return tuple(
            c
            for c in held
            if c not in served
            and self.may_issue(c, child, from_store=False)
            and self.signed(child, c)
        )

    @cached_property
    def store_is_unusable(self) -> bool:
        """Whether the client cannot load this store at all."""
        return self.rules.unique_subjects and self._store.has_repeated_subjects

    def built_objection(self, steps: Sequence[Step]) -> Finding | None:
        """What a builder that looks at name constraints while it climbs has against these."""
        rules = self.rules.built_checks
        if rules is None:
            return None
        context = CheckContext(Path(tuple(steps)), rules, self._at, None, self._signatures)
        return objection_of(context, frozenset({"name_constraints"}))

    def refuses_as_anchor(self, anchor: TrustAnchor) -> bool:
        """Whether the client would not be content with this anchor at the end of a good path."""
        steps = (Step(self.leaf, Role.LEAF), Step(anchor.certificate, Role.ANCHOR))
        path = Path(steps, anchor=anchor)
        return is_anchor_refused(path, self._checks, self._at, self._signatures)

    # -- results -------------------------------------------------------------------------------

    def complete(self, served: Iterable[Certificate], *, above: Sequence[TrustAnchor]) -> Path:
        """A path of served certificates that goes on and ends in the store.

        :param served: leaf first; empty when the leaf itself is the anchor.
        :param above: store certificates, the last of which is the anchor.
        """
        steps = [Step(c, Role.SERVED_CA if i else Role.LEAF) for i, c in enumerate(served)]
        steps += [Step(a.certificate, Role.STORE_CA) for a in above[:-1]]
        return self.path_of(steps, above[-1])

    def path_of(self, steps: Sequence[Step], anchor: TrustAnchor) -> Path:
        """A path of steps from anywhere that ends in this anchor.

        :param steps: everything below the anchor, leaf first; empty when the leaf is the anchor.
        """
        if not steps:
            return self._leaf_for(anchor)
        return Path((*steps, Step(anchor.certificate, Role.ANCHOR)), anchor=anchor)

    def _leaf_for(self, anchor: TrustAnchor) -> Path:
        """The path of an anchor alone: its certificate where there is one, or else the leaf's."""
        held, end = anchor.certificate, None
        if isinstance(held, RootFacts) and held.sha256 != self.leaf.sha256:
            end = Finding.of(Code.ANCHOR_BYTES_MISSING, Effect.UNKNOWN, held)
        certificate = held if isinstance(held, Certificate) else self.leaf
        return Path((Step(certificate, Role.STORE_LEAF),), anchor=anchor, end=end)

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
        dead end proves nothing, unless that very root is known to be absent.

        :param certificate: what the reason is about; the end of the path if not given.
        """
        steps = [Step(c, Role.SERVED_CA if i else Role.LEAF) for i, c in enumerate(served)]
        steps += [Step(a.certificate, Role.STORE_CA) for a in above]
        return self.dead_end_of(steps, code, certificate=certificate, **data)

    def dead_end_of(
        self,
        steps: Sequence[Step],
        code: Code,
        *,
        certificate: AnchorCertificate | None = None,
        **data: FindingValue,
    ) -> Path:
        """The same for steps from anywhere."""
        lacking = code in (Code.NO_ISSUER, Code.UNTRUSTED_ROOT, Code.ISSUER_NOT_IN_STORE)
        open_question = lacking and self._store.may_end([step.certificate for step in steps])
        effect = Effect.UNKNOWN if open_question else Effect.FATAL
        about = certificate if certificate is not None else steps[-1].certificate
        if code is Code.NO_ISSUER and not open_question and (found := self._unheld(about)):
            data = {"issuer": str(about.issuer), "by": found.issuer}
            return Path(
                tuple(steps), end=Finding.of(Code.ISSUER_NOT_HELD, Effect.UNKNOWN, about, **data)
            )
        if code in (Code.NO_ISSUER, Code.ISSUER_NOT_IN_STORE):
            data["issuer"] = str(about.issuer)
        return Path(tuple(steps), end=Finding.of(code, effect, about, **data))

    def _looks_for(self, child: AnchorCertificate) -> bool:
        """Whether the client looks beyond what was served for an issuer of this certificate."""
        completion = self.rules.completion
        has_address = isinstance(child, Certificate) and bool(child.ca_issuers)
        return Completion.KNOWN in completion or (Completion.AIA in completion and has_address)

    def _unheld(self, child: AnchorCertificate) -> Unheld | None:
        """A known issuer that the client could find, and that could lead to a root of the store."""
        if not self._looks_for(child):
            return None
        issuers = self._pool.unheld_issuers(child, self._at)
        if Completion.AIA in self.rules.completion:
            # It has to lie at the address; that some other site once sent it is no reason to think so.
            addresses = child.ca_issuers if isinstance(child, Certificate) else ()
            issuers = tuple(one for one in issuers if one.address in addresses)
        return next((one for one in issuers if any(map(self._store.lists, one.roots))), None)
