"""NSS as a library, 3.11 to 3.123: its old path building, and libpkix.

Theory
======

NSS has two ways to judge a certificate, and neither of them is what Firefox has used since 2014
(that is mozilla::pkix, a family of its own).  Programs that link NSS itself get the old one:
``CERT_VerifyCertificate`` and its kin, which curl-nss, the TLS layer of NSS, Evolution, and the
``vfychain`` command call.  ``CERT_PKIXVerifyCert`` is the other (``vfychain -pp``); old versions
of Chrome on Linux and LibreOffice called it.

For both, what the server sends and what the store holds lie in one heap of certificates, and trust
is a mark on some of them.  Order, duplicates and surplus certificates do not matter, and any
trusted certificate ends a path, a root or not.

* **The old way** takes at each level the best certificate of the issuer's name: fit to sign, within
  its dates, trusted, newer, in this order of importance (trust counts from 3.13.6).  It never takes
  a choice back.  That an expired issuer loses to a valid one made it immune to AddTrust and DST
  Root CA X3 all the same.  A leaf that the store trusts as a CA gains nothing by that.
* **libpkix** looks at each candidate before it takes it (dates, CA bit, key usage, purposes, name
  constraints, key identifier) and at signatures when a path stands; what fails is taken back, until
  one path passes.

The trusted certificate itself is checked too: its dates, its path length and its name constraints
always, and by libpkix also its key usage and its purposes.  A trusted certificate without
basicConstraints passes, but not one that denies to be a CA.

Both take a certificate for valid a day before it begins.  Both read an extended key usage together
with Netscape's certificate type: a CA with purposes needs one that has to do with TLS, server or
client.  In the old way an intermediate is refused only if its purposes are those of something else
(mail, code, OCSP), so a purpose that NSS has never heard of does no harm.

The models are the two functions and CERT_VerifyCertName, as the TLS layer calls it.  The TLS layer
itself refuses short leaf keys on top of that, and NSS carries name constraints of its own for two
CAs of governments (ANSSI from 3.16.1, TUBITAK from 3.28.5): neither is modelled.

Sources: ``certhigh/certvfy.c`` (VFY), ``certhigh/certvfypkix.c`` (PKIX), ``certdb/certdb.c`` (DB),
``certdb/genname.c`` (NAMES), ``pki/certificate.c`` and ``pki/pkibase.c`` (PKI), ``util/secoid.c``
(OID) and ``libpkix/pkix`` (LIB) at the RTM tags; "compared" means: run beside Debian's NSS 3.87 on
generated PKIs, see ``tests/differential/test_nss.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.extensions import KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    NOBODY_KNOWS,
    AnchorConstraintRules,
    Authority,
    CaProof,
    CommonNameUse,
    ConstraintKind,
    Critical,
    Distrust,
    HostnameRules,
    IssuerTest,
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

__all__ = ["NSS_CLASSIC", "NSS_LIBPKIX", "STARTCOM_AND_WOSIGN"]

_CLASSIC: Final = "3.11..3.123"
_LIBPKIX: Final = "3.12.4..3.123"
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED
_UNKNOWN: Final = Evidence.UNKNOWN

#: Issuers: from anywhere, and the trusted one that ends the path.
_BELOW: Final = Role.SERVED_CA
_ISSUERS: Final = Role.SERVED_CA | Role.ANCHOR

_SERVER: Final = frozenset({Oid.SERVER_AUTH, Oid.NETSCAPE_SGC})
_TLS_CA: Final = _SERVER | {Oid.CLIENT_AUTH}
_CODE, _MAIL, _OCSP = (f"1.3.6.1.5.5.7.3.{number}" for number in (3, 4, 9))
_NOT_TLS: Final = frozenset({_CODE, _MAIL, _OCSP})
_IPSEC: Final = frozenset(f"1.3.6.1.5.5.7.3.{number}" for number in (5, 6, 7, 17)) | {
    "1.3.6.1.5.5.8.2.2",
    Oid.ANY_EXTENDED_KEY_USAGE,
}

_NAMES: Final = NameConstraintRules(
    Scope(_ISSUERS), common_name=CommonNameUse.NO_HOST, any_text=True, last_common_name=True
)

#: Curves that Debian's NSS cannot compute: all but P-256, P-384 and P-521.
_OTHER_CURVES: Final = frozenset(
    {
        "", "1.2.840.10045.3.1.1", "1.3.132.0.10", "1.3.132.0.33",
        "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13",
    }
)  # fmt: skip
# Netscape's own: addresses of several kinds, comment, lost password, renewal, scope of use.
_NETSCAPE: Final = frozenset(
    f"2.16.840.1.113730.1.{number}" for number in (2, 3, 4, 7, 8, 13, 14, 15, 17)
)
# The same table lists CRL number, reason code and invalidity date, which belong into CRLs.
_OF_CRLS: Final = frozenset({"2.5.29.20", "2.5.29.21", "2.5.29.24"})
_DECODED: Final = _NETSCAPE | _OF_CRLS | frozenset(
    {
        Oid.NETSCAPE_CERT_TYPE, Oid.SUBJECT_KEY_IDENTIFIER, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME,
        Oid.BASIC_CONSTRAINTS, Oid.NAME_CONSTRAINTS, Oid.AUTHORITY_KEY_IDENTIFIER,
        Oid.EXTENDED_KEY_USAGE, Oid.AUTHORITY_INFO_ACCESS, Oid.OCSP_NO_CHECK,
    }
)  # fmt: skip
_PROCESSED: Final = frozenset(
    {
        Oid.NETSCAPE_CERT_TYPE, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS,
        Oid.NAME_CONSTRAINTS, Oid.EXTENDED_KEY_USAGE, Oid.CERTIFICATE_POLICIES,
        Oid.POLICY_CONSTRAINTS, Oid.POLICY_MAPPINGS, Oid.INHIBIT_ANY_POLICY,
    }
)  # fmt: skip

_ED: Final = algorithms(Scheme.ED25519) | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
_NEVER_KEYS: Final = frozenset({KeyKind.ED25519, KeyKind.ED448, KeyKind.OTHER})
_OLD_DIGESTS: Final = frozenset({Digest.MD2, Digest.MD4, Digest.OTHER})

#: Roots of StartCom and WoSign, by fingerprint; NSS knows them by their names.
STARTCOM_AND_WOSIGN: Final = Distrust(
    "StartCom and WoSign",
    frozenset(
        {
            "4b22d5a6aec99f3cdb79aa5ec06838479cd5ecba7164f7f22dc1d65f63d85708",
            "8b45da1c06f791eb0cabf26be588f5fb23165c2e614bf885562d0dce50b29b02",
            "c766a9bef2d4071c863a31aa4920e813b2d198608cb7b7cfe21143b836df09ea",
            "c7ba6567de93a798ae1faa791e712d378fae1f93c4397fea441bb7cbe6fd5995",
            "d487a56f83b07482e85e963394c1ecc2c9e51d0903ee946b02c301581ed99e16",
            "d6f034bd94aa233f0297eca4245b283973e447aa590f310c77f48fdf83112254",
            "e17890ee09a3fbf4f48b9c414a17d637b7a50647e9bc752322727fcc1742a911",
        }
    ),
    issued_by=datetime(2016, 10, 21, tzinfo=UTC),
)


def _shared(table: Table, covered: str, first: str) -> None:
    """What both ways have in common: the heap, the keys, the names.

    :param first: the first version that is covered.
    """
    row = table.add

    def since(version: str) -> str:
        return f"{max(first, version, key=_key)}..3.123"

    for trait in ("served_names", "store_names"):
        row(trait, NameForm.ENCODED, covered,
            "PKI: certificates are found by the octets of the name; compared: 3.87", _MEASURED)
    row("dates", Scope(ALL_ROLES), covered,
        "DB CERT_CheckCertValidTimes for each, the trusted one too; compared: 3.87", _MEASURED)
    row("early", timedelta(days=1), covered, "DB pendingSlop; compared: 3.87", _MEASURED)
    row("signatures", Scope(BELOW_ANCHOR), covered, "VFY CERT_VerifySignedData", _READ)
    row("path_length", PathLength(Scope(_ISSUERS)), covered,
        "VFY; LIB pkix_CertSelector_Match_BasicConstraint; compared: 3.87", _MEASURED)
    row("digests", Refusals(_OLD_DIGESTS | {Digest.MD5}), since("3.14"),
        "OID SECOID_Init at 3.14, 3.27, 3.123; compared: 3.87", _MEASURED)
    row("digests", Refusals(_OLD_DIGESTS), f"{max(first, '3.12.3', key=_key)}..3.13",
        "OID SECOID_Init at 3.12.3, 3.12.10: MD2 and MD4 alone", _READ)
    row("algorithms", Refusals(_ED), since("3.34"), "no EdDSA in secvfy.c; compared: 3.87",
        _MEASURED)
    row("algorithms", Refusals(_ED, unknown=algorithms(Scheme.RSA_PSS)), f"{first}..3.33",
        "no EdDSA in secvfy.c; PSS appears there at 3.12.7, its keys at 3.34", _INFERRED)
    row("key_kinds", Refusals(_NEVER_KEYS, roles=ALL_ROLES), covered,
        "DB CERT_CheckKeyUsage: no other kind of key is good for a server; compared: 3.87",
        _MEASURED)
    sizes = KeySizes(((KeyKind.RSA, 1017), (KeyKind.DSA, 1017)), roles=_ISSUERS)
    row("key_sizes", sizes, since("3.21"),
        "VFY checkKeyParams: 1023 bits, counted in octets, of the key that signed; compared: 3.87",
        _MEASURED)
    row("key_sizes", KeySizes(), f"{first}..3.20", "VFY: no checkKeyParams before 3.21", _READ)
    row("curves", Refusals(_OTHER_CURVES, roles=_ISSUERS), since("3.11.2"),
        "freebl/ecl/ecl-curve.h: three curves unless built with more; compared: 3.87", _MEASURED)
    usage = KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_AGREEMENT
    row("leaf_usage",
        LeafUsage(
            Scope(Role.LEAF),
            KeyUsage.KEY_ENCIPHERMENT,
            by_kind=((KeyKind.EC, usage), (KeyKind.DSA, KeyUsage.DIGITAL_SIGNATURE)),
            netscape=False,
        ),
        covered, "DB CERT_CheckKeyUsage: RSA must encipher keys; compared: 3.87", _MEASURED)
    row("anchor_constraints",
        AnchorConstraintRules(
            honoured=ConstraintKind.PURPOSES | ConstraintKind.DISABLED | ConstraintKind.DISALLOWED,
            unknown=ConstraintKind(0),
        ),
        covered,
        "DB CERT_GetCertTrust: trust bits by purpose; dates are left to who uses NSS (release notes of "
        "3.53)", _READ)
    row("distrust", (STARTCOM_AND_WOSIGN,), since("3.28"),
        "VFY isIssuerCertAllowedAtCertIssuanceTime, first at 3.28", _READ)
    _hostnames(table, first)


def _hostnames(table: Table, first: str) -> None:
    rules = HostnameRules(
        common_name=CommonNameUse.NO_NAME_OF_KIND,
        last_common_name=True,
        wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.LABEL_PREFIX,
        ip_in_common_name=True,
        trailing_dot=False,
    )
    table.add("hostname", rules, "3.16..3.123",
              "DB CERT_VerifyCertName, cert_TestHostName at 3.16, 3.87; compared: 3.87", _MEASURED)
    table.add("hostname", HostnameRules(unknown=True), f"{first}..3.15",
              "DB cert_TestHostName: shell patterns up to 3.12.2, other stars up to 3.15", _UNKNOWN)


def _key(version: str) -> tuple[int, ...]:
    return dotted(version) or ()


# -- the old way ----------------------------------------------------------------------------------

_classic: Final = Table(dotted)
_shared(_classic, _CLASSIC, "3.11")
_row = _classic.add
_row("strategy", Strategy.BEST_ISSUER, _CLASSIC,
     "PKI find_cert_issuer, VFY cert_VerifyCertChainOld at 3.36, 3.87; compared: 3.87", _MEASURED)
_row("ranks_trust", True, "3.13.6..3.123",
     "PKI nssCertificateArray_FindBestCertificate at 3.13.6, 3.87; compared: 3.87", _MEASURED)
_row("ranks_trust", False, "3.11..3.13.5",
     "PKI nssCertificateArray_FindBestCertificate: no isTrustedForUsage before 3.13.6", _READ)
_row("max_certificates", 21, _CLASSIC,
     "CERT_MAX_CERT_CHAIN, 20 issuers, since 3.11; compared: 3.87", _MEASURED)
_row("equal_algorithms", Scope(BELOW_ANCHOR), "3.79.1..3.123",
     "VFY SECOID_CompareAlgorithmID, first at 3.79.1", _READ)
_row("equal_algorithms", Scope(), "3.11..3.79.0", "VFY: not compared before 3.79.1", _READ)
_row("digests", Refusals(unknown=_OLD_DIGESTS), "3.11..3.12.2",
     "OID: no policy before 3.12.3; whether MD2 and MD4 were there is not read", _UNKNOWN)
_row("authority",
     Authority(
         (
             (_BELOW, frozenset({CaProof.BASIC_CONSTRAINTS, CaProof.NETSCAPE_CA})),
             (Role.ANCHOR, frozenset(CaProof)),
         )
     ),
     _CLASSIC, "VFY: trust stands in for basicConstraints, not for cA FALSE; compared: 3.87",
     _MEASURED)
_row("cert_sign", Scope(_BELOW), _CLASSIC, "VFY requiredCAKeyUsage; compared: 3.87", _MEASURED)


def _purpose(*, leaf: frozenset[str], against: frozenset[str]) -> Purpose:
    return Purpose(leaf, issuers=_TLS_CA, issuer_roles=_BELOW, issuers_against=against,
                   by_authority=True, netscape=True)  # fmt: skip


_row("purpose", _purpose(leaf=_SERVER, against=_NOT_TLS | _IPSEC), "3.44..3.123",
     "DB cert_ComputeCertType; NS_CERT_TYPE_CA includes IPsec from 3.44; compared: 3.87", _MEASURED)
_row("purpose", _purpose(leaf=_SERVER, against=_NOT_TLS), "3.11..3.13.1, 3.13.4..3.43",
     "DB cert_ComputeCertType at 3.13.4, 3.36", _READ)
_row("purpose", _purpose(leaf=frozenset({Oid.SERVER_AUTH}), against=_NOT_TLS), "3.13.2..3.13.3",
     "DB cert_ComputeCertType at 3.13.2: Netscape's step-up is no server's purpose", _READ)
_row("critical", Critical(_DECODED, scope=Scope(BELOW_ANCHOR)), "3.11.1..3.123",
     "VFY hasUnsupportedCriticalExt, OID; compared: 3.87", _MEASURED)
_row("critical", Critical(_DECODED, scope=NOBODY_KNOWS), "3.11.0..3.11.0",
     "VFY: first looked at in 3.11.1; what 3.11 did is not read", _UNKNOWN)
_row("name_constraints",
     _NAMES, "3.12.7..3.123",
     "VFY CERT_CompareNameSpace, getSubjectCN; compared: 3.87", _MEASURED)
_row("name_constraints", NameConstraintRules(Scope(_ISSUERS)), "3.11..3.12.6",
     "VFY: the common name is not constrained before 3.12.7", _READ)
_row("explicit_policy", Scope(), _CLASSIC, "VFY: policies are not processed", _READ)


def _check_dates(value: Any, _: VersionKey) -> Mapping[str, Any]:
    if value == "unknown":
        return {"dates": NOBODY_KNOWS}
    return {} if value else {"dates": Scope()}


NSS_CLASSIC: Final = Family(
    name="nss-classic",
    title="NSS, CERT_VerifyCertificate",
    parser=dotted,
    coverage=VersionRanges.parse(_CLASSIC, dotted),
    rows=_classic.rows,
    options=MappingProxyType(
        {
            "check_dates": TraitOption(
                'off when the program overrides what NSS says about dates; "unknown" when nobody '
                "knows whether it does",
                _check_dates,
            )
        }
    ),
    hint="The version is that of NSS; Firefox from 31 on is mozilla-pkix.",
)

# -- libpkix --------------------------------------------------------------------------------------

_libpkix: Final = Table(dotted)
_shared(_libpkix, _LIBPKIX, "3.12.4")
_row = _libpkix.add
_row("strategy", Strategy.DEPTH_FIRST, _LIBPKIX,
     "LIB pkix_BuildForwardDepthFirstSearch at 3.87; compared: 3.87", _MEASURED)
_row("loop", Loop.BELOW_ANCHOR, _LIBPKIX,
     "LIB pkix_Build_VerifyCertificate: only what is not trusted must not come twice", _MEASURED)
_row("partial_chain", True, _LIBPKIX, "LIB BUILD_CHECKTRUSTED; compared: 3.87", _MEASURED)
_row("trusted_first", True, _LIBPKIX,
     "LIB: sorted by notAfter, which decides nothing but the order of attempts", _INFERRED)
for _trait in ("served_tests", "store_tests"):
    _row(_trait, IssuerTest.BARE_KEY_ID, _LIBPKIX,
         "LIB pkix_CertSelector_Match_SubjKeyId; compared: 3.87", _MEASURED)
_row("equal_algorithms", Scope(), _LIBPKIX, "LIB: not compared; compared: 3.87", _MEASURED)
_row("authority",
     Authority(
         (
             (_BELOW, frozenset({CaProof.BASIC_CONSTRAINTS})),
             (Role.ANCHOR, frozenset(CaProof)),
         )
     ),
     _LIBPKIX, "LIB PKIX_PL_Cert_GetBasicConstraints: trust stands in for them; compared: 3.87",
     _MEASURED)
_row("cert_sign", Scope(_ISSUERS), _LIBPKIX,
     "LIB PKIX_PL_Cert_VerifyCertAndKeyType; compared: 3.87", _MEASURED)


def _nested(*leaf: str) -> Purpose:
    return Purpose(frozenset(leaf), issuers=_TLS_CA, issuer_roles=_ISSUERS,
                   by_authority=True, netscape=True)  # fmt: skip


_row("purpose", _nested(*_SERVER), "3.12.4..3.13.1, 3.13.4..3.123",
     "LIB PKIX_PL_Cert_VerifyCertAndKeyType, DB cert_ComputeCertType; compared: 3.87", _MEASURED)
_row("purpose", _nested(Oid.SERVER_AUTH), "3.13.2..3.13.3",
     "DB cert_ComputeCertType at 3.13.2: Netscape's step-up is no server's purpose", _READ)
_row("critical", Critical(_PROCESSED, scope=Scope(BELOW_ANCHOR)), _LIBPKIX,
     "LIB buildCheckedCritExtOIDs, pkix_CheckCert; compared: 3.87", _MEASURED)
_row("name_constraints",
     _NAMES, "3.16..3.123",
     "LIB pkix_NameConstraintsChecker_Check; compared: 3.87", _MEASURED)
_row("name_constraints", NameConstraintRules(Scope(_ISSUERS)), "3.12.4..3.15",
     "LIB: the common name is not constrained before 3.16", _READ)
_row("explicit_policy", Scope(BELOW_ANCHOR), _LIBPKIX,
     "LIB pkix_PolicyChecker; compared: 3.87", _MEASURED)

NSS_LIBPKIX: Final = Family(
    name="nss-libpkix",
    title="NSS, libpkix",
    parser=dotted,
    coverage=VersionRanges.parse(_LIBPKIX, dotted),
    rows=_libpkix.rows,
    hint="The version is that of NSS; libpkix was there from 3.12, but is not read before 3.12.4.",
)
