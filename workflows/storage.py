"""How workflows call storage: a database that is away comes back, so these activities are tried until a deadline."""

from datetime import timedelta
from typing import Final, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy

T = TypeVar("T")

_TIMEOUT: Final = timedelta(seconds=30)
_RETRIES: Final = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))


async def store(activity: str, argument: object, result: type[T]) -> T:
    """Run a storage activity on the workflow's own queue. Raises ActivityError when it says that it cannot be done."""
    return await workflow.execute_activity(
        activity,
        argument,
        result_type=result,
        start_to_close_timeout=_TIMEOUT,
        retry_policy=_RETRIES,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    )
