"""Small chains on which a model was once wrong, with what the genuine library says.

Each was shrunk from a generated PKI.  The verdict was recorded from the library named; where the
library is at hand, it is asked again.
"""

from datetime import timedelta

import attrs
import pytest

import legacytrust as lt
from certificate.surgery import oid, operate, sequence
from differential.genuine.model import NotFetchedError
from differential.genuine.openssl import open_library
from forge import AT, key, root
from material import store_of

PAST = {"not_before": AT - timedelta(days=900), "not_after": AT - timedelta(days=9)}
N = root("N")
I1 = N.intermediate("I1")
I1_EXPIRED = I1.reissue(**PAST)
LEAF = I1.leaf("www.example.test")
ONLY_AGREEMENT = I1.leaf("www.example.test", key_usage=frozenset({"key_agreement"}))
ROOT_RSA = root("R", key("rsa2048"))
LEAF_RSA = ROOT_RSA.leaf("www.example.test", key("rsa2048", 1))
#: The signature stays good: only the name of the algorithm outside the signed part is another.
TWO_NAMES = attrs.make_class("Der", ["der"])(
    operate(LEAF_RSA.der, outer=sequence(oid("1.2.840.113549.1.1.11")))
)
ADDRESSES = N.intermediate("A", name_constraints=(("192.0.2.0/24",), (), True))
ADDRESS = ADDRESSES.leaf("www.example.test", san=("www.example.test", "192.0.2.1"))
MAILBOXES = N.intermediate("M", name_constraints=(("@example.test",), (), True))
MAILBOX = MAILBOXES.leaf("www.example.test", san=("www.example.test", "a@example.test"))
ENDS_NOW = I1.leaf("www.example.test", not_after=AT)

#: what it shows, library, model options, flags, served, store, accepted
CASES = {
    "a leaf in the store does not excuse an expired issuer above it": (
        "openssl-1.0.2k", {"partial_chain": True}, (LEAF, I1_EXPIRED), (LEAF,), False,
    ),
    "a leaf in the store is enough by itself with partial_chain": (
        "openssl-1.0.2k", {"partial_chain": True}, (LEAF,), (LEAF,), True,
    ),
    "keyAgreement alone is a server's key usage from 1.0.2 on": (
        "openssl-1.0.2k", {}, (ONLY_AGREEMENT, I1), (N,), True,
    ),
    "a certificate is over in the very second of its notAfter": (
        "openssl-1.0.2k", {}, (ENDS_NOW, I1), (N,), False,
    ),
    "an address under a constraint on addresses, which 1.0.2 cannot compare": (
        "openssl-1.0.2k", {}, (ADDRESS, ADDRESSES), (N,), False,
    ),
    "an address under a constraint on addresses, which 1.1.1 can compare": (
        "openssl-1.1.1w", {}, (ADDRESS, ADDRESSES), (N,), True,
    ),
    "a mailbox under a constraint that begins with an at sign": (
        "openssl-3.5.8", {}, (MAILBOX, MAILBOXES), (N,), True,
    ),
    "the algorithm is named alike inside and outside": (
        "openssl-1.0.2k", {}, (LEAF_RSA,), (ROOT_RSA,), True,
    ),
    "the algorithm is named differently inside and outside": (
        "openssl-1.0.2k", {}, (TWO_NAMES,), (ROOT_RSA,), False,
    ),
    "the same in 1.1.1": ("openssl-1.1.1w", {}, (TWO_NAMES,), (ROOT_RSA,), False),
    "the same in the newest": ("openssl-3.5.8", {}, (ENDS_NOW, I1), (N,), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_model_says_what_the_library_said(case):
    library, options, served, store, accepted = CASES[case]
    client = lt.client("openssl", library.removeprefix("openssl-"), **options)
    chain = lt.ServedChain.from_certificates(entity.der for entity in served)
    outcome = lt.simulate(chain, client=client, store=store_of(*(e.der for e in store)), at=AT)
    assert outcome.verdict == ("accepted" if accepted else "rejected"), outcome.explain()


@pytest.mark.parametrize("case", CASES)
def test_the_library_still_says_so(case):
    name, options, served, store, accepted = CASES[case]
    try:
        library = open_library(name)
    except NotFetchedError as reason:
        pytest.skip(str(reason))
    with library:
        verdict = library.verify(
            [e.der for e in served],
            [e.der for e in store],
            at=AT,
            flags=frozenset(options),
        )
    assert verdict.accepted is accepted, verdict.error_text


def test_keyagreement_alone_was_no_servers_key_usage_before_1_0_2():
    chain = lt.ServedChain.from_certificates((ONLY_AGREEMENT.der, I1.der))
    for version in ("0.9.8zh", "1.0.0t", "1.0.1u"):
        outcome = lt.simulate(
            chain, client=lt.client("openssl", version), store=store_of(N.der), at=AT
        )
        assert lt.Code.KEY_USAGE_REFUSED in {finding.code for finding in outcome.findings}


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("0.9.8zc", "accepted"),
        ("0.9.8zd", "rejected"),
        ("1.0.1j", "accepted"),
        ("1.0.1k", "rejected"),
    ],
)
def test_two_names_of_one_algorithm_by_version(version, verdict):
    """Read in the source, as no package carries these; Red Hat's 0.9.8e has the later change."""
    chain = lt.ServedChain.from_certificates((TWO_NAMES.der,))
    outcome = lt.simulate(
        chain, client=lt.client("openssl", version), store=store_of(ROOT_RSA.der), at=AT
    )
    assert outcome.verdict == verdict


def test_two_names_of_one_algorithm_are_an_open_question_for_android():
    chain = lt.ServedChain.from_certificates((TWO_NAMES.der,))
    outcome = lt.simulate(
        chain, client=lt.client("android", "4.4"), store=store_of(ROOT_RSA.der), at=AT
    )
    assert outcome.verdict is lt.Verdict.UNKNOWN
    assert outcome.reason is not None
    assert outcome.reason.code is lt.Code.ALGORITHMS_DIFFER
    assert outcome.evidence is lt.Evidence.UNKNOWN
