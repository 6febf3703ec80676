"""nameConstraints (RFC 5280, 4.2.1.10 and 6.1.3 (b)-(c)), as far as TLS clients enforce them.

Names of the kinds DNS, e-mail, URI, IP address and directory are compared; a name of any other
kind is not constrained by the clients modelled here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from legacytrust.certificate import Certificate
from legacytrust.extensions import GeneralName, GeneralNameKind, NameConstraints, Oid
from legacytrust.names import Name
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.checks.hostname import is_readable
from legacytrust.paths.checks.merged_constraints import check_merged
from legacytrust.paths.checks.name_syntax import is_host
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    CommonNameUse,
    ConstrainedNames,
    DnsConstraintForm,
    HostLike,
    Merging,
    NameConstraintRules,
)

__all__ = ["check_name_constraints"]

_EMAIL_ADDRESS: Final = "1.2.840.113549.1.9.1"
_ANY_LABELS: Final = re.compile(r"(?:\*\.)?[\w:][\w:-]*(?:\.[\w:][\w:-]*)*\.?", re.ASCII)
_KINDS: Final = frozenset(
    {
        GeneralNameKind.DNS,
        GeneralNameKind.EMAIL,
        GeneralNameKind.URI,
        GeneralNameKind.IP,
        GeneralNameKind.DIRECTORY,
    }
)


def check_name_constraints(context: CheckContext) -> Iterator[Finding]:
    """Every certificate whose names count against the constraints of everything above it.

    Self-issued certificates that are not the leaf are exempt, as RFC 5280 wants it, with most.
    """
    yield from _misplaced(context)
    if context.rules.name_constraints.merging is not Merging.SEPARATE:
        yield from check_merged(context)
        return
    constrained = [item for item in context.issuers if item[1].name_constraints is not None]
    if not constrained:
        return
    yield from _lacking_san(context, constrained)
    rules = context.rules.name_constraints
    for position, certificate, _ in context.known:
        binding = [item for item in constrained if _binds(item[0], position, certificate, rules)]
        if binding:
            names = _constrained_names(context, position)
            yield from _violations(context, certificate, names, binding)


def _binds(above: int, position: int, certificate: Certificate, rules: NameConstraintRules) -> bool:
    """Whether the constraints at one place of the path are about the certificate at another."""
    if position and rules.names is ConstrainedNames.LEAF_AND_ITSELF:
        return above == position
    spared = rules.spares_self_issued and certificate.is_self_issued()
    if position and (spared or rules.names is not ConstrainedNames.ALL):
        return False
    return above == position + 1 if rules.nearest_only else above > position


def _constrained_names(context: CheckContext, position: int) -> tuple[GeneralName, ...]:
    rules, certificate = context.rules.name_constraints, context.known[position][1]
    if rules.names is ConstrainedNames.HOST and context.hostname is not None:
        return (GeneralName(GeneralNameKind.DNS, context.hostname.encode()),)
    names = _names(certificate, rules)
    if position and not rules.issuers_common_names:
        return names
    return (*names, *_common_names(certificate, rules))


def _lacking_san(
    context: CheckContext, constrained: Sequence[tuple[int, Certificate, Role]]
) -> Iterator[Finding]:
    """A leaf that names its host in the subject only, where that is not put up with."""
    leaf, rules = context.leaf, context.rules.name_constraints
    if not rules.needs_san or leaf.subject_alt_names is not None:
        return
    names = [text for text in leaf.subject.common_names if _is_host_like(text, rules.host_like)]
    if names:
        _, issuer, role = constrained[0]
        name = GeneralName(GeneralNameKind.DNS, names[0].encode())
        yield _violation(rules.scope.effect(role), leaf, name, issuer)


def _misplaced(context: CheckContext) -> Iterator[Finding]:
    """Some parsers take the extension only after basicConstraints has said that this is a CA."""
    scope = context.rules.name_constraints.misplaced
    for _, certificate, role in context.known:
        oids = [extension.oid for extension in certificate.extensions]
        if Oid.NAME_CONSTRAINTS not in oids:
            continue
        before = oids[: oids.index(Oid.NAME_CONSTRAINTS)]
        if not certificate.is_ca or Oid.BASIC_CONSTRAINTS not in before:
            yield Finding.of(Code.CONSTRAINTS_MISPLACED, scope.effect(role), certificate)


def _violations(
    context: CheckContext,
    certificate: Certificate,
    names: tuple[GeneralName, ...],
    above: Sequence[tuple[int, Certificate, object]],
) -> Iterator[Finding]:
    rules = context.rules.name_constraints
    enforced: list[NameConstraints] = []
    for position, issuer, _ in above:
        constraints = issuer.name_constraints
        assert constraints is not None
        effect = rules.scope.effect(context.path.steps[position].role)
        if effect is Effect.FATAL:
            enforced.append(constraints)
        work = len(names) * (len(constraints.permitted) + len(constraints.excluded))
        if rules.most_comparisons is not None and work > rules.most_comparisons:
            yield _too_many(effect, issuer, rules.most_comparisons)
            continue
        subtrees = _Subtrees(constraints, rules)
        refused = next((name for name in names if not subtrees.allow(name)), None)
        if refused is not None:
            yield _violation(effect, certificate, refused, issuer)
    if rules.form is DnsConstraintForm.BOUNCY_CASTLE and _no_common_ground(enforced, names):
        yield _violation(Effect.FATAL, certificate, names[0], above[0][1])


def _too_many(effect: Effect, issuer: Certificate, most: int) -> Finding:
    what = "comparisons of names with constraints"
    return Finding.of(Code.TOO_MANY_NAMES, effect, issuer, limit=most, what=what)


def _violation(
    effect: Effect, certificate: Certificate, name: GeneralName, issuer: Certificate
) -> Finding:
    return Finding.of(
        Code.NAME_CONSTRAINT_VIOLATED,
        effect,
        certificate,
        name=name.text,
        constrained_by=issuer.label,
    )


def _names(certificate: Certificate, rules: NameConstraintRules) -> tuple[GeneralName, ...]:
    """All names that a certificate claims, in the form in which they are constrained."""
    names = list(certificate.subject_alt_names or ())
    refuses_directories = GeneralNameKind.DIRECTORY in rules.refused_kinds
    if refuses_directories or (rules.subject_names and certificate.subject.der != b"\x30\x00"):
        names.append(GeneralName(GeneralNameKind.DIRECTORY, certificate.subject.der))
    if rules.subject_names:
        emails = certificate.subject.values(_EMAIL_ADDRESS)
        names += [GeneralName(GeneralNameKind.EMAIL, text.encode()) for text in emails]
    compared = rules.kinds & _KINDS | rules.refused_kinds
    return tuple(name for name in names if name.kind in compared)


def _common_names(leaf: Certificate, rules: NameConstraintRules) -> tuple[GeneralName, ...]:
    """The common names that are constrained like DNS names."""
    kinds = {name.kind for name in leaf.subject_alt_names or ()}
    counts = {
        CommonNameUse.ALWAYS: True,
        CommonNameUse.NO_DNS_NAME: GeneralNameKind.DNS not in kinds,
        CommonNameUse.NO_DNS_NAME_OR_MAIL: not kinds & {GeneralNameKind.DNS, GeneralNameKind.EMAIL},
        CommonNameUse.NO_HOST: not kinds & {GeneralNameKind.DNS, GeneralNameKind.IP},
    }
    if GeneralNameKind.DNS not in rules.kinds or not counts.get(rules.common_name, False):
        return ()
    found = leaf.subject.common_names[-1 if rules.last_common_name else 0 :]
    texts = (text for text in found if rules.any_text or _is_host_like(text, rules.host_like))
    return tuple(GeneralName(GeneralNameKind.DNS, text.encode()) for text in texts)


def _is_host_like(text: str, measure: HostLike) -> bool:
    match measure:
        case HostLike.TWO_LABELS:
            return _is_dns_like(text)
        case HostLike.ANY_LABELS:
            return _ANY_LABELS.fullmatch(text) is not None
        case _:
            return is_host(text)


def _is_dns_like(text: str) -> bool:
    labels = text.split(".")
    return len(labels) > 1 and all(
        label and all(c.isascii() and (c.isalnum() or c in "-_*") for c in label)
        for label in labels
    )


class _Subtrees:
    """The constraints of one issuer, sorted so that many names cost little.

    Hostile certificates have thousands of names and of constraints.  A DNS name is compared only
    with those constraints that it could lie within by any client's measure: the ones it ends in,
    and, for a wildcard, the ones with the same parent domain.
    """

    def __init__(self, constraints: NameConstraints, rules: NameConstraintRules) -> None:
        self._rules = rules
        self._unreadable = rules.unreadable and bool(constraints.permitted or constraints.excluded)
        self._permitted = _by_kind(constraints.permitted)
        self._excluded = _by_kind(constraints.excluded if rules.excluded else ())
        self._shut = {
            kind
            for kind in rules.refused_kinds
            if kind in self._permitted or kind in _by_kind(constraints.excluded)
        }
        self._permitted_dns = _Endings(self._permitted.get(GeneralNameKind.DNS, ()))
        self._excluded_dns = _Endings(self._excluded.get(GeneralNameKind.DNS, ()))

    def allow(self, name: GeneralName) -> bool:
        """Whether a name is permitted, or nothing of its kind is, and not excluded."""
        if self._unreadable or name.kind in self._shut or not self._can_read(name):
            return False
        dns, rules = name.kind is GeneralNameKind.DNS, self._rules
        excluded, permitted = self._excluded.get(name.kind), self._permitted.get(name.kind)
        if excluded:
            near = self._excluded_dns.near(name) if dns else excluded
            if _within(name, near, rules, wildcards=rules.wildcard_excluded):
                return False
        if not permitted:
            return True
        near = self._permitted_dns.near(name) if dns else permitted
        return _within(name, near, rules, wildcards=rules.wildcard_permitted)

    def _can_read(self, name: GeneralName) -> bool:
        if name.kind is not GeneralNameKind.DNS:
            return True
        compared = name.kind in self._permitted or name.kind in self._excluded
        if self._rules.readable_names and compared and not is_readable(name):
            return False
        return not self._rules.valid_names or _is_domain(name.text)


def _within(
    name: GeneralName,
    trees: Iterable[GeneralName],
    rules: NameConstraintRules,
    *,
    wildcards: bool,
) -> bool:
    return any(
        _matches(name, tree, rules) or (wildcards and _stands_for(name, tree, rules))
        for tree in trees
    )


class _Endings:
    """DNS constraints, found by what a name ends in."""

    def __init__(self, trees: Iterable[GeneralName]) -> None:
        self._by_text: dict[str, list[GeneralName]] = {}
        self._by_parent: dict[str, list[GeneralName]] = {}
        for tree in trees:
            text = tree.text.lower()
            for ending in {text, text.removeprefix(".")}:
                self._by_text.setdefault(ending, []).append(tree)
            self._by_parent.setdefault(text.partition(".")[2], []).append(tree)

    def near(self, name: GeneralName) -> Iterator[GeneralName]:
        """Every constraint that the name could lie within; some perhaps twice."""
        text = name.text.lower()
        for start in range(len(text) + 1):
            yield from self._by_text.get(text[start:], ())
        if text.startswith("*."):
            for start in range(2, len(text)):
                yield from self._by_parent.get(text[start:], ())


def _by_kind(
    trees: tuple[GeneralName, ...],
) -> dict[GeneralNameKind, tuple[GeneralName, ...]]:
    found: dict[GeneralNameKind, tuple[GeneralName, ...]] = {}
    for kind in {tree.kind for tree in trees}:
        found[kind] = tuple(tree for tree in trees if tree.kind is kind)
    return found


def _is_domain(name: str) -> bool:
    return all(label and all("!" <= c <= "~" for c in label) for label in name.split("."))


def _directory(name: Name, tree: Name, rules: NameConstraintRules) -> bool:
    if rules.whole_directory:
        return name.key(rules.directory_names) == tree.key(rules.directory_names)
    return tree.is_prefix_of(name, rules.directory_names)


def _stands_for(name: GeneralName, tree: GeneralName, rules: NameConstraintRules) -> bool:
    """Whether a wildcard could be filled in so that it is what the constraint names."""
    if name.kind is not GeneralNameKind.DNS:
        return False
    star, _, domain = name.text.lower().partition(".")
    label, _, rest = tree.text.lower().partition(".")
    if star != "*" or not label or not domain:
        return False
    return domain == rest or (rules.wildcard_any_depth and domain.endswith("." + rest))


def _matches(name: GeneralName, tree: GeneralName, rules: NameConstraintRules) -> bool:
    match name.kind:
        case GeneralNameKind.DNS:
            return _dns(name.text.lower(), tree.text.lower(), rules.form)
        case GeneralNameKind.EMAIL:
            return _email(name.text.lower(), tree.text.lower())
        case GeneralNameKind.URI:
            return _host(_uri_host(name.text), tree.text.lower())
        case GeneralNameKind.IP:
            return _ip(name, tree)
        case _:
            return _directory(Name(name.content), Name(tree.content), rules)


def _dns(name: str, tree: str, form: DnsConstraintForm) -> bool:
    if form in (DnsConstraintForm.SUFFIX, DnsConstraintForm.EXACT):
        dotted = tree.startswith(".") or form is DnsConstraintForm.SUFFIX
        return bool(tree) and (name.endswith(tree) if dotted else name == tree)
    if form is DnsConstraintForm.SUN:
        return bool(tree) and (name == tree or name.endswith("." + tree))
    if not tree:
        return True
    if form is DnsConstraintForm.ENDING:
        return name.endswith(tree)
    if form is DnsConstraintForm.BOUNCY_CASTLE:
        tree = tree.removeprefix(".")
    elif tree.startswith("."):
        return name.endswith(tree) and name != tree
    return name == tree or name.endswith("." + tree)


def _email(address: str, tree: str) -> bool:
    mailbox, at, _ = tree.partition("@")
    if mailbox and at:
        return address == tree
    # Not in RFC 5280, but widely read so: "@example.test" is every mailbox of that host.
    return _host(address.rpartition("@")[2], tree.removeprefix("@"))


def _host(host: str, tree: str) -> bool:
    return host.endswith(tree) if tree.startswith(".") else host == tree


def _uri_host(uri: str) -> str:
    try:
        return (urlsplit(uri).hostname or "").lower()
    except ValueError:
        return ""


def _ip(name: GeneralName, tree: GeneralName) -> bool:
    address, network = name.address, tree.address
    if isinstance(address, ipaddress.IPv4Address) and isinstance(network, ipaddress.IPv4Network):
        return address in network
    if isinstance(address, ipaddress.IPv6Address) and isinstance(network, ipaddress.IPv6Network):
        return address in network
    return False


def _no_common_ground(levels: list[NameConstraints], names: tuple[GeneralName, ...]) -> bool:
    """Bouncy Castle keeps of two permitted DNS sets only pairs where one is strictly narrower."""
    if not any(name.kind is GeneralNameKind.DNS for name in names):
        return False
    permitted: set[str] | None = None
    for constraints in levels:
        here = {t.text.lower() for t in constraints.permitted if t.kind is GeneralNameKind.DNS}
        if not here:
            continue
        permitted = here if permitted is None else {
            max(a, b, key=len)
            for a in permitted
            for b in here
            if a.endswith("." + b.lstrip(".")) or b.endswith("." + a.lstrip("."))
        }  # fmt: skip
    return permitted == set()
