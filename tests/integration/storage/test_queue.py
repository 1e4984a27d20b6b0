"""What is set for queues, and when they were held."""

import asyncio
from datetime import timedelta

from storage.database import Database
from tests.integration.storage.rows import NOW

HOUR = timedelta(hours=1)


async def test_a_queue_nobody_ever_set_has_no_row(database: Database) -> None:
    async with database.read() as uow:
        assert await uow.queues.get("openai") is None
        assert await uow.queues.all() == {}


async def test_a_pause_keeps_its_beginning_and_a_resume_the_limit(database: Database) -> None:
    async with database.write() as uow:
        await uow.queues.limit("openai", 2.5, "ann", NOW)
    async with database.write() as uow:
        assert (await uow.queues.pause("openai", "503", "ann", NOW)).rate == 0
    async with database.write() as uow:
        again = await uow.queues.pause("openai", "still 503", "bob", NOW + HOUR)
        assert (again.reason, again.paused_by, again.paused_at) == ("still 503", "bob", NOW)
    async with database.read() as uow:
        assert [row.provider for row in await uow.queues.held(["openai", "google"])] == ["openai"]
        assert await uow.queues.pauses_since(["openai"], NOW) == []
    async with database.write() as uow:
        await uow.queues.resume("openai", "bob", NOW + 2 * HOUR)
    async with database.read() as uow:
        row = await uow.queues.get("openai")
        assert row is not None
        assert (row.rate, row.paused, row.reason, row.paused_at) == (2.5, False, None, None)
        assert await uow.queues.held(["openai"]) == []


async def test_a_pause_that_is_over_is_found_by_provider_and_end(database: Database) -> None:
    for provider in ("google", "openai"):
        async with database.write() as uow:
            await uow.queues.pause(provider, "503", "ann", NOW)
        async with database.write() as uow:
            await uow.queues.resume(provider, "bob", NOW + HOUR)
            await uow.queues.resume(provider, "bob", NOW + 2 * HOUR)
    async with database.read() as uow:
        (pause,) = await uow.queues.pauses_since(["openai"], NOW)
        assert (pause.paused_at, pause.resumed_at, pause.paused_by, pause.resumed_by) == (NOW, NOW + HOUR, "ann", "bob")
        assert await uow.queues.pauses_since(["openai"], NOW + HOUR) == []


async def test_two_who_set_a_new_queue_at_once_make_one_row(database: Database) -> None:
    async def set_limit(rate: float) -> None:
        async with database.write() as uow:
            await uow.queues.limit("openai", rate, "ann", NOW)

    await asyncio.gather(*(set_limit(rate) for rate in (1, 2, 3)))
    async with database.read() as uow:
        assert list(await uow.queues.all()) == ["openai"]
