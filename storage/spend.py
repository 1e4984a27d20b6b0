"""What a tenant spends in a day, reserved before each request and settled after."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from domain.ids import TenantId
from storage.columns import BigInt
from storage.row import Row


class DailySpendRow(Row, table=True):
    """One tenant's UTC day. Money is in nano-USD."""

    tenant: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    reserved: int = Field(default=0, sa_type=BigInt)
    cost: int = Field(default=0, sa_type=BigInt)


class SpendRepository:
    """Every query on daily spend."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def lock(self, tenant: TenantId, day: date) -> DailySpendRow:
        """Return a tenant's day, made when it is the first of that day, held until the transaction ends."""
        row = await self._session.get(DailySpendRow, (tenant, day), with_for_update=True, populate_existing=True)
        if row is None:
            row = DailySpendRow(tenant=tenant, day=day)
            self._session.add(row)
            await self._session.flush()
        return row
