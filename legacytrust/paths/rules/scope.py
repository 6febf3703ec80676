"""The two shapes that most rules have: which certificates it is about, and which values."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.paths.findings import Effect
from legacytrust.paths.path import Role

__all__ = [
    "ALL_ROLES",
    "BELOW_ANCHOR",
    "EVERY_ALGORITHM",
    "NOBODY_KNOWS",
    "NO_ROLE",
    "KeySizes",
    "Refusals",
    "Scope",
    "algorithms",
]

_T = TypeVar("_T")

NO_ROLE: Final = Role(0)
BELOW_ANCHOR: Final = (
    Role.LEAF
    | Role.SERVED_CA
    | Role.SERVED_ROOT
    | Role.STORE_CA
    | Role.FETCHED_CA
    | Role.OVERLOOKED
)
ALL_ROLES: Final = BELOW_ANCHOR | Role.ANCHOR | Role.STORE_LEAF | Role.VOUCHED_LEAF


@attrs.frozen
class Scope:
    """Which certificates of a path a check is applied to.

    :param fatal: for these roles an objection is fatal.
    :param unknown: for these roles nobody knows; for all others it is harmless.
    """

    fatal: Role = NO_ROLE
    unknown: Role = NO_ROLE

    def effect(self, role: Role) -> Effect:
        """What an objection to a certificate in this role does."""
        if role in self.fatal:
            return Effect.FATAL
        return Effect.UNKNOWN if role in self.unknown else Effect.HARMLESS


NOBODY_KNOWS: Final = Scope(unknown=ALL_ROLES)


@attrs.frozen
class Refusals(Generic[_T]):
    """Values that are refused, values nobody knows about, and where it matters.

    :param refused: these are refused.
    :param unknown: nobody knows about these.
    :param roles: only certificates in these roles are looked at.
    :param accepted: if given, everything else is refused as well.
    """

    refused: frozenset[_T] = frozenset()
    unknown: frozenset[_T] = frozenset()
    roles: Role = BELOW_ANCHOR
    accepted: frozenset[_T] | None = None

    def effect(self, value: _T, role: Role) -> Effect:
        """What this value does in a certificate of this role."""
        known = self.accepted is None or value in self.accepted or value in self.unknown
        refused = value in self.refused or not known
        if not (refused or value in self.unknown) or role not in self.roles:
            return Effect.HARMLESS
        return Effect.FATAL if refused else Effect.UNKNOWN


@attrs.frozen
class KeySizes:
    """The smallest and the largest keys that are accepted.

    :param minimum: bits by kind of key; a kind that is not named has no minimum.
    :param unknown: nobody knows the minimum: a key below 2048 bits RSA or 256 bits EC is open.
    :param roles: whose keys are looked at.
    :param maximum: bits by kind of key; a kind that is not named has no maximum.
    """

    minimum: tuple[tuple[KeyKind, int], ...] = ()
    unknown: bool = False
    roles: Role = ALL_ROLES
    maximum: tuple[tuple[KeyKind, int], ...] = ()


def algorithms(scheme: Scheme, *digests: Digest) -> frozenset[tuple[Scheme, Digest]]:
    """A scheme with these hashes, or with every hash when none is named."""
    return frozenset((scheme, digest) for digest in digests or Digest)


EVERY_ALGORITHM: Final = frozenset(pair for scheme in Scheme for pair in algorithms(scheme))
