"""Driver programs in C: compiled when first asked for, kept in the cache of genuine libraries.

The sources stand in `drivers/`; what they include and link comes from Debian's -dev packages, which
`debian.txt` names.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from differential.genuine.fetch import default_cache
from differential.genuine.model import NotFetchedError

DRIVERS = Path(__file__).with_name("drivers")


def compiled(name: str, *options: str) -> Path:
    """The program made of `drivers/NAME.c` with these compiler options, as `-lbearssl`.

    Raises NotFetchedError when there is no compiler, or not what the program needs.
    """
    source = DRIVERS / f"{name}.c"
    made_of = hashlib.sha256(source.read_bytes() + repr(options).encode()).hexdigest()
    program = default_cache() / "drivers" / f"{name}-{made_of[:12]}"
    if not program.exists():
        _compile(source, options, program)
    return program


def _compile(source: Path, options: tuple[str, ...], program: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        raise NotFetchedError("no C compiler on this machine; install Debian's gcc")
    program.parent.mkdir(parents=True, exist_ok=True)
    unfinished = program.with_suffix(".part")
    command = [compiler, "-O1", "-Wall", "-Wextra", "-o", unfinished, source, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotFetchedError(
            f"{source.name} does not compile; install the packages of debian.txt\n{done.stderr}"
        )
    unfinished.rename(program)
