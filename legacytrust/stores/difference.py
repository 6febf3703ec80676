"""What changed between two stores."""

from __future__ import annotations

from typing import Final

import attrs

from legacytrust.stores.anchor import Constraints, TrustAnchor
from legacytrust.stores.constraints import as_data
from legacytrust.stores.snapshot import TrustStore

__all__ = ["LimitChange", "StoreDifference", "diff_stores"]

_SCHEMA_VERSION: Final = 1


@attrs.frozen
class LimitChange:
    """A root that both stores hold, and trust within other limits.

    :param anchor: the root, with the limits of the second store.
    :param before: the limits of the first store.
    """

    anchor: TrustAnchor
    before: tuple[Constraints, ...]

    @property
    def after(self) -> tuple[Constraints, ...]:
        """The limits of the second store."""
        return self.anchor.constraints

    def to_dict(self) -> dict[str, object]:
        """The change as plain data."""
        return {
            "sha256": self.anchor.sha256,
            "name": self.anchor.label,
            "before": [as_data(limits) for limits in self.before],
            "after": [as_data(limits) for limits in self.after],
        }


@attrs.frozen
class StoreDifference:
    """What the second of two stores holds that the first does not, and the other way round.

    :param before: the id of the first store.
    :param after: the id of the second store.
    :param added: roots that only the second holds, in its order.
    :param removed: roots that only the first holds, in its order.
    :param perhaps_added: roots that the second holds and of which the first, a partial list, does
        not tell.
    :param perhaps_removed: roots that the first holds and of which the second does not tell.
    :param limited: roots that both hold, and trust within other limits.
    :param kept: how many roots both hold.
    :param reordered: whether what both hold stands in another order.
    """

    before: str
    after: str
    added: tuple[TrustAnchor, ...]
    removed: tuple[TrustAnchor, ...]
    perhaps_added: tuple[TrustAnchor, ...]
    perhaps_removed: tuple[TrustAnchor, ...]
    limited: tuple[LimitChange, ...]
    kept: int
    reordered: bool

    def to_dict(self) -> dict[str, object]:
        """The difference as plain data."""
        return {
            "schema_version": _SCHEMA_VERSION,
            "before": self.before,
            "after": self.after,
            "added": [_named(anchor) for anchor in self.added],
            "removed": [_named(anchor) for anchor in self.removed],
            "perhaps_added": [_named(anchor) for anchor in self.perhaps_added],
            "perhaps_removed": [_named(anchor) for anchor in self.perhaps_removed],
            "limited": [change.to_dict() for change in self.limited],
            "kept": self.kept,
            "reordered": self.reordered,
        }


def diff_stores(before: TrustStore, after: TrustStore) -> StoreDifference:
    """What changed from one store to another; they need not be of one family."""
    kept = after.holding(before.fingerprints)
    added, perhaps_added = _only_in(after, before)
    removed, perhaps_removed = _only_in(before, after)
    limits = zip(kept, before.limits(kept), after.limits(kept), strict=True)
    return StoreDifference(
        before=before.id,
        after=after.id,
        added=added,
        removed=removed,
        perhaps_added=perhaps_added,
        perhaps_removed=perhaps_removed,
        limited=tuple(LimitChange(after.anchor(s), old) for s, old, new in limits if old != new),
        kept=len(kept),
        reordered=before.holding(kept) != kept,
    )


def _only_in(
    store: TrustStore, other: TrustStore
) -> tuple[tuple[TrustAnchor, ...], tuple[TrustAnchor, ...]]:
    """What only one store holds: roots that the other is known not to hold, and all else."""
    only = [sha256 for sha256 in store.fingerprints if sha256 not in other]
    absent = tuple(store.anchor(sha256) for sha256 in only if other.tells_of(sha256))
    return absent, tuple(store.anchor(sha256) for sha256 in only if not other.tells_of(sha256))


def _named(anchor: TrustAnchor) -> dict[str, object]:
    return {"sha256": anchor.sha256, "name": anchor.label}
