"""Activities of a round that is over: what comes too late, or twice, changes nothing."""

import pytest
from temporalio.exceptions import ApplicationError

from activities.call import CallLedger
from activities.clock import system_clock
from activities.dead_letter import DeadLetterActivities
from activities.estimate import Estimator
from activities.forecast import Forecaster
from activities.job import JobActivities
from activities.page import PageActivities
from activities.shaped_forecast import ShapedForecaster
from activities.stored_round import stored_round
from domain.errors import ErrorType
from domain.ids import JobId, dead_letter_id
from domain.job import JobStatus
from domain.money import NANO, NanoUsd
from tests.workflows.world import World
from workflows import contracts

TEXT = "section:text-2"
FAILURE = contracts.StepFailure(type=ErrorType.TIMEOUT, message="it took too long")


def ledger(world: World) -> CallLedger:
    return CallLedger(world.database, NanoUsd(20 * NANO), system_clock)


def letters(world: World) -> DeadLetterActivities:
    forecaster = ShapedForecaster(Forecaster(world.database, world.catalogue))
    return DeadLetterActivities(world.database, ledger(world), Estimator(world.catalogue, forecaster), system_clock)


async def round_of(world: World, job: JobId, number: int = 1) -> contracts.PageInput:
    row = await world.job(job)
    async with world.database.read() as uow:
        return await stored_round(uow, row, number, {}, world.settings.job_deadline)


async def completed(world: World) -> JobId:
    job = await world.submit()
    await world.result(job)
    return job


async def test_a_completed_job_is_not_failed_by_a_deadline_that_passed_meanwhile(world: World) -> None:
    async with world.working():
        job = await completed(world)
        letter = contracts.DeadLetterInput(page=await round_of(world, job), failure=FAILURE)
        assert not (await letters(world).hold_dead_letter(letter)).held
        ended = await world.client.execute_workflow(
            contracts.DEAD_LETTER_WORKFLOW, letter, id=dead_letter_id(job, 1), task_queue=contracts.PAGES_QUEUE
        )
    assert ended == "void"
    assert (await world.job(job)).status is JobStatus.COMPLETED
    assert (await world.events(job))[-1].type == "end"


async def test_a_letter_is_held_once_and_not_again_after_its_retry(world: World) -> None:
    async with world.working():
        job = await world.failed(TEXT)
        letter = contracts.DeadLetterInput(page=await round_of(world, job), failure=FAILURE)
        before = await world.events(job)
        assert (await letters(world).hold_dead_letter(letter)).held
        assert await world.events(job) == before
        await world.retry(job)
        await world.until_status(job, JobStatus.COMPLETED)
        assert not (await letters(world).hold_dead_letter(letter)).held


async def test_a_version_of_a_round_that_is_over_is_not_stored(world: World) -> None:
    async with world.working():
        done = await completed(world)
        version = await world.version(done)
        job = await world.failed(TEXT)
    page = await round_of(world, job)
    finish = contracts.FinishInput(page=page, outline=version.outline, sections=version.document.sections)
    with pytest.raises(ApplicationError, match="is over") as refused:
        await PageActivities(world.database, system_clock).finish_page(finish)
    assert refused.value.non_retryable
    assert (await world.page(job)).current_version is None
    assert (await world.job(job)).status is JobStatus.FAILED


async def test_a_cancel_of_an_earlier_round_does_not_close_the_present_one(world: World) -> None:
    job = await world.submit()
    async with world.database.write() as uow:
        row = await uow.jobs.lock(job)
        assert row is not None
        row.round = 2
    await JobActivities(world.database, ledger(world), system_clock).close_cancelled(
        contracts.RoundRef(job_id=job, round=1)
    )
    assert (await world.job(job)).status.is_open
