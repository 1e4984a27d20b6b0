"""The steps of a page: its outline and its sections."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.attempt import Attempt, given_up
from activities.call import CallLedger
from activities.heartbeat import heartbeating
from activities.writing import OutlineWriting, SectionWriting, Writing
from domain.brief import Brief
from domain.errors import ErrorType, Failure
from domain.outline import Outline
from domain.step import section_index
from domain.task import OutlineTask, SectionTask
from providers.catalogue import Catalogue, UnknownModelError
from storage.database import Database
from storage.job import JobRow
from workflows import contracts

_LOOK_AGAIN_FOR_JOB: Final = timedelta(seconds=10)


class StepActivities:
    """Writes outlines and sections."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        ledger: CallLedger,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Ask the models of `catalogue`; `jitter` draws from [0, 1)."""
        self._database = database
        self._catalogue = catalogue
        self._ledger = ledger
        self._jitter = jitter

    @activity.defn(name=contracts.WRITE_OUTLINE)
    async def write_outline(self, step: contracts.StepInput) -> contracts.OutlineResult:
        """Plan the page. Raises ApplicationError with an ErrorType."""
        async with heartbeating():
            job = await self._job(step)
            kept = await self._write(step, OutlineWriting(_outline_task(job)), job.options.tries)
        return contracts.OutlineResult(outline=Outline.model_validate(kept))

    @activity.defn(name=contracts.WRITE_SECTION)
    async def write_section(self, step: contracts.StepInput) -> contracts.SectionResult:
        """Write one section of the page. Raises ApplicationError with an ErrorType."""
        async with heartbeating():
            job = await self._job(step)
            kept = await self._write(step, SectionWriting(_section_task(job, step)), job.options.tries)
        return contracts.SectionResult.model_validate({"section": kept})

    async def _write(self, step: contracts.StepInput, writing: Writing, tries: int) -> JsonValue:
        try:
            model = self._catalogue.get(step.model)
        except UnknownModelError:
            message = f"{step.model} is not among the models of this installation"
            raise given_up(Failure(ErrorType.MODEL_ERROR, message)) from None
        return await Attempt(self._ledger, step, writing, model, tries, self._jitter).run()

    async def _job(self, step: contracts.StepInput) -> JobRow:
        async with self._database.read() as uow:
            job = await uow.jobs.find(step.job_id)
        if job is None:
            message = f"{step.job_id} has no row; reconcile rebuilds it"
            raise ApplicationError(message, type="JOB_MISSING", next_retry_delay=_LOOK_AGAIN_FOR_JOB)
        return job


def _outline_task(job: JobRow) -> OutlineTask:
    return OutlineTask(brief=_brief(job), language=job.language, seed=job.options.seed, faults=job.options.sandbox)


def _section_task(job: JobRow, step: contracts.StepInput) -> SectionTask:
    if step.outline is None:
        message = f"{step.step} came without an outline"
        raise ApplicationError(message, type=ErrorType.UNKNOWN, non_retryable=True)
    revision = step.revision
    return SectionTask(
        brief=_brief(job),
        language=job.language,
        outline=step.outline,
        plan=step.outline.sections[section_index(step.step)],
        instruction=None if revision is None else revision.instruction,
        current=None if revision is None else revision.current,
        seed=job.options.seed,
        faults=job.options.sandbox,
    )


def _brief(job: JobRow) -> Brief:
    if job.brief is None:
        message = f"the page of {job.id} was erased"
        raise ApplicationError(message, type=ErrorType.UNKNOWN, non_retryable=True)
    return job.brief
