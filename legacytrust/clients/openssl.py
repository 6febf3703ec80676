"""OpenSSL, 0.9.8 to 3.5, as a TLS client with its own defaults.

Theory
======

Every OpenSSL is greedy.  It builds one path, link by link, and each link is decided by the names
and the authority key identifier alone: signatures and dates are looked at when the path stands.
What changed over twenty years is where the next link comes from, and what happens when the path
does not reach a self-signed certificate of the store.

* **Up to 1.0.1m, and 1.0.2 and 1.0.2a**, the served list is followed to its end and then the store
  asked, once.  A server that sends a cross-certificate pulls the path past a root that the client
  has, to one that it may not have: sending more breaks it.
* **1.0.1n to 1.0.1u** tries again with a shorter served part, but only if the store contributed
  nothing.  A path that reached an *expired* root of the store is not tried again.
* **1.0.2b to 1.0.2u** does the same whenever the path is not trusted.  Reaching an expired root
  still counts as trusted, so AddTrust in 2020 and DST Root CA X3 in 2021 broke these clients for
  as long as the dead root stayed in the store.
* **From 1.1.0** the store is asked first at every link, and of several issuers one within its
  dates is taken.  That repaired both cases.  There is still no way back: once a certificate of
  the store is part of the path, the served list is not used again.
* **From 1.1.1h** a candidate is no longer passed over because its key usage forbids signing; the
  path is built with it and fails.

A path ends in a self-signed certificate of the store, whose dates count like all others.  An
intermediate in the store never ends it, unless the application asks for ``partial_chain``.

What is checked on the path moved too: up to 1.0.2 the extensions of certificates that came from
the store are never looked at; from 1.1.0 they are.  From 1.1.0 on, *security levels* bound keys
and hashes: level 1 by default, level 2 from 3.2.

The library compares no host name before 1.0.2, and only if the application asks after that; the
models assume that it asks.

Sources: the upstream tags named in the rows, read in ``crypto/x509/x509_vfy.c`` (VFY),
``x509_lu.c`` (LU), ``x509_vpm.c`` (VPM), ``x509_trs.c`` (TRS), ``x509_set.c`` (SET), in
``v3_purp.c`` (PURP), ``v3_ncons.c`` (NCONS) and ``ssl/ssl_algs.c`` (ALGS).  "Compared" means: run
beside the genuine library on generated PKIs, see ``tests/differential``.
"""

from __future__ import annotations

from typing import Final

from legacytrust.algorithms import KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table
from legacytrust.clients.openssl_levels import EXOTIC, SHA2, level_digests, level_key_sizes
from legacytrust.clients.openssl_options import OPTIONS
from legacytrust.clients.versions import VersionRanges, lettered
from legacytrust.extensions import GeneralNameKind, KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    Alternatives,
    AnchorConstraintRules,
    Authority,
    CaProof,
    CommonNameUse,
    ConstraintKind,
    Critical,
    Form,
    HostnameRules,
    IssuerTest,
    KeySizes,
    LeafUsage,
    NameConstraintRules,
    PathLength,
    Preference,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["OPENSSL"]

_COVERED: Final = (
    "0.9.8..0.9.8zh, 1.0.0..1.0.0t, 1.0.1..1.0.1u, 1.0.2..1.0.2u, "
    "1.1.0..1.1.0l, 1.1.1..1.1.1w, 3.0.0..3.5.8"
)
_TO_1_0_2: Final = "0.9.8..1.0.2u"
_FROM_1_1_0: Final = "1.1.0..3.5.8"

_ANY_LEAF: Final = Role.LEAF | Role.STORE_LEAF | Role.VOUCHED_LEAF
_PEER: Final = Role.LEAF | Role.SERVED_CA
_SERVER_PURPOSES: Final = frozenset({Oid.SERVER_AUTH, Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC})
_OLD_PROOFS: Final = frozenset(
    {
        CaProof.BASIC_CONSTRAINTS,
        CaProof.VERSION_1_SELF_SIGNED,
        CaProof.KEY_USAGE,
        CaProof.NETSCAPE_TYPE,
    }
)

# -- the table --------------------------------------------------------------------------------

_table: Final = Table(lettered)
_row = _table.add
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED

# How a path is searched.
_row("strategy", Strategy.SERVED_FIRST, _TO_1_0_2,
     "VFY X509_verify_cert at 0.9.8zh, 1.0.0t, 1.0.1m, 1.0.1u, 1.0.2u; compared: 0.9.8e, 1.0.2",
     _MEASURED)
_row("strategy", Strategy.STORE_FIRST, _FROM_1_1_0,
     "VFY build_chain at 1.1.0, 1.1.1s, 3.0.7, 3.3.2; compared: 1.1.1, 3.0, 3.5", _MEASURED)
_row("trusted_first", True, _FROM_1_1_0,
     "VPM default parameters at 1.1.0 and later", _READ)
_row("trusted_first", False, _TO_1_0_2,
     "VPM: default flags are 0 at 1.0.2; the flag does not exist before", _READ)
_row("partial_chain", False, _COVERED, "VPM: not among the default flags at any tag", _READ)
_row("alternatives", Alternatives.NEVER, "0.9.8..1.0.1m, 1.0.2..1.0.2a",
     "VFY X509_verify_cert at 0.9.8zh, 1.0.0t, 1.0.1m, 1.0.2a: no retry", _READ)
_row("alternatives", Alternatives.NOTHING_FROM_STORE, "1.0.1n..1.0.1u",
     "VFY X509_verify_cert at 1.0.1u: num == last_untrusted; flag first at 1.0.1n", _READ)
_row("alternatives", Alternatives.NOT_TRUSTED, "1.0.2b..3.5.8",
     "VFY X509_verify_cert at 1.0.2b, 1.0.2u; build_chain S_DOALTERNATE from 1.1.0", _READ)
_row("served_names", NameForm.ENCODED, "0.9.8..0.9.8zh",
     "measured on 0.9.8e: another string type or letter case finds no issuer", _MEASURED)
_row("store_names", NameForm.ENCODED, "0.9.8..0.9.8zh",
     "measured on 0.9.8e: another string type or letter case finds no issuer", _MEASURED)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.CANONICAL, "1.0.0..3.5.8",
         "measured from 1.0.0 on: string type and letter case do not matter", _MEASURED)
for _trait in ("served_tests", "store_tests"):
    _row(_trait, IssuerTest.KEY_ID | IssuerTest.KEY_USAGE, "0.9.8..1.1.1g",
         "PURP X509_check_issued at 0.9.8zh, 1.0.2u, 1.1.1g", _READ)
    _row(_trait, IssuerTest.KEY_ID | IssuerTest.KEY_KIND, "1.1.1h..3.5.8",
         "PURP x509_likely_issued at 1.1.1h, 1.1.1s, 3.0.7", _READ)
for _trait in ("served_preference", "store_preference"):
    _row(_trait, Preference.FIRST, _TO_1_0_2,
         "VFY find_issuer, LU X509_STORE_CTX_get1_issuer at 1.0.2u: dates are not looked at", _READ)
_row("served_preference", Preference.VALID_ELSE_LAST, "1.1.0..1.1.1w",
     "VFY find_issuer at 1.1.0, 1.1.1s", _READ)
_row("served_preference", Preference.VALID_ELSE_LATEST, "3.0.0..3.5.8",
     "VFY find_issuer at 3.0.7, 3.3.2", _READ)
_row("store_preference", Preference.VALID_ELSE_LAST, "1.1.0..1.1.1w",
     "LU X509_STORE_CTX_get1_issuer at 1.1.0, 1.1.1s", _READ)
_row("store_preference", Preference.VALID_ELSE_LATEST, "3.0.0..3.5.8",
     "LU X509_STORE_CTX_get1_issuer at 3.0.7", _READ)
_row("max_certificates", 10, "0.9.8..0.9.8j", "VPM default depth 9 at 0.9.8 to 0.9.8j", _READ)
_row("max_certificates", 101, "0.9.8k..1.0.2u", "VPM default depth 100 at 0.9.8k, 1.0.0", _READ)
_row("max_certificates", 102, _FROM_1_1_0, "VPM default depth 100, VFY build_chain", _READ)

# What a path must pass.
_row("dates", Scope(ALL_ROLES), _COVERED,
     "VFY internal_verify at all tags read: the root too; measured on 3.0.19", _READ)
_row("last_second", False, _COVERED,
     "X509_cmp_time never says equal: notAfter itself is over; compared: all", _MEASURED)
_row("signatures", Scope(BELOW_ANCHOR | Role.VOUCHED_LEAF), _COVERED,
     "VFY internal_verify at all tags read", _READ)
_row("equal_algorithms", Scope(), "0.9.8..0.9.8zc, 1.0.0..1.0.0o, 1.0.1..1.0.1j",
     "X509_verify in x_all.c at 0.9.8zc, 1.0.0o, 1.0.1j: not compared", _READ)
_row("equal_algorithms", Scope(BELOW_ANCHOR | Role.VOUCHED_LEAF),
     "0.9.8zd..0.9.8zh, 1.0.0p..1.0.0t, 1.0.1k..3.5.8",
     "X509_verify in x_all.c at 0.9.8zd, 1.0.0p, 1.0.1k, 1.0.2: X509_ALGOR_cmp", _READ)
_row("own_signature", Scope(Role.ANCHOR | Role.STORE_LEAF), "0.9.8..0.9.8l",
     "VFY internal_verify at 0.9.8e, 0.9.8l: no CHECK_SS_SIGNATURE yet", _READ)
_row("own_signature", Scope(), "0.9.8m..3.5.8",
     "VFY internal_verify: a self-signed certificate's own signature is skipped", _READ)
_row("digests", Refusals(SHA2 | EXOTIC, roles=BELOW_ANCHOR), "0.9.8..0.9.8n, 1.0.0",
     "ALGS at 0.9.8n: SSL_library_init registers no SHA-2; measured on 0.9.8e", _MEASURED)
_row("digests", Refusals(EXOTIC, roles=BELOW_ANCHOR), "0.9.8o..0.9.8zh, 1.0.0a..1.0.2u",
     "ALGS at 0.9.8zh, 1.0.0t; MD5 and SHA-1 measured on 1.0.2k", _READ)
_row("digests", level_digests(1, sha1_bits=80, md5_bits=64), "1.1.0..1.1.1w",
     "VFY check_sig_level at 1.1.1s, level 1; measured on 1.1.1", _READ)
_row("digests", level_digests(1, sha1_bits=63, md5_bits=39), "3.0.0..3.1",
     "SET at 3.0.7: SHA-1 gives 63 bits; measured on 3.0.19", _MEASURED)
_row("digests", level_digests(2, sha1_bits=63, md5_bits=39), "3.2..3.5.8",
     "CHANGES and tls1.h at 3.2.0: level 2 is the default", _READ)
_row("algorithms",
     Refusals(
         algorithms(Scheme.RSA_PSS) | algorithms(Scheme.ED25519) | algorithms(Scheme.ED448)
         | algorithms(Scheme.OTHER) | algorithms(Scheme.ECDSA, *SHA2)
     ),
     "0.9.8..0.9.8zh",
     "a_verify.c, ALGS and objects.txt at 0.9.8zh: ecdsa-with-SHA1 alone has a digest", _READ)
_row("algorithms",
     Refusals(
         algorithms(Scheme.RSA_PSS) | algorithms(Scheme.ED25519) | algorithms(Scheme.ED448)
         | algorithms(Scheme.OTHER)
     ),
     "1.0.0..1.0.0t, 1.1.0..1.1.0l",
     "PSS measured to fail on 1.0.0m and 1.1.0h, works in 1.0.1e to 1.0.2s", _MEASURED)
_row("algorithms",
     Refusals(
         algorithms(Scheme.ED25519) | algorithms(Scheme.ED448) | algorithms(Scheme.OTHER)
     ),
     "1.0.1..1.0.2u", "rsa_ameth.c from 1.0.1; measured on 1.0.1e to 1.0.2s", _MEASURED)
_row("algorithms", Refusals(algorithms(Scheme.OTHER)), "1.1.1..3.5.8",
     "Ed25519 and Ed448 from 1.1.1; measured on 1.1.1 and 3.x", _MEASURED)
_row("key_kinds", Refusals(frozenset({KeyKind.OTHER, KeyKind.ED25519, KeyKind.ED448})),
     "0.9.8..1.1.0l", "Ed25519 and Ed448 keys from 1.1.1", _READ)
_row("key_kinds", Refusals(frozenset({KeyKind.OTHER})), "1.1.1..3.5.8",
     "Ed25519 and Ed448 keys from 1.1.1", _READ)
_row("key_sizes", KeySizes(), _TO_1_0_2, "VFY: no check_auth_level before 1.1.0", _READ)
_row("key_sizes", level_key_sizes(1), "1.1.0..3.1", "VFY check_auth_level at 1.1.1s, level 1", _READ)
_row("key_sizes", level_key_sizes(2), "3.2..3.5.8", "tls1.h at 3.2.0: level 2 is the default", _READ)
_row("authority", Authority(((Role.SERVED_CA, _OLD_PROOFS),)), _TO_1_0_2,
     "VFY check_chain_extensions at 1.0.2u: only up to last_untrusted; PURP check_ca", _READ)
_row("authority",
     Authority(
         (
             (Role.SERVED_CA | Role.STORE_CA, frozenset({CaProof.BASIC_CONSTRAINTS})),
             (Role.ANCHOR, _OLD_PROOFS),
         )
     ),
     _FROM_1_1_0, "VFY check_chain_extensions at 1.1.0, 1.1.1s: strict for intermediates", _READ)
_row("cert_sign", Scope(Role.SERVED_CA), _TO_1_0_2, "PURP check_ca: ku_reject", _READ)
_row("cert_sign", Scope(Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR), _FROM_1_1_0,
     "PURP check_ca: ku_reject; VFY internal_verify x509_signing_allowed from 1.1.1h", _READ)
_row("path_length",
     PathLength(Scope(Role.SERVED_CA), counts_self_issued=True), "0.9.8..0.9.8h",
     "VFY check_chain_extensions at 0.9.8e: counts positions", _READ)
_row("path_length",
     PathLength(Scope(Role.SERVED_CA), binds_self_issued=False), "0.9.8i..1.0.2p",
     "VFY check_chain_extensions at 0.9.8zh, 1.0.1u, 1.0.2p: not if self issued", _READ)
_row("path_length", PathLength(Scope(Role.SERVED_CA)), "1.0.2q..1.0.2u",
     "VFY check_chain_extensions at 1.0.2q, 1.0.2u", _READ)
_row("path_length",
     PathLength(Scope(Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR), binds_self_issued=False),
     "1.1.0..1.1.0i, 1.1.1",
     "VFY check_chain_extensions at 1.1.0, 1.1.0i, 1.1.1: not if self issued", _READ)
_row("path_length", PathLength(Scope(Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR)),
     "1.1.0j..1.1.0l, 1.1.1a..3.5.8",
     "VFY check_chain_extensions at 1.1.0j, 1.1.0l, 1.1.1s: the root's too", _READ)
_row("purpose", Purpose(_SERVER_PURPOSES, issuers=_SERVER_PURPOSES, issuer_roles=Role.SERVED_CA),
     _TO_1_0_2, "PURP check_purpose_ssl_server: xku_reject; any is not among them", _READ)
_row("purpose",
     Purpose(
         _SERVER_PURPOSES,
         leaf_roles=_ANY_LEAF,
         issuers=_SERVER_PURPOSES,
         issuer_roles=Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR,
     ),
     _FROM_1_1_0, "VFY check_chain_extensions at 1.1.1s: the root too; measured on 3.0.19", _READ)
_row("leaf_usage",
     LeafUsage(Scope(Role.LEAF), KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_ENCIPHERMENT),
     "0.9.8..1.0.1u", "PURP check_purpose_ssl_server at 0.9.8zh, 1.0.1u; compared: 0.9.8e", _READ)
_row("leaf_usage", LeafUsage(Scope(Role.LEAF)), "1.0.2..1.0.2u",
     "PURP check_purpose_ssl_server at 1.0.2: KU_TLS", _READ)
_row("leaf_usage", LeafUsage(Scope(_ANY_LEAF)), _FROM_1_1_0,
     "PURP check_purpose_ssl_server: KU_TLS", _READ)

_KNOWN_0_9_8: Final = frozenset(
    {
        Oid.NETSCAPE_CERT_TYPE, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS,
        Oid.CERTIFICATE_POLICIES, Oid.EXTENDED_KEY_USAGE, Oid.POLICY_CONSTRAINTS, Oid.PROXY_CERT_INFO,
        Oid.INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_KNOWN_1_0_0: Final = _KNOWN_0_9_8 | {Oid.NAME_CONSTRAINTS, Oid.POLICY_MAPPINGS}
_KNOWN_1_0_2L: Final = _KNOWN_1_0_0 | {Oid.CRL_DISTRIBUTION_POINTS}
#: RFC 3779 is left out of a default build before 1.1.0.
_KNOWN_1_1_0: Final = _KNOWN_1_0_0 | {Oid.IP_ADDRESS_BLOCKS, Oid.AUTONOMOUS_SYSTEM_IDS}
_KNOWN_CRLDP: Final = _KNOWN_1_1_0 | {Oid.CRL_DISTRIBUTION_POINTS}

_row("critical", Critical(_KNOWN_0_9_8, scope=Scope(_PEER)), "0.9.8..0.9.8zh",
     "PURP X509_supported_extension at 0.9.8zh; VFY up to last_untrusted", _READ)
_row("critical", Critical(_KNOWN_1_0_0, scope=Scope(_PEER)), "1.0.0..1.0.2k",
     "PURP X509_supported_extension at 1.0.0, 1.0.2, 1.0.2k", _READ)
_row("critical", Critical(_KNOWN_1_0_2L, scope=Scope(_PEER)), "1.0.2l..1.0.2u",
     "PURP X509_supported_extension at 1.0.2l, 1.0.2u", _READ)
_row("critical", Critical(_KNOWN_1_1_0, scope=Scope(ALL_ROLES)), "1.1.0..1.1.0e",
     "PURP at 1.1.0e; VFY check_chain_extensions over the whole chain", _READ)
_row("critical", Critical(_KNOWN_CRLDP, scope=Scope(ALL_ROLES)), "1.1.0f..1.1.1w",
     "PURP at 1.1.0f, 1.1.1s; VFY check_chain_extensions over the whole chain", _READ)
_row("critical", Critical(_KNOWN_CRLDP | {Oid.OCSP_NO_CHECK}, scope=Scope(ALL_ROLES)),
     "3.0.0..3.5.8", "PURP X509_supported_extension at 3.0.0, 3.3.2", _READ)
#: What nc_match_single cannot compare: a certificate with such a name under such a constraint.
_NOT_COMPARED: Final = frozenset(
    {
        GeneralNameKind.OTHER, GeneralNameKind.X400, GeneralNameKind.EDI,
        GeneralNameKind.REGISTERED_ID,
    }
)  # fmt: skip

_row("name_constraints", NameConstraintRules(Scope()), "0.9.8..0.9.8zh",
     "PURP at 0.9.8zh: the extension is unknown; measured on 0.9.8e", _MEASURED)
_row("name_constraints",
     NameConstraintRules(Scope(ALL_ROLES), refused_kinds=_NOT_COMPARED | {GeneralNameKind.IP}),
     "1.0.0..1.0.2u", "VFY check_name_constraints at 1.0.2u: the root's too; NCONS nc_match_single "
     "knows no addresses; compared: 1.0.2k, 1.0.2r", _MEASURED)
_row("name_constraints",
     NameConstraintRules(
         Scope(ALL_ROLES), common_name=CommonNameUse.ALWAYS, refused_kinds=_NOT_COMPARED
     ),
     "1.1.0..1.1.0f", "VFY check_name_constraints at 1.1.0, 1.1.0f: no has_san_id yet", _READ)
_row("name_constraints",
     NameConstraintRules(
         Scope(ALL_ROLES), common_name=CommonNameUse.ALWAYS, refused_kinds=_NOT_COMPARED,
         most_comparisons=1 << 20,
     ),
     "1.1.0g..1.1.0h", "NCONS at 1.1.0g, 1.1.0h: NAME_CHECK_MAX; no has_san_id yet", _READ)
_row("name_constraints",
     NameConstraintRules(
         Scope(ALL_ROLES), common_name=CommonNameUse.NO_DNS_NAME, refused_kinds=_NOT_COMPARED,
         most_comparisons=1 << 20,
     ),
     "1.1.0i..3.5.8", "NCONS NAME_CHECK_MAX, VFY has_san_id at 1.1.0i, 1.1.1s, 3.0.7", _READ)
_row("explicit_policy", Scope(), _COVERED,
     "VFY: policies are evaluated only with X509_V_FLAG_POLICY_CHECK, which is off", _READ)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "LU: a store made of PEM files holds certificates and no limits", _READ)
_row("hostname", HostnameRules(checked=False), "0.9.8..1.0.1u",
     "no X509_check_host before 1.0.2: left to the application", _READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_DNS_NAME,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.PARTIAL_LABEL,
         cautious_star=True,
         trailing_dot=False,
     ),
     "1.0.2..3.5.8", "X509_check_host, default flags; measured on 3.0.19", _MEASURED)
_row("curves", Refusals(), "0.9.8..1.1.1w",
     "every named curve that the build has; builds without EC are not modelled", _INFERRED)
_row("curves", Refusals(frozenset({""}), roles=ALL_ROLES), "3.0.0..3.5.8",
     "VFY check_curve at 3.0.7: no curve that is spelled out; measured on 3.5.8", _MEASURED)
_row("form",
     Form(
         repeated_extensions=Scope(ALL_ROLES), broken_extensions=Scope(ALL_ROLES),
         unique=frozenset(
             {
                 Oid.BASIC_CONSTRAINTS, Oid.KEY_USAGE, Oid.EXTENDED_KEY_USAGE,
                 Oid.NETSCAPE_CERT_TYPE, Oid.SUBJECT_KEY_IDENTIFIER, Oid.SUBJECT_ALT_NAME,
                 Oid.AUTHORITY_KEY_IDENTIFIER, Oid.NAME_CONSTRAINTS, Oid.CRL_DISTRIBUTION_POINTS,
             }
         ),
     ),
     "1.1.1f..3.5.8",
     "PURP x509v3_cache_extensions at 1.1.1f: EXFLAG_INVALID; measured on 1.1.1w, 3.5.8",
     _MEASURED)

OPENSSL: Final = Family(
    name="openssl",
    title="OpenSSL",
    parser=lettered,
    coverage=VersionRanges.parse(_COVERED, lettered),
    rows=_table.rows,
    options=OPTIONS,
    hint="Distributions patch OpenSSL: pass the upstream version they started from, and options.",
)
