"""One turn of a batch: its lines, claimed in groups and told to Temporal, none faster than the pace."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final

import structlog
from temporalio.service import RPCError, RPCStatusCode

from activities.batch_claim import Claim
from activities.batch_letter import LetterLines
from activities.batch_line import RoundTimes, SubmitLines
from activities.batch_start import LineStarter
from activities.clock import Clock
from activities.line_estimates import NO_ESTIMATES, LineEstimates
from activities.pace import Pace
from activities.shaped_forecast import ShapedForecaster
from domain.batch import BatchKind, ItemStatus
from domain.estimate import Estimate
from domain.ids import BatchId
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from workflows import contracts

_TURN_SECONDS: Final = 20.0
"""Lines that end are settled between turns, and no line begins then."""
_GROUP_SECONDS: Final = 1.0
"""A group is what begins in this time: a pause is then never far away."""
_LARGEST_GROUP: Final = 100
_AHEAD: Final = 1.0
"""Seconds before its first line may begin that a group is claimed."""
_AT_ONCE: Final = 24
"""Starts under way at once: each waits for Temporal."""
_MOST_LEFT: Final = 1000
_NOT_BEGUN: Final = frozenset({ItemStatus.PENDING, ItemStatus.STARTING})
_PASSING: Final = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
    }
)

log = structlog.get_logger()


class LineDesk:
    """Claims lines in the database and writes down which of them have begun."""

    def __init__(self, database: Database, clock: Clock, times: RoundTimes, forecaster: ShapedForecaster) -> None:
        """Claim what lies in `database`."""
        self._database = database
        self._estimates = LineEstimates(database, forecaster)
        self._clock = clock
        self._submits = SubmitLines(clock, times)
        self._letters = LetterLines(clock, times)

    async def left(self, name: BatchId) -> list[int]:
        """Return the lines whose start was cut off."""
        async with self._database.read() as uow:
            items = await uow.batch_items.of_batch(name, statuses=[ItemStatus.STARTING], limit=_MOST_LEFT)
        return [item.number for item in items]

    async def claim_again(self, name: BatchId, numbers: Sequence[int]) -> list[Claim]:
        """Claim lines whose start was cut off; those that have begun meanwhile are left out."""
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            items = await uow.batch_items.numbered(name, numbers)
            return [] if batch is None else await self._claim(uow, batch, items, NO_ESTIMATES)

    async def claim_next(self, name: BatchId, after: int, most: int) -> tuple[list[Claim], int | None]:
        """Claim the next lines, and return with them the last one's number; None when no further one may begin."""
        estimates = await self._estimates.of_next(name, after, most)
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            if batch is None or batch.paused or batch.cancel_requested:
                return [], None
            room = min(most, await _room(uow, batch))
            items = (
                await uow.batch_items.of_batch(name, statuses=[ItemStatus.PENDING], after=after, limit=room)
                if room > 0
                else []
            )
            claims = await self._claim(uow, batch, items, estimates)
        return claims, items[-1].number if items else None

    async def done(self, name: BatchId, numbers: Sequence[int]) -> None:
        """Write down that Temporal knows of lines."""
        async with self._database.write() as uow:
            batch = await uow.batches.lock(name)
            items = await uow.batch_items.numbered(name, numbers)
            starting = [item for item in items if item.status is ItemStatus.STARTING]
            if batch is None:
                return
            if batch.kind is BatchKind.SUBMIT:
                await self._submits.done(uow, starting)
            else:
                self._letters.done(batch, starting)

    async def _claim(
        self, uow: UnitOfWork, batch: BatchRow, items: Sequence[BatchItemRow], estimates: Mapping[int, Estimate]
    ) -> list[Claim]:
        waiting = [item for item in items if item.status in _NOT_BEGUN]
        for item in waiting:
            item.status, item.attempts = ItemStatus.STARTING, item.attempts + 1
            item.started_at = item.started_at or self._clock()
        if not waiting:
            return []
        if batch.kind is BatchKind.SUBMIT:
            return await self._submits.claim(uow, batch, waiting, estimates)
        return await self._letters.claim(uow, batch, waiting)


async def _room(uow: UnitOfWork, batch: BatchRow) -> int:
    """Return how many further lines may run; of those whose start is under way it is not known that they do not."""
    if batch.in_flight is None:
        return _LARGEST_GROUP
    counts = (await uow.batch_items.counts([batch.id])).get(batch.id, {})
    return batch.in_flight - counts.get(ItemStatus.RUNNING, 0) - counts.get(ItemStatus.STARTING, 0)


class BatchTurn:
    """Hands out what may begin in a few seconds. The next group is claimed while one goes out."""

    def __init__(
        self, desk: LineDesk, starter: LineStarter, batch: BatchRow, turn: contracts.TurnInput, pace: Pace
    ) -> None:
        """Go on after the turn's cursor."""
        self._desk = desk
        self._starter = starter
        self._name = BatchId(batch.id)
        self._turn = turn
        self._pace = pace
        self._group = max(1, min(_LARGEST_GROUP, ceil(batch.per_second * _GROUP_SECONDS)))
        self._cursor = turn.cursor
        self._left = deque[int]()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._ends_at = 0.0
        self._is_through = False
        self.changed = 0
        """Lines claimed so far."""

    @property
    def is_full(self) -> bool:
        """Whether more could begin, were it not for the time."""
        return not self._is_through

    async def run(self) -> None:
        """Hand out lines until none may begin or the turn's time is over."""
        self._ends_at = asyncio.get_running_loop().time() + _TURN_SECONDS
        self._left.extend(await self._desk.left(self._name))
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._pace.watch())
            group = await self._claim()
            while group:
                ahead = await self._hand_out(group, tasks)
                group = [] if ahead is None else await ahead
            watching.cancel()

    async def _hand_out(self, group: Sequence[Claim], tasks: asyncio.TaskGroup) -> "asyncio.Task[list[Claim]] | None":
        """Let a group begin at the pace; return the next one, which is claimed meanwhile."""
        ahead: asyncio.Task[list[Claim]] | None = None
        starts: list[asyncio.Task[int | None]] = []
        for claim in group:
            await self._slots.acquire()
            await self._pace.wait()
            starts.append(tasks.create_task(self._start(claim)))
            if ahead is None and self._seconds_left() > 0:
                ahead = tasks.create_task(self._claim())
        tasks.create_task(self._write_down(starts))
        return ahead

    async def _start(self, claim: Claim) -> int | None:
        """Tell Temporal of a line; return its number, or None when it is left to the next turn."""
        try:
            return claim.number if await self._starter.start(claim, self._name) else None
        except RPCError as error:
            if error.status not in _PASSING:
                raise
            log.warning("line not begun", batch=self._name, line=claim.number, reason=error.message[:200])
            self._is_through = True
            return None
        finally:
            self._slots.release()

    async def _write_down(self, starts: Sequence["asyncio.Task[int | None]"]) -> None:
        numbers = [number for number in await asyncio.gather(*starts) if number is not None]
        if numbers:
            await self._desk.done(self._name, numbers)

    async def _claim(self) -> list[Claim]:
        """Claim the next group shortly before it may begin; none when nothing may, or not within this turn."""
        while not self._is_through:
            away = self._pace.away() - _AHEAD
            await asyncio.sleep(max(0.0, min(away, self._seconds_left())))
            if away > 0 and self._pace.away() > _AHEAD:
                return []
            claims = await (self._claim_left() if self._left else self._claim_next())
            if claims:
                return claims
        return []

    async def _claim_left(self) -> list[Claim]:
        numbers = [self._left.popleft() for _ in range(min(self._group, len(self._left)))]
        self.changed += len(numbers)
        return await self._desk.claim_again(self._name, numbers)

    async def _claim_next(self) -> list[Claim]:
        claims, last = [], None
        if self._turn.begins:
            claims, last = await self._desk.claim_next(self._name, self._cursor, self._group)
        if last is None:
            self._is_through = True
        else:
            self.changed += last - self._cursor
            self._cursor = last
        return claims

    def _seconds_left(self) -> float:
        return self._ends_at - asyncio.get_running_loop().time()
