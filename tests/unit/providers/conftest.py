"""A brief with a fact of every kind, and tasks for it."""

from collections.abc import Callable

import pytest

from domain.blocks import BlockType
from domain.brief import Brief, Contact, Link, OpeningHours, Person, Price, Quote
from domain.outline import Outline, SectionPlan, Seo
from domain.task import SectionTask

SectionTaskMaker = Callable[..., SectionTask]


@pytest.fixture
def brief() -> Brief:
    return Brief(
        text="Harbour Bakery bakes 12 kinds of bread. See https://harbour.example.com/bread, or come by.",
        name="Harbour Bakery",
        offer="Sourdough bread, baked overnight",
        call_to_action="Order bread",
        links=(Link(label="Order", url="https://order.example.com/"),),
        contact=Contact(phone="+1 (555) 0100", email="bread@example.com", address="1 Quay, Example Bay"),
        opening_hours=(OpeningHours(days="Mon-Fri", hours="7-13"),),
        prices=(Price(item="Country loaf", price="$ 6.50", note="1 kg"),),
        quotes=(Quote(text="The crust sings.", author="A. Reader"),),
        people=(Person(name="B. Baker", role="Owner"),),
        sections=(BlockType.HERO, BlockType.PRICING),
        avoid=("artisan",),
    )


@pytest.fixture
def section_task(brief: Brief) -> SectionTaskMaker:
    def task(block: BlockType, of: Brief = brief, **more: object) -> SectionTask:
        hero = SectionPlan(type=BlockType.HERO, anchor="top", heading="Bread baked overnight")
        planned = hero if block is BlockType.HERO else SectionPlan(type=block, anchor="here", heading="What is here")
        outline = Outline(
            title="Harbour Bakery",
            slug="harbour-bakery",
            language="en",
            seo=Seo(title="Harbour Bakery", description="Sourdough bread."),
            sections=(hero,) if planned is hero else (hero, planned),
        )
        return SectionTask.model_validate({"brief": of, "language": "en", "outline": outline, "plan": planned, **more})

    return task
