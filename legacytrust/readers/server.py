"""The chain that a live server sends, exactly as it sends it.

Nothing is verified: an expired, wrong or incomplete chain is what one wants to look at.  Old
protocol versions and ciphers are allowed as far as the OpenSSL of this Python still has them, for
the same reason.  Nothing but the handshake is sent, and what a protocol wants before it
(``starttls``).

This is the one part of the library that opens a connection.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any, Final

import idna

from legacytrust.errors import ServerError

__all__ = ["DEFAULT_PORTS", "STARTTLS", "fetch_chain", "split_address"]

#: More than any protocol says before it goes over to TLS.
_MOST_GREETING: Final = 64 * 1024
_HOST_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)[^\s./:@\x00-\x1f]{1,63}(?:\.[^\s./:@\x00-\x1f]{1,63})*"
)
_ADDRESS: Final = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.%a-z]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>\d{1,5}))?"
)


def split_address(text: str, port: int = 443) -> tuple[str, int]:
    """``HOST``, ``HOST:PORT``, ``[IPv6]:PORT`` or a bare IPv6 address as host and port.

    :raises ServerError: when it is none of these.
    """
    if text.count(":") > 1 and "[" not in text:
        return text, port
    found = _ADDRESS.fullmatch(text.strip())
    given = int(found["port"]) if found and found["port"] else port
    if found is None or not 0 < given < 65536:
        raise ServerError(f"{text!r} is no address", hint="write HOST, HOST:PORT or [IPv6]:PORT")
    return found["v6"] or found["host"], given


def fetch_chain(
    host: str, port: int = 443, *, sni: str | None = "", timeout: float = 10.0, starttls: str = ""
) -> tuple[bytes, ...]:
    """The certificates that a server sends, as DER, in its order.

    :param host: name or address.
    :param port: TCP port.
    :param sni: the name to ask for; empty for ``host`` (unless it is an address), ``None`` for none.
    :param timeout: seconds for the whole exchange.
    :param starttls: what the server speaks before TLS; see :data:`STARTTLS`; empty for TLS at once.
    :raises ServerError: when there is no such server, it refuses, takes too long, does not speak
        TLS, or sends no certificate.
    """
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if starttls and starttls not in STARTTLS:
        raise ServerError(f"no protocol {starttls!r}", hint=f"known: {', '.join(STARTTLS)}")
    if not 0 < port < 65536:
        raise ServerError(f"{port} is no port")
    if not timeout > 0:
        raise ServerError(f"a timeout of {timeout} seconds leaves no time")
    address = host if _is_address(host) else _ascii(host)
    name = _name(host) if sni == "" else sni and _ascii(sni)
    line = _Line(where, time.monotonic() + timeout)
    with line.errors(), _connected(address, port, line) as raw:
        if starttls:
            STARTTLS[starttls](line)
        line.hurry()
        chain = _handshake(raw, name)
    if not chain:
        raise ServerError("the server sent no certificate", where=where)
    return chain


def _connected(address: str, port: int, line: _Line) -> socket.socket:
    """A connection to the first address of the host that answers, within the time for all of them."""
    failed: OSError = TimeoutError()
    for family, kind, protocol, _, where in socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM
    ):
        line.raw = socket.socket(family, kind, protocol)
        try:
            line.hurry().connect(where)
        except OSError as error:
            line.raw.close()
            failed = error
        else:
            return line.raw
    raise failed


def _name(host: str) -> str | None:
    """The name for SNI: an address is none."""
    return None if _is_address(host) else _ascii(host)


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError, ValueError):
            socket.inet_pton(family, host.partition("%")[0])
            return "\0" not in host
    return False


def _ascii(host: str) -> str:
    """A host name as it goes over the wire: without the dot that ends a full name."""
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ServerError(f"{host!r} is no host name: {error}") from error
    name = name.removesuffix(".")
    if _HOST_NAME.fullmatch(name) is None:
        raise ServerError(f"{host!r} is no host name", hint="write it as in www.example.com")
    return name


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what is wanted here
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0)
    return context


def _handshake(raw: socket.socket, name: str | None) -> tuple[bytes, ...]:
    """The chain; also of a server that breaks off after it has sent it, as for client certificates."""
    connection = _context().wrap_socket(
        raw, server_hostname=name, do_handshake_on_connect=False, suppress_ragged_eofs=True
    )
    with connection:
        try:
            connection.do_handshake()
        except (ssl.SSLError, OSError):
            chain = _sent(connection)
            if not chain:
                raise
            return chain
        return _sent(connection)


def _sent(connection: ssl.SSLSocket) -> tuple[bytes, ...]:
    # Public from Python 3.13 on; before that the same function is there without its public name.
    holder: Any = connection if hasattr(connection, "get_unverified_chain") else connection._sslobj  # type: ignore[attr-defined]  # noqa: SLF001
    chain = holder.get_unverified_chain() or ()
    return tuple(_der(certificate) for certificate in chain)


def _der(certificate: Any) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    der: bytes = ssl.PEM_cert_to_DER_cert(certificate.public_bytes())
    return der


# -- what comes before TLS ------------------------------------------------------------------------


class _Line:
    """A connection on which lines are spoken, within a time."""

    def __init__(self, where: str, deadline: float) -> None:
        self.where = where
        self._deadline = deadline
        self._left = _MOST_GREETING
        self.raw: socket.socket | None = None

    def hurry(self) -> socket.socket:
        """The socket, with the time that is left as its timeout."""
        assert self.raw is not None
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.raw.settimeout(left)
        return self.raw

    def say(self, data: bytes) -> None:
        self.hurry().sendall(data)

    def read(self, count: int) -> bytes:
        """Exactly that many bytes."""
        data = b""
        while len(data) < count:
            data += self._more(count - len(data))
        return data

    def line(self) -> bytes:
        """One line; byte by byte, since what follows it belongs to TLS."""
        data = b""
        while not data.endswith(b"\n"):
            data += self._more(1)
        return data.strip()

    def _more(self, count: int) -> bytes:
        got = self.hurry().recv(count)
        self._left -= len(got)
        if not got or self._left < 0:
            raise ServerError("the server does not speak this protocol", where=self.where)
        return got

    def expect(self, beginning: bytes, last: Callable[[bytes], bool]) -> None:
        """Read lines to the last one of an answer, which has to begin like this."""
        line = self.line()
        while not last(line):
            line = self.line()
        if not line.startswith(beginning):
            text = line[:80].decode("ascii", "backslashreplace")
            raise ServerError(f"the server answered {text!r}", where=self.where)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Whatever goes wrong, as one clear error."""
        try:
            yield
        except socket.gaierror as error:
            raise ServerError(
                f"there is no such host ({error.strerror})", where=self.where
            ) from error
        except ConnectionRefusedError as error:
            raise ServerError("the connection was refused", where=self.where) from error
        except TimeoutError as error:
            raise ServerError("the server took too long", where=self.where) from error
        except ssl.SSLError as error:
            raise _tls_error(error, self.where) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ServerError(f"the connection failed: {reason}", where=self.where) from error


def _tls_error(error: ssl.SSLError, where: str) -> ServerError:
    reason = (error.reason or str(error)).replace("_", " ").lower()
    not_tls = {"wrong version number", "http request", "packet length too long", "unknown protocol"}
    if reason in not_tls or "record layer failure" in reason:
        hint = "is it TLS at once, or after STARTTLS?"
        return ServerError("what answers there does not speak TLS", where=where, hint=hint)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or "eof" in reason:
        return ServerError("the server hung up in the handshake", where=where)
    return ServerError(f"the handshake failed: {reason}", where=where)


def _is_last(line: bytes) -> bool:
    """SMTP and FTP: the last line of an answer has a space after its three digits."""
    return line[3:4] != b"-" and line[:3].isdigit()


def _smtp(line: _Line) -> None:
    line.expect(b"220", _is_last)
    line.say(b"EHLO legacytrust.invalid\r\n")
    line.expect(b"250", _is_last)
    line.say(b"STARTTLS\r\n")
    line.expect(b"220", _is_last)


def _ftp(line: _Line) -> None:
    line.expect(b"220", _is_last)
    line.say(b"AUTH TLS\r\n")
    line.expect(b"234", _is_last)


def _imap(line: _Line) -> None:
    line.expect(b"* OK", lambda _: True)
    line.say(b"a STARTTLS\r\n")
    line.expect(b"a OK", lambda answer: answer.startswith(b"a "))


def _pop3(line: _Line) -> None:
    line.expect(b"+OK", lambda _: True)
    line.say(b"STLS\r\n")
    line.expect(b"+OK", lambda _: True)


def _postgres(line: _Line) -> None:
    line.say((8).to_bytes(4, "big") + (80877103).to_bytes(4, "big"))
    if line.read(1) != b"S":
        raise ServerError("the server has no TLS", where=line.where)


STARTTLS: Final[Mapping[str, Callable[[_Line], None]]] = MappingProxyType(
    {"smtp": _smtp, "imap": _imap, "pop3": _pop3, "ftp": _ftp, "postgres": _postgres}
)
"""What may be spoken before TLS, by the name that ``openssl s_client -starttls`` has for it."""

DEFAULT_PORTS: Final[Mapping[str, int]] = MappingProxyType(
    {"smtp": 25, "imap": 143, "pop3": 110, "ftp": 21, "postgres": 5432}
)
"""Where each of them is usually spoken."""
