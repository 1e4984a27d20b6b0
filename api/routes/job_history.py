"""GET /api/ai/jobs/history: the jobs that have ended."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.examples import job_history as examples
from api.guards.auth import CallerDep, needs
from api.intake.choice import SEVERAL, Several
from api.intake.cursor import DEFAULT_LIMIT, MOMENT, Cursor, Limit, cursor_at, cut, position
from api.intake.period import PeriodDep
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.job_history import EndedJob, EndedStatus, JobHistory
from api.services import ServicesDep
from domain.access import Scope
from domain.errors import ErrorType
from domain.ids import UserId
from domain.job import CLOSED
from storage.job_history import JobCriteria

router = APIRouter(tags=["jobs"])


def _criteria(
    period: PeriodDep,
    *,
    status: Annotated[list[EndedStatus] | None, Query(description=SEVERAL), Several] = None,
    provider: Annotated[str | None, Query(max_length=32, description="Of the outcome.")] = None,
    model: Annotated[str | None, Query(max_length=160, description="`provider:model` of the outcome.")] = None,
    user: Annotated[str | None, Query(max_length=200, description="Whose job it was.")] = None,
    error_type: Annotated[ErrorType | None, Query(alias="errorType")] = None,
) -> JobCriteria:
    return JobCriteria(
        statuses=frozenset(one.status for one in status) if status else CLOSED,
        provider=provider,
        model=model,
        user=None if user is None else UserId(user),
        error_type=error_type,
        since=period.since,
        until=period.until,
    )


@router.get(
    "/api/ai/jobs/history",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="List jobs that have ended",
    responses={**answered(HTTPStatus.OK, examples.JOB_HISTORY), **problems(401, 403, 422)},
)
async def list_job_history(
    services: ServicesDep,
    caller: CallerDep,
    wanted: Annotated[JobCriteria, Depends(_criteria)],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[JobHistory]:
    """Return jobs that have ended, the last to end first; `since` and `until` are about their end."""
    before = position(cursor, MOMENT)
    async with services.database.read() as uow:
        rows = await uow.job_history.newest(caller.tenant, wanted, before=before, limit=limit + 1)
    shown, last = cut(rows, limit)
    jobs = tuple(EndedJob.of(row, services.links.job(row)) for row in shown)
    after = None if last is None or last.finished_at is None else cursor_at((last.finished_at, last.id), MOMENT)
    return Data(data=JobHistory(jobs=jobs, next_cursor=after))
