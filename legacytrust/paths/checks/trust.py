"""Trust that an implementation itself limits: CAs by date, hashes by root, lifetimes, timestamps."""

from __future__ import annotations

from collections.abc import Iterator

from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.rules import BELOW_ANCHOR, Distrust

__all__ = [
    "check_distrust",
    "check_lifetime",
    "check_root_digests",
    "check_timestamps",
]


def check_distrust(context: CheckContext) -> Iterator[Finding]:
    """CAs that the implementation itself trusts only for leaves issued up to a date."""
    anchor = context.path.anchor
    if anchor is None:
        return
    used = {step.certificate.sha256 for step in context.path.steps[1:]}
    for policy in context.rules.distrust:
        if anchor.sha256 in policy.anchors and _too_late(context, used, policy):
            yield Finding.of(
                Code.CA_DISTRUSTED, Effect.FATAL, anchor.certificate, event=policy.name
            )


def check_root_digests(context: CheckContext) -> Iterator[Finding]:
    """Hashes that are refused under some roots only."""
    rules, anchor = context.rules.root_digests, context.path.anchor
    if anchor is None or (rules.anchors is not None and anchor.sha256 not in rules.anchors):
        return
    for _, certificate, role in context.known:
        digest = certificate.signature_algorithm.digest
        if role in BELOW_ANCHOR and digest in rules.refused:
            yield Finding.of(
                Code.DIGEST_REFUSED_UNDER_ROOT,
                Effect.FATAL,
                certificate,
                digest=digest.value,
                root=anchor.label,
            )


def check_lifetime(context: CheckContext) -> Iterator[Finding]:
    """A server's certificate that is good for longer than browsers let public CAs promise."""
    leaf = context.leaf
    limits = [most for since, most in context.rules.lifetime.limits if leaf.not_before >= since]
    if limits and leaf.not_after - leaf.not_before > min(limits):
        lasts = (leaf.not_after - leaf.not_before).days
        days = min(limits).days
        yield Finding.of(Code.VALID_TOO_LONG, Effect.FATAL, leaf, lasts=lasts, limit=days)


def check_timestamps(context: CheckContext) -> Iterator[Finding]:
    """Certificate transparency: timestamps can also be sent beside the certificate."""
    leaf, role = context.leaf, context.path.steps[0].role
    effect, since = context.rules.timestamps.effect(role), context.rules.timestamps_since
    if since is not None and leaf.not_before < since:
        return
    if effect is not Effect.HARMLESS and not leaf.timestamps:
        yield Finding.of(Code.TIMESTAMPS_MISSING, effect, leaf)


def _too_late(context: CheckContext, used: set[str], policy: Distrust) -> bool:
    leaf = context.leaf
    if used & policy.exempt:
        limit = policy.exempt_issued_by
        return limit is not None and leaf.not_before > limit
    if policy.ends is not None and context.at >= policy.ends:
        return True
    return policy.issued_by is None or leaf.not_before > policy.issued_by
