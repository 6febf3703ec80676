"""Distinguished names, and the two ways in which clients compare them.

RFC 5280, section 7.1, asks for a comparison that ignores letter case, the kind of string and the
amount of white space.  Many clients never did that: they compare the encoded bytes.  A CA that
writes its name as UTF8String in one certificate and as PrintableString in the next is therefore
one CA to some devices and two to others.  A :class:`Name` offers both keys, and a client model
says which it uses (:class:`NameForm`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import attrs
from asn1crypto import parser

from legacytrust._der import DerError, Element, children, decode_oid, element

__all__ = ["Name", "NameForm"]

#: The kinds of string, by tag, between which a comparison does not distinguish.
_STRING_ENCODINGS: Final = {12: "utf-8", 19: "latin-1", 20: "latin-1", 22: "latin-1",
                            26: "latin-1", 28: "utf-32-be", 30: "utf-16-be"}  # fmt: skip
#: Those and NumericString, which is as readable but compared as it is.
_READABLE: Final = {**_STRING_ENCODINGS, 18: "latin-1"}
_BMP_STRING: Final = 30
_WIDE_STRINGS: Final = (28, _BMP_STRING)
#: UTF8String and PrintableString: the two that a comparison by ASCII case takes for one.
_PLAIN_STRINGS: Final = (12, 19)
_SHORT: Final = {
    "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L",
    "2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title",
    "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.42": "GN",
    "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}  # fmt: skip
_SIX_PARTS: Final = ("2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.7", "2.5.4.6", "2.5.4.8")
_LABEL_ORDER: Final = ("2.5.4.3", "2.5.4.11", "2.5.4.10")


class NameForm(enum.Enum):
    """How a client decides that two distinguished names are the same."""

    ENCODED = "the DER bytes are the same"
    CANONICAL = "equal without regard to case, kind of string and white space"
    TEXT = "the same text, whatever kind of string; letter case and white space count"
    JAVA = "the same, but BMPString and UniversalString are only equal to themselves"
    ASCII_CASE = "as encoded, but UTF8String and PrintableString alike and without ASCII case"
    THREE_PARTS = "the first CN, O and OU have the same octets"
    SIX_PARTS = "the first CN, O, OU, L, C and ST have the same octets"

    @property
    def is_coarse(self) -> bool:
        """Whether names may be equal that RFC 5280 calls different."""
        return self in (NameForm.THREE_PARTS, NameForm.SIX_PARTS)


def _escaped(content: bytes) -> bytes:
    """The octets without those that separate the parts of a canonical name."""
    return content.replace(b"\x00", b"\x00a").replace(b"\x01", b"\x00b").replace(b"\x02", b"\x00c")


@attrs.frozen
class _Attribute:
    oid: str
    tag: int
    content: bytes

    @property
    def text(self) -> str:
        encoding = _READABLE.get(self.tag)
        return self.content.decode(encoding, "replace") if encoding else self.content.hex()

    @property
    def plain(self) -> bytes:
        """The text as octets, whatever kind of string holds it."""
        try:
            return _escaped(self.content.decode(_STRING_ENCODINGS[self.tag]).encode())
        except (KeyError, UnicodeError):
            return b"\x00t%d:" % self.tag + _escaped(self.content)

    @property
    def folded(self) -> bytes:
        try:
            text = self.content.decode(_STRING_ENCODINGS[self.tag])
            return _escaped(" ".join(text.lower().split()).encode())
        except (KeyError, UnicodeError):
            # What is no readable string is only ever the same as the very same octets.
            return b"\x00t%d:" % self.tag + _escaped(self.content)

    @property
    def ascii_case(self) -> bytes:
        plain = self.tag in _PLAIN_STRINGS
        return _escaped(self.content.lower()) if plain else (
            b"\x00t%d:" % self.tag + _escaped(self.content)
        )  # fmt: skip


@attrs.frozen
class Name:
    """A distinguished name, kept as the bytes of its encoding.

    :param der: the complete DER encoding of the ``Name``.
    """

    der: bytes = attrs.field(repr=False)

    @cached_property
    def _sets(self) -> tuple[tuple[_Attribute, ...], ...]:
        try:
            return tuple(
                tuple(_attribute(pair.content) for pair in children(group.content))
                for group in children(element(self.der).content)
            )
        except DerError:
            # A name that cannot be taken apart still has an identity: its bytes.
            return ((_Attribute("", 0, self.der),),)

    @cached_property
    def canonical(self) -> bytes:
        """A key that is equal for names that RFC 5280, section 7.1, calls equal.

        The octet 1 stands between the relative names and nowhere else, so that the key of a name
        that begins with another one begins with that one's key.
        """
        return b"\x01".join(
            b"\x02".join(sorted(a.oid.encode() + b"=" + a.folded for a in group))
            for group in self._sets
        )

    @cached_property
    def comparable(self) -> bytes:
        """The encoding that OpenSSL and its relatives make of a name in order to compare it.

        All strings are UTF8String, in lower case as far as ASCII goes, without spare white space.
        """
        try:
            groups = [children(group.content) for group in children(element(self.der).content)]
            return b"".join(_emit(17, sorted(map(_comparable, group))) for group in groups)
        except DerError:
            return self.der

    @cached_property
    def _text(self) -> bytes:
        """Types and texts in their order."""
        return b"\x01".join(
            b"\x02".join(a.oid.encode() + b"=" + a.plain for a in group) for group in self._sets
        )

    @cached_property
    def _java(self) -> bytes:
        """``canonical``, marked where ``X500Principal`` would not read a string as text."""
        wide = [a.content for group in self._sets for a in group if a.tag in _WIDE_STRINGS]
        return b"\x03".join((self.canonical, *wide))

    @cached_property
    def _ascii_case(self) -> bytes:
        """Type, kind of string and octets in their order; letters of plain strings in one case."""
        return b"\x01".join(
            b"\x02".join(b"%s=%s" % (a.oid.encode(), a.ascii_case) for a in group)
            for group in self._sets
        )

    def key(self, form: NameForm) -> bytes:
        """What a client that compares names in this form would compare."""
        match form:
            case NameForm.ENCODED:
                return self.der
            case NameForm.CANONICAL:
                return self.canonical
            case NameForm.JAVA:
                return self._java
            case NameForm.ASCII_CASE:
                return self._ascii_case
            case NameForm.TEXT:
                return self._text
            case NameForm.THREE_PARTS:
                return self._parts(_SIX_PARTS[:3])
            case NameForm.SIX_PARTS:
                return self._parts(_SIX_PARTS)

    def _parts(self, oids: tuple[str, ...]) -> bytes:
        """The octets of the first attribute of each of these types."""
        pairs = {a.oid: _octets(a) for group in reversed(self._sets) for a in reversed(group)}
        return b"\x01".join(_escaped(pairs[oid]) if oid in pairs else b"\x02" for oid in oids)

    def is_prefix_of(self, other: Name, form: NameForm) -> bool:
        """Whether the other name begins with all parts of this one (RFC 5280, 4.2.1.10)."""
        if form is NameForm.ENCODED:
            own, theirs = element(self.der).content, element(other.der).content
            return theirs.startswith(own)
        wanted, given = self.key(form), other.key(form)
        return not wanted or given == wanted or given.startswith(wanted + b"\x01")

    def values(self, oid: str) -> tuple[str, ...]:
        """The texts of all attributes of this type, in the order of the name."""
        return tuple(a.text for group in self._sets for a in group if a.oid == oid)

    @property
    def common_names(self) -> tuple[str, ...]:
        """The CN values, in the order of the name."""
        return self.values("2.5.4.3")

    @property
    def label(self) -> str:
        """The shortest text a person would know it by: CN, or else OU, or else O."""
        for oid in _LABEL_ORDER:
            if texts := self.values(oid):
                return texts[-1]
        return str(self) or "(empty name)"

    @cached_property
    def text(self) -> str:
        """``CN=..., O=..., C=...``: most specific part first, for people to read."""
        parts = (
            "+".join(f"{_SHORT.get(a.oid, a.oid)}={a.text}" for a in group)
            for group in reversed(self._sets)
        )
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Name({str(self)!r})"


def _octets(attribute: _Attribute) -> bytes:
    """The characters of a string, one octet each, as simple clients keep them."""
    return attribute.content[1::2] if attribute.tag == _BMP_STRING else attribute.content


def _comparable(pair: Element) -> bytes:
    oid, value = children(pair.content)[:2]
    tag, content = value.tag, value.content
    encoding = _STRING_ENCODINGS.get(tag)
    if encoding is not None:
        tag, content = 12, b" ".join(content.decode(encoding, "replace").encode().lower().split())
    return _emit(16, [_emit(6, [oid.content]), _emit(tag, [content])])


def _emit(tag: int, parts: Iterable[bytes]) -> bytes:
    return bytes(parser.emit(0, int(tag in (16, 17)), tag, b"".join(parts)))


def _attribute(pair: bytes) -> _Attribute:
    parts = children(pair)
    if len(parts) != 2:
        raise DerError("a name attribute has a type and a value")
    return _Attribute(decode_oid(parts[0].content), parts[1].tag, parts[1].content)
