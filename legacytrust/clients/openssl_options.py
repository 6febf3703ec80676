"""What a program can set on OpenSSL, and from which version on there is such a thing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from legacytrust.algorithms import Digest
from legacytrust.clients.family import TraitOption
from legacytrust.clients.openssl_levels import EXOTIC, SHA2, at_level
from legacytrust.clients.versions import VersionKey, VersionRanges, lettered
from legacytrust.errors import ClientError
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    ALL_ROLES,
    BELOW_ANCHOR,
    Alternatives,
    Authority,
    CaProof,
    Refusals,
    Scope,
)

__all__ = ["FLAGS_NEED", "OPTIONS"]


def _trusted_first(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (1, 0, 2):
        raise ClientError("OpenSSL has no trusted_first before 1.0.2")
    return {"trusted_first": bool(value)}


def _partial_chain(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (1, 0, 2):
        raise ClientError("OpenSSL has no partial_chain before 1.0.2")
    return {"partial_chain": bool(value)}


def _no_alt_chains(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not value:
        return {}
    if version < (1, 0, 1, 14) or (1, 0, 2) <= version < (1, 0, 2, 2):
        raise ClientError("OpenSSL has no no_alt_chains before 1.0.1n and 1.0.2b")
    return {"alternatives": Alternatives.NEVER}


def _security_level(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (1, 1):
        raise ClientError("OpenSSL has no security levels before 1.1.0")
    if value not in range(6):
        raise ClientError(f"{value!r} is no security level", hint="0 to 5")
    return at_level(value, version)


def _redhat_level(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if not (1, 1, 1) <= version < (3,):
        raise ClientError("Red Hat's levels are modelled for OpenSSL 1.1.1")
    traits = dict(_security_level(value, version))
    if value == 2:
        digests = traits["digests"]
        traits["digests"] = attrs.evolve(digests, refused=digests.refused - {Digest.SHA1})
    return traits


def _x509_strict(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version < (3,):
        raise ClientError("x509_strict is modelled from OpenSSL 3.0")
    if not value:
        return {}
    proofs = frozenset({CaProof.BASIC_CONSTRAINTS})
    return {
        "strict_profile": Scope(ALL_ROLES),
        "equal_algorithms": Scope(ALL_ROLES),
        "authority": Authority(((Role.SERVED_CA | Role.STORE_CA | Role.ANCHOR, proofs),)),
    }


def _sha2(value: Any, version: VersionKey) -> Mapping[str, Any]:
    if version >= (1, 0, 1):
        raise ClientError("SHA-2 is always there from 1.0.1", hint="leave sha2 out")
    refused = EXOTIC if value else SHA2 | EXOTIC
    return {"digests": Refusals(refused, roles=BELOW_ANCHOR)}


OPTIONS: Final[Mapping[str, TraitOption]] = MappingProxyType(
    {
        "trusted_first": TraitOption(
            "X509_V_FLAG_TRUSTED_FIRST: ask the store before the served list", _trusted_first
        ),
        "partial_chain": TraitOption(
            "X509_V_FLAG_PARTIAL_CHAIN: any store certificate ends the path", _partial_chain
        ),
        "no_alt_chains": TraitOption(
            "X509_V_FLAG_NO_ALT_CHAINS: never shorten the path", _no_alt_chains
        ),
        "x509_strict": TraitOption(
            "X509_V_FLAG_X509_STRICT: certificates must be as RFC 5280 wants CAs to issue them",
            _x509_strict,
        ),
        "security_level": TraitOption(
            "the security level, 0 to 5; some distributions set 2", _security_level
        ),
        "redhat_level": TraitOption(
            "the security level in Red Hat's 1.1.1, where level 2 still takes SHA-1",
            _redhat_level,
        ),
        "sha2": TraitOption(
            "the application registered SHA-2 itself (0.9.8, 1.0.0)", _sha2
        ),
    }
)

#: What programs built on OpenSSL can set, and from which version on there is such a thing.
FLAGS_NEED: Final = MappingProxyType(
    {
        "trusted_first": VersionRanges.parse("1.0.2..3.5.8", lettered),
        "partial_chain": VersionRanges.parse("1.0.2..3.5.8", lettered),
        "strict_profile": VersionRanges.parse("3.0.0..3.5.8", lettered),
        "authority": VersionRanges.parse("3.0.0..3.5.8", lettered),
        "key_sizes": VersionRanges.parse("1.1.0..3.5.8", lettered),
        "digests": VersionRanges.parse("1.1.0..3.5.8", lettered),
    }
)
