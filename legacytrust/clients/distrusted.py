"""Certification authorities that several clients ceased to trust, each by dates of its own.

The roots are told by their fingerprints, as in the policies of ``sun.security.validator`` at
jdk-11.0.3-ga (Symantec), 11.0.25 (Entrust) and 11.0.27 (Camerfirma).  Two intermediates of Apple
below Symantec's roots were spared, since Apple ran them itself.  That Firefox and Apple mean the
same roots of Symantec and spare the same intermediates is believed; Apple names those of the others.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from legacytrust.paths.rules import Distrust

__all__ = [
    "APPLE_UNDER_SYMANTEC",
    "CAMERFIRMA_ROOTS",
    "ENTRUST_ROOTS",
    "OTHERS_IN_SECTRUST",
    "SYMANTEC_IN_FIREFOX",
    "SYMANTEC_IN_SECTRUST",
    "SYMANTEC_ROOTS",
]


def _prints(text: str) -> frozenset[str]:
    return frozenset(text.split())


SYMANTEC_ROOTS: Final = _prints(
    """
    ff856a2d251dcd88d36656f450126798cfabaade40799c722de4d2b5db36a73a
    37d51006c512eaab626421f1ec8c92013fc5f82ae98ee533eb4619b8deb4d06c
    5edb7ac43b82a06a8761e8d7be4979ebf2611f7dd79bf91c1c6b566a219ed766
    b478b812250df878635c2aa7ec7d155eaa625ee82916e2cd294361886cd1fbd4
    a0459b9f63b22559f5fa5d4c6db3f9f72ff19342033578f073bf1d1b46cbb912
    8d722f81a9c113c0791df136a2966db26c950a971db46b4199f4ea54b78bfb9f
    a4310d50af18a6447190372a86afaf8b951ffb431d837f1e5688b45971ed1557
    4b03f45807ad70f21bfc2cae71c9fde4604c064cf5ffb686bae5dbaad7fdd34c
    3f9f27d583204b9e09c8a3d2066c4b57d3a2479c3693650880505698105dbce9
    3a43e220fe7f3ea9653d1e21742eac2b75c20fd8980305bc502caf8c2d9b41a1
    a4b6b3996fc2f306b3fd8681bd63413d8c5009cc4fa329c2ccf0e2fa1b140305
    83ce3c1229688a593d485f81973c0f9195431eda37cc5e36430e79c7a888638b
    eb04cf5eb1f39afa762f2bb120f296cba520c1b97db1589565b81cb9a17b7244
    69ddd7ea90bb57c93e135dc85ea6fcd5480b603239bdc454fc758b2a26cf7f79
    9acfab7e43c8d880d06b262a94deeee4b4659989c3d0caf19baf6405e41ab7df
    2399561127a57125de8cefea610ddf2fa078b5c8067f4e828290bfb860e84b3c
    """
)
APPLE_UNDER_SYMANTEC: Final = _prints(
    """
    ac2b922ecfd5e01711772fea8ed372de9d1e2245fce3f57a9cdbec77296a424b
    a4fe7c7f15155f3f0aef7aaa83cf6e06deb97ca3f909df920ac1490882d488ed
    """
)

ENTRUST_ROOTS: Final = _prints(
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
CAMERFIRMA_ROOTS: Final = _prints(
    """
    0c258a12a5674aef25f28ba7dcfaeceea348e541e6f5cc4ee63b71b361606ac3
    063e4afac491dfd332f3089b8542e94617d893d7fe944e10a7937ee29d9693c0
    136335439334a7698016a0d324de72284e079d7b5220bb8fbd747816eebebaca
    """
)

SYMANTEC_IN_FIREFOX: Final = Distrust("Symantec", SYMANTEC_ROOTS, exempt=APPLE_UNDER_SYMANTEC)
SYMANTEC_IN_SECTRUST: Final = Distrust(
    "Symantec",
    SYMANTEC_ROOTS,
    issued_by=datetime(2017, 12, 1, tzinfo=UTC),
    exempt=APPLE_UNDER_SYMANTEC,
    ends=datetime(2020, 2, 25, tzinfo=UTC),
)
"""Apple's dates (support page HT208860); leaves from before 2016-06-01 were refused at once, too."""

_EFFECTIVE: Final = datetime(2024, 11, 15, 23, 59, 59, tzinfo=UTC)
OTHERS_IN_SECTRUST: Final = (
    Distrust("Entrust", ENTRUST_ROOTS, issued_by=_EFFECTIVE),
    Distrust("Camerfirma", CAMERFIRMA_ROOTS, issued_by=_EFFECTIVE),
)
"""Apple's date for both (support page 121668): what was issued until then lasts to its end."""
