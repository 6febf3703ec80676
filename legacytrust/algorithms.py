"""Signature algorithms and public keys, as far as clients tell them apart.

Two closed vocabularies (:class:`Digest`, :class:`Scheme`, :class:`KeyKind`) and the readers of
the two places of a certificate that speak them: ``AlgorithmIdentifier`` and
``SubjectPublicKeyInfo`` (RFC 3279, 4055, 5480, 5758, 8410).  An algorithm that is not in the
tables is ``OTHER``: it stays readable, and no client model claims to support it.
"""

from __future__ import annotations

import enum
from typing import Final

import attrs

from legacytrust._der import DerError, Element, Tag, children, decode_integer, decode_oid, element

__all__ = ["Digest", "KeyKind", "PublicKey", "Scheme", "SignatureAlgorithm"]


class Digest(enum.Enum):
    """The hash under a signature."""

    MD2 = "md2"
    MD4 = "md4"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"
    NONE = "none"
    OTHER = "other"


class KeyKind(enum.Enum):
    """The type of a public key."""

    RSA = "rsa"
    DSA = "dsa"
    EC = "ec"
    ED25519 = "ed25519"
    ED448 = "ed448"
    OTHER = "other"


class Scheme(enum.Enum):
    """The signature scheme around the hash."""

    RSA_PKCS1 = "rsa-pkcs1"
    RSA_PSS = "rsa-pss"
    DSA = "dsa"
    ECDSA = "ecdsa"
    ED25519 = "ed25519"
    ED448 = "ed448"
    OTHER = "other"

    @property
    def key_kind(self) -> KeyKind | None:
        """The type of key that makes such signatures; ``None`` for a scheme that is not known."""
        return _KEY_KINDS.get(self)


_KEY_KINDS: Final = {
    Scheme.RSA_PKCS1: KeyKind.RSA,
    Scheme.RSA_PSS: KeyKind.RSA,
    Scheme.DSA: KeyKind.DSA,
    Scheme.ECDSA: KeyKind.EC,
    Scheme.ED25519: KeyKind.ED25519,
    Scheme.ED448: KeyKind.ED448,
}


@attrs.frozen
class SignatureAlgorithm:
    """The algorithm that a certificate was signed with.

    :param oid: the dotted object identifier, also where it is not in the tables.
    :param scheme: what kind of signature.
    :param digest: the hash in it; ``NONE`` for Ed25519 and Ed448, which have no choice.
    :param salt_length: octets of salt, RSA-PSS only.
    :param mask_digest: the hash of the mask generation function, RSA-PSS only; nearly always
        the same as ``digest``.
    """

    oid: str
    scheme: Scheme
    digest: Digest
    salt_length: int | None = None
    mask_digest: Digest | None = None

    def __str__(self) -> str:
        if self.scheme is Scheme.OTHER:
            return self.oid
        return self.scheme.value if self.digest is Digest.NONE else (
            f"{self.scheme.value} with {self.digest.value}"
        )  # fmt: skip

    @classmethod
    def from_der(cls, der: bytes) -> SignatureAlgorithm:
        """Read an ``AlgorithmIdentifier``.

        :raises DerError: when it has no readable object identifier.
        """
        parts = children(element(der).content)
        if not parts:
            raise DerError("an algorithm identifier without an algorithm")
        oid = decode_oid(parts[0].content)
        if oid == _RSA_PSS:
            return _pss(oid, parts[1] if len(parts) > 1 else None)
        scheme, digest = _SIGNATURES.get(oid, (Scheme.OTHER, Digest.OTHER))
        return cls(oid, scheme, digest)


@attrs.frozen
class PublicKey:
    """What a client can say about a public key without using it.

    :param spki: the DER of the ``SubjectPublicKeyInfo``: two certificates have the same key when
        these bytes are the same.
    :param kind: the type of key.
    :param bits: size of the RSA or DSA modulus, or of the field of the curve; 0 if not readable.
    :param curve: the dotted object identifier of a named curve; ``None`` for other kinds of key
        and for a curve that is spelled out in the key.
    """

    spki: bytes = attrs.field(repr=False)
    kind: KeyKind
    bits: int
    curve: str | None = None

    def __str__(self) -> str:
        if self.kind is KeyKind.EC:
            return (
                _CURVES.get(self.curve or "", _UNKNOWN_CURVE)[1] or self.curve or "explicit curve"
            )
        return f"{self.kind.value.upper()}-{self.bits}" if self.bits else self.kind.value

    @property
    def modulus(self) -> int:
        """The modulus of an RSA key; 0 for any other and for one that is not readable."""
        if self.kind is not KeyKind.RSA or not self.bits:
            return 0
        parts = children(element(self.spki).content)
        return _first_integer(element(parts[1].content[1:]))

    @classmethod
    def from_der(cls, spki: bytes) -> PublicKey:
        """Read a ``SubjectPublicKeyInfo``.

        :raises DerError: when it does not have the two parts of one.
        """
        parts = children(element(spki).content)
        if len(parts) < 2:
            raise DerError("a public key without key bits")
        algorithm = children(parts[0].content)
        oid = decode_oid(algorithm[0].content) if algorithm else ""
        parameters = algorithm[1].raw if len(algorithm) > 1 else b""
        kind = _KEYS.get(oid, KeyKind.OTHER)
        bits, curve = _measure(kind, parameters, parts[1].content[1:])
        return cls(spki, kind, bits, curve)


_RSA_PSS: Final = "1.2.840.113549.1.1.10"
_RSA: Final = "1.2.840.113549.1.1."
_ECDSA: Final = "1.2.840.10045.4."

_MGF1: Final = "1.2.840.113549.1.1.8"
_PRIME_FIELD: Final = "1.2.840.10045.1.1"
_UNKNOWN_CURVE: Final = (0, "")

_SIGNATURES: Final = {
    _RSA + "2": (Scheme.RSA_PKCS1, Digest.MD2),
    _RSA + "3": (Scheme.RSA_PKCS1, Digest.MD4),
    _RSA + "4": (Scheme.RSA_PKCS1, Digest.MD5),
    _RSA + "5": (Scheme.RSA_PKCS1, Digest.SHA1),
    _RSA + "11": (Scheme.RSA_PKCS1, Digest.SHA256),
    _RSA + "12": (Scheme.RSA_PKCS1, Digest.SHA384),
    _RSA + "13": (Scheme.RSA_PKCS1, Digest.SHA512),
    _RSA + "14": (Scheme.RSA_PKCS1, Digest.SHA224),
    "1.3.14.3.2.3": (Scheme.RSA_PKCS1, Digest.MD5),
    "1.3.14.3.2.29": (Scheme.RSA_PKCS1, Digest.SHA1),
    "1.2.840.10040.4.3": (Scheme.DSA, Digest.SHA1),
    "1.3.14.3.2.27": (Scheme.DSA, Digest.SHA1),
    "2.16.840.1.101.3.4.3.1": (Scheme.DSA, Digest.SHA224),
    "2.16.840.1.101.3.4.3.2": (Scheme.DSA, Digest.SHA256),
    _ECDSA + "1": (Scheme.ECDSA, Digest.SHA1),
    _ECDSA + "3.1": (Scheme.ECDSA, Digest.SHA224),
    _ECDSA + "3.2": (Scheme.ECDSA, Digest.SHA256),
    _ECDSA + "3.3": (Scheme.ECDSA, Digest.SHA384),
    _ECDSA + "3.4": (Scheme.ECDSA, Digest.SHA512),
    "1.3.101.112": (Scheme.ED25519, Digest.NONE),
    "1.3.101.113": (Scheme.ED448, Digest.NONE),
}
_DIGESTS: Final = {
    "1.2.840.113549.2.5": Digest.MD5,
    "1.3.14.3.2.26": Digest.SHA1,
    "2.16.840.1.101.3.4.2.4": Digest.SHA224,
    "2.16.840.1.101.3.4.2.1": Digest.SHA256,
    "2.16.840.1.101.3.4.2.2": Digest.SHA384,
    "2.16.840.1.101.3.4.2.3": Digest.SHA512,
}
_KEYS: Final = {
    "1.2.840.113549.1.1.1": KeyKind.RSA,
    "1.2.840.113549.1.1.10": KeyKind.RSA,
    "2.5.8.1.1": KeyKind.RSA,
    "1.2.840.10040.4.1": KeyKind.DSA,
    "1.3.14.3.2.12": KeyKind.DSA,
    "1.2.840.10045.2.1": KeyKind.EC,
    "1.3.101.112": KeyKind.ED25519,
    "1.3.101.113": KeyKind.ED448,
}
#: Named curves: bits of the field, and what people call it.
_CURVES: Final = {
    "1.2.840.10045.3.1.1": (192, "P-192"),
    "1.2.840.10045.3.1.7": (256, "P-256"),
    "1.3.132.0.10": (256, "secp256k1"),
    "1.3.132.0.33": (224, "P-224"),
    "1.3.132.0.34": (384, "P-384"),
    "1.3.132.0.35": (521, "P-521"),
    "1.3.36.3.3.2.8.1.1.7": (256, "brainpoolP256r1"),
    "1.3.36.3.3.2.8.1.1.11": (384, "brainpoolP384r1"),
    "1.3.36.3.3.2.8.1.1.13": (512, "brainpoolP512r1"),
}


def _pss(oid: str, parameters: Element | None) -> SignatureAlgorithm:
    """RSASSA-PSS-params (RFC 4055, 3.1): SHA-1 and 20 octets of salt unless said otherwise."""
    digest, mask, salt = Digest.SHA1, Digest.SHA1, 20
    for field in children(parameters.content) if parameters else ():
        inner = element(field.content)
        if field.is_context(0):
            digest = _digest(inner)
        elif field.is_context(1):
            mask = _mask(inner)
        elif field.is_context(2):
            salt = decode_integer(inner.content)
    return SignatureAlgorithm(oid, Scheme.RSA_PSS, digest, salt, mask)


def _digest(identifier: Element) -> Digest:
    return _DIGESTS.get(decode_oid(element(identifier.content).content), Digest.OTHER)


def _mask(identifier: Element) -> Digest:
    parts = children(identifier.content)
    if len(parts) != 2 or decode_oid(parts[0].content) != _MGF1:
        return Digest.OTHER
    return _digest(parts[1])


def _measure(kind: KeyKind, parameters: bytes, bits: bytes) -> tuple[int, str | None]:
    try:
        if kind is KeyKind.RSA:
            return _first_integer(element(bits)).bit_length(), None
        if kind is KeyKind.DSA:
            return _first_integer(element(parameters)).bit_length(), None
        if kind is KeyKind.EC:
            return _curve(element(parameters))
    except DerError:
        return 0, None
    return {KeyKind.ED25519: 256, KeyKind.ED448: 448}.get(kind, 0), None


def _first_integer(sequence: Element) -> int:
    first = element(sequence.content).expect(Tag.INTEGER, "a modulus")
    return int.from_bytes(first.content, "big")


def _curve(parameters: Element) -> tuple[int, str | None]:
    if parameters.is_universal(Tag.OID):
        curve = decode_oid(parameters.content)
        return _CURVES.get(curve, _UNKNOWN_CURVE)[0], curve
    # ECParameters spelled out: version, then the field by its kind and, if prime, its prime.
    fields = children(parameters.content)
    field = children(fields[1].content) if len(fields) > 1 else ()
    if len(field) < 2:
        raise DerError("parameters of a curve without a field")
    kind, size = field[:2]
    prime = decode_oid(kind.content) == _PRIME_FIELD
    return int.from_bytes(size.content, "big").bit_length() if prime else 0, None
