"""From a server's stores to what is wrong with its chain and how to set it right."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import attrs

from legacytrust.catalog import Catalog
from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, ServedChain, as_certificate
from legacytrust.errors import IisError
from legacytrust.evaluate import evaluate
from legacytrust.iis.crosses import Cross, crosses_of
from legacytrust.iis.effects import SideEffect, side_effects
from legacytrust.iis.machine import LocalMachine, programme_before
from legacytrust.iis.notices import NoticeCode
from legacytrust.iis.plan import RemediationPlan, Site, Step, steps_for
from legacytrust.iis.selection import ChainSelection
from legacytrust.iis.stores import StoreName
from legacytrust.names import Name
from legacytrust.outcome import Outcome, Verdict
from legacytrust.report import Report
from legacytrust.signatures import SignatureMemo, SignatureStatus

__all__ = ["Consequence", "Diagnosis", "Direction", "diagnose"]


class Direction(enum.StrEnum):
    """Who connects to whom."""

    INBOUND = "to the server"
    OUTBOUND = "from the server"


@attrs.frozen
class Consequence:
    """Who fares otherwise after the plan.

    :param direction: whether it connects to the server, or the server to it.
    :param who: the id of a device class, or the chain that a peer sends.
    :param before: the verdict now: of the device class, or of the server about the peer.
    :param after: the verdict then.
    """

    direction: Direction
    who: str
    before: Verdict
    after: Verdict

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "direction": self.direction.value,
            "who": self.who,
            "before": self.before.value,
            "after": self.after.value,
        }


@attrs.frozen
class Diagnosis:
    """What a server sends, whom it loses by that, and what to do.

    :param machine: the server.
    :param selection: the chain that it sends, and why.
    :param report: what every device class does with it.
    :param plan: how to make it send a longer chain; ``None`` where no other chain is known, or
        where it sends the longer one already and nothing can bring the short one back.
    :param predicted: the report for the chain that the plan leads to; ``None`` where there is no
        plan or the bytes of the cross-certificate are not at hand.
    :param effects: what changes for the server as a client, after the plan.
    """

    machine: LocalMachine = attrs.field(repr=False)
    selection: ChainSelection
    report: Report = attrs.field(repr=False)
    plan: RemediationPlan | None = None
    predicted: Report | None = attrs.field(default=None, repr=False)
    effects: tuple[SideEffect, ...] = attrs.field(default=(), repr=False)

    @property
    def lost(self) -> tuple[Outcome, ...]:
        """The device classes that refuse what is sent now."""
        return self.report.rejected

    @property
    def recovered(self) -> tuple[Outcome, ...]:
        """Those of them that accept what the plan leads to, as they will fare then."""
        return _now(self.predicted, Verdict.ACCEPTED, self.report)

    @property
    def newly_lost(self) -> tuple[Outcome, ...]:
        """Device classes that accept what is sent now and not what the plan leads to."""
        if self.predicted is None:
            return ()
        after = self.predicted
        return tuple(
            after[o.device.id]
            for o in self.report.accepted
            if o.device is not None and after[o.device.id].verdict is not Verdict.ACCEPTED
        )

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        """Everything that the plan changes, in both directions, good and bad."""
        inbound: list[Consequence] = []
        for outcome in self.report if self.predicted is not None else ():
            device, after = outcome.device, self.predicted
            if device is not None and after is not None:
                then = after[device.id].verdict
                inbound.append(Consequence(Direction.INBOUND, device.id, outcome.verdict, then))
        outbound = (
            Consequence(Direction.OUTBOUND, str(e.peer), e.before, e.after) for e in self.effects
        )
        return tuple(c for c in (*inbound, *outbound) if c.before is not c.after)

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON; ``schema`` is the version of the form."""
        return {
            "schema": 1,
            "selection": self.selection.to_dict(),
            "lost": _ids(self.lost),
            "unknown": _ids(self.report.unknown),
            "recovered": _ids(self.recovered) if self.predicted is not None else None,
            "newly_lost": _ids(self.newly_lost) if self.predicted is not None else None,
            "plan": self.plan.to_dict() if self.plan is not None else None,
            "consequences": [consequence.to_dict() for consequence in self.consequences],
        }


def diagnose(
    server: LocalMachine,
    leaf: CertificateLike,
    catalog: Catalog | None = None,
    at: datetime | None = None,
    *,
    cross: Cross | CertificateLike | None = None,
    hostname: str | None = None,
    site: Site | None = None,
    peers: Iterable[ServedChain] | None = None,
) -> Diagnosis:
    """What the server sends for a leaf, which device classes it loses, and how to recover them.

    :param server: its stores.
    :param leaf: its certificate.
    :param catalog: the device classes; the packaged ones if not given.
    :param at: the moment; it needs a time zone, and it needs to be given.
    :param cross: the cross-certificate to use: what was downloaded, or one of
        :func:`~legacytrust.iis.crosses_of`.  If not given, the one that most device classes gain
        by, as far as bytes are at hand; none that has expired, and none by which nobody gains.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :param site: the names that the commands use.
    :param peers: chains that other servers send to this one; the packaged authorities if not given.
    :raises NaiveTimeError: when ``at`` has no time zone.
    :raises IisError: when ``cross`` is no cross-certificate of the root in question, or forged.
    """
    if at is None:
        raise TypeError("diagnose() needs at=, the moment to judge by")
    certificate = as_certificate(leaf)
    selection = server.select(certificate, at=at)
    report = evaluate(selection.sent, at=at, hostname=hostname, catalog=catalog)
    found = Diagnosis(server, selection, report)
    options = [
        _planned(server, selection, root, one, site or Site())
        for root, one in _aims(server, selection, cross)
    ]
    chosen = _best(options, report, at, hostname, catalog, is_asked=cross is not None)
    if chosen is None:
        return found
    plan, after = chosen
    effects = side_effects(server, _after(server, plan), at=at, peers=peers) if after else ()
    return attrs.evolve(found, plan=plan, predicted=after, effects=effects)


def _aims(
    server: LocalMachine, selection: ChainSelection, cross: Cross | CertificateLike | None
) -> Iterator[tuple[Certificate, Cross]]:
    """Which root may be replaced by which cross-certificate; none where all is done."""
    wanted = _fingerprint(cross)
    for sent in selection.next.rest:
        twin = next(_self_signed(server, selection, sent.same_subject_and_key, sent.subject), None)
        if twin is not None and wanted in (None, sent.sha256):
            if selection.is_stale or _may_return(selection, twin):
                yield (
                    twin,
                    next(c for c in crosses_of(twin, given=(sent,)) if c.sha256 == sent.sha256),
                )
            return
    root = _short_root(server, selection)
    if root is not None:
        for one in _choice(server, selection, root, cross):
            if cross is not None or one.is_valid(selection.at):
                yield root, one


def _fingerprint(cross: Cross | CertificateLike | None) -> str | None:
    if cross is None:
        return None
    return cross.sha256 if isinstance(cross, Cross) else as_certificate(cross).sha256


def _may_return(selection: ChainSelection, root: Certificate) -> bool:
    """Whether the root is only deleted, so that Windows brings it back."""
    code = NoticeCode.DELETION_DOES_NOT_LAST
    return any(n.code is code and n.sha256 == root.sha256 for n in selection.notices)


def _short_root(server: LocalMachine, selection: ChainSelection) -> Certificate | None:
    """The self-signed root that ends the path which a new credential would take, or would end it.

    It may be blocked already, or in no store of roots, and then no path ends in it.
    """
    best = selection.pending[0]
    top = best.root.certificate if best.root is not None else best.certificates[-1]
    if not isinstance(top, Certificate) or top.is_self_issued():
        return top if isinstance(top, Certificate) and top.is_ca else None
    if best.root is not None:  # a cross-certificate that lies among the roots
        return next(_self_signed(server, selection, top.same_subject_and_key, top.subject), None)
    memo = SignatureMemo()

    def has_signed(root: Certificate) -> bool:
        return memo.status(top, root.public_key) is SignatureStatus.VALID

    return next(_self_signed(server, selection, has_signed, top.issuer), None)


def _self_signed(
    server: LocalMachine,
    selection: ChainSelection,
    fits: Callable[[Certificate], bool],
    name: Name,
) -> Iterator[Certificate]:
    """The roots of this name that fit, from the machine's stores and from Microsoft's programme."""
    held = (c for store in StoreName for c in server.stores.of(store) if c.subject == name)
    listed = programme_before(server, selection.at)
    known = (a.certificate for a in listed.named(name.canonical)) if listed is not None else ()
    for root in (*held, *known):
        if isinstance(root, Certificate) and root.is_self_issued() and fits(root):
            yield root


def _choice(
    server: LocalMachine,
    selection: ChainSelection,
    root: Certificate,
    cross: Cross | CertificateLike | None,
) -> tuple[Cross, ...]:
    if cross is None:
        return crosses_of(root)
    given = cross if isinstance(cross, Cross) else Cross.of(as_certificate(cross))
    own = given.certificate
    known = crosses_of(root, given=() if own is None else (own,))
    found = tuple(one for one in known if one.sha256 == given.sha256)
    if not found:
        raise IisError(
            f"{given} is no cross-certificate of {root.label!r}",
            hint="it needs the same name and key, and another issuer",
        )
    if own is not None and _is_forged(server, selection, own):
        raise IisError(f"{given} is not signed by its issuer", hint="download it again")
    return (given,) if isinstance(cross, Cross) else found


def _is_forged(server: LocalMachine, selection: ChainSelection, cross: Certificate) -> bool:
    """Whether none of the roots that it names has signed it; what is not known is no proof."""
    memo = SignatureMemo()
    issuers = _self_signed(server, selection, lambda _: True, cross.issuer)
    found = {memo.status(cross, issuer.public_key) for issuer in issuers}
    return found == {SignatureStatus.INVALID}


def _planned(
    server: LocalMachine, selection: ChainSelection, root: Certificate, cross: Cross, site: Site
) -> RemediationPlan:
    held = server.stores.holding(root)
    misplaced = tuple(
        name
        for name in (StoreName.DISALLOWED, StoreName.ROOT, StoreName.THIRD_PARTY)
        if cross.sha256 in {c.sha256 for c in server.stores.of(name)}
    )
    steps: list[Step] = []
    machine = server
    for step in steps_for(root, cross, selection.leaf, held, site, misplaced=misplaced):
        for event in step.events:
            machine = machine.apply(event)
        sent = machine.select(selection.leaf, at=selection.at).sent
        steps.append(attrs.evolve(step, predicted=sent if cross.certificate else None))
    return RemediationPlan(root, cross, tuple(steps))


def _after(server: LocalMachine, plan: RemediationPlan) -> LocalMachine:
    for step in plan.steps:
        for event in step.events:
            server = server.apply(event)
    return server


def _best(
    options: list[RemediationPlan],
    before: Report,
    at: datetime,
    hostname: str | None,
    catalog: Catalog | None,
    *,
    is_asked: bool,
) -> tuple[RemediationPlan, Report | None] | None:
    """The plan by which most device classes are won; one that cannot be predicted comes last.

    A plan that wins none is no plan, unless it was asked for or keeps what is there.
    """
    best: tuple[RemediationPlan, Report | None] | None = None
    unpredicted = next(((plan, None) for plan in options if plan.predicted is None), None)
    for plan in options:
        if plan.predicted is None:
            continue
        report = evaluate(plan.predicted, at=at, hostname=hostname, catalog=catalog)
        keeps = plan.cross.certificate in before.chain.rest
        if not (is_asked or keeps or _accepting(report) - _accepting(before)):
            continue
        if best is None or best[1] is None or len(report.accepted) > len(best[1].accepted):
            best = (plan, report)
    return best or unpredicted


def _accepting(report: Report) -> set[str]:
    return set(_ids(report.accepted))


def _now(after: Report | None, verdict: Verdict, before: Report) -> tuple[Outcome, ...]:
    if after is None:
        return ()
    ids = [o.device.id for o in before.rejected if o.device is not None]
    return tuple(after[one] for one in ids if after[one].verdict is verdict)


def _ids(outcomes: Iterable[Outcome]) -> list[str]:
    return [o.device.id for o in outcomes if o.device is not None]
