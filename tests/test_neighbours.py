"""An error about an id that is not there says which are."""

from __future__ import annotations

import pytest

import legacytrust as lt
from legacytrust.errors import UnknownStoreError
from legacytrust.neighbours import neighbours

MANY = [f"toy/{number}.0" for number in range(20)]


@pytest.mark.parametrize(
    ("wanted", "known", "said"),
    [
        ("toy/3", ["toy/1", "toy/2", "car/1"], "known: toy/1, toy/2"),
        ("toy/19", MANY, "did you mean toy/19.0 or "),
        ("car/1", MANY, "known: toy"),
        ("car/1", ["toy/1", "toy/2"], "known: toy/1, toy/2"),
        ("", [], "known: "),
    ],
)
def test_what_is_said(wanted: str, known: list[str], said: str) -> None:
    assert neighbours(wanted, known).startswith(said)


@pytest.mark.parametrize(
    ("id", "near"),
    [("macos/26", "macos/26.0"), ("certifi/2023.7.22", "certifi/2023.07.22"), ("xp", "windows")],
)
def test_a_slip_in_the_id_of_a_store(id: str, near: str) -> None:
    with pytest.raises(UnknownStoreError) as caught:
        lt.load_catalog().store(id)
    assert near in caught.value.hint
    assert len(caught.value.hint) < 500
