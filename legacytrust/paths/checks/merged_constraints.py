"""nameConstraints as GnuTLS enforces them: merged from the anchor down, then held to the leaf.

RFC 5280 (6.1.4 (g)) describes the merging; how well it was followed changed with the versions
(:class:`~legacytrust.paths.rules.Merging`).  The names of the leaf are compared once, with the
sum: DNS names, or the common name of a certificate that has none, e-mail and IP addresses.  Kinds
of names that the client cannot compare it treats simply: what is excluded is refused, whatever it
says, and what is permitted changes nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from legacytrust.certificate import Certificate
from legacytrust.extensions import GeneralName, GeneralNameKind, NameConstraints, Oid
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.rules import ConstrainedNames, Merging, NameConstraintRules

__all__ = ["check_merged"]

_Kind: TypeAlias = GeneralNameKind
_Matcher: TypeAlias = Callable[[GeneralName, GeneralName], bool]
_EMAIL_ADDRESS: Final = "1.2.840.113549.1.9.1"
_SIMPLE: Final = (_Kind.DIRECTORY, _Kind.URI, _Kind.IP)


@attrs.frozen
class _Sum:
    """Constraints of one or more issuers; of a shut kind no name is acceptable."""

    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()
    shut: frozenset[_Kind] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.permitted or self.excluded or self.shut)

    def is_about(self, kind: _Kind) -> bool:
        """Whether it says anything about names of this kind."""
        return kind in self.shut or any(t.kind is kind for t in (*self.permitted, *self.excluded))

    @property
    def is_only_excluding(self) -> bool:
        return not self.permitted


def check_merged(context: CheckContext) -> Iterator[Finding]:
    """The leaf, or every certificate below, against the sum of all constraints above it."""
    rules = context.rules.name_constraints
    sum_ = _Sum()
    for position, issuer, role in reversed(context.issuers):
        own = issuer.name_constraints
        if own is not None and rules.scope.effect(role) is Effect.FATAL:
            sum_ = _merged(sum_, own, rules)
            strange = next(filter(_is_strange, (*own.permitted, *own.excluded)), None)
            if strange is not None and rules.must_be_known:
                yield _violation(context.leaf, strange, issuer)
        below = next((c for p, c, _ in context.known if p == position - 1), None)
        if below is None or not (position == 1 or rules.names is ConstrainedNames.ALL):
            continue
        name = _forbidden(below, sum_, rules)
        if name is not None:
            yield _violation(below, name, issuer)


def _violation(certificate: Certificate, name: GeneralName, issuer: Certificate) -> Finding:
    return Finding.of(
        Code.NAME_CONSTRAINT_VIOLATED,
        Effect.FATAL,
        certificate,
        name=name.text,
        constrained_by=issuer.label,
    )


def _is_strange(tree: GeneralName) -> bool:
    """Whether the client cannot even tell what is constrained."""
    if tree.kind is _Kind.IP:
        return len(tree.content) not in (8, 32) or tree.address is None
    return tree.kind not in (_Kind.DNS, _Kind.EMAIL, _Kind.URI, _Kind.DIRECTORY)


# -- merging ------------------------------------------------------------------------------------


def _merged(above: _Sum, own: NameConstraints, rules: NameConstraintRules) -> _Sum:
    if above.is_empty:
        return _Sum(own.permitted, own.excluded)
    excluded = (*above.excluded, *own.excluded)
    lost = above.is_only_excluding and rules.merging is not Merging.COMMON
    if rules.merging is Merging.TOPMOST or lost or not own.permitted:
        return attrs.evolve(above, excluded=excluded)
    if above.is_only_excluding:
        return attrs.evolve(above, permitted=own.permitted, excluded=excluded)
    common, shut = _intersected(above.permitted, own.permitted, rules)
    return _Sum(common, excluded, above.shut | shut)


def _intersected(
    above: tuple[GeneralName, ...], own: tuple[GeneralName, ...], rules: NameConstraintRules
) -> tuple[tuple[GeneralName, ...], frozenset[_Kind]]:
    """What both permit, and the kinds of which they permit nothing together."""
    both = {name.kind for name in above} & {name.kind for name in own} & rules.compared
    kept = [name for name in (*above, *own) if name.kind not in both]
    within = [
        lower
        for upper in above
        for lower in own
        if lower.kind is upper.kind and lower.kind in both and _lies_in(lower, upper, rules)
    ]
    if rules.merging is not Merging.NARROWING:
        within += [
            upper
            for upper in above
            for lower in own
            if lower.kind is upper.kind and upper.kind in both and _lies_in(upper, lower, rules)
        ]
    return (*kept, *within), frozenset(both - {name.kind for name in within})


def _lies_in(inner: GeneralName, outer: GeneralName, rules: NameConstraintRules) -> bool:
    return _matchers(rules)[outer.kind](inner, outer)


# -- comparing ----------------------------------------------------------------------------------


def _forbidden(
    certificate: Certificate, sum_: _Sum, rules: NameConstraintRules
) -> GeneralName | None:
    """The first name that the sum does not allow, if there is one."""
    for kind, match in _matchers(rules).items():
        if not sum_.is_about(kind):
            continue
        names = _names(certificate, kind)
        if _is_too_much(certificate, sum_, names, rules):
            return names[0]
        for name in names:
            if not _allowed(name, sum_, match):
                return name
    return _forbidden_simply(certificate, sum_, rules)


def _is_too_much(
    certificate: Certificate,
    sum_: _Sum,
    names: tuple[GeneralName, ...],
    rules: NameConstraintRules,
) -> bool:
    """More names than the client compares, or several in a subject where one is the rule."""
    san, limit = certificate.subject_alt_names or (), rules.most_comparisons
    pairs = len(san) * (len(sum_.permitted) + len(sum_.excluded))
    several = len(names) > 1 and names[0] not in san
    return bool(names) and ((limit is not None and pairs > limit) or several)


def _allowed(name: GeneralName, sum_: _Sum, match: _Matcher) -> bool:
    excluded = [tree for tree in sum_.excluded if tree.kind is name.kind]
    if name.kind in sum_.shut or any(not t.content or match(name, t) for t in excluded):
        return False
    permitted = [
        tree
        for tree in sum_.permitted
        if tree.kind is name.kind and tree.content and _is_comparable(name, tree)
    ]
    return not permitted or any(match(name, tree) for tree in permitted)


def _is_comparable(name: GeneralName, tree: GeneralName) -> bool:
    """IPv4 addresses are not held against IPv6 networks, nor the other way round."""
    return name.kind is not _Kind.IP or len(tree.content) == 2 * len(name.content)


def _forbidden_simply(
    certificate: Certificate, sum_: _Sum, rules: NameConstraintRules
) -> GeneralName | None:
    san = certificate.subject_alt_names or ()
    has_uri = any(name.kind is _Kind.URI for name in san)
    for tree in sum_.excluded:
        spared = tree.kind is _Kind.URI and rules.uris_need_names and not has_uri
        if tree.kind in _SIMPLE and tree.kind not in rules.compared and not spared:
            return tree
    return None


def _names(certificate: Certificate, kind: _Kind) -> tuple[GeneralName, ...]:
    """The names of a kind; those of the subject stand in when there are none of that kind."""
    san = tuple(n for n in certificate.subject_alt_names or () if n.kind is kind)
    if san or kind is _Kind.IP:
        return san
    if kind is _Kind.EMAIL:
        texts = certificate.subject.values(_EMAIL_ADDRESS)
    else:
        texts = certificate.subject.common_names if _is_server(certificate) else ()
    return tuple(GeneralName(kind, text.encode()) for text in texts)


def _is_server(certificate: Certificate) -> bool:
    usages = certificate.extended_key_usage
    good = {Oid.SERVER_AUTH, Oid.ANY_EXTENDED_KEY_USAGE}
    return usages is None or bool(good & set(usages))


def _matchers(rules: NameConstraintRules) -> Mapping[_Kind, _Matcher]:
    known = _EXACT if rules.exact_case else _FOLDED
    return {kind: known[kind] for kind in known if kind in rules.compared}


def _text(name: GeneralName) -> str:
    return name.text


def _folded(name: GeneralName) -> str:
    """In one case; the versions that do this ignore dots at the end of DNS names as well."""
    text = name.text.lower()
    return text.rstrip(".") if name.kind is _Kind.DNS else text


def _dns(form: Callable[[GeneralName], str]) -> _Matcher:
    def match(name: GeneralName, tree: GeneralName) -> bool:
        host, domain = form(name), form(tree)
        longer = len(host) > len(domain)
        return host == domain or (longer and host.endswith("." + domain.removeprefix(".")))

    return match


def _email(form: Callable[[GeneralName], str]) -> _Matcher:
    def match(name: GeneralName, tree: GeneralName) -> bool:
        address, domain = form(name), form(tree)
        if domain.startswith(".") and len(domain) > 1:
            return len(address) > len(domain) and address.endswith(domain)
        return address == domain or address.endswith("@" + domain)

    return match


def _ip(name: GeneralName, tree: GeneralName) -> bool:
    inner, outer = name.address, tree.address
    if isinstance(outer, ipaddress.IPv4Network):
        if isinstance(inner, ipaddress.IPv4Network):
            return inner.overlaps(outer)
        return isinstance(inner, ipaddress.IPv4Address) and inner in outer
    if isinstance(outer, ipaddress.IPv6Network):
        if isinstance(inner, ipaddress.IPv6Network):
            return inner.overlaps(outer)
        return isinstance(inner, ipaddress.IPv6Address) and inner in outer
    return False


_EXACT: Final = MappingProxyType(
    {_Kind.DNS: _dns(_text), _Kind.EMAIL: _email(_text), _Kind.IP: _ip}
)
_FOLDED: Final = MappingProxyType(
    {_Kind.DNS: _dns(_folded), _Kind.EMAIL: _email(_folded), _Kind.IP: _ip}
)
