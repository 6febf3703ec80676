"""A certificate, read once.

Old devices hold certificates that a present-day parser refuses or warns about: serial numbers of
zero and below, policy qualifiers in the wrong string type, MD2 signatures, times without
seconds.  A legacy root that a 2010 phone accepted must not be lost because a 2026 parser is
strict, so there is one lenient reader for all of them: the outer structure is sliced by tag and
length (:mod:`legacytrust._der`), and each extension is decoded on its own, when somebody asks for
it.  ``cryptography`` does what it is best at, using public keys (see
:mod:`legacytrust.signatures`); the tests hold its reading of every certificate that it accepts
against ours.

A :class:`Certificate` is a value: immutable, hashable, and the same as another one exactly when
the bytes are the same.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Final, TypeVar

import attrs

from legacytrust import extensions as ext
from legacytrust._der import DerError, Element, Tag, children, decode_integer, decode_time, element
from legacytrust.algorithms import PublicKey, SignatureAlgorithm
from legacytrust.errors import CertificateError
from legacytrust.extensions import Extension, Oid
from legacytrust.names import Name, NameForm

__all__ = ["MAX_CERTIFICATE_BYTES", "Certificate"]

#: No CA issues a TLS certificate anywhere near this size; what is larger is refused unread.
MAX_CERTIFICATE_BYTES: Final = 1 << 20

_T = TypeVar("_T")
_PEM: Final = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END"
)


@attrs.frozen(eq=False, repr=False)
class Certificate:
    """The facts of one DER certificate.

    Made with :meth:`from_der` or :meth:`from_pem`; the constructor is for the reader below.

    :param der: the complete encoding.
    :param version: 1, 2 or 3.
    :param serial: the serial number, which old certificates have as zero or negative too.
    :param signature_algorithm: the algorithm named outside the signed part.
    :param issuer: distinguished name of the issuer.
    :param subject: distinguished name of the subject.
    :param not_before: first moment of validity, UTC.
    :param not_after: last moment of validity, UTC.
    :param public_key: the subject's key.
    :param extensions: all extensions in order, undecoded.
    :param tbs: the signed part.
    :param signature: the signature octets.
    :param algorithms_agree: whether the algorithm named inside the signed part is, parameters
        included, the one named outside it (RFC 5280, 4.1.1.2).
    """

    der: bytes
    version: int
    serial: int
    signature_algorithm: SignatureAlgorithm
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    public_key: PublicKey
    extensions: tuple[Extension, ...]
    tbs: bytes
    signature: bytes
    algorithms_agree: bool = True

    @classmethod
    def from_der(cls, data: bytes) -> Certificate:
        """Read one certificate from its DER encoding.

        :raises CertificateError: when the bytes are not a certificate.
        """
        if len(data) > MAX_CERTIFICATE_BYTES:
            raise CertificateError(f"{len(data)} bytes are too many for a certificate")
        try:
            return _read(bytes(data))
        except DerError as error:
            raise CertificateError(f"not a certificate: {error.what}") from error

    @classmethod
    def from_pem(cls, text: str | bytes) -> Certificate:
        """Read the first ``CERTIFICATE`` block of a PEM text.

        :raises CertificateError: when there is no such block, or no certificate in it.
        """
        data = text.encode(errors="replace") if isinstance(text, str) else text
        block = _PEM.search(data)
        if block is None:
            raise CertificateError("no PEM block of a certificate")
        try:
            return cls.from_der(base64.b64decode(block[1]))
        except ValueError as error:
            if isinstance(error, CertificateError):
                raise
            raise CertificateError(f"broken base64 in a PEM block: {error}") from error

    def to_pem(self) -> str:
        """The certificate as one PEM block with a final newline."""
        text = base64.b64encode(self.der).decode()
        lines = (text[start : start + 64] for start in range(0, len(text), 64))
        return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))

    def __eq__(self, other: object) -> bool:
        return self.der == other.der if isinstance(other, Certificate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<Certificate {self.label!r} {self.sha256[:12]}>"

    # -- identity ---------------------------------------------------------------------------

    @cached_property
    def sha256(self) -> str:
        """SHA-256 fingerprint, lower-case hex."""
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def sha1(self) -> str:
        """SHA-1 fingerprint (Windows calls it the thumbprint), lower-case hex."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest()

    @cached_property
    def spki_sha256(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, lower-case hex."""
        return hashlib.sha256(self.public_key.spki).hexdigest()

    @cached_property
    def spki_sha1(self) -> str:
        """SHA-1 of the SubjectPublicKeyInfo, lower-case hex: some blocklists name keys so."""
        return hashlib.sha1(self.public_key.spki, usedforsecurity=False).hexdigest()

    @property
    def label(self) -> str:
        """What a person would call it: the subject's CN, OU or O."""
        return self.subject.label

    def is_self_issued(self, form: NameForm = NameForm.CANONICAL) -> bool:
        """Whether subject and issuer are the same name, compared in this form."""
        return self.subject.key(form) == self.issuer.key(form)

    def same_subject_and_key(self, other: Certificate) -> bool:
        """Whether both certify the same key under the same (canonical) name."""
        return (
            self.public_key.spki == other.public_key.spki
            and self.subject.canonical == other.subject.canonical
        )

    # -- extensions -------------------------------------------------------------------------

    def extension(self, oid: str) -> Extension | None:
        """The first extension of this type, or ``None``."""
        return next((item for item in self.extensions if item.oid == oid), None)

    def _decoded(self, oid: str, decode: Callable[[bytes], _T]) -> _T | None:
        found = self.extension(oid)
        if found is None:
            return None
        try:
            return decode(found.value)
        except DerError:
            return None

    @cached_property
    def malformed_extensions(self) -> tuple[str, ...]:
        """Types of the extensions below that are present and cannot be decoded."""
        decoded = {
            Oid.BASIC_CONSTRAINTS: self.basic_constraints,
            Oid.KEY_USAGE: self.key_usage,
            Oid.EXTENDED_KEY_USAGE: self.extended_key_usage,
            Oid.SUBJECT_ALT_NAME: self.subject_alt_names,
            Oid.NAME_CONSTRAINTS: self.name_constraints,
            Oid.SUBJECT_KEY_IDENTIFIER: self.subject_key_id,
            Oid.AUTHORITY_KEY_IDENTIFIER: self.authority_key_id,
            Oid.NETSCAPE_CERT_TYPE: self.netscape_cert_type,
        }
        return tuple(o for o, v in decoded.items() if v is None and self.extension(o) is not None)

    @cached_property
    def critical_extensions(self) -> tuple[str, ...]:
        """Types of the extensions that are marked critical."""
        return tuple(item.oid for item in self.extensions if item.critical)

    @cached_property
    def basic_constraints(self) -> ext.BasicConstraints | None:
        """basicConstraints, or ``None`` when absent."""
        return self._decoded(Oid.BASIC_CONSTRAINTS, ext.decode_basic_constraints)

    @cached_property
    def key_usage(self) -> ext.KeyUsage | None:
        """keyUsage, or ``None`` when absent (then every use is allowed)."""
        return self._decoded(Oid.KEY_USAGE, ext.decode_key_usage)

    @cached_property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """extendedKeyUsage as dotted object identifiers, or ``None`` when absent."""
        return self._decoded(Oid.EXTENDED_KEY_USAGE, ext.decode_extended_key_usage)

    @cached_property
    def subject_alt_names(self) -> tuple[ext.GeneralName, ...] | None:
        """subjectAltName in order, or ``None`` when absent."""
        return self._decoded(Oid.SUBJECT_ALT_NAME, ext.decode_general_names)

    @cached_property
    def name_constraints(self) -> ext.NameConstraints | None:
        """nameConstraints, or ``None`` when absent."""
        return self._decoded(Oid.NAME_CONSTRAINTS, ext.decode_name_constraints)

    @cached_property
    def subject_key_id(self) -> bytes | None:
        """subjectKeyIdentifier, or ``None`` when absent."""
        return self._decoded(Oid.SUBJECT_KEY_IDENTIFIER, ext.decode_key_identifier)

    @cached_property
    def authority_key_id(self) -> ext.AuthorityKeyIdentifier | None:
        """authorityKeyIdentifier, or ``None`` when absent."""
        return self._decoded(Oid.AUTHORITY_KEY_IDENTIFIER, ext.decode_authority_key_identifier)

    @cached_property
    def netscape_cert_type(self) -> ext.NetscapeCertType | None:
        """Netscape's certificate type, or ``None`` when absent."""
        return self._decoded(Oid.NETSCAPE_CERT_TYPE, ext.decode_netscape_cert_type)

    @cached_property
    def policies(self) -> tuple[str, ...] | None:
        """certificatePolicies as dotted object identifiers, or ``None`` when absent."""
        return self._decoded(Oid.CERTIFICATE_POLICIES, ext.decode_policies)

    @cached_property
    def require_explicit_policy(self) -> int | None:
        """policyConstraints.requireExplicitPolicy, or ``None`` when absent."""
        return self._decoded(Oid.POLICY_CONSTRAINTS, ext.decode_require_explicit_policy)

    @cached_property
    def ca_issuers(self) -> tuple[str, ...]:
        """Addresses at which the issuer's certificate can be fetched (authorityInfoAccess)."""
        return self._decoded(Oid.AUTHORITY_INFO_ACCESS, ext.decode_ca_issuers) or ()

    @cached_property
    def timestamps(self) -> tuple[ext.SignedTimestamp, ...] | None:
        """Its embedded signed certificate timestamps; ``None`` if it has none that can be read.

        A server can also send timestamps beside the certificate; those are not seen here.
        """
        return self._decoded(Oid.SIGNED_CERTIFICATE_TIMESTAMPS, ext.decode_timestamps)

    @property
    def is_ca(self) -> bool:
        """Whether basicConstraints says that it is a CA."""
        return self.basic_constraints is not None and self.basic_constraints.ca


def _read(data: bytes) -> Certificate:
    outer = element(data).expect(Tag.SEQUENCE, "the outermost sequence")
    if len(outer.raw) != len(data):
        raise DerError(f"{len(data) - len(outer.raw)} bytes follow the certificate")
    parts = children(outer.content)
    if len(parts) != 3:
        raise DerError(f"a certificate has three parts, this has {len(parts)}")
    fields = children(parts[0].expect(Tag.SEQUENCE, "the signed part").content)
    versioned = fields[0].is_context(0) if fields else False
    body = fields[1:] if versioned else fields
    if len(body) < 6:
        raise DerError("the signed part of a certificate has at least six fields")
    validity = children(body[3].expect(Tag.SEQUENCE, "the validity period").content)
    if len(validity) != 2:
        raise DerError("a validity period has two ends")
    return Certificate(
        der=data,
        version=_version(fields[0]) if versioned else 1,
        serial=decode_integer(body[0].expect(Tag.INTEGER, "the serial number").content),
        signature_algorithm=SignatureAlgorithm.from_der(parts[1].raw),
        issuer=Name(body[2].expect(Tag.SEQUENCE, "the issuer").raw),
        subject=Name(body[4].expect(Tag.SEQUENCE, "the subject").raw),
        not_before=decode_time(validity[0]),
        not_after=decode_time(validity[1]),
        public_key=PublicKey.from_der(body[5].expect(Tag.SEQUENCE, "the public key").raw),
        extensions=_extensions(body[6:]),
        tbs=parts[0].raw,
        signature=parts[2].expect(Tag.BIT_STRING, "the signature").content[1:],
        algorithms_agree=body[1].raw == parts[1].raw,
    )


def _version(field: Element) -> int:
    return decode_integer(element(field.content).content) + 1


def _extensions(tail: tuple[Element, ...]) -> tuple[Extension, ...]:
    field = next((item for item in tail if item.is_context(3)), None)
    if field is None:
        return ()
    return tuple(ext.decode_extension(item) for item in children(element(field.content).content))
