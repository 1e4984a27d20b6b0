"""Where Prometheus reads a worker process: what the process tells of itself, and what Temporal's SDK in it tells."""

import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.request import ProxyHandler, build_opener
from wsgiref.simple_server import WSGIRequestHandler

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from typing_extensions import override

MOST_PROCESSES: Final = 64
"""Of a machine's workers: each takes the first free port from the set one on."""
_LOOPBACK: Final = "127.0.0.1"
_ATTEMPTS: Final = 5
_SDK_SECONDS: Final = 5


class NoPortError(Exception):
    """No port is free for a worker's metrics. The message says which were tried and what to set."""


class Answering(WSGIRequestHandler):
    """One request. Each connection holds a thread: one on which nothing comes is closed."""

    timeout = 10.0

    @override
    def handle(self) -> None:
        with suppress(TimeoutError):
            super().handle()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: Prometheus asks every few seconds."""


class _Server(Protocol):
    def shutdown(self) -> None: ...

    def server_close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Exporter:
    """A port that answers with metrics, until it is closed."""

    port: int
    _server: _Server
    _thread: threading.Thread

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class SdkMetrics(Collector):
    """What a runtime of Temporal's SDK counts. It has a port of its own, which only this process asks."""

    def __init__(self) -> None:
        """Make the runtime, on a port nobody else listens on."""
        self.runtime, self._url = _runtime()
        # Not through a proxy of the environment's: this is our own process.
        self._open = build_opener(ProxyHandler({})).open

    @override
    def collect(self) -> Iterable[Metric]:
        with self._open(self._url, timeout=_SDK_SECONDS) as answer:
            text: str = answer.read().decode()
        return list(text_string_to_metric_families(text))


def export(registry: CollectorRegistry, host: str, first_port: int) -> Exporter:
    """Answer with the metrics of `registry` on the first free port from `first_port` on. Raises NoPortError."""
    last = min(first_port + MOST_PROCESSES, 65536) - 1
    for port in range(first_port, last + 1):
        try:
            server, thread = start_http_server(port, host, registry)
        except OSError:
            continue
        server.RequestHandlerClass = Answering
        return Exporter(port, server, thread)
    message = (
        f"no port from {first_port} to {last} on {host} is free for the worker's metrics; set "
        "PAGEWRIGHT_WORKER_METRICS_PORT to another one, or PAGEWRIGHT_WORKER_METRICS_HOST to an address of this machine"
    )
    raise NoPortError(message)


def _runtime() -> tuple[Runtime, str]:
    for attempt in range(_ATTEMPTS):
        address = f"{_LOOPBACK}:{_free_port()}"
        try:
            return Runtime(telemetry=TelemetryConfig(metrics=_prometheus(address))), f"http://{address}/metrics"
        except (RuntimeError, ValueError):  # somebody was faster
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError


def _prometheus(address: str) -> PrometheusConfig:
    return PrometheusConfig(
        bind_address=address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return probe.getsockname()[1]
