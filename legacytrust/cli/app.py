"""The command group: versions, and errors as one line.

Whatever cannot be run ends with exit code 2 and one line on standard error that begins with
``error:``.  A defect of the program itself keeps its traceback, but gets the same exit code: the
code 1 means that a device refuses the chain, and nothing else.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any, Final

import click

from legacytrust.cli.catalogue import stores
from legacytrust.cli.check import check, explain
from legacytrust.cli.devices import devices
from legacytrust.cli.importing import import_command
from legacytrust.cli.roots import roots
from legacytrust.cli.screen import Screen
from legacytrust.cli.windows import iis
from legacytrust.errors import LegacyTrustError

__all__ = ["COULD_NOT_RUN", "application"]

COULD_NOT_RUN: Final = 2
_INTERRUPTED: Final = 130


class _Application(click.Group):
    """A group whose commands return their exit code."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run and exit; every error becomes one line."""
        options["standalone_mode"] = False
        sys.exit(self._run(*args, **options))

    def _run(self, *args: Any, **options: Any) -> int:
        try:
            return int(super().main(*args, **options) or 0)
        except LegacyTrustError as error:
            return _fail(str(error))
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx is not None else "legacytrust"
            return _fail(f"{error.format_message()} (see '{path} --help')")
        except click.ClickException as error:
            return _fail(error.format_message())
        except (click.Abort, KeyboardInterrupt):
            return _INTERRUPTED
        except Exception:  # noqa: BLE001 - or Python would end with 1, which is a verdict
            traceback.print_exc()
            return _fail("this is a defect of legacytrust; please report it with the lines above")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has gone away is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still in the buffer would fail again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return COULD_NOT_RUN
        return result


def _fail(message: str) -> int:
    Screen().error(message)
    return COULD_NOT_RUN


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if not wanted or ctx.resilient_parsing:
        return
    from legacytrust import __version__, load_catalog

    catalog = load_catalog()
    counts = f"{len(catalog.store_catalog.ids)} stores, {len(catalog.devices)} device classes"
    Screen().line(f"legacytrust {__version__}, store data {catalog.version} ({counts})")
    ctx.exit()


@click.group(
    cls=_Application,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all accepted, 1 some rejected or unknown, 2 could not run.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the versions of the code and of the store data.",
)
def application() -> None:
    """Which devices refuse a certificate chain, and why."""


stores.add_command(import_command)
for _command in (check, explain, devices, stores, roots, iis):
    application.add_command(_command)
