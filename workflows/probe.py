"""The probe workflow: sees on a schedule whether each provider answers, with one tiny request to each."""

import asyncio
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from workflows import contracts

_ONCE: Final = RetryPolicy(maximum_attempts=1)
"""A probe that fails is the answer."""
_FIRST: Final = Priority(priority_key=1)
_LONGEST_WAIT: Final = timedelta(seconds=30)
"""For a worker: longer ones have nobody, or an operator has just held the queue back."""
_HEARTBEAT_TIMEOUT: Final = timedelta(seconds=5)
_STORAGE_SLACK: Final = timedelta(seconds=10)


@workflow.defn(name=contracts.PROBE_WORKFLOW)
class ProbeWorkflow:
    """One turn; the schedule skips one while the last one still runs."""

    @workflow.run
    async def run(self) -> contracts.ProbeTurn:
        """Return what each provider's probe saw. No provider's failure keeps the others from being seen."""
        plan = await workflow.execute_activity(
            contracts.PLAN_PROBES,
            result_type=contracts.ProbePlan,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
        return contracts.ProbeTurn(results=tuple(await asyncio.gather(*map(_probe, plan.probes))))


async def _probe(probe: contracts.ProbeInput) -> contracts.ProbeResult:
    try:
        return await workflow.execute_activity(
            contracts.PROBE,
            probe,
            result_type=contracts.ProbeResult,
            task_queue=contracts.queue_of(probe.model),
            schedule_to_start_timeout=_LONGEST_WAIT,
            start_to_close_timeout=timedelta(seconds=probe.request_seconds) + _STORAGE_SLACK,
            heartbeat_timeout=_HEARTBEAT_TIMEOUT,
            retry_policy=_ONCE,
            priority=_FIRST,
            summary=probe.model,
        )
    except ActivityError:
        # No worker took it, or the one that did is gone: that says nothing of the provider.
        return contracts.ProbeResult(model=probe.model, message="no worker saw it through")
