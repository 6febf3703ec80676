"""mozilla::pkix, as Firefox 31 to 150 uses it.  The version is Firefox's, not NSS's.

Theory
======

mozilla::pkix is a complete search: depth first, over every certificate whose name is the issuer's,
until one path passes.  It never builds what it would refuse: each certificate is judged before
anything above it is looked for, and signatures are checked on the way back.  Firefox answers its
questions (``NSSCertDBTrustDomain``): roots come first, then what the server sent, then intermediates
that Firefox holds itself.  So order, duplicates, surplus and expired cross-certificates do not
matter, and neither AddTrust nor DST Root CA X3 was felt in Firefox.

* A path has at most six intermediates.  The same name with the same key does not come twice.
* Any trusted certificate ends a path, an intermediate too, and the leaf itself if it is trusted.
  A trusted certificate is judged like all others, dates included; only its own signature is not.
* Key identifiers are not looked at.  Names are compared octet by octet.
* basicConstraints are needed everywhere above the leaf, except in a version 1 root; a leaf that
  says it is a CA is refused.  Purposes must nest: server authentication in the leaf and in every CA
  that names any; "any purpose" does not do.
* Name constraints bind everything below, self-issued certificates too, and the common name of a
  leaf whose SAN has neither DNS name nor address.
* Only RSA and the three NIST curves from P-256 on; only SHA-1 (once) and SHA-2.

What changed is Firefox around it: SHA-1 went in steps, the common name is no host name any more
from 48 (and from 101 under roots that a person installed, too), RSA-PSS came with 100, and from 75
Firefox on desktops downloads all disclosed intermediates beforehand, so a server that forgets one
works.  A date after which a root's new leaves are distrusted is read from the store from 78 on.

The models speak of roots that ship with Firefox; ``own_root`` is for one that a person installed.
Not modelled: revocation (OneCRL, CRLite, OCSP), pinned keys, the first step against Symantec (60 to
63, leaves from before 2016-06-01), certificate transparency (required from 135), must-staple, the name constraints that
NSS imposes on two CAs of governments, the strictness of its DER reader (doubled extensions, an empty
issuer, constraints on kinds of names that it cannot compare), and Netscape's step-up as a CA's purpose, which counted until
142 in certificates from before 2016-08-23.

Sources: ``lib/mozpkix`` of NSS at the tags named (BUILD pkixbuild.cpp, CHECK pkixcheck.cpp, CERT
pkixcert.cpp, NAMES pkixnames.cpp), and Firefox's ``security/certverifier`` in the copies of Firefox
45, 55, 68 and of the main line.  "Compared" means: compiled from the tag NSS_3_101_RTM with a trust
domain as plain as Firefox's and run on generated PKIs; no package carries a client to repeat that.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.distrusted import SYMANTEC_IN_FIREFOX
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.nss import STARTCOM_AND_WOSIGN
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.extensions import Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    AnchorConstraintRules,
    AnchorMatch,
    Authority,
    CaProof,
    CommonNameUse,
    Completion,
    ConstraintKind,
    Critical,
    HostnameRules,
    KeySizes,
    LeafUsage,
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

__all__ = ["MOZILLA_PKIX"]

_COVERED: Final = "31..150"
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED
_UNKNOWN, _DOCUMENTED = Evidence.UNKNOWN, Evidence.DOCUMENTED

_LEAVES: Final = Role.LEAF | Role.STORE_LEAF
_BELOW: Final = Role.SERVED_CA | Role.FETCHED_CA
_ISSUERS: Final = _BELOW | Role.ANCHOR
_OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
_TLS_FEATURE: Final = "1.3.6.1.5.5.7.1.24"
_OTHER_CURVES: Final = frozenset(
    {
        "", "1.2.840.10045.3.1.1", "1.3.132.0.10", "1.3.132.0.33",
        "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13",
    }
)  # fmt: skip
_UNDERSTOOD: Final = frozenset(
    {
        Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS, Oid.NAME_CONSTRAINTS,
        Oid.CERTIFICATE_POLICIES, Oid.POLICY_CONSTRAINTS, Oid.EXTENDED_KEY_USAGE,
        Oid.INHIBIT_ANY_POLICY, Oid.AUTHORITY_INFO_ACCESS, Oid.OCSP_NO_CHECK, _TLS_FEATURE,
        Oid.SIGNED_CERTIFICATE_TIMESTAMPS,
    }
)  # fmt: skip
_OLD_DIGESTS: Final = frozenset(
    {Digest.MD2, Digest.MD4, Digest.MD5, Digest.SHA224, Digest.OTHER}
)
_NO_SCHEME: Final = (
    algorithms(Scheme.ED25519) | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
)
_LIMITS: Final = ConstraintKind.PURPOSES | ConstraintKind.DISABLED | ConstraintKind.DISALLOWED

_table: Final = Table(dotted)
_row = _table.add

# How a path is searched.
_row("strategy", Strategy.DEPTH_FIRST, _COVERED,
     "BUILD BuildForward at 3.40, 3.101; compared: 3.101", _MEASURED)
_row("partial_chain", True, _COVERED, "BUILD: TrustLevel::TrustAnchor ends it", _MEASURED)
_row("trusted_first", True, _COVERED,
     "NSSCertDBTrustDomain::FindIssuer: roots, then all others, at 68 and on the main line", _READ)
_row("anchor_match", AnchorMatch.CERTIFICATE, _COVERED,
     "NSSCertDBTrustDomain::GetCertTrust: of the very certificate, the leaf's too", _READ)
_row("loop", Loop.NAME_AND_KEY, _COVERED, "BUILD PathBuildingStep::Check", _MEASURED)
_row("max_certificates", 8, _COVERED, "BUILD MAX_SUBCA_COUNT 6; compared: 3.101", _MEASURED)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.ENCODED, _COVERED, "BUILD InputsAreEqual; compared: 3.101", _MEASURED)
_row("completion", Completion.KNOWN, "75..150",
     "preference security.remote_settings.intermediates.enabled, on by default from 75", _READ)

# What a path must pass.
_row("dates", Scope(ALL_ROLES), _COVERED,
     "CHECK CheckValidity, the anchor too; compared: 3.101", _MEASURED)
_row("signatures", Scope(BELOW_ANCHOR), _COVERED, "BUILD VerifySignedData", _MEASURED)
_row("equal_algorithms", Scope(BELOW_ANCHOR), _COVERED, "CHECK CheckSignatureAlgorithm", _READ)
_row("digests", Refusals(_OLD_DIGESTS), "31..42",
     "pkixder.cpp: SHA-1 and SHA-2 alone; no limit on SHA-1 yet", _INFERRED)
_row("digests", Refusals(_OLD_DIGESTS, unknown=frozenset({Digest.SHA1})), "43..51",
     "SHA-1 of 2016 and later was refused in 43, allowed again, and went by steps", _UNKNOWN)
_row("digests", Refusals(_OLD_DIGESTS | {Digest.SHA1}), "52..150",
     "preference security.pki.sha1_enforcement_level 3; always on the main line", _DOCUMENTED)
_row("algorithms", Refusals(_NO_SCHEME | algorithms(Scheme.RSA_PSS),
                            unknown=algorithms(Scheme.DSA)), "31..39",
     "pkixder.cpp; DSA went at a version that is not read", _UNKNOWN)
_row("algorithms",
     Refusals(_NO_SCHEME | algorithms(Scheme.RSA_PSS) | algorithms(Scheme.DSA)), "40..99",
     "pkixder.cpp at 3.40: PKCS#1 and ECDSA alone; PSS first at 3.77", _READ)
_row("algorithms", Refusals(_NO_SCHEME | algorithms(Scheme.DSA)), "100..150",
     "pkixder.cpp at 3.77, 3.101; compared: 3.101", _MEASURED)
_row("key_kinds",
     Refusals(
         frozenset({KeyKind.ED25519, KeyKind.ED448, KeyKind.OTHER}),
         unknown=frozenset({KeyKind.DSA}),
         roles=ALL_ROLES,
     ),
     "31..39", "CHECK CheckSubjectPublicKeyInfo; DSA went at a version that is not read", _UNKNOWN)
_row("key_kinds", Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.EC}, roles=ALL_ROLES),
     "40..150", "CHECK CheckSubjectPublicKeyInfo, leaf and anchor too; compared: 3.101", _MEASURED)
_row("key_sizes", KeySizes(((KeyKind.RSA, 1017),)), _COVERED,
     "CertVerifier MIN_RSA_BITS_WEAK 1024, counted in octets; later ones ask 2048 below a built-in "
     "root, from a version that is not read; compared: 3.101", _READ)
_row("curves", Refusals(_OTHER_CURVES, roles=ALL_ROLES), _COVERED,
     "CHECK CheckSubjectPublicKeyInfo; compared: 3.101", _MEASURED)
_row("authority",
     Authority(
         (
             (_BELOW, frozenset({CaProof.BASIC_CONSTRAINTS})),
             (Role.ANCHOR, frozenset({CaProof.BASIC_CONSTRAINTS, CaProof.VERSION_1})),
         )
     ),
     _COVERED, "CHECK CheckBasicConstraints; compared: 3.101", _MEASURED)
_row("leaf_authority", Scope(_LEAVES), _COVERED,
     "CHECK CheckBasicConstraints: ERROR_CA_CERT_USED_AS_END_ENTITY; compared: 3.101", _MEASURED)
_row("cert_sign", Scope(_ISSUERS), _COVERED, "CHECK CheckKeyUsage; compared: 3.101", _MEASURED)
_row("path_length", PathLength(Scope(_ISSUERS), counts_self_issued=True), _COVERED,
     "CHECK CheckBasicConstraints: subCACount; compared: 3.101", _MEASURED)
_row("purpose",
     Purpose(
         frozenset({Oid.SERVER_AUTH}),
         leaf_roles=_LEAVES,
         issuers=frozenset({Oid.SERVER_AUTH}),
         issuer_roles=_ISSUERS,
         leaf_never=frozenset({_OCSP_SIGNING}),
     ),
     _COVERED, "CHECK CheckExtendedKeyUsage; compared: 3.101", _MEASURED)
_row("leaf_usage", LeafUsage(Scope(_LEAVES), netscape=False), _COVERED,
     "CertVerifier BuildCertChainForOneKeyUsage; compared: 3.101", _MEASURED)
_row("critical", Critical(_UNDERSTOOD, scope=Scope(ALL_ROLES)), _COVERED,
     "CERT RememberExtension, in whatever is parsed; compared: 3.101", _MEASURED)
_row("name_constraints",
     NameConstraintRules(
         Scope(_ISSUERS),
         common_name=CommonNameUse.NO_HOST,
         spares_self_issued=False,
         wildcard_permitted=True,
         wildcard_excluded=True,
     ),
     "31..149", "NAMES CheckNameConstraints; compared: 3.101", _MEASURED)
_row("name_constraints",
     NameConstraintRules(
         Scope(_ISSUERS),
         common_name=CommonNameUse.NO_HOST,
         spares_self_issued=False,
         wildcard_excluded=True,
     ),
     "150", "NAMES: a wildcard that may stand for other names is not permitted, first at 3.122",
     _READ)
_row("explicit_policy", Scope(), _COVERED,
     "CERT: policyConstraints are ignored, as no policy is ever mapped", _READ)
_row("anchor_constraints", AnchorConstraintRules(_LIMITS, unknown=ConstraintKind(0)), "31..77",
     "NSSCertDBTrustDomain at 68: trust bits, and no date", _READ)
_row("anchor_constraints",
     AnchorConstraintRules(_LIMITS | ConstraintKind.ISSUED_BY, unknown=ConstraintKind(0)),
     "78..150",
     "isDistrustedCertificateChain on the main line: a leaf that begins later; the first dates are in "
     "the list of NSS 3.53, which is that of Firefox 78 (its release notes, bugs 1618404 and 1621159)",
     _INFERRED)
_row("distrust", (STARTCOM_AND_WOSIGN,), "51..57",
     "StartCom and WoSign by date from 51; the roots left in 58", _DOCUMENTED)
_row("distrust", (SYMANTEC_IN_FIREFOX,), "64..150",
     "release notes of 64: certificates by Symantec are trusted no more; that the exceptions are "
     "those of Java is believed, Google's had ended", Evidence.BELIEVED)


def _hosts(common_name: CommonNameUse) -> HostnameRules:
    return HostnameRules(
        common_name=common_name,
        wildcards=Wildcards.LEFTMOST_LABEL,
        ip_in_common_name=True,
        trailing_dot=False,
        stops_at_odd_names=True,
    )


_row("hostname", _hosts(CommonNameUse.NO_HOST), "31..47",
     "NAMES at 3.40: FallBackToCommonName; the preference that limits it is new in 48", _READ)
_row("hostname", _hosts(CommonNameUse.NEVER), "48..150",
     "preference security.pki.name_matching_mode 1 from 48, for leaves of 2016-08-23 and later "
     "below a built-in root; no common name at all from 101 (StrictNameMatchingPolicy at 3.78)",
     _READ)


def _own_root(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not value:
        return {}
    limits = AnchorConstraintRules(_LIMITS, unknown=ConstraintKind(0))
    names = CommonNameUse.NO_HOST if version < (101,) else CommonNameUse.NEVER
    changed: dict[str, Any] = {"anchor_constraints": limits, "hostname": _hosts(names)}
    if version >= (52,):
        changed["digests"] = Refusals(_OLD_DIGESTS, unknown=frozenset({Digest.SHA1}))
    return changed


MOZILLA_PKIX: Final = Family(
    name="mozilla-pkix",
    title="mozilla::pkix (Firefox)",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "own_root": TraitOption(
                "the root was installed by a person, so Firefox's rules for its own roots are off",
                _own_root,
            )
        }
    ),
    hint="The version is that of Firefox; before 31 it used the old way of NSS (nss-classic).",
)
