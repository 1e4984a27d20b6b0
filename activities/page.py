"""The last step of a round: the page is assembled, rendered, checked and stored as a version, in one transaction."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import counting
from activities.clock import Clock
from activities.page_time import page_time
from domain.call import CallStatus
from domain.check import Check
from domain.checks import advise, check_section
from domain.errors import ErrorType
from domain.event import EventType
from domain.ids import JobId, PageId, TenantId
from domain.job import JobKind, JobStatus
from domain.money import NanoUsd
from domain.outline import Slug
from domain.page import PageDocument, assemble
from domain.route import provider_of
from domain.step import OUTLINE_STEP, section_step
from domain.task import SectionTask
from rendering.checks import check_html
from rendering.errors import RenderError
from rendering.page import render
from storage.database import Database
from storage.job import JobRow
from storage.page import PageRow, PageVersionRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts

_LONGEST_MESSAGE: Final = 500


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A page ready to be stored."""

    document: PageDocument
    html: str
    checks: tuple[Check, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.html.encode()).hexdigest()


class _BrokenPageError(Exception):
    """A page that will never render: our bug, which the checks of its sections let through."""

    def __init__(self, message: str, checks: tuple[str, ...]) -> None:
        """Refuse a page that did not pass `checks`."""
        super().__init__(message)
        self.message = message[:_LONGEST_MESSAGE]
        self.checks = checks


class PageActivities:
    """Stores the versions of pages."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write to `database`."""
        self._database = database
        self._clock = clock

    @activity.defn(name=contracts.FINISH_PAGE)
    async def finish_page(self, finish: contracts.FinishInput) -> contracts.PageResult:
        """Store the version and complete the job. A repeated call returns what the first one stored.

        Raises ApplicationError UNKNOWN, not to be retried, when a check that the renderer guarantees does not hold, or
        the round is over.
        """
        slug = await self._slug(finish)
        rendered = await self._rendered(finish, slug)
        async with self._database.write() as uow:
            job = await uow.jobs.lock(finish.page.job_id)
            page = await uow.pages.get(finish.page.tenant, finish.page.page_id)
            if job is None or page is None:
                message = f"{finish.page.job_id} or its page has no row; reconcile rebuilds it"
                raise ApplicationError(message, type="JOB_MISSING")
            if job.version is None:
                _refuse_late(job, finish.page.round)
                await self._store(uow, job, page, finish, rendered)
            return await _result(uow, job, page)

    async def _rendered(self, finish: contracts.FinishInput, slug: Slug) -> _Rendered:
        try:
            return await asyncio.to_thread(_render, finish, slug)
        except _BrokenPageError as error:
            await self._count_broken(finish, error)
            raise ApplicationError(error.message, type=ErrorType.UNKNOWN, non_retryable=True) from None

    async def _count_broken(self, finish: contracts.FinishInput, error: "_BrokenPageError") -> None:
        """Count the checks a page did not pass, once: the job's row says that it was done."""
        async with self._database.write() as uow:
            job = await uow.jobs.lock(finish.page.job_id)
            if job is not None and job.is_in(finish.page.round) and job.error_type is None:
                job.error_type, job.error_message = ErrorType.UNKNOWN, error.message
                counting.count_failed_checks(uow, error.checks)

    async def _slug(self, finish: contracts.FinishInput) -> Slug:
        """Return the page's slug, given with its first version; reserved first, so that rendering holds no lock."""
        async with self._database.write() as uow:
            page = await uow.pages.get(finish.page.tenant, finish.page.page_id)
            if page is None:
                return finish.outline.slug
            return await uow.pages.name(page, finish.outline.slug)

    async def _store(
        self, uow: UnitOfWork, job: JobRow, page: PageRow, finish: contracts.FinishInput, rendered: _Rendered
    ) -> None:
        now = self._clock()
        number = (page.current_version or 0) + 1
        uow.pages.add(
            PageVersionRow(
                page_id=page.id,
                number=number,
                tenant=page.tenant,
                job_id=job.id,
                outline=finish.outline,
                document=rendered.document,
                html=rendered.html,
                sha256=rendered.sha256,
                checks=rendered.checks,
                created_at=now,
            )
        )
        page.current_version, page.title, page.updated_at = number, rendered.document.title, now
        page.language = rendered.document.language
        job.version, job.status, job.finished_at, job.updated_at = number, JobStatus.COMPLETED, now, now
        job.error_type, job.error_message = None, None
        job.model = await _model(uow, job)
        job.provider = None if job.model is None else provider_of(job.model)
        await uow.pages.release(PageId(page.id), JobId(job.id))
        counting.count_round(uow, job, counting.SUCCESS)
        counting.count_failed_checks(uow, [check.name for check in rendered.checks if not check.passed])
        counting.count_page(uow, job, await page_time(uow, job, now))
        await self._tell(uow, job, page, rendered)

    async def _tell(self, uow: UnitOfWork, job: JobRow, page: PageRow, rendered: _Rendered) -> None:
        name, tenant, now = JobId(job.id), TenantId(job.tenant), self._clock()
        stored = {"pageId": page.id, "version": job.version, "slug": page.slug, "sha256": rendered.sha256}
        await uow.events.append(name, tenant, EventType.VERSION_STORED, now, {**stored})
        await uow.events.append(name, tenant, EventType.COMPLETED, now, {"round": job.round, "version": job.version})
        await uow.events.append(name, tenant, EventType.END, now, {"status": job.status.value})


def _refuse_late(job: JobRow, round_: int) -> None:
    if not job.is_in(round_):
        message = f"round {round_} of {job.id} is over"
        raise ApplicationError(message, type=ErrorType.UNKNOWN, non_retryable=True)


def _render(finish: contracts.FinishInput, slug: Slug) -> _Rendered:
    document = assemble(finish.outline, finish.sections, finish.page.options.theme, slug)
    try:
        html = render(document)
    except RenderError as error:
        raise _BrokenPageError(str(error), (counting.RENDER,)) from None
    guaranteed = check_html(html, document)
    broken = [check for check in guaranteed if not check.passed]
    if broken:
        told = "; ".join(f"{check.name}: {check.message}" for check in broken)
        message = f"the renderer broke its own rules: {told}"
        raise _BrokenPageError(message, tuple(check.name for check in broken))
    return _Rendered(document, html, (*_section_checks(finish), *guaranteed, *advise(document, finish.page.brief)))


def _section_checks(finish: contracts.FinishInput) -> tuple[Check, ...]:
    """Return each hard check once, passed where it passed in every section: what the maker is shown."""
    by_name: dict[str, Check] = {}
    for index in range(len(finish.sections)):
        for check in check_section(finish.sections[index], _task(finish, index)):
            if check.name not in by_name or not check.passed:
                by_name[check.name] = check
    return tuple(by_name.values())


def _task(finish: contracts.FinishInput, index: int) -> SectionTask:
    """Return what a section was written for. What a revision took over stands on what held when it was written."""
    page, instruction, current = finish.page, None, None
    if page.revision is not None:
        is_revised = index == page.revision.section
        instruction = page.revision.instruction if is_revised else None
        current = page.revision.current if is_revised else finish.sections[index]
    return SectionTask(
        brief=page.brief,
        language=page.language,
        outline=finish.outline,
        plan=finish.outline.sections[index],
        instruction=instruction,
        current=current,
    )


async def _model(uow: UnitOfWork, job: JobRow) -> str | None:
    """Return the model of the outcome: the outline's, or the revised section's."""
    step = OUTLINE_STEP
    if job.kind is JobKind.REVISE and job.revision is not None:
        step = section_step(job.revision.section)
    kept = [
        call
        for call in await uow.calls.of_job(JobId(job.id))
        if call.step == step and call.status is CallStatus.SUCCEEDED
    ]
    return kept[-1].full_model if kept else None


async def _result(uow: UnitOfWork, job: JobRow, page: PageRow) -> contracts.PageResult:
    await uow.flush()
    version = await uow.pages.version(TenantId(page.tenant), PageId(page.id), job.version or 0)
    if version is None or page.slug is None:
        message = f"{job.id} is completed, but its version is not stored"
        raise ApplicationError(message, type=ErrorType.UNKNOWN, non_retryable=True)
    return contracts.PageResult(
        page_id=PageId(page.id),
        version=version.number,
        slug=page.slug,
        sha256=version.sha256,
        cost=NanoUsd(job.cost),
        provider=job.provider,
    )
