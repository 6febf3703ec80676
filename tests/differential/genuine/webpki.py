"""Genuine webpki: Debian's crate, built around our few lines of Rust, and rustls inside qh3.

with open_webpki("webpki-0.103.16", at=when) as webpki:
    webpki.verify(served, store, at=when, hostname="www.example.test")
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from differential.genuine.fetch import default_cache, packages
from differential.genuine.lines import LineDriver, frozen_clock
from differential.genuine.model import DriverError, NotFetchedError

DRIVERS = Path(__file__).with_name("drivers")
CRATES = Path("/usr/share/cargo/registry")
"""Where Debian's packages of crates put their sources."""
_CARGO = "/usr/bin/cargo"

_MANIFEST = """\
[package]
name = "webpki-driver"
version = "0.0.0"
edition = "2021"

[[bin]]
name = "webpki-driver"
path = "main.rs"

[dependencies]
webpki = {{ version = "={version}", features = ["alloc", "std"] }}
"""
_CONFIG = """\
[source.crates-io]
replace-with = "debian"

[source.debian]
directory = "{folder}"
"""


def open_webpki(name: str, *, at: datetime, cache: Path | None = None) -> LineDriver:
    """The verifier of rustls in a package, under a clock that stands still at this moment.

    :param name: the id of a row in `packages.toml`.
    :raises NotFetchedError: when the package is not in the cache.
    """
    folder = packages()[name].folder_in(cache or default_cache())
    if not folder.is_dir():
        raise NotFetchedError(
            f"{name} is not in {folder.parent}; run tests/differential/genuine/fetch.py {name}"
        )
    command = [sys.executable, str(DRIVERS / "webpki_verify.py"), str(folder / "qh3")]
    return LineDriver(command, environment=frozen_clock(at))


def debian_version() -> str:
    """The version of Debian's webpki crate.

    :raises NotFetchedError: when it is not installed.
    """
    found = sorted(CRATES.glob("webpki-*.*"))
    if not found or not Path(_CARGO).exists():
        raise NotFetchedError("install Debian's packages cargo and librust-webpki-dev")
    return found[0].name.removeprefix("webpki-")


def open_debian(*, cache: Path | None = None) -> LineDriver:
    """Debian's webpki crate.

    :raises NotFetchedError: when it is not installed.
    """
    source, version = DRIVERS / "webpki" / "main.rs", debian_version()
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    program = (cache or default_cache()) / "built" / f"webpki-{version}-{digest}"
    if not program.exists():
        _build(source, version, program)
    return LineDriver([str(program)])


def _build(source: Path, version: str, program: Path) -> None:
    """Without any network: the sources are Debian's."""
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as scratch:
        folder = Path(scratch)
        (folder / ".cargo").mkdir()
        config = _CONFIG.format(folder=CRATES)
        (folder / ".cargo" / "config.toml").write_text(config, encoding="utf-8")
        (folder / "Cargo.toml").write_text(_MANIFEST.format(version=version), encoding="utf-8")
        shutil.copy(source, folder / "main.rs")
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": scratch, "CARGO_HOME": f"{scratch}/home",
            "CARGO_BUILD_JOBS": "1",
        }  # fmt: skip
        done = subprocess.run(
            [_CARGO, "build", "--offline", "--release"], cwd=folder, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise DriverError(f"cargo build: {done.stderr[-2000:]}")
        built = folder / "target" / "release" / "webpki-driver"
        staged = program.with_name(f"{program.name}.{os.getpid()}")
        shutil.copy(built, staged)
        staged.rename(program)
