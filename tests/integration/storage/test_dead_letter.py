"""Dead letters filtered, counted, and let go of when they were closed long ago."""

from datetime import timedelta

import pytest

from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import OWNER_TENANT
from domain.job import JobStatus
from domain.money import NanoUsd
from storage.database import Database
from storage.dead_letter import DeadLetterRow, LetterCriteria
from storage.letter_statistics import LetterTotals
from tests.integration.storage.rows import NOW, ended_row, letter_row, page_row, store

OPEN, RETRIED = DeadLetterStatus.OPEN, DeadLetterStatus.RETRIED


@pytest.fixture
async def letters(database: Database) -> list[DeadLetterRow]:
    """Return dead letters, the newest first: two open ones, a closed one; another tenant's is stored too."""
    page = page_row()
    jobs = [ended_row(page, status=JobStatus.FAILED, at=NOW) for _ in range(4)]
    rows = [letter_row(job, at=NOW - timedelta(hours=13 * number)) for number, job in enumerate(jobs)]
    rows[1].error_type, rows[1].can_retry, rows[1].retry_estimate = ErrorType.AUTH_ERROR, False, None
    rows[1].provider, rows[1].model = None, None
    rows[2].status, rows[2].closed_at = RETRIED, NOW - timedelta(days=1)
    rows[3].tenant = "another"
    await store(database, *jobs, *rows)
    return rows


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (LetterCriteria(), [0, 1, 2]),
        (LetterCriteria(status=OPEN), [0, 1]),
        (LetterCriteria(error_type=ErrorType.AUTH_ERROR), [1]),
        (LetterCriteria(provider="sandbox", status=OPEN), [0]),
        (LetterCriteria(model="sandbox:template"), [0, 2]),
        (LetterCriteria(can_retry=True), [0, 2]),
        (LetterCriteria(can_retry=False), [1]),
        (LetterCriteria(since=NOW - timedelta(hours=13)), [0, 1]),
        (LetterCriteria(until=NOW - timedelta(hours=13)), [2]),
    ],
)
async def test_each_filter_leaves_what_it_means(
    database: Database, letters: list[DeadLetterRow], wanted: LetterCriteria, places: list[int]
) -> None:
    async with database.read() as uow:
        found = await uow.dead_letters.newest(OWNER_TENANT, wanted, before=None, limit=10)
    assert [letter.id for letter in found] == [letters[place].id for place in places]


@pytest.mark.usefixtures("letters")
async def test_open_dead_letters_are_counted_by_what_they_are(database: Database) -> None:
    async with database.read() as uow:
        counted = uow.letter_statistics
        assert await counted.totals(OWNER_TENANT) == LetterTotals(2, 1, NanoUsd(4_000_000), NanoUsd(1_000_000), 1)
        assert await counted.by_error_type(OWNER_TENANT) == {ErrorType.TIMEOUT: 1, ErrorType.AUTH_ERROR: 1}
        assert await counted.by_provider(OWNER_TENANT) == {"sandbox": 1, None: 1}
        assert await counted.by_model(OWNER_TENANT) == {"sandbox:template": 1, None: 1}
        assert list((await counted.by_day(OWNER_TENANT)).items()) == [("2026-05-04", 1), ("2026-05-03", 1)]
        assert await counted.by_status(OWNER_TENANT) == {"open": 2, "retried": 1}


async def test_without_dead_letters_there_is_nothing_to_count(database: Database) -> None:
    async with database.read() as uow:
        counted = uow.letter_statistics
        assert await counted.totals(OWNER_TENANT) == LetterTotals(0, 0, NanoUsd(0), NanoUsd(0), 0)
        assert await counted.by_day(OWNER_TENANT) == {}


async def test_only_what_was_closed_long_ago_is_let_go_of(database: Database, letters: list[DeadLetterRow]) -> None:
    async def expire(before_days: float) -> int:
        async with database.write() as uow:
            return await uow.dead_letters.expire(before=NOW - timedelta(days=before_days), limit=10)

    assert [await expire(days) for days in (1, 0.5, 0, -1000)] == [0, 1, 0, 0]
    async with database.read() as uow:
        left = await uow.dead_letters.newest(OWNER_TENANT, LetterCriteria(), before=None, limit=10)
    assert [letter.id for letter in left] == [letter.id for letter in letters[:2]]
