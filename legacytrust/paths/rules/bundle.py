"""Everything that a client objects to on a complete path."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.paths.rules.authority import (
    Authority,
    Critical,
    Form,
    LeafUsage,
    PathLength,
    Purpose,
    UsageNeeded,
)
from legacytrust.paths.rules.names import HostnameRules, NameConstraintRules, NameSyntax
from legacytrust.paths.rules.scope import (
    ALL_ROLES,
    BELOW_ANCHOR,
    EVERY_ALGORITHM,
    NOBODY_KNOWS,
    KeySizes,
    Refusals,
    Scope,
)
from legacytrust.paths.rules.trust import (
    AnchorConstraintRules,
    Blocklist,
    ConstraintKind,
    Distrust,
    Lifetime,
    RootDigests,
)

__all__ = ["NO_CHECKS", "CheckRules"]


@attrs.frozen(cache_hash=True)
class CheckRules:
    """What a client objects to on a complete path.

    Each field is read by exactly one check, which names it in
    :attr:`legacytrust.paths.findings.Code.rule`.
    """

    signatures: Scope = Scope(fatal=BELOW_ANCHOR)
    own_signature: Scope = Scope()
    equal_algorithms: Scope = NOBODY_KNOWS
    dates: Scope = NOBODY_KNOWS
    last_second: bool = True
    """Whether a certificate is still valid in the very second that notAfter names."""
    not_before: bool = True
    """Whether notBefore counts at all, where dates do."""
    early: timedelta = timedelta(0)
    """How long before notBefore a certificate is taken for valid already."""
    late: timedelta = timedelta(0)
    """How long after notAfter a certificate is taken for valid still."""
    whole_days: bool = False
    """Whether only the day of notBefore and notAfter is read: both begin at midnight, UTC."""
    namesake_digests: frozenset[Digest] = frozenset()
    """Hashes that are refused only where issuer and subject have different CNs of equal length.

    MatrixSSL means to spare roots, and spares whatever has CNs of different lengths as well.
    """
    digests: Refusals[Digest] = Refusals(
        unknown=frozenset(Digest) - {Digest.SHA256, Digest.SHA384, Digest.SHA512, Digest.NONE}
    )
    top_digest: bool = True
    """Whether the hash counts in the one signature that the anchor itself has made."""
    algorithms: Refusals[tuple[Scheme, Digest]] = Refusals(unknown=EVERY_ALGORITHM)
    key_sizes: KeySizes = KeySizes(unknown=True)
    key_kinds: Refusals[KeyKind] = Refusals(
        unknown=frozenset(KeyKind) - {KeyKind.RSA, KeyKind.EC}, roles=ALL_ROLES
    )
    curves: Refusals[str] = Refusals()
    curve_digests: Refusals[tuple[str, Digest]] = Refusals()
    """Pairs of an issuer's curve and the hash of the ECDSA signature that it made."""
    authority: Authority = Authority(unknown=ALL_ROLES)
    cert_sign: Scope = NOBODY_KNOWS
    blank_usage: bool = False
    """Whether an issuer's keyUsage in which nothing is allowed counts as none."""
    path_length: PathLength = PathLength()
    usage_without_ca: Scope = Scope()
    usage_without_constraints: Scope = Scope()
    """The same for one that has no basicConstraints at all."""
    usage_needed: UsageNeeded = UsageNeeded()
    purpose: Purpose = Purpose(unknown=ALL_ROLES)
    leaf_usage: LeafUsage = LeafUsage()
    critical: Critical = Critical()
    name_constraints: NameConstraintRules = NameConstraintRules()
    name_syntax: NameSyntax = NameSyntax()
    explicit_policy: Scope = NOBODY_KNOWS
    no_policy_holds: bool = False
    """Whether a demand for an explicit policy is never met, whatever the path says."""
    strict_profile: Scope = Scope()
    """Who is held to the profile that RFC 5280 asks of CAs, beyond what a verifier has to check."""
    key_ids: Scope = Scope()
    served_root_key_id: bool = False
    """Whether key ids are also compared between a served RSA root and its copy in the store."""
    anchor_key_id: Scope = Scope()
    anchor_window: Scope = Scope()
    empty_subject: Scope = Scope()
    leaf_authority: Scope = Scope()
    """Whether a leaf that says it is a CA is objected to."""
    form: Form = Form()
    blocklist: Blocklist = Blocklist()
    anchor_constraints: AnchorConstraintRules = AnchorConstraintRules()
    distrust: tuple[Distrust, ...] = ()
    root_digests: RootDigests = RootDigests()
    lifetime: Lifetime = Lifetime()
    timestamps: Scope = Scope()
    """Whether a leaf without timestamps of certificate transparency in it is objected to."""
    timestamps_since: datetime | None = None
    """Whether that is so only of leaves that begin then or later."""
    hostname: HostnameRules = HostnameRules(unknown=True)


NO_CHECKS: Final = CheckRules(
    signatures=Scope(),
    equal_algorithms=Scope(),
    dates=Scope(),
    digests=Refusals(),
    algorithms=Refusals(),
    key_sizes=KeySizes(),
    key_kinds=Refusals(),
    authority=Authority(),
    cert_sign=Scope(),
    path_length=PathLength(Scope()),
    purpose=Purpose(),
    critical=Critical(scope=Scope()),
    name_constraints=NameConstraintRules(Scope()),
    explicit_policy=Scope(),
    anchor_constraints=AnchorConstraintRules(unknown=ConstraintKind(0)),
    hostname=HostnameRules(checked=False),
)
"""A client that objects to nothing; what is demanded of single certificates starts from it."""
