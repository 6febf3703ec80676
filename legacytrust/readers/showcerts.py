"""The saved output of ``openssl s_client -showcerts``.

The chain as the server sent it stands between the line ``Certificate chain`` and the next line of
dashes, one PEM block below each numbered subject.  Without ``-showcerts`` the same section lists
every subject but holds no block, and only the leaf follows further down: read naively, that looks
like a server that forgot its intermediates.  So the subjects are counted against the blocks; only
a server that sent nothing but its leaf has shown all it sent.
"""

from __future__ import annotations

import re
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.errors import AmbiguousInputError, CertificateError, ChainError
from legacytrust.readers.limits import check_count
from legacytrust.readers.pem import PemBlock, pem_blocks

__all__ = ["is_showcerts", "read_showcerts"]

_SECTION: Final = re.compile(rb"^Certificate chain[ \t]*\r?$", re.MULTILINE)
_END: Final = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_SUBJECT: Final = re.compile(rb"^[ \t]{0,8}(\d{1,5}) s:", re.MULTILINE)
_SERVER_CERTIFICATE: Final = re.compile(
    rb"---[ \t]*\r?\nServer certificate[ \t]*\r?\n(?=-----BEGIN )"
)
_NO_PEER: Final = b"no peer certificate available"


def is_showcerts(data: bytes) -> bool:
    """Whether the text has the marks of ``s_client``."""
    section = _SECTION.search(data)
    if section is not None and _SUBJECT.search(data, section.end()):
        return True
    return _NO_PEER in data and b"-----BEGIN CERTIFICATE-----" not in data


def read_showcerts(data: bytes, where: str) -> tuple[Certificate, ...]:
    """The chain in the order the server sent it.

    :raises ChainError: when the connection gave no certificate, or the blocks are not there.
    :raises AmbiguousInputError: when the text holds more than one connection.
    """
    starts = [match.end() for match in _SECTION.finditer(data)]
    if not starts:
        raise ChainError(
            'no line "Certificate chain" in it, as openssl s_client writes it',
            where=where,
            hint="perhaps the handshake failed before the server sent its certificates",
        )
    check_count(len(starts), where)
    ends = [*starts[1:], len(data)]
    chains = {_section(data[a:b], where) for a, b in zip(starts, ends, strict=True)}
    if len(chains) > 1:
        raise AmbiguousInputError(
            f"the text holds {len(starts)} connections with different chains",
            where=where,
            hint="save one connection per file",
        )
    return chains.pop()


def _section(text: bytes, where: str) -> tuple[Certificate, ...]:
    end = _END.search(text)
    if end is None:
        raise ChainError(
            "the list of the server's certificates has no end",
            where=where,
            hint="the output of openssl s_client seems to be cut off",
        )
    listed = text[: end.start()]
    subjects = len(_SUBJECT.findall(listed))
    blocks = _certificates(listed, where)
    if subjects == 1 and not blocks:
        blocks = _lone_leaf(text, end.start(), where)
    if len(blocks) != subjects or not blocks:
        raise ChainError(
            f"the server sent {subjects} certificates but the text holds {len(blocks)} of them",
            where=where,
            hint="run openssl s_client with -showcerts",
        )
    return tuple(_certificate(block, where) for block in blocks)


def _certificates(text: bytes, where: str) -> tuple[PemBlock, ...]:
    return tuple(block for block in pem_blocks(text, where) if block.label == "CERTIFICATE")


def _lone_leaf(text: bytes, end: int, where: str) -> tuple[PemBlock, ...]:
    """The leaf that is printed after the list, which is all there is if it lists one subject."""
    begin = _SERVER_CERTIFICATE.match(text, end)
    return _certificates(text[begin.end() :], where)[:1] if begin else ()


def _certificate(block: PemBlock, where: str) -> Certificate:
    try:
        return Certificate.from_der(block.data)
    except CertificateError as error:
        raise CertificateError(error.what, where=where) from error
