"""Temporal's dev server as tests start it: in memory, on loopback, with the search attributes."""

import asyncio
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from embedded.children import LOOPBACK, temporal_command
from embedded.readiness import TemporalReadiness
from tests.programs import Process, start, tied

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30
_SEARCH_ATTRIBUTES: Final = (
    *("JobStatus=Keyword", "Tenant=Keyword", "Provider=Keyword", "ErrorType=Keyword", "PageId=Keyword"),
    "CostUsd=Double",
)


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_temporal(binary: Path, port: int, folder: Path) -> Generator[str]:
    """Yield the address of a server that runs while the block lasts; its log goes to `folder`."""
    address = f"{LOOPBACK}:{port}"
    attributes = [argument for pair in _SEARCH_ATTRIBUTES for argument in ("--search-attribute", pair)]
    command = [*temporal_command(binary, None, port, None), *attributes]
    log = folder / "temporal.log"
    with log.open("wb") as output:
        server = start(*tied(*command), stdout=output, stderr=output)
        try:
            _await_server(server, address, log)
            yield address
        finally:
            server.terminate()
            server.wait(_STOP_SECONDS)


def _await_server(server: Process, address: str, log: Path) -> None:
    readiness = TemporalReadiness(address)
    deadline = time.monotonic() + _START_SECONDS
    while not asyncio.run(readiness.is_ready()):
        if server.poll() is not None or time.monotonic() > deadline:
            message = f"Temporal did not start: {log.read_text()[-2000:]}"
            raise RuntimeError(message)
        time.sleep(0.1)
