"""/api/ai/dlq: failed rounds, held until somebody retries or discards them.

`{name}` is a dead-letter id, or a job id for the newest one of that job.
"""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response

from api import examples
from api.audit import AuditDep
from api.auth import CallerDep, needs
from api.cursor import DEFAULT_LIMIT, MOMENT, Cursor, LetterLimit, cursor_at, cut, position
from api.idempotency import Answer, OnceDep, Subject
from api.links import job_path
from api.responses import answered, problems
from api.retry import Retry
from api.schemas.dead_letter import DeadLetter, DeadLetterList, DiscardRequest, LetterFilter, Retried
from api.schemas.envelope import Data
from api.schemas.job import RetryJobRequest
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from storage.dead_letter import DeadLetterRow

router = APIRouter(prefix="/api/ai/dlq", tags=["dead letters"])

LetterName = Annotated[str, Path(description="A dead-letter id, or a job id for the newest one of that job.")]


@router.get(
    "",
    dependencies=[needs(Scope.DLQ_READ)],
    summary="List dead letters",
    responses={**answered(HTTPStatus.OK, examples.DEAD_LETTERS), **problems(401, 403, 422)},
)
async def list_letters(
    services: ServicesDep,
    caller: CallerDep,
    *,
    status: Annotated[LetterFilter, Query()] = LetterFilter.OPEN,
    error_type: Annotated[ErrorType | None, Query(alias="errorType")] = None,
    limit: LetterLimit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[DeadLetterList]:
    """Return dead letters, newest first."""
    async with services.database.read() as uow:
        rows = await uow.dead_letters.newest(
            caller.tenant,
            status=status.status,
            error_type=error_type,
            before=position(cursor, MOMENT),
            limit=limit + 1,
        )
    shown, last = cut(rows, limit)
    entries = tuple(_shown(services, row) for row in shown)
    after = None if last is None else cursor_at((last.created_at, last.id), MOMENT)
    return Data(data=DeadLetterList(entries=entries, next_cursor=after))


@router.get(
    "/{name}",
    dependencies=[needs(Scope.DLQ_READ)],
    summary="Look at a dead letter",
    responses={**answered(HTTPStatus.OK, examples.DEAD_LETTER), **problems(401, 403, 404)},
)
async def get_letter(services: ServicesDep, caller: CallerDep, name: LetterName) -> Data[DeadLetter]:
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
async def retry(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    name: LetterName,
    request: Annotated[RetryJobRequest | None, Body(openapi_examples=examples.RETRY)] = None,
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
async def discard(
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
    return DeadLetter.of(row, services.links.dead_letter(row))
