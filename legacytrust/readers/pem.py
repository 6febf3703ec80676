"""PEM, with any text around the blocks (RFC 7468, section 2: parsers should ignore it)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

import attrs

from legacytrust.errors import ChainError

__all__ = ["PemBlock", "pem_blocks"]

_BEGIN: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,60})-----")


@attrs.frozen
class PemBlock:
    """One block: the label of its BEGIN line, the decoded bytes, and its 1-based line number."""

    label: str
    data: bytes
    line: int
    start: int


def pem_blocks(data: bytes, where: str) -> tuple[PemBlock, ...]:
    """All blocks of a text in order.

    :raises ChainError: when a block has no end or no base64 in it.
    """
    blocks: list[PemBlock] = []
    position = 0
    while begin := _BEGIN.search(data, position):
        end_marker = b"-----END " + begin[1] + b"-----"
        end = data.find(end_marker, begin.end())
        line = data.count(b"\n", 0, begin.start()) + 1
        label = begin[1].decode()
        if end < 0:
            raise ChainError(
                f"the {label} block that begins in line {line} has no end",
                where=where,
                hint="the file seems to be cut off",
            )
        body = data[begin.end() : end]
        blocks.append(PemBlock(label, _decode(body, label, line, where), line, begin.start()))
        position = end + len(end_marker)
    return tuple(blocks)


def _decode(body: bytes, label: str, line: int, where: str) -> bytes:
    # Encrypted keys carry headers ("Proc-Type: ...") before an empty line; base64 has no colon.
    body = body.rsplit(b"\n\n", 1)[-1] if b":" in body else body
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ChainError(
            f"the {label} block in line {line} is not base64: {error}", where=where
        ) from error
