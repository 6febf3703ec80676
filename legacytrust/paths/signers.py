"""A table of signers, as wolfSSL keeps one: what has been verified may verify the next.

The table is filled from the store and grows with every served CA that passes.  A signer is found
by key identifier or by name; when several have the name, it matters in which row of the table
they happen to stand, which follows from their keys.  That is why of two CAs of one name, either
may be taken, and no order of the store helps.
"""

from __future__ import annotations

import hashlib
from typing import Final

import attrs

from legacytrust._der import DerError, children, element
from legacytrust.algorithms import KeyKind, PublicKey
from legacytrust.certificate import Certificate
from legacytrust.extensions import KeyUsage
from legacytrust.names import NameForm
from legacytrust.paths.path import Role, Step
from legacytrust.paths.rules import PathLengthCount, SignerRules, SubjectKeyId
from legacytrust.stores.anchor import AnchorCertificate, RootFacts, TrustAnchor

__all__ = ["Signer", "SignerTable"]

_ROWS: Final = 11
_KEY_ID_SIZE: Final = 20
#: No chain is this long.
_BOUNDLESS: Final = 127


@attrs.frozen
class Signer:
    """A certificate that may verify others.

    :param certificate: the certificate.
    :param anchor: the store certificate on which all rests.
    :param below_anchor: the signers between it and the anchor, itself included; none for an anchor.
    :param key_id: under which key identifier it stands in the table.
    :param room: how many CAs may still stand below it.
    """

    certificate: AnchorCertificate
    anchor: TrustAnchor
    below_anchor: tuple[Step, ...]
    key_id: bytes
    room: int


class SignerTable:
    """The signers that a client knows at some moment.

    :param rules: how the client keeps and finds them.
    """

    def __init__(self, rules: SignerRules) -> None:
        self._rules = rules
        self._by_key_id: dict[bytes, Signer] = {}
        self._by_subject: dict[bytes, list[Signer]] = {}

    # -- finding -----------------------------------------------------------------------------

    def find(self, child: AnchorCertificate) -> Signer | None:
        """The signer that the client takes for the issuer of this certificate."""
        rules, named = self._rules, _named_key(child)
        found = self._by_key_id.get(named) if named is not None and rules.by_key_id else None
        own = child.subject_key_id
        if found is None and rules.own_key_id and rules.by_key_id and own is not None:
            found = self._by_key_id.get(_sized(own))
        if found is not None and rules.same_name and not _is_issuer(found, child):
            found = None
        if found is not None:
            return found
        states = isinstance(child, Certificate) and child.authority_key_id is not None
        if (named is not None and rules.key_id_binds) or (states and rules.empty_binds):
            return None
        return self._by_name(child)

    def _by_name(self, child: AnchorCertificate) -> Signer | None:
        """The newest one in the first row that has any."""
        held = self._by_subject.get(child.issuer.key(NameForm.ENCODED), [])
        return min(reversed(held), key=_row, default=None)

    # -- adding ------------------------------------------------------------------------------

    def load(self, anchor: TrustAnchor) -> None:
        """Add a store certificate; its place in the path is that of an anchor."""
        room = self.room_of(anchor.certificate, self.find(anchor.certificate))
        self._add(Signer(anchor.certificate, anchor, (), self._key_id(anchor.certificate), room))

    def add(self, certificate: Certificate, signer: Signer) -> None:
        """Add a served CA that this signer has verified."""
        steps = (Step(certificate, Role.SERVED_CA), *signer.below_anchor)
        room = self.room_of(certificate, signer)
        self._add(Signer(certificate, signer.anchor, steps, self._key_id(certificate), room))

    def _add(self, signer: Signer) -> None:
        if signer.key_id in self._by_key_id:
            return
        self._by_key_id[signer.key_id] = signer
        subject = signer.certificate.subject.key(NameForm.ENCODED)
        self._by_subject.setdefault(subject, []).append(signer)

    def has(self, certificate: Certificate) -> bool:
        """Whether a signer has its key identifier, so that the certificate will not be added.

        A certificate that names no key of its issuer is looked for by name among key identifiers,
        and never found.
        """
        if not self._rules.by_key_id or _named_key(certificate) is None:
            return False
        return self._key_id(certificate) in self._by_key_id

    # -- path lengths ------------------------------------------------------------------------

    def room_of(self, certificate: AnchorCertificate, signer: Signer | None) -> int:
        """How many CAs may stand below this certificate; negative when it may not be there."""
        if not isinstance(certificate, Certificate):
            return _BOUNDLESS
        constraints = certificate.basic_constraints
        stated = constraints.path_length if constraints is not None else None
        match self._rules.path_length:
            case PathLengthCount.NONE:
                return _BOUNDLESS
            case PathLengthCount.ISSUER:
                return _below_issuer(certificate, stated, signer)
            case PathLengthCount.BELOW_SELF_ISSUED:
                if certificate.is_self_issued(NameForm.ENCODED) or signer is None:
                    return _BOUNDLESS
                return _carried(certificate, stated, signer) if certificate.is_ca else _BOUNDLESS
            case PathLengthCount.CERTIFYING:
                counts = _certifies(certificate, absent=False)
                starts = certificate.is_self_issued(NameForm.ENCODED)
                return _stated(stated) if starts or not counts else _carried(
                    certificate, stated, signer
                )  # fmt: skip
            case PathLengthCount.RFC5280:
                counts = _certifies(certificate, absent=True)
                return _carried(certificate, stated, signer) if counts else _stated(stated)

    # -- key identifiers ---------------------------------------------------------------------

    def _key_id(self, certificate: AnchorCertificate) -> bytes:
        if not self._rules.by_key_id:
            return hashlib.sha1(certificate.subject.der, usedforsecurity=False).digest()
        stated = certificate.subject_key_id
        if stated is not None:
            return _sized(stated)
        if isinstance(certificate, RootFacts):
            return bytes.fromhex(certificate.spki_sha256)[:_KEY_ID_SIZE]
        return derived_key_id(certificate.public_key, self._rules.derived)


def derived_key_id(key: PublicKey, derived: SubjectKeyId) -> bytes:
    """The key identifier that a client makes for a certificate which does not state one."""
    whole = derived is SubjectKeyId.EC_WHOLE and key.kind is KeyKind.EC
    content = key.spki
    if not whole:
        try:
            content = children(element(key.spki).content)[1].content[1:]
        except (DerError, IndexError):
            content = key.spki
    return hashlib.sha1(content, usedforsecurity=False).digest()


def _stated(length: int | None) -> int:
    return _BOUNDLESS if length is None else length


def _below_issuer(certificate: Certificate, stated: int | None, signer: Signer | None) -> int:
    """Without regard to anything above the issuer."""
    if signer is not None and certificate.is_ca and (stated or 0) >= signer.room:
        return -1
    return _stated(stated)


def _carried(certificate: Certificate, stated: int | None, signer: Signer | None) -> int:
    """One less than the issuer's, unless self-issued, and no more than its own."""
    if signer is None:
        return _stated(stated)
    if not certificate.is_self_issued(NameForm.ENCODED):
        return min(_stated(stated), signer.room - 1)
    again = certificate.spki_sha256 == signer.certificate.spki_sha256
    return min(_stated(stated), signer.room) if signer.room or again else -1


def _certifies(certificate: Certificate, *, absent: bool) -> bool:
    """Whether it is a CA with keyCertSign; ``absent``: or without a keyUsage."""
    usage = certificate.key_usage
    return certificate.is_ca and (absent if usage is None else KeyUsage.KEY_CERT_SIGN in usage)


def _row(signer: Signer) -> int:
    return int.from_bytes(signer.key_id[:4], "big") % _ROWS


def _named_key(child: AnchorCertificate) -> bytes | None:
    named = child.authority_key_id if isinstance(child, Certificate) else None
    return _sized(named.key_id) if named is not None and named.key_id else None


def _sized(key_id: bytes) -> bytes:
    """A key identifier of another size is hashed to the usual one."""
    if len(key_id) == _KEY_ID_SIZE:
        return key_id
    return hashlib.sha1(key_id, usedforsecurity=False).digest()


def _is_issuer(signer: Signer, child: AnchorCertificate) -> bool:
    return signer.certificate.subject.key(NameForm.ENCODED) == child.issuer.key(NameForm.ENCODED)
