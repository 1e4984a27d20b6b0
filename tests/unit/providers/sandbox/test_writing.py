"""Sections of a page another model planned are written too, from the brief alone."""

from collections.abc import Callable

import pytest

from domain.blocks import BlockType, Section, Text, type_of_block
from domain.brief import Brief, Contact, Price
from domain.checks import check_section
from domain.outline import Outline, SectionPlan, Seo
from domain.task import SectionTask, Task

Answer = Callable[[Task], str]

_BRIEF = Brief(
    name="Harbour Bakery",
    text=(
        "The bakery stands on the quay. It has 3 ovens.\n\n"
        "## The oven\n\nIt burns birch from the glen. It is never cold.\n\n"
        "## The van\n\nIt climbs the hill before seven. Hotels wait for it."
    ),
    prices=(Price(item="Rye", price="£4"),),
    contact=Contact(email="bread@harbour.example"),
)


def _outline(*plans: tuple[BlockType, str]) -> Outline:
    hero = SectionPlan(type=BlockType.HERO, anchor="start", heading="Bread worth the walk")
    others = (
        SectionPlan(type=block, anchor=f"part-{place}", heading=heading) for place, (block, heading) in enumerate(plans)
    )
    return Outline(
        title="Harbour Bakery",
        slug="harbour-bakery",
        language="en",
        seo=Seo(title="Harbour Bakery", description="Bread"),
        sections=(hero, *others),
    )


def _written(answer: Answer, outline: Outline, place: int) -> Section:
    task = SectionTask(brief=_BRIEF, language="en", outline=outline, plan=outline.sections[place])
    section = type_of_block[task.plan.type].model_validate_json(answer(task))
    section = section.model_copy(update={"anchor": task.plan.anchor})
    assert [check for check in check_section(section, task) if not check.passed] == []
    return section


@pytest.mark.parametrize(
    "block", [block for block in BlockType if block not in {BlockType.HERO, BlockType.TESTIMONIALS, BlockType.TEAM}]
)
def test_any_section_the_brief_has_facts_for_is_written_under_the_planned_heading(
    answer: Answer, block: BlockType
) -> None:
    section = _written(answer, _outline((block, "A heading of theirs")), 1)
    assert (section.type, section.heading) == (block, "A heading of theirs")


def test_sections_of_one_type_are_told_apart_by_their_headings(answer: Answer) -> None:
    outline = _outline((BlockType.TEXT, "All about the van"), (BlockType.TEXT, "All about the oven"))
    van, oven = _written(answer, outline, 1), _written(answer, outline, 2)
    assert isinstance(van, Text)
    assert isinstance(oven, Text)
    assert van.body == "It climbs the hill before seven. Hotels wait for it."
    assert oven.body == "It burns birch from the glen. It is never cold."


def test_buttons_lead_to_the_anchors_of_that_outline(answer: Answer) -> None:
    hero = _written(answer, _outline((BlockType.PRICING, "Prices"), (BlockType.CONTACT, "Say hello")), 0)
    assert '"#part-0"' in hero.model_dump_json()
