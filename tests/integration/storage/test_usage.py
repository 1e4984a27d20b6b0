"""Usage adds up: to the last digit, on both databases, whatever the calls are."""

import asyncio
import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from ulid import ULID

from api.actions.usage_csv import written
from api.schemas.usage import Report
from domain.call import CallStatus, may_still_be_billed
from domain.errors import ErrorType
from domain.ids import TenantId
from domain.money import NANO
from domain.usage import Period
from storage.call import CallRow
from storage.database import Database
from tests.integration.storage.rows import call_row, job_row, page_row, store, store_as

PERIOD: Final = Period(date(2026, 3, 30), date(2026, 4, 2))


def _around(moment: datetime, days: int) -> datetime:
    """Return a moment some days off, without the timezone that Hypothesis gives it."""
    return (moment + timedelta(days=days)).replace(tzinfo=None)


_MOMENTS: Final = st.one_of(
    st.sampled_from(
        [
            PERIOD.begin,
            PERIOD.begin - timedelta(microseconds=1),
            PERIOD.end,
            PERIOD.end - timedelta(microseconds=1),
            datetime(2026, 4, 1, tzinfo=UTC),
        ]
    ),
    st.datetimes(_around(PERIOD.begin, -2), _around(PERIOD.end, 2), timezones=st.just(UTC)),
)
TOTALS: Final = {"estimatedCost": "totalEstimatedCost", "charged": "totalCharged", "calls": "totalCalls"}
"""What sums are called in a report, where it is not their own name."""
MONEY: Final = {"estimatedCost": "estimatedCostUsd", "charged": "chargedUsd"}
"""What sums are called in a CSV file, where it is not their own name."""
_TOKENS: Final = st.integers(0, 2_000_000)


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    status = draw(st.sampled_from(CallStatus))
    cost = None if status is CallStatus.OPEN else draw(st.none() | st.integers(0, 90 * NANO))
    return {
        "owner": draw(st.sampled_from(["owner", "anna", "=1+1", 'b"o,b', "zoë"])),
        "provider": draw(st.sampled_from(["openai", "anthropic", "sandbox"])),
        "model": draw(st.sampled_from(["small", "large"])),
        "status": status,
        "prompt_tokens": draw(_TOKENS),
        "completion_tokens": draw(_TOKENS),
        "cached_tokens": draw(_TOKENS),
        "reasoning_tokens": draw(_TOKENS),
        "cost": cost,
        "charged": 0 if cost is None else draw(st.sampled_from([0, cost])),
        "error_type": draw(st.none() | st.sampled_from(ErrorType)) if status is CallStatus.FAILED else None,
        "started_at": draw(_MOMENTS),
    }


def test_every_part_adds_up_to_the_call_rows(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)

    @given(st.lists(calls(), max_size=25), st.integers(1, 4))
    @settings(max_examples=25, deadline=None, database=None)
    def holds(rows: list[dict[str, Any]], top: int) -> None:
        report, lines = asyncio.run(reported(url, rows, top))
        within = [row for row in rows if PERIOD.begin <= row["started_at"] < PERIOD.end]
        expected = summed(within)
        assert {name: report[TOTALS.get(name, name)] for name in expected} == expected
        assert {name: sum(Decimal(line[MONEY.get(name, name)]) for line in lines) for name in expected} == expected
        check_report(report, within, top)
        check_lines(lines)

    holds()


async def reported(url: str, rows: list[dict[str, Any]], top: int) -> tuple[Mapping[str, Any], list[dict[str, str]]]:
    """Store calls, and return the report on them as the API answers it and the lines of the CSV file."""
    database = Database(url)
    try:
        tenant = await stored(database, rows)
        async with database.read() as uow:
            found = await uow.usage.report(tenant, PERIOD, top)
            text = "".join([piece async for piece in written(uow.usage.lines(tenant, PERIOD))])
    finally:
        await database.close()
    assert text.endswith("\r\n")
    report = json.loads(Report.of(found).model_dump_json(), parse_float=Decimal, parse_int=Decimal)
    return report, list(csv.DictReader(StringIO(text, newline="")))


async def stored(database: Database, rows: list[dict[str, Any]]) -> TenantId:
    """Store calls for a new tenant, and the same for another one, whose calls are no business of the first."""
    tenant = TenantId(f"tenant-{ULID()}")
    for name in (tenant, f"{tenant}-other"):
        job = job_row(page_row())
        job.tenant = name
        await store(database, job)
        if rows:
            row = call_row(job, "outline", at=PERIOD.begin, status=CallStatus.OPEN)
            numbered = [{**values, "try_number": number, "tenant": name} for number, values in enumerate(rows, 1)]
            await store_as(database, row, numbered)
    return tenant


def check_report(report: Mapping[str, Any], rows: list[dict[str, Any]], top: int) -> None:
    expected = summed(rows)
    others = report["otherUsers"]
    for parts in (
        list(report["byProvider"].values()),
        list(report["byModel"].values()),
        list(report["byDate"].values()),
        [*report["byUser"].values(), others],
    ):
        assert {name: sum(part[name] for part in parts) for name in expected} == dict(expected)
    keys: dict[str, Callable[[dict[str, Any]], str]] = {
        "byProvider": lambda row: row["provider"],
        "byModel": lambda row: f"{row['provider']}:{row['model']}",
        "byDate": lambda row: row["started_at"].date().isoformat(),
    }
    for name, key in keys.items():
        assert report[name] == grouped(rows, key)
    users = grouped(rows, lambda row: row["owner"])
    assert all(users[name] == usage for name, usage in report["byUser"].items())
    assert len(report["byUser"]) == min(top, len(users))
    assert len(report["byUser"]) + others["users"] == len(users)
    named = [usage["estimatedCost"] for usage in report["byUser"].values()]
    left = [usage["estimatedCost"] for name, usage in users.items() if name not in report["byUser"]]
    assert not left or min(named) >= max(left)


def check_lines(lines: list[dict[str, str]]) -> None:
    keys = [(line["date"], line["provider"], line["model"], line["user"]) for line in lines]
    assert len(set(keys)) == len(keys)
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line.values())


def grouped(rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], str]) -> dict[str, dict[str, Decimal]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: dict(summed(group)) for name, group in groups.items()}


def summed(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Add rows up in Python, by the rules in words: no SQL."""
    return {name: Decimal(sum(counted)) / (NANO if is_money else 1) for name, is_money, counted in _columns(rows)}


def _columns(rows: list[dict[str, Any]]) -> Iterator[tuple[str, bool, list[int]]]:
    yield "calls", False, [1 for _ in rows]
    yield "totalTokens", False, [row["prompt_tokens"] + row["completion_tokens"] for row in rows]
    yield "promptTokens", False, [row["prompt_tokens"] for row in rows]
    yield "completionTokens", False, [row["completion_tokens"] for row in rows]
    yield "cachedTokens", False, [row["cached_tokens"] for row in rows]
    yield "reasoningTokens", False, [row["reasoning_tokens"] for row in rows]
    yield "estimatedCost", True, [row["cost"] or 0 for row in rows]
    yield "charged", True, [row["charged"] for row in rows]
    unknown = [row for row in rows if row["cost"] is None and row["status"] is not CallStatus.OPEN]
    yield "unknownPriceCalls", False, [1 for row in unknown if row["prompt_tokens"] + row["completion_tokens"]]
    untold = [row for row in unknown if not row["prompt_tokens"] + row["completion_tokens"]]
    billable = [row for row in untold if may_still_be_billed(row["status"], row["error_type"], cost_known=False)]
    yield "unknownCostCalls", False, [1 for _ in billable]
    yield "openCalls", False, [1 for row in rows if row["status"] is CallStatus.OPEN]


async def test_a_large_bill_is_exact(database: Database) -> None:
    cost = 9_000_000 * NANO + 1
    rows = [{"cost": cost, "charged": cost, "provider": "openai", "model": f"m{n}"} for n in range(40)]
    job = job_row(page_row())
    await store(database, job)
    row: CallRow = call_row(job, "outline", at=PERIOD.begin, status=CallStatus.SUCCEEDED)
    await store_as(database, row, rows)
    async with database.read() as uow:
        found = await uow.usage.report(TenantId(job.tenant), PERIOD, 10)
    assert found.total.cost == found.total.charged == 40 * cost
