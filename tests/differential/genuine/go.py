"""Genuine Go releases: our few lines of Go around crypto/x509, built by the release itself.

with open_go("go-1.27.3") as go:
    go.verify(served, store, at=when, hostname="www.example.test")
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from differential.genuine.fetch import default_cache, packages
from differential.genuine.lines import LineDriver
from differential.genuine.model import DriverError, NotFetchedError

SYSTEM = "system"
"""The id of the machine's own Go (Debian: golang-go)."""
SOURCE = Path(__file__).with_name("drivers") / "verify.go"
_SYSTEM_GO = "/usr/bin/go"


def system_version() -> str:
    """The version of the machine's own Go.

    :raises NotFetchedError: when there is none.
    """
    if not Path(_SYSTEM_GO).exists():
        raise NotFetchedError("this machine has no Go of its own; install Debian's golang-go")
    return _run([_SYSTEM_GO, "env", "GOVERSION"], _environment(default_cache())).removeprefix("go")


def open_go(name: str, *, cache: Path | None = None) -> LineDriver:
    """A running program that asks this release.

    :param name: the id of a row in `packages.toml`, or `SYSTEM`.
    :raises NotFetchedError: when the release is not in the cache.
    """
    folder = cache or default_cache()
    return LineDriver([str(_built(name, folder))])


def _built(name: str, cache: Path) -> Path:
    """The program, built when it is asked for first; a new source is a new program."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    version = f"go-{system_version()}" if name == SYSTEM else name
    program = cache / "built" / f"{version}-{digest}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        scratch = program.with_name(f"{program.name}.{os.getpid()}")
        go, environment = _toolchain(name, cache)
        _build(go, environment, scratch)
        scratch.rename(program)
    return program


def _build(go: str, environment: dict[str, str], program: Path) -> None:
    """As a module of the release itself: what is built without one behaves like Go 1.20."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        release = _run([go, "env", "GOVERSION"], environment).removeprefix("go")
        minor = ".".join(release.split(".")[:2])
        (folder / "go.mod").write_text(f"module verify\n\ngo {minor}\n", encoding="utf-8")
        shutil.copy(SOURCE, folder / "main.go")
        _run([go, "build", "-o", str(program), "."], environment, folder)


def _toolchain(name: str, cache: Path) -> tuple[str, dict[str, str]]:
    environment = _environment(cache)
    if name == SYSTEM:
        return _SYSTEM_GO, environment
    root = packages()[name].folder_in(cache) / "go"
    if not root.is_dir():
        raise NotFetchedError(
            f"{name} is not in {cache}; run tests/differential/genuine/fetch.py {name}"
        )
    return str(root / "bin" / "go"), {**environment, "GOROOT": str(root)}


def _environment(cache: Path) -> dict[str, str]:
    """Nothing is fetched, and nothing is written outside the cache."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(cache / "go-home"),
        "GOCACHE": str(cache / "go-home" / "build"),
        "GOFLAGS": "-p=1",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GOPROXY": "off",
        "GOTELEMETRY": "off",
    }


def _run(command: list[str], environment: dict[str, str], folder: Path | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DriverError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return done.stdout.strip()
