"""Idempotency-Key: once is once, whatever is sent again."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from temporalio.client import Client

from domain.ids import OWNER_TENANT, JobId
from domain.job import JobStatus
from settings import Settings
from storage.database import Database
from storage.idempotency import IdempotencyKeyRow
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import Installation, row_counts, serving, speaking

BODY = {"brief": "Bread from Example Bay.", "seed": 7}
ROUTE = "POST /api/ai/jobs"


async def kept(database: Database, key: str) -> IdempotencyKeyRow:
    async with database.read() as uow:
        row = await uow.idempotency.get(OWNER_TENANT, ROUTE, key)
    assert row is not None
    return row


async def test_the_same_key_and_body_get_the_first_answer_again(installation: Installation) -> None:
    first = await installation.post("/api/ai/jobs", BODY, key="k1")
    again = await installation.post("/api/ai/jobs", BODY, key="k1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"] == f"/api/ai/jobs/{first.json()['data']['id']}"
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert (await row_counts(installation.database))["jobs"] == 1


async def test_another_spelling_of_the_same_json_is_the_same_body(installation: Installation) -> None:
    first = await installation.post("/api/ai/jobs", BODY, key="k1")
    headers = {"Idempotency-Key": "k1", "content-type": "application/json"}
    spelled = '{ "seed": 7, "brief": "Bread from Example Bay\\u002e" }'
    again = await installation.http.post("/api/ai/jobs", content=spelled, headers=headers)
    assert again.json() == first.json()


async def test_the_same_key_with_another_body_is_refused(installation: Installation) -> None:
    await installation.post("/api/ai/jobs", BODY, key="k1")
    other = await installation.post("/api/ai/jobs", BODY | {"seed": 8}, key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert (await row_counts(installation.database))["jobs"] == 1


async def test_keys_are_told_apart_by_what_they_are_sent_to(installation: Installation) -> None:
    first = await installation.post("/api/ai/jobs", BODY, key="k1")
    elsewhere = await installation.post(f"/api/ai/jobs/{first.json()['data']['id']}/retry", {}, key="k1")
    assert elsewhere.json()["code"] == "wrong_state"


@pytest.mark.parametrize("key", ["", "a b", "ü", "k" * 256])
async def test_a_key_that_is_none_is_refused(installation: Installation, key: str) -> None:
    response = await installation.http.post("/api/ai/jobs", json=BODY, headers=[(b"Idempotency-Key", key.encode())])
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_requests_without_a_key_are_each_their_own(installation: Installation) -> None:
    first = await installation.post("/api/ai/jobs", BODY)
    second = await installation.post("/api/ai/jobs", BODY)
    assert first.json()["data"]["id"] != second.json()["data"]["id"]


async def test_many_at_once_make_one_job(installation: Installation) -> None:
    answers = await asyncio.gather(*(installation.post("/api/ai/jobs", BODY, key="k1") for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status_code == 409)
    assert len({answer.json()["data"]["id"] for answer in answers if answer.status_code == 202}) == 1
    assert (await row_counts(installation.database))["jobs"] == 1


@pytest.fixture
async def muted(
    settings: Settings, database: Database, black_hole: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    """Speak to an API whose Temporal takes connections and says nothing."""
    assert database.is_sqlite
    name_temporal(monkeypatch, black_hole)
    async with serving(settings) as (url, _), speaking(url) as http:
        yield http


async def test_while_the_first_is_in_flight_the_second_is_told_to_wait(
    muted: httpx.AsyncClient, database: Database
) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    headers = {"Idempotency-Key": "k1"}
    first = asyncio.create_task(muted.post("/api/ai/jobs", json=BODY, headers=headers))
    await asyncio.sleep(1)
    second = await muted.post("/api/ai/jobs", json=BODY, headers=headers)
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_flight")
    assert second.headers["retry-after"] == "1"
    answer = await first
    assert (answer.status_code, answer.json()["code"]) == (503, "temporal_unavailable")
    assert answer.headers["retry-after"].isdecimal()
    assert loop.time() - started < 6
    assert (await row_counts(database))["jobs"] == 1


async def test_a_refused_submit_is_driven_again_under_the_same_job_id(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as http:
        refused = await http.post("/api/ai/jobs", json=BODY, headers={"Idempotency-Key": "k1"})
        assert refused.status_code == 503
        job = JobId((await kept(database, "k1")).subject)
        found = (await http.get(f"/api/ai/jobs/{job}")).json()["data"]
        assert found["status"] == JobStatus.REFUSED
        again = await http.post("/api/ai/jobs", json=BODY, headers={"Idempotency-Key": "k1"})
    assert again.status_code == 503
    assert (await kept(database, "k1")).subject == job
    assert (await row_counts(database))["jobs"] == 1


async def test_a_refused_submit_goes_through_once_temporal_is_back(
    namespace: Client,
    settings: Settings,
    database: Database,
    nobody: str,
    temporal_server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as http:
        await http.post("/api/ai/jobs", json=BODY, headers={"Idempotency-Key": "k1"})
    job = (await kept(database, "k1")).subject
    name_temporal(monkeypatch, temporal_server, namespace.namespace)
    async with serving(settings) as (url, _), speaking(url) as http:
        answer = await http.post("/api/ai/jobs", json=BODY, headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["data"]["id"]) == (202, job)
    assert (await namespace.get_workflow_handle(job).describe()).id == job
    async with database.read() as uow:
        events = await uow.events.after(JobId(job), 0)
    assert [event.type.value for event in events] == ["submitted", "end", "submitted"]


async def test_a_request_that_died_is_taken_over_after_half_a_minute(installation: Installation) -> None:
    first = await installation.post("/api/ai/jobs", BODY, key="k1")
    job = first.json()["data"]["id"]
    async with installation.database.write() as uow:
        row = await uow.idempotency.get(OWNER_TENANT, ROUTE, "k1")
        assert row is not None
        row.status_code, row.body = None, None
        row.locked_until = datetime.now(UTC) + timedelta(seconds=30)
    waiting = await installation.post("/api/ai/jobs", BODY, key="k1")
    assert waiting.status_code == 409
    async with installation.database.write() as uow:
        row = await uow.idempotency.get(OWNER_TENANT, ROUTE, "k1")
        assert row is not None
        row.locked_until = datetime.now(UTC) - timedelta(seconds=1)
    again = await installation.post("/api/ai/jobs", BODY, key="k1")
    assert (again.status_code, again.json()["data"]["id"]) == (202, job)
    assert (await row_counts(installation.database))["jobs"] == 1


async def test_a_key_is_forgotten_after_a_day(installation: Installation) -> None:
    first = await installation.post("/api/ai/jobs", BODY, key="k1")
    async with installation.database.write() as uow:
        row = await uow.idempotency.get(OWNER_TENANT, ROUTE, "k1")
        assert row is not None
        row.created_at = datetime.now(UTC) - timedelta(hours=24, seconds=1)
    second = await installation.post("/api/ai/jobs", BODY, key="k1")
    assert second.json()["data"]["id"] != first.json()["data"]["id"]


async def test_a_body_that_was_refused_does_not_use_the_key_up(installation: Installation) -> None:
    refused = await installation.post("/api/ai/jobs", {"brief": " "}, key="k1")
    assert refused.status_code == 422
    assert (await installation.post("/api/ai/jobs", BODY, key="k1")).status_code == 202
