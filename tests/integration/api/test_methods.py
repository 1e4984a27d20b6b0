"""Methods of a path: HEAD wherever GET is answered, and a 405 that names all the others."""

import asyncio

import httpx
import pytest

from tests.integration.api.installation import Installation

READS = ("/healthz", "/metrics", "/api/ai/jobs", "/api/ai/dlq", "/api/ai/usage/report?format=csv", "/api/brief-schema")


@pytest.mark.parametrize("path", READS)
async def test_head_is_answered_as_get_without_its_body(lone: httpx.AsyncClient, path: str) -> None:
    got, headed = await lone.get(path), await lone.head(path)
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["content-type"] == got.headers["content-type"]


async def test_head_is_refused_as_get_is(lone: httpx.AsyncClient) -> None:
    assert (await lone.head("/api/ai/jobs/job_x")).status_code == 404
    assert (await lone.head("/api/ai/jobs", headers={"Authorization": ""})).status_code == 401
    assert (await lone.head("/api/ai/jobs?limit=0")).status_code == 422


async def test_head_does_not_wait_for_the_events_of_a_job_to_end(installation: Installation) -> None:
    job = await installation.submit()
    async with asyncio.timeout(10):
        answer = await installation.http.head(f"/api/ai/jobs/{job}/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/ai/jobs", "GET, HEAD, POST"),
        ("PATCH", "/api/ai/jobs/job_x", "DELETE, GET, HEAD"),
        ("OPTIONS", "/api/ai/queue", "DELETE, GET, HEAD"),
        ("PUT", "/api/ai/jobs/history", "GET, HEAD"),
        ("POST", "/p/bakery", "GET, HEAD"),
        ("HEAD", "/api/ai/queue/pause", "POST"),
    ],
)
async def test_a_method_that_is_not_answered_is_told_which_are(
    lone: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await lone.request(method, path)
    assert (answer.status_code, answer.headers.get("allow")) == (405, allowed)
