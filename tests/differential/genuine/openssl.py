"""Asks a genuine libcrypto for its verdict, the way the TLS client built on it would.

    with open_library("openssl-1.0.2k") as openssl:
        openssl.verify(served, store, at=when).accepted

The certificate store, the served list (all of it, leaf included) and the "ssl_server" parameters
are set up as libssl does when a handshake delivers a chain, down to the security level that its
TLS layer asks for; then X509_verify_cert decides. The library runs in a process of its own
(`worker.py`), without any configuration file.
"""

import base64
import ctypes.util
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs

from differential.genuine.fetch import default_cache, packages
from differential.genuine.model import (
    CRASH,
    NO_ERROR_CODE,
    DriverError,
    GenuineVerdict,
    NotFetchedError,
    Question,
    UnsupportedOptionError,
)
from differential.genuine.worker import write_message

SYSTEM = "system"
"""The id of the machine's own libcrypto."""
LIBRARY_IDS = tuple(one.id for one in packages().values() if one.libcrypto)
"""The ids of all libraries that `fetch.py` obtains."""

_WORKER = Path(__file__).with_name("worker.py")
_TIMEOUT = 30.0


@attrs.frozen
class _Hello:
    """What a worker says of its library when it starts."""

    version: str
    checks_hosts: bool
    has_levels: bool
    security_level: int | None


class _Worker:
    """A running `worker.py`."""

    def __init__(self, libcrypto: str, digests: str, libssl: str) -> None:
        environment = {"OPENSSL_CONF": os.devnull, "PATH": os.environ.get("PATH", "")}
        if "/" in libcrypto:
            # The libraries of a wheel find each other by name in their common folder.
            environment["LD_LIBRARY_PATH"] = str(Path(libcrypto).parent)
        # The interpreter itself may need the path it was started with.
        elif own := os.environ.get("LD_LIBRARY_PATH"):
            environment["LD_LIBRARY_PATH"] = own
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_WORKER), libcrypto, digests, libssl],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self.hello = _Hello(**self._start())

    def _start(self) -> Any:
        hello = self._receive()
        if isinstance(hello, str):
            stderr = self._process.stderr.read() if self._process.stderr else b""
            raise DriverError(f"the library does not load ({hello}): {stderr.decode()[-600:]}")
        return hello

    def ask(self, message: dict[str, Any]) -> dict[str, Any] | str:
        """The worker's answer; or, as text, how it ended without one."""
        assert self._process.stdin is not None
        # A worker that dies while being written to is found out by reading from it.
        with suppress(BrokenPipeError):
            write_message(self._process.stdin, message)
        answer = self._receive()
        assert isinstance(answer, dict | str)
        return answer

    def _receive(self) -> Any:
        deadline = time.monotonic() + _TIMEOUT
        head = self._read(4, deadline)
        if isinstance(head, str):
            return head
        body = self._read(int.from_bytes(head, "big"), deadline)
        return body if isinstance(body, str) else json.loads(body)

    def _read(self, size: int, deadline: float) -> bytes | str:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        data = b""
        while len(data) < size:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([descriptor], [], [], left)[0]:
                return f"no answer within {_TIMEOUT:.0f} seconds"
            piece = os.read(descriptor, size - len(data))
            if not piece:
                return f"process ended with {self._process.wait()}"
            data += piece
        return data

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


class GenuineOpenSSL:
    """One genuine library. Use it as a context manager, or `close` it."""

    def __init__(
        self, name: str, libcrypto: str, *, security_level: int | None = None, libssl: str = ""
    ) -> None:
        self.id = name
        self._libcrypto = libcrypto
        self._libssl = libssl
        self._workers: dict[str, _Worker] = {}
        self._hello = self._worker("all").hello
        measured = self._hello.security_level
        self.security_level = security_level if measured is None else measured

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<genuine {self.version}>"

    @property
    def version(self) -> str:
        """How the library names itself."""
        return self._hello.version

    def close(self) -> None:
        """Ends the processes that run the library."""
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()

    def verify(
        self,
        served: Sequence[bytes],
        store: Sequence[bytes],
        *,
        at: datetime,
        purpose: str = "sslserver",
        flags: Iterable[str] = (),
        hostname: str | None = None,
        security_level: int | None = None,
        register_all_digests: bool = True,
    ) -> GenuineVerdict:
        """The verdict on one `Question`, whose fields these are.

        Raises UnsupportedOptionError for a flag, host name or level unknown to this version.
        """
        question = Question(
            served,
            store,
            at=at,
            purpose=purpose,
            flags=flags,
            hostname=hostname,
            security_level=security_level,
            register_all_digests=register_all_digests,
        )
        return self.ask(question)

    def verify_many(self, questions: Iterable[Question]) -> tuple[GenuineVerdict, ...]:
        """The verdicts on many questions, in their order."""
        return tuple(self.ask(question) for question in questions)

    def ask(self, question: Question) -> GenuineVerdict:
        """The verdict on one question; a crash of the library is a verdict too."""
        self._refuse_unknown_options(question)
        digests = "all" if question.register_all_digests else "tls"
        answer = self._worker(digests).ask(self._message(question))
        if isinstance(answer, str):
            self._workers.pop(digests).close()
            return GenuineVerdict(False, NO_ERROR_CODE, f"{CRASH}: {answer}")
        chain = tuple(base64.b64decode(text) for text in answer.pop("chain", ()))
        return GenuineVerdict(**answer, chain=chain)

    def _worker(self, digests: str) -> _Worker:
        if digests not in self._workers:
            self._workers[digests] = _Worker(self._libcrypto, digests, self._libssl)
        return self._workers[digests]

    def _refuse_unknown_options(self, question: Question) -> None:
        hello = self._hello
        # Host names and all flags but the strict one came with 1.0.2; older versions would
        # silently ignore them.
        if not hello.checks_hosts and question.flags - {"x509_strict"}:
            raise UnsupportedOptionError(
                f"{self.id} knows no {sorted(question.flags)}: ask without"
            )
        if not hello.checks_hosts and question.hostname is not None:
            raise UnsupportedOptionError(f"{self.id} checks no host names: ask with hostname=None")
        if not hello.has_levels and question.security_level is not None:
            raise UnsupportedOptionError(f"{self.id} has no security levels: ask without")

    def _message(self, question: Question) -> dict[str, Any]:
        level = question.security_level
        return {
            "served": [base64.b64encode(der).decode() for der in question.served],
            "store": [base64.b64encode(der).decode() for der in question.store],
            "at": int(question.at.timestamp()),
            "purpose": question.purpose,
            "flags": sorted(question.flags),
            "hostname": question.hostname,
            "security_level": self.security_level if level is None else level,
        }


def open_library(name: str, *, cache: Path | None = None) -> GenuineOpenSSL:
    """Starts one of `LIBRARY_IDS`, or `SYSTEM` for the machine's own library.

    Raises NotFetchedError when it is not in the cache, and DriverError for an unknown id or a
    library that does not run on this machine.
    """
    if name == SYSTEM:
        return _open_system()
    if name not in LIBRARY_IDS:
        raise DriverError(f"no library {name!r}; there are {', '.join((*LIBRARY_IDS, SYSTEM))}")
    package = packages()[name]
    folder = package.folder_in(cache or default_cache())
    if not folder.is_dir():
        raise NotFetchedError(
            f"{name} is not in {folder.parent}; run tests/differential/genuine/fetch.py {name}"
        )
    return GenuineOpenSSL(
        name, str(folder / package.libcrypto), security_level=package.security_level
    )


def _open_system() -> GenuineOpenSSL:
    libcrypto, libssl = ctypes.util.find_library("crypto"), ctypes.util.find_library("ssl")
    if libcrypto is None or libssl is None:
        raise NotFetchedError(
            "this machine has no libcrypto and libssl of its own; install OpenSSL"
        )
    return GenuineOpenSSL(SYSTEM, libcrypto, libssl=libssl)
