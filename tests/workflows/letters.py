"""Dead letters as failed rounds leave them, without the rounds."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import JobId, dead_letter_id
from domain.job import JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from storage.dead_letter import DeadLetterRow
from tests.workflows.world import OPENAI, World, page_input
from workflows import contracts

FAILURE: Final = contracts.StepFailure(type=ErrorType.SERVICE_UNAVAILABLE, message="away", step="outline")

USUAL: Final = JobOptions(route=(OPENAI,), max_cost=NanoUsd(NANO))
UNASKED: Final = JobOptions(route=("google:gemini-3-flash",), max_cost=NanoUsd(NANO))
"""Of a provider whose queue no worker takes."""

_HELD: Final = 10
"""Events: three of the start, four of the first task and its activity's begin, and three of the second task."""


async def held(world: World, count: int, options: JobOptions = USUAL) -> list[JobId]:
    """Make dead letters as failed rounds leave them, without the rounds: their rows, and their workflows."""
    pages = [page_input(options=options) for _ in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(_hold(world, page) for page in pages[start : start + 20]))
    jobs = [page.job_id for page in pages]
    for job in jobs:
        await _until_held(world, job)
    return jobs


async def _hold(world: World, page: contracts.PageInput) -> None:
    await world.submit_input(page, start=False)
    now = datetime.now(UTC)
    async with world.database.write() as uow:
        job = await uow.jobs.lock(page.job_id)
        assert job is not None
        job.status, job.finished_at, job.error_type = JobStatus.FAILED, now, FAILURE.type
        await uow.pages.release(page.page_id, page.job_id)
        uow.dead_letters.add(
            DeadLetterRow(
                id=dead_letter_id(page.job_id, 1),
                tenant=page.tenant,
                job_id=page.job_id,
                round=1,
                page_id=page.page_id,
                status=DeadLetterStatus.OPEN,
                error_type=FAILURE.type,
                error_message=FAILURE.message,
                can_retry=True,
                created_at=now,
            )
        )
    await world.client.start_workflow(
        contracts.DEAD_LETTER_WORKFLOW,
        contracts.DeadLetterInput(page=page, failure=FAILURE),
        id=dead_letter_id(page.job_id, 1),
        task_queue=contracts.PAGES_QUEUE,
    )


async def _until_held(world: World, job: JobId) -> None:
    """Wait until the workflow of a dead letter has seen its row: begun, one activity, and what the activity said."""

    async def is_held() -> bool:
        described = (await world.letter_handle(job).describe()).raw_description
        return described.workflow_execution_info.history_length >= _HELD and not described.pending_workflow_task.attempt

    await world.until(is_held, 120)


async def runs(world: World, jobs: Sequence[JobId]) -> int:
    """Return how many runs of page workflows there are, once every job has one."""
    found = 0

    async def all_there() -> bool:
        nonlocal found
        query = f"WorkflowType = '{contracts.PAGE_WORKFLOW}'"
        found = (await world.client.count_workflows(query)).count
        return found >= len(jobs)

    await world.until(all_there, 60)
    return found
