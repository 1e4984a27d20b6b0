"""Erasure: briefs, documents, events and workflow histories go with a page; what it cost stays, without a word."""

from http import HTTPStatus
from typing import Final

from api.actions.launch import busy_page, temporal_unavailable
from api.actions.restart import round_name
from api.guards.audit import Audit
from api.guards.auth import Caller
from api.problem import not_found
from api.services import Services
from api.temporal import TemporalUnavailableError
from domain.dead_letter import DeadLetterStatus
from domain.ids import DeadLetterId, JobId, PageId, ScheduleId
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork

_ERASURE: Final = JobId("erasure")
"""Claims the page meanwhile, so that no revision and no retry starts on it. A repeated erasure takes the claim over."""


async def erase(services: Services, caller: Caller, name: PageId, audit: Audit) -> None:
    """Erase a page. Raises ProblemError 404, 409 while it has an open job, or 503: then the same may be sent again."""
    async with services.database.write() as uow:
        page = await uow.pages.get(caller.tenant, name)
        if page is None:
            raise not_found("page", name)
        if not await uow.pages.claim(name, _ERASURE):
            raise busy_page(page)
        jobs = await uow.jobs.of_page(name)
        letters = await uow.dead_letters.of_jobs([job.id for job in jobs])
    audit.change(
        before={"currentVersion": page.current_version, "publishedVersion": page.published_version},
        after={"erased": True},
    )
    try:
        await _erase_workflows(services, name, jobs, letters)
    except TemporalUnavailableError:
        raise temporal_unavailable(f"{name} is not erased yet") from None
    async with services.database.write() as uow:
        await _erase_rows(uow, services, name)
        audit.record_within(uow, HTTPStatus.NO_CONTENT)


async def _erase_workflows(services: Services, name: PageId, jobs: list[JobRow], letters: list[DeadLetterRow]) -> None:
    async with services.database.read() as uow:
        schedules = await uow.schedules.of_page(name)
    for schedule in schedules:
        await services.temporal.drop_schedule(ScheduleId(schedule.id))
    for letter in letters:
        if letter.status is DeadLetterStatus.OPEN:
            await services.temporal.terminate(DeadLetterId(letter.id), f"{name} is erased")
    await services.temporal.erase(name, [*(job.id for job in jobs), *(letter.id for letter in letters)])


async def _erase_rows(uow: UnitOfWork, services: Services, name: PageId) -> None:
    for schedule in await uow.schedules.of_page(name):
        await uow.schedules.remove(ScheduleId(schedule.id))
    rows = await uow.jobs.of_page(name)
    jobs = [job.id for job in rows]
    letters = await uow.dead_letters.of_jobs(jobs)
    for letter in letters:
        if letter.status is DeadLetterStatus.OPEN:
            letter.status, letter.closed_at = DeadLetterStatus.DISCARDED, services.clock()
    await uow.flush()
    await uow.dead_letters.forget(jobs)
    await uow.calls.forget(jobs)
    await uow.steps.forget(jobs)
    await uow.events.erase(jobs)
    rounds = [round_name(JobId(job.id), number) for job in rows for number in range(2, job.round + 2)]
    await uow.idempotency.erase([name, *jobs, *rounds, *(letter.id for letter in letters)])
    await uow.jobs.forget(name)
    await uow.pages.erase(name)
