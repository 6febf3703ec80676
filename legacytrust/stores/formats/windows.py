"""The properties that Windows keeps beside a root, and the limits that they are.

Number 9 lists the purposes that the root is trusted for, 122 those that it is not.  104 is the
moment from which it is not trusted at all, 126 the last moment at which a certificate below it may
have been issued; 127 says for which purposes 126 holds, and without it that is all.  A list and a
serialised store use the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from legacytrust.errors import CertificateError, StoreError
from legacytrust.extensions import decode_extended_key_usage
from legacytrust.stores.anchor import Constraints
from legacytrust.stores.formats.entries import filetime

__all__ = ["FRIENDLY_NAME", "SHA256", "limits", "text"]

_PURPOSES: Final = 9
FRIENDLY_NAME: Final = 11
SHA256: Final = 98
_DISABLED_AFTER: Final = 104
_REFUSED_PURPOSES: Final = 122
_ISSUED_BY: Final = 126
_ISSUED_BY_PURPOSES: Final = 127


def limits(properties: Mapping[int, bytes]) -> tuple[Constraints, ...]:
    """What these properties demand; empty for trust without limits.

    :raises StoreError: when one of them cannot be read: a limit must not be lost.
    """
    found = Constraints(
        purposes=_purposes(properties, _PURPOSES),
        refused_purposes=_purposes(properties, _REFUSED_PURPOSES) or frozenset(),
        disabled_after=_moment(properties, _DISABLED_AFTER),
        issued_by=_moment(properties, _ISSUED_BY),
        issued_by_purposes=_purposes(properties, _ISSUED_BY_PURPOSES) or None,
    )
    return () if found == Constraints() else (found,)


def text(data: bytes) -> str:
    """A text property: UTF-16 up to its NUL."""
    return data.decode("utf-16-le", "replace").partition("\0")[0]


def _purposes(properties: Mapping[int, bytes], number: int) -> frozenset[str] | None:
    data = properties.get(number)
    if data is None:
        return None
    try:
        return frozenset(decode_extended_key_usage(data)) if data else frozenset()
    except CertificateError as error:
        raise StoreError(f"the purposes in property {number}: {error.what}") from error


def _moment(properties: Mapping[int, bytes], number: int) -> datetime | None:
    return filetime(properties[number]) if number in properties else None
