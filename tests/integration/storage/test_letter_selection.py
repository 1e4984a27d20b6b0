"""Dead letters in bulk: what a selection leaves out, counted by both databases alike."""

from domain.batch import LeftOut
from domain.dead_letter import DAY_IS_SPENT, RetryNeed
from domain.errors import ErrorType
from domain.ids import OWNER_TENANT
from domain.job import JobStatus
from storage.database import Database
from storage.letter_selection import LetterSelection
from tests.integration.storage.rows import NOW, ended_row, letter_row, page_row, store


async def test_what_a_selection_leaves_out_is_counted_by_what_it_needs(database: Database) -> None:
    jobs = [ended_row(page_row(), status=JobStatus.FAILED, at=NOW) for _ in range(3)]
    letters = [letter_row(job, at=NOW) for job in jobs]
    for letter, message in zip(
        letters, (f"{DAY_IS_SPENT}; it begins anew", "passes the cap of 1 USD a job"), strict=False
    ):
        letter.error_type, letter.error_message, letter.can_retry = ErrorType.COST_LIMIT, message, False
    await store(database, *jobs, *letters)
    selection = LetterSelection(OWNER_TENANT, names=[jobs[0].id, jobs[1].id, "job_x"], only_retryable=True)
    async with database.read() as uow:
        found = await uow.letter_selections.left_out(selection)
    assert found == LeftOut(skipped={RetryNeed.HIGHER_CAP: 1, RetryNeed.NEXT_DAY: 1}, not_found=("job_x",))
