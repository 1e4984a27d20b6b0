"""What a refusal says of a field: sentences, in the words of whoever asks."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.job import JobStatus
from storage.database import Database
from tests.integration.storage.rows import ended_row, page_row, store

ENDED = "has to be completed, failed, cancelled or refused"


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("DELETE", "/api/ai/queue?status=active", f"status: {ENDED}"),
        ("DELETE", "/api/ai/queue?olderThan=soon", "olderThan: an age is a number with s, m, h, d or w, such as 7d"),
        ("GET", "/api/ai/jobs/history?status=failed,active", f"status: {ENDED}"),
        ("GET", "/api/ai/jobs?limit=600", "limit: has to be at most 500"),
        ("GET", "/api/ai/jobs?limit=all", "limit: has to be a whole number"),
        ("GET", "/api/ai/usage/report?startDate=yesterday", "startDate: a day is written as 2026-03-02"),
        ("GET", "/api/ai/dlq?since=2026-03-02T09:30:00", "since: needs an offset, such as the Z of"),
        ("GET", "/api/ai/dlq?until=2026-02-31", "until: a moment is written as 2026-03-02T09:00:00Z"),
        ("GET", "/api/ai/dlq?canRetry=perhaps", "canRetry: has to be true or false"),
    ],
)
async def test_a_query_is_refused_in_a_sentence(
    lone: httpx.AsyncClient, database: Database, method: str, path: str, told: str
) -> None:
    assert database.is_sqlite
    answer = await lone.request(method, path)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(told)


async def test_statuses_come_with_commas_and_times_as_days(lone: httpx.AsyncClient, database: Database) -> None:
    midnight, page = datetime(2026, 3, 2, tzinfo=UTC), page_row()
    before, after = (
        ended_row(page, status=status, at=midnight + timedelta(seconds=seconds))
        for status, seconds in ((JobStatus.FAILED, -1), (JobStatus.CANCELLED, 0))
    )
    await store(database, page, before, after, ended_row(page, status=JobStatus.COMPLETED, at=midnight))
    both = {"status": "failed, cancelled"}
    for query, expected in (
        (both, {before.id, after.id}),
        (both | {"since": "2026-03-02"}, {after.id}),
        (both | {"until": "2026-03-02"}, {before.id}),
    ):
        found = (await lone.get("/api/ai/jobs/history", params=query)).json()["data"]["jobs"]
        assert {job["id"] for job in found} == expected
