"""What a check is given."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import attrs

from legacytrust.algorithms import PublicKey
from legacytrust.certificate import Certificate
from legacytrust.paths.path import Path, Role
from legacytrust.paths.rules import CheckRules
from legacytrust.signatures import SignatureMemo
from legacytrust.stores.anchor import AnchorCertificate, KeyAnchor, RootFacts

__all__ = ["CheckContext", "is_early", "is_over"]


def is_over(certificate: AnchorCertificate, at: datetime, rules: CheckRules) -> bool:
    """Whether the validity has ended, by the client's reading of the dates."""
    late = at - _as_read(certificate.not_after, rules)
    return late > rules.late if rules.last_second else late >= rules.late


def is_early(certificate: AnchorCertificate, at: datetime, rules: CheckRules) -> bool:
    """Whether the validity has not begun, by the client's own tolerance."""
    return _as_read(certificate.not_before, rules) - at > rules.early


def _as_read(moment: datetime, rules: CheckRules) -> datetime:
    return moment.replace(hour=0, minute=0, second=0) if rules.whole_days else moment


@attrs.frozen(eq=False)
class CheckContext:
    """One path, one client's rules, one moment.

    :param path: a path that ends in an anchor.
    :param rules: what the client objects to.
    :param at: the moment, UTC.
    :param hostname: the name that the client connects to, or ``None`` to leave it out.
    :param signatures: where checked signatures are remembered.
    :param disallowed: certificates that the store forbids, by fingerprint.
    """

    path: Path
    rules: CheckRules
    at: datetime
    hostname: str | None
    signatures: SignatureMemo
    disallowed: frozenset[str] = frozenset()

    @property
    def leaf(self) -> Certificate:
        """The server's certificate: it came over the wire, so its bytes are there."""
        leaf = self.path.certificates[0]
        assert isinstance(leaf, Certificate)
        return leaf

    @cached_property
    def known(self) -> tuple[tuple[int, Certificate, Role], ...]:
        """Position, certificate and role of every step whose bytes are at hand."""
        return tuple(
            (position, step.certificate, step.role)
            for position, step in enumerate(self.path.steps)
            if isinstance(step.certificate, Certificate)
        )

    @cached_property
    def keys(self) -> tuple[tuple[Certificate | KeyAnchor, PublicKey, Role], ...]:
        """Holder, key and role of every step whose key is at hand."""
        return tuple(
            (step.certificate, step.certificate.public_key, step.role)
            for step in self.path.steps
            if not isinstance(step.certificate, RootFacts)
        )

    @cached_property
    def issuers(self) -> tuple[tuple[int, Certificate, Role], ...]:
        """The same for everything above the leaf."""
        return tuple(item for item in self.known if item[0] > 0)
