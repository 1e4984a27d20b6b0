"""Usage, added up by the database over call rows. A call belongs to the UTC day it was started on, like its spend."""

from collections.abc import AsyncGenerator
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, SQLColumnExpression, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.call import UNANSWERED, CallStatus
from domain.ids import TenantId
from domain.money import NanoUsd
from domain.usage import Period, UsageLine, UsageReport, UsageSum
from storage.call import CallRow

Query = Select[*tuple[Any, ...]]
Values = tuple[Any, ...]

_ROWS_AT_ONCE: Final = 1_000


class UsageRepository:
    """Every sum over calls, by tenant."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def report(self, tenant: TenantId, period: Period, top_users: int) -> UsageReport:
        """Return the usage of a period; in a read transaction its parts are of one state, and so add up."""
        provider, model, owner = col(CallRow.provider), col(CallRow.model), col(CallRow.owner)
        users: SQLColumnExpression[int] = func.count(owner.distinct())
        (total,) = await self._rows(_within(tenant, period, users))
        costliest = _by(tenant, period, owner)
        costliest = costliest.order_by(_COST.desc(), _TOKENS.desc(), owner).limit(top_users)
        return UsageReport(
            period=period,
            total=_sum(total),
            by_provider={row[0]: _sum(row) for row in await self._ordered(tenant, period, provider)},
            by_model={f"{row[0]}:{row[1]}": _sum(row) for row in await self._ordered(tenant, period, provider, model)},
            by_user={row[0]: _sum(row) for row in await self._rows(costliest)},
            by_date={date.fromisoformat(row[0]): _sum(row) for row in await self._ordered(tenant, period, self._day())},
            users=int(total[0]),
        )

    async def lines(self, tenant: TenantId, period: Period) -> AsyncGenerator[UsageLine]:
        """Yield the usage of each day, model and user, in this order."""
        keys = (self._day(), col(CallRow.provider), col(CallRow.model), col(CallRow.owner))
        query = _by(tenant, period, *keys).order_by(*keys).execution_options(yield_per=_ROWS_AT_ONCE)
        async for row in await self._session.stream(query):
            values = tuple(row)
            day, line_provider, line_model, user = values[: len(keys)]
            yield UsageLine(date.fromisoformat(day), line_provider, line_model, user, _sum(values))

    async def _ordered(self, tenant: TenantId, period: Period, *keys: SQLColumnExpression[str]) -> list[Values]:
        return await self._rows(_by(tenant, period, *keys).order_by(*keys))

    async def _rows(self, query: Query) -> list[Values]:
        return [tuple(row) for row in (await self._session.execute(query)).all()]

    def _day(self) -> SQLColumnExpression[str]:
        """Return the UTC day of a call, `2026-03-02`, in the words of this database."""
        started = col(CallRow.started_at)
        if self._session.get_bind().dialect.name == "sqlite":
            return func.strftime("%Y-%m-%d", started)
        return func.to_char(func.timezone("UTC", started), "YYYY-MM-DD")


def _by(tenant: TenantId, period: Period, *keys: SQLColumnExpression[str]) -> Query:
    return _within(tenant, period, *keys).group_by(*keys)


def _within(tenant: TenantId, period: Period, *first: SQLColumnExpression[Any]) -> Query:
    return select(*first, *_SUMS).where(
        col(CallRow.tenant) == tenant,
        col(CallRow.started_at) >= period.begin,
        col(CallRow.started_at) < period.end,
    )


def _sum(row: Values) -> UsageSum:
    """Return the sums at the end of a row; a database gives those of large integers as decimals."""
    calls, prompt, completion, cached, reasoning, cost, charged, *unknown = map(int, row[-len(_SUMS) :])
    return UsageSum(calls, prompt, completion, cached, reasoning, NanoUsd(cost), NanoUsd(charged), *unknown)


def _added(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return func.coalesce(func.sum(column), 0)


def _counted(condition: SQLColumnExpression[bool]) -> SQLColumnExpression[Any]:
    return _added(case((condition, 1), else_=0))


_STATUS: Final = col(CallRow.status)
_UNKNOWN: Final = col(CallRow.cost).is_(None) & (_STATUS != CallStatus.OPEN)
_HAS_TOKENS: Final = col(CallRow.prompt_tokens) + col(CallRow.completion_tokens) > 0
_MAY_BE_BILLED: Final = (_STATUS != CallStatus.FAILED) | col(CallRow.error_type).in_(UNANSWERED)
_COST: Final = _added(col(CallRow.cost))
_TOKENS: Final = _added(col(CallRow.prompt_tokens) + col(CallRow.completion_tokens))
_SUMS: Final = (
    func.count(),
    _added(col(CallRow.prompt_tokens)),
    _added(col(CallRow.completion_tokens)),
    _added(col(CallRow.cached_tokens)),
    _added(col(CallRow.reasoning_tokens)),
    _COST,
    _added(col(CallRow.charged)),
    _counted(_UNKNOWN & _HAS_TOKENS),
    _counted(_UNKNOWN & ~_HAS_TOKENS & _MAY_BE_BILLED),
    _counted(_STATUS == CallStatus.OPEN),
)
"""In the order of the fields of `UsageSum`."""
