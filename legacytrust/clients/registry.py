"""All families of client models, by name.

Each is a large table of facts in a module of its own, which is imported when a client of it is
first asked for: a program that asks about one client does not pay for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from legacytrust.clients.family import Family
from legacytrust.clients.model import ClientModel
from legacytrust.errors import UnknownClientError

__all__ = ["FAMILIES", "client"]

#: The name of each family, and its module.  The family is a constant there: ``MOZILLA_PKIX``.
_MODULES: Final[Mapping[str, str]] = {
    "android": "android",
    "android-browser": "android_browser",
    "axtls": "axtls",
    "bearssl": "bearssl",
    "boringssl": "boringssl",
    "chrome": "chrome",
    "cpython-ssl": "cpython_ssl",
    "cryptoapi": "cryptoapi",
    "curl": "curl",
    "esp-crt-bundle": "esp_crt_bundle",
    "gnutls": "gnutls",
    "go": "go",
    "java": "java",
    "libressl": "libressl",
    "matrixssl": "matrixssl",
    "mbedtls": "mbedtls",
    "mozilla-pkix": "mozilla_pkix",
    "node": "node",
    "nss-classic": "nss",
    "nss-libpkix": "nss",
    "openssl": "openssl",
    "sectrust": "sectrust",
    "webpki": "webpki",
    "wolfssl": "wolfssl",
    "wolfssl-altchains": "wolfssl_altchains",
}


class _Families(Mapping[str, Family]):
    """The families, each imported when it is looked up."""

    def __getitem__(self, name: str) -> Family:
        module = import_module(f"legacytrust.clients.{_MODULES[name]}")
        family: Family = getattr(module, name.upper().replace("-", "_"))
        return family

    def __contains__(self, name: object) -> bool:
        return name in _MODULES

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


FAMILIES: Final[Mapping[str, Family]] = _Families()
"""Every family by its name; looking one up imports it."""


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
