"""Limits that a store puts on its trust in a root, and how a snapshot file writes them down.

Extended key usages are written by the names that people use and kept as dotted numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from legacytrust.stores.tables import Table

__all__ = [
    "USAGES",
    "Constraints",
    "as_data",
    "canonical_text",
    "limits_servers",
    "read_constraints",
    "spoken",
]

USAGES: Final[Mapping[str, str]] = {
    "serverAuth": "1.3.6.1.5.5.7.3.1",
    "clientAuth": "1.3.6.1.5.5.7.3.2",
    "codeSigning": "1.3.6.1.5.5.7.3.3",
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "ipsecEndSystem": "1.3.6.1.5.5.7.3.5",
    "ipsecTunnel": "1.3.6.1.5.5.7.3.6",
    "ipsecUser": "1.3.6.1.5.5.7.3.7",
    "timeStamping": "1.3.6.1.5.5.7.3.8",
    "ocspSigning": "1.3.6.1.5.5.7.3.9",
    "ikeIntermediate": "1.3.6.1.5.5.8.2.2",
    "efs": "1.3.6.1.4.1.311.10.3.4",
    "documentSigning": "1.3.6.1.4.1.311.10.3.12",
}
"""The extended key usages that have a name in a snapshot file, and their numbers."""

_DOTTED: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,30}))+")
_VERSION: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,7}")


@attrs.frozen
class Constraints:
    """Limits that a store puts on its trust in one root; all that are given must be kept.

    Windows calls them root properties, Mozilla "distrust after", Chrome constraint sets.

    :param purposes: extended key usages that the root is trusted for; ``None`` for all.
    :param refused_purposes: extended key usages that it is not trusted for, whatever else is said.
    :param issued_by: a leaf whose notBefore is later is refused, UTC.
    :param issued_by_purposes: the extended key usages that ``issued_by`` is about; ``None`` for
        all.
    :param disabled_after: from then on the root is not trusted, UTC.  1601-01-01 here or in
        ``issued_by`` is a date that was taken back and limits nothing.
    :param sct_by: the leaf needs a signed certificate timestamp no later than this, UTC.
    :param sct_after: every signed certificate timestamp of the leaf is later than this, UTC.
    :param from_version: the limits hold for this version of the client and later.
    :param before_version: they hold for versions of the client before this one.
    :param dns_names: the only domains for which the root may vouch; ``None`` for all.
    :param disabled: the root is kept in the list but not trusted.
    """

    purposes: frozenset[str] | None = None
    issued_by: datetime | None = None
    sct_by: datetime | None = None
    sct_after: datetime | None = None
    from_version: tuple[int, ...] | None = None
    before_version: tuple[int, ...] | None = None
    dns_names: tuple[str, ...] | None = None
    disabled: bool = False
    refused_purposes: frozenset[str] = frozenset()
    disabled_after: datetime | None = None
    issued_by_purposes: frozenset[str] | None = None


def limits_servers(sets: tuple[Constraints, ...]) -> bool:
    """Whether limits concern the trust in certificates of servers; purposes alone need not."""
    return bool(sets) and all(map(_limits_servers, sets))


def _limits_servers(limits: Constraints) -> bool:
    usage = USAGES["serverAuth"]
    about = limits.issued_by_purposes
    others = attrs.evolve(
        limits, purposes=None, refused_purposes=frozenset(), issued_by=None, issued_by_purposes=None
    )
    return (
        (limits.purposes is not None and usage not in limits.purposes)
        or usage in limits.refused_purposes
        or (limits.issued_by is not None and (about is None or usage in about))
        or others != _NOTHING
    )


def as_data(limits: Constraints) -> dict[str, object]:
    """The limits as plain data: what is given, usages by name, moments in ISO 8601."""
    told = attrs.asdict(limits, filter=lambda field, value: value != field.default)
    return {key: _datum(value) for key, value in told.items()}


def _datum(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, frozenset):
        return sorted(_NAMES.get(usage, str(usage)) for usage in value)
    if isinstance(value, tuple):
        is_version = all(isinstance(item, int) for item in value)
        return ".".join(map(str, value)) if is_version else list(value)
    return value


def spoken(sets: tuple[Constraints, ...]) -> str:
    """The limits in a line for people; alternatives are told apart by "or"."""
    return " or ".join(map(_spoken, sets))


def _spoken(limits: Constraints) -> str:
    parts = []
    for key, value in as_data(limits).items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(_WORDS["disabled" if text == _ALWAYS else key].format(text or "nothing"))
    return "; ".join(parts)


def canonical_text(limits: Constraints) -> str:
    """The limits as text: equal limits give the same text, on every machine."""
    told = attrs.asdict(limits, filter=lambda field, value: value != field.default)
    return ", ".join(f"{key} {_told(value)}" for key, value in sorted(told.items()))


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(sorted(value) if isinstance(value, frozenset) else value)


def read_constraints(table: Table) -> Constraints:
    """One set of limits, as a snapshot file gives it.

    :raises StoreDataError: when a key is unknown, a value is of another kind, or nothing is limited.
    """
    table.only(*_READERS)
    limits = Constraints(**{key: _READERS[key](table, key) for key in table.values})
    if limits == _NOTHING:
        raise table.error("a set that limits nothing", at="sets =", hint=_HINT)
    return limits


def _purposes(table: Table, key: str) -> frozenset[str]:
    return frozenset(_usage(table, key, name) for name in table.strings(key))


def _purposes_or_all(table: Table, key: str) -> frozenset[str] | None:
    return _purposes(table, key) or None


def _usage(table: Table, key: str, name: str) -> str:
    number = USAGES.get(name, name)
    if _DOTTED.fullmatch(number) is None:
        hint = f"a dotted number, or one of: {', '.join(USAGES)}"
        raise table.error(f"{key} names {name!r}", at=f'"{name}"', hint=hint)
    return number


def _version(table: Table, key: str) -> tuple[int, ...]:
    version = table.string(key)
    if _VERSION.fullmatch(version) is None:
        raise table.error(f"{key} is {version!r}", at=key, hint='numbers and dots, as "131.0.6778"')
    return tuple(map(int, version.split(".")))


def _names(table: Table, key: str) -> tuple[str, ...]:
    names = table.strings(key)
    if not names or not all(name.isascii() and name == name.strip(". ") != "" for name in names):
        raise table.error(f"{key} names no domains", at=key, hint='as ["example.org"]')
    return names


_READERS: Final[Mapping[str, Callable[[Table, str], Any]]] = {
    "purposes": _purposes,
    "refused_purposes": _purposes,
    "disabled_after": Table.moment,
    "issued_by": Table.moment,
    "issued_by_purposes": _purposes_or_all,
    "sct_by": Table.moment,
    "sct_after": Table.moment,
    "from_version": _version,
    "before_version": _version,
    "dns_names": _names,
    "disabled": Table.boolean,
}
_NOTHING: Final = Constraints()
#: The moment by which Windows says "from the beginning".
_ALWAYS: Final = "1601-01-01T00:00:00Z"
_NAMES: Final = {number: name for name, number in USAGES.items()}
_WORDS: Final[Mapping[str, str]] = {
    "purposes": "only for {}",
    "refused_purposes": "not for {}",
    "disabled_after": "not trusted after {}",
    "issued_by": "only what was issued by {}",
    "issued_by_purposes": "as far as it is for {}",
    "sct_by": "only with a certificate timestamp by {}",
    "sct_after": "only with certificate timestamps after {}",
    "from_version": "from version {} on",
    "before_version": "before version {}",
    "dns_names": "only for the domains {}",
    "disabled": "not trusted",
}
_HINT: Final = f"one of: {', '.join(_READERS)}"
