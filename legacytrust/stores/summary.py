"""How much the trust stores hold, in numbers."""

from __future__ import annotations

from pathlib import Path

from legacytrust.stores.files import ResolvedSnapshot, read_device_files, resolve
from legacytrust.stores.sources import read_examples, read_sources

__all__ = ["summary"]


def summary(root: Path, examples: Path) -> str:
    """A few lines for people: what each family has, and how many roots have bytes.

    :raises StoreDataError: if a file breaks the format.
    """
    snapshots = resolve(root)
    families = sorted({snapshot.file.family for snapshot in snapshots})
    lines = [
        _line(name, [s for s in snapshots if not family or s.file.family == family])
        for name, family in [*((family, family) for family in families), ("all", "")]
    ]
    lines.append(
        f"devices: {len(read_device_files(root))}; sources: {len(read_sources(root))};"
        f" examples: {len(read_examples(examples))}"
    )
    return "\n".join(lines)


def _line(name: str, snapshots: list[ResolvedSnapshot]) -> str:
    roots = {root for snapshot in snapshots for root in snapshot.roots}
    held = sum(root.held for root in roots)
    entries = [root for snapshot in snapshots for root in snapshot.roots]
    share = 100 * sum(root.held for root in entries) / max(len(entries), 1)
    return (
        f"{name}: {len(snapshots)} snapshots, {len(roots)} roots, of these {held} held and"
        f" {len(roots) - held} by facts only; {share:.1f} % of {len(entries)} memberships held"
    )
