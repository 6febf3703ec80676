"""What a device trusts: one root, as one store holds it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeAlias

import attrs

from legacytrust._der import DerError, Tag, element
from legacytrust.algorithms import PublicKey
from legacytrust.certificate import Certificate
from legacytrust.errors import StoreError
from legacytrust.names import Name
from legacytrust.stores.constraints import Constraints

__all__ = ["AnchorCertificate", "Constraints", "KeyAnchor", "RootFacts", "TrustAnchor"]


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
    :param issuer: who issued it; itself if not given, as nearly all roots are.
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
    issuer: Name = attrs.field(default=attrs.Factory(lambda root: root.subject, takes_self=True))

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.name


@attrs.frozen
class KeyAnchor:
    """A root that is a name and a key and nothing else, as small devices keep them.

    It has no dates, no extensions and no serial number.  That is no gap in what is known: there is
    nothing more on the device.  A client for which an anchor is just that
    (:attr:`legacytrust.paths.rules.SearchRules.bare_anchors`) does with it what it does with the
    whole certificate; what any other would do with it nobody knows.

    Made with :meth:`from_der`.

    :param subject: distinguished name.
    :param public_key: its key.
    :param name: what a person would call it; the name's most telling part if empty.
    :param is_ca: the flag that BearSSL keeps beside the two: without it the anchor stands for a
        server's own certificate and issues nothing.
    """

    subject: Name
    public_key: PublicKey
    name: str = ""
    is_ca: bool = True

    @classmethod
    def from_der(
        cls, subject: bytes, spki: bytes, *, name: str = "", is_ca: bool = True
    ) -> KeyAnchor:
        """An anchor from the DER of its ``Name`` and of its ``SubjectPublicKeyInfo``.

        :raises StoreError: when one of them is none.
        """
        try:
            read = Name(_whole(subject)), PublicKey.from_der(_whole(spki))
        except DerError as error:
            raise StoreError(
                f"not an anchor: {error.what}", hint="a DER name and a DER public key are expected"
            ) from error
        return cls(*read, name, is_ca)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of name and key, one after the other, lower-case hex.

        A certificate is one DER value and this is two, so it is no certificate's fingerprint.
        """
        return hashlib.sha256(self.subject.der + self.public_key.spki).hexdigest()

    @cached_property
    def spki_sha256(self) -> str:
        """SHA-256 of its SubjectPublicKeyInfo, lower-case hex."""
        return hashlib.sha256(self.public_key.spki).hexdigest()

    @property
    def issuer(self) -> Name:
        """The same as the subject: no path goes on above it."""
        return self.subject

    @property
    def label(self) -> str:
        """What a person would call it."""
        return self.name or self.subject.label

    @property
    def serial(self) -> None:
        """It has none."""
        return

    @property
    def subject_key_id(self) -> None:
        """It has none."""
        return

    @property
    def not_before(self) -> datetime:
        """The first moment there is: it has no dates, so none of them is missed."""
        return _FIRST_MOMENT

    @property
    def not_after(self) -> datetime:
        """The last moment there is."""
        return _LAST_MOMENT


def _whole(der: bytes) -> bytes:
    """The same bytes, which must be one sequence and nothing else."""
    if element(der).expect(Tag.SEQUENCE, "a sequence").raw != der:
        raise DerError("there is more behind it")
    return der


_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)

AnchorCertificate: TypeAlias = Certificate | RootFacts | KeyAnchor


@attrs.frozen
class TrustAnchor:
    """A root as a store trusts it.

    :param certificate: the root itself, or its facts where the bytes cannot be had, or its name and
        key where the device holds nothing else.
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
