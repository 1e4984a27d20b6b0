"""Jobs, their calls, events and money under concurrent writers."""

import asyncio
from datetime import timedelta

import pytest

from activities.call import Ask, CallLedger, Opened, Settlement
from domain.call import CallStatus
from domain.event import EventType
from domain.ids import OWNER_TENANT, JobId, PageId
from domain.job import JobStatus
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from storage.database import Database
from storage.job import JobRow
from tests.integration.storage.rows import NOW, job_row, page_row
from workflows.contracts import StepInput


def section(job: JobRow, index: int) -> StepInput:
    return StepInput(
        tenant=OWNER_TENANT,
        job_id=JobId(job.id),
        page_id=PageId(job.page_id),
        round=1,
        step=f"section:{index}",
        model=SANDBOX_MODEL,
        is_last_model=True,
        request_seconds=5,
    )


async def test_events_of_concurrent_writers_have_no_gap_and_no_repeat(database: Database, job: JobRow) -> None:
    async def append(_: int) -> int:
        async with database.write() as uow:
            return await uow.events.append(JobId(job.id), OWNER_TENANT, EventType.PAUSED, NOW)

    numbers = await asyncio.gather(*map(append, range(20)))
    assert sorted(numbers) == list(range(1, 21))
    async with database.read() as uow:
        assert [event.seq for event in await uow.events.after(JobId(job.id), 15)] == [16, 17, 18, 19, 20]


async def test_parallel_calls_are_settled_and_charged_to_the_last_nano(database: Database, job: JobRow) -> None:
    ledger = CallLedger(database, NanoUsd(NANO), lambda: NOW)

    async def call(index: int) -> None:
        opened = await ledger.open(Ask(section(job, index), 1, NanoUsd(1_000), 1), tries=3)
        assert isinstance(opened, Opened)
        await ledger.settle(
            opened.call, Settlement(CallStatus.SUCCEEDED, cost=NanoUsd(100 + index), result={"type": "text"})
        )

    await asyncio.gather(*map(call, range(12)))
    async with database.write() as uow:
        row = await uow.jobs.lock(JobId(job.id))
        day = await uow.spend.lock(OWNER_TENANT, NOW.date())
        calls = await uow.calls.of_job(JobId(job.id))
    assert row is not None
    assert row.cost == row.charged == day.cost == sum(100 + index for index in range(12))
    assert row.reserved == day.reserved == 0
    assert len(calls) == 12


async def test_the_same_request_cannot_have_two_rows(database: Database, job: JobRow) -> None:
    ledger = CallLedger(database, NanoUsd(NANO), lambda: NOW)
    asks = [ledger.open(Ask(section(job, 0), 1, NanoUsd(10), attempt), tries=3) for attempt in range(1, 4)]
    await asyncio.gather(*asks)
    async with database.read() as uow:
        calls = await uow.calls.of_step(JobId(job.id), 1, "section:0")
    assert [call.try_number for call in calls] == [1, 2, 3]
    assert [call.status for call in calls] == [CallStatus.LOST, CallStatus.LOST, CallStatus.OPEN]


async def test_unfinished_jobs_are_those_that_stood_still(database: Database, job: JobRow) -> None:
    async with database.write() as uow:
        page = page_row()
        uow.pages.add(page)
        uow.jobs.add(job_row(page, status=JobStatus.COMPLETED))
    async with database.read() as uow:
        assert [row.id for row in await uow.jobs.unfinished(older_than=NOW + timedelta(seconds=1))] == [job.id]
        assert await uow.jobs.unfinished(older_than=NOW) == []


async def test_a_failed_transaction_keeps_nothing(database: Database, job: JobRow) -> None:
    async def half_done() -> None:
        async with database.write() as uow:
            await uow.events.append(JobId(job.id), OWNER_TENANT, EventType.PAUSED, NOW)
            message = "the second half failed"
            raise ValueError(message)

    with pytest.raises(ValueError, match="second half"):
        await half_done()
    async with database.read() as uow:
        assert await uow.events.after(JobId(job.id), 0) == []


async def test_money_beyond_32_bits_comes_back_exact(database: Database, job: JobRow) -> None:
    async with database.write() as uow:
        row = await uow.jobs.lock(JobId(job.id))
        assert row is not None
        row.cost = 9_007_199_254_740_993
    async with database.read() as uow:
        stored = await uow.jobs.find(JobId(job.id))
    assert stored is not None
    assert stored.cost == 9_007_199_254_740_993
