"""Dead letters retried and discarded in bulk: each of them once, whoever dies in the middle."""

from collections import deque
from collections.abc import Sequence
from typing import Final

import pytest

from domain.batch import BatchKind, ItemStatus
from domain.dead_letter import DeadLetterStatus
from domain.ids import BatchId, JobId
from domain.job import JobStatus
from tests.workflows.batches import counts, items, start_batch, store_selection
from tests.workflows.letters import UNASKED, held, runs
from tests.workflows.worker_process import killed_worker
from tests.workflows.world import World
from workflows import contracts

RATE: Final = 50
ON_THEIR_WAY: Final = 24
"""Starts that may be on their way to Temporal at once: it writes down when they arrive."""


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "kills"),
    [
        pytest.param(100, (30, 60), marks=pytest.mark.timeout(300)),
        pytest.param(1000, (300, 650), marks=pytest.mark.timeout(900)),
    ],
)
async def test_dead_letters_are_retried_once_each_while_the_worker_is_killed_twice(
    world: World, count: int, kills: tuple[int, int]
) -> None:
    """The retried rounds wait for a model that nobody asks: it is the retries that are looked at."""
    async with world.working():
        jobs = await held(world, count, UNASKED)
    batch = await store_selection(world, BatchKind.RETRY, per_second=RATE, in_flight=None)
    await start_batch(world, batch)
    for at_least in kills:
        with killed_worker(world):
            await world.until(lambda at_least=at_least: _begun(world, batch, at_least), 300)
    with killed_worker(world):
        await world.until(lambda: _all_run(world, batch, count), 300)
        assert await runs(world, jobs) == count, "no round was started twice"
        assert most_in_a_second(await starts(world)) <= RATE + ON_THEIR_WAY
    letters = [await world.letter(job) for job in jobs]
    rows = [await world.job(job) for job in jobs]
    assert {letter.status for letter in letters} == {DeadLetterStatus.RETRIED}
    assert {row.round for row in rows} == {2}


async def starts(world: World) -> list[float]:
    """Return when Temporal started each page workflow."""
    query = f"WorkflowType = '{contracts.PAGE_WORKFLOW}'"
    return [run.start_time.timestamp() async for run in world.client.list_workflows(query)]


def most_in_a_second(times: Sequence[float]) -> int:
    inside = deque[float]()
    most = 0
    for at in sorted(times):
        inside.append(at)
        while inside[0] <= at - 1:
            inside.popleft()
        most = max(most, len(inside))
    return most


async def _begun(world: World, batch: BatchId, at_least: int) -> bool:
    return await begun(world, batch) >= at_least


async def _all_run(world: World, batch: BatchId, total: int) -> bool:
    return await counts(world, batch) == {ItemStatus.RUNNING: total}
