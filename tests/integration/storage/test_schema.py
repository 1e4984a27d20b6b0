"""The schema: made, brought up to date, compared, and left alone when it is a newer one's."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from storage.database import Database
from storage.schema import NewerSchemaError, OlderSchemaError, SchemaState, check, head, require_current, upgrade


async def test_an_empty_database_is_brought_up_to_date_and_again_without_effect(empty_database: Database) -> None:
    assert await check(empty_database) is SchemaState.EMPTY
    with pytest.raises(OlderSchemaError):
        await require_current(empty_database)
    assert await upgrade(empty_database) == head()
    assert await upgrade(empty_database) == head()
    assert await check(empty_database) is SchemaState.CURRENT
    await require_current(empty_database)


async def test_a_newer_database_is_refused_and_not_touched(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await check(database) is SchemaState.NEWER
    for refused in (upgrade, require_current):
        with pytest.raises(NewerSchemaError, match="9999"):
            await refused(database)


async def test_migrations_make_the_tables_the_code_declares(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
