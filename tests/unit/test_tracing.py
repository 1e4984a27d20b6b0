"""When there are traces, where they go to, and what of them never leaves."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs
from typing_extensions import override

import otlp
import tracing
from logs import Seldom
from tests.programs import python

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
OWN_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that sets OpenTelemetry's variables, and no others of its than these."""
    for name in (ENDPOINT, OWN_ENDPOINT, "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        monkeypatch.delenv(name, raising=False)

    def given(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return given


@pytest.mark.parametrize("name", [ENDPOINT, OWN_ENDPOINT])
def test_there_are_traces_where_an_endpoint_is_named(name: str, environment: Callable[..., None]) -> None:
    environment(**{name: "http://127.0.0.1:4318"})
    assert tracing.is_on()


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {ENDPOINT: ""},
        {ENDPOINT: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"},
        {ENDPOINT: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_there_are_none_elsewhere_and_where_they_are_switched_off(
    variables: dict[str, str], environment: Callable[..., None]
) -> None:
    environment(**variables)
    assert not tracing.is_on()
    assert tracing.start(tracing.API) is None


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({ENDPOINT: "http://127.0.0.1:4318"}, "http://127.0.0.1:4318/v1/traces"),
        ({ENDPOINT: "http://127.0.0.1:4318/"}, "http://127.0.0.1:4318/v1/traces"),
        ({ENDPOINT: "http://127.0.0.1:4318/v1/traces"}, "http://127.0.0.1:4318/v1/traces"),
        ({ENDPOINT: "http://127.0.0.1:4318/v1/traces/"}, "http://127.0.0.1:4318/v1/traces"),
        ({ENDPOINT: "http://127.0.0.1:4318/otlp"}, "http://127.0.0.1:4318/otlp/v1/traces"),
        ({ENDPOINT: "http://127.0.0.1:1", OWN_ENDPOINT: "http://127.0.0.1:4318/x"}, "http://127.0.0.1:4318/x"),
        ({ENDPOINT: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "127.0.0.1:4317"),
        ({ENDPOINT: "http://127.0.0.1:4317/v1/traces", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "127.0.0.1:4317"),
    ],
)
def test_the_endpoint_is_where_spans_go_with_its_path_spelled_out_or_not(
    variables: dict[str, str], endpoint: str, environment: Callable[..., None]
) -> None:
    environment(**variables)
    exporter: Any = otlp.span_exporter()
    try:
        assert exporter._endpoint == endpoint  # noqa: SLF001  the exporter tells it to nobody
    finally:
        exporter.shutdown()


def test_a_protocol_there_is_none_of_is_named_and_stops_nothing(environment: Callable[..., None]) -> None:
    environment(**{ENDPOINT: "http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"})
    with capture_logs() as lines:
        assert tracing.start(tracing.WORKER) is None
    (line,) = lines
    assert line["reason"] == "OTEL_EXPORTER_OTLP_PROTOCOL is http/json: there are http/protobuf and grpc"


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_EXPORTER_OTLP_TIMEOUT": "10s", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        {"OTEL_EXPORTER_OTLP_COMPRESSION": "zip", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "100000"},
        {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "many"},
    ],
)
def test_a_value_that_opentelemetry_refuses_is_told_and_stops_nothing(
    variables: dict[str, str], environment: Callable[..., None]
) -> None:
    environment(**{ENDPOINT: "http://127.0.0.1:4318", **variables})
    with capture_logs() as lines:
        assert tracing.start(tracing.WORKER) is None
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("no traces", "error")
    assert line["reason"]


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "pagewright-worker"),
        ({"OTEL_SERVICE_NAME": "bakery"}, "bakery"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=bakery,host.name=a"}, "bakery"),
    ],
)
def test_a_process_is_called_as_the_environment_says(
    variables: dict[str, str], name: str, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    environment(**variables)
    assert otlp.resource("pagewright-worker").attributes["service.name"] == name


def test_neither_sdk_nor_exporters_are_loaded_without_an_endpoint() -> None:
    program = """
import os, sys
for name in [name for name in os.environ if name.startswith("OTEL_")]:
    del os.environ[name]
import api.server, worker, tracing, logs
assert tracing.start(tracing.WORKER) is None
logs.configure("INFO", traced=tracing.is_on())
heavy = ("opentelemetry.sdk", "opentelemetry.exporter", "temporalio.contrib.opentelemetry")
print([name for name in sys.modules if name.startswith(heavy)])
"""
    assert python(program).stdout.strip() == "[]"


def failed_span(*, captures_content: bool) -> ReadableSpan:
    """Return a span as it leaves in whose block something broke that quotes a page."""
    sent = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(otlp.Discreet(sent, captures_content=captures_content)))
    with suppress(ValueError), provider.get_tracer("tests").start_as_current_span("work"):
        message = "sourdough"
        raise ValueError(message)
    (span,) = sent.get_finished_spans()
    return span


def test_what_an_error_says_stays_here_and_its_kind_leaves() -> None:
    span = failed_span(captures_content=False)
    assert "sourdough" not in span.to_json()
    assert (span.name, span.status.status_code) == ("work", StatusCode.ERROR)
    assert dict(span.events[0].attributes or {}) == {"exception.type": "ValueError", "exception.escaped": "False"}


def test_what_an_error_says_leaves_where_content_may() -> None:
    assert "sourdough" in failed_span(captures_content=True).to_json()


class Stuck(SpanExporter):
    """An exporter whose collector says nothing for a while."""

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        time.sleep(30)
        return SpanExportResult.FAILURE

    @override
    def shutdown(self) -> None:
        time.sleep(30)


def test_a_stop_waits_moments_for_the_last_spans() -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(otlp.BatchSpanProcessor(Stuck()))
    traces = tracing.Traces(provider, captures_content=False)
    traces.tracer.start_span("work").end()
    started = time.monotonic()
    traces.shut_down()
    assert time.monotonic() - started < 6


def test_the_last_spans_leave_at_a_stop() -> None:
    sent = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(otlp.BatchSpanProcessor(sent))
    traces = tracing.Traces(provider, captures_content=False)
    traces.tracer.start_span("work").end()
    traces.shut_down()
    assert [span.name for span in sent.get_finished_spans()] == ["work"]


def record(name: str, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, "cannot send", None, None)


def test_an_exporter_that_cannot_send_says_so_once_in_a_while() -> None:
    filter_ = Seldom("opentelemetry", 0.2)
    said = [filter_.filter(record("opentelemetry.exporter.otlp")) for _ in range(3)]
    time.sleep(0.25)
    assert [*said, filter_.filter(record("opentelemetry.sdk"))] == [True, False, False, True]
    assert all(filter_.filter(record("worker")) for _ in range(3))
    assert all(filter_.filter(record("opentelemetry.sdk", logging.DEBUG)) for _ in range(3))


def test_a_log_line_names_its_span_where_there_is_one() -> None:
    program = """
import logging, logs
from opentelemetry.sdk.trace import TracerProvider
import structlog
logs.configure("INFO", traced=True)
log = structlog.get_logger()
log.info("outside")
with TracerProvider().get_tracer("tests").start_as_current_span("work") as span:
    log.info("inside")
    logging.getLogger("library").warning("inside")
    print("{" + f'"id": "{span.get_span_context().span_id:016x}"' + "}")
"""
    outside, ours, librarys, span = map(json.loads, python(program).stdout.splitlines())
    assert "trace_id" not in outside
    assert ours["span_id"] == librarys["span_id"] == span["id"]
    assert len(ours["trace_id"]) == 32
