"""Reconcile: workflows against rows. Mends what a crash, an operator or an older database tore apart."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.call import CallLedger
from activities.clock import Clock
from activities.dead_letter import DeadLetterActivities
from activities.intake import refuse_submit
from activities.job import close_cancelled
from activities.open_batches import OpenBatches
from activities.open_workflows import OpenWorkflows
from activities.queue import QueueRates
from activities.schedules import Schedules
from activities.stored_round import ErasedError, stored_round
from domain.errors import ErrorType
from domain.ids import JobId, dead_letter_id
from domain.job import JobStatus
from domain.money import NanoUsd
from domain.route import ModelName
from storage.database import Database
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from workflows import contracts, search_attributes
from workflows.priority import of_round
from workflows.start import start_page

_ENDED_WITHOUT_A_WORD: Final = frozenset(
    {
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TIMED_OUT,
    }
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
    REHELD = "reheld"


@dataclass(frozen=True, slots=True)
class ReconcileSettings:
    """When a row is old enough to be looked at, and how long a new round and each of its requests may take."""

    grace: timedelta
    deadline: timedelta
    timeout: Callable[[ModelName], timedelta]
    providers: tuple[str, ...]
    """Whose queues are compared."""


class ReconcileActivities:
    """One comparison of every open job with its workflow, and of every open workflow with its row."""

    def __init__(
        self,
        client: Client,
        database: Database,
        ledger: CallLedger,
        letters: DeadLetterActivities,
        clock: Clock,
        settings: ReconcileSettings,
    ) -> None:
        """Compare `client`'s namespace with `database`."""
        self._client = client
        self._database = database
        self._ledger = ledger
        self._queues = QueueRates(client, database, settings.providers)
        self._schedules = Schedules(client, database)
        self._clock = clock
        self._settings = settings
        self._open_workflows = OpenWorkflows(client, database, letters, clock)
        self._open_batches = OpenBatches(client, database, settings.grace, clock)

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
        rebuilt, letters = await self._open_workflows.rebuild_rows()
        counts[Mend.REBUILT] += rebuilt
        counts[Mend.REHELD] += await self._hold_again(letters)
        batches = await self._open_batches.mend()
        async with self._database.write() as uow:
            await uow.idempotency.expire(before=self._clock() - timedelta(hours=24))
        schedules = await self._schedules.mend()
        queues = await self._mend_queues()
        mended = {mend.value: count for mend, count in counts.items()}
        return contracts.Reconciled(**mended, batches=batches, schedules=schedules, queues=queues)

    async def _mend_queues(self) -> int:
        """Compare queues last: a server that keeps no rates must not hold up jobs."""
        try:
            return await self._queues.mend()
        except RPCError as error:
            log.error("queues not compared", reason=error.message[:300])  # noqa: TRY400  whose traceback says no more
            return 0

    async def _reconcile_job(self, job: JobRow) -> Mend | None:
        # The dead letter is asked first: it starts the next round before it ends.
        if await self._is_being_retried(job):
            return None
        status = await self._status(job.id)
        if status is WorkflowExecutionStatus.RUNNING:
            return None
        if job.status is JobStatus.SUBMITTING:
            return await self._refuse(job)
        if job.cancel_requested:
            return await self._close_cancelled(job)
        return await self._go_on(job, status)

    async def _go_on(self, job: JobRow, status: WorkflowExecutionStatus | None) -> Mend | None:
        """Take up an open job whose workflow, by its status, has ended or never was."""
        if not await self._has_begun(job):
            # Whatever ended, it was not this round: a cancelled job may be retried before its workflow has closed.
            return await self._restart(job, job.round)
        if status is WorkflowExecutionStatus.CANCELED:
            return await self._close_cancelled(job)
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
            if row is None or not await refuse_submit(uow, row, self._clock()):
                return None
        return Mend.REFUSED

    async def _close_cancelled(self, job: JobRow) -> Mend | None:
        async with self._database.write() as uow:
            row = await uow.jobs.lock(JobId(job.id))
            if row is None or not row.is_in(job.round):
                return None
            await close_cancelled(uow, self._ledger, row, self._clock())
        return Mend.CANCELLED

    async def _dead_letter(self, job: JobRow, status: WorkflowExecutionStatus) -> Mend | None:
        """Hold a round that was terminated, timed out or failed, unless its dead letter is on its way."""
        name = dead_letter_id(JobId(job.id), job.round)
        if await self._status(name) is not None:
            return None
        word = status.name.lower().replace("_", " ")
        failure = contracts.StepFailure(type=ErrorType.UNKNOWN, message=f"the workflow was {word} from outside")
        await self._start_letter(job, failure)
        return Mend.DEAD_LETTERED

    async def _hold_again(self, running: AbstractSet[str]) -> int:
        """Start the workflow of every open dead letter that has none: somebody ended it, or Temporal lost it."""
        async with self._database.read() as uow:
            letters = await uow.dead_letters.open(older_than=self._clock() - self._settings.grace)
        gone = [letter for letter in letters if letter.id not in running]
        return sum([await self._hold_letter_again(letter) for letter in gone])

    async def _hold_letter_again(self, letter: DeadLetterRow) -> bool:
        activity.heartbeat()
        async with self._database.read() as uow:
            job = await uow.jobs.find(JobId(letter.job_id))
        if job is None or job.status is not JobStatus.FAILED or job.round != letter.round:
            return False
        if await self._status(letter.id) is WorkflowExecutionStatus.RUNNING:
            return False
        failure = contracts.StepFailure(
            type=letter.error_type, message=letter.error_message or "", step=letter.step, model=letter.model
        )
        try:
            await self._start_letter(job, failure)
        except ErasedError:
            return False
        log.warning("dead letter held again", dead_letter=letter.id, tenant=letter.tenant)
        return True

    async def _start_letter(self, job: JobRow, failure: contracts.StepFailure) -> None:
        page = await self._input(job, job.round)
        name = dead_letter_id(page.job_id, page.round)
        await self._client.start_workflow(
            contracts.DEAD_LETTER_WORKFLOW,
            contracts.DeadLetterInput(page=page, failure=failure),
            id=name,
            task_queue=contracts.PAGES_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=search_attributes.of_dead_letter(page, failure, NanoUsd(job.cost)),
            priority=of_round(page),
            static_summary=f"{name}, taken up by reconcile",
        )

    async def _restart(self, job: JobRow, round_: int) -> Mend | None:
        """Take an open job without a workflow up again, from what is stored."""
        try:
            page = await self._input(job, round_)
        except ErasedError:
            return await self._close_cancelled(job)
        await start_page(self._client, page, by=", taken up by reconcile")
        return Mend.RESTARTED

    async def _input(self, job: JobRow, round_: int) -> contracts.PageInput:
        seconds = {model: self._settings.timeout(model).total_seconds() for model in job.options.route}
        async with self._database.read() as uow:
            return await stored_round(uow, job, round_, seconds, self._settings.deadline)
