"""Which chain the server sends, and why: every path that CryptoAPI can build, in rank order.

The machine builds for its own leaf as it would for anybody's: the same search and the same ranking
as in the family ``cryptoapi``, over its own stores.  Three things differ from a client.  Nothing
is refused: the best path is sent, even if it has expired or ends nowhere.  The root is left out.
And what was chosen stays chosen, see :mod:`legacytrust.iis.events`.

A root of Microsoft's programme that no store holds is fetched only when the stores offer no path
that ends in a trusted root.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.clients.evidence import Evidence
from legacytrust.clients.registry import client
from legacytrust.errors import IisError
from legacytrust.iis.machine import LocalMachine, Stores
from legacytrust.iis.notices import Notice, NoticeCode
from legacytrust.iis.stores import StoreName
from legacytrust.paths.builders.ranked import Candidate as RankedPath
from legacytrust.paths.builders.ranked import by_rank, deciding
from legacytrust.paths.checks.anchor_constraints import TAKEN_BACK
from legacytrust.paths.relations import BudgetExhaustedError
from legacytrust.paths.rules import Criterion
from legacytrust.paths.search import Search
from legacytrust.signatures import SignatureMemo
from legacytrust.simulate import moment
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor
from legacytrust.stores.constraints import USAGES, Constraints, spoken
from legacytrust.stores.library import MemoryLibrary, closure
from legacytrust.stores.pool import CertificatePool
from legacytrust.stores.snapshot import TrustStore

__all__ = ["Candidate", "ChainSelection", "local_store", "select"]

#: How well each criterion is known; what the ranking itself is made of is inferred.
_EVIDENCE: Final[Mapping[Criterion | None, Evidence]] = MappingProxyType(
    {
        Criterion.SIGNED: Evidence.DOCUMENTED,
        Criterion.ANCHORED: Evidence.DOCUMENTED,
        Criterion.PERMITTED: Evidence.REPORTED,
        Criterion.IN_DATES: Evidence.REPORTED,
        Criterion.NEWER_ISSUER: Evidence.INFERRED,
        Criterion.SHORTER: Evidence.DOCUMENTED,
        None: Evidence.UNKNOWN,
    }
)


@attrs.frozen
class Candidate:
    """One path that the machine can build.

    :param certificates: leaf first, the root included where there is one.
    :param places: for each of them the stores that hold it; none for the leaf that was given, or
        for a root that automatic root update would fetch.
    :param root: the trusted root at its end; ``None`` when it ends nowhere.
    :param is_signed: whether every signature on it is good.
    :param is_permitted: whether none of it is in the Disallowed store.
    :param is_in_dates: whether all of it is within its dates at the moment.
    :param beaten_by: the criterion by which the next better candidate wins; ``None`` for the best
        one, and where the two are equal in everything that is known.
    :param is_tied: whether it is equal to the next better candidate.
    """

    certificates: tuple[AnchorCertificate, ...]
    places: tuple[tuple[StoreName, ...], ...]
    root: TrustAnchor | None
    is_signed: bool
    is_permitted: bool
    is_in_dates: bool
    beaten_by: Criterion | None = None
    is_tied: bool = False

    @property
    def sent(self) -> ServedChain:
        """What goes over the wire if this one is chosen: everything but the root."""
        below = self.certificates if self.root is None else self.certificates[:-1]
        own = [c for c in below if isinstance(c, Certificate)]
        kept = [c for i, c in enumerate(own) if i == 0 or not c.is_self_issued()]
        return ServedChain(tuple(kept))

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in words; none for a good path."""
        found = (
            (self.is_signed, "wrongly signed"),
            (self.root is not None, "without a trusted root"),
            (self.is_permitted, "disallowed"),
            (self.is_in_dates, "out of its dates"),
        )
        return tuple(words for good, words in found if not good)

    @property
    def evidence(self) -> Evidence:
        """How well it is known that the next better one beats it."""
        return _EVIDENCE[self.beaten_by]

    @property
    def why(self) -> str:
        """Why it stands below the next better candidate; empty for the best one."""
        if self.is_tied:
            return "equal to the one before in everything that is known"
        return self.beaten_by.value if self.beaten_by else ""

    def __str__(self) -> str:
        top = self.certificates[-1]
        path = " <- ".join(c.label for c in self.certificates)
        if top.issuer.canonical == top.subject.canonical:
            return path
        names = top.issuer.common_names  # of one name there may be two certificates
        return f"{path} (by {names[0] if names else top.issuer})"

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "path": [{"name": c.label, "sha256": c.sha256} for c in self.certificates],
            "places": [[name.value for name in names] for names in self.places],
            "faults": list(self.faults),
            "beaten_by": self.why,
            "evidence": self.evidence.label,
        }


@attrs.frozen
class ChainSelection:
    """The answer to "which chain does this machine send?".

    :param leaf: for which certificate.
    :param at: the moment, UTC.
    :param candidates: every path from the stores of which the credential was made, best first.
    :param pending: the same from the stores as they are now: what a new credential would take.
    :param notices: what a person should know about it.
    """

    leaf: Certificate
    at: datetime
    candidates: tuple[Candidate, ...] = attrs.field(repr=False)
    pending: tuple[Candidate, ...] = attrs.field(repr=False)
    notices: tuple[Notice, ...] = attrs.field(default=(), repr=False)

    @property
    def best(self) -> Candidate:
        """The path that is in use."""
        return self.candidates[0]

    @property
    def sent(self) -> ServedChain:
        """What the server sends now."""
        return self.best.sent

    @property
    def next(self) -> ServedChain:
        """What it will send when a new credential is acquired."""
        return self.pending[0].sent

    @property
    def is_stale(self) -> bool:
        """Whether a new credential would send something else."""
        return self.sent != self.next

    @property
    def reason(self) -> str:
        """Why it is this path and not the next best one, in a sentence."""
        if len(self.candidates) == 1:
            return "It is the only path that the stores allow."
        second = self.candidates[1]
        if second.is_tied:
            return f"No known rule prefers it to {second}; Windows takes one of them."
        return (
            f"It wins over {second} by this rule: {second.why}"
            f" ({second.evidence.label}). The root is not sent."
        )

    @property
    def evidence(self) -> Evidence:
        """How well the choice is known: the evidence of the rule that decides it."""
        return self.candidates[1].evidence if len(self.candidates) > 1 else Evidence.DOCUMENTED

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON; ``schema`` is the version of the form."""
        return {
            "schema": 1,
            "leaf": self.leaf.sha256,
            "at": self.at.isoformat(),
            "sent": [{"name": c.label, "sha256": c.sha256} for c in self.sent],
            "next": [{"name": c.label, "sha256": c.sha256} for c in self.next],
            "reason": self.reason,
            "evidence": self.evidence.label,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "notices": [notice.to_dict() for notice in self.notices],
        }


def select(machine: LocalMachine, leaf: Certificate, at: datetime) -> ChainSelection:
    """Which chain the machine sends; see :meth:`LocalMachine.select`."""
    now = moment(at)
    listed = machine.listed(now)
    memo = SignatureMemo()
    candidates = _candidates(machine.acquired or machine.stores, leaf, now, listed, memo)
    pending = candidates
    if machine.is_stale:
        pending = _candidates(machine.stores, leaf, now, listed, memo)
    selection = ChainSelection(leaf, now, candidates, pending)
    notices = (*machine.notices, *_notices(machine, selection, listed))
    return attrs.evolve(selection, notices=notices)


def local_store(stores: Stores, on_demand: tuple[TrustAnchor, ...] = ()) -> TrustStore:
    """What the machine trusts: its two stores of roots, and what it would fetch.

    :param stores: the machine's.
    :param on_demand: roots that automatic root update offers.
    """
    held = {
        certificate.sha256: TrustAnchor(certificate)
        for name in (StoreName.ROOT, StoreName.THIRD_PARTY)
        for certificate in stores.of(name)
    }
    offered = {anchor.sha256: anchor for anchor in on_demand if anchor.sha256 not in held}
    anchors = {**held, **offered}
    return TrustStore(
        id="own/local-machine",
        fingerprints=tuple(anchors),
        library=MemoryLibrary(anchors.values()),
        disallowed=frozenset(c.sha256 for c in stores.of(StoreName.DISALLOWED)),
        on_demand=frozenset(offered),
    )


def _candidates(
    stores: Stores,
    leaf: Certificate,
    at: datetime,
    listed: TrustStore | None,
    memo: SignatureMemo,
) -> tuple[Candidate, ...]:
    """Every path, from the stores alone; and with fetched roots if none of these is trusted."""
    local = _ranked(stores, local_store(stores), leaf, at, memo)
    if listed is None or any(c.root is not None and c.is_permitted for c in local):
        return local
    offered = _offered(stores, leaf, listed)
    return _ranked(stores, local_store(stores, offered), leaf, at, memo) if offered else local


def _offered(stores: Stores, leaf: Certificate, listed: TrustStore) -> tuple[TrustAnchor, ...]:
    """The roots of the programme that could end a path of this leaf."""
    known = (leaf, *_between(stores, leaf))
    names = {name.canonical for c in known for name in (c.subject, c.issuer)}
    held = listed.holding(closure(listed.library, names))
    return tuple(anchor for anchor in listed.anchors if anchor.sha256 in set(held))


def _between(stores: Stores, leaf: Certificate) -> tuple[Certificate, ...]:
    """What may stand between the leaf and a root: the engine looks into CA and My."""
    found = (*stores.of(StoreName.INTERMEDIATE), *stores.of(StoreName.PERSONAL))
    return tuple(c for c in dict.fromkeys(found) if c != leaf)


def _ranked(
    stores: Stores, store: TrustStore, leaf: Certificate, at: datetime, memo: SignatureMemo
) -> tuple[Candidate, ...]:
    model = client("cryptoapi", "2019")
    search = Search(
        ServedChain((leaf,)),
        store,
        at,
        model.search,
        model.checks,
        memo,
        pool=CertificatePool(_between(stores, leaf)),
    )
    try:
        found = by_rank(search)
    except BudgetExhaustedError as error:
        raise IisError(
            f"the stores hold more paths for {leaf.label!r} than can be ranked",
            hint="leave out the certificates that have nothing to do with it",
        ) from error
    first = _candidate(search, stores, found[0])
    pairs = itertools.pairwise(found)
    return (first, *(_beaten(search, stores, better, worse) for better, worse in pairs))


def _beaten(search: Search, stores: Stores, better: RankedPath, worse: RankedPath) -> Candidate:
    criterion = deciding(search, better, worse)
    candidate = _candidate(search, stores, worse)
    return attrs.evolve(candidate, beaten_by=criterion, is_tied=criterion is None)


def _candidate(search: Search, stores: Stores, found: RankedPath) -> Candidate:
    whole = found.whole
    return Candidate(
        certificates=whole,
        places=tuple(_places(stores, certificate) for certificate in whole),
        root=found.anchor,
        is_signed=all(search.signed(below, above) for below, above in itertools.pairwise(whole)),
        is_permitted=not any(search.forbids(certificate) for certificate in whole),
        is_in_dates=all(search.is_valid(certificate) for certificate in whole),
    )


def _places(stores: Stores, certificate: AnchorCertificate) -> tuple[StoreName, ...]:
    return stores.holding(certificate) if isinstance(certificate, Certificate) else ()


# -- notices ------------------------------------------------------------------------------------


def _notices(
    machine: LocalMachine, selection: ChainSelection, listed: TrustStore | None
) -> Iterator[Notice]:
    best = selection.best
    if selection.leaf not in machine.stores.of(StoreName.PERSONAL):
        yield _about(NoticeCode.NOT_PERSONAL, selection.leaf)
    if selection.is_stale:
        yield Notice(NoticeCode.STALE_CREDENTIAL, str(selection.sent))
    yield from _rank_notices(selection)
    if best.root is None:
        yield _unended(best.certificates[-1])
    elif best.root.sha256 in _fetched(best):
        yield _about(NoticeCode.FETCHED_ROOT, best.root.certificate)
    if best.root is not None and listed is not None and best.root.sha256 in listed:
        yield from _limits(listed.anchor(best.root.sha256), selection)
    if best.faults:
        yield Notice(NoticeCode.ONLY_BAD_PATH, " and ".join(best.faults))
    yield from _returning(machine, selection, listed)


def _unended(top: AnchorCertificate) -> Notice:
    """What is wrong with a path that ends in no trusted root."""
    if not isinstance(top, Certificate) or top.is_self_issued():
        return _about(NoticeCode.UNTRUSTED_ROOT, top)
    where = f" ({', '.join(top.ca_issuers)})" if top.ca_issuers else ""
    return Notice(NoticeCode.NO_ISSUER, top.label + where, top.sha256)


def _limits(root: TrustAnchor, selection: ChainSelection) -> Iterator[Notice]:
    """The root's limits in the programme, where this leaf does not keep them."""
    sets = root.constraints
    if sets and not any(_keeps(selection.leaf, one, selection.at) for one in sets):
        yield Notice(NoticeCode.LIMITED_ROOT, f"{root.label} ({spoken(sets)})", root.sha256)


def _keeps(leaf: Certificate, limits: Constraints, at: datetime) -> bool:
    usage = USAGES["serverAuth"]
    about, issued_by, off = limits.issued_by_purposes, limits.issued_by, limits.disabled_after
    is_for_servers = limits.purposes is None or usage in limits.purposes
    is_too_young = bool(
        issued_by and TAKEN_BACK < issued_by < leaf.not_before and (about is None or usage in about)
    )
    is_off = limits.disabled or bool(off and TAKEN_BACK < off <= at)
    refused = usage in limits.refused_purposes
    return is_for_servers and not (is_too_young or is_off or refused)


def _rank_notices(selection: ChainSelection) -> Iterator[Notice]:
    if len(selection.candidates) < 2:
        return
    second = selection.candidates[1]
    if second.is_tied:
        yield Notice(NoticeCode.EQUAL_CANDIDATES, f"{selection.best} and {second}")
    elif second.beaten_by is Criterion.NEWER_ISSUER:
        yield Notice(NoticeCode.UNPROVEN_RANK, second.why)


def _fetched(candidate: Candidate) -> frozenset[str]:
    """The root, where no store of the machine holds it."""
    held = {StoreName.ROOT, StoreName.THIRD_PARTY} & set(candidate.places[-1])
    return frozenset() if held else frozenset({candidate.certificates[-1].sha256})


def _returning(
    machine: LocalMachine, selection: ChainSelection, listed: TrustStore | None
) -> Iterator[Notice]:
    """Roots that would make a shorter path and are only absent, not blocked."""
    if listed is None:
        return
    stores = machine.stores
    held = {c.sha256 for name in StoreName for c in stores.of(name)}
    for below in selection.next.rest:
        for anchor in listed.named(below.subject.canonical):
            if anchor.has_key_of(below) and anchor.sha256 not in held:
                yield _about(NoticeCode.DELETION_DOES_NOT_LAST, anchor.certificate)


def _about(code: NoticeCode, certificate: AnchorCertificate) -> Notice:
    return Notice(code, certificate.label, certificate.sha256)
