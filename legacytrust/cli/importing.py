"""``stores import``: adding a store of one's own."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import click

from legacytrust.cli.inputs import now
from legacytrust.cli.screen import DIM, Screen
from legacytrust.clients.registry import client as client_model
from legacytrust.errors import PasswordError
from legacytrust.stores.devices import ClientRef
from legacytrust.stores.importer import Imported, Wish, device_text, import_store
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
    "--client",
    metavar="'NAME VERSION'",
    help="Make a device class of it too, with this client, as 'openssl 1.0.2k'.",
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
    client: str | None,
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
        client=_client(client) if client is not None else None,
    )
    try:
        done = import_store(source, folder, wish, certificates=certificates, password=password)
    except PasswordError as error:
        hint = "give it with --password"
        raise PasswordError(error.what, where=error.where, hint=hint) from error
    _show(Screen(), done, wish, folder)
    return 0


def _client(text: str) -> ClientRef:
    """The client that is meant; it has to be one that is modelled.

    :raises ClientError: when it is not.
    """
    name, _, version = text.strip().partition(" ")
    model = client_model(name, version.strip())
    return ClientRef(model.name, model.version)


def _show(screen: Screen, done: Imported, wish: Wish, folder: str) -> None:
    screen.facts(_facts(done, wish.id))
    screen.line()
    if done.device is None:
        place = f"{folder}/devices/{wish.id.partition('/')[0]}.toml"
        screen.line(f"for a device class, with the client that it has, write to {place}:", DIM)
        for line in device_text(wish).splitlines():
            screen.line(f"  {line}")
        screen.line()
    screen.line("what the device does with a chain:", DIM)
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
    if found.unnamed:
        count = len(found.unnamed)
        yield "", f"{count} more that it does not hold, and so cannot be told by their fingerprint"
    if found.missing:
        yield "missing", f"{len(found.missing)} roots whose certificate was not found:"
        yield from (("", root.label) for root in found.missing[:_LISTED])
        if len(found.missing) > _LISTED:
            yield "", f"and {len(found.missing) - _LISTED} more"
    if done.missing is not None:
        yield "", f"all are listed in {done.missing}"
    if done.device is not None:
        yield "device class", f"{id}, in {done.device}"
