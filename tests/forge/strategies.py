"""Whole PKIs for hypothesis: what a server sends, what a client trusts, and at what moment.

Every PKI starts from the plainest case that works: leaf, I1 and root N, with I1 served and N in
the store. What is drawn is a short list of departures from it, so a failing example shrinks to
the few departures that matter and prints them:

    Pki(served=[leaf, I1, N<O(expired)], store=[O(expired), N], at=2025-01-01)

Reading a label: `N` is the root's self-signed certificate, `N<O` the same name and key signed by
O, `N'` a reissue (same key and issuer, other serial), `N~` another CA of the same name, and the
words in brackets are what is unusual about that certificate.

Two levels. `topologies()` varies only what path building turns on: cross-signs, reissues, order,
dates, missing and surplus certificates, what is in the store. `pkis()` adds faults inside
certificates: wrong extensions, weak algorithms, host names. Issued certificates are kept for the
life of the process (see `certificates.encode`), so drawing is cheap.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from forge.authority import Entity, key_of
from forge.certificates import CertificateSpec, IssuerSerial
from forge.faults import CA, FAULTS, HOSTNAME, LEAF, ROOT, Fault
from forge.keys import Key, key

AT = datetime(2025, 1, 1, tzinfo=UTC)
"""The moment at which drawn PKIs are to be judged, unless another one is asked for."""

# Days before or after the moment of judgement. "older" and "newer" are live: which of two live
# certificates a client prefers can depend on their dates.
_WINDOWS = {
    "live": (-1500, 1500),
    "newer": (-300, 2500),
    "older": (-2500, 300),
    "expired": (-3000, -300),
    "long expired": (-4000, -2000),
    "future": (300, 3000),
    "ends now": (-1500, 0),
    "starts now": (0, 1500),
}
# Repetition is weight: the edges are there, but rarely.
_DRAWN_WINDOWS = (
    4 * ("expired",)
    + 2 * ("long expired", "future", "newer", "older")
    + (
        "ends now",
        "starts now",
    )
)
# Names of roots in store order; `n` stands for all other self-signed certificates of N.
_STORES = ("N", "NO", "ON", "nN", "Nn", "NO", "ON", "O", "nNO", "ZN", "NPO", "")
#: The one kind of key that has no room for every signature.
_TINY = "rsa512"
_CROSS = ("cross", "cross by P", "cross by J", "back-cross")
_VARIANTS = (*_CROSS, "cross", "cross", "reissue", "reissue", "same name")
_CA_USAGE = frozenset({"key_cert_sign", "crl_sign"})
_LEAF_USAGE = frozenset({"digital_signature", "key_encipherment"})


@attrs.frozen(repr=False)
class Pki:
    """One question for a client: the certificates, the moment and the name it connects to.

    `features` says in words what was put in, for statistics and for choosing examples.
    """

    served_entities: tuple[Entity, ...]
    store_entities: tuple[Entity, ...]
    at: datetime
    hostname: str
    features: tuple[str, ...]

    @property
    def served(self) -> tuple[bytes, ...]:
        """What the server sends, leaf first, as DER."""
        return tuple(entity.der for entity in self.served_entities)

    @property
    def store(self) -> tuple[bytes, ...]:
        """What the client trusts, in store order, as DER."""
        return tuple(entity.der for entity in self.store_entities)

    @property
    def leaf_key(self) -> Key:
        """The key pair of the server."""
        return self.served_entities[0].spec.key

    def __repr__(self) -> str:
        served, store = list(self.served_entities), list(self.store_entities)
        return f"Pki(served={served}, store={store}, at={self.at:%Y-%m-%d})"


@attrs.frozen
class _Planned:
    """A certificate before it is issued. `generation` tells apart CAs of one name."""

    subject: str
    issuer: str
    role: str
    kind: str = ""
    window: str = "live"
    faults: tuple[Fault, ...] = ()
    generation: int = 0
    serial: int = 0

    @property
    def label(self) -> str:
        name = self.subject + "~" * self.generation + "'" * self.serial
        if self.kind in _CROSS:
            name += f"<{self.issuer}"
        notes = [self.window] * (self.window != "live") + [fault.label for fault in self.faults]
        return f"{name}({', '.join(notes)})" if notes else name


@attrs.frozen
class _Setting:
    """What holds for all certificates of one PKI."""

    at: datetime
    key_kinds: tuple[tuple[str, str], ...]
    default_kind: str
    key_identifiers: bool

    def key(self, name: str, generation: int = 0) -> Key:
        kind = dict(self.key_kinds).get(name, self.default_kind)
        # RSA keys are shared with other tests by their small numbers, as they take time to make.
        order = ("leaf", "I1", "I2", "I3", "N", "O", "P", "Z", "Q", "J")
        if kind.startswith("rsa") and name in order:
            return key(kind, order.index(name) + len(order) * generation)
        return key(kind, key_of(f"{name}{generation}").number)


# --- the public strategies ---------------------------------------------------------------------


@st.composite
def topologies(
    draw: st.DrawFn,
    *,
    at: datetime = AT,
    key_kind: str = "p256",
    max_intermediates: int = 3,
) -> Pki:
    """PKIs with path-building trouble only; every certificate by itself is in good order.

    `at` moves all dates with it; `key_kind` is the kind of every key ("rsa2048" for clients
    without elliptic curves).
    """
    certificates = draw(_certificates(max_intermediates))
    setting = _Setting(at, (), key_kind, draw(_mostly(True, False)))
    return draw(_arrangements(certificates, setting))


@st.composite
def pkis(
    draw: st.DrawFn,
    *,
    at: datetime = AT,
    key_kinds: Sequence[str] = ("p256", "rsa2048", "p384", "rsa1024"),
    max_intermediates: int = 3,
    faults: Sequence[Fault] = FAULTS,
) -> Pki:
    """PKIs with path-building trouble and up to three faults inside certificates.

    The first of `key_kinds` is the usual one; up to two CAs (or the leaf) have another. `faults`
    restricts what may be wrong inside a certificate.
    """
    certificates = draw(_certificates(max_intermediates))
    drawn = draw(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(faults)), max_size=3))
    certificates = _with_faults(certificates, drawn)
    kinds = dict(draw(_key_kinds(certificates, key_kinds)))
    kinds = _rsa_where_needed(certificates, kinds, key_kinds)
    setting = _Setting(at, tuple(sorted(kinds.items())), key_kinds[0], draw(_mostly(True, False)))
    return draw(_arrangements(certificates, setting))


def _mostly(usual: bool, unusual: bool) -> st.SearchStrategy[bool]:
    return st.sampled_from((usual,) * 7 + (unusual,))


# --- which certificates exist ------------------------------------------------------------------


@st.composite
def _certificates(draw: st.DrawFn, max_intermediates: int) -> tuple[_Planned, ...]:
    """The leaf first; other roots and a stranger; then the leaf's line up to N and variants."""
    depth = draw(st.sampled_from([1, *range(max_intermediates + 1)]))
    names = [f"I{number}" for number in range(1, depth + 1)] + ["N"]
    line = [_Planned(names[i], names[i + 1], CA) for i in range(depth)]
    line.append(_Planned("N", "N", ROOT))
    drawn = draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(_VARIANTS)), max_size=3))
    targets = [(line[~(index % len(line))], kind) for index, kind in drawn]
    extra = [made for target, kind in targets for made in _variant(target, kind)]
    others = [_Planned(name, name, ROOT, "other root") for name in ("O", "P", "Z")]
    stranger = _Planned("Q", "Z", CA, "stranger")
    leaf = draw(_leaf(names[0]))
    return _dated(draw, (leaf, stranger, *others, *_numbered((*line, *extra))))


@st.composite
def _leaf(draw: st.DrawFn, issuer: str) -> _Planned:
    self_signed = draw(st.sampled_from((False,) * 19 + (True,)))
    return _Planned("leaf", "leaf" if self_signed else issuer, LEAF)


def _variant(target: _Planned, kind: str) -> tuple[_Planned, ...]:
    """Another certificate for the same CA as `target`, and what else it takes to have one."""
    if kind == "cross by J":
        return (
            attrs.evolve(target, issuer="J", role=CA, kind=kind),
            _Planned("J", "O", CA, "stranger"),
        )
    if kind == "back-cross":
        return (_Planned("O", target.subject, CA, kind),)
    if kind == "reissue":
        return (attrs.evolve(target, kind=kind, serial=1),)
    if kind == "same name":
        return (attrs.evolve(target, kind=kind, generation=1),)
    return (attrs.evolve(target, issuer="P" if kind == "cross by P" else "O", role=CA, kind=kind),)


def _numbered(certificates: Sequence[_Planned]) -> tuple[_Planned, ...]:
    """Tells apart variants that were drawn twice, by serial; drops no one."""
    seen: list[_Planned] = []
    for certificate in certificates:
        distinct = certificate
        while distinct in seen:
            distinct = attrs.evolve(distinct, serial=distinct.serial + 1)
        seen.append(distinct)
    return tuple(seen)


def _dated(draw: st.DrawFn, certificates: tuple[_Planned, ...]) -> tuple[_Planned, ...]:
    """Ages all that the old root signed (history's favourite), then up to three single ones."""
    old = draw(st.sampled_from(("live", "live", "expired", "expired", "future")))
    changed = [attrs.evolve(c, window=old) if c.issuer == "O" else c for c in certificates]
    for index, window in draw(_dates()):
        place = (len(changed) - 1 - index) % len(changed)
        changed[place] = attrs.evolve(changed[place], window=window)
    return tuple(changed)


def _dates() -> st.SearchStrategy[list[tuple[int, str]]]:
    return st.lists(st.tuples(st.integers(0, 9), st.sampled_from(_DRAWN_WINDOWS)), max_size=3)


def _with_faults(
    certificates: tuple[_Planned, ...], drawn: Sequence[tuple[int, Fault]]
) -> tuple[_Planned, ...]:
    """Puts each fault on the index-th certificate that can have it."""
    changed = list(certificates)
    for index, fault in drawn:
        places = [i for i, one in enumerate(changed) if one.role in fault.roles]
        place = places[index % len(places)]
        kept = tuple(one for one in changed[place].faults if not one.clashes(fault))
        changed[place] = attrs.evolve(changed[place], faults=(*kept, fault))
    return tuple(changed)


@st.composite
def _key_kinds(
    draw: st.DrawFn, certificates: tuple[_Planned, ...], kinds: Sequence[str]
) -> list[tuple[str, str]]:
    names = tuple(dict.fromkeys(one.subject for one in certificates))
    return draw(
        st.lists(st.tuples(st.sampled_from(names), st.sampled_from(tuple(kinds))), max_size=2)
    )


def _rsa_where_needed(
    certificates: tuple[_Planned, ...], kinds: dict[str, str], allowed: Sequence[str]
) -> dict[str, str]:
    """Whoever signs in a way that its key cannot gets an RSA key that can."""
    rsa = next((kind for kind in allowed if kind.startswith("rsa") and kind != _TINY), "rsa2048")
    wrong = {
        one.issuer
        for one in certificates
        for fault in one.faults
        if not _can_sign(kinds.get(one.issuer, allowed[0]), fault)
    }
    return {**kinds, **dict.fromkeys(wrong, rsa)}


def _can_sign(kind: str, fault: Fault) -> bool:
    """MD5 and PSS exist with RSA only; 512 bits have no room for PSS or for a long digest."""
    long = fault.changes.get("pss", False) or fault.changes.get("digest") in ("sha384", "sha512")
    return not (fault.needs_rsa and not kind.startswith("rsa")) and not (long and kind == _TINY)


# --- who gets which of them --------------------------------------------------------------------


@st.composite
def _arrangements(draw: st.DrawFn, certificates: tuple[_Planned, ...], setting: _Setting) -> Pki:
    leaf, *rest = certificates
    served, served_features = draw(_served(rest))
    store = draw(_store(certificates))
    features = (
        *(one.kind for one in rest if one.kind.startswith("cross") or one.serial or one.generation),
        *(one.window for one in certificates if one.window != "live"),
        *(fault.label for one in certificates for fault in one.faults),
        *served_features,
        *(() if setting.key_identifiers else ("no key identifiers",)),
        *(("self-signed leaf",) if leaf.issuer == "leaf" else ()),
    )
    issued = {one: _issue(one, certificates, setting) for one in certificates}
    return Pki(
        served_entities=tuple(issued[one] for one in (leaf, *served)),
        store_entities=tuple(issued[one] for one in store),
        at=setting.at,
        hostname=HOSTNAME,
        features=tuple(dict.fromkeys(features)),
    )


@st.composite
def _served(draw: st.DrawFn, candidates: Sequence[_Planned]) -> tuple[list[_Planned], list[str]]:
    """What follows the leaf: by default the line below the root, and all cross-signs."""
    served = [one for one in candidates if one.role == CA and one.kind != "stranger"]
    served += [one for one in candidates if one.subject == "J"]
    features = []
    for index in draw(st.lists(st.integers(0, 11), max_size=2)):
        one = candidates[index % len(candidates)]
        features.append("served: missing" if one in served else "served: extra")
        served = [kept for kept in served if kept != one] if one in served else [*served, one]
    places = st.tuples(st.integers(0, 5), st.integers(0, 5))
    for first, second in draw(st.lists(places, max_size=2)):
        if served and first % len(served) != second % len(served):
            served = _swapped(served, first % len(served), second % len(served))
            features.append("served: order")
    for index in draw(st.lists(st.integers(0, 5), max_size=1)):
        if served and index:
            served = [*served, served[index % len(served)]]
            features.append("served: duplicate")
    return served, features


@st.composite
def _store(draw: st.DrawFn, certificates: tuple[_Planned, ...]) -> list[_Planned]:
    """N by default; often O too, before or after it; seldom an intermediate or the leaf."""
    roots = {one.subject: [one] for one in reversed(certificates) if one.role == ROOT}
    roots["n"] = [one for one in certificates if one.subject == one.issuer == "N"][1:]
    names = draw(st.sampled_from(_STORES))
    store = [one for name in names for one in roots[name]]
    for index in draw(st.lists(st.integers(0, 12), max_size=2)):
        one = certificates[~(index % len(certificates))]
        store = [kept for kept in store if kept != one] if one in store else [one, *store]
    return store


def _swapped(items: Sequence[_Planned], first: int, second: int) -> list[_Planned]:
    swapped = list(items)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    return swapped


# --- issuing -----------------------------------------------------------------------------------


def _issue(one: _Planned, certificates: tuple[_Planned, ...], setting: _Setting) -> Entity:
    begins, ends = _WINDOWS[one.window]
    # A root of the same name signs itself; an intermediate has the issuer its namesake has.
    self_signed = one.subject == one.issuer
    fields: dict[str, Any] = {
        "subject": _subject(one.subject),
        "issuer": _subject(one.issuer),
        "key": setting.key(one.subject, one.generation),
        "signed_by": setting.key(one.issuer, one.generation if self_signed else 0),
        "not_before": setting.at + timedelta(days=begins),
        "not_after": setting.at + timedelta(days=ends),
        "serial": _serial(one),
        "ski": True if setting.key_identifiers else None,
        "aki": True if setting.key_identifiers and not self_signed else None,
        **_usual_extensions(one),
    }
    for fault in one.faults:
        fields |= fault.changes
    if fields["aki"] == "issuer-serial":
        fields["aki"] = _issuer_serial(one, certificates)
    return Entity(CertificateSpec(**fields), one.label)


def _usual_extensions(one: _Planned) -> dict[str, Any]:
    if one.role == LEAF:
        return {"ca": False, "key_usage": _LEAF_USAGE, "san": (HOSTNAME,)}
    return {"ca": True, "key_usage": _CA_USAGE}


def _issuer_serial(one: _Planned, certificates: tuple[_Planned, ...]) -> IssuerSerial:
    """Names the first certificate of the issuer, which may not be the one a path goes through."""
    issuer = next(other for other in certificates if other.subject == one.issuer)
    return IssuerSerial(_subject(issuer.issuer), _serial(issuer))


def _subject(name: str) -> str:
    return HOSTNAME if name == "leaf" else name


def _serial(one: _Planned) -> int:
    """Follows from what tells the certificates of one CA apart, so it is known before issuing."""
    return key_of(f"{one.subject}<{one.issuer} {one.generation} {one.serial} {one.window}").number
