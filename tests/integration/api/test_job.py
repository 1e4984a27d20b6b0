"""Jobs over HTTP, with a worker behind them: submit, watch, list, cancel, pause, resume, retry."""

import asyncio
import time

import pytest

from domain.ids import JobId
from domain.job import JobStatus
from domain.money import NanoUsd
from tests.integration.api.installation import BRIEF, OPENAI, Installation
from tests.vendors.behaviour import Act, Behaviour

SANDBOX = "sandbox:template"


async def test_a_brief_becomes_a_page(installation: Installation) -> None:
    async with installation.working():
        response = await installation.post("/api/ai/jobs", {"brief": BRIEF, "route": [OPENAI]})
        assert response.status_code == 202
        submitted = response.json()["data"]
        assert response.headers["location"] == submitted["links"]["self"]
        job = await installation.until_status(submitted["id"], "completed")
    assert (job["version"], job["ai"], job["route"], job["model"]) == (1, True, [OPENAI], OPENAI)
    assert job["errorType"] is None
    assert job["deadLetterId"] is None
    assert [(step["step"], step["status"], step["calls"]) for step in job["steps"]] == [
        ("outline", "done", 1),
        ("section:0", "done", 1),
        ("section:1", "done", 1),
        ("section:2", "done", 1),
    ]
    assert [step["type"] for step in job["steps"]] == [None, "hero", "features", "text"]
    assert {call["try"] for call in job["calls"]} == {1}
    assert len(installation.vendor.requests) == len(job["calls"]) == 4
    assert f"/workflows/{job['id']}" in job["links"]["temporal"]
    html = await installation.http.get(job["links"]["html"])
    assert "Harbour Bakery" in html.text


async def test_the_receipt_adds_up(installation: Installation) -> None:
    installation.vendor.next("section:features-1", Act(behaviour=Behaviour.UNAVAILABLE))
    async with installation.working():
        job = await installation.finished()
    receipt, calls = job["receipt"], job["calls"]
    assert (receipt["calls"], receipt["retries"], receipt["rounds"]) == (5, 1, 1)
    assert receipt["promptTokens"] == sum(call["promptTokens"] for call in calls) > 0
    assert receipt["completionTokens"] == sum(call["completionTokens"] for call in calls) > 0
    cost = sum(call["costUsd"] or 0 for call in calls)
    assert receipt["costUsd"] == pytest.approx(cost, abs=5e-6)
    assert receipt["costUsd"] == job["costUsd"] > 0
    assert receipt["chargedUsd"] == job["chargedUsd"] == receipt["costUsd"]
    assert receipt["unknownCostCalls"] == 0
    assert job["reservedUsd"] == 0
    assert [line["step"] for line in receipt["lines"]] == ["outline", "section:0", "section:1", "section:2"]
    assert [line["retries"] for line in receipt["lines"]] == [0, 0, 1, 0]
    assert receipt["durationMs"] > 0
    assert round(receipt["costUsd"], 6) == receipt["costUsd"]


@pytest.mark.parametrize(
    "brief",
    [
        "Harbour Bakery bakes sourdough bread in Example Bay.",
        "---\nname: Harbour Bakery\noffer: Sourdough bread\n---\nBread, baked overnight in Example Bay.\n",
        '{"name": "Harbour Bakery", "offer": "Sourdough bread, baked overnight"}',
    ],
    ids=["text", "front matter", "JSON"],
)
async def test_a_brief_may_come_as_text(installation: Installation, brief: str) -> None:
    async with installation.working():
        response = await installation.post("/api/ai/jobs", {"brief": brief, "route": [SANDBOX]})
        job = await installation.until_status(response.json()["data"]["id"], "completed")
    assert job["ai"] is False
    assert job["costUsd"] == 0


async def test_without_a_worker_a_job_waits(installation: Installation) -> None:
    job = await installation.submit()
    assert (await installation.get(f"/api/ai/jobs/{job}"))["status"] == "waiting"
    assert (await installation.client.get_workflow_handle(job).describe()).id == job


async def test_options_are_kept_with_the_job(installation: Installation) -> None:
    job = await installation.submit(maxCostUsd=0.25, seed=7, tries=2, language="de-de", theme="studio")
    found = await installation.get(f"/api/ai/jobs/{job}")
    kept = {name: found[name] for name in ("maxCostUsd", "seed", "tries", "language", "theme")}
    assert kept == {"maxCostUsd": 0.25, "seed": 7, "tries": 2, "language": "de-DE", "theme": "studio"}


async def test_a_first_model_and_fallbacks_make_a_route(installation: Installation) -> None:
    response = await installation.post("/api/ai/jobs", {"brief": "Bread.", "model": OPENAI, "fallback": [SANDBOX]})
    assert response.json()["data"]["route"] == [OPENAI, SANDBOX]
    response = await installation.post("/api/ai/jobs", {"brief": "Bread.", "fallback": [SANDBOX]})
    assert response.json()["data"]["route"] == [OPENAI, SANDBOX]


async def test_lists_go_on_behind_their_cursor(installation: Installation) -> None:
    made = [await installation.submit() for _ in range(5)]
    first = await installation.get("/api/ai/jobs", limit=2)
    second = await installation.get("/api/ai/jobs", limit=2, cursor=first["nextCursor"])
    third = await installation.get("/api/ai/jobs", limit=2, cursor=second["nextCursor"])
    assert [job["id"] for page in (first, second, third) for job in page["jobs"]] == made[::-1]
    assert third["nextCursor"] is None
    assert (await installation.get("/api/ai/jobs", limit=5))["nextCursor"] is None


async def test_lists_are_filtered(installation: Installation) -> None:
    one, other = await installation.submit(), await installation.submit()
    async with installation.database.write() as uow:
        row = await uow.jobs.lock(JobId(other))
        assert row is not None
        row.status = JobStatus.FAILED
    failed = await installation.get("/api/ai/jobs", status=["failed", "cancelled"])
    assert [job["id"] for job in failed["jobs"]] == [other]
    assert failed["jobs"][0]["deadLetterId"] == f"dlq_{other}_1"
    page = (await installation.get(f"/api/ai/jobs/{one}"))["pageId"]
    assert [job["id"] for job in (await installation.get("/api/ai/jobs", pageId=page))["jobs"]] == [one]


async def test_a_cancelled_job_is_retried_from_what_it_finished(installation: Installation) -> None:
    installation.vendor.next("section:text-2", Act(behaviour=Behaviour.HANG))
    async with installation.working():
        job = await installation.submit()
        await installation.until(lambda: _steps_done(installation, job, 3))
        cancelled = await installation.post(f"/api/ai/jobs/{job}/cancel")
        assert cancelled.status_code == 202
        assert cancelled.json()["data"]["cancelRequested"] is True
        closed = await installation.until_status(job, "cancelled")
        assert closed["receipt"]["unknownCostCalls"] == 1
        assert (await installation.post(f"/api/ai/jobs/{job}/cancel")).json()["code"] == "wrong_state"
        retried = await installation.post(f"/api/ai/jobs/{job}/retry", {}, key="again")
        assert retried.status_code == 202
        assert (retried.json()["data"]["round"], retried.json()["data"]["cancelRequested"]) == (2, False)
        repeated = await installation.post(f"/api/ai/jobs/{job}/retry", {}, key="again")
        assert repeated.json() == retried.json()
        done = await installation.until_status(job, "completed")
    assert done["round"] == done["receipt"]["rounds"] == 2
    assert [call["step"] for call in done["calls"] if call["round"] == 2] == ["section:2"]


async def test_a_retry_of_a_cancelled_job_may_change_its_route_and_cap(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.next("outline", Act(behaviour=Behaviour.HANG))
        job = await installation.submit(maxCostUsd=0.1)
        await installation.until_status(job, "active")
        await installation.post(f"/api/ai/jobs/{job}/cancel")
        await installation.until_status(job, "cancelled")
        changes = {"model": SANDBOX, "maxCostUsd": 0.2}
        retried = (await installation.post(f"/api/ai/jobs/{job}/retry", changes)).json()["data"]
        assert (retried["route"], retried["maxCostUsd"]) == ([SANDBOX], 0.2)
        assert (await installation.until_status(job, "completed"))["ai"] is False


async def test_a_paused_job_makes_no_request_until_it_is_resumed(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.next("outline", Act(latency=1))
        job = await installation.submit()
        await installation.until_status(job, "active")
        paused = await installation.post(f"/api/ai/jobs/{job}/pause")
        assert (paused.status_code, paused.json()["data"]["status"]) == (202, "paused")
        again = await installation.post(f"/api/ai/jobs/{job}/pause")
        assert again.status_code == 202  # safe to repeat
        await installation.until(lambda: _steps_done(installation, job, 1))
        await asyncio.sleep(1)
        assert len(installation.vendor.requests) == 1
        resumed = await installation.post(f"/api/ai/jobs/{job}/resume")
        assert (resumed.status_code, resumed.json()["data"]["paused"]) == (202, False)
        await installation.until_status(job, "completed")
        events = await _event_types(installation, job)
    assert (events.count("paused"), events.count("resumed")) == (1, 1)


@pytest.mark.parametrize("action", ["cancel", "pause", "resume", "retry"])
async def test_an_action_in_the_wrong_state_names_the_state(installation: Installation, action: str) -> None:
    async with installation.working():
        job = await installation.submit(route=[SANDBOX])
        await installation.until_status(job, "completed")
        response = await installation.post(f"/api/ai/jobs/{job}/{action}")
    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")
    assert "completed" in response.json()["detail"]


async def test_a_job_that_is_not_paused_cannot_be_resumed(installation: Installation) -> None:
    response = await installation.post(f"/api/ai/jobs/{await installation.submit()}/resume")
    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")
    assert "waiting" in response.json()["detail"]


async def test_a_closed_workflow_is_named_with_what_is_stored(installation: Installation) -> None:
    job = await installation.submit()
    await installation.client.get_workflow_handle(job).terminate()
    response = await installation.post(f"/api/ai/jobs/{job}/pause")
    assert (response.status_code, response.json()["code"]) == (409, "workflow_closed")
    assert "paused" in response.json()["detail"]


async def test_no_key_is_in_any_answer(installation: Installation) -> None:
    installation.vendor.always("*", Act(behaviour=Behaviour.UNAUTHORIZED))
    async with installation.working():
        job = await installation.submit()
        failed = await installation.until_status(job, "failed")
    assert failed["errorType"] == "AUTH_ERROR"
    assert "sk-test" not in str(failed)


async def test_a_submit_answers_in_moments(installation: Installation) -> None:
    await installation.submit()
    started = time.monotonic()
    await installation.submit()
    assert time.monotonic() - started < 2


async def test_a_job_of_another_tenant_is_not_there(installation: Installation) -> None:
    job = await installation.submit()
    async with installation.database.write() as uow:
        row = await uow.jobs.lock(JobId(job))
        assert row is not None
        row.tenant, row.cost = "somebody-else", NanoUsd(1)
    assert (await installation.http.get(f"/api/ai/jobs/{job}")).status_code == 404
    assert (await installation.post(f"/api/ai/jobs/{job}/cancel")).status_code == 404
    assert (await installation.http.get(f"/api/ai/jobs/{job}/events")).status_code == 404
    assert (await installation.get("/api/ai/jobs"))["jobs"] == []


async def _steps_done(installation: Installation, job: str, count: int) -> bool:
    found = await installation.get(f"/api/ai/jobs/{job}")
    return sum(step["status"] == "done" for step in found["steps"]) >= count


async def _event_types(installation: Installation, job: str) -> list[str]:
    async with installation.database.read() as uow:
        return [event.type.value for event in await uow.events.after(JobId(job), 0)]
