"""The page workflow: one round of a job, from its brief to a stored version."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.blocks import Section
    from domain.errors import ErrorType
    from domain.ids import dead_letter_id
    from domain.job import JobStatus
    from domain.outline import Outline
    from domain.step import OUTLINE_STEP, section_step
    from workflows import contracts, search_attributes
    from workflows.dead_letter import DeadLetterWorkflow
    from workflows.deadline import Deadline
    from workflows.gate import Gate
    from workflows.step import StepFailedError, failed_for_good, request_seconds, run_step
    from workflows.storage import store

T = TypeVar("T")


@workflow.defn(name=contracts.PAGE_WORKFLOW)
class PageWorkflow:
    """Outline, all sections in parallel, one finished version; a failed round goes to a dead letter."""

    @workflow.init
    def __init__(self, page: contracts.PageInput) -> None:
        """Start from what the input already holds."""
        self._page = page
        self._outline = page.outline
        self._sections: dict[int, Section] = dict(page.sections)
        self._gate = Gate()

    @workflow.run
    async def run(self, _page: contracts.PageInput) -> contracts.PageResult | None:
        """Make the page. None when the submit had been refused; fails with the error's type when it cannot be made."""
        try:
            if not await self._begin():
                return None
            result = await self._within_deadline(self._make_page())
        except asyncio.CancelledError:
            await self._close_cancelled()
            raise
        except StepFailedError as failed:
            await _to_its_end(self._hand_over(failed.failure))
            raise ApplicationError(failed.failure.message, type=failed.failure.type, non_retryable=True) from None
        search_attributes.show_outcome(JobStatus.COMPLETED, result.cost, provider=result.provider)
        return result

    @workflow.signal(name=contracts.PAUSE_SIGNAL)
    def pause(self) -> None:
        """Start no further step; the deadline stands still."""
        self._gate.pause()

    @workflow.signal(name=contracts.RESUME_SIGNAL)
    def resume(self) -> None:
        """Go on."""
        self._gate.resume()

    async def _make_page(self) -> contracts.PageResult:
        outline = self._outline or await self._write_outline()
        self._outline = outline
        await self._write_sections(outline)
        self._gate.refuse_when_shut()
        sections = tuple(self._sections[index] for index in range(len(outline.sections)))
        finish = contracts.FinishInput(page=self._page, outline=outline, sections=sections)
        try:
            return await store(contracts.FINISH_PAGE, finish, contracts.PageResult)
        except ActivityError as error:
            raise failed_for_good(error) from None

    async def _write_outline(self) -> Outline:
        written = await self._along_route(contracts.WRITE_OUTLINE, OUTLINE_STEP, None, contracts.OutlineResult)
        return written.outline

    async def _write_sections(self, outline: Outline) -> None:
        """Write what is missing, all at once. A section that fails does not throw away the others."""
        missing = [index for index in range(len(outline.sections)) if index not in self._sections]
        writing = [self._write_section(index, outline) for index in missing]
        outcomes = await asyncio.gather(*writing, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _write_section(self, index: int, outline: Outline) -> None:
        step = section_step(index)
        written = await self._along_route(contracts.WRITE_SECTION, step, outline, contracts.SectionResult)
        self._sections[index] = written.section

    async def _along_route(self, activity: str, step: str, outline: Outline | None, result: type[T]) -> T:
        """Try the models of the route in order. Raises StepFailedError of the last one."""
        failure: StepFailedError | None = None
        for model in self._page.options.route:
            try:
                return await run_step(activity, self._step_input(step, model, outline), result, self._gate)
            except StepFailedError as failed:
                failure = failed
                if failed.failure.type is ErrorType.COST_LIMIT:
                    break
        raise failure or AssertionError("a route is never empty")

    def _step_input(self, step: str, model: str, outline: Outline | None) -> contracts.StepInput:
        return contracts.StepInput(
            tenant=self._page.tenant,
            job_id=self._page.job_id,
            page_id=self._page.page_id,
            round=self._page.round,
            step=step,
            model=model,
            is_last_model=model == self._page.options.route[-1],
            request_seconds=request_seconds(self._page, model),
            outline=outline,
            revision=self._page.revision,
        )

    async def _within_deadline(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work`, and end it when the deadline passes. What it had in flight is settled either way.

        A cancel that comes when the work is as good as done comes too late: the result stands.
        """
        working = asyncio.create_task(work)
        deadline = asyncio.create_task(Deadline(self._page.deadline, self._page.options.route, self._gate).passes())
        # No `await` in a `finally`: a worker that stops drops its workflows, and theirs would then run on.
        try:
            await workflow.wait([working, deadline], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            has_result = await self._stop(working)
            await _cancelled(deadline)
            if not has_result:
                raise
        await _cancelled(deadline)
        if not working.done() and not await self._stop(working):
            message = f"the round was not finished within {self._page.deadline}"
            raise StepFailedError(contracts.StepFailure(type=ErrorType.TIMEOUT, message=message))
        return working.result()

    async def _stop(self, working: asyncio.Task[Any]) -> bool:
        """End the round's work and wait for what is in flight. Return whether it had a result all the same."""
        self._gate.shut()
        working.cancel()
        await workflow.wait([working])
        return not working.cancelled() and working.exception() is None

    async def _begin(self) -> bool:
        try:
            begun = await store(contracts.BEGIN_ROUND, contracts.BeginInput(page=self._page), contracts.BeginResult)
        except ActivityError as error:
            raise failed_for_good(error) from None
        if begun.proceed and workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError  # the activity ended before it could learn of it
        return begun.proceed

    async def _close_cancelled(self) -> None:
        totals = await store(contracts.CLOSE_CANCELLED, self._ref(), contracts.Totals)
        search_attributes.show_outcome(JobStatus.CANCELLED, totals.cost)

    async def _hand_over(self, failure: contracts.StepFailure) -> None:
        """Give the failed round to a dead-letter workflow that outlives this one."""
        totals = await store(contracts.COUNT_COST, self._ref(), contracts.Totals)
        page = self._page.model_copy(update={"outline": self._outline, "sections": self._sections})
        await workflow.start_child_workflow(
            DeadLetterWorkflow.run,
            contracts.DeadLetterInput(page=page, failure=failure),
            id=dead_letter_id(page.job_id, page.round),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            static_summary=f"{page.job_id} round {page.round}: {failure.type}",
            search_attributes=search_attributes.of_dead_letter(page, failure, totals.cost),
        )
        search_attributes.show_outcome(JobStatus.FAILED, totals.cost, provider=failure.provider, error=failure.type)

    def _ref(self) -> contracts.RoundRef:
        return contracts.RoundRef(job_id=self._page.job_id, round=self._page.round)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await workflow.wait([task])


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do all of `work`, whatever is cancelled meanwhile: a round that failed is handed over, or nobody finds it."""
    working = asyncio.create_task(work)
    try:
        await workflow.wait([working])
    except asyncio.CancelledError:
        await workflow.wait([working])
    working.result()
