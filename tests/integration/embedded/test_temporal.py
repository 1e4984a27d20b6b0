"""The real dev server under the supervisor."""

import os
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from embedded.children import embedded_children
from embedded.data_directory import DataDirectory
from embedded.errors import StackError
from embedded.process import ChildSpec
from embedded.progress import Progress
from embedded.stack import Stack
from embedded.supervisor import RestartPolicy
from settings import Settings

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


async def only_temporal(settings: Settings, directory: DataDirectory, on_progress: Progress) -> tuple[ChildSpec, ...]:
    return (await embedded_children(settings, directory, on_progress))[:1]


@pytest.fixture
def settings(tmp_path: Path, free_port: Callable[[], int], temporal_binary: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        temporal_cli=temporal_binary,
        temporal_port=free_port(),
        temporal_ui_port=free_port(),
        temporal_metrics_port=free_port(),
        worker_metrics_port=free_port(),
        api_port=free_port(),
    )


def stack_of(settings: Settings, say: Progress | None = None) -> Stack:
    say = say or list[str]().append
    return Stack(settings, say, children=only_temporal, restarts=RestartPolicy(first=timedelta(milliseconds=50)))


async def status_of(stack: Stack, workflow: str) -> WorkflowExecutionStatus | None:
    client = await Client.connect(stack.temporal_address)
    return (await client.get_workflow_handle(workflow).describe()).status


async def test_workflows_survive_a_kill_and_a_restart(settings: Settings, eventually: Eventually) -> None:
    said: list[str] = []
    async with stack_of(settings, said.append) as stack:
        client = await Client.connect(stack.temporal_address)
        await client.start_workflow("Page", id="page-1", task_queue="nobody")
        os.kill(stack.pids["temporal"], signal.SIGKILL)
        await eventually(lambda: "temporal is up again." in said)
        assert await status_of(stack, "page-1") is WorkflowExecutionStatus.RUNNING
    async with stack_of(settings) as again:
        assert await status_of(again, "page-1") is WorkflowExecutionStatus.RUNNING


async def test_closed_workflows_are_kept_for_thirty_days(settings: Settings) -> None:
    async with stack_of(settings) as stack:
        client = await Client.connect(stack.temporal_address)
        described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)


async def test_everything_listens_on_loopback_only(settings: Settings) -> None:
    async with stack_of(settings) as stack:
        listening = [
            connection.laddr
            for connection in psutil.Process(stack.pids["temporal"]).net_connections()
            if connection.status == psutil.CONN_LISTEN
        ]
    assert {settings.temporal_port, settings.temporal_ui_port} <= {address.port for address in listening}
    assert {address.ip for address in listening} == {"127.0.0.1"}


async def test_the_data_directory_is_private(settings: Settings) -> None:
    async with stack_of(settings) as stack:
        modes = {file.name: file.stat().st_mode & 0o077 for file in stack.data_directory.root.iterdir()}
    assert modes.pop("stack.lock") is not None
    assert modes.pop("stack.pid") is not None
    assert set(modes.values()) == {0}
    assert "temporal.db" in modes


async def test_a_stopped_stack_leaves_nothing_running(settings: Settings) -> None:
    async with stack_of(settings) as stack:
        pid = stack.pids["temporal"]
    assert not psutil.pid_exists(pid)
    with pytest.raises((RPCError, RuntimeError)):
        await Client.connect(stack.temporal_address)


async def test_a_taken_port_keeps_the_stack_from_starting(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.temporal_port))
        taken.listen(1)
        with pytest.raises(StackError) as caught:
            await stack_of(settings).__aenter__()
    assert "PAGEWRIGHT_TEMPORAL_PORT" in caught.value.hint
    async with stack_of(settings) as stack:
        assert stack.pids.keys() == {"temporal"}
