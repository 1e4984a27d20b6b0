"""Dead letters: failed rounds held with everything already paid for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import DeadLetterId, JobId, TenantId
from storage.columns import BigInt, UtcDateTime, words
from storage.row import Row


class DeadLetterRow(Row, table=True):
    """One failed round. Money is in nano-USD."""

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
    """What the unfinished steps would cost at most on the route's first model; None without a price."""
    reason: str | None = None
    """Why it was discarded."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
        self,
        tenant: TenantId,
        *,
        status: DeadLetterStatus | None,
        error_type: ErrorType | None = None,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> list[DeadLetterRow]:
        """Return dead letters newest first, those below (created_at, id) `before` only."""
        query = select(DeadLetterRow).where(col(DeadLetterRow.tenant) == tenant)
        if status is not None:
            query = query.where(col(DeadLetterRow.status) == status)
        if error_type is not None:
            query = query.where(col(DeadLetterRow.error_type) == error_type)
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
