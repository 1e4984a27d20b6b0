"""The gateway to Temporal: what the API asks of workflows, each within 5 s, each failure one of the errors here.

Nothing is ever queried: with no worker a query hangs until the caller gives up, and the database knows.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DeleteWorkflowExecutionRequest,
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
)
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.converter import PayloadCodec
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.ids import BatchId, DeadLetterId, JobId, PageId, ScheduleId
from workflows import contracts, schedules
from workflows.queues import POLL_IS_FRESH, QueueState, SetRate, queue_state, set_rate
from workflows.start import start_batch, start_page

DEADLINE: Final = timedelta(seconds=5)
_PREVIOUS_RUN_CLOSES: Final = 0.2
"""Seconds until it is asked again whether it has."""

log = structlog.get_logger()


class TemporalUnavailableError(Exception):
    """Nobody answered within the deadline: Temporal is away, or no worker takes the task. Safe to repeat."""


class GoneError(LookupError):
    """There is no open workflow, or no namespace, of that name."""


class UpdateRefusedError(Exception):
    """The workflow refused an Update; `type` is the ApplicationError's."""

    def __init__(self, type_: str, message: str) -> None:
        """Refuse for the reason in `message`."""
        super().__init__(message)
        self.type = type_
        self.message = message


class TemporalGateway:
    """Everything the API does in Temporal. Connects when it is first used."""

    def __init__(self, client: Client) -> None:
        """Speak through `client`, which may be lazy."""
        self._client = client

    @property
    def namespace(self) -> str:
        """The namespace all workflows live in."""
        return self._client.namespace

    @property
    def codec(self) -> PayloadCodec:
        """What reads encrypted payloads."""
        codec = self._client.data_converter.payload_codec
        if codec is None:
            message = "the client was not made by workflows.client.connect"
            raise LookupError(message)
        return codec

    async def start_page(self, page: contracts.PageInput) -> None:
        """Start a job, or leave it alone when it runs already. Raises TemporalUnavailableError, also in doubt."""
        async with _translated(f"start of {page.job_id}"):
            await self._start(page, WorkflowIDConflictPolicy.USE_EXISTING)

    async def start_next_round(self, page: contracts.PageInput) -> None:
        """Start a further round once the one before has closed. Raises TemporalUnavailableError, also in doubt."""
        async with _translated(f"start of {page.job_id}, round {page.round}"):
            while True:
                with suppress(WorkflowAlreadyStartedError):
                    await self._start(page, WorkflowIDConflictPolicy.FAIL)
                    return
                await asyncio.sleep(_PREVIOUS_RUN_CLOSES)

    async def start_batch(self, batch: contracts.BatchInput) -> None:
        """Start a batch, or leave it alone when it runs already. Raises TemporalUnavailableError, also in doubt."""
        async with _translated(f"start of {batch.batch_id}"):
            await start_batch(self._client, batch, rpc_timeout=DEADLINE)

    async def cancel(self, job: JobId) -> None:
        """Ask a job's workflow to end. Raises GoneError, TemporalUnavailableError."""
        async with _translated(f"cancel of {job}"):
            await self._client.get_workflow_handle(job).cancel(rpc_timeout=DEADLINE)

    async def signal(self, workflow: JobId | BatchId, name: str) -> None:
        """Send the workflow of a job or a batch a signal. Raises GoneError, TemporalUnavailableError."""
        async with _translated(f"{name} of {workflow}"):
            await self._client.get_workflow_handle(workflow).signal(name, rpc_timeout=DEADLINE)

    async def retry(
        self, letter: DeadLetterId, request: contracts.RetryRequest, update_id: str
    ) -> contracts.RetryResult:
        """Retry a dead letter; the same `update_id` does it once.

        Raises UpdateRefusedError, GoneError, TemporalUnavailableError.
        """
        async with _translated(f"retry of {letter}"):
            return await self._client.get_workflow_handle(letter).execute_update(  # pyright: ignore[reportUnknownMemberType]  the SDK leaves a type open
                contracts.RETRY_UPDATE,
                request,
                id=update_id,
                result_type=contracts.RetryResult,
                rpc_timeout=DEADLINE,
            )

    async def discard(self, letter: DeadLetterId, request: contracts.DiscardRequest, update_id: str) -> None:
        """Give a dead letter up. Raises UpdateRefusedError, GoneError, TemporalUnavailableError."""
        async with _translated(f"discard of {letter}"):
            await self._client.get_workflow_handle(letter).execute_update(  # pyright: ignore[reportUnknownMemberType]  as above
                contracts.DISCARD_UPDATE, request, id=update_id, rpc_timeout=DEADLINE
            )

    async def terminate(self, letter: DeadLetterId, reason: str) -> None:
        """End a dead letter's workflow; one that is gone already is left alone. Raises TemporalUnavailableError."""
        with suppress(GoneError):
            async with _translated(f"end of {letter}"):
                await self._client.get_workflow_handle(letter).terminate(reason=reason, rpc_timeout=DEADLINE)

    async def erase(self, page: PageId, workflows: Iterable[str]) -> None:
        """Delete the histories of every run of a page's workflows. Raises TemporalUnavailableError.

        Runs are found by their page; `workflows` are the ids we know, for a run the index does not show yet.
        """
        async with _translated(f"erasure of {page}"):
            query = f'PageId = "{page}"'
            async for run in self._client.list_workflows(query, rpc_timeout=DEADLINE):
                await self._delete(run.id, run.run_id)
            for workflow in workflows:
                await self._delete(workflow, "")

    async def housekeep(self) -> None:
        """Have the worker clear away what was removed; a turn under way will do. Raises TemporalUnavailableError."""
        async with _translated("housekeeping"):
            await self._client.start_workflow(
                contracts.HOUSEKEEPING_WORKFLOW,
                id=contracts.HOUSEKEEPING_NOW,
                task_queue=contracts.PAGES_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                rpc_timeout=DEADLINE,
            )

    async def put_schedule(self, wanted: schedules.Wanted) -> None:
        """Make a schedule, or make the one there is like this. Raises TemporalUnavailableError, also in doubt."""
        async with _translated(f"schedule {wanted.id}"):
            await schedules.put_schedule(self._client, wanted, rpc_timeout=DEADLINE)

    async def trigger_schedule(self, name: ScheduleId) -> None:
        """Let a schedule act now. Raises GoneError, TemporalUnavailableError."""
        async with _translated(f"trigger of {name}"):
            await schedules.trigger_schedule(self._client, name, rpc_timeout=DEADLINE)

    async def drop_schedule(self, name: ScheduleId) -> None:
        """Delete a schedule; one that is gone is left alone. Raises TemporalUnavailableError."""
        async with _translated(f"end of {name}"):
            await schedules.drop_schedule(self._client, name, rpc_timeout=DEADLINE)

    async def standing_of(self, name: ScheduleId) -> schedules.Standing:
        """Return where a schedule stands. Raises GoneError, TemporalUnavailableError."""
        async with _translated(f"standing of {name}"):
            return await schedules.standing_of(self._client, name, rpc_timeout=DEADLINE)

    async def require_namespace(self) -> None:
        """Return when Temporal answers and has our namespace. Raises GoneError, TemporalUnavailableError."""
        async with _translated(f"namespace {self.namespace}"):
            request = DescribeNamespaceRequest(namespace=self.namespace)
            await self._client.workflow_service.describe_namespace(request, timeout=DEADLINE)

    async def is_polled(self, queue: str, kinds: Iterable[TaskQueueType.ValueType]) -> bool:
        """Whether some worker polled a queue lately for every kind of task. Raises TemporalUnavailableError."""
        async with _translated(f"pollers of {queue}"):
            polls = [await self._last_poll(queue, kind) for kind in kinds]
        oldest = datetime.now(UTC) - POLL_IS_FRESH
        return all(poll is not None and poll > oldest for poll in polls)

    async def queue_state(self, queue: str, kinds: Iterable[TaskQueueType.ValueType]) -> QueueState:
        """Return where a queue stands. Raises TemporalUnavailableError, GoneError without our namespace."""
        async with _translated(f"state of {queue}"):
            return await queue_state(self._client, queue, kinds, DEADLINE)

    async def set_rate(self, provider: str, wanted: SetRate) -> None:
        """Set the rate of a provider's queue. Raises TemporalUnavailableError, GoneError without our namespace."""
        async with _translated(f"rate of the queue of {provider}"):
            await set_rate(self._client, provider, wanted, DEADLINE)

    async def _start(self, page: contracts.PageInput, conflict: WorkflowIDConflictPolicy) -> None:
        await start_page(self._client, page, conflict=conflict, rpc_timeout=DEADLINE)

    async def _delete(self, workflow: str, run: str) -> None:
        request = DeleteWorkflowExecutionRequest(
            namespace=self.namespace, workflow_execution=WorkflowExecution(workflow_id=workflow, run_id=run)
        )
        try:
            await self._client.workflow_service.delete_workflow_execution(request, timeout=DEADLINE)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _last_poll(self, queue: str, kind: TaskQueueType.ValueType) -> datetime | None:
        described = await self._client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(namespace=self.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind),
            timeout=DEADLINE,
        )
        return max((_utc(poller.last_access_time) for poller in described.pollers), default=None)


@asynccontextmanager
async def _translated(what: str) -> AsyncGenerator[None]:
    """Map whatever Temporal's SDK raises to the errors of this module."""
    try:
        async with asyncio.timeout(DEADLINE.total_seconds()):
            yield
    except WorkflowUpdateFailedError as failed:
        cause = failed.cause
        type_ = cause.type if isinstance(cause, ApplicationError) else None
        raise UpdateRefusedError(type_ or "", getattr(cause, "message", str(cause))) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise GoneError(what) from None
        raise _away(what, f"{error.status.name}: {error.message}") from None
    except (TimeoutError, RPCTimeoutOrCancelledError):
        raise _away(what, f"no answer within {DEADLINE.total_seconds():g} s") from None
    except RuntimeError as error:  # what the SDK raises while nothing listens
        raise _away(what, str(error)) from None


def _away(what: str, reason: str) -> TemporalUnavailableError:
    log.warning("Temporal did not do it", what=what, reason=reason[:300])
    return TemporalUnavailableError(what)


def _utc(moment: Timestamp) -> datetime:
    return moment.ToDatetime(tzinfo=UTC)
