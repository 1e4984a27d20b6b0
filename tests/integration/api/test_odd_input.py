"""Odd input on both databases: whatever is sent is answered or refused, and never an error of ours."""

import base64
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from settings import Settings
from storage.database import Database
from storage.schema import upgrade
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import TOKEN
from tests.integration.storage.conftest import create_postgres
from tests.integration.storage.rows import job_row, page_row
from tests.postgres_server import postgres_programs, running_postgres

NAMES = ("0", "-1", "2147483648", "9" * 30, "9" * 5000, "1e9", "\x00", "\udcff", "../x", "a/b", "\n", "٣", "x" * 3000)
"""Where an id or a number is expected."""
CURSORS = (
    *('"a\\u0000b"', '"\\ud800"', "2147483648", "-5", "9" * 30, "null", "[]", "1e400", "[[[[", "\x00"),
    *('["0001-01-01T00:00:00+14:00","x"]', '["9999-12-31T23:59:59-14:00","x"]', '["2020-01-01T00:00:00","x"]'),
    '["2020-01-01T00:00:00Z","x\\u0000"]',
)
VALUES = ("null", "-1", "1e400", "NaN", "9" * 30, '"a\\u0000b"', '"\\ud800"', "[]", "{}", "true", '" "', "1e-10")
FIELDS = ("brief", "language", "route", "model", "maxCostUsd", "seed", "sandbox", "reason", "version", "section")
DEPTHS = (100, 900, *range(950, 1001, 5), 100_000)


@pytest.fixture(scope="module")
def postgres(free_port: Callable[[], int]) -> Iterator[str]:
    """URL of a Postgres server, without the database's name."""
    programs = postgres_programs()
    assert programs is not None
    with running_postgres(programs, free_port()) as url:
        yield url


@contextmanager
def nowhere(address: str) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        name_temporal(patch, address)
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.requires("postgres"))])
async def api(request: pytest.FixtureRequest, tmp_path: Path, nobody: str) -> AsyncGenerator[httpx.AsyncClient]:
    """Speak to an API with one page and one job, whose Temporal is away."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'pagewright.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        name = f"test_{uuid4().hex}"
        await create_postgres(server, name)
        url = f"{server}/{name}"
    database = Database(url)
    await upgrade(database)
    page = page_row(slug="bakery")
    async with database.write() as uow:
        uow.pages.add(page)
        uow.jobs.add(job_row(page))
    await database.close()
    app = create_app(Settings(data_dir=tmp_path, database_url=url, token=SecretStr(TOKEN)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    with nowhere(nobody):
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http,
        ):
            yield http


async def ids(api: httpx.AsyncClient) -> tuple[str, str]:
    jobs = (await api.get("/api/ai/jobs")).json()["data"]["jobs"]
    return jobs[0]["id"], jobs[0]["pageId"]


def is_ours(response: httpx.Response) -> bool:
    """Whether an answer is an error of ours: anything unforeseen, or a database that could not take the question."""
    return response.status_code >= 500 and response.json().get("code") != "temporal_unavailable"


async def test_odd_addresses_are_refused(api: httpx.AsyncClient) -> None:
    job, page = await ids(api)
    odd = [quote(name, safe="", errors="surrogateescape") for name in NAMES]
    paths = [
        path.replace("*", name)
        for name in odd
        for path in (
            *("/api/ai/jobs/*", "/api/ai/jobs/*/events", "/api/ai/dlq/*", "/api/pages/*", "/api/pages/*/html", "/p/*"),
            *(
                f"/api/pages/{page}/versions/*",
                f"/api/pages/{page}/html?version=*",
                f"/api/pages/{page}/versions?limit=*",
            ),
            *("/api/ai/jobs?pageId=*", "/api/ai/jobs?status=*", "/api/ai/dlq?errorType=*", "/api/ai/jobs?limit=*"),
            f"/api/ai/jobs/{job}/events?lastEventId=*",
        )
        if not (path.endswith("lastEventId=*") and name == "0")  # a stream that would not end
    ]
    assert [path for path in paths if is_ours(await api.get(path))] == []
    posts = [f"/api/{path}" for name in odd for path in (f"ai/jobs/{name}/retry", f"ai/dlq/{name}/discard")]
    assert [path for path in posts if is_ours(await api.post(path, headers={"Idempotency-Key": "a"}))] == []


async def test_forged_cursors_are_refused(api: httpx.AsyncClient) -> None:
    _, page = await ids(api)
    for cursor in CURSORS:
        forged = base64.urlsafe_b64encode(cursor.encode()).decode()
        for path in ("/api/ai/jobs", "/api/pages", "/api/ai/dlq", f"/api/pages/{page}/versions"):
            answer = await api.get(path, params={"cursor": forged})
            assert answer.status_code in {200, 422}, (path, cursor, answer.text)


async def test_odd_values_are_refused(api: httpx.AsyncClient) -> None:
    job, page = await ids(api)
    paths = ("/api/ai/jobs", f"/api/ai/jobs/{job}/retry", f"/api/pages/{page}/revise", f"/api/pages/{page}/publish")
    for field in FIELDS:
        for value in VALUES:
            body = f'{{"{field}": {value}, "{field}2": 1}}', f'{{"{field}": {value}}}'
            for path in paths:
                for text in body:
                    assert not is_ours(await api.post(path, content=text)), (path, text)


async def test_deep_bodies_are_refused(api: httpx.AsyncClient) -> None:
    for depth in DEPTHS:
        for body in ("[" * depth + "]" * depth, '{"brief":' + '{"a":' * depth + "1" + "}" * depth + "}"):
            answer = await api.post("/api/ai/jobs", content=body, headers={"Idempotency-Key": f"deep-{depth}"})
            assert answer.status_code in {400, 413, 422}, depth


async def test_a_reason_that_no_database_could_keep_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post(
        "/api/ai/dlq/dlq_job_01HZZZZZZZZZZZZZZZZZZZZZZZ_1/discard", content='{"reason": "a\\u0000"}'
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "reason"
