"""What happens to one chain with one client, one store, at one moment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.clients.model import ClientModel
from legacytrust.errors import NaiveTimeError
from legacytrust.outcome import Outcome, Verdict
from legacytrust.paths.builders import BUILDERS
from legacytrust.paths.checks import CheckContext, FindingMemo, first_objection
from legacytrust.paths.checks.hostname import normalise
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.loaded_store import AdmissionMemo, LoadedStore
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.relations import BudgetExhaustedError
from legacytrust.paths.rules import Completion
from legacytrust.paths.search import DEFAULT_BUDGET, Search
from legacytrust.signatures import SignatureMemo
from legacytrust.stores.anchor import KeyAnchor, TrustAnchor
from legacytrust.stores.library import closure
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.snapshot import Completeness, TrustStore

__all__ = ["Question", "moment", "simulate"]

#: What checking a complete path costs of the search budget: its signatures dominate.
_CHECK_COST = 20


def moment(at: datetime) -> datetime:
    """The same moment in UTC.

    :raises NaiveTimeError: when the datetime has no time zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise NaiveTimeError(
            f"{at.isoformat()} has no time zone",
            where="at",
            hint="pass datetime(..., tzinfo=timezone.utc)",
        )
    return at.astimezone(UTC)


def simulate(
    chain: ServedChain,
    *,
    client: ClientModel,
    store: TrustStore,
    at: datetime,
    hostname: str | None = None,
    budget: int = DEFAULT_BUDGET,
    signatures: SignatureMemo | None = None,
    pool: CertificatePool | None = None,
) -> Outcome:
    """What this client does with this chain.

    A client that can complete a path from elsewhere (it fetches issuers, or knows intermediates
    beforehand) finds what is in the pool; ``Outcome.fails_cold`` says when the verdict hangs on it.

    :param chain: what the server sends.
    :param client: the client model, see :func:`legacytrust.client`.
    :param store: what the device trusts.
    :param at: the moment; it needs a time zone.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :param budget: how many questions the path search may ask before it gives up; the verdict is
        unknown then, with a finding that says so.
    :param signatures: where checked signatures are remembered, to share them between calls.
    :param pool: CA certificates that such a client could find; the packaged ones by default.
    :raises NaiveTimeError: when ``at`` has no time zone.
    :raises LegacyTrustError: when ``hostname`` is none.
    """
    return Question.of(chain, at, hostname, budget, signatures, pool).ask(client, store)


@attrs.frozen(eq=False)
class Question:
    """One chain at one moment, to be asked of any number of clients and stores.

    It remembers signatures that were checked and findings that were made, so that asking the next
    client costs little.  Not for use by several threads at once.

    :param chain: what the server sends.
    :param at: the moment, UTC.
    :param hostname: the name that is connected to, as it is compared; ``None`` to leave it out.
    :param budget: how many questions each path search may ask.
    :param signatures: checked signatures.
    :param findings: findings that were made.
    :param pool: CA certificates that could be found elsewhere; ``None`` for the packaged ones.
    """

    chain: ServedChain
    at: datetime
    hostname: str | None
    budget: int = DEFAULT_BUDGET
    signatures: SignatureMemo = attrs.field(factory=SignatureMemo)
    findings: FindingMemo = attrs.field(factory=FindingMemo)
    pool: CertificatePool | None = None

    @cached_property
    def _admissions(self) -> AdmissionMemo:
        """What was objected to in single certificates."""
        return AdmissionMemo(self.at, self.signatures)

    @classmethod
    def of(
        cls,
        chain: ServedChain,
        at: datetime,
        hostname: str | None,
        budget: int = DEFAULT_BUDGET,
        signatures: SignatureMemo | None = None,
        pool: CertificatePool | None = None,
    ) -> Question:
        """The question in its form: the moment in UTC, the host name as it is compared.

        :raises NaiveTimeError: when ``at`` has no time zone.
        :raises LegacyTrustError: when ``hostname`` is none.
        """
        name = normalise(hostname) if hostname is not None else None
        memo = signatures if signatures is not None else SignatureMemo()
        return cls(chain, moment(at), name, budget, memo, pool=pool)

    def ask(self, client: ClientModel, store: TrustStore) -> Outcome:
        """What this client does with the chain when it trusts this store."""
        attempts = self._tried(client, store)
        if store.completeness is Completeness.PARTIAL:
            attempts += self._supposed(client, store, _verdict(attempts))
        cold = None
        if attempts and _is_from_outside(attempts[-1].path, store):
            alone = attrs.evolve(client.search, completion=Completion(0), root_update=False)
            cold = _verdict(self.judged(attrs.evolve(client, search=alone), store))
        return Outcome(
            verdict=_verdict(attempts),
            cold=cold,
            client=client,
            store=store,
            chain=self.chain,
            at=self.at,
            hostname=self.hostname,
            attempts=attempts,
        )

    def _tried(self, client: ClientModel, store: TrustStore) -> tuple[Attempt, ...]:
        """The attempts that say something about the leaf."""
        judged = self.judged(client, store)
        return tuple(a for a in judged if not _is_passed_stage(a, self.chain.leaf))

    def _supposed(
        self, client: ClientModel, store: TrustStore, verdict: Verdict
    ) -> tuple[Attempt, ...]:
        """What the client would try with a root that the device may well have.

        A list that is known in part leaves open whether it holds any other known root.  So a
        verdict says nothing while one of those would change it, each thought of by itself: a
        refusal may become a good path, and with a client that does not go back a good path may be
        missed for a bad one.
        """
        if verdict is Verdict.UNKNOWN:
            return ()
        names = {name.canonical for c in self.chain for name in (c.subject, c.issuer)}
        for sha256 in closure(store.library, names):
            if sha256 in store or sha256 in store.absent:
                continue
            more = attrs.evolve(store, fingerprints=(*store.fingerprints, sha256))
            tried = self._tried(client, more)
            if tried and _verdict(tried) is not verdict:
                return (_doubted(tried, store.library.anchor(sha256)),)
        return ()

    def unloadable(self, client: ClientModel, store: TrustStore) -> Finding | None:
        """Why this client cannot load this store, if it cannot; whatever was served."""
        loaded = LoadedStore(
            store, self.at, client.search, client.checks, self.signatures, self._admissions
        )
        return loaded.refusal

    def _search(self, client: ClientModel, store: TrustStore, pool: CertificatePool) -> Search:
        return Search(
            self.chain,
            store,
            self.at,
            client.search,
            client.checks,
            self.signatures,
            self.budget,
            pool,
            self.hostname,
            self._admissions,
        )

    def pool_for(self, client: ClientModel) -> CertificatePool:
        """What a client that completes paths could find; nothing for all others."""
        if not client.search.completion:
            return CertificatePool()
        if self.pool is not None:
            return self.pool
        from legacytrust.stores.intermediates import packaged_pool

        return packaged_pool()

    def judged(self, client: ClientModel, store: TrustStore) -> tuple[Attempt, ...]:
        """Everything that the client judged, in order.

        Those are its attempts, and for a client that judges each CA by itself the CAs as well.
        """
        search = self._search(client, store, self.pool_for(client))
        if search.refusal is not None:
            return (_unread(search, search.refusal),)
        made: list[Attempt] = []
        builder = BUILDERS[client.search.strategy](search)
        try:
            path = next(builder, None)
            while path is not None:
                made.append(self._judge(path, client, store, search))
                path = builder.send(made[-1])
        except StopIteration:
            pass
        except BudgetExhaustedError:
            made.append(_exhausted(search))
        return tuple(made)

    def _judge(self, path: Path, client: ClientModel, store: TrustStore, search: Search) -> Attempt:
        if path.anchor is None:
            end = () if path.end is None else (path.end,)
            return Attempt(path, (*end, *self._against_leaf(end, client)))
        search.spend(_CHECK_COST)
        context = CheckContext(
            path, client.checks, self.at, self.hostname, self.signatures, store.disallowed
        )
        end = () if path.end is None else (path.end,)
        if isinstance(path.anchor.certificate, KeyAnchor) and not client.search.bare_anchors:
            bare = Finding.of(Code.ANCHOR_IS_BARE, Effect.UNKNOWN, path.anchor.certificate)
            end = (*end, bare)
        return Attempt(path, (*end, *self.findings.find_all(context)))

    def _against_leaf(self, end: tuple[Finding, ...], client: ClientModel) -> tuple[Finding, ...]:
        """Where a path ends in doubt: what the client refuses the leaf for, whatever comes above."""
        if all(finding.is_fatal for finding in end):
            return ()
        leaf = self.chain.leaf
        objection = first_objection(leaf, Role.LEAF, client.checks, self.at, self.signatures)
        return (objection,) if objection is not None and objection.is_fatal else ()


def _is_passed_stage(attempt: Attempt, leaf: Certificate) -> bool:
    """Whether a client that judges each CA by itself was content with one: no verdict yet."""
    return attempt.effect is Effect.HARMLESS and attempt.path.steps[0].certificate != leaf


def _doubted(tried: tuple[Attempt, ...], root: TrustAnchor) -> Attempt:
    """The attempt that a root would decide by, if it were there."""
    verdict = _verdict(tried)
    decides = next((a for a in tried if a.effect is Effect.UNKNOWN), tried[-1])
    if verdict is not Verdict.UNKNOWN:
        decides = tried[-1]
    doubt = Finding.of(
        Code.ROOT_NOT_LISTED, Effect.UNKNOWN, root.certificate, with_it=verdict.value
    )
    return Attempt(decides.path, (doubt, *(f for f in decides.findings if not f.is_fatal)))


def _is_from_outside(path: Path, store: TrustStore) -> bool:
    """Whether the client had to find a part of it, be it the root."""
    on_demand = path.anchor is not None and path.anchor.sha256 in store.on_demand
    return on_demand or path.is_completed_from_outside


def _exhausted(search: Search) -> Attempt:
    end = Finding.of(Code.BUDGET_EXHAUSTED, Effect.UNKNOWN, search.leaf)
    return Attempt(Path((Step(search.leaf, Role.LEAF),), end=end), (end,))


def _unread(search: Search, reason: Finding) -> Attempt:
    """The client stops before it looks for a path: it cannot read something, or load it."""
    data = {**dict(reason.data), "objection": reason.code.value}
    end = Finding.of(Code.CERTIFICATE_UNREADABLE, reason.effect, reason.certificate, **data)
    return Attempt(Path((Step(search.leaf, Role.LEAF),), end=end), (end, reason))


def _verdict(attempts: tuple[Attempt, ...]) -> Verdict:
    if attempts and attempts[-1].is_accepted:
        return Verdict.ACCEPTED
    open_question = any(attempt.effect is Effect.UNKNOWN for attempt in attempts)
    return Verdict.UNKNOWN if open_question else Verdict.REJECTED
