"""Writing down what a vendor may bill: whole or not at all, and again while the database is away."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

import structlog

from storage.database import is_away

T = TypeVar("T")

_PAUSES_WHILE_AWAY: Final = (0.2, 0.5, 1, 2, 4, 8, 15, 30)
"""Seconds."""

log = structlog.get_logger()


async def whole(writing: Coroutine[Any, Any, T]) -> T:
    """Let a piece of work end whatever happens to this attempt: a row is opened and settled, or not at all."""
    task = asyncio.ensure_future(writing)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


async def settled(settle: Callable[[], Awaitable[T]], row: int) -> T:
    """Settle a row, trying again while the database is away: what was paid for must not be lost for that."""
    for pause in _PAUSES_WHILE_AWAY:
        try:
            return await settle()
        except Exception as error:
            if not is_away(error):
                raise
        log.warning("call not settled yet: the database is away", call=row, again_in_seconds=pause)
        await asyncio.sleep(pause)
    return await settle()
