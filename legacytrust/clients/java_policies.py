"""Certification authorities that Java itself trusts only up to a date, or no more.

Each policy came with an update and holds for every store that has the root, the user's own too.
The roots are told by their fingerprints, as in the policies of ``sun.security.validator`` at
jdk-11.0.3-ga (Symantec), 11.0.25 (Entrust), 11.0.27 (Camerfirma) and 11.0.31 (Chunghwa).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import attrs

from legacytrust.clients.distrusted import (
    APPLE_UNDER_SYMANTEC,
    CAMERFIRMA_ROOTS,
    ENTRUST_ROOTS,
    SYMANTEC_ROOTS,
)
from legacytrust.paths.rules import Distrust

__all__ = [
    "CAMERFIRMA_TLS",
    "CHUNGHWA_TLS",
    "ENTRUST_TLS",
    "SYMANTEC_TLS",
    "WITHOUT_DATES",
]


def _end_of(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)


_CHUNGHWA: Final = frozenset({"c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5"})

SYMANTEC_TLS: Final = Distrust(
    "SYMANTEC_TLS", SYMANTEC_ROOTS, _end_of(2019, 4, 16), APPLE_UNDER_SYMANTEC, _end_of(2019, 12, 31)
)
ENTRUST_TLS: Final = Distrust("ENTRUST_TLS", ENTRUST_ROOTS, _end_of(2024, 11, 11))
CAMERFIRMA_TLS: Final = Distrust("CAMERFIRMA_TLS", CAMERFIRMA_ROOTS, _end_of(2025, 4, 15))
CHUNGHWA_TLS: Final = Distrust("CHUNGHWA_TLS", _CHUNGHWA, _end_of(2026, 3, 17))
WITHOUT_DATES: Final = (
    Distrust("SYMANTEC_TLS", SYMANTEC_ROOTS),
    Distrust("ENTRUST_TLS", ENTRUST_ROOTS),
    Distrust("CAMERFIRMA_TLS", CAMERFIRMA_ROOTS),
    attrs.evolve(CHUNGHWA_TLS, ends=datetime(2027, 4, 20, tzinfo=UTC)),
)
"""What 17.0.21 makes of them."""
