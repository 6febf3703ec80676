"""Certificate policies, as far as they decide about a TLS connection.

No client modelled here asks for a policy of its own.  But a CA certificate may demand, by
requireExplicitPolicy, that some policy be valid along the whole path (RFC 5280, 6.1); where none
is, a validator that processes policies refuses.  Policy mappings could save such a path; they are
not followed here, so a path that has any is left open.
"""

from __future__ import annotations

from collections.abc import Iterator

from legacytrust.certificate import Certificate
from legacytrust.extensions import Oid
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role

__all__ = ["check_explicit_policy"]


def check_explicit_policy(context: CheckContext) -> Iterator[Finding]:
    """A demand for an explicit policy that the path does not meet."""
    known = [(c, role) for _, c, role in context.known]
    if all(certificate.require_explicit_policy is None for certificate, _ in known):
        return
    below = [(c, role) for c, role in known if role not in (Role.ANCHOR, Role.STORE_LEAF)]
    start = frozenset[str]() if context.rules.no_policy_holds else None
    demanding = _demanding([certificate for certificate, _ in below], start)
    if demanding is None:
        return
    role = next(role for certificate, role in below if certificate is demanding)
    effect = context.rules.explicit_policy.effect(role)
    mapped = any(c.extension(Oid.POLICY_MAPPINGS) is not None for c, _ in below)
    if mapped and effect is Effect.FATAL:
        effect = Effect.UNKNOWN
    yield Finding.of(Code.NO_VALID_POLICY, effect, demanding)


def _demanding(path: list[Certificate], valid: frozenset[str] | None) -> Certificate | None:
    """The certificate whose demand is not met, if one is.

    :param path: leaf first.
    :param valid: the policies that are valid to begin with; ``None`` for all.
    """
    left: int | None = None
    demanding: Certificate | None = None
    for index in range(len(path) - 1, -1, -1):
        certificate = path[index]
        valid = _narrowed(valid, certificate)
        if left == 0 and valid == frozenset():
            return demanding
        if left and not certificate.is_self_issued():
            left -= 1
        required = certificate.require_explicit_policy
        if required is not None and (left is None or required < left):
            left, demanding = required, certificate
    return demanding if left == 0 and valid == frozenset() else None


def _narrowed(valid: frozenset[str] | None, certificate: Certificate) -> frozenset[str]:
    """The policies that are still valid; ``None`` and anyPolicy stand for all."""
    own = frozenset(certificate.policies or ())
    if Oid.ANY_POLICY in own:
        return valid if valid is not None else own
    if valid is None or Oid.ANY_POLICY in valid:
        return own
    return valid & own
