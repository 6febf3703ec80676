"""How hard hypothesis tries, for all tests.

`HYPOTHESIS_PROFILE=thorough` tries five times as many examples as the usual run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The first examples of a process pay for its keys; that is no fault of any strategy.
_RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("fast", max_examples=60, deadline=None, suppress_health_check=_RELAXED)
settings.register_profile(
    "thorough", max_examples=300, deadline=None, suppress_health_check=_RELAXED
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
