"""The beginning and the end of a job's round."""

from datetime import datetime

from pydantic import JsonValue
from temporalio import activity

from activities.call import CallLedger
from activities.clock import Clock
from activities.progress import planned_sections, section_steps
from domain.call import CallStatus
from domain.event import EventType
from domain.ids import JobId, PageId, TenantId
from domain.job import JobStatus
from domain.money import NanoUsd
from domain.step import OUTLINE_STEP, StepStatus, section_index
from storage.database import Database
from storage.job import JobRow
from storage.page import PageRow
from storage.progress import refresh_status
from storage.step import StepRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts


class JobActivities:
    """Begins rounds, and closes those that were cancelled."""

    def __init__(self, database: Database, ledger: CallLedger, clock: Clock) -> None:
        """Write to `database`."""
        self._database = database
        self._ledger = ledger
        self._clock = clock

    @activity.defn(name=contracts.BEGIN_ROUND)
    async def begin_round(self, begin: contracts.BeginInput) -> contracts.BeginResult:
        """Take the job's row over for this round, made anew when an older database was restored.

        Does not proceed when the submit was refused, or when the job was closed or went on without this run.
        """
        async with self._database.write() as uow:
            now = self._clock()
            job = await uow.jobs.lock(begin.page.job_id) or await restore_job(uow, begin.page, now)
            if not job.status.is_open or job.round > begin.page.round:
                return contracts.BeginResult(proceed=False)
            await take_over(uow, job, begin.page, now)
            return contracts.BeginResult(proceed=True)

    @activity.defn(name=contracts.CLOSE_CANCELLED)
    async def close_cancelled(self, ref: contracts.RoundRef) -> contracts.Totals:
        """Close a cancelled job; its finished sections stay for a retry."""
        async with self._database.write() as uow:
            job = await uow.jobs.lock(ref.job_id)
            if job is None:
                return contracts.Totals(cost=NanoUsd(0), charged=NanoUsd(0))
            if job.status.is_open and job.round <= ref.round:
                await close_cancelled(uow, self._ledger, job, self._clock())
            return _totals(job)

    @activity.defn(name=contracts.COUNT_COST)
    async def count_cost(self, ref: contracts.RoundRef) -> contracts.Totals:
        """Return what the job has cost so far."""
        async with self._database.read() as uow:
            job = await uow.jobs.find(ref.job_id)
        return contracts.Totals(cost=NanoUsd(0), charged=NanoUsd(0)) if job is None else _totals(job)


async def take_over(uow: UnitOfWork, job: JobRow, page: contracts.PageInput, now: datetime) -> None:
    """Take a job's row over for a round, in the caller's transaction; told once, however often it begins."""
    job.round = page.round
    if not await uow.steps.of_round(page.job_id, page.round):
        await _tell_beginning(uow, job, page, now)
    job.status = JobStatus.ACTIVE
    await refresh_status(uow, job, now)


async def _tell_beginning(uow: UnitOfWork, job: JobRow, page: contracts.PageInput, now: datetime) -> None:
    job.started_at = job.started_at or now
    job.error_type, job.error_message = None, None
    rows = _step_rows(page)
    await uow.steps.put(rows)
    missing = [row.step for row in rows if row.status is not StepStatus.DONE]
    data: dict[str, JsonValue] = {"round": page.round, "route": [*page.options.route], "steps": [*missing]}
    if page.outline is not None:
        data["sections"] = planned_sections(page.outline)
    await uow.events.append(page.job_id, page.tenant, EventType.STARTED, now, data)


async def close_cancelled(uow: UnitOfWork, ledger: CallLedger, job: JobRow, now: datetime) -> None:
    """Close an open job as cancelled, in the caller's transaction."""
    await ledger.write_off(uow, job, CallStatus.CANCELLED)
    await uow.steps.cut_off(JobId(job.id), job.round, now)
    job.status, job.finished_at, job.updated_at = JobStatus.CANCELLED, now, now
    job.paused = False
    name, tenant = JobId(job.id), TenantId(job.tenant)
    await uow.pages.release(PageId(job.page_id), name)
    await uow.events.append(name, tenant, EventType.CANCELLED, now, {"round": job.round})
    await uow.events.append(name, tenant, EventType.END, now, {"status": job.status.value})


async def restore_job(uow: UnitOfWork, page: contracts.PageInput, now: datetime) -> JobRow:
    """Make the rows of a job, and of its page, anew from what its workflow was started with; the job has the page."""
    if await uow.pages.get(page.tenant, page.page_id) is None:
        uow.pages.add(
            PageRow(
                id=page.page_id,
                tenant=page.tenant,
                owner=page.owner,
                title=page.brief.title,
                language=page.language,
                brief=page.brief,
                created_at=now,
                updated_at=now,
            )
        )
    job = JobRow(
        id=page.job_id,
        tenant=page.tenant,
        owner=page.owner,
        page_id=page.page_id,
        kind=page.kind,
        status=JobStatus.SUBMITTING,
        round=page.round,
        brief=page.brief,
        language=page.language,
        options=page.options,
        revision=page.revision,
        max_cost=page.options.max_cost,
        created_at=now,
        updated_at=now,
    )
    uow.jobs.add(job)
    await uow.flush()
    await uow.pages.claim(page.page_id, page.job_id)
    return job


def _step_rows(page: contracts.PageInput) -> list[StepRow]:
    """Return the rows of a round's steps; what the input carries is done already."""
    outline = StepRow(job_id=page.job_id, round=page.round, step=OUTLINE_STEP, position=0)
    if page.outline is None:
        return [outline]
    outline.status = StepStatus.DONE
    sections = section_steps(page.job_id, page.round, page.outline)
    for row in sections:
        if section_index(row.step) in page.sections:
            row.status = StepStatus.DONE
    return [outline, *sections]


def _totals(job: JobRow) -> contracts.Totals:
    return contracts.Totals(cost=NanoUsd(job.cost), charged=NanoUsd(job.charged))
