"""What became of one chain on one device."""

from __future__ import annotations

import enum
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from legacytrust.chain import ServedChain
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.model import ClientModel
from legacytrust.paths.findings import Effect, Finding
from legacytrust.paths.path import Attempt, Path
from legacytrust.stores.anchor import TrustAnchor
from legacytrust.stores.snapshot import Completeness, TrustStore

if TYPE_CHECKING:
    from legacytrust.device import Device

__all__ = ["Outcome", "Verdict"]


class Verdict(enum.StrEnum):
    """Whether the client takes the chain."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


#: How well membership in a store is known; what a partial list says about a root it has is read.
_STORE_EVIDENCE = {
    Completeness.EXACT: Evidence.READ,
    Completeness.INFERRED: Evidence.INFERRED,
    Completeness.PARTIAL: Evidence.READ,
}


@attrs.frozen
class Outcome:
    """One verdict, with everything that led to it.

    :param verdict: accepted, rejected or unknown.
    :param client: the client model.
    :param store: the trust store.
    :param chain: what was served.
    :param at: the moment, UTC.
    :param hostname: the name that was connected to; ``None`` if it was left out.
    :param attempts: every path that the client tried, in its order, with what it met.
    :param device: the device class, when the outcome is part of a report.
    :param cold: what the verdict would be if the client could find nothing beyond what was served
        and what it trusts; ``None`` when that made no difference to the path.
    :param handshake: why the connection fails, or may fail, before the chain is read; only when
        the caller said what the server offers.
    :param notes: what the verdict takes for granted: that the device knows the time, where it may
        not.  They change nothing.
    """

    verdict: Verdict
    client: ClientModel = attrs.field(repr=False)
    store: TrustStore = attrs.field(repr=False)
    chain: ServedChain = attrs.field(repr=False)
    at: datetime
    hostname: str | None
    attempts: tuple[Attempt, ...] = attrs.field(repr=False)
    device: Device | None = None
    cold: Verdict | None = None
    handshake: tuple[Finding, ...] = attrs.field(default=(), repr=False)
    notes: tuple[Finding, ...] = attrs.field(default=(), repr=False)

    @cached_property
    def path(self) -> Path | None:
        """The path that was accepted, or ``None``."""
        accepted = self.attempts[-1] if self.verdict is Verdict.ACCEPTED else None
        return accepted.path if accepted is not None else None

    @property
    def fails_cold(self) -> bool:
        """Whether the chain is accepted only because the client found certificates elsewhere.

        It fetched them, knew them beforehand, or remembers them from earlier connections.  A
        client that is behind a firewall, or has just been set up, fails.
        """
        return self.verdict is Verdict.ACCEPTED and self.cold not in (None, Verdict.ACCEPTED)

    @property
    def anchor(self) -> TrustAnchor | None:
        """The root that the accepted path ends in, or ``None``."""
        return self.path.anchor if self.path is not None else None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Why: the reasons of a refusal or of not knowing; of an accepted path, its oddities.

        The attempts that came furthest are heard first, and nothing is said twice.
        """
        if self.verdict is Verdict.ACCEPTED:
            return self.attempts[-1].findings
        wanted = Effect.FATAL if self.verdict is Verdict.REJECTED else Effect.UNKNOWN
        before = tuple(finding for finding in self.handshake if finding.effect is wanted)
        heard = [attempt for attempt in self.attempts if attempt.effect is wanted]
        heard.sort(key=lambda attempt: (not attempt.path.is_complete, -len(attempt.path.steps)))
        return tuple(dict.fromkeys((*before, *(f for a in heard for f in a.reasons))))

    @property
    def reason(self) -> Finding | None:
        """The first of the findings that decided; ``None`` when the chain was accepted."""
        return self.findings[0] if self.verdict is not Verdict.ACCEPTED else None

    @cached_property
    def evidence(self) -> Evidence:
        """How well the verdict is founded: as well as the worst fact that it rests on."""
        rules = {f.code.rule for f in self.findings} - {"search", "handshake"}
        return Evidence.weakest(
            (
                _STORE_EVIDENCE[self.store.completeness],
                self.client.search_evidence,
                self.client.weakest(rules),
            )
        )

    def explain(self) -> str:
        """Every path that was tried and why it died, as text for a person."""
        from legacytrust.render.text import explain

        return explain(self)

    def to_dict(self) -> dict[str, object]:
        """The outcome as plain data; see ``legacytrust/schemas/report.schema.json``."""
        from legacytrust.render.data import outcome_to_dict

        return outcome_to_dict(self)
