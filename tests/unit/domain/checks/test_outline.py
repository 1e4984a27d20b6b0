import pytest

from domain.blocks import BlockType
from domain.brief import Brief, Contact, Link, OpeningHours, Person, Price, Quote
from domain.check import CheckKind
from domain.checks import CheckName, check_outline, plannable, required_sections
from domain.outline import Outline, SectionPlan, Seo
from domain.task import OutlineTask

ALWAYS = {
    BlockType.HERO,
    BlockType.FEATURES,
    BlockType.STEPS,
    BlockType.GALLERY,
    BlockType.FAQ,
    BlockType.CTA,
    BlockType.TEXT,
}
OUTLINE_CHECKS = [
    "plannable",
    "must-have",
    "section-count",
    "language",
    "links",
    "phones",
    "emails",
    "prices",
    "quotes",
    "placeholders",
    "avoid",
    "markup",
    "characters",
]


def outline(*types: BlockType, language: str = "en", title: str = "Corner Bakery", purpose: str = "") -> Outline:
    plans = tuple(
        SectionPlan(type=block, anchor=f"part-{index}", heading="Our bread", purpose=purpose)
        for index, block in enumerate((BlockType.HERO, *types))
    )
    seo = Seo(title=title, description="Bread with time.")
    return Outline(title=title, slug="corner-bakery", language=language, seo=seo, sections=plans)


def failures(plan: Outline, brief: Brief, language: str = "en") -> dict[str, str]:
    checks = check_outline(plan, OutlineTask(brief=brief, language=language))
    assert [check.name for check in checks] == OUTLINE_CHECKS
    assert {check.kind for check in checks} == {CheckKind.SECTION}
    return {check.name: check.message for check in checks if not check.passed}


def test_every_name_is_one_of_the_documented() -> None:
    assert set(OUTLINE_CHECKS) <= set(CheckName)


def test_a_brief_without_facts_allows_the_types_that_need_none() -> None:
    assert plannable(Brief(text="A bakery.")) == ALWAYS


@pytest.mark.parametrize(
    ("brief", "block"),
    [
        (Brief(text="x", quotes=(Quote(text="Good.", author="Ada Sample"),)), BlockType.TESTIMONIALS),
        (Brief(text="x", people=(Person(name="Bo Baker"),)), BlockType.TEAM),
        (Brief(text="x", prices=(Price(item="Rye", price="4.20"),)), BlockType.PRICING),
        (Brief(text="Rye costs 4,20 €."), BlockType.PRICING),
        (Brief(text="ライ麦パンは420円です。"), BlockType.PRICING),
        (Brief(text="الخبز بـ ٢٥ ريالاً"), BlockType.PRICING),
        (Brief(text="x", contact=Contact(address="1 Market Square")), BlockType.CONTACT),
        (Brief(text="x", links=(Link(label="Chat", url="https://chat.example.org"),)), BlockType.CONTACT),
        (Brief(text="x", opening_hours=(OpeningHours(days="Sat", hours="8-12"),)), BlockType.CONTACT),
        (Brief(text="Write to hello@bakery.example"), BlockType.CONTACT),
        (Brief(text="Tel. 030 1234567"), BlockType.CONTACT),
        (Brief(text="Since 1987, for 1,200 households."), BlockType.STATS),
        (Brief(text="٣٠٠ عميل"), BlockType.STATS),
    ],
)
def test_a_type_becomes_plannable_by_its_facts(brief: Brief, block: BlockType) -> None:
    assert block in plannable(brief)


@pytest.mark.parametrize(
    "text",
    [
        "Call 030 1234567.",
        "Rye for 4,20 €.",
        "Open 8:00-18:00, from 7 Uhr.",
        "See https://example.com/2024.",
        "1. Bread\n2. Cake",
    ],
)
def test_numbers_of_other_facts_are_no_statistics(text: str) -> None:
    assert BlockType.STATS not in plannable(Brief(text=text))


def test_an_honest_outline_passes(bakery: Brief) -> None:
    types = (BlockType.FEATURES, BlockType.PRICING, BlockType.TESTIMONIALS, BlockType.TEAM, BlockType.STATS)
    plan = outline(*types, BlockType.CONTACT, purpose="Rye from $4.20; say hello@bakery.example and +1 555 010 0123.")
    assert failures(plan, bakery) == {}


def test_a_type_without_facts_is_refused_by_its_place() -> None:
    message = failures(outline(BlockType.TESTIMONIALS), Brief(text="A bakery."))["plannable"]
    assert "sections[1] is testimonials" in message


def test_must_have_sections_appear_in_order() -> None:
    brief = Brief(text="x", sections=(BlockType.FAQ, BlockType.HERO, BlockType.TEAM, BlockType.STEPS))
    assert required_sections(brief) == (BlockType.FAQ, BlockType.STEPS)
    assert failures(outline(BlockType.TEXT, BlockType.FAQ, BlockType.CTA, BlockType.STEPS), brief) == {}
    assert "steps is missing" in failures(outline(BlockType.FAQ), brief)["must-have"]
    assert "must-have" in failures(outline(BlockType.STEPS, BlockType.FAQ), brief)


def test_what_is_required_always_fits_on_a_page() -> None:
    brief = Brief(text="x", sections=(BlockType.TEXT,) * 12)
    assert failures(outline(*required_sections(brief)), brief) == {}


@pytest.mark.parametrize(("asked", "written"), [("en", "en-GB"), ("pt-BR", "pt"), ("en", "EN")])
def test_a_regional_variety_is_the_same_language(asked: str, written: str) -> None:
    assert failures(outline(language=written), Brief(text="x"), asked) == {}


def test_another_language_is_refused() -> None:
    assert "write 'de'" in failures(outline(language="en"), Brief(text="x"), "de")["language"]


def test_titles_in_another_script_than_the_languages_are_refused() -> None:
    plan = outline(BlockType.TEXT, language="ja", title="Bread with a lot of time on the market square")
    assert "language" in failures(plan, Brief(text="x"), "ja")


@pytest.mark.parametrize(
    ("words", "check"),
    [
        ("Bread from $9", "prices"),
        ("Call +49 30 7654321", "phones"),
        ("Mail a@evil.example", "emails"),
        ("See evil.example", "links"),
        ("“The finest bread that anybody here has ever eaten”", "quotes"),
        ("[Your bakery]", "placeholders"),
        ("Cheap bread", "avoid"),
        ("</title><script>", "markup"),
        ("Bread\u202e", "characters"),
    ],
)
def test_what_the_brief_does_not_have_is_refused_in_titles(words: str, check: str, bakery: Brief) -> None:
    assert check in failures(outline(title=words), bakery)


@pytest.mark.parametrize(
    ("words", "check"),
    [
        ("Bread from $9", "prices"),
        ("Call +49 30 7654321", "phones"),
        ("Mail a@evil.example", "emails"),
        ("See evil.example", "links"),
    ],
)
def test_and_in_what_the_writers_of_sections_are_told(words: str, check: str, bakery: Brief) -> None:
    assert check in failures(outline(purpose=words), bakery)
