"""The connection to SQLite or Postgres and its two kinds of transaction."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, cast

from sqlalchemy import Connection, event, make_url
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from storage.unit_of_work import UnitOfWork

_ONE_STATE: Final = "REPEATABLE READ"
_PASSING: Final = ("08", "40", "53", "57")
"""Classes of SQLSTATE: connections, deadlocks and serialization, too few resources, an operator's intervention."""
_SQLITE_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON")


class Database:
    """Opens transactions. One per process; `close` it at the end."""

    def __init__(self, url: str) -> None:
        """Connect lazily to `url`, for example `sqlite+aiosqlite:////data/pagewright.db`."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        # A write on SQLite takes the database's one write lock when it begins: a transaction that read first and
        # wanted to write later would be told "database is locked" at once.
        self._writing = self.engine.execution_options(immediate=True) if self.is_sqlite else self.engine
        # On Postgres a transaction sees one state only when told to; each statement sees its own else.
        self._reading = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level=_ONE_STATE)
        self._write_turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[UnitOfWork]:
        """Yield a unit of work that sees one state of the database and keeps nothing."""
        async with AsyncSession(self._reading, expire_on_commit=False) as session:
            yield UnitOfWork(session)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[UnitOfWork]:
        """Yield a unit of work that is committed whole when the block ends, or not at all when it raises."""
        async with self._turn(), AsyncSession(self._writing, expire_on_commit=False) as session, session.begin():
            uow = UnitOfWork(session)
            yield uow
            await uow.close()

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        # SQLite's busy handler polls and is not fair: the writers of one process queue here instead.
        if not self.is_sqlite:
            yield
            return
        async with self._write_turn:
            yield

    def connections_in_use(self) -> int:
        """Return how many connections transactions hold now."""
        return self._pool.checkedout()

    def connections_idle(self) -> int:
        """Return how many open connections wait for their next transaction."""
        return self._pool.checkedin()

    @property
    def _pool(self) -> QueuePool:
        return cast("QueuePool", self.engine.pool)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database is away or busy, and not that something wrong was asked of it."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        is_lost = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
        return is_lost or state[:2] in _PASSING
    return isinstance(error, OSError | PoolTimeoutError)  # asyncpg's connect raises the system's own errors


# Parameters stay out of error messages: these reach logs and workflow histories, and parameters are briefs and texts.


def _postgres_engine(url: str) -> AsyncEngine:
    return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)


def _sqlite_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: AsyncAdapt_aiosqlite_connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
