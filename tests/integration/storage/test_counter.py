"""Counters: kept with the transaction they belong to, added up over writers, exact under many at once."""

import asyncio
from itertools import permutations

import pytest
from sqlalchemy import func
from sqlmodel import select

import telemetry
from domain.metric import Histogram
from storage.counter import CounterRow, buckets_of, value_of
from storage.database import Database

MODEL = {"provider": "openai", "model": "openai:gpt-6-luna"}
LABELS = tuple(MODEL.values())
COST = telemetry.COST.of(**MODEL)
DURATION = telemetry.CALL_DURATION.of(**MODEL)


class OopsError(Exception):
    pass


async def count_and_fail(database: Database) -> None:
    async with database.write() as uow:
        uow.counters.add(COST, 7)
        raise OopsError


async def counted(database: Database, metric: str) -> dict[tuple[str, ...], dict[str, int]]:
    async with database.read() as uow:
        totals = await uow.counters.totals()
    return {labels: dict(parts) for labels, parts in totals.get(metric, {}).items()}


async def test_what_is_counted_is_kept_with_its_transaction_and_lost_with_it(database: Database) -> None:
    async with database.write() as uow:
        uow.counters.add(COST, 1_500_000_001)
        uow.counters.add(COST, 2)
    with pytest.raises(OopsError):
        await count_and_fail(database)
    assert value_of(telemetry.COST, (await counted(database, COST.metric.name))[LABELS]) == 1.500000003


async def test_nothing_is_written_for_nothing(database: Database) -> None:
    async with database.write() as uow:
        uow.counters.add(COST, 0)
    assert await counted(database, COST.metric.name) == {}


async def test_an_observation_is_in_its_bucket_and_all_above(database: Database) -> None:
    async with database.write() as uow:
        for seconds in (0.1, 0.100001, 119.5, 4000):
            uow.counters.observe(DURATION, seconds)
    parts = (await counted(database, DURATION.metric.name))[LABELS]
    buckets, total = buckets_of(telemetry.CALL_DURATION, parts)
    counts = dict(buckets)
    assert (counts[0.1], counts[0.25], counts[60], counts[120], counts[float("inf")]) == (1, 2, 2, 3, 4)
    assert total == pytest.approx(4119.700001)


def test_counts_under_a_bound_of_an_earlier_release_go_to_the_next_one() -> None:
    metric = Histogram("x_seconds", "x", buckets=(1, 10))
    assert buckets_of(metric, {"0.5": 1, "1.0": 1, "3.0": 4, "inf": 1, "sum": 5_000_000}) == (
        [(1, 2), (10, 6), (float("inf"), 7)],
        5,
    )


async def test_many_who_count_the_same_in_any_order_neither_lose_a_count_nor_wait_for_each_other(
    database: Database,
) -> None:
    series = [telemetry.CALLS.of(**MODEL, outcome=outcome) for outcome in ("succeeded", "failed", "lost", "invalid")]

    async def count(order: tuple[int, ...]) -> None:
        async with database.write() as uow:
            for index in order:
                uow.counters.add(series[index])
                await asyncio.sleep(0)
            uow.counters.observe(DURATION, 1)

    await asyncio.gather(*(count(order) for order in permutations(range(4)) for _ in range(4)))
    calls = await counted(database, telemetry.CALLS.name)
    assert {labels[-1]: value_of(telemetry.CALLS, parts) for labels, parts in calls.items()} == dict.fromkeys(
        ("succeeded", "failed", "lost", "invalid"), 96
    )


async def test_a_number_is_spread_over_few_rows(database: Database) -> None:
    for _ in range(60):
        async with database.write() as uow:
            uow.counters.add(COST)
    async with database.engine.connect() as connection:
        rows = (await connection.execute(select(func.count()).select_from(CounterRow))).scalar_one()
    assert rows == 1 if database.is_sqlite else 1 < rows <= 8
    assert value_of(telemetry.COST, (await counted(database, COST.metric.name))[LABELS]) == 60e-9


@pytest.mark.parametrize("labels", [{}, {"provider": "openai"}, {**MODEL, "job": "job_1"}])
def test_labels_that_are_not_the_metrics_are_refused(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="ai_llm_cost_usd_total has the labels"):
        telemetry.COST.of(**labels)
