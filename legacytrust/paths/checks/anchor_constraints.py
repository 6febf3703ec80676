"""What a store forbids, and the limits that it puts on its trust in a root."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import attrs

from legacytrust.certificate import Certificate
from legacytrust.extensions import GeneralNameKind, Oid, SignedTimestamp
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding, FindingValue
from legacytrust.paths.rules import AnchorConstraintRules, ConstraintKind
from legacytrust.stores.anchor import Constraints

__all__ = ["TAKEN_BACK", "check_anchor_constraints"]

TAKEN_BACK: Final = datetime(1601, 1, 1, tzinfo=UTC)
"""A date that limits nothing: Windows lists keep the property of a limit that was taken back, and
leave it empty."""

_WORSE: Final = {Effect.HARMLESS: 0, Effect.UNKNOWN: 1, Effect.FATAL: 2}
_BY_TIMESTAMP: Final = ConstraintKind.SCT_BY | ConstraintKind.SCT_AFTER


def check_anchor_constraints(context: CheckContext) -> Iterator[Finding]:
    """Certificates that the store forbids, and the limits on the root in which the path ends.

    Several sets of limits are alternatives: one that is kept is enough.
    """
    if context.disallowed:
        yield from _disallowed(context)
    anchor = context.path.anchor
    if anchor is None or not anchor.constraints:
        return
    judged = min((_judge(context, limits) for limits in anchor.constraints), key=_rank)
    if judged.broken:
        lacking = judged.effect is Effect.UNKNOWN and judged.hangs_on_timestamps
        code = Code.TIMESTAMPS_AWAITED if lacking else Code.ANCHOR_CONSTRAINED
        yield Finding.of(code, judged.effect, anchor.certificate, **judged.data)
    elif judged.kept & _BY_TIMESTAMP:
        yield Finding.of(Code.TIMESTAMPS_UNVERIFIED, Effect.HARMLESS, context.leaf)


@attrs.frozen
class _Broken:
    """A limit that is not kept.

    :param kind: which.
    :param value: what it asks for.
    :param effect: what breaking it does to a client that honours it.
    :param more: what else a person wants to know.
    """

    kind: ConstraintKind
    value: FindingValue
    effect: Effect = Effect.FATAL
    more: tuple[tuple[str, FindingValue], ...] = ()


@attrs.frozen
class _Judged:
    """One set of limits.

    :param effect: the worst that breaking it does to this client.
    :param broken: what of it is not kept.
    :param kept: the kinds that are asked for, count for this client, and are kept.
    """

    effect: Effect
    broken: tuple[_Broken, ...]
    kept: ConstraintKind

    @property
    def hangs_on_timestamps(self) -> bool:
        """Whether nothing is wanting but timestamps that may yet come with the handshake."""
        return all(broken.kind in _BY_TIMESTAMP for broken in self.broken)

    @property
    def data(self) -> dict[str, FindingValue]:
        """The limits by name."""
        named = {(broken.kind.name or "").lower(): broken.value for broken in self.broken}
        return named | {key: value for broken in self.broken for key, value in broken.more}


def _rank(judged: _Judged) -> tuple[int, bool]:
    """The mildest set first; of equals one that is about this version of the client."""
    about_others = any(broken.kind is ConstraintKind.VERSIONS for broken in judged.broken)
    return _WORSE[judged.effect], about_others


def _judge(context: CheckContext, limits: Constraints) -> _Judged:
    rules = context.rules.anchor_constraints
    broken = tuple(_broken(context, limits))
    effects = (_effect_on(rules, one) for one in broken)
    worst = max(effects, key=_WORSE.__getitem__, default=Effect.HARMLESS)
    stamped = [limits.sct_by, limits.sct_after] != [None, None]
    kept = rules.honoured & _BY_TIMESTAMP if stamped else ConstraintKind(0)
    return _Judged(worst, broken, kept)


def _effect_on(rules: AnchorConstraintRules, broken: _Broken) -> Effect:
    if broken.kind in rules.honoured:
        return broken.effect
    return Effect.UNKNOWN if broken.kind in rules.unknown else Effect.HARMLESS


def _broken(context: CheckContext, limits: Constraints) -> Iterator[_Broken]:
    """Each limit that is not kept."""
    leaf = context.leaf
    if limits.disabled:
        yield _Broken(ConstraintKind.DISABLED, "yes")
    yield from _broken_by_purpose(limits)
    yield from _broken_by_date(context, limits)
    if limits.dns_names is not None and not _within(leaf, limits.dns_names):
        yield _Broken(ConstraintKind.DNS_NAMES, limits.dns_names)
    yield from _broken_by_version(context.rules.anchor_constraints.version, limits)
    yield from _broken_by_timestamps(leaf.timestamps, limits)


def _broken_by_purpose(limits: Constraints) -> Iterator[_Broken]:
    if limits.purposes is not None and Oid.SERVER_AUTH not in limits.purposes:
        yield _Broken(ConstraintKind.PURPOSES, tuple(sorted(limits.purposes)))
    if Oid.SERVER_AUTH in limits.refused_purposes:
        yield _Broken(ConstraintKind.REFUSED_PURPOSES, tuple(sorted(limits.refused_purposes)))


def _broken_by_date(context: CheckContext, limits: Constraints) -> Iterator[_Broken]:
    """Of purposes that a date is about without there being one, nobody says what they mean."""
    disabled, issued = _date(limits.disabled_after), _date(limits.issued_by)
    if disabled is not None and context.at >= disabled:
        yield _Broken(ConstraintKind.DISABLED_AFTER, disabled)
    concerned = limits.issued_by_purposes
    if concerned and Oid.SERVER_AUTH not in concerned:
        return
    began = context.leaf.not_before
    if issued is not None and began > issued:
        yield _Broken(ConstraintKind.ISSUED_BY, issued, more=(("issued", began),))
    elif concerned and limits.issued_by is None:
        yield _Broken(ConstraintKind.ISSUED_BY, "no date", Effect.UNKNOWN)


def _date(limit: datetime | None) -> datetime | None:
    return None if limit == TAKEN_BACK else limit


def _broken_by_version(version: tuple[int, ...], limits: Constraints) -> Iterator[_Broken]:
    first, end = limits.from_version, limits.before_version
    if first is not None and (effect := _unless(found=_reaches(version, first), wanted=True)):
        yield _Broken(ConstraintKind.VERSIONS, _dotted(first), effect)
    if end is not None and (effect := _unless(found=_reaches(version, end), wanted=False)):
        yield _Broken(ConstraintKind.VERSIONS, _dotted(end), effect)


def _unless(*, found: bool | None, wanted: bool) -> Effect | None:
    if found is None:
        return Effect.UNKNOWN
    return None if found is wanted else Effect.FATAL


def _reaches(version: tuple[int, ...], limit: tuple[int, ...]) -> bool | None:
    """Whether a version is the limit or later; ``None`` where too little of it is known."""
    shared = min(len(version), len(limit))
    if version[:shared] != limit[:shared]:
        return version > limit
    return None if any(limit[shared:]) else True


def _broken_by_timestamps(
    stamps: tuple[SignedTimestamp, ...] | None, limits: Constraints
) -> Iterator[_Broken]:
    """Timestamps can also be sent beside the certificate, so their absence proves nothing."""
    early, late = limits.sct_by, limits.sct_after
    effect = Effect.FATAL if stamps else Effect.UNKNOWN
    moments = [stamp.moment for stamp in stamps or ()]
    if early is not None and not any(moment <= early for moment in moments):
        first = (("logged", min(moments)),) if moments else ()
        yield _Broken(ConstraintKind.SCT_BY, early, effect, first)
    if late is not None and not (moments and all(moment > late for moment in moments)):
        yield _Broken(ConstraintKind.SCT_AFTER, late, effect)


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
