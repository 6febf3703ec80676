"""PKCS#12 files (``.pfx``, ``.p12``): certificates beside a private key, under a password.

The certificate that belongs to the private key comes first, the others follow in the order of the
file.  The key itself is dropped as soon as the file is open: nothing that is returned refers to
it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from legacytrust._der import DerError, Element, Tag, children, element, elements
from legacytrust.certificate import Certificate
from legacytrust.errors import CertificateError, ChainError, InputTooLargeError, PasswordError
from legacytrust.readers.limits import check_count
from legacytrust.readers.pkcs7 import leaf_first

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization import pkcs12

__all__ = ["is_pkcs12", "read_pkcs12"]

_PFX_VERSION: Final = b"\x03"
_CONSTRUCTED: Final = 0x20
_DEEPEST: Final = 24

#: Rounds of key derivation that still take less than a few seconds; real files have thousands.
_MOST_ROUNDS: Final = 5_000_000


def is_pkcs12(data: bytes) -> bool:
    """Whether the DER looks like a PFX: version 3, then a ContentInfo."""
    try:
        parts = tuple(islice(elements(element(data).content), 2))
    except DerError:
        return False
    return (
        len(parts) == 2
        and parts[0].is_universal(Tag.INTEGER)
        and parts[0].content == _PFX_VERSION
        and parts[1].is_universal(Tag.SEQUENCE)
    )


def read_pkcs12(data: bytes, password: str | bytes | None, where: str) -> tuple[Certificate, ...]:
    """The certificates of a PKCS#12 file, the one of the private key first.

    :raises PasswordError: when the password is missing or wrong.
    :raises InputTooLargeError: when opening it would take forever.
    :raises ChainError: when the file is damaged or holds no certificate.
    """
    if (rounds := _rounds(data)) > _MOST_ROUNDS:
        raise InputTooLargeError(
            f"a PKCS#12 file that asks for {rounds:,} rounds of key derivation",
            where=where,
            hint=f"the limit is {_MOST_ROUNDS:,}",
        )
    secret = _secret(password, where)
    try:
        own, others = _open(data, secret)
    except Exception as error:  # of many types, and which ones is not documented
        raise _refusal(error, secret, where) from error
    try:
        found = [Certificate.from_der(der) for der in (*own, *others)]
    except CertificateError as error:
        raise ChainError(f"a broken PKCS#12 file: {error.what}", where=where) from error
    if not found:
        raise ChainError("a PKCS#12 file without certificates", where=where)
    check_count(len(found), where)
    return tuple(found) if own else leaf_first(found)


def _secret(password: str | bytes | None, where: str) -> bytes | None:
    """The password as it goes into the key derivation: the UTF-8 of a text without a NUL."""
    try:
        text = password.decode() if isinstance(password, bytes) else password
        secret = None if text is None else text.encode()
    except UnicodeError as error:
        raise PasswordError("the password is no text", where=where) from error
    if secret and b"\0" in secret:
        raise PasswordError("the password has a NUL in it", where=where)
    return secret


def _open(data: bytes, password: bytes | None) -> tuple[list[bytes], list[bytes]]:
    """The DER of the certificate of the private key, if there is one, and of the others."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    with warnings.catch_warnings():
        # cryptography warns about serial numbers of zero; we read the bytes ourselves.
        warnings.simplefilter("ignore")
        try:
            loaded = pkcs12.load_pkcs12(element(data).raw, password)
        except ValueError as error:
            if not password or not _is_about_password(error):
                raise
            # Where none is needed, one too many does no harm.
            loaded = pkcs12.load_pkcs12(element(data).raw, None)
        own = [] if loaded.cert is None else [loaded.cert]
        return _ders(own), _ders(loaded.additional_certs)


def _ders(certificates: Sequence[pkcs12.PKCS12Certificate]) -> list[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding

    return [item.certificate.public_bytes(Encoding.DER) for item in certificates]


def _is_about_password(error: Exception) -> bool:
    return "password" in str(error).lower()


def _refusal(error: Exception, password: bytes | None, where: str) -> ChainError:
    if _is_about_password(error):
        problem = "the password is wrong" if password else "a password is needed"
        return PasswordError(
            f"a PKCS#12 file that does not open: {problem}, or the file is damaged",
            where=where,
            hint="pass password=",
        )
    return ChainError(
        f"a PKCS#12 file with something in it that cannot be read: {error}",
        where=where,
        hint="write its certificates to a PEM file: openssl pkcs12 -nokeys",
    )


def _rounds(data: bytes, depth: int = 0, *, wrapped: bool = False) -> int:
    """The largest number of rounds that any key derivation in the file asks for.

    The count stands after a salt, as the second member of the parameters of an encryption or as
    the third of the MAC; ``wrapped`` says that octet strings at this level hold further DER.
    """
    most = 0
    try:
        members = children(data)
    except DerError:
        return 0
    for place, item in enumerate(members):
        salted = 0 < place < 3 and members[place - 1].is_universal(Tag.OCTET_STRING)
        if salted and item.is_universal(Tag.INTEGER):
            most = max(most, _count(item.content))
        elif depth < _DEEPEST:
            most = max(most, _rounds_within(item, depth + 1, wrapped=wrapped))
    return most


def _count(content: bytes) -> int:
    """The number in an INTEGER, or one that is large enough, and can be printed, if it is huge."""
    digits = content.lstrip(b"\0")
    return int.from_bytes(digits[:8], "big")


def _rounds_within(item: Element, depth: int, *, wrapped: bool) -> int:
    constructed = bool(item.raw[0] & _CONSTRUCTED)
    if item.is_universal(Tag.OCTET_STRING):
        return _rounds(_octets(item, constructed=constructed), depth) if wrapped else 0
    return _rounds(item.content, depth, wrapped=item.is_context(0)) if constructed else 0


def _octets(item: Element, *, constructed: bool) -> bytes:
    """The value of an octet string, which BER may write in pieces."""
    try:
        return b"".join(c.content for c in children(item.content)) if constructed else item.content
    except DerError:
        return b""
