"""The open dead letters in numbers, counted by the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.dead_letter import DeadLetterStatus
from domain.ids import TenantId
from domain.money import NanoUsd
from storage.dead_letter import DeadLetterRow, LetterCriteria
from storage.functions import UtcDay

_OPEN: Final = LetterCriteria(status=DeadLetterStatus.OPEN)


@dataclass(frozen=True, slots=True)
class LetterTotals:
    """Open dead letters together. `retry_estimate` leaves out those whose estimate nobody knows; they are counted."""

    total: int
    retryable: int
    spent: NanoUsd
    retry_estimate: NanoUsd
    unknown_estimates: int


class LetterStatisticsRepository:
    """Every query that counts dead letters. A count by something is descending; None stands for what is not known."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def totals(self, tenant: TenantId) -> LetterTotals:
        """Return the open dead letters of a tenant together."""
        query = select(
            func.count(),
            _sum(case((col(DeadLetterRow.can_retry), 1), else_=0)),
            _sum(col(DeadLetterRow.spent)),
            _sum(col(DeadLetterRow.retry_estimate)),
            _sum(case((col(DeadLetterRow.retry_estimate).is_(None), 1), else_=0)),
        ).where(*_OPEN.conditions(tenant))
        total, retryable, spent, estimate, unknown = (await self._session.execute(query)).one()
        return LetterTotals(total, retryable, NanoUsd(int(spent)), NanoUsd(int(estimate)), unknown)

    async def by_status(self, tenant: TenantId) -> Mapping[str, int]:
        """Return how many dead letters of each status are stored."""
        query = (
            select(col(DeadLetterRow.status), func.count())
            .where(*LetterCriteria().conditions(tenant))
            .group_by(col(DeadLetterRow.status))
        )
        return {row[0].value: row[1] for row in await self._session.execute(query)}

    async def by_error_type(self, tenant: TenantId) -> Mapping[str | None, int]:
        """Return how many open dead letters there are of each error type."""
        return await self._by(tenant, col(DeadLetterRow.error_type))

    async def by_provider(self, tenant: TenantId) -> Mapping[str | None, int]:
        """Return how many open dead letters failed at each provider."""
        return await self._by(tenant, col(DeadLetterRow.provider))

    async def by_model(self, tenant: TenantId) -> Mapping[str | None, int]:
        """Return how many open dead letters failed on each `provider:model`."""
        return await self._by(tenant, col(DeadLetterRow.model))

    async def by_day(self, tenant: TenantId) -> Mapping[str, int]:
        """Return how many open dead letters were held on each UTC day, `2026-05-04`, the newest first."""
        counted = await self._by(tenant, UtcDay(col(DeadLetterRow.created_at)))
        return {day: counted[day] for day in sorted(filter(None, counted), reverse=True)}

    async def _by(self, tenant: TenantId, what: SQLColumnExpression[Any]) -> Mapping[str | None, int]:
        key: ColumnElement[Any] = what.label("key")
        number = func.count().label("number")
        query = select(key, number).where(*_OPEN.conditions(tenant)).group_by(key).order_by(number.desc(), key)
        return {row[0]: row[1] for row in await self._session.execute(query)}


def _sum(what: SQLColumnExpression[Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(what), 0)
