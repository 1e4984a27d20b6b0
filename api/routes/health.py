"""Health for supervisors and load balancers: whether the process answers, and whether work is done."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType

from api.examples import health as examples
from api.responses import answered
from api.schemas.health import Health, Part, Readiness
from api.services import Services, ServicesDep
from api.temporal import GoneError, TemporalUnavailableError
from api.version import VERSION
from storage.schema import SchemaState, check
from workflows import contracts

router = APIRouter(tags=["health"])

_WITHIN_SECONDS: Final = 3.0
_WORKFLOWS: Final = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
_ACTIVITIES: Final = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
_SCHEMA_ADVICE: Final = {
    SchemaState.EMPTY: "the database has no tables; run `pagewright db upgrade`",
    SchemaState.OLDER: "the schema is not up to date; run `pagewright db upgrade`",
    SchemaState.NEWER: "the database was written by a newer version of Pagewright; start that one",
}


@router.get("/api/health", summary="Health", responses=answered(HTTPStatus.OK, examples.HEALTH))
@router.get(
    "/healthz", operation_id="get_liveness", summary="Liveness", responses=answered(HTTPStatus.OK, examples.HEALTH)
)
async def get_health() -> Health:
    """Answer, which is what is asked. Says nothing about what it needs: /readyz does."""
    return Health(status="ok", version=VERSION)


@router.get(
    "/readyz",
    summary="Readiness",
    responses={
        **answered(HTTPStatus.OK, examples.READY),
        HTTPStatus.SERVICE_UNAVAILABLE: {"model": Readiness, "description": "A part is missing; `parts` says which"},
    },
)
async def get_readiness(services: ServicesDep, response: Response) -> Readiness:
    """Say whether work that comes in now is done now: database, Temporal, and a worker on each queue."""
    parts = await asyncio.gather(_database(services), _temporal(services), *_queues(services))
    is_ready = all(part.ready for part in parts)
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(status="ready" if is_ready else "not_ready", parts=tuple(parts))


async def _database(services: Services) -> Part:
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            state = await check(services.database)
    except (SQLAlchemyError, OSError) as error:
        return Part(name="database", ready=False, message=f"cannot be used: {type(error).__name__}")
    return Part(name="database", ready=state is SchemaState.CURRENT, message=_SCHEMA_ADVICE.get(state, ""))


async def _temporal(services: Services) -> Part:
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            await services.temporal.require_namespace()
    except (TemporalUnavailableError, TimeoutError):
        return Part(name="temporal", ready=False, message="does not answer; TEMPORAL_ADDRESS says where it is")
    except GoneError:
        return Part(name="temporal", ready=False, message=f"has no namespace {services.temporal.namespace}")
    return Part(name="temporal", ready=True)


def _queues(services: Services) -> list[Awaitable[Part]]:
    """Return a check of each queue: `pages` also takes workflow tasks."""
    providers = services.catalogue.providers()
    return [
        _queue(services, contracts.PAGES_QUEUE, (_WORKFLOWS, _ACTIVITIES)),
        *(_queue(services, contracts.llm_queue(provider), (_ACTIVITIES,)) for provider in providers),
    ]


async def _queue(services: Services, queue: str, kinds: tuple[TaskQueueType.ValueType, ...]) -> Part:
    name = f"queue {queue}"
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            is_polled = await services.temporal.is_polled(queue, kinds)
    except (TemporalUnavailableError, GoneError, TimeoutError):
        return Part(name=name, ready=False, message="nobody knows: Temporal does not answer")
    return Part(name=name, ready=is_polled, message="" if is_polled else "no worker polls it; run `pagewright worker`")
