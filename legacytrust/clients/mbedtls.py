"""mbedTLS and its former self PolarSSL, 0.14 to 4.1, as a TLS client with its own defaults.

Theory
======

The peer's certificates are a list, and the list is walked forwards: the issuer of a certificate is
one that stands somewhere behind it.  Surplus certificates are stepped over; two in the wrong order
end the walk.  There is one path and no second try.  What changed is when the store is asked:

* **PolarSSL up to 1.1** walks to the end and asks the store for an issuer of the last one.  Of all
  dates only the leaf's notAfter is read.
* **PolarSSL 1.2 to mbedTLS 1.3.12, and 2.0.0** do the same and read all dates.  A server that
  sends a cross-certificate pulls them past the root that they have.
* **1.3.13 to 1.3.22 and 2.1.0 to 2.8.0** ask the store at every step, by name and CA flag alone.
  A store certificate of that name is the end of the walk, even if it then turns out not to have
  made the signature.
* **From 2.9.0** the store certificate must have made the signature to be taken.  Of several
  possible issuers one within its dates is preferred, but an expired one of the store still comes
  before any that was served.

Any store certificate ends the path; it need not be self-signed, and its own signature is nothing.
Up to 2.8 a served root stands for the store's copy, whose dates are then not read.

An issuer is passed over when its pathLenConstraint leaves no room.  Self-issued certificates were
counted at first; later all are spared but the one directly below.

A certificate that cannot be parsed ends everything, needed or not, served or in the store: one
with an unknown critical extension (nameConstraints are unknown), another kind of key than RSA or a
named curve, another signature algorithm.  The parser for PEM files returns how many certificates
it could not read and keeps the others; an application that goes on regardless is what the option
``lenient_store`` stands for.  The TLS layer from 2.16 on drops a served certificate whose signature
algorithm is unknown; a model that asks for less would be wrong about the verify call alone.

From 2.0.0 a *profile* bounds hashes, keys and curves.  The leaf's key usage and extended key usage
are the TLS layer's business, from 1.3.6 on.  The models assume that the application hands over the
host name, and the key exchange that the leaf's key usage allows.

Sources: the upstream tags named in the rows, read in ``library/x509_crt.c`` (CRT), up to 1.2
``library/x509parse.c`` (PARSE), ``library/oid.c`` (OID), ``library/ssl_tls.c`` (SSL) and the
default configuration (CONFIG).  "Compared" means: run beside the genuine library on generated
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
from legacytrust.extensions import KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    NO_CHECKS,
    Admission,
    AnchorConstraintRules,
    AnchorMatch,
    Authority,
    CommonNameUse,
    Consequence,
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
    SearchRules,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["MBEDTLS", "NEW_CURVES"]

_COVERED: Final = (
    "0.14.0..0.14.3, 1.0.0, 1.1.0..1.1.8, 1.2.0..1.2.19, 1.3.0..1.3.22, 2.0.0, 2.1.0..2.1.18, "
    "2.2.0..2.8.0, 2.9.0..2.28.10, 3.0.0..3.6.6, 4.0.0..4.1.0"
)
_POLARSSL: Final = "0.14.0..1.1.8"
_TO_1_3: Final = "0.14.0..1.3.22"
_SERVED_FIRST: Final = "0.14.0..1.3.12, 2.0.0"
_CLAIMED: Final = "1.3.13..1.3.22, 2.1.0..2.8.0"
_FROM_2_9: Final = "2.9.0..4.1.0"

_ANY_LEAF: Final = Role.LEAF | Role.STORE_LEAF

# -- what the parser reads --------------------------------------------------------------------

_EXTENSIONS_1_1: Final = frozenset(
    {Oid.BASIC_CONSTRAINTS, Oid.NETSCAPE_CERT_TYPE, Oid.KEY_USAGE, Oid.EXTENDED_KEY_USAGE}
)
_EXTENSIONS: Final = _EXTENSIONS_1_1 | {Oid.SUBJECT_ALT_NAME}
_EXTENSIONS_3_5: Final = _EXTENSIONS | {Oid.SUBJECT_KEY_IDENTIFIER, Oid.AUTHORITY_KEY_IDENTIFIER}

_NO_SCHEME: Final = (
    algorithms(Scheme.DSA) | algorithms(Scheme.ED25519) | algorithms(Scheme.ED448)
    | algorithms(Scheme.OTHER)
)  # fmt: skip
_UNKNOWN_HASH: Final = algorithms(Scheme.RSA_PKCS1, Digest.OTHER) | algorithms(
    Scheme.ECDSA, Digest.OTHER
)
_NO_MD2: Final = algorithms(Scheme.RSA_PKCS1, Digest.MD2, Digest.MD4)
_NO_PSS: Final = algorithms(Scheme.RSA_PSS)
_NO_SHA512: Final = algorithms(Scheme.RSA_PKCS1, Digest.SHA384, Digest.SHA512) | algorithms(
    Scheme.ECDSA, Digest.SHA384, Digest.SHA512
)
_NO_EC: Final = algorithms(Scheme.ECDSA)
_NO_KEY: Final = frozenset({KeyKind.DSA, KeyKind.ED25519, KeyKind.ED448, KeyKind.OTHER})


def _parser(
    extensions: frozenset[str] = _EXTENSIONS,
    *,
    ec: bool = True,
    pss: bool = True,
    md2: bool = False,
) -> Admission:
    """What a certificate must be like to be parsed.

    :param extensions: critical ones that are understood.
    :param ec: whether elliptic curves are.
    :param pss: whether RSA-PSS is.
    :param md2: whether the names of MD2 and MD4 are known, though not how to compute them.
    """
    unknown = _NO_SCHEME | _UNKNOWN_HASH
    unknown |= frozenset() if md2 else _NO_MD2
    unknown |= frozenset() if pss else _NO_PSS
    unknown |= frozenset() if ec else _NO_EC
    demands = attrs.evolve(
        NO_CHECKS,
        critical=Critical(extensions, scope=Scope(ALL_ROLES)),
        equal_algorithms=Scope(ALL_ROLES),
        algorithms=Refusals(unknown, roles=ALL_ROLES),
        key_kinds=Refusals(_NO_KEY if ec else _NO_KEY | {KeyKind.EC}, roles=ALL_ROLES),
        curves=Refusals(frozenset({""}), roles=ALL_ROLES),
    )
    return Admission(demands, Consequence.FATAL)


# -- what a profile allows ----------------------------------------------------------------------

_SIGNED: Final = BELOW_ANCHOR | Role.STORE_LEAF
_EXOTIC: Final = frozenset({Digest.MD2, Digest.MD4, Digest.OTHER})


def _hashes(*weak: Digest) -> Refusals[Digest]:
    return Refusals(_EXOTIC | {*weak}, roles=_SIGNED)


#: Hashes that the profiles of 2.5.1 and of 3.0.0 refuse.
_OLD_DIGESTS: Final = _hashes(Digest.MD5, Digest.SHA1)
_NEW_DIGESTS: Final = _hashes(Digest.MD5, Digest.SHA1, Digest.SHA224)

_P192, _P224, _SECP256K1 = "1.2.840.10045.3.1.1", "1.3.132.0.33", "1.3.132.0.10"
_P256: Final = "1.2.840.10045.3.1.7"
_SECP192K1, _SECP224K1 = "1.3.132.0.31", "1.3.132.0.32"
#: Curves that are understood and that the profile of 3.0.0 refuses.
NEW_CURVES: Final = Refusals(
    frozenset({_P192, _P224, _SECP192K1, _SECP224K1, _SECP256K1}), roles=ALL_ROLES
)

# -- the leaf -----------------------------------------------------------------------------------

_LEAF_PURPOSE: Final = Purpose(
    frozenset({Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE}), leaf_roles=_ANY_LEAF
)
_HOST: Final = HostnameRules(
    common_name=CommonNameUse.NO_SAN,
    wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.TOP_LEVEL,
    ip_san=False,
    ip_as_text=True,
    ip_wildcards=True,
    trailing_dot=False,
)

# -- the table ----------------------------------------------------------------------------------

_RSA_2048: Final = ((KeyKind.RSA, 2048),)
_TRUSTED: Final = (
    IssuerTest.CA_IF_V3 | IssuerTest.KEY_USAGE | IssuerTest.PATH_LENGTH | IssuerTest.SIGNATURE
)

_table: Final = Table(dotted)
_row = _table.add
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED
_COMPARED: Final = "compared: 2.16.12, 2.28.0, 2.28.3, 2.28.8"

# How a path is searched.
_row("strategy", Strategy.FORWARD, _TO_1_3,
     "PARSE x509parse_verify at 0.14.3, 1.1.8, 1.2.19; CRT at 1.3.9, 1.3.13", _READ)
_row("strategy", Strategy.FORWARD, "2.0.0..2.8.0",
     "CRT mbedtls_x509_crt_verify_with_profile at 2.0.0, 2.7.19, 2.8.0", _READ)
_row("strategy", Strategy.FORWARD, _FROM_2_9,
     f"CRT x509_crt_verify_chain at 2.9.0, 2.28.3, 3.6.6; {_COMPARED}", _MEASURED)
_row("trusted_first", False, _SERVED_FIRST,
     "CRT verify_child at 1.3.12, 2.0.0: trusted CAs only for the top", _READ)
_row("trusted_first", True, "1.3.13..1.3.22, 2.1.0..4.1.0",
     "CRT at 1.3.13, 2.1.0: a grandparent is looked for in trusted CAs first", _READ)
_row("store_claims", IssuerTest.CA | IssuerTest.KEY_USAGE, _CLAIMED,
     "CRT x509_crt_check_parent with top = 0 at 1.3.13, 2.1.0, 2.8.0", _READ)
_row("served_root_stands", True, "0.14.0..1.1.8, 1.2.1..2.8.0",
     "CRT verify_top at 1.2.1, 1.3.9, 2.8.0: no dates of an issuer of the same name", _READ)
_row("served_root_stands", False, "1.2.0, 2.9.0..4.1.0",
     "PARSE verify_top at 1.2.0; CRT x509_crt_verify_chain at 2.9.0", _READ)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.ENCODED, "0.14.0..1.3.8",
         "PARSE at 1.1.8, 1.2.19, CRT at 1.3.8: memcmp of the encoded names", _READ)
    _row(_trait, NameForm.ASCII_CASE, "1.3.9..4.1.0",
         f"CRT x509_name_cmp, x509_string_cmp at 1.3.9, 2.0.0, 2.28.3; {_COMPARED}", _MEASURED)
_row("served_tests", IssuerTest.CA, "0.14.0..1.2.17, 1.3.0..1.3.5",
     "PARSE at 1.1.8, 1.2.17; CRT at 1.3.5: ca_istrue", _READ)
_row("served_tests", IssuerTest.CA | IssuerTest.PATH_LENGTH, "1.2.18..1.2.19",
     "PARSE verify_child at 1.2.18: max_pathlen of a grandparent", _READ)
_row("served_tests", IssuerTest.CA | IssuerTest.KEY_USAGE,
     "1.3.6..1.3.14, 2.0.0, 2.1.0..2.1.2",
     "CRT x509_crt_check_parent at 1.3.6, 1.3.14, 2.0.0, 2.1.2", _READ)
_row("served_tests", IssuerTest.CA | IssuerTest.KEY_USAGE | IssuerTest.PATH_LENGTH,
     "1.3.15..1.3.22, 2.1.3..2.1.18, 2.2.0..4.1.0",
     f"CRT at 1.3.15, 2.1.3, 2.2.0, 2.8.0, 2.28.3; {_COMPARED}", _READ)
_row("store_tests", IssuerTest.PATH_LENGTH | IssuerTest.SIGNATURE, "0.14.0..1.3.5",
     "PARSE at 1.1.8, 1.2.19; CRT at 1.3.5: the CA flag of trusted ones is not read", _READ)
_row("store_tests",
     IssuerTest.CA | IssuerTest.KEY_USAGE | IssuerTest.PATH_LENGTH | IssuerTest.SIGNATURE,
     "1.3.6..1.3.7", "CRT x509_crt_check_parent at 1.3.6, 1.3.7", _READ)
_row("store_tests", _TRUSTED,
     "1.3.8..1.3.17, 1.3.19..1.3.22, 2.0.0..2.1.5, 2.1.7..2.1.18, 2.2.0..2.2.1, 2.4.2..4.1.0",
     f"CRT x509_crt_check_parent with top = 1 at 1.3.8, 2.28.3; {_COMPARED}", _READ)
_row("store_tests", _TRUSTED | IssuerTest.DATES, "1.3.18, 2.1.6, 2.3.0..2.4.1",
     "CRT verify_top at 1.3.18, 2.1.6, 2.3.0, 2.4.0: passes over those out of their dates", _READ)
_row("spares_self_issued", False, "0.14.0..1.2.17, 1.3.0..1.3.14, 2.0.0, 2.1.0..2.1.2",
     "PARSE at 1.2.17, CRT at 1.3.14, 2.1.2: no self_cnt", _READ)
_row("spares_self_issued", True, "1.2.18..1.2.19, 1.3.15..1.3.22, 2.1.3..2.1.18, 2.2.0..4.1.0",
     "self_cnt in PARSE at 1.2.18, CRT at 1.3.15, 2.1.3, 2.2.0, 2.28.3", _READ)
_row("served_preference", Preference.FIRST, "0.14.0..2.8.0",
     "CRT verify_child at 1.3.9, 2.8.0: the first that fits", _READ)
_row("served_preference", Preference.VALID_ELSE_FIRST, _FROM_2_9,
     f"CRT x509_crt_find_parent_in at 2.9.0, 2.28.3: fallback_parent; {_COMPARED}", _MEASURED)
_row("store_preference", Preference.FIRST, "0.14.0..1.3.18, 2.0.0, 2.1.0..2.1.6, 2.2.0..2.4.1",
     "CRT verify_top at 1.3.18, 2.1.3, 2.4.0: the first that made the signature", _READ)
_row("store_preference", Preference.VALID_ELSE_FIRST, "1.3.19..1.3.22, 2.1.7..2.1.18, 2.4.2..2.8.0",
     "CRT verify_top at 1.3.19, 2.1.7, 2.4.2: future_past_ca", _READ)
_row("store_preference", Preference.VALID_ELSE_FIRST, _FROM_2_9,
     f"CRT x509_crt_find_parent_in at 2.9.0, 2.28.3; {_COMPARED}", _MEASURED)
_row("anchor_match", AnchorMatch.NEVER, "0.14.0..1.3.7",
     "CRT x509_crt_check_parent at 1.3.7: no exception for a trusted leaf", _READ)
_row("anchor_match", AnchorMatch.CERTIFICATE, "1.3.8..2.8.0",
     "CRT x509_crt_check_parent at 1.3.8, 2.8.0: the same octets need no CA flag", _READ)
_row("anchor_match", AnchorMatch.CERTIFICATE, _FROM_2_9,
     f"CRT x509_crt_check_ee_locally_trusted at 2.9.0, 2.28.3; {_COMPARED}", _MEASURED)
_row("max_certificates", 10, "1.2.13..1.2.19, 1.3.10..4.1.0",
     "MAX_INTERMEDIATE_CA = 8 first at 1.2.13, 1.3.10; measured on 2.28.8", _MEASURED)
for _trait in ("served_admission", "store_admission"):
    _row(_trait, _parser(_EXTENSIONS_1_1, ec=False, pss=False, md2=True), _POLARSSL,
         "PARSE x509_get_crt_ext, x509_get_sig_alg at 1.1.8", _READ)
    _row(_trait, _parser(ec=False, pss=False, md2=True), "1.2.0..1.2.19",
         "PARSE x509_get_crt_ext, x509_get_sig_alg at 1.2.0, 1.2.19", _READ)
    _row(_trait, _parser(pss=False, md2=True), "1.3.0..1.3.7",
         "OID at 1.3.0, 1.3.7: EC, no RSASSA-PSS", _READ)
    _row(_trait, _parser(md2=True), "1.3.8..1.3.22, 2.0.0..2.3.0",
         "OID at 1.3.8, 2.0.0, 2.3.0: MD2 and MD4 have names", _READ)
    _row(_trait, _parser(), "2.4.0..3.4.1",
         f"OID, CRT x509_get_crt_ext at 2.4.0, 2.28.3, 3.4.0; {_COMPARED}", _MEASURED)
    _row(_trait, _parser(_EXTENSIONS_3_5), "3.5.0..4.1.0",
         "OID, CRT x509_get_crt_ext at 3.5.0, 3.6.6, 4.1.0: key identifiers are read", _READ)

# What a path must pass.
_row("dates", Scope(_ANY_LEAF), _POLARSSL,
     "PARSE x509parse_verify at 1.1.8: x509parse_time_expired of the leaf alone", _READ)
_row("dates", Scope(ALL_ROLES), "1.2.0..2.8.0",
     "PARSE verify_top, verify_child at 1.2.19; CRT at 2.8.0", _READ)
_row("dates", Scope(ALL_ROLES), _FROM_2_9,
     f"CRT x509_crt_verify_chain at 2.9.0, 2.28.3; {_COMPARED}", _MEASURED)
_row("not_before", False, "0.14.0..1.2.10, 1.3.0..1.3.4",
     "no x509_time_future before 1.2.11 and 1.3.5", _READ)
_row("not_before", True, "1.2.11..1.2.19, 1.3.5..4.1.0",
     f"x509_time_future first at 1.2.11, 1.3.5; {_COMPARED}", _READ)
_row("last_second", True, _COVERED,
     "past is later than valid_to at 1.1.8, 2.0.0, 2.28.3, 3.6.6; compared", _MEASURED)
_row("signatures", Scope(BELOW_ANCHOR), _COVERED,
     "every link is verified at all tags read", _READ)
_row("own_signature", Scope(Role.ANCHOR | Role.STORE_LEAF), "1.2.0",
     "PARSE verify_top at 1.2.0: the trusted one must have signed itself", _READ)
_row("own_signature", Scope(Role.STORE_LEAF), "0.14.0..1.1.8, 1.2.1..2.8.0",
     "verify_top at 1.1.8, 1.2.1, 2.8.0: a trusted leaf must have signed itself", _READ)
_row("own_signature", Scope(), _FROM_2_9,
     f"CRT x509_crt_check_ee_locally_trusted at 2.9.0: not checked; {_COMPARED}", _MEASURED)
_row("equal_algorithms", Scope(), _COVERED,
     "the parser has compared them: SIG_MISMATCH at 1.1.8, 2.28.3, 3.6.6", _READ)
_row("digests", _hashes(), _TO_1_3,
     "CONFIG at 1.1.8, 1.3.9: MD2 and MD4 are off; no profile yet", _READ)
_row("digests", _hashes(Digest.MD5), "2.0.0, 2.1.0..2.1.7, 2.2.0..2.5.0",
     "CRT mbedtls_x509_crt_profile_default at 2.0.0, 2.1.7, 2.5.0: SHA-1 and up", _READ)
_row("digests", _OLD_DIGESTS, "2.1.8..2.1.18, 2.5.1..2.28.10",
     f"CRT profile_default at 2.1.8, 2.5.1, 2.28.3: SHA-2 alone; {_COMPARED}", _MEASURED)
_row("digests", _NEW_DIGESTS, "3.0.0..4.1.0",
     "CRT profile_default at 3.0.0, 3.6.6: SHA-256 and up", _READ)
_row("algorithms", Refusals(), _COVERED, "what is not supported is not parsed", _READ)
_row("key_kinds", Refusals(), _COVERED, "what is not supported is not parsed", _READ)
_row("key_sizes", KeySizes(), _TO_1_3, "no profile before 2.0.0: any size", _READ)
_row("key_sizes", KeySizes(_RSA_2048, roles=ALL_ROLES & ~Role.LEAF), "2.0.0..2.1.2",
     "CRT x509_profile_check_key at 2.0.0, 2.1.2: issuers alone", _READ)
_row("key_sizes", KeySizes(_RSA_2048), "2.1.3..4.1.0",
     f"CRT verify_with_profile at 2.1.3, 2.28.3, 3.6.6: the leaf too; {_COMPARED}", _MEASURED)
_row("form",
     Form(repeated_extensions=Scope(BELOW_ANCHOR), broken_extensions=Scope(BELOW_ANCHOR),
          empty_issuer=Scope(BELOW_ANCHOR)),
     "2.16.0..2.28.10",
     "measured on 2.28.8: what is there twice or cannot be read is refused, and so is no issuer",
     Evidence.MEASURED)
_row("curves", Refusals(), "0.14.0..2.28.10",
     "CRT profile_default at 2.0.0, 2.28.3: any curve that can be parsed", _READ)
_row("curves", NEW_CURVES, "3.0.0..4.1.0",
     "CRT profile_default at 3.0.0, 3.6.6: P-256 and up, Brainpool, no Koblitz", _READ)
_row("authority", Authority(), _COVERED,
     "no issuer is taken without its CA flag: see served_tests and store_tests", _READ)
_row("cert_sign", Scope(), _COVERED,
     "no issuer is taken without keyCertSign: see served_tests and store_tests", _READ)
_row("path_length", PathLength(Scope()), _COVERED,
     "no issuer is taken that leaves no room: see served_tests and store_tests", _READ)
_row("purpose", Purpose(), "0.14.0..1.3.5", "SSL at 1.3.5: no ssl_check_cert_usage", _READ)
_row("purpose", _LEAF_PURPOSE, "1.3.6..4.1.0",
     f"SSL ssl_check_cert_usage first at 1.3.6; {_COMPARED}", _MEASURED)
_row("leaf_usage", LeafUsage(Scope(), netscape=False), "0.14.0..1.3.5",
     "SSL at 1.3.5: no ssl_check_cert_usage", _READ)
_row("leaf_usage", LeafUsage(Scope(_ANY_LEAF), netscape=False), "1.3.6..3.6.6",
     f"SSL ssl_check_cert_usage first at 1.3.6, by key exchange; {_COMPARED}", _MEASURED)
_row("leaf_usage",
     LeafUsage(Scope(_ANY_LEAF), KeyUsage.DIGITAL_SIGNATURE, netscape=False), "4.0.0..4.1.0",
     "SSL mbedtls_ssl_check_cert_usage at 4.1.0: only key exchanges that sign are left", _READ)
_row("critical", Critical(scope=Scope()), _COVERED, "the parser has refused them already", _READ)
_row("name_constraints", NameConstraintRules(Scope()), _COVERED,
     "OID at all tags read: the extension is unknown; measured on 2.28.3", _MEASURED)
_row("explicit_policy", Scope(), _COVERED, "CRT: policies are parsed at most", _READ)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "a list of trusted certificates holds no limits", _READ)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.ALWAYS, wildcards=Wildcards(0), ip_san=False, ip_as_text=True,
         trailing_dot=False, exact_case=True, reads_san=False,
     ),
     _POLARSSL, "PARSE x509parse_verify at 1.1.8: the CN alone, memcmp", _READ)
_row("hostname", attrs.evolve(_HOST, exact_case=True), "1.2.0..1.2.8",
     "PARSE x509parse_verify at 1.2.0, 1.2.8: SAN or else CN, memcmp", _READ)
_row("hostname", _HOST, "1.2.9..2.28.10",
     f"CRT x509_crt_verify_name at 1.3.0, 2.0.0, 2.28.3; {_COMPARED}", _MEASURED)
_row("hostname", _HOST, "3.0.0..3.4.1", "CRT x509_crt_verify_name at 3.0.0, 3.4.0", _READ)
_row("hostname", attrs.evolve(_HOST, ip_san=True), "3.5.0..4.1.0",
     "CRT x509_crt_check_san_ip first at 3.5.0", _READ)


# -- options ------------------------------------------------------------------------------------


def _search_of(version: VersionKey) -> SearchRules:
    """How this version searches by default."""
    return MBEDTLS.model(".".join(map(str, version))).search


def _check_dates(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if value:
        return {}
    return {
        "dates": Scope(),
        "served_preference": Preference.FIRST,
        "store_preference": Preference.FIRST,
        "store_tests": _search_of(version).store_tests & ~IssuerTest.DATES,
    }


def _allow_sha1(value: Any, version: VersionKey) -> Mapping[str, Any]:
    has_it = (2, 1, 8) <= version < (2, 2) or (2, 5, 1) <= version < (2, 28)
    if not has_it:
        raise ClientError("mbedTLS has allow_sha1 from 2.1.8 and 2.5.1 until 2.27 only")
    return {"digests": _hashes(Digest.MD5) if value else _OLD_DIGESTS}


def _lenient_store(value: Any, version: VersionKey) -> Mapping[str, Any]:
    loaded = _search_of(version).store_admission
    if not value or loaded is None:
        return {}
    return {"store_admission": attrs.evolve(loaded, consequence=Consequence.SKIPPED)}


def _freertos_build(value: Any, version: VersionKey) -> Mapping[str, Any]:
    search = _search_of(version)
    if not value or search.served_admission is None:
        return {}
    demands = search.served_admission.checks
    smaller = attrs.evolve(
        demands,
        algorithms=attrs.evolve(
            demands.algorithms, refused=demands.algorithms.refused | _NO_SHA512 | _NO_PSS
        ),
        curves=Refusals(accepted=frozenset({_P256}), roles=ALL_ROLES),
    )
    return {
        **_check_dates(False, version),
        "served_admission": attrs.evolve(search.served_admission, checks=smaller),
        "store_admission": Admission(smaller, Consequence.SKIPPED),
    }


MBEDTLS: Final = Family(
    name="mbedtls",
    title="mbedTLS, PolarSSL",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "check_dates": TraitOption(
                "off when built without MBEDTLS_HAVE_TIME_DATE, as on devices without a clock",
                _check_dates,
            ),
            "allow_sha1": TraitOption(
                "MBEDTLS_TLS_DEFAULT_ALLOW_SHA1_IN_CERTIFICATES, off by default", _allow_sha1
            ),
            "lenient_store": TraitOption(
                "the application goes on without the roots that could not be parsed",
                _lenient_store,
            ),
            "freertos_build": TraitOption(
                "the configuration of Amazon FreeRTOS: P-256 alone, no SHA-384, SHA-512 or RSA-PSS, "
                "no dates; roots that it cannot read are not loaded",
                _freertos_build,
            ),
        }
    ),
    hint="PolarSSL's versions are covered under this name too.",
)
