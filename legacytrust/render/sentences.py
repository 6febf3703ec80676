"""One sentence for each kind of finding: the only place where reasons become text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from legacytrust.paths.findings import Code, Finding, FindingValue
from legacytrust.stores.constraints import USAGES

__all__ = ["day", "sentence"]

_Data: TypeAlias = Mapping[str, FindingValue]
_Sentence: TypeAlias = Callable[[str, _Data], str]

#: The parts of a name that people know it by, best first, as ``Name`` writes them.
_KNOWN_BY: Final = tuple(
    re.compile(rf"(?:^|, |\+){kind}=(.+?)(?=(?:, |\+)[\w.]+=|$)") for kind in ("CN", "OU", "O")
)

_USAGE_NAMES: Final = {number: name for name, number in USAGES.items()}


def day(moment: FindingValue) -> str:
    """A moment as a date, with the time of day in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC" if isinstance(moment, datetime) else str(moment)


def _short(name: FindingValue) -> str:
    """A distinguished name by its CN, or else OU, or else O; an explanation shows all of it."""
    text = str(name)
    found = (pattern.search(text) for pattern in _KNOWN_BY)
    return next((f"“{match[1]}”" for match in found if match), text or "an empty name")


def _names(value: FindingValue) -> str:
    names = value if isinstance(value, tuple) else (str(value),)
    shown = ", ".join(names[:4]) or "no name at all"
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def _usages(value: FindingValue) -> str:
    numbers = value if isinstance(value, tuple) else (str(value),)
    return _names(tuple(_USAGE_NAMES.get(number, number) for number in numbers))


def _not_a_ca(who: str, data: _Data) -> str:
    if data.get("says") == "CA:FALSE":
        return f"{who} issues a certificate but says that it is no CA"
    return f"{who} issues a certificate without saying that it is a CA"


def _logged(data: _Data) -> str:
    first = f"; its first timestamp is of {day(data['logged'])}" if "logged" in data else ""
    return f"only for certificates that were logged by {day(data['sct_by'])}{first}"


def _issued(data: _Data) -> str:
    if "issued" not in data:
        return "for servers only up to a date that the store leaves out"
    issued = f"; this one begins {day(data['issued'])}"
    return f"only for certificates issued by {day(data['issued_by'])}{issued}"


_LIMITS: Final[Mapping[str, Callable[[_Data], str]]] = MappingProxyType(
    {
        "disabled": lambda _: "not at all: it is disabled",
        "disabled_after": lambda d: f"no longer: it was disabled on {day(d['disabled_after'])}",
        "purposes": lambda _: "for other purposes than TLS servers",
        "refused_purposes": lambda _: "for other purposes than TLS servers",
        "issued_by": _issued,
        "dns_names": lambda d: f"only for {_names(d['dns_names'])}",
        "versions": lambda d: f"only by versions on the other side of {d['versions']}",
        "sct_by": _logged,
        "sct_after": lambda d: f"only for certificates logged after {day(d['sct_after'])}",
    }
)


def _limits(data: _Data) -> str:
    """Each limit once, in the order of this table."""
    return ", ".join(dict.fromkeys(tell(data) for name, tell in _LIMITS.items() if name in data))


def _awaited(data: _Data) -> str:
    wanted = [f"by {day(data[name])}" for name in ("sct_by",) if name in data]
    wanted += [f"after {day(data[name])}" for name in ("sct_after",) if name in data]
    return " and ".join(wanted)


def _blocked(who: str, data: _Data) -> str:
    what = f"serial {data['serial']}" if "serial" in data else "key"
    return f"{who} is on the platform's own blocklist by its {what}"


_SENTENCES: Final[Mapping[Code, _Sentence]] = MappingProxyType(
    {
        Code.NO_COMMON_PROTOCOL: lambda _, d: (
            f"the server offers {_names(d['offered'])}, the client {_names(d['known'])}"
        ),
        Code.SNI_ABSENT: lambda *_: "the client does not tell the server which host it wants (SNI)",
        Code.NO_ECDSA_SUITES: lambda who, _: (
            f"{who} has an elliptic curve key, and the client has no cipher suites for that"
        ),
        Code.CLOCK_UNSET: lambda who, d: (
            f"the clock of this device has to be set after each start; until then {who} counts as "
            f"{d['until']}"
        ),
        Code.CLOCK_MISSING: lambda *_: (
            "this device has no clock, so what its client makes of dates is not known"
        ),
        Code.NO_ISSUER: lambda who, d: (
            f"{_short(d['issuer'])}, the issuer of {who}, is neither served nor trusted"
        ),
        Code.ISSUER_NOT_IN_STORE: lambda who, d: (
            f"{who} is in the store, but its own issuer {_short(d['issuer'])} is not"
        ),
        Code.UNTRUSTED_ROOT: lambda who, _: f"the path ends in {who}, which is not trusted",
        Code.OUT_OF_ORDER: lambda who, d: (
            f"the order is wrong: {who} is issued by {_short(d['issuer'])} "
            f"but followed by {_short(d['followed_by'])}"
        ),
        Code.PATH_TOO_LONG: lambda who, _: f"the path is too long; it was given up at {who}",
        Code.STORE_UNUSABLE: lambda _, d: (
            f"this client never gets past {d['stuck_at']} in its store, which is not marked as a CA"
            if "stuck_at" in d
            else "two roots of the store have the same name, so this client cannot load it at all"
        ),
        Code.CERTIFICATE_UNREADABLE: lambda who, d: (
            f"this client cannot read or load {who} ({d['objection']}), so it looks at no path"
        ),
        Code.RANKING_UNPROVEN: lambda who, _: (
            f"the client may prefer this path to the one that ends in {who}; its order is not proven"
        ),
        Code.LIMIT_REACHED: lambda who, d: (
            f"the client's own limit of {d['limit']} {d['what']} was reached at {who}"
        ),
        Code.ANCHOR_BYTES_MISSING: lambda who, _: (
            f"{who} is in the store, but its certificate is in no public package, "
            "so its signature cannot be checked here"
        ),
        Code.ISSUER_NOT_HELD: lambda who, d: (
            f"the client can look for {_short(d['issuer'])}, the issuer of {who}; one by"
            f" “{d['by']}” exists, whose bytes are not at hand here"
        ),
        Code.ROOT_NOT_LISTED: lambda who, d: (
            f"whether {who} is on the device is not known, and with it the chain would be "
            f"{d['with_it']}: the list of roots is known only in part"
        ),
        Code.ANCHOR_IS_BARE: lambda who, _: (
            f"the store has of {who} the name and the key alone, and what this client makes of a "
            "root without a certificate is not known"
        ),
        Code.BUDGET_EXHAUSTED: lambda *_: "the search was given up: too many possible paths",
        Code.CHOICE_UNKNOWN: lambda who, _: (
            f"which of several roots is taken above {who} changes from run to run"
        ),
        Code.SIGNATURE_INVALID: lambda who, d: (
            f"the signature of {who} was not made by {d['signer']}"
        ),
        Code.SIGNATURE_UNCHECKED: lambda who, d: (
            f"the signature of {who} ({d['algorithm']}, {d['key']}) cannot be computed here"
        ),
        Code.ALGORITHMS_DIFFER: lambda who, _: (
            f"{who} names one signature algorithm inside its signed part and another outside"
        ),
        Code.EXPIRED: lambda who, d: f"{who} expired on {day(d['not_after'])}",
        Code.NOT_YET_VALID: lambda who, d: f"{who} is valid only from {day(d['not_before'])}",
        Code.DIGEST_REFUSED: lambda who, d: f"{who} is signed with {str(d['digest']).upper()}",
        Code.ALGORITHM_UNSUPPORTED: lambda who, d: (
            f"{who} is signed with {d['algorithm']}, which the client does not know"
        ),
        Code.CURVE_DIGEST_REFUSED: lambda who, d: (
            f"{who} is signed with {d['algorithm']} by a key ({d['key']}) with which the client does"
            " not compute that hash"
        ),
        Code.KEY_TOO_SMALL: lambda who, d: (
            f"the key of {who} ({d['key']}) is smaller than {d['minimum']} bits"
            if "minimum" in d
            else f"the key of {who} ({d['key']}) is too small"
        ),
        Code.KEY_TOO_LARGE: lambda who, d: (
            f"the key of {who} ({d['key']}) is larger than {d['maximum']} bits"
        ),
        Code.KEY_KIND_REFUSED: lambda who, d: (
            f"{who} has a key of a kind that the client does not know ({d['key']})"
        ),
        Code.CURVE_REFUSED: lambda who, d: (
            f"{who} has a key on a curve that the client does not know ({d['key']})"
        ),
        Code.NOT_A_CA: _not_a_ca,
        Code.LEAF_IS_CA: lambda who, _: (
            f"{who} is the server's certificate, but says that it is a CA"
        ),
        Code.NO_CERT_SIGN: lambda who, _: (
            f"{who} issues a certificate, but its key usage does not allow it"
        ),
        Code.KEY_USAGE_MISSING: lambda who, _: f"{who} signs certificates but has no key usage",
        Code.USAGE_WITHOUT_CA: lambda who, _: (
            f"{who} may sign certificates by its key usage but does not say that it is a CA"
        ),
        Code.PATH_LENGTH_EXCEEDED: lambda who, d: (
            f"{who} allows {d['limit']} intermediates below it, and there are {d['found']}"
        ),
        Code.PURPOSE_REFUSED: lambda who, d: (
            f"{who} is not for TLS servers: its purposes are {_usages(d['usages'])}"
        ),
        Code.KEY_USAGE_REFUSED: lambda who, d: (
            f"{who} is not for TLS servers by its {d['extension']}"
        ),
        Code.CRITICAL_EXTENSION: lambda who, d: (
            f"{who} has a critical extension that the client does not know ({d['oid']})"
        ),
        Code.TOO_MANY_NAMES: lambda who, d: (
            f"the constraints of {who} would take more than {d['limit']} {d['what']}"
        ),
        Code.NAME_CONSTRAINT_VIOLATED: lambda who, d: (
            f"{d['constrained_by']} does not allow the name {d['name']} of {who}"
        ),
        Code.CONSTRAINTS_MISPLACED: lambda who, _: (
            f"{who} has name constraints, which this client takes only from a CA "
            "and only after basicConstraints"
        ),
        Code.NAME_UNREADABLE: lambda who, d: (
            f"{who} contains “{d['name']}”, which the client cannot read as a name"
        ),
        Code.PROFILE_BROKEN: lambda who, d: (
            f"{who} is not as RFC 5280 wants certificates, {d['demand']}"
        ),
        Code.NO_VALID_POLICY: lambda who, _: (
            f"{who} asks for a certificate policy that holds along the whole path; there is none"
        ),
        Code.KEY_IDS_DIFFER: lambda who, d: (
            f"the key identifiers of {who} and its issuer {d['issuer']} are not the same"
        ),
        Code.KEY_ID_MISMATCH: lambda who, d: (
            f"{who} names the key {d['named']} as its issuer's, but the root has {d['found']}"
        ),
        Code.OUTLIVES_ANCHOR: lambda who, d: (
            f"{who} is valid longer than the version 1 root above it, "
            f"which ends {day(d['anchor_not_after'])}"
        ),
        Code.SUBJECT_MISSING: lambda who, _: (
            f"{who} has neither a subject nor a critical alternative name"
        ),
        Code.FORM_REFUSED: lambda who, d: (
            f"{who} is not in a form that every client reads: {d['what']}"
        ),
        Code.BLOCKED: _blocked,
        Code.ANCHOR_CONSTRAINED: lambda who, d: f"the store trusts {who} {_limits(d)}",
        Code.TIMESTAMPS_AWAITED: lambda who, d: (
            f"the store trusts {who} only for certificates logged {_awaited(d)}; the leaf has no "
            "timestamp in it, and whether one comes with the handshake is not known"
        ),
        Code.TIMESTAMPS_UNVERIFIED: lambda who, _: (
            f"the timestamps in {who} are believed: that a known log has signed them is not checked"
        ),
        Code.DISALLOWED: lambda who, _: f"{who} is on the store's list of what is never trusted",
        Code.CA_DISTRUSTED: lambda who, d: (
            f"the client itself trusts {who} only for older certificates ({d['event']})"
        ),
        Code.DIGEST_REFUSED_UNDER_ROOT: lambda who, d: (
            f"{who} is signed with {d['digest']}, which this client refuses under {d['root']}"
        ),
        Code.VALID_TOO_LONG: lambda who, d: (
            f"{who} is good for {d['lasts']} days; the client allows {d['limit']}"
        ),
        Code.TIMESTAMPS_MISSING: lambda who, _: (
            f"{who} has no timestamps of certificate transparency in it; the client asks for some"
        ),
        Code.HOSTNAME_MISMATCH: lambda _, d: (
            f"the certificate is not for {d['hostname']} but for {_names(d['names'])}"
        ),
        Code.HOSTNAME_LEFT_TO_APPLICATION: lambda _, d: (
            f"whether {d['hostname']} fits {_names(d['names'])} is left to the application"
        ),
    }
)


def sentence(finding: Finding) -> str:
    """A finding in words, without a full stop."""
    certificate = finding.certificate
    who = f"“{certificate.label}”" if certificate is not None else "the certificate"
    return _SENTENCES[finding.code](who, dict(finding.data))
