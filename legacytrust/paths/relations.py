"""What a client holds of single certificates, and of two beside each other.

Who may have issued whom, by which names and tests; what is within its dates; and which of several
issuers a greedy client takes.  Each question is counted against a budget, and every signature is
remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from legacytrust.certificate import Certificate
from legacytrust.paths.checks.context import is_early, is_over
from legacytrust.paths.findings import Code, Effect
from legacytrust.paths.issuer_tests import decrypts, fits, has_named_key
from legacytrust.paths.path import Role
from legacytrust.paths.rules import CheckRules, IssuerTest, Preference, SearchRules
from legacytrust.signatures import SignatureMemo, SignatureStatus
from legacytrust.stores.anchor import AnchorCertificate, RootFacts

__all__ = ["BudgetExhaustedError", "Relations"]


class BudgetExhaustedError(Exception):
    """The search has asked more questions than it may.  Never leaves the engine."""


class Relations:
    """Certificates as one client sees them at one moment.

    :param at: the moment, UTC.
    :param rules: how the client looks for a path.
    :param checks: what it objects to.
    :param signatures: where checked signatures are remembered.
    :param budget: how many questions may be asked.
    """

    def __init__(
        self,
        at: datetime,
        rules: SearchRules,
        checks: CheckRules,
        signatures: SignatureMemo,
        budget: int,
    ) -> None:
        self.rules: Final = rules
        self._at = at
        self._checks = checks
        self._signatures = signatures
        self._left = budget

    def spend(self, cost: int = 1) -> None:
        """Count a question.

        :raises BudgetExhaustedError: when there were too many.
        """
        self._left -= cost
        if self._left < 0:
            raise BudgetExhaustedError

    @property
    def at(self) -> datetime:
        """The moment of the connection, UTC."""
        return self._at

    def may_issue(
        self, issuer: AnchorCertificate, child: AnchorCertificate, *, from_store: bool
    ) -> bool:
        """Whether the client takes ``issuer`` for a possible issuer of ``child``.

        :param from_store: by the rules for store certificates, or else for served ones.
        """
        self.spend()
        rules = self.rules
        form = rules.store_names if from_store else rules.served_names
        if issuer.subject.key(form) != child.issuer.key(form) and not (
            rules.finds_by_key_id and has_named_key(issuer, child)
        ):
            return False
        tests = rules.store_tests if from_store else rules.served_tests
        if not tests or not isinstance(child, Certificate):
            return True
        return self._passes(issuer, child, tests)

    def _passes(self, issuer: AnchorCertificate, child: Certificate, tests: IssuerTest) -> bool:
        return (
            fits(issuer, child, tests)
            and (IssuerTest.DATES not in tests or self.is_valid(issuer))
            and (IssuerTest.SIGNATURE not in tests or self.signed(child, issuer))
            and (
                IssuerTest.SIGNATURE_BUT_RSA not in tests
                or decrypts(issuer, child)
                or self.signed(child, issuer)
            )
        )

    def signed(self, child: AnchorCertificate, issuer: AnchorCertificate) -> bool:
        """Whether the key of ``issuer`` made the signature; in doubt it did."""
        self.spend()
        if not isinstance(child, Certificate) or isinstance(issuer, RootFacts):
            return True
        status = self._signatures.status(child, issuer.public_key)
        return status is not SignatureStatus.INVALID

    def is_self_signed(self, certificate: AnchorCertificate) -> bool:
        """Whether the client takes the certificate for its own issuer."""
        return self.may_issue(certificate, certificate, from_store=False)

    def names_key_of(self, child: Certificate, issuer: AnchorCertificate) -> bool:
        """Whether the child's authority key identifier fits: key id and serial, not the name.

        What the issuer cannot have, because it is no version 3 certificate, is not asked for.
        """
        self.spend()
        named = child.authority_key_id
        if named is None or (isinstance(issuer, Certificate) and issuer.version < 3):
            return True
        if named.key_id and issuer.subject_key_id and named.key_id != issuer.subject_key_id:
            return False
        return None in (named.serial, issuer.serial) or named.serial == issuer.serial

    def is_valid(self, certificate: AnchorCertificate) -> bool:
        """Whether the moment lies within its dates."""
        return self.has_begun(certificate) and not is_over(certificate, self._at, self._checks)

    def has_begun(self, certificate: AnchorCertificate) -> bool:
        """Whether its validity has begun."""
        return not is_early(certificate, self._at, self._checks)

    def unusable(self, certificate: Certificate) -> Code | None:
        """Why a client that looks ahead passes over this served issuer, if it does."""
        rules, algorithm = self._checks, certificate.signature_algorithm
        key, role = certificate.public_key, Role.SERVED_CA
        if not self.is_valid(certificate):
            over = is_over(certificate, self._at, self._checks)
            return Code.EXPIRED if over else Code.NOT_YET_VALID
        if rules.digests.effect(algorithm.digest, role) is Effect.FATAL:
            return Code.DIGEST_REFUSED
        if rules.key_kinds.effect(key.kind, role) is Effect.FATAL:
            return Code.KEY_KIND_REFUSED
        too_small = 0 < key.bits < dict(rules.key_sizes.minimum).get(key.kind, 0)
        return Code.KEY_TOO_SMALL if too_small else None

    def _preferred(
        self, issuers: Sequence[AnchorCertificate], preference: Preference
    ) -> AnchorCertificate | None:
        if not issuers:
            return None
        if preference is Preference.FIRST:
            return issuers[0]
        if preference is Preference.LAST_VALID_ELSE_FIRST:
            return next((c for c in reversed(issuers) if self._is_lively(c)), issuers[0])
        valid = next((c for c in issuers if self._is_preferred(c)), None)
        if valid is not None:
            return valid
        if preference is Preference.VALID_ELSE_FIRST:
            return issuers[0]
        if preference is Preference.VALID_ELSE_LAST:
            return issuers[-1]
        return max(issuers, key=lambda c: c.not_after)

    def _is_preferred(self, certificate: AnchorCertificate) -> bool:
        over = self.rules.prefers_before_end and self._at >= certificate.not_after
        return self.is_valid(certificate) and not over

    def _is_lively(self, certificate: AnchorCertificate) -> bool:
        """Valid, and not in its very last second: the measure of a preference, not of a check."""
        return self.is_valid(certificate) and self._at < certificate.not_after
