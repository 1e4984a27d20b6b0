"""The lines of batches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Index, delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.batch import ItemStatus, Line, LineProblem
from domain.ids import BatchId
from domain.job import JobStatus
from storage.columns import BigInt, Json, UtcDateTime, words
from storage.job import JobRow
from storage.row import Row

_BEGUN: Final = (ItemStatus.STARTING, ItemStatus.RUNNING)
_CLOSED: Final = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.REFUSED)


class BatchItemRow(Row, table=True):
    """One line of a batch. Money is in nano-USD."""

    __table_args__ = (Index("ix_batch_items_status", "batch_id", "status"),)

    batch_id: str = Field(primary_key=True, foreign_key="batches.id")
    number: int = Field(primary_key=True)
    """Of the line as it was sent, from 1."""
    tenant: str
    status: ItemStatus = Field(sa_type=words(ItemStatus))
    job_id: str | None = Field(default=None, index=True)
    """Fixed before the job is made, so that a line that is begun twice is one job; None for an invalid line."""
    letter_id: str | None = None
    """The dead letter, which names one round, that is retried or discarded."""
    round: int = 1
    """The round of the job that the line starts."""
    line: Line | None = Field(default=None, sa_type=Json(Line))
    """None once the job is stored, which has the brief from then on, and for a line that is not begun any more."""
    problems: tuple[LineProblem, ...] = Field(default=(), sa_type=Json(tuple[LineProblem, ...]))
    attempts: int = 0
    """Times its start was tried."""
    base_cost: int = Field(default=0, sa_type=BigInt)
    """What its job had cost before."""
    cost: int = Field(default=0, sa_type=BigInt)
    """Of the round, once the line is settled."""
    error_type: str | None = None
    error_message: str | None = None
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def settle(self, status: ItemStatus, now: datetime, error: str | None = None, message: str | None = None) -> None:
        """Write down what came of the line."""
        self.status, self.finished_at, self.line = status, now, None
        self.error_type, self.error_message = error, message


class BatchItemRepository:
    """Every query on lines of batches."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, rows: Iterable[BatchItemRow]) -> None:
        """Insert lines."""
        self._session.add_all(rows)

    async def lock(self, batch: BatchId, number: int) -> BatchItemRow | None:
        """Return a line as it is now, held against other writers until the transaction ends."""
        return await self._session.get(BatchItemRow, (batch, number), with_for_update=True, populate_existing=True)

    async def numbered(self, batch: BatchId, numbers: Sequence[int]) -> list[BatchItemRow]:
        """Return the lines of some numbers in their order."""
        query = select(BatchItemRow).where(col(BatchItemRow.batch_id) == batch, col(BatchItemRow.number).in_(numbers))
        return list((await self._session.scalars(query.order_by(col(BatchItemRow.number)))).all())

    async def of_batch(
        self, batch: BatchId, *, statuses: Sequence[ItemStatus] = (), after: int = 0, limit: int
    ) -> list[BatchItemRow]:
        """Return lines in their order, those after number `after` only."""
        query = select(BatchItemRow).where(col(BatchItemRow.batch_id) == batch, col(BatchItemRow.number) > after)
        if statuses:
            query = query.where(col(BatchItemRow.status).in_(statuses))
        return list((await self._session.scalars(query.order_by(col(BatchItemRow.number)).limit(limit))).all())

    async def ended(self, batch: BatchId, *, limit: int) -> list[tuple[BatchItemRow, JobRow]]:
        """Return running lines whose round has ended, with their jobs, held against other writers."""
        query = (
            select(BatchItemRow, JobRow)
            .join(JobRow, col(JobRow.id) == col(BatchItemRow.job_id))
            .where(
                col(BatchItemRow.batch_id) == batch,
                col(BatchItemRow.status) == ItemStatus.RUNNING,
                col(JobRow.status).in_(_CLOSED) | (col(JobRow.round) > col(BatchItemRow.round)),
            )
            .order_by(col(BatchItemRow.number))
            .limit(limit)
            .with_for_update(of=BatchItemRow)
        )
        return [(item, job) for item, job in (await self._session.execute(query)).all()]

    async def counts(self, batches: Sequence[str]) -> Mapping[str, Mapping[ItemStatus, int]]:
        """Return how many lines of each status some batches have."""
        query = (
            select(col(BatchItemRow.batch_id), col(BatchItemRow.status), func.count())
            .where(col(BatchItemRow.batch_id).in_(batches))
            .group_by(col(BatchItemRow.batch_id), col(BatchItemRow.status))
        )
        counts: dict[str, dict[ItemStatus, int]] = defaultdict(dict)
        for batch, status, count in (await self._session.execute(query)).all():
            counts[batch][status] = count
        return counts

    async def last_number(self, batch: BatchId) -> int:
        """Return the number of the last line of a batch; 0 for one without lines."""
        query = select(func.max(col(BatchItemRow.number))).where(col(BatchItemRow.batch_id) == batch)
        return int(await self._session.scalar(query) or 0)

    async def failures(self, batch: BatchId) -> dict[str, int]:
        """Return how many lines failed with each error type."""
        query = (
            select(col(BatchItemRow.error_type), func.count())
            .where(col(BatchItemRow.batch_id) == batch, col(BatchItemRow.status) == ItemStatus.FAILED)
            .group_by(col(BatchItemRow.error_type))
            .order_by(col(BatchItemRow.error_type))
        )
        return {kind or "UNKNOWN": count for kind, count in (await self._session.execute(query)).all()}

    async def cost(self, batch: BatchId) -> int:
        """Return what the rounds of a batch have cost so far, in nano-USD."""
        settled = select(func.coalesce(func.sum(col(BatchItemRow.cost)), 0)).where(col(BatchItemRow.batch_id) == batch)
        running = (
            select(func.coalesce(func.sum(col(JobRow.cost) - col(BatchItemRow.base_cost)), 0))
            .select_from(BatchItemRow)
            .join(JobRow, col(JobRow.id) == col(BatchItemRow.job_id))
            .where(col(BatchItemRow.batch_id) == batch, col(BatchItemRow.status).in_(_BEGUN))
        )
        return int(await self._session.scalar(settled) or 0) + int(await self._session.scalar(running) or 0)

    async def give_up_pending(self, batch: BatchId, now: datetime) -> None:
        """Cancel every line that has not begun."""
        await self._session.execute(
            update(BatchItemRow)
            .where(col(BatchItemRow.batch_id) == batch, col(BatchItemRow.status) == ItemStatus.PENDING)
            .values(status=ItemStatus.CANCELLED, line=None, finished_at=now)
        )

    async def remove(self, batch: BatchId) -> None:
        """Delete the lines of a batch."""
        await self._session.execute(delete(BatchItemRow).where(col(BatchItemRow.batch_id) == batch))
