"""A batch that is run again: its briefs as the lines of a new one."""

from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from ulid import ULID

from activities.batch import batch_input
from activities.clock import Clock
from domain.batch import BatchKind, BatchStatus, ItemStatus, Line
from domain.ids import BatchId, JobId, job_id
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.database import Database
from storage.schedule import ScheduleRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts
from workflows.start import start_batch

_CHUNK: Final = 200


class BatchCopy:
    """Makes batches of batches. A copy that is cut off half way goes on under the same id."""

    def __init__(self, client: Client, database: Database, clock: Clock) -> None:
        """Start in `client`'s namespace what lies in `database`."""
        self._client = client
        self._database = database
        self._clock = clock

    async def start(self, source: BatchId, name: BatchId, schedule: ScheduleRow) -> bool:
        """Submit every brief of `source` again as the batch `name`. False when none is left. Raises RPCError."""
        if not await self._received(source, name, schedule):
            return False
        async with self._database.read() as uow:
            row = await uow.batches.find(name)
        if row is not None and row.status is BatchStatus.WAITING:
            await start_batch(self._client, batch_input(row))
        return True

    async def cancel(self, name: BatchId) -> bool:
        """End a batch, its lines that run too. False when it has ended. Raises RPCError."""
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            if batch is None or not batch.status.is_open:
                return False
            batch.cancel_requested = batch.cancel_running = True
            batch.status, batch.updated_at = BatchStatus.CANCELLING, self._clock()
        try:
            await self._client.get_workflow_handle(name).signal(contracts.CANCEL_BATCH_SIGNAL)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        return True

    async def _received(self, source: BatchId, name: BatchId, schedule: ScheduleRow) -> bool:
        """Store the copy, chunk by chunk, so that no other writer waits for long. Whether it has any line."""
        after = 0
        while True:
            async with self._database.write() as uow:
                original, copy = await uow.batches.find(source), await uow.batches.lock(name)
                if copy is not None and copy.status is not BatchStatus.RECEIVING:
                    return True
                if original is None:
                    return False
                if copy is None:
                    copy = self._new(original, name, schedule)
                    uow.batches.add(copy)
                    await uow.flush()
                after = max(after, await uow.batch_items.last_number(name))
                items = await uow.batch_items.of_batch(source, after=after, limit=_CHUNK)
                lines = [line for item in items if (line := await _line(uow, item)) is not None]
                uow.batch_items.add([_item(copy, number, line) for number, line in lines])
                copy.updated_at, after = self._clock(), items[-1].number if items else after
                copy.total += len(lines)
                if len(items) < _CHUNK:
                    return await self._close(uow, copy)

    async def _close(self, uow: UnitOfWork, copy: BatchRow) -> bool:
        if copy.total == 0:
            await uow.flush()
            await uow.batches.remove(BatchId(copy.id))
            return False
        copy.status = BatchStatus.WAITING
        return True

    def _new(self, original: BatchRow, name: BatchId, schedule: ScheduleRow) -> BatchRow:
        now = self._clock()
        return BatchRow(
            id=name,
            tenant=schedule.tenant,
            owner=schedule.owner,
            kind=BatchKind.SUBMIT,
            status=BatchStatus.RECEIVING,
            per_second=original.per_second,
            in_flight=original.in_flight,
            created_at=now,
            updated_at=now,
        )


async def _line(uow: UnitOfWork, item: BatchItemRow) -> tuple[int, Line] | None:
    """Return what a line asked for; None for an invalid one, and for one whose page was erased."""
    if item.line is not None:
        return item.number, item.line
    job = None if item.job_id is None else await uow.jobs.find(JobId(item.job_id))
    if job is None or job.brief is None:
        return None
    return item.number, Line(brief=job.brief, language=job.language, options=job.options)


def _item(copy: BatchRow, number: int, line: Line) -> BatchItemRow:
    return BatchItemRow(
        batch_id=copy.id,
        number=number,
        tenant=copy.tenant,
        status=ItemStatus.PENDING,
        job_id=job_id(str(ULID())),
        line=line,
    )
