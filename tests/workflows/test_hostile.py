"""Hostile answers, over real HTTP: asked again once, then the model is left; nothing of them is kept or shown."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from temporalio.client import WorkflowFailureError

from domain.blocks import BlockType, Cta, Hero, Section, Text
from domain.call import CallStatus
from domain.errors import ErrorType
from domain.ids import JobId
from domain.job import JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from domain.outline import Outline, SectionPlan, Seo
from domain.route import ModelName
from providers.catalogue import Catalogue
from rendering.parsed import parse
from tests.stored_texts import columns_with
from tests.vendors.behaviour import Act
from tests.workflows.world import World, page_input

MARK: Final = "Zqx"
"""A word of every hostile answer, and of nothing else."""
HERO: Final = Hero(anchor="top", heading="Harbour Bakery", text="Sourdough bread, baked overnight")


@dataclass(frozen=True)
class Hostile:
    """What a model answers when it is asked for a section of a type, or for the outline."""

    name: str
    block: BlockType | None
    content: dict[str, Any]

    @property
    def model(self) -> ModelName:
        return f"openai:{self.name}"

    @property
    def outline(self) -> Outline | None:
        return None if self.block is None else outline_with(self.block)


def outline_with(block: BlockType) -> Outline:
    return Outline(
        title="Harbour Bakery",
        slug="harbour-bakery",
        language="en",
        seo=Seo(title="Harbour Bakery", description="Sourdough bread, baked overnight"),
        sections=(
            SectionPlan(type=BlockType.HERO, anchor="top", heading="Harbour Bakery"),
            SectionPlan(type=block, anchor="part", heading="Sourdough bread"),
        ),
    )


def prose(name: str, body: str) -> Hostile:
    return Hostile(name, BlockType.TEXT, {"heading": "Sourdough bread", "body": f"{MARK} {body}"})


def button(name: str, href: str) -> Hostile:
    return Hostile(name, BlockType.CTA, {"heading": f"{MARK} bread", "action": {"label": "Order bread", "href": href}})


def section(name: str, block: BlockType, **content: object) -> Hostile:
    return Hostile(name, block, {"heading": f"{MARK} bread", **content})


def planned(name: str, **changes: object) -> Hostile:
    good = outline_with(BlockType.TEXT).model_dump(mode="json") | {"title": f"{MARK} bread"}
    return Hostile(name, None, good | changes)


ANSWERS: Final = (
    prose("script-tag", "<script>alert(1)</script>"),
    prose("event-handler", "<img src=x onerror=alert(1)>"),
    prose("svg-handler", "<svg/onload=alert(1)>"),
    prose("javascript-link", "[order](javascript:alert(1))"),
    prose("javascript-link-in-entities", "[order](&#106;avascript:alert(1))"),
    prose("data-link", "[order](data:text/html;base64,PHNjcmlwdD4=)"),
    prose("image", "![bread](https://evil.example/track.png)"),
    prose("style-attribute", '<div style="position:fixed;inset:0">bread</div>'),
    prose("style-element", "</style><style>*{background:url(https://evil.example/a)}</style>"),
    prose("megabyte", "bread " * 180_000),
    prose("invented-link", "[order](https://evil.example/)"),
    prose("invented-address", "Order at www.evil.example today."),
    prose("invented-phone", "Call +1 555 0199 today."),
    prose("invented-email", "Write to orders@evil.example today."),
    prose("invented-price", "A loaf is only $ 3.99 today."),
    prose("invented-quote", "“This is the best bread that I have ever eaten in all my life”, says a guest."),
    prose("bidirectional-override", "bread \u202egpj.exe\u2066"),
    section("end-of-script-in-a-heading", BlockType.TEXT, heading=f"{MARK} </script><script>", body="Sourdough bread"),
    button("javascript-button", "javascript:alert(1)"),
    button("data-button", "data:text/html,<script>alert(1)</script>"),
    button("invented-button", "https://order.example.com.evil.example/"),
    section("invented-plan", BlockType.PRICING, plans=[{"name": "Country loaf", "price": "$ 1"}]),
    section("invented-testimonial", BlockType.TESTIMONIALS, quotes=[{"quote": "Good bread.", "author": "A. Guest"}]),
    section("invented-person", BlockType.TEAM, members=[{"name": "A. Baker", "role": "Head baker"}]),
    section("invented-figure", BlockType.STATS, items=[{"value": "99 %", "label": "of guests come back"}]),
    section("invented-contact", BlockType.CONTACT, phone="+1 555 0199", email="orders@evil.example"),
    planned("end-of-script-in-a-title", title=f"{MARK} </script><script>alert(1)</script>"),
    planned("price-in-a-description", seo={"title": MARK, "description": "Bread for $ 1 only"}),
    planned("path-in-a-slug", slug="../../etc/passwd"),
)


@pytest.fixture
async def hostile(world: World) -> AsyncGenerator[World]:
    """Return the world with a model for each hostile answer, which gives it once."""
    settings = world.settings.model_copy(update={"models": tuple(answer.model for answer in ANSWERS)})
    catalogue = Catalogue(settings)
    for answer in ANSWERS:
        world.vendor.next(answer.name, Act(text=json.dumps(answer.content)))
    yield replace(world, settings=settings, catalogue=catalogue)
    await catalogue.aclose()


async def asked(world: World, answer: Hostile) -> JobId:
    sections: dict[int, Section] = {} if answer.block is None else {0: HERO}
    options = JobOptions(route=(answer.model,), max_cost=NanoUsd(NANO))
    return await world.submit_input(page_input(options=options, outline=answer.outline, sections=sections))


async def ended(world: World, job: JobId) -> JobStatus:
    async def is_over() -> bool:
        return not (await world.job(job)).status.is_open

    await world.until(is_over, seconds=90)
    return (await world.job(job)).status


async def test_a_model_that_insists_is_left_and_nothing_of_it_is_kept(hostile: World) -> None:
    for answer in ANSWERS:
        hostile.vendor.always(answer.name, Act(text=json.dumps(answer.content)))
    async with hostile.working():
        jobs = [await asked(hostile, answer) for answer in ANSWERS]
        statuses = await asyncio.gather(*(ended(hostile, job) for job in jobs))
    for answer, job, status in zip(ANSWERS, jobs, statuses, strict=True):
        row, calls = await hostile.job(job), await hostile.calls(job)
        assert (status, row.error_type, row.version) == (JobStatus.FAILED, ErrorType.VALIDATION_ERROR, None), answer
        asked_for = [(call.try_number, call.request, call.status) for call in calls]
        assert asked_for == [(1, 1, CallStatus.INVALID), (1, 2, CallStatus.INVALID)], answer
        assert len(row.error_message or "") <= 500
    assert await columns_with(hostile.database, MARK) == []
    assert await columns_with(hostile.database, "evil.example") == []


async def test_a_model_that_mends_its_answer_makes_a_page_without_a_trace_of_it(hostile: World) -> None:
    async with hostile.working():
        jobs = [await asked(hostile, answer) for answer in ANSWERS]
        statuses = await asyncio.gather(*(ended(hostile, job) for job in jobs))
    failed = {answer.name for answer, status in zip(ANSWERS, statuses, strict=True) if status is JobStatus.FAILED}
    # For these the brief has no facts, so that no answer of their kind is right.
    assert failed == {"invented-testimonial", "invented-person"}
    for answer, job in zip(ANSWERS, jobs, strict=True):
        if answer.name not in failed:
            assert [call.request for call in (await hostile.calls(job))[:2]] == [1, 2], answer
            assert all(check.passed for check in (await hostile.version(job)).checks if check.kind != "advice"), answer
    assert await columns_with(hostile.database, MARK) == []


MISSED: Final = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[order](javascript:alert(1))",
    "</style><style>*{color:red}</style>",
)


async def test_what_a_check_would_miss_is_shown_as_text(world: World) -> None:
    blocks = [Text(anchor=f"part-{index}", heading=text, body=f"Bread {text}") for index, text in enumerate(MISSED)]
    plans = tuple(SectionPlan(type=BlockType.TEXT, anchor=block.anchor, heading="Bread") for block in blocks)
    outline = outline_with(BlockType.TEXT)
    outline = outline.model_copy(update={"sections": (outline.sections[0], *plans)})
    async with world.working():
        job = await world.submit_input(page_input(outline=outline, sections=dict(enumerate([HERO, *blocks]))))
        await world.result(job)
    page = parse((await world.version(job)).html)
    assert {element.attributes.get("type") for element in page.named("script")} == {"application/ld+json"}
    assert (len(page.named("style")), len(page.named("img"))) == (1, 0)
    assert not any("javascript:" in element.attributes.get("href", "") for element in page.elements)


async def test_a_link_the_renderer_refuses_fails_the_round_at_once(world: World) -> None:
    action = {"label": "Order", "href": "javascript:alert(1)"}
    sections = {0: HERO, 1: Cta.model_validate({"anchor": "part", "heading": "Bread", "action": action})}
    async with world.working():
        job = await world.submit_input(page_input(outline=outline_with(BlockType.CTA), sections=sections))
        with pytest.raises(WorkflowFailureError):
            await world.result(job, seconds=15)
        row = await world.until_status(job, JobStatus.FAILED)
    assert (row.error_type, row.version) == (ErrorType.UNKNOWN, None)
    assert "correct it in its block" in (row.error_message or "")
