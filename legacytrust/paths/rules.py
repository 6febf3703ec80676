"""What a client does, as data.

Two bundles of rules describe a client model completely.  :class:`SearchRules` says how it looks
for a path and when it tries again; :class:`CheckRules` says what it objects to once it has one.
Every rule is a small frozen value with three answers in it: refuse, accept, and *unknown*.  The
default of every check rule is the unknown one, so a family table that is silent about a check
yields an unknown verdict wherever that check would matter, never a guess.

The families in :mod:`legacytrust.clients` fill these bundles from tables of sourced facts; the
strategies and checks beside this module read them.  Nothing here does anything.
"""

from __future__ import annotations

import enum
from typing import Final, Generic, TypeVar

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.extensions import KeyUsage, Oid
from legacytrust.names import NameForm
from legacytrust.paths.findings import Effect
from legacytrust.paths.path import Role

__all__ = [
    "ALL_ROLES",
    "BELOW_ANCHOR",
    "Alternatives",
    "Authority",
    "Blocklist",
    "CaProof",
    "CheckRules",
    "CommonNameUse",
    "Critical",
    "DnsConstraintForm",
    "HostnameRules",
    "IssuerTest",
    "KeySizes",
    "LeafUsage",
    "NameConstraintRules",
    "PathLength",
    "Preference",
    "Purpose",
    "Refusals",
    "Scope",
    "SearchRules",
    "Strategy",
    "Wildcards",
    "algorithms",
]

_T = TypeVar("_T")

NO_ROLE: Final = Role(0)
BELOW_ANCHOR: Final = Role.LEAF | Role.SERVED_CA | Role.SERVED_ROOT | Role.STORE_CA
ALL_ROLES: Final = BELOW_ANCHOR | Role.ANCHOR | Role.STORE_LEAF | Role.VOUCHED_LEAF


# -- search -----------------------------------------------------------------------------------


class Strategy(enum.Enum):
    """How candidates are tried: one generator in :mod:`legacytrust.paths.builders` each."""

    STRICT_ORDER = "the served list as it is, then one issuer from the store"
    SERVED_FIRST = "greedy over the served list, then over the store"
    STORE_FIRST = "greedy, store before served list at every level"
    REORDER = "greedy re-ordering by name, cut at the first certificate that is an anchor"
    BACKTRACK = "depth first over store and served list until a path passes"


class Alternatives(enum.Enum):
    """When a greedy client shortens its path and asks the store again."""

    NEVER = "never"
    NOTHING_FROM_STORE = "only when no certificate of the store was reached at all"
    NOT_TRUSTED = "whenever the path does not end in something trusted"


class Preference(enum.Enum):
    """Which of several possible issuers a greedy client takes."""

    FIRST = "the first, whatever its dates"
    VALID_ELSE_LAST = "the first that is within its dates, or else the last"
    VALID_ELSE_LATEST = "the first that is within its dates, or else the one that ended last"


class IssuerTest(enum.Flag):
    """What, beside the name, must fit before a certificate counts as a possible issuer."""

    KEY_ID = enum.auto()
    """The authority key identifier: key id, issuer and serial as far as both sides have them."""
    KEY_USAGE = enum.auto()
    """keyCertSign, where a key usage is present."""
    KEY_KIND = enum.auto()
    """The key is of the kind that the signature algorithm needs."""
    SIGNATURE = enum.auto()
    """The signature itself."""


@attrs.frozen(cache_hash=True)
class SearchRules:
    """How a client looks for a path.

    :param strategy: which generator.
    :param served_names: how names of served certificates are compared.
    :param store_names: how the name of a store certificate is compared.
    :param served_tests: what else a served certificate must pass to count as an issuer.
    :param store_tests: the same for a store certificate.
    :param trusted_first: the store is asked before the served list.
    :param alternatives: when a shorter path is tried.
    :param served_preference: which of several served issuers is taken.
    :param store_preference: which of several store issuers is taken.
    :param partial_chain: any store certificate may end the path, not just a self-signed one.
    :param whole_list: the search for an anchor runs over the whole served list, also over what
        the re-ordering left out (Android 4.2).
    :param skips_unusable: a served issuer that is out of its dates or too weak is passed over.
    :param unique_subjects: a store with two roots of one name cannot be used at all.
    :param max_certificates: the longest path, leaf and anchor included; ``None`` if unbounded.
    """

    strategy: Strategy
    served_names: NameForm = NameForm.CANONICAL
    store_names: NameForm = NameForm.CANONICAL
    served_tests: IssuerTest = IssuerTest(0)
    store_tests: IssuerTest = IssuerTest(0)
    trusted_first: bool = False
    alternatives: Alternatives = Alternatives.NEVER
    served_preference: Preference = Preference.FIRST
    store_preference: Preference = Preference.FIRST
    partial_chain: bool = False
    whole_list: bool = False
    skips_unusable: bool = False
    unique_subjects: bool = False
    max_certificates: int | None = None


# -- checks -----------------------------------------------------------------------------------


@attrs.frozen
class Scope:
    """Which certificates of a path a check is applied to.

    :param fatal: for these roles an objection is fatal.
    :param unknown: for these roles nobody knows; for all others it is harmless.
    """

    fatal: Role = NO_ROLE
    unknown: Role = NO_ROLE

    def effect(self, role: Role) -> Effect:
        """What an objection to a certificate in this role does."""
        if role in self.fatal:
            return Effect.FATAL
        return Effect.UNKNOWN if role in self.unknown else Effect.HARMLESS


NOBODY_KNOWS: Final = Scope(unknown=ALL_ROLES)


@attrs.frozen
class Refusals(Generic[_T]):
    """Values that are refused, values nobody knows about, and where it matters.

    :param refused: these are refused.
    :param unknown: nobody knows about these.
    :param roles: only certificates in these roles are looked at.
    """

    refused: frozenset[_T] = frozenset()
    unknown: frozenset[_T] = frozenset()
    roles: Role = BELOW_ANCHOR

    def effect(self, value: _T, role: Role) -> Effect:
        """What this value does in a certificate of this role."""
        refused = value in self.refused
        if not (refused or value in self.unknown) or role not in self.roles:
            return Effect.HARMLESS
        return Effect.FATAL if refused else Effect.UNKNOWN


@attrs.frozen
class KeySizes:
    """The smallest keys that are accepted.

    :param minimum: bits by kind of key; a kind that is not named has no minimum.
    :param unknown: nobody knows the minimum: a key below 2048 bits RSA or 256 bits EC is open.
    :param roles: whose keys are looked at.
    """

    minimum: tuple[tuple[KeyKind, int], ...] = ()
    unknown: bool = False
    roles: Role = ALL_ROLES


def algorithms(scheme: Scheme, *digests: Digest) -> frozenset[tuple[Scheme, Digest]]:
    """A scheme with these hashes, or with every hash when none is named."""
    return frozenset((scheme, digest) for digest in digests or Digest)


EVERY_ALGORITHM: Final = frozenset(pair for scheme in Scheme for pair in algorithms(scheme))


class CaProof(enum.Enum):
    """What a client takes as proof that a certificate may issue others."""

    BASIC_CONSTRAINTS = "basicConstraints with cA"
    VERSION_1 = "an X.509 v1 or v2 certificate, which cannot say"
    VERSION_1_SELF_SIGNED = "a self-signed X.509 v1 certificate"
    KEY_USAGE = "no basicConstraints, but a keyUsage that allows signing certificates"
    NETSCAPE_TYPE = "no basicConstraints, but a Netscape certificate type of an SSL CA"
    ABSENT = "no basicConstraints at all"


@attrs.frozen
class Authority:
    """Who may issue.

    :param proofs: what counts as proof, by role; a role that is not named is not looked at.
    :param unknown: nobody knows about issuers in these roles that lack basicConstraints.
    """

    proofs: tuple[tuple[Role, frozenset[CaProof]], ...] = ()
    unknown: Role = NO_ROLE

    def accepted(self, role: Role) -> frozenset[CaProof] | None:
        """The proofs that count in this role; ``None`` when nothing is asked of it."""
        return next((proofs for roles, proofs in self.proofs if role in roles), None)


@attrs.frozen
class PathLength:
    """pathLenConstraint.

    :param scope: whose constraint counts.
    :param counts_self_issued: self-issued certificates count too (RFC 5280 says they do not).
    :param binds_self_issued: the constraint of a self-issued certificate counts.
    """

    scope: Scope = NOBODY_KNOWS
    counts_self_issued: bool = False
    binds_self_issued: bool = True


@attrs.frozen
class Purpose:
    """extendedKeyUsage.

    :param leaf: purposes of which the leaf must have one, if it names any; ``None`` when the
        leaf's purposes are not looked at.
    :param issuers: the same for an issuer.
    :param issuer_roles: which issuers are looked at.
    :param unknown: roles for which nobody knows.
    """

    leaf: frozenset[str] | None = None
    leaf_roles: Role = Role.LEAF
    issuers: frozenset[str] = frozenset()
    issuer_roles: Role = NO_ROLE
    unknown: Role = NO_ROLE


@attrs.frozen
class LeafUsage:
    """keyUsage and Netscape certificate type of the leaf.

    :param scope: whether they are looked at.
    :param usages: of these the leaf must have one, if it has a keyUsage.
    """

    scope: Scope = Scope()
    usages: KeyUsage = (
        KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_ENCIPHERMENT | KeyUsage.KEY_AGREEMENT
    )


_USUALLY_KNOWN: Final = frozenset(
    {Oid.KEY_USAGE, Oid.BASIC_CONSTRAINTS, Oid.EXTENDED_KEY_USAGE, Oid.SUBJECT_ALT_NAME}
)


@attrs.frozen
class Critical:
    """Critical extensions.

    :param known: extensions that are understood; any other critical one is an objection.
    :param known_in_leaf: those that are understood in the leaf only.
    :param scope: whose extensions are looked at.
    """

    known: frozenset[str] = _USUALLY_KNOWN
    known_in_leaf: frozenset[str] = frozenset()
    scope: Scope = NOBODY_KNOWS


class CommonNameUse(enum.Enum):
    """When the subject's common name is compared with the host name."""

    NEVER = "never"
    NO_DNS_NAME = "when the SAN has no DNS name"
    NO_NAME = "when there is no usable SAN at all"
    ALWAYS = "always, beside the SAN"


class DnsConstraintForm(enum.Enum):
    """How a DNS name is compared with a DNS constraint."""

    RFC5280 = "equal, or further labels to the left; a leading dot asks for at least one"
    BOUNCY_CASTLE = "a leading dot is dropped; permitted sets of two levels must be nested"
    SUN = "a leading dot or an empty constraint matches nothing"


@attrs.frozen
class NameConstraintRules:
    """nameConstraints.

    :param scope: whose constraints are enforced.
    :param form: how DNS names are compared.
    :param directory_names: how the parts of directory names are compared.
    :param common_name: when the common name of the leaf is constrained like a DNS name.
    """

    scope: Scope = NOBODY_KNOWS
    form: DnsConstraintForm = DnsConstraintForm.RFC5280
    directory_names: NameForm = NameForm.CANONICAL
    common_name: CommonNameUse = CommonNameUse.NEVER


class Wildcards(enum.Flag):
    """Which wildcard forms match."""

    LEFTMOST_LABEL = enum.auto()
    """``*.example.test`` for one label."""
    PARTIAL_LABEL = enum.auto()
    """``w*.example.test``."""
    MANY_LABELS = enum.auto()
    """``*.example.test`` for several labels at once."""
    BARE_DOMAIN = enum.auto()
    """``*.example.test`` for ``example.test`` itself."""
    TOP_LEVEL = enum.auto()
    """``*.test``: one label after the star is enough."""
    PREFIX = enum.auto()
    """``*.example.test`` for any host that merely begins with ``example.test``."""


@attrs.frozen
class HostnameRules:
    """How the host name is compared (RFC 6125, RFC 9525, and what was there before them).

    :param checked: whether the implementation compares it at all; if not, the application may.
    :param common_name: when the CN counts.
    :param last_common_name: of several CNs the last one counts, not the first.
    :param wildcards: which forms match in a DNS name.
    :param cautious_star: a star stands at one end of a label, for letters, digits and hyphens,
        and never in part of an ``xn--`` label.
    :param spares_countries: ``*.co.uk`` and its like match nothing.
    :param ip_san: iPAddress entries of the SAN match addresses.
    :param ip_as_text: an address may stand as text in a DNS name or CN.
    :param trailing_dot: a trailing dot in a SAN is ignored.
    :param underscore: a SAN entry with an underscore is readable; if not, the whole SAN is lost.
    :param unknown: nobody knows: whatever is not an exact match is open.
    """

    checked: bool = True
    common_name: CommonNameUse = CommonNameUse.NEVER
    last_common_name: bool = False
    wildcards: Wildcards = Wildcards.LEFTMOST_LABEL
    cautious_star: bool = False
    spares_countries: bool = False
    ip_san: bool = True
    ip_as_text: bool = False
    trailing_dot: bool = True
    underscore: bool = True
    unknown: bool = False


@attrs.frozen
class Blocklist:
    """Certificates that the platform itself refuses.

    :param leaf_serials: serial numbers, compared with the leaf's.
    :param key_sha1: SHA-1 of a SubjectPublicKeyInfo, lower-case hex.
    :param key_roles: whose keys are compared with it.
    """

    leaf_serials: frozenset[int] = frozenset()
    key_sha1: frozenset[str] = frozenset()
    key_roles: Role = ALL_ROLES


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
    digests: Refusals[Digest] = Refusals(
        unknown=frozenset(Digest) - {Digest.SHA256, Digest.SHA384, Digest.SHA512, Digest.NONE}
    )
    algorithms: Refusals[tuple[Scheme, Digest]] = Refusals(unknown=EVERY_ALGORITHM)
    key_sizes: KeySizes = KeySizes(unknown=True)
    key_kinds: Refusals[KeyKind] = Refusals(
        unknown=frozenset(KeyKind) - {KeyKind.RSA, KeyKind.EC}, roles=ALL_ROLES
    )
    curves: Refusals[str] = Refusals()
    authority: Authority = Authority(unknown=ALL_ROLES)
    cert_sign: Scope = NOBODY_KNOWS
    path_length: PathLength = PathLength()
    purpose: Purpose = Purpose(unknown=ALL_ROLES)
    leaf_usage: LeafUsage = LeafUsage()
    critical: Critical = Critical()
    name_constraints: NameConstraintRules = NameConstraintRules()
    explicit_policy: Scope = NOBODY_KNOWS
    anchor_key_id: Scope = Scope()
    anchor_window: Scope = Scope()
    empty_subject: Scope = Scope()
    blocklist: Blocklist = Blocklist()
    hostname: HostnameRules = HostnameRules(unknown=True)
