"""What the spans of activities say of the work, and where a trace ends and another begins.

Temporal's own interceptor makes the spans and carries the trace; these two stand around it.
"""

from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, Tracer, get_current_span
from temporalio import activity, client, worker
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from typing_extensions import override

from activities.log_context import ids_of
from workflows import contracts


class AttemptSpans(client.Interceptor, worker.Interceptor):
    """Says on the span of an attempt which job, step, model and attempt it is, and of which type its error was."""

    @override
    def intercept_activity(self, next: worker.ActivityInboundInterceptor) -> worker.ActivityInboundInterceptor:
        """Wrap the next interceptor."""
        return _Attempt(next)


class _Attempt(worker.ActivityInboundInterceptor):
    @override
    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:
        span = get_current_span()
        span.set_attribute("pagewright.attempt", activity.info().attempt)
        for name, value in ids_of(input.args[0] if input.args else None).items():
            span.set_attribute(f"pagewright.{name}", str(value))
        try:
            return await super().execute_activity(input)
        except ApplicationError as error:
            if error.type is not None and error.category is not ApplicationErrorCategory.BENIGN:
                span.set_attribute("error.type", str(error.type))
            raise


class OwnTraces(client.Interceptor):
    """Gives each job of a batch a trace of its own, linked to the batch's: one of ten thousand jobs shows nothing."""

    def __init__(self, tracer: Tracer) -> None:
        """Make spans with `tracer`."""
        self._tracer = tracer

    @override
    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """Wrap the next interceptor."""
        return _Starts(next, self._tracer)


class _Starts(client.OutboundInterceptor):
    def __init__(self, next_: client.OutboundInterceptor, tracer: Tracer) -> None:
        super().__init__(next_)
        self._tracer = tracer

    @override
    async def start_workflow(self, input: client.StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        if not _is_in_batch():
            return await super().start_workflow(input)
        links = [Link(get_current_span().get_span_context())]
        with self._tracer.start_as_current_span("batch line", Context(), SpanKind.PRODUCER, links=links):
            return await super().start_workflow(input)


def _is_in_batch() -> bool:
    return activity.in_activity() and activity.info().workflow_type == contracts.BATCH_WORKFLOW
