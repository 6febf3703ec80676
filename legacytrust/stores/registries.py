"""Fetching pinned packages through the ordinary clients of their registries.

Each registry is reached by running the client that people use for it: ``pip download``, ``npm
pack``, ``apt-get download``.  They follow whatever mirror, proxy and certificate settings the
machine has, so no host is named here.  What they bring is believed only if its SHA-256 is the one
that was pinned.

Two of the clients need a word.

* pip prepares the metadata of a source package before it hands the file over, which runs that
  package's ``setup.py``; packages of 2011 cannot even do that any more.  So pip is given a build
  backend that does nothing but state the name and version: nothing of the package is executed.
* apt knows only the suites that the machine is set up for.  So it is given a directory of its own
  with the suites that are needed, on the Debian mirrors that the machine already uses.  Nothing on
  the machine changes, and no rights are needed.  That a mirror's index is out of date does not
  matter, since the package is checked by its digest.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from legacytrust.errors import SourceUnavailableError, StoreDataError
from legacytrust.stores.sources import Registry, Source

__all__ = ["Fetcher", "verified"]

_TIMEOUT = 600

_BACKEND = """\
import os


class __legacy__:
    @staticmethod
    def get_requires_for_build_wheel(config_settings=None):
        return []

    @staticmethod
    def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
        folder = {name!r}.replace("-", "_") + "-" + {version!r} + ".dist-info"
        os.makedirs(os.path.join(metadata_directory, folder))
        with open(os.path.join(metadata_directory, folder, "METADATA"), "w") as file:
            file.write("Metadata-Version: 2.1\\n")
            file.write("Name: " + {name!r} + "\\n")
            file.write("Version: " + {version!r} + "\\n")
        return folder


get_requires_for_build_wheel = __legacy__.get_requires_for_build_wheel
prepare_metadata_for_build_wheel = __legacy__.prepare_metadata_for_build_wheel
"""

_MATURIN = "from setuptools.build_meta import *\n"

_SUITES = frozenset(
    {
        *("oldoldstable", "oldstable", "stable", "testing", "unstable"),
        *("buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid"),
    }
)
_INDEX = re.compile(r"'(\S+?)/+dists/([^/']+)/(?:In)?Release'")
_KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")


def verified(source: Source, data: bytes) -> bytes:
    """*data*, if it is the package file that *source* pins.

    :raises StoreDataError: if it is not.
    """
    digest = hashlib.sha256(data).hexdigest()
    if digest != source.sha256:
        what = f"the package file has the SHA-256 {digest}, not the pinned {source.sha256}"
        raise StoreDataError(what, where=str(source))
    return data


@attrs.frozen
class Fetcher:
    """Brings package files, from a cache where there is one.

    :ivar work: a directory for passing files; the caller removes it.
    :ivar cache: a directory in which package files are kept, or None.
    """

    work: Path
    cache: Path | None = None

    def fetch(self, source: Source) -> bytes:
        """The package file of *source*.

        :raises SourceUnavailableError: if the registry does not give it, or its client is not
            installed.
        :raises StoreDataError: if the registry gives something else than what is pinned.
        """
        if self.cache is not None and (self.cache / source.file).is_file():
            return verified(source, (self.cache / source.file).read_bytes())
        data = verified(source, self._download(source))
        if self.cache is not None:
            self.cache.mkdir(parents=True, exist_ok=True)
            (self.cache / source.file).write_bytes(data)
        return data

    def _download(self, source: Source) -> bytes:
        target = self.work / source.id
        target.mkdir(parents=True, exist_ok=True)
        match source.registry:
            case Registry.PYPI:
                _pip(source, target)
            case Registry.NPM:
                _npm(source, target)
            case Registry.DEBIAN:
                _apt(source, target, self.work / "apt")
        return _brought(source, target)


def _brought(source: Source, target: Path) -> bytes:
    # apt writes the epoch and "+" of a version as %3a and %2b in some releases
    for file in target.iterdir():
        if file.name.replace("%2b", "+").replace("%3a", ":") == source.file:
            return file.read_bytes()
    found = ", ".join(sorted(file.name for file in target.iterdir())) or "nothing"
    raise SourceUnavailableError(f"{source.file} was asked for, {found} came", where=str(source))


def _run(
    source: Source, command: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None
) -> str:
    """Run a client; its standard output.  SourceUnavailableError if it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=True,
        )
    except FileNotFoundError as error:
        what = f"{command[0]} is not installed"
        raise SourceUnavailableError(what, where=str(source)) from error
    except subprocess.TimeoutExpired as error:
        what = f"{command[0]} gave no answer for {_TIMEOUT} seconds"
        raise SourceUnavailableError(what, where=str(source)) from error
    except subprocess.CalledProcessError as error:
        lines = f"{error.stdout}\n{error.stderr}".strip().splitlines() or [""]
        raise SourceUnavailableError(f"it was refused: {lines[-1]}", where=str(source)) from error
    return done.stdout


def _pip(source: Source, target: Path) -> None:
    pin = f"{source.name}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(target), pin]
    if source.file.endswith(".whl"):
        _run(source, [*command, "--only-binary", ":all:"], target)
        return
    backend = target.parent / f"{source.id}.backend"
    _write_backend(source, backend)
    # PIP_USE_PEP517 rather than the option, which newer versions of pip need not know
    env = {"PYTHONPATH": str(backend), "PIP_USE_PEP517": "1"}
    _run(source, [*command, "--no-binary", ":all:", "--no-build-isolation"], target, env)


def _write_backend(source: Source, folder: Path) -> None:
    """Write a package ``setuptools`` that is a build backend, old and new, and does nothing.

    ``maturin`` is the backend of packages with code in Rust, and is given the same nothing.
    """
    package = folder / "setuptools"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    text = _BACKEND.format(name=source.name, version=source.version)
    (package / "build_meta.py").write_text(text)
    (folder / "maturin.py").write_text(_MATURIN)


def _npm(source: Source, target: Path) -> None:
    pin = f"{source.name}@{source.version}"
    _run(source, ["npm", "pack", pin, "--ignore-scripts", "--silent"], target)


def _apt(source: Source, target: Path, state: Path) -> None:
    options = _apt_options(state)
    lines = _apt_sources(source, state)
    listing = state / "sources.list"
    if not listing.exists() or listing.read_text() != lines:
        listing.write_text(lines)
        _run(source, ["apt-get", *options, "update"], state)
    pin = f"{source.name}={source.version}"
    _run(source, ["apt-get", *options, "download", pin], target)


def _apt_options(state: Path) -> list[str]:
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    settings = {
        "Dir::State": state,
        "Dir::State::lists": state / "lists",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",  # the directory is ours alone; only root would switch users
    }
    return [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]


def _apt_sources(source: Source, state: Path) -> str:
    """A sources.list with the suites of *source* on each Debian mirror of the machine."""
    printed = _run(source, ["apt-get", "update", "--print-uris"], state)
    mirrors = sorted({uri for uri, suite in _INDEX.findall(printed) if suite in _SUITES})
    if not mirrors:
        raise SourceUnavailableError("this machine has no Debian mirror", where=str(source))
    signed = _signed_by()
    lines = (f"deb {signed}{mirror} {suite} main" for mirror in mirrors for suite in source.suites)
    return "\n".join(lines) + "\n"


def _signed_by() -> str:
    """The keyring of Debian, where its package has put it; apt's own choice otherwise."""
    for name in _KEYRINGS:
        keyring = Path("/usr/share/keyrings") / name
        if keyring.is_file():
            return f"[signed-by={keyring}] "
    return ""
