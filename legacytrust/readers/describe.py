"""What a file is when it is no chain, so that the error can say so."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, TypeAlias

from legacytrust._der import UNIVERSAL, DerError, Tag, decode_oid, element, elements

__all__ = ["DAMAGED", "describe", "describe_der"]

#: What has the outermost parts of a certificate, but cannot be read as one.
DAMAGED: Final = "a damaged certificate"

_SAMPLE: Final = 4096
_SEQUENCE: Final = b"\x30"
_PKCS7: Final = "1.2.840.113549.1.7."

#: What else people hand in, by the first bytes.
_MAGIC: Final = (
    (b"\xfe\xed\xfe\xed", "a Java keystore (JKS)"),
    (b"\xce\xce\xce\xce", "a Java keystore (JCEKS)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"ssh-", "an SSH public key"),
    (b"---- BEGIN SSH2", "an SSH public key"),
    (b"PuTTY-User-Key-File", "a private key (PuTTY)"),
)
_HTML: Final = re.compile(rb"<(?:!doctype html|html|\?xml|head|body)", re.IGNORECASE)

_Shape: TypeAlias = tuple[int, ...]

#: Other structures, by the universal tags of their outermost members.
_SHAPES: Final[tuple[tuple[_Shape, str], ...]] = (
    ((Tag.INTEGER, Tag.SEQUENCE, Tag.OCTET_STRING), "a private key (PKCS#8)"),
    ((Tag.INTEGER,) * 5, "a private key (PKCS#1 or DSA)"),
    ((Tag.INTEGER, Tag.OCTET_STRING), "a private key (SEC 1)"),
    ((Tag.SEQUENCE, Tag.OCTET_STRING), "an encrypted private key"),
    ((Tag.SEQUENCE, Tag.BIT_STRING), "a public key"),
)
_SIGNED: Final = (Tag.SEQUENCE, Tag.SEQUENCE, Tag.BIT_STRING)
_REQUEST: Final = (Tag.INTEGER, Tag.SEQUENCE, Tag.SEQUENCE)
_REVOCATIONS: Final = (Tag.SEQUENCE, Tag.SEQUENCE)
_TIMES: Final = (Tag.UTC_TIME, Tag.GENERALIZED_TIME)
_NOT_UNIVERSAL: Final = -1


def describe(data: bytes) -> str:
    """What these bytes are, with an article, as it stands after "this is"."""
    sample = data[:_SAMPLE]
    text = sample.lstrip()
    for magic, name in _MAGIC:
        if sample.startswith(magic) or text.startswith(magic):
            return name
    if _HTML.match(text):
        return "an HTML or XML page"
    printable = sum(32 <= octet < 127 or octet in b"\r\n\t" for octet in sample)
    if printable > 0.9 * len(sample):
        return "some text"
    return describe_der(data) if data.startswith(_SEQUENCE) else "some binary data"


def describe_der(data: bytes) -> str:
    """What structure this is, as far as its outermost members tell."""
    try:
        content = element(data).content
        shape = _shape(content)
        if shape[:3] == _SIGNED:
            return _describe_signed(_shape(element(content).content))
        if shape[:1] == (Tag.OID,) and decode_oid(element(content).content).startswith(_PKCS7):
            return "a PKCS#7 structure of a kind that holds no certificates"
    except DerError:
        return "DER that is cut off or damaged"
    for wanted, name in _SHAPES:
        if shape[: len(wanted)] == wanted:
            return name
    return "a DER structure that is no certificate"


def _shape(content: bytes) -> _Shape:
    return tuple(
        item.tag if item.tag_class == UNIVERSAL else _NOT_UNIVERSAL
        for item in islice(elements(content), 6)
    )


def _describe_signed(shape: _Shape) -> str:
    if shape[:3] == _REQUEST and shape[3:] in ((), (_NOT_UNIVERSAL,)):
        return "a certificate request"
    unversioned = shape[1:] if shape[:1] == (Tag.INTEGER,) else shape
    if unversioned[:2] == _REVOCATIONS and unversioned[2:3] and unversioned[2] in _TIMES:
        return "a revocation list"
    return DAMAGED
