"""MatrixSSL, 3.8.3 to 4.3.0, with its default configuration.

Theory
======

The client reads every served certificate, and one that it cannot read ends the connection.  Each
must be followed by its issuer, to the end of the list; then the store is tried, root by root.
Nothing is re-ordered (the TLS 1.3 code of 4.x does that, and is not modelled), nothing is left out,
nothing is tried again: a cross-certificate pulls the client past a root that it holds.

* **From 3.9.0** the last served certificate may itself be in the store, and a certificate that
  follows itself does no harm.
* **From 4.0.1** checking an RSA signature destroys it, unless the key is too small a number for it.
  Of several roots of one name only the first gets a fair trial, and a *served* self-signed RSA root
  breaks the connection if it names no key identifier of its own, as most roots do not: it is no
  longer recognised as a copy.

Checks are strict.  The key identifier that a certificate names and that of its issuer must be the
same, or both absent.  Issuers need basicConstraints *and* a key usage, roots included; only
certificates from before April 2002 are spared the latter.  An extended key usage of the leaf counts
only if it is critical.  A critical extension that is unknown makes a certificate unreadable.

Of a root the dates are not looked at, with one exception: if the **first** root of the store file is
out of its dates, nothing is loaded.  Up to 3.9.1 the same happens if any root cannot be read, as
version 1 roots cannot.  Dates are days up to 3.8.7; from 3.8.7a on a certificate passes for 24 hours
more at either end.  Systems without a clock check no dates at all.

SHA-1 is off from 3.9.1 on, but the test that spares roots is too kind: it refuses only where issuer
and subject have common names of equal length that differ.

The application may overrule any of this in its callback; the models assume that it does not, as
MatrixSSL's own examples.

Not modelled: a certificate that is served twice counts twice for the path length of the root; a
root that 3.9.3 and later could only read in part can still be used if what it has read will do.

Sources: the upstream tags, ``crypto/keyformat/x509.c`` (X509), ``matrixssl/matrixssl.c`` (SSL),
``hsDecode.c`` (HS), ``matrixsslKeys.c`` (KEYS), ``pubkey_verify.c`` (VER) and the default
``cryptoConfig.h`` (CFG).  "Compared" means: 3.8.3 and 4.3.0 were compiled and run on generated PKIs
beside the model; no package carries them, so no test of this repository repeats that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table
from legacytrust.clients.versions import VersionRanges, lettered
from legacytrust.extensions import Oid
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
    CaProof,
    CheckRules,
    CommonNameUse,
    Consequence,
    ConstraintKind,
    Critical,
    Form,
    HostnameRules,
    IssuerTest,
    KeySizes,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    Scope,
    Strategy,
    UsageNeeded,
    Wildcards,
    algorithms,
)

__all__ = ["MATRIXSSL"]

_COVERED: Final = (
    "3.8.3, 3.8.4, 3.8.6..3.8.7b, 3.9.0, 3.9.1, 3.9.3..3.9.5, "
    "4.0.0..4.0.2, 4.1.0, 4.2.1..4.2.2, 4.3.0"
)
_LATER: Final = "3.8.4..3.8.7b, 3.9.0..3.9.5, 4.0.0..4.0.2, 4.1.0, 4.2.1..4.2.2"
_SINCE_3_9_0: Final = "3.9.0..3.9.5, 4.0.0..4.0.2, 4.1.0, 4.2.1..4.2.2"
_SINCE_4_0_1: Final = "4.0.1..4.0.2, 4.1.0, 4.2.1..4.2.2"

_PEER: Final = Role.LEAF | Role.SERVED_CA | Role.SERVED_ROOT
_ISSUERS: Final = Role.SERVED_CA | Role.SERVED_ROOT | Role.ANCHOR

_table: Final = Table(lettered)


def _row(
    trait: str, value: Any, source: str, measured: str = "3.8.3, 4.3.0", read: str = _LATER
) -> None:
    """One fact: which compiled versions showed it, and in which others it was read."""
    for versions, evidence in ((measured, Evidence.MEASURED), (read, Evidence.READ)):
        if versions:
            _table.add(trait, value, versions, source, evidence)


# -- what can be read -----------------------------------------------------------------------------

_CURVES: Final = frozenset(
    {"1.2.840.10045.3.1.1", "1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"}
)
_DIGESTS: Final = frozenset({Digest.SHA1, Digest.SHA256, Digest.SHA384, Digest.SHA512})
_KNOWN: Final = frozenset(
    {
        Oid.BASIC_CONSTRAINTS, Oid.KEY_USAGE, Oid.EXTENDED_KEY_USAGE, Oid.SUBJECT_ALT_NAME,
        Oid.AUTHORITY_KEY_IDENTIFIER, Oid.SUBJECT_KEY_IDENTIFIER,
    }
)  # fmt: skip
_KNOWN_WITH_CRL: Final = _KNOWN | {Oid.CRL_DISTRIBUTION_POINTS, Oid.AUTHORITY_INFO_ACCESS}
_KNOWN_LATE: Final = _KNOWN_WITH_CRL | {"2.5.29.18"}
_CLASSIC: Final = algorithms(Scheme.RSA_PKCS1) | algorithms(Scheme.ECDSA)
_WITH_PSS: Final = _CLASSIC | algorithms(Scheme.RSA_PSS)
_WITH_ED25519: Final = _WITH_PSS | algorithms(Scheme.ED25519)
_RSA_EC: Final = frozenset({KeyKind.RSA, KeyKind.EC})
_NEVER: Final = Scope(ALL_ROLES)


def _reader(
    known: frozenset[str],
    signatures: Refusals[Any],
    kinds: frozenset[KeyKind] = _RSA_EC,
    namesakes: frozenset[Digest] = frozenset(),
) -> CheckRules:
    """What the parser of one version demands of a certificate by itself."""
    return attrs.evolve(
        NO_CHECKS,
        equal_algorithms=_NEVER,
        digests=Refusals(accepted=_DIGESTS | {Digest.NONE}, roles=ALL_ROLES),
        namesake_digests=namesakes,
        algorithms=signatures,
        key_kinds=Refusals(accepted=kinds, roles=ALL_ROLES),
        key_sizes=KeySizes(((KeyKind.RSA, 1017), (KeyKind.EC, 192))),
        curves=Refusals(accepted=_CURVES, roles=ALL_ROLES),
        critical=Critical(known, scope=_NEVER),
        form=Form(before_v3=_NEVER),
    )


def _every(accepted: frozenset[Any]) -> Refusals[Any]:
    return Refusals(accepted=accepted, roles=ALL_ROLES)


_UNSURE: Final = Refusals(accepted=_CLASSIC, unknown=algorithms(Scheme.RSA_PSS), roles=ALL_ROLES)
_SHA1: Final = frozenset({Digest.SHA1})
_WITH_ED: Final = _RSA_EC | {KeyKind.ED25519}
_SKIPPED, _FATAL = Consequence.SKIPPED, Consequence.FATAL
_LATE: Final = _reader(_KNOWN_LATE, _every(_WITH_ED25519), _WITH_ED, _SHA1)
_WITHOUT_SHA1: Final = _reader(_KNOWN_WITH_CRL, _every(_WITH_PSS), _RSA_EC, _SHA1)
#: The parser, what an unreadable root does, the version that showed it, and those that were read.
_READERS: Final = (
    (_reader(_KNOWN, _every(_CLASSIC)), _FATAL, "3.8.3", "3.8.4"),
    (_reader(_KNOWN_WITH_CRL, _UNSURE), _FATAL, "", "3.8.6..3.8.7b"),
    (_reader(_KNOWN_WITH_CRL, _every(_WITH_PSS)), _FATAL, "", "3.9.0"),
    (_WITHOUT_SHA1, _FATAL, "", "3.9.1"),
    (_WITHOUT_SHA1, _SKIPPED, "", "3.9.3..3.9.5"),
    (_LATE, _SKIPPED, "4.3.0", "4.0.0..4.0.2, 4.1.0, 4.2.1..4.2.2"),
)
for _rules, _unreadable, _measured, _read in _READERS:
    _row("served_admission", Admission(_rules, _FATAL),
         "X509 parse_single_cert, getExplicitExtensions; CFG", _measured, _read)
    _row("store_admission", Admission(_rules, _unreadable),
         "KEYS, or SSL before 3.9.5: CERT_ALLOW_BUNDLE_PARTIAL_PARSE", _measured, _read)

# -- how a path is searched -----------------------------------------------------------------------

_row("strategy", Strategy.END_TO_END, "SSL matrixValidateCerts, matrixValidateCertsExt")
_row("served_names", NameForm.ENCODED, "X509 psX509GetDNAttributes: a hash of the encoding")
_row("store_names", NameForm.ENCODED, "X509 psX509GetDNAttributes: a hash of the encoding")
_row("store_tests", IssuerTest.CA_IF_V3 | IssuerTest.SIGNATURE, "X509 psX509AuthenticateCert",
     "3.8.3", "3.8.4..3.8.7b, 3.9.0..3.9.5, 4.0.0")
_row("store_tests",
     IssuerTest.CA_IF_V3 | IssuerTest.KEY_KIND | IssuerTest.SIGNATURE_BUT_RSA,
     "VER psVerifySig decrypts an RSA signature in its place", "4.3.0", _SINCE_4_0_1)
_row("anchor_match", AnchorMatch.NEVER, "X509 psX509AuthenticateCert", "3.8.3", "3.8.4..3.8.7b")
_row("anchor_match", AnchorMatch.CERTIFICATE, "X509 ALLOW_INTERMEDIATES_AS_ROOTS", "4.3.0",
     _SINCE_3_9_0)
_row("repeats", False, "X509 psX509AuthenticateCert", "3.8.3", "3.8.4..3.8.7b")
_row("repeats", True, "X509 ALLOW_INTERMEDIATES_AS_ROOTS", "4.3.0", _SINCE_3_9_0)
_row("first_root_counts", True, "KEYS checkAuthFailFlags, SSL before 4.0: the first CA's flags")

# -- what a path must pass ------------------------------------------------------------------------

_row("dates", Scope(_PEER), "X509 validateDateRange, psX509AuthenticateCert: no root's")
_row("last_second", True, "X509 validateDateRange")
_row("whole_days", True, "X509 validateDateRange compares days of local time", "3.8.3",
     "3.8.4..3.8.7")
_row("whole_days", False, "X509 validateDateRange, PS_X509_TIME_LINGER", "4.3.0",
     f"3.8.7a..3.8.7b, {_SINCE_3_9_0}")
_row("late", timedelta(hours=23, minutes=59, seconds=59), "the whole last day", "3.8.3",
     "3.8.4..3.8.7")
_row("late", timedelta(hours=24), "PS_X509_TIME_LINGER", "4.3.0",
     f"3.8.7a..3.8.7b, {_SINCE_3_9_0}")
_row("early", timedelta(0), "X509 validateDateRange", "3.8.3", "3.8.4..3.8.7")
_row("early", timedelta(hours=24), "PS_X509_TIME_LINGER", "4.3.0",
     f"3.8.7a..3.8.7b, {_SINCE_3_9_0}")
_row("signatures", Scope(BELOW_ANCHOR), "X509 psX509AuthenticateCert")
_row("equal_algorithms", Scope(), "X509 parse_single_cert: it would not have been read")
for _trait in ("digests", "algorithms", "key_kinds"):
    _row(_trait, Refusals(), "X509 parse_single_cert: it would not have been read")
_row("key_sizes", KeySizes(), "X509 parse_single_cert: it would not have been read")
_row("authority", Authority(((_ISSUERS, frozenset({CaProof.BASIC_CONSTRAINTS})),)),
     "X509 psX509AuthenticateCert: roots too")
_row("cert_sign", Scope(_ISSUERS), "X509 psX509AuthenticateCert: KEY_USAGE_KEY_CERT_SIGN")
_row("usage_needed", UsageNeeded(Scope(_ISSUERS), datetime(2002, 4, 1, tzinfo=UTC)),
     "X509 psX509AuthenticateCert, issuedBefore(RFC_3280)")
_row("path_length", PathLength(Scope(_ISSUERS), counts_self_issued=True),
     "SSL matrixValidateCerts, checkPathLenConstraint: the root's too")
_row("key_ids", Scope(BELOW_ANCHOR), "X509 psX509AuthenticateCert: PS_CERT_AUTH_FAIL_AUTHKEY")
_row("served_root_key_id", False, "X509 psX509AuthenticateCert: a copy of the root is spared",
     "3.8.3", "3.8.4..3.8.7b, 3.9.0..3.9.5, 4.0.0")
_row("served_root_key_id", True, "VER psVerifySig destroys what the copy is recognised by",
     "4.3.0", _SINCE_4_0_1)
_row("purpose",
     Purpose(frozenset({Oid.SERVER_AUTH, Oid.CLIENT_AUTH}), only_critical=True),
     "SSL matrixValidateCerts: EXT_CRIT_FLAG of extKeyUsage")
_row("critical", Critical(scope=Scope()), "X509: it would not have been read")
_row("name_constraints", NameConstraintRules(Scope()), "X509: not compared; critical is unreadable")
_row("explicit_policy", Scope(), "X509: policies are not evaluated", "", _COVERED)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)),
     "the store is a list of certificates: it can hold no limits", "", _COVERED)
_HOSTS: Final = HostnameRules(
    common_name=CommonNameUse.ALWAYS,
    wildcards=Wildcards.LEFTMOST_LABEL | Wildcards.TOP_LEVEL,
    ip_as_text=True,
    trailing_dot=False,
)
_row("hostname", _HOSTS, "SSL matrixValidateCerts, wildcardMatch", "3.8.3", "3.8.4..3.8.7b")
_row("hostname", attrs.evolve(_HOSTS, common_name=CommonNameUse.NO_NAME),
     "SSL matrixValidateCertsExt: foundSupportedSAN", "4.3.0", _SINCE_3_9_0)


MATRIXSSL: Final = Family(
    name="matrixssl",
    title="MatrixSSL",
    parser=lettered,
    coverage=VersionRanges.parse(_COVERED, lettered),
    rows=_table.rows,
    options=MappingProxyType({}),
    hint="Builds differ by configuration; this is the default one.",
)
