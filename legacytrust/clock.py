"""What a device knows of the time.

A verdict is about a moment, as if the device knew it.  A telephone does.  A board without a battery
starts in 1970, or on the day on which its firmware was built, and stays there until something sets
it; and some things have no notion of a date at all.  The verdict is the same, for the moment that
was asked about; what happens before the clock is set is told beside it.
"""

from __future__ import annotations

from legacytrust.certificate import Certificate
from legacytrust.clients.model import ClientModel
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Role
from legacytrust.stores.devices import Clock

__all__ = ["clock_findings"]


def clock_findings(clock: Clock, client: ClientModel, leaf: Certificate) -> tuple[Finding, ...]:
    """What a clock that is not to be relied on does to a client that checks dates.

    :returns: nothing for a clock that keeps the time, and for a client that looks at no dates.
    """
    checks = client.checks
    if clock is Clock.REAL or checks.dates.effect(Role.LEAF) is Effect.HARMLESS:
        return ()
    if clock is Clock.NONE:
        return (Finding.of(Code.CLOCK_MISSING, Effect.HARMLESS, leaf),)
    until = "not yet valid" if checks.not_before else "not expired"
    return (Finding.of(Code.CLOCK_UNSET, Effect.HARMLESS, leaf, until=until),)
