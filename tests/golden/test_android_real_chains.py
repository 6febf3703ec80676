"""What the platform's own trust managers said of real chains, and what the models say.

`android_real_chains.csv` is a measurement: the Java code of the releases named in its head, each
with the release's own roots, was asked about every chain of the reference data, cold, at the middle
of the chain's validity, without a host name.  The chains are read in place beside this checkout.
"""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

import legacytrust as lt
from material import shared_chain

with (Path(__file__).parent / "android_real_chains.csv").open(encoding="utf-8") as _stream:
    ROWS = {row["chain"]: row for row in csv.DictReader(_stream)}
RELEASES = [name for name in next(iter(ROWS.values())) if name not in ("chain", "at")]

#: The code that stood for 2.3 was that of 2.3.7, which has a blocklist, over the roots of 2.3.
CLIENTS = {"2.3": "2.3.7"}


def explained(outcome: lt.Outcome, chain: str, release: str) -> bool:
    """Where the model differs from the trust manager, and why it should."""
    reason = outcome.reason
    # The trust manager of 2.3 never looks at the leaf's key.  The platform has no elliptic curves
    # at all, so the connection fails before it comes to that; the model says so.
    no_curves = release == "2.3" and reason is not None
    if no_curves and reason.code is lt.Code.KEY_KIND_REFUSED:
        return reason.certificate == outcome.chain.leaf
    # One intermediate names its signature algorithm twice, differently, the second time with
    # malformed parameters.  7.0 crashes on it; the models say only that this is not known.
    return outcome.verdict is lt.Verdict.UNKNOWN and chain.startswith("remote.ozrvsupplies.com.au")


@pytest.mark.parametrize("name", ROWS)
def test_the_models_agree_with_the_platform_on_real_chains(name: str) -> None:
    chain, row = shared_chain(name), ROWS[name]
    at = datetime.fromisoformat(row["at"])
    for release in RELEASES:
        client = lt.client("android", CLIENTS.get(release, release))
        store = lt.load_catalog().store(f"android/{release}")
        outcome = lt.simulate(chain, client=client, store=store, at=at)
        agreed = outcome.verdict == row[release]
        assert agreed or explained(outcome, name, release), f"{release}\n{outcome.explain()}"


def test_the_explained_differences_are_few() -> None:
    different = 0
    for name, row in ROWS.items():
        at = datetime.fromisoformat(row["at"])
        report = lt.evaluate(shared_chain(name), at=at, devices="android")
        different += sum(report[f"android/{r}"].verdict != row[r] for r in RELEASES)
    assert different <= 16, "of a thousand"
