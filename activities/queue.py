"""Queues of providers: their rows written into Temporal, drift mended, and pauses left out of deadlines."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client

from activities.clock import Clock
from domain.queue import Span, overlap
from storage.database import Database
from storage.queue import QueueRow
from workflows import contracts
from workflows.queues import SetRate, is_same_rate, rate_set, set_rate

_NOBODY: Final = SetRate(None, "not limited", "pagewright")
"""What is set for a queue without a row."""

log = structlog.get_logger()


class QueueActivities:
    """What workflows ask about queues."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Answer from `database`."""
        self._database = database
        self._clock = clock

    @activity.defn(name=contracts.HELD_TIME)
    async def held_time(self, asked: contracts.HeldTimeInput) -> contracts.HeldTime:
        """Return for how long some queues, any of them, were held within the given spans."""
        providers, since = list(asked.providers), min(span.since for span in asked.spans)
        async with self._database.read() as uow:
            over = await uow.queues.pauses_since(providers, since)
            held = await uow.queues.held(providers)
        now = self._clock()
        pauses = [Span(since=pause.paused_at, until=pause.resumed_at) for pause in over]
        pauses += [Span(since=row.paused_at or now, until=now) for row in held]
        return contracts.HeldTime(time=overlap(asked.spans, pauses), is_held=bool(held))


class QueueRates:
    """Temporal's rates of the queues, against their rows."""

    def __init__(self, client: Client, database: Database, providers: Iterable[str]) -> None:
        """Look after the queues of `providers`, and of every other one there is a row of."""
        self._client = client
        self._database = database
        self._providers = tuple(providers)

    async def mend(self) -> int:
        """Set every rate in Temporal that is not its row's, and return how many there were. Raises RPCError."""
        async with self._database.read() as uow:
            rows = await uow.queues.all()
        return sum([await self._mend_one(provider) for provider in dict.fromkeys((*self._providers, *rows))])

    async def _mend_one(self, provider: str) -> bool:
        activity.heartbeat()
        found = await rate_set(self._client, provider)
        row = await read_queue(self._database, provider)
        wanted = rate_of_row(row)
        if is_same_rate(found.rate, wanted.rate):
            return False
        await settle_rate(self._database, provider, self._set)
        log.warning(
            "rate of a queue mended",
            queue=contracts.llm_queue(provider),
            found=found.rate,
            found_note=found.note,
            found_by=found.by,
            mended=wanted.rate,
        )
        return True

    async def _set(self, provider: str, wanted: SetRate) -> None:
        await set_rate(self._client, provider, wanted)


async def settle_rate(
    database: Database, provider: str, write: Callable[[str, SetRate], Awaitable[None]]
) -> QueueRow | None:
    """Write a queue's row into Temporal until the row stands still, and return it.

    Whoever writes last has read the newest row, so two who set a queue at once leave it as the row says.
    """
    row = await read_queue(database, provider)
    while True:
        wanted = rate_of_row(row)
        await write(provider, wanted)
        row = await read_queue(database, provider)
        if rate_of_row(row) == wanted:
            return row


async def read_queue(database: Database, provider: str) -> QueueRow | None:
    """Return what is set for a queue."""
    async with database.read() as uow:
        return await uow.queues.get(provider)


def rate_of_row(row: QueueRow | None) -> SetRate:
    """Return what a row says Temporal is to have."""
    return _NOBODY if row is None else SetRate(row.rate, row.note, row.paused_by or row.updated_by)
