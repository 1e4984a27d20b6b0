"""Cancel, pause, resume and the deadline of a job."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError

from domain.call import CallStatus
from domain.check import CheckKind
from domain.errors import ErrorType
from domain.ids import JobId
from domain.job import JobStatus
from domain.route import SANDBOX_MODEL
from domain.step import StepStatus
from storage.progress import refresh_status
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import OPENAI, World
from workflows import contracts

TEXT = "section:text-2"


async def set_paused(world: World, job: JobId, *, paused: bool) -> None:
    async with world.database.write() as uow:
        row = await uow.jobs.lock(job)
        assert row is not None
        row.paused = paused
        await refresh_status(uow, row, row.updated_at)


async def arrived(world: World, tag: str) -> None:
    await world.vendor.ledger.until(lambda entries: any(entry.tag == tag for entry in entries))


async def test_a_cancel_aborts_the_request_in_flight_and_keeps_finished_sections(world: World) -> None:
    world.vendor.always(TEXT, Act(behaviour=Behaviour.HANG))
    async with world.working():
        job = await world.submit(request_seconds=60)
        await arrived(world, TEXT)

        async def others_done() -> bool:
            return sum(call.status is CallStatus.SUCCEEDED for call in await world.calls(job)) == 3

        await world.until(others_done)
        await world.handle(job).cancel()
        row = await world.until_status(job, JobStatus.CANCELLED, seconds=10)
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
    statuses = [call.status for call in await world.calls(job)]
    assert sorted(statuses) == [CallStatus.CANCELLED, *[CallStatus.SUCCEEDED] * 3]
    assert row.reserved == 0
    assert (await world.page(job)).open_job is None
    assert (await world.steps(job))[-1].status is StepStatus.CANCELLED
    async with world.database.read() as uow:
        assert set(await uow.calls.kept(job)) == {"outline", "section:0", "section:1"}


async def test_a_paused_job_starts_no_request_and_goes_on_when_resumed(world: World) -> None:
    world.vendor.next("outline", Act(latency=2))
    async with world.working():
        job = await world.submit()
        await arrived(world, "outline")
        await set_paused(world, job, paused=True)
        await world.handle(job).signal(contracts.PAUSE_SIGNAL)

        async def outline_done() -> bool:
            return any(call.status is CallStatus.SUCCEEDED for call in await world.calls(job))

        await world.until(outline_done)
        await world.until_status(job, JobStatus.PAUSED)
        assert len(world.vendor.ledger.entries) == 1, "the request in flight went on, no other went out"
        await set_paused(world, job, paused=False)
        await world.handle(job).signal(contracts.RESUME_SIGNAL)
        await world.result(job)
    assert {call.try_number for call in await world.calls(job)} == {1}, "a pause uses no try"


async def test_the_flag_holds_a_backing_off_step_even_without_the_signal(world: World) -> None:
    world.vendor.next("outline", Act(behaviour=Behaviour.UNAVAILABLE))
    async with world.working():
        job = await world.submit()
        await arrived(world, "outline")
        await set_paused(world, job, paused=True)
        held = await world.until_status(job, JobStatus.PAUSED)
        assert held.paused
        await set_paused(world, job, paused=False)
        await world.result(job)
    outline = [call.status for call in await world.calls(job) if call.step == "outline"]
    heard = [status for status in outline if status is not CallStatus.LOST]  # by a machine that stood still
    assert heard == [CallStatus.FAILED, CallStatus.SUCCEEDED]


async def test_the_deadline_ends_a_round_that_hangs(world: World) -> None:
    world.vendor.always(TEXT, Act(behaviour=Behaviour.HANG))
    async with world.working():
        job = await world.submit(request_seconds=60, deadline=timedelta(seconds=4))
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        row = await world.until_status(job, JobStatus.FAILED)
    assert row.error_type is ErrorType.TIMEOUT
    assert (await world.letter(job)).finished_sections == 2


async def test_a_pause_stops_the_deadline(world: World) -> None:
    async with world.working():
        world.vendor.next("outline", Act(latency=1))
        job = await world.submit(deadline=timedelta(seconds=5))
        await arrived(world, "outline")
        await set_paused(world, job, paused=True)
        await world.handle(job).signal(contracts.PAUSE_SIGNAL)
        await world.client.get_workflow_handle(job).describe()
        with pytest.raises(TimeoutError):
            await world.result(job, seconds=6)
        await set_paused(world, job, paused=False)
        await world.handle(job).signal(contracts.RESUME_SIGNAL)
        await world.result(job)


@pytest.mark.slow
async def test_a_pause_whose_signal_was_lost_stops_the_deadline_all_the_same(world: World) -> None:
    async with world.working():
        world.vendor.next("outline", Act(behaviour=Behaviour.UNAVAILABLE))
        job = await world.submit(deadline=timedelta(seconds=15))
        await arrived(world, "outline")
        await set_paused(world, job, paused=True)
        with pytest.raises(TimeoutError):
            await world.result(job, seconds=18)
        await world.handle(job).signal(contracts.RESUME_SIGNAL)
        await set_paused(world, job, paused=False)
        await world.result(job)
    assert (await world.job(job)).status is JobStatus.COMPLETED


async def test_passing_the_cap_is_a_cost_limit_and_no_other_model_is_tried(world: World) -> None:
    async with world.working():
        job = await world.submit(route=(OPENAI, SANDBOX_MODEL), max_cost=1)
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        row = await world.until_status(job, JobStatus.FAILED)
    assert row.error_type is ErrorType.COST_LIMIT
    assert await world.calls(job) == []
    assert world.vendor.ledger.entries == ()


async def test_a_revision_writes_one_section_and_the_next_version(world: World) -> None:
    async with world.working():
        done = await world.submit()
        await world.result(done)
        before = len(world.vendor.ledger.entries)
        job = await world.revise(done, 2, "say more about sourdough")
        result = await world.result(job)
    assert result.version == 2
    assert [entry.tag for entry in world.vendor.ledger.entries[before:]] == [TEXT]
    first, second = await world.version(done), await world.version(job)
    assert first.document.sections[:2] == second.document.sections[:2]
    assert [check for check in second.checks if check.kind is not CheckKind.ADVICE and not check.passed] == []
    assert first.document.slug == second.document.slug
