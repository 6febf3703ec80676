"""Who may issue: basicConstraints, keyCertSign, pathLenConstraint (RFC 5280, 6.1.4)."""

from __future__ import annotations

from collections.abc import Iterator

from legacytrust.certificate import Certificate
from legacytrust.extensions import KeyUsage, NetscapeCertType
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role
from legacytrust.paths.rules import CaProof

__all__ = [
    "check_authority",
    "check_cert_sign",
    "check_leaf_authority",
    "check_path_length",
    "check_usage_needed",
    "check_usage_without_ca",
]


def ca_proofs(certificate: Certificate) -> frozenset[CaProof]:
    """Every sign of being a CA that the certificate shows."""
    if certificate.basic_constraints is not None:
        return frozenset({CaProof.BASIC_CONSTRAINTS} if certificate.is_ca else ())
    shown = set()
    if certificate.version < 3:
        shown.add(CaProof.VERSION_1)
        if certificate.is_self_issued():
            shown.add(CaProof.VERSION_1_SELF_SIGNED)
    else:
        shown.add(CaProof.ABSENT)
        if certificate.is_self_issued():
            shown.add(CaProof.ABSENT_SELF_ISSUED)
    usage, netscape = certificate.key_usage, certificate.netscape_cert_type
    if usage is not None and KeyUsage.KEY_CERT_SIGN in usage:
        shown.add(CaProof.KEY_USAGE)
    if netscape is not None and NetscapeCertType.SSL_CA in netscape:
        shown |= {CaProof.NETSCAPE_CA} | ({CaProof.NETSCAPE_TYPE} if usage is None else set())
    return frozenset(shown)


def check_authority(context: CheckContext) -> Iterator[Finding]:
    """Each issuer must show that it is a CA, in a way that the client believes."""
    rules = context.rules.authority
    for _, certificate, role in context.issuers:
        shown = ca_proofs(certificate)
        accepted = rules.accepted(role)
        if role in rules.unknown and CaProof.BASIC_CONSTRAINTS not in shown:
            yield Finding.of(Code.NOT_A_CA, Effect.UNKNOWN, certificate)
        elif accepted is not None and not shown & accepted:
            says = "CA:FALSE" if certificate.basic_constraints else "nothing"
            yield Finding.of(Code.NOT_A_CA, Effect.FATAL, certificate, says=says)


def check_leaf_authority(context: CheckContext) -> Iterator[Finding]:
    """A server's certificate that says it is a CA."""
    leaf, role = context.leaf, context.path.steps[0].role
    if leaf.is_ca:
        yield Finding.of(Code.LEAF_IS_CA, context.rules.leaf_authority.effect(role), leaf)


def check_cert_sign(context: CheckContext) -> Iterator[Finding]:
    """keyCertSign, where an issuer has a keyUsage."""
    for _, certificate, role in context.issuers:
        usage = certificate.key_usage
        if usage is not None and KeyUsage.KEY_CERT_SIGN not in usage:
            if not usage and context.rules.blank_usage:
                continue
            effect = context.rules.cert_sign.effect(role)
            yield Finding.of(Code.NO_CERT_SIGN, effect, certificate)


def check_usage_needed(context: CheckContext) -> Iterator[Finding]:
    """A keyUsage at all, which RFC 3280 and later ask of every CA certificate."""
    rules = context.rules.usage_needed
    for _, certificate, role in context.issuers:
        exempt = rules.since is not None and certificate.not_before < rules.since
        effect = rules.scope.effect(role)
        if not (certificate.key_usage or exempt or effect is Effect.HARMLESS):
            yield Finding.of(Code.KEY_USAGE_MISSING, effect, certificate)


def check_usage_without_ca(context: CheckContext) -> Iterator[Finding]:
    """keyCertSign in a certificate that says it is no CA, or says nothing (RFC 5280, 4.2.1.9)."""
    rules = context.rules
    for _, certificate, role in context.known:
        usage, constraints = certificate.key_usage or KeyUsage(0), certificate.basic_constraints
        if KeyUsage.KEY_CERT_SIGN in usage and not certificate.is_ca:
            silent = constraints is None
            scope = rules.usage_without_constraints if silent else rules.usage_without_ca
            effect = scope.effect(role)
            if effect is not Effect.HARMLESS:
                yield Finding.of(Code.USAGE_WITHOUT_CA, effect, certificate)


def check_path_length(context: CheckContext) -> Iterator[Finding]:
    """pathLenConstraint: how many intermediates may stand below an issuer."""
    rules = context.rules.path_length
    below = 0
    for _, certificate, role in context.issuers:
        constraints = certificate.basic_constraints
        limit = constraints.path_length if constraints is not None else None
        if limit is None and certificate.is_ca:
            limit = rules.absent
        self_issued = certificate.is_self_issued()
        bound = rules.binds_self_issued or not self_issued
        if limit is not None and below > limit and bound:
            yield Finding.of(
                Code.PATH_LENGTH_EXCEEDED,
                rules.scope.effect(role),
                certificate,
                limit=limit,
                found=below,
            )
        if role is not Role.SERVED_ROOT and (rules.counts_self_issued or not self_issued):
            below += 1
