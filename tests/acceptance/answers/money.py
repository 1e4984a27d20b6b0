"""What an operator sees of usage, costs and prices."""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.answers.queues import PROVIDERS
from tests.acceptance.answers.reading import AUTH, Answers, Holds, amount, data_of, field, quiet, says
from tests.acceptance.mixed_jobs import MixedJobs
from tests.acceptance.shell import Ran
from tests.acceptance.vendor import MODEL

_PARTS: Final = ("byProvider", "byModel", "byUser", "byDate")


def usage(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert found["totalEstimatedCost"] > 0
    assert found["byProvider"]["openai"].keys() >= {"totalTokens", "promptTokens", "completionTokens", "estimatedCost"}
    assert found["byProvider"].keys() == PROVIDERS
    assert found.keys() >= {"unknownPriceCalls", "unknownCostCalls", "otherUsers"}
    for part in _PARTS:
        parts = sum(one["estimatedCost"] for one in found[part].values())
        assert parts == pytest.approx(found["totalEstimatedCost"], abs=1e-9)


def rows_in(name: str, days: int) -> Holds:
    """Return a check of a CSV file: its rows are not more than what the last days took, by the API."""

    def holds(ran: Ran, jobs: MixedJobs) -> None:
        rows = rows_of(ran.folder / name)
        assert {row["provider"] for row in rows} == PROVIDERS
        total = sum(int(row["totalTokens"]) for row in rows)
        assert 0 < total <= jobs.stack.get(f"/api/ai/usage/last-n-days?days={days}")["totalTokens"]

    return holds


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a usage report."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def shown(ran: Ran, _: MixedJobs) -> None:
    assert field(ran, "Period").endswith("(UTC)")
    assert amount(ran, "Estimated cost") > 0
    assert amount(ran, "Tokens") > 0
    assert set(ran.output.split()) >= PROVIDERS


def priced(ran: Ran, _: MixedJobs) -> None:
    assert MODEL in ran.output
    assert re.search(r"\$\d", ran.output)


def estimated(ran: Ran, _: MixedJobs) -> None:
    assert field(ran, "Route") == MODEL
    low, high = (float(text.removeprefix("$")) for text in field(ran, "Range").split(" to "))
    assert 0 < low <= amount(ran, "Expected") <= high


def recomputed(ran: Ran, _: MixedJobs) -> None:
    (line,) = (line for line in ran.output.splitlines() if line.startswith(MODEL))
    assert line.split()[-2:] == ["$0", "-"]  # no price has changed since
    assert "nothing was changed" in ran.output


def today(ran: Ran, _: MixedJobs) -> None:
    shown(ran, _)
    assert field(ran, "Period").split()[2] == f"{datetime.now(UTC):%Y-%m-%d}"


ANSWERS: Final[Answers] = {
    f'{AUTH}/api/ai/usage/current-month"': usage,
    f'{AUTH}/api/ai/usage/last-n-days?days=7"': usage,
    f'{AUTH}/api/ai/usage/report?topUsersLimit=10"': usage,
    'start=$(date --utc --date "10 days ago" +%F)': quiet,
    "end=$(date --utc +%F)": quiet,
    f'{AUTH}/api/ai/usage/report?startDate=$start&endDate=$end&format=csv" > usage-report.csv': rows_in(
        "usage-report.csv", 11
    ),
    "pagewright usage report --csv --out usage-report.csv": rows_in("usage-report.csv", 31),
    "pagewright usage report --csv --out usage-month.csv": rows_in("usage-month.csv", 31),
    "pagewright usage current-month": shown,
    "pagewright usage last-n-days --days 1": today,
    "pagewright usage last-n-days --days 7": shown,
    "pagewright prices list": priced,
    "pagewright prices check": says(r"Every allowed model has a price\."),
    'pagewright estimate "A bakery in a small harbour town"': estimated,
    'pagewright prices recompute --since "$(date --utc --date "30 days ago" +%F)"': recomputed,
}
