"""Java, 6 to 26: the default trust manager of SunJSSE, as HttpsURLConnection and others use it.

Theory
======

Java's trust manager validates before it builds.  A list that is in order is walked from the leaf
up to the first certificate that has the name and key of a trusted one, and the part below it is
*the* path: what lies above, an expired cross-certificate say, is never looked at, and neither are
the dates of the anchor.  So AddTrust in 2020 and DST Root CA X3 in 2021 did no harm to Java as
long as the server sent its list in order.  But nothing else is tried either: a dead intermediate
is fatal although a live one follows.  Only a list that is out of order is given to the complete
path builder, which has rules of its own (:mod:`legacytrust.paths.builders.validate_or_build`).

What changed:

* **Hashes and keys** are refused by a property that grew with the updates: MD2 first, RSA below
  1024 bits (7u40), MD5 (7u95), DSA below 1024 and EC below 224 bits (7u131), and SHA-1 where the
  path ends in one of the roots that came with the JDK (7u161, 8u141).  A private authority may
  use SHA-1 to this day.  Builds with somebody else's list of roots (Debian, Temurin) do not know
  which roots are the JDK's own and so accept SHA-1 below all: ``jdk_cas=False``.
* **The anchor** must be a certification authority since January 2020 (7u251, 8u241, 11.0.6); the
  test comes when the path is chosen and nothing is tried after it.
* **The leaf** may be listed in the store itself; before those updates, a leaf with the name and
  key of a listed certificate was enough.
* **Ten certificates**, and 32768 octets, are all that a server may send since October 2020
  (7u281, 8u271, 11.0.9).
* **DSA and SHA-224** are for TLS 1.2 only and were accepted under TLS 1.3 all the same; 17.0.21
  and 25 refuse them.  The models assume TLS 1.3 from 11 on.
* **Fallen authorities**: Symantec's roots for leaves issued after 2019-04-16, Entrust's after
  2024-11-11, Camerfirma's after 2025-04-15, Chunghwa's after 2026-03-17, each from the update that
  came with it.  17.0.21 refuses the first three altogether.

Name constraints, path lengths and purposes are as RFC 5280 has them, with the leaf's purpose
alone looked at and everything that the anchor says left out.  The host name may stand in the
common name where the SAN has no DNS name, and a star may stand in any label but the last; from
19 on, in the first alone.  Constraints bind the common names of issuers too, if those look like
host names: a CA called "R3" is outside "example.com".  (In a list that is out of order they did
not before October 2023, 11.0.21 and 17.0.9; the models make no difference there.)

An application has to ask for the host name to be compared; the models assume that it does.  They
assume further that keys are exchanged by (EC)DHE or TLS 1.3, for which the leaf's key must be
allowed to sign; ``key_exchange="RSA"`` is for servers that can do nothing newer.

Sources: openjdk/jdk7u, jdk11u and jdk6 at the tags named, and the source package of Debian's
17.0.19 and 17.0.21: PKIXValidator (PV), EndEntityChecker (EE), ForwardBuilder (FB),
HostnameChecker (HC), the policies of sun.security.validator (POL), java.security (SEC).
"Compared" means: run beside genuine JDKs of 11, 17, 21 and 25 on generated PKIs through a TLS
handshake, see ``tests/differential``.  JDK 8 was not read: where its source would be quoted, the
updates of the same day of 7 and 11 are, and the row says inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Table, TraitOption
from legacytrust.clients.java_policies import (
    CAMERFIRMA_TLS,
    CHUNGHWA_TLS,
    ENTRUST_TLS,
    SYMANTEC_TLS,
    WITHOUT_DATES,
)
from legacytrust.clients.java_roots import JDK_ROOTS
from legacytrust.clients.java_versions import COVERED, Span, java_version, lines, since
from legacytrust.clients.versions import VersionKey, VersionRanges
from legacytrust.errors import ClientError
from legacytrust.extensions import GeneralNameKind, KeyUsage, Oid
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
    Completion,
    Consequence,
    ConstraintKind,
    Critical,
    Distrust,
    DnsConstraintForm,
    HostLike,
    HostnameRules,
    IssuerTest,
    KeySizes,
    LeafUsage,
    NameConstraintRules,
    PathLength,
    Purpose,
    Refusals,
    RootDigests,
    Scope,
    StarredLabels,
    Strategy,
    Wildcards,
    algorithms,
)

__all__ = ["JAVA"]

# -- the table ------------------------------------------------------------------------------------

#: Lines of which source was read, and lines that genuine JDKs were run of.
_READ_LINES: Final = (7, 11, 17)
_COMPARED_LINES: Final = (11, 17, 21, 25)

_table: Final = Table(java_version)


def _row(
    trait: str, value: Any, span: Span, source: str, *,
    compared: bool = True, elsewhere: Evidence = Evidence.INFERRED,
) -> None:  # fmt: skip
    """One fact for some versions: compared, read, or neither, by line.

    :param compared: whether generated PKIs put it to the test.
    :param elsewhere: how well it is known for lines that were neither compared nor read.
    """
    undecided = isinstance(value, Refusals) and bool(value.unknown)
    by_evidence: dict[Evidence, list[str]] = {}
    for line, text in span.texts:
        measured = compared and not undecided and line in _COMPARED_LINES
        known = Evidence.READ if line in _READ_LINES and not undecided else elsewhere
        by_evidence.setdefault(Evidence.MEASURED if measured else known, []).append(text)
    for evidence, texts in by_evidence.items():
        _table.add(trait, value, ", ".join(texts), source, evidence)


_SERVED: Final = Role.LEAF | Role.SERVED_CA | Role.FETCHED_CA
_CAS: Final = Role.SERVED_CA | Role.FETCHED_CA
_SENT: Final = Role.LEAF | Role.SERVED_CA

# How a path is searched.
#: The newest update that was read: Debian's package of it.
_NEWEST: Final = since("17.0.21").within(17, 17)
_STRICT: Final = since("7u251", "8u241", "11.0.6", "13.0.2", "14")
_LOOSE: Final = lines(6) - _STRICT
_TEN: Final = since("7u281", "8u271", "11.0.9", "15.0.1", "16")
_FREE_BUILDER: Final = since("8u20", "9")
_row("strategy", Strategy.VALIDATE_OR_BUILD, lines(6),
     "PV engineValidate at jdk7-b147, jdk7u351-ga, jdk-11.0.5-ga, 17.0.21; SunCertPathBuilder")
_row("anchor_match", AnchorMatch.NAME_AND_KEY, _LOOSE,
     "PV engineValidate at jdk7-b147, jdk-11.0.5-ga: i == 0 is no exception")
_row("anchor_match", AnchorMatch.CERTIFICATE, _STRICT,
     "PV engineValidate: 8227758, first in jdk7u251 and jdk-11.0.6-ga")
_row("max_served", 10, _TEN,
     "jdk.tls.maxCertificateChainLength: 8245417, first in jdk7u281 and jdk-11.0.9-ga")
_row("max_served_octets", 32768, _TEN,
     "jdk.tls.maxHandshakeMessageSize: 8245417, first in jdk7u281 and jdk-11.0.9-ga")
_row("max_certificates", 7, lines(6),
     "PKIXBuilderParameters.maxPathLength is 5; FB getMatchingCACerts; the builder only")
_row("built_checks",
     attrs.evolve(
         NO_CHECKS, name_constraints=NameConstraintRules(Scope(ALL_ROLES), DnsConstraintForm.SUN)
     ),
     lines(6) - since("8u391", "11.0.21", "17.0.9", "21.0.1", "22"),
     "CertPathHelper.setPathToNames in FB until 8309966, first in jdk-11.0.21-ga")
_row("served_tests", IssuerTest.KEY_ID, lines(6, 7),
     "FB getMatchingCACerts at jdk7u351-ga: AdaptableX509CertSelector; the builder only")
_row("served_tests", IssuerTest.KEY_ID, lines(8, 8) - _FREE_BUILDER,
     "8025708 of February 2014 takes it out of 9; said to be in 8u20", elsewhere=Evidence.BELIEVED)
_row("served_tests", IssuerTest(0), _FREE_BUILDER.within(8, 8),
     "8025708 of February 2014 takes it out of 9; said to be in 8u20", elsewhere=Evidence.BELIEVED)
_row("served_tests", IssuerTest(0), lines(9), "FB getMatchingCACerts at jdk-11+28: 8025708")
for _trait in ("served_names", "store_names"):
    _row(_trait, NameForm.JAVA, lines(6), "X500Principal.equals")
_row("served_admission",
     Admission(
         attrs.evolve(NO_CHECKS, equal_algorithms=Scope(_SENT), empty_subject=Scope(_SENT)),
         Consequence.FATAL,
     ),
     lines(6), "X509CertImpl.parse, X509CertInfo.verifyCert at jdk7-b147, 17.0.21: every one sent")

# Dates and signatures.
_row("dates", Scope(_SERVED), lines(6), "BasicChecker: below the anchor; measured: an expired one")
_row("last_second", True, lines(6), "CertificateValidity.valid: not after notAfter")
_row("signatures", Scope(BELOW_ANCHOR), lines(6), "BasicChecker.verifySignature")
_row("own_signature", Scope(), lines(6), "PKIXCertPathValidator: an anchor is a name and a key")
_row("equal_algorithms", Scope(_SERVED), lines(6), "X509CertImpl.parse: signature algorithm mismatch")

# Algorithms and keys.
_SHA2: Final = (Digest.SHA256, Digest.SHA384, Digest.SHA512)
_ODD: Final = (
    algorithms(Scheme.OTHER) | algorithms(Scheme.RSA_PKCS1, Digest.MD4, Digest.OTHER, Digest.NONE)
)
_EDWARDS: Final = algorithms(Scheme.ED25519) | algorithms(Scheme.ED448)
_SHA224: Final = frozenset((scheme, Digest.SHA224) for scheme in Scheme)
_PSS: Final = algorithms(Scheme.RSA_PSS)
_HAS_PSS: Final = since("8u261", "11")

_row("algorithms", Refusals(_ODD | _EDWARDS | _PSS | _SHA224 | algorithms(Scheme.ECDSA)),
     lines(6, 6), "no SunEC before 7, SHA-224 and PSS came later (JEP 130, JEP 332)")
_row("algorithms", Refusals(_ODD | _EDWARDS | _PSS | _SHA224), lines(7, 7),
     "SunEC from 7, SHA-224 from 8 (JEP 130), PSS from 11 (JEP 332)", compared=False)
_row("algorithms", Refusals(_ODD | _EDWARDS | _PSS), lines(8, 8) - _HAS_PSS,
     "PSS was brought to 8 with TLS 1.3: 8u251 knows it, 8u261 uses it in TLS",
     elsewhere=Evidence.DOCUMENTED)
_row("algorithms", Refusals(_ODD | _EDWARDS), _HAS_PSS.within(8, 8),
     "PSS was brought to 8 with TLS 1.3: 8u251 knows it, 8u261 uses it in TLS",
     elsewhere=Evidence.DOCUMENTED)
_row("algorithms", Refusals(_ODD | _EDWARDS | _PSS), lines(9, 10), "PSS from 11 (JEP 332)")
_DSA: Final = algorithms(Scheme.DSA) | _SHA224
_MEASURED_DSA: Final = "measured: accepted by 11.0.13 and 21.0.8, refused by 17.0.21 and 25.0.2"
_NO_DSA: Final = since("11.0.31", "17.0.21", "25").within(11, 26)
_OPEN_DSA: Final = since("17.0.20").within(17, 17) - _NEWEST
_row("algorithms", Refusals(_ODD | _EDWARDS), lines(11, 14) - _NO_DSA,
     "PSS from 11 (JEP 332), EdDSA from 15 (JEP 339)")
_row("algorithms", Refusals(_ODD | _EDWARDS | _DSA), _NO_DSA.within(11, 14), _MEASURED_DSA,
     compared=False)
_row("algorithms", Refusals(_ODD, unknown=_EDWARDS), lines(15, 15),
     "EdDSA from 15 (JEP 339), in TLS from 16 (8166596); between them nobody looked",
     elsewhere=Evidence.UNKNOWN)
_row("algorithms", Refusals(_ODD), lines(16, 17) - since("17.0.20").within(17, 17),
     "EdDSA in TLS from 16 (8166596)")
_row("algorithms", Refusals(_ODD, unknown=_DSA), _OPEN_DSA, _MEASURED_DSA, compared=False)
_row("algorithms", Refusals(_ODD | _DSA), _NO_DSA.within(17, 17), _MEASURED_DSA)
_row("algorithms", Refusals(_ODD), lines(18, 20), "EdDSA in TLS from 16 (8166596)")
_row("algorithms", Refusals(_ODD), lines(21, 21) - since("21.0.9"),
     "EdDSA in TLS from 16 (8166596)")
_row("algorithms", Refusals(_ODD, unknown=_DSA), since("21.0.9").within(21, 21), _MEASURED_DSA,
     compared=False)
_row("algorithms", Refusals(_ODD, unknown=_DSA), lines(22, 24), _MEASURED_DSA)
_row("algorithms", Refusals(_ODD | _DSA), lines(25), _MEASURED_DSA)

_OTHER_KEYS: Final = frozenset({KeyKind.OTHER})
_EDWARDS_KEYS: Final = frozenset({KeyKind.ED25519, KeyKind.ED448})
_row("key_kinds", Refusals(_OTHER_KEYS | _EDWARDS_KEYS | {KeyKind.EC}), lines(6, 6),
     "no SunEC before 7")
_row("key_kinds", Refusals(_OTHER_KEYS | _EDWARDS_KEYS), lines(7, 14),
     "SunEC from 7; EdDSA from 15 (JEP 339), in TLS from 16")
_row("key_kinds", Refusals(_OTHER_KEYS, unknown=_EDWARDS_KEYS), lines(15, 15),
     "EdDSA from 15 (JEP 339), in TLS from 16 (8166596); between them nobody looked",
     elsewhere=Evidence.UNKNOWN)
_row("key_kinds", Refusals(_OTHER_KEYS), lines(16), "EdDSA in TLS from 16 (8166596)")

_MD2: Final = frozenset({Digest.MD2})
_MD5: Final = frozenset({Digest.MD2, Digest.MD5})
_NO_MD5: Final = since("7u95", "8u71", "9")
_NO_SHA1: Final = since("7u151", "8u141", "9")
_row("digests", Refusals(_MD2), lines(6) - _NO_MD5, "SEC at jdk7-b147, jdk7u80-b15: MD2",
     compared=False)
_row("digests", Refusals(_MD5), _NO_MD5, "SEC at jdk7u101-b00 (8141287), jdk-11.0.5-ga: MD5")
_row("root_digests", RootDigests(), lines(6) - _NO_SHA1,
     "SEC at jdk7u141-b02: SHA-1 is not mentioned", compared=False)
_row("root_digests", RootDigests(frozenset({Digest.SHA1}), JDK_ROOTS),
     _NO_SHA1,
     "SEC: SHA1 jdkCA & usage TLSServer; 8176536, release notes of 7u151 and 8u141",
     compared=False, elsewhere=Evidence.DOCUMENTED)

_RSA: Final = ((KeyKind.RSA, 1024),)
_MORE_KEYS: Final = (*_RSA, (KeyKind.DSA, 1024), (KeyKind.EC, 224))
_KEY_ROLES: Final = BELOW_ANCHOR | Role.ANCHOR
_FROM_1024: Final = since("7u40", "8")
_ALL_KINDS: Final = since("7u131", "8u121", "9")
_row("key_sizes", KeySizes(), lines(6) - _FROM_1024, "SEC at jdk7-b147: MD2 only", compared=False)
_row("key_sizes", KeySizes(_RSA, roles=_KEY_ROLES),
     _FROM_1024 - _ALL_KINDS,
     "SEC at jdk7u45-b18, jdk7u121-b00 (7109274): RSA keySize < 1024", compared=False)
_row("key_sizes", KeySizes(_MORE_KEYS, roles=_KEY_ROLES), _ALL_KINDS,
     "SEC at jdk7u131-b00, jdk-11.0.5-ga; AlgorithmChecker asks for the anchor's key too")

_WEAK_CURVES: Final = frozenset(
    {"1.2.840.10045.3.1.1", "1.3.132.0.10", "1.3.132.0.33", "1.3.36.3.3.2.8.1.1.7",
     "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13"}
)  # fmt: skip
_THREE_CURVES: Final = since("7u301", "8u301", "11.0.9", "14")
_SPELT_OUT: Final = frozenset({""})
_row("curves", Refusals(_SPELT_OUT, roles=_KEY_ROLES), lines(6) - _THREE_CURVES,
     "SEC at jdk7u271-ga, jdk-11.0.8-ga: no curve is disabled; named ones alone are read", compared=False)
_row("curves", Refusals(_WEAK_CURVES | _SPELT_OUT, roles=_KEY_ROLES), _THREE_CURVES,
     "jdk.disabled.namedCurves: 8233228, first in jdk7u301 and jdk-11.0.9-ga; gone in 16",
     compared=False)

# What the certificates say.
_BASIC: Final = frozenset({CaProof.BASIC_CONSTRAINTS})
_row("authority", Authority(((_CAS, _BASIC),)), _LOOSE,
     "ConstraintsChecker, FB verifyCert at jdk-11.0.5-ga: no anchor")
_row("authority", Authority(((_CAS, _BASIC), (Role.ANCHOR, _BASIC | {CaProof.VERSION_1}))),
     _STRICT, "PV verifyTrustAnchor: 8230318, first in jdk7u251 and jdk-11.0.6-ga")
_row("cert_sign", Scope(_CAS), _LOOSE, "KeyChecker.verifyCAKeyUsage: no anchor")
_row("cert_sign", Scope(_CAS | Role.ANCHOR), _STRICT,
     "KeyChecker.verifyCAKeyUsage; PV verifyTrustAnchor: 8230318")
_row("path_length", PathLength(Scope(_CAS)), lines(6), "ConstraintsChecker: as RFC 5280, no anchor's")
_row("purpose",
     Purpose(
         frozenset(
             {Oid.ANY_EXTENDED_KEY_USAGE, Oid.SERVER_AUTH, Oid.NETSCAPE_SGC, Oid.MICROSOFT_SGC}
         )
     ),
     lines(6), "EE checkTLSServer: the leaf only, and not one that is in the store")
_row("leaf_usage",
     LeafUsage(Scope(Role.LEAF), KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_ENCIPHERMENT),
     lines(6, 6), "EE checkTLSServer: by key exchange, and servers of the time had either")
_row("leaf_usage", LeafUsage(Scope(Role.LEAF), KeyUsage.DIGITAL_SIGNATURE), lines(7),
     "EE checkTLSServer: for (EC)DHE and TLS 1.3 the key must be for signatures")
_row("critical",
     Critical(
         frozenset(
             {
                 Oid.BASIC_CONSTRAINTS, Oid.NAME_CONSTRAINTS, Oid.KEY_USAGE,
                 Oid.EXTENDED_KEY_USAGE, Oid.SUBJECT_ALT_NAME, Oid.CERTIFICATE_POLICIES,
                 Oid.POLICY_MAPPINGS, Oid.POLICY_CONSTRAINTS, Oid.INHIBIT_ANY_POLICY,
             }
         ),
         scope=Scope(_SERVED),
     ),
     lines(6), "PKIXMasterCertPathValidator, FB verifyCert at jdk7u351-ga, 17.0.21")  # fmt: skip
_CONSTRAINS_CN: Final = since("7u141", "8u131", "9")
_row("name_constraints", NameConstraintRules(Scope(_CAS), DnsConstraintForm.SUN),
     lines(6) - _CONSTRAINS_CN,
     "NameConstraintsExtension.verify at jdk7-b147: names of the SAN only", compared=False)
_WITH_CN: Final = NameConstraintRules(
    Scope(_CAS),
    DnsConstraintForm.SUN,
    common_name=CommonNameUse.NO_DNS_NAME,
    last_common_name=True,
    issuers_common_names=True,
    host_like=HostLike.HOST,
    refused_kinds=frozenset({GeneralNameKind.OTHER}),
)
_DOTTED: Final = attrs.evolve(_WITH_CN, form=DnsConstraintForm.RFC5280)
_LEADING_DOT: Final = since("17.0.15", "21.0.7", "22")
_row("name_constraints", _WITH_CN, _CONSTRAINS_CN - _LEADING_DOT,
     "NameConstraintsExtension.verify at jdk7u351-ga, jdk-11.0.31-ga: 8175940, 8178714")
_row("name_constraints", _DOTTED, _LEADING_DOT - _NEWEST,
     "DNSName.constrains at 17.0.19: 8311546; measured: not yet in 21.0.4, in 21.0.8")
_row("name_constraints", attrs.evolve(_DOTTED, wildcard_excluded=True), _NEWEST,
     "DNSName.constrains at 17.0.21: so is a wildcard that reaches into what is excluded")
_row("explicit_policy", Scope(_SERVED), lines(6), "PolicyChecker: requireExplicitPolicy is honoured")
_row("anchor_constraints", AnchorConstraintRules(unknown=ConstraintKind(0)), lines(6),
     "a key store holds certificates and no limits")
_row("empty_subject", Scope(_SERVED), lines(6), "X509CertInfo.verifyCert: needs a critical SAN")

# Authorities that have fallen.
_BY_DATE: Final = (
    (SYMANTEC_TLS, since("7u221", "8u211", "11.0.3", "12")),
    (ENTRUST_TLS, since("7u441", "8u431", "11.0.25", "17.0.13", "21.0.5", "23.0.1", "24")),
    (CAMERFIRMA_TLS, since("7u451", "8u451", "11.0.27", "17.0.15", "21.0.7", "24.0.1", "25")),
    (CHUNGHWA_TLS, since("8u491", "11.0.31", "17.0.19", "21.0.11", "25.0.3", "26.0.1")),
)
_POLICIES: Final = "POL, and jdk.security.caDistrustPolicies in SEC, of the update"


def _distrust_rows() -> None:
    """Each update that brings a policy ends what held before it."""
    span = lines(6)
    policies: tuple[Distrust, ...] = ()
    for policy, updates in _BY_DATE:
        _row("distrust", policies, span - updates, _POLICIES, compared=False)
        span, policies = span & updates, (*policies, policy)
    _row("distrust", policies, span - _NEWEST, _POLICIES, compared=False)
    _row("distrust", WITHOUT_DATES, _NEWEST, _POLICIES, compared=False)


_distrust_rows()

# Host names.
_HOSTS: Final = HostnameRules(
    common_name=CommonNameUse.NO_DNS_NAME,
    last_common_name=True,
    wildcards=Wildcards.ANYWHERE,
)
_LETTERS_ONLY: Final = since("7u151", "8u141", "9")
_row("hostname", _HOSTS, lines(6) - _LETTERS_ONLY,
     "HC at jdk7-b147: matchAllWildcards; a trailing dot is ignored", compared=False)
_row("hostname", attrs.evolve(_HOSTS, trailing_dot=False, letters_only=True),
     _LETTERS_ONLY.within(7, 8),
     "HC isMatched: 8174873, first in jdk7u151; letters, digits, hyphens and no dot at the end")
_UNICODE: Final = attrs.evolve(
    _HOSTS,
    trailing_dot=False,
    letters_only=True,
    starred=StarredLabels.NOT_LAST,
    a_label_star=False,
)
_row("hostname", _UNICODE, lines(9, 18),
     "HC isMatched, hasIllegalWildcard at jdk-11.0.5-ga and 17.0.21; SNIHostName; IDN.toUnicode")
_row("hostname", attrs.evolve(_UNICODE, starred=StarredLabels.FIRST), lines(19),
     "7192189 of 2022: a star in the leftmost label only; measured on 21.0.8 and 25.0.2")

# -- options --------------------------------------------------------------------------------------

_USAGES: Final = {
    "ECDHE": KeyUsage.DIGITAL_SIGNATURE,
    "RSA": KeyUsage.KEY_ENCIPHERMENT,
    "ECDH": KeyUsage.KEY_AGREEMENT,
}


def _jdk_cas(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not VersionRanges.parse(_NO_SHA1.text, java_version).holds(version):
        raise ClientError("Java makes no difference between roots before 7u151 and 8u141")
    anchors = None if value else frozenset[str]()
    return {"root_digests": RootDigests(frozenset({Digest.SHA1}), anchors)}


def _enable_aia(value: Any, _: VersionKey) -> Mapping[str, Any]:
    return {"completion": Completion.AIA if value else Completion(0)}


def _key_exchange(value: Any, _: VersionKey) -> Mapping[str, Any]:
    usage = _USAGES.get(value)
    if usage is None:
        raise ClientError(f"{value!r} is no key exchange", hint=", ".join(_USAGES))
    return {"leaf_usage": LeafUsage(Scope(Role.LEAF), usage)}


JAVA: Final = Family(
    name="java",
    title="Java (SunJSSE)",
    parser=java_version,
    coverage=VersionRanges.parse(COVERED, java_version),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "jdk_cas": TraitOption(
                "which roots count as the JDK's own: all of the store, or none; by default those "
                "that some JDK of Oracle or OpenJDK has brought",
                _jdk_cas,
            ),
            "enable_aia": TraitOption(
                "com.sun.security.enableAIAcaIssuers: the builder fetches missing issuers",
                _enable_aia,
            ),
            "key_exchange": TraitOption(
                "ECDHE (and DHE, and TLS 1.3), RSA or ECDH: what the leaf's key usage must allow",
                _key_exchange,
            ),
        }
    ),
    hint="Pass the update as Java prints it, 8u131 or 1.8.0_131 or 11.0.3, without the build.",
)
