"""GET /api/audit: who changed what."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from api.examples import audit_record as audit_examples
from api.guards.auth import CallerDep, needs
from api.intake.cursor import DEFAULT_LIMIT, NAME, Cursor, Limit, cursor_at, cut, position
from api.responses import answered, problems
from api.schemas.audit import AuditRecord, AuditRecordList
from api.schemas.envelope import Data, NoNul
from api.schemas.moment import Moment
from api.services import ServicesDep
from domain.access import Scope
from storage.audit import AuditFilter

router = APIRouter(tags=["audit"])

Wanted = Annotated[str | None, Query(max_length=200), NoNul]


@router.get(
    "/api/audit",
    dependencies=[needs(Scope.ADMIN)],
    summary="List changes",
    responses={**answered(HTTPStatus.OK, audit_examples.RECORDS), **problems(401, 403, 422)},
)
async def list_audit_records(  # noqa: PLR0913  a filter each
    services: ServicesDep,
    caller: CallerDep,
    *,
    user: Wanted = None,
    method: Annotated[str | None, Query(pattern="^[A-Za-z]{1,10}$", description="For example `DELETE`.")] = None,
    route: Annotated[
        str | None, Query(max_length=200, description="How the route begins: `/api/ai/dlq`."), NoNul
    ] = None,
    target: Annotated[
        str | None, Query(max_length=200, description="An id of what was changed or made."), NoNul
    ] = None,
    since: Annotated[Moment | None, Query(description="Not before this moment.")] = None,
    until: Annotated[Moment | None, Query(description="Before this moment.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[AuditRecordList]:
    """Return what was changed through the API, newest first: by whom, from where, and what it was before."""
    wanted = AuditFilter(user, None if method is None else method.upper(), route, target, since, until)
    before = position(cursor, NAME)
    async with services.database.read() as uow:
        rows = await uow.audit.newest(caller.tenant, wanted, before=before, limit=limit + 1)
    shown, last = cut(rows, limit)
    records = tuple(AuditRecord.of(row) for row in shown)
    after = None if last is None else cursor_at(last.id, NAME)
    return Data(data=AuditRecordList(records=records, next_cursor=after))
