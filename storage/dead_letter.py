"""Dead letters: failed rounds held with everything already paid for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Index, delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import DeadLetterId, JobId, TenantId
from storage.columns import BigInt, UtcDateTime, words
from storage.row import Row


class DeadLetterRow(Row, table=True):
    """One failed round. Money is in nano-USD."""

    __table_args__ = (Index("ix_dead_letters_held", "tenant", "created_at", "id"),)

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    job_id: str = Field(index=True, foreign_key="jobs.id")
    round: int
    page_id: str
    status: DeadLetterStatus = Field(sa_type=words(DeadLetterStatus), index=True)
    error_type: ErrorType = Field(sa_type=words(ErrorType))
    error_message: str | None
    can_retry: bool
    step: str | None = None
    provider: str | None = None
    model: str | None = None
    attempts: int = 0
    """Vendor requests of the round."""
    finished_sections: int = 0
    planned_sections: int | None = None
    """None when the outline is not written yet."""
    spent: int = Field(default=0, sa_type=BigInt)
    retry_estimate: int | None = Field(default=None, sa_type=BigInt)
    """What the unfinished steps would cost at most, one request each; None without a price."""
    reason: str | None = None
    """Why it was discarded."""
    decided_by: str | None = None
    """Line of the batch that closed it; None when it was closed by itself."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCriteria:
    """Which dead letters are meant; None means that it does not matter."""

    status: DeadLetterStatus | None = None
    error_type: ErrorType | None = None
    provider: str | None = None
    model: str | None = None
    """`provider:model`."""
    can_retry: bool | None = None
    since: datetime | None = None
    """Held at this time or later."""
    until: datetime | None = None
    """Held before this time."""

    def conditions(self, tenant: TenantId) -> list[ColumnElement[bool]]:
        """Return the conditions of a query on the tenant's dead letters."""
        equal = {
            DeadLetterRow.status: self.status,
            DeadLetterRow.error_type: self.error_type,
            DeadLetterRow.provider: self.provider,
            DeadLetterRow.model: self.model,
            DeadLetterRow.can_retry: self.can_retry,
        }
        conditions = [col(DeadLetterRow.tenant) == tenant]
        conditions += [col(column) == value for column, value in equal.items() if value is not None]
        if self.since is not None:
            conditions.append(col(DeadLetterRow.created_at) >= self.since)
        if self.until is not None:
            conditions.append(col(DeadLetterRow.created_at) < self.until)
        return conditions


class DeadLetterRepository:
    """Every query on dead letters."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: DeadLetterRow) -> None:
        """Insert a dead letter."""
        self._session.add(row)

    async def find(self, letter: DeadLetterId) -> DeadLetterRow | None:
        """Return a dead letter whatever its tenant: for the worker."""
        return await self._session.get(DeadLetterRow, letter)

    async def lock(self, letter: DeadLetterId) -> DeadLetterRow | None:
        """Return a dead letter as it is now, held against other writers until the transaction ends."""
        return await self._session.get(DeadLetterRow, letter, with_for_update=True, populate_existing=True)

    async def lock_all(self, names: Sequence[str]) -> dict[str, DeadLetterRow]:
        """Return dead letters by id as they are now, held against other writers until the transaction ends."""
        query = select(DeadLetterRow).where(col(DeadLetterRow.id).in_(names)).order_by(col(DeadLetterRow.id))
        return {row.id: row for row in await self._session.scalars(query.with_for_update())}

    async def get(self, tenant: TenantId, letter: DeadLetterId) -> DeadLetterRow | None:
        """Return a dead letter of the tenant."""
        row = await self.find(letter)
        return row if row is not None and row.tenant == tenant else None

    async def newest_of_job(self, tenant: TenantId, job: JobId) -> DeadLetterRow | None:
        """Return the dead letter of the job's last failed round."""
        query = (
            select(DeadLetterRow)
            .where(col(DeadLetterRow.tenant) == tenant, col(DeadLetterRow.job_id) == job)
            .order_by(col(DeadLetterRow.round).desc())
            .limit(1)
        )
        return (await self._session.scalars(query)).one_or_none()

    async def newest(
        self, tenant: TenantId, wanted: LetterCriteria, *, before: tuple[datetime, str] | None, limit: int
    ) -> list[DeadLetterRow]:
        """Return dead letters newest first, those below (created_at, id) `before` only."""
        query = select(DeadLetterRow).where(*wanted.conditions(tenant))
        if before is not None:
            at, letter = before
            query = query.where(
                (col(DeadLetterRow.created_at) < at)
                | ((col(DeadLetterRow.created_at) == at) & (col(DeadLetterRow.id) < letter))
            )
        query = query.order_by(col(DeadLetterRow.created_at).desc(), col(DeadLetterRow.id).desc()).limit(limit)
        return list((await self._session.scalars(query)).all())

    async def open(self, *, older_than: datetime) -> list[DeadLetterRow]:
        """Return every open dead letter made before `older_than`."""
        query = select(DeadLetterRow).where(
            col(DeadLetterRow.status) == DeadLetterStatus.OPEN, col(DeadLetterRow.created_at) < older_than
        )
        return list((await self._session.scalars(query)).all())

    async def open_by_error_type(self) -> dict[ErrorType, int]:
        """Return how many open dead letters there are of each error type, of all tenants."""
        query = (
            select(col(DeadLetterRow.error_type), func.count())
            .where(col(DeadLetterRow.status) == DeadLetterStatus.OPEN)
            .group_by(col(DeadLetterRow.error_type))
        )
        return dict((await self._session.execute(query)).all())

    async def known(self, names: Sequence[str]) -> set[str]:
        """Return which of some ids are those of dead letters."""
        query = select(col(DeadLetterRow.id)).where(col(DeadLetterRow.id).in_(names))
        return set((await self._session.scalars(query)).all())

    async def of_jobs(self, jobs: Iterable[str]) -> list[DeadLetterRow]:
        """Return every dead letter of some jobs."""
        query = select(DeadLetterRow).where(col(DeadLetterRow.job_id).in_(list(jobs)))
        return list((await self._session.scalars(query)).all())

    async def forget(self, jobs: Iterable[str]) -> None:
        """Remove what dead letters say in words; what they cost stays."""
        await self._session.execute(
            update(DeadLetterRow)
            .where(col(DeadLetterRow.job_id).in_(list(jobs)))
            .values(error_message=None, reason=None)
        )

    async def erase(self, jobs: Iterable[str]) -> None:
        """Delete every dead letter of some jobs."""
        await self._session.execute(delete(DeadLetterRow).where(col(DeadLetterRow.job_id).in_(list(jobs))))

    async def expire(self, *, before: datetime, limit: int) -> int:
        """Delete at most `limit` dead letters closed before a time, open ones never. Return how many went."""
        expired = (
            select(DeadLetterRow.id)
            .where(col(DeadLetterRow.status) != DeadLetterStatus.OPEN, col(DeadLetterRow.closed_at) < before)
            .limit(limit)
        )
        gone = await self._session.execute(
            delete(DeadLetterRow).where(col(DeadLetterRow.id).in_(expired)).returning(col(DeadLetterRow.id))
        )
        return len(gone.all())
