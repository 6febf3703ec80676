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
from typing import Final, TypeAlias

from legacytrust.paths.checks.algorithms import (
    check_algorithms,
    check_curves,
    check_digests,
    check_key_kinds,
    check_key_sizes,
)
from legacytrust.paths.checks.authority import (
    check_authority,
    check_cert_sign,
    check_path_length,
)
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.checks.extensions import (
    check_critical,
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
    check_signatures,
)
from legacytrust.paths.checks.name_constraints import check_name_constraints
from legacytrust.paths.checks.policies import check_explicit_policy
from legacytrust.paths.findings import Finding

__all__ = ["CHECKS", "CheckContext", "find_all"]

Check: TypeAlias = Callable[[CheckContext], Iterator[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    check_hostname,
    check_dates,
    check_signatures,
    check_digests,
    check_algorithms,
    check_key_sizes,
    check_key_kinds,
    check_curves,
    check_purpose,
    check_leaf_usage,
    check_authority,
    check_cert_sign,
    check_path_length,
    check_name_constraints,
    check_explicit_policy,
    check_critical,
    check_subject,
    check_anchor_key_id,
    check_anchor_window,
    check_blocklist,
)


def find_all(context: CheckContext) -> tuple[Finding, ...]:
    """Everything that can be said against the path, with the effect it has on this client."""
    return tuple(finding for check in CHECKS for finding in check(context))
