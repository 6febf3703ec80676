"""Asks genuine mbedTLS: the libraries of Debian, and those inside wheels of python-mbedtls.

One program of ours loads whichever library it is told to.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from differential.genuine.compiled import compiled
from differential.genuine.fetch import default_cache, packages
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError

SYSTEM = "mbedtls-system"
#: The three libraries, in the order in which they need each other.
PARTS = ("crypto", "x509", "tls")
_SYSTEM_FOLDERS = (Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/lib/aarch64-linux-gnu"))


def open_mbedtls(name: str) -> LineDriver:
    """A program around this library: `SYSTEM`, or an id of `packages.toml`.

    Raises NotFetchedError when the library or a C compiler is not at hand.
    """
    return LineDriver(_command(name))


def version(name: str) -> str:
    """What the library calls itself."""
    command = [*_command(name), "version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _command(name: str) -> list[str]:
    folders = _SYSTEM_FOLDERS if name == SYSTEM else (_fetched(name),)
    paths = [next(_found(folders, part), None) for part in PARTS]
    if None in paths:
        raise NotFetchedError(f"no {name} here: install Debian's libmbedtls-dev")
    return [str(compiled("mbedtls", "-rdynamic", "-ldl")), *map(str, paths)]


def _found(folders: tuple[Path, ...], part: str) -> Iterator[Path]:
    return (path for folder in folders for path in sorted(folder.glob(f"libmbed{part}*.so.*")))


def _fetched(name: str) -> Path:
    package, cache_folder = packages()[name], default_cache()
    if not package.is_fetched(cache_folder):
        raise NotFetchedError(f"{name} is not in the cache; run fetch.py {name}")
    return package.folder_in(cache_folder) / "python_mbedtls.libs"


def open_bundle() -> LineDriver:
    """Debian's library with a bundle of names and keys in the place of its store.

    Raises NotFetchedError when it cannot be compiled here.
    """
    libraries = ("-lmbedtls", "-lmbedx509", "-lmbedcrypto")
    return LineDriver([str(compiled("esp_bundle", "-rdynamic", *libraries))])
