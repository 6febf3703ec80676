"""Stand-ins for real certificates: real names, dates and extensions, with keys made by the test.

Where history lacks a leaf, none can be made under the real issuing CA, since its key is not ours.
`restage` makes the whole hierarchy again: every certificate keeps what it says, and certificates of
one key stay certificates of one key.  A client that looks at names, dates and extensions sees what
it saw then; RSA keys are of 2048 bits where the real ones are longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from asn1crypto import core, keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

import legacytrust as lt
from forge import forge, key
from forge.certificates import Oid, key_identifier
from forge.keys import Key
from legacytrust.algorithms import KeyKind, PublicKey

_HASHES: Final = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "md5": hashes.MD5,
}
_CURVES: Final = {256: "p256", 384: "p384", 521: "p521"}


def key_for(real: lt.Certificate) -> Key:
    """The stand-in for the key of a real certificate: always the same one."""
    return _key_for(real.public_key.spki)


#: Real keys in the order in which they were first asked for: that is the number of the stand-in.
_SEEN: Final[list[bytes]] = []


@cache
def _key_for(spki: bytes) -> Key:
    public = PublicKey.from_der(spki)
    _SEEN.append(spki)
    kind = "rsa2048" if public.kind is KeyKind.RSA else _CURVES[public.bits]
    return key(kind, len(_SEEN) - 1)


def restage(real: lt.Certificate, issuer: lt.Certificate) -> lt.Certificate:
    """The stand-in of one certificate, signed by the stand-in key of its issuer."""
    made = x509.Certificate.load(real.der)
    body = made["tbs_certificate"]
    body["subject_public_key_info"] = keys.PublicKeyInfo.load(key_for(real).spki)
    for extension in body["extensions"] or ():
        if extension["extn_id"].native == "key_identifier":
            extension["extn_value"] = core.ParsableOctetString(
                core.OctetString(key_identifier(key_for(real))).dump()
            )
        elif extension["extn_id"].native == "authority_key_identifier":
            extension["extn_value"] = x509.AuthorityKeyIdentifier(
                {"key_identifier": key_identifier(key_for(issuer))}
            )
    return _signed(body, made["signature_algorithm"]["algorithm"].dotted, key_for(issuer))


def leaf_under(
    issuer: lt.Certificate, hostname: str, *, not_before: datetime, days: int = 90
) -> lt.Certificate:
    """A server certificate under the stand-in of a real issuing CA."""
    server = key("p256" if issuer.public_key.kind is KeyKind.EC else "rsa2048", 99)
    made = forge(
        hostname,
        key=server,
        signed_by=key_for(issuer),
        not_before=not_before,
        not_after=not_before + timedelta(days=days),
        key_usage=frozenset({"digital_signature", "key_encipherment"}),
        eku=(Oid.SERVER_AUTH,),
        san=(hostname,),
        aki=key_identifier(key_for(issuer)),
    )
    body = x509.Certificate.load(made)["tbs_certificate"]
    body["issuer"] = x509.Name.load(issuer.subject.der)
    return _signed(body, body["signature"]["algorithm"].dotted, key_for(issuer))


def hierarchy(*reals: lt.Certificate) -> dict[str, lt.Certificate]:
    """Stand-ins of real certificates, by fingerprint of the real one; each issuer is among them."""
    return {real.sha256: restage(real, _issuer_of(real, reals)) for real in reals}


def _issuer_of(real: lt.Certificate, reals: Sequence[lt.Certificate]) -> lt.Certificate:
    return next(c for c in reals if c.subject.canonical == real.issuer.canonical)


def _signed(body: Any, algorithm: str, signer: Key) -> lt.Certificate:
    """Signed with the algorithm that the real one was signed with."""
    wrapped = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": {"algorithm": algorithm},
            "signature_value": b"",
        }
    )
    body["signature"] = wrapped["signature_algorithm"]
    digest = _HASHES[wrapped["signature_algorithm"].hash_algo]()
    signed = body.dump(force=True)
    private = signer.private
    if isinstance(private, rsa.RSAPrivateKey):
        wrapped["signature_value"] = private.sign(signed, padding.PKCS1v15(), digest)
    else:
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        wrapped["signature_value"] = private.sign(signed, ec.ECDSA(digest))
    return lt.Certificate.from_der(wrapped.dump(force=True))
