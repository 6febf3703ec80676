"""ESP-IDF's certificate bundle, 4.2 to 6.1: mbedTLS with another idea of a trust store.

Theory
======

The bundle holds of each root its name and its key, and nothing else.  mbedTLS is given a store with
nothing in it, so it builds the path from the served list alone, forwards, to its end; then a
callback looks up the issuer of the last certificate in the bundle, by the octets of its name, and
checks the signature with the key it finds.  Hence:

* A cross-certificate that is served is followed.  If its issuer is not in the bundle, the path
  fails, although the cross-certified root itself is there.
* Roots have no dates and no extensions, and no size of key is asked of them.
* The hash of the last signature does not matter (from 4.2.1 on), as the callback clears that flag.
* A served root ends the path too: its own key is in the bundle.

Dates are not looked at at all, unless the firmware was built with ``MBEDTLS_HAVE_TIME_DATE``: the
option ``check_dates``.  Then those of everything that was served count.

From 6.0 on ``cross_signed_verify`` asks the bundle at every level instead, and mbedTLS judges what
it finds like any trusted root.  In 6.0 it cannot be had together with dates: the made-up root has
none and is taken for expired; 6.1 clears that.

What is not modelled: two bundle entries of one name, of which the binary search finds either (any
that made the signature counts here); and a served certificate whose issuer's signature is wrong
but whose issuer's name is in the bundle with the right key.

Sources: the upstream tags named in the rows, ``esp_crt_bundle.c`` (BUNDLE), ``Kconfig``
(KCONFIG) and the history of the submodule ``components/mbedtls/mbedtls``.  Everything that is not
said here is what the mbedTLS inside does: :mod:`legacytrust.clients.mbedtls`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest, KeyKind, Scheme
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.family import Family, Foundation, Release, Table, TraitOption
from legacytrust.clients.mbedtls import MBEDTLS, NEW_CURVES
from legacytrust.clients.versions import VersionKey, VersionRanges, dotted
from legacytrust.errors import ClientError
from legacytrust.names import NameForm
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    NO_CHECKS,
    Admission,
    AnchorMatch,
    Consequence,
    IssuerTest,
    KeySizes,
    Preference,
    Refusals,
    Scope,
    algorithms,
)

__all__ = ["ESP_CRT_BUNDLE"]

_COVERED: Final = (
    "4.2..4.2.5, 4.3..4.3.7, 4.4..4.4.8, 5.0..5.0.9, 5.1..5.1.7, 5.2..5.2.7, 5.3..5.5.5, 6.0..6.1"
)
_FROM_4_2_1: Final = "4.2.1..6.1"
_FROM_5: Final = "5.0..6.1"

_SERVED: Final = BELOW_ANCHOR | Role.STORE_LEAF
_RSA_2048: Final = ((KeyKind.RSA, 2048),)

# -- the table ----------------------------------------------------------------------------------

_table: Final = Table(dotted)
_row = _table.add
_READ: Final = Evidence.READ

_row("trusted_first", False, _COVERED,
     "BUNDLE esp_crt_bundle_attach at 4.2, 5.2, 6.0: mbedTLS gets a dummy as its only root", _READ)
_row("store_tests", IssuerTest.SIGNATURE, _COVERED,
     "BUNDLE esp_crt_check_signature at 4.2, 5.2, 6.0: name and key are all there is", _READ)
_row("store_names", NameForm.ENCODED, _COVERED,
     "BUNDLE esp_crt_verify_callback at 4.2, 5.2, 6.0: memcmp of the issuer", _READ)
_row("served_preference", Preference.FIRST, _COVERED,
     "without dates mbedTLS takes every issuer for valid", _READ)
_row("store_preference", Preference.FIRST, _COVERED,
     "BUNDLE at 4.2, 5.2, 6.0: an entry has no dates", _READ)
_row("bare_anchors", True, _COVERED,
     "gen_crt_bundle.py at 4.2, 5.2, 6.0: an entry is a subject and a public key", _READ)
_row("served_root_stands", True, _COVERED,
     "BUNDLE esp_crt_verify_callback at 4.2, 5.2, 6.0: its issuer's key is its own", _READ)
_row("anchor_match", AnchorMatch.NEVER, _COVERED,
     "BUNDLE at 4.2, 5.2, 6.0: the entries are no certificates to compare with", _READ)
_row("store_admission", Admission(NO_CHECKS, Consequence.SKIPPED), _COVERED,
     "gen_crt_bundle.py at 4.2, 5.2: the bundle is made on the host; only keys are parsed", _READ)

_row("dates", Scope(), _COVERED,
     "KCONFIG at 4.2 to 6.1-beta1: MBEDTLS_HAVE_TIME_DATE is off by default", _READ)
_row("own_signature", Scope(), _COVERED,
     "BUNDLE at 4.2, 5.2, 6.0: an entry has no signature", _READ)
_row("top_digest", True, "4.2.0",
     "BUNDLE esp_crt_verify_callback at 4.2: NOT_TRUSTED must be the only flag", _READ)
_row("top_digest", False, _FROM_4_2_1,
     "BUNDLE esp_crt_verify_callback at 4.2.1, 5.2, 6.0: BAD_MD is filtered out", _READ)
_row("algorithms",
     Refusals(
         algorithms(Scheme.RSA_PKCS1, Digest.SHA224, Digest.MD5)
         | algorithms(Scheme.ECDSA, Digest.SHA224),
         unknown=algorithms(Scheme.RSA_PSS),
     ),
     "6.0..6.1",
     "BUNDLE esp_crt_check_signature at 6.0: PKCS#1 1.5 with SHA-1, 256 to 512 alone", _READ)
_row("key_kinds",
     Refusals(
         frozenset({KeyKind.DSA, KeyKind.ED25519, KeyKind.ED448, KeyKind.OTHER}),
         roles=Role.ANCHOR,
     ),
     _COVERED, "BUNDLE esp_crt_check_signature: mbedtls_pk_parse_public_key", _READ)
_row("key_sizes", KeySizes(_RSA_2048, roles=_SERVED), _COVERED,
     "BUNDLE at 4.2, 5.2, 6.0: no profile is applied to the key of an entry", _READ)
_row("curves", attrs.evolve(NEW_CURVES, roles=_SERVED), _FROM_5,
     "BUNDLE at 5.0, 6.0: no profile is applied to the key of an entry", _READ)


# -- the mbedTLS inside ---------------------------------------------------------------------------


def _releases(*pairs: tuple[str, str]) -> tuple[Release, ...]:
    source = "the submodule components/mbedtls/mbedtls at these tags"
    return tuple(
        Release(VersionRanges.parse(versions, dotted), version, source, _READ)
        for versions, version in pairs
    )


_INSIDE: Final = Foundation(
    family=MBEDTLS,
    option="mbedtls",
    releases=_releases(
        ("4.2.0", "2.16.7"), ("4.2.1..4.2.2", "2.16.9"), ("4.2.3..4.2.5", "2.16.12"),
        ("4.3.0", "2.16.9"), ("4.3.1..4.3.2", "2.16.11"), ("4.3.3..4.3.7", "2.28.0"),
        ("4.4.0", "2.16.12"), ("4.4.1..4.4.8", "2.28.0"),
        ("5.0..5.0.1", "3.2.1"), ("5.0.2", "3.3.0"), ("5.0.3..5.0.4", "3.4.0"),
        ("5.0.5..5.0.9", "3.5.0"),
        ("5.1..5.1.1", "3.4.0"), ("5.1.2..5.1.4", "3.5.0"), ("5.1.5..5.1.7", "3.6.1"),
        ("5.2..5.2.1", "3.5.0"), ("5.2.2..5.2.7", "3.6.0"), ("5.3..5.5.5", "3.6.0"),
        ("6.0..6.0.1", "4.0.0"), ("6.0.2..6.1", "4.1.0"),
    ),
)  # fmt: skip


# -- options ------------------------------------------------------------------------------------


def _check_dates(value: Any, _: VersionKey) -> Mapping[str, Any]:
    if not value:
        return {}
    return {"dates": Scope(_SERVED), "served_preference": Preference.VALID_ELSE_FIRST}


def _cross_signed_verify(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (6,):
        raise ClientError("ESP-IDF has no cross_signed_verify before 6.0")
    if not value:
        return {}
    return {
        "trusted_first": True,
        "top_digest": True,
        "algorithms": Refusals(),
        "key_sizes": KeySizes(_RSA_2048),
        "curves": attrs.evolve(NEW_CURVES, roles=ALL_ROLES),
    }


ESP_CRT_BUNDLE: Final = Family(
    name="esp-crt-bundle",
    title="ESP-IDF certificate bundle",
    parser=dotted,
    coverage=VersionRanges.parse(_COVERED, dotted),
    rows=_table.rows,
    options=MappingProxyType(
        {
            "check_dates": TraitOption(
                "CONFIG_MBEDTLS_HAVE_TIME_DATE, off by default: dates of what was served count",
                _check_dates,
            ),
            "cross_signed_verify": TraitOption(
                "CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_CROSS_SIGNED_VERIFY, off by default in 6.0 "
                "and 6.1: the bundle is asked at every level",
                _cross_signed_verify,
            ),
        }
    ),
    hint="Versions are those of ESP-IDF; the bundle came with 4.2.",
    foundation=_INSIDE,
)
