"""/api/ai/schedules: what is done again and again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response
from ulid import ULID

from api.actions.schedule_control import ScheduleControl, standing_of
from api.examples import schedule as examples
from api.examples.envelope import NOTHING
from api.guards.audit import AuditDep
from api.guards.auth import CallerDep, needs
from api.guards.idempotency import Answer, OnceDep, Subject
from api.intake.cursor import DEFAULT_LIMIT, NAME, Cursor, Limit, cursor_at, cut, position
from api.links import schedule_path
from api.problem import not_found
from api.responses import answered, problems
from api.schemas.envelope import Data, Nothing
from api.schemas.schedule import (
    Schedule,
    ScheduleDetail,
    ScheduleList,
    ScheduleNoteRequest,
    ScheduleRequest,
    ScheduleStanding,
)
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.ids import PageId, ScheduleId, schedule_id
from storage.schedule import ScheduleRow

router = APIRouter(prefix="/api/ai/schedules", tags=["schedules"])

OK, CREATED, ACCEPTED = HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED
ScheduleName = Annotated[ScheduleId, Path(description="For example `sched_01K3V8Z4M0E9C7B2Q5T1R6W8XY`.")]
NoteBody = Annotated[ScheduleNoteRequest | None, Body(openapi_examples=examples.NOTE)]
NoBody = Annotated[Nothing | None, Body(openapi_examples=NOTHING)]


@router.post(
    "",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=CREATED,
    response_model=Data[Schedule],
    summary="Make a schedule",
    responses={**answered(CREATED, examples.SCHEDULE), **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
async def create_schedule(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    request: Annotated[ScheduleRequest, Body(openapi_examples=examples.CREATE)],
) -> Response:
    """Make a page anew, or submit a batch again, whenever a cron expression says so.

    Each run makes a job (or a batch) of its own and pays for it. A page that has an open job then is left out.
    """

    async def act(subject: Subject) -> Answer:
        row = await ScheduleControl(services, audit).create(caller, request, subject)
        return Answer(CREATED, _data(services, row), schedule_path(row.id))

    async def subject() -> str:
        return schedule_id(str(ULID()))

    return await once.answer(subject, act)


@router.get(
    "",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="List schedules",
    responses={**answered(OK, examples.SCHEDULES), **problems(401, 403, 422)},
)
async def list_schedules(
    services: ServicesDep,
    caller: CallerDep,
    *,
    page: Annotated[PageId | None, Query(alias="pageId", description="Only schedules of this page.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[ScheduleList]:
    """Return schedules, newest first."""
    before = position(cursor, NAME)
    async with services.database.read() as uow:
        rows = await uow.schedules.newest(
            caller.tenant, page=page, before=None if before is None else ScheduleId(before), limit=limit + 1
        )
    shown, last = cut(rows, limit)
    schedules = tuple(Schedule.of(row, services.links.schedule(row)) for row in shown)
    return Data(data=ScheduleList(schedules=schedules, next_cursor=None if last is None else cursor_at(last.id, NAME)))


@router.get(
    "/{schedule}",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="Look at a schedule",
    responses={**answered(OK, examples.DETAIL), **problems(401, 403, 404)},
)
async def get_schedule(services: ServicesDep, caller: CallerDep, schedule: ScheduleName) -> Data[ScheduleDetail]:
    """Return a schedule with its next runs and its last ones."""
    async with services.database.read() as uow:
        row = await uow.schedules.get(caller.tenant, schedule)
    if row is None:
        raise not_found("schedule", schedule)
    standing = await standing_of(services, schedule)
    shown = Schedule.of(row, services.links.schedule(row))
    told = None if standing is None else ScheduleStanding.of(standing)
    return Data(data=ScheduleDetail(**dict(shown), standing=told))


@router.post(
    "/{schedule}/pause",
    dependencies=[needs(Scope.JOBS_WRITE)],
    summary="Pause a schedule",
    responses={**answered(OK, examples.PAUSED), **problems(400, 401, 403, 404, 415, 422, 503)},
)
async def pause_schedule(
    services: ServicesDep, caller: CallerDep, audit: AuditDep, schedule: ScheduleName, body: NoteBody = None
) -> Data[Schedule]:
    """Hold a schedule. What it began goes on, and it can still be triggered."""
    note = None if body is None else body.note
    return _data(services, await ScheduleControl(services, audit).pause(caller, schedule, note, paused=True))


@router.post(
    "/{schedule}/resume",
    dependencies=[needs(Scope.JOBS_WRITE)],
    summary="Resume a schedule",
    responses={**answered(OK, examples.SCHEDULE), **problems(400, 401, 403, 404, 415, 422, 503)},
)
async def resume_schedule(
    services: ServicesDep, caller: CallerDep, audit: AuditDep, schedule: ScheduleName, body: NoteBody = None
) -> Data[Schedule]:
    """Let a schedule go on. What was due meanwhile is not made up for."""
    note = None if body is None else body.note
    return _data(services, await ScheduleControl(services, audit).pause(caller, schedule, note, paused=False))


@router.post(
    "/{schedule}/trigger",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Schedule],
    summary="Run a schedule now",
    responses={**answered(ACCEPTED, examples.SCHEDULE), **problems(400, 401, 403, 404, 409, 415, 422, 503)},
)
async def trigger_schedule(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    schedule: ScheduleName,
    _body: NoBody = None,
) -> Response:
    """Let it act once more, now, under its overlap policy; `lastRun` tells what came of it."""

    async def act(_subject: Subject) -> Answer:
        return Answer(ACCEPTED, _data(services, await ScheduleControl(services, audit).trigger(caller, schedule)))

    async def subject() -> str:
        return schedule

    return await once.answer(subject, act)


@router.delete(
    "/{schedule}",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=HTTPStatus.NO_CONTENT,
    summary="Delete a schedule",
    responses=problems(401, 403, 404, 503),
)
async def delete_schedule(services: ServicesDep, caller: CallerDep, audit: AuditDep, schedule: ScheduleName) -> None:
    """End a schedule. What it has made stays, and what it began goes on."""
    await ScheduleControl(services, audit).delete(caller, schedule)


def _data(services: Services, row: ScheduleRow) -> Data[Schedule]:
    return Data(data=Schedule.of(row, services.links.schedule(row)))
