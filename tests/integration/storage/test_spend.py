"""A tenant's day under concurrent writers."""

import asyncio

from domain.ids import OWNER_TENANT
from storage.database import Database
from tests.integration.storage.rows import NOW


async def test_many_first_requests_of_a_day_make_one_row_and_lose_nothing(database: Database) -> None:
    async def spend(_: int) -> None:
        async with database.write() as uow:
            day = await uow.spend.lock(OWNER_TENANT, NOW.date())
            day.cost += 7

    await asyncio.gather(*map(spend, range(12)))
    async with database.write() as uow:
        assert (await uow.spend.lock(OWNER_TENANT, NOW.date())).cost == 84
