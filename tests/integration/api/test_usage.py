"""Usage and prices over HTTP and on the command line, of pages that were really made."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.actions.usage_csv import HEADER
from tests.integration.api.installation import OPENAI, Installation
from tests.integration.api.terminal import Pagewright, at_terminal

REPORT = "/api/ai/usage/report"
MONTH = "/api/ai/usage/current-month"


@pytest.fixture
def pagewright(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pagewright]:
    with at_terminal(installation, monkeypatch) as run:
        yield run


def exact(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)["data"]


async def test_a_page_is_in_every_report_with_all_its_calls(installation: Installation, pagewright: Pagewright) -> None:
    async with installation.working():
        job = await installation.finished()
    today = datetime.now(UTC).date()

    month = exact(await installation.http.get(MONTH))
    week = exact(await installation.http.get("/api/ai/usage/last-n-days", params={"days": 7}))
    reported = exact(await installation.http.get(REPORT, params={"startDate": f"{today - timedelta(days=1)}"}))

    calls = job["calls"]
    for report in (month, week, reported):
        assert report["timezone"] == "UTC"
        assert report["totalCalls"] == len(calls)
        assert report["totalTokens"] == sum(call["promptTokens"] + call["completionTokens"] for call in calls)
        assert round(report["totalEstimatedCost"], 6) == Decimal(str(job["costUsd"])) > 0
        assert round(report["totalCharged"], 6) == Decimal(str(job["chargedUsd"]))
        assert report["byProvider"].keys() == {"openai"}
        assert report["byModel"].keys() == {OPENAI}
        assert report["byUser"]["owner"]["estimatedCost"] == report["totalEstimatedCost"]
        assert report["cachedTokens"] > 0
        assert report["unknownPriceCalls"] == report["unknownCostCalls"] == report["openCalls"] == 0
    assert week["startDate"] == f"{today - timedelta(days=6)}"
    assert month["startDate"] == f"{today.replace(day=1)}"
    assert reported["endDate"] == f"{today}"

    await _csv_says_the_same(installation, month)
    await _cli_says_the_same(pagewright, month)


async def _csv_says_the_same(installation: Installation, month: dict[str, Any]) -> None:
    response = await installation.http.get(MONTH, params={"format": "csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    name = f"pagewright-usage-{month['startDate']}-{month['endDate']}.csv"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    header, *records = list(csv.reader(StringIO(response.text, newline="")))
    assert header == list(HEADER)
    costs = [Decimal(record[header.index("estimatedCostUsd")]) for record in records]
    assert sum(costs) == month["totalEstimatedCost"]


async def _cli_says_the_same(pagewright: Pagewright, month: dict[str, Any]) -> None:
    told = await pagewright("usage", "current-month", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout, parse_float=Decimal)["totalEstimatedCost"] == month["totalEstimatedCost"]
    shown = await pagewright("usage", "last-n-days", "--days", "3")
    assert [
        word for word in ("Estimated cost", "By provider", "By model", "By user", "By day") if word not in shown.stdout
    ] == []
    table = await pagewright("usage", "report", "--csv", "--start", month["startDate"])
    assert table.stdout_bytes.startswith(b"date,timezone,provider")
    assert table.stdout_bytes.count(b"\r\n") == 2


async def test_a_report_is_written_to_a_file(
    installation: Installation, pagewright: Pagewright, tmp_path: Path
) -> None:
    file = tmp_path / "reports" / "usage.csv"
    done = await pagewright("usage", "report", "--out", str(file))
    assert done.exit_code == 0, done.output
    response = await installation.http.get(REPORT, params={"format": "csv"})
    assert file.read_bytes() == response.content
    both = await pagewright("usage", "report", "--json", "--csv")
    assert both.exit_code == 1


REFUSED = (
    ({"startDate": "2025-10-10", "endDate": "2025-10-09"}, "endDate"),
    ({"startDate": "2024-01-01", "endDate": "2025-01-01"}, "startDate"),
    ({"startDate": "2999-01-01"}, "endDate"),
    ({"startDate": "01.10.2025"}, "startDate"),
    ({"startDate": "1759276800"}, "startDate"),
    ({"endDate": "2025-02-29"}, "endDate"),
    ({"endDate": "9999-12-31"}, "endDate"),
    ({"endDate": "0001-01-01"}, "endDate"),
    ({"startDate": "2025-10-01T00:00:00Z"}, "startDate"),
    ({"format": "xml"}, "format"),
    ({"topUsersLimit": "0"}, "topUsersLimit"),
    ({"topUsersLimit": "10001"}, "topUsersLimit"),
)


async def test_a_period_that_is_none_is_refused_by_field(installation: Installation) -> None:
    for query, field in REFUSED:
        response = await installation.http.get(REPORT, params=query)
        assert response.status_code == 422, (query, response.text)
        assert [error["field"] for error in response.json()["errors"]] == [field], query


async def test_the_longest_period_and_a_leap_day_are_taken(installation: Installation) -> None:
    report = exact(await installation.http.get(REPORT, params={"startDate": "2024-01-01", "endDate": "2024-12-31"}))
    assert (report["totalCalls"], report["totalEstimatedCost"], report["byDate"]) == (0, 0, {})
    assert exact(await installation.http.get(REPORT, params={"endDate": "2024-02-29"}))["startDate"] == "2024-02-01"
    for days in ("0", "367", "x"):
        assert (await installation.http.get("/api/ai/usage/last-n-days", params={"days": days})).status_code == 422


async def test_every_allowed_model_is_listed_with_its_price(installation: Installation, pagewright: Pagewright) -> None:
    listed = await installation.get("/api/ai/prices")
    prices = {price["model"]: price for price in listed["models"]}
    assert prices.keys() == {OPENAI, "sandbox:template"}
    assert prices[OPENAI]["source"] == "genai-prices"
    assert 0 < prices[OPENAI]["cached"] < prices[OPENAI]["prompt"] < prices[OPENAI]["completion"]
    assert prices["sandbox:template"] | {"model": ""} == {
        "model": "",
        "source": "free",
        "prompt": 0,
        "completion": 0,
        "cached": 0,
        "hasTiers": False,
    }
    assert listed["priceList"] == "genai-prices"
    assert listed["ageDays"] >= 0

    shown = await pagewright("prices", "list")
    assert shown.exit_code == 0, shown.output
    assert OPENAI in shown.stdout
    checked = await pagewright("prices", "check")
    assert checked.exit_code == 0, checked.output
    assert "Every allowed model has a price" in checked.stdout
    assert "uv lock --upgrade-package genai-prices" in checked.stdout


async def test_the_past_is_priced_again_on_the_machine(installation: Installation, pagewright: Pagewright) -> None:
    async with installation.working():
        job = await installation.finished()
    today = datetime.now(UTC).date()
    told = await pagewright("prices", "recompute", "--since", f"{today - timedelta(days=1)}", "--json")
    assert told.exit_code == 0, told.output
    (model,) = json.loads(told.stdout, parse_float=Decimal)
    assert model["model"] == OPENAI
    assert model["calls"] == len(job["calls"])
    assert Decimal(model["differenceUsd"]) == 0
    assert Decimal(model["storedUsd"]) == Decimal(model["recomputedUsd"]) > 0
    shown = await pagewright("prices", "recompute", "--since", f"{today}")
    assert "nothing was changed" in shown.stdout
    backwards = await pagewright("prices", "recompute", "--since", f"{today}", "--until", "2026-01-01")
    assert backwards.exit_code == 1
