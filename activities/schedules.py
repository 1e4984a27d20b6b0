"""Temporal's schedules against their rows: those that are missing are made again, those of nobody go."""

from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.ids import SCHEDULE_PREFIX, PageId, ScheduleId, TenantId
from storage.database import Database
from storage.schedule import ScheduleRow
from workflows.schedules import Wanted, drop_schedule, put_schedule, standing_of

log = structlog.get_logger()


class Schedules:
    """All schedules of all tenants; the system's own are not touched."""

    def __init__(self, client: Client, database: Database) -> None:
        """Mend `client`'s namespace by `database`."""
        self._client = client
        self._database = database

    async def mend(self) -> int:
        """Make Temporal's schedules what the rows say, and return how many were not. Raises RPCError."""
        # Temporal's list first: a row is there before its schedule is.
        listed = [found.id async for found in await self._client.list_schedules()]
        ours = [name for name in listed if name.startswith(SCHEDULE_PREFIX)]
        async with self._database.read() as uow:
            rows = {row.id: row for row in await uow.schedules.all()}
        mended = sum([await self._mend_one(row) for row in rows.values()])
        for name in ours:
            if name not in rows:
                activity.heartbeat()
                await drop_schedule(self._client, name)
                log.warning("schedule of nobody removed", schedule=name)
                mended += 1
        return mended

    async def _mend_one(self, row: ScheduleRow) -> bool:
        activity.heartbeat()
        try:
            standing = await standing_of(self._client, ScheduleId(row.id))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        else:
            if standing.paused == row.paused:
                return False
        async with self._database.read() as uow:
            now = await uow.schedules.find(ScheduleId(row.id))
        if now is None:
            return False
        await put_schedule(self._client, wanted(now))
        log.warning("schedule mended", schedule=row.id, tenant=row.tenant)
        return True


def wanted(row: ScheduleRow) -> Wanted:
    """Return what Temporal is to have for a row."""
    return Wanted(
        id=ScheduleId(row.id),
        tenant=TenantId(row.tenant),
        page=None if row.page_id is None else PageId(row.page_id),
        cron=row.cron,
        timezone=row.timezone,
        overlap=row.overlap,
        jitter=timedelta(seconds=row.jitter_seconds),
        paused=row.paused,
        note=row.note,
    )
