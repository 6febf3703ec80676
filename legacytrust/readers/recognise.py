"""Telling by content what a file is, and reading the certificates in it.

File names lie: ``.crt`` may be PEM or DER, ``.p7b`` either, and ``certutil`` writes a PKCS#7
bundle between ``BEGIN CERTIFICATE`` lines.  So only the bytes decide.  What is not a chain gets
one error that names what was found instead.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable
from typing import Final

from legacytrust._der import DerError, Element, children, element
from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, ChainError
from legacytrust.readers.containers import is_pkcs7, is_pkcs12, read_pkcs7, read_pkcs12
from legacytrust.readers.limits import check_count, check_size
from legacytrust.readers.pem import PemBlock, pem_blocks
from legacytrust.readers.showcerts import is_showcerts, read_showcerts

__all__ = ["read_certificates", "read_der", "read_pem"]

_CERTIFICATE_LABELS: Final = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
_BUNDLE_LABELS: Final = ("PKCS7", "CMS")
_SEQUENCE: Final = b"\x30"

#: What else people hand in, by the first bytes.
_MAGIC: Final = (
    (b"\xfe\xed\xfe\xed", "a Java keystore (JKS)"),
    (b"\xce\xce\xce\xce", "a Java keystore (JCEKS)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"{", "JSON"),
    (b"ssh-", "an SSH public key"),
)
_HTML: Final = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml|<head|<body)", re.IGNORECASE)
_BARE_BASE64: Final = re.compile(rb"MI[A-Za-z0-9+/=\s]{200,}")
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                 (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


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
    data = _without_mark(data)
    if not data.strip():
        raise ChainError("the input is empty", where=where)
    if is_showcerts(data):
        found = read_showcerts(data, where)
    elif b"-----BEGIN " in data:
        found = read_pem(data, where)
    elif data.startswith(_SEQUENCE):
        found = read_der(data, password=password, where=where)
    elif (bare := _bare_base64(data)) is not None:
        found = read_der(bare, password=password, where=where)
    else:
        raise ChainError(f"no certificate in it: this is {_describe(data)}", where=where)
    check_count(len(found), where)
    return found


def read_pem(data: bytes, where: str = "") -> tuple[Certificate, ...]:
    """Every certificate of a PEM text, in order, duplicates included.

    :raises ChainError: when there is none, naming the kinds of blocks that there are.
    """
    check_size(len(data), where)
    blocks = pem_blocks(data, where)
    check_count(len(blocks), where)
    found = tuple(c for block in blocks for c in _from_block(block, where))
    if found:
        return found
    kinds = ", ".join(dict.fromkeys(block.label.lower() for block in blocks))
    if not kinds:
        raise ChainError(f"no PEM block in it: this is {_describe(data)}", where=where)
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
    try:
        return tuple(Certificate.from_der(item.raw) for item in children(data))
    except CertificateError as error:
        raise ChainError(f"not a certificate but {_describe_der(data)}", where=where) from error


def _from_block(block: PemBlock, where: str) -> tuple[Certificate, ...]:
    if block.label in _BUNDLE_LABELS or is_pkcs7(block.data):
        return read_pkcs7(block.data, where)
    if block.label not in _CERTIFICATE_LABELS:
        return ()
    try:
        # OpenSSL's TRUSTED CERTIFICATE appends its own settings to the certificate.
        trusted = block.label == "TRUSTED CERTIFICATE"
        return (Certificate.from_der(element(block.data).raw if trusted else block.data),)
    except CertificateError as error:
        raise CertificateError(
            f"the block in line {block.line} is not a certificate: {error.what}", where=where
        ) from error


def _without_mark(data: bytes) -> bytes:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode()
    return data


def _bare_base64(data: bytes) -> bytes | None:
    if not _BARE_BASE64.fullmatch(data.strip()):
        return None
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _describe(data: bytes) -> str:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if _HTML.match(data):
        return "an HTML or XML page"
    sample = data[:4096]
    printable = sum(32 <= octet < 127 or octet in b"\r\n\t" for octet in sample)
    return "some text" if printable > 0.9 * len(sample) else "some binary data"


def _describe_der(data: bytes) -> str:
    try:
        first = element(data)
        parts = children(first.content)
    except DerError:
        return "DER that is cut off or damaged"
    for name, matches in _DER_SHAPES:
        if matches(parts):
            return name
    return "some other DER structure"


def _tags(*wanted: int) -> Callable[[tuple[Element, ...]], bool]:
    return lambda parts: tuple(item.tag for item in parts[: len(wanted)]) == wanted


#: Shapes by the tags of the outermost members: 2 INTEGER, 4 OCTET STRING, 16 SEQUENCE, 3 BITS.
_DER_SHAPES: Final[tuple[tuple[str, Callable[[tuple[Element, ...]], bool]], ...]] = (
    ("a private key (PKCS#8)", _tags(2, 16, 4)),
    ("a private key (PKCS#1)", _tags(2, 2, 2, 2, 2)),
    ("a private key (SEC 1)", _tags(2, 4)),
    ("an encrypted private key", _tags(16, 4)),
    ("a certificate request, a revocation list or a damaged certificate", _tags(16, 16, 3)),
    ("a public key", _tags(16, 3)),
)
