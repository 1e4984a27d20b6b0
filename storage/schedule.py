"""Schedules: what was asked for. When each runs next, and what runs now, is Temporal's to know."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.ids import BatchId, JobId, PageId, ScheduleId, TenantId
from domain.job import JobOptions
from domain.model import Document
from domain.schedule import Overlap, RunOutcome, ScheduleKind
from storage.columns import Json, UtcDateTime, words
from storage.row import Row


class LastRun(Document):
    """What the newest run of a schedule began, or why it began nothing."""

    scheduled_at: datetime
    outcome: RunOutcome
    job_id: JobId | None = None
    batch_id: BatchId | None = None
    reason: str | None = None


class ScheduleRow(Row, table=True):
    """A schedule. Temporal's schedule of the same id is written from this row, never the other way round."""

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    owner: str
    """Whose the jobs are that it makes."""
    name: str
    kind: ScheduleKind = Field(sa_type=words(ScheduleKind))
    page_id: str | None = Field(default=None, index=True)
    batch_id: str | None = None
    options: JobOptions | None = Field(default=None, sa_type=Json(JobOptions))
    """Of a page's jobs; the lines of a batch have their own."""
    cron: str
    timezone: str
    overlap: Overlap = Field(sa_type=words(Overlap))
    jitter_seconds: int = 0
    paused: bool = False
    note: str | None = None
    """Why it is paused, or runs again."""
    last_run: LastRun | None = Field(default=None, sa_type=Json(LastRun))
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class ScheduleRepository:
    """Every query on schedules."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: ScheduleRow) -> None:
        """Insert a schedule."""
        self._session.add(row)

    async def find(self, schedule: ScheduleId) -> ScheduleRow | None:
        """Return a schedule whatever its tenant: for the worker, which acts for all."""
        return await self._session.get(ScheduleRow, schedule)

    async def get(self, tenant: TenantId, schedule: ScheduleId) -> ScheduleRow | None:
        """Return a schedule of the tenant."""
        row = await self.find(schedule)
        return row if row is not None and row.tenant == tenant else None

    async def lock(self, schedule: ScheduleId) -> ScheduleRow | None:
        """Return a schedule as it is now, held against other writers until the transaction ends."""
        return await self._session.get(ScheduleRow, schedule, with_for_update=True, populate_existing=True)

    async def newest(
        self, tenant: TenantId, *, page: PageId | None = None, before: ScheduleId | None, limit: int
    ) -> list[ScheduleRow]:
        """Return schedules newest first (ids are in the order of time), those below id `before` only."""
        query = select(ScheduleRow).where(col(ScheduleRow.tenant) == tenant)
        if page is not None:
            query = query.where(col(ScheduleRow.page_id) == page)
        if before is not None:
            query = query.where(col(ScheduleRow.id) < before)
        return list((await self._session.scalars(query.order_by(col(ScheduleRow.id).desc()).limit(limit))).all())

    async def of_page(self, page: PageId) -> Sequence[ScheduleRow]:
        """Return every schedule of a page."""
        return (await self._session.scalars(select(ScheduleRow).where(col(ScheduleRow.page_id) == page))).all()

    async def all(self) -> Sequence[ScheduleRow]:
        """Return the schedules of all tenants: for the worker, which acts for all."""
        return (await self._session.scalars(select(ScheduleRow).order_by(col(ScheduleRow.id)))).all()

    async def remove(self, schedule: ScheduleId) -> None:
        """Delete a schedule."""
        await self._session.execute(delete(ScheduleRow).where(col(ScheduleRow.id) == schedule))
