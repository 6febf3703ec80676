"""What happens to one chain with one client, one store, at one moment."""

from __future__ import annotations

from datetime import UTC, datetime

from legacytrust.chain import ServedChain
from legacytrust.clients.model import ClientModel
from legacytrust.errors import NaiveTimeError
from legacytrust.outcome import Outcome, Verdict
from legacytrust.paths.builders import BUILDERS
from legacytrust.paths.checks import CheckContext, find_all
from legacytrust.paths.checks.hostname import normalise
from legacytrust.paths.findings import Code, Effect, Finding
from legacytrust.paths.path import Attempt, Path, Role, Step
from legacytrust.paths.search import DEFAULT_BUDGET, BudgetExhaustedError, Search
from legacytrust.signatures import SignatureMemo
from legacytrust.stores.snapshot import TrustStore

__all__ = ["moment", "run", "simulate"]

#: What checking a complete path costs of the search budget: its signatures dominate.
_CHECK_COST = 20


def moment(at: datetime) -> datetime:
    """The same moment in UTC.

    :raises NaiveTimeError: when the datetime has no time zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise NaiveTimeError(
            f"{at.isoformat()} has no time zone",
            where="at",
            hint="pass datetime(..., tzinfo=timezone.utc)",
        )
    return at.astimezone(UTC)


def simulate(
    chain: ServedChain,
    *,
    client: ClientModel,
    store: TrustStore,
    at: datetime,
    hostname: str | None = None,
    budget: int = DEFAULT_BUDGET,
    signatures: SignatureMemo | None = None,
) -> Outcome:
    """What this client does with this chain.

    The client starts cold: it remembers nothing of earlier connections and fetches nothing.

    :param chain: what the server sends.
    :param client: the client model, see :func:`legacytrust.client`.
    :param store: what the device trusts.
    :param at: the moment; it needs a time zone.
    :param hostname: the name that is connected to; ``None`` leaves the host name out.
    :param budget: how many questions the path search may ask before it gives up; the verdict is
        unknown then, with a finding that says so.
    :param signatures: where checked signatures are remembered, to share them between calls.
    :raises NaiveTimeError: when ``at`` has no time zone.
    :raises LegacyTrustError: when ``hostname`` is none.
    """
    hostname = normalise(hostname) if hostname is not None else None
    memo = signatures if signatures is not None else SignatureMemo()
    return run(chain, client, store, moment(at), hostname, budget, memo)


def run(
    chain: ServedChain,
    client: ClientModel,
    store: TrustStore,
    at: datetime,
    hostname: str | None,
    budget: int,
    memo: SignatureMemo,
) -> Outcome:
    """:func:`simulate` for a moment in UTC and a host name that are already in their form."""
    search = Search(chain, store, at, client.search, client.checks, memo, budget)
    attempts = _attempts(search, client, at, hostname, memo)
    return Outcome(
        verdict=_verdict(attempts),
        client=client,
        store=store,
        chain=chain,
        at=at,
        hostname=hostname,
        attempts=attempts,
    )


def _attempts(
    search: Search,
    client: ClientModel,
    at: datetime,
    hostname: str | None,
    memo: SignatureMemo,
) -> tuple[Attempt, ...]:
    """Let the builder make its attempts and judge each one for it."""
    made: list[Attempt] = []
    builder = BUILDERS[client.search.strategy](search)
    try:
        path = next(builder, None)
        while path is not None:
            if path.end is not None:
                attempt = Attempt(path, (path.end,))
            else:
                search.spend(_CHECK_COST)
                context = CheckContext(path, client.checks, at, hostname, memo)
                attempt = Attempt(path, find_all(context))
            made.append(attempt)
            path = builder.send(attempt)
    except StopIteration:
        pass
    except BudgetExhaustedError:
        made.append(_exhausted(search))
    return tuple(made)


def _exhausted(search: Search) -> Attempt:
    end = Finding.of(Code.BUDGET_EXHAUSTED, Effect.UNKNOWN, search.leaf)
    return Attempt(Path((Step(search.leaf, Role.LEAF),), end=end), (end,))


def _verdict(attempts: tuple[Attempt, ...]) -> Verdict:
    if attempts and attempts[-1].is_accepted:
        return Verdict.ACCEPTED
    open_question = any(attempt.effect is Effect.UNKNOWN for attempt in attempts)
    return Verdict.UNKNOWN if open_question else Verdict.REJECTED
