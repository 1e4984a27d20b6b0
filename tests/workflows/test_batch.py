"""Batches of lines: every line one job, through pauses, cancels and workers that die."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.batch import BatchReport, BatchStatus, ItemStatus
from domain.errors import ErrorType
from domain.ids import BatchId, JobId
from domain.job import JobOptions, JobStatus, SandboxFaults
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from storage.batch import BatchRow
from tests.workflows.batches import OPTIONS, counts, items, runs_of, start_batch, steer, store_lines
from tests.workflows.world import World
from workflows import contracts

SLOW = OPTIONS.model_copy(update={"sandbox": SandboxFaults(latency_ms=600)})
FAILING = JobOptions(
    route=(SANDBOX_MODEL,),
    tries=1,
    max_cost=NanoUsd(NANO),
    sandbox=SandboxFaults(error_rates={ErrorType.SERVICE_UNAVAILABLE: 1}),
)


@pytest.fixture
def hasty(world: World) -> World:
    """Return the world with a worker that gives running activities no time."""
    return replace(world, settings=world.settings.model_copy(update={"shutdown_grace": timedelta(0)}))


async def row(world: World, batch: BatchId) -> BatchRow:
    async with world.database.read() as uow:
        found = await uow.batches.find(batch)
    assert found is not None
    return found


async def test_every_line_becomes_a_page_and_the_report_says_so(world: World) -> None:
    batch = await store_lines(world, 6, in_flight=3)
    async with world.working():
        handle = await start_batch(world, batch, turns_per_run=2)
        report = await handle.result()
    stored = await row(world, batch)
    assert report == stored.report
    assert (stored.status, report.counts, report.failures) == (BatchStatus.COMPLETED, {ItemStatus.COMPLETED: 6}, {})
    lines = await items(world, batch)
    assert all(line.line is None for line in lines), "the brief is kept with its job only"
    jobs = [await world.job(JobId(line.job_id or "")) for line in lines]
    assert [job.status for job in jobs] == [JobStatus.COMPLETED] * 6
    first = await world.client.get_workflow_handle(batch, run_id=handle.first_execution_run_id).describe()
    assert first.raw_description.workflow_execution_info.history_length < 60, "a long batch goes on in a new run"


async def test_no_more_lines_run_than_may(world: World) -> None:
    batch = await store_lines(world, 5, SLOW, in_flight=2)
    most = 0
    async with world.working():
        handle = await start_batch(world, batch)
        ending = asyncio.create_task(handle.result())
        while not ending.done():
            most = max(most, (await counts(world, batch)).get(ItemStatus.RUNNING, 0))
            await asyncio.sleep(0.05)
    assert 1 <= most <= 2


async def test_a_failed_job_counts_and_the_batch_goes_on(world: World) -> None:
    batch = await store_lines(world, 3, FAILING)
    async with world.working():
        report = await (await start_batch(world, batch)).result()
    assert report.counts == {ItemStatus.FAILED: 3}
    assert report.failures == {"SERVICE_UNAVAILABLE": 3}
    assert (await row(world, batch)).status is BatchStatus.COMPLETED


async def test_a_paused_batch_begins_nothing_until_it_is_resumed(world: World) -> None:
    batch = await store_lines(world, 4, paused=True)
    async with world.working():
        handle = await start_batch(world, batch, paused=True)
        await world.until(lambda: _has(world, batch, BatchStatus.ACTIVE))
        await asyncio.sleep(1)
        assert await counts(world, batch) == {ItemStatus.PENDING: 4}
        await steer(world, batch, contracts.RESUME_SIGNAL, paused=False)
        assert (await handle.result()).counts == {ItemStatus.COMPLETED: 4}


async def test_a_pause_in_the_middle_lets_running_lines_end(world: World) -> None:
    batch = await store_lines(world, 8, SLOW, in_flight=2)
    async with world.working():
        handle = await start_batch(world, batch)
        await world.until(lambda: _count(world, batch, ItemStatus.RUNNING, 1))
        await steer(world, batch, contracts.PAUSE_SIGNAL, paused=True)
        await world.until(lambda: _settles(world, batch))
        pending = (await counts(world, batch)).get(ItemStatus.PENDING, 0)
        assert pending > 0
        await steer(world, batch, contracts.RESUME_SIGNAL, paused=False)
        assert (await handle.result()).counts == {ItemStatus.COMPLETED: 8}


async def test_a_cancel_gives_up_what_waits_and_lets_the_rest_end(world: World) -> None:
    batch = await store_lines(world, 6, SLOW, in_flight=2)
    async with world.working():
        handle = await start_batch(world, batch)
        await world.until(lambda: _count(world, batch, ItemStatus.RUNNING, 2))
        await steer(world, batch, contracts.CANCEL_BATCH_SIGNAL, cancel_requested=True)
        report = await handle.result()
    assert report.counts.get(ItemStatus.COMPLETED, 0) >= 2
    assert report.counts[ItemStatus.COMPLETED] + report.counts[ItemStatus.CANCELLED] == 6
    assert (await row(world, batch)).status is BatchStatus.CANCELLED
    assert all(line.line is None for line in await items(world, batch)), "briefs of given up lines are removed"


async def test_a_cancel_may_end_what_runs(world: World) -> None:
    very_slow = OPTIONS.model_copy(update={"sandbox": SandboxFaults(latency_ms=60_000)})
    batch = await store_lines(world, 3, very_slow, in_flight=2)
    async with world.working():
        handle = await start_batch(world, batch)
        await world.until(lambda: _count(world, batch, ItemStatus.RUNNING, 2))
        await steer(world, batch, contracts.CANCEL_BATCH_SIGNAL, cancel_requested=True, cancel_running=True)
        assert (await handle.result()).counts == {ItemStatus.CANCELLED: 3}


@pytest.mark.slow
async def test_a_worker_that_stops_anywhere_makes_each_line_one_job(hasty: World) -> None:
    batch = await store_lines(hasty, 24, in_flight=8, per_second=20)
    for done in (3, 10):
        async with hasty.working():
            if done == 3:
                await start_batch(hasty, batch)
            await hasty.until(lambda done=done: _begun(hasty, batch, done))
    async with hasty.working():
        report = await hasty.client.get_workflow_handle(batch, result_type=BatchReport).result()
    assert report.counts == {ItemStatus.COMPLETED: 24}
    jobs = [JobId(line.job_id or "") for line in await items(hasty, batch)]
    assert await runs_of(hasty, jobs) == 24, "no job ran twice"
    for job in jobs:
        assert (await hasty.job(job)).status is JobStatus.COMPLETED


async def _has(world: World, batch: BatchId, status: BatchStatus) -> bool:
    return (await row(world, batch)).status is status


async def _count(world: World, batch: BatchId, status: ItemStatus, at_least: int) -> bool:
    return (await counts(world, batch)).get(status, 0) >= at_least


async def _begun(world: World, batch: BatchId, at_least: int) -> bool:
    found = await counts(world, batch)
    return sum(found.values()) - found.get(ItemStatus.PENDING, 0) >= at_least


async def _settles(world: World, batch: BatchId) -> bool:
    found = await counts(world, batch)
    return not found.get(ItemStatus.RUNNING, 0) and not found.get(ItemStatus.STARTING, 0)
