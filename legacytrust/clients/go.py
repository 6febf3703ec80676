"""Go's crypto/x509 and crypto/tls, 1.1 to 1.27, with the roots handed to them in a pool.

Theory
======

Go searches completely.  The served certificates after the leaf are a set: order, duplicates and
surplus ones do not matter.  At each level the roots are asked before the served certificates, and
every path to any certificate of the pool counts, intermediates and the leaf itself included; the
root's dates and extensions count like all others.  So neither AddTrust in 2020 nor DST Root CA X3
in 2021 broke Go where the new root was known.

What the parser refuses is lost: a root silently, but a *served* certificate, needed or not, ends
the handshake.  Up to 1.4 an unknown critical extension was such a case; today a curve that Go does
not have, a negative serial number (from 1.23), an RSA key of more than 8192 bits.

What moved:

* **1.5** reads unknown critical extensions, and up to 1.8.4 and 1.9.1 minds them in the leaf only.
* **1.8** accepts a leaf that is in the pool itself, compares issuer and subject, and knows PSS.
* **1.9** and **1.10**: a SAN silences the common name; name constraints stop being about the host
  name that is connected to and are enforced for every alternative name of the leaf, from **1.21**
  of the CAs below too.  Directory names are never compared: critical, they are refused.
* **1.10.6, 1.11.3**: no more than 100 candidates are looked at; for a few releases a key
  identifier that nobody has was fatal.
* **1.15** ignores the common name, with a switch to get it back until 1.17.
* **1.16** no longer lets a key identifier choose between issuers of the same name.
* **1.18** refuses SHA-1, with a switch until 1.24; the server-gated-crypto purposes end there.
* **1.19** takes two certificates of the same name, key and alternative names for the same.
* **1.23** refuses negative serial numbers, **1.24** RSA keys below 1024 bits, and processes
  policies.

Extended key usages are nested: every certificate of the path that has any must have serverAuth or
any.  There is no AIA and no revocation.  On Windows, macOS and iOS a program that names no roots
asks the platform instead; that is not this model.

Sources: ``src/crypto/x509`` and ``src/crypto/tls`` at the tags named and the commits between them,
and the sources that come with Go 1.19.8 and the 1.21 to 1.27 releases.  "Compared" means: run
beside the genuine release on generated PKIs, see ``tests/differential``.
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
    CommonNameUse,
    Consequence,
    ConstrainedNames,
    ConstraintKind,
    Critical,
    DnsConstraintForm,
    Form,
    HostnameRules,
    KeyIdUse,
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

__all__ = ["GO"]

_COVERED: Final = "1.1..1.27"

_EVERYWHERE: Final = Scope(ALL_ROLES)
_LEAVES: Final = Role.LEAF | Role.STORE_LEAF
_ISSUERS: Final = Role.SERVED_CA | Role.ANCHOR

_table: Final = Table(dotted)
_row = _table.add
_READ, _MEASURED, _INFERRED = Evidence.READ, Evidence.MEASURED, Evidence.INFERRED

# How a path is searched.
_row("strategy", Strategy.JUDGED, _COVERED,
     "verify.go buildChains at go1.1, 1.4, 1.8, 1.9, 1.17.12, 1.19.8 .. 1.27.3; compared: 1.19.8, "
     "1.21 to 1.27", _MEASURED)
_row("partial_chain", True, _COVERED, "buildChains: any certificate of the pool ends it", _MEASURED)
_row("trusted_first", True, _COVERED, "buildChains: roots before intermediates", _READ)
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.ENCODED, _COVERED,
         "cert_pool.go: by the bytes of issuer and subject; compared: 1.19.8, 1.27.3", _MEASURED)
_row("anchor_match", AnchorMatch.NEVER, "1.1..1.7", "Verify at go1.1, 1.7: no such test", _READ)
_row("anchor_match", AnchorMatch.CERTIFICATE, "1.8..1.27",
     "Verify: Roots.contains, first at 1.8; compared", _MEASURED)
_row("anchor_loops", False, "1.1..1.7", "buildChains at 1.7: roots are not compared", _READ)
_row("anchor_loops", True, "1.8..1.27", "buildChains at 1.8: nextRoot", _READ)
_row("loop", Loop.CERTIFICATE, "1.1..1.18", "buildChains at 1.8, 1.17.12: cert.Equal", _READ)
_row("loop", Loop.NAME_KEY_AND_SAN, "1.19..1.27", "alreadyInChain from 1.19; compared", _MEASURED)
for _versions, _use, _source in (
    ("1.1..1.7", KeyIdUse.CHOOSES_ANY_NAME, "findVerifiedParents at go1.1, 1.7; no NameMismatch"),
    ("1.8..1.10.5, 1.11..1.11.2", KeyIdUse.CHOOSES, "findVerifiedParents at 1.8, 1.9"),
    ("1.12..1.15", KeyIdUse.CHOOSES, "findPotentialParents before af9c5e5dbc (2020-09)"),
    ("1.16..1.27", KeyIdUse.ORDERS, "findPotentialParents from af9c5e5dbc; compared"),
):  # fmt: skip
    _row("key_id", _use, _versions, _source, _READ)
_row("key_id", KeyIdUse.DEMANDS, "1.10.6..1.10, 1.11.3..1.11.5",
     "findPotentialParents at 770130659b (2018-12), released with the limit", _INFERRED)
_row("key_id", KeyIdUse.CHOOSES, "1.11.6..1.11",
     "95e5b07cf5 (2019-02), back-ported to 1.11.6", _INFERRED)
_row("finds_by_key_id", True, "1.1..1.15", "cert_pool.go: bySubjectKeyId", _READ)
_row("finds_by_key_id", False, "1.16..1.27", "cert_pool.go: byName alone from 1.16", _READ)
_row("candidate_limit", 100, "1.10.6..1.10, 1.11.3..1.27",
     "maxChainSignatureChecks, 770130659b (2018-12); compared", _MEASURED)
_row("climbs_once", True, "1.1..1.18", "buildChains at go1.1, 1.9, 1.17.12: its cache", _READ)
_row("climbs_once", False, "1.19..1.27", "buildChains from 65153e478e; compared", _MEASURED)
_row("counts_loops", False, "1.1..1.26.5", "considerCandidate at 1.26.0", _READ)
_row("counts_loops", True, "1.26.6..1.27", "considerCandidate at 1.26.6, 1.27.3", _READ)

_LINK: Final = frozenset(
    {
        "signatures", "digests", "algorithms", "key_sizes", "key_kinds", "dates", "critical",
        "authority", "cert_sign", "path_length",
    }
)  # fmt: skip
_row("prunes", _LINK | {"name_constraints"}, "1.1..1.25",
     "isValid and CheckSignatureFrom at go1.1 .. 1.25.5", _READ)
_row("prunes", _LINK, "1.26..1.27", "isValid at 1.26.0: name constraints at the end", _READ)

# What the parser refuses.
_CURVES: Final = Refusals(
    accepted=frozenset({"1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"}),
    roles=ALL_ROLES,
)
_DNS: Final = frozenset({GeneralNameKind.DNS})
_COMPARED: Final = _DNS | {GeneralNameKind.EMAIL, GeneralNameKind.URI, GeneralNameKind.IP}
_KNOWN_1_1: Final = frozenset(
    {
        Oid.SUBJECT_KEY_IDENTIFIER, Oid.KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.BASIC_CONSTRAINTS,
        Oid.NAME_CONSTRAINTS, Oid.CERTIFICATE_POLICIES, Oid.AUTHORITY_KEY_IDENTIFIER,
        Oid.EXTENDED_KEY_USAGE,
    }
)  # fmt: skip
_KNOWN_1_3: Final = _KNOWN_1_1 | {Oid.CRL_DISTRIBUTION_POINTS, Oid.AUTHORITY_INFO_ACCESS}
_KNOWN_1_23: Final = _KNOWN_1_3 - {
    Oid.SUBJECT_KEY_IDENTIFIER, Oid.AUTHORITY_KEY_IDENTIFIER, Oid.AUTHORITY_INFO_ACCESS,
}  # fmt: skip
_KNOWN_1_24: Final = _KNOWN_1_23 | {
    Oid.POLICY_MAPPINGS, Oid.POLICY_CONSTRAINTS, Oid.INHIBIT_ANY_POLICY,
}  # fmt: skip

_READABLE: Final = attrs.evolve(NO_CHECKS, curves=_CURVES)
_AGREEING: Final = attrs.evolve(_READABLE, equal_algorithms=_EVERYWHERE)
_FULL: Final = Form(empty_constraints=_EVERYWHERE, broken_extensions=_EVERYWHERE)
_UNIQUE: Final = attrs.evolve(_FULL, repeated_extensions=_EVERYWHERE)
_POSITIVE: Final = attrs.evolve(_UNIQUE, negative_serial=_EVERYWHERE)
_RSA_8192: Final = KeySizes(maximum=((KeyKind.RSA, 8192),))


def _old_parser(known: frozenset[str]) -> Any:
    critical = Critical(known, scope=_EVERYWHERE, constraint_kinds=_DNS, excluded=False)
    return attrs.evolve(_READABLE, critical=critical)


def _dns_parser(*, excluded: bool) -> Any:
    critical = Critical(
        every=True, scope=_EVERYWHERE, constraint_kinds=_DNS, excluded=excluded
    )
    return attrs.evolve(_READABLE, critical=critical)


def _parsers(versions: str, checks: Any, source: str, *, in_handshake: Any = None) -> None:
    """What is not read is skipped in the pool, and ends the handshake when served."""
    served = Admission(in_handshake or checks, Consequence.FATAL)
    _row("served_admission", served, versions, source, _READ)
    _row("store_admission", Admission(checks, Consequence.SKIPPED), versions, source, _READ)


_parsers("1.1..1.2", _old_parser(_KNOWN_1_1), "x509.go parseCertificate at go1.1")
_parsers("1.3..1.4", _old_parser(_KNOWN_1_3), "x509.go parseCertificate at go1.3, 1.4.3")
_parsers("1.5..1.8", _dns_parser(excluded=False), "x509.go parseCertificate at 1.5.2, 1.8")
_parsers("1.9", _dns_parser(excluded=True), "x509.go parseCertificate at 1.9")
_parsers("1.10..1.16", attrs.evolve(_READABLE, form=_FULL),
         "x509.go parsePublicKey; name constraints from 9e76ce7070 (2017-11)")
_parsers("1.17..1.18", attrs.evolve(_AGREEING, form=_FULL),
         "parser.go parseCertificate at 1.17.12")
_parsers("1.19..1.19.11, 1.20..1.20.6", attrs.evolve(_AGREEING, form=_UNIQUE),
         "parser.go parseCertificate at 1.19.8: an extension twice")
_parsers("1.19.12..1.19, 1.20.7..1.22", attrs.evolve(_AGREEING, form=_UNIQUE),
         "parser.go at 1.21.13; handshake_client.go: 2350afd2e8 (2023-08), 8192 bits",
         in_handshake=attrs.evolve(_AGREEING, form=_UNIQUE, key_sizes=_RSA_8192))
_parsers("1.23..1.27", attrs.evolve(_AGREEING, form=_POSITIVE),
         "parser.go at 1.23.4, 1.27.3; handshake_client.go",
         in_handshake=attrs.evolve(_AGREEING, form=_POSITIVE, key_sizes=_RSA_8192))

# What a path must pass.
_row("signatures", Scope(BELOW_ANCHOR), _COVERED, "CheckSignatureFrom at all tags", _MEASURED)
_row("own_signature", Scope(), _COVERED, "a root's own signature is not checked", _MEASURED)
_row("equal_algorithms", Scope(), "1.1..1.16", "x509.go at 1.9: the outer one is ignored", _READ)
_row("equal_algorithms", _EVERYWHERE, "1.17..1.27", "parser.go parseCertificate", _MEASURED)
_row("dates", _EVERYWHERE, _COVERED, "isValid at all tags: the root too; compared", _MEASURED)
_row("last_second", True, _COVERED, "isValid: now.After(NotAfter); compared", _MEASURED)

_SHA1: Final = frozenset({Digest.SHA1})
_UNKNOWN_DIGESTS: Final = frozenset(
    {Digest.MD2, Digest.MD4, Digest.MD5, Digest.SHA224, Digest.OTHER}
)
_row("digests", Refusals(_UNKNOWN_DIGESTS | {Digest.SHA384, Digest.SHA512}), "1.1..1.2",
     "x509.go at go1.1, 1.2: nothing links SHA-384 and SHA-512 in; from b53bb2cae5", _READ)
_row("digests", Refusals(_UNKNOWN_DIGESTS), "1.3..1.17", "checkSignature at 1.3, 1.8", _READ)
_row("digests", Refusals(_UNKNOWN_DIGESTS | _SHA1), "1.18..1.27",
     "checkSignature from 1.18; compared: 1.19.8 to 1.27.3", _MEASURED)

_NO_PSS: Final = algorithms(Scheme.RSA_PSS)
_ODD_PSS: Final = algorithms(Scheme.RSA_PSS, Digest.SHA1, *_UNKNOWN_DIGESTS)
_NEVER: Final = algorithms(Scheme.OTHER) | algorithms(Scheme.ED448)
_row("algorithms", Refusals(_NEVER | algorithms(Scheme.ED25519) | _NO_PSS), "1.1..1.7",
     "checkSignature at 1.7", _READ)
_row("algorithms", Refusals(_NEVER | algorithms(Scheme.ED25519) | _ODD_PSS), "1.8..1.12",
     "checkSignature at 1.8: PSS; e41b0e2bcb", _READ)
_row("algorithms", Refusals(_NEVER | _ODD_PSS), "1.13..1.15", "Ed25519: 599ec7720f", _READ)
_row("algorithms", Refusals(_NEVER | _ODD_PSS | algorithms(Scheme.DSA)), "1.16..1.27",
     "DSA removed: 8f1c99035d; compared: 1.19.8 to 1.27.3", _MEASURED)
_row("key_kinds",
     Refusals(
         frozenset({KeyKind.OTHER, KeyKind.ED448, KeyKind.ED25519}),
         unknown=frozenset({KeyKind.DSA}),
         roles=ALL_ROLES,
     ),
     "1.1..1.12", "x509.go parsePublicKey at 1.8", _READ)
_row("key_kinds",
     Refusals(
         frozenset({KeyKind.OTHER, KeyKind.ED448}),
         unknown=frozenset({KeyKind.DSA}),
         roles=ALL_ROLES,
     ),
     "1.13..1.15", "599ec7720f (2019-05)", _READ)
_row("key_kinds",
     Refusals(frozenset({KeyKind.OTHER, KeyKind.ED448, KeyKind.DSA}), roles=ALL_ROLES),
     "1.16..1.27", "verifyServerCertificate; checkSignature from 8f1c99035d", _READ)
_row("curves", _CURVES, _COVERED, "namedCurveFromOID at go1.1, 1.8, 1.27.3", _READ)
_row("key_sizes", KeySizes(), "1.1..1.23", "no minimum; compared: 1.19.8, 1.21 to 1.23", _MEASURED)
_row("key_sizes", KeySizes(((KeyKind.RSA, 1024),)), "1.24..1.27",
     "crypto/rsa checkKeySize at 1.24.3, GODEBUG rsa1024min; compared", _MEASURED)
_row("authority",
     Authority(
         (
             (Role.SERVED_CA, frozenset({CaProof.BASIC_CONSTRAINTS})),
             (Role.ANCHOR, frozenset({CaProof.BASIC_CONSTRAINTS, CaProof.VERSION_1})),
         )
     ),
     _COVERED, "isValid and CheckSignatureFrom at go1.1 .. 1.27.3; compared", _MEASURED)
_row("cert_sign", Scope(_ISSUERS), _COVERED, "CheckSignatureFrom: KeyUsageCertSign", _MEASURED)
_row("blank_usage", True, _COVERED, "CheckSignatureFrom: KeyUsage != 0", _MEASURED)
_row("path_length", PathLength(Scope(_ISSUERS), counts_self_issued=True), _COVERED,
     "isValid: numIntermediates; compared", _MEASURED)

_SERVER: Final = frozenset({Oid.SERVER_AUTH})
_GATED: Final = frozenset({Oid.MICROSOFT_SGC, Oid.NETSCAPE_SGC})
_ANY: Final = frozenset({Oid.ANY_EXTENDED_KEY_USAGE})


def _nested(purposes: frozenset[str]) -> Purpose:
    return Purpose(
        purposes, leaf_roles=_LEAVES, issuers=purposes, issuer_roles=_ISSUERS, empty_is_any=True
    )


_row("purpose", _nested(_SERVER | _GATED), "1.1..1.2",
     "checkChainForKeyUsage at go1.1: its test for any goes on with the wrong loop", _READ)
_row("purpose", _nested(_SERVER | _GATED | _ANY), "1.3..1.9, 1.11..1.17",
     "checkChainForKeyUsage at 1.3, 1.9, 1.17.12", _READ)
_row("purpose", _nested(_SERVER | _ANY), "1.18..1.27",
     "checkChainForKeyUsage from 39eb1cc3f4 (2021-08); compared", _MEASURED)


def _critical(known: frozenset[str], scope: Scope = _EVERYWHERE) -> Critical:
    return Critical(known, scope=scope, constraint_kinds=_COMPARED)


_row("critical", Critical(_KNOWN_1_1, scope=_EVERYWHERE), "1.1..1.2",
     "x509.go parseCertificate at go1.1", _READ)
_row("critical", Critical(_KNOWN_1_3, scope=_EVERYWHERE), "1.3..1.4",
     "x509.go parseCertificate at go1.3, 1.4.3", _READ)
_row("critical", Critical(_KNOWN_1_3, scope=Scope(_LEAVES)), "1.5..1.8.4, 1.9..1.9.1",
     "Verify at 1.5.2, 1.8, 1.9: of the leaf only", _READ)
_row("critical", Critical(_KNOWN_1_3, scope=_EVERYWHERE), "1.8.5..1.8, 1.9.2..1.9",
     "isValid at bfc22319aa (2017-10), released as 1.9.2 and 1.8.5", _INFERRED)
_row("critical", _critical(_KNOWN_1_3), "1.10..1.22",
     "isValid; processExtensions at 1.19.8, 1.21.13; compared", _MEASURED)
_row("critical", _critical(_KNOWN_1_23), "1.23",
     "parser.go at 1.23.4: some that must not be critical are not read; compared", _MEASURED)
_row("critical", _critical(_KNOWN_1_24), "1.24..1.27",
     "parser.go processExtensions at 1.24.3, 1.27.3; compared", _MEASURED)


def _host_constrained(form: DnsConstraintForm, *, excluded: bool) -> NameConstraintRules:
    return NameConstraintRules(
        _EVERYWHERE, form, names=ConstrainedNames.HOST, kinds=_DNS, subject_names=False,
        excluded=excluded,
    )  # fmt: skip


def _constrained(names: ConstrainedNames, **more: Any) -> NameConstraintRules:
    return NameConstraintRules(
        _EVERYWHERE, names=names, kinds=_COMPARED, subject_names=False,
        spares_self_issued=False, **more,
    )


_row("name_constraints", _host_constrained(DnsConstraintForm.SUN, excluded=False), "1.1..1.7",
     "isValid at go1.1, 1.4, 1.7: the host name, a leading dot fits nothing", _READ)
_row("name_constraints", _host_constrained(DnsConstraintForm.RFC5280, excluded=False), "1.8",
     "matchNameConstraint at 1.8", _READ)
_row("name_constraints", _host_constrained(DnsConstraintForm.RFC5280, excluded=True), "1.9",
     "isValid at 1.9: ExcludedDNSDomains", _READ)
_LIMITED: Final = MappingProxyType({"most_comparisons": 250_000})
_row("name_constraints", _constrained(ConstrainedNames.LEAF, needs_san=True, **_LIMITED),
     "1.10..1.14",
     "isValid from 9e76ce7070 (2017-11): NameConstraintsWithoutSANs", _READ)
_row("name_constraints", _constrained(ConstrainedNames.LEAF, **_LIMITED), "1.15..1.18",
     "isValid at 1.17.12", _READ)
_row("name_constraints", _constrained(ConstrainedNames.LEAF_AND_ITSELF, **_LIMITED), "1.19..1.20",
     "isValid from 65153e478e (2022-04), at 1.19.8; compared: 1.19.8", _MEASURED)
_row("name_constraints", _constrained(ConstrainedNames.ALL, **_LIMITED), "1.21..1.22",
     "isValid from ac17bb6f13 (2023-03); compared: 1.21.13, 1.22.10", _MEASURED)
_READABLE_NAMES: Final = MappingProxyType({"valid_names": True})
_row("name_constraints", _constrained(ConstrainedNames.ALL, **_LIMITED, **_READABLE_NAMES),
     "1.23..1.24.10, 1.25..1.25.4",
     "domainToReverseLabels at 1.23.4: a leading dot is no name; compared: 1.23.9, 1.24.3",
     _MEASURED)
_row("name_constraints",
     _constrained(
         ConstrainedNames.ALL, wildcard_excluded=True, wildcard_any_depth=True, **_LIMITED,
         **_READABLE_NAMES,
     ),
     "1.24.11..1.24, 1.25.5..1.25", "matchDomainConstraint at 1.24.11, 1.25.5; compared", _MEASURED)
_row("name_constraints",
     _constrained(ConstrainedNames.ALL, wildcard_excluded=True, **_READABLE_NAMES),
     "1.26..1.27", "constraints.go at 1.26.0, 1.27.3: no limit any more; compared", _MEASURED)
_row("explicit_policy", Scope(), "1.1..1.23", "no policies before 1.24", _READ)
_row("explicit_policy", Scope(BELOW_ANCHOR), "1.24..1.27", "policiesValid at 1.24.3", _READ)
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), _COVERED,
     "a pool made of certificates has no limits", _READ)


def _host(common_name: CommonNameUse, wildcards: Wildcards, *, dot: bool) -> HostnameRules:
    return HostnameRules(
        common_name=common_name, last_common_name=True, wildcards=wildcards, trailing_dot=dot
    )


_WHOLE_LABEL: Final = Wildcards.LEFTMOST_LABEL | Wildcards.TOP_LEVEL
_LEFTMOST: Final = _WHOLE_LABEL | Wildcards.ALONE
_row("hostname", _host(CommonNameUse.NO_DNS_NAME, Wildcards.ANY_LABEL, dot=False), "1.1..1.4",
     "VerifyHostname and matchHostnames at go1.1, 1.4: a star in any place", _READ)
_row("hostname", _host(CommonNameUse.NO_DNS_NAME, _LEFTMOST, dot=True), "1.5..1.8",
     "matchHostnames at 1.5.2, 1.8: in the first place only", _READ)
_row("hostname", _host(CommonNameUse.NO_NAME, _LEFTMOST, dot=True), "1.9..1.14",
     "VerifyHostname at 1.9: hasSANExtension", _READ)
_row("hostname", _host(CommonNameUse.NEVER, _LEFTMOST, dot=False), "1.15..1.22",
     "d65e1b2e41, 95c5ec67ea (2020-05); compared: 1.19.8, 1.21.13, 1.22.10", _MEASURED)
_row("hostname", _host(CommonNameUse.NEVER, _WHOLE_LABEL, dot=False), "1.23..1.27",
     "validHostname at 1.23.4: a star alone is none; compared: 1.23.9 to 1.27.3", _MEASURED)


# -- options ------------------------------------------------------------------------------------


def _sha1(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not (1, 18) <= version[:2] <= (1, 23):
        raise ClientError("GODEBUG x509sha1 is there from Go 1.18 to 1.23")
    return {"digests": Refusals(_UNKNOWN_DIGESTS if value else _UNKNOWN_DIGESTS | _SHA1)}


def _common_name(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version[:2] not in ((1, 15), (1, 16)):
        raise ClientError("GODEBUG x509ignoreCN=0 is there in Go 1.15 and 1.16")
    use = CommonNameUse.NO_NAME if value else CommonNameUse.NEVER
    return {"hostname": _host(use, _LEFTMOST, dot=False)}


GO: Final = Family(
    name="go",
    title="Go crypto/tls",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "sha1": TraitOption("GODEBUG x509sha1=1: SHA-1 is accepted again", _sha1),
            "common_name": TraitOption(
                "GODEBUG x509ignoreCN=0: the common name counts where there is no SAN",
                _common_name,
            ),
        }
    ),
    hint="The version is that of the Go release that built the program.",
    gaps=MappingProxyType(
        {
            "purpose": "1.10 nested all purposes of a leaf, by rules that changed within its "
            "releases; only a leaf and CAs that name serverAuth are certain there",
        }
    ),
)
