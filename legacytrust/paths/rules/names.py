"""How host names and name constraints are compared."""

from __future__ import annotations

import enum

import attrs

from legacytrust.extensions import GeneralNameKind
from legacytrust.names import NameForm
from legacytrust.paths.rules.scope import NOBODY_KNOWS, Scope

__all__ = [
    "CommonNameUse",
    "ConstrainedNames",
    "DnsConstraintForm",
    "HostLike",
    "HostnameRules",
    "Merging",
    "NameConstraintRules",
    "NameSyntax",
    "StarredLabels",
    "Wildcards",
]


class CommonNameUse(enum.Enum):
    """When the subject's common name is compared with the host name."""

    NEVER = "never"
    NO_DNS_NAME = "when the SAN has no DNS name"
    NO_NAME = "when there is no usable SAN at all"
    NO_DNS_NAME_OR_MAIL = "when the SAN has neither a DNS name nor a mail address"
    NO_SAN = "when the SAN extension is absent"
    NO_HOST = "when the SAN has neither a DNS name nor an address"
    NO_NAME_OF_KIND = "when the SAN has no entry of the host's own kind, DNS name or address"
    NO_HOST_OR_SERVICE = "when the SAN has no DNS name, no address, no URI and no service name"
    ALWAYS = "always, beside the SAN"


class HostLike(enum.Enum):
    """When a common name is taken for the name of a host, and constrained like one."""

    TWO_LABELS = "two labels or more, of letters, digits, hyphens, underscores and stars"
    ANY_LABELS = "one label or more; a star, a final dot and colons are let through"
    HOST = "one label or more, as the name of a host is written; no star, no address"


class DnsConstraintForm(enum.Enum):
    """How a DNS name is compared with a DNS constraint."""

    RFC5280 = "equal, or further labels to the left; a leading dot asks for at least one"
    BOUNCY_CASTLE = "a leading dot is dropped; permitted sets of two levels must be nested"
    SUFFIX = "it ends in the constraint, at a label or not; an empty constraint matches nothing"
    EXACT = "equal, or ends in a constraint that begins with a dot; nothing else"
    SUN = "a leading dot or an empty constraint matches nothing"
    ENDING = "the name ends in it, be that at a dot or inside a label"


class ConstrainedNames(enum.Enum):
    """Whose names must lie within nameConstraints."""

    ALL = "of every certificate below"
    LEAF = "of the leaf"
    LEAF_AND_ITSELF = "of the leaf, and of the very certificate that has the constraints"
    HOST = "the host name that is connected to, and nothing that a certificate says"


class Merging(enum.Enum):
    """How the constraints of several issuers add up to those that the leaf is held against."""

    SEPARATE = "they do not: a name must lie within the constraints of each issuer"
    TOPMOST = "permitted ones are those of the topmost issuer that has any constraints at all"
    NARROWING = "a lower permitted one counts if it lies within a higher one, or there is none"
    OVERLAPPING = "permitted ones are intersected; below excluded ones alone they are lost"
    COMMON = "permitted ones are intersected"


@attrs.frozen
class NameConstraintRules:
    """nameConstraints.

    :param scope: whose constraints are enforced.
    :param form: how DNS names are compared.
    :param directory_names: how the parts of directory names are compared.
    :param whole_directory: a directory name must be the constraint, not just begin with it.
    :param common_name: when the common name of the leaf is constrained like a DNS name.
    :param last_common_name: of several CNs only the last one is constrained.
    :param spares_self_issued: self-issued certificates other than the leaf are exempt (RFC 5280).
    :param issuers_common_names: the common name of an issuer is constrained like the leaf's.
    :param needs_san: under any constraint a leaf without SAN is refused when its common name
        looks like a host name, whether it would be permitted or not.
    :param host_like: which common names are taken for those of a host.
    :param names: whose names are constrained.
    :param kinds: constraints on other kinds of names are ignored.
    :param refused_kinds: of these, whatever a constraint says, no name lies within it.
    :param subject_names: the subject is looked at too, not just the alternative names.
    :param excluded: excluded subtrees are looked at.
    :param unreadable: no name lies within any constraint: the client cannot read them.
    :param valid_names: a DNS name that is none is refused below any constraint.
    :param readable_names: the same for one that webpki and mozilla::pkix cannot read, where it is
        compared.
    :param wildcard_permitted: a wildcard lies within ``www.example.com`` if it stands for it.
    :param wildcard_excluded: the same where that is excluded.
    :param wildcard_any_depth: there, so does one that stands for names further down.
    :param merging: how the constraints of several issuers add up; unless they are separate, kinds
        that the client cannot compare refuse whatever they exclude and permit all.
    :param compared: the kinds that it can compare, when it merges.
    :param exact_case: when it merges, upper and lower case are different.
    :param uris_need_names: when it merges, excluded URIs refuse only a certificate with a URI.
    :param any_text: a common name counts also when it does not look like a host name.
    :param nearest_only: a certificate is bound by its issuer alone, not by those above.
    :param most_comparisons: names times constraints beyond this many are refused uncompared.
    :param misplaced: who may not have the extension before it has said, by basicConstraints, that
        it is a CA.
    :param must_be_known: when it merges, constraints of a kind without a meaning, or on a network
        that is none, refuse every certificate below.
    """

    scope: Scope = NOBODY_KNOWS
    form: DnsConstraintForm = DnsConstraintForm.RFC5280
    directory_names: NameForm = NameForm.CANONICAL
    common_name: CommonNameUse = CommonNameUse.NEVER
    last_common_name: bool = False
    spares_self_issued: bool = True
    issuers_common_names: bool = False
    whole_directory: bool = False
    needs_san: bool = False
    host_like: HostLike = HostLike.TWO_LABELS
    names: ConstrainedNames = ConstrainedNames.ALL
    kinds: frozenset[GeneralNameKind] = frozenset(GeneralNameKind)
    refused_kinds: frozenset[GeneralNameKind] = frozenset()
    subject_names: bool = True
    excluded: bool = True
    unreadable: bool = False
    valid_names: bool = False
    readable_names: bool = False
    wildcard_permitted: bool = False
    wildcard_excluded: bool = False
    wildcard_any_depth: bool = False
    merging: Merging = Merging.SEPARATE
    compared: frozenset[GeneralNameKind] = frozenset()
    exact_case: bool = False
    uris_need_names: bool = True
    must_be_known: bool = False
    any_text: bool = False
    most_comparisons: int | None = None
    nearest_only: bool = False
    misplaced: Scope = Scope()


@attrs.frozen
class NameSyntax:
    """Which names are so badly written that the whole certificate is refused.

    :param scope: whose names, and whose constraints on names, are read.
    :param inner_stars: a star may end any label of a DNS name; if not, it is the first label.
    :param bare_mail_hosts: ``@example.test`` is a constraint.
    :param opaque_uris: a URI need not name a host.
    :param address_uris: the host that it names may be an address.
    """

    scope: Scope = Scope()
    inner_stars: bool = True
    bare_mail_hosts: bool = True
    opaque_uris: bool = True
    address_uris: bool = True


class Wildcards(enum.Flag):
    """Which wildcard forms match."""

    LEFTMOST_LABEL = enum.auto()
    """``*.example.test`` for one label."""
    PARTIAL_LABEL = enum.auto()
    """``w*.example.test``."""
    LABEL_PREFIX = enum.auto()
    """``w*.example.test``, the star last in its label, and never for an ``xn--`` label."""
    MANY_LABELS = enum.auto()
    """``*.example.test`` for several labels at once."""
    BARE_DOMAIN = enum.auto()
    """``*.example.test`` for ``example.test`` itself."""
    TOP_LEVEL = enum.auto()
    """``*.test``: one label after the star is enough."""
    ANY_LABEL = enum.auto()
    """A star for any whole label: ``www.*.test``."""
    GLOB = enum.auto()
    """Any number of stars anywhere; each stands for what comes before the next character of the
    pattern, within one label."""
    ALONE = enum.auto()
    """``*`` by itself for a host of one label."""
    PREFIX = enum.auto()
    """``*.example.test`` for any host that merely begins with ``example.test``."""
    STAR_FIRST = enum.auto()
    """``*w.example.test``: the star at the very beginning stands for any start of a label."""
    ANYWHERE = enum.auto()
    """``w*w.*.test``: any number of stars in any label, each for part of one label or none."""


class StarredLabels(enum.Enum):
    """Where in a name a star may stand at all."""

    ALL = "in any label"
    NOT_LAST = "in any label but the last"
    FIRST = "in the first label, which must not be the only one"


@attrs.frozen
class HostnameRules:
    """How the host name is compared (RFC 6125, RFC 9525, and what was there before them).

    :param checked: whether the implementation compares it at all; if not, the application may.
    :param common_name: when the CN counts.
    :param last_common_name: of several CNs the last one counts, not the first.
    :param first_common_name: of several CNs only the first one counts.
    :param one_common_name: of several CNs none counts.
    :param common_name_of: the CN counts only in a certificate that is good for this purpose.
    :param wildcards: which forms match in a DNS name.
    :param cautious_star: a star stands at one end of a label, for letters, digits and hyphens,
        and never in part of an ``xn--`` label.
    :param spares_countries: ``*.co.uk`` and its like match nothing.
    :param ip_san: iPAddress entries of the SAN match addresses.
    :param ipv6_san: IPv6 ones too; a client that compares text never has the shortest form.
    :param ip_as_text: an address may stand as text in a DNS name or CN.
    :param ip_wildcards: an address as text is compared like a name, stars and all.
    :param ip_in_common_name: an address may stand as text in the CN, where the CN counts.
    :param trailing_dot: a trailing dot in a SAN is ignored.
    :param underscore: a SAN entry with an underscore is readable; if not, the whole SAN is lost.
    :param reads_san: the SAN is looked at; if not, it is as if there were none.
    :param exact_case: a name in the certificate that is not in lower case matches nothing, as the
        client compares octets.
    :param stops_at_odd_names: a DNS name that cannot be read ends the SAN: what follows is not seen.
    :param letters_only: names with anything but letters, digits, inner hyphens and stars match
        nothing, no underscore therefore.
    :param spares_a_labels: a star matches nothing in a host name with an ``xn--`` label.
    :param starred: labels in which a star may stand, if the wildcards allow it there; elsewhere
        it makes the name match nothing.
    :param a_label_star: a star may stand beside part of an ``xn--`` label.
    :param star_ends_label: a star anywhere but at the end of a label matches nothing.
    :param suffixes_unknown: the client has a list of domains below which anybody may register, and
        lets no wildcard stand for them: a star before ``co.uk`` and its like is open.
    :param unknown: nobody knows: whatever is not an exact match is open.
    """

    checked: bool = True
    common_name: CommonNameUse = CommonNameUse.NEVER
    last_common_name: bool = False
    first_common_name: bool = False
    one_common_name: bool = False
    common_name_of: str | None = None
    wildcards: Wildcards = Wildcards.LEFTMOST_LABEL
    cautious_star: bool = False
    spares_countries: bool = False
    ip_san: bool = True
    ipv6_san: bool = True
    ip_as_text: bool = False
    ip_wildcards: bool = False
    ip_in_common_name: bool = False
    trailing_dot: bool = True
    underscore: bool = True
    stops_at_odd_names: bool = False
    reads_san: bool = True
    exact_case: bool = False
    letters_only: bool = False
    spares_a_labels: bool = False
    starred: StarredLabels = StarredLabels.ALL
    a_label_star: bool = True
    star_ends_label: bool = False
    suffixes_unknown: bool = False
    unknown: bool = False
