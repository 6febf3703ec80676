"""How a model and a genuine client are compared: the same for every family.

    compare(real.verify, lt.client("gnutls", "3.7.9"), topologies(), examples=300)

draws PKIs, asks both, and fails on the first difference that nobody has explained; hypothesis
shrinks it to the few certificates that matter.  A verdict that the model calls unknown is no
difference, but is counted, and a comparison in which more than a few are unknown fails as well: a
model that knows nothing would otherwise agree with everybody.

The examples of a comparison are the same in every run, and others for every client, so that a check
says something about the commit and not about luck.  `HYPOTHESIS_PROFILE=search` draws new ones.

Every comparison is counted (see `tally.py`), and the counts are what `docs/agreement.md` shows.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

from hypothesis import HealthCheck, assume, given, note, seed, settings
from hypothesis import strategies as st

import legacytrust as lt
from differential.genuine.model import GenuineVerdict
from differential.tally import Tally
from forge import Pki
from material import store_of

__all__ = ["Ask", "Explain", "asking", "compare", "simulate"]

Ask: TypeAlias = Callable[[Pki], GenuineVerdict]
Explain: TypeAlias = Callable[[Pki, lt.Outcome, GenuineVerdict], str]

#: How many times as many cases as a test asks for; fewer in the fast suite, more in the full check.
SCALE = float(os.environ.get("GENUINE_SCALE", "0.1"))


def simulate(pki: Pki, client: lt.ClientModel, hostname: str | None = None) -> lt.Outcome:
    """What the model says of a drawn PKI."""
    chain = lt.ServedChain.from_certificates(pki.served)
    return lt.simulate(
        chain,
        client=client,
        store=store_of(*pki.store),
        at=pki.at,
        hostname=hostname,
        pool=lt.CertificatePool(),
    )


def _nothing(pki: Pki, outcome: lt.Outcome, verdict: GenuineVerdict) -> str:
    return ""


def compare(
    ask: Ask,
    client: lt.ClientModel,
    drawn: st.SearchStrategy[Pki],
    *,
    examples: int,
    hostname: bool = False,
    explain: Explain = _nothing,
    suits: Callable[[Pki], bool] = lambda pki: True,
    most_unknown: float = 0.02,
    name: str = "",
) -> None:
    """Compares verdict by verdict.

    :param ask: the genuine client.
    :param client: the model that stands for it.
    :param drawn: where the PKIs come from.
    :param examples: how many; times `GENUINE_SCALE` in the environment, or 0.1.
    :param hostname: whether the genuine client compares the host name in this set-up.
    :param explain: why the genuine client may differ here, in a few words that name the kind; the
        empty text when nothing explains it.
    :param suits: PKIs that the genuine client can be asked about at all.
    :param most_unknown: the share of verdicts that the model may call unknown.
    :param name: the genuine client, for the tally; empty for the model's own id.
    """
    tally = Tally(name or client.id)

    @settings(
        max_examples=max(10, round(examples * SCALE)),
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def check(pki: Pki) -> None:
        assume(suits(pki))
        verdict = ask(pki)
        assume(verdict.is_decided)
        outcome = simulate(pki, client, pki.hostname if hostname else None)
        kind = tally.count(outcome, verdict, lambda: explain(pki, outcome, verdict))
        if kind == "differs":
            note(f"{pki!r}\ngenuine: {verdict.error_text}\n{outcome.explain()}")
            assert outcome.verdict.value == ("accepted" if verdict.accepted else "rejected")

    if settings.default.derandomize:
        check = seed(zlib.crc32(tally.client.encode()))(check)
    check()
    tally.keep()
    assert tally.unknown <= max(3, most_unknown * tally.cases), tally


def asking(function: Callable[..., GenuineVerdict], **options: Any) -> Ask:
    """A driver's `verify`, asked with the PKI's own certificates and moment."""
    return lambda pki: function(pki.served, pki.store, at=pki.at, **options)
