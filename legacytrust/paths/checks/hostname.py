"""The host name against the leaf.

RFC 9525 knows one rule: compare DNS names with DNS names, addresses with addresses, a wildcard is
the whole leftmost label, the common name is nothing.  Older clients had many others; which of
them a client has is data (:class:`~legacytrust.paths.rules.HostnameRules`), and this module is
what the data mean.

Internationalised names are compared in their ASCII form (``idna``, UTS 46): pass the name as a
person writes it or as it goes over the wire.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Iterator
from typing import Final

import attrs
import idna

from legacytrust.certificate import Certificate
from legacytrust.errors import LegacyTrustError
from legacytrust.extensions import GeneralName, GeneralNameKind, Oid
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role
from legacytrust.paths.rules import CommonNameUse, HostnameRules, StarredLabels, Wildcards

__all__ = ["check_hostname", "is_readable", "matches", "normalise"]

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")

#: DNS names that Android's reader of alternative names took: 2.3 and 4.0, then 4.1 and 4.2.
_HARMONY = re.compile(
    r"(?:\*\.(?=.))*(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*(?:[a-z0-9][a-z0-9-]*)?"
)
_HARMONY_STARS = re.compile(r"(?:[a-z0-9*](?:[a-z0-9*-]*[a-z0-9*])?\.)*(?:[a-z0-9*][a-z0-9*-]*)?")

_HOST_KINDS: Final = frozenset({GeneralNameKind.DNS, GeneralNameKind.IP})
#: The DER of id-on-dnsSRV, the name of a service (RFC 4985).
_SERVICE_NAME: Final = bytes.fromhex("06082b06010505070807")
#: What mozilla::pkix takes for a label.
_PKIX_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")

_COUNTRY_SECOND_LEVELS: Final = frozenset(
    ["ac", "co", "com", "ed", "edu", "go", "gouv", "gov", "info", "lg", "ne", "net", "or", "org"]
)
_LETTERS_ONLY: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.(?!$)|$))+")
_STAR_PATTERN: Final = re.compile(r"[a-z0-9*-]+(?:\.[a-z0-9-]+)+")
_STOOD_FOR: Final = re.compile(r"[a-z0-9-]*")

#: What any client at all might accept; beyond it a mismatch is certain.
_MOST_LENIENT = HostnameRules(
    common_name=CommonNameUse.ALWAYS,
    wildcards=Wildcards.LEFTMOST_LABEL
    | Wildcards.PARTIAL_LABEL
    | Wildcards.MANY_LABELS
    | Wildcards.BARE_DOMAIN
    | Wildcards.TOP_LEVEL
    | Wildcards.PREFIX,
    ip_as_text=True,
)


def normalise(hostname: str) -> str:
    """A host name in the form that is compared.

    That is lower case, A-labels, no trailing dot; an address in its shortest form.

    :param hostname: a DNS name or an IP address; IPv6 may stand in brackets.
    :raises LegacyTrustError: when it can be neither.
    """
    text = hostname.strip().lower()
    bracketed = text.startswith("[") and text.endswith("]")
    address = _address(text[1:-1] if bracketed else text)
    if address is not None:
        return str(address)
    name = _to_ascii(text).removesuffix(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise LegacyTrustError(
            f"{hostname!r} is no host name", hint="pass www.example.com: no URL, port or wildcard"
        )
    return name


def _to_ascii(text: str) -> str:
    if text.isascii():
        return text
    try:
        return idna.encode(text, uts46=True).decode()
    except UnicodeError as error:
        raise LegacyTrustError(f"{text!r} is no host name: {error}") from error


def check_hostname(context: CheckContext) -> Iterator[Finding]:
    """Whether the leaf is for the host that the client connects to."""
    if context.hostname is None or context.path.steps[0].role is Role.SERVED_CA:
        return  # a client that judges each served certificate by itself compares the leaf only
    rules, leaf = context.rules.hostname, context.leaf
    if rules.checked and not rules.unknown and matches(leaf, context.hostname, rules):
        yield from _doubt(leaf, context.hostname, rules)
        return
    data: dict[str, str | tuple[str, ...]] = {
        "hostname": context.hostname,
        "names": _presented(leaf),
    }
    if rules.checked and not rules.unknown:
        yield Finding.of(Code.HOSTNAME_MISMATCH, Effect.FATAL, leaf, **data)
    elif not matches(leaf, context.hostname, HostnameRules()):
        # Nobody objects to an exact match by today's rule; anything else is the application's.
        lenient = matches(leaf, context.hostname, _MOST_LENIENT)
        unknown = lenient or not rules.checked
        code = Code.HOSTNAME_LEFT_TO_APPLICATION if unknown else Code.HOSTNAME_MISMATCH
        yield Finding.of(code, Effect.UNKNOWN if unknown else Effect.FATAL, leaf, **data)


def _doubt(leaf: Certificate, hostname: str, rules: HostnameRules) -> Iterator[Finding]:
    """Whether the match hangs on a list of domains that only the client has."""
    if not rules.suffixes_unknown:
        return
    if not matches(leaf, hostname, attrs.evolve(rules, spares_countries=True)):
        names = _presented(leaf)
        code = Code.HOSTNAME_LEFT_TO_APPLICATION
        yield Finding.of(code, Effect.UNKNOWN, leaf, hostname=hostname, names=names)


def matches(leaf: Certificate, hostname: str, rules: HostnameRules) -> bool:
    """Whether the certificate is for this host by these rules.

    :param leaf: the server's certificate.
    :param hostname: as :func:`normalise` returns it.
    :param rules: how the client compares.
    """
    san = _usable_san(leaf, rules)
    dns = tuple(name.text for name in san if name.kind is GeneralNameKind.DNS)
    address = _address(hostname)
    common = _common_names(leaf, san, rules, is_address=address is not None)
    candidates = (*common, *dns)
    if rules.exact_case:
        candidates = tuple(name for name in candidates if name == name.lower())
    if address is not None:
        counts = rules.ip_san and (rules.ipv6_san or address.version == 4)
        by_san = counts and any(_same_address(name, hostname) for name in san)
        texts = candidates if rules.ip_as_text else common if rules.ip_in_common_name else ()
        if Wildcards.GLOB in rules.wildcards:
            return by_san or any(_globs(text.lower(), hostname) for text in texts)
        if rules.ip_wildcards:
            return by_san or any(_dns_matches(text.lower(), hostname, rules) for text in texts)
        return by_san or hostname in (text.lower() for text in texts)
    return any(_dns_matches(pattern.lower(), hostname, rules) for pattern in candidates)


def _usable_san(leaf: Certificate, rules: HostnameRules) -> tuple[GeneralName, ...]:
    san = (leaf.subject_alt_names or ()) if rules.reads_san else ()
    if rules.stops_at_odd_names:
        san = tuple(itertools.takewhile(is_readable, san))
    if not rules.underscore and not all(_harmony_reads(name, rules.wildcards) for name in san):
        return ()
    return san


def is_readable(name: GeneralName) -> bool:
    """Whether mozilla::pkix reads this entry: a name without a final dot, a star as whole label."""
    if name.kind is not GeneralNameKind.DNS:
        return True
    text = name.text.removeprefix("*.")
    labels = text.split(".")
    starred = text != name.text
    return (
        len(name.text) <= 253
        and all(_PKIX_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and (not starred or len(labels) > 1)
    )


def _harmony_reads(name: GeneralName, forms: Wildcards) -> bool:
    """Whether the reader of Android up to 4.2 takes this entry; if not, it drops the whole list.

    Not only underscores are too much for it.  A star inside a label it took from 4.1 on, as did
    the comparison.
    """
    if name.kind is GeneralNameKind.URI:
        return ":" in name.text
    if name.kind is not GeneralNameKind.DNS:
        return True
    grammar = _HARMONY_STARS if Wildcards.PARTIAL_LABEL in forms else _HARMONY
    return grammar.fullmatch(name.text.lower()) is not None


def _common_names(
    leaf: Certificate, san: tuple[GeneralName, ...], rules: HostnameRules, *, is_address: bool
) -> tuple[str, ...]:
    kinds = {name.kind for name in san}
    own = GeneralNameKind.IP if is_address else GeneralNameKind.DNS
    counts = {
        CommonNameUse.NEVER: False,
        CommonNameUse.NO_DNS_NAME: GeneralNameKind.DNS not in kinds,
        CommonNameUse.NO_NAME: not kinds,
        CommonNameUse.NO_NAME_OF_KIND: own not in kinds,
        CommonNameUse.NO_HOST: not kinds & _HOST_KINDS,
        CommonNameUse.NO_HOST_OR_SERVICE: not (kinds & _HOST_KINDS or any(map(_is_service, san))),
        CommonNameUse.NO_DNS_NAME_OR_MAIL: not kinds & {GeneralNameKind.DNS, GeneralNameKind.EMAIL},
        CommonNameUse.NO_SAN: leaf.subject_alt_names is None,
        CommonNameUse.ALWAYS: True,
    }
    if not (counts[rules.common_name] and _serves(leaf, rules.common_name_of)):
        return ()
    names = leaf.subject.common_names
    if rules.one_common_name and len(names) != 1:
        return ()
    if rules.first_common_name:
        return names[:1]
    return names[-1:] if rules.last_common_name else names


def _is_service(name: GeneralName) -> bool:
    is_srv = name.kind is GeneralNameKind.OTHER and _SERVICE_NAME in name.content
    return is_srv or name.kind is GeneralNameKind.URI


def _serves(leaf: Certificate, purpose: str | None) -> bool:
    """Whether the leaf is good for this purpose, if one is asked for."""
    usages = leaf.extended_key_usage
    good = {purpose, Oid.ANY_EXTENDED_KEY_USAGE}
    return purpose is None or not usages or bool(good & set(usages))


def _dns_matches(pattern: str, host: str, rules: HostnameRules) -> bool:
    if rules.trailing_dot:
        pattern = pattern.removesuffix(".")
    if "*" in pattern and not _may_have_stars(pattern, rules):
        return False
    if rules.letters_only and not _LETTERS_ONLY.fullmatch(pattern.replace("*", "z")):
        return False
    if "*" not in pattern:
        return pattern == host
    if Wildcards.ANY_LABEL in rules.wildcards:
        return _label_by_label(pattern, host)
    if Wildcards.ANYWHERE in rules.wildcards:
        return _stars_match(pattern, host)
    if Wildcards.GLOB in rules.wildcards:
        spared = rules.spares_a_labels and "xn--" in {label[:4] for label in host.split(".")}
        return not spared and _globs(pattern, host)
    if pattern == "*":
        return Wildcards.ALONE in rules.wildcards and "." not in host
    return _first_label_matches(pattern, host, rules)


def _first_label_matches(pattern: str, host: str, rules: HostnameRules) -> bool:
    label, dot, rest = pattern.partition(".")
    if label == "*" and dot and Wildcards.PREFIX in rules.wildcards and host.startswith(rest):
        return True
    if "*" in rest or not rest or label.count("*") != 1:
        return False
    if "." not in rest and Wildcards.TOP_LEVEL not in rules.wildcards:
        return False
    if rules.spares_countries and _is_countrys(rest):
        return False
    if rules.cautious_star and not _is_cautious(label, rest, host):
        return False
    return _wildcard_matches(label, rest, host, rules.wildcards)


def _may_have_stars(pattern: str, rules: HostnameRules) -> bool:
    first, *rest = pattern.split(".")
    if rules.star_ends_label and any("*" in label[:-1] for label in (first, *rest)):
        return False
    match rules.starred:
        case StarredLabels.NOT_LAST if "*" in pattern.rpartition(".")[2]:
            return False
        case StarredLabels.FIRST if not rest or "*" in "".join(rest):
            return False
    a_labels = (label for label in (first, *rest) if label.startswith("xn--"))
    return rules.a_label_star or not any("*" in label for label in a_labels)


def _label_by_label(pattern: str, host: str) -> bool:
    patterns, labels = pattern.split("."), host.split(".")
    same_length = len(patterns) == len(labels)
    return same_length and all(p in ("*", label) for p, label in zip(patterns, labels, strict=True))


def _stars_match(pattern: str, host: str) -> bool:
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.fullmatch("[^.]*".join(parts), host) is not None


def _globs(pattern: str, host: str) -> bool:
    """Each star gives way at the first character that could follow it, and never looks back."""
    place = 0
    parts = re.split(r"\*+", pattern)
    for number, part in enumerate(parts):
        if number:
            label_end = host.find(".", place)
            stop = host.find(part[0], place) if part else len(host)
            if stop < 0 or 0 <= label_end < stop:
                return False
            place = stop
        if not host.startswith(part, place):
            return False
        place += len(part)
    return place == len(host)


def _is_countrys(domain: str) -> bool:
    """Whether everybody in a country may register below it, as Android 2.3 and 4.0 guessed."""
    second, _, country = domain.rpartition(".")
    return len(country) == 2 and second in _COUNTRY_SECOND_LEVELS


def _is_cautious(label: str, rest: str, host: str) -> bool:
    """OpenSSL's limits for a star: see valid_star and wildcard_match in ``v3_utl.c``."""
    head, tail = label.split("*")
    first = host.partition(".")[0]
    if (head and tail) or not _STAR_PATTERN.fullmatch(f"{label}.{rest}"):
        return False
    if not (head or tail):
        return _STOOD_FOR.fullmatch(first) is not None
    stood = first[len(head) : len(first) - len(tail)]
    return (
        len(first) >= len(head) + len(tail)
        and not label.startswith("xn--")
        and not first.startswith("xn--")
        and _STOOD_FOR.fullmatch(stood) is not None
    )


def _wildcard_matches(label: str, rest: str, host: str, forms: Wildcards) -> bool:
    if label == "*":
        if Wildcards.BARE_DOMAIN in forms and host == rest:
            return True
        if Wildcards.MANY_LABELS in forms and host.endswith("." + rest):
            return True
        if Wildcards.LEFTMOST_LABEL not in forms:
            return False
    elif Wildcards.PARTIAL_LABEL not in forms and not (
        _is_prefix(label, host, forms) or (Wildcards.STAR_FIRST in forms and label[0] == "*")
    ):
        return False
    first, _, other = host.partition(".")
    head, tail = label.split("*")
    return other == rest and first.startswith(head) and first.endswith(tail)


def _is_prefix(label: str, host: str, forms: Wildcards) -> bool:
    """Whether the star ends the label, for a client that lets it, and that is no A-label."""
    ends = Wildcards.LABEL_PREFIX in forms and label.endswith("*")
    return ends and not host.startswith("xn--")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if ":" not in text and not text[-1:].isdigit():
        return None  # no name ends in a digit, nearly; this spares the costly attempt
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _same_address(name: GeneralName, hostname: str) -> bool:
    return name.kind is GeneralNameKind.IP and name.address == _address(hostname)


def _presented(leaf: Certificate) -> tuple[str, ...]:
    kinds = (GeneralNameKind.DNS, GeneralNameKind.IP)
    names = tuple(n.text for n in leaf.subject_alt_names or () if n.kind in kinds)
    return names or leaf.subject.common_names
