"""What a person should know about a server's stores and about the chain it sends.

A notice is typed: a code, the certificate or store it is about, and data.  Text is made here, in
one place.
"""

from __future__ import annotations

import enum
from typing import Self

import attrs

from legacytrust.clients.evidence import Evidence

__all__ = ["Notice", "NoticeCode"]


class NoticeCode(enum.StrEnum):
    """Why there is a notice; the sentence is filled in with its subject."""

    sentence: str
    evidence: Evidence

    def __new__(cls, value: str, sentence: str, evidence: Evidence) -> Self:
        """A code with its sentence and with how well that is known."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        member.evidence = evidence
        return member

    STALE_CREDENTIAL = (
        "stale-credential",
        (
            "The stores have changed since the credential was acquired: {subject} is still sent until"
            " the binding is saved again, IIS is restarted, or the machine is.  Some servers of 2019"
            " and later were seen to change by themselves."
        ),
        Evidence.REPORTED,
    )
    USER_STORES = (
        "user-stores",
        (
            "The stores of the current user hold {subject}.  They have no effect: the service runs as"
            " the machine (certlm.msc, not certmgr.msc)."
        ),
        Evidence.DOCUMENTED,
    )
    EQUAL_CANDIDATES = (
        "equal-candidates",
        "{subject}: no known rule says which of these equal paths Windows takes.",
        Evidence.UNKNOWN,
    )
    UNPROVEN_RANK = (
        "unproven-rank",
        "{subject} decides here; that rule was observed and is not documented.",
        Evidence.INFERRED,
    )
    BYTES_MISSING = (
        "bytes-missing",
        (
            "{subject} is in the listing, and its bytes are not at hand: pass its file, or the"
            " selection leaves it out."
        ),
        Evidence.DOCUMENTED,
    )
    NO_ISSUER = (
        "no-issuer",
        (
            "No store holds an issuer of {subject}.  A Windows server may fetch one from the address"
            " in the certificate and send it; what is found there is not known here.  Do not rely on"
            " it: put the issuer into Intermediate Certification Authorities."
        ),
        Evidence.DOCUMENTED,
    )
    ONLY_BAD_PATH = (
        "only-bad-path",
        "There is no better path than one that is {subject}; it is sent all the same.",
        Evidence.REPORTED,
    )
    FETCHED_ROOT = (
        "fetched-root",
        (
            "{subject} is in no store of the machine: automatic root update fetches it from"
            " Microsoft's programme and installs it."
        ),
        Evidence.DOCUMENTED,
    )
    UNTRUSTED_ROOT = (
        "untrusted-root",
        "{subject} ends the path, and no store of roots holds it.",
        Evidence.DOCUMENTED,
    )
    LIMITED_ROOT = (
        "limited-root",
        (
            "Microsoft's programme limits {subject}; the leaf is outside of that.  Windows 10 and later"
            " refuse it as clients; what a server makes of it is not known here."
        ),
        Evidence.UNKNOWN,
    )
    CROSS_AS_ROOT = (
        "cross-as-root",
        (
            "{subject} is not self-signed and lies in a store of roots, where it is trusted as one;"
            " it belongs into Intermediate Certification Authorities."
        ),
        Evidence.INFERRED,
    )
    CROSS_DISALLOWED = (
        "cross-disallowed",
        "{subject}, a cross-certificate, is in Untrusted Certificates: no path can use it.",
        Evidence.REPORTED,
    )
    DELETION_DOES_NOT_LAST = (
        "deletion-does-not-last",
        (
            "{subject} is in Microsoft's programme and not in Untrusted Certificates: Windows brings it"
            " back, and the short chain with it."
        ),
        Evidence.DOCUMENTED,
    )
    PFX_BRINGS_BACK = (
        "pfx-brings-back",
        "The PFX file carries {subject}, which importing it puts back into the stores.",
        Evidence.BELIEVED,
    )
    NOT_PERSONAL = (
        "not-personal",
        "{subject} is not in the Personal store: IIS can bind only what is there, or in Web Hosting.",
        Evidence.DOCUMENTED,
    )


@attrs.frozen
class Notice:
    """One notice.

    :param code: what it says.
    :param subject: the certificate, store or rule it is about, in words.
    :param sha256: fingerprint of that certificate, lower-case hex; empty if it is about none.
    """

    code: NoticeCode
    subject: str
    sha256: str = ""

    @property
    def text(self) -> str:
        """The sentence."""
        return self.code.sentence.format(subject=self.subject)

    @property
    def evidence(self) -> Evidence:
        """How well it is known."""
        return self.code.evidence

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "code": self.code.value,
            "subject": self.subject,
            "sha256": self.sha256,
            "text": self.text,
            "evidence": self.evidence.label,
        }
