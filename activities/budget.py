"""Budgets: what a request may cost at most is reserved before it and settled after it."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import ErrorType, Failure
from domain.ids import TenantId
from domain.money import NanoUsd, usd
from storage.call import CallRow
from storage.job import JobRow
from storage.spend import DailySpendRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Busy:
    """The request fits once those in flight have settled for less than they reserved."""


async def reserve(
    uow: UnitOfWork, job: JobRow, bound: NanoUsd, daily_cap: NanoUsd, now: datetime
) -> Failure | Busy | None:
    """Reserve the upper bound of a request on its job and its tenant's UTC day. None when it fits."""
    day = await uow.spend.lock(TenantId(job.tenant), now.date())
    for name, spent, reserved, cap in (
        ("job", job.cost, job.reserved, job.max_cost),
        ("day", day.cost, day.reserved, daily_cap),
    ):
        if spent + bound > cap:
            return Failure(ErrorType.COST_LIMIT, _over_cap(name, spent, bound, cap))
        if spent + reserved + bound > cap:
            return Busy()
    job.reserved += bound
    day.reserved += bound
    return None


async def settle(uow: UnitOfWork, job: JobRow, call: CallRow) -> None:
    """Free what a call had reserved, and book what it cost: on the day it was reserved."""
    day = await uow.spend.lock(TenantId(job.tenant), call.started_at.date())
    cost = call.cost or 0
    for account in (job, day):
        _book(account, cost, call.reserved)
    job.charged += call.charged


def _book(account: JobRow | DailySpendRow, cost: int, reserved: int) -> None:
    account.reserved -= reserved
    account.cost += cost


def _over_cap(name: str, spent: int, bound: int, cap: int) -> str:
    return (
        f"the next request may cost {usd(NanoUsd(bound))} USD; with the {usd(NanoUsd(spent))} USD already spent that "
        f"passes the cap of {usd(NanoUsd(cap))} USD a {name}"
    )
