"""A Windows machine, as far as the chain that it sends goes."""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import attrs
from cryptography import x509

from legacytrust.catalog import load_catalog
from legacytrust.certificate import Certificate
from legacytrust.chain import CertificateLike, as_certificate
from legacytrust.errors import IisError, UnknownStoreError
from legacytrust.iis.exports import StoreContents, read_store, read_store_file
from legacytrust.iis.notices import Notice, NoticeCode
from legacytrust.iis.stores import Listed, StoreName
from legacytrust.stores.intermediates import packaged_elsewhere
from legacytrust.stores.snapshot import TrustStore

if TYPE_CHECKING:
    from legacytrust.iis.events import Event
    from legacytrust.iis.selection import ChainSelection

__all__ = ["Contents", "LocalMachine", "Stores", "as_contents", "programme_at", "programme_before"]

Contents: TypeAlias = StoreContents | str | bytes | os.PathLike[str] | Iterable[CertificateLike]
"""What a store holds: what :func:`read_store` gave, the text or bytes of an export, a file, or
certificates."""


def as_contents(given: Contents) -> StoreContents:
    """The contents of a store, whatever they were given as.

    Text and bytes are what was exported or printed; a path object is a file.

    :raises LegacyTrustError: when it cannot be read.
    """
    if isinstance(given, StoreContents):
        return given
    if isinstance(given, str | bytes):
        return read_store(given)
    if isinstance(given, os.PathLike):
        return read_store_file(given)
    if isinstance(given, Certificate | x509.Certificate):
        raise IisError("this is one certificate and no store", hint="pass a list of certificates")
    certificates = dict.fromkeys(map(as_certificate, given))
    return StoreContents(tuple(certificates))


@attrs.frozen
class Stores:
    """The five stores of Local Machine that matter.

    :raises IisError: when a listing is given as a store that, by its own heading, it is not.
    """

    personal: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    intermediate: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    root: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    authroot: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    disallowed: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)

    def __attrs_post_init__(self) -> None:
        for name, field in _FIELDS.items():
            told = getattr(self, field).store
            if told not in (None, name):
                raise IisError(
                    f"given as the store {name.console_name} ({name.value}), by its own heading it is"
                    f" {told.console_name} ({told.value})",
                    hint="pass each listing as the store that it shows",
                )

    def of(self, name: StoreName) -> tuple[Certificate, ...]:
        """The certificates of one store; of a listing of the user's store, none count."""
        contents: StoreContents = getattr(self, _FIELDS[name])
        return () if contents.is_user else contents.certificates

    @property
    def of_user(self) -> tuple[Certificate, ...]:
        """What was given for a store of the machine and is one of the user by its own heading."""
        given = (getattr(self, field) for field in _FIELDS.values())
        return tuple(c for contents in given if contents.is_user for c in contents.certificates)

    def holding(self, certificate: Certificate) -> tuple[StoreName, ...]:
        """The stores that hold this very certificate."""
        return tuple(name for name in StoreName if certificate in self.of(name))

    def with_certificate(self, name: StoreName, certificate: Certificate) -> Stores:
        """The same stores with one certificate more."""
        if certificate in self.of(name):
            return self
        return self._changed(name, (*self.of(name), certificate))

    def without_certificate(self, name: StoreName, certificate: Certificate) -> Stores:
        """The same stores with one certificate less."""
        return self._changed(name, tuple(c for c in self.of(name) if c != certificate))

    def _changed(self, name: StoreName, certificates: tuple[Certificate, ...]) -> Stores:
        field = _FIELDS[name]
        contents = attrs.evolve(getattr(self, field), certificates=certificates)
        return attrs.evolve(self, **{field: contents})

    @property
    def unread(self) -> tuple[Listed, ...]:
        """What is named in a listing and whose bytes are not at hand."""
        return tuple(entry for field in _FIELDS.values() for entry in getattr(self, field).unread)


_FIELDS: Mapping[StoreName, str] = {
    StoreName.PERSONAL: "personal",
    StoreName.INTERMEDIATE: "intermediate",
    StoreName.ROOT: "root",
    StoreName.THIRD_PARTY: "authroot",
    StoreName.DISALLOWED: "disallowed",
}


def _day(given: datetime.date | None) -> datetime.date | None:
    return given.date() if isinstance(given, datetime.datetime) else given


@attrs.frozen
class LocalMachine:
    """A Windows server: its stores now, and those from which its credential was made.

    :param personal: the Personal store, with the leaf.
    :param intermediate: Intermediate Certification Authorities.
    :param root: Trusted Root Certification Authorities.
    :param disallowed: Untrusted Certificates.
    :param authroot: Third-Party Root Certification Authorities, where automatic root update puts
        what it fetches.
    :param auto_root_update: whether it works; a policy can turn it off, and so can a closed network.
    :param ctl_date: the date of the machine's copy of Microsoft's list; ``None`` for the newest
        packaged one at the moment that is asked about.
    :param programme: that list itself, where the packaged ones are not meant.
    :param current_user: what the stores of the user hold; they have no effect, and a notice says so.
    :param acquired: the stores at the moment when the credential was acquired; ``None`` when they
        have not changed since.
    :raises IisError: when a listing is given as a store that, by its own heading, it is not.
    """

    personal: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    intermediate: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    root: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    disallowed: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    authroot: StoreContents = attrs.field(default=StoreContents(), converter=as_contents)
    auto_root_update: bool = attrs.field(default=True, kw_only=True)
    ctl_date: datetime.date | None = attrs.field(default=None, converter=_day, kw_only=True)
    programme: TrustStore | None = attrs.field(default=None, kw_only=True, repr=False)
    current_user: StoreContents = attrs.field(
        default=StoreContents(), converter=as_contents, kw_only=True, repr=False
    )
    acquired: Stores | None = attrs.field(default=None, kw_only=True, repr=False)
    stores: Stores = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        stores = Stores(self.personal, self.intermediate, self.root, self.authroot, self.disallowed)
        object.__setattr__(self, "stores", stores)

    def changed(self, stores: Stores) -> LocalMachine:
        """The machine with other stores, and the credential that it has had."""
        return attrs.evolve(
            self,
            personal=stores.personal,
            intermediate=stores.intermediate,
            root=stores.root,
            disallowed=stores.disallowed,
            authroot=stores.authroot,
            acquired=self.acquired or self.stores,
        )

    def refreshed(self) -> LocalMachine:
        """The machine with a credential that was just acquired."""
        return attrs.evolve(self, acquired=None)

    @property
    def is_stale(self) -> bool:
        """Whether a store has changed since the credential was acquired."""
        return self.acquired is not None and self.acquired != self.stores

    def listed(self, at: datetime.datetime) -> TrustStore | None:
        """Microsoft's programme as this machine sees it at a moment; ``None`` when it is cut off."""
        if not self.auto_root_update:
            return None
        return self.programme or programme_at(self.ctl_date or at.date())

    def select(self, leaf: CertificateLike, *, at: datetime.datetime) -> ChainSelection:
        """Which chain the machine sends for a leaf, and why.

        :param leaf: the server's certificate.
        :param at: the moment; it needs a time zone.
        :raises NaiveTimeError: when ``at`` has none.
        :raises IisError: when the stores hold more paths than can be ranked.
        """
        from legacytrust.iis.selection import select

        return select(self, as_certificate(leaf), at)

    def apply(self, event: Event) -> LocalMachine:
        """The machine after something happened to it; see :mod:`legacytrust.iis.events`.

        :raises IisError: when the event would break the server and is refused.
        """
        return event.applied(self)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is remarkable about the stores, whatever the leaf."""
        return tuple(_store_notices(self))


def _store_notices(machine: LocalMachine) -> Iterable[Notice]:
    user = machine.current_user
    for certificate in (*user.certificates, *machine.stores.of_user):
        yield Notice(NoticeCode.USER_STORES, certificate.label, certificate.sha256)
    for entry in (*machine.stores.unread, *user.unread):
        yield Notice(NoticeCode.BYTES_MISSING, f"{entry}{_told_of(entry)}")
    for name in (StoreName.ROOT, StoreName.THIRD_PARTY):
        for certificate in machine.stores.of(name):
            if not certificate.is_self_issued():
                yield Notice(NoticeCode.CROSS_AS_ROOT, certificate.label, certificate.sha256)
    for certificate in machine.stores.of(StoreName.DISALLOWED):
        if certificate.is_ca and not certificate.is_self_issued():
            yield Notice(NoticeCode.CROSS_DISALLOWED, certificate.label, certificate.sha256)


def programme_before(machine: LocalMachine, at: datetime.datetime) -> TrustStore | None:
    """Microsoft's programme, whether the machine can reach it or not; ``None`` if none is so old."""
    with suppress(UnknownStoreError):
        return machine.programme or programme_at(machine.ctl_date or at.date())
    return None


def _told_of(entry: Listed) -> str:
    """Where a certificate is offered that is known by its facts alone."""
    facts = (one for one in packaged_elsewhere() if one.sha1 == entry.thumbprint)
    return next((f", {one.name} from {one.address}," for one in facts if one.address), "")


@functools.lru_cache(maxsize=64)
def programme_at(day: datetime.date) -> TrustStore:
    """The newest packaged list of Microsoft's programme that is no younger than this day.

    :raises UnknownStoreError: when the packaged lists begin later.
    """
    lists = [
        store
        for store in load_catalog().stores
        if store.id.startswith("windows/authroot-") and store.released and store.released <= day
    ]
    if not lists:
        raise UnknownStoreError(
            f"no packaged list of Microsoft's programme is as old as {day}",
            hint="pass programme=, or auto_root_update=False",
        )
    return max(lists, key=lambda store: store.released or day)
