"""Batches against their workflows: one that is stored and does not run is started again."""

from datetime import timedelta
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.batch import batch_input
from activities.clock import Clock
from domain.batch import BatchStatus
from domain.ids import BatchId
from storage.batch import BatchRow
from storage.database import Database
from workflows.start import start_batch

_ABANDONED: Final = timedelta(hours=1)
"""Without a further line for so long, whoever sent a batch is gone."""

log = structlog.get_logger()


class OpenBatches:
    """Every batch that is not closed."""

    def __init__(self, client: Client, database: Database, grace: timedelta, clock: Clock) -> None:
        """Compare `client`'s namespace with `database`, once a row has stood still for `grace`."""
        self._client = client
        self._database = database
        self._grace = grace
        self._clock = clock

    async def mend(self) -> int:
        """Start what does not run, and drop what was never sent to its end. Return how many of both."""
        async with self._database.read() as uow:
            batches = await uow.batches.unfinished(older_than=self._clock() - self._grace)
        return sum([await self._mend(batch) for batch in batches])

    async def _mend(self, batch: BatchRow) -> bool:
        activity.heartbeat()
        if batch.status is BatchStatus.RECEIVING:
            return await self._drop_abandoned(BatchId(batch.id))
        if await self._runs(batch.id):
            return False
        await start_batch(self._client, batch_input(batch))
        log.warning("batch started again", batch=batch.id, tenant=batch.tenant)
        return True

    async def _drop_abandoned(self, name: BatchId) -> bool:
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            if batch is None or batch.status is not BatchStatus.RECEIVING:
                return False
            if batch.updated_at > self._clock() - _ABANDONED:
                return False
            await uow.batch_items.remove(name)
            await uow.batches.remove(name)
        log.warning("batch dropped that was not sent to its end", batch=name)
        return True

    async def _runs(self, name: str) -> bool:
        try:
            described = await self._client.get_workflow_handle(name).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return described.status is WorkflowExecutionStatus.RUNNING
