"""Events: append-only, numbered per job without gaps."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.event import Event, EventType
from domain.ids import JobId, TenantId
from storage.columns import Json, UtcDateTime, words
from storage.job import JobRow
from storage.row import Row


class EventRow(Row, table=True):
    """One event of a job."""

    job_id: str = Field(primary_key=True, foreign_key="jobs.id")
    seq: int = Field(primary_key=True)
    tenant: str
    type: EventType = Field(sa_type=words(EventType))
    at: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, JsonValue] = Field(sa_type=Json(dict[str, JsonValue]))


class EventRepository:
    """Every query on events."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def append(
        self, job: JobId, tenant: TenantId, type_: EventType, at: datetime, data: dict[str, JsonValue] | None = None
    ) -> int:
        """Add an event to a job's story and return its number.

        The number is taken in the writing transaction, under the job's row lock: no gap and no repeat.
        """
        result = await self._session.execute(
            update(JobRow)
            .where(col(JobRow.id) == job)
            .values(last_seq=col(JobRow.last_seq) + 1)
            .returning(col(JobRow.last_seq))
            .execution_options(synchronize_session=False)
        )
        seq = result.scalar_one()
        self._session.add(EventRow(job_id=job, seq=seq, tenant=tenant, type=type_, at=at, data=data or {}))
        return seq

    async def after(self, job: JobId, seq: int, *, limit: int = 500) -> list[Event]:
        """Return the events of a job above number `seq`, in order."""
        query = (
            select(EventRow)
            .where(col(EventRow.job_id) == job, col(EventRow.seq) > seq)
            .order_by(col(EventRow.seq))
            .limit(limit)
        )
        return [_event(row) for row in await self._session.scalars(query)]

    async def of_types(self, job: JobId, types: Iterable[EventType]) -> list[Event]:
        """Return the events of a job that are of some types, in order."""
        query = (
            select(EventRow)
            .where(col(EventRow.job_id) == job, col(EventRow.type).in_(list(types)))
            .order_by(col(EventRow.seq))
        )
        return [_event(row) for row in await self._session.scalars(query)]

    async def erase(self, jobs: Iterable[str]) -> None:
        """Delete the events of jobs."""
        await self._session.execute(delete(EventRow).where(col(EventRow.job_id).in_(list(jobs))))


def _event(row: EventRow) -> Event:
    return Event(job_id=JobId(row.job_id), seq=row.seq, type=row.type, at=row.at, data=row.data)
