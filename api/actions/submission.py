"""Submits: a job for a new page, and a revision of one section of a page there is.

The rows are committed before the workflow is started, so that nothing runs that nobody knows; a start that failed, or
may have, takes them back. The same Idempotency-Key drives the same job again.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from structlog.contextvars import bind_contextvars
from ulid import ULID

from activities.intake import Order, accept_submit, new_job, new_page, open_submit, refuse_submit
from api.actions.launch import Launcher, claimed_page, newer_version
from api.guards.auth import Caller
from api.guards.idempotency import Subject
from api.intake.brief import BriefError, checked_language, language_of, parse_brief
from api.problem import invalid_field, not_found
from api.schemas.job import BriefSource, SubmitRequest
from api.schemas.page import ReviseRequest
from api.services import Services
from domain.brief import Brief
from domain.estimate import Estimate
from domain.ids import JobId, PageId, TenantId, job_id
from domain.job import JobKind, JobStatus
from domain.page import PageDocument
from domain.revision import Revision
from domain.route import Route
from storage.job import JobRow
from storage.page import PageRow, PageVersionRow
from storage.unit_of_work import UnitOfWork
from workflows.contracts import PageInput

Make = Callable[[UnitOfWork], Awaitable[JobRow]]

_DRIVEN_AGAIN: Final = frozenset({JobStatus.SUBMITTING, JobStatus.REFUSED})


async def new_job_id() -> str:
    """Return the id of a job that does not exist yet."""
    return job_id(str(ULID()))


class Submission:
    """Takes jobs in."""

    def __init__(self, services: Services) -> None:
        """Store and start with `services`."""
        self._services = services
        self._launcher = Launcher(services)

    async def submit(self, caller: Caller, request: SubmitRequest, subject: Subject) -> JobRow:
        """Return the job of a request for a new page. Raises ProblemError 422 before anything is stored, or 503."""
        order, job, now = self.order(caller, request), JobId(subject.id), self._services.clock()
        page = new_page(job, order, now)
        forecast = await self._services.forecaster.page(order.tenant, order.brief, order.options.route)

        async def make(uow: UnitOfWork) -> JobRow:
            uow.pages.add(page)
            row = new_job(job, page, JobKind.GENERATE, order.options, now)
            row.estimate = forecast.estimate
            return row

        return await self._drive(job, make)

    def order(self, caller: Caller, request: SubmitRequest) -> Order:
        """Return what a request for a new page asks for. Raises ProblemError 422."""
        brief = brief_of(request.brief)
        language = language_of(brief) if request.language is None else language_of_tag(request.language)
        options = self._launcher.options.generation(request, request.theme)
        return Order(caller.tenant, caller.user, brief, language, options)

    async def revise(self, caller: Caller, page_name: PageId, request: ReviseRequest, subject: Subject) -> JobRow:
        """Return the job of a request for one section anew. Raises ProblemError 404, 409, 422 or 503."""
        options = self._launcher.options.generation(request)
        estimate = await self._section_estimate(caller.tenant, page_name, request, options.route)

        async def make(uow: UnitOfWork) -> JobRow:
            page = await uow.pages.get(caller.tenant, page_name)
            if page is None:
                raise not_found("page", page_name)
            version = await _current(uow, caller.tenant, page, request.base_version)
            themed = options.model_copy(update={"theme": version.document.theme})
            job = new_job(JobId(subject.id), page, JobKind.REVISE, themed, self._services.clock())
            job.revision = _revision(version.document, request)
            job.estimate = estimate
            return job

        return await self._drive(JobId(subject.id), make)

    async def _section_estimate(
        self, tenant: TenantId, name: PageId, request: ReviseRequest, route: Route
    ) -> Estimate | None:
        """Return what writing a section again may cost; None where there is nothing to revise, as is told later."""
        async with self._services.database.read() as uow:
            page = await uow.pages.get(tenant, name)
            is_current = page is not None and page.current_version == request.base_version
            version = await uow.pages.version(tenant, name, request.base_version) if is_current else None
        if page is None or version is None:
            return None
        block = version.document.sections[_index(version.document, request.section)].type
        return (await self._services.forecaster.section(tenant, page.brief, route, block)).estimate

    async def _drive(self, name: JobId, make: Make) -> JobRow:
        """Make the job, or take the one an earlier request with the same key made, and start it."""
        bind_contextvars(job=name)
        async with self._services.database.write() as uow:
            job = await uow.jobs.lock(name)
            if job is not None and job.status not in _DRIVEN_AGAIN:
                return job
            page = await self._open(uow, job or await make(uow))
        return await self._launcher.start(page, started=self._accept, failed=self._refuse)

    async def _open(self, uow: UnitOfWork, job: JobRow) -> PageInput:
        await open_submit(uow, job, self._services.clock())
        await claimed_page(uow, job)
        return await self._launcher.input_of(uow, job)

    async def _accept(self, _uow: UnitOfWork, job: JobRow) -> bool:
        accept_submit(job, self._services.clock())
        return True

    async def _refuse(self, uow: UnitOfWork, job: JobRow) -> bool:
        return not await refuse_submit(uow, job, self._services.clock())


def brief_of(source: BriefSource) -> Brief:
    """Return the brief a request holds. Raises ProblemError 422 naming the field at fault."""
    try:
        return parse_brief(source)
    except BriefError as error:
        field = f"brief.{error.field}" if error.field else "brief"
        raise invalid_field(field, error.message, "invalid_brief") from None


def language_of_tag(tag: str) -> str:
    """Return a language as its tag is spelled best. Raises ProblemError 422 for one there is not."""
    try:
        return checked_language(tag)
    except BriefError as error:
        raise invalid_field("language", error.message, "unknown_language") from None


async def _current(uow: UnitOfWork, tenant: TenantId, page: PageRow, base: int) -> PageVersionRow:
    """Return the page's current version. Raises ProblemError 409 when it is not `base`."""
    if page.current_version == base:
        version = await uow.pages.version(tenant, PageId(page.id), base)
        if version is not None:
            return version
    raise newer_version(page, base)


def _revision(document: PageDocument, request: ReviseRequest) -> Revision:
    index = _index(document, request.section)
    return Revision(
        base_version=request.base_version,
        section=index,
        instruction=request.instruction,
        current=document.sections[index],
    )


def _index(document: PageDocument, section: int | str) -> int:
    anchors = [block.anchor for block in document.sections]
    if isinstance(section, str) and section in anchors:
        return anchors.index(section)
    if isinstance(section, int) and 0 <= section < len(anchors):
        return section
    message = f"the page has the sections {', '.join(anchors)}: give one of these, or its index from 0"
    raise invalid_field("section", message, "unknown_section")
