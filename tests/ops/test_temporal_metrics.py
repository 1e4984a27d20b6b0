"""What rules expect of Temporal's metrics is what a real server and a worker's SDK expose when such things happen."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Final

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from temporalio import activity, workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    SchedulePolicy,
    ScheduleSpec,
    WorkflowFailureError,
)
from temporalio.common import RetryPolicy
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from embedded.children import LOOPBACK, temporal_command
from embedded.readiness import TemporalReadiness
from exporter import SdkMetrics
from tests.ops.rules import temporal_metrics
from tests.programs import Process, start, tied

pytestmark = [pytest.mark.slow, pytest.mark.requires("temporal"), pytest.mark.timeout(180)]

QUEUE: Final = "pages"
TOO_LARGE: Final = "x" * (3 * 1024 * 1024)
REQUESTS_A_SECOND: Final = 100
SHORTEST_CATCHUP: Final = timedelta(seconds=10)
AWAY_SECONDS: Final = 16.0

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


@activity.defn
async def answer_too_much() -> str:
    return TOO_LARGE


@workflow.defn(name="Changed")
class Before:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(seconds=2))
        await workflow.sleep(timedelta(hours=1))


@workflow.defn(name="Changed")
class After:
    @workflow.run
    async def run(self) -> None:
        await call_activity()


@workflow.defn
class Broken:
    @workflow.run
    async def run(self) -> None:
        message = "a bug of the workflow's"
        raise ValueError(message)


@workflow.defn
class Large:
    @workflow.run
    async def run(self) -> str:
        return TOO_LARGE


@workflow.defn
class LargeActivity:
    @workflow.run
    async def run(self) -> None:
        await call_activity()


async def call_activity() -> None:
    await workflow.execute_activity(
        answer_too_much,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=RetryPolicy(maximum_attempts=1),
    )


@dataclass(frozen=True, slots=True)
class Server:
    """A Temporal server with metrics, which can be killed and started again."""

    command: tuple[str, ...]
    port: int
    metrics_port: int

    @contextmanager
    def running(self) -> Generator[None]:
        process: Process = start(*tied(*self.command), stdout=DEVNULL, stderr=DEVNULL)
        try:
            yield
        finally:
            process.kill()
            process.wait(30)

    async def client(self, sdk: SdkMetrics | None = None) -> Client:
        readiness = TemporalReadiness(f"{LOOPBACK}:{self.port}")
        while not await readiness.is_ready():  # noqa: ASYNC110  another process gets ready; the test's timeout bounds it
            await asyncio.sleep(0.1)
        return await Client.connect(f"{LOOPBACK}:{self.port}", runtime=sdk.runtime if sdk else None)

    def exposed(self) -> str:
        return httpx.get(f"http://{LOOPBACK}:{self.metrics_port}/metrics", trust_env=False).text

    def samples(self) -> list[Sample]:
        """Return those of the metrics that are listed: there are megabytes of others."""
        lines = [line for line in self.exposed().splitlines() if line.startswith(tuple(temporal_metrics("temporal")))]
        families = text_string_to_metric_families("\n".join([*lines, ""]))
        return [sample for family in families for sample in family.samples]


@pytest.fixture
def server(temporal_binary: Path, free_port: Callable[[], int], tmp_path: Path) -> Server:
    port, metrics_port = free_port(), free_port()
    command = temporal_command(temporal_binary, tmp_path / "temporal.db", port, None, metrics_port)
    limit = ("--dynamic-config-value", f"frontend.namespaceRPS={REQUESTS_A_SECOND}")
    return Server((*command, *limit), port, metrics_port)


@asynccontextmanager
async def working(client: Client, *workflows: type) -> AsyncGenerator[None]:
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=workflows,
        activities=[answer_too_much],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        yield


def values(samples: list[Sample], metric: str, label: str) -> set[str]:
    return {sample.labels[label] for sample in samples if sample.name == metric}


def missing(samples: list[Sample], job: str) -> dict[str, Any]:
    """Return the metrics that the README lists and nothing exposes, with the labels found instead."""
    found: dict[str, set[str]] = {}
    for sample in samples:
        found.setdefault(sample.name, set()).update(sample.labels)
    listed = temporal_metrics(job)
    return {name: found.get(name) for name, labels in listed.items() if not labels <= found.get(name, set())}


async def test_a_worker_tells_why_its_tasks_fail_and_what_it_waits_for(server: Server, eventually: Eventually) -> None:
    sdk = SdkMetrics()
    failed = "temporal_workflow_task_execution_failed_total"

    def samples() -> list[Sample]:
        return [sample for family in sdk.collect() for sample in family.samples]

    with server.running():
        client = await server.client(sdk)
        async with working(client, Before, Broken, Large, LargeActivity):
            for broken in (Before, Broken, Large):
                await client.start_workflow(broken.run, id=broken.__name__, task_queue=QUEUE)
            with pytest.raises(WorkflowFailureError):
                await client.execute_workflow(LargeActivity.run, id="activity", task_queue=QUEUE)
        async with working(client, After, Broken, Large, LargeActivity):
            await eventually(lambda: "NonDeterminismError" in values(samples(), failed, "failure_reason"))
            exposed = samples()

    assert missing(exposed, "worker") == {}
    assert values(exposed, failed, "failure_reason") == {"NonDeterminismError", "PayloadsTooLarge", "WorkflowError"}
    assert values(exposed, "temporal_activity_execution_failed_total", "failure_reason") == {"PayloadsTooLarge"}
    assert values(exposed, "temporal_worker_task_slots_used", "worker_type") >= {"ActivityWorker", "WorkflowWorker"}


async def test_a_server_tells_what_it_refuses_and_what_it_missed(server: Server, eventually: Eventually) -> None:
    with server.running():
        client = await server.client()
        with pytest.raises(RPCError, match="exceeds limit"):
            await client.start_workflow("Changed", TOO_LARGE, id="large", task_queue=QUEUE)
        await asyncio.gather(*(_look(client) for _ in range(3 * REQUESTS_A_SECOND)))
        refusing = server.samples()
        await _every_second(client)
        await asyncio.sleep(3)
    await asyncio.sleep(AWAY_SECONDS)
    with server.running():
        await server.client()
        await eventually(lambda: "schedule_missed_catchup_window" in server.exposed())
        exposed = [*refusing, *server.samples()]

    assert missing(exposed, "temporal") == {}
    assert "RpsLimit" in values(exposed, "service_errors_resource_exhausted", "resource_exhausted_cause")
    assert "UpdateWorkflowExecution" in values(exposed, "persistence_latency_bucket", "operation")


async def _look(client: Client) -> None:
    with suppress(RPCError):
        await client.get_workflow_handle("nobody").describe()


async def _every_second(client: Client) -> None:
    action = ScheduleActionStartWorkflow(Before.run, id="due", task_queue="nobody-polls")
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=1))])
    policy = SchedulePolicy(catchup_window=SHORTEST_CATCHUP)
    await client.create_schedule("every-second", Schedule(action=action, spec=spec, policy=policy))
