"""Where each step of a round stands: what a watcher sees of a job's progress."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.blocks import BlockType
from domain.errors import ErrorType
from domain.ids import JobId
from domain.step import StepStatus
from storage.columns import UtcDateTime, words
from storage.row import Row

_UNFINISHED: Final = (StepStatus.WAITING, StepStatus.ACTIVE, StepStatus.DELAYED)


class StepRow(Row, table=True):
    """One step of one round."""

    job_id: str = Field(primary_key=True, foreign_key="jobs.id")
    round: int = Field(primary_key=True)
    step: str = Field(primary_key=True)
    position: int
    """Order in which steps are shown: the outline is 0, sections follow."""
    block_type: BlockType | None = Field(default=None, sa_type=words(BlockType))
    heading: str | None = None
    status: StepStatus = Field(default=StepStatus.WAITING, sa_type=words(StepStatus))
    model: str | None = None
    try_number: int | None = None
    error_type: ErrorType | None = Field(default=None, sa_type=words(ErrorType))
    error_message: str | None = None
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StepRepository:
    """Every query on steps."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def put(self, rows: Iterable[StepRow]) -> None:
        """Insert steps, or replace those of the same name."""
        for row in rows:
            await self._session.merge(row)

    async def get(self, job: JobId, round_: int, step: str) -> StepRow | None:
        """Return one step."""
        return await self._session.get(StepRow, (job, round_, step))

    async def of_round(self, job: JobId, round_: int) -> list[StepRow]:
        """Return the steps of a round in the order they are shown."""
        query = (
            select(StepRow)
            .where(col(StepRow.job_id) == job, col(StepRow.round) == round_)
            .order_by(col(StepRow.position))
        )
        return list((await self._session.scalars(query)).all())

    async def unfinished(self, jobs: Sequence[str]) -> list[StepRow]:
        """Return the steps of some jobs that are not at their end, of every round, in the order they are shown."""
        if not jobs:
            return []
        query = (
            select(StepRow)
            .where(col(StepRow.job_id).in_(jobs), col(StepRow.status).in_(_UNFINISHED))
            .order_by(col(StepRow.job_id), col(StepRow.position))
        )
        return list((await self._session.scalars(query)).all())

    async def last_rounds(self, jobs: Sequence[str]) -> dict[str, int]:
        """Return the last round that has begun of each of some jobs; a job without one is not named."""
        query = (
            select(col(StepRow.job_id), func.max(col(StepRow.round)))
            .where(col(StepRow.job_id).in_(jobs))
            .group_by(col(StepRow.job_id))
        )
        return dict((await self._session.execute(query)).all())

    async def cut_off(self, job: JobId, round_: int, at: datetime) -> None:
        """Mark the steps a round leaves unfinished."""
        await self._session.execute(
            update(StepRow)
            .where(col(StepRow.job_id) == job, col(StepRow.round) == round_, col(StepRow.status).in_(_UNFINISHED))
            .values(status=StepStatus.CANCELLED, finished_at=at)
        )

    async def forget(self, jobs: Iterable[str]) -> None:
        """Remove what steps say in words."""
        await self._session.execute(
            update(StepRow).where(col(StepRow.job_id).in_(list(jobs))).values(heading=None, error_message=None)
        )
