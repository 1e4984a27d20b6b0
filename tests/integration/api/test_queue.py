"""The queues over HTTP, against a real Temporal: what is shown, held back, limited and mended."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from domain.job import JobStatus
from domain.step import StepStatus
from settings import Settings
from storage.database import Database
from storage.step import StepRow
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import BRIEF, OPENAI, Installation, serving, speaking
from tests.integration.storage.rows import NOW, job_row, page_row, store
from tests.vendors.behaviour import Act
from workflows import contracts
from workflows.queues import SetRate, rate_set, set_rate

QUEUE = "/api/ai/queue"
REASON = "openai answers 503"
SANDBOX = "sandbox:template"


async def queue_of(installation: Installation, provider: str) -> dict[str, Any]:
    listed = await installation.get(QUEUE)
    (queue,) = [each for each in listed["queues"] if each["provider"] == provider]
    return queue


async def test_every_queue_is_shown_with_what_waits_and_who_polls(installation: Installation) -> None:
    job = await installation.submit()
    async with installation.working():
        await installation.until_status(job, "completed")
        listed = await installation.get(QUEUE)
    assert [queue["name"] for queue in listed["queues"]] == ["pages", "llm-openai", "llm-sandbox"]
    assert {queue["pollers"] for queue in listed["queues"]} == {1}
    assert listed["jobs"] == {"waiting": 0, "active": 0, "delayed": 0, "paused": 0, "completed": 1, "failed": 0}
    openai = listed["queues"][1]
    assert (openai["callsPerSecond"], openai["effectiveCallsPerSecond"], openai["limitedBy"]) == (None, 20, "worker")
    assert (openai["paused"], openai["runningCalls"], listed["queues"][0]["runningCalls"]) == (False, 0, None)


async def test_a_paused_provider_begins_no_request_while_others_do_and_drains_when_resumed(
    installation: Installation,
) -> None:
    paused = await installation.post(f"{QUEUE}/pause", {"provider": "openai", "reason": REASON})
    assert paused.status_code == 200, paused.text
    (setting,) = paused.json()["data"]["queues"]
    assert (setting["name"], setting["paused"], setting["reason"], setting["pausedBy"]) == (
        "llm-openai",
        True,
        REASON,
        "owner",
    )
    async with installation.working():
        held = [await installation.submit() for _ in range(3)]
        await installation.finished(route=[SANDBOX])
        await installation.until(lambda: _waits(installation, "openai", len(held)))
        queue = await queue_of(installation, "openai")
        assert (queue["effectiveCallsPerSecond"], queue["limitedBy"], queue["oldestAgeSeconds"] > 0) == (
            0,
            "operator",
            True,
        )
        assert not installation.vendor.ledger.entries
        assert (await installation.get(QUEUE))["jobs"]["waiting"] == len(held)
        told = {"queue": "llm-openai", "provider": "openai", "reason": REASON, "by": "owner"}
        assert told | {"since": setting["pausedAt"]} == (await installation.get(f"/api/ai/jobs/{held[0]}"))["heldBy"]
        listed = {job["id"]: job["heldBy"] for job in (await installation.get("/api/ai/jobs"))["jobs"]}
        assert {name for name, by in listed.items() if by is not None} == set(held)
        resumed = await installation.post(f"{QUEUE}/resume", {"provider": "openai"})
        assert resumed.json()["data"]["queues"][0] | {"reason": None, "pausedAt": None} == {
            **setting,
            "paused": False,
            "reason": None,
            "pausedBy": None,
            "pausedAt": None,
        }
        for job in held:
            assert (await installation.until_status(job, "completed"))["heldBy"] is None


async def test_a_job_is_held_between_its_requests_too_and_not_by_the_queue_of_a_model_it_needs_no_more(
    lone: httpx.AsyncClient, database: Database
) -> None:
    page = page_row()
    fallen, begun, free, asked = (job_row(page) for _ in range(4))
    for row in (fallen, begun, free, asked):
        row.options = row.options.model_copy(update={"route": (OPENAI, SANDBOX)})
    free.status = JobStatus.PAUSED
    steps = [
        StepRow(job_id=fallen.id, round=1, step="outline", position=0, status=StepStatus.DELAYED, model=SANDBOX),
        StepRow(job_id=begun.id, round=1, step="outline", position=0, status=StepStatus.DONE, model=OPENAI),
        StepRow(job_id=begun.id, round=1, step="section:0", position=1),
        StepRow(job_id=asked.id, round=1, step="outline", position=0, status=StepStatus.ACTIVE, model=OPENAI),
    ]
    await store(database, page, fallen, begun, free, asked, *steps)
    async with database.write() as uow:
        await uow.queues.pause("openai", REASON, "owner", NOW)
    listed = (await lone.get("/api/ai/jobs")).json()["data"]["jobs"]
    assert [job["id"] for job in listed if job["heldBy"] is not None] == [begun.id]


async def test_a_request_in_flight_goes_on_while_its_provider_is_paused(installation: Installation) -> None:
    installation.vendor.next("outline", Act(latency=2))
    async with installation.working():
        job = await installation.submit()
        await installation.vendor.ledger.until(lambda entries: len(entries) == 1)
        assert (await queue_of(installation, "openai"))["runningCalls"] == 1
        await installation.post(f"{QUEUE}/pause", {"reason": REASON})
        await installation.until(lambda: _waits(installation, "openai", 1))
        calls = (await installation.get(f"/api/ai/jobs/{job}"))["calls"]
        assert [(call["step"], call["status"]) for call in calls] == [("outline", "succeeded")]
        assert (await queue_of(installation, "sandbox"))["paused"]
        await installation.post(f"{QUEUE}/resume")
        await installation.until_status(job, "completed")


async def test_a_cancel_ends_a_job_whose_provider_is_paused(installation: Installation) -> None:
    await installation.post(f"{QUEUE}/pause", {"provider": "openai", "reason": REASON})
    async with installation.working():
        job = await installation.submit()
        await installation.until(lambda: _waits(installation, "openai", 1))
        await installation.post(f"/api/ai/jobs/{job}/cancel")
        assert (await installation.until_status(job, "cancelled"))["calls"] == []


async def test_a_limit_wins_over_the_workers_setting_and_comes_back_after_a_pause(installation: Installation) -> None:
    limited = await installation.http.put(f"{QUEUE}/openai/limits", json={"callsPerSecond": 0.1})
    assert (limited.status_code, limited.json()["data"]["callsPerSecond"]) == (200, 0.1)
    async with installation.working():
        shown: list[tuple[float, str]] = []
        for path, body in (
            (f"{QUEUE}/pause", {"reason": REASON}),
            (f"{QUEUE}/resume", {}),
        ):
            queue = await queue_of(installation, "openai")
            shown.append((queue["effectiveCallsPerSecond"], queue["limitedBy"]))
            await installation.post(path, body)
        queue = await queue_of(installation, "openai")
        shown.append((queue["effectiveCallsPerSecond"], queue["limitedBy"]))
        assert shown == [(0.1, "operator"), (0, "operator"), (0.1, "operator")]
        higher = await installation.http.put(f"{QUEUE}/openai/limits", json={"callsPerSecond": 100})
        assert higher.status_code == 200
        assert (await queue_of(installation, "openai"))["effectiveCallsPerSecond"] == 100
        await installation.http.put(f"{QUEUE}/openai/limits", json={"callsPerSecond": None})
        await installation.until(lambda: _is_limited_by(installation, "worker"))


@pytest.mark.parametrize(("said", "priority", "key"), [({"priority": "high"}, "high", 1), ({}, "normal", 3)])
async def test_a_job_starts_with_its_priority_and_its_tenants_turn(
    installation: Installation, said: dict[str, str], priority: str, key: int
) -> None:
    job = await installation.submit(**said)
    assert (await installation.get(f"/api/ai/jobs/{job}"))["priority"] == priority
    described = await installation.client.get_workflow_handle(job).describe()
    started = described.raw_description.workflow_execution_info.priority
    assert (started.priority_key, started.fairness_key) == (key, "owner")


async def test_a_priority_there_is_not_is_refused(installation: Installation) -> None:
    refused = await installation.post("/api/ai/jobs", {"brief": BRIEF, "priority": "urgent"})
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, ["priority"])


async def test_what_was_paused_is_in_the_audit_trail(installation: Installation) -> None:
    await installation.post(f"{QUEUE}/pause", {"provider": "openai", "reason": REASON})
    records = (await installation.get("/api/audit"))["records"]
    assert (records[0]["target"], records[0]["after"]) == (
        "openai",
        {"openai": {"paused": True, "reason": REASON, "callsPerSecond": None}},
    )
    assert records[0]["before"]["openai"]["paused"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "because", "provider": "nobody"}, "provider"),
        ({"reason": "because", "providers": ["openai"]}, "providers"),
    ],
)
async def test_a_pause_needs_a_reason_and_a_provider_there_is(
    installation: Installation, body: dict[str, Any], field: str
) -> None:
    refused = await installation.post(f"{QUEUE}/pause", body)
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, [field])
    assert not any(queue["paused"] for queue in (await installation.get(QUEUE))["queues"])


@pytest.mark.parametrize("rate", [0, -1, 10_001, "fast"])
async def test_a_limit_is_a_rate(installation: Installation, rate: object) -> None:
    refused = await installation.http.put(f"{QUEUE}/openai/limits", json={"callsPerSecond": rate})
    assert refused.status_code == 422
    assert (await installation.http.put(f"{QUEUE}/nobody/limits", json={"callsPerSecond": 1})).status_code == 404


async def test_reconcile_mends_a_rate_that_is_not_its_rows(installation: Installation) -> None:
    await installation.post(f"{QUEUE}/pause", {"provider": "openai", "reason": REASON})
    await set_rate(installation.client, "openai", SetRate(None, "by hand", "somebody"))
    await set_rate(installation.client, "sandbox", SetRate(0, "by hand", "somebody"))
    async with installation.working():
        assert await reconciled(installation.client) == 2
        assert (await rate_set(installation.client, "openai")).rate == 0
        assert (await rate_set(installation.client, "openai")).note == f"paused: {REASON}"
        assert (await rate_set(installation.client, "sandbox")).rate is None
        assert await reconciled(installation.client) == 0


async def reconciled(client: Client) -> int:
    result = await client.execute_workflow(
        contracts.RECONCILE_WORKFLOW,
        id="reconcile-now",
        task_queue=contracts.PAGES_QUEUE,
        result_type=contracts.Reconciled,
    )
    return result.queues


@pytest.fixture
async def lone(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    """An API whose Temporal is away."""
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as http:
        yield http


async def test_without_temporal_a_pause_is_stored_and_said_to_be_unfinished(lone: httpx.AsyncClient) -> None:
    refused = await lone.post(f"{QUEUE}/pause", json={"provider": "openai", "reason": REASON})
    assert (refused.status_code, refused.json()["code"]) == (503, "temporal_unavailable")
    assert "retry-after" in refused.headers
    listed = (await lone.get(QUEUE)).json()["data"]
    openai = listed["queues"][1]
    assert (openai["paused"], openai["reason"], openai["backlog"], openai["pollers"]) == (True, REASON, None, None)


async def _waits(installation: Installation, provider: str, number: int) -> bool:
    return (await queue_of(installation, provider))["backlog"] >= number


async def _is_limited_by(installation: Installation, who: str) -> bool:
    return (await queue_of(installation, "openai"))["limitedBy"] == who
