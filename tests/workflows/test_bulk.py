"""Dead letters retried and discarded in bulk: each of them once, whoever dies in the middle."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.batch import BatchKind, ItemStatus
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import BatchId, JobId, dead_letter_id
from domain.job import JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from storage.dead_letter import DeadLetterRow
from tests.workflows.batches import counts, items, start_batch, store_selection
from tests.workflows.world import OPENAI, World, page_input
from workflows import contracts

FAILURE = contracts.StepFailure(type=ErrorType.SERVICE_UNAVAILABLE, message="away", step="outline")

USUAL = JobOptions(route=(OPENAI,), max_cost=NanoUsd(NANO))
UNASKED = JobOptions(route=("google:gemini-3-flash",), max_cost=NanoUsd(NANO))
"""Of a provider whose queue no worker takes."""


@pytest.fixture
def hasty(world: World) -> World:
    """Return the world with a worker that gives running activities no time."""
    return replace(world, settings=world.settings.model_copy(update={"shutdown_grace": timedelta(0)}))


async def held(world: World, count: int, options: JobOptions = USUAL) -> list[JobId]:
    """Make dead letters as failed rounds leave them, without the rounds: their rows, and their workflows."""
    pages = [page_input(options=options) for _ in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(_hold(world, page) for page in pages[start : start + 20]))
    return [page.job_id for page in pages]


async def _hold(world: World, page: contracts.PageInput) -> None:
    await world.submit_input(page, start=False)
    now = datetime.now(UTC)
    async with world.database.write() as uow:
        job = await uow.jobs.lock(page.job_id)
        assert job is not None
        job.status, job.finished_at, job.error_type = JobStatus.FAILED, now, FAILURE.type
        await uow.pages.release(page.page_id, page.job_id)
        uow.dead_letters.add(
            DeadLetterRow(
                id=dead_letter_id(page.job_id, 1),
                tenant=page.tenant,
                job_id=page.job_id,
                round=1,
                page_id=page.page_id,
                status=DeadLetterStatus.OPEN,
                error_type=FAILURE.type,
                error_message=FAILURE.message,
                can_retry=True,
                created_at=now,
            )
        )
    await world.client.start_workflow(
        contracts.DEAD_LETTER_WORKFLOW,
        contracts.DeadLetterInput(page=page, failure=FAILURE),
        id=dead_letter_id(page.job_id, 1),
        task_queue=contracts.PAGES_QUEUE,
    )


async def runs(world: World, jobs: Sequence[JobId]) -> int:
    """Return how many runs of page workflows there are, once every job has one."""
    found = 0

    async def all_there() -> bool:
        nonlocal found
        query = f"WorkflowType = '{contracts.PAGE_WORKFLOW}'"
        found = (await world.client.count_workflows(query)).count
        return found >= len(jobs)

    await world.until(all_there, 60)
    return found


async def begun(world: World, batch: BatchId) -> int:
    found = await counts(world, batch)
    return sum(found.values()) - found.get(ItemStatus.PENDING, 0)


async def test_a_bulk_retry_starts_each_round_once_and_reports_how_it_ended(world: World) -> None:
    async with world.working():
        jobs = await held(world, 5)
        batch = await store_selection(world, BatchKind.RETRY)
        handle = await start_batch(world, batch)
        assert (await handle.result()).counts == {ItemStatus.COMPLETED: 5}
    for job in jobs:
        row = await world.job(job)
        assert (row.status, row.round) == (JobStatus.COMPLETED, 2)
        assert (await world.letter(job)).status is DeadLetterStatus.RETRIED
    assert await runs(world, jobs) == 5


async def test_what_somebody_decided_meanwhile_is_left_alone(world: World) -> None:
    async with world.working():
        retried, discarded, conflicting, left = await held(world, 4)
        batch = await store_selection(world, BatchKind.RETRY)
        await world.retry(retried)
        request = contracts.DiscardRequest(reason="", by=(await world.job(discarded)).owner)  # pyright: ignore[reportArgumentType]  a column is plain text
        await world.letter_handle(discarded).execute_update(contracts.DISCARD_UPDATE, request)
        async with world.database.write() as uow:
            page = (await world.page(conflicting)).id
            assert await uow.pages.claim(page, JobId("job_another"))  # pyright: ignore[reportArgumentType]  as above
        report = await (await start_batch(world, batch)).result()
        lines = {line.job_id: line for line in await items(world, batch)}
    assert lines[retried].status is lines[discarded].status is ItemStatus.SKIPPED
    assert (lines[conflicting].status, lines[conflicting].error_type) == (ItemStatus.FAILED, contracts.CONFLICT)
    assert lines[left].status is ItemStatus.COMPLETED
    assert report.failures == {contracts.CONFLICT: 1}
    assert (await world.job(retried)).round == 2


async def test_a_bulk_discard_gives_each_up(world: World) -> None:
    async with world.working():
        jobs = await held(world, 4)
        batch = await store_selection(world, BatchKind.DISCARD, reason="the offer is over")
        assert (await (await start_batch(world, batch)).result()).counts == {ItemStatus.COMPLETED: 4}
    for job in jobs:
        letter = await world.letter(job)
        assert (letter.status, letter.reason) == (DeadLetterStatus.DISCARDED, "the offer is over")
        assert (await world.job(job)).status is JobStatus.FAILED


@pytest.mark.parametrize(
    ("count", "kills"),
    [
        pytest.param(40, (10, 25), marks=pytest.mark.slow),
        pytest.param(1000, (300, 650), marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
    ],
)
async def test_dead_letters_are_retried_once_each_while_the_worker_is_killed_twice(
    hasty: World, count: int, kills: tuple[int, int]
) -> None:
    """The retried rounds wait for a model that nobody asks: it is the retries that are looked at."""
    async with hasty.working():
        jobs = await held(hasty, count, UNASKED)
        batch = await store_selection(hasty, BatchKind.RETRY, per_second=50, in_flight=None)
        await start_batch(hasty, batch)
        await hasty.until(lambda: _begun(hasty, batch, kills[0]), 300)
    async with hasty.working():
        await hasty.until(lambda: _begun(hasty, batch, kills[1]), 300)
    async with hasty.working():
        await hasty.until(lambda: _all_run(hasty, batch, count), 300)
        assert await runs(hasty, jobs) == count, "no round was started twice"
    letters = [await hasty.letter(job) for job in jobs]
    rows = [await hasty.job(job) for job in jobs]
    assert {letter.status for letter in letters} == {DeadLetterStatus.RETRIED}
    assert {row.round for row in rows} == {2}


async def _begun(world: World, batch: BatchId, at_least: int) -> bool:
    return await begun(world, batch) >= at_least


async def _all_run(world: World, batch: BatchId, total: int) -> bool:
    return await counts(world, batch) == {ItemStatus.RUNNING: total}
