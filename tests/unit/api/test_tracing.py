"""What a span says of a request to the API, and which requests have none."""

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from api.guards.tracing import telemetry_of
from otlp import Discreet
from tracing import Traces

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def http(exporter: InMemorySpanExporter) -> httpx.AsyncClient:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(Discreet(exporter, captures_content=False)))
    app = FastAPI(telemetry=telemetry_of(Traces(provider, captures_content=False)))

    async def job(job: str) -> dict[str, str]:
        if job == "broken":
            message = "Harbour Bakery"
            raise RuntimeError(message)
        if job == "unavailable":
            raise HTTPException(503)
        return {"trace": f"{get_current_span().get_span_context().trace_id:032x}"}

    async def nothing() -> None:
        return

    app.add_api_route("/jobs/{job}", job)
    for path in ("/jobs/{job}/events", "/metrics", "/healthz", "/readyz", "/api/health"):
        app.add_api_route(path, nothing)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


async def test_a_request_is_named_by_its_route_and_has_no_query(
    http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    await http.get("/jobs/job_1", params={"token": "sesame"})
    span = only(exporter)
    assert (span.name, span.kind, span.status.status_code) == ("GET /jobs/{job}", SpanKind.SERVER, StatusCode.UNSET)
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/jobs/{job}",
        "http.response.status_code": 200,
        "url.path": "/jobs/job_1",
        "url.scheme": "http",
        "network.protocol.version": "1.1",
        "server.address": "localhost",
        "server.port": 80,
    }
    assert "sesame" not in span.to_json()


async def test_the_callers_trace_goes_on(http: httpx.AsyncClient, exporter: InMemorySpanExporter) -> None:
    answer = await http.get("/jobs/job_1", headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
    assert answer.json() == {"trace": TRACE}
    parent = only(exporter).parent
    assert parent is not None
    assert f"{parent.span_id:016x}" == CALLER


@pytest.mark.parametrize("given", ["", "nonsense", f"00-{'0' * 32}-{CALLER}-01"])
async def test_a_trace_that_is_none_begins_anew(
    given: str, http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    await http.get("/jobs/job_1", headers={"traceparent": given})
    assert only(exporter).parent is None


async def test_a_callers_choice_not_to_sample_is_kept(http: httpx.AsyncClient, exporter: InMemorySpanExporter) -> None:
    await http.get("/jobs/job_1", headers={"traceparent": f"00-{TRACE}-{CALLER}-00"})
    assert exporter.get_finished_spans() == ()


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/api/health", "/jobs/job_1/events"])
async def test_machines_that_ask_again_and_again_and_streams_have_no_span(
    path: str, http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    assert (await http.get(path)).status_code == 200
    assert exporter.get_finished_spans() == ()


async def test_a_server_error_is_one_and_a_client_error_is_none(
    http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    await http.get("/jobs/unavailable")
    await http.get("/nowhere/job_1")
    ours, theirs = exporter.get_finished_spans()
    assert (ours.status.status_code, (ours.attributes or {})["error.type"]) == (StatusCode.ERROR, "503")
    assert (theirs.name, theirs.status.status_code) == ("GET", StatusCode.UNSET)
    assert (theirs.attributes or {})["http.response.status_code"] == 404


async def test_what_breaks_is_told_by_its_kind_and_not_by_its_words(
    http: httpx.AsyncClient, exporter: InMemorySpanExporter
) -> None:
    await http.get("/jobs/broken")
    assert (only(exporter).attributes or {})["error.type"] == "RuntimeError"
    assert "Harbour" not in only(exporter).to_json()


async def test_a_made_up_method_makes_no_name(http: httpx.AsyncClient, exporter: InMemorySpanExporter) -> None:
    await http.request("BREW", "/jobs/job_1")
    span = only(exporter)
    assert span.name.startswith("HTTP")
    assert (span.attributes or {})["http.request.method"] == "_OTHER"
