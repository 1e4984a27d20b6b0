"""Every log line of an activity carries the ids of its job, tenant, workflow and run, and its end is one such line."""

import time
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor
from typing_extensions import override

from workflows.contracts import (
    BatchRef,
    BeginInput,
    CloseLetterInput,
    DeadLetterInput,
    FinishInput,
    ReopenInput,
    RoundRef,
    StepInput,
)

log = structlog.get_logger()


class LogContextInterceptor(Interceptor):
    """Binds the ids of an activity to the task it runs in, and so to what the SDK says of its failure too."""

    @override
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the next interceptor."""
        return _Inbound(next)


class _Inbound(ActivityInboundInterceptor):
    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        ids: dict[str, object] = {
            "workflow": info.workflow_id,
            "run": info.workflow_run_id,
            "activity": info.activity_type,
            "attempt": info.attempt,
        }
        of_the_job = ids_of(input.args[0] if input.args else None)
        bind_contextvars(**ids, **of_the_job)
        started = time.monotonic()
        result = await super().execute_activity(input)
        # What is about no job runs every minute and finds nothing, nearly always.
        say = log.info if of_the_job else log.debug
        say("activity done", ms=round((time.monotonic() - started) * 1000))
        return result


def ids_of(argument: object) -> dict[str, object]:
    """Return the ids of what an activity is about, by what log lines and spans call them."""
    match argument:
        case StepInput():
            return {"job": argument.job_id, "tenant": argument.tenant, "step": argument.step, "model": argument.model}
        case BeginInput() | FinishInput() | DeadLetterInput() | ReopenInput():
            return {"job": argument.page.job_id, "tenant": argument.page.tenant}
        case RoundRef():
            return {"job": argument.job_id}
        case CloseLetterInput():
            return {"dead_letter": argument.letter}
        case BatchRef():
            return {"batch": argument.batch_id}
        case _:
            return {}
