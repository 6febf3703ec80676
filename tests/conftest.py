"""What all tests share: how hard hypothesis tries, and where the reference data lies.

`HYPOTHESIS_PROFILE=thorough` tries twenty times as many examples as the usual run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parents[1]

# The first examples of a process pay for its keys; that is no fault of any strategy.
_RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("fast", max_examples=100, deadline=None, suppress_health_check=_RELAXED)
settings.register_profile(
    "thorough", max_examples=2000, deadline=None, suppress_health_check=_RELAXED
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data beside the checkout, read in place and never committed."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"the reference data is not there: {folder.name}/ beside the checkout")
    return folder
