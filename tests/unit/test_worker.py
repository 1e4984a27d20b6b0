"""How a worker process stops."""

import asyncio
from typing import cast

from temporalio.worker import Worker

from worker import stop_together


class Stopping:
    """A worker whose stop takes as long as all others' take to begin."""

    def __init__(self, everybody: asyncio.Barrier) -> None:
        self._everybody = everybody
        self.is_stopped = False

    async def shutdown(self) -> None:
        await self._everybody.wait()
        self.is_stopped = True


async def test_workers_stop_at_once_so_that_the_grace_period_passes_once() -> None:
    everybody = asyncio.Barrier(3)
    workers = [Stopping(everybody) for _ in range(3)]
    async with asyncio.timeout(5):
        await stop_together(cast("Worker", worker) for worker in workers)
    assert [worker.is_stopped for worker in workers] == [True, True, True]
