"""The facts of a certificate as `cryptography` states them, in the form in which we state ours."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from legacytrust.certificate import Certificate
from legacytrust.extensions import GeneralName, GeneralNameKind, KeyUsage

Fact = Callable[[Any], object]


@contextmanager
def quiet() -> Iterator[None]:
    """`cryptography` warns about much of what is in old roots; here only its facts are wanted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def load(der: bytes) -> x509.Certificate | None:
    """Its reading of a certificate, or `None` where it refuses."""
    with quiet():
        try:
            return x509.load_der_x509_certificate(der)
        except ValueError:
            return None


def _key(theirs: x509.Certificate) -> tuple[bytes, int | None, str | None]:
    key = theirs.public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey):
        return spki, key.key_size, None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return spki, key.key_size, key.curve.name
    return spki, None, None


CURVES = {
    "1.2.840.10045.3.1.1": "secp192r1",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.33": "secp224r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
}


def _our_key(ours: Certificate) -> tuple[bytes, int | None, str | None]:
    key = ours.public_key
    return key.spki, key.bits or None, CURVES[key.curve] if key.curve else None


#: Fact by fact: how we say it, how they say it.
PLAIN: dict[str, tuple[Callable[[Certificate], object], Callable[[x509.Certificate], object]]] = {
    "serial": (lambda c: c.serial, lambda x: x.serial_number),
    "version": (lambda c: c.version, lambda x: x.version.value + 1),
    "issuer": (lambda c: c.issuer.der, lambda x: x.issuer.public_bytes()),
    "subject": (lambda c: c.subject.der, lambda x: x.subject.public_bytes()),
    "not before": (lambda c: c.not_before, lambda x: x.not_valid_before_utc),
    "not after": (lambda c: c.not_after, lambda x: x.not_valid_after_utc),
    "key": (_our_key, _key),
    "signature algorithm": (
        lambda c: c.signature_algorithm.oid,
        lambda x: x.signature_algorithm_oid.dotted_string,
    ),
    "signed part": (lambda c: c.tbs, lambda x: x.tbs_certificate_bytes),
    "signature": (lambda c: c.signature, lambda x: x.signature),
}


def extensions_of(theirs: x509.Certificate) -> x509.Extensions | None:
    """Its reading of the extensions, or `None` where it refuses one of them."""
    with quiet():
        try:
            return theirs.extensions
        except (ValueError, x509.DuplicateExtension):
            return None


_USAGES = (
    (KeyUsage.DIGITAL_SIGNATURE, "digital_signature"),
    (KeyUsage.CONTENT_COMMITMENT, "content_commitment"),
    (KeyUsage.KEY_ENCIPHERMENT, "key_encipherment"),
    (KeyUsage.DATA_ENCIPHERMENT, "data_encipherment"),
    (KeyUsage.KEY_AGREEMENT, "key_agreement"),
    (KeyUsage.KEY_CERT_SIGN, "key_cert_sign"),
    (KeyUsage.CRL_SIGN, "crl_sign"),
)


def _their_usage(value: x509.KeyUsage) -> KeyUsage:
    found = KeyUsage(0)
    for flag, name in _USAGES:
        found |= flag if getattr(value, name) else KeyUsage(0)
    if value.key_agreement:
        found |= KeyUsage.ENCIPHER_ONLY if value.encipher_only else KeyUsage(0)
        found |= KeyUsage.DECIPHER_ONLY if value.decipher_only else KeyUsage(0)
    return found


def _their_name(name: x509.GeneralName) -> tuple[str, object]:
    if isinstance(name, x509.DirectoryName):
        return "DIRECTORY", name.value.public_bytes()
    if isinstance(name, x509.OtherName):
        return "OTHER", name.type_id.dotted_string
    if isinstance(name, x509.RegisteredID):
        return "REGISTERED_ID", name.value.dotted_string
    kinds = {x509.DNSName: "DNS", x509.RFC822Name: "EMAIL", x509.IPAddress: "IP"}
    return kinds.get(type(name), "URI"), name.value


def _our_name(name: GeneralName) -> tuple[str, object]:
    from asn1crypto import core

    if name.kind is GeneralNameKind.IP:
        return "IP", name.address
    if name.kind is GeneralNameKind.DIRECTORY:
        return "DIRECTORY", name.content
    if name.kind is GeneralNameKind.OTHER:
        return "OTHER", core.ObjectIdentifier.load(name.content).dotted
    if name.kind is GeneralNameKind.REGISTERED_ID:
        return "REGISTERED_ID", core.ObjectIdentifier(contents=name.content).dotted
    return name.kind.name, name.text


def _their_constraints(value: x509.NameConstraints) -> object:
    return tuple(
        tuple(map(_their_name, trees or ()))
        for trees in (value.permitted_subtrees, value.excluded_subtrees)
    )


def _their_authority(value: x509.AuthorityKeyIdentifier) -> object:
    names = [n for n in value.authority_cert_issuer or () if isinstance(n, x509.DirectoryName)]
    issuer = names[0].value.public_bytes() if names else None
    return value.key_identifier, issuer, value.authority_cert_serial_number


def _our_authority(ours: Certificate) -> object:
    found = ours.authority_key_id
    assert found is not None
    return found.key_id, found.issuer.der if found.issuer else None, found.serial


def _our_constraints(ours: Certificate) -> object:
    found = ours.name_constraints
    assert found is not None
    return tuple(tuple(map(_our_name, trees)) for trees in (found.permitted, found.excluded))


#: Extensions that both decode, by their class there: how we say it, how they say it.
EXTENSIONS: dict[type[x509.ExtensionType], tuple[Callable[[Certificate], object], Fact]] = {
    x509.BasicConstraints: (
        lambda c: c.basic_constraints and (c.is_ca, c.basic_constraints.path_length),
        lambda v: (v.ca, v.path_length),
    ),
    x509.KeyUsage: (lambda c: c.key_usage, _their_usage),
    x509.ExtendedKeyUsage: (
        lambda c: c.extended_key_usage,
        lambda v: tuple(oid.dotted_string for oid in v),
    ),
    x509.SubjectAlternativeName: (
        lambda c: tuple(map(_our_name, c.subject_alt_names or ())),
        lambda v: tuple(map(_their_name, v)),
    ),
    x509.NameConstraints: (_our_constraints, _their_constraints),
    x509.SubjectKeyIdentifier: (lambda c: c.subject_key_id, lambda v: v.digest),
    x509.AuthorityKeyIdentifier: (_our_authority, _their_authority),
}


def disagreements(ours: Certificate, theirs: x509.Certificate) -> Iterator[str]:
    """One line for each fact that the two readings of a certificate do not share."""
    with quiet():
        for name, (say, their) in PLAIN.items():
            try:
                expected = their(theirs)
            except (ValueError, UnsupportedAlgorithm):
                continue
            if say(ours) != expected:
                yield f"{ours.sha256}: {name}: {say(ours)!r}, not {expected!r}"
        yield from _extension_disagreements(ours, extensions_of(theirs))


def _extension_disagreements(ours: Certificate, theirs: x509.Extensions | None) -> Iterator[str]:
    if theirs is None:
        return
    listed = [(e.oid.dotted_string, e.critical) for e in theirs]
    if listed != [(e.oid, e.critical) for e in ours.extensions]:
        yield f"{ours.sha256}: other extensions"
    for extension in theirs:
        say, their = EXTENSIONS.get(type(extension.value), (None, None))
        if say is None or their is None:
            continue
        if say(ours) != their(extension.value):
            yield f"{ours.sha256}: {type(extension.value).__name__}: {say(ours)!r}"
