"""Asks the OpenSSL inside an old Node.js binary for its verdict, through a real TLS handshake.

The versions that no wheel carries (1.0.0m, 1.0.1m, 1.0.1u, 1.1.0h) exist as Node.js binaries of
npm. Each question starts a TLS server on the loopback interface that sends exactly the served
list; Node.js connects with the store as its `ca` and reports what OpenSSL found.

Three things are out of reach: the time (chains must be made to be judged now), flags, and the
path that was built. Nor is the host name judged: Node.js does that by itself, not OpenSSL.
"""

import json
import os
import selectors
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from differential.genuine.fetch import default_cache, packages
from differential.genuine.model import (
    CRASH,
    HANDSHAKE,
    NO_ERROR_CODE,
    DriverError,
    GenuineVerdict,
    NotFetchedError,
    UnsupportedOptionError,
)

NODE_IDS = tuple(one.id for one in packages().values() if one.openssl)
"""The ids of all Node.js binaries that `fetch.py --node` obtains."""
BUN = "bun-1.4.5"
"""A binary that does as Node.js does, on BoringSSL."""

# The names that Node.js has for OpenSSL's numbers.
ERRORS = {
    "OK": 0,
    "UNABLE_TO_GET_ISSUER_CERT": 2,
    "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY": 6,
    "CERT_SIGNATURE_FAILURE": 7,
    "CERT_NOT_YET_VALID": 9,
    "CERT_HAS_EXPIRED": 10,
    "ERROR_IN_CERT_NOT_BEFORE_FIELD": 13,
    "ERROR_IN_CERT_NOT_AFTER_FIELD": 14,
    "OUT_OF_MEM": 17,
    "DEPTH_ZERO_SELF_SIGNED_CERT": 18,
    "SELF_SIGNED_CERT_IN_CHAIN": 19,
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY": 20,
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": 21,
    "CERT_CHAIN_TOO_LONG": 22,
    "INVALID_CA": 24,
    "PATH_LENGTH_EXCEEDED": 25,
    "INVALID_PURPOSE": 26,
    "CERT_UNTRUSTED": 27,
    "CERT_REJECTED": 28,
    # For the rest Node.js has OpenSSL's text only.
    "authority and subject key identifier mismatch": 30,
    "authority and issuer serial number mismatch": 31,
    "key usage does not include certificate signing": 32,
    "unhandled critical extension": 34,
    "permitted subtree violation": 47,
    "excluded subtree violation": 48,
    "unsupported name constraint type": 51,
    "EE certificate key too weak": 66,
    "CA certificate key too weak": 67,
    "CA signature digest algorithm too weak": 68,
}
_TIMEOUT = 20.0
_SCRIPT = Path(__file__).with_name("node_client.js")
_TOLERANCE = timedelta(hours=1)


class GenuineNode:
    """One running Node.js binary. Use it as a context manager, or `close` it."""

    def __init__(self, name: str, binary: Path) -> None:
        self.id = name
        self._binary = binary
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        # Extra roots from the environment would be trusted besides the store.
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NODE_", "SSL_"))}
        process = subprocess.Popen(
            [str(self._binary), "--max-old-space-size=300", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment,
        )
        hello = _read_line(process.stdout)
        if hello is None:
            process.kill()
            process.wait()
            raise DriverError(f"{self.id} does not run on this machine: {self._binary}")
        self.version = f"OpenSSL {hello['version']}"
        return process

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def verify(
        self,
        served: Sequence[bytes],
        store: Sequence[bytes],
        *,
        private_key: bytes,
        at: datetime | None = None,
    ) -> GenuineVerdict:
        """The verdict on a served list whose leaf has the PEM-encoded `private_key`, now.

        Raises UnsupportedOptionError when `at` is another time than now, give or take an hour.
        `error` is OpenSSL's last complaint, where the library driver gives the first.
        """
        if at is not None and abs(datetime.now(UTC) - at) > _TOLERANCE:
            raise UnsupportedOptionError(f"{self.id} judges at the present, not at {at:%Y-%m-%d}")
        pems = [ssl.DER_cert_to_PEM_cert(der) for der in store]
        with server(served, private_key) as port:
            return self._ask({"port": port, "ca": pems})

    def _ask(self, question: dict[str, Any]) -> GenuineVerdict:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
        answer = _read_line(self._process.stdout)
        if answer is None:
            self.close()
            self._process = self._start()
            return GenuineVerdict(False, NO_ERROR_CODE, f"{CRASH}: no answer")
        if "failure" in answer:
            return GenuineVerdict(False, NO_ERROR_CODE, f"{HANDSHAKE}: {answer['failure']}")
        code = answer["code"]
        return GenuineVerdict(code == "OK", ERRORS.get(code, NO_ERROR_CODE), code)


def open_node(name: str, *, cache: Path | None = None) -> GenuineNode:
    """Starts one of `NODE_IDS`.

    Raises NotFetchedError when it is not in the cache, DriverError when it does not run here.
    """
    if name not in NODE_IDS:
        raise DriverError(f"no Node.js {name!r}; there are {', '.join(NODE_IDS)}")
    folder = packages()[name].folder_in(cache or default_cache())
    if not folder.is_dir():
        raise NotFetchedError(
            f"{name} is not in {folder.parent}; run tests/differential/genuine/fetch.py {name}"
        )
    return GenuineNode(name, folder / "node")


def open_bun(*, cache: Path | None = None) -> GenuineNode:
    """Starts Bun, which speaks the language of Node.js and lets BoringSSL verify.

    Raises NotFetchedError when it is not in the cache.
    """
    folder = packages()[BUN].folder_in(cache or default_cache())
    if not folder.is_dir():
        raise NotFetchedError(
            f"{BUN} is not in {folder.parent}; run tests/differential/genuine/fetch.py {BUN}"
        )
    return GenuineNode(BUN, folder / "package" / "bin" / "bun")


def _read_line(stream: IO[bytes] | None) -> dict[str, Any] | None:
    """The next line's message, or None when there is none in time."""
    assert stream is not None
    deadline = time.monotonic() + _TIMEOUT
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
            piece = os.read(stream.fileno(), 65536)
            if not piece:
                return None
            line += piece
    message: dict[str, Any] = json.loads(line)
    return message


@contextmanager
def server(served: Sequence[bytes], private_key: bytes, *, greeting: bytes = b"") -> Iterator[int]:
    """A TLS server that answers one connection with exactly the served list; yields its port.

    :param greeting: what it says before it hangs up; if nothing, it waits for the client to speak.
    """
    context = _server_context(served, private_key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(_TIMEOUT)
        thread = threading.Thread(
            target=_serve_once, args=(listener, context, greeting), daemon=True
        )
        thread.start()
        yield listener.getsockname()[1]
        thread.join(_TIMEOUT)


def _server_context(served: Sequence[bytes], private_key: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Level 0 lets the server speak TLS 1.0 and send certificates that nobody should accept.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        chain = "".join(map(ssl.DER_cert_to_PEM_cert, served))
        path.write_bytes(private_key + chain.encode())
        context.load_cert_chain(path)
    return context


def _serve_once(listener: socket.socket, context: ssl.SSLContext, greeting: bytes) -> None:
    # Whatever the client does to the connection, the verdict comes from the client.
    with suppress(OSError):
        connection, _ = listener.accept()
        connection.settimeout(_TIMEOUT)
        with connection, context.wrap_socket(connection, server_side=True) as session:
            if greeting:
                session.sendall(greeting)
            else:
                session.recv(1)
