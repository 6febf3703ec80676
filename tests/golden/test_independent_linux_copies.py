"""Lists that others hold, beside ours: programs, packages and the machine's own.

None of these copies is where our list was read, unless the test says so.  Where a copy is not on
the machine the test is skipped and says what is missing.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import pytest

import legacytrust as lt
from differential.genuine import fetch
from legacytrust.stores.archives import find_certificates
from legacytrust.stores.registries import Fetcher, SourceUnavailableError
from legacytrust.stores.sources import Encoding, InnerFile, read_sources

REPOSITORY = Path(__file__).resolve().parents[2]
PINNED = [
    *read_sources(REPOSITORY / "trust_stores"),
    *read_sources(REPOSITORY / "tests" / "stores" / "copies"),
]

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_NOT_BASE64 = re.compile(rb"\\n|[^A-Za-z0-9+/=]")


def _fingerprints(content: bytes) -> frozenset[str]:
    """Of all PEM blocks, also of those in a program, where a line may end in the letters of C."""
    blocks = (_NOT_BASE64.sub(b"", block) for block in _PEM.findall(content))
    return _digests(base64.b64decode(block) for block in blocks if block)


def _digests(ders: Iterable[bytes]) -> frozenset[str]:
    return frozenset(hashlib.sha256(der).hexdigest() for der in ders)


def _ours(id: str) -> frozenset[str]:
    return frozenset(lt.load_catalog().store(id).fingerprints)


def _short(roots: Iterable[str]) -> set[str]:
    return {root[:12] for root in roots}


NODE = [
    ("0.8.28", "nodejs/0.8.28"),
    ("0.10.0", "nodejs/0.10.0"),
    ("0.10.38", "nodejs/0.10.38"),
    ("0.10.48", "nodejs/0.10.48"),
    ("4.0.0", "nodejs/4.0.0"),
    ("4.9.1", "nodejs/4.9.1"),
    ("8.17.0", "nodejs/8.17.0"),
    ("10.0.0", "nodejs/10.0.0"),
    ("12.0.0", "nodejs/12.0.0"),
    ("16.20.2", "nodejs/16.20.2"),
    ("17.9.1", "nodejs/17.9.1"),
    ("18.20.8", "nodejs/18.20.8"),
    ("4.0.0", "firefox/38.0"),
    ("4.9.1", "firefox/59.0"),
    ("12.0.0", "firefox/65.0"),
    ("12.0.0", "curl/2019-01-22"),
    ("12.0.0", "alpine/20190108"),
    ("10.0.0", "rhel/2018.2.22"),
    ("10.0.0", "debian/20180409"),
    ("16.20.2", "certifi/2022.09.14"),
    ("17.9.1", "certifi/2021.10.08"),
    ("18.20.8", "certifi/2025.01.31"),
    ("18.20.8", "debian/20250419"),
    ("24.21.0", "certifi/2026.07.22"),
]
"""A Node.js program, and the list that it carries: its own, or another that is the same."""


@pytest.mark.parametrize(("release", "id"), NODE, ids=str)
def test_the_certificates_inside_a_node_program(release: str, id: str) -> None:
    package = fetch.packages()[f"node-{release}"]
    if not package.is_fetched(fetch.default_cache()):
        pytest.skip(f"the program of Node.js {release} is not in the cache of genuine clients")
    program = package.folder_in(fetch.default_cache()) / "node"
    assert _fingerprints(program.read_bytes()) == _ours(id)


def test_the_machines_own_ca_certificates() -> None:
    """If the machine is a Debian, and we have the list of its package."""
    folder = Path("/usr/share/ca-certificates/mozilla")
    installed = _dpkg("ca-certificates")
    known = {store.id for store in lt.load_catalog().stores}
    if f"debian/{installed}" not in known or not folder.is_dir():
        pytest.skip(f"ca-certificates here: {installed or 'none'}, of which there is no list")
    found = [_fingerprints(file.read_bytes()) for file in sorted(folder.glob("*.crt"))]
    assert frozenset().union(*found) == _ours(f"debian/{installed}")


def _dpkg(package: str) -> str:
    command = ["dpkg-query", "--show", "--showformat=${Version}", package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def test_the_installed_certifi() -> None:
    """That of our list's own version: where `certifi/2026.10.19.post1` was read."""
    try:
        installed = version("certifi")
    except PackageNotFoundError:
        pytest.skip("certifi is not installed")
    released = ".".join(part.zfill(2) for part in installed.split("."))
    if f"certifi/{released}" not in {store.id for store in lt.load_catalog().stores}:
        pytest.skip(f"there is no list of certifi {installed}")
    content = files("certifi").joinpath("cacert.pem").read_bytes()
    assert _fingerprints(content) == _ours(f"certifi/{released}")


_OLD = "SSLyze-{}/sslyze/plugins/data/trust_stores/mozilla.pem"
_NEW = "sslyze-{}/sslyze/plugins/certificate_info/trust_stores/pem_files/mozilla_nss.pem"
PACKAGES = [
    ("sslyze-0.13.0", _OLD.format("0.13.0"), "firefox/38.0", "", ""),
    ("sslyze-0.13.6", _OLD.format("0.13.6"), "firefox/44.0", "", ""),
    ("sslyze-0.13.6", _OLD.format("0.13.6"), "curl/2016-01-22", "", ""),
    (
        "sslyze-1.3.2",
        "SSLyze-1.3.2/sslyze/plugins/utils/trust_store/pem_files/mozilla.pem",
        "firefox/56.0",
        "",
        "",
    ),
    ("sslyze-3.0.0", _NEW.format("3.0.0"), "alpine/20191127", "", ""),
    ("sslyze-3.0.0", _NEW.format("3.0.0"), "certifi/2020.04.05", "", ""),
    ("sslyze-6.0.0", _NEW.format("6.0.0"), "certifi/2024.02.02", "", ""),
    ("sslyze-6.0.0", _NEW.format("6.0.0"), "nodejs/22.0.0", "", ""),
    ("sslyze-6.3.1", _NEW.format("6.3.1"), "curl/2026-03-27", "", ""),
    ("certifi-2025.10.5", "certifi/cacert.pem", "certifi/2025.10.05", "", ""),
    # Debian's update of 2011 was made to remove DigiNotar.
    (
        "tornado-2.0",
        "tornado-2.0/tornado/ca-certificates.crt",
        "debian/20090814+nmu3",
        "0d136e439f0a",
        "",
    ),
    # EC-ACC, which curl's list has lost by then.
    ("sslyze-5.0.1", _NEW.format("5.0.1"), "curl/2022-03-18", "88497f01602f", ""),
    # Older by some weeks than NSS 3.79, which brought two roots of D-TRUST and one of Telia.
    (
        "sslyze-5.0.1",
        _NEW.format("5.0.1"),
        "firefox/102.0",
        "",
        "08170d1aa364 242b69742fcb e59aaa816009",
    ),
    # Newer than the list in Node.js by one root, e-Szigno TLS Root CA 2023.
    ("sslyze-6.3.1", _NEW.format("6.3.1"), "nodejs/20.20.2", "b49141502d00", ""),
]
"""A pinned package, its list, ours, and what only theirs and only ours holds."""


@pytest.mark.network
@pytest.mark.parametrize(("source", "path", "id", "theirs", "only_ours"), PACKAGES)
def test_lists_in_packages_of_others(
    tmp_path_factory: pytest.TempPathFactory,
    source: str,
    path: str,
    id: str,
    theirs: str,
    only_ours: str,
) -> None:
    pinned = next(one for one in PINNED if one.id == source)
    cache = tmp_path_factory.getbasetemp() / "packages"
    try:
        data = Fetcher(tmp_path_factory.mktemp("work"), cache).fetch(pinned)
    except SourceUnavailableError as error:
        pytest.skip(str(error))
    found = find_certificates(pinned.file, data, (InnerFile(path, Encoding.PEM),))
    held = _digests(one.der for one in found)
    assert _short(held - _ours(id)) == set(theirs.split())
    assert _short(_ours(id) - held) == set(only_ours.split())
