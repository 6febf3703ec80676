"""Why a connection fails before a certificate is read, from what both sides can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from legacytrust.algorithms import KeyKind
from legacytrust.certificate import Certificate
from legacytrust.handshake import HandshakeLimits, ServerOffer
from legacytrust.paths.findings import Code, Effect, Finding

__all__ = ["handshake_findings"]


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
