"""The ledger of probes under writers that meet, crash and come back, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from activities.call import Settlement
from activities.probe_ledger import DailyCaps, ProbeLedger, clear_probes
from domain.call import CallStatus, Usage
from domain.errors import ErrorType, Failure
from domain.money import NANO, NanoUsd
from domain.route import ModelName
from storage.database import Database
from storage.spend import INSTALLATION, PROBES
from tests.integration.storage.rows import NOW

SMALL: ModelName = "openai:small"
BOUND = NanoUsd(1_000)
ANSWERED = Settlement(CallStatus.SUCCEEDED, Usage(prompt_tokens=9, completion_tokens=3), NanoUsd(40))


@pytest.fixture
def ledger(database: Database) -> ProbeLedger:
    return ProbeLedger(database, DailyCaps(NanoUsd(2 * BOUND), NanoUsd(NANO)), lambda: NOW)


async def account(database: Database, name: str = PROBES) -> tuple[int, int]:
    async with database.read() as uow:
        row = (await uow.spend.of_day(NOW.date()))[name]
    return row.cost, row.reserved


async def test_the_cap_holds_for_probes_that_begin_at_once(database: Database, ledger: ProbeLedger) -> None:
    opened = await asyncio.gather(*(ledger.open(f"provider-{number}:small", BOUND) for number in range(5)))
    refused = [each for each in opened if isinstance(each, Failure)]
    assert [failure.type for failure in refused] == [ErrorType.COST_LIMIT] * 3
    assert "PAGEWRIGHT_PROBE_MAX_COST_PER_DAY" in refused[0].message
    assert await account(database) == await account(database, INSTALLATION) == (0, 2 * BOUND)


async def test_what_is_settled_frees_its_bound_and_books_its_cost_once(database: Database, ledger: ProbeLedger) -> None:
    probe = await ledger.open(SMALL, BOUND)
    assert isinstance(probe, int)
    settled = await asyncio.gather(*(ledger.settle(probe, ANSWERED) for _ in range(3)))
    assert sorted(settled) == [False, False, True]
    assert await account(database) == await account(database, INSTALLATION) == (40, 0)


async def test_a_row_left_open_is_lost_with_the_providers_next_probe_and_with_no_others(
    database: Database, ledger: ProbeLedger
) -> None:
    left = await ledger.open(SMALL, BOUND)
    assert isinstance(left, int)
    assert isinstance(await ledger.open("google:small", BOUND), int)
    again = await ledger.open(SMALL, BOUND)
    assert isinstance(again, int)
    assert not await ledger.settle(left, ANSWERED), "the worker that came back was given up"
    assert await ledger.settle(again, ANSWERED)
    async with database.write() as uow:
        lost = await uow.probes.lock(left)
    assert lost is not None
    assert (lost.status, lost.cost, lost.settled_at) == (CallStatus.LOST, None, NOW)
    assert await account(database) == (40, BOUND)


async def test_a_refused_probe_leaves_the_newest_one_to_speak(database: Database, ledger: ProbeLedger) -> None:
    probe = await ledger.open(SMALL, BOUND)
    assert isinstance(probe, int)
    failure = Failure(ErrorType.AUTH_ERROR, "it does not accept the key")
    await ledger.settle(probe, Settlement(CallStatus.FAILED, failure=failure))
    assert isinstance(await ledger.open(SMALL, NanoUsd(3 * BOUND)), Failure)
    async with database.read() as uow:
        newest = (await uow.probes.newest())["openai"]
    assert (newest.id, newest.is_up, newest.error_type) == (probe, False, ErrorType.AUTH_ERROR)


async def test_clearing_frees_what_was_left_open_on_its_own_day(database: Database, ledger: ProbeLedger) -> None:
    await ledger.open(SMALL, BOUND)
    later = NOW + timedelta(days=2)
    async with database.write() as uow:
        assert await clear_probes(uow, NOW, later) == 0
    assert await account(database) == (0, BOUND)
    async with database.write() as uow:
        assert await clear_probes(uow, NOW + timedelta(seconds=1), later) == 1
    assert await account(database) == (0, 0)
