"""Small packages of two real roots, as PyPI, npm and Debian pack theirs."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from legacytrust.stores.archives import certificates_in
from legacytrust.stores.sources import Encoding

ROOT = Path(__file__).resolve().parents[2] / "trust_stores"


def _der(name: str) -> bytes:
    """A real certificate: the held root of this name."""
    for file in (ROOT / "certificates").iterdir():
        if file.read_text("utf-8").startswith(f"Name: {name}\n"):
            [der] = certificates_in(file.read_bytes(), Encoding.PEM)
            return der
    raise LookupError(name)


X1, X2 = _der("ISRG Root X1"), _der("ISRG Root X2")


def fingerprint(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def pem(*ders: bytes) -> bytes:
    blocks = (
        b"some text\n-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n"
        % base64.encodebytes(der)
        for der in ders
    )
    return b"".join(blocks)


def zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return stream.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def deb(files: Mapping[str, bytes], member: str = "data.tar.xz") -> bytes:
    pack = lzma.compress if member.endswith(".xz") else gzip.compress
    members = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", member: pack(tarred(files))}
    archive = b"!<arch>\n"
    for name, content in members.items():
        archive += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        archive += content + b"\n" * (len(content) % 2)
    return archive
