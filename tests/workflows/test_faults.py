"""Each fault of a vendor, on all three wire formats: its error type, how often the model is asked, and what follows."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import pytest
from pydantic import SecretStr

from domain.blocks import BlockType, Hero
from domain.call import CallStatus
from domain.errors import ErrorType
from domain.ids import JobId
from domain.job import JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from domain.outline import Outline, SectionPlan, Seo
from domain.route import SANDBOX_MODEL, ModelName, bare_name
from providers.catalogue import Catalogue
from settings import Settings, VendorSettings
from storage.call import CallRow
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import World, page_input

ONCE: Final = ((1, 1),)
ASKED_AGAIN: Final = ((1, 1), (1, 2))
THREE_TRIES: Final = ((1, 1), (2, 1), (3, 1))
STEP: Final = "section:1"


@dataclass(frozen=True)
class Fault:
    """What a vendor does to every request, and what has to come of it: error type, (try, request) of each call."""

    behaviour: Behaviour
    type: ErrorType
    calls: tuple[tuple[int, int], ...]
    headers: dict[str, str] = field(default_factory=dict[str, str])
    wait: float = 0.5
    """Least seconds before the second try."""

    @property
    def name(self) -> str:
        return "-".join((self.behaviour.value.replace("_", "-"), *self.headers.values()))


FAULTS: Final = (
    Fault(Behaviour.UNAUTHORIZED, ErrorType.AUTH_ERROR, ONCE),
    Fault(Behaviour.FORBIDDEN, ErrorType.AUTH_ERROR, ONCE),
    Fault(Behaviour.NOT_FOUND, ErrorType.MODEL_ERROR, ONCE),
    Fault(Behaviour.RATE_LIMITED, ErrorType.RATE_LIMIT, THREE_TRIES),
    Fault(Behaviour.RATE_LIMITED, ErrorType.RATE_LIMIT, THREE_TRIES, {"retry-after": "2"}, wait=2),
    Fault(Behaviour.RATE_LIMITED, ErrorType.RATE_LIMIT, ONCE, {"retry-after": "61"}),
    Fault(Behaviour.QUOTA_EXCEEDED, ErrorType.AUTH_ERROR, ONCE),
    Fault(Behaviour.SERVER_ERROR, ErrorType.PROVIDER_ERROR, THREE_TRIES),
    Fault(Behaviour.UNAVAILABLE, ErrorType.SERVICE_UNAVAILABLE, THREE_TRIES),
    Fault(Behaviour.OVERLOADED, ErrorType.SERVICE_UNAVAILABLE, THREE_TRIES),
    Fault(Behaviour.HANG, ErrorType.TIMEOUT, THREE_TRIES),
    Fault(Behaviour.DRIP, ErrorType.TIMEOUT, THREE_TRIES),
    Fault(Behaviour.RESET, ErrorType.NETWORK_ERROR, THREE_TRIES),
    Fault(Behaviour.INVALID_JSON, ErrorType.VALIDATION_ERROR, ONCE),
    Fault(Behaviour.WRONG_SCHEMA, ErrorType.VALIDATION_ERROR, ASKED_AGAIN),
    Fault(Behaviour.NOT_JSON_TEXT, ErrorType.VALIDATION_ERROR, ASKED_AGAIN),
    Fault(Behaviour.TRUNCATED, ErrorType.VALIDATION_ERROR, ONCE),
    Fault(Behaviour.REFUSAL, ErrorType.MODEL_ERROR, ONCE),
    Fault(Behaviour.EMPTY, ErrorType.VALIDATION_ERROR, ASKED_AGAIN),
)
GOOD: Final[dict[str, ModelName]] = {
    "openai": "openai:gpt-6-luna",
    "anthropic": "anthropic:claude-haiku-5-5",
    "google": "google:gemini-3.5-flash-lite",
}
OUTLINE: Final = Outline(
    title="Harbour Bakery",
    slug="harbour-bakery",
    language="en",
    seo=Seo(title="Harbour Bakery", description="Sourdough bread, baked overnight"),
    sections=(
        SectionPlan(type=BlockType.HERO, anchor="top", heading="Harbour Bakery"),
        SectionPlan(type=BlockType.TEXT, anchor="bread", heading="Sourdough bread"),
    ),
)
WRITTEN: Final = {0: Hero(anchor="top", heading="Harbour Bakery", text="Sourdough bread, baked overnight")}


def faulty(vendor: str, fault: Fault) -> ModelName:
    """Return the model that shows a fault: there is one for each, so that jobs side by side do not meet."""
    return f"{GOOD[vendor]}-{fault.name}"


def settings_of(world: World, vendor: str, url: str | None = None) -> Settings:
    key = SecretStr("sk-test")
    vendors = VendorSettings(
        openai_api_key=key,
        openai_base_url=url or world.vendor.openai_url,
        anthropic_api_key=key,
        anthropic_base_url=url or world.vendor.anthropic_url,
        google_api_key=key,
        google_base_url=url or world.vendor.google_url,
    )
    slow = {faulty(vendor, fault): timedelta(seconds=1) for fault in FAULTS if fault.type is ErrorType.TIMEOUT}
    models = (GOOD[vendor], *(faulty(vendor, fault) for fault in FAULTS))
    return world.settings.model_copy(update={"vendors": vendors, "models": models, "model_timeouts": slow})


@asynccontextmanager
async def with_faults(world: World, vendor: str, url: str | None = None) -> AsyncGenerator[World]:
    """Yield the world at work, with a model of the vendor for each fault and one that answers well."""
    settings = settings_of(world, vendor, url)
    catalogue = Catalogue(settings)
    for fault in FAULTS:
        act = Act(behaviour=fault.behaviour, headers=fault.headers)
        world.vendor.always(bare_name(faulty(vendor, fault)), act)
    changed = replace(world, settings=settings, catalogue=catalogue)
    async with changed.working():
        yield changed
    await catalogue.aclose()


async def submit(world: World, *route: ModelName) -> JobId:
    """Start a job that has one section left to write."""
    options = JobOptions(route=route, max_cost=NanoUsd(NANO))
    return await world.submit_input(page_input(options=options, outline=OUTLINE, sections=WRITTEN))


def tried(calls: list[CallRow]) -> list[tuple[int, int]]:
    return [(call.try_number, call.request) for call in calls]


def pause_between(first: CallRow, second: CallRow) -> float:
    assert first.settled_at is not None
    return (second.started_at - first.settled_at).total_seconds()


@pytest.mark.parametrize("vendor", GOOD)
async def test_a_fault_is_tried_as_often_as_it_may_pass_then_the_next_model_is_asked(world: World, vendor: str) -> None:
    async with with_faults(world, vendor) as faults:
        jobs = [await submit(faults, faulty(vendor, fault), GOOD[vendor]) for fault in FAULTS]
        await asyncio.gather(*(faults.until_status(job, JobStatus.COMPLETED, seconds=90) for job in jobs))
    for fault, job in zip(FAULTS, jobs, strict=True):
        *failed, good = await world.calls(job)
        assert tried(failed) == list(fault.calls), fault.name
        assert {(call.full_model, call.error_type) for call in failed} == {(faulty(vendor, fault), fault.type)}
        assert (good.full_model, good.try_number, good.status) == (GOOD[vendor], 1, CallStatus.SUCCEEDED)
        if fault.calls == THREE_TRIES:
            assert pause_between(failed[0], failed[1]) >= fault.wait, fault.name
    requests = sum(len(fault.calls) + 1 for fault in FAULTS)
    assert len(world.vendor.ledger.entries) == requests, "every request has its one row"


@pytest.mark.timeout(180)
async def test_at_the_end_of_its_route_a_fault_is_a_dead_letter_that_says_what_may_help(world: World) -> None:
    async with with_faults(world, "openai") as faults:
        jobs = [await submit(faults, faulty("openai", fault)) for fault in FAULTS]
        await asyncio.gather(*(faults.until_status(job, JobStatus.FAILED, seconds=90) for job in jobs))
    for fault, job in zip(FAULTS, jobs, strict=True):
        letter = await world.letter(job)
        assert (letter.error_type, letter.step, letter.model) == (fault.type, STEP, faulty("openai", fault))
        assert (letter.attempts, letter.finished_sections) == (len(fault.calls), 1)
        assert letter.can_retry is fault.type.mends_by_waiting
        assert letter.error_message is not None
        assert len(letter.error_message) <= 500
        assert "sk-test" not in letter.error_message


@pytest.mark.parametrize("vendor", GOOD)
async def test_a_refused_connection_is_tried_three_times_then_the_next_model_is_asked(
    world: World, vendor: str, free_port: Callable[[], int]
) -> None:
    async with with_faults(world, vendor, f"http://127.0.0.1:{free_port()}") as cut_off:
        job = await submit(cut_off, GOOD[vendor], SANDBOX_MODEL)
        await cut_off.until_status(job, JobStatus.COMPLETED)
    *failed, good = await world.calls(job)
    assert tried(failed) == list(THREE_TRIES)
    assert {call.error_type for call in failed} == {ErrorType.NETWORK_ERROR}
    assert good.full_model == SANDBOX_MODEL
