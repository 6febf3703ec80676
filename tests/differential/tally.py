"""Counts what was compared, so that the documentation can say it.

With GENUINE_TALLY set to a file, every comparison adds a line of JSON to it; `docs/agreement.py`
makes the table of those lines.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import legacytrust as lt
from differential.genuine.model import GenuineVerdict

VARIABLE = "GENUINE_TALLY"


class Tally:
    """What came of comparing one client.

    :param client: what it is called in the table.
    """

    def __init__(self, client: str) -> None:
        self.client = client
        self.kinds: Counter[str] = Counter()

    def count(
        self, outcome: lt.Outcome, verdict: GenuineVerdict, explain: Callable[[], str]
    ) -> str:
        """One case: `agrees`, `unknown`, `differs`, or the explanation of a difference."""
        kind = _kind(outcome, verdict)
        if kind == "differs":
            kind = explain() or kind
        self.kinds[kind] += 1
        return kind

    @property
    def cases(self) -> int:
        """How many were compared."""
        return self.kinds.total()

    @property
    def unknown(self) -> int:
        """How many the model could not decide."""
        return self.kinds["unknown"]

    def keep(self) -> None:
        """Adds this comparison to the file that the environment names, if it names one."""
        if path := os.environ.get(VARIABLE):
            line = json.dumps({"client": self.client, "kinds": dict(self.kinds)}, sort_keys=True)
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def __repr__(self) -> str:
        return f"{self.client}: {dict(self.kinds)}"


def _kind(outcome: lt.Outcome, verdict: GenuineVerdict) -> str:
    if outcome.verdict is lt.Verdict.UNKNOWN:
        return "unknown"
    agrees = (outcome.verdict is lt.Verdict.ACCEPTED) == verdict.accepted
    return "agrees" if agrees else "differs"
