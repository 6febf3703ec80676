"""What ties a path together: dates, signatures, key identifiers, and outright blocking."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from legacytrust.algorithms import Scheme
from legacytrust.certificate import Certificate
from legacytrust.paths.checks.context import CheckContext, is_early, is_over
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role
from legacytrust.signatures import SignatureStatus
from legacytrust.stores.anchor import KeyAnchor, RootFacts

__all__ = [
    "check_anchor_key_id",
    "check_anchor_window",
    "check_blocklist",
    "check_dates",
    "check_equal_algorithms",
    "check_key_ids",
    "check_signatures",
]


def check_dates(context: CheckContext) -> Iterator[Finding]:
    """Validity periods (RFC 5280, 6.1.3 (a)(2)); whose dates count differs most of all."""
    for step in context.path.steps:
        certificate = step.certificate
        effect = context.rules.dates.effect(step.role)
        if is_over(certificate, context.at, context.rules):
            yield Finding.of(Code.EXPIRED, effect, certificate, not_after=certificate.not_after)
        elif is_early(certificate, context.at, context.rules):
            effect = effect if context.rules.not_before else Effect.HARMLESS
            yield Finding.of(
                Code.NOT_YET_VALID, effect, certificate, not_before=certificate.not_before
            )


def check_signatures(context: CheckContext) -> Iterator[Finding]:
    """Each certificate by the key of the next (RFC 5280, 6.1.3 (a)(1)).

    The signature of the last certificate on itself is another rule, which few clients have.
    """
    steps = context.path.steps
    for below, above in itertools.pairwise(steps):
        if not isinstance(below.certificate, Certificate):
            continue
        if isinstance(above.certificate, RootFacts):
            yield Finding.of(Code.ANCHOR_BYTES_MISSING, Effect.UNKNOWN, above.certificate)
            continue
        effect = context.rules.signatures.effect(below.role)
        yield from _judge(context, below.certificate, above.certificate, effect)
    last, effect = steps[-1].certificate, context.rules.own_signature.effect(steps[-1].role)
    if isinstance(last, Certificate) and effect is not Effect.HARMLESS:
        yield from _judge(context, last, last, effect)


def _judge(
    context: CheckContext, signed: Certificate, signer: Certificate | KeyAnchor, effect: Effect
) -> Iterator[Finding]:
    status = context.signatures.status(signed, signer.public_key)
    if status is SignatureStatus.INVALID:
        yield Finding.of(Code.SIGNATURE_INVALID, effect, signed, signer=signer.label)
    elif status is SignatureStatus.UNCHECKED and effect is not Effect.HARMLESS:
        yield Finding.of(
            Code.SIGNATURE_UNCHECKED,
            Effect.UNKNOWN,
            signed,
            algorithm=str(signed.signature_algorithm),
            key=str(signer.public_key),
        )


def check_equal_algorithms(context: CheckContext) -> Iterator[Finding]:
    """The algorithm inside the signed part against the one outside (RFC 5280, 4.1.1.2)."""
    for _, certificate, role in context.known:
        if not certificate.algorithms_agree:
            effect = context.rules.equal_algorithms.effect(role)
            yield Finding.of(Code.ALGORITHMS_DIFFER, effect, certificate)


def check_key_ids(context: CheckContext) -> Iterator[Finding]:
    """The key identifier that each certificate names against that of its issuer.

    Both must be there and be the same, or both be absent; a root beside its own copy need name
    none.
    """
    for below, above in itertools.pairwise(context.path.steps):
        child, issuer = below.certificate, above.certificate
        if not (isinstance(child, Certificate) and isinstance(issuer, Certificate)):
            continue
        named = child.authority_key_id
        wanted = (named.key_id if named is not None else None) or b""
        if wanted == (issuer.subject_key_id or b""):
            continue
        if child == issuer and not wanted and not _is_spoiled(context, child):
            continue
        effect = context.rules.key_ids.effect(below.role)
        if effect is not Effect.HARMLESS:
            yield Finding.of(Code.KEY_IDS_DIFFER, effect, child, issuer=issuer.label)


def _is_spoiled(context: CheckContext, root: Certificate) -> bool:
    is_rsa = root.signature_algorithm.scheme in (Scheme.RSA_PKCS1, Scheme.RSA_PSS)
    return is_rsa and context.rules.served_root_key_id


def check_anchor_key_id(context: CheckContext) -> Iterator[Finding]:
    """The authority key identifier of the topmost certificate against the anchor.

    An anchor that has no identifier passes, and so does a version 1 one.
    """
    steps = context.path.steps
    if len(steps) < 2:
        return
    top, anchor = steps[-2].certificate, steps[-1].certificate
    if not (isinstance(top, Certificate) and isinstance(anchor, Certificate)):
        return
    named = top.authority_key_id
    if named is None or anchor.version < 3:
        return
    effect = context.rules.anchor_key_id.effect(steps[-1].role)
    if named.key_id and anchor.subject_key_id and named.key_id != anchor.subject_key_id:
        yield Finding.of(
            Code.KEY_ID_MISMATCH,
            effect,
            top,
            named=named.key_id.hex(),
            found=anchor.subject_key_id.hex(),
        )
    elif named.serial is not None and named.serial != anchor.serial:
        yield Finding.of(
            Code.KEY_ID_MISMATCH,
            effect,
            top,
            named=f"serial {named.serial:x}",
            found=f"serial {anchor.serial:x}",
        )


def check_anchor_window(context: CheckContext) -> Iterator[Finding]:
    """Android 7: the certificate under a version 1 anchor must live within the anchor's dates."""
    steps = context.path.steps
    anchor = steps[-1].certificate
    if len(steps) < 2 or not isinstance(anchor, Certificate) or anchor.version >= 3:
        return
    top = steps[-2].certificate
    if anchor.not_before <= top.not_before and top.not_after <= anchor.not_after:
        return
    yield Finding.of(
        Code.OUTLIVES_ANCHOR,
        context.rules.anchor_window.effect(steps[-1].role),
        top,
        not_after=top.not_after,
        anchor_not_after=anchor.not_after,
    )


def check_blocklist(context: CheckContext) -> Iterator[Finding]:
    """Serial numbers and keys that the platform carries a list of."""
    rules = context.rules.blocklist
    leaf = context.leaf
    if leaf.serial in rules.leaf_serials and context.path.steps[0].role is Role.LEAF:
        yield Finding.of(Code.BLOCKED, Effect.FATAL, leaf, serial=f"{leaf.serial:x}")
    if not rules.key_sha1:
        return
    for _, certificate, role in context.known:
        digest = certificate.spki_sha1
        if digest in rules.key_sha1 and role in rules.key_roles:
            yield Finding.of(Code.BLOCKED, Effect.FATAL, certificate, key_sha1=digest)
