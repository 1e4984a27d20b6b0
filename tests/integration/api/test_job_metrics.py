"""Jobs and dead letters in numbers, and the jobs that have ended, over HTTP."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.call import CallStatus
from domain.job import JobStatus
from storage.database import Database
from tests.integration.storage.rows import call_row, ended_row, letter_row, page_row, store, store_as

METRICS = "/api/ai/jobs/metrics"
HISTORY = "/api/ai/jobs/history"


async def test_the_last_hours_are_told_in_numbers(lone: httpx.AsyncClient, database: Database) -> None:
    now, page = datetime.now(UTC), page_row()
    took = [timedelta(seconds=seconds) for seconds in (1, 2, 3)]
    jobs = [ended_row(page, status=JobStatus.COMPLETED, at=now - timedelta(hours=1), took=time) for time in took]
    jobs.append(ended_row(page, status=JobStatus.FAILED, at=now - timedelta(minutes=1), took=timedelta(seconds=4)))
    long_ago = ended_row(page, status=JobStatus.FAILED, at=now - timedelta(hours=30))
    calls = [call_row(job, "outline", at=now, status=CallStatus.SUCCEEDED) for job in jobs[:3]]
    calls.append(call_row(jobs[0], "section:0", at=now - timedelta(seconds=9), status=CallStatus.INVALID))
    calls.append(call_row(jobs[0], "section:0", try_number=2, at=now, status=CallStatus.FAILED))
    await store(database, *jobs, long_ago, *calls)
    found = (await lone.get(METRICS)).json()["data"]
    assert {name: number for name, number in found["byStatus"].items() if number} == {"completed": 3, "failed": 1}
    assert set(found["byStatus"]) == {status.value for status in JobStatus}
    assert (found["hours"], found["successRate"], found["throughputPerHour"]) == (24, 75.0, 0.167)
    assert found["processingTimeMs"] == {"count": 4, "p50": 2000, "p95": 4000, "p99": 4000}
    assert found["retries"] == {"requests": 1, "rounds": 0}
    assert found["errorsByType"] == {"TIMEOUT": {"requests": 1, "jobs": 1}}
    assert found["validationPassRate"] == 75.0
    longer = (await lone.get(METRICS, params={"hours": 48})).json()["data"]
    assert longer["byStatus"]["failed"] == 2
    assert datetime.fromisoformat(longer["until"]) - datetime.fromisoformat(longer["since"]) == timedelta(hours=48)


async def test_rates_of_nothing_are_unknown_and_not_zero(lone: httpx.AsyncClient, database: Database) -> None:
    assert database.is_sqlite
    found = (await lone.get(METRICS, params={"hours": 1})).json()["data"]
    assert (found["successRate"], found["validationPassRate"]) == (None, None)
    assert found["processingTimeMs"] == {"count": 0, "p50": None, "p95": None, "p99": None}
    assert found["errorsByType"] == {}


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (METRICS, {"hours": 0}, "hours"),
        (METRICS, {"hours": 100_000}, "hours"),
        (HISTORY, {"status": "active"}, "status"),
        (HISTORY, {"since": "2026-03-02T09:30:00"}, "since"),
        (HISTORY, {"until": "9999-12-31T23:59:59-12:00"}, "until"),
        (HISTORY, {"cursor": "no-cursor"}, "cursor"),
        ("/api/ai/dlq", {"canRetry": "perhaps"}, "canRetry"),
        ("/api/ai/dlq", {"limit": 10_001}, "limit"),
        ("/api/ai/dlq", {"cursor": "no-cursor"}, "cursor"),
    ],
)
async def test_a_query_that_cannot_be_answered_names_its_field(
    lone: httpx.AsyncClient, path: str, query: dict[str, str], field: str
) -> None:
    answer = await lone.get(path, params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_history_is_filtered_and_goes_on_behind_its_cursor(lone: httpx.AsyncClient, database: Database) -> None:
    now, page = datetime.now(UTC), page_row()
    jobs = [ended_row(page, status=JobStatus.FAILED, at=now - timedelta(hours=hours)) for hours in range(3)]
    done = ended_row(page, status=JobStatus.COMPLETED, at=now)
    await store(database, *jobs, done)
    wanted = {"status": "failed", "errorType": "TIMEOUT", "user": "owner", "provider": "sandbox", "limit": "2"}
    first = (await lone.get(HISTORY, params=wanted)).json()["data"]
    second = (await lone.get(HISTORY, params={**wanted, "cursor": first["nextCursor"]})).json()["data"]
    assert [job["id"] for part in (first, second) for job in part["jobs"]] == [job.id for job in jobs]
    assert second["nextCursor"] is None
    entry = first["jobs"][0]
    assert (entry["status"], entry["user"], entry["errorType"], entry["costUsd"]) == ("failed", "owner", "TIMEOUT", 0)
    assert entry["links"]["temporal"].endswith(entry["id"])
    later = {"since": (now - timedelta(minutes=90)).isoformat(), "until": now.isoformat()}
    assert [job["id"] for job in (await lone.get(HISTORY, params=later)).json()["data"]["jobs"]] == [jobs[1].id]


async def test_ten_thousand_dead_letters_are_streamed_in_their_order(
    lone: httpx.AsyncClient, database: Database
) -> None:
    now = datetime.now(UTC)
    job = ended_row(page_row(), status=JobStatus.FAILED, at=now)
    names = [f"dlq_{job.id}_{number}" for number in range(1, 10_003)]
    await store(database, job)
    letter = letter_row(job, at=now)
    moments = [now - timedelta(seconds=number // 7) for number in range(len(names))]
    await store_as(database, letter, [{"id": name, "created_at": at} for name, at in zip(names, moments, strict=True)])
    answer = await lone.get("/api/ai/dlq", params={"limit": 10_000}, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found = answer.json()["data"]
    expected = sorted(zip(moments, names, strict=True), reverse=True)
    assert [entry["dlqJobId"] for entry in found["entries"]] == [name for _, name in expected[:10_000]]
    rest = (await lone.get("/api/ai/dlq", params={"cursor": found["nextCursor"]})).json()["data"]
    assert [entry["dlqJobId"] for entry in rest["entries"]] == [name for _, name in expected[10_000:]]
    assert rest["nextCursor"] is None
    stats = (await lone.get("/api/ai/dlq/stats")).json()["data"]
    assert (stats["total"], stats["spentUsd"]) == (10_002, 20.004)


async def test_dead_letters_are_counted_by_the_names_the_guide_greps(
    lone: httpx.AsyncClient, database: Database
) -> None:
    now = datetime.now(UTC)
    jobs = [ended_row(page_row(), status=JobStatus.FAILED, at=now) for _ in range(3)]
    letters = [letter_row(job, at=now) for job in jobs]
    letters[1].provider, letters[1].model, letters[1].retry_estimate = None, None, None
    await store(database, *jobs, *letters)
    found = (await lone.get("/api/ai/dlq/stats")).json()["data"]
    assert found == {
        "total": 3,
        "retryable": 3,
        "byErrorType": {"TIMEOUT": 3},
        "byProvider": {"sandbox": 2, "unknown": 1},
        "byModel": {"sandbox:template": 2, "unknown": 1},
        "byDate": {f"{now:%Y-%m-%d}": 3},
        "byStatus": {"open": 3, "retried": 0, "discarded": 0},
        "spentUsd": 0.006,
        "retryEstimateUsd": 0.002,
        "unknownEstimates": 1,
    }
    for query in ({"provider": "sandbox"}, {"model": "sandbox:template"}, {"canRetry": "true", "provider": "sandbox"}):
        entries = (await lone.get("/api/ai/dlq", params=query)).json()["data"]["entries"]
        assert {entry["jobId"] for entry in entries} == {jobs[0].id, jobs[2].id}
    assert (await lone.get("/api/ai/dlq", params={"until": (now - timedelta(days=1)).isoformat()})).json()["data"] == {
        "entries": [],
        "nextCursor": None,
    }
