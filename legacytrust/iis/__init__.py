"""A Windows server: which chain IIS sends, why, and how to make it send another.

Theory
======

IIS does not choose a chain.  HTTP.SYS hands the leaf to Schannel, and Schannel lets CryptoAPI build
a path for it, as for any certificate, in the context of the *machine*: from the stores of Local
Machine and nothing else.  What comes out is sent, without the root.  Nobody asks which clients the
path is good for.

Several paths may be possible, since an authority that has changed its root offers the new root in
two forms: self-signed, and cross-signed by the old one.  CryptoAPI ranks them: good signatures, a
trusted root, nothing in the Disallowed store, valid dates; then (observed, not documented) the
issuer that began later; then the shorter path.  For Sectigo's R46 both forms began in the same
second, so the shorter path wins: the server sends its leaf and one intermediate, and every device
that does not know R46 refuses.  See :mod:`legacytrust.iis.selection`.

The choice is made when the credential is acquired, and kept.  Changing a store changes nothing on
the wire until the binding is saved again, IIS is restarted, or the machine is.  And Windows brings
back what was only deleted: a root of Microsoft's programme is fetched whenever a chain wants it.
See :mod:`legacytrust.iis.events`.

So the remedy has three parts: the cross-certificate in the Intermediate store, the self-signed root
in the Disallowed store, and a new credential.  :func:`diagnose` makes the plan and predicts every
step of it; :func:`verify_served` looks at what the server then really sends; :func:`drift` compares
two such looks.  Nothing here changes a machine: commands are text for a person to run.
"""

from __future__ import annotations

from legacytrust.iis.crosses import Cross, crosses_of
from legacytrust.iis.diagnosis import Consequence, Diagnosis, Direction, diagnose
from legacytrust.iis.effects import SideEffect, side_effects
from legacytrust.iis.events import (
    Add,
    Event,
    IisReset,
    ImportPfx,
    Move,
    Rebind,
    Reboot,
    Remove,
    SetAutoRootUpdate,
    WindowsUpdate,
)
from legacytrust.iis.exports import StoreContents, read_store, read_store_file
from legacytrust.iis.machine import LocalMachine, Stores
from legacytrust.iis.notices import Notice, NoticeCode
from legacytrust.iis.plan import Commands, RemediationPlan, Site, Step, StepKind
from legacytrust.iis.selection import Candidate, ChainSelection
from legacytrust.iis.stores import Listed, StoreName
from legacytrust.iis.verification import Drift, RuleOfThumb, Verification, drift, verify_served

__all__ = [
    "Add",
    "Candidate",
    "ChainSelection",
    "Commands",
    "Consequence",
    "Cross",
    "Diagnosis",
    "Direction",
    "Drift",
    "Event",
    "IisReset",
    "ImportPfx",
    "Listed",
    "LocalMachine",
    "Move",
    "Notice",
    "NoticeCode",
    "Rebind",
    "Reboot",
    "RemediationPlan",
    "Remove",
    "RuleOfThumb",
    "SetAutoRootUpdate",
    "SideEffect",
    "Site",
    "Step",
    "StepKind",
    "StoreContents",
    "StoreName",
    "Stores",
    "Verification",
    "WindowsUpdate",
    "crosses_of",
    "diagnose",
    "drift",
    "read_store",
    "read_store_file",
    "side_effects",
    "verify_served",
]
