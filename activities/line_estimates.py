"""What lines of batches will cost: kept with their jobs, so that their receipts compare it."""

from collections.abc import Mapping
from typing import Final

from activities.shaped_forecast import ShapedForecaster
from domain.batch import BatchKind, ItemStatus
from domain.estimate import Estimate
from domain.ids import BatchId, TenantId
from storage.database import Database

NO_ESTIMATES: Final[Mapping[int, Estimate]] = {}


class LineEstimates:
    """Reckons lines before the transaction that claims them: that one holds other writers up."""

    def __init__(self, database: Database, forecaster: ShapedForecaster) -> None:
        """Estimate lines that lie in `database`."""
        self._database = database
        self._forecaster = forecaster

    async def of_next(self, name: BatchId, after: int, most: int) -> Mapping[int, Estimate]:
        """Return what the next lines of a batch may cost, by their numbers; nothing for a batch of dead letters."""
        async with self._database.read() as uow:
            batch = await uow.batches.find(name)
            if batch is None or batch.kind is not BatchKind.SUBMIT:
                return NO_ESTIMATES
            items = await uow.batch_items.of_batch(name, statuses=[ItemStatus.PENDING], after=after, limit=most)
        tenant = TenantId(batch.tenant)
        return {
            item.number: await self._forecaster.estimate(tenant, item.line.brief, item.line.options.route)
            for item in items
            if item.line is not None
        }
