"""The start of one line of a batch: the same job or the same Update however often it is begun."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import Clock
from activities.intake import Order, accept_submit, new_job, new_page, open_submit
from activities.stored_round import ErasedError, stored_round
from domain.batch import BatchKind, Change, ItemStatus
from domain.dead_letter import DeadLetterStatus
from domain.ids import BatchId, DeadLetterId, JobId, PageId, TenantId, UserId
from domain.job import JobKind, JobStatus
from domain.route import ModelName
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.database import Database
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts
from workflows.start import start_page

log = structlog.get_logger()

_ANSWER: Final = timedelta(seconds=10)
_MOST_ATTEMPTS: Final = 30
"""A dead letter that never answers is given up then: the batch goes on without it."""
_NOT_BEGUN: Final = frozenset({ItemStatus.PENDING, ItemStatus.STARTING})
_DRIVEN_AGAIN: Final = frozenset({JobStatus.SUBMITTING, JobStatus.REFUSED})
_DONE: Final = {BatchKind.RETRY: DeadLetterStatus.RETRIED, BatchKind.DISCARD: DeadLetterStatus.DISCARDED}
_UNANSWERED: Final = "UNANSWERED"


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """How long a round, and each request to a model, may take."""

    deadline: timedelta
    timeout: Callable[[ModelName], timedelta]


class LineStarter:
    """Begins lines. A line whose start is in doubt stays `starting` and is begun again."""

    def __init__(self, client: Client, database: Database, clock: Clock, times: RoundTimes) -> None:
        """Start in `client`'s namespace what lies in `database`."""
        self._client = client
        self._database = database
        self._clock = clock
        self._times = times

    async def begin(self, batch: BatchRow, number: int) -> None:
        """Begin one line unless it was begun already. Raises RPCError when Temporal does not take a job."""
        if batch.kind is BatchKind.SUBMIT:
            await self._submit(batch, number)
        else:
            await self._decide(batch, number)

    async def _submit(self, batch: BatchRow, number: int) -> None:
        async with self._database.write() as uow:
            item = await self._claimed(uow, batch, number)
            if item is None:
                return
            page = await self._opened(uow, batch, item)
            item.line = None
        if page is not None:
            await start_page(self._client, page, by=f", line {number} of {batch.id}", rpc_timeout=_ANSWER)
        async with self._database.write() as uow:
            item = await uow.batch_items.lock(BatchId(batch.id), number)
            if item is None or item.status is not ItemStatus.STARTING:
                return
            job = await uow.jobs.lock(_job_of(item))
            if job is not None:
                accept_submit(job, self._clock())
            item.status = ItemStatus.RUNNING

    async def _claimed(self, uow: UnitOfWork, batch: BatchRow, number: int) -> BatchItemRow | None:
        """Write down that a line's start is under way, and return it; None for one that needs none any more."""
        item = await uow.batch_items.lock(BatchId(batch.id), number)
        if item is None or item.status not in _NOT_BEGUN:
            return None
        item.status, item.attempts = ItemStatus.STARTING, item.attempts + 1
        item.started_at = item.started_at or self._clock()
        return item

    async def _opened(self, uow: UnitOfWork, batch: BatchRow, item: BatchItemRow) -> contracts.PageInput | None:
        """Store a line's job and return what to start it with; None when there is nothing to start."""
        now = self._clock()
        job = await uow.jobs.lock(_job_of(item))
        if job is None:
            job = self._stored(uow, batch, item)
        if job is None:
            _settle(item, ItemStatus.SKIPPED, now)
            return None
        if job.status not in _DRIVEN_AGAIN:
            return None
        await open_submit(uow, job, now)
        await uow.pages.claim(PageId(job.page_id), JobId(job.id))
        seconds = {model: self._times.timeout(model).total_seconds() for model in job.options.route}
        try:
            return await stored_round(uow, job, job.round, seconds, self._times.deadline)
        except ErasedError:
            _settle(item, ItemStatus.SKIPPED, now)
            return None

    def _stored(self, uow: UnitOfWork, batch: BatchRow, item: BatchItemRow) -> JobRow | None:
        line, name, now = item.line, _job_of(item), self._clock()
        if line is None:
            return None
        order = Order(TenantId(batch.tenant), UserId(batch.owner), line.brief, line.language, line.options)
        page = new_page(name, order, now)
        uow.pages.add(page)
        return new_job(name, page, JobKind.GENERATE, line.options, now)

    async def _decide(self, batch: BatchRow, number: int) -> None:
        """Retry or discard a dead letter by an Update whose id is the line's."""
        async with self._database.write() as uow:
            item = await self._claimed(uow, batch, number)
            if item is None or not await self._is_open(uow, batch, item):
                return
        letter, update = DeadLetterId(item.letter_id or ""), f"{batch.id}:{number}"
        try:
            await self._update(batch, letter, update)
        except WorkflowUpdateFailedError as failed:
            await self._refused(batch, number, failed)
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            _raise_when_cancelled()
            await self._unanswered(batch, number)
        except RPCError as error:
            if error.status not in {RPCStatusCode.NOT_FOUND, RPCStatusCode.DEADLINE_EXCEEDED}:
                raise
            await self._unanswered(batch, number)
        else:
            await self._done(batch, number)

    async def _is_open(self, uow: UnitOfWork, batch: BatchRow, item: BatchItemRow) -> bool:
        """Whether a dead letter is still to be decided about. One that is not is settled in its line."""
        letter = await uow.dead_letters.find(DeadLetterId(item.letter_id or ""))
        if letter is not None and letter.status is DeadLetterStatus.OPEN:
            return True
        is_ours = letter is not None and letter.status is _DONE[batch.kind] and item.attempts > 1
        if is_ours:
            _mark_done(batch, item, self._clock())
        else:
            _settle(item, ItemStatus.SKIPPED, self._clock())
        return False

    async def _update(self, batch: BatchRow, letter: DeadLetterId, update: str) -> None:
        handle = self._client.get_workflow_handle(letter)
        by = UserId(batch.owner)
        if batch.kind is BatchKind.DISCARD:
            name, request = contracts.DISCARD_UPDATE, contracts.DiscardRequest(reason=batch.reason or "", by=by)
        else:
            change = batch.change or Change()
            name = contracts.RETRY_UPDATE
            request = contracts.RetryRequest(
                route=change.route, request_seconds=change.request_seconds, max_cost=change.max_cost, by=by
            )
        await handle.execute_update(name, request, id=update, rpc_timeout=_ANSWER)  # pyright: ignore[reportUnknownMemberType]  the SDK leaves a type open

    async def _done(self, batch: BatchRow, number: int) -> None:
        async with self._database.write() as uow:
            item = await uow.batch_items.lock(BatchId(batch.id), number)
            if item is not None and item.status is ItemStatus.STARTING:
                _mark_done(batch, item, self._clock())

    async def _refused(self, batch: BatchRow, number: int, failed: WorkflowUpdateFailedError) -> None:
        cause = failed.cause
        kind = cause.type if isinstance(cause, ApplicationError) else None
        async with self._database.write() as uow:
            item = await uow.batch_items.lock(BatchId(batch.id), number)
            if item is None or item.status is not ItemStatus.STARTING:
                return
            if kind == contracts.ENDED:
                _settle(item, ItemStatus.SKIPPED, self._clock())
                return
            message = getattr(cause, "message", "the dead letter refused it")
            _settle(item, ItemStatus.FAILED, self._clock(), kind or "UNKNOWN", message)

    async def _unanswered(self, batch: BatchRow, number: int) -> None:
        """Leave a line to the next turn, whose Update is the same one, unless it was left too often."""
        log.warning("dead letter did not answer", batch=batch.id, line=number)
        async with self._database.write() as uow:
            item = await uow.batch_items.lock(BatchId(batch.id), number)
            if item is None or item.status is not ItemStatus.STARTING or item.attempts < _MOST_ATTEMPTS:
                return
            if await self._is_open(uow, batch, item):
                message = f"{item.letter_id} did not answer {item.attempts} times; decide about it by itself"
                _settle(item, ItemStatus.FAILED, self._clock(), _UNANSWERED, message)


def _job_of(item: BatchItemRow) -> JobId:
    return JobId(item.job_id or "")


def _raise_when_cancelled() -> None:
    """Raise the CancelledError that the SDK turned into an error of its own: the worker stops."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _mark_done(batch: BatchRow, item: BatchItemRow, now: datetime) -> None:
    """Let a retried round run; a discard is all there was to do."""
    if batch.kind is BatchKind.RETRY:
        item.status = ItemStatus.RUNNING
    else:
        _settle(item, ItemStatus.COMPLETED, now)


def _settle(
    item: BatchItemRow, status: ItemStatus, now: datetime, error: str | None = None, message: str | None = None
) -> None:
    item.status, item.finished_at, item.line = status, now, None
    item.error_type, item.error_message = error, message
