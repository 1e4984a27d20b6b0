"""A step's tries, second requests and way along the route."""

from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError

from domain.call import CallStatus
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.job import JobStatus
from domain.step import StepStatus
from providers.catalogue import Catalogue
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import ANTHROPIC, OPENAI, World

TEXT = "section:text-2"
UNAVAILABLE = Act(behaviour=Behaviour.UNAVAILABLE)


async def test_a_passing_fault_is_tried_again_on_the_same_model(world: World) -> None:
    world.vendor.next("outline", UNAVAILABLE)
    async with world.working():
        job = await world.submit()
        await world.result(job)
    outline = [call for call in await world.calls(job) if call.step == "outline"]
    assert [(call.try_number, call.status) for call in outline] == [(1, CallStatus.FAILED), (2, CallStatus.SUCCEEDED)]
    assert outline[0].error_type is ErrorType.SERVICE_UNAVAILABLE
    pause = (outline[1].started_at - (outline[0].settled_at or outline[0].started_at)).total_seconds()
    assert 0.5 <= pause < 3


async def test_the_vendors_retry_after_wins(world: World) -> None:
    world.vendor.next("outline", Act(behaviour=Behaviour.RATE_LIMITED, headers={"retry-after": "3"}))
    async with world.working():
        job = await world.submit()
        await world.result(job)
    first, second = [call for call in await world.calls(job) if call.step == "outline"]
    assert (second.started_at - (first.settled_at or first.started_at)).total_seconds() >= 3


async def test_a_job_is_delayed_while_all_that_is_left_of_it_backs_off(world: World) -> None:
    world.vendor.next(TEXT, Act(behaviour=Behaviour.RATE_LIMITED, headers={"retry-after": "3"}))
    async with world.working():
        job = await world.submit()
        await world.until_status(job, JobStatus.DELAYED)
        steps = {step.step: step.status for step in await world.steps(job)}
        await world.result(job)
    assert steps.pop("section:2") is StepStatus.DELAYED
    assert set(steps.values()) == {StepStatus.DONE}


async def test_a_long_retry_after_goes_to_the_next_model_at_once(world: World) -> None:
    world.vendor.next("outline", Act(behaviour=Behaviour.RATE_LIMITED, headers={"retry-after": "61"}))
    async with world.working():
        job = await world.submit(route=(OPENAI, ANTHROPIC))
        await world.result(job)
    outline = [call.full_model for call in await world.calls(job) if call.step == "outline"]
    assert outline == [OPENAI, ANTHROPIC]


async def test_used_up_tries_fall_back_along_the_route(world: World) -> None:
    world.vendor.always("gpt-6-luna", UNAVAILABLE)
    async with world.working():
        job = await world.submit(route=(OPENAI, ANTHROPIC), tries=2)
        await world.result(job)
    outline = [(call.full_model, call.try_number) for call in await world.calls(job) if call.step == "outline"]
    assert outline == [(OPENAI, 1), (OPENAI, 2), (ANTHROPIC, 1)]


async def test_what_waiting_does_not_mend_is_not_tried_again(world: World) -> None:
    world.vendor.always("gpt-6-luna", Act(behaviour=Behaviour.UNAUTHORIZED))
    async with world.working():
        job = await world.submit(route=(OPENAI, ANTHROPIC))
        await world.result(job)
    failed = [call for call in await world.calls(job) if call.full_model == OPENAI]
    assert len(failed) == 4
    assert {call.error_type for call in failed} == {ErrorType.AUTH_ERROR}


async def test_an_unusable_answer_is_asked_again_once_with_its_errors(world: World) -> None:
    world.vendor.next(TEXT, Act(behaviour=Behaviour.WRONG_SCHEMA))
    async with world.working():
        job = await world.submit()
        await world.result(job)
    text = [call for call in await world.calls(job) if call.step == "section:2"]
    assert [(call.try_number, call.request, call.status) for call in text] == [
        (1, 1, CallStatus.INVALID),
        (1, 2, CallStatus.SUCCEEDED),
    ]
    assert [entry.request for entry in world.vendor.ledger.entries if entry.tag == TEXT] == [1, 2]
    row = await world.job(job)
    assert row.cost > row.charged, "the vendor bills the unusable answer; the maker does not pay it"


async def test_two_unusable_answers_are_a_validation_error(world: World) -> None:
    world.vendor.always(TEXT, Act(behaviour=Behaviour.WRONG_SCHEMA))
    async with world.working():
        job = await world.submit()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        row = await world.until_status(job, JobStatus.FAILED)
    assert row.error_type is ErrorType.VALIDATION_ERROR
    assert len([call for call in await world.calls(job) if call.step == "section:2"]) == 2


async def test_a_failing_section_does_not_throw_away_the_others(world: World) -> None:
    world.vendor.always(TEXT, UNAVAILABLE)
    async with world.working():
        job = await world.submit(tries=1)
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        await world.until_status(job, JobStatus.FAILED)
    letter = await world.letter(job)
    assert (letter.finished_sections, letter.planned_sections) == (2, 3)
    assert (letter.error_type, letter.can_retry) == (ErrorType.SERVICE_UNAVAILABLE, True)
    assert letter.status is DeadLetterStatus.OPEN
    assert letter.retry_estimate is not None
    assert letter.retry_estimate > 0
    statuses = {step.step: step.status for step in await world.steps(job)}
    assert statuses == {
        "outline": StepStatus.DONE,
        "section:0": StepStatus.DONE,
        "section:1": StepStatus.DONE,
        "section:2": StepStatus.FAILED,
    }


async def test_a_request_that_takes_too_long_is_cut_off(world: World) -> None:
    world.vendor.next("outline", Act(behaviour=Behaviour.DRIP))
    settings = world.settings.model_copy(update={"request_timeout": timedelta(seconds=1)})
    hasty = replace(world, settings=settings, catalogue=Catalogue(settings))
    async with hasty.working():
        job = await hasty.submit()
        await hasty.result(job)
    await hasty.catalogue.aclose()
    assert (await world.calls(job))[0].error_type is ErrorType.TIMEOUT
