"""Schedules as rows: whose they are, in which order they are listed, and what is kept of their last run."""

import asyncio
from datetime import timedelta
from typing import Any

from ulid import ULID

from domain.ids import OWNER_TENANT, OWNER_USER, JobId, PageId, ScheduleId, TenantId, schedule_id
from domain.job import JobOptions
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from domain.schedule import Overlap, RunOutcome, ScheduleKind
from storage.database import Database
from storage.schedule import LastRun, ScheduleRow
from tests.integration.storage.rows import NOW

OTHER = TenantId("other")


def schedule_row(**changes: Any) -> ScheduleRow:  # noqa: ANN401  columns of the row
    """Return the schedule of a page."""
    usual: dict[str, Any] = {
        "id": schedule_id(str(ULID())),
        "tenant": OWNER_TENANT,
        "owner": OWNER_USER,
        "name": "offer",
        "kind": ScheduleKind.PAGE,
        "page_id": "page_1",
        "options": JobOptions(route=(SANDBOX_MODEL,), max_cost=NanoUsd(NANO)),
        "cron": "0 6 * * mon",
        "timezone": "Europe/Madrid",
        "overlap": Overlap.SKIP,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ScheduleRow(**usual | changes)


async def stored(database: Database, *rows: ScheduleRow) -> list[ScheduleId]:
    """Insert schedules; return their ids in the order of time, which is that of ids."""
    async with database.write() as uow:
        for row in rows:
            uow.schedules.add(row)
    return sorted(ScheduleId(row.id) for row in rows)


async def test_a_schedule_is_read_as_it_was_stored_and_by_its_tenant_alone(database: Database) -> None:
    row = schedule_row(last_run=LastRun(scheduled_at=NOW, outcome=RunOutcome.STARTED, job_id=JobId("job_1")))
    (name,) = await stored(database, row)
    async with database.read() as uow:
        found = await uow.schedules.get(OWNER_TENANT, name)
        assert await uow.schedules.get(OTHER, name) is None
        assert await uow.schedules.find(name) is not None
        assert await uow.schedules.get(OWNER_TENANT, ScheduleId("sched_unheard-of")) is None
    assert found is not None
    assert found.model_dump() == row.model_dump()


async def test_the_newest_are_listed_first_and_a_list_goes_on_below_its_last(database: Database) -> None:
    mine = await stored(database, *(schedule_row(id=f"sched_{number}") for number in range(5)))
    await stored(database, schedule_row(id="sched_9", tenant=OTHER))
    async with database.read() as uow:
        first = await uow.schedules.newest(OWNER_TENANT, before=None, limit=3)
        rest = await uow.schedules.newest(OWNER_TENANT, before=ScheduleId(first[-1].id), limit=3)
        everybodys = await uow.schedules.all()
    assert [row.id for row in (*first, *rest)] == mine[::-1]
    assert [row.id for row in everybodys] == [*mine, "sched_9"]


async def test_those_of_a_page_are_found(database: Database) -> None:
    await stored(
        database,
        schedule_row(id="sched_1"),
        schedule_row(id="sched_2", page_id="page_2"),
        schedule_row(id="sched_3"),
        schedule_row(id="sched_4", kind=ScheduleKind.BATCH, page_id=None, batch_id="batch_1", options=None),
    )
    page = PageId("page_1")
    async with database.read() as uow:
        listed = await uow.schedules.newest(OWNER_TENANT, page=page, before=None, limit=10)
        assert [row.id for row in listed] == ["sched_3", "sched_1"]
        assert {row.id for row in await uow.schedules.of_page(page)} == {"sched_1", "sched_3"}


async def test_who_changes_one_at_once_changes_it_one_after_the_other(database: Database) -> None:
    """Each reads what the one before wrote: nothing is overwritten."""
    (name,) = await stored(database, schedule_row(jitter_seconds=0))

    async def later() -> None:
        async with database.write() as uow:
            row = await uow.schedules.lock(name)
            assert row is not None
            await asyncio.sleep(0.01)
            row.jitter_seconds += 1
            row.updated_at = NOW + timedelta(seconds=row.jitter_seconds)

    await asyncio.gather(*(later() for _ in range(5)))
    async with database.read() as uow:
        row = await uow.schedules.find(name)
    assert row is not None
    assert (row.jitter_seconds, row.updated_at) == (5, NOW + timedelta(seconds=5))


async def test_a_removed_one_is_gone_and_no_other(database: Database) -> None:
    gone, kept = await stored(database, schedule_row(id="sched_1"), schedule_row(id="sched_2"))
    async with database.write() as uow:
        await uow.schedules.remove(gone)
        await uow.schedules.remove(ScheduleId("sched_unheard-of"))
    async with database.read() as uow:
        assert [row.id for row in await uow.schedules.all()] == [kept]
        assert await uow.schedules.find(gone) is None
