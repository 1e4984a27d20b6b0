"""Batches: a turn that begins lines and settles those that ended, the end of what waits, and the report."""

from datetime import datetime
from typing import Final

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.batch_line import RoundTimes
from activities.batch_start import LineStarter
from activities.batch_turn import BatchTurn, LineDesk
from activities.clock import Clock
from activities.heartbeat import heartbeating
from activities.pace import Paces
from activities.shaped_forecast import ShapedForecaster
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

_CHUNK: Final = 200
_BEGUN: Final = (ItemStatus.STARTING, ItemStatus.RUNNING)
_OUTCOMES: Final = {
    JobStatus.COMPLETED: ItemStatus.COMPLETED,
    JobStatus.FAILED: ItemStatus.FAILED,
    JobStatus.CANCELLED: ItemStatus.CANCELLED,
}


class BatchActivities:
    """Works through batches. Every turn may be done again: rows say what was done."""

    def __init__(
        self, client: Client, database: Database, clock: Clock, times: RoundTimes, forecaster: ShapedForecaster
    ) -> None:
        """Begin in `client`'s namespace what lies in `database`."""
        self._client = client
        self._database = database
        self._clock = clock
        self._desk = LineDesk(database, clock, times, forecaster)
        self._starter = LineStarter(client)
        self._paces = Paces()

    @activity.defn(name=contracts.ADVANCE_BATCH)
    async def advance_batch(self, turn: contracts.TurnInput) -> contracts.TurnResult:
        """Settle what has ended, begin what may, and tell where the batch stands."""
        async with heartbeating():
            batch, is_first = await self._begun(turn.batch_id)
            if batch is None:
                return contracts.TurnResult(cursor=turn.cursor, waiting=0, running=0, changed=0)
            settled = await self._settle_ended(turn.batch_id)
            # A turn that was cut off began lines that its pace alone knows of, and that one may be another process's.
            name = turn.pace if activity.info().attempt == 1 else ""
            pace = self._paces.of(batch.id, batch.per_second, name, is_first=is_first)
            handing = BatchTurn(self._desk, self._starter, batch, turn, pace)
            await handing.run()
            result = await self._result(batch, turn)
        changed = settled + handing.changed
        return result.model_copy(update={"changed": changed, "is_full": handing.is_full, "pace": pace.name})

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

    async def _begun(self, name: BatchId) -> tuple[BatchRow | None, bool]:
        """Return a batch, and whether nobody had begun it before."""
        async with self._database.read() as uow:
            batch = await uow.batches.find(name)
        if batch is None or batch.status is not BatchStatus.WAITING:
            return batch, False
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            is_first = batch is not None and batch.status is BatchStatus.WAITING
            if batch is not None and is_first:
                batch.status = BatchStatus.ACTIVE
                batch.started_at = batch.updated_at = self._clock()
        return batch, is_first

    async def _settle_ended(self, name: BatchId) -> int:
        """Settle every line whose round has ended; return how many. No write waits in line when none has."""
        async with self._database.read() as uow:
            if not await uow.batch_items.ended(name, limit=1):
                return 0
        settled = 0
        while True:
            async with self._database.write() as uow:
                ended = await uow.batch_items.ended(name, limit=_CHUNK)
                for item, job in ended:
                    await _settle(uow, item, job, self._clock())
            settled += len(ended)
            if len(ended) < _CHUNK:
                return settled

    async def _result(self, batch: BatchRow, turn: contracts.TurnInput) -> contracts.TurnResult:
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
            changed=0,
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
