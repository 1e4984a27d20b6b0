"""Prompts and answers leave only where they are asked for; over gRPC, from the sandbox model."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.route import SANDBOX_MODEL
from tests.integration.tracing.collector import Collector, Span, grpc_collector
from tests.integration.tracing.processes import completed, make_page, processes, until


@pytest.fixture(scope="module")
def spans(temporal_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Span]]:
    """Return the requests to models of one job, with its content."""
    with grpc_collector() as collector:
        asyncio.run(_make(tmp_path_factory.mktemp("content"), temporal_server, collector))
        yield [span for span in collector.spans() if span.name == "chat template"]


async def _make(folder: Path, temporal: str, collector: Collector) -> None:
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"{collector.endpoint}/v1/traces",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_SERVICE_NAME": "bakery",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true",
    }
    async with processes(folder, temporal, variables) as running, running.api() as http, running.worker():
        await until(running.answers)
        await completed(http, await make_page(http, route=(SANDBOX_MODEL,)))


def test_the_sandbox_models_requests_are_spans_like_a_vendors(spans: list[Span]) -> None:
    outline = spans[0].attributes
    assert outline["gen_ai.provider.name"] == "sandbox"
    assert outline["gen_ai.request.model"] == outline["gen_ai.response.model"] == "template"
    assert outline["pagewright.model"] == "sandbox:template"
    assert outline["gen_ai.response.finish_reasons"] == ["stop"]
    assert outline["gen_ai.usage.input_tokens"] > 0
    assert "server.address" not in outline


def test_a_service_is_called_what_the_environment_calls_it(spans: list[Span]) -> None:
    assert {span.service for span in spans} == {"bakery"}


def test_prompts_and_answers_are_there_when_they_are_asked_for(spans: list[Span]) -> None:
    attributes = spans[0].attributes
    (asked,) = json.loads(attributes["gen_ai.input.messages"])
    assert (asked["role"], asked["parts"][0]["type"]) == ("user", "text")
    assert "Harbour Bakery bakes 12 kinds of sourdough bread" in asked["parts"][0]["content"]
    (answered,) = json.loads(attributes["gen_ai.output.messages"])
    assert (answered["role"], answered["finish_reason"]) == ("assistant", "stop")
    assert "Harbour Bakery" in answered["parts"][0]["content"]
    assert "content designer" in json.loads(attributes["gen_ai.system_instructions"])[0]["content"]
