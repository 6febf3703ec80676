"""Trust taken back: by the platform, by the store, or by the implementation's own lists."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

import attrs

from legacytrust.algorithms import Digest
from legacytrust.paths.path import Role
from legacytrust.paths.rules.scope import ALL_ROLES

__all__ = [
    "AnchorConstraintRules",
    "Blocklist",
    "ConstraintKind",
    "Distrust",
    "Lifetime",
    "RootDigests",
]


@attrs.frozen
class Blocklist:
    """Certificates that the platform itself refuses.

    :param leaf_serials: serial numbers, compared with the leaf's.
    :param key_sha1: SHA-1 of a SubjectPublicKeyInfo, lower-case hex.
    :param key_roles: whose keys are compared with it.
    """

    leaf_serials: frozenset[int] = frozenset()
    key_sha1: frozenset[str] = frozenset()
    key_roles: Role = ALL_ROLES


class ConstraintKind(enum.Flag):
    """The limits that a store can put on a root (:class:`legacytrust.stores.anchor.Constraints`)."""

    PURPOSES = enum.auto()
    REFUSED_PURPOSES = enum.auto()
    DISABLED_AFTER = enum.auto()
    ISSUED_BY = enum.auto()
    SCT_BY = enum.auto()
    SCT_AFTER = enum.auto()
    VERSIONS = enum.auto()
    DNS_NAMES = enum.auto()
    DISABLED = enum.auto()
    DISALLOWED = enum.auto()
    """Certificates that the store names as never to be trusted, roots or not."""


@attrs.frozen
class AnchorConstraintRules:
    """Which limits that the store puts on its roots the client honours.

    :param honoured: these; a limit of another kind is ignored.
    :param unknown: of these nobody knows; they count where they would refuse.
    :param version: the client's own version, for limits that hold for some versions only.
    """

    honoured: ConstraintKind = ConstraintKind(0)
    unknown: ConstraintKind = ~ConstraintKind(0)
    version: tuple[int, ...] = ()


@attrs.frozen
class Distrust:
    """A certification authority that the implementation itself trusts only up to a date.

    :param name: what people call the event.
    :param anchors: SHA-256 of the roots, lower-case hex; a path that ends in one is concerned.
    :param issued_by: a leaf whose notBefore is later is refused; ``None`` refuses every leaf.
    :param exempt: SHA-256 of intermediates; a path through one of them has a date of its own.
    :param exempt_issued_by: that date; ``None`` for no limit.
    :param ends: from this moment on every other leaf is refused; ``None`` for never.
    """

    name: str
    anchors: frozenset[str]
    issued_by: datetime | None = None
    exempt: frozenset[str] = frozenset()
    exempt_issued_by: datetime | None = None
    ends: datetime | None = None


@attrs.frozen
class RootDigests:
    """Hashes that are refused under some roots only, below the root itself.

    Java refuses SHA-1 where the path ends in a root that came with the JDK, and lets private
    certification authorities go on.

    :param refused: these hashes.
    :param anchors: SHA-256 of the roots, lower-case hex; ``None`` for every root there is.
    """

    refused: frozenset[Digest] = frozenset()
    anchors: frozenset[str] | None = frozenset()


@attrs.frozen
class Lifetime:
    """For how long a server's certificate may be good at most, as browsers ask of public CAs.

    :param limits: pairs of a moment and a length: a leaf that begins then or later must not be
        good for longer.
    """

    limits: tuple[tuple[datetime, timedelta], ...] = ()
