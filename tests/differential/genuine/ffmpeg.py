"""Asks GnuTLS 3.6.10 inside a static ffmpeg for its verdict, through a real TLS handshake.

ffmpeg verifies as many applications do: the list with the default flags, no purpose, and the host
name afterwards.  The time is out of reach: chains must be made to be judged now.  It accepts when
it reads what the server says after the handshake, and refuses when it says so.
"""

import re
import ssl
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from differential.genuine.fetch import default_cache, packages
from differential.genuine.model import HANDSHAKE, NO_ERROR_CODE, GenuineVerdict, NotFetchedError
from differential.genuine.node import server

_ID = "ffmpeg-4.2.2"
_BINARY = Path("imageio_ffmpeg/binaries/ffmpeg-linux64-v4.2.2")
_TIMEOUT = 20.0
_GREETING = b"no film" * 100
_READ_SOME = re.compile(r"Statistics: [1-9]\d* bytes read")
_REFUSALS = (
    "Peer certificate failed verification",
    "certificate's owner does not match",
    "Unable to verify peer certificate",
    "Key usage violation",
)


class FFmpeg:
    """The binary, as a client of one connection per question."""

    def __init__(self, binary: Path) -> None:
        self._binary = binary

    def verify(
        self,
        served: Sequence[bytes],
        store: Sequence[bytes],
        *,
        private_key: bytes,
        hostname: str,
    ) -> GenuineVerdict:
        """The verdict on a served list whose leaf has the PEM-encoded `private_key`, now."""
        ending = server(served, private_key, greeting=_GREETING)
        with tempfile.TemporaryDirectory() as folder, ending as port:
            trusted = Path(folder) / "store.pem"
            trusted.write_text("".join(map(ssl.DER_cert_to_PEM_cert, store)))
            told = self._run(trusted, hostname, port)
        complaint = next((line for line in told if any(r in line for r in _REFUSALS)), "")
        if complaint:
            return GenuineVerdict(False, NO_ERROR_CODE, complaint)
        if any(map(_READ_SOME.search, told)):
            return GenuineVerdict(True, 0, "read what the server said")
        return GenuineVerdict(False, NO_ERROR_CODE, f"{HANDSHAKE}: {' '.join(told[-2:])}")

    def _run(self, trusted: Path, hostname: str, port: int) -> list[str]:
        command = [
            *(str(self._binary), "-hide_banner", "-loglevel", "verbose"),
            *("-tls_verify", "1", "-ca_file", str(trusted), "-verifyhost", hostname),
            *("-i", f"tls://127.0.0.1:{port}", "-f", "null", "-"),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=_TIMEOUT
            )
        except subprocess.TimeoutExpired:
            return ["no answer in time"]
        return done.stderr.splitlines()


def open_ffmpeg() -> FFmpeg:
    """The binary; raises NotFetchedError when it is not in the cache."""
    folder = packages()[_ID].folder_in(default_cache())
    if not folder.is_dir():
        raise NotFetchedError(
            f"{_ID} is not in {folder.parent}; run tests/differential/genuine/fetch.py {_ID}"
        )
    binary = folder / _BINARY
    binary.chmod(0o755)
    return FFmpeg(binary)
