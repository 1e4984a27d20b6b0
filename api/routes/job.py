"""/api/ai/jobs: submit, list, look at and steer jobs."""

from collections import defaultdict
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import Response

from api.actions.control import Control
from api.actions.hold import held_jobs
from api.actions.receipt import receipt_of, shown
from api.actions.retry import Retry
from api.actions.submission import Submission, new_job_id
from api.examples import job as examples
from api.examples.envelope import NOTHING
from api.guards.audit import AuditDep
from api.guards.auth import CallerDep, needs
from api.guards.idempotency import Answer, OnceDep, Subject
from api.intake.choice import SEVERAL, Several
from api.intake.cursor import DEFAULT_LIMIT, NAME, Cursor, Limit, cursor_at, cut, position
from api.links import job_path
from api.problem import not_found
from api.responses import answered, problems
from api.schemas.envelope import Data, Nothing
from api.schemas.job import Call, Job, JobDetail, JobList, RetryJobRequest, Step, SubmitRequest
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.ids import JobId, PageId
from domain.job import JobStatus
from storage.call import CallRow
from storage.job import JobRow

router = APIRouter(prefix="/api/ai/jobs", tags=["jobs"])

JobName = Annotated[JobId, Path(description="For example `job_01K3V8Z4M0E9C7B2Q5T1R6W8XY`.")]
NoBody = Annotated[Nothing | None, Body(openapi_examples=NOTHING)]
ACCEPTED = HTTPStatus.ACCEPTED


@router.post(
    "",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Job],
    summary="Submit a brief",
    responses={**answered(ACCEPTED, examples.NEW_JOB), **problems(400, 401, 403, 409, 413, 415, 422, 503)},
)
async def submit_job(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    request: Annotated[SubmitRequest, Body(openapi_examples=examples.SUBMIT)],
) -> Response:
    """Make a page from a brief. The job is stored and started when this answers; watch its events for the rest."""

    async def act(subject: Subject) -> Answer:
        row = await Submission(services).submit(caller, request, subject)
        audit.change(after={"jobId": row.id, "pageId": row.page_id, "route": list(row.options.route)})
        return accepted(services, row)

    return await once.answer(new_job_id, act)


@router.get(
    "",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="List jobs",
    responses={**answered(HTTPStatus.OK, examples.JOBS), **problems(401, 403, 422)},
)
async def list_jobs(
    services: ServicesDep,
    caller: CallerDep,
    *,
    status: Annotated[list[JobStatus] | None, Query(description=SEVERAL), Several] = None,
    page: Annotated[PageId | None, Query(alias="pageId", description="Only jobs of this page.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Data[JobList]:
    """Return jobs, newest first."""
    before = position(cursor, NAME)
    async with services.database.read() as uow:
        rows = await uow.jobs.newest(
            caller.tenant,
            statuses=status or (),
            page=page,
            before=None if before is None else JobId(before),
            limit=limit + 1,
        )
        shown_rows, last = cut(rows, limit)
        held = await held_jobs(uow, shown_rows)
    jobs = tuple(Job.of(row, services.links.job(row), held.get(row.id)) for row in shown_rows)
    return Data(data=JobList(jobs=jobs, next_cursor=None if last is None else cursor_at(last.id, NAME)))


@router.get(
    "/{job}",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="Look at a job",
    responses={**answered(HTTPStatus.OK, examples.JOB_DETAIL), **problems(401, 403, 404)},
)
async def get_job(services: ServicesDep, caller: CallerDep, job: JobName) -> Data[JobDetail]:
    """Return a job with the steps of its round, every call, and its receipt."""
    async with services.database.read() as uow:
        row = await uow.jobs.get(caller.tenant, job)
        if row is None:
            raise not_found("job", job)
        steps = await uow.steps.of_round(job, row.round)
        calls = await uow.calls.of_job(job)
        held = await held_jobs(uow, [row])
    of_step: dict[str, list[CallRow]] = defaultdict(list)
    for call in calls:
        if call.round == row.round:
            of_step[call.step].append(call)
    detail = JobDetail(
        **dict(Job.of(row, services.links.job(row), held.get(row.id))),
        steps=tuple(Step.of(step, of_step[step.step]) for step in steps),
        calls=tuple(Call.of(call) for call in calls),
        receipt=shown(receipt_of(row, calls, services.clock())),
    )
    return Data(data=detail)


@router.post(
    "/{job}/cancel",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    summary="Cancel a job",
    responses={**answered(ACCEPTED, examples.NEW_JOB), **problems(401, 403, 404, 409, 503)},
)
async def cancel_job(
    services: ServicesDep, caller: CallerDep, audit: AuditDep, job: JobName, _body: NoBody = None
) -> Data[Job]:
    """End a job and abort its requests in flight. Finished sections stay, and a retry takes them up."""
    return _data(services, await Control(services, audit).cancel(caller, job))


@router.post(
    "/{job}/pause",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    summary="Pause a job",
    responses={**answered(ACCEPTED, examples.PAUSED_JOB), **problems(401, 403, 404, 409, 503)},
)
async def pause_job(
    services: ServicesDep, caller: CallerDep, audit: AuditDep, job: JobName, _body: NoBody = None
) -> Data[Job]:
    """Hold a job before its next request; its deadline stands still."""
    return _data(services, await Control(services, audit).pause(caller, job))


@router.post(
    "/{job}/resume",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Job],
    summary="Resume a paused job",
    responses={**answered(ACCEPTED, examples.NEW_JOB), **problems(401, 403, 404, 409, 503)},
)
async def resume_job(
    services: ServicesDep, caller: CallerDep, once: OnceDep, audit: AuditDep, job: JobName, _body: NoBody = None
) -> Response:
    """Let a paused job go on."""

    async def act(_subject: Subject) -> Answer:
        return Answer(ACCEPTED, _data(services, await Control(services, audit).resume(caller, job)))

    async def subject() -> str:
        return job

    return await once.answer(subject, act)


@router.post(
    "/{job}/retry",
    dependencies=[needs(Scope.JOBS_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Job],
    summary="Retry a failed or cancelled job",
    responses={**answered(ACCEPTED, examples.NEW_JOB), **problems(400, 401, 403, 404, 409, 422, 503)},
)
async def retry_job(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    job: JobName,
    request: Annotated[RetryJobRequest | None, Body(openapi_examples=examples.RETRY)] = None,
) -> Response:
    """Start the next round of a job. Finished sections are kept and not made again."""
    retries = Retry(services)

    async def act(subject: Subject) -> Answer:
        row = await retries.job(caller, request or RetryJobRequest(), subject, once.key)
        audit.change(before={"round": row.round - 1}, after={"round": row.round, "route": list(row.options.route)})
        return accepted(services, row)

    return await once.answer(partial(retries.failure_of, caller, job), act)


def accepted(services: Services, row: JobRow) -> Answer:
    """Return the answer to a request that made a job run."""
    return Answer(ACCEPTED, _data(services, row), job_path(row.id))


def _data(services: Services, row: JobRow) -> Data[Job]:
    return Data(data=Job.of(row, services.links.job(row)))
