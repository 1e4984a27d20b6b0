"""Temporal's dev server as tests start it: in memory, on loopback, with the search attributes."""

import asyncio
import functools
import os
import random
import socket
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import cycle
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
    """Return a loopback port nobody listens on, and another one each time."""
    return next(port for port in _own_ports() if _is_free(port))


@functools.cache
def _own_ports() -> Iterator[int]:
    """Return the ports of this process, over and over, in an order of its own.

    The processes of one run have none in common, and all are below those that Linux gives out by itself: what is free
    when it is asked for is free when it is used.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = range(16_000 + number % 16, 32_000, 16)
    return cycle(random.sample(ports, len(ports)))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


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
            server.kill()  # it keeps nothing, and takes seconds to stop when it is asked to
            server.wait(_STOP_SECONDS)


def _await_server(server: Process, address: str, log: Path) -> None:
    readiness = TemporalReadiness(address)
    deadline = time.monotonic() + _START_SECONDS
    while not asyncio.run(readiness.is_ready()):
        if server.poll() is not None or time.monotonic() > deadline:
            message = f"Temporal did not start: {log.read_text()[-2000:]}"
            raise RuntimeError(message)
        time.sleep(0.1)
