"""Cross-certificates: the same authority and key as a root, signed by another root.

They are what makes a younger root reachable for older devices.  Some are packaged with their bytes;
of others only the facts are known, and where their authority offers them: a person downloads the
file, and it is believed because its fingerprint is the known one.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator

import attrs

from legacytrust.certificate import Certificate
from legacytrust.errors import IisError
from legacytrust.readers.limits import read_bytes
from legacytrust.readers.recognise import read_certificates
from legacytrust.stores.intermediates import packaged_elsewhere, packaged_pool
from legacytrust.stores.poolfile import Elsewhere

__all__ = ["Cross", "crosses_of"]


@attrs.frozen
class Cross:
    """A cross-certificate, by its bytes or by its facts.

    :param subject: the name that it shares with the self-signed root.
    :param issuer: the name of the root that signed it.
    :param sha256: fingerprint, lower-case hex.
    :param sha1: the thumbprint that Windows shows, lower-case hex; empty where it is not known.
    :param not_before: the first day.
    :param not_after: the last day.
    :param address: where its authority offers it; empty where that is not known.
    :param certificate: the certificate itself, where its bytes are at hand.
    """

    subject: str
    issuer: str
    sha256: str
    sha1: str
    not_before: datetime.date
    not_after: datetime.date
    address: str = ""
    certificate: Certificate | None = attrs.field(default=None, repr=False)

    @classmethod
    def of(cls, certificate: Certificate, *, address: str = "") -> Cross:
        """The cross-certificate whose bytes these are."""
        return cls(
            subject=certificate.label,
            issuer=_issuer_label(certificate),
            sha256=certificate.sha256,
            sha1=certificate.sha1,
            not_before=certificate.not_before.date(),
            not_after=certificate.not_after.date(),
            address=address,
            certificate=certificate,
        )

    @classmethod
    def known(cls, facts: Elsewhere) -> Cross:
        """The cross-certificate of which only these facts are packaged."""
        return cls(
            subject=facts.name,
            issuer=facts.issuer,
            sha256=facts.sha256,
            sha1=facts.sha1,
            not_before=facts.not_before,
            not_after=facts.not_after,
            address=facts.address,
        )

    def with_file(self, path: str | os.PathLike[str]) -> Cross:
        """The same with the bytes of a downloaded file: PEM, DER or PKCS#7.

        :raises IisError: when the file does not hold the certificate with this fingerprint.
        """
        where = os.fspath(path)
        found = read_certificates(read_bytes(path), where=where)
        for certificate in found:
            if certificate.sha256 == self.sha256:
                return attrs.evolve(self, certificate=certificate, sha1=certificate.sha1)
        held = ", ".join(f"{c.label!r} ({c.sha256[:12]})" for c in found)
        raise IisError(
            f"the file holds {held}, not {self.subject!r} by {self.issuer!r} ({self.sha256})",
            where=where,
            hint=f"download it from {self.address}" if self.address else "",
        )

    def is_valid(self, at: datetime.datetime) -> bool:
        """Whether the day lies within its dates."""
        return self.not_before <= at.date() <= self.not_after

    def __str__(self) -> str:
        return f"{self.subject} by {self.issuer}"

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "sha256": self.sha256,
            "sha1": self.sha1,
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "address": self.address,
            "is_held": self.certificate is not None,
        }


def crosses_of(root: Certificate, *, given: Iterable[Certificate] = ()) -> tuple[Cross, ...]:
    """The cross-certificates of a self-signed root that are known, those that are held first.

    :param root: the root.
    :param given: certificates that the caller has, beyond the packaged ones.
    """
    found: dict[str, Cross] = {}
    for cross in (*_held(root, given), *_told(root)):
        known = found.get(cross.sha256)
        if known is None:
            found[cross.sha256] = cross
        elif not known.address:
            found[cross.sha256] = attrs.evolve(known, address=cross.address)
    return tuple(found.values())


def _held(root: Certificate, given: Iterable[Certificate]) -> Iterator[Cross]:
    packaged = packaged_pool().named(root.subject.canonical)
    for certificate in (*given, *packaged):
        if certificate.same_subject_and_key(root) and not certificate.is_self_issued():
            yield Cross.of(certificate)


def _told(root: Certificate) -> Iterator[Cross]:
    for facts in packaged_elsewhere():
        is_root = facts.sha256 == root.sha256 or facts.name == facts.issuer
        if facts.spki_sha256 == root.spki_sha256 and not is_root:
            yield Cross.known(facts)


def _issuer_label(certificate: Certificate) -> str:
    names = certificate.issuer.common_names
    return names[0] if names else str(certificate.issuer)
