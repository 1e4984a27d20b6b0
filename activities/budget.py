"""Budgets: what a request may cost at most is reserved before it and settled after it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.dead_letter import DAY_IS_SPENT, OF_THE_JOB
from domain.errors import ErrorType, Failure
from domain.ids import TenantId
from domain.money import NanoUsd, usd
from storage.call import CallRow
from storage.job import JobRow
from storage.spend import INSTALLATION, DailySpendRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Busy:
    """The request fits once those in flight have settled for less than they reserved."""


async def reserve(
    uow: UnitOfWork, job: JobRow, bound: NanoUsd, daily_cap: NanoUsd, now: datetime
) -> Failure | Busy | None:
    """Reserve the upper bound of a request on its job and on the UTC day. None when it fits.

    The daily cap is the installation's, whose keys pay for all tenants; each tenant's day is kept beside it.
    """
    tenants_day, day = await _days(uow, job, now.date())
    for account, cap, refusal in (
        (job, job.max_cost, _over_cap(job, bound)),
        (day, daily_cap, _day_is_spent(now)),
    ):
        if account.cost + bound > cap:
            return Failure(ErrorType.COST_LIMIT, refusal)
        if account.cost + account.reserved + bound > cap:
            return Busy()
    for account in (job, tenants_day, day):
        account.reserved += bound
    return None


async def settle(uow: UnitOfWork, job: JobRow, call: CallRow) -> None:
    """Free what a call had reserved, and book what it cost: on the day it was reserved."""
    cost = call.cost or 0
    for account in (job, *await _days(uow, job, call.started_at.date())):
        _book(account, cost, call.reserved)
    job.charged += call.charged


async def _days(uow: UnitOfWork, job: JobRow, day: date) -> tuple[DailySpendRow, DailySpendRow]:
    """Return a day of the job's tenant and of the installation, locked in this order by everybody."""
    return await uow.spend.lock(TenantId(job.tenant), day), await uow.spend.lock(INSTALLATION, day)


def _book(account: JobRow | DailySpendRow, cost: int, reserved: int) -> None:
    account.reserved -= reserved
    account.cost += cost


def _over_cap(job: JobRow, bound: int) -> str:
    return (
        f"the next request may cost {usd(NanoUsd(bound))} USD; with the {usd(NanoUsd(job.cost))} USD already spent "
        f"that passes the cap of {usd(NanoUsd(job.max_cost))} {OF_THE_JOB}"
    )


def _day_is_spent(now: datetime) -> str:
    """Return what a tenant is told, who must not learn from it what others spend."""
    return f"{DAY_IS_SPENT}; it begins anew at {now.date() + timedelta(days=1)} 00:00 UTC"
