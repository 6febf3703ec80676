"""The roots of Symantec, GeoTrust, Thawte and VeriSign that clients ceased to trust in 2018 to 2020.

Told by their fingerprints, as in ``SymantecTLSPolicy`` of ``sun.security.validator`` at
jdk-11.0.3-ga.  Two intermediates of Apple below them were spared, since Apple ran them itself.
That Firefox and Apple mean the same roots and spare the same intermediates is believed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from legacytrust.paths.rules import Distrust

__all__ = ["APPLE_UNDER_SYMANTEC", "SYMANTEC_IN_FIREFOX", "SYMANTEC_IN_SECTRUST", "SYMANTEC_ROOTS"]


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

SYMANTEC_IN_FIREFOX: Final = Distrust("Symantec", SYMANTEC_ROOTS, exempt=APPLE_UNDER_SYMANTEC)
SYMANTEC_IN_SECTRUST: Final = Distrust(
    "Symantec",
    SYMANTEC_ROOTS,
    issued_by=datetime(2017, 12, 1, tzinfo=UTC),
    exempt=APPLE_UNDER_SYMANTEC,
    ends=datetime(2020, 2, 25, tzinfo=UTC),
)
"""Apple's dates (support page HT208860); leaves from before 2016-06-01 were refused at once, too."""
