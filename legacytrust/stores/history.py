"""One root in all stores: since when, until when, and where never.

The releases of a family are taken in the order of their dates.  Where a family has several lines
that are looked after side by side, as Java 8, 11 and 17, each line is taken by itself: otherwise a
root that one line has and the other lacks would seem to come and go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Final

import attrs

from legacytrust.errors import UnknownRootError
from legacytrust.stores.anchor import AnchorCertificate, Constraints
from legacytrust.stores.catalog import StoreCatalog
from legacytrust.stores.constraints import as_data, limits_servers
from legacytrust.stores.snapshot import TrustStore

__all__ = ["Interval", "LineHistory", "RootHistory", "line_of", "root_histories"]

_SCHEMA_VERSION: Final = 1
#: So many digits at least are taken for the beginning of a fingerprint.
_DIGITS: Final = 6

#: How the version of a release names its line.  A family that is not here is one line.
_LINES: Final[Mapping[str, str]] = {
    "android": r"(\d+-sec)",
    "consumer-iot": r"(.+)",
    "corretto": r"(\d+)",
    "debian": r".*[+~](deb\d+)",
    "esp-idf": r"(\d+\.\d+)[.\d]*(-.+)?",
    "nodejs": r"(0\.\d+|\d+)",
    "openjdk": r"((?:zulu-)?\d+)",
    "openwrt": r"(\d+\.\d+)",
    "oracle-java": r"(\d+)",
    "temurin": r"(\d+)",
    "tizen": r"(mozilla)",
    "windows": r"(authroot|xp)|.*(image)",
    "yocto": r"(\d+\.\d+)",
}


@attrs.frozen
class Interval:
    """Releases of one line, one after the other, that hold a root.

    :param first: the id of the first of them.
    :param since: the day of that release.
    :param last: the id of the last of them.
    :param until: the day of that release.
    :param from_start: whether the first is the oldest release that is known of the line.
    :param to_end: whether the last is the newest one.
    :param limits: the limits of the trust in the root that concern servers, in the last of them.
    :param limited_since: the id of the release from which on there are such limits.
    """

    first: str
    since: date | None
    last: str
    until: date | None
    from_start: bool
    to_end: bool
    limits: tuple[Constraints, ...] = ()
    limited_since: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The interval as plain data."""
        return {
            "first": self.first,
            "since": self.since.isoformat() if self.since else None,
            "last": self.last,
            "until": self.until.isoformat() if self.until else None,
            "from_start": self.from_start,
            "to_end": self.to_end,
            "limits": [as_data(limits) for limits in self.limits],
            "limited_since": self.limited_since,
        }


@attrs.frozen
class LineHistory:
    """One root in one line of releases.

    :param family: the family of the stores.
    :param line: what tells this line from others of the family; empty if there is one only.
    :param releases: how many releases of the line say whether they hold the root.
    :param intervals: when they do, in order; none if they never do.
    """

    family: str
    line: str
    releases: int
    intervals: tuple[Interval, ...]

    @property
    def name(self) -> str:
        """The family, with its line if there are several."""
        return f"{self.family} {self.line}".strip()

    def to_dict(self) -> dict[str, object]:
        """The line as plain data."""
        return {
            "family": self.family,
            "line": self.line,
            "releases": self.releases,
            "intervals": [interval.to_dict() for interval in self.intervals],
        }


@attrs.frozen
class RootHistory:
    """One root in all stores of a catalogue.

    :param root: the root itself, or its facts.
    :param name: what the lists call it.
    :param lines: every line of every family, also those that never hold it.
    """

    root: AnchorCertificate
    name: str
    lines: tuple[LineHistory, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 fingerprint of the root, lower-case hex."""
        return self.root.sha256

    def to_dict(self) -> dict[str, object]:
        """The history as plain data."""
        return {
            "schema_version": _SCHEMA_VERSION,
            "sha256": self.sha256,
            "name": self.name,
            "subject": str(self.root.subject),
            "not_before": f"{self.root.not_before:%Y-%m-%dT%H:%M:%SZ}",
            "not_after": f"{self.root.not_after:%Y-%m-%dT%H:%M:%SZ}",
            "lines": [line.to_dict() for line in self.lines],
        }


def root_histories(catalog: StoreCatalog, which: str) -> tuple[RootHistory, ...]:
    """The history of every root that *which* means.

    :param which: the beginning of a SHA-256 fingerprint, or a name; all roots of one name are
        meant.  If no root has that name, all are meant whose names hold it.
    :raises UnknownRootError: when there is none.
    """
    lines = _lines(catalog.stores)
    return tuple(
        RootHistory(
            root=catalog.library.anchor(sha256).certificate,
            name=catalog.names[sha256],
            lines=tuple(_history(sha256, key, stores) for key, stores in lines.items()),
        )
        for sha256 in _meant(catalog.names, which)
    )


def line_of(store: TrustStore) -> str:
    """The line within its family to which a release belongs; empty if there is one only."""
    pattern = _LINES.get(store.family)
    match = re.match(pattern, store.version) if pattern is not None else None
    return "".join(group or "" for group in match.groups()) if match is not None else ""


def _meant(names: Mapping[str, str], which: str) -> list[str]:
    wanted = " ".join(which.split()).casefold()
    digits = wanted.replace(":", "").replace(" ", "")
    for found in (
        [s for s in names if s.startswith(digits)] if _is_fingerprint(digits) else [],
        [s for s, name in names.items() if wanted in (name.casefold(), _bare(name))],
        [s for s, name in names.items() if wanted and wanted in name.casefold()],
    ):
        if found:
            return sorted(found, key=lambda sha256: (names[sha256].casefold(), sha256))
    raise UnknownRootError(
        f"no store has a root {which!r}",
        hint=f"give a name, a part of one, or at least {_DIGITS} digits of a SHA-256 fingerprint",
    )


def _is_fingerprint(text: str) -> bool:
    return len(text) >= _DIGITS and set(text) <= set("0123456789abcdef")


def _bare(name: str) -> str:
    """The name without what tells it from others of the same name."""
    return re.sub(r" \([^()]*\)$", "", name).casefold()


def _lines(stores: Iterable[TrustStore]) -> dict[tuple[str, str], list[TrustStore]]:
    """The stores of each line, in the order of their dates."""
    lines: dict[tuple[str, str], list[TrustStore]] = {}
    for store in stores:
        lines.setdefault((store.family, line_of(store)), []).append(store)
    return dict(sorted(lines.items(), key=lambda item: (item[0][0], _natural(item[0][1]))))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that puts 8 before 11."""
    return tuple((int(n), rest) for n, rest in re.findall(r"(\d*)(\D*)", f"0{text}") if n)


def _history(sha256: str, key: tuple[str, str], stores: list[TrustStore]) -> LineHistory:
    telling = [store for store in stores if store.tells_of(sha256)]
    runs = groupby(telling, key=lambda store: sha256 in store)
    intervals = tuple(_interval(sha256, list(run), telling) for is_held, run in runs if is_held)
    return LineHistory(*key, releases=len(telling), intervals=intervals)


def _interval(sha256: str, run: list[TrustStore], line: list[TrustStore]) -> Interval:
    first, last = run[0], run[-1]
    limited = [store.id for store in _limited_at_the_end(sha256, run)]
    return Interval(
        first=first.id,
        since=first.released,
        last=last.id,
        until=last.released,
        from_start=first is line[0],
        to_end=last is line[-1],
        limits=last.limits([sha256])[0] if limited else (),
        limited_since=limited[-1] if limited else None,
    )


def _limited_at_the_end(sha256: str, run: list[TrustStore]) -> Iterator[TrustStore]:
    """The newest releases, newest first, as far back as they all limit the trust in the root."""
    for store in reversed(run):
        if not limits_servers(store.limits([sha256])[0]):
            return
        yield store
