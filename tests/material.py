"""Real certificates and stores for tests: from the repository, or read in place beside it."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import legacytrust as lt
from legacytrust.chain import CertificateLike
from legacytrust.stores.library import MemoryLibrary

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared" / "data"


def utc(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def store_of(*certificates: CertificateLike) -> lt.TrustStore:
    """A store of these roots; also of none, which the public constructors refuse."""
    if not certificates:
        return lt.TrustStore(id="own/empty", fingerprints=(), library=MemoryLibrary(()))
    return lt.TrustStore.from_certificates(certificates)


@functools.cache
def root(short: str) -> lt.Certificate:
    """The root of the packaged stores whose fingerprint begins so."""
    (path,) = (REPOSITORY / "trust_stores" / "certificates").glob(f"{short}*.pem")
    return lt.Certificate.from_pem(path.read_bytes())


def example(name: str) -> lt.ServedChain:
    """A chain that ships with the repository."""
    return lt.ServedChain.from_file(REPOSITORY / "examples" / name / "chain.pem")


def shared_chain(name: str) -> lt.ServedChain:
    """A chain that does not ship; the test is skipped where it is not at hand."""
    path = SHARED / "chains" / name / "chain.pem"
    if not path.is_file():
        pytest.skip(f"the reference chain {name} is not beside this checkout")
    return lt.ServedChain.from_file(path)


def few_at_first(cases: Iterable[Any], count: int = 3) -> list[Any]:
    """Cases for a parameter of which the fast suite takes the first few, and the full check all."""
    return [
        case if number < count else pytest.param(case, marks=pytest.mark.slow)
        for number, case in enumerate(cases)
    ]
