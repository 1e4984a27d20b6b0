"""What a held queue does to the deadline of a round: a job whose provider is paused for days does not fail for it."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError

from domain.errors import ErrorType
from domain.ids import JobId
from domain.job import JobStatus
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.queues import held
from tests.workflows.world import World
from workflows import contracts

DEADLINE = timedelta(seconds=3)


async def until_looked_at(world: World, job: JobId) -> None:
    """Wait until the time of a job's round was up and its queues were asked about."""

    async def holds() -> bool:
        history = await world.handle(job).fetch_history()
        names = [event.activity_task_scheduled_event_attributes.activity_type.name for event in history.events]
        return contracts.HELD_TIME in names and history.events[-1].HasField("timer_started_event_attributes")

    await world.until(holds)


async def test_a_job_outlives_its_deadline_while_its_queue_is_held_and_completes_afterwards(world: World) -> None:
    async with world.working():
        async with held(world, "openai"):
            job = await world.submit(deadline=DEADLINE)
            await until_looked_at(world, job)
            assert (await world.job(job)).status is JobStatus.WAITING
            assert await world.calls(job) == []
        assert (await world.result(job)).version == 1


async def test_the_time_a_queue_was_held_is_added_to_the_deadline_and_no_more(world: World) -> None:
    hold, deadline = timedelta(seconds=3), timedelta(seconds=10)
    world.vendor.always("outline", Act(behaviour=Behaviour.HANG))
    async with world.working():
        async with held(world, "openai"):
            job = await world.submit(deadline=deadline)
            await asyncio.sleep(hold.total_seconds())
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        row = await world.until_status(job, JobStatus.FAILED)
    assert (row.error_type, row.error_message) == (ErrorType.TIMEOUT, f"the round was not finished within {deadline}")
    assert row.finished_at is not None
    assert row.finished_at - row.created_at >= deadline + hold
