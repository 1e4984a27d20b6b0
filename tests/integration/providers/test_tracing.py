"""Requests to models as spans, whatever the vendor and whatever comes back."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from domain.route import SANDBOX_MODEL, ModelName, bare_name, provider_of
from providers.model import LanguageModel, ModelRequest, ModelRequestError
from providers.probe import PROBE_TOKENS
from providers.sandbox.model import SandboxModel
from providers.tracing import ModelTracing, TracedModel
from tests.integration.providers.conftest import NAMES, ModelMaker
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.server import FakeVendor
from tests.vendors.wire import CACHED_TOKENS, COMPLETION_TOKENS, PROMPT_TOKENS, REASONING_TOKENS

ALL = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
CONVENTIONAL = {"openai": "openai", "anthropic": "anthropic", "google": "gcp.gemini"}

Traced = Callable[..., LanguageModel]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(make: ModelMaker, vendor: FakeVendor, exporter: InMemorySpanExporter) -> Traced:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    def model(name: ModelName, *, captures_content: bool = False, seconds: float = 10) -> LanguageModel:
        tracing = ModelTracing(provider.get_tracer("tests"), captures_content)
        if name == SANDBOX_MODEL:
            return TracedModel(SandboxModel(), name, None, tracing)
        return TracedModel(make(name, seconds=seconds), name, vendor.openai_url, tracing)

    return model


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


@ALL
async def test_an_answer_is_told_by_the_conventions(
    name: str, traced: Traced, vendor: FakeVendor, outline_request: ModelRequest, exporter: InMemorySpanExporter
) -> None:
    await traced(name).request(outline_request)

    span, bare = only(exporter), bare_name(name)
    assert (span.name, span.kind, span.status.status_code) == (f"chat {bare}", SpanKind.CLIENT, StatusCode.UNSET)
    attributes = dict(span.attributes or {})
    assert str(attributes.pop("gen_ai.response.id")).strip()
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": CONVENTIONAL.get(provider_of(name), provider_of(name)),
        "gen_ai.request.model": bare,
        "gen_ai.request.max_tokens": 900,
        "gen_ai.output.type": "json",
        "gen_ai.response.model": bare,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": PROMPT_TOKENS,
        "gen_ai.usage.output_tokens": COMPLETION_TOKENS,
        "gen_ai.usage.cache_read.input_tokens": CACHED_TOKENS,
        "gen_ai.usage.reasoning.output_tokens": REASONING_TOKENS,
        "pagewright.model": name,
        "server.address": "127.0.0.1",
        "server.port": int(vendor.openai_url.split(":")[2].partition("/")[0]),
    }


async def test_the_sandbox_is_a_model_in_this_process(
    traced: Traced, outline_request: ModelRequest, exporter: InMemorySpanExporter
) -> None:
    await traced(SANDBOX_MODEL).request(outline_request)

    span = only(exporter)
    assert (span.name, span.kind) == ("chat template", SpanKind.INTERNAL)
    assert "server.address" not in (span.attributes or {})


@ALL
async def test_a_request_that_hangs_is_an_error_by_our_name(
    name: str, traced: Traced, vendor: FakeVendor, outline_request: ModelRequest, exporter: InMemorySpanExporter
) -> None:
    vendor.always(bare_name(name), Act(behaviour=Behaviour.HANG))
    with pytest.raises(ModelRequestError):
        await traced(name, seconds=0.2).request(outline_request)

    assert only(exporter).status.status_code is StatusCode.ERROR
    assert (only(exporter).attributes or {})["error.type"] == "TIMEOUT"


@ALL
async def test_a_cut_answer_is_an_error_that_cost_tokens(
    name: str, traced: Traced, vendor: FakeVendor, outline_request: ModelRequest, exporter: InMemorySpanExporter
) -> None:
    vendor.always(bare_name(name), Act(behaviour=Behaviour.TRUNCATED))
    with pytest.raises(ModelRequestError):
        await traced(name).request(outline_request)

    attributes = only(exporter).attributes or {}
    assert attributes["error.type"] == "VALIDATION_ERROR"
    assert attributes["gen_ai.response.finish_reasons"] == ("length",)
    assert attributes["gen_ai.usage.output_tokens"] == COMPLETION_TOKENS


async def test_a_request_that_is_cut_off_says_so(
    traced: Traced, vendor: FakeVendor, outline_request: ModelRequest, exporter: InMemorySpanExporter
) -> None:
    vendor.always("gpt-6-luna", Act(behaviour=Behaviour.HANG))
    asking = asyncio.create_task(traced("openai:gpt-6-luna").request(outline_request))
    while not vendor.requests:  # noqa: ASYNC110  the vendor tells nobody
        await asyncio.sleep(0.01)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking

    assert only(exporter).status.status_code is StatusCode.ERROR
    assert (only(exporter).attributes or {})["error.type"] == "CancelledError"


@pytest.mark.parametrize("behaviour", [Behaviour.ANSWER, Behaviour.REJECTED, Behaviour.NOT_JSON_TEXT])
async def test_no_word_of_prompt_or_answer_is_kept_by_itself(
    behaviour: Behaviour,
    traced: Traced,
    vendor: FakeVendor,
    outline_request: ModelRequest,
    exporter: InMemorySpanExporter,
) -> None:
    vendor.always("gpt-6-luna", Act(behaviour=behaviour))
    with suppress(ModelRequestError):
        await traced("openai:gpt-6-luna").request(outline_request)

    assert "Harbour" not in only(exporter).to_json()
    assert "sourdough" not in only(exporter).to_json()


@ALL
async def test_prompt_and_answer_are_kept_where_that_is_asked_for(
    name: str, traced: Traced, outline_request: ModelRequest, exporter: InMemorySpanExporter
) -> None:
    response = await traced(name, captures_content=True).request(outline_request)

    attributes = only(exporter).attributes or {}
    assert "Harbour Bakery" in str(attributes["gen_ai.input.messages"])
    assert "content designer" in str(attributes["gen_ai.system_instructions"])
    assert response.output[:20].replace('"', '\\"') in str(attributes["gen_ai.output.messages"])


async def test_a_probe_is_a_request_too(traced: Traced, exporter: InMemorySpanExporter) -> None:
    await traced("openai:gpt-6-luna").probe()

    assert (only(exporter).attributes or {})["gen_ai.request.max_tokens"] == PROBE_TOKENS
