"""Removal: ended jobs are taken out of the lists at once; their texts and histories are erased behind that.

Pages with a version and money stay: call rows keep what they cost, without a word.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.dead_letter import DeadLetterStatus
from domain.ids import JobId, TenantId
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.job_history import JobCriteria
from storage.page import PageRow
from storage.schedule import ScheduleRow


class RemovalRepository:
    """Every statement that removes jobs and erases what removed ones leave."""

    def __init__(self, session: AsyncSession) -> None:
        """Write in `session`."""
        self._session = session

    async def remove(self, tenant: TenantId, wanted: JobCriteria, *, at: datetime, limit: int) -> int:
        """Take at most `limit` ended jobs out of the lists, the first to end first. Return how many went.

        A failed job that an open dead letter holds stays: somebody has to decide about it.
        """
        meant = [*wanted.conditions(tenant), ~_is_held()]
        oldest = select(JobRow.id).where(*meant).order_by(col(JobRow.finished_at)).limit(limit)
        removed = await self._session.execute(
            update(JobRow)
            .where(col(JobRow.id).in_(oldest), *meant)  # said again: a job may be retried between the two
            .values(removed_at=at)
            .returning(col(JobRow.id))
            .execution_options(synchronize_session=False)
        )
        number = len(removed.all())
        gone = select(JobRow.id).where(col(JobRow.tenant) == tenant, _is_to_erase())
        await self._session.execute(
            delete(DeadLetterRow)
            .where(col(DeadLetterRow.tenant) == tenant, col(DeadLetterRow.job_id).in_(gone))
            .execution_options(synchronize_session=False)
        )
        return number

    async def left(self, tenant: TenantId, wanted: JobCriteria) -> tuple[int, int]:
        """Return how many jobs `remove` would take, and how many an open dead letter holds."""
        counted = select(_is_held().label("held"), func.count()).where(*wanted.conditions(tenant)).group_by("held")
        counts = {bool(row[0]): row[1] for row in await self._session.execute(counted)}
        return counts.get(False, 0), counts.get(True, 0)

    async def to_erase(self, limit: int) -> list[tuple[JobId, int]]:
        """Return removed jobs of all tenants that are not erased yet, and their rounds: for the worker."""
        query = select(JobRow.id, JobRow.round).where(_is_to_erase()).order_by(col(JobRow.id)).limit(limit)
        return [(JobId(row[0]), row[1]) for row in await self._session.execute(query)]

    async def erase_empty_pages(self, jobs: Iterable[str]) -> None:
        """Delete the pages of some removed jobs that have no version, no other job and no schedule."""
        of_jobs = select(JobRow.page_id).where(col(JobRow.id).in_(list(jobs)))
        others = select(JobRow.id).where(col(JobRow.page_id) == col(PageRow.id), col(JobRow.removed_at).is_(None))
        schedules = select(ScheduleRow.id).where(col(ScheduleRow.page_id) == col(PageRow.id))
        await self._session.execute(
            delete(PageRow)
            .where(
                col(PageRow.id).in_(of_jobs),
                col(PageRow.current_version).is_(None),
                col(PageRow.open_job).is_(None),
                ~others.exists(),
                ~schedules.exists(),
            )
            .execution_options(synchronize_session=False)
        )

    async def mark_erased(self, jobs: Iterable[str], at: datetime) -> None:
        """Write down that nothing more is to be erased of removed jobs."""
        await self._session.execute(
            update(JobRow)
            .where(col(JobRow.id).in_(list(jobs)), _is_to_erase())
            .values(erased_at=at)
            .execution_options(synchronize_session=False)
        )


def _is_to_erase() -> ColumnElement[bool]:
    return col(JobRow.removed_at).is_not(None) & col(JobRow.erased_at).is_(None)


def _is_held() -> ColumnElement[bool]:
    """Whether an open dead letter holds the job."""
    return (
        select(DeadLetterRow.id)
        .where(col(DeadLetterRow.job_id) == col(JobRow.id), col(DeadLetterRow.status) == DeadLetterStatus.OPEN)
        .exists()
    )
