"""Minted tokens: what each may do, and whether it still may. The token itself is nowhere."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.access import Scope
from domain.ids import TenantId, TokenId
from storage.columns import Json, UtcDateTime
from storage.row import Row


class TokenRow(Row, table=True):
    """One token. Its id is the token's `jti`; whoever holds the row alone cannot make the token of it."""

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    user: str
    name: str
    """What it is for, in the words of who minted it."""
    scopes: tuple[Scope, ...] = Field(sa_type=Json(tuple[Scope, ...]))
    key_id: str = Field(index=True)
    """Of the secret that signed it."""
    created_by: str
    """The account on the machine it was minted on."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def is_valid(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at


class TokenRepository:
    """Every query on tokens."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: TokenRow) -> None:
        """Insert a token."""
        self._session.add(row)

    async def get(self, token: TokenId) -> TokenRow | None:
        """Return a token whatever its tenant: nobody knows whose it is before."""
        return await self._session.get(TokenRow, token)

    async def newest(self, tenant: TenantId | None, *, limit: int) -> list[TokenRow]:
        """Return tokens newest first, those of all tenants or of one."""
        query = select(TokenRow).order_by(col(TokenRow.id).desc()).limit(limit)
        if tenant is not None:
            query = query.where(col(TokenRow.tenant) == tenant)
        return list((await self._session.scalars(query)).all())

    async def revoke(self, token: TokenId, at: datetime) -> TokenRow | None:
        """End a token for ever and return it; one that was revoked before keeps that time. None for an unknown one."""
        await self._session.execute(
            update(TokenRow).where(col(TokenRow.id) == token, col(TokenRow.revoked_at).is_(None)).values(revoked_at=at)
        )
        return await self._session.get(TokenRow, token, populate_existing=True)

    async def valid(self, now: datetime) -> list[TokenRow]:
        """Return every token that is neither revoked nor expired, whatever its tenant: for who drops a secret."""
        query = select(TokenRow).where(col(TokenRow.revoked_at).is_(None), col(TokenRow.expires_at) > now)
        return list((await self._session.scalars(query)).all())
