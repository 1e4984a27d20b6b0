"""/api/ai/dlq/retry and /discard: many dead letters at once, by filter, as a batch with a rate and a report."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Body
from fastapi.responses import Response

from api.actions.batch_control import BatchControl
from api.actions.batch_intake import new_batch
from api.examples import batch as examples
from api.guards.audit import Audit, AuditDep
from api.guards.auth import Caller, CallerDep, needs
from api.guards.idempotency import Answer, Once, OnceDep, Subject
from api.intake.options import OptionsReader
from api.links import batch_path
from api.problem import conflict
from api.responses import answered, problems
from api.schemas.batch import Batch, BulkDiscardRequest, BulkRetryRequest, LetterFilter, Selection
from api.schemas.envelope import Data
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.batch import BatchKind, Change, LeftOut
from domain.dead_letter import RetryNeed
from domain.ids import BatchId
from storage.batch import BatchRow
from storage.letter_selection import LetterSelection

router = APIRouter(prefix="/api/ai/dlq", tags=["dead letters"])

ACCEPTED: Final = HTTPStatus.ACCEPTED
_NEEDS: Final = {
    RetryNeed.HIGHER_CAP: "with a higher maxCostUsd",
    RetryNeed.NEXT_DAY: "on the next day (UTC)",
    RetryNeed.OTHER_ROUTE: "on another route",
}
_REFUSALS: Final = (400, 401, 403, 409, 413, 415, 422, 503)


@router.post(
    "/retry",
    dependencies=[needs(Scope.DLQ_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Batch],
    summary="Retry many failed rounds",
    responses={
        **answered(ACCEPTED, examples.RETRYING),
        HTTPStatus.OK: examples.shown(Data[Selection], examples.SELECTION),
        **problems(*_REFUSALS),
    },
)
async def retry_dead_letters(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    once: OnceDep,
    request: Annotated[BulkRetryRequest, Body(openapi_examples=examples.RETRY_MANY)],
) -> Response:
    """Start the next round of every dead letter the filter means, each exactly once. `dryRun` only counts them."""
    reader = OptionsReader(services.settings, services.catalogue)
    route = reader.route(request, services.catalogue.default_route()) if request.names_models else None
    max_cost = None if request.max_cost_usd is None else reader.cap(request)
    selection = _selection(caller, request, only_retryable=route is None and max_cost is None and not request.force)
    seconds = {} if route is None else reader.request_seconds(route)
    batch = new_batch(services, caller, BatchKind.RETRY, request)
    batch.change = Change(route=route, request_seconds=seconds, max_cost=max_cost)
    if request.dry_run:
        audit.nothing_changes()
        return await _counted(services, once, selection)
    return await _begun(services, once, audit, batch, selection)


@router.post(
    "/discard",
    dependencies=[needs(Scope.DLQ_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Batch],
    summary="Discard many failed rounds",
    responses={
        **answered(ACCEPTED, examples.DISCARDING),
        HTTPStatus.OK: examples.shown(Data[Selection], examples.SELECTION),
        **problems(*_REFUSALS),
    },
)
async def discard_dead_letters(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    once: OnceDep,
    request: Annotated[BulkDiscardRequest, Body(openapi_examples=examples.DISCARD_MANY)],
) -> Response:
    """Give up every dead letter the filter means. What they cost stays on the books. `dryRun` only counts them."""
    batch = new_batch(services, caller, BatchKind.DISCARD, request)
    batch.reason = request.reason
    selection = _selection(caller, request, only_retryable=False)
    if request.dry_run:
        audit.nothing_changes()
        return await _counted(services, once, selection)
    return await _begun(services, once, audit, batch, selection)


def _selection(caller: Caller, request: LetterFilter, *, only_retryable: bool) -> LetterSelection:
    return LetterSelection(
        caller.tenant, request.error_type, request.provider, request.since, request.ids, only_retryable=only_retryable
    )


async def _counted(services: Services, once: Once, selection: LetterSelection) -> Response:
    """Say what a selection comes to."""

    async def subject() -> str:
        return "dry run"

    async def act(_subject: Subject) -> Answer:
        async with services.database.read() as uow:
            total = await uow.letter_selections.sum(selection)
            left_out = await uow.letter_selections.left_out(selection)
        return Answer(HTTPStatus.OK, Data(data=Selection.of(total, left_out)))

    return await once.answer(subject, act)


async def _begun(services: Services, once: Once, audit: Audit, batch: BatchRow, selection: LetterSelection) -> Response:
    """Begin a batch of a selection."""
    control = BatchControl(services)

    async def subject() -> str:
        return batch.id

    async def act(subject: Subject) -> Answer:
        await _store(services, BatchId(subject.id), batch, selection)
        row = await control.start(BatchId(subject.id))
        audit.change(after={"batchId": row.id, "kind": row.kind.value, "lines": row.total, "reason": row.reason})
        return Answer(ACCEPTED, Data(data=await control.shown(row)), batch_path(row.id))

    return await once.answer(subject, act)


async def _store(services: Services, name: BatchId, batch: BatchRow, selection: LetterSelection) -> None:
    """Store a batch with a line for each dead letter, unless an earlier request with the same key has."""
    async with services.database.write() as uow:
        if await uow.batches.find(name) is not None:
            return
        batch.id = name
        batch.left_out = await uow.letter_selections.left_out(selection)
        uow.batches.add(batch)
        await uow.flush()
        batch.total = await uow.letter_selections.put_into(name, selection)
        if batch.total == 0:
            raise conflict("nothing_to_do", _nothing(batch.left_out))


def _nothing(left_out: LeftOut) -> str:
    """Say why a filter means nothing that can be done."""
    if not left_out.skipped:
        return "no open dead letter is meant by this filter; dryRun shows what is there"
    needs = ", ".join(f"{count} {_NEEDS[need]}" for need, count in left_out.skipped.items())
    return f"no dead letter that this filter means can be retried as it is: {needs}; or force them"
