"""A failed round: held, taken up again from what is finished, or given up."""

import asyncio

import pytest
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.dead_letter import DeadLetterStatus
from domain.ids import OWNER_USER, JobId, PageId
from domain.job import JobStatus
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import ANTHROPIC, World
from workflows import contracts

TEXT = "section:text-2"


async def failed(world: World, *, behaviour: Behaviour = Behaviour.UNAVAILABLE) -> JobId:
    world.vendor.next(TEXT, Act(behaviour=behaviour))
    job = await world.submit(tries=1)
    with pytest.raises(WorkflowFailureError):
        await world.result(job)
    await world.until_status(job, JobStatus.FAILED)
    return job


async def test_a_retry_generates_only_what_is_missing(world: World) -> None:
    async with world.working():
        job = await failed(world)
        before = len(world.vendor.ledger.entries)
        again = await world.retry(job)
        row = await world.until_status(job, JobStatus.COMPLETED)
    assert again.round == row.round == 2
    assert [entry.tag for entry in world.vendor.ledger.entries[before:]] == [TEXT]
    assert (await world.letter(job)).status is DeadLetterStatus.RETRIED
    assert row.error_type is None


async def test_a_retry_may_take_another_route(world: World) -> None:
    async with world.working():
        job = await failed(world, behaviour=Behaviour.UNAUTHORIZED)
        await world.retry(job, route=(ANTHROPIC,))
        await world.until_status(job, JobStatus.COMPLETED)
    assert (await world.calls(job))[-1].full_model == ANTHROPIC


async def test_three_retries_at_once_start_one_round(world: World) -> None:
    async with world.working():
        job = await failed(world)
        results = await asyncio.gather(*(world.retry(job) for _ in range(3)), return_exceptions=True)
        row = await world.until_status(job, JobStatus.COMPLETED)
    assert sum(isinstance(result, contracts.RetryResult) for result in results) == 1
    assert row.round == 2


async def test_a_discarded_letter_cannot_be_retried(world: World) -> None:
    async with world.working():
        job = await failed(world)
        request = contracts.DiscardRequest(reason="the offer has ended", by=OWNER_USER)
        await world.letter_handle(job).execute_update(contracts.DISCARD_UPDATE, request)
        assert await world.letter_handle(job).result() == "discarded"
    letter = await world.letter(job)
    assert (letter.status, letter.reason) == (DeadLetterStatus.DISCARDED, "the offer has ended")
    assert (await world.job(job)).status is JobStatus.FAILED


async def test_a_retry_is_refused_while_another_job_has_the_page(world: World) -> None:
    async with world.working():
        job = await failed(world)
        other = JobId("job_01HZZZZZZZZZZZZZZZZZZZZZZZ")
        async with world.database.write() as uow:
            assert await uow.pages.claim(PageId((await world.page(job)).id), other)
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await world.retry(job)
        async with world.database.write() as uow:
            await uow.pages.release(PageId((await world.page(job)).id), other)
        await world.retry(job)
        await world.until_status(job, JobStatus.COMPLETED)
    assert isinstance(error.value.cause, ApplicationError)
    assert error.value.cause.type == contracts.CONFLICT


async def test_a_second_failure_is_a_second_letter(world: World) -> None:
    async with world.working():
        job = await failed(world)
        world.vendor.next(TEXT, Act(behaviour=Behaviour.SERVER_ERROR))
        await world.retry(job)
        await world.until_status(job, JobStatus.FAILED)
        await world.retry(job, 2)
        row = await world.until_status(job, JobStatus.COMPLETED)
    assert row.round == 3
    assert (await world.letter(job, 2)).status is DeadLetterStatus.RETRIED
