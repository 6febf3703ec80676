"""The verdict is constant between date boundaries.

A boundary is the beginning or the end of any certificate that was served or that the store holds,
or a day before the one and after the other.
Between two neighbouring ones every client makes the same attempts and meets the same findings.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

import legacytrust as lt
from forge import Pki, pkis, topologies
from support import Scene, some_models

_FAR = timedelta(days=400)
#: NSS takes a certificate a day before it begins, MatrixSSL a day after its end.
SLOP = timedelta(days=1)


def boundaries(pki: Pki) -> list[datetime]:
    specs = [entity.spec for entity in (*pki.served_entities, *pki.store_entities)]
    begins, ends = {s.not_before for s in specs}, {s.not_after for s in specs}
    graced = {date - SLOP for date in begins} | {date + SLOP for date in ends}
    dates = sorted(begins | ends | graced)
    return [dates[0] - _FAR, *dates, dates[-1] + _FAR]


@st.composite
def two_moments(draw: st.DrawFn) -> tuple[Scene, Scene]:
    """One scene at two moments with no boundary between them."""
    pki = draw(topologies() | pkis())
    dates = boundaries(pki)
    index = draw(st.integers(0, len(dates) - 2))
    inside = st.integers(1, int((dates[index + 1] - dates[index]).total_seconds()) - 1)
    moments = [dates[index] + timedelta(seconds=draw(inside)) for _ in "ab"]
    scene = Scene.of(pki)
    return attrs.evolve(scene, at=moments[0]), attrs.evolve(scene, at=moments[1])


@given(two_moments(), some_models())
def test_nothing_changes_between_two_boundaries(
    scenes: tuple[Scene, Scene], models: list[lt.ClientModel]
) -> None:
    """Law: same attempts, same findings, same verdict, for every client."""
    for model in models:
        one, other = (scene.outcome(model) for scene in scenes)
        assert one.attempts == other.attempts, model.id
        assert one.verdict is other.verdict


#: Families with builds or versions that do not compare the beginning of validity.
CLOCKLESS = ("esp-crt-bundle", "mbedtls")


@given(topologies(), some_models())
def test_before_the_first_boundary_nothing_is_accepted_by_who_looks_at_dates(
    pki: Pki, models: list[lt.ClientModel]
) -> None:
    """Law: no client takes a leaf that is not valid yet, unless the leaf itself is trusted."""
    scene = attrs.evolve(Scene.of(pki), at=boundaries(pki)[0])
    for model in models:
        outcome = scene.outcome(model)
        path = outcome.path
        assert path is None or len(path.steps) == 1 or _looks_at_no_date(outcome), model.id


def _looks_at_no_date(outcome: lt.Outcome) -> bool:
    """Things without a clock: they note the dates and ignore them."""
    early = {f.effect for f in outcome.findings if f.code is lt.Code.NOT_YET_VALID}
    return outcome.client.name in CLOCKLESS and early == {lt.Effect.HARMLESS}
