"""Trust anchors of BearSSL as C source, which ``brssl ta`` and its successors generate.

An array of ``br_x509_trust_anchor`` names, for each anchor, the octets of its name and those of its
key; a certificate is not in it.  ``brssl`` and the generators for Arduino (``trust_anchors.h``)
call the arrays by other names, so what counts is how the anchors refer to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from asn1crypto import parser

from legacytrust._der import DerError, Tag, element
from legacytrust.algorithms import PublicKey
from legacytrust.errors import StoreError
from legacytrust.names import Name
from legacytrust.stores.formats.entries import KeyRoot, check_entries

__all__ = ["read", "recognise"]

_MARK: Final = b"br_x509_trust_anchor"
_LEXEME: Final = re.compile(
    r"//[^\n]*|/\*|\"[^\"\n]*\"|[A-Za-z_]\w*|0[xX][0-9A-Fa-f]{1,16}|\d{1,20}|[{}\[\]=;,()&.*]"
)
_NUMBER: Final = re.compile(r"0[xX][0-9A-Fa-f]+|\d+")
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
#: Words of C, and of the structure, that name no array.
_PLAIN: Final = frozenset(
    {
        *("const", "unsigned", "char", "uint8_t", "size_t", "void", "sizeof"),
        *("rsa", "ec", "n", "e", "q", "nlen", "elen", "qlen", "curve"),
        *("data", "len", "dn", "flags", "pkey", "key", "key_type"),
    }
)
_TYPES: Final = frozenset({"char", "uint8_t"})
_CURVES: Final[Mapping[str, bytes]] = {
    "BR_EC_secp256r1": bytes.fromhex("2a8648ce3d030107"),
    "BR_EC_secp384r1": bytes.fromhex("2b81040022"),
    "BR_EC_secp521r1": bytes.fromhex("2b81040023"),
}
_NUMBERED: Final = {"23": "BR_EC_secp256r1", "24": "BR_EC_secp384r1", "25": "BR_EC_secp521r1"}
_RSA: Final = bytes.fromhex("2a864886f70d010101")
_EC: Final = bytes.fromhex("2a8648ce3d0201")
_NULL: Final = b"\x05\x00"


def recognise(data: bytes) -> bool:
    """Whether this is source with trust anchors of BearSSL."""
    return _MARK in data


def read(data: bytes, where: str = "") -> tuple[KeyRoot, ...]:
    """The names and keys of the anchors, in the order of their array.

    :raises StoreError: when an array is missing or is not what it should be.
    """
    lexemes = tuple(_lexemes(data.decode("utf-8", "replace")))
    arrays = _arrays(lexemes)
    roots: list[KeyRoot] = []
    try:
        for anchor in _anchors(lexemes):
            roots.append(_root(anchor, arrays))
            check_entries(len(roots), where)
    except (DerError, StoreError) as error:
        what = f"trust anchor {len(roots) + 1}: {error.what}"
        raise StoreError(what, where=where, hint="brssl ta writes such files") from error
    if not roots:
        raise StoreError("an array of trust anchors is named, but not given", where=where)
    return tuple(roots)


def _lexemes(text: str) -> Iterator[str]:
    """The lexemes without comments; what is not C of this kind is passed over."""
    position = 0
    while match := _LEXEME.search(text, position):
        position = match.end()
        if match[0] == "/*":
            end = text.find("*/", position)
            position = end + 2 if end >= 0 else len(text)
        elif not match[0].startswith(("//", '"')):
            yield match[0]


def _arrays(lexemes: Sequence[str]) -> Mapping[str, bytes]:
    """The arrays of octets: ``char NAME[] = { 0x30, ... }``."""
    found: dict[str, bytes] = {}
    for place, lexeme in enumerate(lexemes[:-1]):
        if lexeme not in _TYPES or not _WORD.fullmatch(lexemes[place + 1]):
            continue
        begin = _past_equals(lexemes, place + 2)
        octets = _octets(lexemes, begin) if begin is not None else None
        if octets is not None:
            found[lexemes[place + 1]] = octets
    return found


def _past_equals(lexemes: Sequence[str], place: int) -> int | None:
    """The place after ``[...] = {``; None when something else stands here."""
    head = lexemes[place : place + 8]
    if not head or head[0] != "[" or "]" not in head:
        return None
    after = place + head.index("]") + 1
    while after < len(lexemes) and _WORD.fullmatch(lexemes[after]):  # PROGMEM and the like
        after += 1
    return after + 2 if tuple(lexemes[after : after + 2]) == ("=", "{") else None


def _octets(lexemes: Sequence[str], place: int) -> bytes | None:
    """The numbers up to the closing brace; None when something else stands among them."""
    found = bytearray()
    while place < len(lexemes) and lexemes[place] != "}":
        if _NUMBER.fullmatch(lexemes[place]):
            found.append(min(_number(lexemes[place]), 255))
        elif lexemes[place] != ",":
            return None
        place += 1
    return bytes(found)


def _number(text: str) -> int:
    return int(text, 16 if text[:2] in ("0x", "0X") else 10)


def _anchors(lexemes: Sequence[str]) -> Iterator[list[str]]:
    """The words and numbers of each anchor: the parts of the array in their outermost braces."""
    for place, lexeme in enumerate(lexemes):
        if lexeme != "br_x509_trust_anchor" or place + 1 >= len(lexemes):
            continue
        begin = _past_equals(lexemes, place + 2)
        if begin is not None:
            yield from _parts(lexemes, begin)


def _parts(lexemes: Sequence[str], place: int) -> Iterator[list[str]]:
    depth, words = 0, list[str]()
    for lexeme in lexemes[place:]:
        if lexeme == "{":
            depth += 1
        elif lexeme == "}" and depth == 0:
            return
        elif lexeme == "}":
            depth -= 1
            if depth == 0:
                yield words
                words = []
        elif (
            depth
            and (_NUMBER.fullmatch(lexeme) or _WORD.fullmatch(lexeme))
            and lexeme not in _PLAIN
        ):
            words.append(lexeme)
    raise StoreError("the array has no end")


def _root(words: list[str], arrays: Mapping[str, bytes]) -> KeyRoot:
    named = list(dict.fromkeys(word for word in words if word in arrays))
    curve = next((w for w in words if w in _CURVES), "")
    if "BR_KEYTYPE_RSA" in words and len(named) == 3:
        spki = _rsa(arrays[named[1]], arrays[named[2]])
    elif "BR_KEYTYPE_EC" in words and len(named) == 2:
        curve = curve or next((_NUMBERED[w] for w in words if w in _NUMBERED), "")
        spki = _ec(curve, arrays[named[1]])
    else:
        raise StoreError(f"not all of its arrays are in the file: {' '.join(words)[:120]}")
    name = element(arrays[named[0]]).expect(Tag.SEQUENCE, "its name")
    if name.raw != arrays[named[0]]:
        raise DerError("something follows its name")
    return KeyRoot(Name(name.raw), PublicKey.from_der(spki), "BR_X509_TA_CA" in words)


def _rsa(modulus: bytes, exponent: bytes) -> bytes:
    numbers = _emit(16, _unsigned(modulus) + _unsigned(exponent))
    return _emit(16, _emit(16, _emit(6, _RSA) + _NULL) + _emit(3, b"\0" + numbers))


def _ec(curve: str, point: bytes) -> bytes:
    if curve not in _CURVES:
        raise StoreError("a curve that BearSSL has no trust anchors for")
    parameters = _emit(16, _emit(6, _EC) + _emit(6, _CURVES[curve]))
    return _emit(16, parameters + _emit(3, b"\0" + point))


def _unsigned(number: bytes) -> bytes:
    digits = number.lstrip(b"\0") or b"\0"
    return _emit(2, (b"\0" if digits[0] & 0x80 else b"") + digits)


def _emit(tag: int, content: bytes) -> bytes:
    return bytes(parser.emit(0, int(tag == 16), tag, content))
