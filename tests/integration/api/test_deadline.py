"""Requests that hang: ended with a problem, unless their body is still coming or their answer has begun."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.app import create_app
from api.guards import deadline
from settings import Settings
from storage.database import Database
from storage.job import JobRepository

_LIMIT = timedelta(seconds=0.2)
_LONGER = 0.5


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "LONGEST", _LIMIT)


async def pieces() -> AsyncGenerator[bytes]:
    for piece in (b"first", b"last"):
        await asyncio.sleep(_LONGER / 2)
        yield piece


async def echo(request: Request) -> Response:
    return Response(await request.body())


async def stream(_request: Request) -> Response:
    return StreamingResponse(pieces())


async def hang(_request: Request) -> Response:
    await asyncio.sleep(_LONGER)
    return Response("late")


@pytest.fixture
async def http() -> AsyncGenerator[httpx.AsyncClient]:
    [upload] = deadline.UPLOADS
    routes = [
        Route("/echo", echo, methods=["POST"]),
        Route("/stream", stream),
        Route("/hang", hang),
        Route(upload, hang),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(deadline.Deadline)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield client


async def test_a_request_that_hangs_is_ended_with_a_problem(
    lone: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.is_sqlite

    async def newest(*_: object, **__: object) -> list[object]:
        await asyncio.sleep(3_600)
        return []

    monkeypatch.setattr(JobRepository, "newest", newest)
    async with asyncio.timeout(20):
        answer = await lone.get("/api/ai/jobs")
    assert (answer.status_code, answer.json()["code"]) == (503, "timed_out")
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert (await lone.get("/api/ai/dlq")).status_code == 200


async def test_a_body_may_take_longer_and_so_may_an_answer_that_has_begun(http: httpx.AsyncClient) -> None:
    assert (await http.post("/echo", content=pieces())).content == b"firstlast"
    assert (await http.get("/stream")).content == b"firstlast"
    assert (await http.get("/hang")).status_code == 503


async def test_uploads_have_no_deadline_and_are_paths_of_the_document(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    [upload] = deadline.UPLOADS
    assert (await http.get(upload)).text == "late"
    assert set(deadline.UPLOADS) <= set(create_app(settings).openapi()["paths"])
