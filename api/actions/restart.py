"""A cancelled job is taken up again directly, from the sections it had finished: there is no dead letter between."""

from dataclasses import dataclass
from datetime import datetime

from api.actions.launch import Launcher, claimed_page
from api.guards.auth import Caller
from api.guards.idempotency import Subject
from api.problem import conflict, not_found
from api.schemas.job import RetryJobRequest
from api.services import Services
from domain.ids import JobId, PageId
from domain.job import JobOptions, JobStatus
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from workflows.contracts import PageInput


@dataclass(frozen=True, slots=True)
class _Before:
    """What a cancelled job was, to be put back when its next round could not be started."""

    options: JobOptions
    finished_at: datetime | None


def round_name(job: JobId, round_: int) -> str:
    """Return the name of one round of a job."""
    return f"{job}:{round_}"


class Restart:
    """Starts the round after a cancelled one."""

    def __init__(self, services: Services, launcher: Launcher) -> None:
        """Store with `services`, start with `launcher`."""
        self._services = services
        self._launcher = launcher

    async def cancelled(self, caller: Caller, request: RetryJobRequest, subject: Subject) -> JobRow:
        """Start the round `subject` names and return its job. Raises ProblemError 404, 409, 422 or 503."""
        name, _, number = subject.id.partition(":")
        async with self._services.database.write() as uow:
            job = await uow.jobs.lock(JobId(name))
            if job is None or not job.is_seen_by(caller.tenant):
                raise not_found("job", name)
            if subject.again and job.round >= int(number):
                return job
            if job.status is not JobStatus.CANCELLED or job.round != int(number) - 1:
                raise conflict("wrong_state", f"{name} is {job.status.value} and in round {job.round} by now")
            before = _Before(job.options, job.finished_at)
            page = await self._open(uow, job, self._options(job, request))

        async def started(_uow: UnitOfWork, _job: JobRow) -> bool:
            return True

        async def failed(uow: UnitOfWork, job: JobRow) -> bool:
            return await self._take_back(uow, job, page, before)

        return await self._launcher.start(page, started=started, failed=failed)

    def _options(self, job: JobRow, request: RetryJobRequest) -> JobOptions:
        reader, usual = self._launcher.options, job.options.route
        route = reader.route(request, usual) if request.names_models else usual
        max_cost = job.options.max_cost if request.max_cost_usd is None else reader.cap(request)
        return job.options.model_copy(update={"route": route, "max_cost": max_cost})

    async def _open(self, uow: UnitOfWork, job: JobRow, options: JobOptions) -> PageInput:
        """Open the next round: from now on, reconcile starts it should this process die."""
        await claimed_page(uow, job)
        job.round, job.options, job.max_cost = job.round + 1, options, options.max_cost
        job.status, job.cancel_requested, job.paused = JobStatus.WAITING, False, False
        job.finished_at, job.updated_at = None, self._services.clock()
        return await self._launcher.input_of(uow, job)

    async def _take_back(self, uow: UnitOfWork, job: JobRow, page: PageInput, before: _Before) -> bool:
        """Put a round back that has not begun. Whether it has."""
        if job.round != page.round or await uow.steps.of_round(page.job_id, page.round):
            return True
        job.round, job.options, job.max_cost = page.round - 1, before.options, before.options.max_cost
        job.status, job.finished_at = JobStatus.CANCELLED, before.finished_at
        job.updated_at = self._services.clock()
        await uow.pages.release(PageId(job.page_id), page.job_id)
        return False
