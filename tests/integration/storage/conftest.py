"""Every storage test runs on SQLite and on a Postgres server of its own."""

from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.job import JobRow
from storage.schema import upgrade
from tests.integration.storage.rows import job_row, page_row
from tests.postgres_server import postgres_programs, running_postgres


@pytest.fixture(scope="session")
def postgres_url(free_port: Callable[[], int]) -> Iterator[str]:
    """URL of a Postgres server on loopback, without the database's name."""
    programs = postgres_programs()
    assert programs is not None
    with running_postgres(programs, free_port()) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.requires("postgres"))])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    """Return a database without tables."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'pagewright.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_url")
        name = f"test_{uuid4().hex}"
        await create_postgres(server, name)
        url = f"{server}/{name}"
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture
async def database(empty_database: Database) -> Database:
    """Return a database with this code's schema."""
    await upgrade(empty_database)
    return empty_database


async def create_postgres(server: str, name: str) -> None:
    maintenance = Database(f"{server}/postgres")
    async with maintenance.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    await maintenance.close()


@pytest.fixture
async def job(database: Database) -> JobRow:
    """A stored job of a stored page."""
    page = page_row()
    row = job_row(page)
    async with database.write() as uow:
        uow.pages.add(page)
        uow.jobs.add(row)
    return row
