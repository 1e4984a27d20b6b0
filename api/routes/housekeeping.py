"""Housekeeping: ended jobs are taken out of the lists, one by name or many by age.

They are gone at once for whoever asks; the worker erases behind that what many of them leave, and all their workflow
histories. Pages with a version stay, and so does what was spent.
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, BackgroundTasks, Query

from activities.removal import forget
from api.examples import housekeeping as examples
from api.guards.audit import AuditDep
from api.guards.auth import CallerDep, needs
from api.intake.choice import SEVERAL, Several
from api.intake.period import OlderThan, age
from api.problem import conflict, not_found
from api.responses import answered, problems
from api.routes.job import JobName
from api.schemas.envelope import Data
from api.schemas.housekeeping import Cleared
from api.schemas.job_history import EndedStatus
from api.services import Services, ServicesDep
from api.temporal import GoneError, TemporalUnavailableError
from domain.access import Scope
from storage.job_history import JobCriteria

router = APIRouter()

_AT_ONCE: Final = 5_000
"""Jobs one request takes out of the lists: what a database does within a second or two."""
_USUAL: Final = (EndedStatus.COMPLETED, EndedStatus.FAILED)


@router.delete(
    "/api/ai/jobs/{job}",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=HTTPStatus.NO_CONTENT,
    tags=["jobs"],
    summary="Delete an ended job",
    responses=problems(401, 403, 404, 409),
)
async def delete_job(
    services: ServicesDep, caller: CallerDep, audit: AuditDep, background: BackgroundTasks, job: JobName
) -> None:
    """Take an ended job out of the lists and erase its brief, texts, events and workflow histories.

    Its page stays if it has a version, and what it cost stays on the books. A dead letter that holds it is given up
    with it.
    """
    async with services.database.write() as uow:
        row = await uow.jobs.lock(job)
        if row is None or not row.is_seen_by(caller.tenant):
            raise not_found("job", job)
        if row.status.is_open:
            raise conflict("wrong_state", f"{job} is {row.status.value} and cannot be deleted; cancel it first")
        row.removed_at = services.clock()
        await forget(uow, [(job, row.round)])
        audit.change(before={"status": row.status.value, "round": row.round}, after={"removed": True})
        audit.record_within(uow, HTTPStatus.NO_CONTENT)
    background.add_task(_begin, services)


@router.delete(
    "/api/ai/queue",
    dependencies=[needs(Scope.QUEUE_WRITE)],
    tags=["queues"],
    summary="Clear ended jobs away",
    responses={**answered(HTTPStatus.OK, examples.CLEARED), **problems(401, 403, 422)},
)
async def clear_jobs(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    background: BackgroundTasks,
    status: Annotated[
        list[EndedStatus] | None,
        Query(description=f"{SEVERAL} Completed and failed ones without it."),
        Several,
    ] = None,
    older_than: OlderThan = None,
) -> Data[Cleared]:
    """Take ended jobs out of the lists, as deleting each of them would: at most 5,000, the first to end first.

    Open jobs stay, and so do failed ones that an open dead letter holds. Pages with a version stay, and so does what
    was spent.
    """
    now = services.clock()
    until = None if older_than is None else now - age(older_than)
    wanted = JobCriteria(statuses=frozenset(one.status for one in status or _USUAL), until=until)
    async with services.database.write() as uow:
        removed = await uow.removal.remove(caller.tenant, wanted, at=now, limit=_AT_ONCE)
        left, held = await uow.removal.left(caller.tenant, wanted)
        statuses = sorted(one.value for one in wanted.statuses)
        audit.change(after={"removed": removed, "statuses": [*statuses], "olderThan": older_than})
        audit.record_within(uow)
    if removed:
        background.add_task(_begin, services)
    return Data(data=Cleared(removed=removed, left=left, held=held))


async def _begin(services: Services) -> None:
    """Let the worker erase now. Where Temporal does not answer, its schedule does so later."""
    with suppress(TemporalUnavailableError, GoneError):
        await services.temporal.housekeep()
