"""Distinguished names, and the two ways in which clients compare them.

RFC 5280, section 7.1, asks for a comparison that ignores letter case, the kind of string and the
amount of white space.  Many clients never did that: they compare the encoded bytes.  A CA that
writes its name as UTF8String in one certificate and as PrintableString in the next is therefore
one CA to some devices and two to others.  A :class:`Name` offers both keys, and a client model
says which it uses (:class:`NameForm`).
"""

from __future__ import annotations

import enum
from functools import cached_property
from typing import Final

import attrs

from legacytrust._der import DerError, children, decode_oid, element

__all__ = ["Name", "NameForm"]

_STRING_ENCODINGS: Final = {12: "utf-8", 19: "latin-1", 20: "latin-1", 22: "latin-1",
                            26: "latin-1", 28: "utf-32-be", 30: "utf-16-be"}  # fmt: skip
_SHORT: Final = {
    "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L",
    "2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title",
    "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.42": "GN",
    "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}  # fmt: skip
_LABEL_ORDER: Final = ("2.5.4.3", "2.5.4.11", "2.5.4.10")


class NameForm(enum.Enum):
    """How a client decides that two distinguished names are the same."""

    ENCODED = "the DER bytes are the same"
    CANONICAL = "equal without regard to case, kind of string and white space"


@attrs.frozen
class _Attribute:
    oid: str
    tag: int
    content: bytes

    @property
    def text(self) -> str:
        encoding = _STRING_ENCODINGS.get(self.tag)
        return self.content.decode(encoding, "replace") if encoding else self.content.hex()

    @property
    def folded(self) -> bytes:
        if self.tag not in _STRING_ENCODINGS:
            return b"\x00%d\x00" % self.tag + self.content
        return " ".join(self.text.lower().split()).encode("utf-8", "replace")


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
        """A key that is equal for names that RFC 5280, section 7.1, calls equal."""
        return b"\x01".join(
            b"\x02".join(sorted(a.oid.encode() + b"=" + a.folded for a in group))
            for group in self._sets
        )

    def key(self, form: NameForm) -> bytes:
        """What a client that compares names in this form would compare."""
        return self.der if form is NameForm.ENCODED else self.canonical

    def values(self, oid: str) -> tuple[str, ...]:
        """The texts of all attributes of this type, in the order of the name."""
        return tuple(a.text for group in self._sets for a in group if a.oid == oid)

    def encoded_values(self, oid: str) -> tuple[tuple[int, bytes], ...]:
        """Like :meth:`values`, as string tag and raw content octets."""
        return tuple((a.tag, a.content) for group in self._sets for a in group if a.oid == oid)

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

    def __str__(self) -> str:
        """``CN=..., O=..., C=...``: most specific part first, for people to read."""
        parts = (
            "+".join(f"{_SHORT.get(a.oid, a.oid)}={a.text}" for a in group)
            for group in reversed(self._sets)
        )
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"Name({str(self)!r})"


def _attribute(pair: bytes) -> _Attribute:
    parts = children(pair)
    if len(parts) != 2:
        raise DerError("a name attribute has a type and a value")
    return _Attribute(decode_oid(parts[0].content), parts[1].tag, parts[1].content)
