"""Traces of what no request started, and of what is replayed."""

import re
import sys
from base64 import b64decode
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from importlib.abc import MetaPathFinder
from types import ModuleType

import pytest
from opentelemetry.baggage import set_baggage
from opentelemetry.context import attach, detach
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Interceptor, Replayer, Worker
from typing_extensions import override

from domain.ids import JobId, PageId
from providers.catalogue import Catalogue
from tests.replay.recording import HISTORIES
from tests.workflows.batches import items, start_batch, store_lines
from tests.workflows.schedules import start_run, store_schedule
from tests.workflows.world import World
from tracing import Traces
from worker import WORKFLOWS, workflow_runner

Spans = Callable[[str], list[ReadableSpan]]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(exporter: InMemorySpanExporter) -> Traces:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Traces(provider, captures_content=False)


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Spans:
    """Return what finds the spans of a name."""
    return lambda name: [span for span in exporter.get_finished_spans() if span.name == name]


@pytest.fixture
async def traced(world: World, traces: Traces) -> AsyncGenerator[World]:
    """Return the world with a client and models that are traced."""
    address = world.client.service_client.config.target_host
    client = await Client.connect(
        address, data_converter=pydantic_data_converter, identity="tests", interceptors=traces.interceptors()
    )
    catalogue = Catalogue(world.settings, traces.of_models())
    yield replace(world, client=client, catalogue=catalogue)
    await catalogue.aclose()


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.trace_id


async def test_each_job_of_a_batch_is_a_trace_linked_to_the_batchs(traced: World, spans: Spans) -> None:
    batch = await store_lines(traced, 3)
    async with traced.working():
        handle = await start_batch(traced, batch)
        await handle.result()
        jobs = [JobId(line.job_id or "") for line in await items(traced, batch)]
        for job in jobs:
            await traced.result(job)
    lines = spans("batch line")
    (start,) = spans("StartWorkflow:BatchWorkflow")
    turns = {span.context.span_id for span in spans("RunActivity:advance_batch") if span.context is not None}
    assert len({trace_of(line) for line in lines} - {trace_of(start)}) == 3
    assert {link.context.span_id for line in lines for link in line.links} <= turns
    assert {trace_of(turn) for turn in spans("RunActivity:advance_batch")} == {trace_of(start)}
    assert {trace_of(page) for page in spans("RunActivity:finish_page")} == {trace_of(line) for line in lines}


async def test_what_a_schedule_begins_is_in_the_trace_of_its_beginning(traced: World, spans: Spans) -> None:
    async with traced.working():
        first = await traced.submit()
        await traced.result(first)
        schedule = await store_schedule(traced, PageId((await traced.page(first)).id))
        # Temporal starts runs of schedules without a caller, and so without a trace.
        await (await start_run(replace(traced, client=await _untraced(traced)), schedule)).result()
    (began,) = spans("RunActivity:begin_scheduled_run")
    assert began.parent is None
    asked = [span for span in spans("chat gpt-6-luna") if trace_of(span) == trace_of(began)]
    assert len(asked) == 4, "an outline and three sections"


async def _untraced(world: World) -> Client:
    address = world.client.service_client.config.target_host
    return await Client.connect(address, data_converter=pydantic_data_converter)


async def test_a_worker_that_remembers_no_workflow_repeats_no_span(
    traced: World, spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.Worker", _forgetful)
    async with traced.working():
        await traced.result(await traced.submit())
    assert len(spans("RunWorkflow:PageWorkflow")) == len(spans("CompleteWorkflow:PageWorkflow")) == 1
    assert len(spans("StartActivity:write_outline")) == len(spans("RunActivity:write_outline")) == 1
    assert len(spans("StartActivity:write_section")) == len(spans("RunActivity:write_section")) == 3


async def test_a_traced_workflow_imports_nothing_of_opentelemetry_anew(traced: World) -> None:
    found: list[str] = []

    class Finder(MetaPathFinder):
        """Sees what is imported that is not loaded, or not loaded in a workflow's sandbox."""

        @override
        def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
            found.append(fullname)

    finder = Finder()
    async with traced.working():
        await traced.result(await traced.submit())
        sys.meta_path.insert(0, finder)
        try:
            await traced.result(await traced.submit())
        finally:
            sys.meta_path.remove(finder)
    assert "workflows.page" in found, "the sandbox imports it in each run"
    assert [name for name in found if name.startswith(("opentelemetry", "temporalio"))] == []


def _forgetful(*arguments: object, **options: object) -> Worker:
    """Return a worker that replays a workflow from its first event at each of its tasks."""
    return Worker(*arguments, **{**options, "max_cached_workflows": 0})  # pyright: ignore[reportArgumentType]  handed on


async def test_replaying_a_traced_history_makes_no_span(
    traced: World, traces: Traces, exporter: InMemorySpanExporter
) -> None:
    async with traced.working():
        job = await traced.submit()
        await traced.result(job)
    made = len(exporter.get_finished_spans())
    history = await traced.handle(job).fetch_history()
    assert (await replayer(traces).replay_workflow(history)).replay_failure is None
    assert len(exporter.get_finished_spans()) == made


async def test_what_a_caller_carries_along_does_not_get_into_histories(traced: World) -> None:
    token = attach(set_baggage("crumb", "sourdough-starter"))
    job = await traced.submit()
    detach(token)
    history = (await traced.handle(job).fetch_history()).to_json()
    assert "_tracer-data" in history
    assert "sourdough-starter" not in unpacked(history)


def unpacked(history: str) -> str:
    """Return a history with what its payloads say."""
    return re.sub(r'"data": "([^"]*)"', lambda found: b64decode(found[1]).decode(), history)


async def test_histories_from_before_there_were_traces_replay_with_them(traces: Traces) -> None:
    for file in sorted(HISTORIES.glob("*/*.json")):
        history = WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))
        assert (await replayer(traces).replay_workflow(history)).replay_failure is None


def replayer(traces: Traces) -> Replayer:
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        data_converter=pydantic_data_converter,
        interceptors=[each for each in traces.interceptors() if isinstance(each, Interceptor)],
    )
