"""What is decided before a certificate is read.

A connection can fail in the handshake: no protocol version in common, no cipher suite for the
kind of key that the server has, or a server that needs to be told its name by a client that does
not say it (SNI, RFC 6066).  None of that is about trust, so it is left out of a verdict unless
the caller says what the server offers.  What a device class can do by default is part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import attrs

__all__ = ["HandshakeLimits", "ServerOffer", "TlsVersion"]


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
