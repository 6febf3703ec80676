"""Drivers that speak lines: a small program around a genuine client, in whatever language.

The program reads questions, one a line, and answers each with one line:

    question   SECONDS HOST SERVED STORE
    answer     ok TEXT        or        no TEXT        or        crash TEXT

SECONDS is the moment as Unix time, HOST the name or `-`, SERVED and STORE are certificates as hex
joined by commas (`-` for none).  A program that dies or does not answer in time is started anew,
and the question counts as a crash: it is not the client's opinion.
"""

from __future__ import annotations

import os
import resource
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from differential.genuine.model import CRASH, NO_ERROR_CODE, DriverError, GenuineVerdict

#: Octets of memory after which a program is at an end: libpkix keeps every path that it tries.
_MOST_MEMORY = 3 << 30
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def frozen_clock(at: datetime) -> dict[str, str]:
    """The environment in which a program's clock stands still at this moment (Debian: faketime)."""
    if not Path(FAKETIME).exists():
        raise DriverError("install Debian's package faketime")
    return {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{at:%Y-%m-%d %H:%M:%S}", "TZ": "UTC",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}  # fmt: skip


class LineDriver:
    """A running program that answers questions.

    :param command: how it is started.
    :param environment: added to a bare environment.
    :param timeout: seconds that one answer may take.
    """

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> None:  # fmt: skip
        self._command = list(command)
        path = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")}
        self._environment = {**path, **(environment or {})}
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None

    def verify(
        self,
        served: Sequence[bytes],
        store: Sequence[bytes],
        *,
        at: datetime,
        hostname: str | None = None,
    ) -> GenuineVerdict:
        """The client's verdict.

        :raises DriverError: when the answer is not of the form above.
        """
        question = f"{int(at.timestamp())} {hostname or '-'} {_hex(served)} {_hex(store)}\n"
        answer = self._ask(question.encode())
        word, _, text = answer.partition(" ")
        if word not in ("ok", "no", CRASH):
            raise DriverError(f"{self._command[0]} answered {answer!r}")
        told = f"{CRASH}: {text}" if word == CRASH else text
        return GenuineVerdict(word == "ok", 0 if word == "ok" else NO_ERROR_CODE, told)

    def _ask(self, question: bytes) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,
            )
            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(question)
            self._process.stdin.flush()
        answer = self._read_line()
        if answer is None:
            self.close()
            return f"{CRASH} no answer"
        return answer

    def _read_line(self) -> str | None:
        assert self._process is not None
        assert self._process.stdout is not None
        deadline, data = time.monotonic() + self._timeout, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not data.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return None
                got = os.read(self._process.stdout.fileno(), 65536)
                if not got:
                    return None
                data += got
        return data.decode(errors="replace").strip()

    def close(self) -> None:
        """Ends the program."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()


def _hex(certificates: Sequence[bytes]) -> str:
    return ",".join(der.hex() for der in certificates) or "-"
