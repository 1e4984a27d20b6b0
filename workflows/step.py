"""A step of a page workflow: one piece of writing, tried along the route until a model delivers."""

import asyncio
from datetime import timedelta
from typing import Final, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.errors import ErrorType
    from domain.step import section_index
    from workflows import contracts
    from workflows.gate import Gate

T = TypeVar("T")

_HEARTBEAT_TIMEOUT: Final = timedelta(seconds=5)
_STORAGE_SLACK: Final = timedelta(seconds=10)
_DEFAULT_REQUEST_SECONDS: Final = 15.0
_PAUSE_BETWEEN_SERIES: Final = timedelta(seconds=5)
# A killed worker and a busy budget use up attempts without being the vendor's failure: the activity counts
# tries in call rows and says itself when it is over.
_ATTEMPTS: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30), maximum_attempts=20
)


class StepFailedError(Exception):
    """The route is exhausted; `failure` says on what it ended."""

    def __init__(self, failure: contracts.StepFailure) -> None:
        """Fail with the last model's failure."""
        super().__init__(failure.message)
        self.failure = failure


def request_seconds(page: contracts.PageInput, model: str) -> float:
    """Return the longest time one request to a model may take, in seconds."""
    return page.request_seconds.get(model, _DEFAULT_REQUEST_SECONDS)


async def run_step(activity: str, step: contracts.StepInput, result: type[T], gate: Gate) -> T:
    """Run one step on one model until it is done or given up.

    Raises StepFailedError when the model is given up, CancelledError when the round is over. An attempt that ended
    without saying so (its worker was killed, its job is paused) is not the model's failure and is run again.
    """
    held_at: int | None = None
    while True:
        passage = await gate.passed()
        try:
            return await _attempt(activity, step, result)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise asyncio.CancelledError from None
            failure, is_held = _verdict(error, step), _is_held_by_pause(error)
        if failure is not None:
            raise StepFailedError(failure)
        if is_held and held_at == passage:
            gate.learn_of_pause(passage)
        held_at = passage if is_held else None
        await workflow.sleep(_PAUSE_BETWEEN_SERIES)


async def _attempt(activity: str, step: contracts.StepInput, result: type[T]) -> T:
    return await workflow.execute_activity(
        activity,
        step,
        result_type=result,
        task_queue=contracts.queue_of(step.model),
        start_to_close_timeout=timedelta(seconds=2 * step.request_seconds) + _STORAGE_SLACK,
        heartbeat_timeout=_HEARTBEAT_TIMEOUT,
        retry_policy=_ATTEMPTS,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=_summary(step),
    )


def _summary(step: contracts.StepInput) -> str:
    if step.outline is None:
        return f"outline, {step.model}"
    plan = step.outline.sections[section_index(step.step)]
    return f"{step.step} {plan.type.value}, {step.model}"


def _is_held_by_pause(error: ActivityError) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == contracts.PAUSED


def failed_for_good(error: ActivityError) -> BaseException:
    """Return what the end of an activity that belongs to no step means for its round: a cancel, or a failure."""
    if is_cancelled_exception(error):
        return asyncio.CancelledError()
    return StepFailedError(_failure(error.cause, None))


def _verdict(error: ActivityError, step: contracts.StepInput) -> contracts.StepFailure | None:
    """Return the failure of a model that is given up; None when nobody said that it is."""
    cause = error.cause
    if not isinstance(cause, ApplicationError) or not cause.non_retryable or cause.type == contracts.PAUSED:
        return None
    return _failure(cause, step)


def _failure(cause: BaseException | None, step: contracts.StepInput | None) -> contracts.StepFailure:
    type_, message = ErrorType.UNKNOWN, "a step failed in an unforeseen way; the worker's log has the reason"
    if isinstance(cause, ApplicationError) and cause.type in set(ErrorType):
        type_, message = ErrorType(cause.type), cause.message
    return contracts.StepFailure(
        type=type_,
        message=message,
        step=None if step is None else step.step,
        model=None if step is None else step.model,
    )
