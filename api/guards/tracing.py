"""Which requests are spans. FastAPI makes them, by OpenTelemetry's conventions, and goes on with a `traceparent`."""

from collections.abc import MutableMapping
from typing import Any, Final

from fastapi.telemetry import TelemetryConfig

from api.guards.access_log import QUIET
from tracing import Traces

_STREAM: Final = "/events"
"""What paths of event streams end in. They last as long as their reader likes, and a span would tell of that."""


def telemetry_of(traces: Traces | None) -> TelemetryConfig:
    """Return what FastAPI tells OpenTelemetry: a span a request, and nothing at all without `traces`.

    What FastAPI would read from the environment, and send by itself, is left to `traces`.
    """
    config = TelemetryConfig(
        tracing=traces is not None, operation_spans=False, metrics=False, logs=False, auto_configure=False
    )
    if traces is not None:
        config["tracer_provider"] = traces.provider
        config["exclude"] = _is_left_out
    return config


def _is_left_out(scope: MutableMapping[str, Any]) -> bool:
    """Whether a request is one of machines that ask every few seconds, or a stream."""
    path: str = scope["path"]
    return path in QUIET or path.endswith(_STREAM)
