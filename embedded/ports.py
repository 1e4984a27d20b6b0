"""Ports of the stack: free before it starts, or an error that names the setting."""

import asyncio
import errno
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from embedded.errors import StackError
from settings import Settings

PATIENCE: Final = timedelta(seconds=3)
"""How long a port may stay taken by the children of a stack that was just killed."""

_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Port:
    """One port the stack listens on, and the variable that sets it."""

    host: str
    number: int
    setting: str
    purpose: str


def ports_of(settings: Settings) -> tuple[Port, ...]:
    """Return every port a stack with these settings listens on."""
    loopback = "127.0.0.1"
    return (
        Port(loopback, settings.temporal_port, "PAGEWRIGHT_TEMPORAL_PORT", "Temporal"),
        Port(loopback, settings.temporal_ui_port, "PAGEWRIGHT_TEMPORAL_UI_PORT", "the Temporal Web UI"),
        Port(loopback, settings.temporal_metrics_port, "PAGEWRIGHT_TEMPORAL_METRICS_PORT", "Temporal's metrics"),
        Port(
            settings.worker_metrics_host,
            settings.worker_metrics_port,
            "PAGEWRIGHT_WORKER_METRICS_PORT",
            "the worker's metrics",
        ),
        api_port(settings),
    )


def observation_ports(settings: Settings) -> tuple[Port, ...]:
    """Return the ports of what watches a stack."""
    loopback = "127.0.0.1"
    return (
        Port(loopback, settings.prometheus_port, "PAGEWRIGHT_PROMETHEUS_PORT", "Prometheus"),
        Port(loopback, settings.alertmanager_port, "PAGEWRIGHT_ALERTMANAGER_PORT", "Alertmanager"),
    )


def api_port(settings: Settings) -> Port:
    """Return the port the API listens on."""
    return Port(settings.api_host, settings.api_port, "PAGEWRIGHT_API_PORT", "the API")


def is_free(port: Port) -> bool:
    """Return whether a server could listen on `port` now.

    Raises StackError when the address cannot be listened on at all.
    """
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            message = f"{port.purpose} cannot listen on {port.host}:{port.number}: {error.strerror or error}."
            hint = f"Set {port.setting} to another port (1024 or above needs no rights)."
            if port.setting == "PAGEWRIGHT_API_PORT":
                hint += " PAGEWRIGHT_API_HOST sets the address."
            raise StackError(message, hint) from error
    return True


async def require_free(ports: Iterable[Port], patience: timedelta = PATIENCE) -> None:
    """Wait up to `patience` for all of `ports` to be free. Raises StackError naming the first that is not."""
    _refuse_repeats(ports := tuple(ports))
    deadline = time.monotonic() + patience.total_seconds()
    for port in ports:
        while not is_free(port):
            if time.monotonic() >= deadline:
                message = f"Port {port.number} on {port.host}, meant for {port.purpose}, is taken by another program."
                hint = f"Stop that program, or set {port.setting} to a free port."
                raise StackError(message, hint)
            await asyncio.sleep(_POLL_SECONDS)


def _refuse_repeats(ports: tuple[Port, ...]) -> None:
    settings: dict[int, str] = {}
    for port in ports:
        other = settings.setdefault(port.number, port.setting)
        if other != port.setting:
            message = f"{other} and {port.setting} are both {port.number}."
            raise StackError(message, f"Set {port.setting} to another port.")
