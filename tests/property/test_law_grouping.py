"""Many device classes cost little more than one, and say the same as one at a time."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import AT, HOSTNAME, Oid, Pki, pkis, root, topologies
from legacytrust.stores.snapshot import Completeness
from support import as_chain, as_store, every_model

C = lt.Constraints
LIMITS = [
    (C(disabled_after=AT),),
    (C(issued_by=AT),),
    (C(purposes=frozenset({Oid.CLIENT_AUTH})),),
    (C(from_version=(131,), sct_by=AT), C(before_version=(131,))),
]
STRANGERS = [root(name) for name in ("S1", "S2", "S3")]


@st.composite
def fleets(draw: st.DrawFn) -> tuple[Pki, list[lt.Device]]:
    """A PKI, and devices whose stores are parts of one library in any order."""
    pki = draw(topologies() | pkis())
    library = as_store([*pki.store_entities, *pki.served_entities[1:], *STRANGERS])
    held = st.lists(st.sampled_from(library.fingerprints), unique=True, max_size=6)
    kinds = st.sampled_from(
        [Completeness.EXACT, Completeness.EXACT, Completeness.INFERRED, Completeness.PARTIAL]
    )
    models = st.sampled_from(every_model())
    more = st.lists(st.sampled_from(library.fingerprints), unique=True, max_size=3)
    limits = st.dictionaries(st.sampled_from(library.fingerprints), st.sampled_from(LIMITS))
    clocks = st.sampled_from(lt.Clock)
    parts = st.tuples(models, held, kinds, limits, more, more, more, clocks)
    devices = []
    for number, part in enumerate(draw(st.lists(parts, min_size=2, max_size=12))):
        model, some, kind, limited, absent, forbidden, fetched, clock = part
        store = attrs.evolve(
            library,
            id=f"toy/{number}",
            fingerprints=tuple(some),
            completeness=kind,
            constraints=tuple(sorted(limited.items())),
            absent=frozenset(absent) - set(some),
            disallowed=frozenset(forbidden),
            on_demand=frozenset(fetched),
        )
        devices.append(lt.Device(f"toy/{number}", store, model, clock=clock))
    return pki, devices


@given(fleets())
def test_a_report_equals_one_simulation_for_each_device(
    fleet: tuple[Pki, list[lt.Device]],
) -> None:
    """Law: evaluate(devices)[i] == simulate(devices[i])."""
    pki, devices = fleet
    chain = as_chain(pki.served_entities)
    report = lt.evaluate(chain, at=pki.at, hostname=HOSTNAME, devices=devices)
    for device, outcome in zip(devices, report, strict=True):
        alone = lt.simulate(
            chain, client=device.client, store=device.store, at=pki.at, hostname=HOSTNAME
        )
        assert outcome == attrs.evolve(alone, device=device, notes=outcome.notes)
        assert outcome.evidence is alone.evidence


@given(fleets())
def test_the_order_of_the_devices_decides_nothing(fleet: tuple[Pki, list[lt.Device]]) -> None:
    """Law: each device has the outcome that it has in any other company."""
    pki, devices = fleet
    chain = as_chain(pki.served_entities)
    forwards = lt.evaluate(chain, at=pki.at, devices=devices)
    backwards = lt.evaluate(chain, at=pki.at, devices=devices[::-1])
    assert forwards.outcomes == backwards.outcomes[::-1]
