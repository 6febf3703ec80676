"""What the golden tables of several families ask of a packaged list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import legacytrust as lt


@cache
def fingerprints(id: str) -> frozenset[str]:
    """The roots of a store, by fingerprint."""
    return frozenset(lt.load_catalog().store(id).fingerprints)


def holds(id: str, short: str) -> bool:
    """Whether a store has the root whose fingerprint begins so."""
    return any(fingerprint.startswith(short) for fingerprint in fingerprints(id))


def counted(told: Mapping[str, str]) -> list[tuple[str, int]]:
    """Ids and counts, from a text of ``release:count`` for each family."""
    items = ((family, item) for family, text in told.items() for item in text.split())
    parted = ((family, *item.rpartition(":")) for family, item in items)
    return [(f"{family}/{release}", int(count)) for family, release, _, count in parted]
