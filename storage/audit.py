"""Audit records: every change somebody made through the API, and who it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.ids import TenantId
from storage.columns import Json, UtcDateTime
from storage.row import Row

Details = Mapping[str, JsonValue]


class AuditRecordRow(Row, table=True):
    """One change. Never a brief, a key or a token in it: it is kept when a page is erased."""

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    user: str
    token_id: str | None = None
    """None for the owner's token."""
    address: str | None = None
    """Where the request came from; for a command on the machine itself, which machine."""
    method: str
    route: str
    """The path with the names of its parameters, as `/api/ai/jobs/{job}/cancel`."""
    target: str | None = Field(default=None, index=True)
    """What was changed or made: the first of `targets`, or the last part of the answer's Location."""
    targets: dict[str, str] = Field(default_factory=dict, sa_type=Json(dict[str, str]))
    """Parameters of the path."""
    before: dict[str, JsonValue] | None = Field(default=None, sa_type=Json(dict[str, JsonValue]), nullable=True)
    after: dict[str, JsonValue] | None = Field(default=None, sa_type=Json(dict[str, JsonValue]), nullable=True)
    status: int
    """Of the answer."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records are wanted; None means all."""

    user: str | None = None
    method: str | None = None
    route: str | None = None
    """How the route begins."""
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is not wanted any more."""


class AuditRepository:
    """Every query on audit records. Nothing changes or removes one."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: AuditRecordRow) -> None:
        """Insert a record."""
        self._session.add(row)

    async def newest(
        self, tenant: TenantId, wanted: AuditFilter, *, before: str | None, limit: int
    ) -> list[AuditRecordRow]:
        """Return records newest first (ids are in the order of time), those below id `before` only."""
        query = select(AuditRecordRow).where(col(AuditRecordRow.tenant) == tenant)
        for column, value in (
            (AuditRecordRow.user, wanted.user),
            (AuditRecordRow.method, wanted.method),
            (AuditRecordRow.target, wanted.target),
        ):
            if value is not None:
                query = query.where(col(column) == value)
        if wanted.route is not None:
            query = query.where(col(AuditRecordRow.route).startswith(wanted.route, autoescape=True))
        if wanted.since is not None:
            query = query.where(col(AuditRecordRow.at) >= wanted.since)
        if wanted.until is not None:
            query = query.where(col(AuditRecordRow.at) < wanted.until)
        if before is not None:
            query = query.where(col(AuditRecordRow.id) < before)
        query = query.order_by(col(AuditRecordRow.id).desc()).limit(limit)
        return list((await self._session.scalars(query)).all())
