"""Looking at what a server really sends: by the outcome that matters, and by the rule people use.

The rule is that the last issuer in the output of ``openssl s_client -showcerts`` has to be the old
root (for Sectigo: USERTrust).  It is a good rule of thumb and no more: a chain that goes on to a
still older root reaches more devices and fails the rule.  So both answers are given, and where they
disagree that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Final

import attrs

from legacytrust.catalog import Catalog, load_catalog
from legacytrust.chain import ServedChain
from legacytrust.errors import ChainError
from legacytrust.evaluate import evaluate
from legacytrust.outcome import Outcome, Verdict
from legacytrust.report import Report
from legacytrust.selector import select

__all__ = ["Drift", "RuleOfThumb", "Verification", "drift", "verify_served"]

#: The last issuer that the authority's guides ask for, by the root that is too young.
_OLD_ROOTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Sectigo Public Server Authentication Root R46": "USERTrust RSA Certification Authority",
        "Sectigo Public Server Authentication Root E46": "USERTrust ECC Certification Authority",
    }
)
#: Names of roots that are older still: a chain that ends there has gone past what the rule asks for.
_OLDER: Final = frozenset({"AAA Certificate Services", "AddTrust External CA Root"})


@attrs.frozen
class RuleOfThumb:
    """The rule that people use: the last issuer has to have this name.

    :param wanted: the name; empty where no rule is known for this authority.
    :param found: the last issuer of the chain.
    """

    wanted: str
    found: str

    @property
    def applies(self) -> bool:
        """Whether there is such a rule for this chain."""
        return bool(self.wanted)

    @property
    def is_kept(self) -> bool:
        """Whether the last issuer is the one that the rule asks for."""
        return self.found == self.wanted


@attrs.frozen
class Verification:
    """What was seen, and what it means.

    :param report: what every device class does with the chain.
    :param rule: the rule of thumb, and what it says.
    :param expected: the chain that should have been sent, if one was given.
    :param required: the device classes that have to accept, if any were named.
    """

    report: Report
    rule: RuleOfThumb
    expected: ServedChain | None = attrs.field(default=None, repr=False)
    required: tuple[str, ...] = ()

    @property
    def chain(self) -> ServedChain:
        """What the server sends."""
        return self.report.chain

    @property
    def missed(self) -> tuple[Outcome, ...]:
        """Required device classes that do not accept, or all that refuse if none was named."""
        if not self.required:
            return self.report.rejected
        outcomes = (self.report[device] for device in self.required)
        return tuple(o for o in outcomes if o.verdict is not Verdict.ACCEPTED)

    @property
    def is_as_expected(self) -> bool:
        """Whether the chain is the expected one; true where none was given."""
        return self.expected is None or self.chain == self.expected

    @property
    def is_fixed(self) -> bool:
        """Whether all is well: by what was asked for, or else by the rule or by the devices."""
        if self.expected is not None or self.required:
            return self.is_as_expected and not (self.required and self.missed)
        if self.rule.applies:
            return self.rule.is_kept or self.goes_beyond_rule
        return not self.report.rejected

    @property
    def goes_beyond_rule(self) -> bool:
        """Whether the chain ends at a root older than the one that the rule asks for."""
        passes = any(c.label == self.rule.wanted for c in self.chain.rest)
        return self.rule.applies and not self.rule.is_kept and passes

    @property
    def remark(self) -> str:
        """Where the rule of thumb and the outcome disagree, or what the chain shows; often empty."""
        last = self.chain.certificates[-1]
        if len(self.chain) > 1 and last.is_self_issued():
            return (
                f"The root itself is sent, {last.label}. Windows leaves it out: does another server or"
                " a proxy answer here?"
            )
        if len(self.chain) == 1 and not last.is_self_issued():
            return f"Only the leaf is sent: the certificate of {self.rule.found} is missing."
        if not self.rule.applies:
            return ""
        if self.goes_beyond_rule:
            return (
                f"The last issuer is {self.rule.found} and not {self.rule.wanted}, so the rule says"
                " no. The rule is wrong here: the chain passes through that root and goes on to an"
                " older one, which reaches more devices while it is valid."
            )
        if self.rule.is_kept and self.report.rejected:
            return (
                "The rule is kept. It does not say that every device accepts:"
                f" {len(self.report.rejected)} device classes still refuse."
            )
        return ""

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON; ``schema`` is the version of the form."""
        return {
            "schema": 1,
            "chain": [{"name": c.label, "sha256": c.sha256} for c in self.chain],
            "is_fixed": self.is_fixed,
            "is_as_expected": self.is_as_expected,
            "rule": {
                "wanted": self.rule.wanted,
                "found": self.rule.found,
                "is_kept": self.rule.is_kept if self.rule.applies else None,
            },
            "remark": self.remark,
            "missed": [o.device.id for o in self.missed if o.device is not None],
            "accepted": len(self.report.accepted),
            "rejected": len(self.report.rejected),
            "unknown": len(self.report.unknown),
        }


def verify_served(
    served: ServedChain | str | bytes,
    expected: ServedChain | str | None = None,
    *,
    at: datetime,
    hostname: str | None = None,
    catalog: Catalog | None = None,
) -> Verification:
    """Judge what a server really sends.

    :param served: the chain, or the output of ``openssl s_client -connect ... -showcerts``; the
        text or bytes of a chain file will do as well.
    :param expected: the chain that should be sent, as a plan predicts it; or a selector of device
        classes that have to accept, as ``android>=5.1``.
    :param at: the moment; it needs a time zone.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :param catalog: the device classes; the packaged ones if not given.
    :raises ChainError: when the text shows no chain.
    :raises NaiveTimeError: when ``at`` has no time zone.
    :raises SelectorError: when the selector cannot be read or selects nothing.
    """
    chain = served if isinstance(served, ServedChain) else _read(served)
    report = evaluate(chain, at=at, hostname=hostname, catalog=catalog)
    required: tuple[str, ...] = ()
    if isinstance(expected, str):
        devices = (catalog or load_catalog()).devices
        required = tuple(device.id for device in select(devices, expected))
    return Verification(
        report,
        rule_of(chain),
        expected if isinstance(expected, ServedChain) else None,
        required,
    )


def _read(text: str | bytes) -> ServedChain:
    try:
        return ServedChain.from_showcerts(text)
    except ChainError:
        with suppress(ChainError):
            return ServedChain.from_bytes(text.encode() if isinstance(text, str) else text)
        raise


def rule_of(chain: ServedChain) -> RuleOfThumb:
    """The rule of thumb for a chain, by the names on it."""
    last = chain.certificates[-1]
    names = {name for c in chain for name in (c.label, *c.issuer.common_names)}
    wanted = next((old for young, old in _OLD_ROOTS.items() if young in names), "")
    issuer = last.issuer.common_names
    return RuleOfThumb(wanted, issuer[0] if issuer else str(last.issuer))


@attrs.frozen
class Drift:
    """What has changed between two looks at one server.

    :param before: the earlier one.
    :param now: the later one.
    """

    before: Verification
    now: Verification

    @property
    def is_none(self) -> bool:
        """Whether nothing that matters has changed: the same issuers, and nobody lost.

        A renewed leaf is no drift.
        """
        return self.before.chain.rest == self.now.chain.rest and not self.lost

    @property
    def lost(self) -> tuple[str, ...]:
        """Device classes that accepted and do not any more."""
        return _changed(self.before.report, self.now.report)

    @property
    def gained(self) -> tuple[str, ...]:
        """Device classes that accept and did not."""
        return _changed(self.now.report, self.before.report)

    @property
    def gone(self) -> tuple[str, ...]:
        """Names of the issuing certificates that are not sent any more."""
        return tuple(c.label for c in self.before.chain.rest if c not in self.now.chain.rest)

    @property
    def added(self) -> tuple[str, ...]:
        """Names of the issuing certificates that are sent now and were not."""
        return tuple(c.label for c in self.now.chain.rest if c not in self.before.chain.rest)

    def __str__(self) -> str:
        if self.is_none:
            return "nothing has changed"
        parts = (
            ("no longer sent", self.gone),
            ("newly sent", self.added),
            ("lost", self.lost),
            ("gained", self.gained),
        )
        return "; ".join(f"{what}: {', '.join(names)}" for what, names in parts if names)

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON; ``schema`` is the version of the form."""
        return {
            "schema": 1,
            "is_none": self.is_none,
            "gone": list(self.gone),
            "added": list(self.added),
            "lost": list(self.lost),
            "gained": list(self.gained),
        }


def drift(
    before: Verification | ServedChain,
    now: Verification | ServedChain,
    *,
    at: datetime | None = None,
    hostname: str | None = None,
    catalog: Catalog | None = None,
) -> Drift:
    """What has changed since the last look: for a check after each Windows update or renewal.

    :param before: the last look, or the chain that was seen then.
    :param now: this look, or the chain that is seen now.
    :param at: the moment by which chains are judged; it needs a time zone.
    :param hostname: the name that is connected to, where chains are given.
    :param catalog: the device classes, where chains are given; the packaged ones if not given.
    :raises TypeError: when a chain is given and no moment.
    :raises NaiveTimeError: when ``at`` has no time zone.
    """

    def seen(one: Verification | ServedChain) -> Verification:
        if isinstance(one, Verification):
            return one
        if at is None:
            raise TypeError("drift() of chains needs at=, the moment to judge by")
        return verify_served(one, at=at, hostname=hostname, catalog=catalog)

    return Drift(seen(before), seen(now))


def _changed(one: Report, other: Report) -> tuple[str, ...]:
    accepted = _accepting(other)
    return tuple(device for device in _accepting(one) if device not in accepted)


def _accepting(report: Report) -> Iterable[str]:
    return [o.device.id for o in report.accepted if o.device is not None]
