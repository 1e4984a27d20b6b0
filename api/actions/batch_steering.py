"""Steering batches: pause, resume, cancel. The row says what is wanted and who asked; the workflow acts on it."""

from http import HTTPStatus
from typing import Final

from api.actions.batch_control import BatchControl
from api.guards.audit import Audit
from api.guards.auth import Caller, require
from api.problem import ProblemError, conflict, not_found
from api.services import Services
from domain.access import Scope
from domain.batch import BatchKind, BatchStatus
from domain.ids import BatchId
from storage.audit import Details
from storage.batch import BatchRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts

STEERED_WITH: Final = {
    BatchKind.SUBMIT: Scope.JOBS_WRITE,
    BatchKind.RETRY: Scope.DLQ_WRITE,
    BatchKind.DISCARD: Scope.DLQ_WRITE,
}
"""Who may begin a batch may steer it."""
_PAUSABLE: Final = frozenset({BatchStatus.WAITING, BatchStatus.ACTIVE, BatchStatus.PAUSED})


class BatchSteering:
    """Steers batches for one request. Each of these may be sent again after a 503."""

    def __init__(self, services: Services, caller: Caller, audit: Audit) -> None:
        """Do what `caller` asks for, and tell `audit` what changes."""
        self._services = services
        self._control = BatchControl(services)
        self._caller = caller
        self._audit = audit

    async def pause(self, name: BatchId) -> BatchRow:
        """Begin no further line; those that run go on. Raises ProblemError 403, 404, 409 or 503."""
        async with self._services.database.write() as uow:
            batch = await self._locked(uow, name)
            _require_pausable(batch, "paused")
            before = _steered(batch)
            batch.paused, batch.status = True, BatchStatus.PAUSED
            self._changed(uow, batch, before)
        await self._control.tell(batch, contracts.PAUSE_SIGNAL)
        return batch

    async def resume(self, name: BatchId) -> BatchRow:
        """Let a paused batch go on. Raises ProblemError 403, 404, 409 or 503.

        The workflow is told last: a request that is cut off half way may be sent again.
        """
        async with self._services.database.write() as uow:
            batch = await self._locked(uow, name)
            _require_pausable(batch, "resumed")
            before = _steered(batch)
            if batch.paused:
                batch.paused = False
                batch.status = BatchStatus.WAITING if batch.started_at is None else BatchStatus.ACTIVE
            self._changed(uow, batch, before)
        await self._control.tell(batch, contracts.RESUME_SIGNAL)
        return batch

    async def cancel(self, name: BatchId, *, running: bool) -> BatchRow:
        """Begin no further line for good. Raises ProblemError 403, 404, 409 or 503."""
        async with self._services.database.write() as uow:
            batch = await self._locked(uow, name)
            if not batch.status.is_open:
                raise _wrong_state(batch, "cancelled")
            before = _steered(batch)
            batch.cancel_requested, batch.cancel_running = True, batch.cancel_running or running
            batch.paused, batch.status = False, BatchStatus.CANCELLING
            self._changed(uow, batch, before)
        await self._control.tell(batch, contracts.CANCEL_BATCH_SIGNAL)
        return batch

    def _changed(self, uow: UnitOfWork, batch: BatchRow, before: Details) -> None:
        """Record a change in its own transaction: it stays when Temporal does not answer afterwards."""
        after = _steered(batch)
        if before != after:
            batch.updated_at = self._services.clock()
        self._audit.change_within(uow, before, after, HTTPStatus.ACCEPTED)

    async def _locked(self, uow: UnitOfWork, name: BatchId) -> BatchRow:
        batch = await uow.batches.lock(name)
        if batch is None or batch.tenant != self._caller.tenant or batch.status is BatchStatus.RECEIVING:
            raise not_found("batch", name)
        require(self._caller, STEERED_WITH[batch.kind])
        return batch


def _steered(batch: BatchRow) -> Details:
    return {
        "kind": batch.kind.value,
        "status": batch.status.value,
        "paused": batch.paused,
        "cancelRequested": batch.cancel_requested,
        "cancelRunning": batch.cancel_running,
    }


def _require_pausable(batch: BatchRow, wanted: str) -> None:
    if batch.status not in _PAUSABLE:
        raise _wrong_state(batch, wanted)


def _wrong_state(batch: BatchRow, wanted: str) -> ProblemError:
    return conflict("wrong_state", f"{batch.id} is {batch.status.value} and cannot be {wanted}")
