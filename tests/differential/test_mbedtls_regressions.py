"""Names on which the mbedTLS models were once wrong, with what the genuine library says."""

from __future__ import annotations

import pytest

import legacytrust as lt
from differential.genuine.mbedtls import open_mbedtls
from differential.genuine.model import NotFetchedError
from forge import AT, HOSTNAME, Entity
from support import NEW, Scene

#: what it shows: leaf, host, accepted
CASES: dict[str, tuple[Entity, str, bool]] = {
    "a star may stand for a part of an address": (
        NEW.leaf("x", san=("*.0.2.1",)), "192.0.2.1", True,
    ),
    "a SAN without any name still excludes the CN": (NEW.leaf(HOSTNAME, san=()), HOSTNAME, False),
    "no SAN at all does not": (NEW.leaf(HOSTNAME, san=None), HOSTNAME, True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_model_says_what_the_library_said(case: str) -> None:
    leaf, host, accepted = CASES[case]
    verdict = Scene((leaf,), (NEW,)).verdict(lt.client("mbedtls", "2.28.8"), hostname=host)
    assert verdict == ("accepted" if accepted else "rejected")


@pytest.mark.parametrize("case", CASES)
def test_the_library_still_says_so(case: str) -> None:
    leaf, host, accepted = CASES[case]
    try:
        library = open_mbedtls("mbedtls-2.28.8")
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with library:
        verdict = library.verify([leaf.der], [NEW.der], at=AT, hostname=host)
    assert verdict.accepted is accepted, verdict.error_text
