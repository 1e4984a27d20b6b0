"""A page on real parts: what a brief becomes, and what each fault on the way leaves behind."""

from domain.call import CallStatus
from domain.event import EventType
from domain.job import JobStatus
from domain.step import StepStatus
from tests.vendors.behaviour import Act
from tests.vendors.ledger import Outcome
from tests.workflows.world import OPENAI, World

SECTIONS = {"section:hero-0", "section:features-1", "section:text-2"}


async def test_a_brief_becomes_a_stored_page(world: World) -> None:
    async with world.working():
        job = await world.submit()
        result = await world.result(job)
    row, version = await world.job(job), await world.version(job)
    assert row.status is JobStatus.COMPLETED
    assert (result.version, result.slug, result.sha256) == (1, "harbour-bakery", version.sha256)
    assert "Harbour Bakery" in version.html
    assert all(check.passed for check in version.checks if check.kind != "advice")
    assert [step.status for step in await world.steps(job)] == [StepStatus.DONE] * 4


async def test_every_vendor_request_has_one_row_and_every_kept_result_is_charged_once(world: World) -> None:
    async with world.working():
        job = await world.submit()
        await world.result(job)
    calls, row = await world.calls(job), await world.job(job)
    assert len(calls) == len(world.vendor.ledger.entries) == 4
    assert {call.status for call in calls} == {CallStatus.SUCCEEDED}
    assert row.cost == row.charged == sum(call.cost or 0 for call in calls) > 0
    assert row.reserved == 0


async def test_all_sections_are_asked_for_at_once(world: World) -> None:
    slow = Act(latency=1)
    for tag in SECTIONS:
        world.vendor.next(tag, slow)
    async with world.working():
        job = await world.submit()
        await world.vendor.ledger.until(lambda entries: {entry.tag for entry in entries} > SECTIONS)
        in_flight = {entry.tag for entry in world.vendor.ledger.entries if entry.outcome is Outcome.OPEN}
        await world.result(job)
    assert in_flight == SECTIONS


async def test_events_tell_the_story_without_a_gap(world: World) -> None:
    async with world.working():
        job = await world.submit()
        await world.result(job)
    events = await world.events(job)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].type is EventType.STARTED
    assert [event.type for event in events[-3:]] == [EventType.VERSION_STORED, EventType.COMPLETED, EventType.END]
    assert sum(event.type is EventType.STEP_DONE for event in events) == 4


async def test_the_page_is_free_for_the_next_job_when_one_is_done(world: World) -> None:
    async with world.working():
        job = await world.submit()
        await world.result(job)
    assert (await world.page(job)).open_job is None
    assert (await world.job(job)).model == OPENAI
