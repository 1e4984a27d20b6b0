"""/api/ai/jobs/batch and /api/ai/batches: many briefs at once, and the progress of whatever is done in bulk."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response

from api.actions.batch_control import BatchControl
from api.actions.batch_intake import JSON, BatchIntake
from api.actions.batch_steering import STEERED_WITH, BatchSteering
from api.examples import batch as examples
from api.examples.envelope import NOTHING
from api.guards.audit import AuditDep, audit_change
from api.guards.auth import CallerDep, needs, needs_one_of, ways_of
from api.guards.idempotency import Answer, KeyHeader, Once, OnceDep, Subject
from api.intake.choice import SEVERAL, Several
from api.intake.cursor import DEFAULT_LIMIT, NAME, NUMBER, Cursor, Limit, cursor_at, cut, position
from api.links import batch_path
from api.problem import not_found
from api.responses import answered, problems
from api.schemas.batch import (
    Batch,
    BatchCancelRequest,
    BatchItem,
    BatchItemList,
    BatchList,
    InFlight,
    Pace,
    PerSecond,
    ReceivedBatch,
)
from api.schemas.envelope import Data, Nothing
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.batch import BatchStatus, ItemStatus
from domain.ids import BatchId
from storage.batch import BatchRow

router = APIRouter(tags=["batches"])

BATCHES: Final = "/api/ai/batches"
ACCEPTED: Final = HTTPStatus.ACCEPTED
BatchName = Annotated[BatchId, Path(description="For example `batch_01K3V8Z4M0E9C7B2Q5T1R6W8XY`.")]
NoBody = Annotated[Nothing | None, Body(openapi_examples=NOTHING)]
_SHOWN_PROBLEMS: Final = 100
_STEERS: Final = tuple(dict.fromkeys(STEERED_WITH.values()))
"""A batch of briefs is steered with `jobs.write`, one of dead letters with `dlq.write`."""


@router.post(
    "/api/ai/jobs/batch",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[ReceivedBatch],
    summary="Submit many briefs",
    responses={**answered(ACCEPTED, examples.RECEIVED), **problems(400, 401, 403, 409, 413, 415, 422, 503)},
    openapi_extra={"requestBody": examples.LINES},
)
async def submit_batch(
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    *,
    per_second: Annotated[PerSecond | None, Query(alias="perSecond", description="Lines begun a second.")] = None,
    in_flight: Annotated[InFlight | None, Query(alias="inFlight", description="Jobs that run at once.")] = None,
    key: KeyHeader = None,
) -> Response:
    """Make a page from each line. A line that cannot be taken is reported with its number and stops no other.

    Each line, or each element of the array, is what `POST /api/ai/jobs` takes, or a brief alone: an object without a
    `brief`, or a text. The body may have 256 MB and 10,000 lines, and is stored when this answers.
    Lines may also be sent as `application/jsonl` or `application/jsonlines`.
    """
    intake, control = BatchIntake(services, caller), BatchControl(services)
    media_type = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    pace = Pace.model_validate({"perSecond": per_second, "inFlight": in_flight})
    received = await intake.receive(request.stream(), media_type, pace)
    is_kept = False

    async def subject() -> str:
        return received.batch

    async def act(subject: Subject) -> Answer:
        nonlocal is_kept
        is_kept = subject.id == received.batch
        row = await control.start(BatchId(subject.id))
        audit_change(request, after={"batchId": row.id, "kind": row.kind.value, "lines": row.total})
        return Answer(ACCEPTED, Data(data=await _received(services, control, row)), batch_path(row.id))

    once = Once(services, caller, f"{request.method} {request.url.path}", received.body_hash, key)
    try:
        return await once.answer(subject, act)
    finally:
        if not is_kept:
            await intake.drop(received.batch)


@router.get(
    BATCHES,
    dependencies=[needs(Scope.JOBS_READ)],
    summary="List batches",
    responses={**answered(HTTPStatus.OK, examples.BATCHES), **problems(401, 403, 422)},
)
async def list_batches(
    services: ServicesDep,
    caller: CallerDep,
    *,
    status: Annotated[list[BatchStatus] | None, Query(description=SEVERAL), Several] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[BatchList]:
    """Return batches, newest first: briefs sent together, and dead letters retried or discarded in bulk."""
    before, control = position(cursor, NAME), BatchControl(services)
    async with services.database.read() as uow:
        rows = await uow.batches.newest(
            caller.tenant,
            statuses=status or (),
            before=None if before is None else BatchId(before),
            limit=limit + 1,
        )
    shown, last = cut(rows, limit)
    batches = tuple([await control.shown(row) for row in shown])
    return Data(data=BatchList(batches=batches, next_cursor=None if last is None else cursor_at(last.id, NAME)))


@router.get(
    BATCHES + "/{batch}",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="Look at a batch",
    responses={**answered(HTTPStatus.OK, examples.BATCH), **problems(401, 403, 404)},
)
async def get_batch(services: ServicesDep, caller: CallerDep, batch: BatchName) -> Data[Batch]:
    """Return a batch: how many lines stand where, what it has cost, and its failures by type."""
    row = await _found(services, caller, batch)
    return Data(data=await BatchControl(services).shown(row))


@router.get(
    BATCHES + "/{batch}/items",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="List the lines of a batch",
    responses={**answered(HTTPStatus.OK, examples.ITEMS), **problems(401, 403, 404, 422)},
)
async def list_batch_items(
    services: ServicesDep,
    caller: CallerDep,
    batch: BatchName,
    *,
    status: Annotated[list[ItemStatus] | None, Query(description=SEVERAL), Several] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[BatchItemList]:
    """Return lines in their order, with their jobs, and with what is wrong with the refused ones."""
    after = position(cursor, NUMBER) or 0
    await _found(services, caller, batch)
    async with services.database.read() as uow:
        rows = await uow.batch_items.of_batch(batch, statuses=status or (), after=after, limit=limit + 1)
    shown, last = cut(rows, limit)
    items = tuple(BatchItem.of(row) for row in shown)
    return Data(data=BatchItemList(items=items, next_cursor=None if last is None else cursor_at(last.number, NUMBER)))


@router.post(
    BATCHES + "/{batch}/pause",
    dependencies=[needs_one_of(*_STEERS)],
    openapi_extra=ways_of(*_STEERS),
    status_code=ACCEPTED,
    summary="Pause a batch",
    responses={**answered(ACCEPTED, examples.PAUSED), **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
async def pause_batch(
    services: ServicesDep, caller: CallerDep, audit: AuditDep, batch: BatchName, _body: NoBody = None
) -> Data[Batch]:
    """Begin no further line. Lines that run go on. A batch of dead letters takes the scope `dlq.write`."""
    row = await BatchSteering(services, caller, audit).pause(batch)
    return Data(data=await BatchControl(services).shown(row))


@router.post(
    BATCHES + "/{batch}/resume",
    dependencies=[needs_one_of(*_STEERS)],
    openapi_extra=ways_of(*_STEERS),
    status_code=ACCEPTED,
    response_model=Data[Batch],
    summary="Resume a paused batch",
    responses={**answered(ACCEPTED, examples.BATCH), **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
async def resume_batch(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    batch: BatchName,
    _body: NoBody = None,
) -> Response:
    """Let a paused batch go on. A batch of dead letters takes the scope `dlq.write`."""

    async def act(_subject: Subject) -> Answer:
        row = await BatchSteering(services, caller, audit).resume(batch)
        return Answer(ACCEPTED, Data(data=await BatchControl(services).shown(row)))

    async def subject() -> str:
        return batch

    return await once.answer(subject, act)


@router.post(
    BATCHES + "/{batch}/cancel",
    dependencies=[needs_one_of(*_STEERS)],
    openapi_extra=ways_of(*_STEERS),
    status_code=ACCEPTED,
    summary="Cancel a batch",
    responses={**answered(ACCEPTED, examples.CANCELLING), **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
async def cancel_batch(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    batch: BatchName,
    request: Annotated[BatchCancelRequest | None, Body(openapi_examples=examples.CANCEL)] = None,
) -> Data[Batch]:
    """Begin no further line for good. The jobs that run come to their ends, or are cancelled with `running`.

    A batch of dead letters takes the scope `dlq.write`.
    """
    running = request is not None and request.running
    row = await BatchSteering(services, caller, audit).cancel(batch, running=running)
    return Data(data=await BatchControl(services).shown(row))


async def _found(services: Services, caller: CallerDep, batch: BatchId) -> BatchRow:
    async with services.database.read() as uow:
        row = await uow.batches.get(caller.tenant, batch)
    if row is None:
        raise not_found("batch", batch)
    return row


async def _received(services: Services, control: BatchControl, row: BatchRow) -> ReceivedBatch:
    async with services.database.read() as uow:
        refused = await uow.batch_items.of_batch(BatchId(row.id), statuses=[ItemStatus.INVALID], limit=_SHOWN_PROBLEMS)
    return ReceivedBatch.with_problems(await control.shown(row), refused)
