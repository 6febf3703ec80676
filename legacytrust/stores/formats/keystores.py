"""Keystores of Java and Android: JKS, JCEKS, BKS and UBER.

They are read by ``pyjks`` (extra ``[keystores]``).  Only what a store trusts counts: entries that
are a certificate by itself.  Private and secret keys are not decrypted and are forgotten, together
with the chains that belong to them.

A password is needed to know that the store is whole; the certificates of all kinds but UBER are not
encrypted.  Without one, JKS and JCEKS are read unchecked, and for the others ``changeit`` is tried,
which the stores of Java and of old Android have.
"""

from __future__ import annotations

import struct
import warnings
from typing import Any, Final

from legacytrust.certificate import Certificate
from legacytrust.errors import (
    CertificateError,
    InputTooLargeError,
    LegacyTrustError,
    MissingExtraError,
    PasswordError,
    StoreError,
)
from legacytrust.stores.formats.entries import HeldRoot, check_entries

__all__ = ["read", "recognise"]

_JKS: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_USUAL: Final = "changeit"
#: Rounds of key derivation; real stores have a few thousand at most.
_MOST_ROUNDS: Final = 1_000_000
_HEAD: Final = struct.Struct(">II")
_LONGEST_SALT: Final = 64
_ENTRY_KINDS: Final = range(5)
_LONGEST_ALIAS: Final = 1024


def recognise(data: bytes) -> bool:
    """Whether this is a keystore of one of these kinds."""
    return data.startswith(_JKS) or _is_bouncy(data)


def read(data: bytes, password: str | bytes | None = None, where: str = "") -> tuple[HeldRoot, ...]:
    """The trusted certificates of a keystore, in its order.

    :param password: that of the store.
    :raises MissingExtraError: when ``pyjks`` is not installed.
    :raises PasswordError: when a password is needed, or is wrong.
    :raises InputTooLargeError: when opening it would take forever.
    :raises StoreError: when it is damaged.
    """
    kinds = _library()
    secret = _secret(password, where)
    if not data.startswith(_JKS):
        _check_rounds(data, where)
        secret = _USUAL if secret is None else secret
    opened = _open(kinds, data, secret, given=password is not None, where=where)
    check_entries(len(opened.certs), where)
    return tuple(_root(alias, entry.cert, where) for alias, entry in opened.certs.items())


def _library() -> Any:
    try:
        import jks
    except ImportError as error:
        raise MissingExtraError(
            extra="keystores", package="pyjks", purpose="reading a keystore"
        ) from error
    return jks


def _secret(password: str | bytes | None, where: str) -> str | None:
    try:
        return password.decode() if isinstance(password, bytes) else password
    except UnicodeError as error:
        raise PasswordError("the password is no text", where=where) from error


def _is_bouncy(data: bytes) -> bool:
    """Whether this is a version, a salt and a number of rounds, as BKS and UBER begin."""
    if len(data) < _HEAD.size:
        return False
    version, salt = _HEAD.unpack_from(data)
    return version in (1, 2) and 0 < salt <= _LONGEST_SALT and len(data) > salt + 12


def _after_head(data: bytes) -> int:
    return _HEAD.size + int(_HEAD.unpack_from(data)[1]) + 4


def _check_rounds(data: bytes, where: str) -> None:
    (rounds,) = struct.unpack_from(">I", data, _after_head(data) - 4)
    if rounds > _MOST_ROUNDS:
        raise InputTooLargeError(
            f"a keystore that asks for {rounds:,} rounds of key derivation",
            where=where,
            hint=f"the limit is {_MOST_ROUNDS:,}",
        )


def _is_encrypted(data: bytes) -> bool:
    """Whether what follows the head is no entry of BKS: then it is UBER."""
    start = _after_head(data)
    head = data[start : start + 3]
    if head[:1] == b"\0" and len(data) == start + 1 + 20:
        return False  # no entry, and the digest
    size = int.from_bytes(head[1:])
    alias = data[start + 3 : start + 3 + size]
    readable = 0 < size <= _LONGEST_ALIAS and len(alias) == size and min(alias) >= 0x20
    return head[:1] not in map(_octet, _ENTRY_KINDS) or not readable


def _octet(number: int) -> bytes:
    return bytes([number])


def _open(kinds: Any, data: bytes, secret: str | None, *, given: bool, where: str) -> Any:
    store, name = kinds.KeyStore, "JKS"
    if not data.startswith(_JKS):
        encrypted = _is_encrypted(data)
        store, name = (kinds.UberKeyStore, "UBER") if encrypted else (kinds.BksKeyStore, "BKS")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return store.loads(data, secret, try_decrypt_keys=False)
    except (kinds.KeystoreSignatureException, kinds.DecryptionFailureException) as error:
        problem = "the password is wrong" if given else "a password is needed"
        raise PasswordError(
            f"a keystore ({name}) that does not open: {problem}, or the file is damaged",
            where=where,
            hint="pass password=",
        ) from error
    except LegacyTrustError:
        raise
    except Exception as error:  # of many types, and which ones is not documented
        raise StoreError(f"a damaged keystore ({name}): {_about(error)}", where=where) from error


def _about(error: Exception) -> str:
    """What the library says, without anything that may have come out of the file."""
    return type(error).__name__


def _root(alias: str, der: bytes, where: str) -> HeldRoot:
    try:
        return HeldRoot(Certificate.from_der(der))
    except CertificateError as error:
        raise StoreError(f"the entry {alias!r}: {error.what}", where=where) from error
