"""Asks genuine NSS (Debian: libnss3-dev) what `vfychain`, or `vfychain -pp`, would say."""

import shutil
import subprocess

from differential.genuine.compiled import compiled
from differential.genuine.lines import LineDriver
from differential.genuine.model import NotFetchedError


def open_nss(way: str) -> LineDriver:
    """A running driver; raises NotFetchedError when it cannot be compiled here.

    :param way: `classic` for CERT_VerifyCertificate, `pkix` for CERT_PKIXVerifyCert.
    """
    return LineDriver([str(compiled("nss", "-rdynamic", *_options())), way])


def _options() -> tuple[str, ...]:
    asked = shutil.which("pkg-config")
    if asked is None:
        raise NotFetchedError("no pkg-config on this machine; install Debian's libnss3-dev")
    command = [asked, "--cflags", "--libs", "nss"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotFetchedError("NSS is not here; install Debian's libnss3-dev")
    return tuple(done.stdout.split())
