"""The two kinds of transaction, and how an absence of the database is told from a fault."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.ids import OWNER_TENANT, PageId
from storage.database import Database, is_away
from tests.integration.storage.rows import page_row


async def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database: Database) -> None:
    first, second = page_row(), page_row()
    async with database.write() as uow:
        uow.pages.add(first)
    async with database.read() as reading:
        assert len(await reading.pages.newest(OWNER_TENANT, before=None, limit=9)) == 1
        async with database.write() as uow:
            uow.pages.add(second)
        assert await reading.pages.get(OWNER_TENANT, PageId(second.id)) is None
        assert len(await reading.pages.newest(OWNER_TENANT, before=None, limit=9)) == 1


async def test_a_broken_rule_is_a_fault(database: Database) -> None:
    async def add() -> None:
        async with database.write() as uow:
            uow.pages.add(page_row(slug="bakery"))

    await add()
    with pytest.raises(IntegrityError) as error:
        await add()
    assert not is_away(error.value)


async def test_a_server_nobody_runs_is_away(free_port: Callable[[], int]) -> None:
    nowhere = Database(f"postgresql+asyncpg://postgres@127.0.0.1:{free_port()}/pagewright")
    with pytest.raises(OSError, match="Connect call failed") as error:
        async with nowhere.read() as uow:
            await uow.pages.newest(OWNER_TENANT, before=None, limit=1)
    await nowhere.close()
    assert is_away(error.value)


@pytest.mark.requires("postgres")
async def test_a_server_that_ends_the_connection_is_away(postgres_url: str) -> None:
    server = Database(f"{postgres_url}/postgres")
    with pytest.raises(DBAPIError) as error:
        async with server.engine.connect() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await server.close()
    assert is_away(error.value)
