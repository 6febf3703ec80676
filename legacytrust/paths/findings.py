"""Reasons.

A finding is one thing that a client met on a path: a code, the certificate it is about, and the
data behind it (dates, sizes, names), never text only.  What it *means* is the client's business:
the same expired root is fatal to one client and harmless to the next, so every finding carries
the :class:`Effect` that it had on the client that met it.  Sentences for people are made in one
place, :mod:`legacytrust.render.text`.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Self, TypeAlias

import attrs

from legacytrust.stores.anchor import AnchorCertificate

__all__ = ["Code", "Effect", "Finding", "FindingValue"]

FindingValue: TypeAlias = str | int | datetime | tuple[str, ...]


class Effect(enum.Enum):
    """What a finding does to the path it was found on."""

    FATAL = "fatal"
    UNKNOWN = "unknown"
    HARMLESS = "harmless"


class Code(enum.Enum):
    """Every reason there is.  The value is stable: other programs match on it.

    The second part names the rule of the client that decides about it (a field of
    :class:`~legacytrust.paths.rules.CheckRules`), ``search`` when the path could not be built, or
    ``handshake`` when it never came to that.
    """

    rule: str

    def __new__(cls, text: str, rule: str) -> Self:
        """Keep the rule beside the value."""
        member = object.__new__(cls)
        member._value_ = text
        member.rule = rule
        return member

    # The connection fails before a certificate is read.
    NO_COMMON_PROTOCOL = "no-common-protocol", "handshake"
    SNI_ABSENT = "sni-absent", "handshake"
    NO_ECDSA_SUITES = "no-ecdsa-suites", "handshake"

    # The verdict takes the time for known, and the device may not know it.
    CLOCK_UNSET = "clock-unset", "dates"
    CLOCK_MISSING = "clock-missing", "dates"

    # The path does not reach an anchor.
    NO_ISSUER = "no-issuer", "search"
    ISSUER_NOT_IN_STORE = "issuer-not-in-store", "search"
    UNTRUSTED_ROOT = "untrusted-root", "search"
    OUT_OF_ORDER = "out-of-order", "search"
    PATH_TOO_LONG = "path-too-long", "search"
    STORE_UNUSABLE = "store-unusable", "search"
    CERTIFICATE_UNREADABLE = "certificate-unreadable", "search"
    LIMIT_REACHED = "limit-reached", "search"
    RANKING_UNPROVEN = "ranking-unproven", "search"
    ANCHOR_BYTES_MISSING = "anchor-bytes-missing", "search"
    ISSUER_NOT_HELD = "issuer-not-held", "search"
    """The client could find an issuer that is known here by its facts alone."""
    ROOT_NOT_LISTED = "root-not-listed", "search"
    ANCHOR_IS_BARE = "anchor-is-bare", "search"
    BUDGET_EXHAUSTED = "budget-exhausted", "search"
    CHOICE_UNKNOWN = "choice-unknown", "search"

    # The path is complete, and the client objects to it.
    SIGNATURE_INVALID = "signature-invalid", "signatures"
    SIGNATURE_UNCHECKED = "signature-unchecked", "signatures"
    ALGORITHMS_DIFFER = "algorithms-differ", "equal_algorithms"
    EXPIRED = "expired", "dates"
    NOT_YET_VALID = "not-yet-valid", "dates"
    DIGEST_REFUSED = "digest-refused", "digests"
    ALGORITHM_UNSUPPORTED = "algorithm-unsupported", "algorithms"
    CURVE_DIGEST_REFUSED = "curve-digest-refused", "curve_digests"
    KEY_TOO_SMALL = "key-too-small", "key_sizes"
    KEY_TOO_LARGE = "key-too-large", "key_sizes"
    KEY_KIND_REFUSED = "key-kind-refused", "key_kinds"
    CURVE_REFUSED = "curve-refused", "curves"
    NOT_A_CA = "not-a-ca", "authority"
    LEAF_IS_CA = "leaf-is-ca", "leaf_authority"
    NO_CERT_SIGN = "no-cert-sign", "cert_sign"
    KEY_USAGE_MISSING = "key-usage-missing", "usage_needed"
    USAGE_WITHOUT_CA = "usage-without-ca", "usage_without_ca"
    PATH_LENGTH_EXCEEDED = "path-length-exceeded", "path_length"
    PURPOSE_REFUSED = "purpose-refused", "purpose"
    KEY_USAGE_REFUSED = "key-usage-refused", "leaf_usage"
    CRITICAL_EXTENSION = "critical-extension", "critical"
    TOO_MANY_NAMES = "too-many-names", "name_constraints"
    NAME_CONSTRAINT_VIOLATED = "name-constraint-violated", "name_constraints"
    CONSTRAINTS_MISPLACED = "constraints-misplaced", "name_constraints"
    NAME_UNREADABLE = "name-unreadable", "name_syntax"
    PROFILE_BROKEN = "profile-broken", "strict_profile"
    NO_VALID_POLICY = "no-valid-policy", "explicit_policy"
    KEY_IDS_DIFFER = "key-ids-differ", "key_ids"
    KEY_ID_MISMATCH = "key-id-mismatch", "anchor_key_id"
    OUTLIVES_ANCHOR = "outlives-anchor", "anchor_window"
    SUBJECT_MISSING = "subject-missing", "empty_subject"
    FORM_REFUSED = "form-refused", "form"
    BLOCKED = "blocked", "blocklist"
    ANCHOR_CONSTRAINED = "anchor-constrained", "anchor_constraints"
    TIMESTAMPS_AWAITED = "timestamps-awaited", "anchor_constraints"
    TIMESTAMPS_UNVERIFIED = "timestamps-unverified", "anchor_constraints"
    DISALLOWED = "disallowed", "anchor_constraints"
    CA_DISTRUSTED = "ca-distrusted", "distrust"
    DIGEST_REFUSED_UNDER_ROOT = "digest-refused-under-root", "root_digests"
    VALID_TOO_LONG = "valid-too-long", "lifetime"
    TIMESTAMPS_MISSING = "timestamps-missing", "timestamps"
    HOSTNAME_MISMATCH = "hostname-mismatch", "hostname"
    HOSTNAME_LEFT_TO_APPLICATION = "hostname-left-to-application", "hostname"


@attrs.frozen
class Finding:
    """One reason.

    :param code: what it is.
    :param effect: what it did to the path, for the client that met it.
    :param certificate: which certificate it is about, if one.
    :param data: what stands behind it, as sorted pairs of a name and a value.
    """

    code: Code
    effect: Effect
    certificate: AnchorCertificate | None = None
    data: tuple[tuple[str, FindingValue], ...] = ()

    @classmethod
    def of(
        cls,
        code: Code,
        effect: Effect,
        certificate: AnchorCertificate | None = None,
        **data: FindingValue,
    ) -> Finding:
        """A finding with its data given by name."""
        return cls(code, effect, certificate, tuple(sorted(data.items())))

    def __getitem__(self, name: str) -> FindingValue:
        """The datum of this name.

        :raises KeyError: when the finding has no such datum.
        """
        return dict(self.data)[name]

    @property
    def is_fatal(self) -> bool:
        """Whether the client refused the path for it."""
        return self.effect is Effect.FATAL
