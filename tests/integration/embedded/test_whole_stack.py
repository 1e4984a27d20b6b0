"""Temporal, the worker and the API together, as `pagewright up` runs them."""

import asyncio
import os
import signal
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from cli.checks.finding import Health
from cli.verbs.doctor import examine
from embedded.stack import Stack
from settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def settings(
    tmp_path: Path, free_port: Callable[[], int], temporal_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    return Settings(
        data_dir=tmp_path / "data",
        temporal_cli=temporal_binary,
        temporal_port=free_port(),
        temporal_ui_port=free_port(),
        temporal_metrics_port=free_port(),
        worker_metrics_port=free_port(),
        api_port=free_port(),
    )


async def get(url: str, token: str | None = None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers, timeout=20) as client:
        return (await client.get(url)).status_code


async def test_a_started_stack_is_ready_guarded_and_healthy(settings: Settings) -> None:
    said: list[str] = []
    async with Stack(settings, said.append) as stack:
        assert said == ["Starting temporal ...", "Starting worker ...", "Starting api ..."]
        assert list(stack.pids) == ["temporal", "worker", "api"]
        assert await get(f"{stack.api_url}/readyz") == HTTPStatus.OK
        assert await get(f"{stack.api_url}/api/pages") == HTTPStatus.UNAUTHORIZED
        assert await get(f"{stack.api_url}/api/pages", stack.token) == HTTPStatus.OK
        assert await get(stack.ui_url) == HTTPStatus.OK
        findings = await examine(settings)
    assert [finding for finding in findings if finding.health is Health.BROKEN] == []


async def test_it_goes_on_after_all_of_it_was_killed(settings: Settings) -> None:
    said: list[str] = []
    async with Stack(settings, said.append) as stack:
        before = dict(stack.pids)
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(200):
            while not {f"{name} is up again." for name in before} <= set(said):  # noqa: ASYNC110  # a list of lines
                await asyncio.sleep(0.2)
        assert await get(f"{stack.api_url}/readyz") == HTTPStatus.OK
        assert not set(stack.pids.values()) & set(before.values())
