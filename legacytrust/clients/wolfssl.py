"""CyaSSL 2.0 to 3.6.6 and wolfSSL 3.4 to 5.9, which is CyaSSL under a new name.

Theory
======

wolfSSL builds no path.  It keeps a table of *signers*: the CAs of the store, and whatever was
verified since.  The served list is gone through from its last certificate to its first.  Each
must be verified by a signer that is known by then, and each CA that passes becomes a signer.

* **Every served certificate counts.**  A CA that the leaf does not need, but whose issuer is
  unknown, fails the connection; so does one that has expired.  This is how the default build broke
  on AddTrust in 2020 and on DST Root CA X3 in 2021: the server sent a cross-certificate by the dead
  root, and the client had dropped that root or could not load it any more.
* **Order counts.**  An issuer that stands before its child in the list comes too late for it.
* **The store is loaded, and what is bad does not load**: an expired root, or one with an unknown
  critical extension, is passed over while the rest of the file is read.  What *was* loaded is never
  looked at again; neither its dates nor its extensions matter any more, and an intermediate is as
  good as a root.
* **One signer is tried.**  It is found by authority key identifier, else by name; among several of
  one name, it is the one that stands first in a hash table, which depends on their keys.

A build with ``WOLFSSL_ALT_CERT_CHAINS`` (``--enable-altcertchains``, on in Debian's packages from
5.5) forgives exactly one thing: a served CA without a known issuer is passed over.  An expired one,
or one out of place that the leaf needs, still fails.

What changed: key identifiers (CyaSSL 2.7), name constraints, keyUsage and extendedKeyUsage (3.0),
path lengths (3.9.10, again 4.2 and 5.7), issuer's name beside the key identifier (4.3), the common
name only when there is no alternative name (3.15 to 4.1).

In the process, signers that came over the wire stay for later connections.  The models stand for
a first connection.

Only a leaf's keyUsage depends on the handshake: with TLS 1.2 and an ephemeral key exchange it must
have digitalSignature, with TLS 1.3 nobody looks.  Builds have TLS 1.3 from 4.5 on by default.

Sources: the upstream tags named in the rows, read in ``src/internal.c`` (INT), ``src/ssl.c`` and
``ssl_certman.c`` (SSL), ``wolfcrypt/src/asn.c`` (ASN), the release notes (NOTES).  "Compared" means:
run beside the genuine library on generated PKIs, see ``tests/differential``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.model import Row
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.clients.wolfssl_rules import (
    ANY_LEAF,
    CURVES,
    CURVES_4_1,
    EDWARDS,
    EDWARDS_SCHEMES,
    EVERY_NAME,
    FORM_2,
    FORM_3_14,
    FORM_5_6,
    FORM_5_7,
    FORM_5_9,
    KNOWN_2_9,
    KNOWN_3_11,
    KNOWN_3_15,
    KNOWN_4_2,
    KNOWN_5_0,
    KNOWN_5_6,
    PEER,
    admission,
    constraints,
    critical,
    host_rules,
    sizes_from,
)
from legacytrust.errors import ClientError
from legacytrust.extensions import KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.rules import (
    NO_CHECKS,
    AnchorConstraintRules,
    AnchorMatch,
    Authority,
    CertSignDemand,
    CommonNameUse,
    ConstraintKind,
    Critical,
    DnsConstraintForm,
    KeySizes,
    LeafUsage,
    NameConstraintRules,
    PathLength,
    PathLengthCount,
    Purpose,
    Refusals,
    Scope,
    SignerRules,
    Strategy,
    SubjectKeyId,
    Wildcards,
    algorithms,
)

__all__ = ["LAST", "SIGNERS_5_5", "TABLE", "WOLFSSL", "options_of"]

_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED
_DOCUMENTED: Final = Evidence.DOCUMENTED

# -- what both builds do --------------------------------------------------------------------------

_FIRST: Final = "2.0.0"
LAST: Final = "5.9.2"
_ALL: Final = f"{_FIRST}..{LAST}"


def _common(table: Table, covered: str) -> None:
    row = table.add
    row("strategy", Strategy.TOP_DOWN, covered,
        "INT DoCertificate at 2.0.2 to 3.6.6, ProcessPeerCerts at 4.6.0, 5.5.4, 5.7.2, 5.9.2; "
        "compared: 3.12.2 to 5.9.2", _MEASURED)
    row("served_names", NameForm.ENCODED, covered,
        "ASN GetName: a hash of the encoding; compared", _MEASURED)
    row("store_names", NameForm.ENCODED, covered,
        "ASN GetName: a hash of the encoding; compared", _MEASURED)
    row("max_certificates", 9, covered, "INT MAX_CHAIN_DEPTH; measured on 3.12.2 to 5.9.2", _MEASURED)
    row("anchor_match", AnchorMatch.NEVER, covered,
        "INT ProcessPeerCerts: a leaf is trusted as such only when the application says so", _READ)
    row("dates", Scope(PEER), covered,
        "ASN ParseCertRelative: as it is parsed, and a store certificate once, when loaded", _MEASURED)
    row("last_second", True, covered, "ASN ValidateDate; compared: 3.12.2 to 5.9.2", _MEASURED)
    row("signatures", Scope(PEER), covered, "ASN ParseCertRelative: ConfirmSignature", _MEASURED)
    row("equal_algorithms", Scope(PEER), covered, "ASN ParseCertRelative: ASN_SIG_OID_E", _READ)
    row("authority", Authority(), covered,
        "SSL AddCA: a store certificate need not be a CA, and no other becomes a signer", _READ)
    row("cert_sign", Scope(), covered, "SSL AddCA: see signers", _READ)
    row("path_length", PathLength(Scope()), covered, "ASN ParseCertRelative: see signers", _READ)
    row("explicit_policy", Scope(), covered, "ASN: policies are not evaluated", _READ)
    row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), covered,
        "SSL: a store made of PEM files holds certificates and no limits", _READ)


# -- the default build ----------------------------------------------------------------------------

TABLE: Final = Table(dotted)
_row = TABLE.add
_common(TABLE, _ALL)

_BY_NAME: Final = SignerRules(
    by_key_id=False, own_key_id=False, same_name=True, key_id_binds=False,
    derived=SubjectKeyId.KEY_BITS, path_length=PathLengthCount.NONE,
    cert_sign=CertSignDemand.NONE, max_bytes=16384,
)  # fmt: skip
_BY_KEY: Final = attrs.evolve(_BY_NAME, by_key_id=True, same_name=False)
_CERT_SIGN: Final = attrs.evolve(_BY_KEY, cert_sign=CertSignDemand.PRESENT)
_PATH_LENGTH: Final = attrs.evolve(_CERT_SIGN, path_length=PathLengthCount.ISSUER)
_WHOLE_KEY: Final = attrs.evolve(_PATH_LENGTH, derived=SubjectKeyId.EC_WHOLE)
_OWN_KEY: Final = attrs.evolve(_WHOLE_KEY, own_key_id=True, max_bytes=18462)
_CARRIED: Final = attrs.evolve(_OWN_KEY, path_length=PathLengthCount.BELOW_SELF_ISSUED)
SIGNERS_5_5: Final = attrs.evolve(
    _CARRIED, same_name=True, key_id_binds=True,
    cert_sign=CertSignDemand.PRESENT_UNLESS_SELF_ISSUED,
)  # fmt: skip
_TEMPLATE: Final = attrs.evolve(SIGNERS_5_5, path_length=PathLengthCount.CERTIFYING, empty_binds=True)
_LATEST: Final = attrs.evolve(
    SIGNERS_5_5, path_length=PathLengthCount.RFC5280,
    cert_sign=CertSignDemand.NOT_WITHHELD_UNLESS_SELF_ISSUED,
)  # fmt: skip

_row("signers", _BY_NAME, "2.0.0..2.6.2",
     "SSL AddCA, AlreadySigner at 2.0.2, 2.2.0, 2.6.0: by the hash of the name", _READ)
_row("signers", _BY_KEY, "2.7.0..2.9.4",
     "ASN ParseCertRelative, SSL AddCA at 2.7.0: key identifier, then name", _READ)
_row("signers", _CERT_SIGN, "3.0.0..3.9.8",
     "SSL AddCA at 3.0.0, 3.6.6: keyCertSign, and a CA without keyUsage has none", _READ)
_row("signers", _PATH_LENGTH, "3.9.10..3.13.0",
     "NOTES 3.9.10: path length; compared: 3.12.2, 3.13.0", _MEASURED)
_row("signers", _WHOLE_KEY, "3.14.0..3.15.7",
     "compared: 3.14.0, which hashes an elliptic curve key as a whole where no identifier is stated",
     _MEASURED)
_row("signers", _OWN_KEY, "4.0.0..4.1.0",
     "compared: 4.1.0, where a found own key identifier shows as a bad signature", _MEASURED)
_row("signers", _CARRIED, "4.2.0", "NOTES 4.2.0: handling of pathLen", _DOCUMENTED)
_row("signers", SIGNERS_5_5, "4.3.0..4.5.0",
     "NOTES 4.3.0: subject name after the key identifier, self-signed without keyCertSign",
     _INFERRED)
_row("signers", SIGNERS_5_5, "4.6.0..5.5.4",
     "ASN ParseCertRelative, SSL AddCA at 4.6.0, 5.5.4; compared: both", _MEASURED)
_row("signers", _TEMPLATE, "5.6.0..5.7.0",
     "NOTES 5.6.0: another parser by default; path lengths as in 5.7.2", _INFERRED)
_row("signers", _TEMPLATE, "5.7.2",
     "ASN ParseCertRelative, DecodeAuthKeyId at 5.7.2; compared", _MEASURED)
_row("signers", _TEMPLATE, "5.7.4..5.9.1", "as in 5.7.2; 5.9.2 is known to differ", _INFERRED)
_row("signers", _LATEST, "5.9.2", "ASN ParseCertRelative, SSL AddCA at 5.9.2; compared", _MEASURED)

# What a certificate must pass.
_EXOTIC: Final = frozenset({Digest.MD2, Digest.MD4, Digest.OTHER})
_row("digests", Refusals(_EXOTIC, roles=PEER), "2.0.0..5.7.2",
     "ASN ConfirmSignature at 3.6.6, 5.5.4; MD5 and SHA-1 measured on 3.12.2 to 5.7.2", _MEASURED)
_row("digests", Refusals(_EXOTIC, frozenset({Digest.MD5}), roles=PEER), "5.7.4..5.9.1",
     "some version after 5.7.2 dropped MD5", Evidence.UNKNOWN)
_row("digests", Refusals(_EXOTIC | {Digest.MD5}, roles=PEER), "5.9.2",
     "measured on 5.9.2: MD5 is no longer in the default build", _MEASURED)

_NO_PSS: Final = Refusals(
    algorithms(Scheme.RSA_PSS) | EDWARDS_SCHEMES | algorithms(Scheme.OTHER),
    algorithms(Scheme.DSA),
    roles=PEER,
)
_row("algorithms", _NO_PSS, "2.0.0..5.5.1",
     "NOTES 5.5.0, 5.5.2: RSA-PSS, for plain RSA keys from 5.5.2; measured on 3.12.2 to 4.6.0",
     _MEASURED)
_row("algorithms",
     Refusals(EDWARDS_SCHEMES | algorithms(Scheme.OTHER), algorithms(Scheme.DSA), roles=PEER),
     "5.5.2..5.9.2", "measured on 5.5.4, 5.7.2, 5.9.2: RSA-PSS, no Ed25519 by default", _MEASURED)
_row("key_kinds", Refusals(EDWARDS | {KeyKind.OTHER}, frozenset({KeyKind.DSA}), roles=PEER), _ALL,
     "measured on 3.12.2 to 5.9.2: no Ed25519 in the default build", _MEASURED)
_row("curves", Refusals(CURVES_4_1, roles=PEER), "2.0.0..4.1.0",
     "measured on 3.12.2 to 4.1.0: secp256k1 is refused; P-192 and the larger ones are not",
     _MEASURED)
_row("curves", Refusals(CURVES, roles=PEER), "4.2.0..4.5.0", "as in 4.6.0, measured", _INFERRED)
_row("curves", Refusals(CURVES, roles=PEER), "4.6.0..5.9.2",
     "measured on 4.6.0 to 5.9.2: secp256k1 is refused, P-256, P-384 and P-521 are not", _MEASURED)
_row("key_sizes", KeySizes(roles=PEER), "2.0.0..3.9.0",
     "INT DoCertificate at 2.2.0, 3.6.6: not looked at; NOTES 3.9.6", _READ)
_row("key_sizes", sizes_from(PEER, 160), "3.9.6..4.1.0",
     "NOTES 3.9.6; compared: 3.12.2 to 4.1.0", _MEASURED)
_row("key_sizes", sizes_from(PEER), "4.2.0..5.9.2",
     "INT ProcessPeerCertCheckKey at 5.5.4; compared: 4.6.0 to 5.9.2", _MEASURED)
_row("critical", Critical(scope=Scope()), "2.0.0..2.9.0",
     "ASN DecodeCertExtensions at 2.9.0: criticality is skipped", _READ)
_row("critical", critical(KNOWN_2_9, PEER), "2.9.2..3.10.2", "ASN at 2.9.2, 3.6.6", _READ)
_row("critical", critical(KNOWN_3_11, PEER), "3.11.0..3.15.3",
     "NOTES 3.11.0: no critical subject key identifier; measured on 3.12.2 to 3.14.0", _MEASURED)
_row("critical", critical(KNOWN_3_15, PEER), "3.15.5..4.1.0",
     "NOTES 3.15.5: nor a critical authority key identifier; measured on 4.1.0", _MEASURED)
_row("critical", critical(KNOWN_4_2, PEER), "4.2.0..4.5.0", "as in 4.6.0, measured", _INFERRED)
_row("critical", critical(KNOWN_4_2, PEER), "4.6.0..4.8.1", "measured on 4.6.0", _MEASURED)
_row("critical", critical(KNOWN_5_0, PEER), "5.0.0..5.5.4",
     "ASN DecodeExtensionType at 5.5.4; measured on it", _MEASURED)
_row("critical", critical(KNOWN_5_6, PEER), "5.6.0..5.9.2",
     "measured on 5.7.2, 5.9.2: neither policies nor authorityInfoAccess", _MEASURED)
for _trait in ("usage_without_ca", "usage_without_constraints"):
    _row(_trait, Scope(), "2.0.0..5.5.4", "measured on 3.12.2 to 5.5.4: nobody minds", _MEASURED)
    _row(_trait, Scope(PEER), "5.6.0..5.7.0", "as in 5.7.2, which is measured", _INFERRED)
    _row(_trait, Scope(PEER), "5.7.2..5.9.2",
         "ASN ParseCertRelative at 5.7.2, 5.9.2: KEYUSAGE_E; compared: both", _MEASURED)
for _versions, _value, _source, _evidence in (
    ("2.0.0..3.12.0", FORM_2, "as in 3.12.2, which is measured", _INFERRED),
    ("3.12.2..3.13.0", FORM_2, "measured on 3.12.2, 3.13.0", _MEASURED),
    ("3.14.0..5.5.4", FORM_3_14, "measured on 3.14.0 to 5.5.4: nothing twice", _MEASURED),
    ("5.6.0..5.7.0", FORM_5_6, "NOTES 5.6.0: another parser; as in 5.7.2", _INFERRED),
    ("5.7.2", FORM_5_7, "NOTES 5.7.2; ASN at 5.7.2; measured on it", _MEASURED),
    ("5.7.4..5.9.1", FORM_5_7, "as in 5.7.2; 5.9.2 is known to differ", _INFERRED),
    ("5.9.2", FORM_5_9, "NOTES 5.9.2; ASN at 5.9.2; measured on it", _MEASURED),
):
    _row("form", _value, _versions, _source, _evidence)
_row("name_constraints", NameConstraintRules(Scope()), "2.0.0..2.9.4",
     "ASN at 2.9.4: no ConfirmNameConstraints yet", _READ)
_row("name_constraints", constraints(DnsConstraintForm.EXACT, strict=False), "3.0.0..3.13.0",
     "ASN ConfirmNameConstraints, MatchBaseName at 3.6.6; compared: 3.12.2, 3.13.0", _MEASURED)
_row("name_constraints", constraints(DnsConstraintForm.EXACT), "3.14.0..4.8.1",
     "ASN MatchBaseName at 4.6.0; measured on 3.14.0: no CA, no name constraints; compared",
     _MEASURED)
_row("name_constraints", constraints(DnsConstraintForm.SUFFIX), "5.0.0..5.7.2",
     "NOTES 5.0.0; ASN MatchBaseName at 5.5.4, 5.7.2; compared: both", _MEASURED)
_row("name_constraints", constraints(DnsConstraintForm.SUFFIX), "5.7.4..5.9.1",
     "as in 5.7.2; 5.9.2 is known to differ", _INFERRED)
_row("name_constraints",
     constraints(
         DnsConstraintForm.RFC5280, kinds=EVERY_NAME, common_name=CommonNameUse.NO_DNS_NAME,
         any_text=True,
     ),
     "5.9.2", "ASN ConfirmNameConstraints at 5.9.2: the common name of every certificate too",
     _MEASURED)

_SERVER: Final = frozenset({Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE})
_row("purpose", Purpose(), "2.0.0..2.9.4", "INT DoCertificate at 2.9.4: not looked at", _READ)
_row("purpose", Purpose(_SERVER, leaf_roles=ANY_LEAF), "3.0.0..5.9.2",
     "INT at 3.0.0, 3.6.6, 5.5.4: the leaf's only; compared: 3.12.2 to 5.9.2", _MEASURED)
_SIGNING: Final = LeafUsage(Scope(ANY_LEAF), KeyUsage.DIGITAL_SIGNATURE, netscape=False)
_NO_USAGE: Final = LeafUsage(Scope(), netscape=False)
_row("leaf_usage", _NO_USAGE, "2.0.0..2.9.4", "INT DoCertificate at 2.9.4: not looked at", _READ)
_row("leaf_usage", _SIGNING, "3.0.0..4.4.0",
     "INT at 3.0.0, 3.6.6: for an ephemeral key exchange; compared: 3.12.2 to 4.1.0", _MEASURED)
_row("leaf_usage", _NO_USAGE, "4.5.0..5.9.2",
     "INT ProcessPeerCerts at 5.5.4: not in TLS 1.3, NOTES 4.5.0: which is on by default", _READ)

for _versions, _loaded, _source, _evidence in (
    ("2.0.0..2.9.0", admission(None, FORM_2, sizes=None, strict=False, curves=CURVES_4_1),
     "SSL AddCA, ProcessChainBuffer at 2.9.0", _READ),
    ("2.9.2..3.9.0",
     admission(KNOWN_2_9, FORM_2, sizes=None, strict=False, curves=CURVES_4_1),
     "SSL AddCA, ProcessChainBuffer at 3.6.6", _READ),
    ("3.9.6..3.10.2", admission(KNOWN_2_9, FORM_2, sizes=160, strict=False,
                                curves=CURVES_4_1), "NOTES 3.9.6, 3.11.0", _INFERRED),
    ("3.11.0..3.13.0", admission(KNOWN_3_11, FORM_2, sizes=160, strict=False,
                                 curves=CURVES_4_1), "compared: 3.12.2, 3.13.0", _MEASURED),
    ("3.14.0..3.15.3", admission(KNOWN_3_11, FORM_3_14, sizes=160, curves=CURVES_4_1),
     "compared: 3.14.0; NOTES 3.15.5", _MEASURED),
    ("3.15.5..4.1.0", admission(KNOWN_3_15, FORM_3_14, sizes=160, curves=CURVES_4_1),
     "compared: 4.1.0; NOTES 3.15.5", _MEASURED),
    ("4.2.0..4.8.1", admission(KNOWN_4_2, FORM_3_14), "compared: 4.6.0 in two builds", _MEASURED),
    ("5.0.0..5.5.4", admission(KNOWN_5_0, FORM_3_14),
     "SSL AddCA, ProcessChainBuffer at 5.5.4; compared", _MEASURED),
    ("5.6.0..5.7.0", admission(KNOWN_5_6, FORM_5_6, usage=True), "as in 5.7.2, mostly",
     _INFERRED),
    ("5.7.2", admission(KNOWN_5_6, FORM_5_7, usage=True), "SSL AddCA at 5.7.2; compared",
     _MEASURED),
    ("5.7.4..5.9.1", admission(KNOWN_5_6, FORM_5_7, usage=True), "as in 5.7.2, mostly",
     _INFERRED),
    ("5.9.2", admission(KNOWN_5_6, FORM_5_9, usage=True), "SSL AddCA at 5.9.2; compared",
     _MEASURED),
):  # fmt: skip
    _row("store_admission", _loaded, _versions, _source, _evidence)

_row("hostname", host_rules(CommonNameUse.ALWAYS, reads_san=False, wildcards=Wildcards(0)),
     "2.0.0..2.6.2", "INT DoCertificate at 2.0.2, 2.6.0: the common name, letter by letter", _READ)
_row("hostname", host_rules(CommonNameUse.ALWAYS), "2.7.0..3.14.0",
     "INT MatchDomainName at 2.8.0, 3.6.6; compared: 3.12.2 to 3.14.0", _MEASURED)
_row("hostname", host_rules(CommonNameUse.NO_DNS_NAME), "3.15.0..4.0.0",
     "as in 4.1.0: the common name only without alternative names", _INFERRED)
_row("hostname", host_rules(CommonNameUse.NO_DNS_NAME), "4.1.0..5.7.2",
     "INT ProcessPeerCerts, MatchDomainName at 4.6.0, 5.5.4; compared: 4.1.0 to 5.7.2", _MEASURED)
_row("hostname", host_rules(CommonNameUse.NO_DNS_NAME), "5.7.4..5.9.1", "as in 5.7.2, which is measured", _INFERRED)
_row("hostname",
     host_rules(
         CommonNameUse.NO_NAME, trailing_dot=True, spares_a_labels=True, ip_as_text=False
     ),
     "5.9.2", "INT MatchDomainName, CheckForAltNames, wolfSSL_check_ip_address at 5.9.2; compared",
     _MEASURED)


# -- options ------------------------------------------------------------------------------------


def _tls12(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (4, 5):
        raise ClientError("wolfSSL has no TLS 1.3 by default before 4.5", hint="leave tls12 out")
    return {"leaf_usage": _SIGNING if value else _NO_USAGE}


def options_of(rows: Sequence[Row]) -> Mapping[str, TraitOption]:
    """The switches of a build whose facts are these."""

    def load_unverified(value: Any, version: VersionKey) -> Mapping[str, Any]:
        if not value:
            return {}
        (usual,) = (
            row.value for row in rows if row.trait == "store_admission" and row.versions.holds(version)
        )
        checks = attrs.evolve(usual.checks, dates=Scope(), key_sizes=NO_CHECKS.key_sizes)
        return {"store_admission": attrs.evolve(usual, checks=checks)}

    return MappingProxyType(
        {
            "tls12": TraitOption(
                "wolfTLSv1_2_client_method, or a server that has no TLS 1.3: keyUsage is looked at",
                _tls12,
            ),
            "load_unverified": TraitOption(
                "the store is loaded while verification is off: dates and key sizes do not matter",
                load_unverified,
            ),
        }
    )


WOLFSSL: Final = Family(
    name="wolfssl",
    title="CyaSSL and wolfSSL, default build",
    parser=dotted,
    coverage=VersionRanges.parse(_ALL, dotted),
    rows=TABLE.rows,
    options=options_of(TABLE.rows),
    hint="Build options change it: wolfssl-altchains is a build with WOLFSSL_ALT_CERT_CHAINS.",
)
