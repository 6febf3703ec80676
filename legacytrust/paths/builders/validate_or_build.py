"""The served list if it is in order, or else every path: Java.

Java first walks down the list as it was sent.  While each certificate is issued by the next, it
looks for the first one above the leaf that has the name and key of a store certificate.  What is
below that one is then *the* path: it is validated against each store certificate of that name,
and whatever is wrong with it, nothing else is tried.  The same holds for a list that stays in
order to its end and whose last issuer has the name of a store certificate.

Only a list that is out of order, or that leads to no name of the store, is given to the builder.
That one is complete, but it has rules of its own:

* of the dates of store certificates it says nothing directly above the leaf, and insists on them
  further up, since the selector that it uses again remembers the date it was given at the end of
  the first round;
* a version 1 store certificate must be valid on the first and the last day of its child;
* it puts no more than five intermediates into a path;
* up to October 2023 it held alternative names and subjects against the name constraints of every
  candidate, the anchor's too, which the validation leaves out;
* it compares no authority key identifier, which the validation does at the very top.

Neither of the two looks at the anchor as such.  That is done when a path was found good: whether
the anchor is a certification authority, whether its owner has fallen from grace.  There is no
second try after that.  Store certificates of one name are taken in the order of a hash table,
which changes from run to run; where that matters the verdict is open.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from itertools import groupby
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import IssuerTest
from legacytrust.paths.search import Search
from legacytrust.stores.anchor import AnchorCertificate, TrustAnchor

__all__ = ["validate_or_build"]

#: Octets of a Certificate message of TLS 1.3, and of each entry beside the certificate itself.
_MESSAGE: Final = 4
_ENTRY: Final = 5

#: What is looked at when the path is chosen and there is no way back.
_LATE: Final = frozenset(
    {Code.PURPOSE_REFUSED, Code.KEY_USAGE_REFUSED, Code.CA_DISTRUSTED, Code.HOSTNAME_MISMATCH}
)
#: The same for objections to the anchor.
_ANCHORS_OWN: Final = frozenset({Code.NOT_A_CA, Code.NO_CERT_SIGN})


def validate_or_build(search: Search) -> Generator[Path, Attempt, None]:
    """Validate what is in order; build from what is not."""
    too_much = _too_much(search)
    if too_much is not None:
        yield too_much
        return
    itself = search.anchor_itself(search.leaf)
    if itself is not None:
        yield search.leaf_in_store(itself)
        return
    ordered = _in_order(search)
    if ordered:
        yield from _validate(search, ordered)
    else:
        yield from _build(search, (Step(search.leaf, Role.LEAF),))


def _too_much(search: Search) -> Path | None:
    """Why the message with the certificates is not read, if it is not."""
    rules, served = search.rules, search.served
    octets = _MESSAGE + sum(len(certificate.der) + _ENTRY for certificate in served)
    for limit, found, what in (
        (rules.max_served, len(served), "certificates"),
        (rules.max_served_octets, octets, "octets"),
    ):
        if limit is not None and found > limit:
            return search.dead_end(served, Code.LIMIT_REACHED, limit=limit, what=what)
    return None


def _in_order(search: Search) -> tuple[Certificate, ...]:
    """What is below the first anchor of the list; nothing when the order breaks before."""
    served, form = search.served, search.rules.served_names
    for index in range(1, len(served)):
        search.spend()
        if served[index].subject.key(form) != served[index - 1].issuer.key(form):
            return ()
        if search.store_copy(served[index]) or search.store_twin(served[index]):
            return served[:index]
    return served if search.store_issuers(served[-1]) else ()


def _validate(search: Search, served: tuple[Certificate, ...]) -> Generator[Path, Attempt, None]:
    """The one path against every store certificate of the right name."""
    top, steps = served[-1], _steps(served)
    fitting = []
    for anchor in search.store_issuers(top):
        if search.names_key_of(top, anchor.certificate):
            fitting.append(anchor)
        else:
            above = (*steps, Step(anchor.certificate, Role.STORE_CA))
            named, found = _identifiers(top, anchor.certificate)
            yield search.dead_end_of(
                above, Code.KEY_ID_MISMATCH, certificate=top, named=named, found=found
            )
    yield from _try_anchors(search, steps, fitting)


def _identifiers(child: Certificate, issuer: AnchorCertificate) -> tuple[str, str]:
    """What the child names, and what the issuer has instead."""
    named, own = child.authority_key_id, issuer.subject_key_id
    assert named is not None
    if named.key_id and own and named.key_id != own:
        return named.key_id.hex(), own.hex()
    return f"serial {named.serial:x}", f"serial {issuer.serial:x}"


def _try_anchors(
    search: Search, steps: tuple[Step, ...], anchors: Iterable[TrustAnchor]
) -> Generator[Path, Attempt, bool]:
    """Store certificates of one name; returns whether one of them was chosen."""
    refused = chosen = False
    # Those that are refused in the end go first, to see whether the order matters.
    for anchor in sorted(anchors, key=search.refuses_as_anchor, reverse=True):
        attempt = yield search.path_of(steps, anchor)
        refused = refused or _is_late(attempt)
        chosen = attempt.is_accepted
        if chosen:
            break
    if chosen and refused:
        end = Finding.of(Code.CHOICE_UNKNOWN, Effect.UNKNOWN, steps[-1].certificate)
        yield Path(steps, end=end)
    return chosen or refused


def _is_late(attempt: Attempt) -> bool:
    """Whether all that was objected to is looked at only when the path is chosen."""
    top = attempt.path.certificates[-1]
    reasons = [finding for finding in attempt.findings if finding.is_fatal]
    return bool(reasons) and all(
        finding.code in _LATE or (finding.code in _ANCHORS_OWN and finding.certificate == top)
        for finding in reasons
    )


# -- the builder ----------------------------------------------------------------------------------


def _build(search: Search, steps: tuple[Step, ...]) -> Generator[Path, Attempt, bool]:
    """Every path above the last step; returns whether one was chosen."""
    search.spend()
    anchors = yield from _anchors(search, steps)
    issuers: list[Step | TrustAnchor] = [*reversed(_issuers(search, steps)), *anchors]
    issuers.sort(key=_rank(search, steps))
    for _, candidates in groupby(issuers, key=_is_anchor):
        group = tuple(candidates)
        ends = [each for each in group if isinstance(each, TrustAnchor)]
        if (yield from _try_anchors(search, steps, ends)):
            return True
        for step in group:
            if isinstance(step, Step) and (yield from _climb(search, steps, step)):
                return True
    if not issuers and not search.store_issuers(steps[-1].certificate):
        lone = search.is_self_signed(steps[-1].certificate)
        yield search.dead_end_of(steps, Code.UNTRUSTED_ROOT if lone else Code.NO_ISSUER)
    return False


def _climb(search: Search, steps: tuple[Step, ...], step: Step) -> Generator[Path, Attempt, bool]:
    """Put an issuer on top and go on, if it is in its dates and there is room for it."""
    above = (*steps, step)
    if (outdated := _outdated(search, above)) is not None:
        yield outdated
        return False
    if (outside := search.built_objection(above)) is not None:
        yield Path(above, end=outside)
        return False
    limit = search.rules.max_certificates
    issuers = [each.certificate for each in steps[1:] if not _is_self_issued(each.certificate)]
    if limit is not None and len(issuers) >= limit - 2:
        yield search.dead_end_of(above, Code.PATH_TOO_LONG)
        return False
    return (yield from _build(search, above))


def _anchors(
    search: Search, steps: tuple[Step, ...]
) -> Generator[Path, Attempt, list[TrustAnchor]]:
    """Store certificates that may end the path here; why the others may not is told."""
    fitting = []
    for anchor in search.store_issuers(steps[-1].certificate):
        unfit = _unfit(search, steps, anchor)
        if unfit is None:
            fitting.append(anchor)
        else:
            yield unfit
    return fitting


def _unfit(search: Search, steps: tuple[Step, ...], anchor: TrustAnchor) -> Path | None:
    top, root = steps[-1].certificate, anchor.certificate
    above = (*steps, Step(root, Role.STORE_CA))
    if isinstance(top, Certificate) and not _names_key(search, top, root):
        named, found = _identifiers(top, root)
        return search.dead_end_of(
            above, Code.KEY_ID_MISMATCH, certificate=top, named=named, found=found
        )
    if (
        isinstance(root, Certificate)
        and root.version < 3
        and not (
            root.not_before <= top.not_before <= root.not_after
            and root.not_before <= top.not_after <= root.not_after
        )
    ):
        return search.dead_end_of(
            above,
            Code.OUTLIVES_ANCHOR,
            certificate=top,
            not_after=top.not_after,
            anchor_not_after=root.not_after,
        )
    if (outside := search.built_objection(above)) is not None:
        return Path(above, end=outside)
    return _outdated(search, above) if len(steps) > 1 else None


def _outdated(search: Search, steps: tuple[Step, ...]) -> Path | None:
    top = steps[-1].certificate
    if search.is_valid(top):
        return None
    if search.has_begun(top):
        return search.dead_end_of(steps, Code.EXPIRED, not_after=top.not_after)
    return search.dead_end_of(steps, Code.NOT_YET_VALID, not_before=top.not_before)


def _issuers(search: Search, steps: tuple[Step, ...]) -> list[Step]:
    """Served certificates that may stand above the last step, then fetched ones."""
    top = steps[-1].certificate
    found = [Step(c, Role.SERVED_CA) for c in search.served_issuers(top)]
    found += [Step(c, Role.FETCHED_CA) for c in search.fetched_issuers(top)]
    return [
        step for step in found
        if isinstance(step.certificate, Certificate)
        and not _repeats(steps, step.certificate)
        and not (_is_self_issued(top) and _is_self_issued(step.certificate))
        and search.store_copy(step.certificate) is None
        and _names_key(search, top, step.certificate)
    ]  # fmt: skip


def _names_key(search: Search, child: AnchorCertificate, issuer: AnchorCertificate) -> bool:
    """The authority key identifier, which old builders look at."""
    asked = IssuerTest.KEY_ID in search.rules.served_tests
    return not asked or not isinstance(child, Certificate) or search.names_key_of(child, issuer)


def _repeats(steps: tuple[Step, ...], candidate: Certificate) -> bool:
    return any(
        step.certificate.spki_sha256 == candidate.spki_sha256
        and step.certificate.subject.canonical == candidate.subject.canonical
        for step in steps
    )


def _is_self_issued(certificate: AnchorCertificate) -> bool:
    return certificate.subject.canonical == certificate.issuer.canonical


def _is_anchor(candidate: Step | TrustAnchor) -> bool:
    return isinstance(candidate, TrustAnchor)


def _rank(
    search: Search, steps: tuple[Step, ...]
) -> Callable[[Step | TrustAnchor], tuple[bool, bool]]:
    """What is tried first: the named key, then an issuer that an anchor has issued."""
    child = steps[-1].certificate
    named = child.authority_key_id if isinstance(child, Certificate) else None

    def rank(candidate: Step | TrustAnchor) -> tuple[bool, bool]:
        key_id = candidate.certificate.subject_key_id
        fits = named is not None and bool(named.key_id) and named.key_id == key_id
        return not fits, not search.store_issuers(candidate.certificate)

    return rank


def _steps(served: tuple[Certificate, ...]) -> tuple[Step, ...]:
    return tuple(Step(c, Role.SERVED_CA if i else Role.LEAF) for i, c in enumerate(served))
