"""Running the command line: inside the process, as a process, and on a terminal."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from legacytrust.cli.app import application
from material import REPOSITORY

#: What a terminal or the user's own settings would change.
_LEFT_OUT = (
    "COLUMNS",
    "FORCE_COLOR",
    "NO_COLOR",
    "TERM",
    "PYTHONIOENCODING",
    "LEGACYTRUST_PASSWORD",
)


@pytest.fixture(autouse=True)
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    for name in _LEFT_OUT:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run a command inside the process; standard output and error are kept apart."""
    # Click 8.1 mixes them unless it is told not to; later versions cannot be told.
    told = "mix_stderr" in inspect.signature(CliRunner).parameters
    runner = CliRunner(**({"mix_stderr": False} if told else {}))

    def call(*args: str, stdin: bytes | None = None, env: dict[str, str] | None = None) -> Result:
        return runner.invoke(application, args, input=stdin, env=env, prog_name="legacytrust")

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command as a process of its own, warnings being errors."""

    def call(*args: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
        environment = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT} | env
        command = [sys.executable, "-W", "error", "-m", "legacytrust.cli", *args]
        return subprocess.run(
            command, input=stdin, capture_output=True, check=False, env=environment
        )

    return call


@pytest.fixture
def terminal() -> Callable[..., tuple[str, int]]:
    """Run a command on a pseudo-terminal of some width; what it shows, and the exit code."""
    pty = pytest.importorskip("pty", reason="pseudo-terminals are there on POSIX systems only")

    def call(*args: str, columns: int = 80, **env: str) -> tuple[str, int]:
        ours, theirs = pty.openpty()
        environment = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT}
        environment |= {"TERM": "xterm-256color", "COLUMNS": str(columns), **env}
        command = [sys.executable, "-W", "error", "-m", "legacytrust.cli", *args]
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        ) as running:
            os.close(theirs)
            shown = _drain(ours)
        os.close(ours)
        return shown.decode().replace("\r\n", "\n"), running.returncode

    return call


def _drain(descriptor: int) -> bytes:
    """Everything until the other side closes, which Linux reports as an error."""
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)
