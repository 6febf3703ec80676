"""Everything that any client might object to on a complete path.

Each check is one function, written once: it walks the steps of the path, and for every objection
yields a finding whose effect the client's rule decides.  A check that the client does not make
still yields its findings, as harmless ones: that an expired root was ignored is worth telling.

:data:`CHECKS` is the order in which findings are listed.  It is the order in which a person
looks for causes (is it mine, is it in date, who signed it), not the order of any one client's
code: the verdict does not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import attrs

from legacytrust.certificate import Certificate
from legacytrust.paths.checks.algorithms import (
    check_algorithms,
    check_curve_digests,
    check_curves,
    check_digests,
    check_key_kinds,
    check_key_sizes,
)
from legacytrust.paths.checks.anchor_constraints import check_anchor_constraints
from legacytrust.paths.checks.authority import (
    check_authority,
    check_cert_sign,
    check_leaf_authority,
    check_path_length,
    check_usage_needed,
    check_usage_without_ca,
)
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.checks.extensions import (
    check_critical,
    check_form,
    check_leaf_usage,
    check_purpose,
    check_subject,
)
from legacytrust.paths.checks.hostname import check_hostname
from legacytrust.paths.checks.links import (
    check_anchor_key_id,
    check_anchor_window,
    check_blocklist,
    check_dates,
    check_equal_algorithms,
    check_key_ids,
    check_signatures,
)
from legacytrust.paths.checks.name_constraints import check_name_constraints
from legacytrust.paths.checks.name_syntax import check_name_syntax
from legacytrust.paths.checks.policies import check_explicit_policy
from legacytrust.paths.checks.profile import check_profile
from legacytrust.paths.checks.trust import (
    check_distrust,
    check_lifetime,
    check_root_digests,
    check_timestamps,
)
from legacytrust.paths.findings import Effect, Finding
from legacytrust.paths.path import Path, Role, Step
from legacytrust.paths.rules import CheckRules
from legacytrust.signatures import SignatureMemo
from legacytrust.stores.anchor import AnchorCertificate, RootFacts

__all__ = [
    "CHECKS",
    "Check",
    "CheckContext",
    "FindingMemo",
    "first_objection",
    "is_anchor_refused",
    "objection_of",
]


@attrs.frozen(eq=False)
class Check:
    """One check.

    :param find: yields everything it objects to, with the effect that the client's rules give it.
    :param rules: the fields of ``CheckRules`` that it reads, and no others.
    """

    find: Callable[[CheckContext], Iterator[Finding]]
    rules: tuple[str, ...]


CHECKS: Final = (
    Check(check_hostname, ("hostname",)),
    Check(check_dates, ("dates", "last_second", "not_before", "early", "late", "whole_days")),
    Check(check_signatures, ("signatures", "own_signature")),
    Check(check_equal_algorithms, ("equal_algorithms",)),
    Check(check_digests, ("digests", "top_digest", "namesake_digests")),
    Check(check_algorithms, ("algorithms",)),
    Check(check_curve_digests, ("curve_digests",)),
    Check(check_key_sizes, ("key_sizes",)),
    Check(check_key_kinds, ("key_kinds",)),
    Check(check_curves, ("curves",)),
    Check(check_purpose, ("purpose",)),
    Check(check_leaf_usage, ("leaf_usage",)),
    Check(check_authority, ("authority",)),
    Check(check_leaf_authority, ("leaf_authority",)),
    Check(check_cert_sign, ("cert_sign", "blank_usage")),
    Check(check_path_length, ("path_length",)),
    Check(check_usage_needed, ("usage_needed",)),
    Check(check_usage_without_ca, ("usage_without_ca", "usage_without_constraints")),
    Check(check_name_constraints, ("name_constraints",)),
    Check(check_name_syntax, ("name_syntax",)),
    Check(check_explicit_policy, ("explicit_policy", "no_policy_holds")),
    Check(check_profile, ("strict_profile",)),
    Check(check_critical, ("critical",)),
    Check(check_subject, ("empty_subject",)),
    Check(check_form, ("form",)),
    Check(check_key_ids, ("key_ids", "served_root_key_id")),
    Check(check_anchor_key_id, ("anchor_key_id",)),
    Check(check_anchor_window, ("anchor_window",)),
    Check(check_blocklist, ("blocklist",)),
    Check(check_anchor_constraints, ("anchor_constraints",)),
    Check(check_distrust, ("distrust",)),
    Check(check_root_digests, ("root_digests",)),
    Check(check_lifetime, ("lifetime",)),
    Check(check_timestamps, ("timestamps", "timestamps_since")),
)

#: Those of them that can be made on one certificate by itself.
_ALONE: Final = (
    check_dates,
    check_equal_algorithms,
    check_digests,
    check_algorithms,
    check_key_sizes,
    check_key_kinds,
    check_curves,
    check_critical,
    check_subject,
    check_form,
    check_usage_without_ca,
    check_name_constraints,
)
#: Those that need the key and nothing else.
_OF_KEY: Final = (check_key_sizes, check_key_kinds, check_curves)


def first_objection(
    certificate: AnchorCertificate,
    role: Role,
    rules: CheckRules,
    at: datetime,
    signatures: SignatureMemo,
) -> Finding | None:
    """What a client first objects to in a certificate by itself, before there is a path.

    :returns: a fatal finding, or else an unknown one, or ``None``.
    """
    if isinstance(certificate, RootFacts):
        return None
    context = CheckContext(Path((Step(certificate, role),)), rules, at, None, signatures)
    checks = _ALONE if isinstance(certificate, Certificate) else _OF_KEY
    found = [finding for check in checks for finding in check(context)]
    for effect in (Effect.FATAL, Effect.UNKNOWN):
        for finding in found:
            if finding.effect is effect:
                return finding
    return None


def objection_of(context: CheckContext, names: frozenset[str]) -> Finding | None:
    """What a client that judges while it climbs first objects to, on a path that is not complete.

    :param names: the rules by which it judges so early.
    """
    for check in CHECKS:
        if names.isdisjoint(check.rules):
            continue
        for finding in check.find(context):
            if finding.is_fatal:
                return finding
    return None


def is_anchor_refused(
    path: Path, rules: CheckRules, at: datetime, signatures: SignatureMemo
) -> bool:
    """Whether a client objects to the anchor of the path for its own sake."""
    context = CheckContext(path, rules, at, None, signatures)
    top = path.certificates[-1]
    return any(
        finding.is_fatal and finding.certificate == top
        for check in (check_authority, check_cert_sign, check_distrust)
        for finding in check(context)
    )


class FindingMemo:
    """What each check found on each path, for one moment and one host name.

    Clients of one family share most of their rules, and share them as objects.  A check that was
    made before on the same path with the same rules need not be made again.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[Finding, ...]] = {}
        self._rules: list[CheckRules] = []  # keeps alive what the keys identify

    def find_all(self, context: CheckContext) -> tuple[Finding, ...]:
        """Everything that can be said against the path, with the effect it has on this client."""
        self._rules.append(context.rules)
        return tuple(finding for check in CHECKS for finding in self._find(check, context))

    def _find(self, check: Check, context: CheckContext) -> tuple[Finding, ...]:
        rules = (id(getattr(context.rules, name)) for name in check.rules)
        anchor = context.path.anchor
        limits = anchor.constraints if anchor is not None else ()
        key = (check, context.path.key, limits, context.disallowed, *rules)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(check.find(context))
        return known
