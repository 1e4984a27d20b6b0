"""Batches: their rows, and how they are found and closed. Their lines are in `batch_item`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.batch import BatchKind, BatchReport, BatchStatus, Change, LeftOut
from domain.ids import BatchId, TenantId
from storage.columns import Json, UtcDateTime, words
from storage.row import Row


class BatchRow(Row, table=True):
    """A batch. Its workflow hands its lines out; this row and those of its lines are the truth of how far it is."""

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    owner: str
    kind: BatchKind = Field(sa_type=words(BatchKind))
    status: BatchStatus = Field(sa_type=words(BatchStatus), index=True)
    total: int = 0
    """Lines, invalid ones too."""
    per_second: float
    """Lines begun a second, at most."""
    in_flight: int | None = None
    """Lines that may run at once; None for as many as come."""
    change: Change | None = Field(default=None, sa_type=Json(Change))
    left_out: LeftOut | None = Field(default=None, sa_type=Json(LeftOut))
    """Which dead letters its filter meant and left out; None for a batch of briefs."""
    reason: str | None = None
    """Why its dead letters are discarded."""
    paused: bool = False
    """Read before each group of lines is begun."""
    cancel_requested: bool = False
    cancel_running: bool = False
    """Whether a cancel ends the lines that run, too."""
    report: BatchReport | None = Field(default=None, sa_type=Json(BatchReport))
    """What came of it, once it is closed."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class BatchRepository:
    """Every query on batches."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: BatchRow) -> None:
        """Insert a batch."""
        self._session.add(row)

    async def find(self, batch: BatchId) -> BatchRow | None:
        """Return a batch whatever its tenant: for the worker, which acts for all."""
        return await self._session.get(BatchRow, batch)

    async def get(self, tenant: TenantId, batch: BatchId) -> BatchRow | None:
        """Return a batch of the tenant; one that is still being sent is not there yet."""
        row = await self.find(batch)
        return row if row is not None and row.tenant == tenant and row.status is not BatchStatus.RECEIVING else None

    async def lock(self, batch: BatchId) -> BatchRow | None:
        """Return a batch as it is now, held against other writers until the transaction ends."""
        return await self._session.get(BatchRow, batch, with_for_update=True, populate_existing=True)

    async def newest(
        self, tenant: TenantId, *, statuses: Sequence[BatchStatus] = (), before: BatchId | None, limit: int
    ) -> list[BatchRow]:
        """Return batches newest first (ids are in the order of time), those below id `before` only."""
        query = select(BatchRow).where(col(BatchRow.tenant) == tenant, col(BatchRow.status) != BatchStatus.RECEIVING)
        if statuses:
            query = query.where(col(BatchRow.status).in_(statuses))
        if before is not None:
            query = query.where(col(BatchRow.id) < before)
        return list((await self._session.scalars(query.order_by(col(BatchRow.id).desc()).limit(limit))).all())

    async def unfinished(self, *, older_than: datetime) -> list[BatchRow]:
        """Return every batch that is not closed, last changed before `older_than`."""
        query = (
            select(BatchRow)
            .where(
                col(BatchRow.status).not_in((BatchStatus.COMPLETED, BatchStatus.CANCELLED)),
                col(BatchRow.updated_at) < older_than,
            )
            .order_by(col(BatchRow.id))
        )
        return list((await self._session.scalars(query)).all())

    async def remove(self, batch: BatchId) -> None:
        """Delete a batch whose lines are deleted already."""
        await self._session.execute(delete(BatchRow).where(col(BatchRow.id) == batch))
