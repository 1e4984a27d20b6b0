"""Reconcile: workflows against rows. Mends what a crash, an operator or an older database tore apart."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.call import CallLedger
from activities.clock import Clock
from activities.job import close_cancelled, restore_job
from activities.stored_round import ErasedError, stored_round
from domain.errors import ErrorType
from domain.event import EventType
from domain.ids import JobId, PageId, TenantId, dead_letter_id, split_dead_letter_id
from domain.job import JobStatus
from domain.money import NanoUsd
from providers.catalogue import Catalogue
from storage.database import Database
from storage.job import JobRow
from workflows import contracts, search_attributes

_ENDED_WITHOUT_A_WORD: Final = frozenset(
    {
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
    }
)
_OPEN_WORKFLOWS: Final = (
    f"ExecutionStatus = 'Running' AND WorkflowType IN ('{contracts.PAGE_WORKFLOW}', '{contracts.DEAD_LETTER_WORKFLOW}')"
)

log = structlog.get_logger()

_STUCK_AFTER_ATTEMPTS: Final = 10


class Mend(StrEnum):
    """What was done about a job."""

    REFUSED = "refused"
    RESTARTED = "restarted"
    DEAD_LETTERED = "dead_lettered"
    CANCELLED = "cancelled"
    REBUILT = "rebuilt"


@dataclass(frozen=True, slots=True)
class ReconcileSettings:
    """When a row is old enough to be looked at, and how long a new round may take."""

    grace: timedelta
    deadline: timedelta


class ReconcileActivities:
    """One comparison of every open job with its workflow, and of every open workflow with its row."""

    def __init__(
        self,
        client: Client,
        database: Database,
        catalogue: Catalogue,
        ledger: CallLedger,
        clock: Clock,
        settings: ReconcileSettings,
    ) -> None:
        """Compare `client`'s namespace with `database`."""
        self._client = client
        self._database = database
        self._catalogue = catalogue
        self._ledger = ledger
        self._clock = clock
        self._settings = settings

    @activity.defn(name=contracts.RECONCILE)
    async def reconcile(self) -> contracts.Reconciled:
        """Return how many of each were mended."""
        counts = dict.fromkeys(Mend, 0)
        async with self._database.read() as uow:
            jobs = await uow.jobs.unfinished(older_than=self._clock() - self._settings.grace)
        for job in jobs:
            activity.heartbeat()
            mend = await self._reconcile_job(job)
            if mend is not None:
                counts[mend] += 1
                log.warning("job mended", job=job.id, tenant=job.tenant, mend=mend.value)
        counts[Mend.REBUILT] += await self._rebuild_missing_rows()
        async with self._database.write() as uow:
            await uow.idempotency.expire(before=self._clock() - timedelta(hours=24))
        return contracts.Reconciled(**{mend.value: count for mend, count in counts.items()})

    async def _reconcile_job(self, job: JobRow) -> Mend | None:
        status = await self._status(job.id)
        if status is WorkflowExecutionStatus.RUNNING or await self._is_being_retried(job):
            return None
        if job.status is JobStatus.SUBMITTING:
            return await self._refuse(job)
        if status is WorkflowExecutionStatus.CANCELED or (status is not None and job.cancel_requested):
            return await self._close_cancelled(job)
        if not await self._has_begun(job):
            return await self._restart(job, job.round)
        if status is not None and status in _ENDED_WITHOUT_A_WORD:
            return await self._dead_letter(job, status)
        return await self._restart(job, job.round + 1)

    async def _is_being_retried(self, job: JobRow) -> bool:
        """Whether the dead letter of the round before is still busy starting this one."""
        if job.round == 1:
            return False
        letter = dead_letter_id(JobId(job.id), job.round - 1)
        return await self._status(letter) is WorkflowExecutionStatus.RUNNING

    async def _has_begun(self, job: JobRow) -> bool:
        async with self._database.read() as uow:
            return bool(await uow.steps.of_round(JobId(job.id), job.round))

    async def _status(self, workflow_id: str) -> WorkflowExecutionStatus | None:
        """Return the status of a workflow's newest run; None when Temporal has none."""
        try:
            description = await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        pending = description.raw_description.pending_workflow_task
        if pending.attempt >= _STUCK_AFTER_ATTEMPTS:
            log.error("workflow task keeps failing", workflow=workflow_id, attempts=pending.attempt)
        return description.status

    async def _refuse(self, job: JobRow) -> Mend | None:
        async with self._database.write() as uow:
            row = await uow.jobs.lock(JobId(job.id))
            if row is None or row.status is not JobStatus.SUBMITTING:
                return None
            now = self._clock()
            row.status, row.finished_at, row.updated_at = JobStatus.REFUSED, now, now
            await uow.pages.release(PageId(row.page_id), JobId(row.id))
            await uow.events.append(
                JobId(row.id), TenantId(row.tenant), EventType.END, now, {"status": row.status.value}
            )
        return Mend.REFUSED

    async def _close_cancelled(self, job: JobRow) -> Mend | None:
        async with self._database.write() as uow:
            row = await uow.jobs.lock(JobId(job.id))
            if row is None or not row.status.is_open:
                return None
            await close_cancelled(uow, self._ledger, row, self._clock())
        return Mend.CANCELLED

    async def _dead_letter(self, job: JobRow, status: WorkflowExecutionStatus) -> Mend | None:
        """Hold a round that was terminated, timed out or failed, unless its dead letter is on its way."""
        name = dead_letter_id(JobId(job.id), job.round)
        if await self._status(name) is not None:
            return None
        page = await self._input(job, job.round)
        word = status.name.lower().replace("_", " ")
        failure = contracts.StepFailure(type=ErrorType.UNKNOWN, message=f"the workflow was {word} from outside")
        await self._start(
            contracts.DEAD_LETTER_WORKFLOW,
            contracts.DeadLetterInput(page=page, failure=failure),
            name,
            search_attributes.of_dead_letter(page, failure, NanoUsd(job.cost)),
        )
        return Mend.DEAD_LETTERED

    async def _restart(self, job: JobRow, round_: int) -> Mend | None:
        """Take an open job without a workflow up again, from what is stored."""
        try:
            page = await self._input(job, round_)
        except ErasedError:
            return await self._close_cancelled(job)
        await self._start(contracts.PAGE_WORKFLOW, page, job.id, search_attributes.of_start(page))
        return Mend.RESTARTED

    async def _input(self, job: JobRow, round_: int) -> contracts.PageInput:
        seconds = {model: self._catalogue.timeout(model).total_seconds() for model in job.options.route}
        async with self._database.read() as uow:
            return await stored_round(uow, job, round_, seconds, self._settings.deadline)

    async def _start(self, workflow: str, argument: object, name: str, attributes: TypedSearchAttributes) -> None:
        await self._client.start_workflow(
            workflow,
            argument,
            id=name,
            task_queue=contracts.PAGES_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=attributes,
            static_summary=f"{name}, taken up by reconcile",
        )

    async def _rebuild_missing_rows(self) -> int:
        rebuilt = 0
        async for execution in self._client.list_workflows(_OPEN_WORKFLOWS):
            activity.heartbeat()
            rebuilt += await self._rebuild(execution)
        return rebuilt

    async def _rebuild(self, execution: WorkflowExecution) -> bool:
        """Make the row of a workflow anew from the workflow's input, where an older database lacks it."""
        is_letter = execution.workflow_type == contracts.DEAD_LETTER_WORKFLOW
        name = split_dead_letter_id(execution.id)[0] if is_letter else JobId(execution.id)
        async with self._database.read() as uow:
            if await uow.jobs.find(name) is not None:
                return False
        page = await self._read_input(execution, is_letter=is_letter)
        async with self._database.write() as uow:
            if await uow.jobs.lock(name) is None:
                await restore_job(uow, page, self._clock())
        log.warning("row rebuilt", job=name, tenant=page.tenant)
        return True

    async def _read_input(self, execution: WorkflowExecution, *, is_letter: bool) -> contracts.PageInput:
        handle = self._client.get_workflow_handle(execution.id, run_id=execution.run_id)
        first = await anext(aiter(handle.fetch_history_events(page_size=1)))
        payloads = first.workflow_execution_started_event_attributes.input.payloads
        if is_letter:
            (letter,) = await self._client.data_converter.decode(payloads, [contracts.DeadLetterInput])
            return letter.page
        (page,) = await self._client.data_converter.decode(payloads, [contracts.PageInput])
        return page
