"""Windows CryptoAPI and Schannel as a client, from XP SP2 to 11 and Server 2025.

Theory
======

``CertGetCertificateChain`` does not take the first path that works.  It builds all that it can see,
gives each a quality, and returns the best; Schannel and everything on top of it (IE, WinHTTP, .NET)
then judges that one path.  Two passes are documented: the first looks at signatures, completeness
and the trusted root; the second keeps the paths that are at least as good and scores what is known
of them, and of equals the shortest wins.  What the score is made of is not documented.  Four public
observations are: a path whose issuer began *later* is preferred even if it is longer, and only of
paths that are equal in that the shorter wins.  That is why a server on Windows sends its leaf and
one intermediate for Sectigo's R46, whose cross-certificate began in the same second as the root
itself, and why Windows preferred Let's Encrypt's R3 by DST Root CA X3 until the day it expired.

Because the criteria are inferred, a path that loses by them and would have been accepted makes the
verdict unknown, not refused.

A missing issuer is not the end.  Windows fetches it from the address that a certificate gives
(AIA), finds it among intermediates that it has seen, and installs a missing *root* from Microsoft's
programme (automatic root update).  So "in the programme" is enough where the network allows it, and
an outcome says when its verdict hangs on that (``fails_cold``).  A store of a machine without
updates is another store, not another client.

What the store says counts: certificates in the Disallowed list are refused wherever they stand, by
their fingerprint and not by their key; a root's purposes come from its properties in the store; and
from Windows 10 on roots can be disabled from a date on (property 104), or trusted only for certificates
issued before one (126, for some purposes only with 127), or refused for a purpose (122).  Older Windows
go on trusting those; of refused purposes nobody says what they do.  Disabling spares signatures that
were timestamped before, which TLS has none of.  A date of 104 or 126 that is empty was taken back.

What is checked grew with the releases.  XP before SP3 knows no SHA-2; Server 2003 knows it after a
hotfix (``sha2``); elliptic curves and RSA-PSS came with Vista.  RSA below 1024 bits is refused since
an update of 2012 (``rsa_1024_minimum``).  SHA-1 was never refused by CryptoAPI itself, only by IE 11
and Edge from 2017 on (``blocks_sha1``).  XP and 2003 report errors in name constraints, in basic
constraints and in critical extensions wrongly or not at all: there they are unknown.

Windows is closed: nothing here was read in its source.  Sources: Microsoft's documentation (SDK:
sdk-api; KB and BLOG by number and date; the deployment notices of the root programme, NOTICE), the
tests of Wine, which record what real Windows returned
(WINE: dlls/crypt32/tests/chain.c at 7bcfc123), and field reports (by issue).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges
from legacytrust.errors import ClientError
from legacytrust.extensions import Oid
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    AnchorConstraintRules,
    Authority,
    CaProof,
    Completion,
    ConstraintKind,
    Criterion,
    Critical,
    IssuerTest,
    KeySizes,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    algorithms,
)

__all__ = ["CRYPTOAPI"]

#: Client and server names of the same code, by the version of the kernel and a number for the pack.
_NAMES: Final[Mapping[str, VersionKey]] = MappingProxyType(
    {
        "xp-sp2": (5, 1, 2), "xp-sp3": (5, 1, 3),
        "2003-sp1": (5, 2, 1), "2003-sp2": (5, 2, 2),
        "vista": (6, 0), "2008": (6, 0),
        "7": (6, 1), "2008-r2": (6, 1),
        "8": (6, 2), "2012": (6, 2),
        "8.1": (6, 3), "2012-r2": (6, 3),
        "10": (10, 0), "2016": (10, 0), "2019": (10, 0),
        "11": (11, 0), "2022": (11, 0), "2025": (11, 0),
    }
)  # fmt: skip
_WITH_PACK: Final = re.compile(r"(vista|2008|7|2008-r2)-sp[12]|(10|11)-\d\dh?\d\d?")


def windows(text: str) -> VersionKey | None:
    """``xp-sp3``, ``7``, ``2012-r2``, ``10-1607`` or ``11-22h2`` in the order of their release."""
    packed = _WITH_PACK.fullmatch(text.lower())
    name = (packed[1] or packed[2]) if packed else text.lower()
    return _NAMES.get(name)


_COVERED: Final = "xp-sp2..xp-sp3, 2003-sp1..2003-sp2, vista..11"
_OLD: Final = "xp-sp2..xp-sp3, 2003-sp1..2003-sp2"
_NEW: Final = "vista..11"

_table: Final = Table(windows)
_row: Final = _table.add

_DOC, _REP = Evidence.DOCUMENTED, Evidence.REPORTED
_INF, _BEL = Evidence.INFERRED, Evidence.BELIEVED
_EXOTIC: Final = frozenset({Digest.MD2, Digest.MD4, Digest.OTHER})
_SHA2: Final = frozenset({Digest.SHA224, Digest.SHA256, Digest.SHA384, Digest.SHA512})
_EDWARDS: Final = (
    algorithms(Scheme.ED25519) | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
)

# -- how a path is searched ---------------------------------------------------------------------

_row("strategy", Strategy.RANKED, _COVERED,
     "SDK CertGetCertificateChain: all paths are built and the best returned", _DOC)
_row("ranking",
     (
         Criterion.SIGNED, Criterion.ANCHORED, Criterion.PERMITTED, Criterion.IN_DATES,
         Criterion.NEWER_ISSUER, Criterion.SHORTER,
     ),
     _COVERED,
     "SDK and KB 2831004 for quality and length; win-acme #1943: a disallowed root gives way to its "
     "cross-certificate; newer issuer from dotnet/runtime #43879, Posh-ACME #383, win-acme #1918 and "
     "the R46 case", _INF)
_row("finds_by_key_id", True, _COVERED,
     "WINE: issuers are found by issuer and serial, by key identifier, else by name", _INF)
_row("served_tests", IssuerTest.KEY_ID, _COVERED,
     "WINE: with an authority key identifier there is no fallback to the name", _INF)
_row("store_tests", IssuerTest.KEY_ID, _COVERED,
     "WINE: with an authority key identifier there is no fallback to the name", _INF)
_row("completion", Completion.AIA | Completion.KNOWN, _COVERED,
     "SDK: AIA and the cache of intermediates are on by default", _DOC)
_row("root_update", True, _COVERED,
     "KB 2831004: roots of the programme are installed when a chain ends in one", _DOC)

# -- dates, signatures, algorithms ----------------------------------------------------------------

_row("signatures", Scope(BELOW_ANCHOR), _COVERED, "SDK: CERT_TRUST_IS_NOT_SIGNATURE_VALID", _DOC)
_row("dates", Scope(ALL_ROLES), _COVERED,
     "WINE: NOT_TIME_VALID is set on every element, the root included", _REP)
_row("digests", Refusals(_EXOTIC | _SHA2), "xp-sp2, 2003-sp1..2003-sp2",
     "BLOG 2010-09-30: no SHA-2 before XP SP3, in 2003 only with KB938397 or KB968730", _DOC)
_row("digests", Refusals(_EXOTIC | {Digest.SHA224}), "xp-sp3",
     "BLOG 2010-09-30: SHA-256, 384 and 512 from XP SP3, no SHA-224", _DOC)
_row("digests", Refusals(_EXOTIC, unknown=frozenset({Digest.MD5, Digest.SHA224})), _NEW,
     "MD5 is believed refused since KB2862973; SHA-224 was not looked at", Evidence.UNKNOWN)
_row("algorithms",
     Refusals(algorithms(Scheme.ECDSA) | algorithms(Scheme.RSA_PSS) | _EDWARDS), _OLD,
     "elliptic curves and PSS came with CNG in Vista (Sectigo's root page)", _BEL)
_row("algorithms", Refusals(_EDWARDS), _NEW,
     "elliptic curves and PSS came with CNG in Vista (Sectigo's root page)", _BEL)
_row("key_kinds", Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.DSA}), _OLD,
     "elliptic curves came with CNG in Vista", _BEL)
_row("key_kinds", Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.DSA, KeyKind.EC}), _NEW,
     "elliptic curves came with CNG in Vista", _BEL)
_row("key_sizes", KeySizes(((KeyKind.RSA, 1024),)), _COVERED,
     "KB2661254 of 2012 for XP to 2008 R2, built into 8 and later", _DOC)

# -- extensions -----------------------------------------------------------------------------------

_ISSUERS: Final = Role.SERVED_CA | Role.STORE_CA | Role.FETCHED_CA
_row("authority", Authority(unknown=ALL_ROLES), _OLD,
     "WINE: missing CA flags are not reported in earlier versions, no boundary given",
     Evidence.UNKNOWN)
_row("authority",
     Authority(
         ((_ISSUERS, frozenset({CaProof.BASIC_CONSTRAINTS})),),
         unknown=Role.ANCHOR,
     ),
     _NEW, "WINE: a missing CA flag is reported; version 1 roots pass, others were not looked at",
     _REP)
_row("path_length", PathLength(Scope(_ISSUERS | Role.ANCHOR)), _NEW,
     "WINE: a path that is too long is reported as invalid basic constraints", _REP)
_row("purpose",
     Purpose(
         frozenset(
             {Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE, Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC}
         ),
         issuers=frozenset({Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE, Oid.MICROSOFT_SGC}),
         issuer_roles=_ISSUERS,
     ),
     _COVERED,
     "SDK: the usages of a chain are the intersection of those below the root; a root's usages "
     "are a property of the store", _BEL)
_row("critical", Critical(scope=Scope(unknown=ALL_ROLES)), _OLD,
     "WINE: unknown critical extensions are ignored in older versions, no boundary given",
     Evidence.UNKNOWN)
_row("critical",
     Critical(
         frozenset(
             {
                 Oid.KEY_USAGE, Oid.BASIC_CONSTRAINTS, Oid.EXTENDED_KEY_USAGE,
                 Oid.SUBJECT_ALT_NAME, Oid.NAME_CONSTRAINTS, Oid.CERTIFICATE_POLICIES,
                 Oid.POLICY_CONSTRAINTS, Oid.POLICY_MAPPINGS, Oid.INHIBIT_ANY_POLICY,
                 Oid.CRL_DISTRIBUTION_POINTS, Oid.AUTHORITY_KEY_IDENTIFIER,
                 Oid.SUBJECT_KEY_IDENTIFIER,
             }
         ),
         scope=Scope(BELOW_ANCHOR, unknown=Role.ANCHOR),
     ),
     _NEW, "SDK: CERT_TRUST_HAS_NOT_SUPPORTED_CRITICAL_EXT; WINE for newer versions", _REP)
_row("name_constraints", NameConstraintRules(Scope(unknown=ALL_ROLES)), _OLD,
     "WINE: wrong or missing results before Vista", Evidence.UNKNOWN)
_row("name_constraints", NameConstraintRules(Scope(_ISSUERS, unknown=Role.ANCHOR)), _NEW,
     "WINE: right results from Vista on; those of a root were not looked at", _REP)

# -- what the store says ----------------------------------------------------------------------------

_ALWAYS: Final = ConstraintKind.PURPOSES | ConstraintKind.DISALLOWED
_row("anchor_constraints",
     AnchorConstraintRules(_ALWAYS, unknown=ConstraintKind.REFUSED_PURPOSES),
     "xp-sp2..xp-sp3, 2003-sp1..2003-sp2, vista..8.1",
     "NOTICE of May 2019: Disable and NotBefore came with Windows 10, earlier versions are "
     "unaffected; whether they read the refused purposes (122) is not said", _DOC)
_row("anchor_constraints",
     AnchorConstraintRules(
         _ALWAYS | ConstraintKind.DISABLED | ConstraintKind.DISABLED_AFTER
         | ConstraintKind.REFUSED_PURPOSES | ConstraintKind.ISSUED_BY,
         unknown=ConstraintKind(0),
     ),
     "10..11",
     "Microsoft's page on deprecation; that its actions are properties 104 (Disable), 126 and 127 "
     "(NotBefore) and 122 (Disallow a purpose): NOTICE of 2023-02, 2024-02 and 2020-02, root by "
     "root against the lists of those days", _DOC)


# -- options ------------------------------------------------------------------------------------


def _sha2(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version[:2] != (5, 2):
        raise ClientError("only Server 2003 has hotfixes for SHA-2", hint="leave sha2 out")
    refused = _EXOTIC | ({Digest.SHA224} if value else _SHA2)
    return {"digests": Refusals(frozenset(refused))}


def _rsa_1024_minimum(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version >= (6, 2) and not value:
        raise ClientError("Windows 8 and later always refuse RSA below 1024 bits")
    return {"key_sizes": KeySizes(((KeyKind.RSA, 1024),) if value else ())}


def _blocks_sha1(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (6, 1):
        raise ClientError("IE 11 and Edge, which block SHA-1, need Windows 7 or later")
    if not value:
        return {}
    return {
        "digests": Refusals(
            _EXOTIC | {Digest.MD5, Digest.SHA1}, unknown=frozenset({Digest.SHA224})
        )
    }


def _aia(value: Any, _version: VersionKey) -> Mapping[str, Any]:
    return {"completion": Completion.AIA | Completion.KNOWN if value else Completion(0)}


def _root_update(value: Any, _version: VersionKey) -> Mapping[str, Any]:
    return {"root_update": bool(value)}


CRYPTOAPI: Final = Family(
    name="cryptoapi",
    title="Windows CryptoAPI and Schannel",
    parser=windows,
    coverage=VersionRanges.parse(_COVERED, windows),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "sha2": TraitOption("Server 2003 with KB938397 or KB968730", _sha2),
            "rsa_1024_minimum": TraitOption(
                "KB2661254 is installed (default); built in from Windows 8", _rsa_1024_minimum
            ),
            "blocks_sha1": TraitOption(
                "IE 11 and Edge from 2017-05-09, for roots of the programme", _blocks_sha1
            ),
            "aia": TraitOption(
                "fetch missing issuers or remember them (default); policies can turn it off", _aia
            ),
            "root_update": TraitOption(
                "automatic root update (default); a policy can turn it off", _root_update
            ),
        }
    ),
    hint="Client and server names of one generation are the same code.",
    gaps=MappingProxyType(
        {
            "equal_algorithms": "no source tells what Windows does with such a certificate",
            "cert_sign": "whether an issuer needs keyCertSign is told for no version",
            "path_length": "before Vista it is unreliable by Wine's tests, without a boundary",
            "explicit_policy": "no source tells whether Schannel asks for it",
            "hostname": "which wildcards and common names match is told for no version",
        }
    ),
)
