"""Apple's SecTrust, in iOS from 5 to 26 and in macOS from 10.9 to 26.

Theory
======

SecTrust (``SecTrustEvaluate``, and Safari, WebKit and URLSession on top of it) is a complete search
on iOS from the start.  It grows paths certificate by certificate: anchors first, then what the
server sent, then the keychain, and last what certificates name as the address of their issuer (AIA).
A path whose signature is bad is dropped; one that holds a certificate out of its dates is put aside.
Each path that ends in an anchor is held against the policy, and the first one that passes ends the
search.  Paths are scored, but the score only chooses between those that pass or, to be reported,
between those that do not.  So order, surplus, expired cross-certificates and missing intermediates
with an address do not matter.

* Any certificate of the store ends a path, byte for byte: an intermediate too, and the leaf itself.
* Everything must be within its dates, the anchor too.
* Where a certificate names a key identifier and its issuer has one, they must be equal.
* basicConstraints and keyCertSign are asked of issuers below the anchor, and from iOS 13 of the
  anchor too.  The anchor's pathLenConstraint counts from iOS 15, its name constraints from iOS 13.
* Name constraints are known from the start but enforced only from iOS 9.
* The common name counts until iOS 12 where the SAN has no DNS name; from iOS 13 never.
* A star could end any label until iOS 8, the first label in iOS 9, and is a whole label from iOS 10;
  from 10.2 it may not stand for what CFNetwork's list calls a public suffix.

What was added for roots that came with the system: SHA-1 refused (10.3, by Safari and WebKit alone;
by all from 11), RSA 2048 and EC 224 bits (11), certificate transparency for leaves of 2018-10-16 and
later (12.1.1), serverAuth in so many words (13), at most 825 days (13) and 398 days from 2020-09-01
on (14).  From 13 on hashes and sizes are asked under any root.  A root that a person or an
administrator installed (``own_root``) is spared the rest, but not the 825 days for leaves of July 2019
and later.  Transparency needs a list of logs that is at most sixty days old, and the timestamps may
come beside the certificate, so that a leaf without embedded ones is open.

macOS has the same code from 10.12 on (``SECTRUST_OSX`` is 0 at 57337.60.2 and 1 at 57740.1.18).
Before, its SecTrust called an older verifier (CSSM): one path, step by step, with a preference for
what is in its dates and trusted.  That is told here as a choice among all paths, where an
alternative is a doubt; what CSSM checks was not read and is open wherever it would matter.

Not modelled: revocation and Apple's lists of forbidden keys and exceptions, which are data that the
system downloads; the limit of a hundred paths (from 11.2); X.509 version 1 intermediates below a
version 1 root, which pass from iOS 11; that permitted name constraints of a lower CA can add to those
above it; and that iOS 26 can let Apple's own programs end with a root sixty days before its time.

Sources: apple-oss-distributions/Security at the tags named (BUILD SecTrustServer.c, POLICY
SecPolicyServer.c, SSL SecPolicy.c, LEAF SecPolicyLeafCallbacks.c, CERT SecCertificate.c, NAMES
nameconstraints.c).  No package carries a client to compare with.  Apple publishes the sources of
macOS; which iOS has the same code is believed (55471 is iOS 7, 57031 is 8, 57337 is 9, 57740 is 10,
58286 is 11 and 12, 59306 is 13, 59754 is 14, 60157 and 60158 are 15, 60420 is 16, 61040 is 17, 61439
is 18, 61901 is 26), and so is where within a year a change came: the boundaries of iOS follow those
of the macOS of the same weeks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.distrusted import OTHERS_IN_SECTRUST, SYMANTEC_IN_SECTRUST
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.nss import STARTCOM_AND_WOSIGN
from legacytrust.clients.versions import VersionKey, VersionRanges
from legacytrust.errors import ClientError
from legacytrust.extensions import GeneralNameKind, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    EVERY_ALGORITHM,
    AnchorMatch,
    Authority,
    CaProof,
    CommonNameUse,
    Completion,
    Criterion,
    Critical,
    Form,
    HostnameRules,
    IssuerTest,
    KeySizes,
    Lifetime,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["SECTRUST"]

_VERSION: Final = re.compile(r"(ios|macos)-([0-9]{1,2}(?:\.[0-9]{1,2}){0,2})", re.ASCII)
_PLATFORMS: Final = MappingProxyType({"ios": 1, "macos": 2})


def apple(text: str) -> VersionKey | None:
    """``ios-10.3.1`` is (1, 10, 3, 1), ``macos-10.12`` is (2, 10, 12)."""
    found = _VERSION.fullmatch(text.lower())
    if found is None:
        return None
    return _PLATFORMS[found[1]], *map(int, found[2].split("."))


#: The first version of each generation, and what came within one: iOS and macOS side by side.
_TWINS: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "5": None, "9": None, "10": "10.12", "10.2": "10.12.2", "10.3": "10.12.4",
        "11": "10.13", "11.2.5": "10.13.3", "11.3": "10.13.4", "12": "10.14",
        "12.1.1": "10.14.2", "13": "10.15", "14": "11", "15": "12", "15.5": "12.4",
        "18.2": "15.2", "18.6": "15.6",
    }
)  # fmt: skip
#: The last versions before those; a version that ends in 99 stands for all up to the next one.
_ENDS: Final[Mapping[str, tuple[str, str | None]]] = MappingProxyType(
    {
        "9": ("8", None), "10": ("9", None), "10.2": ("10.1", "10.12.1"),
        "10.3": ("10.2", "10.12.3"), "11": ("10", "10.12"), "11.2.5": ("11.2.4", "10.13.2"),
        "11.3": ("11.2", "10.13.3"), "12": ("11", "10.13"), "12.1.1": ("12.1.0", "10.14.1"),
        "13": ("12", "10.14"), "14": ("13", "10.15"), "15": ("14", "11"),
        "15.5": ("15.4", "12.3"), "18.2": ("18.1", "15.1"), "18.6": ("18.5", "15.5"), "end": ("26", "26"),
    }
)  # fmt: skip


def _era(first: str, before: str = "end") -> str:
    """The versions from one change up to the next, of iOS and of the macOS beside it."""
    start, (last, last_twin) = _TWINS[first], _ENDS[before]
    eras = [f"ios-{first}..ios-{last}"]
    if last_twin is not None:
        eras.append(f"macos-{start or '10.12'}..macos-{last_twin}")
    return ", ".join(eras)


_OLD_MAC: Final = "macos-10.9..macos-10.11"
_MODELLED: Final = _era("5")
_COVERED: Final = "ios-5..ios-18, ios-26, macos-10.9..macos-10.15, macos-11..macos-15, macos-26"

_table: Final = Table(apple)
_row: Final = _table.add

_READ, _INFERRED, _UNKNOWN = Evidence.READ, Evidence.INFERRED, Evidence.UNKNOWN
_LEAVES: Final = Role.LEAF | Role.STORE_LEAF | Role.VOUCHED_LEAF
_ISSUERS: Final = Role.SERVED_CA | Role.FETCHED_CA | Role.STORE_CA
_CA: Final = frozenset({CaProof.BASIC_CONSTRAINTS})

# -- how a path is searched ---------------------------------------------------------------------

_row("strategy", Strategy.DEPTH_FIRST, _MODELLED,
     "BUILD SecPathBuilderGetNext and SecPathBuilderAccept @ 55471.14 to 61901: the first path that "
     "passes ends the search", _READ)
_row("strategy", Strategy.RANKED, _OLD_MAC,
     "TPCertInfo.cpp buildCertGroup @ 57337.60.2: one path, built step by step, and what has "
     "expired or is not trusted given up for something better", _INFERRED)
_row("ranking", (Criterion.SIGNED, Criterion.ANCHORED, Criterion.IN_DATES), _OLD_MAC,
     "TPCertInfo.cpp buildCertGroup @ 57337.60.2: what it prefers at each step", _INFERRED)
_row("trusted_first", True, _MODELLED,
     "BUILD SecPathBuilderInit @ 55471.14, 61901: anchor sources before parent sources", _READ)
_row("partial_chain", True, _MODELLED, "BUILD SecPathBuilderIsAnchor: whatever is stored", _READ)
_row("anchor_match", AnchorMatch.CERTIFICATE, _COVERED,
     "BUILD SecSystemAnchorSourceContains: byte for byte", _READ)
for _trait in ("served_tests", "store_tests"):
    _row(_trait, IssuerTest.BARE_KEY_ID, _MODELLED,
         "POLICY SecPolicyCheckIdLinkage @ 55471.14, 61901: a path with another one is refused",
         _READ)
_row("completion", Completion.AIA | Completion.KNOWN, _COVERED,
     "BUILD kSecCAIssuerSource and the keychain's own certificates @ 55471.14, 61901", _READ)

# -- dates, signatures, algorithms ----------------------------------------------------------------

_row("dates", Scope(ALL_ROLES), _MODELLED,
     "SSL kSecPolicyCheckValidRoot @ 55471.14, kSecPolicyCheckTemporalValidity @ 58286.70.7", _READ)
_row("signatures", Scope(BELOW_ANCHOR), _COVERED,
     "SecCertificatePath.c SecCertificatePathVerify @ 55471.14: such a path is dropped", _READ)
_row("equal_algorithms", Scope(), _era("5", "10.3"),
     "CERT SecCertificateIsSignedBy @ 57740.31.2: only the inner one is read", _READ)
_row("equal_algorithms", Scope(BELOW_ANCHOR), _era("10.3"),
     "CERT SecCertificateIsSignedBy @ 57740.51.3", _READ)

_MD: Final = frozenset({Digest.MD2, Digest.MD4, Digest.MD5, Digest.OTHER})
_row("digests", Refusals(_MD), _era("5", "10.3"),
     "SecKey.c SecKeyGetDigestInfo @ 55471.14: MD2 to MD5 are compiled out", _READ)
_row("digests", Refusals(_MD | {Digest.SHA1}), _era("10.3", "11"),
     "POLICY SecPolicyCheckSystemTrustedWeakHash @ 57740.51.3: Safari and WebKit alone, below "
     "system roots", _READ)
_row("digests", Refusals(_MD | {Digest.SHA1}), _era("11", "13"),
     "POLICY SecPolicyCheckSystemTrustedWeakHash @ 58286.1.32: every program, below system roots",
     _READ)
_row("digests", Refusals(_MD | {Digest.SHA1}), _era("13"),
     "SSL SecPolicyRemoveWeakHashOptions @ 59306.11.20, 61901: below any root; what signed itself "
     "is spared", _READ)
_NO_SCHEME: Final = (
    algorithms(Scheme.RSA_PSS) | algorithms(Scheme.DSA) | algorithms(Scheme.ED25519)
    | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
)  # fmt: skip
_row("algorithms", Refusals(_NO_SCHEME), _MODELLED,
     "SecKey.c @ 55471.14, SecSignatureVerificationSupport.c @ 61901: PKCS#1 and ECDSA; EdDSA there "
     "is barred by key size", _READ)
_row("algorithms",
     Refusals(
         unknown=EVERY_ALGORITHM
         - algorithms(Scheme.RSA_PKCS1, Digest.SHA256, Digest.SHA384, Digest.SHA512)
         - algorithms(Scheme.ECDSA, Digest.SHA256, Digest.SHA384)
     ),
     _OLD_MAC, "what public certificates of those years were signed with; the rest was not read",
     Evidence.BELIEVED)
_row("key_kinds", Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.EC}), _era("5", "9"),
     "SecKey.c @ 55471.14 makes public keys of RSA and elliptic curves alone", _INFERRED)
_row("key_kinds",
     Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.EC}, roles=ALL_ROLES), _era("9"),
     "CERT SecCertificateIsWeak @ 57337.60.2: any other kind is weak; SecCertificateIsAtLeastMin"
     "KeySize @ 61901", _READ)
_KNOWN_CURVES: Final = frozenset(
    {
        "1.2.840.10045.3.1.1", "1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34",
        "1.3.132.0.35",
    }
)  # fmt: skip
_row("curves", Refusals(accepted=_KNOWN_CURVES), _era("5", "9"),
     "SecECKey.c @ 55471.14: P-192 to P-521; no key is made of another", _READ)
_row("curves", Refusals(accepted=_KNOWN_CURVES, roles=ALL_ROLES), _era("9"),
     "SecECKey.c @ 61901: P-192 to P-521; a key that cannot be made is weak", _READ)


def _sizes(rsa: int, ec: int) -> KeySizes:
    return KeySizes(((KeyKind.RSA, rsa), (KeyKind.EC, ec)), maximum=((KeyKind.RSA, 8192),))


_row("key_sizes", KeySizes(maximum=((KeyKind.RSA, 4096),)), _era("5", "9"),
     "SecRSAKey.c kMaximumRSAKeyBits @ 55471.14, 57031.40.6; no minimum", _READ)
_row("key_sizes", _sizes(1017, 153), _era("9", "11"),
     "CERT MIN_RSA_KEY_SIZE 1024, MIN_EC_KEY_SIZE 160 @ 57337.60.2, counted in octets", _READ)
_row("key_sizes", attrs.evolve(_sizes(2041, 217), roles=BELOW_ANCHOR), _era("11", "13"),
     "CERT MIN_STRONG_RSA_KEY_SIZE 2048, MIN_STRONG_EC_KEY_SIZE 224 @ 58286.1.32, below system "
     "roots; the root itself needs 1024 and 160", _READ)
_row("key_sizes", _sizes(2041, 249), _era("13"),
     "SSL SecPolicyAddStrongKeySizeOptions @ 59306.11.20, 61901: the root too", _READ)

# -- extensions -----------------------------------------------------------------------------------

_row("authority", Authority(((_ISSUERS, _CA),)), _era("5", "10"),
     "POLICY SecPVCParentCertificateChecks @ 55471.14, 57337.60.2: not of the anchor", _READ)
_row("authority", Authority(((_ISSUERS, _CA | {CaProof.VERSION_1}),)), _era("10", "11"),
     "POLICY SecPVCParentCertificateChecks @ 57740.60.18: asked of version 3 alone", _READ)
_row("authority", Authority(((_ISSUERS, _CA),)), _era("11", "13"),
     "POLICY SecPVCParentCertificateChecks @ 58286.1.32: version 1 only below a version 1 root",
     _READ)
_row("authority",
     Authority(((_ISSUERS, _CA), (Role.ANCHOR, _CA | {CaProof.VERSION_1}))), _era("13"),
     "POLICY SecPVCParentCertificateChecks @ 59306.140.5, 61901: of the anchor too", _READ)
_row("cert_sign", Scope(_ISSUERS), _era("5", "13"),
     "POLICY SecPVCParentCertificateChecks @ 55471.14 to 58286.240.4: not of the anchor", _READ)
_row("cert_sign", Scope(_ISSUERS | Role.ANCHOR), _era("13"),
     "POLICY SecPVCParentCertificateChecks @ 59306.140.5, 61901", _READ)
_row("blank_usage", True, _MODELLED,
     "POLICY SecPVCParentCertificateChecks: a key usage of zero is none", _READ)
_row("path_length", PathLength(Scope(_ISSUERS), counts_self_issued=True), _era("5", "10"),
     "POLICY SecPolicyCheckBasicCertificateProcessing @ 55471.14: not of the anchor; only what "
     "signed itself is left out", _READ)
_row("path_length", PathLength(Scope(_ISSUERS)), _era("10", "15"),
     "POLICY SecPolicyCheckBasicCertificateProcessing @ 57740.60.18, 59754.140.13", _READ)
_row("path_length", PathLength(Scope(_ISSUERS | Role.ANCHOR)), _era("15"),
     "POLICY SecPolicyCheckBasicCertificateProcessing @ 60157.40.30, 61901: anchor_bc", _READ)

_SERVER: Final = frozenset(
    {Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE, Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC}
)
_LENIENT: Final = Purpose(_SERVER, leaf_roles=_LEAVES)
_STATED: Final = attrs.evolve(_LENIENT, stated=frozenset({Oid.SERVER_AUTH}))
_row("purpose", _LENIENT, _era("5", "13"),
     "SSL SecPolicyCreateSSL @ 55471.14, set_ssl_ekus @ 57740.60.18: of the leaf alone", _READ)
_row("purpose", _STATED, _era("13", "14"),
     "POLICY SecPolicyCheckServerAuthEKU @ 59306.11.20: below system roots, whenever issued", _READ)
_row("purpose",
     attrs.evolve(
         _STATED,
         issuers=frozenset({Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE}),
         issuer_roles=_ISSUERS,
         empty_is_any=True,
     ),
     _era("14"),
     "POLICY SecPolicyCheckServerAuthEKU @ 59754.41.1, 61901: of intermediates with purposes too",
     _READ)
_UNDERSTOOD: Final = frozenset(
    {
        Oid.SUBJECT_KEY_IDENTIFIER, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS,
        Oid.NAME_CONSTRAINTS, Oid.CRL_DISTRIBUTION_POINTS, Oid.CERTIFICATE_POLICIES,
        Oid.POLICY_MAPPINGS, Oid.AUTHORITY_KEY_IDENTIFIER, Oid.POLICY_CONSTRAINTS,
        Oid.EXTENDED_KEY_USAGE, Oid.INHIBIT_ANY_POLICY, Oid.AUTHORITY_INFO_ACCESS,
        "2.5.29.16", "2.5.29.18", "1.3.6.1.5.5.7.1.11", "2.16.840.1.113730.1.1",
        "1.2.840.113533.7.65.0",
    }
)  # fmt: skip
_CRITICAL: Final = Critical(_UNDERSTOOD, scope=Scope(BELOW_ANCHOR))
_row("critical", _CRITICAL, _era("5", "18.6"),
     "CERT SecCertificateInitializeExtensionParsers @ 55471.14, 57740.60.18", _READ)
_KINDS: Final = frozenset(GeneralNameKind) - {
    GeneralNameKind.OTHER, GeneralNameKind.X400, GeneralNameKind.EDI, GeneralNameKind.REGISTERED_ID
}  # fmt: skip
_row("critical", attrs.evolve(_CRITICAL, constraint_kinds=_KINDS), _era("18.6"),
     "NAMES SecNameConstraintsAreSubtreesSupported @ 61439.140.12, 61901", _READ)

_NAMES: Final = NameConstraintRules(Scope(_ISSUERS), directory_names=NameForm.ENCODED)
_row("name_constraints", NameConstraintRules(Scope()), _era("5", "9"),
     "POLICY POLICY_SUBTREES 0 @ 55471.14, 57031.40.6", _READ)
_row("name_constraints", _NAMES, _era("9", "11.2.5"),
     "NAMES @ 57337.60.2 to 58286.20.16; of several names each must be excluded there, which is not "
     "modelled", _READ)
_row("name_constraints", attrs.evolve(_NAMES, common_name=CommonNameUse.NO_DNS_NAME),
     _era("11.2.5", "13"),
     "NAMES nc_compare_subject_to_subtrees @ 58286.41.2, 58286.240.4: the common name too", _READ)
_row("name_constraints", attrs.evolve(_NAMES, scope=Scope(_ISSUERS | Role.ANCHOR)), _era("13"),
     "POLICY @ 59306.140.5, 61901: the anchor's too; NAMES @ 59306.140.5: no common name", _READ)
_row("explicit_policy", Scope(_ISSUERS | Role.LEAF), _MODELLED,
     "POLICY policy tree @ 55471.14, SecCertificatePathVCVerifyPolicyTree @ 61901; not of the anchor",
     _READ)
_row("empty_subject", Scope(ALL_ROLES), _MODELLED,
     "POLICY SecPolicyCheckNonEmptySubject @ 55471.14, 61901", _READ)
_row("form", Form(broken_extensions=Scope(BELOW_ANCHOR)), _era("13", "15"),
     "POLICY kSecPolicyCheckUnparseableExtension @ 59306.140.5: not of the anchor", _READ)
_row("form",
     Form(broken_extensions=Scope(ALL_ROLES), repeated_extensions=Scope(ALL_ROLES)), _era("15"),
     "SSL SecPolicyAddBasicCertOptions @ 60157.40.30, 61901", _READ)

# -- demands on new certificates, and distrust ----------------------------------------------------

_HOUR: Final = timedelta(hours=1)
_EVER: Final = datetime(1950, 1, 1, tzinfo=UTC)
_825_DAYS: Final = timedelta(days=825) + _HOUR
_YEAR: Final = (datetime(2020, 9, 1, tzinfo=UTC), timedelta(days=398))
_TWO_YEARS: Final = (datetime(2018, 3, 1, tzinfo=UTC), _825_DAYS)
_OLDER: Final = (
    (_EVER, timedelta(days=5 * 365 + 2) + _HOUR),
    (datetime(2016, 7, 1, tzinfo=UTC), timedelta(days=3 * 365 + 93) + _HOUR),
    _TWO_YEARS,
)
_row("lifetime", Lifetime(_OLDER), _era("13", "14"),
     "POLICY SecPolicyCheckSystemTrustValidityPeriodMaximums @ 59306.11.20, 59306.140.5", _READ)
_row("lifetime", Lifetime((*_OLDER, _YEAR)), _era("14", "15"),
     "POLICY SecPolicyCheckSystemTrustValidityPeriodMaximums @ 59754.41.1", _READ)
_row("lifetime", Lifetime(((_EVER, _825_DAYS), _YEAR)), _era("15", "15.5"),
     "POLICY check_system_trust_ssl_validity_maximums @ 60157.40.30, 60158.100.133", _READ)
_row("lifetime", Lifetime((_TWO_YEARS, _YEAR)), _era("15.5"),
     "SSL set_ssl_validity_periods @ 60158.120.9, 61901", _READ)
_CT: Final = "POLICY SecPolicyCheckSystemTrustedCTRequired @ 58286.230.21, 61901"
_row("timestamps", Scope(unknown=_LEAVES), _era("12.1.1"), _CT, _READ)
_row("timestamps_since", datetime(2018, 10, 16, tzinfo=UTC), _era("12.1.1"), _CT, _READ)
_STARTCOM: Final = attrs.evolve(
    STARTCOM_AND_WOSIGN, issued_by=datetime(2016, 11, 30, 23, 59, 59, tzinfo=UTC)
)
_row("distrust", (_STARTCOM,), _era("10.2", "12"),
     "POLICY SecPVCCheckIssuerDateConstraints @ 57740.31.2, 61901", _READ)
_row("distrust", (_STARTCOM, SYMANTEC_IN_SECTRUST), _era("12", "18.2"),
     "the same; Apple's support page HT208860, seen first in betas of 12 and 11.4.1 "
     "(AFNetworking #4229)", Evidence.DOCUMENTED)
_row("distrust", (_STARTCOM, SYMANTEC_IN_SECTRUST, *OTHERS_IN_SECTRUST), _era("18.2"),
     "the same; Apple's support page 121668, with the updates of December 2024", Evidence.DOCUMENTED)

# -- host names -----------------------------------------------------------------------------------

_LOOSE: Final = HostnameRules(
    common_name=CommonNameUse.NO_DNS_NAME,
    wildcards=Wildcards.ANYWHERE,
    star_ends_label=True,
    ipv6_san=False,
    ip_as_text=True,
    ip_wildcards=True,
    trailing_dot=False,
)
_WHOLE: Final = attrs.evolve(_LOOSE, wildcards=Wildcards.LEFTMOST_LABEL)
_SAN: Final = attrs.evolve(
    _WHOLE, suffixes_unknown=True, common_name=CommonNameUse.NEVER, ipv6_san=True
)
_row("hostname", _LOOSE, _era("5", "9"),
     "POLICY SecDNSMatch @ 55471.14, 57031.40.6; CERT copyIPAddressContentDescription: addresses as "
     "text, IPv6 never shortened", _READ)
_row("hostname",
     attrs.evolve(_LOOSE, wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL),
     _era("9", "10"), "POLICY SecDNSMatch @ 57337.60.2", _READ)
_row("hostname", _WHOLE, _era("10", "10.2"),
     "LEAF SecDNSMatch @ 57740.1.18: the list of suffixes is compiled out", _READ)
_row("hostname", attrs.evolve(_WHOLE, suffixes_unknown=True), _era("10.2", "13"),
     "LEAF SecDNSMatch and SecDNSIsTLD @ 57740.31.2, 58286.240.4", _READ)
_row("hostname", _SAN, _era("13", "14"),
     "LEAF SecPolicyCheckCertSSLHostname @ 59306.140.5: SAN only, addresses as octets", _READ)
_row("hostname", attrs.evolve(_SAN, ip_as_text=False, ip_wildcards=False), _era("14"),
     "CERT filterIPAddresses @ 59754.41.1, 61901: no address in a DNS name", _READ)

# -- options ------------------------------------------------------------------------------------


def _own_root(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not value:
        return {}
    changed: dict[str, Any] = {"timestamps": Scope()}
    if _is_since(version, "10.3") and not _is_since(version, "13"):
        changed["digests"] = Refusals(_MD)
        changed["key_sizes"] = _sizes(1017, 153)
    if _is_since(version, "13"):
        begins = datetime(2019, 6, 30, 23, 0, 0, tzinfo=UTC)
        changed["lifetime"] = Lifetime(((begins, _825_DAYS),))
        changed["purpose"] = _LENIENT
    return changed


def _is_since(version: VersionKey, first: str) -> bool:
    return VersionRanges.parse(_era(first), apple).holds(version)


def _webkit(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if value:
        return {}
    if not VersionRanges.parse(_era("10.3", "11"), apple).holds(version):
        raise ClientError(
            "only iOS 10.3 and macOS 10.12.4 tell WebKit from other programs", hint="leave it out"
        )
    return {"digests": Refusals(_MD)}


SECTRUST: Final = Family(
    name="sectrust",
    title="Apple SecTrust",
    parser=apple,
    coverage=VersionRanges.parse(_COVERED, apple),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "own_root": TraitOption(
                "the root was installed by a person or an administrator, so what is asked below "
                "system roots alone is off",
                _own_root,
            ),
            "webkit": TraitOption(
                "Safari or WebKit asks (default); in 10.3 other programs still took SHA-1", _webkit
            ),
        }
    ),
    hint="Versions are written ios-12.4 and macos-10.14.6.",
    gaps=MappingProxyType(
        dict.fromkeys(
            (
                "equal_algorithms", "dates", "digests", "key_sizes", "key_kinds",
                "authority", "cert_sign", "path_length", "purpose", "critical", "name_constraints",
                "explicit_policy", "hostname",
            ),
            "macOS up to 10.11 has another verifier (CSSM), whose checks were not read",
        )
        | {"anchor_constraints": "Apple's limits on its own roots are data that systems download"}
    ),
)
