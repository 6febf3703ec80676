"""The profile that RFC 5280 asks of CAs, held against what they really issue.

Most clients take certificates that a conforming CA would not have issued.  OpenSSL refuses them
when the application sets ``X509_V_FLAG_X509_STRICT``, as CPython does from 3.13 on: each of its
demands is here with its section.  A path of one certificate is not held to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from legacytrust.certificate import Certificate
from legacytrust.extensions import KeyUsage, Oid
from legacytrust.paths.checks.context import CheckContext
from legacytrust.paths.findings import Code, Finding

__all__ = ["check_profile"]

_EMPTY_NAME: Final = b"\x30\x00"

#: Whether a certificate breaks a demand; the flag says that another one stands above it.
_Breaks: TypeAlias = Callable[[Certificate, bool], bool]


def check_profile(context: CheckContext) -> Iterator[Finding]:
    """Each certificate of the path against each demand."""
    rules = context.rules.strict_profile
    last = len(context.path.steps) - 1
    if not last or not (rules.fatal or rules.unknown):
        return
    for position, certificate, role in context.known:
        for demand, breaks in _DEMANDS:
            if breaks(certificate, position < last):
                effect = rules.effect(role)
                yield Finding.of(Code.PROFILE_BROKEN, effect, certificate, demand=demand)


def _signs(certificate: Certificate) -> bool:
    usage = certificate.key_usage
    return usage is not None and KeyUsage.KEY_CERT_SIGN in usage


def _path_length(certificate: Certificate, _: bool) -> bool:  # noqa: FBT001 - one shape for all
    constraints = certificate.basic_constraints
    if constraints is None or constraints.path_length is None:
        return False
    return not certificate.is_ca or (certificate.key_usage is not None and not _signs(certificate))


def _is_critical(certificate: Certificate, oid: str) -> bool:
    return oid in certificate.critical_extensions


def _subject(certificate: Certificate, _: bool) -> bool:  # noqa: FBT001
    if certificate.subject.der != _EMPTY_NAME:
        return False
    usage = certificate.key_usage
    for_lists = usage is not None and KeyUsage.CRL_SIGN in usage
    lacks_name = certificate.is_ca or for_lists or certificate.subject_alt_names is None
    return lacks_name or not _is_critical(certificate, Oid.SUBJECT_ALT_NAME)


def _authority_key(certificate: Certificate, below: bool) -> bool:  # noqa: FBT001
    named = certificate.authority_key_id
    return certificate.version >= 3 and below and (named is None or named.key_id is None)


_DEMANDS: Final[tuple[tuple[str, _Breaks], ...]] = (
    ("4.2.1.9: pathLen only in a CA that may sign certificates", _path_length),
    (
        "4.2.1.9: basicConstraints of a CA are critical",
        lambda c, _: c.is_ca and not _is_critical(c, Oid.BASIC_CONSTRAINTS),
    ),
    ("4.2.1.3: a CA has a keyUsage", lambda c, _: c.is_ca and c.key_usage is None),
    ("4.2.1.3: only a CA signs certificates", lambda c, _: not c.is_ca and _signs(c)),
    ("4.1.2.4: the issuer has a name", lambda c, _: c.issuer.der == _EMPTY_NAME),
    ("4.1.2.6: the subject has a name, or a critical alternative name", _subject),
    ("4.2.1.6: alternative names are not empty", lambda c, _: c.subject_alt_names == ()),
    (
        "4.2.1.1: the authority key identifier is not critical",
        lambda c, _: _is_critical(c, Oid.AUTHORITY_KEY_IDENTIFIER),
    ),
    (
        "4.2.1.2: the subject key identifier is not critical",
        lambda c, _: _is_critical(c, Oid.SUBJECT_KEY_IDENTIFIER),
    ),
    ("4.2.1.1: a certificate names its issuer's key", _authority_key),
    (
        "4.2.1.2: a CA names its key",
        lambda c, _: c.version >= 3 and c.is_ca and c.subject_key_id is None,
    ),
    ("4.1.2.1: extensions need version 3", lambda c, _: c.version < 3 and bool(c.extensions)),
)
