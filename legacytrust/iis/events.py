"""What happens to a server, and what it changes.

Two kinds of things happen.  A *store* changes: by hand, by importing a PFX file, by Windows Update.
That alone changes nothing on the wire, since the chain was built when the credential was acquired.
Or a new *credential* is acquired: certainly at a reboot, usually when the binding is saved again or
IIS is restarted (field reports disagree, and a .NET process keeps its credential for life).

Automatic root update brings back what was only deleted: a root of Microsoft's programme returns
with Windows Update, or whenever a chain wants it.  What is in the Disallowed store stays away.
"""

from __future__ import annotations

import datetime
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, as_certificate
from legacytrust.clients.evidence import Evidence
from legacytrust.errors import IisError
from legacytrust.iis.machine import LocalMachine, Stores
from legacytrust.iis.notices import Notice, NoticeCode
from legacytrust.iis.stores import StoreName, as_store
from legacytrust.readers.limits import read_bytes
from legacytrust.readers.recognise import read_certificates

__all__ = [
    "Add",
    "Event",
    "IisReset",
    "ImportPfx",
    "Move",
    "Rebind",
    "Reboot",
    "Remove",
    "SetAutoRootUpdate",
    "WindowsUpdate",
]


def _read(given: Iterable[CertificateLike]) -> tuple[Certificate, ...]:
    return tuple(map(as_certificate, given))


class Event(ABC):
    """Something that happens to a server."""

    #: How well its effect is known.
    evidence: Evidence = Evidence.DOCUMENTED

    @abstractmethod
    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine after it."""


@attrs.frozen
class Add(Event):
    """A certificate is put into a store.

    :raises IisError: for a cross-certificate into the Disallowed store: every path through its key
        would be lost, on all devices.
    """

    store: StoreName = attrs.field(converter=as_store)
    certificate: Certificate = attrs.field(converter=as_certificate)

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine with it."""
        _refuse_cross(self.store, self.certificate)
        return machine.changed(machine.stores.with_certificate(self.store, self.certificate))


@attrs.frozen
class Remove(Event):
    """A certificate is deleted from a store."""

    store: StoreName = attrs.field(converter=as_store)
    certificate: Certificate = attrs.field(converter=as_certificate)

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine without it."""
        return machine.changed(machine.stores.without_certificate(self.store, self.certificate))


@attrs.frozen
class Move(Event):
    """A certificate is cut from every store that holds it and put into another.

    :raises IisError: as :class:`Add`.
    """

    target: StoreName = attrs.field(converter=as_store)
    certificate: Certificate = attrs.field(converter=as_certificate)

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine after it."""
        _refuse_cross(self.target, self.certificate)
        stores = machine.stores
        for name in stores.holding(self.certificate):
            stores = stores.without_certificate(name, self.certificate)
        return machine.changed(stores.with_certificate(self.target, self.certificate))


@attrs.frozen
class Rebind(Event):
    """The binding is saved again, so that HTTP.SYS takes a new credential."""

    evidence = Evidence.REPORTED

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine with a new credential."""
        return machine.refreshed()


@attrs.frozen
class IisReset(Event):
    """``iisreset``: usually followed by a new credential; why is not documented."""

    evidence = Evidence.REPORTED

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine with a new credential."""
        return machine.refreshed()


@attrs.frozen
class Reboot(Event):
    """The machine starts again: nothing of the old credential is left."""

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine with a new credential."""
        return machine.refreshed()


@attrs.frozen
class WindowsUpdate(Event):
    """Windows Update runs: the list of the programme is renewed, and its roots come back.

    :param on: the day.
    :param reboots: whether the machine starts again after it, as it usually does.
    """

    on: datetime.date
    reboots: bool = True

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine after it."""
        updated = attrs.evolve(machine, ctl_date=self.on)
        for root in _returning(updated, self.on):
            stores = updated.stores.with_certificate(StoreName.THIRD_PARTY, root)
            updated = updated.changed(stores)
        return updated.refreshed() if self.reboots else updated


@attrs.frozen
class ImportPfx(Event):
    """A PFX file is imported: the leaf into Personal, and whatever else it carries where it fits.

    Self-signed certificates go into Root when the placement is automatic, all others into the
    Intermediate store.

    :param certificates: of the file, in any order; :meth:`from_file` reads one.
    """

    evidence = Evidence.BELIEVED

    certificates: tuple[Certificate, ...] = attrs.field(converter=_read)

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], *, password: str | bytes | None = None
    ) -> ImportPfx:
        """The import of this file; the private key in it is never kept.

        :raises PasswordError: when the password is missing or wrong.
        :raises ChainError: when it is no PFX file, or damaged.
        """
        where = os.fspath(path)
        return cls(read_certificates(read_bytes(path), password=password, where=where))

    @classmethod
    def from_bytes(cls, data: bytes, *, password: str | bytes | None = None) -> ImportPfx:
        """Like :meth:`from_file`, for content that is already in memory.

        :raises PasswordError: when the password is missing or wrong.
        :raises ChainError: when it is no PFX file, or damaged.
        """
        return cls(read_certificates(data, password=password))

    @property
    def placements(self) -> tuple[tuple[StoreName, Certificate], ...]:
        """What the import adds to which store."""
        return tuple((_placement(one), one) for one in self.certificates)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The self-signed certificates that the import puts among the roots."""
        roots = (c for name, c in self.placements if name is StoreName.ROOT)
        return tuple(Notice(NoticeCode.PFX_BRINGS_BACK, c.label, c.sha256) for c in roots)

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine with them."""
        stores = machine.stores
        for name, certificate in self.placements:
            stores = stores.with_certificate(name, certificate)
        return machine.changed(stores)


@attrs.frozen
class SetAutoRootUpdate(Event):
    """The policy "Turn off Automatic Root Certificates Update" is unset or set."""

    works: bool

    def applied(self, machine: LocalMachine) -> LocalMachine:
        """The machine with it."""
        return attrs.evolve(machine, auto_root_update=self.works)


def _refuse_cross(store: StoreName, certificate: Certificate) -> None:
    if store is StoreName.DISALLOWED and certificate.is_ca and not certificate.is_self_issued():
        raise IisError(
            f"{certificate.label!r} by {certificate.issuer} is not self-signed: in Untrusted"
            " Certificates a cross-certificate or an issuing CA would break the chain for every device",
            hint="move the self-signed certificate of the same name, whose issuer is itself",
        )


def _placement(certificate: Certificate) -> StoreName:
    if not certificate.is_ca:
        return StoreName.PERSONAL
    return StoreName.ROOT if certificate.is_self_issued() else StoreName.INTERMEDIATE


def _returning(machine: LocalMachine, day: datetime.date) -> Iterator[Certificate]:
    """Roots of the programme that some certificate of the machine wants and that are not blocked."""
    listed = machine.listed(_midnight(day))
    if listed is None:
        return
    stores = machine.stores
    blocked = set(stores.of(StoreName.DISALLOWED))
    for name in _wanted(stores):
        for anchor in listed.named(name):
            root = anchor.certificate
            held = stores.holding(root) if isinstance(root, Certificate) else ()
            if isinstance(root, Certificate) and root not in blocked and not held:
                yield root


def _wanted(stores: Stores) -> tuple[bytes, ...]:
    """The names of all issuers of what is in the Personal and Intermediate stores."""
    below = (*stores.of(StoreName.PERSONAL), *stores.of(StoreName.INTERMEDIATE))
    return tuple(dict.fromkeys(certificate.issuer.canonical for certificate in below))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
