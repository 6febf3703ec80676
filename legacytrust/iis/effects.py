"""The server is a client too: what its own outgoing connections lose and gain.

Untrusted Certificates counts for everything on the machine.  A peer that can only be verified by
way of the blocked root is refused after the plan; one that also sends, or can be completed with, a
cross-certificate is not.  By default the peers are the authorities of the packaged pool: for each
intermediate, a server that sends a certificate of it; the intermediate stands for its leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.clients.model import ClientModel
from legacytrust.clients.registry import client
from legacytrust.iis.machine import LocalMachine
from legacytrust.iis.selection import local_store
from legacytrust.iis.stores import StoreName
from legacytrust.outcome import Verdict
from legacytrust.signatures import SignatureMemo
from legacytrust.simulate import moment, simulate
from legacytrust.stores.intermediates import packaged_pool
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.snapshot import TrustStore

__all__ = ["SideEffect", "side_effects"]


@attrs.frozen
class SideEffect:
    """One peer whose fate changes.

    :param peer: what the peer sends.
    :param before: whether the server accepts it now.
    :param after: whether it will.
    """

    peer: ServedChain
    before: Verdict
    after: Verdict

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "peer": [certificate.label for certificate in self.peer],
            "before": self.before.value,
            "after": self.after.value,
        }


def side_effects(
    before: LocalMachine,
    after: LocalMachine,
    *,
    at: datetime,
    peers: Iterable[ServedChain] | None = None,
) -> tuple[SideEffect, ...]:
    """The peers that the server judges otherwise after a change of its stores.

    What a peer leaves out can be completed from the machine's own Intermediate store alone: with
    what Windows would fetch, more connections may survive.

    :param before: the server before the change.
    :param after: the server after it.
    :param at: the moment; it needs a time zone.
    :param peers: chains that peers send; the packaged authorities if not given.
    :raises NaiveTimeError: when ``at`` has no time zone.
    """
    now = moment(at)
    chains = tuple(peers) if peers is not None else tuple(_authorities(now))
    one, other = _Judge(before, now, chains), _Judge(after, now, chains)
    found = (SideEffect(chain, one.verdict(chain), other.verdict(chain)) for chain in chains)
    return tuple(effect for effect in found if effect.before is not effect.after)


class _Judge:
    """One machine as a client, at one moment."""

    def __init__(
        self, machine: LocalMachine, at: datetime, chains: tuple[ServedChain, ...]
    ) -> None:
        self._at = at
        self._store = _trusted(machine, at, chains)
        self._pool = CertificatePool(machine.stores.of(StoreName.INTERMEDIATE))
        self._model: ClientModel = client("cryptoapi", "2019", root_update=machine.auto_root_update)
        self._memo = SignatureMemo()

    def verdict(self, chain: ServedChain) -> Verdict:
        outcome = simulate(
            chain,
            client=self._model,
            store=self._store,
            at=self._at,
            signatures=self._memo,
            pool=self._pool,
        )
        return outcome.verdict


def _trusted(machine: LocalMachine, at: datetime, chains: tuple[ServedChain, ...]) -> TrustStore:
    """The machine's roots and those roots of the programme that these chains can ask for."""
    listed = machine.listed(at)
    if listed is None:
        return local_store(machine.stores)
    names = {name.canonical for chain in chains for c in chain for name in (c.subject, c.issuer)}
    stored = machine.stores.of(StoreName.INTERMEDIATE)
    names |= {certificate.issuer.canonical for certificate in stored}
    offered = tuple(anchor for name in sorted(names) for anchor in listed.named(name))
    return local_store(machine.stores, offered)


def _authorities(at: datetime) -> Iterator[ServedChain]:
    """What a server of each packaged authority sends: intermediates, up to below the root."""
    pool = packaged_pool()
    for certificate in pool.certificates:
        if not certificate.is_self_issued() and _is_alive(certificate, at):
            yield ServedChain((certificate,))


def _is_alive(certificate: Certificate, at: datetime) -> bool:
    return certificate.not_before <= at <= certificate.not_after
