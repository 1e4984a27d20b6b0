"""The audit trail: no change without a record, and no record without a change."""

from collections.abc import AsyncGenerator
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy import text
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.guards.auth import is_public
from api.guards.security import SAFE_METHODS
from domain.ids import OWNER_TENANT, JobId
from domain.route import SANDBOX_MODEL
from settings import Settings
from storage.audit import AuditFilter, AuditRecordRow
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import BRIEF, TOKEN, Installation
from tests.workflows.batches import new_batch

Route = tuple[str, str]


async def records(database: Database, target: str | None = None) -> list[AuditRecordRow]:
    async with database.read() as uow:
        return await uow.audit.newest(OWNER_TENANT, AuditFilter(target=target), before=None, limit=100)


@pytest.fixture
async def app(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[FastAPI]:
    """Return an API whose Temporal is away."""
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def http(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("192.0.2.10", 5000))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http:
        yield http


def changing(app: FastAPI) -> list[Route]:
    """Return every route of the OpenAPI document that may change something."""
    paths = app.openapi()["paths"]
    return [
        (method.upper(), path) for path, item in paths.items() for method in item if method.upper() not in SAFE_METHODS
    ]


def let_routes_answer(monkeypatch: pytest.MonkeyPatch, answer: Response) -> None:
    """Let every route answer at once, whatever it is asked; all that stands in front of it stays."""

    async def handle(_route: object, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)

    monkeypatch.setattr("fastapi.routing.APIRoute.handle", handle)


async def test_every_route_that_changes_something_leaves_a_record(
    app: FastAPI, http: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = changing(app)
    assert len(routes) >= 10
    let_routes_answer(monkeypatch, JSONResponse({"data": {}}))
    for method, template in routes:
        assert not is_public(template), f"{method} {template} changes something and asks for no token"
        path = template.replace("{", "").replace("}", "_1")
        assert (await http.request(method, path)).status_code == 200
        (record, *_) = await records(database)
        assert (record.method, record.route, record.status) == (method, template, 200)
        assert (record.user, record.token_id, record.address) == ("owner", None, "192.0.2.10")
        assert set(record.targets.values()) == {part for part in path.split("/") if part.endswith("_1")}
    assert len(await records(database)) == len(routes)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 503])
async def test_what_was_refused_changed_nothing_and_leaves_no_record(
    http: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    let_routes_answer(monkeypatch, Response(status_code=status))
    await http.delete("/api/pages/page_1")
    assert await records(database) == []


async def test_reading_and_asking_without_the_token_leave_no_record(
    http: httpx.AsyncClient, database: Database
) -> None:
    assert (await http.get("/api/ai/jobs")).status_code == 200
    assert (await http.post("/api/ai/jobs", json={}, headers={"Authorization": ""})).status_code == 401
    assert await records(database) == []


async def test_a_record_that_cannot_be_written_is_counted_and_the_change_is_answered(
    app: FastAPI, http: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = cast("CollectorRegistry", app.state.registry)
    let_routes_answer(monkeypatch, Response(status_code=204))
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP TABLE audit_records"))
    assert registry.get_sample_value("audit_records_lost_total") == 0
    assert (await http.delete("/api/pages/page_1")).status_code == 204
    assert registry.get_sample_value("audit_records_lost_total") == 1


async def test_the_list_is_filtered_and_goes_on_at_its_cursor(
    http: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        let_routes_answer(patched, Response(status_code=200))
        for name in ("job_1", "job_2", "job_3"):
            await http.post(f"/api/ai/jobs/{name}/pause")
        await http.delete("/api/pages/page_1")
    assert len(await records(database)) == 4
    second = (await records(database, target="job_2"))[0].at.isoformat()

    async def targets(**query: str | int) -> list[str]:
        answer = await http.get("/api/audit", params=query)
        assert answer.status_code == 200, answer.text
        return [record["target"] for record in answer.json()["data"]["records"]]

    assert await targets() == ["page_1", "job_3", "job_2", "job_1"]
    assert await targets(route="/api/ai/jobs") == ["job_3", "job_2", "job_1"]
    assert await targets(route="/api/ai/job%") == []
    assert await targets(method="delete") == ["page_1"]
    assert await targets(target="job_2") == ["job_2"]
    assert await targets(since=second) == ["page_1", "job_3", "job_2"]
    assert await targets(until=second) == ["job_1"]
    assert await targets(user="somebody.else@example.com") == []
    first = (await http.get("/api/audit", params={"limit": 3})).json()["data"]
    assert await targets(cursor=first["nextCursor"]) == ["job_1"]


async def test_what_stands_though_temporal_did_not_answer_is_recorded_and_once_only(
    http: httpx.AsyncClient, database: Database
) -> None:
    batch = new_batch()
    async with database.write() as uow:
        uow.batches.add(batch)
    path = f"/api/ai/batches/{batch.id}/pause"
    assert [(await http.post(path)).status_code for _ in range(2)] == [503, 503]
    (record,) = await records(database, target=batch.id)
    before, after = record.before or {}, record.after or {}
    assert (before["status"], after["status"], after["paused"]) == ("waiting", "paused", True)


async def test_another_tenant_s_records_are_not_shown(http: httpx.AsyncClient, database: Database) -> None:
    async with database.write() as uow:
        uow.audit.add(
            AuditRecordRow.model_validate(
                {"id": "audit_1", "tenant": "other", "at": "2026-03-02T09:30:00Z", "user": "u", "method": "POST",
                 "route": "/api/ai/jobs", "status": 202}
            )
        )  # fmt: skip
    assert (await http.get("/api/audit")).json()["data"]["records"] == []


async def test_a_job_s_whole_life_is_told_with_what_changed(installation: Installation) -> None:
    """No word of the brief is in it, and a repeated request is not in it twice."""
    job = JobId(
        (await installation.post("/api/ai/jobs", {"brief": BRIEF, "route": [SANDBOX_MODEL]}, "k")).json()["data"]["id"]
    )
    await installation.post("/api/ai/jobs", {"brief": BRIEF, "route": [SANDBOX_MODEL]}, "k")
    assert (await installation.post(f"/api/ai/jobs/{job}/pause")).status_code == 202
    assert (await installation.post(f"/api/ai/jobs/{job}/resume")).status_code == 202
    async with installation.working():
        done = await installation.until_status(job, "completed")
    page = done["pageId"]
    assert (await installation.post(f"/api/pages/{page}/publish")).status_code == 200
    assert (await installation.http.delete(f"/api/pages/{page}")).status_code == 204
    told = list(reversed(await records(installation.database)))
    assert [(record.route.rpartition("/")[2], record.target) for record in told] == [
        ("jobs", job), ("pause", job), ("resume", job), ("publish", page), ("{page}", page),
    ]  # fmt: skip
    _, pause, resume, publish, erase = told
    assert ((pause.before or {})["paused"], (pause.after or {})["paused"]) == (False, True)
    assert ((resume.before or {})["paused"], (resume.after or {})["paused"]) == (True, False)
    assert (publish.before, publish.after) == ({"publishedVersion": None}, {"publishedVersion": 1})
    assert erase.before == {"currentVersion": 1, "publishedVersion": 1}
    written = " ".join(record.model_dump_json() for record in told)
    assert [word for word in ("Harbour", "Bakery", "sourdough", TOKEN) if word in written] == []
