"""Bad input: refused by field, with nothing stored and no call made. Temporal is not there to be asked."""

import json
from collections.abc import AsyncGenerator
from typing import NamedTuple

import httpx
import pytest

from api.intake.brief import brief_schema
from domain.brief import MAX_TEXT
from settings import PriceOverride, Settings
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import OPENAI, row_counts, serving, speaking
from tests.vendors.server import FakeVendor

UNPRICED = "openai:a-model-without-a-price"
JSON = {"content-type": "application/json"}


class Case(NamedTuple):
    """A body, and the refusal it meets."""

    body: str
    status: int
    code: str
    field: str


@pytest.fixture
async def http(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    open_settings = settings.model_copy(update={"models": (OPENAI, UNPRICED), "default_route": (OPENAI,)})
    async with serving(open_settings) as (url, _), speaking(url) as client:
        yield client


def submit(**fields: object) -> str:
    return json.dumps({"brief": "Bread from Example Bay.", **fields})


REFUSED = {
    "malformed JSON": Case("{", 400, "malformed_json", "body"),
    "JSON nested too deep": Case("[" * 200_000, 400, "bad_request", "body"),
    "a number of 5000 digits": Case(f'{{"seed": {"9" * 5000}}}', 400, "bad_request", "body"),
    "no body": Case("", 422, "invalid_request", "body"),
    "not an object": Case("[]", 422, "invalid_request", "body"),
    "no brief": Case("{}", 422, "invalid_request", "brief"),
    "a brief that is a number": Case(submit(brief=5), 422, "invalid_request", "brief"),
    "an empty brief": Case(submit(brief="  "), 422, "invalid_brief", "brief.text"),
    "an unknown field": Case(submit(colour="red"), 422, "invalid_request", "colour"),
    "a field in snake case": Case(submit(max_cost_usd=1), 422, "invalid_request", "max_cost_usd"),
    "an unknown field of the brief": Case(
        submit(brief={"name": "A", "owner": "B"}), 422, "invalid_brief", "brief.owner"
    ),
    "a text over the limit": Case(submit(brief="a" * (MAX_TEXT + 1)), 422, "invalid_brief", "brief.text"),
    "a text of 20,001 characters below its facts": Case(
        submit(brief=f"---\nname: A\n---\n{'a' * (MAX_TEXT + 1)}"), 422, "invalid_brief", "brief.text"
    ),
    "201 facts": Case(submit(brief={"name": "A", "avoid": ["a"] * 201}), 422, "invalid_brief", "brief.avoid"),
    "a bomb of YAML aliases": Case(
        submit(brief="---\na: &a [b, b]\nname: [*a, *a]\n---\nBread"), 422, "invalid_brief", "brief.a"
    ),
    "a YAML tag": Case(
        submit(brief="---\nname: !!python/object:os.system ls\n---\nBread"), 422, "invalid_brief", "brief.name"
    ),
    "front matter without an end": Case(submit(brief="---\nname: A\n"), 422, "invalid_brief", "brief"),
    "too many sections": Case(
        submit(brief={"name": "A", "sections": ["text"] * 13}),
        422,
        "invalid_brief",
        "brief.sections",
    ),
    "an unknown block": Case(
        submit(brief={"name": "A", "sections": ["map"]}), 422, "invalid_brief", "brief.sections.0"
    ),
    "an unknown theme": Case(submit(theme="neon"), 422, "invalid_request", "theme"),
    "an unknown language": Case(submit(language="xx-nope"), 422, "unknown_language", "language"),
    "an undetermined language": Case(submit(language="und"), 422, "unknown_language", "language"),
    "an unknown language of the brief": Case(
        submit(brief={"name": "A", "language": "zz-zz"}),
        422,
        "invalid_brief",
        "brief.language",
    ),
    "a model off the allow-list": Case(submit(route=["openai:gpt-2"]), 422, "unknown_model", "route.0"),
    "a first model off the allow-list": Case(submit(model="openai:gpt-2"), 422, "unknown_model", "model"),
    "a fallback off the allow-list": Case(
        submit(model=OPENAI, fallback=["google:gemini-1"]),
        422,
        "unknown_model",
        "fallback.0",
    ),
    "no model's name": Case(submit(route=["gpt"]), 422, "invalid_request", "route.0"),
    "an empty route": Case(submit(route=[]), 422, "invalid_request", "route"),
    "a model twice": Case(submit(model=OPENAI, fallback=[OPENAI]), 422, "invalid_field", "fallback"),
    "a route said twice": Case(submit(route=[OPENAI], model=OPENAI), 422, "invalid_request", "body"),
    "an unpriced model under a cap": Case(submit(route=[OPENAI, UNPRICED]), 422, "model_without_price", "route.1"),
    "a cap above the installation's": Case(submit(maxCostUsd=1.01), 422, "cap_too_high", "maxCostUsd"),
    "a cap of nothing": Case(submit(maxCostUsd=0), 422, "invalid_request", "maxCostUsd"),
    "a cap that is no number": Case('{"brief": "A", "maxCostUsd": NaN}', 422, "invalid_request", "maxCostUsd"),
    "eleven tries": Case(submit(tries=11), 422, "invalid_request", "tries"),
    "faults over one": Case(
        submit(sandbox={"errorRates": {"TIMEOUT": 0.6, "RATE_LIMIT": 0.6}}),
        422,
        "invalid_request",
        "sandbox",
    ),
    "an unknown fault": Case(submit(sandbox={"explode": True}), 422, "invalid_request", "sandbox.explode"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
async def test_a_submit_that_cannot_be_taken_names_the_field_and_leaves_nothing(
    http: httpx.AsyncClient, database: Database, vendor: FakeVendor, case: Case
) -> None:
    before = await row_counts(database)
    response = await http.post("/api/ai/jobs", content=case.body, headers=JSON | {"Idempotency-Key": "k"})
    problem = response.json()
    assert (response.status_code, problem["code"]) == (case.status, case.code), problem
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["status"] == case.status
    assert problem["instance"] == "/api/ai/jobs"
    assert case.field in {error["field"] for error in problem["errors"]}, problem
    assert await row_counts(database) == before
    assert vendor.requests == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_a_body_that_is_not_declared_as_json_is_refused(http: httpx.AsyncClient, media_type: str | None) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    response = await http.post("/api/ai/jobs", content=submit(), headers=headers)
    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


async def test_json_may_come_with_a_charset(http: httpx.AsyncClient) -> None:
    response = await http.post(
        "/api/ai/jobs", content=submit(theme="neon"), headers={"content-type": "application/json; charset=utf-8"}
    )
    assert response.json()["errors"][0]["field"] == "theme"


async def test_a_body_over_a_megabyte_is_refused(http: httpx.AsyncClient, database: Database) -> None:
    response = await http.post("/api/ai/jobs", content=submit(brief="a" * 1_000_001), headers=JSON)
    assert response.status_code == 413
    assert response.json()["code"] == "request_entity_too_large"
    assert (await row_counts(database))["jobs"] == 0


async def test_a_body_over_a_megabyte_that_does_not_say_so_is_refused(http: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    response = await http.post("/api/ai/jobs", content=chunks(), headers=JSON)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_cap_with_an_overridden_price_is_taken(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    price = PriceOverride.model_validate({"prompt": 1, "completion": 2})
    priced = settings.model_copy(update={"models": (UNPRICED,), "price_overrides": {UNPRICED: price}})
    async with serving(priced) as (url, _), speaking(url) as http:
        response = await http.post("/api/ai/jobs", content=submit(route=[UNPRICED]), headers=JSON)
    assert response.status_code == 503  # taken; only Temporal is away


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("cursor=zzz", "cursor"),
        ("cursor=MTI=", "cursor"),
        ("status=lost", "status"),
        ("status=failed,lost", "status"),
    ],
)
async def test_a_list_names_the_query_that_is_wrong(http: httpx.AsyncClient, query: str, field: str) -> None:
    response = await http.get(f"/api/ai/jobs?{query}")
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("path", ["/api/nothing", "/api/ai/jobs/job_x/explode", "/p/a/b"])
async def test_an_unknown_path_is_a_problem_too(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/ai/jobs/job_x", "job_not_found"),
        ("GET", "/api/ai/jobs/job_x/events", "job_not_found"),
        ("POST", "/api/ai/jobs/job_x/cancel", "job_not_found"),
        ("POST", "/api/ai/jobs/job_x/pause", "job_not_found"),
        ("POST", "/api/ai/jobs/job_x/resume", "job_not_found"),
        ("POST", "/api/ai/jobs/job_x/retry", "job_not_found"),
        ("GET", "/api/ai/dlq/job_x", "dead_letter_not_found"),
        ("GET", "/api/ai/dlq/dlq_x", "dead_letter_not_found"),
        ("POST", "/api/ai/dlq/job_x/retry", "dead_letter_not_found"),
        ("POST", "/api/ai/dlq/job_x/discard", "dead_letter_not_found"),
        ("GET", "/api/pages/page_x", "page_not_found"),
        ("GET", "/api/pages/page_x/versions", "page_not_found"),
        ("GET", "/api/pages/page_x/versions/1", "page_not_found"),
        ("GET", "/api/pages/page_x/html", "page_not_found"),
        ("GET", "/api/pages/page_x/export.zip", "page_not_found"),
        ("POST", "/api/pages/page_x/publish", "page_not_found"),
        ("DELETE", "/api/pages/page_x", "page_not_found"),
        ("GET", "/p/nothing", "published_page_not_found"),
    ],
)
async def test_what_does_not_exist_is_not_found(http: httpx.AsyncClient, method: str, path: str, code: str) -> None:
    response = await http.request(method, path)
    assert (response.status_code, response.json()["code"]) == (404, code)


async def test_an_action_without_a_body_refuses_fields_it_does_not_have(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/ai/jobs/job_x/cancel", json={"force": True})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "force"


async def test_the_schema_of_a_brief_is_served(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/brief-schema")
    assert (answer.status_code, answer.json()) == (200, {"data": brief_schema()})


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api/ai/jobs", {"brief": "Bread.", "seed": True}, "seed"),
        ("/api/ai/jobs", {"brief": "Bread.", "tries": "3"}, "tries"),
        ("/api/ai/jobs", {"brief": "Bread.", "sandbox": {"invalidRate": False}}, "sandbox.invalidRate"),
        ("/api/ai/dlq/discard", {"all": "yes"}, "all"),
        ("/api/ai/dlq/discard", {"all": True, "perSecond": "5"}, "perSecond"),
        ("/api/ai/dlq/discard", {"since": 1772442000}, "since"),
        ("/api/ai/jobs/job_x/retry", {"force": 1}, "force"),
        ("/api/pages/page_x/publish", {"version": True}, "version"),
        ("/api/ai/queue/openai/limits", {"callsPerSecond": "5"}, "callsPerSecond"),
    ],
)
async def test_a_value_of_another_type_is_refused(
    http: httpx.AsyncClient, path: str, body: dict[str, object], field: str
) -> None:
    response = await http.request("PUT" if path.endswith("/limits") else "POST", path, json=body)
    assert response.status_code == 422, response.text
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("path", ["/api/ai/dlq", "/api/ai/jobs/history", "/api/audit"])
@pytest.mark.parametrize("moment", ["0", "1772442000", "0.5", "2026-03", "2026-03-02T09:00:00", "null"])
async def test_a_moment_is_written_out(http: httpx.AsyncClient, path: str, moment: str) -> None:
    response = await http.get(path, params={"since": moment})
    assert response.status_code == 422, response.text
    assert [error["field"] for error in response.json()["errors"]] == ["since"]
    assert (await http.get(path, params={"since": "2026-03-02T09:00:00+01:00"})).status_code == 200


async def test_a_cap_of_more_decimals_than_money_has_is_rounded_down(http: httpx.AsyncClient) -> None:
    for cap in (0.1 + 0.2, "0.3000000009999"):
        response = await http.post("/api/ai/estimate", json={"brief": "Bread.", "maxCostUsd": cap})
        assert response.status_code == 200, response.text
        assert response.json()["data"]["maxCostUsd"] == 0.3
    assert (await http.post("/api/ai/estimate", json={"brief": "Bread.", "maxCostUsd": 1e-10})).status_code == 422
