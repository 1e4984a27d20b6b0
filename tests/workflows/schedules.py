"""Schedules as the tests of workflows make them: their rows, and runs of them."""

from datetime import UTC, datetime
from typing import Any

from temporalio.client import WorkflowHandle
from ulid import ULID

from domain.ids import OWNER_TENANT, OWNER_USER, PageId, ScheduleId, schedule_id
from domain.job import JobOptions
from domain.money import NANO, NanoUsd
from domain.schedule import Overlap, ScheduleKind
from storage.schedule import ScheduleRow
from tests.workflows.world import OPENAI, World
from workflows import contracts


async def store_schedule(world: World, page: PageId) -> ScheduleId:
    """Store the schedule of a page; Temporal has none, so that only tests start its runs."""
    name, now = schedule_id(str(ULID())), datetime.now(UTC)
    async with world.database.write() as uow:
        uow.schedules.add(
            ScheduleRow(
                id=name,
                tenant=OWNER_TENANT,
                owner=OWNER_USER,
                name="offer",
                kind=ScheduleKind.PAGE,
                page_id=page,
                options=JobOptions(route=(OPENAI,), max_cost=NanoUsd(NANO)),
                cron="@daily",
                timezone="UTC",
                overlap=Overlap.SKIP,
                created_at=now,
                updated_at=now,
            )
        )
    return name


async def start_run(world: World, schedule: ScheduleId) -> WorkflowHandle[Any, Any]:
    """Start a run of a schedule as Temporal would."""
    return await world.client.start_workflow(
        contracts.SCHEDULED_RUN_WORKFLOW,
        contracts.ScheduleRef(schedule_id=schedule),
        id=f"{schedule}-{ULID()}",
        task_queue=contracts.PAGES_QUEUE,
        result_type=contracts.RunResult,
    )


async def has_open_job(world: World, page: PageId) -> bool:
    """Whether a job has a page."""
    async with world.database.read() as uow:
        row = await uow.pages.get(OWNER_TENANT, page)
    return row is not None and row.open_job is not None
