"""What a tenant and the whole installation spend in a day, reserved before each request and settled after."""

from datetime import date
from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.ids import TenantId
from storage.columns import BigInt
from storage.row import Row

INSTALLATION: Final = TenantId("*")
"""The account of all tenants together. No tenant can be called so."""
PROBES: Final = TenantId("*probes")
"""The account of the requests that only see whether a provider answers. No tenant can be called so either."""


class DailySpendRow(Row, table=True):
    """One UTC day of a tenant, or of the installation. Money is in nano-USD."""

    tenant: str = Field(primary_key=True)
    day: date = Field(primary_key=True, index=True)
    reserved: int = Field(default=0, sa_type=BigInt)
    cost: int = Field(default=0, sa_type=BigInt)


class SpendRepository:
    """Every query on daily spend."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def lock(self, tenant: TenantId, day: date) -> DailySpendRow:
        """Return a tenant's day, made by the first who asks for it, held until the transaction ends."""
        row = await self._locked(tenant, day)
        if row is None:
            await self._insert(tenant, day)
            row = await self._locked(tenant, day)
        if row is None:
            message = f"the day {day} of {tenant} was inserted and is not there"
            raise AssertionError(message)
        return row

    async def of_day(self, day: date) -> dict[str, DailySpendRow]:
        """Return a day of every account that spent something or may still, the installation's among them."""
        rows = await self._session.scalars(select(DailySpendRow).where(col(DailySpendRow.day) == day))
        return {row.tenant: row for row in rows}

    async def _locked(self, tenant: TenantId, day: date) -> DailySpendRow | None:
        return await self._session.get(DailySpendRow, (tenant, day), with_for_update=True, populate_existing=True)

    async def _insert(self, tenant: TenantId, day: date) -> None:
        """Insert an empty day, unless another writer was first: that one is waited for."""
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if is_sqlite else postgresql.insert
        values = {"tenant": tenant, "day": day, "reserved": 0, "cost": 0}
        await self._session.execute(insert(DailySpendRow).values(values).on_conflict_do_nothing())
