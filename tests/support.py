"""Scenes: what a server sends, what a device trusts, and a short way to say what came of it.

A test writes its certificates with `forge` and asks a `Scene` what a client tried:

    Scene((leaf, i), (n,)).tried("openssl 1.0.2k")   ->   ["leaf I [N]"]

One text for each attempt, in the client's order.  The anchor stands in square brackets; a path
that ends nowhere has `!` and the reason after it; a complete path has one word for each objection
that counted, `x` for refused and `?` for nobody knows: `leaf I [N] x expired:N`.

Most scenes are played by the same cast:

    leaf <- I <- N              N is a root, and so are O and P
                 N<O <- O       N's name and key, signed by O
    J <- P                      somebody else's intermediate
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Final

import attrs
from hypothesis import strategies as st

import legacytrust as lt
from forge import AT, HOSTNAME, Entity, Pki, root
from legacytrust.clients import FAMILIES
from legacytrust.clients.family import Family
from legacytrust.paths.path import Role
from legacytrust.paths.rules import (
    NO_CHECKS,
    CheckRules,
    SearchRules,
    Strategy,
)
from legacytrust.signatures import SignatureMemo
from legacytrust.simulate import Question
from legacytrust.stores.anchor import AnchorCertificate
from legacytrust.stores.snapshot import Completeness

NOTHING: Final = NO_CHECKS
"""A client that objects to nothing: what is left is how it searches."""


LAST_YEAR: Final = AT.replace(year=AT.year - 1)

NEW, OLD, OTHER = root("N"), root("O"), root("P")
CA = NEW.intermediate("I")
LEAF = CA.leaf(HOSTNAME)
CROSS = OLD.cross_sign(NEW)
STRANGER = OTHER.intermediate("J")
STALE_NEW = NEW.reissue(label="stale-N", not_after=LAST_YEAR)
STALE_OLD = OLD.reissue(label="stale-O", not_after=LAST_YEAR)
STALE_CROSS = OLD.cross_sign(NEW, label="stale-N<O", not_after=LAST_YEAR)


def line(*, leaf: Any = (), ca: Any = (), top: Any = ()) -> tuple[Entity, Entity, Entity]:
    """leaf <- I <- N with these fields of `CertificateSpec` changed."""
    n = root("N", **dict(top))
    i = n.intermediate("I", **dict(ca))
    return i.leaf(HOSTNAME, **dict(leaf)), i, n


def objecting(**rules: Any) -> CheckRules:
    """A client that objects to what is given, fields of `CheckRules`, and to nothing else."""
    return attrs.evolve(NOTHING, **rules)


def model(search: SearchRules, checks: CheckRules = NOTHING) -> lt.ClientModel:
    """A client of these rules that no family has."""
    return lt.ClientModel(
        name="test", version="1", options=(), search=search, checks=checks, rows=()
    )


def searching(strategy: Strategy, checks: CheckRules = NOTHING, **rules: Any) -> lt.ClientModel:
    """A client with this strategy; keywords are fields of `SearchRules`."""
    return model(SearchRules(strategy, **rules), checks)


def client(text: str) -> lt.ClientModel:
    """`openssl 1.0.2k` as a client model."""
    name, version = text.split()
    return lt.client(name, version)


def versions_of(family: Family) -> tuple[str, ...]:
    """Every version at an end of some range of a family's table, in their order."""
    texts = [ranges.text for ranges in family.ranges]
    ends = {end.strip() for text in texts for part in text.split(",") for end in part.split("..")}
    keys = {end: family.parser(end) for end in ends}
    held = [end for end, key in keys.items() if key is not None and family.coverage.holds(key)]
    return tuple(sorted(held, key=lambda end: (keys[end], end)))


@cache
def every_model() -> tuple[lt.ClientModel, ...]:
    """One client for each way of behaving that any version of any family has."""
    models = [
        family.model(version) for family in FAMILIES.values() for version in versions_of(family)
    ]
    return tuple({(m.search, m.checks): m for m in reversed(models)}.values())


@cache
def one_of_each() -> tuple[lt.ClientModel, ...]:
    """One client for each family and each way in which its versions search."""
    models = {(m.name, m.search.strategy): m for m in every_model()}
    return tuple(models.values())


def some_models() -> st.SearchStrategy[list[lt.ClientModel]]:
    """A few of them, for laws that hold for all: each example looks at others."""
    return st.lists(st.sampled_from(every_model()), min_size=1, max_size=8, unique_by=str)


def models_of(*strategies: Strategy) -> tuple[lt.ClientModel, ...]:
    """Those of them that search in one of these ways."""
    return tuple(m for m in every_model() if m.search.strategy in strategies)


def named_once(entities: Iterable[Entity]) -> bool:
    """Whether no two different certificates among these have the same subject."""
    certificates = {lt.Certificate.from_der(entity.der) for entity in entities}
    return len({one.subject.canonical for one in certificates}) == len(certificates)


def as_chain(entities: Iterable[Entity]) -> lt.ServedChain:
    """What a server sends."""
    return lt.ServedChain.from_certificates(entity.der for entity in entities)


def as_store(
    entities: Iterable[Entity], completeness: Completeness = Completeness.EXACT
) -> lt.TrustStore:
    """A store of these roots, which may be none."""
    anchors = [lt.TrustAnchor(lt.Certificate.from_der(entity.der)) for entity in entities]
    return store_of(anchors, completeness)


def store_of(
    anchors: Sequence[lt.TrustAnchor],
    completeness: Completeness = Completeness.EXACT,
    id: str = "test/store",
) -> lt.TrustStore:
    """A store of these anchors."""
    from legacytrust.stores.library import MemoryLibrary

    fingerprints = tuple(dict.fromkeys(anchor.sha256 for anchor in anchors))
    return lt.TrustStore(id, fingerprints, MemoryLibrary(anchors), completeness=completeness)


def device(id: str, client_model: lt.ClientModel | str, *trusted: Entity, **more: Any) -> lt.Device:
    """A device class that trusts these roots."""
    chosen = client(client_model) if isinstance(client_model, str) else client_model
    return lt.Device(id=id, store=as_store(trusted), client=chosen, **more)


@attrs.frozen
class Scene:
    """Certificates served and trusted, and a moment."""

    served: Sequence[Entity] = attrs.field(converter=tuple)
    trusted: Sequence[Entity] = attrs.field(converter=tuple, default=())
    at: datetime = AT
    completeness: Completeness = Completeness.EXACT

    @classmethod
    def of(cls, pki: Pki) -> Scene:
        """A drawn PKI as a scene."""
        return cls(pki.served_entities, pki.store_entities, pki.at)

    @cached_property
    def chain(self) -> lt.ServedChain:
        """What the server sends."""
        return as_chain(self.served)

    @cached_property
    def store(self) -> lt.TrustStore:
        """What the device trusts."""
        return as_store(self.trusted, self.completeness)

    @cached_property
    def _signatures(self) -> SignatureMemo:
        # One for all clients that are asked: they look at the same few certificates.
        return SignatureMemo()

    @cached_property
    def _labels(self) -> dict[bytes, str]:
        return {entity.der: entity.label for entity in (*self.served, *self.trusted)}

    def outcome(
        self, client_model: lt.ClientModel | str, hostname: str | None = None, **more: Any
    ) -> lt.Outcome:
        """What this client does."""
        chosen = client(client_model) if isinstance(client_model, str) else client_model
        question = {"at": self.at, "hostname": hostname, "signatures": self._signatures, **more}
        return lt.simulate(self.chain, client=chosen, store=self.store, **question)

    def met(self, checks: CheckRules, hostname: str | None = None, **search: Any) -> dict[str, str]:
        """What a client of these rules says of its first path: objection to effect."""
        chosen = searching(search.pop("strategy", Strategy.BACKTRACK), checks, **search)
        attempt = self.outcome(chosen, hostname).attempts[0]
        return {
            f"{f.code.value}:{self._label(f.certificate)}": f.effect.value for f in attempt.findings
        }

    def verdict(self, client_model: lt.ClientModel | str, **more: Any) -> str:
        """Accepted, rejected or unknown."""
        return self.outcome(client_model, **more).verdict.value

    def tried(self, client_model: lt.ClientModel | str, **more: Any) -> list[str]:
        """Its attempts in order, as short texts."""
        return [self._told(attempt) for attempt in self.outcome(client_model, **more).attempts]

    def judged(self, client_model: lt.ClientModel) -> list[str]:
        """The same, with the CAs that it judged by themselves and was content with."""
        question = Question.of(self.chain, self.at, None, signatures=self._signatures)
        return [self._told(attempt) for attempt in question.judged(client_model, self.store)]

    def _told(self, attempt: lt.Attempt) -> str:
        path = attempt.path
        words = [self._label(step.certificate) for step in path.steps]
        if path.anchor is not None:
            vouched = path.steps[0].role is Role.VOUCHED_LEAF
            place = 0 if vouched else len(words) - 1
            words[place] = f"[{words[place]}]"
        if path.end is not None:
            return " ".join([*words, f"!{path.end.code.value}"])
        for finding in attempt.findings:
            if finding.effect is not lt.Effect.HARMLESS:
                mark = "x" if finding.is_fatal else "?"
                words += [mark, f"{finding.code.value}:{self._label(finding.certificate)}"]
        return " ".join(words)

    def _label(self, certificate: AnchorCertificate | None) -> str:
        if not isinstance(certificate, lt.Certificate):
            return certificate.label if certificate is not None else "-"
        return self._labels[certificate.der]


def met(rules: dict[str, Any], **faults: Any) -> dict[str, str]:
    """What is said by these rules; what others have to say of the same fault is left out."""
    leaf, ca, top = line(**faults)
    found = Scene((leaf, ca), (top,)).met(objecting(**rules))
    return {said: effect for said, effect in found.items() if _rule(said) in rules}


def _rule(said: str) -> str:
    return lt.Code(said.partition(":")[0]).rule


def _rule(said: str) -> str:
    return lt.Code(said.partition(":")[0]).rule
