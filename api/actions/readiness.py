"""Whether work that comes in now is done now: database, Temporal, and a worker on each queue."""

import asyncio
from collections.abc import Awaitable
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType

from api.schemas.health import Part
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from storage.schema import SchemaState, check
from workflows import contracts
from workflows.queues import ACTIVITIES, WORKFLOWS

_WITHIN_SECONDS: Final = 3.0
_SCHEMA_ADVICE: Final = {
    SchemaState.EMPTY: "the database has no tables; run `pagewright db upgrade`",
    SchemaState.OLDER: "the schema is not up to date; run `pagewright db upgrade`",
    SchemaState.NEWER: "the database was written by a newer version of Pagewright; start that one",
}


async def parts_of(services: Services) -> tuple[Part, ...]:
    """Return each part that work needs, and whether it is there; within seconds, whatever is away."""
    return tuple(await asyncio.gather(_database(services), _temporal(services), *_queues(services)))


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
        _queue(services, contracts.PAGES_QUEUE, (WORKFLOWS, ACTIVITIES)),
        *(_queue(services, contracts.llm_queue(provider), (ACTIVITIES,)) for provider in providers),
    ]


async def _queue(services: Services, queue: str, kinds: tuple[TaskQueueType.ValueType, ...]) -> Part:
    name = f"queue {queue}"
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            is_polled = await services.temporal.is_polled(queue, kinds)
    except (TemporalUnavailableError, GoneError, TimeoutError):
        return Part(name=name, ready=False, message="nobody knows: Temporal does not answer")
    return Part(name=name, ready=is_polled, message="" if is_polled else "no worker polls it; run `pagewright worker`")
