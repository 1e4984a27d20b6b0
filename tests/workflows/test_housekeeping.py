"""Housekeeping: what removed jobs leave is erased, old closed dead letters go, and everything else stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowFailureError

from domain.ids import OWNER_TENANT, OWNER_USER, DeadLetterId, JobId, dead_letter_id
from domain.job import JobStatus
from storage.job_history import JobCriteria
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import World
from worker import HOUSEKEEPING, keep_schedule
from workflows import contracts


async def housekeep(world: World) -> contracts.Housekept:
    return await world.client.execute_workflow(
        contracts.HOUSEKEEPING_WORKFLOW,
        id=f"housekeeping-{uuid4()}",
        task_queue=contracts.PAGES_QUEUE,
        result_type=contracts.Housekept,
        execution_timeout=timedelta(seconds=60),
    )


async def dead_letter(world: World) -> JobId:
    world.vendor.next("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
    job = await world.submit(tries=1)
    with pytest.raises(WorkflowFailureError):
        await world.result(job)
    await world.until_status(job, JobStatus.FAILED)
    return job


async def runs(world: World, *workflows: str) -> int:
    """Return how many runs of some workflows Temporal still has."""
    names = ", ".join(f'"{name}"' for name in workflows)
    return len([run async for run in world.client.list_workflows(f"WorkflowId IN ({names})")])


@pytest.mark.slow
async def test_every_run_of_a_removed_job_is_erased_and_no_other(world: World) -> None:
    async with world.working():
        job = await dead_letter(world)
        await world.retry(job)
        await world.until_status(job, JobStatus.COMPLETED)
        await world.result(job)
        neighbour = await world.submit()
        await world.result(neighbour)
        names = (job, dead_letter_id(job, 1))

        async def are_indexed() -> bool:
            return await runs(world, *names) == 3 and await runs(world, neighbour) == 1

        await world.until(are_indexed)
        async with world.database.write() as uow:
            until = (await world.job(neighbour)).finished_at
            assert await uow.removal.remove(OWNER_TENANT, JobCriteria(until=until), at=datetime.now(UTC), limit=5) == 1
        assert await housekeep(world) == contracts.Housekept(erased=1)
        assert await housekeep(world) == contracts.Housekept()

        async def are_gone() -> bool:
            return await runs(world, *names) == 0

        await world.until(are_gone, seconds=100)  # the server deletes in its own time
    assert await runs(world, neighbour) == 1
    row = await world.job(job)
    assert (row.brief, await world.events(job)) == (None, [])
    assert row.cost == sum(call.cost or 0 for call in await world.calls(job)) > 0
    assert (await world.job(neighbour)).brief is not None
    assert (await world.version(job)).html


async def test_dead_letters_go_when_they_were_closed_long_ago_and_open_ones_never(world: World) -> None:
    forgetful = replace(world, settings=world.settings.model_copy(update={"dead_letter_retention": timedelta(0)}))
    async with forgetful.working():
        held, given_up = await dead_letter(world), await dead_letter(world)
        request = contracts.DiscardRequest(reason="no longer wanted", by=OWNER_USER)
        await world.letter_handle(given_up).execute_update(contracts.DISCARD_UPDATE, request)
        assert await housekeep(world) == contracts.Housekept(expired=1)
    async with world.database.read() as uow:
        assert await uow.dead_letters.find(DeadLetterId(dead_letter_id(given_up, 1))) is None
    assert (await world.letter(held)).closed_at is None
    assert (await world.job(given_up)).status is JobStatus.FAILED


async def test_housekeeping_has_a_schedule_of_its_own(world: World) -> None:
    await keep_schedule(world.client, timedelta(minutes=10), HOUSEKEEPING)
    schedule = (await world.client.get_schedule_handle(contracts.HOUSEKEEPING_SCHEDULE).describe()).schedule
    assert [interval.every for interval in schedule.spec.intervals] == [timedelta(minutes=10)]
