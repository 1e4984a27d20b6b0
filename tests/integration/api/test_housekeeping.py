"""Ended jobs are deleted one by name, or cleared away by age; open ones, pages and money stay."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.routes import housekeeping
from domain.ids import OWNER_TENANT, JobId
from domain.job import JobStatus
from domain.schedule import Overlap, ScheduleKind
from storage.audit import AuditFilter
from storage.database import Database
from storage.job import JobRow
from storage.schedule import ScheduleRow
from tests.integration.api.installation import Installation
from tests.integration.storage.rows import ended_row, job_row, letter_row, page_row, store
from tests.vendors.behaviour import Act, Behaviour


async def row_of(database: Database, job: str) -> JobRow:
    async with database.read() as uow:
        row = await uow.jobs.find(JobId(job))
    assert row is not None
    return row


async def erased(installation: Installation, job: str) -> None:
    """Wait until the worker has erased what was left of a job."""

    async def is_erased() -> bool:
        return (await row_of(installation.database, job)).erased_at is not None

    await installation.until(is_erased)


async def test_a_deleted_job_is_gone_while_its_page_and_its_cost_stay(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished()
        name, page = job["id"], job["links"]["page"]
        neighbour = await installation.finished()
        answer = await installation.http.delete(f"/api/ai/jobs/{name}")
        assert (answer.status_code, answer.content) == (204, b"")
        asked = [("GET", ""), ("GET", "/events"), ("POST", "/retry"), ("POST", "/cancel"), ("POST", "/pause")]
        for method, action in asked:
            gone = await installation.http.request(method, f"/api/ai/jobs/{name}{action}")
            assert (gone.status_code, gone.json()["code"]) == (404, "job_not_found"), action
        assert (await installation.http.delete(f"/api/ai/jobs/{name}")).status_code == 404
        for listed in ("/api/ai/jobs", "/api/ai/jobs/history"):
            assert [entry["id"] for entry in (await installation.get(listed))["jobs"]] == [neighbour["id"]]
        await erased(installation, name)
    assert (await row_of(installation.database, neighbour["id"])).brief is not None
    assert (await installation.http.get(f"{page}/html")).status_code == 200
    exported = zipfile.ZipFile(io.BytesIO((await installation.http.get(f"{page}/export.zip")).content))
    assert json.loads(exported.read("receipt.json"))["costUsd"] == job["costUsd"]
    async with installation.database.read() as uow:
        calls = await uow.calls.of_job(name)
        events = await uow.events.after(name, 0)
    row = await row_of(installation.database, name)
    assert (row.brief, row.revision, events) == (None, None, [])
    assert [call.result for call in calls if call.result is not None] == []
    assert sum(call.charged for call in calls) == row.charged > 0


async def test_a_failed_job_is_deleted_with_the_dead_letter_that_holds_it(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.always("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
        job = await installation.submit(tries=1)
        await installation.until_status(job, "failed")
        assert (await installation.http.delete(f"/api/ai/jobs/{job}")).status_code == 204
        assert (await installation.get("/api/ai/dlq", status="all"))["entries"] == []
        for letter in (job, f"dlq_{job}_1"):
            assert (await installation.post(f"/api/ai/dlq/{letter}/retry")).status_code == 404
        await erased(installation, job)
    assert (await installation.get("/api/ai/dlq/stats"))["total"] == 0
    async with installation.database.read() as uow:
        [record] = await uow.audit.newest(OWNER_TENANT, AuditFilter(target=job, method="DELETE"), before=None, limit=10)
    assert (record.method, record.before, record.after) == (
        "DELETE",
        {"status": "failed", "round": 1},
        {"removed": True},
    )


async def test_a_page_without_a_version_goes_with_its_last_job(lone: httpx.AsyncClient, database: Database) -> None:
    now = datetime.now(UTC)
    empty, shared, made, scheduled = (page_row() for _ in range(4))
    made.current_version = 1
    first, other, last, done, planned = (
        ended_row(page, status=JobStatus.CANCELLED, at=now) for page in (empty, shared, shared, made, scheduled)
    )
    schedule = ScheduleRow(
        id="sch_1", tenant=OWNER_TENANT, owner="owner", name="Daily", kind=ScheduleKind.PAGE, page_id=scheduled.id,
        cron="0 6 * * *", timezone="UTC", overlap=Overlap.SKIP, created_at=now, updated_at=now,
    )  # fmt: skip
    await store(database, empty, shared, made, scheduled, schedule, first, other, last, done, planned)
    for job in (first, other, done, planned):
        assert (await lone.delete(f"/api/ai/jobs/{job.id}")).status_code == 204
    assert await pages_of(lone) == {shared.id, made.id, scheduled.id}
    assert (await lone.delete(f"/api/ai/jobs/{last.id}")).status_code == 204
    assert await pages_of(lone) == {made.id, scheduled.id}


async def test_a_page_without_a_version_is_cleared_away_with_its_jobs(installation: Installation) -> None:
    job = await installation.submit()
    assert (await installation.post(f"/api/ai/jobs/{job}/cancel")).status_code == 202
    async with installation.working():
        await installation.until_status(job, "cancelled")
        assert (await clear(installation.http, status="cancelled"))["removed"] == 1
        await erased(installation, job)
    assert await pages_of(installation.http) == set()


async def test_an_open_job_is_not_deleted(installation: Installation) -> None:
    job = await installation.submit()
    answer = await installation.http.delete(f"/api/ai/jobs/{job}")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert f"{job} is waiting" in answer.json()["detail"]
    assert (await installation.get(f"/api/ai/jobs/{job}"))["status"] == "waiting"


async def pages_of(http: httpx.AsyncClient) -> set[str]:
    return {page["id"] for page in (await http.get("/api/pages")).json()["data"]["pages"]}


async def clear(http: httpx.AsyncClient, **query: str | int | list[str]) -> dict[str, Any]:
    answer = await http.delete("/api/ai/queue", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def listed(http: httpx.AsyncClient) -> set[str]:
    return {job["id"] for job in (await http.get("/api/ai/jobs")).json()["data"]["jobs"]}


async def test_what_ended_is_cleared_away_by_state_and_age(lone: httpx.AsyncClient, database: Database) -> None:
    page, now = page_row(), datetime.now(UTC)
    old, new = (ended_row(page, status=JobStatus.COMPLETED, at=now - timedelta(days=days)) for days in (8, 6))
    failed, held = (ended_row(page, status=JobStatus.FAILED, at=now - timedelta(days=8)) for _ in range(2))
    cancelled = ended_row(page, status=JobStatus.CANCELLED, at=now - timedelta(days=8))
    waiting = job_row(page, status=JobStatus.WAITING)
    await store(database, old, new, failed, held, cancelled, waiting, letter_row(held, at=now))
    assert await clear(lone, status="completed", olderThan="7d") == {"removed": 1, "left": 0, "held": 0}
    assert await listed(lone) == {new.id, failed.id, held.id, cancelled.id, waiting.id}
    assert await clear(lone, olderThan="1w") == {"removed": 1, "left": 0, "held": 1}
    assert await clear(lone) == {"removed": 1, "left": 0, "held": 1}
    assert await clear(lone, status=["cancelled", "failed"]) == {"removed": 1, "left": 0, "held": 1}
    assert await listed(lone) == {held.id, waiting.id}
    async with database.read() as uow:
        records = await uow.audit.newest(OWNER_TENANT, AuditFilter(), before=None, limit=1)
    assert records[0].after == {"removed": 1, "statuses": ["cancelled", "failed"], "olderThan": None}


async def test_one_request_clears_no_more_than_it_has_time_for(
    lone: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_AT_ONCE", 2)
    page, now = page_row(), datetime.now(UTC)
    await store(database, *(ended_row(page, status=JobStatus.COMPLETED, at=now) for _ in range(3)))
    assert await clear(lone) == {"removed": 2, "left": 1, "held": 0}
    assert await clear(lone) == {"removed": 1, "left": 0, "held": 0}


@pytest.mark.parametrize(
    ("query", "field"),
    [({"status": "active"}, "status"), ({"olderThan": "7 days"}, "olderThan"), ({"olderThan": "-1d"}, "olderThan")],
)
async def test_what_cannot_be_cleared_is_refused(lone: httpx.AsyncClient, query: dict[str, str], field: str) -> None:
    answer = await lone.delete("/api/ai/queue", params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
