"""What a client does, as data.

Two bundles of rules describe a client model completely.  :class:`SearchRules` says how it looks
for a path and when it tries again; :class:`CheckRules` says what it objects to once it has one.
Every rule is a small frozen value with three answers in it: refuse, accept, and *unknown*.  The
default of every check rule is the unknown one, so a family table that is silent about a check
yields an unknown verdict wherever that check would matter, never a guess.

The families in :mod:`legacytrust.clients` fill these bundles from tables of sourced facts; the
strategies and checks beside this module read them.  Nothing here does anything.
"""

from __future__ import annotations

from legacytrust.paths.rules.authority import (
    Authority,
    CaProof,
    Critical,
    Form,
    LeafUsage,
    PathLength,
    Purpose,
    UsageNeeded,
)
from legacytrust.paths.rules.bundle import (
    NO_CHECKS,
    CheckRules,
)
from legacytrust.paths.rules.names import (
    CommonNameUse,
    ConstrainedNames,
    DnsConstraintForm,
    HostLike,
    HostnameRules,
    Merging,
    NameConstraintRules,
    NameSyntax,
    StarredLabels,
    Wildcards,
)
from legacytrust.paths.rules.scope import (
    ALL_ROLES,
    BELOW_ANCHOR,
    EVERY_ALGORITHM,
    NO_ROLE,
    NOBODY_KNOWS,
    KeySizes,
    Refusals,
    Scope,
    algorithms,
)
from legacytrust.paths.rules.search import (
    Admission,
    Alternatives,
    AnchorMatch,
    CertSignDemand,
    Completion,
    Consequence,
    Criterion,
    IssuerTest,
    KeyIdUse,
    ListOrder,
    Loop,
    PathLengthCount,
    Preference,
    SearchRules,
    SignerRules,
    StoreOrder,
    Strategy,
    SubjectKeyId,
)
from legacytrust.paths.rules.trust import (
    AnchorConstraintRules,
    Blocklist,
    ConstraintKind,
    Distrust,
    Lifetime,
    RootDigests,
)

__all__ = [
    "ALL_ROLES",
    "BELOW_ANCHOR",
    "EVERY_ALGORITHM",
    "NOBODY_KNOWS",
    "NO_CHECKS",
    "NO_ROLE",
    "Admission",
    "Alternatives",
    "AnchorConstraintRules",
    "AnchorMatch",
    "Authority",
    "Blocklist",
    "CaProof",
    "CertSignDemand",
    "CheckRules",
    "CommonNameUse",
    "Completion",
    "Consequence",
    "ConstrainedNames",
    "ConstraintKind",
    "Criterion",
    "Critical",
    "Distrust",
    "DnsConstraintForm",
    "Form",
    "HostLike",
    "HostnameRules",
    "IssuerTest",
    "KeyIdUse",
    "KeySizes",
    "LeafUsage",
    "Lifetime",
    "ListOrder",
    "Loop",
    "Merging",
    "NameConstraintRules",
    "NameSyntax",
    "PathLength",
    "PathLengthCount",
    "Preference",
    "Purpose",
    "Refusals",
    "RootDigests",
    "Scope",
    "SearchRules",
    "SignerRules",
    "StarredLabels",
    "StoreOrder",
    "Strategy",
    "SubjectKeyId",
    "UsageNeeded",
    "Wildcards",
    "algorithms",
]
