"""Android's platform trust manager, 1.0 to 17: what apps and WebView rely on.

Theory
======

Android has had three path builders.

* **1.0 to 2.3** take the served list as it is.  Every certificate must be issued by the next one,
  and the last must be issued by, or be, a root of the store.  A surplus certificate anywhere is
  fatal, and so is a served root that has expired: it is part of the path like any other.
* **3.0 to 6.0** put the list in order first, following names from the leaf and swapping each
  issuer into place, and look at every certificate of it: the first whose name and key belong to a
  root of the store ends the path there.  What lies above is not looked at any more.  **4.2** does
  the same, but searches the whole list, also what the re-ordering left over; when nothing in it
  is a root, that left-over part is validated too and breaks the connection.
* **7.0 and later** search depth first, store before served list at every level, and try the next
  candidate when the checks refuse a path.

No version looks at the dates, the extensions or the own constraints of an anchor, which is why the
expired DST Root CA X3 kept old phones connected for three years.  None fetches missing
certificates.  From 4.0 on a root is found by a hash of its encoded name, so an intermediate that
spells its issuer in another string type finds no root.

The models answer for a *cold* process.  From 4.0 on, a process remembers intermediates that it has
validated, so a server that leaves one out may work on the second try; that is luck, not trust.

The checks behind the builders come from Bouncy Castle up to 6.0 and from the OpenJDK's PKIX
validator from 7.0 on, with Conscrypt's own checks of key strength and purpose added in 4.3.

Applications may bring their own trust managers, and Chrome 115 and later its own roots; those are
other clients.

Sources: libcore (LC), Bouncy Castle (BC), Conscrypt (CC) and okhttp (OK) of the releases named in
the rows.  "Measured" means that the platform's own Java code of 2.3, 4.0 to 4.4, 5.0, 5.1, 6.0,
7.0, 13 and 14 was run on synthetic chains, cold.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.extensions import Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    EVERY_ALGORITHM,
    AnchorConstraintRules,
    Authority,
    Blocklist,
    CaProof,
    CommonNameUse,
    ConstraintKind,
    Critical,
    DnsConstraintForm,
    HostnameRules,
    IssuerTest,
    KeySizes,
    LeafUsage,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["ANDROID"]

_COVERED: Final = "1.0..2.3, 3.0..3.2, 4.0..4.4, 5.0..5.1, 6.0, 7.0..7.1, 8.0..8.1, 9..17"

_table: Final = Table(dotted)


def _row(
    trait: str,
    value: Any,
    source: str,
    *,
    measured: str = "",
    read: str = "",
    inferred: str = "",
    unknown: str = "",
) -> None:
    """One fact, for the versions where it was measured, read, inferred from those, or is open."""
    for versions, evidence in (
        (measured, Evidence.MEASURED),
        (read, Evidence.READ),
        (inferred, Evidence.INFERRED),
        (unknown, Evidence.UNKNOWN),
    ):
        if versions:
            _table.add(trait, value, versions, source, evidence)


# -- how a path is searched ---------------------------------------------------------------------

_row("strategy", Strategy.STRICT_ORDER,
     "LC gingerbread-release TrustManagerImpl, IndexedPKIXParameters",
     measured="2.3", inferred="1.0..2.2")
_row("strategy", Strategy.REORDER,
     "LC ics-release to cm-11.0, CC cm-12.0, cm-12.1 TrustManagerImpl; 3.x: commit 9ff0e5569",
     measured="4.0..6.0", inferred="3.0..3.2")
_row("strategy", Strategy.BACKTRACK,
     "CC staging/cm-14.0, platform conscrypt 13 and 14: checkTrustedRecursive",
     measured="7.0..7.1, 13..14", inferred="8.0..12, 15..17")
_row("whole_list", True, "LC cm-10.1; repaired by LC 608ba9e25", measured="4.2")
_row("whole_list", False, "LC ics-release, jellybean-stable, cm-10.2; CC cm-12.1",
     measured="4.0..4.1, 4.3..6.0", inferred="3.0..3.2")
_row("unique_subjects", True, "LC gingerbread-release IndexedPKIXParameters",
     measured="2.3", inferred="1.0..2.2")
_row("served_names", NameForm.JAVA, "X500Principal.equals in every version read",
     measured="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")
_row("store_names", NameForm.JAVA, "LC gingerbread-release IndexedPKIXParameters",
     measured="2.3", inferred="1.0..2.2")
_row("store_names", NameForm.ENCODED,
     "TrustedCertificateStore: the file name is a hash of the encoded name",
     measured="4.0..7.1, 13..14", inferred="3.0..3.2, 8.0..12, 15..17")
_row("store_tests", IssuerTest.SIGNATURE,
     "findByIssuerAndSignature, TrustedCertificateStore.findIssuer",
     measured="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")
_row("skips_unusable", True, "CC staging/cm-14.0: served candidates out of date or too weak",
     measured="7.0..7.1, 13..14", inferred="8.0..12, 15..17")

# -- dates and signatures -------------------------------------------------------------------------

_SERVED: Final = Role.LEAF | Role.SERVED_CA

_row("dates", Scope(_SERVED | Role.SERVED_ROOT),
     "BC PKIXCertPathValidatorSpi: every served certificate, a served root too; no anchor",
     measured="2.3", inferred="1.0..2.2")
_row("dates", Scope(_SERVED), "BC up to 6.0, PKIX from 7.0: no anchor",
     measured="4.0..7.1, 13..14", inferred="3.0..3.2, 8.0..12, 15..17")
_row("last_second", True, "X509Certificate.checkValidity: not after notAfter",
     read="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")
_row("own_signature", Scope(), "measured: a broken self-signature of an anchor is ignored",
     measured="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")
_row("signatures", Scope(_SERVED), "BC and PKIX: everything below the anchor",
     measured="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")

# -- algorithms -----------------------------------------------------------------------------------

_BROKEN: Final = frozenset({Digest.MD2, Digest.MD4, Digest.OTHER})
_OLD_RSA: Final = algorithms(
    Scheme.RSA_PKCS1, Digest.MD5, Digest.SHA1, Digest.SHA256, Digest.SHA384, Digest.SHA512
)
_OLD_DSA: Final = algorithms(Scheme.DSA, Digest.SHA1)
_OLD_EC: Final = algorithms(
    Scheme.ECDSA, Digest.SHA1, Digest.SHA256, Digest.SHA384, Digest.SHA512
)
_EDWARDS: Final = (
    algorithms(Scheme.ED25519) | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
)
_SHA2: Final = frozenset({Digest.SHA224, Digest.SHA256, Digest.SHA384, Digest.SHA512})

_row("digests", Refusals(_BROKEN, unknown=_SHA2),
     "1.x and 2.2 were not read; reports differ on whether they verify SHA-2",
     unknown="1.0..2.2")
_row("digests", Refusals(_BROKEN), "BC providers of 2.3 and 4.0 to 4.2",
     read="2.3, 4.0..4.2", inferred="3.0..3.2")
_row("digests", Refusals(_BROKEN | {Digest.MD5}), "ChainStrengthAnalyzer, LC cm-10.2, CC cm-12.1",
     measured="4.3..5.1, 7.0..7.1", inferred="6.0, 8.0..9")
_row("digests", Refusals(_BROKEN | {Digest.MD5, Digest.SHA1}),
     "ChainStrengthAnalyzer, conscrypt 13 and 14; commit 1d6a0b84 came after the 9 branch",
     measured="13..14", inferred="10..12, 15..17")
_row("algorithms", Refusals(EVERY_ALGORITHM - _OLD_RSA - _OLD_DSA),
     "BC provider of 2.3: no elliptic curves, no PSS, no SHA-224",
     measured="2.3", inferred="1.0..2.2")
_row("algorithms", Refusals(EVERY_ALGORITHM - _OLD_RSA - _OLD_DSA - _OLD_EC),
     "BC providers of 4.0 to 4.2; EC restored by BC 8212855 after 2.3 had branched",
     measured="4.0..4.2", inferred="3.0..3.2")
_row("algorithms", Refusals(_EDWARDS, unknown=algorithms(Scheme.RSA_PSS)),
     "LC cm-10.2 OpenSSLX509CertificateFactory; PSS undecided", measured="4.3..6.0")
_row("algorithms", Refusals(_EDWARDS), "measured: PSS accepted, Ed25519 refused",
     measured="7.0..7.1, 13..14", inferred="8.0..12, 15..17")
_row("key_kinds", Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.DSA}, roles=_SERVED),
     "BC provider of 2.3: no elliptic curves, and no ECDSA cipher suites for such a leaf",
     read="2.3", inferred="1.0..2.2")
_row("key_kinds",
     Refusals(frozenset(KeyKind) - {KeyKind.RSA, KeyKind.DSA, KeyKind.EC}, roles=_SERVED),
     "BC provider, OpenSSL; ChainStrengthAnalyzer from 6.0",
     measured="4.0..5.1, 7.0..7.1, 13..14", inferred="3.0..3.2, 6.0, 8.0..12, 15..17")

_SECP256K1: Final = "1.3.132.0.10"
_RARE_CURVES: Final = frozenset(
    {
        "1.2.840.10045.3.1.1", "1.3.132.0.33", "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11",
        "1.3.36.3.3.2.8.1.1.13", "",
    }
)  # fmt: skip
_row("curves", Refusals(unknown=_RARE_CURVES, roles=_SERVED),
     "measured: P-256, P-384, P-521 and secp256k1", measured="4.0..4.2", inferred="3.0..3.2")
_row("curves", Refusals(unknown=_RARE_CURVES | {_SECP256K1}, roles=_SERVED),
     "measured: P-256, P-384 and P-521; reports on secp256k1 differ",
     measured="4.3..5.1, 7.0..7.1, 13..14", inferred="6.0, 8.0..12, 15..17")
_row("key_sizes", KeySizes(), "no ChainStrengthAnalyzer before LC 2db679e",
     measured="2.3, 4.0..4.2", inferred="1.0..2.2, 3.0..3.2")
_row("key_sizes", KeySizes(((KeyKind.RSA, 1024),), roles=_SERVED),
     "ChainStrengthAnalyzer, LC cm-10.2, CC cm-12.1", measured="4.3..5.1")
_STRONGER: Final = ((KeyKind.RSA, 1024), (KeyKind.DSA, 1024), (KeyKind.EC, 160))
_row("key_sizes", KeySizes(_STRONGER, roles=_SERVED),
     "ChainStrengthAnalyzer, CC d7e3b4e, 9640965; not in cm-12.x", inferred="6.0")
_row("key_sizes", KeySizes(_STRONGER, roles=_SERVED | Role.ANCHOR),
     "the same, and PKIX AlgorithmChecker on the anchor's key; LC cm-14.1 security.properties",
     measured="7.0..7.1, 13..14", inferred="8.0..12, 15..17")

# -- extensions -----------------------------------------------------------------------------------

_BASIC: Final = frozenset({CaProof.BASIC_CONSTRAINTS})
_row("authority",
     Authority(
         (
             (Role.SERVED_CA, _BASIC),
             (Role.SERVED_ROOT, _BASIC | {CaProof.VERSION_1, CaProof.ABSENT}),
         )
     ),
     "BC RFC3280CertPathUtilities; the served root is forgiven what the store's copy is",
     measured="2.3", inferred="1.0..2.2")
_row("authority", Authority(((Role.SERVED_CA, _BASIC),)), "BC up to 6.0, PKIX from 7.0",
     measured="4.0..7.1, 13..14", inferred="3.0..3.2, 8.0..12, 15..17")
_row("cert_sign", Scope(Role.SERVED_CA | Role.SERVED_ROOT), "BC RFC3280CertPathUtilities",
     measured="2.3", inferred="1.0..2.2")
_row("cert_sign", Scope(Role.SERVED_CA), "BC up to 6.0, PKIX from 7.0",
     measured="4.0..7.1, 13..14", inferred="3.0..3.2, 8.0..12, 15..17")
_row("path_length", PathLength(Scope(Role.SERVED_CA | Role.SERVED_ROOT)),
     "BC and PKIX: as RFC 5280, no anchor's",
     measured="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")
_row("purpose", Purpose(), "no check of the purpose before LC 90d02cbdb",
     measured="2.3, 4.0..4.2", inferred="1.0..2.2, 3.0..3.2")
_row("purpose",
     Purpose(
         frozenset(
             {Oid.ANY_EXTENDED_KEY_USAGE, Oid.SERVER_AUTH, Oid.NETSCAPE_SGC, Oid.MICROSOFT_SGC}
         )
     ),
     "ExtendedKeyUsagePKIXCertPathChecker, LC cm-10.2: the leaf only",
     measured="4.3..5.1, 7.0..7.1, 13..14", inferred="6.0, 8.0..12, 15..17")
_row("leaf_usage", LeafUsage(), "no version looks at the key usage of the leaf",
     read="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")

_BC_KNOWN: Final = frozenset(
    {
        Oid.KEY_USAGE, Oid.CERTIFICATE_POLICIES, Oid.POLICY_MAPPINGS, Oid.INHIBIT_ANY_POLICY,
        Oid.POLICY_CONSTRAINTS, Oid.BASIC_CONSTRAINTS, Oid.SUBJECT_ALT_NAME, Oid.NAME_CONSTRAINTS,
        "2.5.29.27", "2.5.29.28",
    }
)  # fmt: skip
_PKIX_KNOWN: Final = frozenset(
    {
        Oid.BASIC_CONSTRAINTS, Oid.NAME_CONSTRAINTS, Oid.KEY_USAGE, Oid.EXTENDED_KEY_USAGE,
        Oid.SUBJECT_ALT_NAME, Oid.CERTIFICATE_POLICIES, Oid.POLICY_MAPPINGS,
        Oid.POLICY_CONSTRAINTS, Oid.INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_row("critical",
     Critical(
         _BC_KNOWN,
         known_in_leaf=frozenset({Oid.CRL_DISTRIBUTION_POINTS}),
         scope=Scope(_SERVED | Role.SERVED_ROOT),
     ),
     "BC RFC3280CertPathUtilities: extendedKeyUsage is not among the known ones",
     measured="2.3, 4.0..4.2", inferred="1.0..2.2, 3.0..3.2")
_row("critical",
     Critical(
         _BC_KNOWN,
         known_in_leaf=frozenset({Oid.CRL_DISTRIBUTION_POINTS, Oid.EXTENDED_KEY_USAGE}),
         scope=Scope(_SERVED),
     ),
     "BC as before; the checker of the leaf's purpose takes extendedKeyUsage off the list",
     measured="4.3..6.0")
_row("critical", Critical(_PKIX_KNOWN, scope=Scope(_SERVED)),
     "sun.security.provider.certpath, LC cm-14.1",
     measured="7.0..7.1, 13..14", inferred="8.0..12, 15..17")
_row("name_constraints",
     NameConstraintRules(
         Scope(Role.SERVED_CA | Role.SERVED_ROOT), DnsConstraintForm.BOUNCY_CASTLE
     ),
     "BC PKIXNameConstraintValidator of 2.3, which writes names anew before it compares them",
     read="2.3", inferred="1.0..2.2")
_row("name_constraints",
     NameConstraintRules(Scope(Role.SERVED_CA), DnsConstraintForm.BOUNCY_CASTLE, NameForm.ENCODED),
     "BC PKIXNameConstraintValidator; directory names by their encoding, no anchor's constraints",
     read="4.0..6.0", inferred="3.0..3.2")
_row("name_constraints", NameConstraintRules(Scope(Role.SERVED_CA), DnsConstraintForm.SUN),
     "sun NameConstraintsExtension and DNSName, LC cm-14.1: names of the SAN only",
     read="7.0..7.1, 13..14", inferred="8.0..12, 15..17")
_row("explicit_policy", Scope(_SERVED | Role.SERVED_ROOT),
     "BC and PKIX: policyConstraints.requireExplicitPolicy is honoured",
     measured="2.3, 4.0..5.1, 7.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 6.0, 8.0..12, 15..17")
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)),
     "the store is a keystore or a folder of certificates: it can hold no limits",
     read="2.3, 4.0..7.1, 13..14", inferred="1.0..2.2, 3.0..3.2, 8.0..12, 15..17")
_row("anchor_key_id", Scope(), "BC compares no key identifiers",
     measured="2.3, 4.0..6.0", inferred="1.0..2.2, 3.0..3.2")
_row("anchor_key_id", Scope(Role.ANCHOR), "PKIXCertPathValidator's selector for the anchor",
     measured="7.0..7.1, 13..14", inferred="8.0..12, 15..17")
_row("anchor_window", Scope(Role.ANCHOR),
     "AdaptableX509CertSelector, LC cm-14.1; the call is gone with libcore 97acfce997b",
     read="7.0..7.1")
_row("empty_subject", Scope(_SERVED), "sun X509CertImpl, LC cm-14.1",
     read="7.0..7.1, 13..14", inferred="8.0..12, 15..17")

# -- blocklists -----------------------------------------------------------------------------------

_SERIALS_2011: Final = frozenset(
    {
        0x077A59BCD53459601CA6907267A6DD1C, 0x047ECBE9FCA55F7BD09EAE36E10CAE1E,
        0xD8F35F4EB7872B2DAB0692E315382FB0, 0xB0B7133ED096F9B56FAE91C874BD3AC0,
        0x9239D5348F40D1695A745470E1F23F43, 0xE9028B9578E415DC1A710A2B88154447,
        0xD7558FDAF5F1105BB213282B707729A3, 0xF5C86AF36162F13A64F54F6DC9587C06,
        0x392A434F0E07DF1F8AA305DE34E0C229, 0x3E75CED46B693021218830AE86A82A71,
    }
)  # fmt: skip
_SERIALS_4_2: Final = _SERIALS_2011 | {0x864, 0x827}
_SERIALS_4_4: Final = _SERIALS_4_2 | {0x31DA7}
_DIGINOTAR: Final = frozenset(
    {
        "410f36363258f30b347d12ce4863e433437806a8", "ba3e7bd38cd7e1e6b9cd4c219962e59d7a2f4e37",
        "e23b8d105f87710a68d9248050ebefc627be4ca6", "7b2e16bc39bcd72b456e9f055d1de615b74945db",
        "e8f91200c65cee16e039b9f883841661635f81c5",
    }
)  # fmt: skip
_KEYS_4_1: Final = _DIGINOTAR | {"0129bcd5b448ae8d2496d1c3e19723919088e152"}
_KEYS_4_2: Final = _KEYS_4_1 | {
    "5f3ab33d55007054bc5e3e5553cd8d8465d77c61",
    "783333c9687df63377efceddd82efa9101913e8e",
}
_KEYS_4_4: Final = _KEYS_4_2 | {"3ecf4bbbe46096d514bb539bb913d77aa4ef31bf"}
_ISSUING: Final = Role.SERVED_CA | Role.SERVED_ROOT | Role.ANCHOR
_BLOCKED: Final = "BC PKIXCertPathValidatorSpi; values as in the source of the release"
_row("blocklist", Blocklist(_SERIALS_2011, _DIGINOTAR, _ISSUING), _BLOCKED,
     read="2.3.6..2.3, 4.0")
_row("blocklist", Blocklist(_SERIALS_2011, _KEYS_4_1, _ISSUING), _BLOCKED, read="4.1")
_row("blocklist", Blocklist(_SERIALS_4_2, _KEYS_4_2, _ISSUING), _BLOCKED,
     read="4.2", inferred="4.3")
_row("blocklist", Blocklist(_SERIALS_4_4, _KEYS_4_4, _ISSUING), _BLOCKED,
     read="4.4, 5.1", inferred="5.0")
_row("blocklist", Blocklist(_SERIALS_2011, _KEYS_4_4, _ISSUING), _BLOCKED, read="6.0")
_row("blocklist", Blocklist(key_sha1=_KEYS_4_4, key_roles=_SERVED | Role.ANCHOR),
     "conscrypt CertBlacklist: keys of the whole chain; serials are not looked at any more",
     read="7.0..7.1, 13..14", inferred="8.0..12, 15..17")

# -- host names -----------------------------------------------------------------------------------

_LABELS: Final = Wildcards.LEFTMOST_LABEL
_OLDEST: Final = HostnameRules(
    common_name=CommonNameUse.ALWAYS,
    last_common_name=True,
    wildcards=_LABELS | Wildcards.MANY_LABELS | Wildcards.TOP_LEVEL,
    spares_countries=True,
    ip_san=False,
    ip_as_text=True,
    trailing_dot=False,
    underscore=False,
)
_FREER: Final = _LABELS | Wildcards.PARTIAL_LABEL | Wildcards.BARE_DOMAIN | Wildcards.TOP_LEVEL
_row("hostname", _OLDEST, "DefaultHostnameVerifier, LC gingerbread-release",
     measured="2.3", inferred="1.0..2.2")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.ALWAYS,
         last_common_name=True,
         wildcards=_LABELS | Wildcards.MANY_LABELS,
         spares_countries=True,
         ip_san=False,
         ip_as_text=True,
         trailing_dot=False,
         underscore=False,
     ),
     "DefaultHostnameVerifier, LC ics-release", measured="4.0", inferred="3.0..3.2")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         last_common_name=True,
         wildcards=_FREER | Wildcards.PREFIX,
         trailing_dot=False,
         underscore=False,
     ),
     "DefaultHostnameVerifier, LC jellybean-stable, cm-10.1", measured="4.1..4.2")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         last_common_name=True,
         wildcards=_FREER | Wildcards.PREFIX,
         trailing_dot=False,
     ),
     "DefaultHostnameVerifier, LC cm-10.2", measured="4.3")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         last_common_name=True,
         wildcards=_FREER,
         trailing_dot=False,
     ),
     "DefaultHostnameVerifier, LC cm-11.0, cm-12.1", measured="4.4..5.1")
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         last_common_name=True,
         wildcards=_LABELS | Wildcards.TOP_LEVEL,
     ),
     "okhttp OkHostnameVerifier, OK cm-13.0, cm-14.1", measured="6.0..7.1", inferred="8.0..8.1")
_row("hostname", HostnameRules(wildcards=_LABELS | Wildcards.TOP_LEVEL),
     "okhttp OkHostnameVerifier, OK a3bfc80: the common name is never used",
     measured="13..14", inferred="9..12, 15..17")


ANDROID: Final = Family(
    name="android",
    title="Android platform trust manager",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType({}),
    gaps=MappingProxyType(
        {"equal_algorithms": "not read for any version: a certificate whose two differ is unknown"}
    ),
    hint="Security and QPR states of a release are the same client: pass 13, not 13-qpr3.",
)
