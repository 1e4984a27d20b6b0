"""Reconcile: what a crash, an operator or an older database tore apart is mended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, table
from structlog.testing import capture_logs
from temporalio.client import ScheduleOverlapPolicy, WorkflowExecutionStatus, WorkflowFailureError

from activities import reconcile as reconciling
from domain.errors import ErrorType
from domain.ids import JobId, PageId
from domain.job import JobStatus
from storage.call import CallRow
from storage.step import StepRow
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import World
from worker import keep_schedule
from workflows import contracts

TEXT = "section:text-2"


@pytest.fixture
def impatient(world: World) -> World:
    """Return the world with a reconcile that takes every row for old."""
    return replace(world, settings=world.settings.model_copy(update={"reconcile_grace": timedelta(0)}))


async def reconcile(world: World) -> contracts.Reconciled:
    return await world.client.execute_workflow(
        contracts.RECONCILE_WORKFLOW,
        id=f"reconcile-{uuid4()}",
        task_queue=contracts.PAGES_QUEUE,
        result_type=contracts.Reconciled,
        execution_timeout=timedelta(seconds=30),
    )


async def written_but_for_one_section(world: World) -> JobId:
    world.vendor.always(TEXT, Act(behaviour=Behaviour.HANG))
    job = await world.submit(request_seconds=60)

    async def three_kept() -> bool:
        async with world.database.read() as uow:
            return len(await uow.calls.kept(job)) == 3

    await world.until(three_kept)
    return job


async def test_a_terminated_job_becomes_a_dead_letter_with_its_sections(impatient: World) -> None:
    async with impatient.working():
        job = await written_but_for_one_section(impatient)
        await impatient.handle(job).terminate("an operator did it")
        with pytest.raises(WorkflowFailureError):
            await impatient.result(job)
        assert (await reconcile(impatient)).dead_lettered == 1
        row = await impatient.until_status(job, JobStatus.FAILED)
        assert (row.error_type, row.reserved) == (ErrorType.UNKNOWN, 0)
        assert (await impatient.letter(job)).finished_sections == 2
        impatient.vendor.always(TEXT, Act())
        await impatient.retry(job)
        await impatient.until_status(job, JobStatus.COMPLETED)
        assert await reconcile(impatient) == contracts.Reconciled()
    assert len(impatient.vendor.ledger.entries) == 5


async def test_an_open_job_whose_workflow_is_gone_goes_on_from_its_stored_outline(impatient: World) -> None:
    async with impatient.working():
        done = await impatient.submit()
        await impatient.result(done)
        job = await impatient.submit(start=False)
        async with impatient.database.write() as uow:
            row = await uow.jobs.lock(job)
            assert row is not None
            row.status = JobStatus.ACTIVE
            await uow.steps.put([StepRow(job_id=job, round=1, step="outline", position=0)])
            for call in await uow.calls.of_step(done, 1, "outline"):
                uow.calls.add(CallRow.model_validate(call.model_dump(exclude={"id"}) | {"job_id": job}))
        assert (await reconcile(impatient)).restarted == 1
        row = await impatient.until_status(job, JobStatus.COMPLETED)
    assert row.round == 2
    assert [call.step for call in await impatient.calls(job)].count("outline") == 1


async def test_a_submit_that_never_reached_temporal_is_refused(impatient: World) -> None:
    job = await impatient.submit(start=False)
    async with impatient.working():
        assert (await reconcile(impatient)).refused == 1
    assert (await impatient.job(job)).status is JobStatus.REFUSED
    assert (await impatient.page(job)).open_job is None


async def test_a_job_that_is_only_waiting_for_its_worker_is_left_alone(impatient: World) -> None:
    job = await impatient.submit()
    async with impatient.working():
        assert (await reconcile(impatient)).refused == 0
        await impatient.result(job)


async def test_a_workflow_without_a_row_gets_its_row_back(impatient: World) -> None:
    async with impatient.working():
        job = await written_but_for_one_section(impatient)
        async with impatient.database.engine.begin() as connection:
            for name in ("events", "steps", "calls", "jobs", "pages"):
                await connection.execute(delete(table(name)))
        impatient.vendor.always(TEXT, Act())
        assert (await reconcile(impatient)).rebuilt == 1
        row = await impatient.job(job)
        assert row.brief is not None
        assert row.created_at <= datetime.now(UTC)
        assert row.status is JobStatus.WAITING
        assert (await impatient.page(job)).open_job == job


async def test_a_dead_letter_without_a_row_gets_its_row_back_and_can_be_retried(impatient: World) -> None:
    async with impatient.working():
        job = await impatient.failed(TEXT)
        async with impatient.database.engine.begin() as connection:
            for name in ("events", "steps", "calls", "dead_letters", "jobs", "pages"):
                await connection.execute(delete(table(name)))
        assert (await reconcile(impatient)).rebuilt == 1
        assert (await impatient.letter(job)).finished_sections == 2
        assert (await impatient.job(job)).status is JobStatus.FAILED
        assert await reconcile(impatient) == contracts.Reconciled()
        await impatient.retry(job)
        await impatient.until_status(job, JobStatus.COMPLETED)


async def test_a_dead_letter_whose_workflow_somebody_ended_is_held_again(impatient: World) -> None:
    async with impatient.working():
        job = await impatient.failed(TEXT)
        before = await impatient.letter(job)
        await impatient.letter_handle(job).terminate("by mistake")
        assert (await reconcile(impatient)).reheld == 1
        assert await impatient.letter(job) == before
        assert await reconcile(impatient) == contracts.Reconciled()
        requests = len(impatient.vendor.ledger.entries)
        await impatient.retry(job)
        await impatient.until_status(job, JobStatus.COMPLETED)
    assert [entry.tag for entry in impatient.vendor.ledger.entries[requests:]] == [TEXT]


async def test_a_retry_that_met_the_closing_workflow_of_a_cancelled_round_is_started(impatient: World) -> None:
    async with impatient.working():
        job = await written_but_for_one_section(impatient)
        await impatient.handle(job).cancel()
        with pytest.raises(WorkflowFailureError):
            await impatient.result(job)
        impatient.vendor.always(TEXT, Act())
        async with impatient.database.write() as uow:
            row = await uow.jobs.lock(job)
            assert row is not None
            row.status, row.round, row.cancel_requested = JobStatus.WAITING, 2, False
            assert await uow.pages.claim(PageId(row.page_id), job)
        assert (await reconcile(impatient)).restarted == 1
        row = await impatient.until_status(job, JobStatus.COMPLETED)
    assert row.round == 2


async def test_a_cancel_the_worker_could_not_write_down_is_written_down(impatient: World) -> None:
    async with impatient.working():
        job = await written_but_for_one_section(impatient)
        async with impatient.database.write() as uow:
            row = await uow.jobs.lock(job)
            assert row is not None
            row.cancel_requested = True
        await impatient.handle(job).terminate()
        with pytest.raises(WorkflowFailureError):
            await impatient.result(job)
        assert (await reconcile(impatient)).cancelled == 1
    assert (await impatient.job(job)).status is JobStatus.CANCELLED


async def test_a_workflow_that_cannot_go_on_is_told_of_and_never_ended(
    impatient: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "_STUCK_AFTER_ATTEMPTS", 2)
    job = await impatient.submit(start=False)
    await impatient.client.start_workflow(
        contracts.PAGE_WORKFLOW, {"of": "another world"}, id=job, task_queue=contracts.PAGES_QUEUE
    )

    async def has_failed_twice() -> bool:
        description = await impatient.handle(job).describe()
        return description.raw_description.pending_workflow_task.attempt > 1

    async with impatient.working():
        await impatient.until(has_failed_twice)
        with capture_logs() as lines:
            await reconcile(impatient)
    told = [(line["log_level"], line["workflow"]) for line in lines if line["event"] == "workflow task keeps failing"]
    assert told == [("error", job)]
    assert (await impatient.handle(job).describe()).status is WorkflowExecutionStatus.RUNNING


async def test_a_schedule_starts_one_at_a_time_and_each_worker_brings_it_up_to_date(world: World) -> None:
    await keep_schedule(world.client, timedelta(minutes=1))
    handle = world.client.get_schedule_handle(contracts.RECONCILE_SCHEDULE)
    await handle.pause(note="by an operator")
    await keep_schedule(world.client, timedelta(minutes=2))
    schedule = (await handle.describe()).schedule
    assert schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert [interval.every for interval in schedule.spec.intervals] == [timedelta(minutes=2)]
    assert (schedule.state.paused, schedule.state.note) == (True, "by an operator")
