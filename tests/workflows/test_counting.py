"""What happens is counted once, whatever is tried again, replayed, or done by another worker."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from activities.clock import system_clock
from activities.page import PageActivities
from activities.page_time import page_time
from domain.check import Check, CheckKind
from domain.errors import ErrorType
from domain.event import EventType
from domain.ids import JobId, TenantId
from domain.job import JobStatus
from domain.outline import Outline
from domain.page import PageDocument
from storage.counter import Parts
from tests.counts import assert_counted
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import ANTHROPIC, OPENAI, World, page_input
from workflows import contracts

UNAVAILABLE = Act(behaviour=Behaviour.UNAVAILABLE)
WRONG = Act(behaviour=Behaviour.WRONG_SCHEMA)


async def totals(world: World, metric: str) -> Mapping[tuple[str, ...], Parts]:
    async with world.database.read() as uow:
        return (await uow.counters.totals()).get(metric, {})


async def until_failed(world: World, job: JobId) -> None:
    with pytest.raises(WorkflowFailureError):
        await world.result(job)
    await world.until_status(job, JobStatus.FAILED)


async def test_counters_agree_with_the_rows_through_tries_fallback_failures_and_a_retry(world: World) -> None:
    world.vendor.next("section:text-2", UNAVAILABLE)
    world.vendor.next("section:hero-0", WRONG)
    async with world.working():
        await world.result(await world.submit())
        world.vendor.next("section:text-2", UNAVAILABLE)
        await world.result(await world.submit(route=(OPENAI, ANTHROPIC), tries=1))
        world.vendor.next("section:features-1", WRONG, WRONG)
        failed = await world.submit()
        await until_failed(world, failed)
        await assert_counted(world.database)
        await world.retry(failed)
        await world.until_status(failed, JobStatus.COMPLETED)
        revised = await world.revise(failed, 0, "Shorter")
        await world.result(revised)
    await assert_counted(world.database)
    jobs = {labels: parts[""] for labels, parts in (await totals(world, "ai_jobs_total")).items()}
    assert jobs == {("openai", OPENAI, "success"): 4, ("openai", OPENAI, "failed"): 1}
    checks = {labels: parts[""] for labels, parts in (await totals(world, "ai_page_checks_failed_total")).items()}
    assert checks["schema",] == 3


async def test_a_page_that_is_finished_twice_counts_once(world: World) -> None:
    async with world.working():
        page = page_input()
        job = await world.submit_input(page)
        await world.result(job)
    version = await world.version(job)
    assert isinstance(version.outline, Outline)
    finish = contracts.FinishInput(page=page, outline=version.outline, sections=version.document.sections)
    await PageActivities(world.database, system_clock).finish_page(finish)
    await assert_counted(world.database)


def two_headlines(_html: str, _document: PageDocument) -> tuple[Check, ...]:
    return (Check(name="one-h1", kind=CheckKind.PAGE, passed=False, message="there are two"),)


async def test_a_page_that_breaks_a_rule_of_ours_counts_once_however_often_it_is_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_input()
    async with world.working():
        job = await world.submit_input(page)
        await world.result(job)
    version = await world.version(job)
    broken = page_input()
    await world.submit_input(broken, start=False)
    finish = contracts.FinishInput(page=broken, outline=version.outline, sections=version.document.sections)
    monkeypatch.setattr("activities.page.check_html", two_headlines)
    for _ in range(2):
        with pytest.raises(ApplicationError, match="one-h1"):
            await PageActivities(world.database, system_clock).finish_page(finish)
    counted = await totals(world, "ai_page_checks_failed_total")
    assert counted["one-h1",][""] == 1
    assert (await world.job(broken.job_id)).error_type is ErrorType.UNKNOWN


async def test_a_cancelled_round_is_no_job_and_its_cut_off_calls_are_counted(world: World) -> None:
    world.vendor.next("section:text-2", Act(behaviour=Behaviour.HANG))
    async with world.working():
        job = await world.submit()
        await world.until(lambda: _is_last(world, job))
        await world.handle(job).cancel()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
    await assert_counted(world.database)
    assert await totals(world, "ai_jobs_total") == {}
    assert ("openai", OPENAI, "cancelled") in await totals(world, "ai_llm_calls_total")


async def _is_last(world: World, job: JobId) -> bool:
    steps = await world.steps(job)
    return len(steps) > 1 and [step.status.value for step in steps].count("done") == len(steps) - 1


async def test_a_pause_is_no_part_of_a_pages_time(world: World) -> None:
    async with world.working():
        job = await world.submit(start=False)
        row = await world.job(job)
        assert row.brief is not None
        await _pause(world, job, timedelta(seconds=100))
        page = page_input(page_id=row.page_id, job_id=job)
        await world.start(page)
        await world.result(job)
    (parts,) = (await totals(world, "page_duration_seconds")).values()
    assert 0 < parts["sum"] < 60_000_000


async def _pause(world: World, job: JobId, lasted: timedelta) -> None:
    """Let a job have been submitted, paused and resumed some time ago."""
    now = system_clock()
    async with world.database.write() as uow:
        row = await uow.jobs.lock(job)
        assert row is not None
        row.created_at = now - lasted
        for type_, at in ((EventType.PAUSED, now - lasted), (EventType.RESUMED, now)):
            await uow.events.append(job, TenantId(row.tenant), type_, at)


async def test_a_pause_that_its_round_did_not_outlive_is_no_part_of_the_next_one(world: World) -> None:
    job = await world.submit(start=False)
    begin = system_clock() - timedelta(minutes=10)
    told = ((EventType.STARTED, 0), (EventType.PAUSED, 10), (EventType.CANCELLED, 20), (EventType.STARTED, 30))
    async with world.database.write() as uow:
        row = await uow.jobs.lock(job)
        assert row is not None
        row.round, row.created_at = 2, begin
        for type_, seconds in told:
            await uow.events.append(job, TenantId(row.tenant), type_, begin + timedelta(seconds=seconds))
        assert await page_time(uow, row, begin + timedelta(seconds=100)) == timedelta(seconds=70)
        row.paused = True
        await uow.events.append(job, TenantId(row.tenant), EventType.PAUSED, begin + timedelta(seconds=90))
        assert await page_time(uow, row, begin + timedelta(seconds=100)) == timedelta(seconds=60)
