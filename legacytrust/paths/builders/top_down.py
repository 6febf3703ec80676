"""From the last served certificate down to the leaf: CyaSSL and wolfSSL.

No path is built.  The list is gone through from its end: each certificate must be verified by a
signer that is known by then, and if it is a CA it becomes a signer itself.  So every served
certificate counts, also one that the leaf does not need; the first that fails spoils the list.
In a build with alternative chains a CA without a known issuer is passed over, and only that.

Some builds trust a leaf that is in the store; then nothing else is looked at.

The attempts that this yields are those single judgements, the leaf's last.  A path from the leaf
to the anchor exists only afterwards, as the trail of who vouched for whom.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.extensions import KeyUsage
from legacytrust.names import NameForm
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.rules import CertSignDemand, PathLengthCount
from legacytrust.paths.search import Search
from legacytrust.paths.signers import SignerTable
from legacytrust.stores.anchor import TrustAnchor

__all__ = ["top_down"]

#: In front of each certificate of a Certificate message stands its length.
_LENGTH_SIZE: Final = 3
_BIND_LEAF: Final = (PathLengthCount.ISSUER, PathLengthCount.BELOW_SELF_ISSUED)


def top_down(search: Search) -> Generator[Path, Attempt, None]:
    """Judge every served certificate, the last first, until one fails."""
    served = search.served
    reason = _too_much(search, served)
    if reason is not None:
        yield reason
        return
    trusted = search.anchor_itself(search.leaf)
    if trusted is not None:
        yield search.leaf_in_store(trusted)
        return
    table = SignerTable(search.rules.signers)
    for anchor in _relatives(search):
        table.load(anchor)
    for certificate in reversed(served[1:]):
        if not (yield from _verified(search, table, certificate)):
            return
    yield from _judged(search, table, served[0], Role.LEAF)


def _relatives(search: Search) -> tuple[TrustAnchor, ...]:
    """What could matter of the store, in its order.

    Those with the name or key identifier of a served certificate or of its issuer, and whatever
    is above them in the store.
    """
    served = search.served
    named = [c.authority_key_id for c in served]
    key_ids = {c.subject_key_id or b"" for c in served} | {
        aki.key_id or b"" for aki in named if aki
    }
    asked: set[bytes] = set()
    new = {name.canonical for c in served for name in (c.subject, c.issuer)}
    found: dict[str, TrustAnchor] = {}
    while new or key_ids:
        held = search.store_related(new, key_ids)
        found |= {anchor.sha256: anchor for anchor in held}
        asked, key_ids = asked | new, set()
        names = {n.canonical for a in held for n in (a.subject, a.certificate.issuer)}
        new = names - asked
    return search.in_store_order(found)


def _too_much(search: Search, served: Sequence[Certificate]) -> Path | None:
    """Why the list as such cannot be taken, if it cannot."""
    rules, limit = search.rules.signers, search.rules.max_certificates
    size = sum(len(certificate.der) + _LENGTH_SIZE for certificate in served)
    if rules.max_bytes is not None and size > rules.max_bytes:
        what = "octets in the list"
        return search.dead_end(served[:1], Code.LIMIT_REACHED, limit=rules.max_bytes, what=what)
    if limit is not None and len(served) > limit:
        return search.dead_end(served[:1], Code.PATH_TOO_LONG, limit=limit, found=len(served))
    return None


def _verified(
    search: Search, table: SignerTable, certificate: Certificate
) -> Generator[Path, Attempt, bool]:
    """Whether the client goes on after this one; if it is a good CA, it is a signer from now on."""
    search.spend()
    signer = table.find(certificate)
    if signer is None and search.rules.signers.skips_unissued and certificate.is_ca:
        yield _passed_over(certificate)
        return True
    if not (yield from _judged(search, table, certificate, Role.SERVED_CA)):
        return False
    assert signer is not None
    if not certificate.is_ca or table.has(certificate):
        return True
    if _lacks_cert_sign(search.rules.signers.cert_sign, certificate):
        yield search.dead_end_of([_step(certificate)], Code.NO_CERT_SIGN)
        return False
    table.add(certificate, signer)
    return True


def _judged(
    search: Search, table: SignerTable, certificate: Certificate, role: Role
) -> Generator[Path, Attempt, bool]:
    """Whether a signer is known, has room for it, and the checks pass."""
    search.spend()
    signer = table.find(certificate)
    step = Step(certificate, role)
    if signer is None:
        yield search.dead_end_of([step], _lonely(certificate))
        return False
    if _is_bound(search.rules.signers.path_length, certificate, role) and (
        table.room_of(certificate, signer) < 0
    ):
        limit = max(signer.room, 0)
        above = [step, Step(signer.certificate, Role.STORE_CA)]
        yield search.dead_end_of(
            above, Code.PATH_LENGTH_EXCEEDED, certificate=signer.certificate, limit=limit,
            found=limit + 1,
        )  # fmt: skip
        return False
    attempt = yield search.path_of((step, *signer.below_anchor), signer.anchor)
    return attempt.is_accepted


def _is_bound(count: PathLengthCount, certificate: Certificate, role: Role) -> bool:
    """Whether pathLenConstraint concerns it: a leaf that says it is a CA may count as one."""
    return role is not Role.LEAF or (certificate.is_ca and count in _BIND_LEAF)


def _lacks_cert_sign(demand: CertSignDemand, certificate: Certificate) -> bool:
    usage = certificate.key_usage
    if demand is CertSignDemand.NONE or (
        demand is not CertSignDemand.PRESENT and certificate.is_self_issued(NameForm.ENCODED)
    ):
        return False
    if usage is None:
        return demand is not CertSignDemand.NOT_WITHHELD_UNLESS_SELF_ISSUED
    return KeyUsage.KEY_CERT_SIGN not in usage


def _lonely(certificate: Certificate) -> Code:
    return Code.UNTRUSTED_ROOT if certificate.is_self_issued() else Code.NO_ISSUER


def _passed_over(certificate: Certificate) -> Path:
    end = Finding.of(
        _lonely(certificate), Effect.HARMLESS, certificate, issuer=str(certificate.issuer)
    )
    return Path((_step(certificate),), end=end)


def _step(certificate: Certificate) -> Step:
    return Step(certificate, Role.SERVED_CA)
