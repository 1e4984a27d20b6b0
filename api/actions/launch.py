"""Starts a round whose row is committed, and takes the row back when Temporal does not answer."""

from collections.abc import Awaitable, Callable

from activities.stored_round import ErasedError, stored_round
from api.intake.options import OptionsReader
from api.problem import ProblemError, conflict, not_found, unavailable
from api.services import Services
from api.temporal import TemporalUnavailableError
from domain.ids import JobId, PageId, TenantId
from storage.job import JobRow
from storage.page import PageRow
from storage.unit_of_work import UnitOfWork
from workflows.contracts import PageInput

Settle = Callable[[UnitOfWork, JobRow], Awaitable[bool]]
"""Writes down what came of a start; whether the round runs."""


class Launcher:
    """The way every round begins: its row first, then its workflow."""

    def __init__(self, services: Services) -> None:
        """Start in the services' Temporal."""
        self._services = services
        self.options = OptionsReader(services.settings, services.catalogue)

    async def input_of(self, uow: UnitOfWork, job: JobRow) -> PageInput:
        """Return what the workflow of a job's present round is started with. Raises ProblemError 409."""
        seconds = self.options.request_seconds(job.options.route)
        try:
            return await stored_round(uow, job, job.round, seconds, self._services.settings.job_deadline)
        except ErasedError as error:
            raise conflict("page_erased", str(error)) from None

    async def start(self, page: PageInput, *, started: Settle, failed: Settle) -> JobRow:
        """Start a round and return its job. Raises ProblemError 503 when nobody knows that it runs.

        `started` and `failed` move the row on or back, unless the round has begun meanwhile: in doubt it may have.
        """
        temporal = self._services.temporal
        try:
            await (temporal.start_page(page) if page.round == 1 else temporal.start_next_round(page))
        except TemporalUnavailableError:
            job, runs = await self._settle(page.job_id, failed)
            if not runs:
                raise temporal_unavailable(f"{page.job_id} was not started") from None
            return job
        job, _ = await self._settle(page.job_id, started)
        return job

    async def _settle(self, name: JobId, settle: Settle) -> tuple[JobRow, bool]:
        async with self._services.database.write() as uow:
            job = await uow.jobs.lock(name)
            if job is None:
                raise not_found("job", name)
            return job, await settle(uow, job)


async def claimed_page(uow: UnitOfWork, job: JobRow) -> PageRow:
    """Make a job its page's one open job and return the page. Raises ProblemError 404 or 409."""
    claimed = await uow.pages.claim(PageId(job.page_id), JobId(job.id))
    page = await uow.pages.get(TenantId(job.tenant), PageId(job.page_id))
    if page is None:
        raise not_found("page", job.page_id)
    if not claimed:
        raise busy_page(page)
    if job.revision is not None and page.current_version != job.revision.base_version:
        raise newer_version(page, job.revision.base_version)
    return page


def busy_page(page: PageRow) -> ProblemError:
    """Return the refusal of work on a page that has an open job."""
    return conflict("page_busy", f"{page.id} has an open job, {page.open_job}; wait for its end, or cancel it")


def newer_version(page: PageRow, base: int) -> ProblemError:
    """Return the refusal of a revision of a version that is not the current one."""
    now = "has no version yet" if page.current_version is None else f"is at version {page.current_version}"
    return conflict("version_conflict", f"{page.id} {now}, not at {base}; read it again and revise that one")


def temporal_unavailable(what: str) -> ProblemError:
    """Return the answer when Temporal, or a worker, did not answer in time."""
    return unavailable("temporal_unavailable", f"{what}: Temporal or its worker does not answer; send the same again")
