"""Answers kept under their Idempotency-Key, so that a repeated request does nothing twice."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from domain.ids import TenantId
from storage.columns import Json, UtcDateTime
from storage.row import Row


class IdempotencyKeyRow(Row, table=True):
    """One key of one tenant on one route. Without `status_code` the first request has no kept answer yet."""

    tenant: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_hash: str
    subject: str
    """The id the first request gave to what it makes; a repeated one drives the same thing."""
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """While a request with this key is in flight; past it, that request is taken for dead."""
    status_code: int | None = None
    headers: dict[str, str] = Field(default_factory=dict, sa_type=Json(dict[str, str]))
    body: JsonValue = Field(default=None, sa_type=Json(JsonValue), nullable=True)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class KeyTakenError(Exception):
    """Another request with this key came first. The transaction is of no use any more."""


class IdempotencyRepository:
    """Every query on idempotency keys."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def insert(self, row: IdempotencyKeyRow) -> None:
        """Insert a key. Raises KeyTakenError."""
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError:
            raise KeyTakenError(row.key) from None

    async def get(self, tenant: TenantId, route: str, key: str) -> IdempotencyKeyRow | None:
        """Return a key, held against other writers until the transaction ends."""
        return await self._session.get(IdempotencyKeyRow, (tenant, route, key), with_for_update=True)

    async def remove(self, row: IdempotencyKeyRow) -> None:
        """Forget a key whose request kept nothing."""
        await self._session.delete(row)

    async def erase(self, subjects: Iterable[str]) -> None:
        """Forget every key that stands for one of some things."""
        await self._session.execute(delete(IdempotencyKeyRow).where(col(IdempotencyKeyRow.subject).in_(list(subjects))))

    async def expire(self, *, before: datetime) -> None:
        """Forget every key made before a time."""
        await self._session.execute(delete(IdempotencyKeyRow).where(col(IdempotencyKeyRow.created_at) < before))
