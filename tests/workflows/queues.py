"""Queues of a world, set as the API sets them: the row first, then Temporal."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from activities.queue import settle_rate
from tests.workflows.world import World
from workflows import contracts
from workflows.queues import ACTIVITIES, SetRate, queue_state, set_rate

OPERATOR = "an operator"


@asynccontextmanager
async def held(world: World, provider: str) -> AsyncGenerator[None]:
    """Hold a provider's queue back while the block lasts."""
    async with world.database.write() as uow:
        await uow.queues.pause(provider, "a test", OPERATOR, datetime.now(UTC))
    await _settle(world, provider)
    yield
    async with world.database.write() as uow:
        await uow.queues.resume(provider, OPERATOR, datetime.now(UTC))
    await _settle(world, provider)


async def until_backlog(world: World, provider: str, number: int, seconds: float = 60) -> None:
    """Wait until so many requests wait on a provider's queue."""

    async def holds() -> bool:
        return (await queue_state(world.client, contracts.llm_queue(provider), (ACTIVITIES,))).backlog == number

    await world.until(holds, seconds)


async def _settle(world: World, provider: str) -> None:
    async def write(name: str, wanted: SetRate) -> None:
        await set_rate(world.client, name, wanted)

    await settle_rate(world.database, provider, write)
