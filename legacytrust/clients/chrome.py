"""Chrome where it verifies by itself: 105 to 156, with the Chrome Root Store.

Theory
======

Chrome brings its own roots and its own verifier (net/cert, today ``pki/`` of BoringSSL): a trial
from 105 and the rule from 108 on Windows and macOS, from 114 on Linux and ChromeOS, from 115 on
Android.  Before that it asked the platform, and on iOS it still does.

The search is complete.  Store and served list are one heap; the likeliest issuer comes first (what
is trusted, whose key identifier fits, what is self-issued, what is newest), and when a path does not
pass the next one is tried.  What nobody served is fetched from the address in the certificate.  So
order, surplus and expired certificates do not matter, as long as no more than twenty candidates
have to be asked for: that limit is new in about 119, and also bounds the length of a path.

* Any store certificate ends a path, an intermediate too, also where it was served; a leaf that is in
  the store must still be signed by something in the store, if only by itself.
* Nothing of an anchor is looked at but its key: not its dates, purposes, constraints.
* Names are compared without regard to case, kind of string and spaces, T.61 strings octet by octet.
* The leaf may be a CA.  Purposes must nest: server authentication or any.
* SHA-2 only; RSA from 1024 bits, P-256, P-384, P-521.
* A star stands for one whole label, and not for all of a public suffix; the model knows the usual
  second-level domains of countries only.
* A served certificate that cannot be read is passed over; the leaf must be readable.

Under a root of the Chrome Root Store a leaf must not be good for more than 398 days and must have
signed timestamps; they can be sent beside it too, so without any in it the verdict is open.  The
root's own limits are honoured from about 128, one kept set of several being enough.

``own_root`` is for a root that a person or an administrator installed: none of these three holds
there, but its dates count, and from 112 its constraints, purposes and key usage as well.

Not modelled: revocation (CRLSets), pinned keys, names that are not unique on the Internet, the rules
for Symantec and for the CA of the French state, EV, intermediates from stores of the platform, Merkle
Tree Certificates, limits on names that an administrator puts on a root, what TLS asks of the leaf's key
usage for RSA before BoringSSL insisted on it, and a critical certificatePolicies with unknown qualifiers.
Of its strict parser these are missing: name constraints that are empty or name no network, names that
are not ASCII, an authorityInfoAccess or authorityKeyIdentifier of wrong form, a CA without a subject.
In which order equally likely issuers come depends on the C++ library; here it is that of the list, and
it matters only in mazes that reach the limit.

Sources: Chromium's ``net/cert/cert_verify_proc.cc`` (PROC) and ``cert_verify_proc_builtin.cc``
(BUILTIN) in copies from 2022 to 2026, ``root_store.proto`` of 120 and 150, and BoringSSL's ``pki/``
(PATH path_builder.cc, CHAIN verify_certificate_chain.cc, NAMES name_constraints.cc, PARSE
parsed_certificate.cc) of 2026-08-21; the titles of its changes since 2023-06 speak of nothing here.
"Compared" means: that of 2026-08-21, the newest alone, compiled and run with Chrome's settings on generated PKIs; no
package carries it, so the comparison is not among the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.extensions import GeneralNameKind, KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    NO_CHECKS,
    Admission,
    AnchorConstraintRules,
    Authority,
    CaProof,
    Completion,
    Consequence,
    ConstraintKind,
    Critical,
    Form,
    HostnameRules,
    KeySizes,
    LeafUsage,
    Lifetime,
    Loop,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["CHROME"]

_FIRST, _LAST = 105, 156
_COVERED: Final = f"{_FIRST}..{_LAST}"
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED

_CAS: Final = Role.SERVED_CA | Role.FETCHED_CA
_BASIC: Final = frozenset({CaProof.BASIC_CONSTRAINTS})
_MICROSOFT_POLICIES: Final = "1.3.6.1.4.1.311.21.10"
_KNOWN: Final = frozenset(
    {
        Oid.BASIC_CONSTRAINTS, Oid.KEY_USAGE, Oid.EXTENDED_KEY_USAGE, Oid.NAME_CONSTRAINTS,
        Oid.SUBJECT_ALT_NAME, Oid.CERTIFICATE_POLICIES, Oid.POLICY_MAPPINGS,
        Oid.POLICY_CONSTRAINTS, Oid.INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_DIGESTS: Final = frozenset({Digest.SHA256, Digest.SHA384, Digest.SHA512})
_SCHEMES: Final = frozenset(
    pair
    for scheme in (Scheme.RSA_PKCS1, Scheme.RSA_PSS, Scheme.ECDSA)
    for pair in algorithms(scheme)
)
_CURVES: Final = frozenset({"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"})
_SERVER: Final = frozenset({Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE})
_COMPARED_NAMES: Final = frozenset(
    {
        GeneralNameKind.DNS, GeneralNameKind.EMAIL, GeneralNameKind.IP, GeneralNameKind.DIRECTORY,
    }
)  # fmt: skip

_table: Final = Table(dotted)
_row = _table.add

# How a path is searched.
_row("strategy", Strategy.LIKELIEST_FIRST, _COVERED,
     "PATH CertPathIter, CertIssuersIter; compared", _MEASURED)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.CANONICAL, _COVERED,
         "verify_name_match.cc NormalizeName; compared", _MEASURED)
_row("loop", Loop.NAME_KEY_AND_SAN, _COVERED, "PATH CertIssuerIterPath::GetKey; compared", _MEASURED)
_row("completion", Completion.AIA, _COVERED,
     "BUILTIN TryBuildPath: CertIssuerSourceAia unless fetching is turned off", _READ)
_row("candidate_limit", 25_000, "105..118", "BUILTIN kPathBuilderIterationLimit in 2022, 2023",
     _READ)
_row("candidate_limit", 20, "119..129",
     "BUILTIN kPathBuilderIterationLimit; its change 4903550 is of about October 2023",
     Evidence.BELIEVED)
_row("candidate_limit", 20, "130..156",
     "BUILTIN kPathBuilderIterationLimit in 2024, 2026; compared", _MEASURED)

# What cannot be read.
_READABLE: Final = attrs.evolve(
    NO_CHECKS,
    form=Form(repeated_extensions=Scope(ALL_ROLES), broken_extensions=Scope(ALL_ROLES)),
    empty_subject=Scope(Role.LEAF),
)
for _trait in ("served_admission", "store_admission"):
    _row(_trait, Admission(_READABLE, Consequence.SKIPPED), _COVERED,
         "PARSE ParsedCertificate::Create; BUILTIN AddIntermediatesToIssuerSource", _READ)

# What a path must pass.
_row("signatures", Scope(BELOW_ANCHOR), _COVERED, "CHAIN BasicCertificateProcessing", _MEASURED)
_row("equal_algorithms", Scope(BELOW_ANCHOR), _COVERED,
     "CHAIN VerifySignatureAlgorithmsMatch; PROC InspectSignatureAlgorithmForCert", _READ)
_row("dates", Scope(BELOW_ANCHOR), _COVERED,
     "CHAIN VerifyTimeValidity; ProcessRootCertificate: not of an ordinary anchor; compared",
     _MEASURED)
_row("last_second", True, _COVERED, "CHAIN VerifyTimeValidity; compared", _MEASURED)
_row("digests", Refusals(accepted=_DIGESTS), _COVERED,
     "SimplePathBuilderDelegate; PROC refuses the SHA-1 that the second attempt lets through",
     _MEASURED)
_row("algorithms", Refusals(accepted=_SCHEMES), _COVERED,
     "signature_algorithm.cc; IsSignatureAlgorithmAcceptable; compared", _MEASURED)
_row("key_kinds", Refusals(accepted=frozenset({KeyKind.RSA, KeyKind.EC}), roles=ALL_ROLES),
     "105..147", "SimplePathBuilderDelegate::IsPublicKeyAcceptable, leaf and anchor too", _READ)
_row("key_kinds",
     Refusals(
         accepted=frozenset({KeyKind.RSA, KeyKind.EC}),
         unknown=frozenset({KeyKind.OTHER}),
         roles=ALL_ROLES,
     ),
     "148..156", "the same; ML-DSA from 2026-04 in BoringSSL, not known from which Chrome",
     Evidence.UNKNOWN)
_row("curves", Refusals(accepted=_CURVES, roles=ALL_ROLES), _COVERED,
     "SimplePathBuilderDelegate IsAcceptableCurveForEcdsa; compared", _MEASURED)
_row("key_sizes", KeySizes(((KeyKind.RSA, 1024),)), _COVERED,
     "BUILTIN: 1024 bits, anchors included; PROC IsWeakKey; compared", _MEASURED)
_row("authority", Authority(((_CAS, _BASIC),)), _COVERED,
     "CHAIN PrepareForNextCertificate; compared", _MEASURED)
_row("cert_sign", Scope(_CAS), _COVERED, "CHAIN PrepareForNextCertificate; compared", _MEASURED)
_row("path_length", PathLength(Scope(_CAS)), _COVERED,
     "CHAIN PrepareForNextCertificate: as RFC 5280; compared", _MEASURED)
_row("purpose", Purpose(_SERVER, issuers=_SERVER, issuer_roles=_CAS), _COVERED,
     "CHAIN VerifyExtendedKeyUsage for SERVER_AUTH, not strict; compared", _MEASURED)
_row("leaf_usage",
     LeafUsage(
         Scope(Role.LEAF),
         usages=KeyUsage.DIGITAL_SIGNATURE,
         by_kind=((KeyKind.RSA, ~KeyUsage(0)),),
         netscape=False,
     ),
     _COVERED, "BoringSSL ssl_cert_check_key_usage, for signatures made in the handshake; read: 2026",
     _INFERRED)
_row("critical", Critical(_KNOWN, scope=Scope(BELOW_ANCHOR)), "105..113",
     "CHAIN IsHandledCriticalExtension", _INFERRED)
_row("critical", Critical(_KNOWN | {_MICROSOFT_POLICIES}, scope=Scope(BELOW_ANCHOR)), "114..156",
     "the same; MSApplicationPolicies beside an extended key usage passes, crbug 1439638; compared",
     _READ)
_row("name_constraints",
     NameConstraintRules(
         Scope(_CAS),
         kinds=_COMPARED_NAMES,
         refused_kinds=frozenset(GeneralNameKind) - _COMPARED_NAMES,
         wildcard_excluded=True,
         most_comparisons=1 << 20,
     ),
     _COVERED, "NAMES IsPermittedCert, ParseGeneralSubtrees; compared", _MEASURED)
_row("explicit_policy", Scope(BELOW_ANCHOR), _COVERED,
     "CHAIN VerifyPolicies, WrapUp: any policy will do, but not none", _READ)

# What holds under a root of the Chrome Root Store.
_row("lifetime",
     Lifetime(
         (
             (datetime(2018, 3, 1, tzinfo=UTC), timedelta(days=825)),
             (datetime(2020, 9, 1, tzinfo=UTC), timedelta(days=398)),
         )
     ),
     "105..123", "PROC HasTooLongValidity in copies of 2022 and 2023, older limits left out", _READ)
_row("lifetime", Lifetime(((datetime(1950, 1, 1, tzinfo=UTC), timedelta(days=398)),)), "124..156",
     "PROC HasTooLongValidity in 2024: whenever it begins; from which Chrome is inferred",
     _INFERRED)
_row("timestamps", Scope(unknown=Role.LEAF), _COVERED,
     "BUILTIN CheckCertificateTransparency; they may also come with the handshake", Evidence.UNKNOWN)

_LIMITS: Final = (
    ConstraintKind.SCT_BY
    | ConstraintKind.SCT_AFTER
    | ConstraintKind.VERSIONS
    | ConstraintKind.DNS_NAMES
)
_NONE: Final = ConstraintKind(0)
for _major in range(_FIRST, _LAST + 1):
    if _major <= 120:
        _honoured, _open, _source, _evidence = (
            _NONE, _NONE, "root_store.proto of 120 has no constraints", _READ,
        )  # fmt: skip
    elif _major <= 127:
        _honoured, _open, _source, _evidence = (
            _NONE, _LIMITS, "between the schemas of 120 and 150; tested by a switch from 128",
            Evidence.UNKNOWN,
        )  # fmt: skip
    else:
        _honoured, _open, _source, _evidence = (
            _LIMITS, _NONE, "BUILTIN CheckChromeRootConstraints; a switch tests them from 128",
            _READ,
        )  # fmt: skip
    _row("anchor_constraints", AnchorConstraintRules(_honoured, _open, (_major,)), str(_major),
         _source, _evidence)

_row("hostname",
     HostnameRules(wildcards=Wildcards.LEFTMOST_LABEL, spares_countries=True), _COVERED,
     "X509Certificate::VerifyHostname, from memory: the SAN only, no star for a whole registry",
     Evidence.BELIEVED)


# -- options ------------------------------------------------------------------------------------


def _own_root(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not value:
        return {}
    rules: dict[str, Any] = {
        "lifetime": Lifetime(),
        "timestamps": Scope(),
        "anchor_constraints": AnchorConstraintRules(_NONE, _NONE, version[:1]),
        "dates": Scope(ALL_ROLES),
    }
    return rules if version < (112,) else {**rules, **_constrained(version)}


def _constrained(version: VersionKey) -> Mapping[str, Any]:
    """What counts of an anchor, too, once its own constraints are enforced."""
    top, model = _CAS | Role.ANCHOR, CHROME.model(str(version[0]))
    checks = model.checks
    proofs = _BASIC | {CaProof.ABSENT, CaProof.VERSION_1}
    return {
        "authority": Authority(((_CAS, _BASIC), (Role.ANCHOR, proofs))),
        "cert_sign": Scope(top),
        "path_length": PathLength(Scope(top)),
        "purpose": attrs.evolve(checks.purpose, issuer_roles=top),
        "critical": attrs.evolve(checks.critical, scope=Scope(ALL_ROLES)),
        "name_constraints": attrs.evolve(checks.name_constraints, scope=Scope(top)),
        "explicit_policy": Scope(ALL_ROLES),
    }


CHROME: Final = Family(
    name="chrome",
    title="Chrome with its own verifier",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "own_root": TraitOption(
                "the root was installed by a person or an administrator, so the rules of the "
                "Chrome Root Store are off and those for local roots hold",
                _own_root,
            )
        }
    ),
    hint="The version is Chrome's major; before 105 (Android 115) it asked the platform.",
)
