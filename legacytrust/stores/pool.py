"""CA certificates that are known to exist, for clients that look beyond what the server sends.

Windows and Apple fetch a missing issuer from the address that a certificate gives for it, Firefox
knows intermediates beforehand, and many clients remember what they have seen.  What they would
find cannot be known offline; what is known to exist can: a :class:`CertificatePool` is that
knowledge, and an outcome says when it hangs on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, as_certificate
from legacytrust.readers.limits import read_bytes
from legacytrust.readers.recognise import read_certificates, read_pem
from legacytrust.stores.anchor import AnchorCertificate

__all__ = ["CertificatePool", "PoolSource", "Unheld"]


class PoolSource(Protocol):
    """Where the certificates of a pool are, if they are not at hand."""

    def all(self) -> tuple[Certificate, ...]:
        """Every certificate, in order."""

    def named(self, canonical: bytes) -> tuple[Certificate, ...]:
        """The certificates whose subject has this canonical form, in order."""

    def __len__(self) -> int: ...


class Unheld(Protocol):
    """A CA certificate that is known to exist and whose bytes are not at hand."""

    @property
    def name(self) -> str:
        """The common name of its subject."""

    @property
    def issuer(self) -> str:
        """The common name of its issuer."""

    @property
    def not_before(self) -> date:
        """The first day on which it is valid."""

    @property
    def not_after(self) -> date:
        """The last day on which it is valid."""

    @property
    def address(self) -> str:
        """Where its authority offers it."""

    @property
    def roots(self) -> tuple[str, ...]:
        """SHA-256 of the self-signed roots above it, by any known way."""


def _all(held: tuple[Certificate, ...] | PoolSource) -> tuple[Certificate, ...]:
    return held if isinstance(held, tuple) else held.all()


@attrs.frozen
class CertificatePool:
    """CA certificates in an order, each once.

    :param certificates: candidates of one name are tried in this order; or where they are read
        when they are needed.
    :param unheld: what a client could find besides, and nobody here can look at.
    """

    _held: tuple[Certificate, ...] | PoolSource = attrs.field(
        default=(), alias="certificates", eq=_all, repr=False
    )
    unheld: tuple[Unheld, ...] = attrs.field(default=(), repr=False)

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Every certificate, in order; reads them all."""
        return _all(self._held)

    @classmethod
    def from_certificates(cls, certificates: Iterable[CertificateLike]) -> CertificatePool:
        """A pool of these: ours, ``cryptography``'s, or DER bytes; it may be empty.

        :raises ChainError: when one of them cannot be read.
        """
        return cls(tuple(dict.fromkeys(map(as_certificate, certificates))))

    @classmethod
    def from_pem(cls, text: str | bytes) -> CertificatePool:
        """A pool of the certificates of a PEM text.

        :raises ChainError: when there is no certificate in it.
        """
        data = text.encode() if isinstance(text, str) else text
        return cls.from_certificates(read_pem(data))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> CertificatePool:
        """A pool of the certificates of a PEM, DER or PKCS#7 file.

        :raises ChainError: when there is no certificate in it.
        """
        return cls.from_certificates(read_certificates(read_bytes(path), where=os.fspath(path)))

    def named(self, canonical: bytes) -> tuple[Certificate, ...]:
        """The certificates whose subject has this canonical form."""
        if isinstance(self._held, tuple):
            return self._by_name.get(canonical, ())
        return self._held.named(canonical)

    @cached_property
    def _by_name(self) -> Mapping[bytes, tuple[Certificate, ...]]:
        index: dict[bytes, tuple[Certificate, ...]] = {}
        for certificate in self.certificates:
            name = certificate.subject.canonical
            index[name] = (*index.get(name, ()), certificate)
        return index

    def unheld_issuers(self, child: AnchorCertificate, at: datetime) -> tuple[Unheld, ...]:
        """Certificates known by their facts alone that by their name may have issued this one."""
        names = child.issuer.common_names
        return tuple(
            one
            for one in self.unheld
            if one.name in names and one.not_before <= at.date() <= one.not_after
        )

    def __len__(self) -> int:
        return len(self._held)
