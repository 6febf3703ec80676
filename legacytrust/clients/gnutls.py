"""GnuTLS, 2.8 to 3.8, as a TLS client with its own defaults.

Theory
======

GnuTLS does not search.  It holds the list that the server sent against the store, and the list is
the path: see :mod:`legacytrust.paths.builders.cut_list`.  Any store certificate may end it, an
intermediate too.  What changed is what is done to the list first, and when a second look is taken.

* **2.x** takes the list as it comes; a certificate out of place breaks it.  It is cut at the first
  certificate that the store holds, byte for byte, wherever that is.
* **3.0** keeps the store as a table by name and looks in one drawer only, that of the issuer of
  the list's last certificate.  A trusted intermediate in the middle of the list is no longer seen.
  From 3.0.22 a list ends where it stops linking; from 3.0.24 and 3.1.2 it is sorted first.
* **3.1.23 and 3.2.13** take a second look, in the drawer of the last certificate's own name, when
  no issuer was found.  That serves a trusted intermediate at the end of the list, and no other.
* **3.3.8** also takes a certificate with the name *and key* of a store certificate for it.  Now the
  second look helps when the server sends a cross-certificate of a root that the store has.
* **3.6.0** takes it for a weak hash or key as well, and **3.6.14** for an expired certificate too:
  until then an expired old root in the store, with its cross-certificate in the list, broke the
  connection although the new root was there.  That was AddTrust in May 2020.
* **3.7.0** no longer drops what sorting left over.  From 3.7.1 the list ends as soon as the store
  knows an issuer, so this matters only where it does not: then the leftovers stand in the way.

The second look cuts off one certificate.  Two surplus certificates above a trusted root are one
too many for every version; and of several served issuers the first is taken, alive or not.

Dates always count, those of the store certificate too.  Of several store certificates with the
name (and key identifier) that is looked for, 3.x takes the last that is valid; but at a cut the
*first* with that name and key must be valid.  Checks grew with the versions: basicConstraints
alone up to 3.1.3; then keyUsage and pathLenConstraint; from 3.3.0 name constraints and smallest
keys; from 3.3.8 the purpose of intermediates; from 3.6.0 no SHA-1, and no critical extension that
is not understood.

The models are of a client that uses certificate credentials and priorities as they are by default,
a store from a PEM file, and asks for host name and purpose of a server where the version lets it.
Applications that verify without a purpose are ``purpose=False``.  The handshake has a demand of its
own, that the leaf's key usage allows what the cipher suite does with its key: it is no part of the
verdict on the list, and ``handshake=True`` adds it.  The version 3.7.9 is taken for
what Debian 12 ships under this number, since nearly everyone who has it has that: with the fixes
of later versions up to 3.8.13.  ``backports=False`` is the upstream release.  Debian 10 brought the
second look of 3.6.14 to its 3.6.7 in an update: that is ``expired_alternatives=True``.

Sources: the upstream tags named in the rows, read in ``lib/x509/verify.c`` (VER),
``verify-high.c`` (HIGH), ``common.c`` (SORT), ``name_constraints.c`` (NC), ``hostname-verify.c``
or ``rfc2818_hostname.c`` (HOST), ``str.c`` (STR), and ``lib/gnutls_x509.c`` or
``lib/cert-session.c`` (PEERS).  "Compared" means: run beside the genuine library on generated
PKIs, see ``tests/differential``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.errors import ClientError
from legacytrust.extensions import GeneralNameKind, KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    NO_CHECKS,
    NOBODY_KNOWS,
    Admission,
    Alternatives,
    AnchorConstraintRules,
    AnchorMatch,
    Authority,
    CaProof,
    CommonNameUse,
    Consequence,
    ConstrainedNames,
    ConstraintKind,
    Critical,
    Form,
    HostnameRules,
    IssuerTest,
    KeySizes,
    LeafUsage,
    ListOrder,
    Merging,
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

__all__ = ["GNUTLS"]

_COVERED: Final = "2.8, 2.10, 2.12, 3.0..3.8"
_2: Final = "2.8, 2.10, 2.12"

_SERVED: Final = Role.SERVED_CA | Role.SERVED_ROOT
_ANY_LEAF: Final = Role.LEAF | Role.STORE_LEAF
_IN_PATH: Final = BELOW_ANCHOR | Role.ANCHOR
_VERISIGN_SGC: Final = "2.16.840.1.113733.1.8.1"
_SERVER: Final = frozenset({Oid.SERVER_AUTH})
_STEP_UP: Final = frozenset({Oid.NETSCAPE_SGC, _VERISIGN_SGC})
_ANY: Final = frozenset({Oid.ANY_EXTENDED_KEY_USAGE})

_table: Final = Table(dotted)
_row = _table.add
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED

# -- how the list becomes a path ----------------------------------------------------------------

_row("strategy", Strategy.CUT_LIST, _COVERED,
     "VER _gnutls_verify_crt_status and its older names; compared: 3.6.10, 3.7.9", _MEASURED)
_row("list_order", ListOrder.AS_SENT, f"{_2}, 3.0.0..3.0.21",
     "VER _gnutls_x509_verify_certificate at 2.8.6, 2.12.24; HIGH at 3.0.21", _READ)
_row("list_order", ListOrder.UNBROKEN, "3.0.22..3.0.23, 3.1.0..3.1.1",
     "HIGH shorten_clist at 3.0.22, 3.1.1: a disjoint list is truncated", _READ)
_row("list_order", ListOrder.SORTED, "3.0.24..3.0, 3.1.2..3.6",
     "HIGH sort_clist at 3.0.24, 3.1.28; SORT at 3.6.13; flag set by default in the credentials",
     _READ)
_row("list_order", ListOrder.ALL_SEGMENTS, "3.7.0",
     "HIGH gnutls_x509_trust_list_verify_crt2 at 3.7.0: nothing is dropped", _READ)
_row("list_order", ListOrder.SEGMENTS, "3.7.1..3.7.8",
     "HIGH at 3.7.1, 3.7.8: cut when the issuer is known", _READ)
_row("list_order", ListOrder.DISTINCT_SEGMENTS, "3.7.10, 3.8.0..3.8.2",
     "HIGH at 3.7.10, 3.8.0: duplicates are looked for from the first on", _READ)
_row("list_order", ListOrder.LINEAR_SEGMENTS, "3.7.9, 3.7.11..3.7, 3.8.3..3.8",
     "SORT at 3.7.11, 3.8.3: a loop is detected; compared: 3.7.9 as in Debian", _MEASURED)
_row("max_sorted", 10, "3.0.24..3.0", "HIGH MAX_CERTS_TO_SORT at 3.0.24", _READ)
_row("max_sorted", 16, "3.1.2..3.8", "SORT DEFAULT_MAX_VERIFY_DEPTH", _READ)
_row("max_served", 32, f"{_2}, 3.0.0..3.1.1", "DEFAULT_VERIFY_DEPTH in gnutls_int.h", _READ)
_row("max_served", 16, "3.1.2..3.8",
     "DEFAULT_MAX_VERIFY_DEPTH, PEERS verify_depth; 13 and 17 certificates measured on 3.7.9",
     _MEASURED)
_row("finds_sorted_roots", True, "3.0.24..3.7.0",
     "SORT at 3.6.13, 3.7.0: self-signed ones are looked at like all others", _READ)
_row("finds_sorted_roots", False, "3.7.1..3.8",
     "SORT at 3.7.1: a self-signed one is skipped; compared: 3.7.9", _MEASURED)
_row("anchors_by_name", False, _2,
     "PEERS at 2.12.24: the whole list of CAs is handed over", _READ)
_row("anchors_by_name", True, "3.0..3.8",
     "HIGH trust list nodes at 3.0.0, 3.6.13; compared: 3.7.9", _MEASURED)
_row("anchor_match", AnchorMatch.CERTIFICATE, f"{_2}, 3.0.0..3.3.7",
     "VER check_if_same_cert at 2.12.24, 3.3.7", _READ)
_row("anchor_match", AnchorMatch.NAME_AND_KEY, "3.3.8..3.8",
     "VER _gnutls_check_if_same_key first at 3.3.8; compared: 3.7.9", _MEASURED)
_row("alternatives", Alternatives.NEVER, f"{_2}, 3.0.0..3.1.22, 3.2.0..3.2.12",
     "HIGH at 3.0.32, 3.1.22, 3.2.12: no second look", _READ)
_row("alternatives", Alternatives.NOTHING_FROM_STORE, "3.1.23..3.1, 3.2.13..3.5",
     "HIGH LAST_DN first at 3.1.23, 3.2.13; also 3.3.7, 3.5.19", _READ)
_row("alternatives", Alternatives.UNKNOWN_OR_WEAK, "3.6.0..3.6.13",
     "HIGH SIGNER_OLD_OR_UNKNOWN at 3.6.0, 3.6.13; compared: 3.6.10", _MEASURED)
_row("alternatives", Alternatives.UNKNOWN_WEAK_OR_EXPIRED, "3.6.14..3.8",
     "HIGH SIGNER_OLD_OR_UNKNOWN at 3.6.14; compared: 3.7.9", _MEASURED)
_row("served_names", NameForm.ENCODED, f"{_2}, 3.0..3.5, 3.6.0..3.6.13",
     "dn.c _gnutls_x509_compare_raw_dn at 2.12.24, 3.6.13: the bytes; compared: 3.6.10", _MEASURED)
_row("served_names", NameForm.TEXT, "3.6.14..3.8",
     "dn.c _gnutls_x509_compare_raw_dn at 3.6.14: the text; compared: 3.7.9", _MEASURED)
_row("store_names", NameForm.ENCODED, _COVERED,
     "HIGH: nodes are found by a hash of the bytes; compared: 3.7.9", _MEASURED)
for _trait in ("served_tests", "store_tests"):
    _row(_trait, IssuerTest(0), "2.8, 2.10, 2.12.0..2.12.19, 3.0.0..3.0.19",
         "VER is_issuer at 2.12.19, 3.0.19: the name alone", _READ)
    _row(_trait, IssuerTest.BARE_KEY_ID, "2.12.20..2.12, 3.0.20..3.8",
         "VER is_issuer first at 2.12.20, 3.0.20; compared: 3.7.9", _MEASURED)
_row("store_preference", Preference.FIRST, _2, "VER find_issuer at 2.12.24", _READ)
_row("store_preference", Preference.LAST_VALID_ELSE_FIRST, "3.0..3.8",
     "VER find_issuer at 3.0.0, 3.6.13; compared: 3.7.9", _MEASURED)
_row("partial_chain", True, _COVERED, "VER: no test of the store certificate's issuer", _READ)

_DIFFERENT_ALGORITHMS: Final = attrs.evolve(NO_CHECKS, equal_algorithms=Scope(ALL_ROLES))
for _trait in ("served_admission", "store_admission"):
    _row(_trait, Admission(_DIFFERENT_ALGORITHMS, Consequence.FATAL), "3.3.13..3.8",
         "x509.c compare_sig_algorithm first at 3.3.13: the certificate is not read", _READ)

# -- what a path must pass ----------------------------------------------------------------------

_row("dates", NOBODY_KNOWS, "2.8",
     "documentation of 2.8: the application must compare them itself", Evidence.UNKNOWN)
_row("dates", Scope(ALL_ROLES), "2.10, 2.12, 3.0..3.8",
     "VER check_time first at 2.9.10; check_time_status at 3.6.13; compared: 3.7.9", _MEASURED)
_row("last_second", True, _COVERED, "VER check_time: now > t; compared: 3.7.9", _MEASURED)
_row("signatures", Scope(BELOW_ANCHOR), _COVERED,
     "VER _gnutls_verify_certificate2, verify_crt at all tags read", _READ)
_row("own_signature", Scope(), _COVERED,
     "VER: the signature of the store certificate is not looked at; measured on 3.7.9", _MEASURED)
_row("equal_algorithms", Scope(), f"{_2}, 3.0.0..3.3.12", "x509.c at 3.3.12: not compared", _READ)
_row("equal_algorithms", Scope(BELOW_ANCHOR), "3.3.13..3.8",
     "x509.c compare_sig_algorithm first at 3.3.13", _READ)

_OLD: Final = frozenset({Digest.MD2, Digest.MD5})
#: A self-issued certificate in the path is spared, see VER is_issuer(cert, cert).
_SPARING: Final = Role.LEAF | Role.SERVED_CA | Role.STORE_CA
_row("digests", Refusals(_OLD, roles=_SPARING), f"{_2}, 3.0..3.5",
     "VER at 2.12.24; gnutls_sign_is_secure from 3.1.4", _READ)
_row("digests", Refusals(_OLD | {Digest.SHA1}, roles=_SPARING), "3.6..3.8",
     "sign.c at 3.6.0: SHA-1 is not secure for certificates; compared: 3.7.9", _MEASURED)

_NO_DIGEST: Final = frozenset(
    pair for scheme in Scheme for pair in algorithms(scheme, Digest.MD4, Digest.OTHER)
)
_WEAK: Final = frozenset(pair for scheme in Scheme for pair in algorithms(scheme, *_OLD))
_ED448: Final = algorithms(Scheme.ED448)
_NEWER: Final = _ED448 | algorithms(Scheme.ED25519) | algorithms(Scheme.RSA_PSS)
_STRANGE: Final = _NO_DIGEST | algorithms(Scheme.OTHER)
_PSS_HASHES: Final = (Digest.SHA256, Digest.SHA384, Digest.SHA512)
_SHORT_PSS: Final = algorithms(Scheme.RSA_PSS) - algorithms(Scheme.RSA_PSS, *_PSS_HASHES)
_DSA_2: Final = (Digest.SHA224, Digest.SHA256)

_row("algorithms",
     Refusals(
         _STRANGE | _NEWER | algorithms(Scheme.ECDSA) | algorithms(Scheme.DSA, *_DSA_2)
         | frozenset(p for s in Scheme for p in algorithms(s, Digest.SHA224))
     ),
     "2.8, 2.10", "gnutls_algorithms.c at 2.8.6, 2.10.5: no SHA-224", _READ)
_row("algorithms", Refusals(_STRANGE | _NEWER | algorithms(Scheme.ECDSA)), "2.12",
     "gnutls_algorithms.c at 2.12.24", _READ)
_row("algorithms", Refusals(_STRANGE | _NEWER), "3.0..3.2",
     "sign.c at 3.0.0, 3.2.21: ECDSA from 3.0", _READ)
_row("algorithms", Refusals(_STRANGE | _NEWER | _WEAK), "3.3..3.5",
     "sign.c at 3.3.0; VER is_level_acceptable: MD5 gives 64 bits, self-issued or not", _READ)
_row("algorithms", Refusals(_STRANGE | _ED448 | _SHORT_PSS | _WEAK), "3.6.0..3.6.11",
     "sign.c at 3.6.0: RSA-PSS and Ed25519", _READ)
_row("algorithms", Refusals(_STRANGE | _SHORT_PSS | _WEAK), "3.6.12..3.8",
     "sign.c at 3.6.12: Ed448; compared: 3.7.9", _MEASURED)

_row("key_kinds",
     Refusals(
         frozenset({KeyKind.EC, KeyKind.ED25519, KeyKind.ED448, KeyKind.OTHER}), roles=_IN_PATH
     ),
     _2, "gnutls_algorithms.c at 2.12.24: RSA and DSA", _READ)
_row("key_kinds",
     Refusals(frozenset({KeyKind.ED25519, KeyKind.ED448, KeyKind.OTHER}), roles=_IN_PATH),
     "3.0..3.5", "ecc.c at 3.0.0: elliptic curves from 3.0", _READ)
_row("key_kinds", Refusals(frozenset({KeyKind.ED448, KeyKind.OTHER}), roles=_IN_PATH),
     "3.6.0..3.6.11", "sign.c and ecc.c at 3.6.0", _READ)
_row("key_kinds", Refusals(frozenset({KeyKind.OTHER}), roles=_IN_PATH), "3.6.12..3.8",
     "ecc.c and sign.c at 3.6.12", _READ)

_ELSEWHERE: Final = frozenset(
    {
        "",  # spelled out in the key
        "1.3.132.0.10",  # secp256k1
        "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13",  # brainpool
    }
)  # fmt: skip
_row("form",
     Form(repeated_extensions=Scope(_IN_PATH), broken_extensions=Scope(_IN_PATH)),
     "3.7.9", "measured on Debian's 3.7.9: what is there twice or cannot be read is refused",
     Evidence.MEASURED)
_row("curves", Refusals(), _2, "no elliptic curves at all, see key_kinds", _READ)
_row("curves", Refusals(_ELSEWHERE, roles=_IN_PATH), "3.0..3.8",
     "ecc.c at 3.0.0, 3.7.9: the NIST curves; secp256k1 compared: 3.7.9", _MEASURED)

_LOW: Final = ((KeyKind.RSA, 1024), (KeyKind.DSA, 1024), (KeyKind.EC, 160))
_row("key_sizes", KeySizes(), f"{_2}, 3.0..3.2", "PEERS: only a largest size before 3.3.0", _READ)
_row("key_sizes", KeySizes(_LOW, roles=_IN_PATH), "3.3.0..3.6.11",
     "VER is_level_acceptable at 3.3.0; NORMAL sets profile LOW", _READ)
_row("key_sizes", KeySizes(_LOW, roles=_IN_PATH | Role.STORE_LEAF), "3.6.12..3.8",
     "VER check_ca_sanity first at 3.6.12; RSA 1024 measured on 3.7.9", _MEASURED)

_BASIC: Final = frozenset({CaProof.BASIC_CONSTRAINTS})
_OLD_ROOTS: Final = _BASIC | {CaProof.VERSION_1, CaProof.ABSENT_SELF_ISSUED}
_row("authority", Authority(((_SERVED | Role.ANCHOR, _BASIC),)), "2.8, 2.10.0..2.10.3",
     "VER check_if_ca at 2.8.6, 2.10.0: version 1 only by a flag", _READ)
_row("authority",
     Authority(
         ((_SERVED, _BASIC | {CaProof.ABSENT_SELF_ISSUED, CaProof.VERSION_1}),
          (Role.ANCHOR, _OLD_ROOTS))
     ),
     "2.12.0..2.12.23, 3.0, 3.1.0..3.1.20, 3.2.0..3.2.10",
     "VER at 2.12.23, 3.2.10: the flag against version 1 in the list is not set (CVE-2014-1959)",
     _READ)
_row("authority", Authority(((_SERVED, _BASIC), (Role.ANCHOR, _OLD_ROOTS))),
     "2.10.4..2.10, 2.12.24..2.12, 3.1.21..3.1, 3.2.11..3.8",
     "VER check_if_ca at 2.12.24, 3.2.11, 3.6.13; compared: 3.7.9", _MEASURED)
_row("cert_sign", Scope(), f"{_2}, 3.0.0..3.1.3", "VER: key usage is not looked at", _READ)
_row("cert_sign", Scope(_SERVED | Role.ANCHOR), "3.1.4..3.8",
     "VER KEY_CERT_SIGN first at 3.1.4; compared: 3.7.9", _MEASURED)
_row("path_length", PathLength(Scope()), f"{_2}, 3.0.0..3.1.3", "VER: no max_path", _READ)
_row("path_length", PathLength(Scope(_SERVED | Role.ANCHOR), counts_self_issued=True),
     "3.1.4..3.8", "VER max_path first at 3.1.4; compared: 3.7.9", _MEASURED)

_LEAF_PURPOSE: Final = Purpose(_SERVER | _ANY, leaf_roles=ALL_ROLES, empty_is_any=True)
_row("purpose", Purpose(), f"{_2}, 3.0..3.2",
     "PEERS: no purpose before 3.3.0; the application may ask for it", _READ)
_row("purpose", _LEAF_PURPOSE, "3.3.0..3.3.7",
     "gnutls_certificate_verify_peers at 3.3.0: the leaf's only", _READ)
_row("purpose",
     attrs.evolve(
         _LEAF_PURPOSE, leaf_ca=_STEP_UP, issuers=_SERVER | _STEP_UP, issuer_roles=_SERVED
     ),
     "3.3.8..3.8",
     "VER _gnutls_check_key_purpose first at 3.3.8; compared: 3.7.9", _MEASURED)
_row("critical", Critical(scope=Scope()), f"{_2}, 3.0..3.5",
     "VER: critical extensions are not looked at before 3.6.0", _READ)

_KNOWN: Final = frozenset(
    {
        Oid.SUBJECT_KEY_IDENTIFIER, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, "2.5.29.18",
        Oid.BASIC_CONSTRAINTS, Oid.NAME_CONSTRAINTS, Oid.CRL_DISTRIBUTION_POINTS,
        Oid.AUTHORITY_KEY_IDENTIFIER, Oid.EXTENDED_KEY_USAGE, Oid.AUTHORITY_INFO_ACCESS,
        Oid.PROXY_CERT_INFO, "1.3.6.1.5.5.7.1.24", Oid.CERTIFICATE_POLICIES,
    }
)  # fmt: skip
_row("critical", Critical(_KNOWN | {Oid.INHIBIT_ANY_POLICY}, scope=Scope(_IN_PATH)), "3.6..3.8",
     "VER check_for_unknown_exts first at 3.6.0, supported_exts.gperf; compared: 3.7.9", _MEASURED)

_DNS_EMAIL: Final = frozenset({GeneralNameKind.DNS, GeneralNameKind.EMAIL})
_WITH_IP: Final = _DNS_EMAIL | {GeneralNameKind.IP}
_FIRST_NC: Final = NameConstraintRules(
    Scope(_SERVED | Role.ANCHOR), merging=Merging.TOPMOST, compared=_DNS_EMAIL,
    exact_case=True, uris_need_names=False,
)  # fmt: skip
_LEAF_NC: Final = attrs.evolve(_FIRST_NC, names=ConstrainedNames.LEAF)
_NARROW_NC: Final = attrs.evolve(_LEAF_NC, merging=Merging.NARROWING, uris_need_names=True)
_IP_NC: Final = attrs.evolve(_NARROW_NC, compared=_WITH_IP, must_be_known=True)
_BOUND_NC: Final = attrs.evolve(_IP_NC, most_comparisons=1 << 20)
_LAST_NC: Final = attrs.evolve(_BOUND_NC, merging=Merging.COMMON, exact_case=False)
_row("name_constraints", NameConstraintRules(Scope()), f"{_2}, 3.0..3.2",
     "VER: name constraints from 3.3.0", _READ)
_row("name_constraints", _FIRST_NC, "3.3.0..3.3.7",
     "VER, NC at 3.3.0: every certificate; permitted ones of the topmost only", _READ)
_row("name_constraints", _LEAF_NC, "3.3.8..3.3, 3.4.0..3.4.2",
     "VER end_cert first at 3.3.8", _READ)
_row("name_constraints", attrs.evolve(_LEAF_NC, uris_need_names=True), "3.4.3..3.4",
     "NC check_unsupported_constraint2 first at 3.4.3", _READ)
_row("name_constraints", _NARROW_NC, "3.5.0..3.5.3",
     "NC _gnutls_name_constraints_intersect first at 3.5.0", _READ)
_row("name_constraints", _IP_NC, "3.5.4..3.5, 3.6.0..3.7.8, 3.7.10..3.8.8",
     "NC check_ip_constraints first at 3.5.4; intersection at 3.7.9, 3.8.8", _READ)
_row("name_constraints", _BOUND_NC, "3.8.9..3.8.11", "NC MAX_NC_CHECKS first at 3.8.9", _READ)
_row("name_constraints", attrs.evolve(_BOUND_NC, merging=Merging.OVERLAPPING), "3.8.12",
     "NC at 3.8.12: sorted lists are intersected both ways", _READ)
_row("name_constraints", _LAST_NC, "3.7.9, 3.8.13..3.8",
     "NC at 3.8.13 and NEWS; compared: 3.7.9 of Debian, which has these fixes", _MEASURED)
_row("explicit_policy", Scope(), _COVERED, "VER: policies are never evaluated", _READ)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "HIGH: a store made of PEM files holds certificates and no limits", _READ)

# -- host names ---------------------------------------------------------------------------------

_STARS: Final = Wildcards.LEFTMOST_LABEL | Wildcards.STAR_FIRST
_TEXT: Final = HostnameRules(
    common_name=CommonNameUse.NO_DNS_NAME, first_common_name=True, wildcards=Wildcards.ANYWHERE,
    ip_san=False, ip_as_text=True, trailing_dot=False,
)  # fmt: skip
_TEXT_33: Final = attrs.evolve(_TEXT, wildcards=_STARS)
_ONE_NAME: Final = attrs.evolve(
    _TEXT_33, ip_san=True, first_common_name=False, one_common_name=True
)
_OF_SERVERS: Final = attrs.evolve(_ONE_NAME, common_name_of=Oid.SERVER_AUTH)
_MODERN: Final = attrs.evolve(_OF_SERVERS, common_name=CommonNameUse.NO_HOST, ip_as_text=False)
_LATEST: Final = attrs.evolve(_MODERN, common_name=CommonNameUse.NO_HOST_OR_SERVICE)
_row("hostname", _TEXT, f"{_2}, 3.0, 3.1, 3.2.0..3.2.15",
     "HOST and STR _gnutls_hostname_compare at 2.12.24, 3.2.0: stars anywhere", _READ)
_row("hostname", attrs.evolve(_TEXT, ip_san=True), "3.2.16..3.2",
     "HOST at 3.2.16: addresses", _READ)
_row("hostname", _TEXT_33, "3.3.0..3.3.5",
     "STR at 3.3.0: one star, at the beginning, and two labels behind it", _READ)
_row("hostname", attrs.evolve(_TEXT_33, ip_san=True), "3.3.6", "HOST at 3.3.6: addresses", _READ)
_row("hostname", _ONE_NAME, "3.3.7..3.3", "HOST at 3.3.7: a single CN", _READ)
_row("hostname", _OF_SERVERS, "3.4, 3.5", "HOST at 3.4.0: the CN of servers only", _READ)
_row("hostname", _MODERN, "3.6.0..3.7.8, 3.7.10..3.8.12",
     "HOST IS_SAN_SUPPORTED at 3.6.0: an address is no text any more", _READ)
_row("hostname", _LATEST, "3.7.9, 3.8.13..3.8",
     "HOST PRECLUDES_CN_FALLBACK at 3.8.13; compared: 3.7.9 of Debian, with these fixes",
     _MEASURED)


# -- options ------------------------------------------------------------------------------------


def _purpose(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (3, 3):
        raise ClientError("GnuTLS has no purpose before 3.3.0")
    return {} if value else {"purpose": Purpose()}


def _handshake(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (3, 6):
        raise ClientError("what the handshake demands was read from GnuTLS 3.6.0 on")
    signing = LeafUsage(Scope(_ANY_LEAF), KeyUsage.DIGITAL_SIGNATURE, netscape=False)
    return {"leaf_usage": signing} if value else {}


def _backports(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (3, 6, 14):
        raise ClientError("nobody brought the fixes of GnuTLS 3.8.13 to versions before 3.6.14")
    if value:
        order = {} if version < (3, 7) else {"list_order": ListOrder.LINEAR_SEGMENTS}
        return {"name_constraints": _LAST_NC, "hostname": _LATEST, **order}
    if version != (3, 7, 9):
        return {}
    return {
        "name_constraints": _IP_NC, "hostname": _MODERN, "list_order": ListOrder.SEGMENTS
    }  # fmt: skip


def _expired_alternatives(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not (3, 6) <= version < (3, 6, 14):
        raise ClientError("the repair of GnuTLS 3.6.14 is modelled for 3.6.0 to 3.6.13")
    return {"alternatives": Alternatives.UNKNOWN_WEAK_OR_EXPIRED} if value else {}


GNUTLS: Final = Family(
    name="gnutls",
    title="GnuTLS",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "purpose": TraitOption(
                "whether the application asks for the purpose of a server; true by default",
                _purpose,
            ),
            "handshake": TraitOption(
                "the leaf's key must sign the handshake (TLS 1.3, ECDHE); false by default",
                _handshake,
            ),
            "backports": TraitOption(
                "the security fixes up to 3.8.13 are applied; true by default for 3.7.9 only",
                _backports,
            ),
            "expired_alternatives": TraitOption(
                "the repair of 3.6.14 for an expired root is applied; false by default",
                _expired_alternatives,
            ),
        }
    ),
    hint="A store of p11-kit (the trust module) is not modelled, only one of files.",
)
