"""One small chain, and every form in which people hand in a chain."""

from __future__ import annotations

import base64
import textwrap
from functools import cache

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)

from certificate.surgery import oid, sequence, tlv
from forge import Entity, key, pem, root

SIGNED_DATA = "1.2.840.113549.1.7.2"
PASSWORD = "correct horse"


@attrs.frozen
class Chain:
    """A server with two intermediates, as entities and as DER."""

    root: Entity
    outer: Entity
    inner: Entity
    leaf: Entity

    @property
    def ders(self) -> tuple[bytes, ...]:
        """What the server sends, in order."""
        return self.leaf.der, self.inner.der, self.outer.der

    @property
    def pem(self) -> str:
        return pem(*self.ders)


@cache
def chain() -> Chain:
    top = root("Sample Root")
    outer = top.intermediate("Sample Outer CA")
    inner = outer.intermediate("Sample Inner CA")
    return Chain(top, outer, inner, inner.leaf("www.example.test", key=key("p256", 11)))


def block(label: str, content: bytes) -> str:
    """A PEM block of any label."""
    body = "\n".join(textwrap.wrap(base64.b64encode(content).decode(), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def pkcs7(*certificates: bytes, extra: bytes = b"") -> bytes:
    """A bundle as `openssl crl2pkcs7` writes it: in the order given."""
    empty = sequence(oid("1.2.840.113549.1.7.1"))
    members = tlv(0xA0, *certificates, extra) if certificates or extra else b""
    signed = sequence(tlv(0x02, b"\x01"), tlv(0x31), empty, members, tlv(0x31))
    return sequence(oid(SIGNED_DATA), tlv(0xA0, signed))


def pkcs7_of_indefinite_length(*certificates: bytes) -> bytes:
    """The same in BER, as streaming writers leave it."""
    empty = sequence(oid("1.2.840.113549.1.7.1"))
    members = b"\xa0\x80" + b"".join(certificates) + b"\0\0"
    signed = b"\x30\x80" + tlv(0x02, b"\x01") + tlv(0x31) + empty + members + tlv(0x31) + b"\0\0"
    return b"\x30\x80" + oid(SIGNED_DATA) + b"\xa0\x80" + signed + b"\0\0" + b"\0\0"


@cache
def pkcs12_file(*, encrypted: bool = True, with_key: bool = True) -> bytes:
    """The sample chain with its key; the certificates besides the leaf's are out of order."""
    private = chain().leaf.spec.key.private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    own, inner, outer = (x509.load_der_x509_certificate(der) for der in chain().ders)
    return pkcs12.serialize_key_and_certificates(
        b"sample",
        private if with_key else None,
        own if with_key else None,
        [inner, outer] if with_key else [own, inner, outer],
        BestAvailableEncryption(PASSWORD.encode()) if encrypted else NoEncryption(),
    )


@cache
def request() -> x509.CertificateSigningRequest:
    private = key("p256", 11).private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.example.test")])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(private, hashes.SHA256())
