"""Taking a job in: its rows before its workflow, for the API one by one and for batches line by line."""

from dataclasses import dataclass
from datetime import datetime

from domain.brief import Brief
from domain.event import EventType
from domain.ids import JobId, PageId, TenantId, UserId, page_id
from domain.job import JobKind, JobOptions, JobStatus
from storage.job import JobRow
from storage.page import PageRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Order:
    """A page that is asked for, with everything checked."""

    tenant: TenantId
    owner: UserId
    brief: Brief
    language: str
    options: JobOptions


def new_page(job: JobId, order: Order, now: datetime) -> PageRow:
    """Return the page of a job; it shares the job's ULID, so that a repeated request makes the same one."""
    return PageRow(
        id=page_id(job.removeprefix("job_")),
        tenant=order.tenant,
        owner=order.owner,
        title=order.brief.title,
        language=order.language,
        brief=order.brief,
        created_at=now,
        updated_at=now,
    )


def new_job(job: JobId, page: PageRow, kind: JobKind, options: JobOptions, now: datetime) -> JobRow:
    """Return the row of a job on a page."""
    return JobRow(
        id=job,
        tenant=page.tenant,
        owner=page.owner,
        page_id=page.id,
        kind=kind,
        status=JobStatus.SUBMITTING,
        brief=page.brief,
        language=page.language,
        options=options,
        max_cost=options.max_cost,
        created_at=now,
        updated_at=now,
    )


async def open_submit(uow: UnitOfWork, job: JobRow, now: datetime) -> None:
    """Write down, in the caller's transaction, that a job is to be started; the caller claims its page for it."""
    job.status, job.finished_at, job.updated_at = JobStatus.SUBMITTING, None, now
    uow.jobs.add(job)
    await uow.flush()
    data = {"pageId": job.page_id, "kind": job.kind.value, "round": job.round}
    await uow.events.append(JobId(job.id), TenantId(job.tenant), EventType.SUBMITTED, now, {**data})


def accept_submit(job: JobRow, now: datetime) -> None:
    """Write down that a job's workflow was started, unless it has begun and said more already."""
    if job.status is JobStatus.SUBMITTING:
        job.status, job.updated_at = JobStatus.WAITING, now


async def refuse_submit(uow: UnitOfWork, job: JobRow, now: datetime) -> bool:
    """Take a job back whose start failed or is in doubt. False when its workflow has begun all the same."""
    if job.status is not JobStatus.SUBMITTING:
        return False
    job.status, job.finished_at, job.updated_at = JobStatus.REFUSED, now, now
    name, tenant = JobId(job.id), TenantId(job.tenant)
    await uow.pages.release(PageId(job.page_id), name)
    await uow.events.append(name, tenant, EventType.END, now, {"status": job.status.value})
    return True
