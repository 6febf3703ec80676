"""axTLS, 1.4.9 to 2.1.5, as the ESP8266 core carried it before BearSSL.

Theory
======

The client reads every served certificate, and one that it cannot read ends the connection: it
knows RSA and nothing else, so an elliptic curve anywhere in the list is fatal.  Then it goes along
the list to its end, and only there asks the store, once: the **first** root with the name of the
missing issuer is taken, whatever its key.  Roots that stand further down are never seen, so a
cross-certificate pulls this client past a root that it holds.  Nothing is tried again.

* **Up to 1.5.3** each certificate must be followed by its issuer; a surplus or misplaced one breaks
  the connection.
* **From 1.5.4** the list is linked by names first, and what is left over is forgotten.  A
  self-issued certificate is still only allowed at the end, and only if the store holds its name.
* **From 2.1.2** basicConstraints and keyUsage are read, with two mistakes: in 2.1.2 a CA without a
  path length is taken to have the length 0, so two intermediates are too many; and the search
  through the store never gets past a root that is not marked as a CA, it hangs there.  Version 1
  roots are such.

Names are equal if a few of their parts are: common name, organisation and unit, from 2.1.1 also
place, country and state.  Of a store certificate only name and key count, never its dates.  Up to
2.0.1 the time of day is not read: a certificate ends when its last day begins.  A CA need not be
marked as one, purposes and constraints are not looked at, and no critical extension matters.

The library compares no host name; what the models do is the Arduino layer's
``verifyCertChain``, which a sketch must call: without that call nothing at all is verified.
The clock must have been set, and the ESP8266 build holds at most ten roots.

Not modelled: a certificate that 1.4.9 cannot read because it ends after 2049; names with an
attribute of a kind of string that is not read, or with several attributes in one part.

Sources: igrr/axtls-8266, ``ssl/x509.c`` (X509), ``asn1.c`` (ASN), ``tls1.c`` (TLS), at the commits
that hold 1.4.9 (4e0ccaf), 1.5.3 (ab516f7), 2.0.0 (29b478f), 2.1.1 (2213f30), 2.1.2 (25200d4), 2.1.4
(42b3aac) and 2.1.5 (9ebc3ee), and the release notes in ``www/index.html``.  "Compared" means: these
were compiled for a PC and run on generated PKIs beside the model; no package carries them, so no
test of this repository repeats that.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table
from legacytrust.clients.versions import VersionRanges, dotted
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    NO_CHECKS,
    Admission,
    AnchorConstraintRules,
    Authority,
    CommonNameUse,
    Consequence,
    ConstraintKind,
    Critical,
    HostnameRules,
    KeySizes,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["AXTLS"]

_COVERED: Final = "1.4.9, 1.5.0..1.5.4, 2.0.0..2.0.1, 2.1.0..2.1.5"
#: The versions that were compiled and compared, and those that were only read.
_COMPARED: Final = "1.4.9, 1.5.3, 2.0.0, 2.1.1..2.1.2, 2.1.4..2.1.5"
_BETWEEN: Final = "1.5.0..1.5.2, 1.5.4, 2.0.1, 2.1.0, 2.1.3"

_PEER: Final = Role.LEAF | Role.SERVED_CA | Role.SERVED_ROOT
_ISSUERS: Final = Role.SERVED_CA | Role.SERVED_ROOT
_RSA: Final = attrs.evolve(
    NO_CHECKS,
    key_kinds=Refusals(accepted=frozenset({KeyKind.RSA}), roles=ALL_ROLES),
    algorithms=Refusals(accepted=algorithms(Scheme.RSA_PKCS1), roles=ALL_ROLES),
)
_OLD_DIGESTS: Final = frozenset({Digest.MD5, Digest.SHA1})
_SHA2: Final = frozenset({Digest.SHA256, Digest.SHA384, Digest.SHA512})

_table: Final = Table(dotted)


def _row(
    trait: str, value: Any, source: str, measured: str = _COMPARED, read: str = _BETWEEN
) -> None:
    """One fact: which compiled versions showed it, and in which others it was read."""
    for versions, evidence in ((measured, Evidence.MEASURED), (read, Evidence.READ)):
        if versions:
            _table.add(trait, value, versions, source, evidence)


# How a path is searched.
_row("strategy", Strategy.END_TO_END, "TLS process_certificate links the list as it is",
     "1.4.9, 1.5.3", "1.5.0..1.5.2")
_row("strategy", Strategy.NAME_CHAIN, "TLS process_certificate, third pass; release notes 1.5.4",
     "2.0.0, 2.1.1..2.1.2, 2.1.4..2.1.5", "1.5.4, 2.0.1, 2.1.0, 2.1.3")
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.THREE_PARTS, "ASN asn1_compare_dn, g_dn_types: CN, O, OU",
         "1.4.9, 1.5.3, 2.0.0", "1.5.0..1.5.2, 1.5.4, 2.0.1, 2.1.0")
    _row(_trait, NameForm.SIX_PARTS, "ASN g_dn_types: L, C, ST as well; release notes 2.1.1",
         "2.1.1..2.1.2, 2.1.4..2.1.5", "2.1.3")
_row("self_issued_ends", True, "X509 x509_verify: X509_VFY_ERROR_SELF_SIGNED")
_row("never_passes_non_ca", False, "X509 x509_verify before basicConstraints were read",
     "1.4.9, 1.5.3, 2.0.0, 2.1.1", "1.5.0..1.5.2, 1.5.4, 2.0.1, 2.1.0")
_row("never_passes_non_ca", True, "X509 x509_verify: the loop goes on without counting",
     "2.1.2, 2.1.4..2.1.5", "2.1.3")
_row("store_limit", 10, "CONFIG_X509_MAX_CA_CERTS in the ESP8266 build; the PC's default is 150",
     "", _COVERED)
_row("served_admission", Admission(_RSA, Consequence.FATAL),
     "X509 x509_new: any other signature algorithm or key is unreadable")
_row("store_admission", Admission(_RSA, Consequence.SKIPPED),
     "TLS add_cert_auth ignores what x509_new cannot read")

# What a path must pass.
_row("dates", Scope(_PEER), "X509 x509_verify: served certificates only")
_row("last_second", True, "X509 x509_verify: later than notAfter")
_row("whole_days", True, "ASN asn1_get_utc_time reads no time of day",
     "1.4.9, 1.5.3, 2.0.0", "1.5.0..1.5.2, 1.5.4, 2.0.1")
_row("whole_days", False, "ASN asn1_get_utc_time reads the time of day",
     "2.1.1..2.1.2, 2.1.4..2.1.5", "2.1.0, 2.1.3")
_row("signatures", Scope(BELOW_ANCHOR), "X509 x509_verify, sig_verify")
_row("equal_algorithms", Scope(), "X509 x509_new: the outer one is skipped", "", _COVERED)
_row("digests", Refusals(accepted=_OLD_DIGESTS | {Digest.MD2}), "X509 x509_new; release notes",
     "1.4.9", "1.5.0")
_row("digests", Refusals(accepted=_OLD_DIGESTS | {Digest.SHA256}), "release notes 1.5.1",
     "", "1.5.1")
_row("digests", Refusals(accepted=_OLD_DIGESTS | _SHA2), "X509 x509_new; release notes 1.5.2",
     "1.5.3, 2.0.0, 2.1.1..2.1.2, 2.1.4..2.1.5", "1.5.2, 1.5.4, 2.0.1, 2.1.0, 2.1.3")
_row("algorithms", Refusals(accepted=algorithms(Scheme.RSA_PKCS1)), "ASN asn1_signature_type")
_row("key_kinds", Refusals(accepted=frozenset({KeyKind.RSA})), "ASN asn1_public_key")
_row("key_sizes", KeySizes(), "ASN asn1_public_key: none is too small")
_row("authority", Authority(), "X509 x509_verify: an issuer need not be a CA")
_row("usage_without_ca", Scope(), "X509 x509_verify before keyUsage was read",
     "1.4.9, 1.5.3, 2.0.0, 2.1.1", "1.5.0..1.5.2, 1.5.4, 2.0.1, 2.1.0")
_row("usage_without_ca", Scope(_PEER), "X509 x509_verify: X509_VFY_ERROR_BASIC_CONSTRAINT",
     "2.1.2, 2.1.4..2.1.5", "2.1.3")
_row("cert_sign", Scope(), "X509 x509_verify: not asked for")
_row("path_length", PathLength(Scope()), "X509 x509_verify before basicConstraints were read",
     "1.4.9, 1.5.3, 2.0.0, 2.1.1", "1.5.0..1.5.2, 1.5.4, 2.0.1, 2.1.0")
_row("path_length", PathLength(Scope(_ISSUERS), counts_self_issued=True, absent=0),
     "X509 x509_v3_basic_constraints: a missing length stays 0", "2.1.2", "2.1.3")
_row("path_length", PathLength(Scope(_ISSUERS), counts_self_issued=True),
     "X509 x509_v3_basic_constraints; release notes 2.1.4", "2.1.4..2.1.5", "")
_row("purpose", Purpose(), "X509 x509_new: extendedKeyUsage is not read")
_row("critical", Critical(scope=Scope()), "X509 x509_new: unknown extensions are passed over")
_row("name_constraints", NameConstraintRules(Scope()), "X509 x509_new: not read")
_row("explicit_policy", Scope(), "X509 x509_new: not read", "", _COVERED)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)),
     "the store is a list of certificates: it can hold no limits", "", _COVERED)
_row("hostname",
     HostnameRules(
         common_name=CommonNameUse.ALWAYS,
         wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.TOP_LEVEL,
         ip_san=False,
         ip_as_text=True,
         trailing_dot=False,
     ),
     "esp8266/Arduino WiFiClientSecureAxTLS.cpp: _verifyDN, matchName", "", _COVERED)


AXTLS: Final = Family(
    name="axtls",
    title="axTLS (ESP8266)",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType({}),
    hint="The ESP8266 core 2.3 has 1.5.3, though it calls itself 1.4.9; core 2.4 has 2.1.4.",
)
