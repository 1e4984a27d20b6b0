"""The housekeeping workflow: clears away what nobody may or needs to see any more, on a schedule and on request."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows import contracts


@workflow.defn(name=contracts.HOUSEKEEPING_WORKFLOW)
class HousekeepingWorkflow:
    """One turn; the schedule skips one while the last one still runs."""

    @workflow.run
    async def run(self) -> contracts.Housekept:
        """Return how much was cleared away."""
        return await workflow.execute_activity(
            contracts.HOUSEKEEP,
            result_type=contracts.Housekept,
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=timedelta(minutes=1),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
