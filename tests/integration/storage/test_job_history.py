"""Jobs that have ended: filtered, and gone on with behind a cursor."""

from datetime import timedelta

import pytest

from domain.errors import ErrorType
from domain.ids import OWNER_TENANT, UserId
from domain.job import JobStatus
from storage.database import Database
from storage.job import JobRow
from storage.job_history import JobCriteria
from tests.integration.storage.rows import NOW, ended_row, job_row, page_row, store


@pytest.fixture
async def jobs(database: Database) -> list[JobRow]:
    """Return ended jobs, the last to end first; an open, a removed and another tenant's one are stored too."""
    page = page_row()
    ended = [
        ended_row(page, status=JobStatus.FAILED, at=NOW),
        ended_row(page, status=JobStatus.COMPLETED, at=NOW - timedelta(hours=1)),
        ended_row(page, status=JobStatus.CANCELLED, at=NOW - timedelta(hours=1)),
        ended_row(page, status=JobStatus.COMPLETED, at=NOW - timedelta(hours=2)),
    ]
    ended[1:3] = sorted(ended[1:3], key=lambda job: job.id, reverse=True)
    ended[3].owner, ended[3].provider, ended[3].model = "mia", "openai", "openai:gpt-6-luna"
    removed, others = (ended_row(page, status=JobStatus.FAILED, at=NOW) for _ in range(2))
    removed.removed_at, others.tenant = NOW, "another"
    await store(database, *ended, removed, others, job_row(page))
    return ended


async def listed(database: Database, wanted: JobCriteria) -> list[str]:
    async with database.read() as uow:
        return [row.id for row in await uow.job_history.newest(OWNER_TENANT, wanted, before=None, limit=10)]


async def test_ended_jobs_come_the_last_to_end_first_and_go_on_behind_a_cursor(
    database: Database, jobs: list[JobRow]
) -> None:
    seen, before = list[str](), None
    for _ in range(4):
        async with database.read() as uow:
            [row] = await uow.job_history.newest(OWNER_TENANT, JobCriteria(), before=before, limit=1)
        assert row.finished_at is not None
        seen, before = [*seen, row.id], (row.finished_at, row.id)
    assert seen == [job.id for job in jobs]
    async with database.read() as uow:
        assert await uow.job_history.newest(OWNER_TENANT, JobCriteria(), before=before, limit=1) == []


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (JobCriteria(), [0, 1, 2, 3]),
        (JobCriteria(statuses=frozenset({JobStatus.FAILED})), [0]),
        (JobCriteria(provider="openai"), [3]),
        (JobCriteria(model="openai:gpt-6-luna"), [3]),
        (JobCriteria(user=UserId("mia")), [3]),
        (JobCriteria(error_type=ErrorType.TIMEOUT), [0]),
        (JobCriteria(error_type=ErrorType.RATE_LIMIT), []),
        (JobCriteria(since=NOW - timedelta(hours=1)), [0, 1, 2]),
        (JobCriteria(until=NOW - timedelta(hours=1)), [3]),
    ],
)
async def test_each_filter_leaves_what_it_means(
    database: Database, jobs: list[JobRow], wanted: JobCriteria, places: list[int]
) -> None:
    assert await listed(database, wanted) == [jobs[place].id for place in places]
