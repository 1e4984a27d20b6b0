"""Which probe speaks for a provider, and which may go."""

from datetime import datetime, timedelta

import pytest

from domain.call import CallStatus
from domain.ids import tenant_id
from storage.database import Database
from storage.probe import ProbeRow
from storage.spend import INSTALLATION, PROBES
from tests.integration.storage.rows import NOW

HOUR = timedelta(hours=1)


async def stored(database: Database, provider: str, status: CallStatus, at: datetime = NOW) -> int:
    row = ProbeRow(provider=provider, model="small", status=status, started_at=at)
    async with database.write() as uow:
        uow.probes.add(row)
    assert row.id is not None
    return row.id


async def test_the_newest_probe_that_says_something_speaks_for_its_provider(database: Database) -> None:
    await stored(database, "openai", CallStatus.SUCCEEDED)
    down = await stored(database, "openai", CallStatus.FAILED)
    await stored(database, "openai", CallStatus.LOST)
    await stored(database, "openai", CallStatus.OPEN)
    up = await stored(database, "google", CallStatus.SUCCEEDED)
    await stored(database, "anthropic", CallStatus.LOST)
    async with database.read() as uow:
        newest = await uow.probes.newest()
    assert {provider: (row.id, row.is_up) for provider, row in newest.items()} == {
        "openai": (down, False),
        "google": (up, True),
    }


async def test_what_was_left_open_is_found_by_provider_and_by_age(database: Database) -> None:
    old = await stored(database, "openai", CallStatus.OPEN, NOW - 2 * HOUR)
    young = await stored(database, "openai", CallStatus.OPEN)
    await stored(database, "google", CallStatus.OPEN)
    await stored(database, "openai", CallStatus.FAILED, NOW - 2 * HOUR)
    async with database.write() as uow:
        assert [row.id for row in await uow.probes.lock_open("openai")] == [old, young]
        assert [row.id for row in await uow.probes.lock_left_open(NOW - HOUR)] == [old]


async def test_old_probes_go_but_for_open_ones_and_the_newest_of_each_provider(database: Database) -> None:
    old = NOW - 2 * HOUR
    await stored(database, "openai", CallStatus.SUCCEEDED, old)
    await stored(database, "google", CallStatus.LOST, old)
    await stored(database, "google", CallStatus.SUCCEEDED, old)
    kept = [
        await stored(database, "openai", CallStatus.SUCCEEDED),
        await stored(database, "google", CallStatus.FAILED, old),
        await stored(database, "google", CallStatus.OPEN, old),
    ]
    async with database.write() as uow:
        assert await uow.probes.clear(NOW - HOUR) == 3
        assert await uow.probes.clear(NOW - HOUR) == 0
    async with database.write() as uow:
        found = [await uow.probes.lock(probe) for probe in range(1, 7)]
    assert sorted(row.id or 0 for row in found if row is not None) == sorted(kept)


@pytest.mark.parametrize("account", [PROBES, INSTALLATION])
def test_no_tenant_can_have_an_account_of_the_system(account: str) -> None:
    with pytest.raises(ValueError, match="a tenant is"):
        tenant_id(account)
