"""Schedules in Temporal: how a row becomes one, and what Temporal knows of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from domain.ids import PageId, ScheduleId, TenantId
from domain.schedule import Overlap
from workflows import contracts, search_attributes

_OVERLAPS: Final = {
    Overlap.SKIP: ScheduleOverlapPolicy.SKIP,
    Overlap.BUFFER_ONE: ScheduleOverlapPolicy.BUFFER_ONE,
    Overlap.CANCEL_OTHER: ScheduleOverlapPolicy.CANCEL_OTHER,
    Overlap.ALLOW_ALL: ScheduleOverlapPolicy.ALLOW_ALL,
}
_CATCHUP: Final = timedelta(hours=1)
"""What was due while Temporal was away for longer is not made up for: it would all be paid for at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a schedule in Temporal is made of."""

    id: ScheduleId
    tenant: TenantId
    page: PageId | None
    cron: str
    timezone: str
    overlap: Overlap
    jitter: timedelta
    paused: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """One time a schedule acted."""

    scheduled_at: datetime
    started_at: datetime
    workflow_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a schedule stands, as Temporal tells it."""

    paused: bool
    note: str | None
    next_runs: tuple[datetime, ...]
    actions: tuple[Action, ...]
    """The newest first."""
    running: int
    skipped: int
    """Runs left out because the one before still ran."""


async def put_schedule(client: Client, wanted: Wanted, *, rpc_timeout: timedelta | None = None) -> bool:
    """Make a schedule, or make the one there is like this. Whether there was none. Raises RPCError."""
    schedule = _schedule(wanted)
    try:
        await client.create_schedule(wanted.id, schedule, rpc_timeout=rpc_timeout)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(wanted.id)
        await handle.update(lambda _found: ScheduleUpdate(schedule=schedule), rpc_timeout=rpc_timeout)
        return False
    return True


async def trigger_schedule(client: Client, name: ScheduleId, *, rpc_timeout: timedelta | None = None) -> None:
    """Let a schedule act now, paused or not, under its overlap policy. Raises RPCError."""
    await client.get_schedule_handle(name).trigger(rpc_timeout=rpc_timeout)


async def drop_schedule(client: Client, name: str, *, rpc_timeout: timedelta | None = None) -> None:
    """Delete a schedule, or leave it alone when it is gone; a run of it goes on. Raises RPCError."""
    try:
        await client.get_schedule_handle(name).delete(rpc_timeout=rpc_timeout)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def standing_of(client: Client, name: ScheduleId, *, rpc_timeout: timedelta | None = None) -> Standing:
    """Return where a schedule stands. Raises RPCError, NOT_FOUND when Temporal has none."""
    described = await client.get_schedule_handle(name).describe(rpc_timeout=rpc_timeout)
    info, state = described.info, described.schedule.state
    return Standing(
        paused=state.paused,
        note=state.note,
        next_runs=() if state.paused else tuple(info.next_action_times),
        actions=tuple(
            Action(result.scheduled_at, result.started_at, result.action.workflow_id)
            for result in reversed(info.recent_actions)
            if isinstance(result.action, ScheduleActionExecutionStartWorkflow)
        ),
        running=len(info.running_actions),
        skipped=info.num_actions_skipped_overlap,
    )


def _schedule(wanted: Wanted) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            contracts.SCHEDULED_RUN_WORKFLOW,
            contracts.ScheduleRef(schedule_id=wanted.id),
            id=wanted.id,
            task_queue=contracts.PAGES_QUEUE,
            typed_search_attributes=_attributes(wanted),
        ),
        spec=ScheduleSpec(cron_expressions=[wanted.cron], time_zone_name=wanted.timezone, jitter=wanted.jitter),
        policy=SchedulePolicy(overlap=_OVERLAPS[wanted.overlap], catchup_window=_CATCHUP),
        state=ScheduleState(paused=wanted.paused, note=wanted.note),
    )


def _attributes(wanted: Wanted) -> TypedSearchAttributes:
    """Return what each run carries: a page's erasure finds its runs by it."""
    pairs = [SearchAttributePair(search_attributes.TENANT, wanted.tenant)]
    if wanted.page is not None:
        pairs.append(SearchAttributePair(search_attributes.PAGE_ID, wanted.page))
    return TypedSearchAttributes(pairs)
