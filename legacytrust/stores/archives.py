"""Reading certificates out of package files, in memory and within limits.

A package file comes from the network, so it is treated as hostile until its digest is checked, and
with care even then: nothing is ever unpacked to disk, a name that climbs out of the archive is
refused, and sizes are limited before anything is read.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import IO, cast

import attrs

from legacytrust.errors import StoreDataError
from legacytrust.stores.sources import Encoding, InnerFile

__all__ = ["Found", "Limits", "certificates_in", "find_certificates", "matches"]

_PEM = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END ")
# The end of one string literal and the beginning of the next, joined by a plus sign or by nothing.
_JOINT = re.compile(rb"""(["'])[ \t]*\+?[ \t]*\r?\n[ \t]*\1""")
# A certificate of version 3: two SEQUENCEs with lengths of two bytes, and the version.
_DER_HEAD = re.compile(rb"(?=\x30\x82(..)\x30\x82..\xa0\x03\x02\x01\x02)", re.DOTALL)
_AR_MAGIC, _AR_HEADER = b"!<arch>\n", 60
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # zipfile: an encrypted member
)


@attrs.frozen
class Limits:
    """How much of an archive is read before it is given up.

    :ivar package: size of the package file.
    :ivar member: size of one file in it.
    :ivar unpacked: size of everything in it together.
    """

    package: int = 64 << 20
    member: int = 16 << 20
    unpacked: int = 512 << 20


DEFAULT_LIMITS = Limits()


@attrs.frozen
class Found:
    """A certificate, and the path in the archive at which it was found."""

    path: str
    der: bytes


def find_certificates(
    name: str, data: bytes, wanted: tuple[InnerFile, ...], limits: Limits = DEFAULT_LIMITS
) -> tuple[Found, ...]:
    """The certificates in those files of an archive that are *wanted*, in archive order.

    :param name: the name of the package file; its ending says what kind of archive it is.
    :param data: the package file.
    :raises StoreDataError: if the archive is of an unknown kind, is damaged, breaks a limit, holds
        a name that climbs out of it, or lacks a wanted file.
    """
    if len(data) > limits.package:
        raise StoreDataError(f"the package file has {len(data)} bytes", where=name)
    found: list[Found] = []
    seen: set[InnerFile] = set()
    try:
        patterns = tuple(inner.path for inner in wanted)
        for path, content in _members(name, data, patterns, limits):
            inner = next(inner for inner in wanted if matches(path, inner.path))
            seen.add(inner)
            found += [Found(path, der) for der in certificates_in(content, inner.encoding)]
    except _BROKEN as error:
        raise StoreDataError(f"the archive is damaged: {error}", where=name) from error
    for inner in wanted:
        if inner not in seen:
            raise StoreDataError(f"the archive has no file {inner.path}", where=name)
    return tuple(found)


def certificates_in(content: bytes, encoding: Encoding) -> tuple[bytes, ...]:
    """The DER certificates in a file; blocks that are not base64 are passed over."""
    if encoding is Encoding.DER:
        return (content,)
    if encoding is Encoding.EMBEDDED_DER:
        return tuple(_embedded(content))
    if encoding is Encoding.ESCAPED_PEM:
        content = _JOINT.sub(b"", content.replace(rb"\n", b"\n"))
    blocks = (_decoded(block) for block in _PEM.findall(content))
    return tuple(block for block in blocks if block is not None)


def matches(path: str, pattern: str) -> bool:
    """Whether *path* fits *pattern*, in which ``*`` does not cross a slash."""
    parts, patterns = path.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def _embedded(content: bytes) -> Iterator[bytes]:
    """What begins like a certificate and is whole; its fingerprint will tell whether it is one."""
    for head in _DER_HEAD.finditer(content):
        end = head.start() + 4 + int.from_bytes(head[1])
        if end <= len(content):
            yield content[head.start() : end]


def _decoded(block: bytes) -> bytes | None:
    try:
        return base64.b64decode(block)
    except binascii.Error:
        return None


def _members(
    name: str, data: bytes, patterns: tuple[str, ...], limits: Limits
) -> Iterator[tuple[str, bytes]]:
    """Path and content of the regular files that fit one of the *patterns*.

    What follows an exclamation mark in a pattern is the path inside an archive inside the archive.
    """
    split = [pattern.partition("!") for pattern in patterns]

    def is_wanted(path: str) -> bool:
        return any(matches(path, pattern) for pattern, _, _ in split)

    for path, content in _plain_members(name, data, is_wanted, limits):
        inside = tuple(rest for pattern, _, rest in split if rest and matches(path, pattern))
        for deeper, part in _members(path, content, inside, limits) if inside else ():
            yield f"{path}!{deeper}", part
        if any(not rest and matches(path, pattern) for pattern, _, rest in split):
            yield path, content


def _plain_members(
    name: str, data: bytes, is_wanted: Callable[[str], bool], limits: Limits
) -> Iterator[tuple[str, bytes]]:
    if name.endswith((".whl", ".zip")):
        return _zip_members(name, data, is_wanted, limits)
    if name.endswith((".tar.gz", ".tgz")):
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(data)))
        return _tar_members(name, stream, is_wanted, limits)
    if name.endswith(".deb"):
        return _tar_members(name, _deb_stream(name, data), is_wanted, limits)
    raise StoreDataError("an archive of this kind cannot be read", where=name)


def _zip_members(
    name: str, data: bytes, is_wanted: Callable[[str], bool], limits: Limits
) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            path = _safe(name, info.filename)
            if info.is_dir() or not is_wanted(path):
                continue
            with archive.open(info) as member:
                yield path, _limited(member, limits.member, f"{name}: {path}")


def _tar_members(
    name: str, stream: IO[bytes], is_wanted: Callable[[str], bool], limits: Limits
) -> Iterator[tuple[str, bytes]]:
    counted = _Counted(stream, limits.unpacked, name)
    with tarfile.open(fileobj=cast("IO[bytes]", counted), mode="r|") as archive:
        for info in archive:
            path = _safe(name, info.name)
            member = archive.extractfile(info) if info.isreg() and is_wanted(path) else None
            if member is not None:
                yield path, _limited(member, limits.member, f"{name}: {path}")


def _deb_stream(name: str, data: bytes) -> IO[bytes]:
    """The unpacked ``data.tar`` of a Debian package, which is an ``ar`` archive of three files."""
    for member, content in _ar_members(name, data):
        if member == "data.tar.xz":
            return cast("IO[bytes]", lzma.LZMAFile(io.BytesIO(content)))
        if member == "data.tar.gz":
            return cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(content)))
    raise StoreDataError("there is no data.tar.xz or data.tar.gz in it", where=name)


def _ar_members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if not data.startswith(_AR_MAGIC):
        raise StoreDataError("this is not a Debian package", where=name)
    position = len(_AR_MAGIC)
    while position + _AR_HEADER <= len(data):
        header = data[position : position + _AR_HEADER]
        size = header[48:58].strip()
        if not size.isdigit() or header[58:60] != b"`\n":
            raise StoreDataError("the archive is damaged: bad member header", where=name)
        start = position + _AR_HEADER
        yield header[:16].decode("latin-1").strip().rstrip("/"), data[start : start + int(size)]
        position = start + int(size) + int(size) % 2


def _safe(name: str, path: str) -> str:
    """The path without a leading ``./``; StoreDataError if it leads out of the archive."""
    path = path.removeprefix("./")
    if path.startswith("/") or ".." in path.split("/"):
        raise StoreDataError(f"the path {path!r} leads out of the archive", where=name)
    return path


def _limited(stream: IO[bytes], limit: int, where: str) -> bytes:
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise StoreDataError(f"the file has more than {limit} bytes", where=where)
    return content


class _Counted:
    """A stream that gives up once more than *limit* bytes were read from it."""

    def __init__(self, stream: IO[bytes], limit: int, where: str) -> None:
        self._stream = stream
        self._left = limit
        self._where = where

    def read(self, size: int = -1) -> bytes:
        """Read like a file; StoreDataError beyond the limit."""
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise StoreDataError("the archive unpacks to more than is sensible", where=self._where)
        return content
