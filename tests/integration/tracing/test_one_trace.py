"""One trace from a request to the models' answers, as a collector gets it from a real API and two real workers."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.integration.tracing.collector import Collector, Span, http_collector
from tests.integration.tracing.processes import Processes, completed, make_page, processes, until
from tests.vendors.behaviour import Act, Behaviour

SECTION: Final = "section:features-1"
TRACE: Final = "0af7651916cd43dd8448eb211c80319c"
CALLER: Final = "b7ad6b7169203331"
WORDS: Final = (b"sourdough", b"Harbour Bakery", b"555 0100", b"bread@example.com", b"Country loaf")
"""Of the brief, and so of prompts and answers."""


@dataclass(frozen=True)
class Story:
    """What came of one job whose first request failed, and whose first worker was stopped in the middle."""

    collector: Collector
    job: str
    lines: dict[str, list[dict[str, Any]]]

    def spans(self, name: str | None = None) -> list[Span]:
        """Return the spans of the job's trace, or those of one name."""
        return [span for span in self.collector.spans() if span.trace == TRACE and name in {None, span.name}]

    def ancestors(self, span: Span) -> list[str]:
        """Return the names above a span, the nearest first; fail where one is missing."""
        by_id = {found.id: found for found in self.spans()}
        names: list[str] = []
        while span.parent != CALLER:
            span = by_id[span.parent]
            names.append(span.name)
        return names


@pytest.fixture(scope="module")
def story(temporal_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("traces")
    with http_collector() as collector:
        yield asyncio.run(_tell(folder, temporal_server, collector))


async def _tell(folder: Path, temporal: str, collector: Collector) -> Story:
    # As guides spell it, with the path that the exporter adds by itself.
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"{collector.endpoint}/v1/traces"}
    async with processes(folder, temporal, variables) as running:
        async with running.api() as http:
            job = await _stopped_in_the_middle(running, http)
            async with running.worker():
                await completed(http, job)
            await http.get("/api/ai/jobs", params={"status": "completed"})
            await http.get("/metrics")
            async with http.stream("GET", f"/api/ai/jobs/{job}/events") as stream:
                await stream.aread()
        return Story(collector, job, {name: running.lines(name) for name in ("api", "worker")})


async def _stopped_in_the_middle(running: Processes, http: httpx.AsyncClient) -> str:
    """Submit a job whose first request fails, and stop its worker under a request for a section that nobody answers."""
    running.vendor.next("outline", Act(behaviour=Behaviour.UNAVAILABLE))
    running.vendor.next(SECTION, Act(behaviour=Behaviour.HANG))
    async with running.worker():
        await until(running.answers)
        job = await make_page(http, traceparent=f"00-{TRACE}-{CALLER}-01")
        await until(lambda: any(entry.tag == SECTION for entry in running.vendor.ledger.entries))
    return job


def test_everything_a_job_did_is_in_the_callers_trace(story: Story) -> None:
    (server,) = story.spans("POST /api/ai/jobs")
    assert (server.parent, server.service) == (CALLER, "pagewright-api")
    services = {span.service for span in story.spans()}
    assert services == {"pagewright-api", "pagewright-worker"}
    models = story.spans("chat gpt-6-luna")
    assert len(models) == sum(span.name == "chat gpt-6-luna" for span in story.collector.spans())
    for span in models:
        above = story.ancestors(span)
        assert above[0] in {"RunActivity:write_outline", "RunActivity:write_section"}
        assert above[-2:] == ["StartWorkflow:PageWorkflow", "POST /api/ai/jobs"]


def test_each_attempt_is_a_span_and_the_failed_one_says_why(story: Story) -> None:
    first, second = sorted(
        story.spans("RunActivity:write_outline"), key=lambda span: span.attributes["pagewright.attempt"]
    )
    assert (first.is_error, first.attributes["error.type"]) == (True, "SERVICE_UNAVAILABLE")
    assert not second.is_error
    assert "error.type" not in second.attributes
    assert first.parent == second.parent
    assert first.attributes["pagewright.job"] == story.job
    assert second.attributes["pagewright.step"] == "outline"
    assert second.attributes["pagewright.model"] == "openai:gpt-6-luna"
    failed, answered = (
        next(span for span in story.spans("chat gpt-6-luna") if span.parent == attempt.id)
        for attempt in (first, second)
    )
    assert (failed.is_error, failed.attributes["error.type"]) == (True, "SERVICE_UNAVAILABLE")
    assert not answered.is_error


def test_a_worker_that_takes_over_repeats_no_span(story: Story) -> None:
    counted = Counter(span.name for span in story.spans())
    assert {name: counted[name] for name in ("RunWorkflow:PageWorkflow", "CompleteWorkflow:PageWorkflow")} == {
        "RunWorkflow:PageWorkflow": 1,
        "CompleteWorkflow:PageWorkflow": 1,
    }
    assert counted["StartActivity:write_outline"] == 1
    assert counted["StartActivity:begin_round"] == 1
    assert counted["StartActivity:write_section"] == 3
    assert counted["RunActivity:write_section"] > 3, "one was cut off with its worker"
    assert max(Counter(span.id for span in story.collector.spans()).values()) == 1


def test_a_request_is_told_by_its_route_and_never_by_its_query(story: Story) -> None:
    (listing,) = [span for span in story.collector.spans() if span.name == "GET /api/ai/jobs"]
    assert listing.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/ai/jobs",
        "http.response.status_code": 200,
        "url.path": "/api/ai/jobs",
        "url.scheme": "http",
        "network.protocol.version": "1.1",
        "server.address": "127.0.0.1",
        "server.port": int(listing.attributes["server.port"]),
    }
    of_api = {span.name for span in story.collector.spans() if span.service == "pagewright-api"}
    assert "GET /api/ai/jobs/{job}" in of_api
    assert not any("metrics" in name or "healthz" in name or "events" in name for name in of_api)


def test_a_request_to_a_model_is_told_by_the_conventions(story: Story) -> None:
    answered = [span for span in story.spans("chat gpt-6-luna") if not span.is_error]
    attributes = answered[0].attributes
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.provider.name"] == "openai"
    assert attributes["gen_ai.request.model"] == "gpt-6-luna"
    assert attributes["gen_ai.request.max_tokens"] > 0
    assert attributes["gen_ai.response.model"] == "gpt-6-luna"
    assert attributes["gen_ai.response.finish_reasons"] == ["stop"]
    assert attributes["gen_ai.usage.input_tokens"] > 0
    assert attributes["gen_ai.usage.output_tokens"] > 0


def test_no_word_of_a_prompt_or_an_answer_leaves(story: Story) -> None:
    sent = b"".join(story.collector.bodies)
    assert len(sent) > 10_000
    assert [word for word in WORDS if word in sent] == []


def test_log_lines_say_in_which_span_they_were_written(story: Story) -> None:
    spans = {(span.trace, span.id): span.name for span in story.collector.spans()}
    done = [line for line in story.lines["worker"] if line["event"] == "activity done"]
    assert done
    assert {spans[line["trace_id"], line["span_id"]] for line in done} >= {"RunActivity:write_outline"}
    requests = [line for line in story.lines["api"] if line["event"] == "request" and line["method"] == "POST"]
    assert [spans[line["trace_id"], line["span_id"]] for line in requests] == ["POST /api/ai/jobs"]
    assert all("trace_id" not in line for line in story.lines["worker"] if line["event"] == "worker polls")
