"""What is decided before a certificate is read.

A connection can fail in the handshake: no protocol version in common, no cipher suite for the
kind of key that the server has, or a server that needs to be told its name by a client that does
not say it (SNI, RFC 6066).  None of that is about trust, so it is left out of a verdict unless
the caller says what the server offers.  What a device class can do by default is part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import attrs

from legacytrust.algorithms import KeyKind
from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code, Effect, Finding

__all__ = ["HandshakeLimits", "ServerOffer", "TlsVersion", "handshake_findings"]


class TlsVersion(StrEnum):
    """Versions of the protocol, oldest first."""

    SSL3 = "SSLv3"
    TLS1_0 = "TLSv1.0"
    TLS1_1 = "TLSv1.1"
    TLS1_2 = "TLSv1.2"
    TLS1_3 = "TLSv1.3"


def _versions(values: Iterable[TlsVersion | str]) -> tuple[TlsVersion, ...]:
    """In the order of the protocol, each once."""
    given = {TlsVersion(value) for value in values}
    return tuple(version for version in TlsVersion if version in given)


@attrs.frozen
class ServerOffer:
    """What a server offers in the handshake.

    :param tls_versions: protocol versions that are enabled, as ``"TLSv1.2"``.
    :param requires_sni: whether it sends the right certificate only to clients that name the host.
    :raises ValueError: when a version is none of :class:`TlsVersion`.
    """

    tls_versions: tuple[TlsVersion, ...] = attrs.field(
        converter=_versions, default=(TlsVersion.TLS1_2, TlsVersion.TLS1_3)
    )
    requires_sni: bool = False


@attrs.frozen
class HandshakeLimits:
    """What a device class does by default; applications can do otherwise.

    :param tls_versions: protocol versions that are enabled.
    :param unsure: versions of which nobody knows whether they are.
    :param sni: whether it names the host; ``None`` where nobody knows.
    :param ecdsa: whether it has cipher suites for ECDSA certificates; ``None`` the same.
    :param source: where this was read.
    """

    tls_versions: tuple[TlsVersion, ...] = attrs.field(converter=_versions)
    unsure: tuple[TlsVersion, ...] = attrs.field(converter=_versions, default=())
    sni: bool | None = None
    ecdsa: bool | None = None
    source: str = ""


def handshake_findings(
    limits: HandshakeLimits, offer: ServerOffer, leaf: Certificate
) -> tuple[Finding, ...]:
    """Why a connection fails, or may fail, before the chain is read."""
    return tuple(_findings(limits, offer, leaf))


def _findings(limits: HandshakeLimits, offer: ServerOffer, leaf: Certificate) -> Iterator[Finding]:
    offered = set(offer.tls_versions)
    if not offered & set(limits.tls_versions):
        effect = Effect.UNKNOWN if offered & set(limits.unsure) else Effect.FATAL
        yield Finding.of(
            Code.NO_COMMON_PROTOCOL,
            effect,
            None,
            source=limits.source,
            offered=tuple(map(str, offer.tls_versions)),
            known=tuple(map(str, (*limits.tls_versions, *limits.unsure))),
        )
    if offer.requires_sni and not limits.sni:
        yield Finding.of(Code.SNI_ABSENT, _LACKING[limits.sni], None, source=limits.source)
    if leaf.public_key.kind is KeyKind.EC and not limits.ecdsa:
        yield Finding.of(Code.NO_ECDSA_SUITES, _LACKING[limits.ecdsa], leaf, source=limits.source)


_LACKING: Final = {None: Effect.UNKNOWN, False: Effect.FATAL, True: Effect.HARMLESS}
