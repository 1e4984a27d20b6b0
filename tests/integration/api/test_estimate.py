"""Estimates: before a job, kept with it, and beside what it came to."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from settings import Settings, VendorSettings
from storage.database import Database
from storage.schema import upgrade
from tests.integration.api.installation import BRIEF, OPENAI, TOKEN, Installation, row_counts, serving, speaking
from tests.integration.api.terminal import Pagewright, at_terminal

ESTIMATE = "/api/ai/estimate"
RANGE = ("lowUsd", "expectedUsd", "highUsd")


@pytest.fixture
def pagewright(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pagewright]:
    with at_terminal(installation, monkeypatch) as run:
        yield run


async def estimated(installation: Installation, **body: object) -> dict[str, Any]:
    response = await installation.post(ESTIMATE, {"brief": BRIEF, **body})
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_a_brief_is_estimated_without_a_call_and_without_a_row(installation: Installation) -> None:
    before = await row_counts(installation.database)
    found = await estimated(installation, route=[OPENAI])
    assert await row_counts(installation.database) == before
    assert installation.vendor.ledger.entries == ()

    assert (found["basis"], found["samples"], found["unpricedModels"]) == ("heuristic", 0, [])
    assert 0 < found["lowUsd"] < found["expectedUsd"] < found["highUsd"]
    assert found["maxCostUsd"] == 1
    steps = found["steps"]
    assert [step["step"] for step in steps] == ["outline", "hero", "section"]
    for name in RANGE:
        assert sum(step[name] for step in steps) == pytest.approx(found[name], abs=3e-6)
    assert [model["model"] for model in found["models"]] == [OPENAI]


async def test_a_job_keeps_its_estimate_and_its_receipt_compares_it(installation: Installation) -> None:
    expected = await estimated(installation, route=[OPENAI])
    async with installation.working():
        job = await installation.finished()
    kept = {name: job["estimate"][name] for name in (*RANGE, "basis", "samples", "model")}
    assert kept == {name: expected[name] for name in (*RANGE, "basis", "samples")} | {"model": OPENAI}
    beside = job["receipt"]["estimate"]
    assert beside["differenceUsd"] == pytest.approx(job["costUsd"] - expected["expectedUsd"], abs=2e-6)
    assert beside["withinRange"] is (expected["lowUsd"] <= job["costUsd"] <= expected["highUsd"])


async def test_a_revision_is_estimated_as_the_one_section_it_writes(installation: Installation) -> None:
    async with installation.working():
        page = await installation.finished()
        body = {"section": 1, "instruction": "Shorter.", "baseVersion": 1, "route": [OPENAI]}
        response = await installation.post(f"/api/pages/{page['pageId']}/revise", body)
        assert response.status_code == 202, response.text
        revised = response.json()["data"]
        await installation.until_status(revised["id"], "completed")
    assert 0 < revised["estimate"]["expectedUsd"] < page["estimate"]["expectedUsd"]


async def test_the_sandbox_costs_nothing_and_a_dearer_fallback_raises_the_high_end(installation: Installation) -> None:
    free = await estimated(installation, route=["sandbox:template"])
    assert [free[name] for name in RANGE] == [0, 0, 0]
    mixed = await estimated(installation, model="sandbox:template", fallback=[OPENAI])
    alone = await estimated(installation, route=[OPENAI])
    assert (mixed["expectedUsd"], mixed["highUsd"]) == (0, alone["highUsd"])


async def test_a_model_without_a_price_makes_the_cost_unknown_and_not_zero(settings: Settings) -> None:
    unpriced = "openai-compatible:llama-local"
    vendors = VendorSettings.model_validate(
        {"OPENAI_API_KEY": "sk-test", "PAGEWRIGHT_OPENAI_COMPATIBLE_BASE_URL": "http://127.0.0.1:9"}
    )
    changed = settings.model_copy(update={"models": (OPENAI, unpriced), "vendors": vendors, "token": SecretStr(TOKEN)})
    database = Database(changed.resolved_database_url)
    await upgrade(database)
    await database.close()
    async with serving(changed) as (url, _), speaking(url) as http:
        response = await http.post(ESTIMATE, json={"brief": BRIEF, "model": OPENAI, "fallback": [unpriced]})
        prices = (await http.get("/api/ai/prices")).json()["data"]["models"]
    found = response.json()["data"]
    assert [found[name] for name in RANGE] == [None, None, None]
    assert found["unpricedModels"] == [unpriced]
    known, unknown = found["models"]
    assert known["expectedUsd"] > 0
    assert unknown["expectedUsd"] is None
    assert {price["model"]: price["prompt"] for price in prices}[unpriced] is None


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"brief": ""}, "invalid_brief"),
    ({"brief": BRIEF, "model": "openai:no-such"}, "unknown_model"),
    ({"brief": BRIEF, "maxCostUsd": 100}, "cap_too_high"),
    ({"brief": BRIEF, "language": "klingon-latin-1"}, "unknown_language"),
    ({"brief": BRIEF, "seed": 1}, "invalid_request"),
    ({}, "invalid_request"),
)


async def test_what_a_submit_refuses_an_estimate_refuses_too(installation: Installation) -> None:
    for body, code in REFUSED:
        response = await installation.post(ESTIMATE, body)
        assert (response.status_code, response.json()["code"]) == (422, code), body


async def test_an_estimate_leaves_no_audit_record(installation: Installation) -> None:
    await estimated(installation)
    assert (await row_counts(installation.database))["audit_records"] == 0


async def test_the_command_line_estimates_and_generate_says_it(
    installation: Installation, pagewright: Pagewright
) -> None:
    told = await pagewright("estimate", "A bakery by the harbour", "--model", OPENAI, "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["route"] == [OPENAI]
    shown = await pagewright("estimate", "-", "--model", OPENAI, "--max-cost", "0.5", stdin="A bakery by the harbour")
    assert shown.exit_code == 0, shown.output
    assert [word for word in ("Expected", "Range", "$0.50", "outline", "hero") if word not in shown.stdout] == []
    async with installation.working():
        made = await pagewright("generate", "Harbour Bakery bakes bread.", "--model", OPENAI, "--no-wait")
        assert made.exit_code == 0, made.output
        assert "Estimate: $" in made.stderr
        (job,) = (await installation.get("/api/ai/jobs"))["jobs"]
        await installation.until_status(job["id"], "completed")
    viewed = await pagewright("jobs", "view", job["id"])
    assert "Estimated" in viewed.stdout
