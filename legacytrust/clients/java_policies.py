"""Certification authorities that Java itself trusts only up to a date, or no more.

Each policy came with an update and holds for every store that has the root, the user's own too.
The roots are told by their fingerprints, as in the policies of ``sun.security.validator`` at
jdk-11.0.3-ga (Symantec), 11.0.25 (Entrust), 11.0.27 (Camerfirma) and 11.0.31 (Chunghwa).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import attrs

from legacytrust.clients.symantec import APPLE_UNDER_SYMANTEC, SYMANTEC_ROOTS
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


def _prints(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENTRUST: Final = _prints(
    """
    73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c
    02ed0eb28c14da45165c566791700d6451d7fb56f0b2ab1d3b8eb070e56edff5
    43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339
    db3517d1f6732a2d5ab97c533ec70779ee3270a62fb4ac4238372460e6f01e88
    6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177
    0376ab1d54c5f9803ce4b2e201a0ee7eef7b57b636e8a93c9b8d4860c96f5fa7
    0a81ec5a929777f145904af38d5d509f66b5e2c58fcdb531058b0e17f3f0b41b
    70a73f7f376b60074248904534b11482d5bf0e698ecc498df52577ebf2e93b9a
    bd71fdf6da97e4cf62d1647add2581b07d79adf8397eb4ecba9c5e8488821423
    """
)
_CAMERFIRMA: Final = _prints(
    """
    0c258a12a5674aef25f28ba7dcfaeceea348e541e6f5cc4ee63b71b361606ac3
    063e4afac491dfd332f3089b8542e94617d893d7fe944e10a7937ee29d9693c0
    136335439334a7698016a0d324de72284e079d7b5220bb8fbd747816eebebaca
    """
)
_CHUNGHWA: Final = _prints("c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5")

SYMANTEC_TLS: Final = Distrust(
    "SYMANTEC_TLS", SYMANTEC_ROOTS, _end_of(2019, 4, 16), APPLE_UNDER_SYMANTEC, _end_of(2019, 12, 31)
)
ENTRUST_TLS: Final = Distrust("ENTRUST_TLS", _ENTRUST, _end_of(2024, 11, 11))
CAMERFIRMA_TLS: Final = Distrust("CAMERFIRMA_TLS", _CAMERFIRMA, _end_of(2025, 4, 15))
CHUNGHWA_TLS: Final = Distrust("CHUNGHWA_TLS", _CHUNGHWA, _end_of(2026, 3, 17))
WITHOUT_DATES: Final = (
    Distrust("SYMANTEC_TLS", SYMANTEC_ROOTS),
    Distrust("ENTRUST_TLS", _ENTRUST),
    Distrust("CAMERFIRMA_TLS", _CAMERFIRMA),
    attrs.evolve(CHUNGHWA_TLS, ends=datetime(2027, 4, 20, tzinfo=UTC)),
)
"""What 17.0.21 makes of them."""
