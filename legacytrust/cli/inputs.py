"""What comes in: options that commands share, the chain, the moment, names that may be mistyped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import click

from legacytrust.chain import ServedChain
from legacytrust.errors import PasswordError
from legacytrust.neighbours import neighbours
from legacytrust.readers.limits import MAX_INPUT_BYTES
from legacytrust.readers.recognise import read_certificates
from legacytrust.readers.server import DEFAULT_PORTS, STARTTLS, split_address

__all__ = [
    "connect_options",
    "format_option",
    "moment_option",
    "now",
    "read_chain",
    "served_by",
    "similar",
]

_Command = TypeVar("_Command", bound=Callable[..., object])


def format_option(*names: str) -> Callable[[_Command], _Command]:
    """``--format`` with these names, the first by default, and ``--json`` for short."""

    def add(command: _Command) -> _Command:
        short = click.option("--json", "form", flag_value="json", help="The same as --format json.")
        long = click.option(
            "--format",
            "form",
            type=click.Choice(names),
            default=names[0],
            show_default=True,
            help="How to show the result.",
        )
        return long(short(command))

    return add


def moment_option(
    _ctx: click.Context, _option: click.Parameter, value: str | None
) -> datetime | None:
    """The value of ``--at`` as a moment in UTC; what has no zone is taken to be in UTC.

    :raises BadParameter: when it is no date by ISO 8601.
    """
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{value!r} is no date: write 2026-01-20, 2026-01-20T12:00 or 2026-01-20T12:00+01:00"
        ) from None


def now() -> datetime:
    """This second, UTC: the only place where the clock is read.

    To the minute it would lie before the beginning of a certificate that was made just now.
    """
    return datetime.now(UTC).replace(microsecond=0)


def read_chain(path: str, password: str | None) -> ServedChain:
    """The chain in a file, or from standard input if the path is ``-``.

    :raises ChainError: when there is no chain in it.
    """
    try:
        if path != "-":
            return ServedChain.from_file(path, password=password)
        data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        return ServedChain(read_certificates(data, password=password, where="standard input"))
    except PasswordError as error:
        hint = "give it with --password"
        raise PasswordError(error.what, where=error.where, hint=hint) from error


def connect_options(command: _Command) -> _Command:
    """The options of a command that can ask a live server instead of reading a file."""
    for option in (
        click.option("--timeout", type=float, default=10.0, show_default=True, help="In seconds."),
        click.option(
            "--starttls",
            type=click.Choice(tuple(STARTTLS)),
            help="What the server speaks before TLS.",
        ),
        click.option("--sni", help="The name to ask the server for.  [default: its own]"),
        click.option(
            "--connect",
            metavar="HOST[:PORT]",
            help="Ask this server for its chain, without verifying it. The only option that uses "
            "the network.",
        ),
    ):
        command = option(command)
    return command


def served_by(
    path: str | None,
    password: str | None = None,
    *,
    connect: str | None,
    sni: str | None,
    starttls: str | None,
    timeout: float,
) -> ServedChain:
    """The chain of a file, or of a live server.

    :raises UsageError: when neither or both are given.
    :raises ChainError: when there is no chain, or the server cannot be asked.
    """
    if (path is None) == (connect is None):
        raise click.UsageError("give a chain file or --connect HOST[:PORT], and not both")
    if connect is None:
        assert path is not None
        return read_chain(path, password)
    host, port = split_address(connect, DEFAULT_PORTS.get(starttls or "", 443))
    return ServedChain.from_server(
        host, port, sni=sni or "", timeout=timeout, starttls=starttls or ""
    )


def similar(wanted: str, known: Iterable[str], listing: str) -> str:
    """What to do about an id that is not there.

    :param known: the ids that are there.
    :param listing: the command that lists them.
    """
    near = neighbours(wanted, known)
    return f"{near}{'' if near.endswith('?') else ';'} '{listing}' lists all"
