"""Live servers: the chain exactly as sent, and one clear error for everything else.

The servers are real ones, OpenSSL's and nginx, started on the loopback address; what they send is
compared with what `openssl s_client -showcerts` prints of the same server.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import legacytrust as lt
from forge import AT, Entity, key, pem, root
from legacytrust.errors import ServerError
from legacytrust.readers.server import STARTTLS, split_address

HOST = "localhost"
TOP = root("Server Root", key("rsa2048"))
CA = TOP.intermediate("Server CA", key("rsa2048", 1))
LEAF = CA.leaf(HOST, key("rsa2048", 2))
EXPIRED = CA.leaf(HOST, key("rsa2048", 3), not_after=AT - timedelta(days=400))
OTHER = CA.leaf("other.example", key("rsa2048", 4))

CHAINS = {
    "as it should be": (LEAF, CA),
    "leaf only": (LEAF,),
    "with the root": (LEAF, CA, TOP),
    "in the wrong order": (LEAF, TOP, CA),
    "one twice": (LEAF, CA, CA),
    "expired": (EXPIRED, CA),
    "somebody else's CA": (LEAF, root("Stranger", key("rsa2048", 5))),
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def wait_for(port: int, host: str = "127.0.0.1") -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the server did not start")


def files(folder: Path, chain: tuple[Entity, ...], name: str = "one") -> tuple[str, str]:
    certificates, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificates.write_text(pem(*(entity.der for entity in chain)))
    private.write_bytes(chain[0].spec.key.private_pem)
    return str(certificates), str(private)


@contextlib.contextmanager
def running(command: list[str], port: int, host: str = "127.0.0.1") -> Iterator[int]:
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(port, host)
            yield port
        finally:
            process.terminate()
            process.wait(10)


@contextlib.contextmanager
def s_server(
    folder: Path, chain: tuple[Entity, ...], *options: str, v6: bool = False
) -> Iterator[int]:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl program here")
    _, private = files(folder, chain)
    leaf, rest = folder / "leaf.pem", folder / "rest.pem"
    leaf.write_text(pem(chain[0].der))
    rest.write_text(pem(*(entity.der for entity in chain[1:])))
    port, host = free_port(), "::1" if v6 else "127.0.0.1"
    address = f"[::1]:{port}" if v6 else f"127.0.0.1:{port}"
    command = ["openssl", "s_server", "-accept", address, "-cert", str(leaf), "-key", private]
    command += ["-cert_chain", str(rest)] if chain[1:] else []
    command += ["-no-CAfile", "-no-CApath", "-www", *options]
    with running(command, port, host):
        yield port


@contextlib.contextmanager
def nginx(folder: Path, chain: tuple[Entity, ...], *lines: str) -> Iterator[int]:
    if shutil.which("nginx") is None:
        pytest.skip("no nginx here: install Debian's nginx-light")
    certificates, private = files(folder, chain)
    port = free_port()
    settings = "".join(f"{line}\n" for line in lines)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\nhttp {{\naccess_log off;\n"
        + "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"server {{\nlisten 127.0.0.1:{port} ssl;\nssl_certificate {certificates};\n"
        f"ssl_certificate_key {private};\n{settings}}}\n}}\n"
    )
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with running(command, port):
        yield port


def shown(port: int, *options: str) -> lt.ServedChain:
    """What OpenSSL's own client prints of the same server."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts", *options],
        input=b"", capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    return lt.ServedChain.from_showcerts(done.stdout)


def ders(chain: tuple[Entity, ...]) -> list[bytes]:
    return [entity.der for entity in chain]


@pytest.mark.parametrize("server", [s_server, nginx])
@pytest.mark.parametrize("case", CHAINS)
def test_the_chain_is_what_the_server_sends(case, server, tmp_path):
    with server(tmp_path, CHAINS[case]) as port:
        chain = lt.ServedChain.from_server("127.0.0.1", port)
        assert [c.der for c in chain] == ders(CHAINS[case])
        assert chain == shown(port)


@pytest.mark.parametrize(
    "options",
    [
        ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
        ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
        ("-tls1_2",),
        ("-tls1_3",),
    ],
    ids=["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"],
)
def test_old_and_new_versions_are_spoken(options, tmp_path):
    with s_server(tmp_path, (LEAF, CA), *options) as port:
        assert len(lt.ServedChain.from_server("127.0.0.1", port)) == 2


def test_weak_keys_and_hashes_are_shown(tmp_path):
    top = root("Weak Root", key("rsa1024"))
    leaf = top.leaf(HOST, key("rsa1024", 1), digest="sha1")
    with s_server(tmp_path, (leaf, top), "-cipher", "ALL:@SECLEVEL=0") as port:
        assert [c.der for c in lt.ServedChain.from_server(HOST, port)] == ders((leaf, top))


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_server_that_wants_a_client_certificate_has_shown_its_own(version, tmp_path):
    with s_server(tmp_path, (LEAF, CA), "-Verify", "1", "-verify_return_error", version) as port:
        assert len(lt.ServedChain.from_server("127.0.0.1", port)) == 2


def test_the_name_that_is_asked_for_decides(tmp_path):
    certificates, private = files(tmp_path, (OTHER,), "other")
    second = ("-servername", "other.example", "-cert2", certificates, "-key2", private)
    with s_server(tmp_path, (LEAF, CA), *second) as port:
        asked = lt.ServedChain.from_server("127.0.0.1", port, sni="other.example")
        assert asked.leaf.der == OTHER.der
        assert lt.ServedChain.from_server("127.0.0.1", port).leaf.der == LEAF.der
        assert lt.ServedChain.from_server("127.0.0.1", port, sni=None).leaf.der == LEAF.der


def test_ipv6(tmp_path):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with s_server(tmp_path, (LEAF, CA), v6=True) as port:
        assert len(lt.ServedChain.from_server("::1", port)) == 2


# -- before TLS -----------------------------------------------------------------------------------

TALKS = {
    "smtp": (b"220-mail\r\n220 ready\r\n", b"EHLO", b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS", b"220 go\r\n"),
    "ftp": (b"220 ready\r\n", b"AUTH TLS", b"234 go\r\n"),
    "imap": (b"* OK ready\r\n", b"a STARTTLS", b"* note\r\na OK go\r\n"),
    "pop3": (b"+OK ready\r\n", b"STLS", b"+OK go\r\n"),
    "postgres": (b"", b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b"S"),
}  # fmt: skip


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one connection that does what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)

        def run() -> None:
            with contextlib.suppress(OSError, ssl.SSLError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(20)
                    serve(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
    thread.join(20)


def talker(folder: Path, *talk: bytes) -> Callable[[socket.socket], None]:
    certificates, private = files(folder, (LEAF, CA))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates, private)

    def serve(connection: socket.socket) -> None:
        connection.sendall(talk[0])
        for wanted, answer in zip(talk[1::2], talk[2::2], strict=True):
            assert connection.recv(1000).startswith(wanted)
            connection.sendall(answer)
        with context.wrap_socket(connection, server_side=True) as spoken:
            spoken.recv(1)

    return serve


@pytest.mark.parametrize("protocol", TALKS)
def test_protocols_that_begin_without_tls(protocol, tmp_path):
    with listening(talker(tmp_path, *TALKS[protocol])) as port:
        chain = lt.ServedChain.from_server("127.0.0.1", port, starttls=protocol)
    assert [c.der for c in chain] == ders((LEAF, CA))


def test_every_protocol_is_tested():
    assert set(TALKS) == set(STARTTLS)


# -- what goes wrong ------------------------------------------------------------------------------


def test_a_closed_port_is_refused():
    with pytest.raises(ServerError, match="refused"):
        lt.ServedChain.from_server("127.0.0.1", free_port())


def test_a_silent_server_takes_too_long():
    with (
        listening(lambda connection: connection.recv(1) and time.sleep(0.6)) as port,
        pytest.raises(ServerError, match="too long"),
    ):
        lt.ServedChain.from_server("127.0.0.1", port, timeout=0.3)


def test_the_time_is_for_all_addresses_of_a_host_together(monkeypatch):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as held:
        address = full.getsockname()
        for _ in range(4):  # nobody accepts, so that the next ones wait
            one = held.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(address)
        found = (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [found] * 5)
        begun = time.monotonic()
        with pytest.raises(ServerError, match="too long"):
            lt.ServedChain.from_server("many.example", address[1], timeout=0.4)
    assert time.monotonic() - begun < 1.2


def test_the_next_address_is_asked_when_one_refuses(tmp_path, monkeypatch):
    with s_server(tmp_path, (LEAF, CA)) as port:
        ports = (free_port(), port)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", one)) for one in ports]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert len(lt.ServedChain.from_server("many.example", port)) == 2


def test_a_slow_talker_takes_too_long_too():
    def drip(connection: socket.socket) -> None:
        for _ in range(50):
            connection.sendall(b"2")
            time.sleep(0.05)

    with listening(drip) as port, pytest.raises(ServerError, match="too long"):
        lt.ServedChain.from_server("127.0.0.1", port, timeout=0.5, starttls="smtp")


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail ready\r\n", b"\x00" * 200]
)
def test_what_does_not_speak_tls_is_told(answer):
    def serve(connection: socket.socket) -> None:
        connection.sendall(answer)
        time.sleep(0.2)

    with listening(serve) as port, pytest.raises(ServerError, match="does not speak TLS"):
        lt.ServedChain.from_server("127.0.0.1", port)


def test_a_server_that_hangs_up_is_told():
    with (
        listening(lambda connection: connection.close()) as port,
        pytest.raises(ServerError, match=r"hung up|failed"),
    ):
        lt.ServedChain.from_server("127.0.0.1", port)


@pytest.mark.parametrize("protocol", STARTTLS)
@pytest.mark.parametrize("answer", [b"", b"500 no\r\n" * 3, b"N" * 70000])
def test_a_wrong_conversation_is_one_error(protocol, answer):
    def serve(connection: socket.socket) -> None:
        connection.sendall(answer)
        connection.recv(1)

    with listening(serve) as port, pytest.raises(ServerError):
        lt.ServedChain.from_server("127.0.0.1", port, starttls=protocol, timeout=0.3)


def test_a_host_that_is_not_there_is_told():
    with pytest.raises(ServerError, match=r"no such host|failed"):
        lt.ServedChain.from_server("no-such-host.invalid", timeout=5)


def test_a_protocol_that_is_not_known_is_told():
    with pytest.raises(ServerError, match="smtp"):
        lt.ServedChain.from_server("127.0.0.1", 1, starttls="gopher")


NO_HOSTS = [
    "", "a" * 70 + ".com", "a..b", ".a", "a\0b", "exa mple.com", "http://example.com/", "\u00fc" * 70,
    "x." * 130 + "com", "127.0.0.1\0",
]  # fmt: skip


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_name_is_one_error(host):
    with pytest.raises(ServerError, match="no host name"):
        lt.ServedChain.from_server(host)
    if host:
        with pytest.raises(ServerError, match="no host name"):
            lt.ServedChain.from_server("127.0.0.1", sni=host)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"port": 0}, "no port"),
        ({"port": 70000}, "no port"),
        ({"timeout": 0}, "no time"),
        ({"timeout": -1}, "no time"),
    ],
)
def test_a_port_or_timeout_that_is_none_is_one_error(options, says):
    with pytest.raises(ServerError, match=says):
        lt.ServedChain.from_server("127.0.0.1", **options)


def test_the_dot_that_ends_a_full_name_is_not_asked_for(tmp_path):
    certificates, private = files(tmp_path, (OTHER,), "other")
    second = ("-servername", "other.example", "-cert2", certificates, "-key2", private)
    with s_server(tmp_path, (LEAF, CA), *second) as port:
        asked = lt.ServedChain.from_server("127.0.0.1", port, sni="other.example.")
    assert asked.leaf.der == OTHER.der


@pytest.mark.parametrize(
    ("alert", "says"), [(40, "handshake failure"), (70, "protocol version"), (112, "unrecognized")]
)
def test_an_alert_is_told_by_its_name(alert, says):
    def serve(connection: socket.socket) -> None:
        connection.recv(4000)
        connection.sendall(bytes((21, 3, 3, 0, 2, 2, alert)))

    with listening(serve) as port, pytest.raises(ServerError, match=f"failed: .*{says}"):
        lt.ServedChain.from_server("127.0.0.1", port)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("example.com", ("example.com", 443)),
        ("example.com:8443", ("example.com", 8443)),
        ("192.0.2.1:25", ("192.0.2.1", 25)),
        ("[2001:db8::1]:993", ("2001:db8::1", 993)),
        ("[2001:db8::1]", ("2001:db8::1", 443)),
        ("2001:db8::1", ("2001:db8::1", 443)),
    ],
)
def test_addresses(text, wanted):
    assert split_address(text) == wanted


@pytest.mark.parametrize("text", ["", "a:b", "example.com:0", "example.com:99999", "[::1", "a]b"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ServerError, match="no address"):
        split_address(text)
