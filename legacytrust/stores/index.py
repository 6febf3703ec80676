"""One file that holds the whole catalogue, for programs.

The text files below ``trust_stores/`` are for people.  Reading hundreds of them each time would
take seconds, so what a wheel carries is one index that is derived from them.  It is a head, a few
sections with a line of JSON for each row, and the certificates one after the other:

    legacytrust index
    <sha256 of the head> <length of the head>
    {"format": 2, "data": "...", "sections": {"stores": [offset, length, sha256], ...}}
    ...

A section is read when it is first asked for, and a certificate when a path needs it.  Every section
carries its digest, and every certificate has to have the fingerprint by which it was asked for, so
damage is found where it matters and is one clear error.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, StoreDataError

__all__ = ["FORMAT", "FileSource", "Index", "MemorySource", "Source", "pack"]

FORMAT: Final = 2
"""The version of the form of the index; an index of another version is not read."""

_MAGIC: Final = b"legacytrust index\n"
#: The line of the digest and the length: 64 digits, a space, 10 digits, a newline.
_START: Final = len(_MAGIC) + 64 + 1 + 10 + 1
_BEGIN: Final = re.compile(re.escape(_MAGIC) + rb"([0-9a-f]{64}) ([0-9]{10})\n")
_LARGEST: Final = 1 << 28


class Source(Protocol):
    """Bytes that can be read in parts."""

    def read(self, offset: int, size: int) -> bytes:
        """Up to *size* bytes from *offset* on.

        :raises OSError: when they cannot be read.
        """


class MemorySource:
    """An index that is at hand."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, offset: int, size: int) -> bytes:
        """Up to *size* bytes from *offset* on."""
        return self._data[offset : offset + size]


class FileSource:
    """An index in a file: of what is mapped into memory only the parts that are used are read.

    A file that is replaced meanwhile does not matter: what was mapped stays what it was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, offset: int, size: int) -> bytes:
        """Up to *size* bytes from *offset* on; OSError when the file cannot be read."""
        return self._content[offset : offset + size]

    @cached_property
    def _content(self) -> mmap.mmap | bytes:
        with self._path.open("rb") as file:
            try:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:  # an empty file cannot be mapped
                return b""

    def __reduce__(self) -> tuple[type[FileSource], tuple[Path]]:
        return FileSource, (self._path,)


def pack(
    head: Mapping[str, object], sections: Mapping[str, Sequence[object]], certificates: bytes
) -> bytes:
    """The bytes of an index.

    :param head: what can be known without reading a section.
    :param sections: rows that can be written as JSON, by name.
    :param certificates: all certificates, one after the other.
    """
    bodies = {name: b"\n".join(map(_json, rows)) for name, rows in sections.items()}
    bodies["certificates"] = certificates
    places: dict[str, tuple[int, int, str]] = {}
    offset = 0
    for name, body in bodies.items():
        places[name] = (offset, len(body), hashlib.sha256(body).hexdigest())
        offset += len(body)
    top = _json({"format": FORMAT, **head, "sections": places})
    line = f"{hashlib.sha256(top).hexdigest()} {len(top):010}\n".encode()
    return b"".join((_MAGIC, line, top, *bodies.values()))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Index:
    """An index that was opened.

    :param source: its bytes.
    :param where: what to call it in messages.
    :param hint: what to do about a damaged one.
    :raises StoreDataError: when it is none, is damaged, or is of another version.
    """

    def __init__(self, source: Source, where: str, hint: str = "install the package again") -> None:
        self._source = source
        self.where: Final = where
        self._hint: Final = hint
        self._body = 0
        self._head: Final[dict[str, Any]] = self._read_head()
        if self._head.get("format") != FORMAT:
            raise self.error(f"has the format {self._head.get('format')}, not {FORMAT}")

    def error(self, what: str) -> StoreDataError:
        """An error that names the index and what to do about it."""
        return StoreDataError(
            f"the index of the trust stores {what}", where=self.where, hint=self._hint
        )

    def head(self, key: str) -> Any:
        """What the head says at *key*; ``None`` if nothing."""
        return self._head.get(key)

    def section(self, name: str) -> tuple[bytes, ...]:
        """The rows of a section, each as JSON.

        :raises StoreDataError: when it is damaged.
        """
        offset, size, digest = self._place(name)
        body = self._read(offset, size)
        if hashlib.sha256(body).hexdigest() != digest:
            raise self.error(f"is damaged: section {name!r}")
        return tuple(body.split(b"\n")) if body else ()

    def rows(self, name: str) -> tuple[Any, ...]:
        """The same rows, as JSON gives them.

        :raises StoreDataError: when the section is damaged.
        """
        return tuple(map(json.loads, self.section(name)))

    def certificate(self, sha256: str, offset: int, size: int) -> Certificate:
        """The certificate at this place, which must have this fingerprint.

        :raises StoreDataError: when it has another.
        """
        start, length, _ = self._place("certificates")
        try:
            if offset + size > length:
                raise self.error("is damaged: it is too short")
            certificate = Certificate.from_der(self._read(start + offset, size))
            if certificate.sha256 == sha256:
                return certificate
        except CertificateError:
            pass
        raise self.error(f"is damaged: certificate {sha256}")

    def _place(self, name: str) -> tuple[int, int, str]:
        try:
            offset, size, digest = self._head["sections"][name]
        except KeyError:
            raise self.error(f"has no section {name!r}") from None
        return self._body + offset, size, digest

    def _read_head(self) -> dict[str, Any]:
        start = _BEGIN.fullmatch(self._read(0, _START))
        length = int(start[2]) if start is not None else 0
        if start is None or length > _LARGEST:
            raise self.error("is damaged: it does not begin like one")
        body = self._read(_START, length)
        if hashlib.sha256(body).hexdigest().encode() != start[1]:
            raise self.error("is damaged: its head")
        self._body = _START + length
        found: dict[str, Any] = json.loads(body)
        return found

    def _read(self, offset: int, size: int) -> bytes:
        try:
            return self._source.read(offset, size)
        except OSError as error:
            raise self.error(f"cannot be read: {error.strerror}") from error
