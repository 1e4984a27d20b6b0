"""Pagewright's own database as the stack, `db` and `doctor` see it: reachable, and at this code's revision."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from embedded.data_directory import open_data_directory
from embedded.errors import StackError
from settings import Settings
from storage import schema
from storage.database import Database


async def upgrade_schema(settings: Settings) -> str:
    """Bring the database up to date and return its revision.

    Raises StackError when it cannot be reached or was written by a newer version, which is left untouched.
    """
    async with _opened(settings) as database:
        return await schema.upgrade(database)


async def require_schema(settings: Settings) -> None:
    """Return when the database is this code's. Raises StackError when it is older, newer or cannot be reached."""
    async with _opened(settings) as database:
        await schema.require_current(database)


async def schema_state(settings: Settings) -> schema.SchemaState:
    """Compare the database with this code. Raises StackError when it cannot be reached."""
    async with _opened(settings) as database:
        return await schema.check(database)


@asynccontextmanager
async def current_database(settings: Settings) -> AsyncGenerator[Database]:
    """Yield the database. Raises StackError when it is older or newer than this code or cannot be reached."""
    async with _opened(settings) as database:
        await schema.require_current(database)
        yield database


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[Database]:
    if settings.database_url is None:
        open_data_directory(settings.data_dir).make_database()
    database = Database(settings.resolved_database_url)
    place = database.url.render_as_string(hide_password=True)
    try:
        yield database
    except (schema.NewerSchemaError, schema.OlderSchemaError) as error:
        message = f"The database {place} cannot be used: {error}."
        raise StackError(message, "`pagewright db check` looks again.") from error
    except (SQLAlchemyError, OSError) as error:
        message = f"The database {place} cannot be opened: {_first_line(error)}."
        raise StackError(
            message, "Mend what it says, or set PAGEWRIGHT_DATABASE_URL or PAGEWRIGHT_DATA_DIR."
        ) from error
    finally:
        await database.close()


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().split("\n", maxsplit=1)[0].rstrip(".")
