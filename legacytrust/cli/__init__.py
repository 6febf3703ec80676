"""The command line: ``legacytrust check``, ``explain``, ``devices``, ``stores``, ``roots``, ``iis``.

This is the one place that reads the clock, the terminal and standard input; everything below takes
what it needs as arguments.  It needs the extra ``[cli]`` and says so in one line when it is absent,
so this module itself imports nothing beyond the standard library.

Exit codes: 0 all accepted, 1 some rejected or unknown, 2 could not run.
"""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line with the arguments of the process, and exit."""
    try:
        import click  # noqa: F401
        import rich  # noqa: F401
    except ImportError as error:
        sys.stderr.write(
            f"error: the command line needs the package {error.name} "
            "(pip install 'legacytrust[cli]')\n"
        )
        sys.exit(2)
    from legacytrust.cli.app import application

    application.main(prog_name="legacytrust")
    raise AssertionError("click ends the process")
