"""The database's schema: brought up to date, and compared with what this code knows."""

from enum import StrEnum
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class SchemaState(StrEnum):
    """How a database's schema compares with this code's."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    """Written by a newer version of Pagewright; this one must not touch it."""


class NewerSchemaError(RuntimeError):
    """The database was written by a newer version of Pagewright."""

    def __init__(self, revision: str) -> None:
        """Refuse a database at `revision`."""
        super().__init__(
            f"the database is at revision {revision}, which this version of Pagewright does not know: it was written "
            "by a newer one. Start that version, or set PAGEWRIGHT_DATABASE_URL or PAGEWRIGHT_DATA_DIR to another place"
        )


class OlderSchemaError(RuntimeError):
    """The database has not been brought up to date."""

    def __init__(self) -> None:
        """Refuse a database that lacks migrations."""
        super().__init__("the database's schema is not up to date; run `pagewright db upgrade`")


async def check(database: Database) -> SchemaState:
    """Compare the database's schema with this code's."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_state)


async def upgrade(database: Database) -> str:
    """Bring the schema up to date and return its revision. Raises NewerSchemaError before anything is changed."""
    async with database.engine.connect() as connection:
        await _refuse_newer(connection)
        await connection.run_sync(_upgrade)
        await connection.commit()
    return head()


async def require_current(database: Database) -> None:
    """Return when the schema is this code's. Raises NewerSchemaError or OlderSchemaError."""
    async with database.engine.connect() as connection:
        await _refuse_newer(connection)
        if await connection.run_sync(_state) is not SchemaState.CURRENT:
            raise OlderSchemaError


def head() -> str:
    """Return the newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


async def _refuse_newer(connection: AsyncConnection) -> None:
    if await connection.run_sync(_state) is SchemaState.NEWER:
        raise NewerSchemaError(await connection.run_sync(_revision) or "")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _state(connection: Connection) -> SchemaState:
    if not inspect(connection).has_table("alembic_version"):
        return SchemaState.EMPTY
    revision = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is None:
        return SchemaState.EMPTY
    if revision not in known:
        return SchemaState.NEWER
    return SchemaState.CURRENT if revision == head() else SchemaState.OLDER
