"""/api/ai/dlq: failed rounds, held until somebody retries or discards them.

`{name}` is a dead-letter id, or a job id for the newest one of that job.
"""

from collections.abc import AsyncGenerator
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Path, Query
from fastapi.responses import Response

from api.actions.letter_statistics import statistics_of
from api.actions.retry import Retry
from api.actions.stream import Batch, streamed
from api.examples import dead_letter as examples
from api.examples import job as job_examples
from api.guards.audit import AuditDep
from api.guards.auth import Caller, CallerDep, needs
from api.guards.idempotency import Answer, OnceDep, Subject
from api.intake.cursor import DEFAULT_LIMIT, MOMENT, Cursor, LetterLimit, cursor_at, cut, position
from api.intake.period import PeriodDep
from api.links import job_path
from api.responses import answered, problems
from api.schemas.dead_letter import DeadLetter, DeadLetterList, DiscardRequest, LetterFilter, Retried
from api.schemas.envelope import Data
from api.schemas.job import RetryJobRequest
from api.schemas.letter_statistics import LetterStatistics
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from storage.dead_letter import DeadLetterRow, LetterCriteria

_AT_ONCE: Final = 200
"""Dead letters read and written out before other requests have their turn."""

router = APIRouter(prefix="/api/ai/dlq", tags=["dead letters"])

LetterName = Annotated[str, Path(description="A dead-letter id, or a job id for the newest one of that job.")]


def _criteria(
    period: PeriodDep,
    *,
    status: Annotated[LetterFilter, Query()] = LetterFilter.OPEN,
    error_type: Annotated[ErrorType | None, Query(alias="errorType")] = None,
    provider: Annotated[str | None, Query(max_length=32, description="Whose model failed.")] = None,
    model: Annotated[str | None, Query(max_length=160, description="`provider:model` that failed.")] = None,
    can_retry: Annotated[
        bool | None, Query(alias="canRetry", description="Whether the same route may succeed later.")
    ] = None,
) -> LetterCriteria:
    return LetterCriteria(
        status=status.status,
        error_type=error_type,
        provider=provider,
        model=model,
        can_retry=can_retry,
        since=period.since,
        until=period.until,
    )


@router.get(
    "",
    dependencies=[needs(Scope.DLQ_READ)],
    summary="List dead letters",
    response_model=Data[DeadLetterList],
    responses={**answered(HTTPStatus.OK, examples.DEAD_LETTERS), **problems(401, 403, 422)},
)
async def list_dead_letters(
    services: ServicesDep,
    caller: CallerDep,
    wanted: Annotated[LetterCriteria, Depends(_criteria)],
    limit: LetterLimit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Return dead letters, newest first. A long list is streamed."""
    return await streamed("entries", _batches(services, caller, wanted, position(cursor, MOMENT), limit))


@router.get(
    "/stats",
    dependencies=[needs(Scope.DLQ_READ)],
    summary="Count dead letters",
    responses={**answered(HTTPStatus.OK, examples.LETTER_STATISTICS), **problems(401, 403)},
)
async def get_dead_letter_stats(services: ServicesDep, caller: CallerDep) -> Data[LetterStatistics]:
    """Return what the open dead letters are, what their jobs cost so far, and what retrying them would cost at most."""
    async with services.database.read() as uow:
        return Data(data=await statistics_of(uow, caller.tenant))


@router.get(
    "/{name}",
    dependencies=[needs(Scope.DLQ_READ)],
    summary="Look at a dead letter",
    responses={**answered(HTTPStatus.OK, examples.DEAD_LETTER), **problems(401, 403, 404)},
)
async def get_dead_letter(services: ServicesDep, caller: CallerDep, name: LetterName) -> Data[DeadLetter]:
    """Return a failed round: its error, what it finished, what it cost and what a retry would cost."""
    return Data(data=_shown(services, await Retry(services).letter(caller, name)))


@router.post(
    "/{name}/retry",
    dependencies=[needs(Scope.DLQ_WRITE)],
    status_code=HTTPStatus.ACCEPTED,
    response_model=Data[Retried],
    summary="Retry a failed round",
    responses={**answered(HTTPStatus.ACCEPTED, examples.RETRIED), **problems(400, 401, 403, 404, 409, 422, 503)},
)
async def retry_dead_letter(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    name: LetterName,
    request: Annotated[RetryJobRequest | None, Body(openapi_examples=job_examples.RETRY)] = None,
) -> Response:
    """Start the next round from the finished sections. Sent again with the same key, it starts none twice."""
    retries = Retry(services)

    async def act(subject: Subject) -> Answer:
        result = await retries.dead_letter(caller, request or RetryJobRequest(), subject, once.key)
        audit.change(before={"round": result.round - 1}, after={"jobId": result.job_id, "round": result.round})
        retried = Retried(job_id=result.job_id, round=result.round)
        return Answer(HTTPStatus.ACCEPTED, Data(data=retried), job_path(result.job_id))

    return await once.answer(partial(retries.open_letter, caller, name), act)


@router.post(
    "/{name}/discard",
    dependencies=[needs(Scope.DLQ_WRITE)],
    response_model=Data[DeadLetter],
    summary="Discard a failed round",
    responses={**answered(HTTPStatus.OK, examples.DISCARDED), **problems(400, 401, 403, 404, 409, 422, 503)},
)
async def discard_dead_letter(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    name: LetterName,
    request: Annotated[DiscardRequest | None, Body(openapi_examples=examples.DISCARD)] = None,
) -> Response:
    """Give a failed round up for good. What it cost stays on the books."""
    retries = Retry(services)
    reason = "" if request is None else request.reason

    async def act(subject: Subject) -> Answer:
        row = await retries.discard(caller, reason, subject, once.key)
        after = {"dlqJobId": row.id, "status": row.status.value}
        audit.change(before={"status": DeadLetterStatus.OPEN.value}, after=after)
        return Answer(HTTPStatus.OK, Data(data=_shown(services, row)))

    return await once.answer(partial(retries.open_letter, caller, name), act)


def _shown(services: Services, row: DeadLetterRow) -> DeadLetter:
    return DeadLetter.of(row, services.settings.max_cost_per_job, services.links.dead_letter(row))


async def _batches(
    services: Services, caller: Caller, wanted: LetterCriteria, before: tuple[datetime, str] | None, limit: int
) -> AsyncGenerator[Batch[DeadLetter]]:
    """Yield a list in parts, each read in a transaction of its own: a slow reader holds nothing up."""
    while True:
        size = min(limit, _AT_ONCE)
        async with services.database.read() as uow:
            rows = await uow.dead_letters.newest(caller.tenant, wanted, before=before, limit=size + 1)
        shown, last = cut(rows, size)
        before = None if last is None else (last.created_at, last.id)
        yield tuple(_shown(services, row) for row in shown), None if before is None else cursor_at(before, MOMENT)
        limit -= size
        if before is None or limit == 0:
            return
