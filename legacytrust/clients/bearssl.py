"""BearSSL, 0.3 to 0.6: its "minimal" X.509 engine, as in the ESP8266 core and Arduino libraries.

Theory
======

The engine reads the certificates one after the other as they come off the wire and keeps almost
nothing: of each, the hash of its issuer's name, its signature, and the hash that was signed.

* When a certificate has been read, every trust anchor with the name of its issuer is tried.  If
  the key of one made the signature, the chain is **accepted at once**; the rest of what the server
  sends is never looked at.
* Otherwise the next certificate must be the issuer: same encoded name, a CA, and its key must have
  made the signature.  A surplus certificate, a duplicate or a wrong order before the anchor is
  reached is the end.  There is no second attempt.

A trust anchor is a name, a key and a flag, nothing more: no dates, no extensions.  Expired roots
therefore work for ever.  The flag says whether the anchor is a CA or the server itself, and is set
by whoever writes the list of anchors.  Lists made for Arduino set it for all of them, which is the
default here; the ``brssl`` tool and the ESP8266 core follow the certificate's basicConstraints,
which is the option ``flag_from_certificate``.

Everything that is critical and unknown is refused, and little is known: not extendedKeyUsage, not
nameConstraints.  Where they are not critical they are ignored.  The common name counts only where
there is no subjectAltName at all, and addresses are compared as text with DNS names.

Not modelled: certificatePolicies that are critical and hold a qualifier other than the address of a
statement are refused; a subjectAltName that cannot be taken apart is the end.

The application must tell the time; without it nothing is accepted.  The key usage of the leaf is
the one thing that is left to the TLS layer, which wants it to fit the cipher suite.

Sources: ``x509_minimal.t0`` (MIN), ``x509_decoder.t0`` (DEC), ``asn1.t0`` and ``bearssl_x509.h`` of
BearSSL, at 0.6 as the ESP8266 core carries it and through the history back to 0.3.  "Compared"
means: run beside the genuine 0.6 on generated PKIs, see ``tests/differential``.
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
from legacytrust.extensions import KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    NO_CHECKS,
    Admission,
    AnchorConstraintRules,
    Authority,
    CaProof,
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
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["BEARSSL"]

_COVERED: Final = "0.3..0.6"

_READ_IN: Final = Role.LEAF | Role.STORE_LEAF | Role.SERVED_CA
_SIGNED: Final = Role.LEAF | Role.SERVED_CA
_LEAF: Final = Role.LEAF | Role.STORE_LEAF

_DIGESTS: Final = frozenset(
    {Digest.SHA1, Digest.SHA224, Digest.SHA256, Digest.SHA384, Digest.SHA512}
)
_KEYS: Final = frozenset({KeyKind.RSA, KeyKind.EC})
_CURVES: Final = frozenset({"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"})
#: What fits into the engine's buffers of 520 octets for a key and 512 for a signature.
_LARGEST: Final = ((KeyKind.RSA, 4096),)
_KNOWN: Final = frozenset(
    {
        Oid.BASIC_CONSTRAINTS, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME,
        Oid.AUTHORITY_KEY_IDENTIFIER, Oid.SUBJECT_KEY_IDENTIFIER, Oid.CRL_DISTRIBUTION_POINTS,
        Oid.AUTHORITY_INFO_ACCESS, "2.5.29.18", "2.5.29.9", "2.5.29.46", "1.3.6.1.5.5.7.1.11",
    }
)  # fmt: skip

_table: Final = Table(dotted)


def _row(trait: str, value: Any, source: str, *, read: str = "", compared: bool = True) -> None:
    """One fact: compared with 0.6, and read in the history for the versions before."""
    if not read:
        read = "0.3..0.5" if compared else _COVERED
    _table.add(trait, value, read, source, Evidence.READ)
    if compared:
        _table.add(trait, value, "0.6", source, Evidence.MEASURED)


# How a path is searched.
_row("strategy", Strategy.LINEAR, "MIN decode-certificate, check-trust-anchor-CA")
_row("served_names", NameForm.ENCODED, "MIN read-DN: a hash of the encoding")
_row("store_names", NameForm.ENCODED, "MIN check_single_trust_anchor_CA: the same hash")
_row("store_tests", IssuerTest.SIGNATURE, "MIN check-trust-anchor-CA tries all")
_row("bare_anchors", True, "bearssl_x509.h br_x509_trust_anchor: a name, a key and a flag")
_row("direct_trust", False, "the flag BR_X509_TA_CA is set for every anchor of a list")
_row("store_admission",
     Admission(
         attrs.evolve(
             NO_CHECKS,
             key_kinds=Refusals(accepted=_KEYS, roles=Role.ANCHOR),
             curves=Refusals(accepted=_CURVES, roles=Role.ANCHOR),
             key_sizes=KeySizes(maximum=_LARGEST),
         ),
         Consequence.SKIPPED,
     ),
     "DEC main: a key that it cannot read makes no anchor")

# What a path must pass.
_row("dates", Scope(_READ_IN), "MIN check-validity-range; anchors have no dates")
_row("last_second", True, "MIN check-validity-range")
_row("signatures", Scope(_SIGNED), "MIN do-rsa-vrfy, do-ecdsa-vrfy")
_row("equal_algorithms", Scope(), "MIN decode-certificate: the inner one is skipped", compared=False)
_row("digests", Refusals(accepted=_DIGESTS | {Digest.NONE}, roles=_SIGNED),
     "MIN decode-certificate: SHA-1 and SHA-2, never MD5")
_row("algorithms",
     Refusals(
         accepted=algorithms(Scheme.RSA_PKCS1) | algorithms(Scheme.ECDSA), roles=_SIGNED
     ),
     "MIN decode-certificate: no PSS, no Ed25519")
_row("key_kinds", Refusals(accepted=_KEYS, roles=_READ_IN), "MIN decode-certificate")
_row("form", Form(broken_extensions=Scope(_READ_IN)), "MIN: what cannot be read is an error")
_row("curves", Refusals(accepted=_CURVES, roles=_READ_IN), "MIN decode-certificate")
_row("key_sizes", KeySizes(((KeyKind.RSA, 1017),), roles=_READ_IN, maximum=_LARGEST),
     "MIN min_rsa_size: 128 octets of modulus, of no anchor; BR_X509_BUFSIZE_KEY")
_row("authority", Authority(((Role.SERVED_CA, frozenset({CaProof.BASIC_CONSTRAINTS})),)),
     "MIN process-basicConstraints, seenBC")
_row("cert_sign", Scope(Role.SERVED_CA), "MIN process-keyUsage")
_row("path_length", PathLength(Scope(Role.SERVED_CA), counts_self_issued=True),
     "MIN process-basicConstraints: counts certificates")
_row("purpose", Purpose(), "MIN: extendedKeyUsage is an unknown extension")
_row("leaf_usage",
     LeafUsage(
         Scope(_LEAF),
         KeyUsage.DIGITAL_SIGNATURE | KeyUsage.CONTENT_COMMITMENT | KeyUsage.KEY_ENCIPHERMENT
         | KeyUsage.DATA_ENCIPHERMENT | KeyUsage.KEY_AGREEMENT,
         netscape=False,
     ),
     "MIN process-keyUsage, ssl_hs_client.t0 read-Certificate-from-server")
_row("critical", Critical(_KNOWN | {Oid.CERTIFICATE_POLICIES}, scope=Scope(_READ_IN)),
     "MIN decode-certificate, process-certPolicies", read="0.5")
_table.add("critical", Critical(_KNOWN, scope=Scope(_READ_IN)), "0.3..0.4",
           "MIN before the commit of 2017-06-11 that taught it certificatePolicies",
           Evidence.INFERRED)
_row("name_constraints", NameConstraintRules(Scope()),
     "MIN: an unknown extension")
_row("explicit_policy", Scope(), "MIN: policyConstraints is an unknown extension")
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)),
     "bearssl_x509.h: an anchor is a name, a key and a flag", compared=False)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.NO_SAN,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.TOP_LEVEL,
         ip_san=False,
         ip_as_text=True,
         trailing_dot=False,
     ),
     "MIN match-server-name, process-SAN")


def _flag_from_certificate(value: Any, _: VersionKey) -> Mapping[str, Any]:
    return {"direct_trust": bool(value)}


BEARSSL: Final = Family(
    name="bearssl",
    title="BearSSL",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "flag_from_certificate": TraitOption(
                "an anchor without cA in its basicConstraints vouches for a server of its name and "
                "key only, as with the brssl tool and the ESP8266 core",
                _flag_from_certificate,
            )
        }
    ),
    hint="The ESP8266 core 2.5.0 and later, and the Arduino libraries, carry 0.6.",
)
