"""An installation whose API and worker are processes of their own, which read their environment as in real life."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from ulid import ULID

from storage.database import Database
from storage.schema import upgrade
from tests.integration.api.installation import BRIEF, OPENAI, TOKEN, speaking
from tests.programs import Process, command_line, start, tied
from tests.temporal_server import free_port
from tests.vendors.server import FakeVendor
from workflows.client import register_search_attributes

FOREIGN: Final = ("PAGEWRIGHT_", "TEMPORAL_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "OTEL_")
_SECONDS: Final = 60


class Processes:
    """One database and one Temporal namespace, and the processes that work on them."""

    def __init__(self, folder: Path, temporal: str, vendor: FakeVendor, traces: Mapping[str, str]) -> None:
        """Prepare; `traces` are OpenTelemetry's variables."""
        self.vendor = vendor
        self._folder = folder
        self._temporal = temporal
        self._namespace = f"traces-{ULID()}".lower()
        self._port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self._environment = kept | {
            "PAGEWRIGHT_DATA_DIR": str(folder),
            "PAGEWRIGHT_TOKEN": TOKEN,
            "PAGEWRIGHT_MODELS": OPENAI,
            "PAGEWRIGHT_API_PORT": str(self._port),
            "PAGEWRIGHT_WORKER_METRICS_PORT": str(free_port()),
            "PAGEWRIGHT_SHUTDOWN_GRACE": "0",
            "TEMPORAL_ADDRESS": temporal,
            "TEMPORAL_NAMESPACE": self._namespace,
            "TEMPORAL_CONFIG_FILE": "/dev/null",
            "OPENAI_API_KEY": "sk-test-openai",
            "OPENAI_BASE_URL": vendor.openai_url,
            **traces,
        }

    @property
    def url(self) -> str:
        """Base URL of the API."""
        return f"http://127.0.0.1:{self._port}"

    async def prepare(self) -> None:
        """Make the database and the namespace."""
        database = Database(f"sqlite+aiosqlite:///{self._folder / 'pagewright.db'}")
        await upgrade(database)
        await database.close()
        client = await Client.connect(self._temporal)
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(
                namespace=self._namespace, workflow_execution_retention_period=Duration(seconds=24 * 3600)
            )
        )
        await register_search_attributes(await Client.connect(self._temporal, namespace=self._namespace))

    @asynccontextmanager
    async def api(self) -> AsyncGenerator[httpx.AsyncClient]:
        """Run the API while the block lasts, and speak to it as the owner once `answers` is true."""
        async with self._running("api"), speaking(self.url) as http:
            yield http

    def answers(self) -> bool:
        """Whether the API does."""
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False, timeout=5).is_success
        except httpx.TransportError:
            return False

    @asynccontextmanager
    async def worker(self) -> AsyncGenerator[None]:
        """Run a worker while the block lasts."""
        ready = self._folder / "worker.ready"
        async with self._running("worker", "--ready-file", str(ready)):
            await until(ready.exists)
            yield

    def lines(self, program: str) -> list[dict[str, Any]]:
        """Return what a program has logged."""
        return [json.loads(line) for line in self.log(program).splitlines() if line.startswith("{")]

    def log(self, program: str) -> str:
        """Return everything a program has said."""
        return (self._folder / f"{program}.log").read_text(encoding="utf-8")

    @asynccontextmanager
    async def _running(self, *arguments: str) -> AsyncGenerator[None]:
        with (self._folder / f"{arguments[0]}.log").open("ab") as log:
            process = start(*tied(*command_line(*arguments)), environment=self._environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            await _stop(process)


@asynccontextmanager
async def processes(folder: Path, temporal: str, traces: Mapping[str, str]) -> AsyncGenerator[Processes]:
    """Prepare an installation; its processes do not run yet."""
    async with FakeVendor() as vendor:
        made = Processes(folder, temporal, vendor, traces)
        await made.prepare()
        yield made


async def make_page(http: httpx.AsyncClient, route: tuple[str, ...] = (OPENAI,), **headers: str) -> str:
    """Submit a brief and return the job's id. Needs the API to answer."""
    body = {"brief": BRIEF, "route": route}
    answer = await http.post("/api/ai/jobs", json=body, headers=headers)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return answer.json()["data"]["id"]


async def completed(http: httpx.AsyncClient, job: str) -> None:
    """Wait until a job is completed."""
    by = time.monotonic() + _SECONDS
    while (status := (await http.get(f"/api/ai/jobs/{job}")).json()["data"]["status"]) != "completed":
        assert status not in {"failed", "cancelled", "refused"}, status
        assert time.monotonic() < by, status
        await asyncio.sleep(0.1)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(_SECONDS):
        while not holds():  # noqa: ASYNC110  nobody tells of it
            await asyncio.sleep(0.05)


async def _stop(process: Process) -> None:
    process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(process.wait, _SECONDS)
