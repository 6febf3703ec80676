"""What a store in any form is made of.

Forms differ in what they keep of a root.  Most hold the certificate; lists of a programme hold
fingerprints and leave the certificates elsewhere; bundles for small devices hold a name and a key.
A reader says what its form holds and adds nothing, so that nothing is lost and nothing is guessed;
:mod:`legacytrust.stores.own` makes a store of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import attrs

from legacytrust.algorithms import PublicKey
from legacytrust.certificate import Certificate
from legacytrust.errors import InputTooLargeError, StoreError
from legacytrust.names import Name
from legacytrust.stores.anchor import Constraints

__all__ = [
    "FROM_THE_BEGINNING",
    "BlockedCertificate",
    "Entry",
    "HeldRoot",
    "KeyRoot",
    "ListedRoot",
    "check_entries",
    "filetime",
]

#: More roots than any store ever held by far; all programmes together have about a thousand.
_MOST_ENTRIES: Final = 5000
#: The zero of Windows: what holds from this moment on holds always.
FROM_THE_BEGINNING: Final = datetime(1601, 1, 1, tzinfo=UTC)


@attrs.frozen
class HeldRoot:
    """A root with its certificate.

    :param constraints: limits of the trust in it; several are alternatives.
    """

    certificate: Certificate
    constraints: tuple[Constraints, ...] = ()

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.certificate.label


@attrs.frozen
class ListedRoot:
    """A root that is named by a fingerprint only.

    :param name: what the list calls it; empty when it does not say.
    :param sha256: fingerprint, lower-case hex; empty when the list gives the other one only.
    :param sha1: fingerprint, lower-case hex; empty when the list gives the other one only.
    :param constraints: limits of the trust in it; several are alternatives.
    """

    name: str
    sha256: str = ""
    sha1: str = ""
    constraints: tuple[Constraints, ...] = ()

    @property
    def label(self) -> str:
        """What a person would call it, or its fingerprint."""
        return self.name or self.sha256 or self.sha1


@attrs.frozen
class KeyRoot:
    """A root that is a name and a key, without a certificate.

    :param subject: the distinguished name.
    :param public_key: the key.
    :param is_ca: whether it may issue; if not, it stands for a server's own certificate.
    """

    subject: Name
    public_key: PublicKey
    is_ca: bool = True

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.subject.label


@attrs.frozen
class BlockedCertificate:
    """A certificate that the store says must not be trusted.

    :param name: what the store calls it.
    :param sha256: fingerprint, lower-case hex; empty when the store does not hold the certificate.
    """

    name: str
    sha256: str = ""

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.name or self.sha256


Entry: TypeAlias = HeldRoot | ListedRoot | KeyRoot | BlockedCertificate


def check_entries(count: int, where: str) -> None:
    """Refuse a store with more entries than any has.

    :raises InputTooLargeError: above the limit.
    """
    if count > _MOST_ENTRIES:
        raise InputTooLargeError(
            f"{count:,} entries are too many for a trust store",
            where=where,
            hint=f"the limit is {_MOST_ENTRIES:,}",
        )


def filetime(data: bytes) -> datetime:
    """The moment that a Windows FILETIME names; nothing at all means from the beginning.

    :raises StoreError: when it is not one, or beyond what a date can say.
    """
    if not data:
        return FROM_THE_BEGINNING
    try:
        if len(data) == 8:
            return FROM_THE_BEGINNING + timedelta(microseconds=int.from_bytes(data, "little") // 10)
    except OverflowError:
        pass
    raise StoreError(f"{data[:16].hex()} is no moment as Windows writes it")
