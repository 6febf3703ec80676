"""The text of the certificate files: a header for people, and the PEM block.

Everything in the header follows from the certificate, its name in the snapshots and the pinned
source, so that the same bytes always give the same file.
"""

from __future__ import annotations

import base64
import hashlib
import textwrap
from collections.abc import Iterable

from legacytrust.certificate import Certificate
from legacytrust.stores.archives import Found
from legacytrust.stores.sources import Example, ExampleCertificate, Source

__all__ = ["certificate_text", "chain_text", "source_line"]

_COLUMNS = 64


def source_line(source: Source) -> str:
    """The beginning of the header line that names the source of a certificate."""
    return f"Source: {source}, "


def certificate_text(name: str, found: Found, source: Source) -> str:
    """The text of a file in ``certificates/``."""
    return "".join(
        (
            f"Name: {name}\n",
            f"SHA-256: {hashlib.sha256(found.der).hexdigest()}\n",
            f"Valid: {_validity(found.der)}\n",
            f"{source_line(source)}{found.path}\n",
            _pem(found.der),
        )
    )


def chain_text(
    example: Example, certificates: Iterable[tuple[ExampleCertificate, bytes, Source]]
) -> str:
    """The text of a ``chain.pem``: the certificates in order, each with its header."""
    blocks = [f"{example.title}\n{example.shows}\n"]
    for certificate, der, source in certificates:
        blocks.append(
            f"Subject: {certificate.name}\n"
            f"Issuer: {certificate.issuer}\n"
            f"SHA-256: {certificate.sha256}\n"
            f"Valid: {_validity(der)}\n"
            f"{source_line(source)}{certificate.path}\n"
            f"{_pem(der)}"
        )
    return "\n".join(blocks)


def _pem(der: bytes) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), _COLUMNS))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def _validity(der: bytes) -> str:
    certificate = Certificate.from_der(der)
    return f"{certificate.not_before.date()} to {certificate.not_after.date()}"
