"""Spans leave by OTLP, in batches, in the background; OpenTelemetry's own variables say where to and how.

Queries of addresses stay here; what errors say does, too, unless content is wanted: it may repeat what a model wrote.
"""

import os
from collections.abc import Sequence
from typing import Final

from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from typing_extensions import override

_OWN_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_HTTP: Final = "http/protobuf"
_PATH: Final = "/v1/traces"
_UNNAMED: Final = "unknown_service"
_QUERY: Final = "url.query"
_TEXTS: Final = frozenset({"exception.message", "exception.stacktrace"})


class OtlpError(ValueError):
    """The environment asks for an exporter there is none of. The message says what to set."""


def tracer_provider(service: str, *, captures_content: bool) -> TracerProvider:
    """Return what makes spans of `service` and sends them; texts of errors are in them only with `captures_content`.

    Raises OtlpError. Nothing is sent at exit: the caller shuts it down.
    """
    exporter = span_exporter()
    provider = TracerProvider(resource=resource(service), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Discreet(exporter, captures_content=captures_content)))
    return provider


class Discreet(SpanExporter):
    """Sends spans on without queries, and without what errors say; what kind of error it was stays."""

    def __init__(self, exporter: SpanExporter, *, captures_content: bool) -> None:
        """Send on to `exporter`; with `captures_content` errors may say what they like."""
        self._exporter = exporter
        self._captures_content = captures_content

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans."""
        return self._exporter.export([self._discreet(span) for span in spans])

    @override
    def shutdown(self) -> None:
        """Send nothing more."""
        self._exporter.shutdown()

    def _discreet(self, span: ReadableSpan) -> ReadableSpan:
        says = self._captures_content or not (span.events or span.status.description)
        attributes = span.attributes or {}
        if says and _QUERY not in attributes:
            return span
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes={name: value for name, value in attributes.items() if name != _QUERY},
            events=span.events if says else [_without_text(event) for event in span.events],
            links=span.links,
            kind=span.kind,
            status=span.status if says else Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )


def _without_text(event: Event) -> Event:
    kept = {name: value for name, value in (event.attributes or {}).items() if name not in _TEXTS}
    return Event(event.name, kept, event.timestamp)


def span_exporter() -> SpanExporter:
    """Return what sends spans as the environment says. Raises OtlpError."""
    protocol = next((said for said in map(_said, _PROTOCOLS) if said), _HTTP)
    # Each exporter is loaded with its own transport, and only then.
    match protocol:
        case "http/protobuf":
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  as said above
                OTLPSpanExporter as HttpExporter,
            )

            return HttpExporter(_said(_OWN_ENDPOINT) or _base() + _PATH)
        case "grpc":
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415  as said above
                OTLPSpanExporter as GrpcExporter,
            )

            return GrpcExporter(_base())
        case _:
            message = f"{_PROTOCOLS[1]} is {protocol}: there are {_HTTP} and grpc"
            raise OtlpError(message)


def _base() -> str:
    """Return the endpoint without the path of traces, which guides spell out and the exporter would add again."""
    return (_said(_OWN_ENDPOINT) or _said(_ENDPOINT)).rstrip("/").removesuffix(_PATH)


def resource(service: str) -> Resource:
    """Return who makes the spans, as the environment has it; `service` is its name where that has none."""
    found = Resource.create()
    if not str(found.attributes.get(SERVICE_NAME, _UNNAMED)).startswith(_UNNAMED):
        return found
    return found.merge(Resource({SERVICE_NAME: service}))


def _said(name: str) -> str:
    return os.environ.get(name, "").strip()
