"""The second opinion: the same chain by RFC 5280, judged by a validator that is not ours.

A client with no quirk at all would do what RFC 5280, section 6.1, says.  ``pyhanko-certvalidator``
(the maintained fork of ``certvalidator``, extra ``[certvalidator]``) does just that: it looks for
paths over everything that was served, tries one after the other, and checks each by the letter.
What it was told, so that nothing but the RFC decides:

* **Trust.** The roots of the store, as names and keys.  Their dates are not asked about: for the
  RFC a trust anchor is no part of the path, and its certificate only carries the key.
* **Time.** The moment of the report, to the second.
* **Algorithms.** All are allowed.  RFC 5280 forbids none, it leaves that to local policy, and
  which hash or key is refused by whom is exactly what the rows beside this one tell.  The
  package's own default would refuse MD2, MD5 and SHA-1 also for 2005.
* **Revocation and fetching.** Neither: the answer depends on the served bytes alone.
* **Purpose.** The leaf has to allow TLS servers, or to say nothing about its purpose, or to allow
  any (section 4.2.1.12).  The RFC does not ask issuers for it.
* **Host name.** Outside RFC 5280; compared by RFC 9525, with our own code.

Where the package cannot answer, the verdict is *unknown*: a certificate that its reader refuses, an
algorithm that it cannot compute, a root of which only facts are known, a store that is known only
in part, more paths than the search budget allows, or a leaf that is itself a root of the store,
for which the RFC defines no path.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from legacytrust.certificate import Certificate
from legacytrust.chain import ServedChain
from legacytrust.errors import MissingExtraError
from legacytrust.extensions import GeneralNameKind, Oid
from legacytrust.outcome import Verdict
from legacytrust.paths.checks.hostname import matches, normalise
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.rules import HostnameRules
from legacytrust.render.sentences import day, sentence
from legacytrust.simulate import moment
from legacytrust.stores.anchor import KeyAnchor, TrustAnchor
from legacytrust.stores.snapshot import Completeness, TrustStore

__all__ = ["ReferenceOutcome", "judge_by_reference"]

#: RFC 5280, 4.2.1.12: a certificate for any purpose may be taken for this one.
_ANY_PURPOSE = "2.5.29.37.0"


@attrs.frozen
class ReferenceOutcome:
    """What a client that follows RFC 5280 to the letter makes of the chain.

    :param verdict: accepted, rejected, or unknown where the validator cannot tell.
    :param reason: one sentence, without a full stop: why, or which root the path ends in.
    :param store: the trust store whose roots it was given.
    :param validator: package and version, as ``pyhanko-certvalidator 0.33.0``.
    """

    verdict: Verdict
    reason: str
    store: TrustStore = attrs.field(repr=False)
    validator: str

    def to_dict(self) -> dict[str, object]:
        """The outcome as plain data."""
        return {
            "validator": self.validator,
            "store": self.store.id,
            "verdict": self.verdict.value,
            "reason": self.reason,
        }


def judge_by_reference(
    chain: ServedChain, *, store: TrustStore, at: datetime, hostname: str | None = None
) -> ReferenceOutcome:
    """Validate a served chain by RFC 5280 with ``pyhanko-certvalidator``.

    :param chain: what the server sends.
    :param store: the roots to trust.
    :param at: the moment; it needs a time zone.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :raises MissingExtraError: when the package is not installed.
    :raises NaiveTimeError: when ``at`` has no time zone.
    :raises LegacyTrustError: when ``hostname`` is none.
    """
    at = moment(at)
    hostname = normalise(hostname) if hostname is not None else None
    try:
        from legacytrust.reference.validator import VALIDATOR, validate
    except ImportError as error:
        raise MissingExtraError(
            extra="certvalidator",
            package="pyhanko-certvalidator",
            purpose="the RFC 5280 reference",
        ) from error
    if chain.leaf in store:
        reason = f"“{chain.leaf.label}” is itself in the store; RFC 5280 defines no path for that"
        return ReferenceOutcome(Verdict.UNKNOWN, reason, store, VALIDATOR)
    anchors = _possible_anchors(chain, store)
    answer = validate(chain, anchors, at)
    objection = _objection(chain.leaf, hostname)
    if answer.anchor is not None and objection is None:
        reason = _ends_in(answer.anchor, at)
        return ReferenceOutcome(Verdict.ACCEPTED, reason, store, VALIDATOR)
    certain = _out_of_dates(chain.leaf, at) or objection
    if certain is None and (doubt := answer.doubt or _doubt(chain, anchors, store)):
        return ReferenceOutcome(Verdict.UNKNOWN, doubt, store, VALIDATOR)
    return ReferenceOutcome(Verdict.REJECTED, certain or answer.refusal, store, VALIDATOR)


def _ends_in(anchor: TrustAnchor, at: datetime) -> str:
    reason = f"ends in “{anchor.label}”"
    if at <= anchor.certificate.not_after:
        return reason
    return f"{reason}; that it expired on {day(anchor.certificate.not_after)} does not count"


def _out_of_dates(leaf: Certificate, at: datetime) -> str | None:
    if at > leaf.not_after:
        finding = Finding.of(Code.EXPIRED, Effect.FATAL, leaf, not_after=leaf.not_after)
    elif at < leaf.not_before:
        finding = Finding.of(Code.NOT_YET_VALID, Effect.FATAL, leaf, not_before=leaf.not_before)
    else:
        return None
    return sentence(finding)


def _objection(leaf: Certificate, hostname: str | None) -> str | None:
    """What is wrong with the leaf whatever path leads to it."""
    usages = leaf.extended_key_usage
    if usages is not None and not {Oid.SERVER_AUTH, _ANY_PURPOSE} & set(usages):
        return sentence(Finding.of(Code.PURPOSE_REFUSED, Effect.FATAL, leaf, usages=usages))
    if hostname is None or matches(leaf, hostname, HostnameRules()):
        return None
    kinds = (GeneralNameKind.DNS, GeneralNameKind.IP)
    names = tuple(name.text for name in leaf.subject_alt_names or () if name.kind in kinds)
    code = Code.HOSTNAME_MISMATCH
    return sentence(Finding.of(code, Effect.FATAL, leaf, hostname=hostname, names=names))


def _possible_anchors(chain: ServedChain, store: TrustStore) -> tuple[TrustAnchor, ...]:
    """The roots that a served certificate names as its issuer: no other can end a path."""
    names = dict.fromkeys(certificate.issuer.canonical for certificate in chain)
    return tuple(anchor for name in names for anchor in store.named(name))


def _doubt(chain: ServedChain, anchors: Iterable[TrustAnchor], store: TrustStore) -> str | None:
    """Why the lack of a path to a root whose bytes are at hand proves nothing."""
    names = _names_above_leaf(chain)
    for anchor in anchors:
        if not isinstance(anchor.certificate, Certificate) and anchor.subject.canonical in names:
            bare = isinstance(anchor.certificate, KeyAnchor)
            code = Code.ANCHOR_IS_BARE if bare else Code.ANCHOR_BYTES_MISSING
            return sentence(Finding.of(code, Effect.UNKNOWN, anchor.certificate))
    if store.completeness is Completeness.PARTIAL:
        return f"the list of {store.id} is incomplete, so the root may be on the device"
    return None


def _names_above_leaf(chain: ServedChain) -> set[bytes]:
    """The names, in canonical form, of all issuers that can stand above the leaf."""
    found: set[bytes] = set()
    waiting: Iterable[Certificate] = (chain.leaf,)
    while new := {certificate.issuer.canonical for certificate in waiting} - found:
        found |= new
        waiting = [c for c in chain.rest if c.subject.canonical in new]
    return found
