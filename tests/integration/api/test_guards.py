"""The guards in front of every route: how often, how large, how slowly, and from which pages."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
import structlog

from api.app import create_app
from api.guards.body import RULES
from settings import Settings
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import TOKEN, serving, speaking

JSON = {"content-type": "application/json"}
Serving = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def api(settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch) -> Serving:
    """Return what serves the API with some settings, its Temporal away."""
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)

    @asynccontextmanager
    async def serve(**given: object) -> AsyncGenerator[httpx.AsyncClient]:
        changed = settings.model_copy(update=given)
        async with serving(changed) as (url, _), speaking(url) as http:
            yield http

    return serve


async def test_a_token_has_a_quota_and_is_told_how_it_stands(api: Serving) -> None:
    async with api(requests_per_minute=3) as http:
        answers = [await http.get("/api/models") for _ in range(4)]
        public = await http.get("/healthz")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"token";q=3;w=60'
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers] == [
        f'"token";r={left}' for left in (2, 1, 0, 0)
    ]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].endswith(f";t={refused.headers['retry-after']}")
    assert public.status_code == 200


async def test_an_address_without_a_valid_token_has_one_that_no_token_shares(api: Serving) -> None:
    async with api(public_requests_per_minute=2) as http:
        wrong = [await http.get("/api/models", headers={"Authorization": "Bearer wrong"}) for _ in range(3)]
        pages = [await http.get("/p/nothing") for _ in range(1)]
        probe = await http.get("/healthz")
        right = await http.get("/api/models")
    assert [answer.status_code for answer in wrong] == [401, 401, 429]
    assert wrong[-1].json()["code"] == "rate_limited"
    assert wrong[0].headers["www-authenticate"].startswith("Bearer")
    assert [answer.status_code for answer in pages] == [429]
    assert (probe.status_code, right.status_code) == (200, 200)


async def test_every_rule_is_that_of_a_route(settings: Settings) -> None:
    assert set(RULES) <= set(create_app(settings).openapi()["paths"])


async def test_a_batch_may_be_large_and_in_lines_and_nothing_else_may(api: Serving) -> None:
    lines = b'{"brief": 5}\n' * 160_000
    ndjson = {"content-type": "application/x-ndjson"}
    async with api() as http:
        other = await http.post("/api/ai/jobs", content=b"{}", headers=ndjson)
        large = await http.post("/api/ai/jobs", content=b" " * 1_000_001, headers=JSON)
        form = await http.post("/api/ai/jobs/batch", content=b"a=b", headers={"content-type": "text/plain"})
        batch = await http.post("/api/ai/jobs/batch", content=lines, headers=ndjson)
    assert (other.status_code, large.status_code, form.status_code) == (415, 413, 415)
    assert "application/x-ndjson" in form.json()["detail"]
    assert batch.status_code not in {413, 415} or "lines" in batch.json()["detail"]


@pytest.mark.parametrize("media_type", ["application/x-ndjson", "application/jsonl", "application/jsonlines"])
async def test_lines_may_be_called_by_each_of_their_names(api: Serving, media_type: str) -> None:
    async with api() as http:
        answer = await http.post("/api/ai/jobs/batch", content=b"\n", headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_batch")


async def test_a_body_that_does_not_come_is_not_waited_for(api: Serving) -> None:
    async with api(body_timeout=timedelta(seconds=0.3)) as http:
        port = urlsplit(str(http.base_url)).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST /api/ai/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        writer.write(head.encode())
        async with asyncio.timeout(30):
            answer = await reader.read()  # to the end: the connection is closed
        writer.close()
    status, _, body = answer.partition(b"\r\n\r\n")
    assert status.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["code"] == "request_timeout"


async def test_a_connection_that_never_asks_is_closed(api: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.server._FIRST_REQUEST", timedelta(seconds=0.3))
    async with api() as http:
        port = urlsplit(str(http.base_url)).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/models HTTP/1.1\r\nHost: local")
        async with asyncio.timeout(30):
            assert await reader.read() == b""
        writer.close()
        assert (await http.get("/api/models")).status_code == 200


async def test_named_origins_may_call_from_a_browser_and_no_others(api: Serving) -> None:
    own, foreign = "https://ops.example.com", "https://evil.example"
    async with api(cors_origins=(own,)) as http:
        asked = {"Access-Control-Request-Method": "DELETE", "Authorization": ""}
        preflight = await http.options("/api/pages/page_1", headers={"Origin": own, **asked})
        refused = await http.options("/api/pages/page_1", headers={"Origin": foreign, **asked})
        answer = await http.get("/api/models", headers={"Origin": own})
        without = await http.get("/api/models", headers={"Origin": own, "Authorization": ""})
        other = await http.get("/api/models", headers={"Origin": foreign})
    assert (preflight.status_code, refused.status_code) == (200, 400)
    assert preflight.headers["access-control-allow-origin"] == own
    assert answer.headers["access-control-allow-origin"] == own
    assert "RateLimit" in answer.headers["access-control-expose-headers"]
    assert (without.status_code, without.headers["access-control-allow-origin"]) == (401, own)
    assert "access-control-allow-origin" not in {**refused.headers, **other.headers}


@pytest.mark.parametrize("origins", ["*", "ops.example.com", "https://ops.example.com/path", "null"])
def test_what_is_no_origin_is_refused(origins: str) -> None:
    with pytest.raises(ValueError, match="scheme, host and port"):
        Settings.model_validate({"cors_origins": origins})


async def test_no_log_line_tells_a_query_or_a_token(api: Serving) -> None:
    with structlog.testing.capture_logs() as lines:
        async with api() as http:
            await http.get("/api/ai/jobs?cursor=secret-in-a-query")
            await http.post("/api/ai/jobs?token=secret-in-a-query", content=b"{", headers=JSON)
            await http.get("/api/models", headers={"Authorization": "Bearer secret-in-a-header"})
            await http.delete("/api/pages/page_1")
    told = json.dumps(lines, default=str)
    assert "/api/pages/page_1" in told
    assert [secret for secret in ("secret-in-a-query", "secret-in-a-header", TOKEN) if secret in told] == []
