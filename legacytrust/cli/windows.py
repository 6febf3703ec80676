"""``iis``: a Windows server's chain, from its stores or from the wire."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.cli.inputs import (
    connect_options,
    format_option,
    moment_option,
    now,
    read_chain,
    served_by,
)
from legacytrust.cli.screen import BOLD, DIM, VERDICT_STYLES, Cell, Screen
from legacytrust.outcome import Verdict

__all__ = ["iis"]

_Command = TypeVar("_Command", bound=Callable[..., object])

#: Option -> field of LocalMachine, and what it is.
_STORES: Final = {
    "--my": ("personal", "Personal (My)"),
    "--ca": ("intermediate", "Intermediate Certification Authorities (CA)"),
    "--root": ("root", "Trusted Root Certification Authorities (Root)"),
    "--authroot": ("authroot", "Third-Party Root Certification Authorities (AuthRoot)"),
    "--disallowed": ("disallowed", "Untrusted Certificates (Disallowed)"),
    "--user": ("current_user", "of the current user, which has no effect"),
}


def _about_server(command: _Command) -> _Command:
    """The options that describe a server, for both commands that look at its stores."""
    options = [
        click.option(
            flag,
            field,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help=f"The store {what}: an export (.sst, .p7b, PEM), or what certutil -store or "
            "Get-ChildItem printed.",
        )
        for flag, (field, what) in _STORES.items()
    ]
    options += [
        click.option(
            "--known",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Certificates that a printed store may name; may be repeated.",
        ),
        click.option(
            "--cross",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="The downloaded cross-certificate; without it a plan may not be predictable.",
        ),
        click.option("--no-root-update", is_flag=True, help="Automatic root update does not work."),
        click.option(
            "--list-date",
            metavar="DATE",
            callback=moment_option,
            help="The date of the machine's copy of Microsoft's root list.  [default: the newest]",
        ),
        click.option("--at", metavar="DATE", callback=moment_option, help="[default: now]"),
        click.option("--hostname", "-H", help="The name that clients connect to."),
        format_option("text", "json"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"max_content_width": 100})
def iis() -> None:
    """Which chain a Windows server sends, and how to make it send another."""


@iis.command()
@click.argument("leaf")
@_about_server
def diagnose(leaf: str, form: str, **given: Any) -> int:
    """Say which chain the server sends for LEAF, why, and which device classes it loses.

    LEAF is a file with the server's certificate. Exit code 0: no device class refuses; 1: some do.
    """
    screen = Screen()
    found = _diagnosed(leaf, screen, given)
    if form == "json":
        screen.json(found.to_dict())
    else:
        _show_diagnosis(screen, found)
    return 1 if found.lost else 0


@iis.command()
@click.argument("leaf")
@_about_server
@click.option("--folder", help=r"Where the commands put files.  [default: C:\chain-backup]")
@click.option("--site", help="The name of the web site.  [default: Default Web Site]")
@click.option("--port", type=int, help="The port of its https binding.  [default: 443]")
@click.option("--sni", is_flag=True, help="The binding has the host name of --hostname in it.")
@click.option(
    "--save",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder to write the certificates to that the commands import, as far as known.",
)
@click.option(
    "--shell",
    type=click.Choice(["powershell", "cmd"]),
    default="powershell",
    show_default=True,
    help="For which shell to print the commands.",
)
def plan(
    leaf: str,
    form: str,
    folder: str | None,
    site: str | None,
    port: int | None,
    sni: bool,  # noqa: FBT001 - click passes it by name
    save: Path | None,
    shell: str,
    **given: Any,
) -> int:
    """Print the steps that make the server send the longer chain for LEAF. Nothing is run.

    Exit code 0: there is nothing to do; 1: there is a plan, or a certificate is missing.
    """
    screen = Screen()
    named: dict[str, Any] = {
        "folder": folder,
        "site": site,
        "port": port,
        "host": given.get("hostname"),
    }
    if sni and not given.get("hostname"):
        raise click.UsageError("--sni needs --hostname")
    named["sni"] = sni or None
    found = _diagnosed(leaf, screen, given, {k: v for k, v in named.items() if v is not None})
    if save is not None and found.plan is not None:
        for name, certificate in found.plan.files:
            (save / name).write_bytes(certificate.der)
    if form == "json":
        screen.json(found.to_dict()["plan"])
    elif found.plan is None:
        screen.line("There is nothing to do, or no other chain is known for this certificate.")
        for notice in found.selection.notices:
            screen.line(f"· {notice.text}", DIM)
    else:
        screen.raw(_plan_lines(found, shell))
    return 0 if found.plan is None and found.selection.pending[0].root is not None else 1


@iis.command()
@click.argument("chain", required=False)
@connect_options
@click.option("--expect", help="A file with the chain that should be sent.")
@click.option("--devices", "-d", help="Device classes that have to accept, as 'android>=5.1'.")
@click.option("--before", help="A file with the chain of the last look: say what has changed.")
@click.option("--at", metavar="DATE", callback=moment_option, help="[default: now]")
@click.option("--hostname", "-H", help="The name that clients connect to.")
@format_option("text", "json")
def verify(
    chain: str | None,
    expect: str | None,
    devices: str | None,
    before: str | None,
    at: datetime.datetime | None,
    hostname: str | None,
    form: str,
    **wire: Any,
) -> int:
    """Judge what a server really sends: CHAIN, or what answers at --connect.

    CHAIN is the saved output of "openssl s_client -connect HOST:443 -showcerts", or any chain file;
    a dash reads standard input. Exit code 0: as it should be; 1: not, or changed since --before.
    """
    from legacytrust.iis import drift, verify_served

    if expect and devices:
        raise click.UsageError("--expect and --devices do not go together")
    screen, moment = Screen(), at or now()
    served = served_by(chain, **wire)
    wanted = read_chain(expect, None) if expect else devices
    with screen.progress("asking all device classes"):
        seen = verify_served(served, wanted, at=moment, hostname=hostname)
        changed = None
        if before:
            earlier = verify_served(read_chain(before, None), at=moment, hostname=hostname)
            changed = drift(earlier, seen)
    if form == "json":
        data = seen.to_dict()
        screen.json(data if changed is None else {**data, "drift": changed.to_dict()})
    else:
        screen.table((), _verification_rows(seen, changed))
    return 0 if seen.is_fixed and (changed is None or changed.is_none) else 1


# -- reading ------------------------------------------------------------------------------------


def _diagnosed(
    leaf: str, screen: Screen, given: dict[str, Any], named: dict[str, Any] | None = None
) -> Any:
    from legacytrust.iis import LocalMachine, Site, diagnose, read_store_file

    known = [c for path in given["known"] for c in read_chain(str(path), None)]
    certificate = read_chain(leaf, None).leaf
    fields: dict[str, Any] = {
        field: read_store_file(given[field], known=[certificate, *known])
        for field, _ in _STORES.values()
        if given[field] is not None
    }
    listed = given["list_date"]
    server = LocalMachine(
        **fields,
        auto_root_update=not given["no_root_update"],
        ctl_date=listed.date() if listed is not None else None,
    )
    with screen.progress("asking all device classes"):
        return diagnose(
            server,
            certificate,
            at=given["at"] or now(),
            cross=_cross(given["cross"]),
            hostname=given["hostname"],
            site=Site(**(named or {})),
        )


def _cross(path: Path | None) -> Certificate | None:
    if path is None:
        return None
    chain = read_chain(str(path), None)
    crosses = [c for c in chain if c.is_ca and not c.is_self_issued()]
    return crosses[0] if crosses else chain.leaf


# -- showing ------------------------------------------------------------------------------------


def _show_diagnosis(screen: Screen, found: Any) -> None:
    selection = found.selection
    screen.facts(_sent_facts(selection.sent))
    screen.line()
    rows = [
        (str(rank), str(one), one.why or "chosen", one.evidence.label if one.why else "")
        for rank, one in enumerate(selection.candidates, 1)
    ]
    screen.table(("rank", "path", "why it is not higher", "evidence"), rows)
    screen.line()
    for notice in selection.notices:
        screen.line(f"· {notice.text}", DIM)
    screen.line(_counts(found), BOLD)
    screen.table(("connections", "now", "after the plan", "who"), _fates(found))
    if found.plan is not None:
        screen.line(f"The plan: send {found.plan.cross}; 'legacytrust iis plan' prints it.")
        if found.predicted is None:
            screen.line(f"To predict it, pass {found.plan.cross} with --cross.")


def _sent_facts(chain: ServedChain) -> Iterator[tuple[str, str]]:
    for number, certificate in enumerate(chain, 1):
        yield ("sent" if number == 1 else "", f"{number}  {certificate.label}")


def _counts(found: Any) -> str:
    text = f"{len(found.lost)} of {len(found.report)} device classes refuse what is sent"
    if found.predicted is not None:
        text += f"; the plan recovers {len(found.recovered)} and loses {len(found.newly_lost)}"
    return text


def _fates(found: Any) -> Iterator[tuple[Cell | str, ...]]:
    """Both directions; one row for each family and fate, so that the table stays short."""
    fates: dict[tuple[str, str, str, str], list[str]] = {}
    for direction, who, before, after in _changes(found):
        family, _, version = who.partition("/") if direction == "to the server" else (who, "", "")
        fates.setdefault((direction, family, before, after), []).append(version)
    for (direction, family, before, after), versions in fates.items():
        style = VERDICT_STYLES[Verdict(after)] if after else ""
        told = f"{family}: {', '.join(versions)}" if versions[0] else family
        yield direction, before, Cell(after or "not predicted", style), told


def _changes(found: Any) -> Iterator[tuple[str, str, str, str]]:
    """What the plan changes and what it leaves refused."""
    for outcome in found.lost:
        after = found.predicted[outcome.device.id].verdict.value if found.predicted else ""
        yield "to the server", outcome.device.id, outcome.verdict.value, after
    told = {outcome.device.id for outcome in found.lost}
    for one in found.consequences:
        if one.who not in told:
            yield one.direction.value, one.who, one.before.value, one.after.value


def _plan_lines(found: Any, shell: str) -> Iterator[str]:
    comment = "#" if shell == "powershell" else "rem"
    where = "in Windows PowerShell" if shell == "powershell" else "in cmd"
    yield f"{comment} To send {found.plan.cross}. Run elevated {where}, step by step."
    for number, step in enumerate(found.plan.steps, 1):
        yield ""
        yield f"{comment} {number}. {step.title}"
        yield f"{comment}    {step.reason}"
        yield from getattr(step.commands, shell)
        undo: Iterable[str] = getattr(step.rollback, shell)
        yield from (f"{comment}    to undo: {line}" for line in undo)
        if step.predicted is not None:
            yield f"{comment}    then the server sends: {step.predicted}"


def _verification_rows(seen: Any, changed: Any) -> Iterator[tuple[Cell | str, ...]]:
    for number, certificate in enumerate(seen.chain, 1):
        yield Cell("sent" if number == 1 else "", DIM), f"{number}  {certificate.label}"
    yield Cell("last issuer", DIM), seen.rule.found
    if seen.rule.applies:
        kept = "kept" if seen.rule.is_kept else "not kept"
        yield Cell("rule", DIM), f"it should be {seen.rule.wanted}: {kept}"
    report = seen.report
    counts = f"{len(report.accepted)} accept, {len(report.rejected)} refuse"
    yield Cell("devices", DIM), f"{counts}, {len(report.unknown)} cannot be told"
    if seen.required:
        names = ", ".join(o.device.id for o in seen.missed if o.device is not None)
        yield Cell("required", DIM), f"do not accept: {names}" if names else "all accept"
    if seen.remark:
        yield Cell("note", DIM), seen.remark
    if changed is not None:
        yield Cell("since before", DIM), str(changed)
    good = seen.is_fixed and seen.is_as_expected
    yield Cell("verdict", DIM), Cell("as it should be" if good else "not as it should be", BOLD)
