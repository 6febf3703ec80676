"""Which device classes refuse a served certificate chain, why, and since when.

The names below are the public face, with what :mod:`legacytrust.iis` and
:mod:`legacytrust.errors` name; everything else may move.  Importing this package reads no data: the
catalogue of trust stores loads when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from legacytrust.catalog import Catalog, load_catalog
from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.clients import ClientModel, Evidence, client
from legacytrust.device import Device
from legacytrust.errors import LegacyTrustError
from legacytrust.evaluate import evaluate
from legacytrust.handshake import HandshakeLimits, ServerOffer, TlsVersion
from legacytrust.outcome import Outcome, Verdict
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Path
from legacytrust.report import Report
from legacytrust.simulate import simulate
from legacytrust.stores.anchor import Constraints, KeyAnchor, RootFacts, TrustAnchor
from legacytrust.stores.devices import Clock
from legacytrust.stores.difference import StoreDifference, diff_stores
from legacytrust.stores.history import RootHistory
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.snapshot import Completeness, TrustStore

if TYPE_CHECKING:
    from legacytrust import iis

__all__ = [
    "Attempt",
    "Catalog",
    "Certificate",
    "CertificatePool",
    "ClientModel",
    "Clock",
    "Code",
    "Completeness",
    "Constraints",
    "Device",
    "Effect",
    "Evidence",
    "Finding",
    "HandshakeLimits",
    "KeyAnchor",
    "LegacyTrustError",
    "Outcome",
    "Path",
    "Report",
    "RootFacts",
    "RootHistory",
    "ServedChain",
    "ServerOffer",
    "StoreDifference",
    "TlsVersion",
    "TrustAnchor",
    "TrustStore",
    "Verdict",
    "__version__",
    "client",
    "diff_stores",
    "evaluate",
    "iis",
    "load_catalog",
    "simulate",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    """``legacytrust.iis`` is imported when it is first asked for: few programs need it."""
    if name == "iis":
        return import_module("legacytrust.iis")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
