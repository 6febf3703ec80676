"""``stores import``: adding a store of one's own."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from legacytrust.cli.inputs import now
from legacytrust.cli.screen import DIM, Screen
from legacytrust.errors import PasswordError
from legacytrust.stores.importer import Imported, Wish, import_store
from legacytrust.stores.snapshot import Completeness

__all__ = ["import_command"]

_LISTED: Final = 20


@click.command("import")
@click.argument("source")
@click.option("--id", "id", required=True, metavar="ID", help="Family and release: my/router-2014.")
@click.option("--title", default="", help="What a person calls it.  [default: the file's name]")
@click.option(
    "--released",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day from which devices had it.",
)
@click.option(
    "--completeness",
    type=click.Choice([value.value for value in Completeness]),
    default=Completeness.EXACT.value,
    show_default=True,
    help="How well the list is known; in a partial one, absence proves nothing.",
)
@click.option(
    "--certificates",
    metavar="PLACE",
    help="A folder or file with certificates that SOURCE names by fingerprint only.",
)
@click.option(
    "--password",
    envvar="LEGACYTRUST_PASSWORD",
    help="Password of a keystore; or set LEGACYTRUST_PASSWORD.",
)
@click.option(
    "--to",
    "folder",
    default="my_stores",
    show_default=True,
    metavar="FOLDER",
    help="The folder of stores to add it to.",
)
def import_command(
    source: str,
    id: str,
    title: str,
    released: datetime | None,
    completeness: str,
    certificates: str | None,
    password: str | None,
    folder: str,
) -> int:
    """Add the trust store in SOURCE to a folder of your own.

    SOURCE is a file or a folder; its content decides what it is: PEM, DER, PKCS#7, a keystore (JKS,
    JCEKS, BKS, UBER, PKCS#12), Android's cacerts folder, NSS's certdata.txt, .sst and authroot.stl
    of Windows, a CCADB report, a YAML list of the Trust Stores Observatory, C source with trust
    anchors of BearSSL, or a certificate bundle of ESP-IDF.
    """
    wish = Wish(
        id=id,
        read=now().date(),
        title=title,
        released=released.date() if released is not None else None,
        completeness=Completeness(completeness),
    )
    try:
        done = import_store(source, folder, wish, certificates=certificates, password=password)
    except PasswordError as error:
        hint = "give it with --password"
        raise PasswordError(error.what, where=error.where, hint=hint) from error
    _show(Screen(), done, wish.id, folder)
    return 0


def _show(screen: Screen, done: Imported, id: str, folder: str) -> None:
    screen.facts(_facts(done, id))
    screen.line()
    screen.line(
        "to ask a device that has it, write this to a file below devices/ in the folder:", DIM
    )
    for line in _device(id).splitlines():
        screen.line(f"  {line}")
    screen.line()
    screen.line("and then:", DIM)
    screen.command(shlex.join(["legacytrust", "check", "chain.pem", "--stores", folder]))


def _facts(done: Imported, id: str) -> Iterator[tuple[str, str]]:
    found = done.found
    yield "store", id
    yield "file", str(done.snapshot)
    limited = len(found.constraints)
    limits = f", the trust in {limited} of them with limits" if limited else ""
    yield "roots", f"{len(found.anchors)}{limits}"
    if found.blocked:
        yield "blocked", f"{len(found.blocked)} certificates that must not be trusted"
    if done.missing is not None:
        lost = [*(r.label for r in found.missing), *(b.label for b in found.unnamed)]
        yield "missing", f"{len(lost)}, listed in {Path(done.missing).name}"
        yield from (("", label) for label in lost[:_LISTED])
        if len(lost) > _LISTED:
            yield "", f"and {len(lost) - _LISTED} more"


def _device(id: str) -> str:
    """The least that a device class needs, with an example of a client."""
    family = id.partition("/")[0]
    return f"""\
format = 1
family = "{family}"

[[device]]
id = "{id}"
title = "{id}"
store = "{id}"
client = {{ name = "openssl", version = "1.0.2k" }}
released = 2014-01-01
support_ended = "ended"
examples = []"""
