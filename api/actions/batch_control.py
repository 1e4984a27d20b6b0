"""Batches as they are started, told what is wanted of them, and shown."""

import structlog

from activities.batch import batch_input, report_of
from api.actions.launch import temporal_unavailable
from api.problem import conflict
from api.schemas.batch import Batch
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from domain.batch import BatchReport, BatchStatus
from domain.ids import BatchId
from storage.batch import BatchRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


class BatchControl:
    """Starts and shows batches."""

    def __init__(self, services: Services) -> None:
        """Start with `services`."""
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

    async def shown(self, row: BatchRow) -> Batch:
        """Return a batch as it is shown."""
        async with self._services.database.read() as uow:
            report = await current_report(uow, row)
        return Batch.of(row, report, self._services.links.batch(row))

    async def tell(self, batch: BatchRow, signal: str) -> None:
        """Tell a batch's workflow what its row says already. Raises ProblemError 409 for a closed one, or 503."""
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
