"""A collector that is away, or takes everything and says nothing, changes nothing for jobs."""

import asyncio
import socket
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.integration.tracing.processes import Processes, completed, make_page, processes, until
from tests.temporal_server import free_port

_AS_EVER_SECONDS = 20.0
"""What a page may take on a slow machine. Exports give up after 10 s each: a job that waited for them took longer."""
_STOP_SECONDS = 12.0
"""A stop without traces takes some; three more are for the last spans."""


@contextmanager
def black_hole() -> Generator[int]:
    """Yield the port of something that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        yield listener.getsockname()[1]


@contextmanager
def nobody() -> Generator[int]:
    """Yield a port nobody listens on."""
    yield free_port()


async def _page_and_stop(running: Processes) -> tuple[float, float]:
    """Make two pages, and return how long the slower one took, and the stop of the worker after it."""
    async with running.api() as http:
        took: list[float] = []
        async with running.worker():
            await until(running.answers)
            for _ in range(2):
                started = time.monotonic()
                await completed(http, await make_page(http))
                took.append(time.monotonic() - started)
            stops = time.monotonic()
        return max(took), time.monotonic() - stops


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
@pytest.mark.parametrize("collector", [nobody, black_hole])
def test_pages_are_made_and_workers_stop_as_ever(
    collector: Callable[[], AbstractContextManager[int]], protocol: str, temporal_server: str, tmp_path: Path
) -> None:
    async def tell(port: int) -> tuple[float, float, Processes]:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "OTEL_EXPORTER_OTLP_PROTOCOL": protocol}
        # Many batches: much to send, and nothing of it gets away.
        often = {"OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_EXPORTER_OTLP_TIMEOUT": "2"}
        async with processes(tmp_path, temporal_server, variables | often) as running:
            return *await _page_and_stop(running), running

    with collector() as port:
        page, stop, running = asyncio.run(tell(port))
    assert page < _AS_EVER_SECONDS
    assert stop < _STOP_SECONDS
    complaints = [line for line in running.log("worker").splitlines() if "export" in line and "metrics" not in line]
    assert len(complaints) <= 2, "it says the same at every batch"
