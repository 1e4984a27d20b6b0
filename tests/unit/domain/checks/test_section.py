from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import blocks
from domain.blocks import (
    Action,
    Contact,
    Cta,
    Faq,
    Gallery,
    Hero,
    Hours,
    Member,
    Plan,
    Pricing,
    Question,
    Section,
    Stat,
    Stats,
    Team,
    Text,
    Tile,
)
from domain.brief import Brief
from domain.check import CheckKind
from domain.checks import CheckName, check_section
from domain.task import SectionTask

Failures = Callable[[Section], dict[str, str]]
TaskFor = Callable[[Section, Brief], SectionTask]

SECTION_CHECKS = [
    "type",
    "anchor",
    "language",
    "links",
    "phones",
    "emails",
    "prices",
    "quotes",
    "names",
    "contact",
    "hours",
    "stats",
    "placeholders",
    "alt-text",
    "avoid",
    "markup",
    "characters",
]


def text(body: str) -> Text:
    return Text(heading="Our bread", body=body)


def hero(words: str) -> Hero:
    return Hero(heading="Our bread", text=words)


def linked(href: str) -> Cta:
    return Cta(heading="Come by", action=Action(label="Go", href=href))


def quoted(quote: str, author: str = "Ada Sample", role: str | None = None) -> blocks.Testimonials:
    return blocks.Testimonials(
        heading="Neighbours", quotes=(blocks.Testimonial(quote=quote, author=author, role=role),)
    )


def priced(name: str, price: str) -> Pricing:
    return Pricing(heading="Prices", plans=(Plan(name=name, price=price),))


HONEST: list[Section] = [
    hero("Three flours, time and salt since 1987. Rye from $4.20, cakes from 30 USD, for 1200 households."),
    text(
        "Call +1 555 010 0123 or 555 010 0123, **or** write to hello@bakery.example.\n\n1. Mix\n2. Wait\n\nSee "
        "[the menu](https://www.bakery.example/menu?day=today) and [prices](#pricing-part), or shop.example.com."
    ),
    text("“bread is time and time is bread, never hurry” is what we say, and “slow” is what we mean."),
    linked("#contact-part"),
    linked("https://WWW.bakery.example:443/menu?day=today"),
    linked("https://shop.example.com/order/"),
    linked("mailto:hello@bakery.example"),
    linked("tel:+15550100123"),
    linked("tel:+49301234567"),
    priced("Rye loaf", "$4.20"),
    priced("Cake", "from $30, feeds 12"),
    quoted("It’s the best rye «in  town», really.", role="Neighbour"),
    Team(heading="Who bakes", members=(Member(name="Bo  Baker", role="Head baker"),)),
    Stats(
        heading="In figures", items=(Stat(value="1.200", label="households"), Stat(value="since 1987", label="open"))
    ),
    Gallery(
        heading="Pictures", tiles=(Tile(title="Rye", alt="A dark loaf on a board"), Tile(title="Oven", alt="The oven"))
    ),
    Contact(
        heading="Visit",
        phone="(+1) 555-010-0123",
        email="hello@bakery.example",
        address="1 Market Square,  Exampleton",
        hours=(Hours(days="Mon-Fri", hours="7:00 - 18:00"), Hours(days="Sat", hours="8–12")),
        links=(Action(label="Menu", href="https://www.bakery.example/menu?day=today"),),
    ),
    Faq(heading="Questions", items=(Question(question="Do you do parties or smart catering?", answer="Yes, we do."),)),
]


@pytest.mark.parametrize("section", HONEST, ids=lambda section: section.type.value)
def test_an_honest_section_passes(section: Section, failures: Failures) -> None:
    assert failures(section) == {}


def test_every_check_is_told_each_time_in_the_same_order(bakery: Brief, task_for: TaskFor) -> None:
    for section in HONEST:
        checks = check_section(section, task_for(section, bakery))
        assert [check.name for check in checks] == SECTION_CHECKS
        assert {check.kind for check in checks} == {CheckKind.SECTION}
    assert set(SECTION_CHECKS) <= set(CheckName)


@pytest.mark.parametrize(
    "section",
    [
        quoted("It's the best rye in town."),
        quoted("It's the best rye “in town”, really.", author="Bo Baker"),
        quoted("It's the best rye “in town”, really.", role="Mayor"),
        text("“They bake the finest bread that I have ever eaten anywhere”, says a neighbour."),
        text("> They bake the finest bread that I have ever eaten."),
        text("「この店のパンは今まで食べた中でいちばんおいしいと思います」と言われます。"),
    ],
)
def test_a_quote_the_brief_does_not_have_word_for_word_is_refused(section: Section, failures: Failures) -> None:
    assert "quotes" in failures(section)


def test_names_are_the_briefs(failures: Failures) -> None:
    assert "names" in failures(quoted("It's the best rye “in town”, really.", author="Eve Invented"))
    assert "names" in failures(Team(heading="Who", members=(Member(name="Eve Invented"),)))


@pytest.mark.parametrize(
    ("section", "check"),
    [
        (Contact(heading="Visit", phone="+1 555 010 0199"), "contact"),
        (Contact(heading="Visit", email="other@bakery.example"), "contact"),
        (Contact(heading="Visit", address="2 Market Square, Exampleton"), "contact"),
        (Contact(heading="Visit", hours=(Hours(days="Sun", hours="8–12"),)), "hours"),
        (Contact(heading="Visit", hours=(Hours(days="Sat", hours="7:00–18:00"),)), "hours"),
    ],
)
def test_contact_and_hours_are_the_briefs(section: Section, check: str, failures: Failures) -> None:
    assert check in failures(section)


@pytest.mark.parametrize(
    "stat",
    [
        Stat(value="1,201", label="households"),
        Stat(value="98 %", label="happy"),
        Stat(value="٤٥", label="x"),
        Stat(value="Hundreds", label="of loaves"),
        Stat(value="3", label="flours in 40 years"),
    ],
)
def test_a_figure_the_brief_does_not_have_is_refused(stat: Stat, failures: Failures) -> None:
    assert "stats" in failures(Stats(heading="Figures", items=(stat,)))


@pytest.mark.parametrize("alt", ["image", "Photo 1", "IMG_2041.jpg", "画像", "--", "The picture"])
def test_an_alt_text_that_says_nothing_is_refused(alt: str, failures: Failures) -> None:
    tiles = (Tile(title="Rye", alt="A dark loaf"), Tile(title="Oven", alt=alt))
    assert "alt-text" in failures(Gallery(heading="Pictures", tiles=tiles))


def test_type_and_anchor_are_the_planned_ones(bakery: Brief, task_for: TaskFor) -> None:
    task = task_for(hero("x"), bakery)
    failed = {
        check.name
        for check in check_section(text("x").model_copy(update={"anchor": "other"}), task)
        if not check.passed
    }
    assert failed == {"type", "anchor"}


def test_an_answer_in_another_script_than_the_pages_is_refused(bakery: Brief, task_for: TaskFor) -> None:
    section = hero("We bake our bread slowly and with three flours, as we always did.")
    task = task_for(section, bakery.model_copy(update={"language": "ar"}))
    assert "language" in {check.name for check in check_section(section, task) if not check.passed}


def test_the_makers_instruction_gives_facts(bakery: Brief, task_for: TaskFor) -> None:
    section = text(
        "New: stollen for $18, by Eva Example. Call 555-014-0142, see https://stollen.example/buy or a@stollen.example."
    )
    task = task_for(section, bakery)
    instruction = (
        "Add stollen for 18 USD. Phone 555 014 0142, link https://stollen.example/buy, mail a@stollen.example."
    )
    assert {check.name for check in check_section(section, task) if not check.passed} > {
        "prices",
        "phones",
        "links",
        "emails",
    }
    revised = task.model_copy(update={"instruction": instruction})
    assert all(check.passed for check in check_section(section, revised) if check.name != "anchor")


def test_what_an_earlier_instruction_gave_may_stay_in_the_section(bakery: Brief, task_for: TaskFor) -> None:
    current = text("Stollen for $18.")
    shorter = text("Stollen: $18.")
    task = task_for(shorter, bakery).model_copy(update={"instruction": "Make it shorter.", "current": current})
    assert next(check for check in check_section(shorter, task) if check.name == "prices").passed


def test_a_message_stays_short_and_printable(failures: Failures) -> None:
    section = text(" ".join(f"${number}" for number in range(1000, 1900)))
    message = failures(section)["prices"]
    assert len(message) < 2000
    assert message.endswith("more like these")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(min_size=1, max_size=200))
def test_any_text_is_judged_without_an_error(words: str, bakery: Brief, task_for: TaskFor) -> None:
    section = hero("x").model_copy(update={"text": words})
    assert len(check_section(section, task_for(section, bakery))) == len(SECTION_CHECKS)
