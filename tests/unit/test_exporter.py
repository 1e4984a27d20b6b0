"""A worker's metrics: one port a process, Temporal's SDK's beside its own."""

import asyncio
import socket
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from temporalio.client import Client

import telemetry
from exporter import Answering, Exporter, NoPortError, SdkMetrics, export


def answer(exporter: Exporter) -> str:
    with urlopen(f"http://127.0.0.1:{exporter.port}/metrics", timeout=10) as response:
        return response.read().decode()


def test_each_process_takes_the_next_port(free_port: Callable[[], int]) -> None:
    first = free_port()
    exporters = [export(telemetry.new_registry(), "127.0.0.1", first) for _ in range(3)]
    try:
        assert [exporter.port for exporter in exporters] == sorted({exporter.port for exporter in exporters})
        assert exporters[0].port == first
        assert all("process_resident_memory_bytes" in answer(exporter) for exporter in exporters)
    finally:
        for exporter in exporters:
            exporter.close()
    again = export(telemetry.new_registry(), "127.0.0.1", first)
    again.close()
    assert again.port == first


def test_who_connects_and_says_nothing_is_let_go(free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answering, "timeout", 0.2)
    exporter = export(telemetry.new_registry(), "127.0.0.1", free_port())
    try:
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as silent:
            assert silent.recv(1) == b""
        assert "process_resident_memory_bytes" in answer(exporter)
    finally:
        exporter.close()


def test_an_address_that_is_not_this_machines_is_refused_with_what_to_set() -> None:
    with pytest.raises(NoPortError, match="PAGEWRIGHT_WORKER_METRICS_PORT"):
        export(telemetry.new_registry(), "192.0.2.1", 65_535)


async def test_what_temporals_sdk_counts_is_told_in_seconds_and_with_the_names_of_prometheus(
    temporal_server: str, free_port: Callable[[], int]
) -> None:
    sdk = SdkMetrics()
    registry = telemetry.new_registry()
    registry.register(sdk)
    exporter = export(registry, "127.0.0.1", free_port())
    try:
        client = await Client.connect(temporal_server, runtime=sdk.runtime)
        await client.count_workflows("")
        told = await asyncio.to_thread(answer, exporter)
    finally:
        await asyncio.to_thread(exporter.close)
    assert 'operation="CountWorkflowExecutions"' in told
    assert "temporal_request_total{" in told
    assert "temporal_request_latency_seconds_bucket{" in told
    assert "process_cpu_seconds_total" in told
    assert len({line for line in told.splitlines() if line.startswith("# TYPE")}) == told.count("# TYPE")
