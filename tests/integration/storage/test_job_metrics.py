"""What became of jobs in a span of time: counted by both databases alike."""

import random
import time
from datetime import datetime, timedelta

from ulid import ULID

from domain.call import CallStatus
from domain.errors import ErrorType
from domain.ids import OWNER_TENANT, TenantId, job_id
from domain.job import JobStatus
from storage.database import Database
from storage.job_metrics import Percentiles, Requests, Span
from storage.step import StepRow
from tests.integration.storage.rows import NOW, call_row, ended_row, job_row, page_row, store, store_as

DAY = Span(OWNER_TENANT, NOW - timedelta(hours=24), NOW)
RECENTLY = NOW - timedelta(hours=1)


async def test_open_jobs_count_as_they_stand_and_ended_ones_where_they_ended_within_the_span(
    database: Database,
) -> None:
    page = page_row()
    late = ended_row(page, status=JobStatus.COMPLETED, at=DAY.until)
    early = ended_row(page, status=JobStatus.COMPLETED, at=DAY.since - timedelta(microseconds=1))
    first = ended_row(page, status=JobStatus.COMPLETED, at=DAY.since)
    removed = ended_row(page, status=JobStatus.FAILED, at=RECENTLY)
    removed.removed_at = NOW
    others = ended_row(page, status=JobStatus.FAILED, at=RECENTLY)
    others.tenant = "another"
    await store(database, late, early, first, removed, others, job_row(page, status=JobStatus.WAITING))
    async with database.read() as uow:
        counted = await uow.job_metrics.by_status(DAY)
        others_counted = await uow.job_metrics.by_status(Span(TenantId("another"), DAY.since, DAY.until))
    assert counted == {JobStatus.COMPLETED: 1, JobStatus.FAILED: 1, JobStatus.WAITING: 1}
    assert others_counted == {JobStatus.FAILED: 1}


async def test_processing_times_are_ranked_to_the_millisecond(database: Database) -> None:
    page = page_row()
    milliseconds = list(range(1, 201))
    random.Random(7).shuffle(milliseconds)  # noqa: S311  the order is the test's
    rows = [
        ended_row(page, status=JobStatus.COMPLETED, at=RECENTLY, took=timedelta(milliseconds=number))
        for number in milliseconds
    ]
    cancelled = ended_row(page, status=JobStatus.CANCELLED, at=RECENTLY, took=timedelta(hours=20))
    async with database.read() as uow:
        assert await uow.job_metrics.processing_time(DAY) == Percentiles(0, None, None, None)
    await store(database, *rows, cancelled)
    async with database.read() as uow:
        assert await uow.job_metrics.processing_time(DAY) == Percentiles(200, 100, 190, 198)


async def test_a_retried_job_counts_from_the_first_request_of_its_newest_round(database: Database) -> None:
    job = ended_row(page_row(), status=JobStatus.COMPLETED, at=RECENTLY, took=timedelta(days=3))
    job.round = 3
    began = {2: timedelta(days=2), 3: timedelta(milliseconds=4321)}
    steps = [
        StepRow(job_id=job.id, round=round_, step=f"section:{number}", position=number, started_at=RECENTLY - before)
        for round_, before in began.items()
        for number, before in ((1, before), (2, before / 2))
    ]
    await store(database, job, *steps)
    async with database.read() as uow:
        assert await uow.job_metrics.processing_time(DAY) == Percentiles(1, 4321, 4321, 4321)
        assert await uow.job_metrics.repeated_rounds(DAY) == 2


async def test_a_request_is_repeated_when_another_of_its_step_went_before_it(database: Database) -> None:
    job = ended_row(page_row(), status=JobStatus.FAILED, at=RECENTLY)
    before = DAY.since - timedelta(minutes=1)
    await store(
        database,
        job,
        call_row(job, "outline", at=before, status=CallStatus.FAILED),
        call_row(job, "outline", try_number=2, at=RECENTLY, status=CallStatus.INVALID),
        call_row(job, "outline", try_number=3, at=RECENTLY, status=CallStatus.SUCCEEDED),
        call_row(job, "section:0", at=RECENTLY, status=CallStatus.SUCCEEDED),
        call_row(job, "section:1", at=RECENTLY, status=CallStatus.FAILED),
    )
    async with database.read() as uow:
        assert await uow.job_metrics.requests(DAY) == Requests(made=4, repeated=2, valid=2, invalid=1)
        assert await uow.job_metrics.request_errors(DAY) == {ErrorType.TIMEOUT: 1}
        assert await uow.job_metrics.job_errors(DAY) == {ErrorType.TIMEOUT: 1}


async def test_an_answer_that_failed_validation_is_not_valid_whatever_its_status(database: Database) -> None:
    job = ended_row(page_row(), status=JobStatus.FAILED, at=RECENTLY)
    cut_short = call_row(job, "outline", at=RECENTLY, status=CallStatus.FAILED)
    cut_short.error_type = ErrorType.VALIDATION_ERROR
    refused = call_row(job, "outline", try_number=2, at=RECENTLY, status=CallStatus.INVALID)
    refused.error_type = ErrorType.VALIDATION_ERROR
    unanswered = call_row(job, "outline", try_number=3, at=RECENTLY, status=CallStatus.FAILED)
    good = call_row(job, "outline", try_number=4, at=RECENTLY, status=CallStatus.SUCCEEDED)
    await store(database, job, cut_short, refused, unanswered, good)
    async with database.read() as uow:
        assert await uow.job_metrics.requests(DAY) == Requests(made=4, repeated=3, valid=1, invalid=2)


async def test_ten_thousand_jobs_are_counted_while_somebody_waits(database: Database) -> None:
    page, at = page_row(), datetime.now(NOW.tzinfo)
    span = Span(OWNER_TENANT, at - timedelta(hours=24), at + timedelta(seconds=1))
    job = ended_row(page, status=JobStatus.COMPLETED, at=at)
    names = [job_id(str(ULID())) for _ in range(10_000)]
    calls = [call_row(job, f"section:{number}", at=at, status=CallStatus.SUCCEEDED) for number in range(3)]
    await store_as(database, job, [{"id": name} for name in names])
    for call in calls:
        await store_as(database, call, [{"job_id": name} for name in names])
    started = time.process_time(), time.monotonic()
    async with database.read() as uow:
        metrics = uow.job_metrics
        assert (await metrics.by_status(span))[JobStatus.COMPLETED] == 10_000
        assert (await metrics.processing_time(span)).count == 10_000
        assert (await metrics.requests(span)).made == 30_000
        assert await metrics.request_errors(span) == await metrics.job_errors(span) == {}
        assert await metrics.repeated_rounds(span) == 0
    assert time.process_time() - started[0] < 3
    assert time.monotonic() - started[1] < 15
