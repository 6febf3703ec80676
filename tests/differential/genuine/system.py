"""Asks the machine's own OpenSSL through its command line: `openssl verify`.

Slower than the library driver (a process for each question), but as independent of our own code
as a check can be, and anyone can repeat the command by hand. The library itself is at hand as
`openssl.open_library(openssl.SYSTEM)`.

The command line differs from a TLS client in one default: without `-auth_level` it asks for no
security level at all, where libssl asks for 1 or 2. Here `security_level=None` therefore means
the level of the machine's libssl, as with every other driver; 0 switches the check off.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from ssl import DER_cert_to_PEM_cert

from differential.genuine.model import (
    NO_ERROR_CODE,
    PARSE,
    GenuineVerdict,
    NotFetchedError,
    Question,
    UnsupportedOptionError,
)
from differential.genuine.openssl import SYSTEM, open_library
from differential.genuine.worker import is_ip

_ERROR = re.compile(r"^error (\d+) at (\d+) depth lookup: ?(.*)$", re.MULTILINE)


@cache
def command_version() -> str:
    """What `openssl version` says; raises NotFetchedError when there is no such command."""
    path = shutil.which("openssl")
    if path is None:
        raise NotFetchedError("no openssl command on this machine; install OpenSSL")
    done = subprocess.run([path, "version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@cache
def default_security_level() -> int:
    """The level that the machine's libssl asks of a TLS client."""
    with open_library(SYSTEM) as library:
        return library.security_level or 0


def verify(
    served: Sequence[bytes],
    store: Sequence[bytes],
    *,
    at: datetime,
    purpose: str = "sslserver",
    flags: Iterable[str] = (),
    hostname: str | None = None,
    security_level: int | None = None,
) -> GenuineVerdict:
    """The verdict of `openssl verify` on one `Question`, whose fields these are."""
    question = Question(
        served,
        store,
        at=at,
        purpose=purpose,
        flags=flags,
        hostname=hostname,
        security_level=security_level,
    )
    return ask(question)


def verify_many(questions: Iterable[Question]) -> tuple[GenuineVerdict, ...]:
    """The verdicts on many questions, in their order."""
    return tuple(ask(question) for question in questions)


def ask(question: Question) -> GenuineVerdict:
    """The verdict of `openssl verify` on one question.

    Raises UnsupportedOptionError for `register_all_digests=False`: there is no option for it.
    """
    command_version()
    if not question.register_all_digests:
        raise UnsupportedOptionError("the command line always knows all digests: ask without")
    with tempfile.TemporaryDirectory() as folder:
        command = _command(question, Path(folder))
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "OPENSSL_CONF": os.devnull},
        )
    return _verdict(done.returncode, done.stdout, done.stderr)


def _command(question: Question, folder: Path) -> list[str]:
    level = question.security_level
    level = default_security_level() if level is None else level
    return [
        *("openssl", "verify", "-no-CAfile", "-no-CApath", "-no-CAstore"),
        *_pem_option("-CAfile", question.store, folder / "store.pem"),
        *_pem_option("-untrusted", question.served, folder / "served.pem"),
        *("-attime", str(int(question.at.timestamp()))),
        *("-purpose", question.purpose, "-auth_level", str(level)),
        *(f"-{flag}" for flag in sorted(question.flags)),
        *_host_option(question.hostname),
        _pem_file(question.served[:1], folder / "leaf.pem"),
    ]


def _host_option(hostname: str | None) -> tuple[str, ...]:
    if hostname is None:
        return ()
    return ("-verify_ip" if is_ip(hostname) else "-verify_hostname", hostname)


def _pem_option(option: str, certificates: Sequence[bytes], path: Path) -> tuple[str, ...]:
    # An empty file is an error, an absent option is an empty list.
    return (option, _pem_file(certificates, path)) if certificates else ()


def _pem_file(certificates: Sequence[bytes], path: Path) -> str:
    path.write_text("".join(map(DER_cert_to_PEM_cert, certificates)), encoding="ascii")
    return str(path)


def _verdict(code: int, stdout: str, stderr: str) -> GenuineVerdict:
    if code == 0:
        return GenuineVerdict(True, 0, "ok")
    found = _ERROR.search(stderr) or _ERROR.search(stdout)
    if found is None:
        return GenuineVerdict(False, NO_ERROR_CODE, f"{PARSE}: {stderr.strip()}")
    return GenuineVerdict(False, int(found[1]), found[3].strip(), int(found[2]))
