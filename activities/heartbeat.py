"""The heartbeat: tells Temporal that the worker lives, and learns from it that the activity is cancelled."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from temporalio import activity

_SECONDS: Final = 1.0


@asynccontextmanager
async def heartbeating() -> AsyncGenerator[None]:
    """Beat once a second while the block runs."""
    beating = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beating.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(_SECONDS)
