"""Housekeeping: erases what removed jobs leave behind, and lets old closed dead letters and old probes go."""

from datetime import timedelta
from typing import Final

import structlog
from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.clock import Clock
from activities.probe_ledger import clear_probes
from activities.removal import Removed, forget, letters_of
from storage.database import Database
from workflows import contracts

_JOBS_AT_ONCE: Final = 20
_LETTERS_AT_ONCE: Final = 500
_PROBES_STAY: Final = timedelta(days=1)

log = structlog.get_logger()


class HousekeepingActivities:
    """One turn through what is to be cleared away. Whatever ends it, the next turn goes on."""

    def __init__(self, client: Client, database: Database, retention: timedelta, clock: Clock) -> None:
        """Clear `client`'s namespace and `database`; closed dead letters stay for `retention`."""
        self._client = client
        self._database = database
        self._retention = retention
        self._clock = clock

    @activity.defn(name=contracts.HOUSEKEEP)
    async def housekeep(self) -> contracts.Housekept:
        """Return how many jobs were erased, and how many dead letters and probes went."""
        erased = 0
        while jobs := await self._to_erase():
            await self._erase(jobs)
            erased += len(jobs)
        expired, probes = await self._expire(), await self._clear_probes()
        if erased or expired or probes:
            log.info("housekeeping done", erased=erased, expired=expired, probes=probes)
        return contracts.Housekept(erased=erased, expired=expired, probes=probes)

    async def _to_erase(self) -> Removed:
        async with self._database.read() as uow:
            return await uow.removal.to_erase(_JOBS_AT_ONCE)

    async def _erase(self, jobs: Removed) -> None:
        """Erase jobs; histories first, so that a turn cut off half way is done again."""
        await self._delete_histories([*(name for name, _ in jobs), *letters_of(jobs)])
        async with self._database.write() as uow:
            await forget(uow, jobs)
            await uow.removal.mark_erased([name for name, _ in jobs], self._clock())

    async def _delete_histories(self, workflows: list[str]) -> None:
        """Delete every run of workflows; one that still runs is ended with that."""
        names = ", ".join(f'"{name}"' for name in workflows)
        async for run in self._client.list_workflows(f"WorkflowId IN ({names})"):
            await self._delete(run.id, run.run_id)
        for workflow in workflows:  # the index may not show the newest run yet
            await self._delete(workflow, "")

    async def _delete(self, workflow: str, run: str) -> None:
        activity.heartbeat()
        request = DeleteWorkflowExecutionRequest(
            namespace=self._client.namespace, workflow_execution=WorkflowExecution(workflow_id=workflow, run_id=run)
        )
        try:
            await self._client.workflow_service.delete_workflow_execution(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _expire(self) -> int:
        """Let go of dead letters that were closed long ago. Return how many."""
        before, expired = self._clock() - self._retention, 0
        while True:
            activity.heartbeat()
            async with self._database.write() as uow:
                gone = await uow.dead_letters.expire(before=before, limit=_LETTERS_AT_ONCE)
            expired += gone
            if gone < _LETTERS_AT_ONCE:
                return expired

    async def _clear_probes(self) -> int:
        now = self._clock()
        async with self._database.write() as uow:
            return await clear_probes(uow, now - _PROBES_STAY, now)
