"""A device class: a store, a client, and what a person knows it by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import attrs

from legacytrust.clients.model import ClientModel
from legacytrust.handshake import HandshakeLimits
from legacytrust.stores.devices import Clock, Share, SupportStatus
from legacytrust.stores.snapshot import TrustStore

__all__ = ["Device"]


_T = TypeVar("_T", TrustStore, ClientModel)


def _given(value: _T | Callable[[], _T]) -> _T:
    """The value, or what it gives."""
    return value if isinstance(value, TrustStore | ClientModel) else value()


@attrs.frozen
class Device:
    """All devices that have the same roots and the same way of using them.

    :param id: ``family/release``, as ``android/4.4``.
    :param store: what it trusts; or what gives it, the same one every time, when it is asked for.
    :param client: how it builds and checks a path; or what gives that.
    :param title: what a person calls it.
    :param released: when it came out.
    :param support_ended: when its maker stopped repairing it, or what is known instead.
    :param examples: products that a person recognises.
    :param notes: limits that hold for this class.
    :param share: dated and sourced figures of how common it is.
    :param clock: whether it knows the time.
    :param handshake: what it can do before a certificate is read; ``None`` where nobody knows.
    """

    id: str
    _store: TrustStore | Callable[[], TrustStore] = attrs.field(
        alias="store", repr=False, eq=_given, hash=False
    )
    _client: ClientModel | Callable[[], ClientModel] = attrs.field(
        alias="client", repr=False, eq=_given, hash=False
    )
    title: str = ""
    released: date | None = attrs.field(default=None, repr=False)
    support_ended: date | SupportStatus | None = attrs.field(default=None, repr=False)
    examples: tuple[str, ...] = attrs.field(default=(), repr=False)
    notes: tuple[str, ...] = attrs.field(default=(), repr=False)
    share: tuple[Share, ...] = attrs.field(default=(), repr=False)
    clock: Clock = attrs.field(default=Clock.REAL, repr=False)
    handshake: HandshakeLimits | None = attrs.field(default=None, repr=False)

    @property
    def store(self) -> TrustStore:
        """What it trusts."""
        return _given(self._store)

    @property
    def client(self) -> ClientModel:
        """How it builds and checks a path."""
        return _given(self._client)

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def version(self) -> str:
        """The part of the id after the slash."""
        return self.id.partition("/")[2]
