"""Ended jobs are taken out of the lists; what they cost stays, and nothing else is touched."""

from datetime import timedelta

import pytest

from activities.removal import forget
from domain.call import CallStatus
from domain.dead_letter import DeadLetterStatus
from domain.event import EventType
from domain.ids import OWNER_TENANT, DeadLetterId, JobId, dead_letter_id
from domain.job import CLOSED, JobStatus
from storage.database import Database
from storage.idempotency import IdempotencyKeyRow
from storage.job import JobRow
from storage.job_history import JobCriteria
from storage.step import StepRow
from tests.integration.storage.rows import NOW, call_row, ended_row, job_row, letter_row, page_row, store

ALL = JobCriteria()


async def listed(database: Database) -> set[str]:
    async with database.read() as uow:
        return {row.id for row in await uow.jobs.newest(OWNER_TENANT, limit=100)}


@pytest.mark.parametrize("status", list(JobStatus))
async def test_only_jobs_that_have_ended_go(database: Database, status: JobStatus) -> None:
    page = page_row()
    job = ended_row(page, status=status, at=NOW) if status in CLOSED else job_row(page, status=status)
    await store(database, job)
    async with database.write() as uow:
        assert await uow.removal.remove(OWNER_TENANT, ALL, at=NOW, limit=10) == int(status in CLOSED)
    assert await listed(database) == (set() if status in CLOSED else {job.id})


async def test_the_first_to_end_go_first_and_those_that_are_left_are_told(database: Database) -> None:
    page = page_row()
    jobs = [ended_row(page, status=JobStatus.COMPLETED, at=NOW - timedelta(days=days)) for days in range(5)]
    others = ended_row(page, status=JobStatus.COMPLETED, at=NOW - timedelta(days=9))
    others.tenant = "another"
    await store(database, *jobs, others)
    wanted = JobCriteria(until=NOW - timedelta(hours=12))
    async with database.write() as uow:
        assert await uow.removal.remove(OWNER_TENANT, wanted, at=NOW, limit=3) == 3
        assert await uow.removal.left(OWNER_TENANT, wanted) == (1, 0)
    assert await listed(database) == {jobs[0].id, jobs[1].id}
    async with database.read() as uow:
        assert {name for name, _ in await uow.removal.to_erase(10)} == {job.id for job in jobs[2:]}


async def test_a_job_that_an_open_dead_letter_holds_stays_and_closed_letters_go_with_theirs(
    database: Database,
) -> None:
    page = page_row()
    held, given_up = (ended_row(page, status=JobStatus.FAILED, at=NOW) for _ in range(2))
    await store(
        database,
        held,
        given_up,
        letter_row(held, at=NOW),
        letter_row(given_up, at=NOW, status=DeadLetterStatus.DISCARDED),
    )
    async with database.write() as uow:
        assert await uow.removal.remove(OWNER_TENANT, ALL, at=NOW, limit=10) == 1
        assert await uow.removal.left(OWNER_TENANT, ALL) == (0, 1)
    assert await listed(database) == {held.id}
    async with database.read() as uow:
        assert [letter.job_id for letter in await uow.dead_letters.of_jobs([held.id, given_up.id])] == [held.id]


async def test_what_is_forgotten_leaves_no_word_and_every_cent(database: Database) -> None:
    page = page_row()
    job, neighbour = (ended_row(page, status=JobStatus.FAILED, at=NOW) for _ in range(2))
    for one in (job, neighbour):
        await _with_everything(database, one)
    async with database.write() as uow:
        row = await uow.jobs.lock(JobId(job.id))
        assert row is not None
        row.removed_at = NOW
        await forget(uow, [(JobId(job.id), job.round)])
        await uow.removal.mark_erased([job.id], NOW)
    assert await _words(database, job) == set()
    assert await _words(database, neighbour) == {"brief", "error", "result", "heading", "event", "letter", "answer"}
    async with database.read() as uow:
        calls = await uow.calls.of_job(JobId(job.id))
        assert await uow.removal.to_erase(10) == []
        assert await uow.jobs.get(OWNER_TENANT, JobId(job.id)) is None
    assert sum(call.cost or 0 for call in calls) == 2_000


async def _with_everything(database: Database, job: JobRow) -> None:
    step = StepRow(job_id=job.id, round=1, step="section:0", position=1, heading="Bread", error_message="too long")
    key = IdempotencyKeyRow(
        tenant=OWNER_TENANT,
        route="POST /discard",
        key=job.id,
        body_hash="",
        subject=dead_letter_id(JobId(job.id), 1),
        created_at=NOW,
    )
    await store(
        database,
        job,
        call_row(job, "outline", at=NOW, status=CallStatus.SUCCEEDED),
        call_row(job, "section:0", at=NOW, status=CallStatus.FAILED),
        letter_row(job, at=NOW),
        step,
        key,
    )
    async with database.write() as uow:
        await uow.events.append(JobId(job.id), OWNER_TENANT, EventType.FAILED, NOW, {"message": "too long"})


async def _words(database: Database, job: JobRow) -> set[str]:
    """Return where something is still said of a job."""
    name = JobId(job.id)
    async with database.write() as uow:
        row = await uow.jobs.find(name)
        assert row is not None
        said = {
            "brief": row.brief,
            "error": row.error_message,
            "result": await uow.calls.result(name, "outline"),
            "heading": [step for step in await uow.steps.of_round(name, 1) if step.heading or step.error_message],
            "event": await uow.events.after(name, 0),
            "letter": await uow.dead_letters.find(DeadLetterId(dead_letter_id(name, 1))),
            "answer": await uow.idempotency.get(OWNER_TENANT, "POST /discard", job.id),
        }
    return {place for place, words in said.items() if words}
