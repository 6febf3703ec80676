"""The store as one client was able to load it.

What lies in a store and what a client gets out of it are not the same: some parse every root when
they start and leave out those they cannot read, some then refuse to start at all, some have room
for only so many, some hash names and find what has the same hash in an order of their own, and
Windows fetches a root on first use.  A search asks here and never looks into the store itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.paths.checks import first_objection
from legacytrust.paths.checks.context import is_early, is_over
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.heap_order import heap_ordered
from legacytrust.paths.path import Role
from legacytrust.paths.rules import Admission, CheckRules, Consequence, SearchRules, StoreOrder
from legacytrust.signatures import SignatureMemo, SignatureStatus
from legacytrust.stores.anchor import AnchorCertificate, KeyAnchor, RootFacts, TrustAnchor
from legacytrust.stores.snapshot import Completeness, TrustStore

__all__ = ["AdmissionMemo", "LoadedStore", "worst"]


class AdmissionMemo:
    """What was objected to in certificates by themselves, for one moment.

    A client that reads its whole store when it starts looks at the same roots as the next one that
    does, and clients share what they demand.

    :param at: the moment, UTC.
    :param signatures: where checked signatures are remembered.
    """

    def __init__(self, at: datetime, signatures: SignatureMemo) -> None:
        self._at: Final = at
        self._signatures: Final = signatures
        self._known: dict[tuple[int, Role, str], Finding | None] = {}
        self._rules: dict[int, Admission] = {}  # keeps alive what the keys identify

    def objection(
        self, certificate: AnchorCertificate, role: Role, rule: Admission
    ) -> Finding | None:
        """Like :func:`~legacytrust.paths.checks.first_objection`, found at most once."""
        self._rules[id(rule)] = rule
        key = (id(rule), role, certificate.sha256)
        if key not in self._known:
            self._known[key] = first_objection(
                certificate, role, rule.checks, self._at, self._signatures
            )
        return self._known[key]


class LoadedStore:
    """One store, seen through one client's rules at one moment.

    :param store: what lies on the device.
    :param at: the moment, UTC.
    :param rules: how the client looks for a path, and with it what it loads.
    :param checks: what it objects to; for its reading of dates.
    :param signatures: where checked signatures are remembered.
    :param admissions: where objections to single certificates are.
    """

    def __init__(
        self,
        store: TrustStore,
        at: datetime,
        rules: SearchRules,
        checks: CheckRules,
        signatures: SignatureMemo,
        admissions: AdmissionMemo | None = None,
    ) -> None:
        self._store = store
        self._at: Final = at
        self._rules: Final = rules
        self._checks: Final = checks
        self._signatures: Final = signatures
        self._admissions: Final = admissions or AdmissionMemo(at, signatures)

    # -- the store as a whole ------------------------------------------------------------------

    @cached_property
    def refusal(self) -> Finding | None:
        """Why the client cannot load the store at all, if it cannot."""
        return self._late_first_root() or self._unreadable_root()

    def _late_first_root(self) -> Finding | None:
        if not self._rules.first_root_counts or not self._store.fingerprints:
            return None
        root = self._store.anchors[0].certificate
        if is_early(root, self._at, self._checks) or is_over(root, self._at, self._checks):
            return Finding.of(Code.EXPIRED, Effect.FATAL, root, not_after=root.not_after)
        return None

    def _unreadable_root(self) -> Finding | None:
        rule = self._rules.store_admission
        if rule is None or rule.consequence is Consequence.SKIPPED:
            return None
        return worst(self._objection(anchor) for anchor in self._store.anchors)

    @property
    def has_repeated_subjects(self) -> bool:
        """Whether two of its certificates have one name."""
        return bool(self._store.duplicate_subjects)

    def may_end(self, path: Sequence[AnchorCertificate]) -> bool:
        """Whether the device may after all hold a root above these certificates, leaf first.

        It may where its list is known only in part, unless every root that could stand above the
        last of them is known to be absent; and nobody knows where it has a root of a fitting name
        that is no certificate, and the client has no use for such.
        """
        if self._store.completeness is Completeness.PARTIAL and not self._is_orphan(path[-1]):
            return True
        names = {certificate.issuer.canonical for certificate in path}
        return not self._rules.bare_anchors and any(
            isinstance(anchor.certificate, KeyAnchor)
            for name in names
            for anchor in self._store.named(name)
        )

    def _is_orphan(self, child: AnchorCertificate) -> bool:
        """Whether roots are known that may have signed this, and all of them to be absent."""
        library = self._store.library
        named = map(library.anchor, library.named(child.issuer.canonical))
        issuers = [anchor.sha256 for anchor in named if self._may_have_signed(anchor, child)]
        return bool(issuers) and self._store.absent.issuperset(issuers)

    def _may_have_signed(self, anchor: TrustAnchor, child: AnchorCertificate) -> bool:
        root = anchor.certificate
        if isinstance(root, RootFacts) or not isinstance(child, Certificate):
            return True
        return self._signatures.status(child, root.public_key) is not SignatureStatus.INVALID

    @cached_property
    def anchors(self) -> tuple[TrustAnchor, ...]:
        """All that was loaded, in store order."""
        return tuple(filter(self.holds, self._store.anchors))

    # -- single certificates -------------------------------------------------------------------

    def lists(self, sha256: str) -> bool:
        """Whether the store holds the root with this fingerprint and does not forbid it."""
        return sha256 in self._store and not self.forbids(sha256)

    def forbids(self, sha256: str) -> bool:
        """Whether the store says that the certificate with this fingerprint is never trusted."""
        return sha256 in self._store.disallowed

    def holds(self, anchor: TrustAnchor) -> bool:
        """Whether the client was able to load this store certificate, or to fetch it."""
        if anchor.sha256 in self._store.on_demand and not self._rules.root_update:
            return False
        if self._rules.store_limit is not None:
            return anchor.sha256 in self._in_limit
        return self._is_admitted(anchor)

    def named(self, canonical: bytes) -> tuple[TrustAnchor, ...]:
        """The loaded certificates of a name, in the order in which the client comes by them."""
        coarse = self._rules.store_names.is_coarse
        held = self._store.anchors if coarse else self._store.named(canonical)
        if self._rules.store_order is StoreOrder.HEAP and len(held) > 1:
            held = tuple(a for a in self._heap if a in held)
        return tuple(filter(self.holds, held))

    def keyed(self, key_id: bytes) -> tuple[TrustAnchor, ...]:
        """The loaded certificates with this subject key identifier."""
        return tuple(filter(self.holds, self._store.keyed(key_id)))

    def naming_key_of(self, child: Certificate) -> tuple[TrustAnchor, ...]:
        """The loaded certificates that have the key identifier which the child names."""
        named = child.authority_key_id
        return self.keyed(named.key_id) if named is not None and named.key_id else ()

    def in_order(self, anchors: Mapping[str, TrustAnchor]) -> tuple[TrustAnchor, ...]:
        """These store certificates, by fingerprint, in the order of the store."""
        return tuple(anchors[sha256] for sha256 in self._store.holding(anchors))

    def _objection(self, anchor: TrustAnchor) -> Finding | None:
        rule = self._rules.store_admission
        if rule is None:
            return None
        return self._admissions.objection(anchor.certificate, Role.ANCHOR, rule)

    def _is_admitted(self, anchor: TrustAnchor) -> bool:
        return self._objection(anchor) is None

    @cached_property
    def _in_limit(self) -> frozenset[str]:
        """The store certificates that find room, by fingerprint."""
        admitted = filter(self._is_admitted, self._store.anchors)
        return frozenset(a.sha256 for a in itertools.islice(admitted, self._rules.store_limit))

    @cached_property
    def _heap(self) -> tuple[TrustAnchor, ...]:
        return heap_ordered(self._store.anchors)


def worst(findings: Iterable[Finding | None]) -> Finding | None:
    """A fatal one, or else an unknown one, or none."""
    found = [finding for finding in findings if finding is not None]
    return min(found, key=lambda finding: not finding.is_fatal, default=None)
