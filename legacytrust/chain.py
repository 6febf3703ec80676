"""What the server sends.

A :class:`ServedChain` is the certificates exactly as they go over the wire: order kept,
duplicates kept, surplus kept, leaf first.  Clients differ in what they make of order and surplus,
so nothing here tidies up.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs
from cryptography import x509

from legacytrust.certificate import Certificate
from legacytrust.errors import ChainError
from legacytrust.readers.limits import check_count, check_size, read_bytes
from legacytrust.readers.pem import as_bytes, without_mark
from legacytrust.readers.recognise import read_certificates, read_der, read_pem
from legacytrust.readers.showcerts import read_showcerts

__all__ = ["CertificateLike", "ServedChain"]

CertificateLike: TypeAlias = Certificate | x509.Certificate | bytes | bytearray | memoryview


def _as_tuple(certificates: Iterable[Certificate]) -> tuple[Certificate, ...]:
    return tuple(certificates)


def _not_empty(_chain: object, _attribute: object, value: tuple[Certificate, ...]) -> None:
    if not value:
        raise ChainError("a served chain has at least one certificate")


@attrs.frozen
class ServedChain:
    """The certificates of one TLS ``Certificate`` message, leaf first.

    :param certificates: in the order the server sends them.
    :raises ChainError: when there is none.
    """

    certificates: tuple[Certificate, ...] = attrs.field(converter=_as_tuple, validator=_not_empty)

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], *, password: str | bytes | None = None
    ) -> ServedChain:
        """Read a chain from a file, whatever its form.

        PEM with any text around the blocks, DER, PKCS#7, PKCS#12 and the saved output of
        ``openssl s_client -showcerts`` are told apart by content.

        :param path: the file.
        :param password: for PKCS#12; the private key in it is never kept.
        :raises ChainError: or a subclass, naming what was found when it is no chain.
        """
        where = os.fspath(path)
        return cls(read_certificates(read_bytes(path), password=password, where=where))

    @classmethod
    def from_bytes(cls, data: bytes, *, password: str | bytes | None = None) -> ServedChain:
        """Like :meth:`from_file`, for content that is already in memory.

        :raises ChainError: or a subclass, naming what was found when it is no chain.
        """
        return cls(read_certificates(data, password=password))

    @classmethod
    def from_pem(cls, text: str | bytes) -> ServedChain:
        """Read the certificates of a PEM text in order.

        :raises ChainError: when there is none.
        """
        return cls(read_pem(as_bytes(text)))

    @classmethod
    def from_der(cls, *data: bytes) -> ServedChain:
        """Read one DER certificate for each argument, leaf first.

        :raises ChainError: when one of them is no certificate.
        """
        check_count(len(data), "")
        found = tuple(c for item in data for c in read_der(_octets(item)))
        check_count(len(found), "")
        return cls(found)

    @classmethod
    def from_certificates(cls, certificates: Iterable[CertificateLike]) -> ServedChain:
        """Make a chain of certificates: ours, ``cryptography``'s, or DER bytes.

        :raises ChainError: when there is none or one cannot be read.
        """
        items = tuple(certificates)
        check_count(len(items), "")
        return cls(map(as_certificate, items))

    @classmethod
    def from_showcerts(cls, text: str | bytes) -> ServedChain:
        """Read the output of ``openssl s_client -showcerts``.

        :raises ChainError: when it shows no chain, or only the leaf's bytes.
        """
        data = without_mark(as_bytes(text))
        check_size(len(data), "")
        return cls(read_showcerts(data, ""))

    @classmethod
    def from_server(
        cls,
        host: str,
        port: int = 443,
        *,
        sni: str | None = "",
        timeout: float = 10.0,
        starttls: str = "",
    ) -> ServedChain:
        """Ask a live server for its chain, and take it exactly as it is sent.

        Nothing is verified, and old protocol versions are allowed.

        :param host: name or address, IPv6 included.
        :param port: TCP port.
        :param sni: the name to ask for; empty for ``host`` itself, ``None`` to send none.
        :param timeout: seconds for the whole exchange.
        :param starttls: ``smtp``, ``imap``, ``pop3``, ``ftp`` or ``postgres`` where TLS begins
            after such a conversation; empty for TLS at once.
        :raises ServerError: when there is no such server, it refuses, takes too long, does not
            speak TLS, or sends no certificate.
        """
        from legacytrust.readers.server import fetch_chain

        return cls.from_der(*fetch_chain(host, port, sni=sni, timeout=timeout, starttls=starttls))

    @property
    def leaf(self) -> Certificate:
        """The first certificate: the server's own."""
        return self.certificates[0]

    @property
    def rest(self) -> tuple[Certificate, ...]:
        """Everything after the leaf."""
        return self.certificates[1:]

    def without(self, *certificates: Certificate) -> ServedChain:
        """The same chain less these certificates, wherever they stand.

        :raises ChainError: when one of them is not in the chain, or none would be left.
        """
        for missing in set(certificates) - set(self.certificates):
            raise ChainError(f"{missing.label!r} is not in the chain")
        return ServedChain(tuple(c for c in self.certificates if c not in certificates))

    def plus(self, *certificates: CertificateLike) -> ServedChain:
        """The same chain with these certificates after it.

        :param certificates: ours, ``cryptography``'s, or DER bytes.
        :raises ChainError: when one of them cannot be read.
        """
        return ServedChain((*self.certificates, *map(as_certificate, certificates)))

    def to_pem(self) -> str:
        """All certificates as PEM blocks, leaf first."""
        return "".join(c.to_pem() for c in self.certificates)

    def __len__(self) -> int:
        return len(self.certificates)

    def __iter__(self) -> Iterator[Certificate]:
        return iter(self.certificates)

    def __getitem__(self, index: int) -> Certificate:
        return self.certificates[index]

    def __str__(self) -> str:
        return " <- ".join(c.label for c in self.certificates)


def as_certificate(item: CertificateLike) -> Certificate:
    """Our reading of a certificate that may be somebody else's object.

    :raises CertificateError: when the bytes are no certificate.
    :raises ChainError: when it is no kind of certificate at all.
    """
    if isinstance(item, Certificate):
        return item
    if isinstance(item, x509.Certificate):
        from cryptography.hazmat.primitives.serialization import Encoding

        return Certificate.from_der(item.public_bytes(Encoding.DER))
    return Certificate.from_der(_octets(item))


def _octets(item: object) -> bytes:
    if isinstance(item, bytes | bytearray | memoryview):
        return bytes(item)
    raise ChainError(f"{type(item).__name__} is no certificate", hint="pass DER bytes")
