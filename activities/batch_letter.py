"""Lines that retry or discard a dead letter: decided in its row, many in one transaction, each by one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from activities.batch_claim import Claim, LetterEnd
from activities.batch_line import RoundTimes
from activities.clock import Clock
from activities.reopening import conflict, reopen
from activities.stored_round import ErasedError, round_from
from domain.batch import BatchKind, Change, ItemStatus
from domain.dead_letter import DeadLetterStatus
from domain.ids import DeadLetterId
from domain.job import JobOptions
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.page import PageState
from storage.unit_of_work import UnitOfWork
from workflows import contracts


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is stored about the dead letters of some lines, held against other writers."""

    letters: Mapping[str, DeadLetterRow]
    jobs: Mapping[str, JobRow]
    pages: dict[str, PageState]
    last_rounds: Mapping[str, int]
    kept: Mapping[str, Mapping[str, JsonValue]]


class LetterLines:
    """Decides about dead letters. Which line decided stands in the row: that one may go on, any other is late."""

    def __init__(self, clock: Clock, times: RoundTimes) -> None:
        """Give rounds their `times`."""
        self._clock = clock
        self._times = times

    async def claim(self, uow: UnitOfWork, batch: BatchRow, items: Sequence[BatchItemRow]) -> list[Claim]:
        """Decide about the dead letter of each line, in the caller's transaction; return what follows from it."""
        if batch.kind is BatchKind.DISCARD:
            letters = await uow.dead_letters.lock_all([item.letter_id or "" for item in items])
            discarded = [self._discarded(batch, item, letters.get(item.letter_id or "")) for item in items]
            return [claim for claim in discarded if claim is not None]
        rows = await _rows_of(uow, items)
        before = dict(rows.pages)
        retried = [await self._retried(uow, batch, item, rows) for item in items]
        given = {page: state.open_job for page, state in rows.pages.items() if state != before[page]}
        await uow.pages.give({page: job for page, job in given.items() if job is not None})
        return [claim for claim in retried if claim is not None]

    def done(self, batch: BatchRow, items: Sequence[BatchItemRow]) -> None:
        """Let retried rounds run; a discard is all there was to do."""
        for item in items:
            if batch.kind is BatchKind.RETRY:
                item.status = ItemStatus.RUNNING
            else:
                item.settle(ItemStatus.COMPLETED, self._clock())

    def _discarded(self, batch: BatchRow, item: BatchItemRow, letter: DeadLetterRow | None) -> Claim | None:
        status = DeadLetterStatus.DISCARDED
        if letter is None or not (letter.status is DeadLetterStatus.OPEN or _is_ours(letter, status, item)):
            item.settle(ItemStatus.SKIPPED, self._clock())
            return None
        if letter.status is DeadLetterStatus.OPEN:
            self._close(letter, status, item)
            letter.reason = batch.reason or ""
        return Claim(item.number, letter=LetterEnd(DeadLetterId(letter.id), status))

    async def _retried(self, uow: UnitOfWork, batch: BatchRow, item: BatchItemRow, rows: _Rows) -> Claim | None:
        letter, job = rows.letters.get(item.letter_id or ""), rows.jobs.get(item.job_id or "")
        if letter is None or job is None:
            item.settle(ItemStatus.SKIPPED, self._clock())
        elif _is_ours(letter, DeadLetterStatus.RETRIED, item) or self._take_up(batch, item, letter, job, rows.pages):
            return await self._claim(uow, item, letter, job, rows)
        return None

    def _take_up(
        self, batch: BatchRow, item: BatchItemRow, letter: DeadLetterRow, job: JobRow, pages: dict[str, PageState]
    ) -> bool:
        """Open the job's next round and close its dead letter, or settle the line and return False."""
        now, page = self._clock(), pages.get(job.page_id)
        if letter.status is not DeadLetterStatus.OPEN or job.round >= item.round:
            item.settle(ItemStatus.SKIPPED, now)
            return False
        problem = conflict(job, page)
        if page is None or problem is not None:
            item.settle(ItemStatus.FAILED, now, contracts.CONFLICT, problem)
            return False
        if job.brief is None:
            item.settle(ItemStatus.SKIPPED, now)
            return False
        pages[job.page_id] = replace(page, open_job=job.id)
        reopen(job, item.round, _changed(job.options, batch.change or Change()))
        job.updated_at = now
        self._close(letter, DeadLetterStatus.RETRIED, item)
        return True

    def _close(self, letter: DeadLetterRow, status: DeadLetterStatus, item: BatchItemRow) -> None:
        letter.status, letter.closed_at, letter.decided_by = status, self._clock(), _name(item)

    async def _claim(
        self, uow: UnitOfWork, item: BatchItemRow, letter: DeadLetterRow, job: JobRow, rows: _Rows
    ) -> Claim:
        end = LetterEnd(DeadLetterId(letter.id), DeadLetterStatus.RETRIED)
        has_begun = rows.last_rounds.get(job.id, 0) >= item.round
        if has_begun or not job.is_in(item.round):
            return Claim(item.number, letter=end)
        seconds = {model: self._times.timeout(model).total_seconds() for model in job.options.route}
        try:
            page = await round_from(uow, job, seconds, self._times.deadline, rows.kept.get(job.id, {}))
        except ErasedError:
            return Claim(item.number, letter=end)  # reconcile closes the job
        has_lost = len(page.sections) < letter.finished_sections
        has_lost = has_lost or (page.outline is None and letter.planned_sections is not None)
        return Claim(item.number, page, replace(end, holds_more=has_lost))


async def _rows_of(uow: UnitOfWork, items: Sequence[BatchItemRow]) -> _Rows:
    jobs = await uow.jobs.lock_all([item.job_id or "" for item in items])
    letters = await uow.dead_letters.lock_all([item.letter_id or "" for item in items])
    pages = await uow.pages.lock_states([job.page_id for job in jobs.values()])
    names = list(jobs)
    return _Rows(letters, jobs, pages, await uow.steps.last_rounds(names), await uow.calls.kept_of(names))


def _is_ours(letter: DeadLetterRow, status: DeadLetterStatus, item: BatchItemRow) -> bool:
    return letter.status is status and letter.decided_by == _name(item)


def _name(item: BatchItemRow) -> str:
    return f"{item.batch_id}:{item.number}"


def _changed(options: JobOptions, change: Change) -> JobOptions:
    route, cap = change.route or options.route, options.max_cost if change.max_cost is None else change.max_cost
    return options.model_copy(update={"route": route, "max_cost": cap})
