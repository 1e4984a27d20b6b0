"""Past calls priced by the price of their day, on both databases."""

from datetime import UTC, date, datetime
from decimal import Decimal

from activities.repricing import reprice
from domain.call import CallStatus, Usage
from domain.usage import Period
from providers.prices import Prices
from settings import PriceOverride
from storage.call import CallRow
from storage.database import Database
from storage.job import JobRow
from tests.integration.storage.rows import call_row, job_row, page_row, store

MODEL = "openai:gpt-5.6-luna"
"""1 and 6 USD a million tokens; 0.2 and 1.2 from 2026-07-30."""
PERIOD = Period(date(2026, 7, 1), date(2026, 8, 31))


def call(job: JobRow, number: int, day: date, model: str = "gpt-5.6-luna", cost: int | None = 0) -> CallRow:
    at = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
    row = call_row(job, f"section:{number}", at=at, status=CallStatus.SUCCEEDED)
    row.provider, row.model, row.cost = "openai", model, cost
    row.prompt_tokens, row.completion_tokens = 1_000, 100
    return row


async def test_each_call_is_priced_by_its_day_and_nothing_is_written(database: Database) -> None:
    job = job_row(page_row())
    before, after = call(job, 0, date(2026, 7, 29), cost=5), call(job, 1, date(2026, 7, 30), cost=None)
    outside = call(job, 2, date(2026, 9, 1))
    unlisted = call(job, 3, date(2026, 7, 30), "no-such-model", cost=70)
    free = call_row(job, "outline", at=datetime(2026, 8, 1, tzinfo=UTC), status=CallStatus.SUCCEEDED)
    free.prompt_tokens, free.cost = 9, 0
    await store(database, job, before, after, outside, unlisted, free)

    models = {found.model: found for found in await reprice(database, Prices({}), PERIOD)}

    assert set(models) == {MODEL, "openai:no-such-model", "sandbox:template"}
    luna = models[MODEL]
    assert (luna.calls, luna.stored, luna.unpriced_calls) == (2, 5, 0)
    assert luna.recomputed == (1_000_000 + 600_000) + (200_000 + 120_000)
    unknown = models["openai:no-such-model"]
    assert (unknown.calls, unknown.stored, unknown.recomputed, unknown.unpriced_calls) == (1, 0, 0, 1)
    assert models["sandbox:template"].recomputed == 0
    async with database.read() as uow:
        costs = [row.cost for row in await uow.calls.counted(PERIOD.begin, PERIOD.end, 0, 10)]
    assert sorted(costs, key=lambda cost: (cost is None, cost)) == [0, 5, 70, None]


async def test_an_override_counts_for_every_day(database: Database) -> None:
    job = job_row(page_row())
    await store(database, job, call(job, 0, date(2026, 7, 29)), call(job, 1, date(2026, 7, 30)))
    override = PriceOverride(prompt=Decimal(3), completion=Decimal(10))

    (found,) = await reprice(database, Prices({MODEL: override}), PERIOD)

    assert found.recomputed == 2 * (3_000_000 + 1_000_000)


def test_a_cost_of_the_past_is_that_of_its_instant() -> None:
    prices, usage = Prices({}), Usage(prompt_tokens=1_000_000)
    last, first = datetime(2026, 7, 29, 23, 59, 59, tzinfo=UTC), datetime(2026, 7, 30, tzinfo=UTC)

    assert prices.cost_of(MODEL, usage, last) != prices.cost_of(MODEL, usage, first)
