"""Drawn PKIs keep their promises: shape, readability, variety and plain shrinking."""

import re
from datetime import UTC, datetime

import pytest
from asn1crypto import x509 as asn1_x509
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import find as hypothesis_find
from hypothesis import strategies as st

from forge import AT, Pki, pkis, topologies
from forge.faults import FAULTS, SIGNATURES, Fault

# Many examples, to see that rare ones come up and that failures shrink.
pytestmark = pytest.mark.slow

# The first examples pay for the keys, which is no fault of the strategy.
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLAIN = "Pki(served=[leaf, I1], store=[N], at=2025-01-01)"


def find(strategy: st.SearchStrategy[Pki], word: str) -> Pki:
    """Some PKI with this feature; not the simplest, which would take longer."""
    return hypothesis_find(
        strategy,
        lambda pki: word in pki.features,
        settings=settings(
            max_examples=3000, database=None, derandomize=True, phases=[Phase.generate]
        ),
    )


@relaxed
@given(st.one_of(topologies(), pkis()))
def test_every_certificate_reads_and_the_leaf_comes_first(pki: Pki) -> None:
    assert asn1_x509.Certificate.load(pki.served[0]).subject.native == {
        "common_name": "www.example.test"
    }
    for der in (*pki.served, *pki.store):
        certificate = asn1_x509.Certificate.load(der)
        assert certificate.dump() == der
        assert certificate.not_valid_before < certificate.not_valid_after


@relaxed
@given(pkis())
def test_labels_are_short_and_the_moment_is_aware(pki: Pki) -> None:
    assert repr(pki).startswith("Pki(served=[leaf")
    assert len(repr(pki)) < 600
    assert pki.at.tzinfo is not None
    assert hash(pki) == hash(pki)


@relaxed
@given(topologies())
def test_one_label_means_one_certificate(pki: Pki) -> None:
    entities = (*pki.served_entities, *pki.store_entities)
    by_label = {repr(entity): entity.der for entity in entities}
    assert all(by_label[repr(entity)] == entity.der for entity in entities)


@relaxed
@given(topologies())
def test_topologies_hold_no_faults(pki: Pki) -> None:
    assert not {fault.label for fault in FAULTS} & set(pki.features)


@pytest.mark.parametrize("strategy", [topologies(), pkis()])
def test_the_simplest_example_is_the_plainest(strategy: st.SearchStrategy[Pki]) -> None:
    simplest = hypothesis_find(
        strategy, lambda _: True, settings=settings(database=None, derandomize=True)
    )
    assert repr(simplest) == PLAIN


@pytest.mark.parametrize(
    "word",
    [
        *("cross", "cross by P", "cross by J", "back-cross", "reissue", "same name"),
        *("expired", "long expired", "future", "newer", "older", "ends now", "starts now"),
        *("served: missing", "served: extra", "served: order", "served: duplicate"),
        *("self-signed leaf", "no key identifiers"),
    ],
)
def test_every_kind_of_trouble_is_drawn(word: str) -> None:
    assert word in find(topologies(), word).features


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_every_fault_can_be_drawn(fault: Fault) -> None:
    assert fault.label in find(pkis(faults=[fault]), fault.label).features


def test_a_failing_example_shrinks_to_what_matters() -> None:
    pki = hypothesis_find(
        topologies(),
        lambda pki: bool(re.search(r"N<O\(expired\).*store=.*O\(expired\), N", repr(pki))),
        settings=settings(max_examples=20000, database=None, derandomize=True),
    )
    assert len(pki.served) <= 3
    assert len(pki.store) == 2


@relaxed
@given(pkis(key_kinds=("rsa2048", "rsa1024"), faults=SIGNATURES))
def test_key_kinds_can_be_restricted(pki: Pki) -> None:
    assert all(entity.spec.key.is_rsa for entity in (*pki.served_entities, *pki.store_entities))


@relaxed
@given(topologies(at=datetime(2030, 6, 1, tzinfo=UTC), max_intermediates=1))
def test_the_moment_and_the_depth_can_be_chosen(pki: Pki) -> None:
    assert pki.at > AT
    assert "I2" not in repr(pki)
