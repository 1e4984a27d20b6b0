"""Steering batches: start, pause, resume, cancel. The row says what is wanted; the workflow acts on it."""

from typing import Final

import structlog

from activities.batch import batch_input, report_of
from api.actions.launch import temporal_unavailable
from api.guards.auth import Caller
from api.problem import ProblemError, conflict, not_found
from api.schemas.batch import Batch
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from domain.batch import BatchReport, BatchStatus
from domain.ids import BatchId
from storage.batch import BatchRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts

log = structlog.get_logger()

_STEERED: Final = frozenset({BatchStatus.WAITING, BatchStatus.ACTIVE, BatchStatus.PAUSED})


class BatchControl:
    """Steers batches. Each of these may be sent again after a 503."""

    def __init__(self, services: Services) -> None:
        """Steer with `services`."""
        self._services = services

    async def start(self, name: BatchId) -> BatchRow:
        """Let a batch begin whose lines are stored, and return it. Raises ProblemError 409 when it is gone.

        It is stored, so it begins in any case: while Temporal is away, reconcile starts it afterwards.
        """
        async with self._services.database.write() as uow:
            batch = await uow.batches.lock(name)
            if batch is None:
                raise conflict("batch_lost", f"{name} was not sent to its end; send it again under a new key")
            if batch.status is BatchStatus.RECEIVING:
                batch.status, batch.updated_at = BatchStatus.WAITING, self._services.clock()
        if batch.status is BatchStatus.WAITING:
            try:
                await self._services.temporal.start_batch(batch_input(batch))
            except TemporalUnavailableError:
                log.warning("batch waits for Temporal", batch=name, tenant=batch.tenant)
        return batch

    async def pause(self, caller: Caller, name: BatchId) -> BatchRow:
        """Begin no further line; those that run go on. Raises ProblemError 404, 409 or 503."""
        async with self._services.database.write() as uow:
            batch = await _locked(uow, caller, name)
            _require(batch, "paused")
            batch.paused, batch.status, batch.updated_at = True, BatchStatus.PAUSED, self._services.clock()
        await self._signal(batch, contracts.PAUSE_SIGNAL)
        return batch

    async def resume(self, caller: Caller, name: BatchId) -> BatchRow:
        """Let a paused batch go on. Raises ProblemError 404, 409 or 503.

        The workflow is told last: a request that is cut off half way may be sent again.
        """
        async with self._services.database.write() as uow:
            batch = await _locked(uow, caller, name)
            _require(batch, "resumed")
            if batch.paused:
                status = BatchStatus.WAITING if batch.started_at is None else BatchStatus.ACTIVE
                batch.paused, batch.status, batch.updated_at = False, status, self._services.clock()
        await self._signal(batch, contracts.RESUME_SIGNAL)
        return batch

    async def cancel(self, caller: Caller, name: BatchId, *, running: bool) -> BatchRow:
        """Begin no further line for good. Raises ProblemError 404, 409 or 503."""
        async with self._services.database.write() as uow:
            batch = await _locked(uow, caller, name)
            if not batch.status.is_open:
                raise _wrong_state(batch, "cancelled")
            batch.cancel_requested, batch.cancel_running = True, batch.cancel_running or running
            batch.paused, batch.status, batch.updated_at = False, BatchStatus.CANCELLING, self._services.clock()
        await self._signal(batch, contracts.CANCEL_BATCH_SIGNAL)
        return batch

    async def shown(self, row: BatchRow) -> Batch:
        """Return a batch as it is shown."""
        async with self._services.database.read() as uow:
            report = await current_report(uow, row)
        return Batch.of(row, report, self._services.links.batch(row))

    async def _signal(self, batch: BatchRow, signal: str) -> None:
        name = BatchId(batch.id)
        try:
            await self._services.temporal.start_batch(batch_input(batch))
            await self._services.temporal.signal(name, signal)
        except GoneError:
            raise conflict("workflow_closed", f"the workflow of {name} is closed; read the batch again") from None
        except TemporalUnavailableError:
            raise temporal_unavailable(f"{name} does not know yet about its {signal}") from None


async def current_report(uow: UnitOfWork, row: BatchRow) -> BatchReport:
    """Return what has come of a batch: the report of a closed one, the present state of any other."""
    return row.report or await report_of(uow, BatchId(row.id))


async def _locked(uow: UnitOfWork, caller: Caller, name: BatchId) -> BatchRow:
    batch = await uow.batches.lock(name)
    if batch is None or batch.tenant != caller.tenant or batch.status is BatchStatus.RECEIVING:
        raise not_found("batch", name)
    return batch


def _require(batch: BatchRow, wanted: str) -> None:
    if batch.status not in _STEERED:
        raise _wrong_state(batch, wanted)


def _wrong_state(batch: BatchRow, wanted: str) -> ProblemError:
    return conflict("wrong_state", f"{batch.id} is {batch.status.value} and cannot be {wanted}")
