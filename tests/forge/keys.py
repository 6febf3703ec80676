"""Key pairs for tests, made when first asked for and then kept for the life of the process.

A test that needs three different RSA keys asks for `key("rsa2048", 0)`, `... 1)` and `... 2)`;
every later test that asks for the same gets the same pair, so a run makes each pair once.

Elliptic curve, Ed25519 and 512-bit RSA pairs are computed from kind and number, so those are the
same in every process: a failing example found today gives the same bytes tomorrow. Larger RSA
pairs come from the random generator, because finding their primes in Python would take seconds.
None of this is secret: nothing outside a test may ever trust such a key.
"""

import hashlib
import random
from functools import cache
from typing import TypeAlias

import attrs
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

CURVES: dict[str, ec.EllipticCurve] = {
    "p256": ec.SECP256R1(),
    "p384": ec.SECP384R1(),
    "p521": ec.SECP521R1(),
    "secp256k1": ec.SECP256K1(),
}
RSA_SIZES = {"rsa512": 512, "rsa1024": 1024, "rsa2048": 2048, "rsa3072": 3072, "rsa4096": 4096}
KINDS = (*CURVES, "ed25519", *RSA_SIZES)


@attrs.frozen
class Key:
    """The name of a key pair: its kind (one of `KINDS`) and which one of that kind.

    It stands for the pair wherever one is needed; being a name, it is cheap to hash and compare.
    """

    kind: str = attrs.field(default="p256", validator=attrs.validators.in_(KINDS))
    number: int = 0

    @property
    def private(self) -> PrivateKey:
        """The private key, made on first use."""
        return _private_key(self.kind, self.number)

    @property
    def spki(self) -> bytes:
        """The SubjectPublicKeyInfo, as DER."""
        return _spki(self)

    @property
    def private_pem(self) -> bytes:
        """The private key as unencrypted PKCS#8 PEM, for a test server."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def is_rsa(self) -> bool:
        """Whether this is an RSA key."""
        return self.kind in RSA_SIZES


def key(kind: str = "p256", number: int = 0) -> Key:
    """The `number`-th key pair of a kind; raises ValueError for a kind not in `KINDS`."""
    return Key(kind, number)


@cache
def _spki(name: Key) -> bytes:
    return name.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@cache
def _private_key(kind: str, number: int) -> PrivateKey:
    if kind in CURVES:
        scalar = int.from_bytes(_seed(kind, number, 31), "big") + 1
        return ec.derive_private_key(scalar, CURVES[kind])
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(_seed(kind, number, 32))
    if kind == "rsa512":
        return _small_rsa(random.Random(_seed(kind, number, 32)), 512)
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_SIZES[kind])


def _seed(kind: str, number: int, size: int) -> bytes:
    return hashlib.sha256(f"forge {kind} {number}".encode()).digest()[:size]


def _small_rsa(source: random.Random, bits: int) -> rsa.RSAPrivateKey:
    """An RSA pair shorter than the generator of `cryptography` agrees to make."""
    p, q = _prime(source, bits // 2), _prime(source, bits // 2)
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(65537, p * q),
    )
    return numbers.private_key()


def _prime(source: random.Random, bits: int) -> int:
    while True:
        # The two top bits make the product of two such primes exactly twice as long.
        candidate = source.getrandbits(bits) | 3 << (bits - 2) | 1
        if candidate % 65537 != 1 and all(
            pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7, 11, 13)
        ):
            return candidate
