"""One attempt of one client: leaf ... anchor."""

from __future__ import annotations

import enum
from functools import cached_property

import attrs

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Effect, Finding
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["Attempt", "Path", "Role", "Step"]


class Role(enum.Flag):
    """What a certificate is to a path: its place, and where it was taken from.

    Clients hang their checks on this.  OpenSSL up to 1.0.2 looks at the extensions of what the
    server sent and never at what its own store holds; Android checks nothing of an anchor.
    """

    LEAF = enum.auto()
    """The server's certificate."""
    SERVED_CA = enum.auto()
    """An issuer that the server sent."""
    SERVED_ROOT = enum.auto()
    """A root that the server sent and that stays in the path, below its own copy or elsewhere."""
    STORE_CA = enum.auto()
    """An issuer taken from the store that does not end the path."""
    FETCHED_CA = enum.auto()
    """An issuer from neither: fetched, preloaded, or remembered from earlier connections."""
    ANCHOR = enum.auto()
    """The root that ends the path, above a leaf."""
    STORE_LEAF = enum.auto()
    """The server's certificate, found in the store itself: leaf and anchor at once."""

    VOUCHED_LEAF = enum.auto()
    """The same, when the client keeps the served issuers above it in the path all the same."""
    OVERLOOKED = enum.auto()
    """Directly below the anchor, where a client by mistake looks at no extensions."""


@attrs.frozen
class Step:
    """:param certificate: one certificate of the path.  :param role: what it is to the path."""

    certificate: AnchorCertificate
    role: Role


@attrs.frozen
class Path:
    """A path as a client built it, complete or not.

    :param steps: leaf first; the anchor, if one was reached, is the last.
    :param anchor: the anchor that it ends in, or ``None`` when it ends nowhere.
    :param end: why it is no path to an anchor, when it is not; with an anchor, there is a
        gap, or a doubt whether the client takes the path at all.
    """

    steps: tuple[Step, ...]
    anchor: TrustAnchor | None = None
    end: Finding | None = None

    @cached_property
    def certificates(self) -> tuple[AnchorCertificate, ...]:
        """The certificates, leaf first, anchor last."""
        return tuple(step.certificate for step in self.steps)

    @cached_property
    def key(self) -> str:
        """The same for paths of the same certificates in the same roles."""
        return " ".join(f"{step.role.value}:{step.certificate.sha256}" for step in self.steps)

    @property
    def is_completed_from_outside(self) -> bool:
        """Whether a part of it came neither from the server nor from the store."""
        return any(step.role is Role.FETCHED_CA for step in self.steps)

    @property
    def is_complete(self) -> bool:
        """Whether it ends in an anchor."""
        return self.anchor is not None and self.end is None

    def uses(self, certificate: Certificate) -> bool:
        """Whether this certificate, byte for byte, is part of the path."""
        return any(c.sha256 == certificate.sha256 for c in self.certificates)

    def __str__(self) -> str:
        return " <- ".join(c.label for c in self.certificates)


@attrs.frozen
class Attempt:
    """A path that a client tried, and what it met on it.

    :param path: the path.
    :param findings: everything it met, in the order it would meet it.
    """

    path: Path
    findings: tuple[Finding, ...]

    @cached_property
    def effect(self) -> Effect:
        """The worst effect of the findings; ``HARMLESS`` means that the path was accepted."""
        effects = {finding.effect for finding in self.findings}
        for effect in (Effect.FATAL, Effect.UNKNOWN):
            if effect in effects:
                return effect
        return Effect.HARMLESS

    @property
    def is_accepted(self) -> bool:
        """Whether the client is content with this path."""
        return self.effect is Effect.HARMLESS and self.path.is_complete

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that decided: the fatal ones, or else the unknown ones."""
        return tuple(f for f in self.findings if f.effect is self.effect) if (
            self.effect is not Effect.HARMLESS
        ) else ()  # fmt: skip
