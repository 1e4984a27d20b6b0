"""One run of a schedule: begins what is due, and lasts until that has ended, so that Temporal can tell overlaps."""

import asyncio
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.schedule import RunOutcome
    from workflows import contracts
    from workflows.storage import store

_BEGINS_WITHIN: Final = timedelta(minutes=5)
"""A batch of ten thousand lines is copied in seconds."""
_HEARTBEAT: Final = timedelta(seconds=10)
_AGAIN: Final = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))
_LOOK: Final = timedelta(seconds=30)
_LOOK_AGAIN: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=1.5, maximum_interval=timedelta(seconds=60)
)
"""The server repeats the look, which leaves nothing in the history however long the run takes."""
_SCHEDULED_AT: Final = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
"""Set by Temporal on what a schedule starts."""


@workflow.defn(name=contracts.SCHEDULED_RUN_WORKFLOW)
class ScheduledRunWorkflow:
    """Carries ids only: what it begins is a job or a batch, which has a workflow of its own."""

    @workflow.run
    async def run(self, ref: contracts.ScheduleRef) -> contracts.RunResult:
        """Return what was begun and how it ended. Cancelled, it cancels that, and ends when that has ended."""
        beginning = asyncio.create_task(_begin(ref))
        try:
            begun = await asyncio.shield(beginning)
            if begun.outcome is RunOutcome.SKIPPED:
                return contracts.RunResult(**dict(begun))
            end = await _end_of(begun)
        except BaseException as error:
            if not (isinstance(error, asyncio.CancelledError) or is_cancelled_exception(error)):
                raise
            await _cancel(await beginning)
            raise
        return contracts.RunResult(**dict(begun), status=end.status)


async def _begin(ref: contracts.ScheduleRef) -> contracts.Begun:
    info = workflow.info()
    run = contracts.ScheduledRun(
        schedule_id=ref.schedule_id,
        workflow_id=info.workflow_id,
        scheduled_at=info.typed_search_attributes.get(_SCHEDULED_AT) or info.start_time,
    )
    return await workflow.execute_activity(
        contracts.BEGIN_SCHEDULED_RUN,
        run,
        result_type=contracts.Begun,
        start_to_close_timeout=_BEGINS_WITHIN,
        heartbeat_timeout=_HEARTBEAT,
        retry_policy=_AGAIN,
    )


async def _end_of(begun: contracts.Begun) -> contracts.RunEnd:
    return await workflow.execute_activity(
        contracts.AWAIT_SCHEDULED_RUN,
        begun,
        result_type=contracts.RunEnd,
        start_to_close_timeout=_LOOK,
        retry_policy=_LOOK_AGAIN,
    )


async def _cancel(begun: contracts.Begun) -> None:
    """Cancel what was begun and wait for its end: what follows this run finds its page free then."""
    if begun.outcome is not RunOutcome.SKIPPED:
        await store(contracts.CANCEL_SCHEDULED_RUN, begun, contracts.Held)
        await _end_of(begun)
