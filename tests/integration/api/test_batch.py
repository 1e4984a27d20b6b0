"""Many briefs in one body: taken in line by line, made one by one, steered as one thing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from temporalio.client import Client

from domain.ids import BatchId
from domain.route import SANDBOX_MODEL
from tests.integration.api.installation import BRIEF, Installation, row_counts
from workflows import contracts

PATH = "/api/ai/jobs/batch"
GOOD: dict[str, Any] = {"brief": BRIEF, "route": [SANDBOX_MODEL]}
SLOW = GOOD | {"sandbox": {"latencyMs": 60_000}}


def lines(*values: object) -> str:
    return "".join(f"{value if isinstance(value, str) else json.dumps(value)}\n" for value in values)


async def send(
    installation: Installation, body: str | AsyncIterator[bytes], key: str | None = None, **query: int
) -> httpx.Response:
    headers = {"Content-Type": "application/x-ndjson"} | ({} if key is None else {"Idempotency-Key": key})
    return await installation.http.post(PATH, content=body, headers=headers, params=query, timeout=120)


async def sent(installation: Installation, *values: object, **query: int) -> dict[str, Any]:
    response = await send(installation, lines(*values), None, **query)
    assert response.status_code == 202, response.text
    return response.json()["data"]


async def until_closed(installation: Installation, batch: str, seconds: float = 60) -> dict[str, Any]:
    async def closed() -> bool:
        return (await installation.get(f"/api/ai/batches/{batch}"))["finishedAt"] is not None

    await installation.until(closed, seconds)
    return await installation.get(f"/api/ai/batches/{batch}")


async def test_200_lines_are_taken_in_and_bad_ones_are_named(installation: Installation) -> None:
    good = [GOOD | {"seed": seed} for seed in range(196)]
    bad = ['{"brief": ', {"brief": {"prices": [{"item": "Loaf", "price": 4}]}}, {**GOOD, "tries": 99}, "7"]
    body = lines(*good[:100], *bad, *good[100:])
    response = await send(installation, body, inFlight=20, perSecond=50)
    assert response.status_code == 202, response.text
    batch = response.json()["data"]
    assert response.headers["location"] == batch["links"]["self"]
    assert (batch["total"], batch["counts"]["invalid"], batch["counts"]["pending"]) == (200, 4, 196)
    assert [(line["line"], line["problems"][0]["field"]) for line in batch["problems"]] == [
        (101, ""),
        (102, "brief.prices.0.price"),
        (103, "tries"),
        (104, ""),
    ]
    refused = await installation.get(batch["links"]["items"], status="invalid", limit=3)
    rest = await installation.get(batch["links"]["items"], status="invalid", cursor=refused["nextCursor"])
    assert [line["line"] for line in (*refused["items"], *rest["items"])] == [101, 102, 103, 104]
    assert (await row_counts(installation.database))["jobs"] == 0, "work begins outside of the request"


async def test_lines_are_requests_or_briefs_and_become_pages(installation: Installation) -> None:
    body = json.dumps([GOOD, "A bakery in Example Bay sells bread.", {"name": "Example Cycles", "offer": "Bicycles"}])
    response = await installation.http.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 202, response.text
    async with installation.working():
        batch = await until_closed(installation, response.json()["data"]["id"])
    assert (batch["status"], batch["settled"], batch["counts"]["completed"]) == ("completed", 3, 3), batch
    items = (await installation.get(batch["links"]["items"]))["items"]
    listed = await installation.get("/api/ai/jobs")
    assert [job["id"] for job in listed["jobs"]] == [item["jobId"] for item in reversed(items)], "in order of lines"
    receipts = [(await installation.get(f"/api/ai/jobs/{item['jobId']}"))["receipt"] for item in items]
    assert [receipt["estimate"]["withinRange"] is not None for receipt in receipts] == [True] * 3, receipts


async def test_a_bare_brief_is_told_of_in_its_own_names(installation: Installation) -> None:
    batch = await sent(installation, {"name": "Example Cycles", "prices": [{"item": "Repair", "price": 4}]})
    assert [problem["field"] for problem in batch["problems"][0]["problems"]] == ["prices.0.price"]


async def test_the_same_key_twice_is_one_batch(installation: Installation) -> None:
    body = lines(GOOD, GOOD)
    first = await send(installation, body, key="k1")
    again = await send(installation, body, key="k1")
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    counts = await row_counts(installation.database)
    assert (counts["batches"], counts["batch_items"]) == (1, 2)
    other = await send(installation, lines(GOOD), key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert (await row_counts(installation.database))["batches"] == 1


async def test_a_body_that_cannot_be_taken_leaves_nothing(installation: Installation) -> None:
    async def too_many() -> AsyncIterator[bytes]:
        for _ in range(101):
            yield b'"x"\n' * 100

    too_long = await send(installation, too_many())
    assert (too_long.status_code, too_long.json()["code"]) == (413, "batch_too_long")
    cut_off = await installation.http.post(
        PATH, content='[{"brief": "a"}, ', headers={"Content-Type": "application/json"}
    )
    assert (cut_off.status_code, cut_off.json()["code"]) == (400, "malformed_json")
    empty = await send(installation, "\n\n")
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_batch")
    counts = await row_counts(installation.database)
    assert (counts["batches"], counts["batch_items"]) == (0, 0)


async def test_a_large_body_streams_past_the_limit_of_single_requests(installation: Installation) -> None:
    async def large() -> AsyncIterator[bytes]:
        for seed in range(40):
            text = "Bread. " * 6_000
            yield (json.dumps({"brief": text, "route": [SANDBOX_MODEL], "seed": seed}) + "\n").encode()

    response = await send(installation, large())
    assert response.status_code == 202, response.text
    assert response.json()["data"]["total"] == 40


async def test_a_batch_is_paused_resumed_and_cancelled(installation: Installation) -> None:
    batch = await sent(installation, SLOW, SLOW, SLOW, inFlight=1)
    path = batch["links"]["self"]

    async def runs() -> bool:
        return (await installation.get(path))["counts"]["running"] == 1

    async with installation.working():
        await installation.until(runs)
        paused = await installation.post(f"{path}/pause")
        assert (paused.status_code, paused.json()["data"]["status"]) == (202, "paused")
        resumed = await installation.post(f"{path}/resume")
        assert (resumed.status_code, resumed.json()["data"]["status"]) == (202, "active")
        cancelled = await installation.post(f"{path}/cancel", {"running": True})
        assert (cancelled.status_code, cancelled.json()["data"]["status"]) == (202, "cancelling")
        closed = await until_closed(installation, batch["id"])
    assert (closed["status"], closed["counts"]["cancelled"]) == ("cancelled", 3)
    late = await installation.post(f"{path}/pause")
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    listed = await installation.get("/api/ai/batches", status="cancelled")
    assert [one["id"] for one in listed["batches"]] == [batch["id"]]


async def test_reconcile_starts_a_batch_whose_workflow_is_gone(installation: Installation) -> None:
    batch = await sent(installation, GOOD)
    await installation.client.get_workflow_handle(batch["id"]).terminate()
    await _grow_old(installation, BatchId(batch["id"]))
    async with installation.working():
        await reconcile(installation.client)
        closed = await until_closed(installation, batch["id"])
    assert closed["counts"]["completed"] == 1


async def _grow_old(installation: Installation, batch: BatchId) -> None:
    async with installation.database.write() as uow:
        row = await uow.batches.lock(batch)
        assert row is not None
        row.updated_at = datetime.now(UTC) - timedelta(hours=2)


async def reconcile(client: Client) -> contracts.Reconciled:
    return await client.execute_workflow(
        contracts.RECONCILE_WORKFLOW,
        id="reconcile-of-a-test",
        task_queue=contracts.PAGES_QUEUE,
        result_type=contracts.Reconciled,
    )
