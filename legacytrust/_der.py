"""Walking DER, one level at a time.

``asn1crypto``'s parser reads one tag-length-value triple; this module puts a small, typed face on
it, so that a certificate can be sliced into its parts without decoding what nobody asks for.  The
parser reads only from the start of a string, and handing it the rest of a long one for each member
would cost the square of its length; so it is handed a window first, and the whole rest only for a
member that does not fit.  Whatever is wrong with the bytes is a :class:`DerError`.  The indefinite
lengths of BER are understood, because old PKCS#7 bundles have them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from asn1crypto import parser

from legacytrust.errors import CertificateError

__all__ = [
    "CONTEXT",
    "UNIVERSAL",
    "DerError",
    "Element",
    "Tag",
    "children",
    "decode_integer",
    "decode_oid",
    "decode_time",
    "element",
    "elements",
]

UNIVERSAL: Final = 0
CONTEXT: Final = 2


class Tag:
    """Universal tag numbers (X.680, 8.4)."""

    BOOLEAN: Final = 1
    INTEGER: Final = 2
    BIT_STRING: Final = 3
    OCTET_STRING: Final = 4
    OID: Final = 6
    SEQUENCE: Final = 16
    UTC_TIME: Final = 23
    GENERALIZED_TIME: Final = 24


#: Nearly every member of a certificate fits the first, and every input that is read the last.
_WINDOWS: Final = (1 << 10, 1 << 16, 1 << 24)
#: Members of one level that are still read: beyond them the input is hostile, and going on would
#: only take time.
_MOST_MEMBERS: Final = 20_000

#: In octets.  Python refuses to print numbers of thousands of digits; no real one is near that.
_LONGEST_NUMBER: Final = 1024
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:[.,]\d+)?)?(Z|[+-]\d{4})")


class DerError(CertificateError):
    """The bytes are not the DER that was expected at this place."""


class Element(NamedTuple):
    """One tag-length-value triple; a tuple, since a chain has hundreds of them.

    ``tag_class`` is 0 for universal, 1 application, 2 context-specific and 3 private; ``content``
    is the value octets; ``raw`` is tag, length and value together.
    """

    tag_class: int
    tag: int
    content: bytes
    raw: bytes

    def is_context(self, tag: int) -> bool:
        """Whether this is the context-specific element ``[tag]``."""
        return self.tag_class == CONTEXT and self.tag == tag

    def is_universal(self, tag: int) -> bool:
        """Whether this is an element of the universal type with this number (:class:`Tag`)."""
        return self.tag_class == UNIVERSAL and self.tag == tag

    def expect(self, tag: int, what: str) -> Element:
        """The element itself, if it is of this universal type.

        :raises DerError: when it is not, naming what it should have been.
        """
        if not self.is_universal(tag):
            raise DerError(f"{what} is missing: tag {self.tag} stands in its place")
        return self


def _take(data: bytes, start: int) -> tuple[Element, int]:
    """The element at this offset, and the offset after it."""
    for window in _WINDOWS:
        try:
            parts = parser.parse(data[start : start + window])
        except (ValueError, IndexError):
            if start + window < len(data):
                continue
            raise DerError(f"cut off or damaged at offset {start}") from None
        tag_class, _, tag, header, content, trailer = parts
        end = start + len(header) + len(content) + len(trailer)
        return Element(tag_class, tag, content, data[start:end]), end
    raise DerError(f"too long at offset {start}")


def element(data: bytes) -> Element:
    """The first element of ``data``; what follows it is ignored.

    :raises DerError: when ``data`` does not begin with a complete element.
    """
    return _take(data, 0)[0]


def elements(data: bytes, *, padding: bytes = b"") -> Iterator[Element]:
    """The elements that stand one after the other in ``data``, read as they are asked for.

    :param padding: octets that may fill up the end.
    :raises DerError: when ``data`` is not a sequence of complete elements.
    """
    end = len(data.rstrip(padding)) if padding else len(data)
    position = 0
    for _ in range(_MOST_MEMBERS):
        if position >= end:
            return
        item, position = _take(data, position)
        yield item
    if position < end:
        raise DerError(f"more than {_MOST_MEMBERS:,} elements in a row")


def children(data: bytes) -> tuple[Element, ...]:
    """All elements that stand one after the other in ``data``.

    :raises DerError: when ``data`` is not a sequence of complete elements.
    """
    return tuple(elements(data))


def decode_integer(content: bytes) -> int:
    """The number in the value octets of an INTEGER.

    :raises DerError: when there are none, or more than a program can print.
    """
    if not 0 < len(content) <= _LONGEST_NUMBER:
        raise DerError(f"a number of {len(content)} octets")
    return int.from_bytes(content, "big", signed=True)


@functools.lru_cache(maxsize=1024)
def decode_oid(content: bytes) -> str:
    """The dotted form of the value octets of an OBJECT IDENTIFIER.

    :raises DerError: when the octets are empty, too many, or end within an arc.
    """
    if not content or content[-1] & 0x80:
        raise DerError("object identifier is cut off")
    if len(content) > _LONGEST_NUMBER:
        raise DerError(f"an object identifier of {len(content)} octets")
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def decode_time(item: Element) -> datetime:
    """The moment that a UTCTime or GeneralizedTime names, in UTC.

    Old certificates leave out the seconds or give an offset instead of ``Z``; both are read.
    Fractions of a second are dropped.  A two-digit year from 50 on is 19xx (RFC 5280, 4.1.2.5.1).

    :raises DerError: when it is no time at all.
    """
    text = item.content.decode("ascii", "replace").strip()
    digits = text
    if item.is_universal(Tag.UTC_TIME) and text[:2].isdecimal():
        digits = ("19" if int(text[:2]) >= 50 else "20") + text
    elif not item.is_universal(Tag.GENERALIZED_TIME):
        raise DerError(f"tag {item.tag} is no time")
    found = _TIME.fullmatch(digits)
    try:
        if found is not None:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
            zone = _zone(found[7])
            moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise DerError(f"{text!r} is no time of a certificate")


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-offset if text[0] == "-" else offset)
