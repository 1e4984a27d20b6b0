"""Dead letters: held when a round failed, taken up by a retry, or given up."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import counting
from activities.call import CallLedger
from activities.clock import Clock
from activities.estimate import Estimator
from activities.job import restore_job
from activities.reopening import conflict, reopen
from domain.call import CallStatus
from domain.dead_letter import DeadLetterStatus
from domain.event import EventType
from domain.ids import JobId, PageId, TenantId, dead_letter_id
from domain.job import JobStatus
from domain.money import NanoUsd
from storage.database import Database
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts


class DeadLetterActivities:
    """Holds, reopens and discards failed rounds."""

    def __init__(self, database: Database, ledger: CallLedger, estimator: Estimator, clock: Clock) -> None:
        """Write to `database`; `estimator` says what a retry would cost."""
        self._database = database
        self._ledger = ledger
        self._estimator = estimator
        self._clock = clock

    @activity.defn(name=contracts.HOLD_DEAD_LETTER)
    async def hold_dead_letter(self, held: contracts.DeadLetterInput) -> contracts.Held:
        """Store the dead letter and fail its job. A repeated call changes nothing.

        Nothing is held of a round that was closed otherwise, or that another one followed.
        """
        name = dead_letter_id(held.page.job_id, held.page.round)
        estimate = await self._retry_estimate(held.page)
        async with self._database.write() as uow:
            job = await uow.jobs.lock(held.page.job_id) or await restore_job(uow, held.page, self._clock())
            letter = await uow.dead_letters.find(name)
            if letter is not None:
                return contracts.Held(held=letter.status is DeadLetterStatus.OPEN)
            if not job.status.is_open or job.round > held.page.round:
                return contracts.Held(held=False)
            await self._ledger.write_off(uow, job, CallStatus.LOST)
            await self._hold(uow, job, held, estimate)
        return contracts.Held()

    @activity.defn(name=contracts.REOPEN_JOB)
    async def reopen_job(self, asked: contracts.ReopenInput) -> contracts.Held:
        """Open a failed job's next round. Raises ApplicationError CONFLICT when the page has no room for it.

        Raises ApplicationError ENDED when a batch has decided already.
        """
        async with self._database.write() as uow:
            job = await uow.jobs.lock(asked.page.job_id)
            letter = await uow.dead_letters.lock(asked.letter)
            if job is None or letter is None:
                message = f"{asked.letter} has no row; reconcile rebuilds it"
                raise ApplicationError(message, type="JOB_MISSING")
            if letter.status is not DeadLetterStatus.OPEN:
                return _again(letter, DeadLetterStatus.RETRIED)
            problem = conflict(job, (await uow.pages.lock_states([job.page_id])).get(job.page_id))
            if problem is not None:
                raise ApplicationError(problem, type=contracts.CONFLICT, non_retryable=True)
            await uow.pages.give({job.page_id: job.id})
            letter.status, letter.closed_at = DeadLetterStatus.RETRIED, self._clock()
            reopen(job, asked.page.round, asked.page.options)
            job.updated_at = self._clock()
        return contracts.Held()

    @activity.defn(name=contracts.DISCARD_DEAD_LETTER)
    async def discard_dead_letter(self, close: contracts.CloseLetterInput) -> contracts.Held:
        """Give a dead letter up; the job stays failed, and what it cost stays on the books.

        Raises ApplicationError ENDED when a batch has decided already.
        """
        async with self._database.write() as uow:
            letter = await uow.dead_letters.lock(close.letter)
            if letter is not None and letter.status is not DeadLetterStatus.OPEN:
                return _again(letter, DeadLetterStatus.DISCARDED)
            if letter is not None:
                letter.status, letter.closed_at = DeadLetterStatus.DISCARDED, self._clock()
                letter.reason = close.reason
        return contracts.Held()

    async def _retry_estimate(self, page: contracts.PageInput) -> NanoUsd | None:
        async with self._database.read() as uow:
            job = await uow.jobs.find(page.job_id)
        return await self._estimator.retry(page, None if job is None else job.estimate)

    async def _hold(
        self, uow: UnitOfWork, job: JobRow, held: contracts.DeadLetterInput, estimate: NanoUsd | None
    ) -> None:
        now, failure = self._clock(), held.failure
        name, tenant = JobId(job.id), TenantId(job.tenant)
        await uow.steps.cut_off(name, held.page.round, now)
        letter = await self._letter(uow, job, held)
        letter.retry_estimate = estimate
        uow.dead_letters.add(letter)
        job.round = held.page.round
        job.status, job.finished_at, job.updated_at = JobStatus.FAILED, now, now
        job.error_type, job.error_message = failure.type, failure.message
        job.provider, job.model, job.paused = failure.provider, failure.model, False
        counting.count_round(uow, job, counting.FAILED)
        await uow.pages.release(PageId(job.page_id), name)
        data = {"round": job.round, "deadLetterId": letter.id, "errorType": failure.type, "message": failure.message}
        await uow.events.append(name, tenant, EventType.FAILED, now, {**data})
        await uow.events.append(name, tenant, EventType.END, now, {"status": job.status.value})

    async def _letter(self, uow: UnitOfWork, job: JobRow, held: contracts.DeadLetterInput) -> DeadLetterRow:
        page, failure = held.page, held.failure
        calls = [call for call in await uow.calls.of_job(page.job_id) if call.round == page.round]
        return DeadLetterRow(
            id=dead_letter_id(page.job_id, page.round),
            tenant=job.tenant,
            job_id=job.id,
            round=page.round,
            page_id=job.page_id,
            status=DeadLetterStatus.OPEN,
            error_type=failure.type,
            error_message=failure.message,
            can_retry=failure.type.mends_by_waiting,
            step=failure.step,
            provider=failure.provider,
            model=failure.model,
            attempts=len(calls),
            finished_sections=len(page.sections),
            planned_sections=None if page.outline is None else len(page.outline.sections),
            spent=job.cost,
            created_at=self._clock(),
        )


def _again(letter: DeadLetterRow, status: DeadLetterStatus) -> contracts.Held:
    """Answer for a decision that is written down already. Raises ApplicationError ENDED when it is another one."""
    if letter.status is status and letter.decided_by is None:
        return contracts.Held()
    message = f"the dead letter is {letter.status.value} already"
    raise ApplicationError(message, type=contracts.ENDED, non_retryable=True)
