"""The ledger of probes: every request has exactly one row, opened before it and settled after it, within daily caps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from activities.call import Settlement
from activities.clock import Clock
from activities.counting import count_request
from domain.call import CallStatus
from domain.errors import ErrorType, Failure
from domain.money import NanoUsd, usd
from domain.route import ModelName, bare_name, provider_of
from storage.database import Database
from storage.probe import ProbeRow
from storage.spend import INSTALLATION, PROBES, DailySpendRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DailyCaps:
    """What may be spent in a UTC day: by all probes, and by the installation with them."""

    probes: NanoUsd
    installation: NanoUsd


class ProbeLedger:
    """Opens and settles probes, each in one transaction with its money and its counts."""

    def __init__(self, database: Database, caps: DailyCaps, clock: Clock) -> None:
        """Write to `database`."""
        self._database = database
        self._caps = caps
        self._clock = clock

    async def open(self, model: ModelName, bound: NanoUsd) -> int | Failure:
        """Commit the row of a probe that is about to go out and return its id, or say why it must not.

        A row of the provider that is open still belongs to a worker that died: no two turns run at once.
        """
        now = self._clock()
        async with self._database.write() as uow:
            await _write_off(uow, await uow.probes.lock_open(provider_of(model)), now)
            refusal = await self._reserve(uow, bound, now.date())
            return refusal or await _opened(uow, model, bound, now)

    async def settle(self, probe: int, end: Settlement) -> bool:
        """Write down how a probe ended. False when it was settled before: this worker had been given up."""
        async with self._database.write() as uow:
            row = await uow.probes.lock(probe)
            if row is None or row.status is not CallStatus.OPEN:
                return False
            await _settle(uow, row, end, self._clock())
            return True

    async def _reserve(self, uow: UnitOfWork, bound: NanoUsd, day: date) -> Failure | None:
        """Reserve the upper bound of a probe on the UTC day. None when it fits."""
        probes, whole = await _days(uow, day)
        for account, cap, name in (
            (probes, self._caps.probes, "PAGEWRIGHT_PROBE_MAX_COST_PER_DAY"),
            (whole, self._caps.installation, "PAGEWRIGHT_MAX_COST_PER_DAY"),
        ):
            if account.cost + account.reserved + bound > cap:
                return Failure(ErrorType.COST_LIMIT, _day_is_spent(bound, cap, name, day))
        for account in (probes, whole):
            account.reserved += bound
        return None


async def clear_probes(uow: UnitOfWork, before: datetime, now: datetime) -> int:
    """Settle what was left open before a time and delete what is older, but for each provider's newest probe.

    Return how many went.
    """
    await _write_off(uow, await uow.probes.lock_left_open(before), now)
    await uow.flush()
    return await uow.probes.clear(before)


async def _opened(uow: UnitOfWork, model: ModelName, bound: NanoUsd, now: datetime) -> int:
    row = ProbeRow(
        provider=provider_of(model), model=bare_name(model), status=CallStatus.OPEN, reserved=bound, started_at=now
    )
    uow.probes.add(row)
    await uow.flush()
    if row.id is None:
        message = "the database numbered no probe"
        raise AssertionError(message)
    return row.id


async def _write_off(uow: UnitOfWork, rows: Iterable[ProbeRow], now: datetime) -> None:
    for row in rows:
        await _settle(uow, row, Settlement(CallStatus.LOST), now)


async def _settle(uow: UnitOfWork, row: ProbeRow, end: Settlement, now: datetime) -> None:
    """Write an end down, free what was reserved, and book and count what it cost: on the day it was reserved."""
    row.status, row.settled_at, row.cost = end.status, now, end.cost
    row.prompt_tokens, row.completion_tokens = end.usage.prompt_tokens, end.usage.completion_tokens
    row.cached_tokens = end.usage.cached_tokens
    if end.latency is not None:
        row.latency_ms = round(end.latency / timedelta(milliseconds=1))
    if end.failure is not None:
        row.error_type, row.error_message = end.failure.type, end.failure.message
    for account in await _days(uow, row.started_at.date()):
        account.reserved -= row.reserved
        account.cost += row.cost or 0
    count_request(uow, row)


async def _days(uow: UnitOfWork, day: date) -> tuple[DailySpendRow, DailySpendRow]:
    """Return a day of all probes and of the installation, whose account everybody locks last."""
    return await uow.spend.lock(PROBES, day), await uow.spend.lock(INSTALLATION, day)


def _day_is_spent(bound: NanoUsd, cap: NanoUsd, name: str, day: date) -> str:
    return (
        f"a probe may cost {usd(bound)} USD, which would pass the {usd(cap)} USD a day of {name}; "
        f"it begins anew at {day + timedelta(days=1)} 00:00 UTC"
    )
