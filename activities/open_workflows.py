"""Open workflows against their rows: an older database that was restored gets back what it lacks."""

from collections.abc import Sequence
from typing import Final

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecution

from activities.clock import Clock
from activities.dead_letter import DeadLetterActivities
from activities.job import restore_job, take_over
from activities.workflow_input import started_with
from storage.database import Database
from workflows import contracts

_QUERY: Final = (
    f"ExecutionStatus = 'Running' AND WorkflowType IN ('{contracts.PAGE_WORKFLOW}', '{contracts.DEAD_LETTER_WORKFLOW}')"
)
_AT_ONCE: Final = 500

log = structlog.get_logger()


class OpenWorkflows:
    """Every workflow of a page or a dead letter that runs now."""

    def __init__(self, client: Client, database: Database, letters: DeadLetterActivities, clock: Clock) -> None:
        """Compare `client`'s namespace with `database`."""
        self._client = client
        self._database = database
        self._letters = letters
        self._clock = clock

    async def rebuild_rows(self) -> tuple[int, frozenset[str]]:
        """Make missing rows anew from what workflows were started with. Return how many, and the open dead letters."""
        rebuilt, letters = 0, set[str]()
        batch: list[WorkflowExecution] = []
        async for execution in self._client.list_workflows(_QUERY):
            activity.heartbeat()
            if execution.workflow_type == contracts.DEAD_LETTER_WORKFLOW:
                letters.add(execution.id)
            batch.append(execution)
            if len(batch) == _AT_ONCE:
                rebuilt += await self._rebuild(batch)
                batch.clear()
        return rebuilt + await self._rebuild(batch), frozenset(letters)

    async def _rebuild(self, batch: Sequence[WorkflowExecution]) -> int:
        names = [execution.id for execution in batch]
        async with self._database.read() as uow:
            known = await uow.jobs.known(names) | await uow.dead_letters.known(names)
        return sum([await self._rebuild_row(execution) for execution in batch if execution.id not in known])

    async def _rebuild_row(self, execution: WorkflowExecution) -> bool:
        activity.heartbeat()
        if execution.workflow_type == contracts.DEAD_LETTER_WORKFLOW:
            letter = await started_with(self._client, execution.id, contracts.DeadLetterInput, execution.run_id)
            rebuilt = (await self._letters.hold_dead_letter(letter)).held
        else:
            rebuilt = await self._rebuild_job(
                await started_with(self._client, execution.id, contracts.PageInput, execution.run_id)
            )
        if rebuilt:
            log.warning("row rebuilt", workflow=execution.id)
        return rebuilt

    async def _rebuild_job(self, page: contracts.PageInput) -> bool:
        async with self._database.write() as uow:
            if await uow.jobs.lock(page.job_id) is not None:
                return False
            now = self._clock()
            job = await restore_job(uow, page, now)
            await take_over(uow, job, page, now)
        return True
