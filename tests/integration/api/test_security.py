"""Who may ask: nobody without the token, nobody under a foreign name, no form of a foreign page."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from api.app import create_app
from api.guards.auth import is_public
from settings import Settings
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import TOKEN, row_counts, serving, speaking
from tests.vendors.server import FakeVendor

BODY = {"brief": "Bread from Example Bay."}


@pytest.fixture
async def http(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as client:
        yield client


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer tök"],
    ids=["none", "a scheme alone", "another", "a longer one", "another scheme", "no scheme", "letters no token has"],
)
async def test_without_a_token_that_is_taken_nothing_is_done(
    http: httpx.AsyncClient, database: Database, vendor: FakeVendor, authorization: str
) -> None:
    before = await row_counts(database)
    response = await http.post("/api/ai/jobs", json=BODY, headers=[(b"Authorization", authorization.encode())])
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["code"] == ("invalid_token" if authorization.startswith("Bearer ") else "unauthorized")
    assert await row_counts(database) == before
    assert vendor.requests == []


async def test_the_scheme_may_be_spelled_in_any_case(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/models", headers={"Authorization": f"bearer {TOKEN}"})).status_code == 200


async def test_every_route_that_is_not_public_asks_for_the_token(http: httpx.AsyncClient, settings: Settings) -> None:
    schema = create_app(settings).openapi()
    asked = [(method.upper(), path) for path, item in schema["paths"].items() for method in item]
    assert len(asked) > 20
    for method, path in asked:
        response = await http.request(method, path, headers={"Authorization": ""})
        if is_public(path):
            assert response.status_code != 401, path
        else:
            assert response.status_code == 401, path


async def test_an_unknown_path_asks_for_the_token_too(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/ai/secrets", headers={"Authorization": ""})).status_code == 401


async def test_malformed_json_without_the_token_is_not_even_read(http: httpx.AsyncClient) -> None:
    headers = {"Authorization": "", "content-type": "application/json"}
    assert (await http.post("/api/ai/jobs", content="{", headers=headers)).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.", "[::2]"])
async def test_a_foreign_host_is_refused_even_with_the_token(http: httpx.AsyncClient, host: str) -> None:
    response = await http.get("/api/models", headers={"Host": host})
    assert response.status_code == 400
    assert response.json()["code"] == "foreign_host"


@pytest.mark.parametrize("path", ["/healthz", "/api/health", "/readyz", "/metrics"])
@pytest.mark.parametrize("host", ["192.0.2.7:3000", "api:3000"])
async def test_probes_are_answered_by_whatever_address_they_come(http: httpx.AsyncClient, path: str, host: str) -> None:
    answers = [await http.request(method, path, headers={"Host": host}) for method in ("GET", "HEAD")]
    assert {answer.status_code for answer in answers} <= {200, 503}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:3000", "[::1]:3000", "[::1]"])
async def test_every_name_of_this_machine_is_answered(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/api/models", headers={"Host": host})).status_code == 200


async def test_a_host_that_was_allowed_is_answered(settings: Settings, database: Database) -> None:
    assert database.is_sqlite
    named = settings.model_copy(update={"allowed_hosts": ("pages.example.com",)})
    async with serving(named) as (url, _), speaking(url) as http:
        assert (await http.get("/api/models", headers={"Host": "pages.example.com:443"})).status_code == 200
        assert (await http.get("/api/models", headers={"Host": "localhost"})).status_code == 200
        assert (await http.get("/api/models", headers={"Host": "other.example.com"})).status_code == 400


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
@pytest.mark.parametrize("token", [f"Bearer {TOKEN}", ""], ids=["a token", "no token"])
async def test_a_form_of_a_foreign_page_is_refused(
    http: httpx.AsyncClient, database: Database, media_type: str, token: str
) -> None:
    headers = {"content-type": media_type, "Origin": "https://evil.example", "Authorization": token}
    response = await http.post("/api/ai/jobs", content='{"brief": "Bread"}', headers=headers)
    assert response.status_code == (415 if token else 401)
    assert (await row_counts(database))["jobs"] == 0


async def test_a_foreign_page_is_not_let_in_by_cors(http: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST", "Authorization": ""}
    preflight = await http.options("/api/ai/jobs", headers=headers)
    assert preflight.status_code == 401
    answer = await http.get("/api/models", headers={"Origin": "https://evil.example"})
    assert not [name for name in (*preflight.headers, *answer.headers) if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/api/models", "/api/nothing", "/healthz"])
async def test_every_answer_carries_the_security_headers(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


async def test_the_docs_ask_nobody_but_this_machine(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs", headers={"Authorization": ""})
    assert page.status_code == 200
    assert "//" not in page.text.replace("// ", "").replace("window.location.protocol + '//'", "")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/docs/assets/{asset}" in page.text
        assert (await http.get(f"/docs/assets/{asset}", headers={"Authorization": ""})).status_code == 200


async def test_metrics_are_told_without_a_token(http: httpx.AsyncClient) -> None:
    response = await http.get("/metrics", headers={"Authorization": ""})
    assert "process_resident_memory_bytes" in response.text
    assert response.headers["content-type"].startswith("text/plain")
