"""/api/ai/queue: what waits for each provider, and holding it back.

Queues belong to the installation and serve all its tenants: the owner's steers them.
"""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path

from api.actions.queue_control import QueueControl, known_providers
from api.actions.queue_state import state_of
from api.examples import queue as examples
from api.guards.audit import AuditDep
from api.guards.auth import CallerDep, needs, operates
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.queue import (
    JobCounts,
    PauseQueueRequest,
    Queue,
    QueueLimitsRequest,
    QueueList,
    QueueSetting,
    QueueSettings,
    ResumeQueueRequest,
)
from api.services import ServicesDep
from domain.access import Scope
from workflows.queues import QueueState

router = APIRouter(prefix="/api/ai/queue", tags=["queues"])


@router.get(
    "",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="Look at the queues",
    responses={**answered(HTTPStatus.OK, examples.QUEUES), **problems(401, 403)},
)
async def list_queues(services: ServicesDep, caller: CallerDep) -> Data[QueueList]:
    """Return each queue with what waits on it, who polls it and what is set for it, and your jobs by status.

    What waits and who polls is told to the owner's tenant alone; others are told how many requests of theirs run.
    """
    async with services.database.read() as uow:
        rows = await uow.queues.all()
        running = await uow.calls.open_by_provider(None if caller.is_operator else caller.tenant)
        counts = await uow.jobs.count_by_status(caller.tenant)
    settings = [QueueSetting.of(None, None)]
    settings += [QueueSetting.of(provider, rows.get(provider)) for provider in await known_providers(services)]
    states: list[QueueState | None] = [None] * len(settings)
    if caller.is_operator:
        states = await asyncio.gather(*(state_of(services, setting) for setting in settings))
    queues = tuple(
        Queue.at(setting, state, None if setting.provider is None else running.get(setting.provider, 0))
        for setting, state in zip(settings, states, strict=True)
    )
    told = {status.value: number for status, number in counts.items()}
    return Data(data=QueueList(queues=queues, jobs=JobCounts.model_validate(told)))


@router.post(
    "/pause",
    dependencies=[operates(Scope.QUEUE_WRITE)],
    summary="Hold queues back",
    responses={**answered(HTTPStatus.OK, examples.PAUSED), **problems(400, 401, 403, 413, 415, 422, 503)},
)
async def pause_queues(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    request: Annotated[PauseQueueRequest, Body(openapi_examples=examples.PAUSE)],
) -> Data[QueueSettings]:
    """Let no further request to a provider, or to any, begin, on every worker and through every restart.

    Requests in flight go on. Jobs wait, and their deadlines stand still.
    """
    control = QueueControl(services, caller, audit)
    return Data(data=QueueSettings(queues=await control.pause(request.provider, request.reason)))


@router.post(
    "/resume",
    dependencies=[operates(Scope.QUEUE_WRITE)],
    summary="Let queues go on",
    responses={**answered(HTTPStatus.OK, examples.RESUMED), **problems(400, 401, 403, 413, 415, 422, 503)},
)
async def resume_queues(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    request: Annotated[ResumeQueueRequest | None, Body(openapi_examples=examples.RESUME)] = None,
) -> Data[QueueSettings]:
    """Let requests to a provider, or to all, begin again, at the limits that were set."""
    control = QueueControl(services, caller, audit)
    provider = None if request is None else request.provider
    return Data(data=QueueSettings(queues=await control.resume(provider)))


@router.put(
    "/{provider}/limits",
    dependencies=[operates(Scope.QUEUE_WRITE)],
    summary="Limit a queue",
    responses={**answered(HTTPStatus.OK, examples.LIMITED), **problems(400, 401, 403, 404, 413, 415, 422, 503)},
)
async def limit_queue(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    provider: Annotated[str, Path(max_length=64, description="For example `openai`.")],
    request: Annotated[QueueLimitsRequest, Body(openapi_examples=examples.LIMIT)],
) -> Data[QueueSetting]:
    """Set how many requests to a provider may begin in a second, over all workers; it wins over their own setting.

    Null takes the limit away. A queue that is paused stays paused, and goes on at this limit.
    """
    return Data(data=await QueueControl(services, caller, audit).limit(provider, request.calls_per_second))
