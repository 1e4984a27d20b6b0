"""Jobs and their status."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Index, func, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.brief import Brief
from domain.errors import ErrorType
from domain.estimate import Estimate
from domain.ids import JobId, PageId, TenantId
from domain.job import JobKind, JobOptions, JobOutcome, JobStatus
from domain.revision import Revision
from storage.columns import BigInt, Json, UtcDateTime, words
from storage.row import Row

_LISTED: Final = "removed_at IS NULL"
_TO_ERASE: Final = "removed_at IS NOT NULL AND erased_at IS NULL"


class JobRow(Row, table=True):
    """A job. Temporal is the truth of its execution; this row is the truth of what was asked for and what it cost."""

    __table_args__ = (
        Index("ix_jobs_ended", "tenant", "finished_at", "id"),
        Index("ix_jobs_listed", "status", sqlite_where=text(_LISTED), postgresql_where=text(_LISTED)),
        Index("ix_jobs_to_erase", "id", sqlite_where=text(_TO_ERASE), postgresql_where=text(_TO_ERASE)),
    )

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    owner: str
    page_id: str = Field(index=True)
    kind: JobKind = Field(sa_type=words(JobKind))
    status: JobStatus = Field(sa_type=words(JobStatus), index=True)
    outcome: JobOutcome | None = Field(default=None, sa_type=words(JobOutcome))
    round: int = 1
    last_seq: int = 0
    """Number of the job's newest event."""
    brief: Brief | None = Field(default=None, sa_type=Json(Brief))
    """None once the page is erased, or the job removed."""
    language: str
    options: JobOptions = Field(sa_type=Json(JobOptions))
    revision: Revision | None = Field(default=None, sa_type=Json(Revision))
    paused: bool = False
    """Read before each model request."""
    cancel_requested: bool = False
    max_cost: int = Field(sa_type=BigInt)
    """nano-USD, over all rounds."""
    estimate: Estimate | None = Field(default=None, sa_type=Json(Estimate))
    """What it was thought to cost when it was submitted."""
    reserved: int = Field(default=0, sa_type=BigInt)
    """nano-USD that requests in flight may cost at most."""
    cost: int = Field(default=0, sa_type=BigInt)
    charged: int = Field(default=0, sa_type=BigInt)
    version: int | None = None
    """The page version it made."""
    error_type: ErrorType | None = Field(default=None, sa_type=words(ErrorType))
    error_message: str | None = None
    provider: str | None = None
    """Of the outcome: the outline's on success, the failing step's on failure."""
    model: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When an operator took it out of the lists; what it cost stays."""
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the texts and the workflow histories of a removed job were gone too."""

    def is_in(self, round_: int) -> bool:
        """Whether the job is open in this round: whoever works for another one comes too late."""
        return self.status.is_open and self.round == round_

    def is_seen_by(self, tenant: TenantId) -> bool:
        """Whether the job is the tenant's, and not removed: everything that is asked for it answers 404 otherwise."""
        return self.tenant == tenant and self.removed_at is None


class JobRepository:
    """Every query on jobs."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: JobRow) -> None:
        """Insert a job."""
        self._session.add(row)

    async def find(self, job: JobId) -> JobRow | None:
        """Return a job whatever its tenant: for the worker, which acts for all."""
        return await self._session.get(JobRow, job)

    async def get(self, tenant: TenantId, job: JobId) -> JobRow | None:
        """Return a job of the tenant, unless it was removed."""
        row = await self.find(job)
        return row if row is not None and row.is_seen_by(tenant) else None

    async def newest(
        self,
        tenant: TenantId,
        *,
        statuses: Sequence[JobStatus] = (),
        page: PageId | None = None,
        before: JobId | None = None,
        limit: int,
    ) -> list[JobRow]:
        """Return jobs newest first (ids are in the order of time), those below id `before` only."""
        query = select(JobRow).where(col(JobRow.tenant) == tenant, col(JobRow.removed_at).is_(None))
        if statuses:
            query = query.where(col(JobRow.status).in_(statuses))
        if page is not None:
            query = query.where(col(JobRow.page_id) == page)
        if before is not None:
            query = query.where(col(JobRow.id) < before)
        query = query.order_by(col(JobRow.id).desc()).limit(limit)
        return list((await self._session.scalars(query)).all())

    async def of_page(self, page: PageId) -> list[JobRow]:
        """Return every job of a page, oldest first."""
        query = select(JobRow).where(col(JobRow.page_id) == page).order_by(col(JobRow.id))
        return list((await self._session.scalars(query)).all())

    async def unfinished(self, *, older_than: datetime) -> list[JobRow]:
        """Return every job that should have an open workflow, last changed before `older_than`."""
        query = (
            select(JobRow)
            .where(col(JobRow.status).not_in(_SETTLED), col(JobRow.updated_at) < older_than)
            .order_by(col(JobRow.id))
        )
        return list((await self._session.scalars(query)).all())

    async def count_by_status(self, tenant: TenantId) -> dict[JobStatus, int]:
        """Return how many of the tenant's jobs have each status, without those taken out of the lists."""
        query = (
            select(col(JobRow.status), func.count())
            .where(col(JobRow.tenant) == tenant, col(JobRow.removed_at).is_(None))
            .group_by(col(JobRow.status))
        )
        return dict((await self._session.execute(query)).all())

    async def sizes(self) -> dict[JobStatus, int]:
        """Return how many jobs have each status, of all tenants, without those taken out of the lists."""
        query = select(col(JobRow.status), func.count()).where(text(_LISTED)).group_by(col(JobRow.status))
        return dict((await self._session.execute(query)).all())

    async def known(self, names: Sequence[str]) -> set[str]:
        """Return which of some ids are those of jobs."""
        return set((await self._session.scalars(select(col(JobRow.id)).where(col(JobRow.id).in_(names)))).all())

    async def lock(self, job: JobId) -> JobRow | None:
        """Return a job as it is now, held against other writers until the transaction ends."""
        return await self._session.get(JobRow, job, with_for_update=True, populate_existing=True)

    async def lock_all(self, names: Sequence[str]) -> dict[str, JobRow]:
        """Return jobs by id as they are now, held against other writers until the transaction ends."""
        query = select(JobRow).where(col(JobRow.id).in_(names)).order_by(col(JobRow.id)).with_for_update()
        return {row.id: row for row in await self._session.scalars(query)}

    async def forget(self, page: PageId) -> None:
        """Remove what the jobs of a page say in words; what they cost stays."""
        await self._session.execute(
            update(JobRow).where(col(JobRow.page_id) == page).values(brief=None, revision=None, error_message=None)
        )

    async def forget_all(self, jobs: Iterable[str]) -> None:
        """Remove what some jobs say in words; what they cost stays."""
        await self._session.execute(
            update(JobRow).where(col(JobRow.id).in_(list(jobs))).values(brief=None, revision=None, error_message=None)
        )


_SETTLED = (JobStatus.REFUSED, JobStatus.COMPLETED, JobStatus.CANCELLED, JobStatus.FAILED)
