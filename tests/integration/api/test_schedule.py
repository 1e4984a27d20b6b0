"""Schedules: made once, kept in Temporal, each run one job; skipped where the page is busy; gone with their page."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.ids import ScheduleId
from domain.route import SANDBOX_MODEL
from storage.database import Database
from tests.integration.api.installation import Installation, row_counts, speaking
from tests.integration.api.tokens import issuer_of, minted
from tests.vendors.behaviour import Act, Behaviour
from workflows import contracts

SCHEDULES: Final = "/api/ai/schedules"
_DUE: Final = TypedSearchAttributes(
    [
        SearchAttributePair(
            SearchAttributeKey.for_datetime("TemporalScheduledStartTime"), datetime(2026, 1, 1, 5, tzinfo=UTC)
        )
    ]
)
"""As Temporal marks what a schedule starts."""


async def made(installation: Installation, **changes: object) -> dict[str, Any]:
    """Make a schedule that is due once a year, and return it."""
    body = {"name": "offer", "cron": "0 6 1 jan *", "timezone": "Europe/Madrid", **changes}
    response = await installation.post(SCHEDULES, body)
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{SCHEDULES}/{response.json()['data']['id']}"
    return response.json()["data"]


async def triggered(installation: Installation, name: str) -> dict[str, Any]:
    """Trigger a schedule and return its next run as it is told."""
    before = (await installation.get(f"{SCHEDULES}/{name}"))["lastRun"]
    await asyncio.sleep(1.1)  # Temporal names runs by the second
    assert (await installation.post(f"{SCHEDULES}/{name}/trigger")).status_code == 202

    async def has_run() -> bool:
        return (await installation.get(f"{SCHEDULES}/{name}"))["lastRun"] != before

    await installation.until(has_run)
    return (await installation.get(f"{SCHEDULES}/{name}"))["lastRun"]


async def names_in_temporal(client: Client) -> set[str]:
    return {found.id async for found in await client.list_schedules()}


async def test_each_run_makes_the_page_s_next_version_and_a_busy_page_is_skipped(installation: Installation) -> None:
    async with installation.working():
        first = await installation.finished(route=[SANDBOX_MODEL], seed=7)
        page = first["pageId"]
        schedule = await made(installation, pageId=page)
        assert (schedule["kind"], schedule["route"]) == ("page", [SANDBOX_MODEL])
        run = await triggered(installation, schedule["id"])
        assert (run["outcome"], run["reason"]) == ("started", None)
        job = await installation.until_status(run["jobId"], "completed")
        assert (job["pageId"], job["kind"], job["version"], job["seed"]) == (page, "generate", 2, 7)
        assert job["receipt"]["estimate"]["withinRange"] is True
        installation.vendor.always("outline", Act(behaviour=Behaviour.HANG))
        busy = await made(installation, pageId=page, model="openai:gpt-6-luna")
        held = await triggered(installation, busy["id"])
        skipped = await triggered(installation, schedule["id"])
        assert skipped["outcome"] == "skipped"
        assert held["jobId"] in skipped["reason"]
        assert (await installation.post(f"/api/ai/jobs/{held['jobId']}/cancel")).status_code == 202
        await installation.until_status(held["jobId"], "cancelled")
        told = await installation.get(f"{SCHEDULES}/{schedule['id']}")
    assert [action["workflowId"].startswith(schedule["id"]) for action in told["standing"]["lastActions"]] == [True] * 2
    assert len(told["standing"]["nextRuns"]) > 0
    assert told["standing"]["nextRuns"][0].endswith("-01-01T05:00:00Z"), "six o'clock in Madrid"


async def test_a_run_that_is_begun_twice_makes_one_job(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
        schedule = await made(installation, pageId=page)
        ref = contracts.ScheduleRef(schedule_id=ScheduleId(schedule["id"]))
        results = [
            await installation.client.execute_workflow(
                contracts.SCHEDULED_RUN_WORKFLOW,
                ref,
                id=f"{schedule['id']}-2026-01-01T05:00:00Z",
                task_queue=contracts.PAGES_QUEUE,
                result_type=contracts.RunResult,
                search_attributes=_DUE,
            )
            for _ in range(2)
        ]
        jobs = (await installation.get("/api/ai/jobs", pageId=page))["jobs"]
    assert results[0] == results[1]
    assert (results[0].status, len(jobs)) == ("completed", 2)


async def test_the_run_before_is_cancelled_where_the_schedule_says_so(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
        installation.vendor.always("outline", Act(behaviour=Behaviour.HANG))
        schedule = await made(installation, pageId=page, model="openai:gpt-6-luna", overlap="cancel_other")
        first = await triggered(installation, schedule["id"])
        await installation.until_status(first["jobId"], "active", "delayed")
        second = await triggered(installation, schedule["id"])
        assert (second["outcome"], second["jobId"] == first["jobId"]) == ("started", False)
        assert (await installation.get(f"/api/ai/jobs/{first['jobId']}"))["status"] == "cancelled"
        await installation.post(f"/api/ai/jobs/{second['jobId']}/cancel")
        await installation.until_status(second["jobId"], "cancelled")


async def test_a_batch_is_submitted_again_as_pages_of_its_own(installation: Installation) -> None:
    lines = [{"brief": f"Harbour Bakery {number} bakes bread.", "route": [SANDBOX_MODEL]} for number in (1, 2)]
    async with installation.working():
        answer = await installation.http.post("/api/ai/jobs/batch", json=[lines[0], {"brief": 5}, lines[1]])
        source = answer.json()["data"]["id"]

        async def closed(batch: str) -> bool:
            return (await installation.get(f"/api/ai/batches/{batch}"))["status"] == "completed"

        await installation.until(lambda: closed(source))
        schedule = await made(installation, batchId=source)
        run = await triggered(installation, schedule["id"])
        assert run["batchId"] not in {None, source}
        await installation.until(lambda: closed(run["batchId"]))
        jobs = (await installation.get("/api/ai/jobs"))["jobs"]
    assert len({job["pageId"] for job in jobs}) == 4
    assert all(job["estimate"] is not None for job in jobs)
    assert {job["status"] for job in jobs} == {"completed"}


async def test_temporal_s_schedules_are_made_again_from_rows_and_those_of_nobody_go(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
        kept, orphan, drifted = [await made(installation, pageId=page) for _ in range(3)]
        await installation.client.get_schedule_handle(kept["id"]).delete()
        await installation.client.get_schedule_handle(drifted["id"]).pause()
        async with installation.database.write() as uow:
            await uow.schedules.remove(ScheduleId(orphan["id"]))

        async def listed() -> bool:
            return await names_in_temporal(installation.client) == {orphan["id"], drifted["id"]}

        await installation.until(listed)
        mended = await installation.client.execute_workflow(
            contracts.RECONCILE_WORKFLOW,
            id="reconcile-once",
            task_queue=contracts.PAGES_QUEUE,
            result_type=contracts.Reconciled,
        )
        assert mended == contracts.Reconciled(schedules=3)
        assert not (await installation.client.get_schedule_handle(drifted["id"]).describe()).schedule.state.paused
        assert (await installation.get(f"{SCHEDULES}/{kept['id']}"))["standing"]["nextRuns"]


async def test_temporal_takes_what_we_take(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
    taken = ("*/15 9-17 * * MON-FRI", "5,35 0-23/2 1,15 jan,jul *", "0 0 29 feb *", "0 0 * * 7", "3/10 * * * *")
    for cron in (*taken, "@hourly", "@daily", "@weekly", "@monthly", "@yearly"):
        schedule = await made(installation, pageId=page, cron=cron)
        told = await installation.get(f"{SCHEDULES}/{schedule['id']}")
        assert told["standing"]["nextRuns"], cron


async def test_a_page_s_schedules_go_with_it_and_a_deleted_one_is_gone(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
        first, second = [await made(installation, pageId=page) for _ in range(2)]
        assert (await installation.http.delete(f"{SCHEDULES}/{first['id']}")).status_code == 204
        assert (await installation.http.delete(f"{SCHEDULES}/{first['id']}")).status_code == 404
        assert (await installation.http.delete(f"/api/pages/{page}")).status_code == 204
    assert (await installation.get(SCHEDULES))["schedules"] == []

    async def nothing_is_left() -> bool:
        return not {first["id"], second["id"]} & await names_in_temporal(installation.client)

    await installation.until(nothing_is_left)


async def test_pause_is_kept_with_its_note_and_the_list_goes_on_at_its_cursor(installation: Installation) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
    first, second = [await made(installation, pageId=page) for _ in range(2)]
    path = f"{SCHEDULES}/{first['id']}"
    assert (await installation.post(f"{path}/pause", {"note": "closed in August"})).status_code == 200
    paused = await installation.get(path)
    assert (paused["paused"], paused["note"], paused["standing"]["nextRuns"]) == (True, "closed in August", [])
    assert (await installation.post(f"{path}/resume")).json()["data"]["paused"] is False
    assert len((await installation.get(path))["standing"]["nextRuns"]) > 0
    top = await installation.get(SCHEDULES, limit=1)
    assert [schedule["id"] for schedule in top["schedules"]] == [second["id"]]
    rest = await installation.get(SCHEDULES, cursor=top["nextCursor"])
    assert [schedule["id"] for schedule in rest["schedules"]] == [first["id"]]
    assert (await installation.get(SCHEDULES, pageId="page_other"))["schedules"] == []


async def test_another_tenant_cannot_schedule_a_page_and_no_token_steers_the_system_s_own(
    installation: Installation,
) -> None:
    async with installation.working():
        page = (await installation.finished(route=[SANDBOX_MODEL]))["pageId"]
    stranger = (await minted(issuer_of(installation.settings, installation.database), "orchard")).token
    async with speaking(str(installation.http.base_url), stranger) as http:
        body = {"name": "offer", "pageId": page, "cron": "@daily"}
        assert (await http.post(SCHEDULES, json=body)).status_code == 404
    for own in (contracts.RECONCILE_SCHEDULE, contracts.HOUSEKEEPING_SCHEDULE):
        assert (await installation.http.delete(f"{SCHEDULES}/{own}")).status_code == 404
        assert (await installation.post(f"{SCHEDULES}/{own}/pause")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cron": "0 6 * *"}, "cron"),
        ({"cron": "0 6 30 feb *"}, "cron"),
        ({"cron": "0 6 1 * mon"}, "cron"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"timezone": "localtime"}, "timezone"),
        ({"overlap": "terminate_other"}, "overlap"),
        ({"jitterSeconds": 3601}, "jitterSeconds"),
        ({"batchId": "batch_1"}, ""),
    ],
)
async def test_what_cannot_be_a_schedule_is_refused_before_anything_is_stored(
    lone: httpx.AsyncClient, database: Database, changes: dict[str, Any], field: str
) -> None:
    before = await row_counts(database)
    body = {"name": "offer", "pageId": "page_1", "cron": "@daily", **changes}
    response = await lone.post(SCHEDULES, json=body)
    assert response.status_code == 422, response.text
    assert {error["field"] for error in response.json()["errors"]} <= {field, "body"}
    assert await row_counts(database) == before
