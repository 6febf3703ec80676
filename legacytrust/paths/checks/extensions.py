"""What a certificate may be used for, and extensions that a client must understand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.extensions import NetscapeCertType, Oid
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role
from legacytrust.paths.rules import Critical, Form, Purpose, Scope

__all__ = ["check_critical", "check_form", "check_leaf_usage", "check_purpose", "check_subject"]

_LONGEST_SERIAL: Final = 160
_EMPTY_NAME: Final = b"\x30\x00"
_FALSE: Final = b"\x01\x01\x00"


def check_purpose(context: CheckContext) -> Iterator[Finding]:
    """extendedKeyUsage of the leaf, and of issuers where the client nests it.

    A certificate without the extension is good for everything (RFC 5280, 4.2.1.12).
    """
    for position, certificate, role in context.known:
        usages = _purposes(certificate, context.rules.purpose)
        if position == 0 and _is_unstated(certificate, context.rules.purpose, role):
            yield Finding.of(Code.PURPOSE_REFUSED, Effect.FATAL, certificate, usages=usages or ())
            continue
        if usages is None:
            continue
        effect = _purpose_effect(context.rules.purpose, certificate, role, is_leaf=position == 0)
        if effect is not Effect.HARMLESS:
            yield Finding.of(Code.PURPOSE_REFUSED, effect, certificate, usages=usages)


def _is_unstated(leaf: Certificate, rules: Purpose, role: Role) -> bool:
    """Whether the leaf does not say in so many words what it is for, and would have to."""
    if not rules.stated or role not in rules.leaf_roles:
        return False
    return rules.stated.isdisjoint(leaf.extended_key_usage or ())


def _purposes(certificate: Certificate, rules: Purpose) -> tuple[str, ...] | None:
    """What the certificate says it is for; ``None`` when it does not say."""
    if rules.only_critical and Oid.EXTENDED_KEY_USAGE not in certificate.critical_extensions:
        return None
    said = rules.netscape and certificate.netscape_cert_type is not None
    if not certificate.extended_key_usage and rules.empty_is_any:
        return None
    return certificate.extended_key_usage or (() if said else certificate.extended_key_usage)


def _purpose_effect(
    rules: Purpose, certificate: Certificate, role: Role, *, is_leaf: bool
) -> Effect:
    usages = set(_purposes(certificate, rules) or ())
    if role in rules.unknown:
        return Effect.HARMLESS if Oid.SERVER_AUTH in usages else Effect.UNKNOWN
    looked_at = role in (rules.leaf_roles if is_leaf else rules.issuer_roles)
    accepted = rules.leaf if is_leaf else rules.issuers
    if not looked_at or accepted is None:
        return Effect.HARMLESS
    if _has_netscape_type(certificate, rules, is_leaf=is_leaf):
        return Effect.HARMLESS
    if is_leaf and certificate.is_ca:
        accepted |= rules.leaf_ca
    fits = bool(accepted & usages) and not (rules.by_authority and certificate.is_ca is is_leaf)
    if is_leaf:
        good = fits and not rules.leaf_never & usages
    else:
        against = rules.issuers_against
        good = fits or (against is not None and not against & usages)
    return Effect.HARMLESS if good else Effect.FATAL


def _has_netscape_type(certificate: Certificate, rules: Purpose, *, is_leaf: bool) -> bool:
    kind = certificate.netscape_cert_type if rules.netscape else None
    flag = NetscapeCertType.SSL_SERVER if is_leaf else NetscapeCertType.SSL_CA
    return kind is not None and flag in kind


def check_leaf_usage(context: CheckContext) -> Iterator[Finding]:
    """keyUsage and Netscape certificate type of the leaf, where the client reads them."""
    leaf, role, rules = context.leaf, context.path.steps[0].role, context.rules.leaf_usage
    effect = rules.scope.effect(role)
    needed = rules.needed(leaf.public_key.kind)
    if leaf.key_usage is not None and not leaf.key_usage & needed:
        yield Finding.of(Code.KEY_USAGE_REFUSED, effect, leaf, extension="keyUsage")
    netscape = leaf.netscape_cert_type if rules.netscape else None
    if netscape is not None and NetscapeCertType.SSL_SERVER not in netscape:
        yield Finding.of(Code.KEY_USAGE_REFUSED, effect, leaf, extension="Netscape cert type")


def check_critical(context: CheckContext) -> Iterator[Finding]:
    """A critical extension that is not understood (RFC 5280, 4.2)."""
    rules = context.rules.critical
    for position, certificate, role in context.known:
        for oid in certificate.critical_extensions:
            if _is_understood(oid, certificate, rules, is_leaf=position == 0):
                continue
            yield Finding.of(
                Code.CRITICAL_EXTENSION, rules.scope.effect(role), certificate, oid=oid
            )


def _is_understood(oid: str, certificate: Certificate, rules: Critical, *, is_leaf: bool) -> bool:
    if oid == Oid.NAME_CONSTRAINTS and not _understands_constraints(certificate, rules):
        return False
    return rules.every or oid in rules.known or (is_leaf and oid in rules.known_in_leaf)


def _understands_constraints(certificate: Certificate, rules: Critical) -> bool:
    constraints = certificate.name_constraints
    if constraints is None:
        return True
    subtrees = (*constraints.permitted, *constraints.excluded)
    known = all(tree.kind in rules.constraint_kinds for tree in subtrees)
    return known and (rules.excluded or not constraints.excluded)


def check_form(context: CheckContext) -> Iterator[Finding]:
    """What strict parsers do not read."""
    for _, certificate, role in context.known:
        for scope, what in _oddities(certificate, context.rules.form):
            yield Finding.of(Code.FORM_REFUSED, scope.effect(role), certificate, what=what)


def _oddities(certificate: Certificate, rules: Form) -> Iterator[tuple[Scope, str]]:
    """What is odd about a certificate, and to whom it matters."""
    if certificate.serial < 0:
        yield rules.negative_serial, "its serial number is negative"
    if certificate.serial == 0:
        root = certificate.is_ca and certificate.is_self_issued()
        yield rules.zero_serial_of_root if root else rules.zero_serial, "its serial number is zero"
    if certificate.serial.bit_length() > _LONGEST_SERIAL:
        yield rules.long_serial, "its serial number is longer than 20 octets"
    if certificate.version < 3:
        yield rules.before_v3, f"it is X.509 version {certificate.version}"
    if certificate.issuer.der == _EMPTY_NAME:
        yield rules.empty_issuer, "its issuer has no name"
    yield from _odd_extensions(certificate, rules)


def _odd_extensions(certificate: Certificate, rules: Form) -> Iterator[tuple[Scope, str]]:
    constraints = certificate.extension(Oid.BASIC_CONSTRAINTS)
    if constraints is not None and constraints.value[2:5] == _FALSE:
        yield rules.false_spelled_out, "its basicConstraints spells out that it is no CA"
    oids = [e.oid for e in certificate.extensions if rules.unique is None or e.oid in rules.unique]
    if len(set(oids)) < len(oids):
        yield rules.repeated_extensions, "an extension is there twice"
    if certificate.malformed_extensions:
        yield rules.broken_extensions, "an extension cannot be read"
    subtrees = certificate.name_constraints
    if subtrees is not None and not (subtrees.permitted or subtrees.excluded):
        yield rules.empty_constraints, "its name constraints are empty"
    names, most = certificate.subject_alt_names or (), rules.most_alt_names
    if most is not None and len(names) > most:
        yield rules.too_many_names, f"it has more than {most} alternative names"


def check_subject(context: CheckContext) -> Iterator[Finding]:
    """An empty subject needs a critical SAN (RFC 5280, 4.1.2.6); some parsers insist on it."""
    for _, certificate, role in context.known:
        if certificate.subject.der != _EMPTY_NAME:
            continue
        san = certificate.extension(Oid.SUBJECT_ALT_NAME)
        if san is None or not san.critical:
            effect = context.rules.empty_subject.effect(role)
            yield Finding.of(Code.SUBJECT_MISSING, effect, certificate)
