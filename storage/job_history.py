"""History: the jobs that have ended, by when they did."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.errors import ErrorType
from domain.ids import TenantId, UserId
from domain.job import CLOSED, JobStatus
from storage.job import JobRow


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCriteria:
    """Which ended jobs are meant; None means that it does not matter."""

    statuses: frozenset[JobStatus] = CLOSED
    provider: str | None = None
    """Of the outcome."""
    model: str | None = None
    """`provider:model` of the outcome."""
    user: UserId | None = None
    error_type: ErrorType | None = None
    since: datetime | None = None
    """Ended at this time or later."""
    until: datetime | None = None
    """Ended before this time."""

    def conditions(self, tenant: TenantId) -> list[ColumnElement[bool]]:
        """Return the conditions of a query on the tenant's jobs; removed ones are none of them."""
        ended = col(JobRow.finished_at)
        conditions = [
            col(JobRow.tenant) == tenant,
            col(JobRow.removed_at).is_(None),
            ended.is_not(None),
            col(JobRow.status).in_(self.statuses),
        ]
        if self.provider is not None:
            conditions.append(col(JobRow.provider) == self.provider)
        if self.model is not None:
            conditions.append(col(JobRow.model) == self.model)
        if self.user is not None:
            conditions.append(col(JobRow.owner) == self.user)
        if self.error_type is not None:
            conditions.append(col(JobRow.error_type) == self.error_type)
        if self.since is not None:
            conditions.append(ended >= self.since)
        if self.until is not None:
            conditions.append(ended < self.until)
        return conditions


class JobHistoryRepository:
    """Every query on ended jobs."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def newest(
        self, tenant: TenantId, wanted: JobCriteria, *, before: tuple[datetime, str] | None, limit: int
    ) -> list[JobRow]:
        """Return ended jobs, the last to end first, those below (finished_at, id) `before` only."""
        query = select(JobRow).where(*wanted.conditions(tenant))
        if before is not None:
            at, job = before
            ended = col(JobRow.finished_at)
            query = query.where((ended < at) | ((ended == at) & (col(JobRow.id) < job)))
        query = query.order_by(col(JobRow.finished_at).desc(), col(JobRow.id).desc()).limit(limit)
        return list((await self._session.scalars(query)).all())
