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
    :param limited: roots that both hold, and trust within other limits.
    :param kept: how many roots both hold.
    :param reordered: whether what both hold stands in another order.
    """

    before: str
    after: str
    added: tuple[TrustAnchor, ...]
    removed: tuple[TrustAnchor, ...]
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
            "limited": [change.to_dict() for change in self.limited],
            "kept": self.kept,
            "reordered": self.reordered,
        }


def diff_stores(before: TrustStore, after: TrustStore) -> StoreDifference:
    """What changed from one store to another; they need not be of one family."""
    kept = after.holding(before.fingerprints)
    limits = zip(kept, before.limits(kept), after.limits(kept), strict=True)
    return StoreDifference(
        before=before.id,
        after=after.id,
        added=tuple(after.anchor(s) for s in after.fingerprints if s not in before),
        removed=tuple(before.anchor(s) for s in before.fingerprints if s not in after),
        limited=tuple(LimitChange(after.anchor(s), old) for s, old, new in limits if old != new),
        kept=len(kept),
        reordered=before.holding(kept) != kept,
    )


def _named(anchor: TrustAnchor) -> dict[str, object]:
    return {"sha256": anchor.sha256, "name": anchor.label}
