"""What comes in: the chain, the moment, and names that may be mistyped."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from legacytrust.chain import ServedChain
from legacytrust.errors import PasswordError
from legacytrust.readers.limits import MAX_INPUT_BYTES
from legacytrust.readers.recognise import read_certificates

__all__ = ["moment_option", "now", "read_chain", "similar"]


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
    """This minute, UTC: the only place where the clock is read."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


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


def similar(wanted: str, known: Iterable[str], listing: str) -> str:
    """What to do about an id that is not there.

    :param known: the ids that are there.
    :param listing: the command that lists them.
    """
    near = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.5)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}'{listing}' lists all"
