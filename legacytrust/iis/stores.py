"""The certificate stores of a Windows machine, by the names that its tools use."""

from __future__ import annotations

import enum
from typing import Self

import attrs

from legacytrust.errors import IisError

__all__ = ["Listed", "StoreName", "as_store"]


class StoreName(enum.StrEnum):
    """A store of Local Machine; the value is what certutil and PowerShell call it."""

    console_name: str

    def __new__(cls, value: str, console_name: str) -> Self:
        """A store with the name that the management console shows."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.console_name = console_name
        return member

    PERSONAL = "My", "Personal"
    INTERMEDIATE = "CA", "Intermediate Certification Authorities"
    ROOT = "Root", "Trusted Root Certification Authorities"
    THIRD_PARTY = "AuthRoot", "Third-Party Root Certification Authorities"
    DISALLOWED = "Disallowed", "Untrusted Certificates"


def as_store(given: StoreName | str) -> StoreName:
    """A store by its member or by its name, in any case.

    :raises IisError: when there is none of this name.
    """
    found = next((one for one in StoreName if one.lower() == given.lower()), None)
    if found is None:
        known = ", ".join(StoreName)
        raise IisError(
            f"no store of Local Machine is called {given!r} here", hint=f"known: {known}"
        )
    return found


@attrs.frozen
class Listed:
    """A certificate that a printed store listing names and whose bytes are not at hand.

    :param thumbprint: SHA-1 fingerprint, lower-case hex, as Windows names certificates.
    :param subject: as it was printed.
    :param issuer: as it was printed; empty where the listing does not say.
    """

    thumbprint: str
    subject: str = ""
    issuer: str = ""

    def __str__(self) -> str:
        return f"{self.subject or 'a certificate'} ({self.thumbprint})"
