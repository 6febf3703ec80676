"""The saved output of `openssl s_client`: of three generations, and of the one on this machine."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest

from forge import pem
from legacytrust.chain import ServedChain
from legacytrust.errors import AmbiguousInputError, ChainError, InputTooLargeError
from readers.s_client import FORMS, SENT, output
from readers.samples import Chain, chain

LEAF, INNER, OUTER = chain().ders


def read(text: str | bytes) -> tuple[bytes, ...]:
    return tuple(c.der for c in ServedChain.from_showcerts(text))


@pytest.mark.parametrize("form", FORMS)
class TestEveryGeneration:
    def test_the_chain_is_read_in_the_order_it_was_sent(self, form: str, tmp_path: Path) -> None:
        file = tmp_path / "saved.txt"
        for text in (output(form), output(form).replace("\n", "\r\n")):
            assert read(text) == read(text.encode()) == chain().ders
            file.write_bytes(text.encode())
            assert tuple(c.der for c in ServedChain.from_file(file)) == chain().ders

    def test_order_and_duplicates_are_those_of_the_server(self, form: str) -> None:
        sent = (SENT[0], SENT[2], SENT[1], SENT[1])
        assert read(output(form, sent)) == (LEAF, OUTER, INNER, INNER)

    def test_without_showcerts_the_intermediates_are_not_there(
        self, form: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "saved.txt"
        file.write_text(output(form, blocks=False))
        with pytest.raises(ChainError, match="sent 3 certificates but the text holds 0") as caught:
            ServedChain.from_file(file)
        assert "-showcerts" in caught.value.hint
        assert caught.value.where == str(file)

    def test_a_lone_leaf_is_complete_even_without_showcerts(self, form: str) -> None:
        assert read(output(form, SENT[:1], blocks=False)) == (LEAF,)
        assert read(output(form, SENT[:1])) == (LEAF,)


class TestWhatElseIsInTheText:
    def test_certificates_outside_of_the_list_do_not_count(self) -> None:
        stapled = "OCSP response:\n" + pem(chain().root.der) + "======================\n---\n"
        assert read(stapled + output() + pem(chain().root.der)) == chain().ders

    def test_utf16_as_powershell_saves_it(self) -> None:
        assert read(output().encode("utf-16")) == chain().ders

    def test_two_connections_to_the_same_chain_are_one(self) -> None:
        assert read(output() + output()) == chain().ders

    def test_two_connections_to_different_chains_are_ambiguous(self) -> None:
        with pytest.raises(AmbiguousInputError, match="2 connections with different chains"):
            read(output() + output(sent=SENT[:2]))

    def test_blocks_alone_are_plain_pem_and_no_output_of_s_client(self) -> None:
        blocks = chain().pem.encode()
        assert tuple(c.der for c in ServedChain.from_bytes(blocks)) == chain().ders
        with pytest.raises(ChainError, match="Certificate chain"):
            read(blocks)


class TestFailures:
    @pytest.mark.parametrize("read_any", [ServedChain.from_showcerts, ServedChain.from_bytes])
    def test_a_failed_handshake_is_said_to_be_one(
        self, read_any: Callable[[bytes], ServedChain]
    ) -> None:
        text = b"CONNECTED(00000003)\n---\nno peer certificate available\n---\n"
        with pytest.raises(ChainError, match="handshake failed"):
            read_any(text)

    @pytest.mark.parametrize("length", [10, 200, 900, 1500])
    def test_a_list_that_is_cut_off_is_not_taken_for_a_chain(self, length: int) -> None:
        text = output()
        start = text.index("Certificate chain")
        with pytest.raises(ChainError, match="cut off"):
            read(text[: start + 18 + length])

    def test_a_list_without_certificates(self) -> None:
        with pytest.raises(ChainError, match="sent 0 certificates"):
            read("Certificate chain\n---\n")

    def test_an_unreadable_certificate(self) -> None:
        broken = output().replace("MII", "MIJ", 1)
        with pytest.raises(ChainError, match="not a certificate: cut off"):
            read(broken)

    def test_thousands_of_connections(self) -> None:
        with pytest.raises(InputTooLargeError):
            read("Certificate chain\n---\n" * 5000)


@contextmanager
def server(folder: Path, sent: Chain, rest: bytes) -> Iterator[int]:
    """A real `openssl s_server` on a free port of the loopback interface."""
    (folder / "leaf.pem").write_text(pem(sent.leaf.der))
    (folder / "key.pem").write_bytes(sent.leaf.spec.key.private_pem)
    (folder / "rest.pem").write_bytes(rest)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["-cert", "leaf.pem", "-key", "key.pem", "-quiet", "-naccept", "1"]
    if rest:
        options += ["-cert_chain", "rest.pem"]
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", *options],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.kill()
        process.communicate()


def connect(port: int, *options: str) -> bytes:
    """What `s_client` prints, once the server listens."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options]
    for _ in range(100):
        done = subprocess.run(command, input=b"", capture_output=True, timeout=30, check=False)
        if b"CONNECTED" in done.stdout:
            return done.stdout
    raise AssertionError(done.stderr)


@pytest.mark.skipif(which("openssl") is None, reason="there is no openssl on this machine")
class TestRealConnection:
    @pytest.mark.parametrize("protocol", ["-tls1_2", "-tls1_3"])
    def test_with_showcerts_the_chain_is_read(self, tmp_path: Path, protocol: str) -> None:
        with server(tmp_path, chain(), pem(INNER, OUTER).encode()) as port:
            text = connect(port, "-showcerts", protocol)
        assert read(text) == chain().ders

    def test_without_showcerts_the_reader_asks_for_it(self, tmp_path: Path) -> None:
        with server(tmp_path, chain(), pem(INNER, OUTER).encode()) as port:
            text = connect(port)
        with pytest.raises(ChainError, match="sent 3 certificates but the text holds 0"):
            read(text)

    @pytest.mark.parametrize("options", [(), ("-showcerts",)])
    def test_a_server_that_sends_its_leaf_only(
        self, tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        with server(tmp_path, chain(), b"") as port:
            text = connect(port, *options)
        assert read(text) == (LEAF,)

    def test_a_handshake_that_fails(self, tmp_path: Path) -> None:
        with server(tmp_path, chain(), b"") as port:
            text = connect(port, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")
        with pytest.raises(ChainError, match="handshake failed"):
            ServedChain.from_bytes(text)
