"""Calls under writers that meet: an attempt that was given up, its successor, and the end of the round."""

import asyncio

from activities.call import Ask, CallLedger, Opened, Settlement
from domain.call import CallStatus
from domain.ids import OWNER_TENANT, JobId, PageId
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from domain.tries import MAX_LOST
from storage.database import Database
from storage.job import JobRow
from tests.integration.storage.rows import NOW
from workflows.contracts import StepInput

MEETINGS = 20
SPENT = Settlement(CallStatus.FAILED, cost=NanoUsd(300))


def ask(job: JobRow, step: str) -> Ask:
    written = StepInput(
        tenant=OWNER_TENANT,
        job_id=JobId(job.id),
        page_id=PageId(job.page_id),
        round=1,
        step=step,
        model=SANDBOX_MODEL,
        is_last_model=True,
        request_seconds=5,
    )
    return Ask(written, 1, NanoUsd(1_000), 1)


async def test_an_attempt_that_was_given_up_and_its_successor_do_not_block_each_other(
    database: Database, job: JobRow
) -> None:
    ledger = CallLedger(database, NanoUsd(NANO), lambda: NOW)

    async def meet(number: int) -> int:
        step = f"section:{number}"
        first = await ledger.open(ask(job, step), tries=MAX_LOST)
        assert isinstance(first, Opened)
        settled, second = await asyncio.gather(
            ledger.settle(first.call, SPENT), ledger.open(ask(job, step), tries=MAX_LOST)
        )
        assert isinstance(second, Opened)
        assert await ledger.settle(second.call, SPENT)
        return 300 * (1 + settled)

    costs = await asyncio.gather(*map(meet, range(MEETINGS)))
    async with database.read() as uow:
        row = await uow.jobs.find(JobId(job.id))
        calls = await uow.calls.of_job(JobId(job.id))
    assert row is not None
    assert (row.cost, row.reserved) == (sum(costs), 0)
    assert len(calls) == 2 * MEETINGS
    assert {call.status for call in calls} <= {CallStatus.FAILED, CallStatus.LOST}


async def test_the_end_of_a_round_and_the_ends_of_its_calls_do_not_block_each_other(
    database: Database, job: JobRow
) -> None:
    ledger = CallLedger(database, NanoUsd(NANO), lambda: NOW)
    opened = [await ledger.open(ask(job, f"section:{number}"), tries=3) for number in range(MEETINGS)]
    calls = [call.call for call in opened if isinstance(call, Opened)]

    async def end() -> None:
        async with database.write() as uow:
            row = await uow.jobs.lock(JobId(job.id))
            assert row is not None
            await ledger.write_off(uow, row, CallStatus.LOST)

    *settled, _ = await asyncio.gather(*(ledger.settle(call, SPENT) for call in calls), end())
    async with database.read() as uow:
        row = await uow.jobs.find(JobId(job.id))
    assert row is not None
    assert (row.cost, row.reserved) == (300 * sum(map(bool, settled)), 0)
