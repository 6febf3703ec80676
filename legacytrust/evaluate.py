"""One chain against many device classes.

Devices that cannot differ are simulated once.  Of the hundred and fifty roots of a store only a
handful can matter to a served chain: those whose names the served certificates bear or give as
their issuer, the issuers of those, and so on.  Two device classes whose clients behave alike and
whose stores hold the same of these roots have the same outcome.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from functools import cached_property

import attrs

from legacytrust.catalog import Catalog, load_catalog
from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.clients.model import ClientModel
from legacytrust.clock import clock_findings
from legacytrust.device import Device
from legacytrust.errors import SelectorError
from legacytrust.handshake import ServerOffer
from legacytrust.handshake_findings import handshake_findings
from legacytrust.outcome import Outcome, Verdict
from legacytrust.paths.findings import Effect, Finding
from legacytrust.paths.rules import CheckRules
from legacytrust.paths.search import DEFAULT_BUDGET
from legacytrust.report import Report
from legacytrust.simulate import Question
from legacytrust.stores.library import AnchorLibrary, closure
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.snapshot import Completeness

__all__ = ["evaluate"]


def evaluate(
    chain: ServedChain,
    *,
    at: datetime,
    hostname: str | None = None,
    devices: str | Iterable[Device] | None = None,
    catalog: Catalog | None = None,
    reference: bool = False,
    budget: int = DEFAULT_BUDGET,
    pool: CertificatePool | None = None,
    server: ServerOffer | None = None,
) -> Report:
    """What every device class does with this chain.

    :param chain: what the server sends.
    :param at: the moment; it needs a time zone.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :param devices: a selector (:mod:`legacytrust.selector`) or device classes; all of the
        catalogue if not given.
    :param catalog: the catalogue; the packaged one if not given.
    :param reference: add the verdict of ``pyhanko-certvalidator`` by RFC 5280 on the newest store
        among the devices (extra ``[certvalidator]``).
    :param budget: how many questions the path search of one device class may ask.
    :param pool: CA certificates that a client which completes paths could find; the packaged ones
        by default.
    :param server: what the server offers in the handshake.  A device class that cannot connect is
        then rejected, whatever the chain; without it, the handshake is left out.
    :raises NaiveTimeError: when ``at`` has no time zone.
    :raises SelectorError: when the selector cannot be read or selects nothing.
    :raises MissingExtraError: when ``reference`` is asked for and its package is not installed.
    """
    catalog = catalog if catalog is not None else load_catalog()
    chosen = _chosen(devices, catalog)
    question = Question.of(chain, at, hostname, budget, pool=pool)
    at, hostname = question.at, question.hostname
    outcomes = _Evaluation(question, (d.client for d in chosen), server).outcomes(chosen)
    second = None
    if reference:
        from legacytrust.reference import judge_by_reference

        second = judge_by_reference(chain, store=_newest(chosen).store, at=at, hostname=hostname)
    return Report(
        chain=chain,
        at=at,
        hostname=hostname,
        outcomes=outcomes,
        reference=second,
        data_version=catalog.version,
    )


def _chosen(devices: str | Iterable[Device] | None, catalog: Catalog) -> tuple[Device, ...]:
    if devices is None:
        return catalog.devices
    chosen = catalog.select(devices) if isinstance(devices, str) else tuple(devices)
    if not chosen:
        raise SelectorError("no device class was given", where="devices")
    return chosen


def _newest(devices: tuple[Device, ...]) -> Device:
    """The device class that was released last; of several, the last; if need be a partial one."""
    return max(reversed(devices), key=_age)


def _age(device: Device) -> tuple[bool, int]:
    whole = device.store.completeness is not Completeness.PARTIAL
    return whole, device.released.toordinal() if device.released else 0


def _after(handshake: tuple[Finding, ...], verdict: Verdict) -> Verdict:
    """The verdict on the connection: the handshake comes first."""
    effects = {finding.effect for finding in handshake}
    if Effect.FATAL in effects or verdict is Verdict.REJECTED:
        return Verdict.REJECTED
    return Verdict.UNKNOWN if Effect.UNKNOWN in effects else verdict


class _Evaluation:
    """One call of :func:`evaluate`: what it has worked out so far."""

    def __init__(
        self, question: Question, clients: Iterable[ClientModel], server: ServerOffer | None
    ) -> None:
        self._server = server
        clients = tuple(clients)
        self._question = question
        self._by_key_id = any(client.search.finds_by_key_id for client in clients)
        completing = [client for client in clients if client.search.completion]
        self._pool = question.pool_for(completing[0]) if completing else CertificatePool()
        self._relevant: dict[int, tuple[str, ...]] = {}
        self._known: dict[tuple[Hashable, ...], Outcome] = {}
        self._shared: dict[int, CheckRules] = {}
        self._rules: dict[CheckRules, CheckRules] = {}

    def outcomes(self, devices: Iterable[Device]) -> tuple[Outcome, ...]:
        return tuple(self._outcome(device) for device in devices)

    def _outcome(self, device: Device) -> Outcome:
        group = self._group(device)
        known = self._known.get(group)
        if known is None:
            known = self._known[group] = self._question.ask(device.client, device.store)
        before = self._handshake(device)
        return Outcome(
            verdict=_after(before, known.verdict),
            handshake=before,
            client=device.client,
            store=device.store,
            chain=known.chain,
            at=known.at,
            hostname=known.hostname,
            attempts=known.attempts,
            device=device,
            cold=known.cold,
            notes=clock_findings(device.clock, device.client, known.chain.leaf),
        )

    def _handshake(self, device: Device) -> tuple[Finding, ...]:
        if self._server is None or device.handshake is None:
            return ()
        return handshake_findings(device.handshake, self._server, self._question.chain.leaf)

    def _group(self, device: Device) -> tuple[Hashable, ...]:
        """What decides the outcome: equal groups have equal outcomes.

        A plain tuple, because tuples compare their members by identity first, and the catalogue's
        clients share their rules.
        """
        store, search, checks = device.store, device.client.search, device.client.checks
        relevant = self._relevant_roots(store.library)
        held = store.holding(relevant)
        limits = store.limits(held)
        return (
            search,
            checks if any(limits) else self._versionless(checks),
            held,
            limits,
            store.disallowed,
            store.on_demand.intersection(held),
            store.absent.intersection(relevant),
            store.completeness is Completeness.PARTIAL,
            self._question.unloadable(device.client, store),
            search.unique_subjects and bool(store.duplicate_subjects),
            store.fingerprints if search.sees_whole_store else (),
            id(store.library),
        )

    def _versionless(self, checks: CheckRules) -> CheckRules:
        """The same rules for every version that differs in its number alone.

        The number is compared with limits on roots and with nothing else.
        """
        if not checks.anchor_constraints.version:
            return checks
        known = self._shared.get(id(checks))
        if known is None:
            limits = attrs.evolve(checks.anchor_constraints, version=())
            same = attrs.evolve(checks, anchor_constraints=limits)
            known = self._shared[id(checks)] = self._rules.setdefault(same, same)
        return known

    def _relevant_roots(self, library: AnchorLibrary) -> tuple[str, ...]:
        known = self._relevant.get(id(library))
        if known is None:
            reach = self._reach
            names = {name.canonical for c in reach for name in (c.subject, c.issuer)}
            named = (c.authority_key_id for c in reach) if self._by_key_id else ()
            keys = {key.key_id for key in named if key is not None and key.key_id}
            found = (*closure(library, names, keys), *self._above_unheld)
            known = self._relevant[id(library)] = tuple(dict.fromkeys(found))
        return known

    @cached_property
    def _above_unheld(self) -> tuple[str, ...]:
        """Roots above what a client could find and nobody here can look at."""
        at = self._question.at
        issuers = (one for c in self._reach for one in self._pool.unheld_issuers(c, at))
        return tuple(sha256 for one in issuers for sha256 in one.roots)

    @cached_property
    def _reach(self) -> tuple[Certificate, ...]:
        """The served certificates, and what a client could find above them."""
        found = dict.fromkeys(self._question.chain)
        waiting = list(found)
        while waiting:
            above = self._pool.named(waiting.pop().issuer.canonical)
            waiting += [c for c in above if c not in found]
            found.update(dict.fromkeys(above))
        return tuple(found)
