"""Queues as Temporal knows them: what waits, who polls, and how fast they are handed out.

For the API and the worker; workflows do not use it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import pack, unpack
from typing import Final

from temporalio.api.enums.v1 import RateLimitSource, TaskQueueType
from temporalio.api.taskqueue.v1 import RateLimitConfig, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    UpdateTaskQueueConfigRequest,
)
from temporalio.client import Client

from workflows import contracts

WORKFLOWS: Final = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
ACTIVITIES: Final = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY

POLL_IS_FRESH: Final = timedelta(seconds=90)
"""A worker's poll lasts up to a minute; the server remembers pollers for five."""
_LONGEST_REASON: Final = 1000
"""What the server takes, in bytes."""
_LIMITED_BY: Final = {
    RateLimitSource.RATE_LIMIT_SOURCE_API: "operator",
    RateLimitSource.RATE_LIMIT_SOURCE_WORKER: "worker",
}
"""Anybody else's limit is the server's own, which is far above ours."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue at one moment. Counts are the server's estimates, at most some seconds old."""

    backlog: int
    """Tasks that wait for a worker, those that wait for their next try not counted."""
    oldest: timedelta | None
    """How long the oldest of them has waited; None where none waits."""
    pollers: int
    """Worker processes that asked lately."""
    rate: float | None
    """Calls a second the queue is handed out with now, 0 while it is held; None where nobody limits it."""
    limited_by: str | None
    """`operator` or `worker`; None where nobody does."""


@dataclass(frozen=True, slots=True)
class SetRate:
    """What an operator's limit of a queue is in Temporal; a rate of None is none."""

    rate: float | None
    note: str
    by: str


async def queue_state(
    client: Client, queue: str, kinds: Iterable[TaskQueueType.ValueType], rpc_timeout: timedelta | None = None
) -> QueueState:
    """Return where a queue stands, its kinds of tasks together. Raises RPCError."""
    described = [await _describe(client, queue, kind, rpc_timeout) for kind in kinds]
    waiting = [each.stats for each in described if each.stats.approximate_backlog_count > 0]
    recent = datetime.now(UTC) - POLL_IS_FRESH
    pollers = {
        poller.identity
        for each in described
        for poller in each.pollers
        if poller.last_access_time.ToDatetime(tzinfo=UTC) > recent
    }
    limit = described[-1].effective_rate_limit
    limited_by = _LIMITED_BY.get(limit.rate_limit_source)
    return QueueState(
        backlog=sum(stats.approximate_backlog_count for stats in waiting),
        oldest=max((stats.approximate_backlog_age.ToTimedelta() for stats in waiting), default=None),
        pollers=len(pollers),
        rate=_short(limit.requests_per_second) if limited_by else None,
        limited_by=limited_by,
    )


async def rate_set(client: Client, provider: str) -> SetRate:
    """Return what is set for a provider's queue. Raises RPCError."""
    described = await _describe(client, contracts.llm_queue(provider), ACTIVITIES, None)
    return _set_rate(described.config.queue_rate_limit)


async def set_rate(client: Client, provider: str, wanted: SetRate, rpc_timeout: timedelta | None = None) -> None:
    """Set the rate of a provider's queue over all workers, above the workers' own setting. Raises RPCError.

    At rate 0 nothing is handed out, on every worker and through restarts of worker and server; requests in flight go
    on. See https://docs.temporal.io/cli/task-queue#config
    """
    update = UpdateTaskQueueConfigRequest.RateLimitUpdate(reason=_fitting(wanted.note))
    if wanted.rate is not None:
        update.rate_limit.requests_per_second = wanted.rate
    request = UpdateTaskQueueConfigRequest(
        namespace=client.namespace,
        identity=wanted.by,
        task_queue=contracts.llm_queue(provider),
        task_queue_type=ACTIVITIES,
        update_queue_rate_limit=update,
    )
    await client.workflow_service.update_task_queue_config(request, timeout=rpc_timeout)


def is_same_rate(one: float | None, other: float | None) -> bool:
    """Whether two rates are the same in the 32 bits Temporal keeps."""
    return one == other if one is None or other is None else _single(one) == _single(other)


async def _describe(
    client: Client, queue: str, kind: TaskQueueType.ValueType, rpc_timeout: timedelta | None
) -> DescribeTaskQueueResponse:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=kind,
        report_stats=True,
        report_config=True,
    )
    return await client.workflow_service.describe_task_queue(request, timeout=rpc_timeout)


def _set_rate(limit: RateLimitConfig) -> SetRate:
    rate = limit.rate_limit.requests_per_second if limit.HasField("rate_limit") else None
    return SetRate(rate, limit.metadata.reason, limit.metadata.update_identity)


def _fitting(note: str) -> str:
    return note.encode()[:_LONGEST_REASON].decode(errors="ignore")


def _single(rate: float) -> float:
    (single,) = unpack("f", pack("f", rate))
    return single


def _short(single: float) -> float:
    """Return the shortest number that is this one in 32 bits: 0.1, not 0.10000000149011612."""
    return float(f"{single:.7g}")
