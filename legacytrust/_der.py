"""Walking DER, one level at a time.

``asn1crypto`` has a fast tag-length-value parser; this module puts a small, typed face on it so
that the readers above can slice a certificate into its parts without decoding what they do not
need.  Everything that goes wrong is a :class:`DerError`, whatever the bytes are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import attrs
from asn1crypto import parser

from legacytrust.errors import CertificateError

__all__ = ["DerError", "Element", "children", "decode_oid", "decode_time", "element"]

UNIVERSAL: Final = 0
CONTEXT: Final = 2

_UTC_TIME: Final = 23
_GENERALIZED_TIME: Final = 24


class DerError(CertificateError):
    """The bytes are not the DER that was expected at this place."""


@attrs.frozen
class Element:
    """One tag-length-value triple.

    :param tag_class: 0 universal, 1 application, 2 context-specific, 3 private.
    :param tag: the tag number.
    :param content: the value octets.
    :param raw: tag, length and value octets together.
    """

    tag_class: int
    tag: int
    content: bytes
    raw: bytes

    def is_context(self, tag: int) -> bool:
        """Whether this is the context-specific element ``[tag]``."""
        return self.tag_class == CONTEXT and self.tag == tag


def _take(data: bytes, start: int) -> tuple[Element, int]:
    try:
        tag_class, _, tag, header, content, trailer = parser.parse(data[start:], strict=False)
    except (ValueError, IndexError, TypeError, OverflowError) as error:
        raise DerError(f"not DER at offset {start}: {error}") from error
    end = start + len(header) + len(content) + len(trailer)
    return Element(tag_class, tag, content, data[start:end]), end


def element(data: bytes) -> Element:
    """The first element of ``data``; what follows it is ignored.

    :raises DerError: when ``data`` does not begin with a complete element.
    """
    return _take(data, 0)[0]


def children(data: bytes) -> tuple[Element, ...]:
    """All elements that stand one after the other in ``data``.

    :raises DerError: when ``data`` is not a sequence of complete elements.
    """
    found: list[Element] = []
    position = 0
    while position < len(data):
        item, position = _take(data, position)
        found.append(item)
    return tuple(found)


def decode_oid(content: bytes) -> str:
    """The dotted form of the value octets of an OBJECT IDENTIFIER.

    :raises DerError: when the octets are empty or end within an arc.
    """
    if not content or content[-1] & 0x80:
        raise DerError("object identifier is cut off")
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
    A two-digit year from 50 on is 19xx (RFC 5280, 4.1.2.5.1).

    :raises DerError: when it is no time at all.
    """
    text = item.content.decode("ascii", "replace").strip()
    if item.tag == _UTC_TIME and text[:2].isdigit():
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    elif item.tag != _GENERALIZED_TIME:
        raise DerError(f"tag {item.tag} is no time")
    text = text[:-1] + "+0000" if text.endswith("Z") else text
    for form in ("%Y%m%d%H%M%S%z", "%Y%m%d%H%M%z", "%Y%m%d%H%M%S.%f%z"):
        try:
            return datetime.strptime(text, form).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise DerError(f"{text!r} is no time of a certificate")
