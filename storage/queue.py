"""Queues of providers: what an operator has set for each, and when each was held back.

Queues belong to the installation, not to a tenant: these queries act for all.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.queue import rate_of
from storage.columns import BigInt, UtcDateTime
from storage.row import Row


class QueueRow(Row, table=True):
    """One provider's queue. Temporal's rate of the queue is written from this row, never the other way round."""

    provider: str = Field(primary_key=True)
    paused: bool = False
    reason: str | None = None
    paused_by: str | None = None
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    calls_per_second: float | None = None
    """The operator's limit; None leaves the queue to the workers' setting."""
    updated_by: str
    updated_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def rate(self) -> float | None:
        """The rate Temporal is to have: 0 holds everything, None leaves it to the workers."""
        return rate_of(paused=self.paused, calls_per_second=self.calls_per_second)

    @property
    def note(self) -> str:
        """Why the rate is what it is, as Temporal shows it."""
        if self.paused:
            return f"paused: {self.reason}"
        return "limited" if self.calls_per_second is not None else "not limited"


class QueuePauseRow(Row, table=True):
    """One pause that is over: a job's deadline leaves it out."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    provider: str = Field(index=True)
    reason: str
    paused_by: str
    paused_at: datetime = Field(sa_type=UtcDateTime)
    resumed_by: str
    resumed_at: datetime = Field(sa_type=UtcDateTime, index=True)


class QueueRepository:
    """Every query on queues."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def all(self) -> dict[str, QueueRow]:
        """Return every queue anything was ever set for, by provider."""
        rows = await self._session.scalars(select(QueueRow).order_by(col(QueueRow.provider)))
        return {row.provider: row for row in rows}

    async def get(self, provider: str) -> QueueRow | None:
        """Return what is set for a provider's queue; None when nothing ever was."""
        return await self._session.get(QueueRow, provider)

    async def pause(self, provider: str, reason: str, by: str, now: datetime) -> QueueRow:
        """Hold a queue back; one that is held already keeps its time and gets the new reason."""
        row = await self._lock(provider, by, now)
        if not row.paused:
            row.paused, row.paused_at = True, now
        row.reason, row.paused_by = reason, by
        return _touched(row, by, now)

    async def resume(self, provider: str, by: str, now: datetime) -> QueueRow:
        """Let a queue go on and write the pause down; one that is not held stays as it is."""
        row = await self._lock(provider, by, now)
        if not row.paused:
            return row
        self._session.add(
            QueuePauseRow(
                provider=provider,
                reason=row.reason or "",
                paused_by=row.paused_by or "",
                paused_at=row.paused_at or now,
                resumed_by=by,
                resumed_at=now,
            )
        )
        row.paused, row.reason, row.paused_by, row.paused_at = False, None, None, None
        return _touched(row, by, now)

    async def limit(self, provider: str, calls_per_second: float | None, by: str, now: datetime) -> QueueRow:
        """Set a queue's limit, or take it away with None. A queue that is held stays held."""
        row = await self._lock(provider, by, now)
        row.calls_per_second = calls_per_second
        return _touched(row, by, now)

    async def pauses_since(self, providers: Iterable[str], since: datetime) -> list[QueuePauseRow]:
        """Return the pauses of some queues that ended after `since`."""
        query = select(QueuePauseRow).where(
            col(QueuePauseRow.provider).in_(list(providers)), col(QueuePauseRow.resumed_at) > since
        )
        return list((await self._session.scalars(query)).all())

    async def held(self, providers: Sequence[str]) -> list[QueueRow]:
        """Return which of some queues are held now."""
        query = select(QueueRow).where(col(QueueRow.provider).in_(list(providers)), col(QueueRow.paused).is_(True))
        return list((await self._session.scalars(query)).all())

    async def _lock(self, provider: str, by: str, now: datetime) -> QueueRow:
        """Return a queue's row held until the transaction ends, made if it is the first."""
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if is_sqlite else postgresql.insert
        first = {"provider": provider, "paused": False, "updated_by": by, "updated_at": now}
        await self._session.execute(insert(QueueRow).values(first).on_conflict_do_nothing())
        return await self._session.get_one(QueueRow, provider, with_for_update=True, populate_existing=True)


def _touched(row: QueueRow, by: str, now: datetime) -> QueueRow:
    row.updated_by, row.updated_at = by, now
    return row
