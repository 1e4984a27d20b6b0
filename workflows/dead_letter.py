"""The dead-letter workflow: a failed round, held until somebody retries or discards it."""

import asyncio
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain.ids import DeadLetterId, dead_letter_id
    from workflows import contracts, search_attributes
    from workflows.priority import of_round
    from workflows.storage import store

_PREVIOUS_RUN_CLOSES: Final = timedelta(seconds=1)


@workflow.defn(name=contracts.DEAD_LETTER_WORKFLOW)
class DeadLetterWorkflow:
    """Holds the error, the finished sections and the bill of one failed round."""

    @workflow.init
    def __init__(self, letter: contracts.DeadLetterInput) -> None:
        """Hold `letter`."""
        self._letter = letter
        self._held = False
        self._ended: str | None = None
        self._one_at_a_time = asyncio.Lock()

    @workflow.run
    async def run(self, letter: contracts.DeadLetterInput) -> str:
        """Wait, for weeks if need be; return `retried` or `discarded`, or `void` when there is nothing to hold."""
        answer = await store(contracts.HOLD_DEAD_LETTER, letter, contracts.Held)
        if not answer.held and self._ended is None:
            self._ended = "void"
        self._held = True
        await workflow.wait_condition(lambda: self._ended is not None and workflow.all_handlers_finished())
        return self._ended or ""

    @workflow.update(name=contracts.RETRY_UPDATE)
    async def retry(self, request: contracts.RetryRequest) -> contracts.RetryResult:
        """Start the next round from the finished sections. Fails with CONFLICT when the page has no room for it."""
        async with self._one_at_a_time:
            await self._ready()
            page = _next_round(self._letter.page, request)
            reopen = contracts.ReopenInput(letter=self._id(), page=page, by=request.by)
            await self._apply(contracts.REOPEN_JOB, reopen)
            await _start(page)
            self._ended = "retried"
        return contracts.RetryResult(job_id=page.job_id, round=page.round)

    @retry.validator
    def _can_retry(self, request: contracts.RetryRequest) -> None:  # noqa: ARG002  the Update's signature
        self._refuse_when_ended()

    @workflow.update(name=contracts.DISCARD_UPDATE)
    async def discard(self, request: contracts.DiscardRequest) -> None:
        """Give the round up for good; what it cost stays on the books."""
        async with self._one_at_a_time:
            await self._ready()
            close = contracts.CloseLetterInput(letter=self._id(), reason=request.reason, by=request.by)
            await self._apply(contracts.DISCARD_DEAD_LETTER, close)
            self._ended = "discarded"

    @discard.validator
    def _can_discard(self, request: contracts.DiscardRequest) -> None:  # noqa: ARG002  the Update's signature
        self._refuse_when_ended()

    @workflow.signal(name=contracts.DECIDED_SIGNAL)
    def decided(self, decided: contracts.Decided) -> None:
        """End: a batch has decided in the row, where only one decision has room, and done what follows from it."""
        self._ended = self._ended or decided.status.value

    async def _ready(self) -> None:
        await workflow.wait_condition(lambda: self._held)
        self._refuse_when_ended()

    def _refuse_when_ended(self) -> None:
        if self._ended is not None:
            message = f"the dead letter is {self._ended} already"
            raise ApplicationError(message, type=contracts.ENDED, non_retryable=True)

    async def _apply(self, activity: str, argument: object) -> None:
        try:
            await store(activity, argument, contracts.Held)
        except ActivityError as error:
            raise (error.cause if isinstance(error.cause, ApplicationError) else error) from None

    def _id(self) -> DeadLetterId:
        return dead_letter_id(self._letter.page.job_id, self._letter.page.round)


def _next_round(page: contracts.PageInput, request: contracts.RetryRequest) -> contracts.PageInput:
    options = page.options.model_copy(
        update={
            "route": request.route or page.options.route,
            "max_cost": page.options.max_cost if request.max_cost is None else request.max_cost,
        }
    )
    seconds = {**page.request_seconds, **request.request_seconds}
    return page.model_copy(update={"round": page.round + 1, "options": options, "request_seconds": seconds})


async def _start(page: contracts.PageInput) -> None:
    """Start the next round, which carries the id of the round before: that one may still be closing."""
    while True:
        try:
            await workflow.start_child_workflow(
                contracts.PAGE_WORKFLOW,
                page,
                id=page.job_id,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                memo={contracts.ROUND_MEMO: page.round},
                search_attributes=search_attributes.of_start(page),
                priority=of_round(page),
                static_summary=f"{page.kind.value} {page.page_id}, round {page.round}",
            )
        except WorkflowAlreadyStartedError:
            await workflow.sleep(_PREVIOUS_RUN_CLOSES)
        else:
            return
