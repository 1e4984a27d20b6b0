"""Rows with everything a table asks for, for tests that care about one column."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import insert, inspect
from ulid import ULID

from domain.brief import Brief
from domain.call import CallStatus
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import OWNER_TENANT, OWNER_USER, JobId, dead_letter_id, job_id, page_id
from domain.job import JobKind, JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from storage.call import CallRow
from storage.database import Database
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.page import PageRow
from storage.row import Row

NOW: Final = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=UTC)
BRIEF: Final = Brief(text="A bakery by the harbour.", name="Harbour Bakery")


def page_row(*, slug: str | None = None, open_job: str | None = None) -> PageRow:
    """Return a page."""
    return PageRow(
        id=page_id(str(ULID())),
        tenant=OWNER_TENANT,
        owner=OWNER_USER,
        title="Harbour Bakery",
        language="en",
        slug=slug,
        brief=BRIEF,
        open_job=open_job,
        created_at=NOW,
        updated_at=NOW,
    )


def job_row(page: PageRow, *, status: JobStatus = JobStatus.ACTIVE) -> JobRow:
    """Return a job of a page."""
    return JobRow(
        id=job_id(str(ULID())),
        tenant=page.tenant,
        owner=page.owner,
        page_id=page.id,
        kind=JobKind.GENERATE,
        status=status,
        brief=BRIEF,
        language="en",
        options=JobOptions(route=(SANDBOX_MODEL,), max_cost=NanoUsd(NANO)),
        max_cost=NANO,
        created_at=NOW,
        updated_at=NOW,
    )


def ended_row(page: PageRow, *, status: JobStatus, at: datetime, took: timedelta = timedelta(seconds=8)) -> JobRow:
    """Return a job of a page that ended at a time."""
    row = job_row(page, status=status)
    row.started_at, row.finished_at, row.updated_at = at - took, at, at
    row.provider, row.model = "sandbox", SANDBOX_MODEL
    if status is JobStatus.FAILED:
        row.error_type, row.error_message = ErrorType.TIMEOUT, "it took too long"
    return row


def letter_row(job: JobRow, *, at: datetime, status: DeadLetterStatus = DeadLetterStatus.OPEN) -> DeadLetterRow:
    """Return the dead letter of a job's round."""
    return DeadLetterRow(
        id=dead_letter_id(JobId(job.id), job.round),
        tenant=job.tenant,
        job_id=job.id,
        round=job.round,
        page_id=job.page_id,
        status=status,
        error_type=ErrorType.TIMEOUT,
        error_message="it took too long",
        can_retry=True,
        provider="sandbox",
        model=SANDBOX_MODEL,
        spent=2_000_000,
        retry_estimate=1_000_000,
        created_at=at,
        closed_at=None if status is DeadLetterStatus.OPEN else at,
    )


def call_row(job: JobRow, step: str, *, try_number: int = 1, at: datetime, status: CallStatus) -> CallRow:
    """Return a request of a step in a job's round."""
    return CallRow(
        tenant=job.tenant,
        owner=job.owner,
        page_id=job.page_id,
        job_id=job.id,
        round=job.round,
        step=step,
        provider="sandbox",
        model="template",
        try_number=try_number,
        request=1,
        attempt=1,
        status=status,
        cost=1_000,
        error_type=ErrorType.TIMEOUT if status is CallStatus.FAILED else None,
        result={"text": "sourdough"} if status is CallStatus.SUCCEEDED else None,
        started_at=at,
        settled_at=at,
    )


async def store(database: Database, *rows: Row) -> None:
    """Insert rows: jobs before what belongs to them."""
    for row in sorted(rows, key=lambda row: not isinstance(row, JobRow)):
        await store_as(database, row, [{}])


async def store_as(database: Database, row: Row, changes: Sequence[Mapping[str, object]]) -> None:
    """Insert a row once for each of some changes to it: many are stored in no time."""
    numbered = {"id"} if isinstance(row, CallRow) else set[str]()
    columns = {attribute.key for attribute in inspect(type(row)).column_attrs}
    values = {name: getattr(row, name) for name in columns - numbered}
    async with database.engine.begin() as connection:
        await connection.execute(insert(type(row)), [{**values, **change} for change in changes])
