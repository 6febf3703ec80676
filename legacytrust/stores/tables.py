"""Reading TOML with types, and with errors that name the line.

The files below ``trust_stores/`` are written and reviewed by people.  When one of them is wrong,
the message has to lead straight to the line: "android/5.1.toml, line 14".  ``tomllib`` does not
keep positions, so a :class:`Table` keeps the text beside the values and looks the line up when,
and only when, something is wrong.  Reading a good file costs nothing extra.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from legacytrust.errors import StoreDataError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["FORMAT", "Table", "read_file", "read_table"]

FORMAT = 1
"""The version of the file format that this library reads."""

#: The largest file of the store data has about 60 kilobytes.
_MAX_BYTES: Final = 4 << 20

EnumT = TypeVar("EnumT", bound=StrEnum)


@attrs.frozen
class Table:
    """One TOML table and what is needed to say where a value of it stands.

    :ivar where: the file, as a person would name it ("android/5.1.toml").
    :ivar text: the whole text of that file.
    :ivar values: the table's keys and values, as ``tomllib`` gives them.
    :ivar inside: the table that holds this one, and where: its key, and the number in an array.
    """

    where: str
    text: str = attrs.field(repr=False)
    values: Mapping[str, object]
    inside: tuple[Table, str, int | None] | None = attrs.field(default=None, repr=False)

    @property
    def first_line(self) -> int:
        """The line at which the table begins, counted from 1."""
        if self.inside is None:
            return 1
        outer, key, number = self.inside
        if number is None:
            return outer.line_of(f"[{key}]") or outer.first_line
        heads = outer.heads(key)
        return heads[number] if number < len(heads) else outer.first_line

    def error(self, what: str, *, at: str = "", below: str = "", hint: str = "") -> StoreDataError:
        """An error that names the file, and the first line of the table that holds *at*.

        :param below: look from the first line that holds this, instead of from the table's first.
        """
        line = self.line_of(at, below) if at else 0
        where = f"{self.where}, line {line}" if line else self.where
        return StoreDataError(what, where=where, hint=hint)

    def key_error(self, key: str, wanted: str) -> StoreDataError:
        """An error for a key that is absent, or whose value is not what was *wanted*."""
        if key not in self.values:
            return self.error(f"the key {key!r} is missing; {wanted} was expected")
        found = type(self.values[key]).__name__
        return self.error(f"{key!r} should be {wanted}, not {found}", at=f"{key} =")

    def line_of(self, needle: str, below: str = "") -> int:
        """The first line of the table, or below another, that holds *needle*; 0 if none does."""
        first_line = self.line_of(below) if below else self.first_line
        for number, line in enumerate(self.text.splitlines(), start=1):
            if number >= first_line and needle in line:
                return number
        return 0

    def only(self, *known: str) -> None:
        """Raise StoreDataError if the table has a key other than the *known* ones."""
        for key in self.values:
            if key not in known:
                raise self.error(f"unknown key {key!r}", at=key, hint=f"known: {', '.join(known)}")

    def string(self, key: str, default: str | None = None) -> str:
        """The text at *key*; *default*, if given, where the key is absent."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.key_error(key, "a text")
        return value

    def integer(self, key: str) -> int:
        """The whole number at *key*."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.key_error(key, "a whole number")
        return value

    def number(self, key: str) -> float:
        """The number at *key*."""
        value = self.values.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.key_error(key, "a number")
        return float(value)

    def boolean(self, key: str) -> bool:
        """The truth value at *key*."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            raise self.key_error(key, "true or false")
        return value

    def date(self, key: str) -> datetime.date:
        """The date at *key*; a date with a time of day is refused."""
        value = self.values.get(key)
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            raise self.key_error(key, "a date (YYYY-MM-DD, without quotes)")
        return value

    def moment(self, key: str) -> datetime.datetime:
        """The moment at *key*, in UTC; one without a time zone is refused."""
        value = self.values.get(key)
        if not isinstance(value, datetime.datetime) or value.tzinfo is None:
            raise self.key_error(key, "a moment in UTC (2026-01-31T00:00:00Z, without quotes)")
        return value.astimezone(datetime.UTC)

    def choice(self, key: str, kind: type[EnumT]) -> EnumT:
        """The member of the enumeration *kind* that *key* names."""
        value = self.string(key)
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(kind)
            raise self.error(
                f"{key} is {value!r}", at=f"{key} =", hint=f"one of: {known}"
            ) from None

    def strings(self, key: str) -> tuple[str, ...]:
        """The list of texts at *key*; empty where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.key_error(key, "a list of texts")
        return tuple(value)

    def integers(self, key: str) -> tuple[int, ...]:
        """The list of whole numbers at *key*."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(type(item) is int for item in value):
            raise self.key_error(key, "a list of whole numbers")
        return tuple(value)

    def table(self, key: str) -> Table:
        """The table at *key*."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self.key_error(key, "a table")
        return attrs.evolve(self, values=value, inside=(self, key, None))

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of the array at *key*, in order; none where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.key_error(key, "a list of tables")
        for number, item in enumerate(value):
            yield attrs.evolve(self, values=item, inside=(self, key, number))

    def heads(self, key: str) -> list[int]:
        """The lines on which the tables of an array begin.

        The array is written as ``[[key]]``, or as ``key = [`` with a line for each inline table.
        """
        first, lines = self.first_line, list(enumerate(self.text.splitlines(), start=1))
        if found := [number for number, line in lines if line.strip() == f"[[{key}]]"]:
            return [number for number in found if number >= first]
        start = self.line_of(f"{key} = [")
        if not start or "]" in lines[start - 1][1]:
            return [start] * bool(start)
        return [
            number
            for number, line in takewhile(lambda item: item[1].strip() != "]", lines[start:])
            if line.lstrip().startswith("{")
        ]


def read_file(file: Traversable, where: str) -> bytes:
    """The content of a file of the store data; never waits for a pipe, never reads without end.

    :raises StoreDataError: if it cannot be read, is no file, or is larger than any of ours.
    """
    if isinstance(file, Path) and file.exists() and not file.is_file():
        raise StoreDataError("is no file", where=where)
    try:
        with file.open("rb") as stream:
            data: bytes = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise StoreDataError(f"cannot be read: {error.strerror}", where=where) from error
    if len(data) > _MAX_BYTES:
        raise StoreDataError(f"is larger than {_MAX_BYTES:,} bytes", where=where)
    return data


def read_table(file: Traversable, where: str) -> Table:
    """The top table of the TOML *file*, called *where* in messages.

    :raises StoreDataError: if the file cannot be read, is not UTF-8, is not TOML, or is written
        in a version of the format that this library does not know.
    """
    import tomllib

    try:
        text = read_file(file, where).decode("utf-8")
        table = Table(where, text, tomllib.loads(text))
    except RecursionError:
        raise StoreDataError("is nested too deeply", where=where) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StoreDataError(f"is not TOML: {error}", where=where) from error
    if table.integer("format") != FORMAT:
        found = table.integer("format")
        raise table.error(f"format {found} is unknown; this library reads {FORMAT}", at="format")
    return table
