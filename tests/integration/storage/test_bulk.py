"""Dead letters decided about in groups: what is read for many at once, and two who decide at the same time."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from activities.batch_claim import Claim
from activities.batch_letter import LetterLines
from activities.batch_line import RoundTimes
from activities.clock import system_clock
from domain.batch import BatchKind, BatchStatus, ItemStatus
from domain.call import CallStatus
from domain.dead_letter import DeadLetterStatus
from domain.ids import OWNER_TENANT, BatchId
from domain.job import JobStatus
from domain.step import OUTLINE_STEP
from storage.batch import BatchRow
from storage.database import Database
from storage.job import JobRow
from storage.letter_selection import LetterSelection
from storage.page import PageState
from storage.step import StepRow
from tests.integration.storage.rows import NOW, call_row, ended_row, letter_row, page_row, store

COUNT = 20


async def failed(database: Database, count: int) -> list[JobRow]:
    """Store failed jobs, each of a page of its own, with their dead letters."""
    pages = [page_row() for _ in range(count)]
    jobs = [ended_row(page, status=JobStatus.FAILED, at=NOW) for page in pages]
    await store(database, *pages)
    await store(database, *jobs, *[letter_row(job, at=NOW) for job in jobs])
    return jobs


async def batch_of_all(database: Database, name: str) -> BatchRow:
    """Store a batch with a line for each open dead letter."""
    batch = BatchRow(
        id=name,
        tenant=OWNER_TENANT,
        owner="owner",
        kind=BatchKind.RETRY,
        status=BatchStatus.ACTIVE,
        per_second=50,
        created_at=NOW,
        updated_at=NOW,
    )
    async with database.write() as uow:
        uow.batches.add(batch)
        await uow.flush()
        await uow.letter_selections.put_into(BatchId(name), LetterSelection(OWNER_TENANT))
    return batch


async def decide(database: Database, batch: BatchRow, numbers: Sequence[int]) -> list[Claim]:
    lines = LetterLines(system_clock, RoundTimes(timedelta(hours=1), lambda _model: timedelta(seconds=15)))
    async with database.write() as uow:
        items = await uow.batch_items.numbered(BatchId(batch.id), numbers)
        return await lines.claim(uow, batch, items)


async def test_two_batches_that_decide_at_once_decide_each_letter_once(database: Database) -> None:
    jobs = await failed(database, COUNT)
    batches = [await batch_of_all(database, name) for name in ("batch_1", "batch_2")]
    groups = [(batch, range(first, first + 5)) for first in range(1, COUNT + 1, 5) for batch in batches]
    claims = await asyncio.gather(*(decide(database, batch, numbers) for batch, numbers in groups))
    started = [claim.page.job_id for group in claims for claim in group if claim.page is not None]
    assert sorted(started) == sorted(job.id for job in jobs)
    async with database.read() as uow:
        letters = await uow.dead_letters.of_jobs([job.id for job in jobs])
        rows = [
            await uow.jobs.get(OWNER_TENANT, claim.page.job_id) for group in claims for claim in group if claim.page
        ]
        counts = await uow.batch_items.counts([batch.id for batch in batches])
        pages = await uow.pages.lock_states([job.page_id for job in jobs])
    assert {letter.status for letter in letters} == {DeadLetterStatus.RETRIED}
    assert {(row.status, row.round) for row in rows if row is not None} == {(JobStatus.WAITING, 2)}
    assert sum(found.get(ItemStatus.SKIPPED, 0) for found in counts.values()) == COUNT
    assert {state.open_job for state in pages.values()} == {job.id for job in jobs}


async def test_the_line_that_decided_decides_the_same_again(database: Database) -> None:
    await failed(database, 2)
    batch = await batch_of_all(database, "batch_1")
    assert await decide(database, batch, [1, 2]) == await decide(database, batch, [1, 2])


async def test_what_is_read_for_many_is_what_is_read_for_each(database: Database) -> None:
    bare, kept = await failed(database, 2)
    answers = [
        call_row(kept, OUTLINE_STEP, try_number=number, at=NOW, status=status)
        for number, status in enumerate([CallStatus.SUCCEEDED, CallStatus.FAILED], start=1)
    ]
    steps = [StepRow(job_id=kept.id, round=round_, step=OUTLINE_STEP, position=0) for round_ in (1, 2)]
    await store(database, *answers, *steps)
    names = [bare.id, kept.id]
    async with database.write() as uow:
        assert await uow.calls.kept_of(names) == {kept.id: {OUTLINE_STEP: {"text": "sourdough"}}}
        assert await uow.steps.last_rounds(names) == {kept.id: 2}
        assert set(await uow.jobs.lock_all([*names, "job_unknown"])) == set(names)
        await uow.pages.give({kept.page_id: kept.id})
        assert await uow.pages.lock_states([kept.page_id, "page_unknown"]) == {kept.page_id: PageState(None, kept.id)}
