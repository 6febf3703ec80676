"""How well a fact is known."""

from __future__ import annotations

import enum
from collections.abc import Iterable

__all__ = ["Evidence"]


class Evidence(enum.IntEnum):
    """From best to worst; a verdict is as good as the worst fact that it rests on."""

    MEASURED = 1
    """The genuine implementation was run and did this."""
    READ = 2
    """It stands in the source, at a named version."""
    DOCUMENTED = 3
    """The maker says so."""
    REPORTED = 4
    """Somebody met it in the field."""
    INFERRED = 5
    """It follows from facts of the kinds above, for a version that was not looked at itself."""
    BELIEVED = 6
    """Commonly held, never checked."""
    UNKNOWN = 7
    """Nobody knows; the verdict says so too."""

    @property
    def label(self) -> str:
        """The name in lower case."""
        return self.name.lower()

    @classmethod
    def weakest(cls, levels: Iterable[Evidence]) -> Evidence:
        """The worst of several; ``MEASURED`` of none."""
        return max(levels, default=cls.MEASURED)
