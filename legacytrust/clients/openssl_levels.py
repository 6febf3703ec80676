"""The security levels of OpenSSL: the smallest keys and the hashes that each allows.

Levels 1 to 5 ask for 80, 112, 128, 192 and 256 bits of security.  From 3.0 on MD5 and SHA-1 count
for less than before, so that level 1 refuses SHA-1 from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from legacytrust.algorithms import Digest, KeyKind
from legacytrust.clients.versions import VersionKey
from legacytrust.paths.path import Role
from legacytrust.paths.rules import BELOW_ANCHOR, KeySizes, Refusals

__all__ = ["EXOTIC", "SHA2", "at_level", "level_digests", "level_key_sizes"]

SHA2: Final = frozenset({Digest.SHA224, Digest.SHA256, Digest.SHA384, Digest.SHA512})
#: Hashes that no level allows.
EXOTIC: Final = frozenset({Digest.MD2, Digest.MD4, Digest.OTHER})

#: Smallest keys by level: the sizes that give 80, 112, 128, 192 and 256 bits of security.
_RSA_BITS: Final = (0, 1024, 2048, 3072, 7680, 15360)
_EC_BITS: Final = (0, 160, 224, 256, 384, 512)
_LEVEL_BITS: Final = (0, 80, 112, 128, 192, 256)
_DIGEST_BITS: Final = {
    Digest.SHA224: 112, Digest.SHA256: 128, Digest.SHA384: 192, Digest.SHA512: 256,
}  # fmt: skip


def level_key_sizes(level: int) -> KeySizes:
    rsa, ec = _RSA_BITS[level], _EC_BITS[level]
    return KeySizes(((KeyKind.RSA, rsa), (KeyKind.DSA, rsa), (KeyKind.EC, ec)))


def level_digests(level: int, *, sha1_bits: int, md5_bits: int) -> Refusals[Digest]:
    strength = {**_DIGEST_BITS, Digest.SHA1: sha1_bits, Digest.MD5: md5_bits}
    weak = {d for d, bits in strength.items() if bits < _LEVEL_BITS[level]}
    return Refusals(frozenset(weak) | EXOTIC, roles=BELOW_ANCHOR | Role.VOUCHED_LEAF)


def at_level(level: int, version: VersionKey) -> Mapping[str, Any]:
    """The traits that a security level sets in a version."""
    old = version < (3,)
    digests = level_digests(level, sha1_bits=80 if old else 63, md5_bits=64 if old else 39)
    return {"key_sizes": level_key_sizes(level), "digests": digests}
