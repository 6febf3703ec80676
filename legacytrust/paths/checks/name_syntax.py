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

from legacytrust.extensions import GeneralName, GeneralNameKind
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding

__all__ = ["check_name_syntax", "is_host"]

_MOST_OCTETS: Final = 255
_HOST: Final = re.compile(r"(?!-)[\w-]{0,62}\w(?:\.(?!-)[\w-]{0,62}\w)*", re.ASCII)
_DNS_NAME: Final = re.compile(r"(?!-)[\w-]{0,62}[\w*](?:\.(?!-)[\w-]{0,62}[\w*])*", re.ASCII)
_SHORT_STAR: Final = re.compile(r"\*.{0,2}")
_LOCAL_PART: Final = re.compile(
    r'(?!\.)[\w!#$%&\'*+/=?^`{|}~.-]{1,64}|"[^"\\\t\r\n]{1,62}"', re.ASCII
)
_AUTHORITY: Final = re.compile(r"[^/]*?//(?:[^@:/?#]*@)?([^@:/?#]*)", re.ASCII)


def check_name_syntax(context: CheckContext) -> Iterator[Finding]:
    """A name in a SAN that is no name of its kind."""
    if not context.rules.name_syntax.fatal:
        return
    for _, certificate, role in context.known:
        effect = context.rules.name_syntax.effect(role)
        for name in certificate.subject_alt_names or ():
            if effect is not Effect.HARMLESS and not _is_readable(name):
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


def _is_readable(name: GeneralName) -> bool:
    match name.kind:
        case GeneralNameKind.DNS:
            return _is_dns_name(name.text)
        case GeneralNameKind.EMAIL:
            local, _, domain = name.text.rpartition("@")
            return _LOCAL_PART.fullmatch(local) is not None and is_host(domain)
        case GeneralNameKind.URI:
            return _is_uri(name.text)
        case GeneralNameKind.IP:
            return len(name.content) in (4, 16)
        case _:
            return True


def _is_dns_name(text: str) -> bool:
    fits = len(text) <= _MOST_OCTETS and _DNS_NAME.fullmatch(text) is not None
    return fits and not _SHORT_STAR.fullmatch(text)


def _is_uri(text: str) -> bool:
    if not text.isascii() or "//" not in text:
        return text.isascii()
    found = _AUTHORITY.match(text)
    return found is not None and _HOST.fullmatch(found[1]) is not None
