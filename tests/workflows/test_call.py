"""The call ledger under workers that die, stall and come back."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.client import WorkflowFailureError

from activities.call import Ask, CallLedger, JobMissingError, Opened, Refused, Settlement, Stored
from activities.clock import system_clock
from domain.blocks import BlockType
from domain.call import CallStatus, Usage
from domain.errors import ErrorType, Failure
from domain.ids import OWNER_TENANT, JobId, PageId, TenantId
from domain.job import JobStatus
from domain.money import NANO, NanoUsd
from domain.outline import Outline, SectionPlan, Seo
from domain.step import StepStatus
from domain.tries import MAX_LOST
from storage.call import CallRepository, CallRow
from storage.spend import INSTALLATION
from storage.step import StepRow
from tests.workflows.world import OPENAI, World, page_input
from workflows import contracts

BOUND = NanoUsd(1_000)
OUTLINE = Outline(
    title="Harbour Bakery",
    slug="harbour-bakery",
    language="en",
    seo=Seo(title="Harbour Bakery", description="Sourdough bread, baked overnight"),
    sections=(SectionPlan(type=BlockType.HERO, anchor="top", heading="Harbour Bakery"),),
)


@pytest.fixture
async def step(world: World) -> contracts.StepInput:
    job = await world.submit()
    row = await world.job(job)
    return contracts.StepInput(
        tenant=OWNER_TENANT,
        job_id=job,
        page_id=PageId(row.page_id),
        round=1,
        step="outline",
        model=OPENAI,
        is_last_model=True,
        request_seconds=5,
    )


@pytest.fixture
def ledger(world: World) -> CallLedger:
    return CallLedger(world.database, NanoUsd(20 * NANO), system_clock)


def ask(step: contracts.StepInput, *, attempt: int = 1, bound: int = BOUND) -> Ask:
    return Ask(step, request=1, bound=NanoUsd(bound), attempt=attempt)


async def test_a_row_left_open_by_a_dead_worker_is_lost_and_never_charged(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    first = await ledger.open(ask(step), tries=3)
    second = await ledger.open(ask(step, attempt=2), tries=3)
    assert isinstance(first, Opened)
    assert isinstance(second, Opened)
    lost, opened = await world.calls(step.job_id)
    assert (lost.status, lost.cost, lost.charged) == (CallStatus.LOST, None, 0)
    assert (opened.status, opened.try_number) == (CallStatus.OPEN, 2)
    assert second.failed_tries == 0, "a dead worker is not the vendor's failure"
    assert (await world.job(step.job_id)).reserved == BOUND


async def test_a_worker_that_was_given_up_cannot_settle_its_call(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    zombie = await ledger.open(ask(step), tries=3)
    await ledger.open(ask(step, attempt=2), tries=3)
    assert isinstance(zombie, Opened)
    end = Settlement(CallStatus.SUCCEEDED, Usage(), NanoUsd(500), result={"late": True})
    assert not await ledger.settle(zombie.call, end)
    row = await world.job(step.job_id)
    assert (row.cost, row.charged) == (0, 0)


async def test_a_stored_result_is_returned_and_no_request_is_opened(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    opened = await ledger.open(ask(step), tries=3)
    assert isinstance(opened, Opened)
    outline = OUTLINE.model_dump(mode="json")
    assert await ledger.settle(opened.call, Settlement(CallStatus.SUCCEEDED, cost=NanoUsd(700), result=outline))
    again = await ledger.open(ask(step, attempt=2), tries=3)
    assert again == Stored(outline)
    assert len(await world.calls(step.job_id)) == 1
    assert (await world.job(step.job_id)).charged == 700


async def test_a_step_lost_too_often_fails_as_unknown(ledger: CallLedger, step: contracts.StepInput) -> None:
    for attempt in range(1, MAX_LOST + 1):
        assert isinstance(await ledger.open(ask(step, attempt=attempt), tries=3), Opened)
    last = await ledger.open(ask(step, attempt=MAX_LOST + 1), tries=3)
    assert isinstance(last, Refused)
    assert last.failure.type is ErrorType.UNKNOWN


async def test_tries_used_up_before_a_crash_stay_used_up(ledger: CallLedger, step: contracts.StepInput) -> None:
    failure = Failure(ErrorType.TIMEOUT, "no answer in time")
    for attempt in range(1, 4):
        opened = await ledger.open(ask(step, attempt=attempt), tries=3)
        assert isinstance(opened, Opened)
        await ledger.settle(opened.call, Settlement(CallStatus.FAILED, failure=failure))
    last = await ledger.open(ask(step, attempt=4), tries=3)
    assert last == Refused(failure)


@pytest.mark.parametrize(
    ("status", "type_", "request_"),
    [(CallStatus.FAILED, ErrorType.AUTH_ERROR, 1), (CallStatus.INVALID, ErrorType.VALIDATION_ERROR, 2)],
)
async def test_a_model_given_up_before_a_crash_is_not_asked_again(
    ledger: CallLedger, step: contracts.StepInput, status: CallStatus, type_: ErrorType, request_: int
) -> None:
    failure = Failure(type_, "waiting does not mend it")
    opened = await ledger.open(replace(ask(step), request=request_), tries=3)
    assert isinstance(opened, Opened)
    await ledger.settle(opened.call, Settlement(status, failure=failure))
    assert await ledger.open(ask(step, attempt=2), tries=3) == Refused(failure)


async def test_a_try_whose_second_request_was_held_back_is_not_used_up(
    ledger: CallLedger, step: contracts.StepInput
) -> None:
    first = await ledger.open(ask(step), tries=1)
    assert isinstance(first, Opened)
    failure = Failure(ErrorType.VALIDATION_ERROR, "an unusable answer")
    await ledger.settle(first.call, Settlement(CallStatus.INVALID, failure=failure))
    again = await ledger.open(ask(step, attempt=2), tries=1)
    assert isinstance(again, Opened)
    assert (again.try_number, again.failed_tries) == (2, 0)


async def test_requests_in_flight_hold_their_bound_of_the_cap(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    cap = (await world.job(step.job_id)).max_cost
    other = step.model_copy(update={"step": "section:0"})
    assert isinstance(await ledger.open(ask(step, bound=cap - 10), tries=3), Opened)
    busy = await ledger.open(ask(other, bound=20), tries=3)
    assert type(busy).__name__ == "Busy"
    refused = await ledger.open(ask(other, bound=cap + 1), tries=3)
    assert isinstance(refused, Refused)
    assert refused.failure.type is ErrorType.COST_LIMIT


@pytest.mark.parametrize("payer", [OWNER_TENANT, TenantId("acme")])
async def test_the_days_cap_holds_over_all_jobs_of_all_tenants(
    world: World, step: contracts.StepInput, payer: TenantId
) -> None:
    tight = CallLedger(world.database, NanoUsd(1_500), system_clock)
    opened = await tight.open(ask(step), tries=3)
    assert isinstance(opened, Opened)
    await tight.settle(opened.call, Settlement(CallStatus.FAILED, cost=NanoUsd(1_000)))
    second = await world.submit_input(page_input(tenant=payer))
    refused = await tight.open(ask(step.model_copy(update={"job_id": second})), tries=3)
    assert isinstance(refused, Refused)
    assert refused.failure.type is ErrorType.COST_LIMIT
    async with world.database.write() as uow:
        days = [await uow.spend.lock(name, system_clock().date()) for name in (OWNER_TENANT, INSTALLATION)]
    assert [(day.cost, day.reserved) for day in days] == [(1_000, 0)] * 2


async def test_a_job_without_a_row_is_an_error_that_can_pass(ledger: CallLedger, step: contracts.StepInput) -> None:
    unknown = step.model_copy(update={"job_id": JobId("job_01HZZZZZZZZZZZZZZZZZZZZZZZ")})
    with pytest.raises(JobMissingError):
        await ledger.open(ask(unknown), tries=3)


async def test_events_of_parallel_writers_have_no_gap_and_no_repeat(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    steps = [step.model_copy(update={"step": f"section:{index}"}) for index in range(12)]
    await asyncio.gather(*(ledger.open(ask(each), tries=3) for each in steps))
    numbers = [event.seq for event in await world.events(step.job_id)]
    assert numbers == list(range(1, 13))


async def test_a_refused_submit_ends_its_workflow_without_a_request(world: World) -> None:
    job = await world.submit()
    async with world.database.write() as uow:
        row = await uow.jobs.lock(job)
        assert row is not None
        row.status = JobStatus.REFUSED
    async with world.working():
        assert await world.result(job) is None
    assert world.vendor.ledger.entries == ()


async def test_a_day_that_cannot_pay_fails_the_job_before_a_request(world: World) -> None:
    async with world.database.write() as uow:
        day = await uow.spend.lock(INSTALLATION, system_clock().date())
        day.cost = 20 * NANO
    async with world.working():
        job = await world.submit()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        row = await world.until_status(job, JobStatus.FAILED)
    assert row.error_type is ErrorType.COST_LIMIT
    assert world.vendor.ledger.entries == ()


async def test_no_request_goes_out_for_a_job_that_is_closed_or_in_another_round(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    late = await ledger.open(ask(step.model_copy(update={"round": 2})), tries=3)
    assert isinstance(late, Refused)
    async with world.database.write() as uow:
        row = await uow.jobs.lock(step.job_id)
        assert row is not None
        row.status = JobStatus.CANCELLED
    closed = await ledger.open(ask(step), tries=3)
    assert isinstance(closed, Refused)
    assert await world.calls(step.job_id) == []
    assert await world.events(step.job_id) == [], "nothing follows the end of a job's story"


async def test_a_result_the_round_before_could_not_hand_on_is_not_made_again(
    world: World, ledger: CallLedger, step: contracts.StepInput
) -> None:
    opened = await ledger.open(ask(step), tries=3)
    assert isinstance(opened, Opened)
    outline = OUTLINE.model_dump(mode="json")
    assert await ledger.settle(opened.call, Settlement(CallStatus.SUCCEEDED, cost=NanoUsd(700), result=outline))
    async with world.database.write() as uow:
        row = await uow.jobs.lock(step.job_id)
        assert row is not None
        row.round = 2
        await uow.steps.put([StepRow(job_id=step.job_id, round=2, step="outline", position=0)])
    again = await ledger.open(ask(step.model_copy(update={"round": 2})), tries=3)
    assert again == Stored(outline)
    assert [(shown.step, shown.status) for shown in await world.steps(step.job_id, 2)] == [
        ("outline", StepStatus.DONE),
        ("section:0", StepStatus.WAITING),
    ]


async def test_a_database_that_is_away_for_a_moment_costs_no_result(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, away = CallRepository.find, iter([True, True, False, True])
    locked = OperationalError("SELECT", {}, Exception("database is locked"))

    async def sometimes(self: CallRepository, call: int) -> CallRow | None:
        if next(away, False):
            raise locked
        return await find(self, call)

    monkeypatch.setattr(CallRepository, "find", sometimes)
    async with world.working():
        job = await world.submit()
        await world.result(job)
    assert [call.status for call in await world.calls(job)] == [CallStatus.SUCCEEDED] * 4
    assert len(world.vendor.ledger.entries) == 4
