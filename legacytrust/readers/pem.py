"""PEM, with any text around the blocks (RFC 7468, section 2: parsers should ignore it)."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import Final

import attrs

from legacytrust.errors import ChainError

__all__ = [
    "BUNDLE_LABELS",
    "CERTIFICATE_LABELS",
    "PemBlock",
    "as_bytes",
    "pem_blocks",
    "without_mark",
]

#: Labels of blocks that hold one certificate.
CERTIFICATE_LABELS: Final = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})

#: Labels of blocks that hold a PKCS#7 bundle.
BUNDLE_LABELS: Final = frozenset({"PKCS7", "PKCS #7 SIGNED DATA", "CMS"})

_BEGIN: Final = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,60})-----")
_HEADER: Final = re.compile(rb"\A\s*[A-Za-z][A-Za-z0-9-]*:.*?\r?\n[ \t]*\r?\n", re.DOTALL)
_DASHES: Final = b"-----"

#: How a text says in which encoding it is, longest mark first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"-\0-\0-\0", "utf-16-le"),
    (b"\0-\0-\0-", "utf-16-be"),
)


@attrs.frozen
class PemBlock:
    """One block of a PEM text.

    :param label: what stands after BEGIN.
    :param data: the decoded bytes; empty for what holds no certificate, such as a private key:
        nobody here has a use for that.
    :param line: 1-based number of the BEGIN line.
    :param start: offset of the BEGIN line.
    """

    label: str
    data: bytes = attrs.field(repr=False)
    line: int
    start: int


def as_bytes(text: str | bytes) -> bytes:
    """A PEM text as bytes; characters that cannot be written become question marks."""
    return text.encode(errors="replace") if isinstance(text, str) else bytes(text)


def without_mark(data: bytes) -> bytes:
    """UTF-8 without a byte order mark, if the text begins with one or is UTF-16."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode(errors="replace")
    return data


def pem_blocks(data: bytes, where: str) -> tuple[PemBlock, ...]:
    """All blocks of a text in order.

    :raises ChainError: when a block has no end, or one for certificates has no base64 in it.
    """
    blocks: list[PemBlock] = []
    position, counted, line = 0, 0, 1
    while begin := _BEGIN.search(data, position):
        line += data.count(b"\n", counted, begin.start())
        counted = begin.start()
        label = begin[1].decode()
        end = data.find(_DASHES, begin.end())
        marker = b"-----END %b-----" % begin[1]
        if not data.startswith(marker, end):
            raise ChainError(
                f"the {label} block that begins in line {line} has no end",
                where=where,
                hint="the file seems to be cut off or damaged",
            )
        wanted = label in CERTIFICATE_LABELS or label in BUNDLE_LABELS
        content = _decode(data[begin.end() : end], label, line, where) if wanted else b""
        blocks.append(PemBlock(label, content, line, begin.start()))
        position = end + len(marker)
    return tuple(blocks)


def _decode(body: bytes, label: str, line: int, where: str) -> bytes:
    # Some blocks carry headers ("Comment: ...") before an empty line; base64 has no colon.
    body = _HEADER.sub(b"", body) if b":" in body else body
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ChainError(
            f"the {label} block in line {line} is not base64: {error}", where=where
        ) from error
