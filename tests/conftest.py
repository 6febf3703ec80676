"""How hard hypothesis tries, for all tests.

`HYPOTHESIS_PROFILE=thorough` tries seven times as many examples as the usual run.  Both draw the same
examples every time: a check of a commit says something about that commit, not about luck.
`HYPOTHESIS_PROFILE=search` draws new ones in every run, to find what nobody has thought of.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The first examples of a process pay for its keys; that is no fault of any strategy.
_RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large)
for _name, _examples in (("fast", 40), ("thorough", 300), ("search", 2000)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        deadline=None,
        suppress_health_check=_RELAXED,
        derandomize=_name != "search",
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
