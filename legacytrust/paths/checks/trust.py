"""Trust that is limited or taken back: limits on a root, forbidden certificates, distrusted CAs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, TypeAlias

from legacytrust.certificate import Certificate
from legacytrust.extensions import GeneralNameKind, Oid
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding, FindingValue
from legacytrust.paths.rules import BELOW_ANCHOR, ConstraintKind, Distrust
from legacytrust.stores.anchor import Constraints

__all__ = [
    "check_anchor_constraints",
    "check_distrust",
    "check_lifetime",
    "check_root_digests",
    "check_timestamps",
]


def check_anchor_constraints(context: CheckContext) -> Iterator[Finding]:
    """What the store forbids, and the limits that it puts on the root in which the path ends.

    Several sets of limits are alternatives: one that is kept is enough.
    """
    if context.disallowed:
        yield from _disallowed(context)
    anchor = context.path.anchor
    if anchor is None or not anchor.constraints:
        return
    judged = [_judge(context, limits) for limits in anchor.constraints]
    effect, data = min(judged, key=lambda each: _WORSE[each[0]])
    if data:
        yield Finding.of(Code.ANCHOR_CONSTRAINED, effect, anchor.certificate, **dict(data))


_WORSE: Final = {Effect.HARMLESS: 0, Effect.UNKNOWN: 1, Effect.FATAL: 2}
_Broken: TypeAlias = tuple[ConstraintKind, Effect, FindingValue]


def _judge(
    context: CheckContext, limits: Constraints
) -> tuple[Effect, tuple[tuple[str, FindingValue], ...]]:
    """The worst that the limits that are not kept do, and what those are."""
    rules = context.rules.anchor_constraints
    broken = tuple(_broken(context.leaf, limits, rules.version))
    effects = [
        effect if kind in rules.honoured else
        Effect.UNKNOWN if kind in rules.unknown else Effect.HARMLESS
        for kind, effect, _ in broken
    ]  # fmt: skip
    worst = max(effects, key=_WORSE.__getitem__, default=Effect.HARMLESS)
    return worst, tuple(((kind.name or "").lower(), value) for kind, _, value in broken)


def _broken(leaf: Certificate, limits: Constraints, version: tuple[int, ...]) -> Iterator[_Broken]:
    """Each limit that is not kept; the effect is what it does to a client that honours it."""
    if limits.disabled:
        yield ConstraintKind.DISABLED, Effect.FATAL, "yes"
    if limits.purposes is not None and Oid.SERVER_AUTH not in limits.purposes:
        yield ConstraintKind.PURPOSES, Effect.FATAL, tuple(sorted(limits.purposes))
    if limits.issued_by is not None and leaf.not_before > limits.issued_by:
        yield ConstraintKind.ISSUED_BY, Effect.FATAL, limits.issued_by
    if limits.dns_names is not None and not _within(leaf, limits.dns_names):
        yield ConstraintKind.DNS_NAMES, Effect.FATAL, limits.dns_names
    if limits.from_version is not None and version < limits.from_version:
        yield ConstraintKind.VERSIONS, Effect.FATAL, _dotted(limits.from_version)
    if limits.before_version is not None and version >= limits.before_version:
        yield ConstraintKind.VERSIONS, Effect.FATAL, _dotted(limits.before_version)
    yield from _broken_by_timestamps(leaf.timestamps, limits)


def _broken_by_timestamps(
    stamps: tuple[datetime, ...] | None, limits: Constraints
) -> Iterator[_Broken]:
    """Timestamps can also be sent beside the certificate, so their absence proves nothing."""
    early, late = limits.sct_by, limits.sct_after
    if early is not None and not any(stamp <= early for stamp in stamps or ()):
        yield ConstraintKind.SCT_BY, Effect.FATAL if stamps else Effect.UNKNOWN, early
    if late is not None and not (stamps and all(stamp > late for stamp in stamps)):
        yield ConstraintKind.SCT_AFTER, Effect.FATAL if stamps else Effect.UNKNOWN, late


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _within(leaf: Certificate, domains: tuple[str, ...]) -> bool:
    names = [n.text.lower() for n in leaf.subject_alt_names or () if n.kind is GeneralNameKind.DNS]
    return all(any(n == d or n.endswith("." + d.lstrip(".")) for d in domains) for n in names)


def _disallowed(context: CheckContext) -> Iterator[Finding]:
    """Certificates that the store forbids: the very certificate, not its key."""
    rules = context.rules.anchor_constraints
    honoured = ConstraintKind.DISALLOWED in rules.honoured
    unknown = Effect.UNKNOWN if ConstraintKind.DISALLOWED in rules.unknown else Effect.HARMLESS
    effect = Effect.FATAL if honoured else unknown
    for step in context.path.steps:
        if step.certificate.sha256 in context.disallowed:
            yield Finding.of(Code.DISALLOWED, effect, step.certificate)


def check_distrust(context: CheckContext) -> Iterator[Finding]:
    """CAs that the implementation itself trusts only for leaves issued up to a date."""
    anchor = context.path.anchor
    if anchor is None:
        return
    used = {step.certificate.sha256 for step in context.path.steps[1:]}
    for policy in context.rules.distrust:
        ended = policy.ends is not None and context.at >= policy.ends
        if anchor.sha256 in policy.anchors and (ended or _too_late(context.leaf, used, policy)):
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


def _too_late(leaf: Certificate, used: set[str], policy: Distrust) -> bool:
    if used & policy.exempt:
        limit = policy.exempt_issued_by
        return limit is not None and leaf.not_before > limit
    return policy.issued_by is None or leaf.not_before > policy.issued_by
