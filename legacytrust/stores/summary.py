"""How much the trust stores hold, in numbers."""

from __future__ import annotations

from pathlib import Path

from legacytrust.stores.files import ResolvedSnapshot, read_device_files, resolve
from legacytrust.stores.poolfile import read_pool_file
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
    lines.append(_pool_line(root))
    lines.append(
        f"devices: {len(read_device_files(root))}; sources: {len(read_sources(root))};"
        f" examples: {len(read_examples(examples))}"
    )
    return "\n".join(lines)


def _pool_line(root: Path) -> str:
    pool = read_pool_file(root)
    own = len(list((root / "intermediates").glob("*.pem")))
    return (
        f"intermediates: {len(pool.held)} held, of these {len(pool.held) - own} among the roots;"
        f" {len(pool.elsewhere)} by facts only"
    )


def _line(name: str, snapshots: list[ResolvedSnapshot]) -> str:
    releases = sum(len(snapshot.file.releases) for snapshot in snapshots)
    roots = {root for snapshot in snapshots for root in (*snapshot.roots, *snapshot.absent)}
    held = sum(root.held for root in roots)
    entries = [root for snapshot in snapshots for root in snapshot.roots]
    share = 100 * sum(root.held for root in entries) / max(len(entries), 1)
    return (
        f"{name}: {_counted(len(snapshots), 'snapshot')}, {_counted(releases, 'release')},"
        f" {_counted(len(roots), 'root')}, of these {held} held and {len(roots) - held} by facts only; {share:.1f} % of {len(entries)} memberships held"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
