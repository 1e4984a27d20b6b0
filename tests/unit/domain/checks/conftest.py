from collections.abc import Callable

import pytest

from domain.blocks import BlockType, Section
from domain.brief import Brief, Contact, Link, OpeningHours, Person, Price, Quote
from domain.checks import check_section
from domain.outline import Outline, SectionPlan, Seo
from domain.task import SectionTask

ANCHORS = {block: f"{block.value}-part" for block in BlockType}


def outline_of(language: str) -> Outline:
    plans = tuple(SectionPlan(type=block, anchor=ANCHORS[block], heading="Plan") for block in BlockType)
    seo = Seo(title="Title", description="Description")
    return Outline(title="Title", slug="page", language=language, seo=seo, sections=plans)


@pytest.fixture
def bakery() -> Brief:
    return Brief(
        name="Corner Bakery",
        text="We bake with 3 flours since 1987 for about 1,200 households. Order at shop.example.com/order or call "
        "(555) 010-0199. Wholesale: +49 30 1234567. Our motto is “bread is time and time is bread, never hurry”.",
        language="en",
        contact=Contact(phone="+1 555 010 0123", email="hello@bakery.example", address="1 Market Square, Exampleton"),
        links=(Link(label="Menu", url="https://www.bakery.example/menu?day=today"),),
        opening_hours=(OpeningHours(days="Mon–Fri", hours="7:00–18:00"), OpeningHours(days="Sat", hours="8–12")),
        prices=(Price(item="Rye loaf", price="$4.20"), Price(item="Cake", price="from $30", note="feeds 12")),
        quotes=(Quote(text="It's the best rye “in town”, really.", author="Ada Sample", role="Neighbour"),),
        people=(Person(name="Bo Baker", role="Head baker"),),
        avoid=("cheap", "art"),
    )


@pytest.fixture
def task_for() -> Callable[[Section, Brief], SectionTask]:
    def make(section: Section, brief: Brief) -> SectionTask:
        language = brief.language or "en"
        plan = SectionPlan(type=section.type, anchor=ANCHORS[section.type], heading="Plan")
        return SectionTask(brief=brief, language=language, outline=outline_of(language), plan=plan)

    return make


@pytest.fixture
def failures(bakery: Brief, task_for: Callable[[Section, Brief], SectionTask]) -> Callable[[Section], dict[str, str]]:
    """Name and message of each check a section of the bakery's page fails."""

    def run(section: Section) -> dict[str, str]:
        planned = section.model_copy(update={"anchor": ANCHORS[section.type]})
        checks = check_section(planned, task_for(planned, bakery))
        return {check.name: check.message for check in checks if not check.passed}

    return run
