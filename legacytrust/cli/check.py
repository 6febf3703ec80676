"""``check`` and ``explain``: a chain against the device classes."""

from __future__ import annotations

import importlib.util
import shlex
from collections.abc import Callable, Iterator
from datetime import datetime, time
from typing import Any, Final, TypeVar

import click

from legacytrust.catalog import load_catalog
from legacytrust.chain import ServedChain
from legacytrust.cli.inputs import (
    connect_options,
    format_option,
    moment_option,
    now,
    read_chain,
    served_by,
    similar,
)
from legacytrust.cli.screen import BOLD, DIM, VERDICT_STYLES, Cell, Screen, told
from legacytrust.device import Device
from legacytrust.errors import SelectorError, UnknownDeviceError
from legacytrust.evaluate import evaluate
from legacytrust.handshake import ServerOffer, TlsVersion
from legacytrust.outcome import Verdict
from legacytrust.render.sentences import day
from legacytrust.render.text import because
from legacytrust.report import Report

__all__ = ["check", "explain"]

_Command = TypeVar("_Command", bound=Callable[..., object])

#: What a line of an explanation begins with, and how it looks then.
_STYLES: Final = {
    "✗ ": VERDICT_STYLES[Verdict.REJECTED],
    "? ": VERDICT_STYLES[Verdict.UNKNOWN],
    "· ": DIM,
}
#: More certificates than any server sends are not all listed.
_LISTED: Final = 12


def _about_chain(command: _Command) -> _Command:
    """The arguments that both commands take."""
    for decorate in (
        click.option(
            "--password",
            envvar="LEGACYTRUST_PASSWORD",
            help="Password of a PKCS#12 file; or set LEGACYTRUST_PASSWORD.",
        ),
        click.option(
            "--at",
            metavar="DATE",
            callback=moment_option,
            help="The moment to check, in UTC unless it has a zone.  [default: now]",
        ),
        click.option("--hostname", "-H", help="The name that clients connect to."),
        click.option(
            "--stores",
            metavar="FOLDER",
            help="Ask the device classes of this folder, as 'stores import' makes it, instead.",
        ),
    ):
        command = decorate(command)
    return command


@click.command()
@click.argument("chain", required=False)
@connect_options
@_about_chain
@click.option("--devices", "-d", help="Which device classes, as 'android<=7.0'.  [default: all]")
@format_option("table", "json", "markdown")
@click.option("--no-reference", is_flag=True, help="Leave out the row of the RFC 5280 validator.")
@click.option(
    "--tls",
    multiple=True,
    type=click.Choice([version.value for version in TlsVersion]),
    help="A protocol version that the server enables; may be repeated. Tells which device classes "
    "fail before they see a certificate.  [default: the handshake is left out]",
)
@click.option("--needs-sni", is_flag=True, help="The server needs clients that name the host.")
def check(
    chain: str | None,
    hostname: str | None,
    stores: str | None,
    at: datetime | None,
    devices: str | None,
    form: str,
    password: str | None,
    no_reference: bool,  # noqa: FBT001
    tls: tuple[str, ...],
    needs_sni: bool,  # noqa: FBT001
    **wire: Any,
) -> int:
    """Say which device classes accept CHAIN and which refuse it.

    CHAIN is a file with the certificates in the order in which the server sends them, leaf first:
    PEM, DER, PKCS#7, PKCS#12 or the saved output of "openssl s_client -showcerts". A dash reads
    standard input. With --connect a live server is asked for its chain instead.
    """
    screen = Screen()
    served = served_by(chain, password, **wire)
    with screen.progress("asking all device classes"):
        report = evaluate(
            served,
            at=at or now(),
            hostname=hostname,
            devices=_devices(stores, devices),
            reference=not no_reference and _reference_is_installed(),
            server=_offer(tls, needs_sni=needs_sni),
        )
    if form == "json":
        screen.json(report.to_dict())
    elif form == "markdown":
        screen.raw(report.to_markdown().splitlines())
    else:
        _show(screen, report, chain or wire["connect"], is_now=at is None, is_file=bool(chain))
    return 0 if len(report.accepted) == len(report) else 1


def _devices(stores: str | None, selector: str | None) -> str | tuple[Device, ...] | None:
    """The device classes of a folder of stores; the selector itself for the packaged ones."""
    if stores is None:
        return selector
    catalog = load_catalog(stores)
    if not catalog.devices:
        raise SelectorError(
            "the folder has no device class", where=stores, hint="write one to a file in devices/"
        )
    return catalog.devices if selector is None else catalog.select(selector)


def _offer(versions: tuple[str, ...], *, needs_sni: bool) -> ServerOffer | None:
    """What the server offers, when anything was said about it."""
    if not versions:
        return ServerOffer(requires_sni=True) if needs_sni else None
    return ServerOffer(versions, needs_sni)


def _reference_is_installed() -> bool:
    return importlib.util.find_spec("pyhanko_certvalidator") is not None


def _show(screen: Screen, report: Report, source: str, *, is_now: bool, is_file: bool) -> None:
    screen.facts(_subject(report, source, is_now=is_now))
    screen.line()
    rows: list[tuple[Cell | str, ...]] = [
        (run.title, told(run.verdict), because(run.first)) for run in report.runs
    ]
    if report.reference is not None:
        row = report.reference
        rows.append((Cell("RFC 5280 reference", DIM), told(row.verdict), row.reason))
    screen.table(("device classes", "verdict", "why"), rows)
    screen.line()
    screen.line(_count(report), BOLD)
    if is_file and screen.is_terminal and (advice := _advice(report, source)):
        screen.line("every path that was tried:", DIM)
        screen.command(advice, DIM)


def _subject(report: Report, source: str, *, is_now: bool) -> Iterator[tuple[str, str]]:
    """What was checked: without it a verdict means nothing."""
    from legacytrust import __version__

    yield "chain", "standard input" if source == "-" else source
    yield from (("", text) for text in _certificates(report.chain))
    yield "host", report.hostname or "not checked; name it with --hostname"
    yield "date", f"{day(report.at)}{' (now)' if is_now else ''}"
    yield "data", f"legacytrust {__version__}, store data {report.data_version}"
    if report.reference is not None:
        yield "reference", f"{report.reference.validator} on {report.reference.store.id}"


def _certificates(chain: ServedChain) -> Iterator[str]:
    for number, certificate in enumerate(chain.certificates[:_LISTED], 1):
        yield f"{number}  {certificate.label}, until {certificate.not_after:%Y-%m-%d}"
    if len(chain) > _LISTED:
        yield f"and {len(chain) - _LISTED} more"


def _count(report: Report) -> str:
    refuse, unknown = len(report.rejected), len(report.unknown)
    text = f"{len(report.accepted)} of {len(report)} device classes accept the chain"
    if refuse:
        text += f", {refuse} refuse{'s' if refuse == 1 else ''} it"
    return f"{text}, {unknown} cannot be told" if unknown else text


def _advice(report: Report, source: str) -> str | None:
    """The command that tells more about the newest device class that does not accept."""
    others = [o for o in report if o.verdict is not Verdict.ACCEPTED and o.device is not None]
    if not others or others[-1].device is None:
        return None
    words = ["legacytrust", "explain", source, others[-1].device.id]
    words += ["--hostname", report.hostname] if report.hostname else []
    midnight = report.at.time() == time.min
    words += ["--at", f"{report.at:%Y-%m-%d}" if midnight else f"{report.at:%Y-%m-%dT%H:%MZ}"]
    return shlex.join(words)


@click.command()
@click.argument("chain")
@click.argument("device")
@_about_chain
@format_option("text", "json")
def explain(
    chain: str,
    device: str,
    hostname: str | None,
    stores: str | None,
    at: datetime | None,
    form: str,
    password: str | None,
) -> int:
    """Show every path that DEVICE tries for CHAIN, and why each one died.

    DEVICE is the id of a device class, as "android/4.4"; "legacytrust devices" lists them.
    """
    screen, catalog = Screen(), load_catalog(stores)
    try:
        chosen = catalog.device(device)
    except UnknownDeviceError as error:
        hint = similar(device, (d.id for d in catalog.devices), "legacytrust devices")
        raise UnknownDeviceError(error.what, hint=hint) from error
    served = read_chain(chain, password)
    [outcome] = evaluate(served, at=at or now(), hostname=hostname, devices=[chosen])
    if form == "json":
        screen.json(outcome.to_dict())
    else:
        for line in outcome.explain().splitlines():
            screen.line(line, _STYLES.get(line.lstrip()[:2], ""))
    return 0 if outcome.verdict is Verdict.ACCEPTED else 1
