"""Events: append-only, numbered per job without gaps."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.event import Event, EventType
from domain.ids import JobId
from storage.columns import Json, UtcDateTime, words
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

    def add(self, row: EventRow) -> None:
        """Insert an event; its number is taken with `JobRepository.next_seq` in the same transaction."""
        self._session.add(row)

    async def after(self, job: JobId, seq: int, *, limit: int = 500) -> list[Event]:
        """Return the events of a job above number `seq`, in order."""
        query = (
            select(EventRow)
            .where(col(EventRow.job_id) == job, col(EventRow.seq) > seq)
            .order_by(col(EventRow.seq))
            .limit(limit)
        )
        return [
            Event(job_id=JobId(row.job_id), seq=row.seq, type=row.type, at=row.at, data=row.data)
            for row in await self._session.scalars(query)
        ]

    async def erase(self, jobs: Iterable[str]) -> None:
        """Delete the events of jobs."""
        await self._session.execute(delete(EventRow).where(col(EventRow.job_id).in_(list(jobs))))
