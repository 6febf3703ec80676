"""All families of client models, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from legacytrust.clients.android import ANDROID
from legacytrust.clients.android_browser import ANDROID_BROWSER
from legacytrust.clients.axtls import AXTLS
from legacytrust.clients.bearssl import BEARSSL
from legacytrust.clients.boringssl import BORINGSSL
from legacytrust.clients.chrome import CHROME
from legacytrust.clients.cpython_ssl import CPYTHON_SSL
from legacytrust.clients.cryptoapi import CRYPTOAPI
from legacytrust.clients.curl import CURL
from legacytrust.clients.esp_crt_bundle import ESP_CRT_BUNDLE
from legacytrust.clients.family import Family
from legacytrust.clients.gnutls import GNUTLS
from legacytrust.clients.go import GO
from legacytrust.clients.java import JAVA
from legacytrust.clients.libressl import LIBRESSL
from legacytrust.clients.matrixssl import MATRIXSSL
from legacytrust.clients.mbedtls import MBEDTLS
from legacytrust.clients.model import ClientModel
from legacytrust.clients.mozilla_pkix import MOZILLA_PKIX
from legacytrust.clients.node import NODE
from legacytrust.clients.nss import NSS_CLASSIC, NSS_LIBPKIX
from legacytrust.clients.openssl import OPENSSL
from legacytrust.clients.sectrust import SECTRUST
from legacytrust.clients.webpki import WEBPKI
from legacytrust.clients.wolfssl import WOLFSSL
from legacytrust.clients.wolfssl_altchains import WOLFSSL_ALTCHAINS
from legacytrust.errors import UnknownClientError

__all__ = ["FAMILIES", "client"]

FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        family.name: family
        for family in (
            ANDROID,
            ANDROID_BROWSER,
            AXTLS,
            BEARSSL,
            BORINGSSL,
            CHROME,
            CPYTHON_SSL,
            CRYPTOAPI,
            CURL,
            ESP_CRT_BUNDLE,
            GNUTLS,
            GO,
            JAVA,
            LIBRESSL,
            MATRIXSSL,
            MBEDTLS,
            MOZILLA_PKIX,
            NODE,
            NSS_CLASSIC,
            NSS_LIBPKIX,
            OPENSSL,
            SECTRUST,
            WEBPKI,
            WOLFSSL,
            WOLFSSL_ALTCHAINS,
        )
    }
)


def client(name: str, version: str, **options: object) -> ClientModel:
    """The model of an implementation in one version.

    :param name: the implementation: one of :data:`FAMILIES`.
    :param version: a real version number of it, as ``1.0.2k`` or ``4.4``.
    :param options: its switches, as far as the real thing has them; ``None`` is the default.
    :raises UnknownClientError: when there is no such implementation or the version is not
        covered; the error names what is.
    :raises ClientError: when there is no such option.
    """
    family = FAMILIES.get(name)
    if family is None:
        raise UnknownClientError(
            f"no client model is called {name!r}", hint=f"known: {', '.join(FAMILIES)}"
        )
    return family.model(version, **options)
