"""The saved output of ``openssl s_client -showcerts``.

The chain as the server sent it stands between the line ``Certificate chain`` and the next line of
dashes, one PEM block below each numbered subject.  Without ``-showcerts`` the same section lists
every subject but holds no block, and only the leaf follows further down: read naively, that looks
like a server that forgot its intermediates.  So the subjects are counted against the blocks.
"""

from __future__ import annotations

import re
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.errors import AmbiguousInputError, ChainError
from legacytrust.readers.pem import pem_blocks

__all__ = ["is_showcerts", "read_showcerts"]

_SECTION: Final = re.compile(rb"^Certificate chain\s*?\r?$", re.MULTILINE)
_END: Final = re.compile(rb"^---\s*?\r?$", re.MULTILINE)
_SUBJECT: Final = re.compile(rb"^\s*(\d+) s:", re.MULTILINE)
_NO_PEER: Final = b"no peer certificate available"


def is_showcerts(data: bytes) -> bool:
    """Whether the text has the marks of ``s_client``."""
    section = _SECTION.search(data)
    return (section is not None and _SUBJECT.search(data, section.end()) is not None) or (
        _NO_PEER in data
    )


def read_showcerts(data: bytes, where: str) -> tuple[Certificate, ...]:
    """The chain in the order the server sent it.

    :raises ChainError: when the connection gave no certificate, or the blocks are not there.
    :raises AmbiguousInputError: when the text holds more than one connection.
    """
    sections = list(_SECTION.finditer(data))
    if not sections:
        raise ChainError(
            "the output of openssl s_client shows no certificate chain",
            where=where,
            hint="the handshake seems to have failed before the server sent one",
        )
    chains = {_section(data, match.end(), where) for match in sections}
    if len(chains) > 1:
        raise AmbiguousInputError(
            f"the text holds {len(sections)} connections with different chains",
            where=where,
            hint="save one connection per file",
        )
    return chains.pop()


def _section(data: bytes, start: int, where: str) -> tuple[Certificate, ...]:
    end = _END.search(data, start)
    section = data[start : end.start() if end else len(data)]
    subjects = len(_SUBJECT.findall(section))
    blocks = [b for b in pem_blocks(section, where) if b.label == "CERTIFICATE"]
    if len(blocks) != subjects:
        raise ChainError(
            f"the server sent {subjects} certificates but the text holds {len(blocks)} of them",
            where=where,
            hint="run openssl s_client with -showcerts",
        )
    return tuple(Certificate.from_der(block.data) for block in blocks)
