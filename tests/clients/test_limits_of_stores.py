"""Which clients honour which limits that a store puts on its roots; the rest cannot express them."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

import legacytrust as lt
from forge import AT, HOSTNAME, embedded_timestamps
from legacytrust.extensions import Oid
from support import CA, NEW, as_chain, as_store

DAY = timedelta(days=1)
#: Good in every other respect, and logged on the day on which it begins.
BEGINS = AT - 30 * DAY
LEAF = CA.leaf(
    HOSTNAME,
    not_before=BEGINS,
    not_after=AT + 60 * DAY,
    extra_extensions=(embedded_timestamps(BEGINS, BEGINS, BEGINS),),
)
C = lt.Constraints
LIMITS = {
    "purposes": C(purposes=frozenset({Oid.CLIENT_AUTH})),
    "refused_purposes": C(refused_purposes=frozenset({Oid.SERVER_AUTH})),
    "disabled_after": C(disabled_after=AT),
    "issued_by": C(issued_by=BEGINS - DAY),
    "sct_by": C(sct_by=BEGINS - DAY),
    "dns_names": C(dns_names=("example.org",)),
    "disabled": C(disabled=True),
}
ORDINARY = "purposes disabled"

#: Client, the limits that it honours, and those of which nobody knows; it ignores the others.
HONOURED = [
    ("cryptoapi", "xp-sp3", "purposes", "refused_purposes"),
    ("cryptoapi", "7", "purposes", "refused_purposes"),
    ("cryptoapi", "8.1", "purposes", "refused_purposes"),
    ("cryptoapi", "10", "purposes refused_purposes disabled_after issued_by disabled", ""),
    ("cryptoapi", "11", "purposes refused_purposes disabled_after issued_by disabled", ""),
    ("chrome", "120", "", ""),
    ("chrome", "127", "", "sct_by dns_names"),
    ("chrome", "128", "sct_by dns_names", ""),
    ("chrome", "156", "sct_by dns_names", ""),
    ("mozilla-pkix", "31", ORDINARY, ""),
    ("mozilla-pkix", "77", ORDINARY, ""),
    ("mozilla-pkix", "78", f"{ORDINARY} issued_by", ""),
    ("mozilla-pkix", "150", f"{ORDINARY} issued_by", ""),
    ("nss-classic", "3.87", ORDINARY, ""),
    ("nss-libpkix", "3.87", ORDINARY, ""),
    *(
        (name, version, "", "")
        for name, version in (
            ("openssl", "1.0.2k"), ("openssl", "3.0.8"), ("gnutls", "3.7.9"), ("java", "17.0.9"),
            ("go", "1.22.0"), ("bearssl", "0.6"), ("mbedtls", "2.28.0"), ("android", "9"),
            ("wolfssl", "5.5.4"), ("libressl", "3.9.2"), ("esp-crt-bundle", "5.1.7"),
        )
    ),
]  # fmt: skip


def effect(model: lt.ClientModel, limits: lt.Constraints) -> str:
    """What a limit that is not kept does to a chain under the root."""
    whole = as_store((NEW,))
    store = attrs.evolve(whole, constraints=((whole.fingerprints[0], (limits,)),))
    chain = as_chain((LEAF, CA))
    outcome = lt.simulate(chain, client=model, store=store, at=AT, pool=lt.CertificatePool())
    codes = (lt.Code.ANCHOR_CONSTRAINED, lt.Code.TIMESTAMPS_AWAITED)
    [found] = [f for attempt in outcome.attempts for f in attempt.findings if f.code in codes]
    return found.effect.value


@pytest.mark.parametrize(
    ("name", "version", "honoured", "unknown"),
    HONOURED,
    ids=[f"{name} {version}" for name, version, *_ in HONOURED],
)
def test_who_honours_which_limits(name: str, version: str, honoured: str, unknown: str) -> None:
    model = lt.client(name, version)
    found = {kind: effect(model, limits) for kind, limits in LIMITS.items()}
    words = {"fatal": honoured.split(), "unknown": unknown.split()}
    expected = {
        kind: next((what for what, kinds in words.items() if kind in kinds), "harmless")
        for kind in LIMITS
    }
    assert found == expected
