"""Whether the names in a certificate are written as names are.

Most clients compare what they find and do not mind what else stands there.  LibreSSL takes every
name apart before it looks for constraints, and refuses a certificate in which it finds one that it
cannot read, constrained or not.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.extensions import GeneralName, GeneralNameKind
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.rules import NameSyntax

__all__ = ["check_name_syntax", "is_host"]

_MOST_OCTETS: Final = 255
_HOST: Final = re.compile(r"(?!-)[\w-]{0,62}\w(?:\.(?!-)[\w-]{0,62}\w)*", re.ASCII)
_DNS_NAME: Final = re.compile(r"(?!-)[\w-]{0,62}[\w*](?:\.(?!-)[\w-]{0,62}[\w*])*", re.ASCII)
_STAR_FIRST: Final = re.compile(rf"(?:\*\.)?{_HOST.pattern}", re.ASCII)
_SHORT_STAR: Final = re.compile(r"\*.{0,2}")
_LOCAL_PART: Final = re.compile(
    r'(?!\.)[\w!#$%&\'*+/=?^`{|}~.-]{1,64}|"[^"\\\t\r\n]{1,62}"', re.ASCII
)
_AUTHORITY: Final = re.compile(r"[^/]*?//(?:[^@:/?#]*@)?([^@:/?#]*)", re.ASCII)


def check_name_syntax(context: CheckContext) -> Iterator[Finding]:
    """A name in a SAN that is no name of its kind, or a constraint on such names that is none."""
    rules = context.rules.name_syntax
    if not rules.scope.fatal:
        return
    for position, certificate, role in context.known:
        effect = rules.scope.effect(role)
        if effect is Effect.HARMLESS:
            continue
        unreadable = [n for n in certificate.subject_alt_names or () if not _is_readable(n, rules)]
        if position:
            unreadable += [tree for tree in _trees(certificate) if not _is_constraint(tree, rules)]
        for name in unreadable:
            yield Finding.of(Code.NAME_UNREADABLE, effect, certificate, name=name.text)


def is_host(text: str) -> bool:
    """Whether this could be the name of a host: labels of one or more, and no address."""
    if len(text) > _MOST_OCTETS or not _HOST.fullmatch(text):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return True
    return False


def _is_readable(name: GeneralName, rules: NameSyntax) -> bool:
    match name.kind:
        case GeneralNameKind.DNS:
            return _is_dns_name(name.text, rules)
        case GeneralNameKind.EMAIL:
            local, _, domain = name.text.rpartition("@")
            return _LOCAL_PART.fullmatch(local) is not None and is_host(domain)
        case GeneralNameKind.URI:
            return _is_uri(name.text, rules)
        case GeneralNameKind.IP:
            return len(name.content) in (4, 16)
        case _:
            return True


def _trees(issuer: Certificate) -> tuple[GeneralName, ...]:
    constraints = issuer.name_constraints
    return () if constraints is None else (*constraints.permitted, *constraints.excluded)


def _is_constraint(tree: GeneralName, rules: NameSyntax) -> bool:
    match tree.kind:
        case GeneralNameKind.DNS | GeneralNameKind.URI:
            return _is_domain(tree.text)
        case GeneralNameKind.EMAIL:
            local, at, domain = tree.text.rpartition("@")
            if not local:
                return _is_domain(domain) and (rules.bare_mail_hosts or not at)
            return bool(at) and _LOCAL_PART.fullmatch(local) is not None and is_host(domain)
        case GeneralNameKind.IP:
            return len(tree.content) in (8, 32)
        case _:
            return True


def _is_domain(text: str) -> bool:
    """All names, or those of a domain; a dot may stand first."""
    bare = text.removeprefix(".")
    return not text or (len(text) <= _MOST_OCTETS and _HOST.fullmatch(bare) is not None)


def _is_dns_name(text: str, rules: NameSyntax) -> bool:
    if len(text) > _MOST_OCTETS or _SHORT_STAR.fullmatch(text):
        return False
    return (_DNS_NAME if rules.inner_stars else _STAR_FIRST).fullmatch(text) is not None


def _is_uri(text: str, rules: NameSyntax) -> bool:
    if not text.isascii() or "//" not in text:
        return text.isascii() and rules.opaque_uris
    found = _AUTHORITY.match(text)
    if found is None or not _HOST.fullmatch(found[1]):
        return False
    return rules.address_uris or is_host(found[1])
