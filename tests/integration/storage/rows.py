"""Rows with everything a table asks for, for tests that care about one column."""

from datetime import UTC, datetime
from typing import Final

from ulid import ULID

from domain.brief import Brief
from domain.ids import OWNER_TENANT, OWNER_USER, job_id, page_id
from domain.job import JobKind, JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from storage.job import JobRow
from storage.page import PageRow

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
