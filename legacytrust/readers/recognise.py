"""Telling by content what a file is, and reading the certificates in it.

File names lie: ``.crt`` may be PEM or DER, ``.p7b`` either, and ``certutil`` writes a PKCS#7
bundle between ``BEGIN CERTIFICATE`` lines.  So only the bytes decide.  What is not a chain gets
one error that names what was found instead.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from legacytrust._der import element, elements
from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, ChainError
from legacytrust.readers.describe import DAMAGED, describe
from legacytrust.readers.limits import check_count, check_size
from legacytrust.readers.pem import (
    BUNDLE_LABELS,
    CERTIFICATE_LABELS,
    PemBlock,
    pem_blocks,
    without_mark,
)
from legacytrust.readers.pkcs7 import is_pkcs7, read_pkcs7
from legacytrust.readers.pkcs12 import is_pkcs12, read_pkcs12
from legacytrust.readers.showcerts import is_showcerts, read_showcerts

__all__ = ["read_certificates", "read_der", "read_pem"]

_SEQUENCE: Final = b"\x30"
_BARE_BASE64: Final = re.compile(rb"MI[A-Za-z0-9+/=\s]{200,}")


def read_certificates(
    data: bytes, *, password: str | bytes | None = None, where: str = ""
) -> tuple[Certificate, ...]:
    """Every certificate in the input, in served order where the format has one.

    :param data: the content of a file or of a message.
    :param password: for PKCS#12.
    :param where: what to call the input in an error.
    :raises ChainError: or a subclass, naming what was found when it is no chain.
    """
    check_size(len(data), where)
    data = without_mark(data)
    if not data.strip():
        raise ChainError(
            "the input holds nothing but white space" if data else "the input is empty",
            where=where,
        )
    if is_showcerts(data):
        found = read_showcerts(data, where)
    elif b"-----BEGIN " in data:
        found = read_pem(data, where)
    elif data.startswith(_SEQUENCE):
        found = read_der(data, password=password, where=where)
    elif (bare := _bare_base64(data)) is not None:
        found = read_der(bare, password=password, where=where)
    else:
        raise ChainError(f"no certificate in it: this is {describe(data)}", where=where)
    check_count(len(found), where)
    return found


def read_pem(data: bytes, where: str = "") -> tuple[Certificate, ...]:
    """Every certificate of a PEM text, in order, duplicates included.

    :raises ChainError: when there is none, naming the kinds of blocks that there are.
    """
    check_size(len(data), where)
    data = without_mark(data)
    blocks = pem_blocks(data, where)
    check_count(len(blocks), where)
    found = tuple(c for block in blocks for c in _from_block(block, where))
    if found:
        return found
    kinds = ", ".join(dict.fromkeys(block.label.lower() for block in blocks))
    if not kinds:
        raise ChainError(f"no PEM block in it: this is {describe(data)}", where=where)
    raise ChainError(
        f"no certificate in it, only: {kinds}",
        where=where,
        hint="a private key is not needed here and should not be handed around"
        if "private key" in kinds
        else "",
    )


def read_der(
    data: bytes, *, password: str | bytes | None = None, where: str = ""
) -> tuple[Certificate, ...]:
    """The certificates of a DER file: one or several in a row, PKCS#7 or PKCS#12.

    :raises ChainError: or a subclass, when it is something else.
    """
    check_size(len(data), where)
    if is_pkcs7(data):
        return read_pkcs7(data, where)
    if is_pkcs12(data):
        return read_pkcs12(data, password, where)
    found: list[Certificate] = []
    try:
        # Some tools end the file with a line feed or fill it up with zeros.
        for item in elements(data, padding=b"\r\n\0"):
            found.append(Certificate.from_der(item.raw))
            check_count(len(found), where)
    except CertificateError as error:
        raise ChainError(_what_instead(data, len(found), error), where=where) from error
    return tuple(found)


def _what_instead(data: bytes, readable: int, error: CertificateError) -> str:
    if readable:
        return f"what follows certificate {readable}: {error.what}"
    what = describe(data)
    return error.what if what == DAMAGED else f"no certificate in it: this is {what}"


def _from_block(block: PemBlock, where: str) -> tuple[Certificate, ...]:
    if block.label in BUNDLE_LABELS or is_pkcs7(block.data):
        return read_pkcs7(block.data, where)
    if block.label not in CERTIFICATE_LABELS:
        return ()
    try:
        # OpenSSL's TRUSTED CERTIFICATE appends its own settings to the certificate.
        trusted = block.label == "TRUSTED CERTIFICATE"
        return (Certificate.from_der(element(block.data).raw if trusted else block.data),)
    except CertificateError as error:
        raise CertificateError(
            f"the block in line {block.line}: {error.what}", where=where
        ) from error


def _bare_base64(data: bytes) -> bytes | None:
    if not _BARE_BASE64.fullmatch(data.strip()):
        return None
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
