"""Runs of schedules: what each begins, its end, and its cancel. A run that is begun again begins the same."""

import hashlib
from datetime import datetime
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError, RPCStatusCode
from ulid import ULID

from activities.batch_copy import BatchCopy
from activities.batch_line import RoundTimes
from activities.clock import Clock
from activities.heartbeat import heartbeating
from activities.intake import accept_submit, new_job, open_submit
from activities.shaped_forecast import ShapedForecaster
from activities.stored_round import stored_round
from domain.batch import BatchStatus
from domain.estimate import Estimate
from domain.ids import BatchId, JobId, PageId, TenantId, batch_id, job_id
from domain.job import JobKind, JobOptions, JobStatus
from domain.schedule import RunOutcome, ScheduleKind
from providers.catalogue import UnknownModelError
from storage.database import Database
from storage.job import JobRow
from storage.page import PageRow
from storage.schedule import LastRun, ScheduleRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts
from workflows.start import start_page

log = structlog.get_logger()

_DRIVEN_AGAIN: Final = frozenset({JobStatus.SUBMITTING, JobStatus.REFUSED})
_RANDOM_BYTES: Final = 10


class ScheduleActivities:
    """What runs of schedules do."""

    def __init__(
        self, client: Client, database: Database, clock: Clock, times: RoundTimes, forecaster: ShapedForecaster
    ) -> None:
        """Begin in `client`'s namespace what lies in `database`."""
        self._client = client
        self._database = database
        self._clock = clock
        self._times = times
        self._forecaster = forecaster
        self._copy = BatchCopy(client, database, clock)

    @activity.defn(name=contracts.BEGIN_SCHEDULED_RUN)
    async def begin_scheduled_run(self, run: contracts.ScheduledRun) -> contracts.Begun:
        """Begin what is due, or say why not. Raises RPCError when Temporal does not take it: then it is begun again."""
        async with heartbeating():
            async with self._database.read() as uow:
                schedule = await uow.schedules.find(run.schedule_id)
            if schedule is None:
                begun = _skipped("the schedule was deleted")
            elif schedule.kind is ScheduleKind.PAGE:
                begun = await self._begin_page(schedule, run)
            else:
                begun = await self._begin_batch(schedule, run)
            await self._note(run, begun)
        log.info("schedule ran", schedule=run.schedule_id, outcome=begun.outcome.value, reason=begun.reason)
        return begun

    @activity.defn(name=contracts.AWAIT_SCHEDULED_RUN)
    async def await_scheduled_run(self, begun: contracts.Begun) -> contracts.RunEnd:
        """Return the status a run's job or batch ended with. Raises OPEN until it has."""
        async with self._database.read() as uow:
            job = None if begun.job_id is None else await uow.jobs.find(begun.job_id)
            batch = None if begun.batch_id is None else await uow.batches.find(begun.batch_id)
        found: JobStatus | BatchStatus | None = (job and job.status) or (batch and batch.status)
        if found is not None and found.is_open:
            message = f"{begun.job_id or begun.batch_id} is {found.value}"
            raise ApplicationError(message, type=contracts.OPEN, category=ApplicationErrorCategory.BENIGN)
        return contracts.RunEnd(status=None if found is None else found.value)

    @activity.defn(name=contracts.CANCEL_SCHEDULED_RUN)
    async def cancel_scheduled_run(self, begun: contracts.Begun) -> contracts.Held:
        """Cancel a run's job or batch, as somebody would who asks for it."""
        if begun.job_id is not None:
            held = await self._cancel_job(begun.job_id)
        else:
            held = begun.batch_id is not None and await self._copy.cancel(begun.batch_id)
        return contracts.Held(held=held)

    async def _begin_page(self, schedule: ScheduleRow, run: contracts.ScheduledRun) -> contracts.Begun:
        name = job_id(_ulid_of(run))
        estimate = await self._estimate(schedule)
        try:
            async with self._database.write() as uow:
                opened = await self._opened(uow, schedule, name, estimate)
        except UnknownModelError as error:
            return _skipped(f"{error}: give the schedule another route")
        if isinstance(opened, contracts.Begun):
            return opened
        await start_page(self._client, opened, by=f", by {schedule.id}")
        async with self._database.write() as uow:
            job = await uow.jobs.lock(name)
            if job is not None:
                accept_submit(job, self._clock())
        return contracts.Begun(outcome=RunOutcome.STARTED, job_id=name)

    async def _estimate(self, schedule: ScheduleRow) -> Estimate | None:
        """Return what the page may cost this time; None for one that is erased, whose run will be skipped."""
        async with self._database.read() as uow:
            page = await uow.pages.get(TenantId(schedule.tenant), PageId(schedule.page_id or ""))
        if page is None or schedule.options is None:
            return None
        return await self._forecaster.estimate(TenantId(page.tenant), page.brief, schedule.options.route)

    async def _opened(
        self, uow: UnitOfWork, schedule: ScheduleRow, name: JobId, estimate: Estimate | None
    ) -> contracts.PageInput | contracts.Begun:
        """Store the job of a run and return what to start it with, or what became of the run without a start."""
        page_name, now = PageId(schedule.page_id or ""), self._clock()
        job = await uow.jobs.lock(name)
        if job is not None and job.status not in _DRIVEN_AGAIN:
            return contracts.Begun(outcome=RunOutcome.STARTED, job_id=name)
        page = await uow.pages.get(TenantId(schedule.tenant), page_name)
        if page is None or schedule.options is None:
            return _skipped(f"{page_name} was erased")
        if not await uow.pages.claim(page_name, name):
            return _skipped(f"{page_name} has an open job, {page.open_job}")
        job = job or _new(name, page, schedule, schedule.options, now)
        job.estimate = job.estimate or estimate
        await open_submit(uow, job, now)
        seconds = {model: self._times.timeout(model).total_seconds() for model in job.options.route}
        return await stored_round(uow, job, job.round, seconds, self._times.deadline)

    async def _begin_batch(self, schedule: ScheduleRow, run: contracts.ScheduledRun) -> contracts.Begun:
        name = batch_id(_ulid_of(run))
        if not await self._copy.start(BatchId(schedule.batch_id or ""), name, schedule):
            return _skipped(f"{schedule.batch_id} has no briefs any more")
        return contracts.Begun(outcome=RunOutcome.STARTED, batch_id=name)

    async def _cancel_job(self, name: JobId) -> bool:
        async with self._database.write() as uow:
            job = await uow.jobs.lock(name)
            if job is None or not job.status.is_open:
                return False
            job.cancel_requested, job.updated_at = True, self._clock()
        try:
            await self._client.get_workflow_handle(name).cancel()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        return True

    async def _note(self, run: contracts.ScheduledRun, begun: contracts.Begun) -> None:
        """Write down what came of a run, for those who look at its schedule."""
        async with self._database.write() as uow:
            schedule = await uow.schedules.lock(run.schedule_id)
            if schedule is not None:
                schedule.last_run = LastRun(scheduled_at=run.scheduled_at, **dict(begun))


def _new(name: JobId, page: PageRow, schedule: ScheduleRow, options: JobOptions, now: datetime) -> JobRow:
    job = new_job(name, page, JobKind.GENERATE, options, now)
    job.owner = schedule.owner
    return job


def _skipped(reason: str) -> contracts.Begun:
    return contracts.Begun(outcome=RunOutcome.SKIPPED, reason=reason)


def _ulid_of(run: contracts.ScheduledRun) -> str:
    """Return the ULID of what a run makes: its time, and its workflow's id, which Temporal gives to one run only."""
    milliseconds = int(run.scheduled_at.timestamp() * 1000)
    random = hashlib.sha256(f"{run.schedule_id}/{run.workflow_id}".encode()).digest()[:_RANDOM_BYTES]
    return str(ULID.from_bytes(milliseconds.to_bytes(6) + random))
