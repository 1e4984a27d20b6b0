from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from cli.checks.finding import Finding, Health
from cli.checks.services import check_api, check_temporal
from settings import Settings
from workflows.client import register_search_attributes
from workflows.search_attributes import ALL


@pytest.fixture
def settings(tmp_path: Path, free_port: Callable[[], int]) -> Settings:
    return Settings(data_dir=tmp_path, temporal_port=free_port(), api_port=free_port())


def by_part(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.part: finding for finding in findings}


async def test_a_server_with_everything_registered_is_well(
    settings: Settings, temporal_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)
    findings = by_part(await check_temporal(settings, stack_runs=False))
    assert {finding.health for finding in findings.values()} == {Health.OK}
    assert findings["Search attributes"].detail == f"{len(ALL)} registered"
    assert "1.31" in findings["Temporal"].detail


async def registered(client: Client) -> set[str]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    return set((await client.operator_service.list_search_attributes(request)).custom_attributes)


async def test_a_worker_has_nothing_to_register_on_the_test_server(temporal_server: str) -> None:
    client = await Client.connect(temporal_server)
    before = await registered(client)
    await register_search_attributes(client)
    assert before == await registered(client) >= {key.name for key in ALL}


async def test_an_address_that_does_not_answer_is_broken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free_port: Callable[[], int]
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    (finding,) = await check_temporal(settings, stack_runs=False)
    assert finding.health is Health.BROKEN
    assert "TEMPORAL_ADDRESS" in finding.remedy


async def test_a_namespace_that_is_not_there_is_broken(
    settings: Settings, temporal_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    findings = by_part(await check_temporal(settings, stack_runs=False))
    assert findings["Temporal namespace"].health is Health.BROKEN
    assert "TEMPORAL_NAMESPACE" in findings["Temporal namespace"].remedy
    assert "search-attribute create --namespace nowhere" in findings["Search attributes"].remedy
    assert "--name CostUsd --type Double" in findings["Search attributes"].remedy


async def test_without_a_stack_nothing_is_expected_to_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    (temporal,) = await check_temporal(settings, stack_runs=False)
    api = await check_api(settings, stack_runs=False)
    assert (temporal.health, api.health) == (Health.NOTE, Health.NOTE)


async def test_a_running_stack_must_answer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    (temporal,) = await check_temporal(settings, stack_runs=True)
    api = await check_api(settings, stack_runs=True)
    assert (temporal.health, api.health) == (Health.BROKEN, Health.BROKEN)
