"""What a device trusts: one root, as one store holds it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import attrs

from legacytrust.certificate import Certificate
from legacytrust.names import Name
from legacytrust.stores.constraints import Constraints

__all__ = ["AnchorCertificate", "Constraints", "RootFacts", "TrustAnchor"]


@attrs.frozen
class RootFacts:
    """A root that is known to be in stores but whose bytes no registry package holds.

    It takes part in the search for a path by its name, key identifier and dates.  Nothing that
    needs its key can be decided, so a path that ends in it makes the verdict *unknown*.

    :param sha256: fingerprint, lower-case hex.
    :param sha1: fingerprint, lower-case hex.
    :param name: what a person would call it.
    :param subject: distinguished name, rebuilt from its parts.
    :param spki_sha256: SHA-256 of its SubjectPublicKeyInfo, lower-case hex.
    :param subject_key_id: its key identifier, or ``None`` when it has none.
    :param serial: its serial number.
    :param not_before: first moment of validity, UTC.
    :param not_after: last moment of validity, UTC.
    """

    sha256: str
    sha1: str
    name: str
    subject: Name
    spki_sha256: str
    subject_key_id: bytes | None
    serial: int
    not_before: datetime
    not_after: datetime

    @property
    def issuer(self) -> Name:
        """The same as the subject: only self-issued roots are kept as facts."""
        return self.subject

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.name


AnchorCertificate: TypeAlias = Certificate | RootFacts


@attrs.frozen
class TrustAnchor:
    """A root as a store trusts it.

    :param certificate: the root itself, or its facts where the bytes cannot be had.
    :param constraints: limits of the trust in it.  Several are alternatives: it is enough to keep
        one of them.  None at all is trust without limits.
    """

    certificate: AnchorCertificate
    constraints: tuple[Constraints, ...] = ()

    @property
    def sha256(self) -> str:
        """SHA-256 fingerprint of the root, lower-case hex."""
        return self.certificate.sha256

    @property
    def subject(self) -> Name:
        """Distinguished name of the root."""
        return self.certificate.subject

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.certificate.label

    def has_key_of(self, certificate: Certificate) -> bool:
        """Whether the root has the same public key as this certificate."""
        return self.certificate.spki_sha256 == certificate.spki_sha256

    def is_certificate(self, certificate: AnchorCertificate) -> bool:
        """Whether the root is this very certificate, byte for byte."""
        return self.certificate.sha256 == certificate.sha256
