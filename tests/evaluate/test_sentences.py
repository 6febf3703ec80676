"""Reasons in words: what a sentence says is true whatever the client makes of it."""

from __future__ import annotations

import pytest

import legacytrust as lt
from legacytrust.paths.findings import Finding
from legacytrust.render.sentences import sentence
from support import LEAF

SERVER, CLIENT, OTHER = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.2.3.4"


@pytest.mark.parametrize("effect", list(lt.Effect))
def test_a_form_that_a_client_ignores_is_not_said_to_be_unreadable(effect: lt.Effect) -> None:
    leaf = lt.Certificate.from_der(LEAF.der)
    told = sentence(
        Finding.of(lt.Code.FORM_REFUSED, effect, leaf, what="its serial number is zero")
    )
    assert told.endswith(" is not in a form that every client reads: its serial number is zero")


def test_purposes_have_names_where_they_have_any() -> None:
    leaf = lt.Certificate.from_der(LEAF.der)
    usages = (SERVER, CLIENT, OTHER)
    told = sentence(Finding.of(lt.Code.PURPOSE_REFUSED, lt.Effect.FATAL, leaf, usages=usages))
    assert told.endswith("its purposes are serverAuth, clientAuth, 1.2.3.4")
