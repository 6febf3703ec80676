"""The cases of the x509-limbo suite that lie beside this checkout, read in place.

The suite says what a strict present-day validator should do.  Old clients are not strict, so its
expectations are not ours; its certificates are: odd, hostile, and made by somebody else.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

import attrs
import pytest

import legacytrust as lt
from legacytrust.errors import LegacyTrustError
from material import SHARED

FILE = SHARED / "limbo" / "limbo-trimmed.json"


@attrs.frozen
class Case:
    """One case.

    :param id: what the suite calls it.
    :param served: PEM, leaf first.
    :param trusted: PEM.
    :param at: the moment, UTC.
    :param hostname: the name or address to connect to, if it is one that we can compare.
    """

    id: str
    served: tuple[str, ...]
    trusted: tuple[str, ...]
    at: datetime
    hostname: str | None

    @property
    def chain(self) -> lt.ServedChain | None:
        """What is served; ``None`` when our reader refuses a certificate of it."""
        try:
            return lt.ServedChain.from_pem("".join(self.served))
        except LegacyTrustError:
            return None

    @property
    def store(self) -> lt.TrustStore | None:
        """What is trusted; ``None`` when our reader refuses a certificate of it."""
        try:
            return lt.TrustStore.from_pem("".join(self.trusted))
        except LegacyTrustError:
            return None


@cache
def cases() -> tuple[Case, ...]:
    """All cases; the test is skipped where the file is not at hand."""
    if not FILE.is_file():
        pytest.skip("the x509-limbo cases are not beside this checkout")
    return tuple(map(_case, json.loads(FILE.read_text(encoding="utf-8"))["testcases"]))


def _case(one: dict[str, object]) -> Case:
    peer, moment = one["expected_peer_name"], one["validation_time"]
    named = isinstance(peer, dict) and peer["kind"] in ("DNS", "IP")
    at = datetime.fromisoformat(str(moment)) if moment else datetime(2026, 1, 1, tzinfo=UTC)
    return Case(
        id=str(one["id"]),
        served=(str(one["peer_certificate"]), *one["untrusted_intermediates"]),  # type: ignore[misc]
        trusted=tuple(one["trusted_certs"]),  # type: ignore[arg-type]
        at=at.astimezone(UTC),
        hostname=_comparable(str(peer["value"])) if named else None,  # type: ignore[index]
    )


def _comparable(hostname: str) -> str | None:
    from legacytrust.paths.checks.hostname import normalise

    try:
        return normalise(hostname)
    except LegacyTrustError:
        return None
