"""Whether one key signed one certificate.

The strict helpers of ``cryptography`` refuse MD5 and SHA-1, which is right for a browser of today
and useless for asking what a phone of 2011 did.  So the public key is used directly on the signed
bytes.  What no library here can compute (MD2, keys that cannot be loaded, post-quantum schemes)
is ``UNCHECKED``: neither good nor bad, and a verdict that hangs on it is *unknown*.

A signature is checked once for each pair of certificate and key and remembered in a
:class:`SignatureMemo`, which lives as long as the evaluation that made it.
"""

from __future__ import annotations

import enum
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

from legacytrust.algorithms import Digest, KeyKind, PublicKey, Scheme, SignatureAlgorithm
from legacytrust.certificate import Certificate

__all__ = ["SignatureMemo", "SignatureStatus", "check_signature"]


class SignatureStatus(enum.Enum):
    """What checking a signature found."""

    VALID = "valid"
    INVALID = "invalid"
    UNCHECKED = "cannot be checked"


_HASHES: Final[dict[Digest, hashes.HashAlgorithm]] = {
    Digest.MD5: hashes.MD5(),  # noqa: S303 - signatures of old certificates are the subject here
    Digest.SHA1: hashes.SHA1(),  # noqa: S303
    Digest.SHA224: hashes.SHA224(),
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA384: hashes.SHA384(),
    Digest.SHA512: hashes.SHA512(),
}


def check_signature(certificate: Certificate, key: PublicKey) -> SignatureStatus:
    """Whether ``key`` made the signature of ``certificate``.

    A signature of one kind under a key of another (ECDSA under an RSA key) is ``INVALID``,
    whatever its hash.
    """
    algorithm = certificate.signature_algorithm
    wanted = algorithm.scheme.key_kind
    if wanted is None or key.kind is KeyKind.OTHER:
        return SignatureStatus.UNCHECKED
    if key.kind is not wanted:
        return SignatureStatus.INVALID
    if not _computable(algorithm):
        return SignatureStatus.UNCHECKED
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        loaded = load_der_public_key(key.spki)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return SignatureStatus.UNCHECKED
    return _checked(loaded, certificate)


def _computable(algorithm: SignatureAlgorithm) -> bool:
    if algorithm.mask_digest is not None and algorithm.mask_digest not in _HASHES:
        return False
    return algorithm.digest in _HASHES or algorithm.digest is Digest.NONE


def _checked(key: object, certificate: Certificate) -> SignatureStatus:
    try:
        _verify(key, certificate)
    except (InvalidSignature, ValueError, OverflowError):
        # The last two: the key is too small for this hash and salt, so it cannot have signed.
        return SignatureStatus.INVALID
    except (TypeError, UnsupportedAlgorithm):
        return SignatureStatus.UNCHECKED
    return SignatureStatus.VALID


def _verify(key: object, certificate: Certificate) -> None:
    algorithm = certificate.signature_algorithm
    signature, tbs = certificate.signature, certificate.tbs
    digest = _HASHES.get(algorithm.digest)
    match algorithm.scheme, key:
        case Scheme.RSA_PKCS1, rsa.RSAPublicKey() if digest:
            key.verify(signature, tbs, padding.PKCS1v15(), digest)
        case Scheme.RSA_PSS, rsa.RSAPublicKey() if digest:
            key.verify(signature, tbs, _pss(algorithm), digest)
        case Scheme.ECDSA, ec.EllipticCurvePublicKey() if digest:
            key.verify(signature, tbs, ec.ECDSA(digest))
        case Scheme.DSA, dsa.DSAPublicKey() if digest:
            key.verify(signature, tbs, digest)
        case Scheme.ED25519, ed25519.Ed25519PublicKey():
            key.verify(signature, tbs)
        case Scheme.ED448, ed448.Ed448PublicKey():
            key.verify(signature, tbs)
        case _:
            raise InvalidSignature


def _pss(algorithm: SignatureAlgorithm) -> padding.PSS:
    mask = _HASHES[algorithm.mask_digest or algorithm.digest]
    return padding.PSS(padding.MGF1(mask), algorithm.salt_length or 0)


class SignatureMemo:
    """Remembers every signature that was checked, and counts them.

    Not shared between threads by the library; make one for each evaluation.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], SignatureStatus] = {}

    @property
    def checked(self) -> int:
        """How many signatures were really computed."""
        return len(self._known)

    def status(self, certificate: Certificate, key: PublicKey) -> SignatureStatus:
        """Like :func:`check_signature`, computed at most once."""
        pair = (certificate.der, key.spki)
        known = self._known.get(pair)
        if known is None:
            known = self._known[pair] = check_signature(certificate, key)
        return known
