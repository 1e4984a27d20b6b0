import pytest

from domain import blocks
from domain.blocks import Action, Cta, Hero, Item, Section, Steps, Text
from rendering.menu import menu

HERO = Hero(anchor="start", heading="Bread", text="Baked overnight")


def text(heading: str) -> Text:
    return Text(anchor="part", heading=heading, body="x")


def names(*sections: Section) -> list[str]:
    return [section.heading for section in menu((HERO, *sections))]


def test_every_section_but_hero_and_calls_to_action_is_named_where_there_is_room() -> None:
    cta = Cta(anchor="go", heading="Come", action=Action(label="Go", href="#start"))
    assert names(text("The ovens"), text("The flour"), cta) == ["The ovens", "The flour"]


def test_a_long_heading_is_no_name_for_a_link() -> None:
    assert names(text("The ovens"), text("What else there is to know about them"), text("Hours")) == [
        "The ovens",
        "Hours",
    ]


def test_long_headings_are_better_than_no_menu() -> None:
    long = ["Everything that there is to know about the ovens", "And as much again about the flour"]
    assert names(*map(text, long)) == long


@pytest.mark.parametrize("many", [6, 9, 12])
def test_a_menu_takes_one_line_on_a_desk(many: int) -> None:
    found = names(*(text(f"Some heading {number:02} of many") for number in range(many)))
    assert len(found) == 5
    assert found == sorted(found)


def test_quotes_and_running_text_give_way_to_what_visitors_look_for() -> None:
    steps = Steps(anchor="way", heading="How the bread is made", items=(Item(title="x", text="x"),) * 2)
    said = (blocks.Testimonial(quote="x", author="y"),)
    quotes = blocks.Testimonials(anchor="said", heading="What people say of us", quotes=said)
    texts = [text(f"About the bakery, part {number}") for number in range(5)]
    assert names(quotes, *texts, steps) == [each.heading for each in (*texts[:4], steps)]


def test_a_page_of_one_section_has_no_menu() -> None:
    assert names() == []
