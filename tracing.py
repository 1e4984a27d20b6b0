"""Traces: one from an HTTP request through the workflow and each activity attempt to the model's answer, sent by OTLP.

They are on when OpenTelemetry's own variables name an endpoint; without one, nothing of OpenTelemetry is loaded.
"""

import os
import threading
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer
    from temporalio.client import Interceptor

    from providers.tracing import ModelTracing

API: Final = "pagewright-api"
WORKER: Final = "pagewright-worker"
"""What a process is called in traces where OTEL_SERVICE_NAME says nothing else."""

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_CAPTURE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CAPTURES: Final = frozenset({"true", "1", "span_only", "span_and_event"})
"""The plain switch, and what OpenTelemetry's own instrumentations call content in spans."""
_PATIENCE_SECONDS: Final = 3.0
"""What the last spans get to leave: a collector that hangs must not hold up a stop."""

log = structlog.get_logger()


class Traces:
    """A process's source of spans. End it with `shut_down()`, which sends what is left."""

    def __init__(self, provider: "TracerProvider", *, captures_content: bool) -> None:
        """Make spans with `provider`; prompts and answers are in them only with `captures_content`."""
        self.provider = provider
        self._captures_content = captures_content

    @property
    def tracer(self) -> "Tracer":
        """What makes our own spans."""
        return self.provider.get_tracer("pagewright")

    def of_models(self) -> "ModelTracing":
        """Return how requests to models are traced."""
        from providers.tracing import ModelTracing  # noqa: PLC0415  only who traces pays for it

        return ModelTracing(self.tracer, self._captures_content)

    def interceptors(self) -> "list[Interceptor]":
        """Return what carries a trace through Temporal, for a client; workers take them from their client."""
        from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415  as above
        from temporalio.contrib.opentelemetry import TracingInterceptor  # noqa: PLC0415  as above

        from activities.tracing import AttemptSpans, OwnTraces  # noqa: PLC0415  as above

        tracing = TracingInterceptor(self.tracer)
        # Without baggage: what callers put into theirs would lie in histories, and unencrypted.
        tracing.text_map_propagator = tracecontext.TraceContextTextMapPropagator()
        return [OwnTraces(self.tracer), tracing, AttemptSpans()]

    def shut_down(self) -> None:
        """Send the last spans, as far as that takes moments."""
        leaving = threading.Thread(target=self.provider.shutdown, name="last spans", daemon=True)
        leaving.start()
        leaving.join(_PATIENCE_SECONDS)


def is_on() -> bool:
    """Whether the environment names an endpoint for traces, and does not switch them off."""
    is_off = _said("OTEL_SDK_DISABLED") == "true" or _said("OTEL_TRACES_EXPORTER") == "none"
    return not is_off and any(_said(name) for name in _ENDPOINTS)


def start(service: str) -> Traces | None:
    """Begin to trace this process, called `service`; None where traces are off, or are wanted in a way we cannot."""
    if not is_on():
        return None
    from otlp import tracer_provider  # noqa: PLC0415  loads OpenTelemetry's SDK

    captures_content = _said(_CAPTURE) in _CAPTURES
    try:
        provider = tracer_provider(service, captures_content=captures_content)
    except Exception as error:  # noqa: BLE001  for each variable OpenTelemetry has another one
        log.error("no traces", reason=str(error))  # noqa: TRY400  the reason says all: jobs do not wait for a mend
        return None
    return Traces(provider, captures_content=captures_content)


def _said(name: str) -> str:
    return os.environ.get(name, "").strip().lower()
