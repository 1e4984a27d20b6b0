"""The reconcile workflow: compares workflows with rows on a schedule and mends what came apart."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows import contracts


@workflow.defn(name=contracts.RECONCILE_WORKFLOW)
class ReconcileWorkflow:
    """One comparison; the schedule skips a turn while the last one still runs."""

    @workflow.run
    async def run(self) -> contracts.Reconciled:
        """Return how many of each were mended."""
        return await workflow.execute_activity(
            contracts.RECONCILE,
            result_type=contracts.Reconciled,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
