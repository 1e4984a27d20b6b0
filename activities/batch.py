"""Batches: a turn that begins lines and settles those that ended, the end of what waits, and the report."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import Final

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.batch_line import LineStarter, RoundTimes
from activities.clock import Clock
from activities.heartbeat import heartbeating
from domain.batch import BatchReport, BatchStatus, ItemStatus
from domain.ids import BatchId, JobId, TenantId, dead_letter_id
from domain.job import JobStatus
from domain.money import NanoUsd
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.database import Database
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts

_TURN_SECONDS: Final = 4.0
"""A turn begins at most what its rate allows in this time; a pause or a worker's end is then never far away."""
_MOST_A_TURN: Final = 400
_AT_ONCE: Final = 8
"""Starts under way at once: each waits for Temporal and the database in turn."""
_CHUNK: Final = 200
_BEGUN: Final = (ItemStatus.STARTING, ItemStatus.RUNNING)
_OUTCOMES: Final = {
    JobStatus.COMPLETED: ItemStatus.COMPLETED,
    JobStatus.FAILED: ItemStatus.FAILED,
    JobStatus.CANCELLED: ItemStatus.CANCELLED,
}


class BatchActivities:
    """Works through batches. Every turn may be done again: rows say what was done."""

    def __init__(self, client: Client, database: Database, clock: Clock, times: RoundTimes) -> None:
        """Begin in `client`'s namespace what lies in `database`."""
        self._client = client
        self._database = database
        self._clock = clock
        self._lines = LineStarter(client, database, clock, times)

    @activity.defn(name=contracts.ADVANCE_BATCH)
    async def advance_batch(self, turn: contracts.TurnInput) -> contracts.TurnResult:
        """Settle what has ended, begin what may, and tell where the batch stands."""
        async with heartbeating():
            batch = await self._begun(turn.batch_id)
            if batch is None:
                return contracts.TurnResult(cursor=turn.cursor, waiting=0, running=0, changed=0)
            settled = await self._settle_ended(turn.batch_id)
            room = await self._room(batch)
            items = await self._next(batch, turn, room)
            await self._hand_out(batch, items)
            return await self._result(batch, turn, changed=settled + len(items), is_full=0 < room == len(items))

    @activity.defn(name=contracts.CANCEL_BATCH)
    async def cancel_batch(self, ref: contracts.BatchRef) -> contracts.Held:
        """Give up every line that has not begun, and end those that run if the batch's row says so."""
        async with heartbeating():
            async with self._database.write() as uow:
                batch = await uow.batches.lock(ref.batch_id)
                if batch is None:
                    return contracts.Held(held=False)
                await uow.batch_items.give_up_pending(ref.batch_id, self._clock())
            if batch.cancel_running:
                await self._cancel_running(ref.batch_id)
        return contracts.Held()

    @activity.defn(name=contracts.CLOSE_BATCH)
    async def close_batch(self, ref: contracts.BatchRef) -> BatchReport:
        """Write the report and close the batch. Closed already, it returns the report there is."""
        async with self._database.write() as uow:
            batch = await uow.batches.lock(ref.batch_id)
            if batch is None:
                return BatchReport()
            if batch.report is None:
                batch.report = await report_of(uow, ref.batch_id)
                batch.status = BatchStatus.CANCELLED if batch.cancel_requested else BatchStatus.COMPLETED
                batch.finished_at = batch.updated_at = self._clock()
                batch.paused = False
            return batch.report

    async def _begun(self, name: BatchId) -> BatchRow | None:
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            if batch is not None and batch.status is BatchStatus.WAITING:
                batch.status = BatchStatus.ACTIVE
                batch.started_at = batch.updated_at = self._clock()
        return batch

    async def _settle_ended(self, name: BatchId) -> int:
        """Settle every line whose round has ended; return how many."""
        settled = 0
        while True:
            async with self._database.write() as uow:
                ended = await uow.batch_items.ended(name, limit=_CHUNK)
                for item, job in ended:
                    await _settle(uow, item, job, self._clock())
            settled += len(ended)
            if len(ended) < _CHUNK:
                return settled

    async def _room(self, batch: BatchRow) -> int:
        """Return how many lines one turn may begin: what the rate allows and the bound on lines in flight leaves."""
        by_rate = min(_MOST_A_TURN, max(1, ceil(batch.per_second * _TURN_SECONDS)))
        if batch.in_flight is None:
            return by_rate
        async with self._database.read() as uow:
            counts = (await uow.batch_items.counts([batch.id])).get(batch.id, {})
        return max(0, min(by_rate, batch.in_flight - counts.get(ItemStatus.RUNNING, 0)))

    async def _next(self, batch: BatchRow, turn: contracts.TurnInput, room: int) -> list[BatchItemRow]:
        """Return the lines to begin: first those whose start was cut off, then the next ones."""
        async with self._database.read() as uow:
            cut_off = await uow.batch_items.of_batch(turn.batch_id, statuses=[ItemStatus.STARTING], limit=_MOST_A_TURN)
            free = max(0, room - len(cut_off))
            begins = turn.begins and free and not (batch.paused or batch.cancel_requested)
            pending = (
                await uow.batch_items.of_batch(
                    turn.batch_id, statuses=[ItemStatus.PENDING], after=turn.cursor, limit=free
                )
                if begins
                else []
            )
        return [*cut_off, *pending]

    async def _hand_out(self, batch: BatchRow, items: list[BatchItemRow]) -> None:
        """Begin lines, several at once, none faster than the batch's rate."""
        waiting, pace = iter(items), Pace(batch.per_second)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(_AT_ONCE, len(items))):
                group.create_task(self._begin_each(batch, waiting, pace))

    async def _begin_each(self, batch: BatchRow, waiting: Iterator[BatchItemRow], pace: "Pace") -> None:
        for item in waiting:
            await pace.wait()
            if item.status is ItemStatus.STARTING or await self._goes_on(BatchId(batch.id)):
                await self._lines.begin(batch, item.number)

    async def _goes_on(self, name: BatchId) -> bool:
        """Whether nobody has paused or cancelled the batch meanwhile."""
        async with self._database.read() as uow:
            batch = await uow.batches.find(name)
        return batch is not None and not (batch.paused or batch.cancel_requested)

    async def _result(
        self, batch: BatchRow, turn: contracts.TurnInput, *, changed: int, is_full: bool
    ) -> contracts.TurnResult:
        async with self._database.read() as uow:
            row = await uow.batches.find(turn.batch_id)
            counts = (await uow.batch_items.counts([batch.id])).get(batch.id, {})
            first = await uow.batch_items.of_batch(
                turn.batch_id, statuses=[ItemStatus.PENDING], after=turn.cursor, limit=1
            )
            last = await uow.batch_items.last_number(turn.batch_id)
        return contracts.TurnResult(
            cursor=first[0].number - 1 if first else last,
            waiting=counts.get(ItemStatus.PENDING, 0) + counts.get(ItemStatus.STARTING, 0),
            running=counts.get(ItemStatus.RUNNING, 0),
            changed=changed,
            is_full=is_full,
            cancelled=row is not None and row.cancel_requested,
        )

    async def _cancel_running(self, name: BatchId) -> None:
        after = 0
        while True:
            async with self._database.read() as uow:
                items = await uow.batch_items.of_batch(name, statuses=_BEGUN, after=after, limit=_CHUNK)
            for item in items:
                await self._cancel_job(JobId(item.job_id or ""))
                after = item.number
            if len(items) < _CHUNK:
                return

    async def _cancel_job(self, name: JobId) -> None:
        async with self._database.write() as uow:
            job = await uow.jobs.lock(name)
            if job is None or not job.status.is_open:
                return
            job.cancel_requested, job.updated_at = True, self._clock()
        try:
            await self._client.get_workflow_handle(name).cancel()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


class Pace:
    """Lets one after the other through, `per_second` at most."""

    def __init__(self, per_second: float) -> None:
        """Begin now: the first one waits too, so that turns in a row keep to the rate together."""
        self._gap = 1 / per_second
        self._next = time.monotonic() + self._gap

    async def wait(self) -> None:
        """Return when it is the caller's turn."""
        now = time.monotonic()
        turn = max(now, self._next)
        self._next = turn + self._gap
        await asyncio.sleep(turn - now)


def batch_input(batch: BatchRow) -> contracts.BatchInput:
    """Return what the workflow of a batch is started with."""
    return contracts.BatchInput(
        batch_id=BatchId(batch.id), tenant=TenantId(batch.tenant), paused=batch.paused, cancelled=batch.cancel_requested
    )


async def report_of(uow: UnitOfWork, name: BatchId) -> BatchReport:
    """Return what came of a batch so far."""
    return BatchReport(
        counts=(await uow.batch_items.counts([name])).get(name, {}),
        failures=await uow.batch_items.failures(name),
        cost=NanoUsd(await uow.batch_items.cost(name)),
    )


async def _settle(uow: UnitOfWork, item: BatchItemRow, job: JobRow, now: datetime) -> None:
    """Settle a line whose round has ended, in the caller's transaction."""
    item.cost, item.finished_at = job.cost - item.base_cost, now
    if job.status is JobStatus.REFUSED and job.round == item.round:
        item.status, item.finished_at, item.cost = ItemStatus.STARTING, None, 0
        return
    if job.round == item.round:
        item.status = _OUTCOMES[job.status]
        item.error_type, item.error_message = job.error_type, job.error_message
        return
    # The job has gone on to a later round, which is not the batch's.
    letter = await uow.dead_letters.find(dead_letter_id(JobId(job.id), item.round))
    item.status = ItemStatus.CANCELLED if letter is None else ItemStatus.FAILED
    if letter is not None:
        item.cost = letter.spent - item.base_cost
        item.error_type, item.error_message = letter.error_type, letter.error_message
