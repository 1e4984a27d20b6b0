"""Health and readiness: what is missing is named, and nobody waits for the answer."""

import time

import httpx
import pytest

from settings import Settings
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import Installation, serving, speaking


def parts(response: httpx.Response) -> dict[str, bool]:
    return {part["name"]: part["ready"] for part in response.json()["parts"]}


@pytest.mark.parametrize("path", ["/api/health", "/healthz"])
async def test_the_process_answers_whatever_it_lacks(
    settings: Settings, nobody: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url, "") as http:
        response = await http.get(path, headers={"Authorization": ""})
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["version"]


async def test_ready_means_a_worker_on_every_queue(installation: Installation) -> None:
    alone = await installation.http.get("/readyz")
    assert alone.status_code == 503
    assert parts(alone) == {
        "database": True,
        "temporal": True,
        "queue pages": False,
        "queue llm-openai": False,
        "queue llm-sandbox": False,
    }
    assert "pagewright worker" in alone.text
    async with installation.working():
        await installation.until(lambda: _is_ready(installation))
        ready = await installation.http.get("/readyz", headers={"Authorization": ""})
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    assert all(parts(ready).values())


async def test_without_temporal_the_api_is_not_ready(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as http:
        response = await http.get("/readyz")
    assert response.status_code == 503
    assert parts(response)["database"]
    assert not parts(response)["temporal"]
    assert "TEMPORAL_ADDRESS" in response.text


async def test_a_temporal_that_is_silent_delays_nobody_for_long(
    settings: Settings, database: Database, black_hole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.is_sqlite
    name_temporal(monkeypatch, black_hole)
    async with serving(settings) as (url, _), speaking(url) as http:
        started = time.monotonic()
        response = await http.get("/readyz")
    assert response.status_code == 503
    assert time.monotonic() - started < 5


async def test_a_database_without_tables_is_not_ready(
    settings: Settings, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as http:
        ready = await http.get("/readyz")
        jobs = await http.get("/api/ai/jobs")
    assert not parts(ready)["database"]
    assert "pagewright db upgrade" in ready.text
    assert (jobs.status_code, jobs.json()["code"]) == (503, "database_unavailable")


async def _is_ready(installation: Installation) -> bool:
    return (await installation.http.get("/readyz")).status_code == 200
