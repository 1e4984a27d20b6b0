"""GET /api/ai/jobs/{id}/events: a job's story as server-sent events, from wherever the reader left off."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.examples.event import EVENT_STREAM
from api.guards.auth import Caller, CallerDep, needs, still_valid
from api.problem import not_found
from api.responses import problems
from api.schemas.envelope import LARGEST_NUMBER
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.event import Event
from domain.ids import JobId, TenantId

router = APIRouter(tags=["jobs"])

_POLL_SECONDS: Final = 0.3
_LAST_ID: Final = "Number of the last event the reader has; the stream goes on after it, and starts at 1 without it."


class NothingFollowsError(Exception):
    """The job is closed and the reader has its last event."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A job to be watched, from the event after `after` on."""

    tenant: TenantId
    job: JobId
    after: int


async def _watch(
    services: ServicesDep,
    caller: CallerDep,
    job: Annotated[JobId, Path()],
    header: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=LARGEST_NUMBER, description=_LAST_ID)] = None,
    query: Annotated[
        int | None,
        Query(
            alias="lastEventId", ge=0, le=LARGEST_NUMBER, description="The same, for readers that cannot set a header."
        ),
    ] = None,
) -> Watch:
    after = header if header is not None else query or 0
    watch = Watch(caller.tenant, job, after)
    is_open, events = await _news(services, watch, after)
    if not is_open and not events:
        raise NothingFollowsError
    return watch


@router.get(
    "/api/ai/jobs/{job}/events",
    dependencies=[needs(Scope.JOBS_READ)],
    response_class=EventSourceResponse,
    summary="Watch a job",
    responses={
        HTTPStatus.OK: {"content": {"text/event-stream": {"example": EVENT_STREAM}}},
        HTTPStatus.NO_CONTENT: {"description": "The job is closed, and the reader has its last event"},
        **problems(401, 403, 404, 422),
    },
)
async def watch_job(
    request: Request, services: ServicesDep, caller: CallerDep, watch: Annotated[Watch, Depends(_watch)]
) -> AsyncGenerator[ServerSentEvent]:
    """Tell every event of the job as it happens: `id` is its number, `event` its type, `data` the event as JSON.

    A comment comes every 15 s. The last event is `end`; a job that is retried later goes on with the next number.
    """
    seq = watch.after
    while await _goes_on(request, services, caller):
        is_open, news = await _news(services, watch, seq)
        for event in news:
            yield ServerSentEvent(data=event, event=event.type.value, id=str(event.seq))
            seq = event.seq
        if not is_open and not news:
            return
        if not news:
            await _pause(services.closing)


def nothing_follows(_request: Request, _error: Exception) -> Response:
    """Tell a reader not to come back: 204 ends an EventSource."""
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _goes_on(request: Request, services: Services, caller: Caller) -> bool:
    """Whether there is somebody to tell more to: the API does not stop, the reader is there and may still read."""
    if services.closing.is_set() or await request.is_disconnected():
        return False
    return await still_valid(caller, services)


async def _news(services: Services, watch: Watch, after: int) -> tuple[bool, list[Event]]:
    """Return whether the job is open, and its events above `after`. Raises ProblemError 404.

    The job is read first: it closes in the transaction of its last event, so a closed one has told everything.
    """
    async with services.database.read() as uow:
        job = await uow.jobs.get(watch.tenant, watch.job)
        if job is None:
            raise not_found("job", watch.job)
        return job.status.is_open, await uow.events.after(watch.job, after)


async def _pause(closing: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(closing.wait(), _POLL_SECONDS)
