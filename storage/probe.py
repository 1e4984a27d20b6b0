"""Probes: one row for each tiny request that sees whether a provider answers, opened before it and settled after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Index, delete, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.call import CallStatus
from domain.errors import ErrorType
from storage.columns import BigInt, UtcDateTime, words
from storage.row import Row

_TELLING: Final = (CallStatus.SUCCEEDED, CallStatus.FAILED)
"""Ends that say something of the provider; a lost probe does not."""


class ProbeRow(Row, table=True):
    """One probe. Money is in nano-USD; `cost` is None when nobody told us."""

    __table_args__ = (Index("ix_probes_of_provider", "provider", "status", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    provider: str
    model: str
    """As its vendor spells it, without the provider."""
    status: CallStatus = Field(sa_type=words(CallStatus))
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reserved: int = Field(default=0, sa_type=BigInt)
    cost: int | None = Field(default=None, sa_type=BigInt)
    latency_ms: int | None = None
    error_type: ErrorType | None = Field(default=None, sa_type=words(ErrorType))
    error_message: str | None = None
    started_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def full_model(self) -> str:
        """`provider:model`."""
        return f"{self.provider}:{self.model}"

    @property
    def is_up(self) -> bool:
        """Whether the provider answered."""
        return self.status is CallStatus.SUCCEEDED


class ProbeRepository:
    """Every query on probes. They belong to the installation, not to a tenant."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: ProbeRow) -> None:
        """Insert a probe."""
        self._session.add(row)

    async def newest(self) -> Mapping[str, ProbeRow]:
        """Return the newest probe of each provider that says whether it answers, by provider."""
        rows = await self._session.scalars(select(ProbeRow).where(col(ProbeRow.id).in_(_newest())))
        return {row.provider: row for row in rows}

    async def lock(self, probe: int) -> ProbeRow | None:
        """Return a probe as it is now, held until the transaction ends."""
        return await self._session.get(ProbeRow, probe, with_for_update=True, populate_existing=True)

    async def lock_open(self, provider: str) -> Sequence[ProbeRow]:
        """Return a provider's probes whose end was never written down, oldest first, held as `lock` does."""
        return await self._locked(select(ProbeRow).where(col(ProbeRow.provider) == provider))

    async def lock_left_open(self, before: datetime) -> Sequence[ProbeRow]:
        """Return all probes from before a time whose end was never written down, held as `lock` does."""
        return await self._locked(select(ProbeRow).where(col(ProbeRow.started_at) < before))

    async def clear(self, before: datetime) -> int:
        """Delete settled probes from before a time, but for each provider's newest. Return how many."""
        found = await self._session.execute(
            delete(ProbeRow)
            .where(col(ProbeRow.status) != CallStatus.OPEN, col(ProbeRow.started_at) < before)
            .where(col(ProbeRow.id).not_in(_newest()))
            .returning(col(ProbeRow.id))
        )
        return len(found.all())

    async def _locked(self, query: SelectOfScalar[ProbeRow]) -> Sequence[ProbeRow]:
        only_open = query.where(col(ProbeRow.status) == CallStatus.OPEN).order_by(col(ProbeRow.id)).with_for_update()
        return (await self._session.scalars(only_open.execution_options(populate_existing=True))).all()


def _newest() -> SelectOfScalar[int | None]:
    newest = func.max(col(ProbeRow.id))
    return select(newest).where(col(ProbeRow.status).in_(_TELLING)).group_by(col(ProbeRow.provider))
