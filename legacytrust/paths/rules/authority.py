"""Who may issue, and for what: basicConstraints, keyUsage, extendedKeyUsage, critical ones."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Final

import attrs

from legacytrust.algorithms import KeyKind
from legacytrust.extensions import GeneralNameKind, KeyUsage, Oid
from legacytrust.paths.path import Role
from legacytrust.paths.rules.scope import NO_ROLE, NOBODY_KNOWS, Scope

__all__ = [
    "Authority",
    "CaProof",
    "Critical",
    "Form",
    "LeafUsage",
    "PathLength",
    "Purpose",
    "UsageNeeded",
]


class CaProof(enum.Enum):
    """What a client takes as proof that a certificate may issue others."""

    BASIC_CONSTRAINTS = "basicConstraints with cA"
    VERSION_1 = "an X.509 v1 or v2 certificate, which cannot say"
    VERSION_1_SELF_SIGNED = "a self-signed X.509 v1 certificate"
    KEY_USAGE = "no basicConstraints, but a keyUsage that allows signing certificates"
    NETSCAPE_TYPE = "no basicConstraints, but a Netscape certificate type of an SSL CA"
    NETSCAPE_CA = "no basicConstraints, but that type, whatever the key usage says"
    ABSENT = "no basicConstraints at all"
    ABSENT_SELF_ISSUED = "no basicConstraints, but self-issued"


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
    :param absent: what a CA certificate without a constraint is taken to have.
    """

    scope: Scope = NOBODY_KNOWS
    counts_self_issued: bool = False
    binds_self_issued: bool = True
    absent: int | None = None


@attrs.frozen
class UsageNeeded:
    """A keyUsage that an issuer must have, as RFC 3280 was the first to ask for.

    :param scope: of whom it is asked.
    :param since: certificates that begin before this need none; ``None`` when all do.
    """

    scope: Scope = Scope()
    since: datetime | None = None


@attrs.frozen
class Purpose:
    """extendedKeyUsage.

    :param leaf: purposes of which the leaf must have one, if it names any; ``None`` when the
        leaf's purposes are not looked at.
    :param leaf_ca: purposes that do as well for a leaf that says it is a CA.
    :param issuers: the same for an issuer.
    :param issuer_roles: which issuers are looked at.
    :param unknown: roles for which nobody knows.
    :param issuers_against: an issuer that has none of ``issuers`` is refused only if it names
        one of these; ``None`` when it is refused in any case.
    :param leaf_never: purposes that a leaf must not have, whatever else it has.
    :param by_authority: purposes are a CA's in a certificate that says it is one and a server's
        in any other, so a leaf that is a CA has none, nor has an issuer that is not.
    :param netscape: the Netscape certificate type counts as naming purposes too: SSL server for
        the leaf, SSL CA for an issuer.
    :param only_critical: the extension counts only where it is critical.
    :param empty_is_any: an extension that names no purpose at all is none.
    :param stated: of these the leaf must name one in so many words: it must have the extension.
    """

    leaf: frozenset[str] | None = None
    leaf_roles: Role = Role.LEAF
    leaf_ca: frozenset[str] = frozenset()
    issuers: frozenset[str] = frozenset()
    issuer_roles: Role = NO_ROLE
    unknown: Role = NO_ROLE
    issuers_against: frozenset[str] | None = None
    leaf_never: frozenset[str] = frozenset()
    by_authority: bool = False
    netscape: bool = False
    only_critical: bool = False
    empty_is_any: bool = False
    stated: frozenset[str] = frozenset()


@attrs.frozen
class LeafUsage:
    """keyUsage and Netscape certificate type of the leaf.

    :param scope: whether they are looked at.
    :param usages: of these the leaf must have one, if it has a keyUsage.
    :param by_kind: other usages for some kinds of key.
    :param netscape: a Netscape certificate type without SSL server is an objection by itself.
    """

    scope: Scope = Scope()
    usages: KeyUsage = (
        KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_ENCIPHERMENT | KeyUsage.KEY_AGREEMENT
    )
    by_kind: tuple[tuple[KeyKind, KeyUsage], ...] = ()
    netscape: bool = True

    def needed(self, kind: KeyKind) -> KeyUsage:
        """The usages of which a leaf with this kind of key must have one."""
        return next((usages for one, usages in self.by_kind if one is kind), self.usages)


_USUALLY_KNOWN: Final = frozenset(
    {Oid.KEY_USAGE, Oid.BASIC_CONSTRAINTS, Oid.EXTENDED_KEY_USAGE, Oid.SUBJECT_ALT_NAME}
)


@attrs.frozen
class Critical:
    """Critical extensions.

    :param known: extensions that are understood; any other critical one is an objection.
    :param known_in_leaf: those that are understood in the leaf only.
    :param scope: whose extensions are looked at.
    :param every: all are understood; what is left are the name constraints below.
    :param constraint_kinds: critical nameConstraints count as understood only if they are about
        these kinds of names.
    :param excluded: critical nameConstraints with excluded subtrees count as understood.
    """

    known: frozenset[str] = _USUALLY_KNOWN
    known_in_leaf: frozenset[str] = frozenset()
    scope: Scope = NOBODY_KNOWS
    every: bool = False
    constraint_kinds: frozenset[GeneralNameKind] = frozenset(GeneralNameKind)
    excluded: bool = True


@attrs.frozen
class Form:
    """What a strict parser asks of a certificate, whatever stands in it.

    :param negative_serial: of a serial number below zero.
    :param long_serial: of a serial number of more than 20 octets.
    :param before_v3: of X.509 v1 and v2.
    :param false_spelled_out: of a basicConstraints that says in so many words that this is no CA;
        DER leaves a default out.
    :param zero_serial: of the serial number zero.
    :param zero_serial_of_root: the same in a self-issued CA.
    :param repeated_extensions: of an extension that is there twice.
    :param broken_extensions: of an extension that is known and cannot be read.
    :param most_alt_names: how many alternative names it may have at most.
    :param too_many_names: of more than that.
    :param unique: only these must not be there twice; ``None`` for all.
    :param empty_constraints: of nameConstraints without any subtree.
    :param empty_issuer: of an issuer without any name.
    """

    negative_serial: Scope = Scope()
    long_serial: Scope = Scope()
    before_v3: Scope = Scope()
    false_spelled_out: Scope = Scope()
    zero_serial: Scope = Scope()
    zero_serial_of_root: Scope = Scope()
    repeated_extensions: Scope = Scope()
    broken_extensions: Scope = Scope()
    most_alt_names: int | None = None
    too_many_names: Scope = Scope()
    unique: frozenset[str] | None = None
    empty_constraints: Scope = Scope()
    empty_issuer: Scope = Scope()
