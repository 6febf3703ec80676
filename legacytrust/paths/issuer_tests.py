"""What a client asks of two certificates before it takes one for the issuer of the other.

Names apart: those are compared by :class:`~legacytrust.paths.search.Search`, as are dates and
signatures.  What is left needs the two certificates and nothing else.  A certificate of which only
facts are known passes every test: what it lacks cannot be told.
"""

from __future__ import annotations

from legacytrust.certificate import Certificate
from legacytrust.extensions import AuthorityKeyIdentifier, KeyUsage
from legacytrust.paths.rules import IssuerTest
from legacytrust.stores.anchor import AnchorCertificate, RootFacts

__all__ = ["decrypts", "fits", "has_named_key", "is_marked_as_ca"]


def fits(issuer: AnchorCertificate, child: Certificate, tests: IssuerTest) -> bool:
    """Whether the pair passes those of the tests that need no date and no signature."""
    return (
        (IssuerTest.KEY_ID not in tests or _key_id_fits(issuer, child))
        and (IssuerTest.BARE_KEY_ID not in tests or _bare_key_id_fits(issuer, child))
        and (IssuerTest.KEY_USAGE not in tests or _may_sign(issuer))
        and (IssuerTest.KEY_KIND not in tests or _key_kind_fits(issuer, child))
        and (IssuerTest.CA not in tests or is_marked_as_ca(issuer))
        and (IssuerTest.CA_IF_V3 not in tests or _is_old(issuer) or is_marked_as_ca(issuer))
    )


def is_marked_as_ca(certificate: AnchorCertificate) -> bool:
    """Whether basic constraints, or facts known otherwise, say that it is a CA."""
    return isinstance(certificate, RootFacts) or certificate.is_ca


def decrypts(issuer: AnchorCertificate, child: Certificate) -> bool:
    """Whether the key is an RSA key that the signature, as a number, can be raised by."""
    if isinstance(issuer, RootFacts):
        return True
    modulus, size = issuer.public_key.modulus, len(child.signature)
    fits = (modulus.bit_length() + 7) // 8 == size
    return fits and int.from_bytes(child.signature, "big") <= modulus


def has_named_key(issuer: AnchorCertificate, child: AnchorCertificate) -> bool:
    """Whether the child names the issuer's key identifier."""
    named = child.authority_key_id if isinstance(child, Certificate) else None
    return named is not None and bool(named.key_id) and named.key_id == issuer.subject_key_id


def _key_id_fits(issuer: AnchorCertificate, child: Certificate) -> bool:
    named: AuthorityKeyIdentifier | None = child.authority_key_id
    if named is None:
        return True
    if named.key_id and issuer.subject_key_id and named.key_id != issuer.subject_key_id:
        return False
    if None not in (named.serial, issuer.serial) and named.serial != issuer.serial:
        return False
    return named.issuer is None or named.issuer.canonical == issuer.issuer.canonical


def _bare_key_id_fits(issuer: AnchorCertificate, child: Certificate) -> bool:
    named = child.authority_key_id
    return (
        named is None
        or not named.key_id
        or issuer.subject_key_id is None
        or named.key_id == issuer.subject_key_id
    )


def _may_sign(issuer: AnchorCertificate) -> bool:
    if not isinstance(issuer, Certificate) or issuer.key_usage is None:
        return True
    return KeyUsage.KEY_CERT_SIGN in issuer.key_usage


def _is_old(issuer: AnchorCertificate) -> bool:
    return isinstance(issuer, Certificate) and issuer.version < 3


def _key_kind_fits(issuer: AnchorCertificate, child: Certificate) -> bool:
    needed = child.signature_algorithm.scheme.key_kind
    return isinstance(issuer, RootFacts) or needed is None or issuer.public_key.kind is needed
