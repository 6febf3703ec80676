"""webpki, the verifier of rustls: the crates webpki 0.21 and 0.22, rustls-webpki 0.100 to 0.103.

Theory
======

webpki searches completely, depth first, the anchors before the served certificates at every
level.  Served order, duplicates and surplus certificates do not matter.  An anchor is a name, a
key and name constraints: its dates, purposes, path length and everything else are not kept, it
need not be a CA nor self-signed, and so DST Root CA X3 never ends here.  What comes from the
server is held to a strict profile instead.

* Every certificate but the anchor is X.509 version 3; a leaf that says it is a CA is refused.
* No more than six intermediates stand on a path.
* Every certificate that names purposes must name serverAuth itself; any does not count.
* Key usage is not looked at, and neither are policies, unless they are marked critical, which
  makes them unknown extensions.
* Only SHA-2 counts, with RSA keys of 2048 to 8192 bits, on P-256 and P-384 (and P-521 where rustls
  computes with aws-lc-rs), and Ed25519.
* The common name is nothing.  A wildcard is the whole first label, with two more labels after it.

An intermediate that cannot be read is passed over; a leaf that cannot be read ends everything.

The old crate could not read name constraints at all and refused whatever stood below them, which
rustls-webpki repaired from its first version on.  Since 2023 (0.22.2, 0.100.2, 0.101.4) no more
than a hundred signatures are checked.  **0.103.11** loads a root with an unknown critical extension,
and **0.103.12** no longer takes a wildcard for permitted because one of its names would be.

The version is that of the crate: 0.22 belongs to rustls 0.20, 0.100 and 0.101 to 0.21, 0.102 to
0.22 and early 0.23, 0.103 to 0.23.  Which keys a handshake can use is rustls's part, and counted
here: it knows no leaf keys but those above.

Sources: ``src/verify_cert.rs``, ``cert.rs``, ``trust_anchor.rs`` and ``subject_name`` at the tags
named.  "Compared" means: run beside the genuine crate on generated PKIs, see
``tests/differential``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.errors import ClientError
from legacytrust.extensions import GeneralNameKind, Oid
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
    Consequence,
    ConstraintKind,
    Critical,
    Form,
    HostnameRules,
    KeySizes,
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

__all__ = ["WEBPKI"]

_COVERED: Final = "0.21..0.22, 0.100..0.103"
_OLD: Final = "0.21..0.22"
_NEW: Final = "0.100..0.103"

_SERVED: Final = Role.LEAF | Role.SERVED_CA
_EVERYWHERE: Final = Scope(ALL_ROLES)

_table: Final = Table(dotted)
_row = _table.add
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED
_COMPARED: Final = "compared: 0.22.0, 0.102.2 to 0.103.16"

# How a path is searched.
_row("strategy", Strategy.JUDGED, _COVERED,
     f"verify_cert.rs build_chain at 0.22.0, 0.101.4, 0.103.9; {_COMPARED}", _MEASURED)
_row("bare_anchors", True, _COVERED, "TrustAnchor: subject, spki, name_constraints", _READ)
_row("partial_chain", True, _COVERED, f"an anchor is what is in the list; {_COMPARED}", _MEASURED)
_row("trusted_first", True, _COVERED, "build_chain: anchors, then intermediates", _READ)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.ENCODED, _COVERED, f"build_chain: equal bytes; {_COMPARED}", _MEASURED)
_row("anchor_match", AnchorMatch.NEVER, _COVERED,
     f"build_chain: the leaf is never an anchor itself; {_COMPARED}", _MEASURED)
_row("anchor_loops", False, _COVERED, "build_chain: only intermediates are compared", _READ)
_row("loop", Loop.NAME_AND_KEY, _COVERED, "build_chain: spki and subject; RFC 4158, 5.2", _READ)
_row("max_certificates", 8, _COVERED,
     f"MAX_SUB_CA_COUNT is 6 at 0.22.0, 0.100.0, 0.103.12; {_COMPARED}", _MEASURED)
_row("signature_limit", 100, "0.100.2..0.100, 0.101.4..0.103",
     "check_signatures at 0.101.4; Budget at 0.100.3, 0.103.9; compared: 0.103.16", _MEASURED)
_EARLY: Final = frozenset(
    {"dates", "authority", "path_length", "purpose", "leaf_authority", "form", "critical"}
)
_row("prunes", _EARLY, "0.100.2..0.100, 0.101.4..0.103",
     "check_issuer_independent_properties at 0.101.4, 0.103.9; the parser", _READ)
# Signatures were checked on complete paths here too.  Where nothing is counted the verdict does
# not depend on it, and hostile lists, over which the real thing broods for hours, end.
_row("prunes", _EARLY | {"signatures", "digests", "algorithms"},
     "0.21..0.22, 0.100..0.100.1, 0.101..0.101.3",
     "check_issuer_independent_properties at 0.22.0, and signatures before their time", _INFERRED)

# What is read.
_KNOWN: Final = frozenset(
    {
        Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS, Oid.NAME_CONSTRAINTS,
        Oid.EXTENDED_KEY_USAGE,
    }
)  # fmt: skip
_KNOWN_0_102: Final = _KNOWN | {Oid.CRL_DISTRIBUTION_POINTS}
_AGREEING: Final = attrs.evolve(NO_CHECKS, equal_algorithms=_EVERYWHERE)


def _reading(known: frozenset[str], form: Form) -> Any:
    critical = Critical(known, scope=_EVERYWHERE)
    return attrs.evolve(_AGREEING, critical=critical, form=form)


_ANCHOR_FORM: Final = Form(repeated_extensions=_EVERYWHERE, unique=_KNOWN)
_VERSION_3: Final = attrs.evolve(_ANCHOR_FORM, before_v3=Scope(_SERVED))
_POSITIVE: Final = attrs.evolve(
    _VERSION_3,
    negative_serial=Scope(_SERVED),
    zero_serial=Scope(_SERVED),
    zero_serial_of_root=Scope(_SERVED),
    long_serial=Scope(_SERVED),
)

for _versions, _known, _form in (
    (_OLD, _KNOWN, _POSITIVE),
    ("0.100..0.101", _KNOWN, _VERSION_3),
    ("0.102..0.103", _KNOWN_0_102, _VERSION_3),
):
    _row("served_admission", Admission(_reading(_known, _form), Consequence.SKIPPED), _versions,
         f"cert.rs at 0.22.0, 0.101.0, 0.103.9; {_COMPARED}", _MEASURED)
for _versions, _known in (
    ("0.21..0.22, 0.100..0.101", _KNOWN),
    ("0.102..0.103.10", _KNOWN_0_102),
):
    _row("store_admission", Admission(_reading(_known, _ANCHOR_FORM), Consequence.SKIPPED), _versions,
         f"trust_anchor.rs at 0.22.0, 0.103.9: the parser of all others; {_COMPARED}", _MEASURED)
_row("store_admission",
     Admission(attrs.evolve(_AGREEING, form=_ANCHOR_FORM), Consequence.SKIPPED), "0.103.11..0.103",
     "trust_anchor.rs for_trust_anchor, first at 0.103.11; compared", _MEASURED)

# What a path must pass.
_row("signatures", Scope(BELOW_ANCHOR), _COVERED, f"check_signatures; {_COMPARED}", _MEASURED)
_row("own_signature", Scope(), _COVERED, "an anchor has no signature any more", _MEASURED)
_row("equal_algorithms", Scope(_SERVED), _COVERED,
     "cert.rs: SignatureAlgorithmMismatch at 0.22.0, 0.103.9", _READ)
_row("dates", Scope(_SERVED), _COVERED, f"an anchor has no dates; {_COMPARED}", _MEASURED)
_row("last_second", True, _COVERED, f"check_validity: time > not_after; {_COMPARED}", _MEASURED)
_SHA2: Final = (Digest.SHA256, Digest.SHA384, Digest.SHA512)
_row("digests", Refusals(accepted=frozenset({*_SHA2, Digest.NONE})), _COVERED,
     f"signed_data.rs: SHA-256, SHA-384, SHA-512; {_COMPARED}", _MEASURED)

_SCHEMES: Final = (
    algorithms(Scheme.RSA_PKCS1, *_SHA2)
    | algorithms(Scheme.RSA_PSS, *_SHA2)
    | algorithms(Scheme.ED25519)
    | algorithms(Scheme.ECDSA, Digest.SHA256, Digest.SHA384)
)
_ECDSA_SHA512: Final = algorithms(Scheme.ECDSA, Digest.SHA512)
_P256, _P384, _P521 = "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"
_SMALL: Final = frozenset((_P256, _P384))


def _curves(*curves: str) -> Refusals[str]:
    return Refusals(roles=ALL_ROLES, accepted=frozenset(curves))


def _pairs(curves: Iterable[str], *digests: Digest) -> frozenset[tuple[str, Digest]]:
    return frozenset((curve, digest) for curve in curves for digest in digests)


_WITH_512: Final = _pairs(_SMALL, Digest.SHA512)
_LARGE_512: Final = _pairs((_P521,), Digest.SHA512)
_EVERY_PAIR: Final = _pairs((*_SMALL, _P521), *_SHA2)


def _ring(_: VersionKey) -> Mapping[str, Any]:
    return {
        "algorithms": Refusals(accepted=_SCHEMES),
        "curves": _curves(_P256, _P384),
        "curve_digests": Refusals[tuple[str, Digest]](),
    }


def _aws(version: VersionKey) -> Mapping[str, Any]:
    if version < (0, 102, 2):
        raise ClientError("aws-lc-rs can be chosen from rustls-webpki 0.102.2 on")
    return {
        "algorithms": Refusals(accepted=_SCHEMES | _ECDSA_SHA512),
        "curves": _curves(_P256, _P384, _P521),
        "curve_digests": _aws_pairs(version),
    }


def _aws_pairs(version: VersionKey) -> Refusals[tuple[str, Digest]]:
    """Which hash goes with which curve; what rustls lists follows what webpki has, months later."""
    if version < (0, 102, 6):
        return Refusals(accepted=_pairs(_SMALL, Digest.SHA256, Digest.SHA384) | _LARGE_512)
    if version < (0, 103, 5):
        return Refusals(accepted=_EVERY_PAIR - _WITH_512)
    return Refusals(unknown=_WITH_512 if version < (0, 103, 9) else frozenset(), accepted=_EVERY_PAIR)


for _versions, _version in (
    ("0.21..0.22, 0.100..0.102.1", None),
    ("0.102.2..0.102.5", (0, 102, 2)),
    ("0.102.6..0.102, 0.103..0.103.4", (0, 102, 6)),
    ("0.103.5..0.103.8", (0, 103, 5)),
    ("0.103.9..0.103", (0, 103, 9)),
):
    _rules = _aws(_version) if _version else _ring((0,))
    for _trait in ("algorithms", "curves"):
        _row(_trait, _rules[_trait], _versions,
             f"the lists of rustls for its usual provider, ring or aws-lc-rs; {_COMPARED}", _MEASURED)
    _row("curve_digests", _rules["curve_digests"], _versions,
         "SUPPORTED_SIG_ALGS of rustls: P-521 with SHA-512 alone at first; P-256 and P-384 with SHA-512"
         " from rustls 0.23.36 on, which came between webpki 0.103.8 and 0.103.9; compared", _MEASURED)
_row("key_kinds",
     Refusals(roles=ALL_ROLES, accepted=frozenset({KeyKind.RSA, KeyKind.EC, KeyKind.ED25519})),
     _COVERED, "the lists of rustls: no other algorithm", _READ)
_row("key_sizes",
     KeySizes(((KeyKind.RSA, 2048),), maximum=((KeyKind.RSA, 8192),)), _COVERED,
     f"RSA_PKCS1_2048_8192 and RSA_PSS_2048_8192; {_COMPARED}", _MEASURED)
_row("authority", Authority(((Role.SERVED_CA, frozenset({CaProof.BASIC_CONSTRAINTS})),)), _COVERED,
     f"check_basic_constraints: EndEntityUsedAsCa; {_COMPARED}", _MEASURED)
_row("leaf_authority", Scope(Role.LEAF), _COVERED,
     f"check_basic_constraints: CaUsedAsEndEntity; {_COMPARED}", _MEASURED)
_row("cert_sign", Scope(), _COVERED, f"key usage is not looked at; {_COMPARED}", _MEASURED)
_row("path_length", PathLength(Scope(Role.SERVED_CA), counts_self_issued=True), _COVERED,
     f"check_basic_constraints: sub_ca_count; {_COMPARED}", _MEASURED)
_SERVER: Final = frozenset({Oid.SERVER_AUTH})
_row("purpose", Purpose(_SERVER, issuers=_SERVER, issuer_roles=Role.SERVED_CA), _COVERED,
     f"check_eku: any is not recognised; {_COMPARED}", _MEASURED)
_row("critical", Critical(_KNOWN, scope=Scope(_SERVED)), "0.21..0.22, 0.100..0.101",
     "cert.rs remember_extension at 0.22.0, 0.101.0; compared: 0.22.0", _MEASURED)
_row("critical", Critical(_KNOWN_0_102, scope=Scope(_SERVED)), "0.102..0.103",
     "cert.rs at 0.102.0, 0.103.9: CRL distribution points; compared", _MEASURED)
_row("form", _POSITIVE, _OLD, "cert.rs at 0.22.0: version3, positive_integer", _READ)
_row("form", _VERSION_3, _NEW,
     "cert.rs at 0.100.0, 0.103.9: version3, lenient_certificate_serial_number", _READ)

_FAILS_CLOSED: Final = frozenset(
    {
        GeneralNameKind.OTHER, GeneralNameKind.EMAIL, GeneralNameKind.X400,
        GeneralNameKind.DIRECTORY, GeneralNameKind.EDI, GeneralNameKind.REGISTERED_ID,
    }
)  # fmt: skip
_COMPARABLE: Final = frozenset({GeneralNameKind.DNS, GeneralNameKind.IP})


def _constraints(refused: frozenset[GeneralNameKind], **more: Any) -> NameConstraintRules:
    return NameConstraintRules(
        _EVERYWHERE, kinds=_COMPARABLE, refused_kinds=refused, subject_names=False,
        spares_self_issued=False, readable_names=True, wildcard_excluded=True, **more,
    )  # fmt: skip


_row("name_constraints", _constraints(frozenset(GeneralNameKind), unreadable=True), _OLD,
     "name/verify.rs at 0.22.0: parse_subtrees looks one level too deep; compared: 0.22.0",
     _MEASURED)
_LIMITED: Final = MappingProxyType({"most_comparisons": 250_000})
_row("name_constraints",
     _constraints(_FAILS_CLOSED | {GeneralNameKind.URI}, wildcard_permitted=True),
     "0.100..0.100.2, 0.101..0.101.4",
     "subject_name at 0.100.0, 0.101.0: URIs are unsupported", _READ)
_row("name_constraints",
     _constraints(_FAILS_CLOSED | {GeneralNameKind.URI}, wildcard_permitted=True, **_LIMITED),
     "0.100.3..0.100, 0.101.5..0.101", "Budget at 0.100.3, 0.101.5", _READ)
_row("name_constraints", _constraints(_FAILS_CLOSED, wildcard_permitted=True, **_LIMITED),
     "0.102..0.103.11", "subject_name at 0.102.0, 0.103.9: URIs are passed over; compared", _READ)
_row("name_constraints", _constraints(_FAILS_CLOSED | {GeneralNameKind.URI}, **_LIMITED),
     "0.103.12..0.103",
     "subject_name at 0.103.12, 0.103.13: IdRole by subtrees; compared", _READ)
_row("explicit_policy", Scope(), _COVERED, f"policies are not processed; {_COMPARED}", _MEASURED)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "an anchor is a name, a key and name constraints", _READ)
_row("hostname",
     HostnameRules(
         wildcards=Wildcards.LEFTMOST_LABEL, ip_san=False, trailing_dot=False,
         stops_at_odd_names=True,
     ),
     _OLD, "name/verify.rs at 0.22.0; rustls 0.20 knows no addresses; compared: 0.22.0", _MEASURED)
_row("hostname",
     HostnameRules(
         wildcards=Wildcards.LEFTMOST_LABEL, trailing_dot=False, stops_at_odd_names=True
     ),
     "0.100", "subject_name/verify.rs at 0.100.0, 0.100.3: BadDer", _READ)
_row("hostname", HostnameRules(wildcards=Wildcards.LEFTMOST_LABEL, trailing_dot=False),
     "0.101..0.103",
     f"subject_name at 0.100.0, 0.103.9; {_COMPARED}", _MEASURED)


def _provider(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if value == "ring":
        return _ring(version)
    if value == "aws-lc-rs":
        return _aws(version)
    raise ClientError(f"{value!r} is no provider", hint="ring or aws-lc-rs")


WEBPKI: Final = Family(
    name="webpki",
    title="webpki (rustls)",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "provider": TraitOption(
                "what rustls computes with: ring, or aws-lc-rs as is usual from 0.102.2 on",
                _provider,
            ),
        }
    ),
    hint="The version is that of the crate webpki or rustls-webpki, not that of rustls.",
)
