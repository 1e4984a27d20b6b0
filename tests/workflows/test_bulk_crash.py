"""Bulk retries that are cut off at each point where a worker can die, and those that meet somebody else's decision."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.batch_claim import Claim
from activities.batch_line import RoundTimes
from activities.batch_start import LineStarter
from activities.batch_turn import LineDesk
from activities.clock import system_clock
from activities.forecast import Forecaster
from activities.shaped_forecast import ShapedForecaster
from domain.batch import BatchKind, ItemStatus
from domain.dead_letter import DeadLetterStatus
from domain.ids import OWNER_USER, BatchId, JobId
from domain.job import JobStatus
from storage.call import CallRow
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.batches import counts, items, start_batch, store_selection
from tests.workflows.letters import UNASKED, held, runs
from tests.workflows.world import World, page_input
from workflows import contracts

TEXT = "section:text-2"
ALL = 100


def desk(world: World) -> LineDesk:
    times = RoundTimes(world.settings.job_deadline, world.catalogue.timeout)
    return LineDesk(world.database, system_clock, times, ShapedForecaster(Forecaster(world.database, world.catalogue)))


async def claimed(world: World, kind: BatchKind) -> tuple[BatchId, list[Claim]]:
    """Store a batch of every open dead letter, and claim its lines as a worker does that dies then."""
    batch = await store_selection(world, kind, reason="no longer wanted")
    claims, _last = await desk(world).claim_next(batch, 0, ALL)
    return batch, claims


Telling = Callable[[World, BatchId, Claim], Awaitable[None]]
"""What Temporal is told before the worker dies."""


async def start_only(world: World, batch: BatchId, claim: Claim) -> None:
    """Die when the round is started and its dead letter does not know."""
    assert await LineStarter(world.client).start(replace(claim, letter=None), batch)


async def tell(world: World, batch: BatchId, claim: Claim) -> None:
    """Die when Temporal knows everything and the line does not say so."""
    assert await LineStarter(world.client).start(claim, batch)


@pytest.mark.parametrize("before_death", [None, start_only, tell])
@pytest.mark.parametrize("has_begun", [False, True])
async def test_a_retry_that_is_cut_off_starts_each_round_once(
    world: World, before_death: Telling | None, *, has_begun: bool
) -> None:
    async with world.working():
        jobs = await held(world, 3, UNASKED)
    batch, claims = await claimed(world, BatchKind.RETRY)
    assert {(await world.letter(job)).status for job in jobs} == {DeadLetterStatus.RETRIED}
    if before_death is not None:
        for claim in claims:
            await before_death(world, batch, claim)
    async with world.working():
        if has_begun and before_death is not None:
            await world.until(lambda: _all_begun(world, jobs))
        await start_batch(world, batch)
        await world.until(lambda: _are(world, batch, {ItemStatus.RUNNING: 3}))
        ends = [await world.letter_handle(job).result() for job in jobs]
        assert await runs(world, jobs) == 3
    assert ends == ["retried"] * 3
    assert {(await world.job(job)).round for job in jobs} == {2}


@pytest.mark.parametrize("before_death", [None, tell])
async def test_a_discard_that_is_cut_off_goes_on(world: World, before_death: Telling | None) -> None:
    async with world.working():
        jobs = await held(world, 2)
        batch, claims = await claimed(world, BatchKind.DISCARD)
        if before_death is not None:
            for claim in claims:
                await before_death(world, batch, claim)
        assert (await (await start_batch(world, batch)).result()).counts == {ItemStatus.COMPLETED: 2}
        assert [await world.letter_handle(job).result() for job in jobs] == ["discarded"] * 2


async def test_a_retry_waits_for_the_round_before_to_close(world: World) -> None:
    async with world.working():
        (job,) = await held(world, 1, UNASKED)
    row = await world.job(job)
    before = page_input(job_id=job, page_id=row.page_id, options=UNASKED)
    await world.start(before)
    batch, (claim,) = await claimed(world, BatchKind.RETRY)
    assert not await LineStarter(world.client).start(claim, batch), "it is not its own round that runs"
    async with world.working():
        await start_batch(world, batch)
        await world.until(lambda: _are(world, batch, {ItemStatus.RUNNING: 1}))
        assert await world.letter_handle(job).result() == "retried"
    assert (await world.job(job)).round == 2


async def test_two_batches_of_the_same_letters_retry_each_once(world: World) -> None:
    async with world.working():
        jobs = await held(world, 6)
        batches = [await store_selection(world, BatchKind.RETRY) for _ in range(2)]
        handles = [await start_batch(world, batch) for batch in batches]
        reports = [await handle.result() for handle in handles]
        assert await runs(world, jobs) == 6
    for status in (ItemStatus.COMPLETED, ItemStatus.SKIPPED):
        assert sum(report.counts.get(status, 0) for report in reports) == 6


async def test_what_a_batch_has_decided_nobody_else_decides(world: World) -> None:
    async with world.working():
        (job,) = await held(world, 1, UNASKED)
        batch, _claims = await claimed(world, BatchKind.RETRY)
        discard = contracts.DiscardRequest(reason="no longer wanted", by=OWNER_USER)
        for update in (
            world.retry(job),
            world.letter_handle(job).execute_update(contracts.DISCARD_UPDATE, discard),
        ):
            with pytest.raises(WorkflowUpdateFailedError) as refused:
                await update
            assert isinstance(refused.value.cause, ApplicationError)
            assert refused.value.cause.type == contracts.ENDED
        await start_batch(world, batch)
        await world.until(lambda: _are(world, batch, {ItemStatus.RUNNING: 1}))
        assert await runs(world, [job]) == 1


async def test_what_only_the_dead_letter_still_has_is_not_made_again(world: World) -> None:
    world.vendor.next(TEXT, Act(behaviour=Behaviour.UNAVAILABLE))
    async with world.working():
        job = await world.submit(tries=1)
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        await world.until_status(job, JobStatus.FAILED)
        async with world.database.engine.begin() as connection:
            await connection.execute(delete(CallRow))
        before = len(world.vendor.ledger.entries)
        batch = await store_selection(world, BatchKind.RETRY)
        assert (await (await start_batch(world, batch)).result()).counts == {ItemStatus.COMPLETED: 1}
    assert [entry.tag for entry in world.vendor.ledger.entries[before:]] == [TEXT]


async def test_a_dead_letter_without_a_workflow_is_retried(world: World) -> None:
    async with world.working():
        (job,) = await held(world, 1)
        await world.letter_handle(job).terminate()
        batch = await store_selection(world, BatchKind.RETRY)
        assert (await (await start_batch(world, batch)).result()).counts == {ItemStatus.COMPLETED: 1}


async def test_two_letters_of_one_page_are_not_both_retried(world: World) -> None:
    async with world.working():
        first, second = await held(world, 2, UNASKED)
        async with world.database.write() as uow:
            row = await uow.jobs.lock(second)
            assert row is not None
            row.page_id = (await uow.jobs.find(first) or row).page_id
        batch, claims = await claimed(world, BatchKind.RETRY)
    assert len(claims) == 1
    lines = {line.job_id: line for line in await items(world, batch)}
    assert (lines[second].status, lines[second].error_type) == (ItemStatus.FAILED, contracts.CONFLICT)


async def _are(world: World, batch: BatchId, wanted: dict[ItemStatus, int]) -> bool:
    return await counts(world, batch) == wanted


async def _all_begun(world: World, jobs: list[JobId]) -> bool:
    return all([await world.steps(job, 2) for job in jobs])
