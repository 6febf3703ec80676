"""Everything that legacytrust raises on purpose.

One hierarchy, so that a caller can write ``except LegacyTrustError`` and be done.  Every error
says three things, each as a field that a program can read: *what* is wrong, *where* it was found,
and a *hint* at what to do about it.  Errors of the libraries underneath never pass through: they
are caught where they arise and re-raised from here, with the original as ``__cause__``.

Verdicts are not errors.  A chain that every device refuses is a perfectly good result; an error
means that the question could not be asked.
"""

from __future__ import annotations

__all__ = [
    "AmbiguousInputError",
    "CertificateError",
    "ChainError",
    "ClientError",
    "IisError",
    "InputTooLargeError",
    "LegacyTrustError",
    "MissingExtraError",
    "NaiveTimeError",
    "PasswordError",
    "SelectorError",
    "ServerError",
    "SourceUnavailableError",
    "StoreDataError",
    "StoreError",
    "UnknownClientError",
    "UnknownDeviceError",
    "UnknownRootError",
    "UnknownStoreError",
]


class LegacyTrustError(Exception):
    """Base of all errors of this library.

    :param what: one sentence: what is wrong.
    :param where: the file, certificate, line or argument it was found in; empty when obvious.
    :param hint: what the reader can do about it; empty when nothing can be said.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.hint})" if self.hint else text


class NaiveTimeError(LegacyTrustError, ValueError):
    """A datetime without a time zone was given where a moment is needed."""


class ChainError(LegacyTrustError, ValueError):
    """The input holds no certificate chain that can be read."""


class CertificateError(ChainError):
    """One certificate cannot be read, not even leniently."""


class InputTooLargeError(ChainError):
    """The input is larger than any chain can sensibly be."""


class PasswordError(ChainError):
    """A PKCS#12 file needs a password, or another one than was given."""


class AmbiguousInputError(ChainError):
    """The input can be read in several ways, and they do not agree."""


class StoreError(LegacyTrustError, ValueError):
    """A trust store cannot be made from what was given."""


class StoreDataError(StoreError):
    """A file below ``trust_stores/`` breaks the rules of its format."""


class SourceUnavailableError(LegacyTrustError):
    """A pinned registry package cannot be had any more, or is not what was pinned."""


class UnknownStoreError(LegacyTrustError, KeyError):
    """No trust store of the catalogue has this id."""

    __str__ = Exception.__str__  # KeyError would print the repr


class UnknownRootError(LegacyTrustError, KeyError):
    """No store of the catalogue has such a root."""

    __str__ = Exception.__str__


class UnknownDeviceError(LegacyTrustError, KeyError):
    """No device class of the catalogue or report has this id."""

    __str__ = Exception.__str__  # KeyError would print the repr


class SelectorError(LegacyTrustError, ValueError):
    """A device selector cannot be read, or selects nothing."""


class ClientError(LegacyTrustError, ValueError):
    """A client model cannot be made with these options."""


class UnknownClientError(ClientError):
    """No client model covers this implementation or this version of it."""


class ServerError(ChainError):
    """A live server could not be asked for its chain."""


class IisError(LegacyTrustError, ValueError):
    """Something was asked for that would break a Windows server, or that it cannot do."""


class MissingExtraError(LegacyTrustError, ImportError):
    """A function needs an optional dependency that is not installed."""

    def __init__(self, *, extra: str, package: str, purpose: str) -> None:
        self.extra = extra
        super().__init__(
            f"{purpose} needs the package {package}",
            hint=f"pip install 'legacytrust[{extra}]'",
        )
