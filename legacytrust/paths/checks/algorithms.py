"""Hashes, signature schemes, kinds and sizes of keys."""

from __future__ import annotations

from collections.abc import Iterator

from legacytrust.algorithms import KeyKind, Scheme
from legacytrust.certificate import Certificate
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role

__all__ = [
    "check_algorithms",
    "check_curve_digests",
    "check_curves",
    "check_digests",
    "check_key_kinds",
    "check_key_sizes",
]

#: Sizes that no client is known to refuse by default; below them an unknown minimum matters.
_LARGE_ENOUGH = {KeyKind.RSA: 2048, KeyKind.DSA: 2048, KeyKind.EC: 256}


def check_digests(context: CheckContext) -> Iterator[Finding]:
    """The hash under each signature."""
    rules = context.rules
    spared = None if rules.top_digest else _signed_by_anchor(context)
    for position, certificate, role in context.known:
        if position == spared:
            continue
        algorithm = certificate.signature_algorithm
        effect = rules.digests.effect(algorithm.digest, role)
        if algorithm.digest in rules.namesake_digests and _looks_issued(certificate):
            effect = Effect.FATAL
        if effect is not Effect.HARMLESS:
            yield Finding.of(
                Code.DIGEST_REFUSED, effect, certificate, digest=algorithm.digest.value
            )


def _looks_issued(certificate: Certificate) -> bool:
    """Whether the first CNs of issuer and subject differ and are of the same length."""
    names = (certificate.subject.common_names, certificate.issuer.common_names)
    subject, issuer = (next(iter(texts), "").encode() for texts in names)
    return len(subject) == len(issuer) and subject != issuer


def _signed_by_anchor(context: CheckContext) -> int:
    """The position of the certificate whose issuer is the anchor."""
    last = len(context.path.steps) - 1
    return last - 1 if context.path.steps[last].role is Role.ANCHOR else last


def check_algorithms(context: CheckContext) -> Iterator[Finding]:
    """Whether the client can compute each signature at all."""
    for _, certificate, role in context.known:
        algorithm = certificate.signature_algorithm
        pair = (algorithm.scheme, algorithm.digest)
        effect = context.rules.algorithms.effect(pair, role)
        if effect is not Effect.HARMLESS:
            yield Finding.of(
                Code.ALGORITHM_UNSUPPORTED, effect, certificate, algorithm=str(algorithm)
            )


def check_curve_digests(context: CheckContext) -> Iterator[Finding]:
    """Whether the client can compute an ECDSA signature with this hash on its issuer's curve."""
    keys = {position - 1: issuer.public_key for position, issuer, _ in context.issuers}
    for position, certificate, role in context.known:
        algorithm = certificate.signature_algorithm
        curve = keys[position].curve if position in keys else None
        if curve is None or algorithm.scheme is not Scheme.ECDSA:
            continue
        effect = context.rules.curve_digests.effect((curve, algorithm.digest), role)
        if effect is not Effect.HARMLESS:
            yield Finding.of(
                Code.CURVE_DIGEST_REFUSED,
                effect,
                certificate,
                algorithm=str(algorithm),
                key=str(keys[position]),
            )


def check_key_kinds(context: CheckContext) -> Iterator[Finding]:
    """The kind of each key."""
    for certificate, key, role in context.keys:
        effect = context.rules.key_kinds.effect(key.kind, role)
        if effect is not Effect.HARMLESS:
            yield Finding.of(Code.KEY_KIND_REFUSED, effect, certificate, key=str(key))


def check_curves(context: CheckContext) -> Iterator[Finding]:
    """The curve of each elliptic curve key."""
    for certificate, key, role in context.keys:
        if key.kind is not KeyKind.EC:
            continue
        effect = context.rules.curves.effect(key.curve or "", role)
        if effect is not Effect.HARMLESS:
            yield Finding.of(Code.CURVE_REFUSED, effect, certificate, key=str(key))


def check_key_sizes(context: CheckContext) -> Iterator[Finding]:
    """The size of each key against the smallest and the largest one that is accepted."""
    rules = context.rules.key_sizes
    minimum = _LARGE_ENOUGH if rules.unknown else dict(rules.minimum)
    maximum = dict(rules.maximum)
    effect = Effect.UNKNOWN if rules.unknown else Effect.FATAL
    for certificate, key, role in context.keys:
        if role not in rules.roles:
            continue
        needed, most = minimum.get(key.kind, 0), maximum.get(key.kind, key.bits)
        if 0 < key.bits < needed:
            yield Finding.of(Code.KEY_TOO_SMALL, effect, certificate, key=str(key), minimum=needed)
        elif key.bits > most:
            yield Finding.of(
                Code.KEY_TOO_LARGE, Effect.FATAL, certificate, key=str(key), maximum=most
            )
