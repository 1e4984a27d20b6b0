"""A section changes as its maker asks, in any of the languages, and by the brief's words alone."""

from collections.abc import Callable

import pytest

from domain.blocks import BlockType, Features, Hero, Item, Section, Text, type_of_block
from domain.brief import Brief, Price
from domain.checks import check_section
from domain.outline import Outline, SectionPlan, Seo
from domain.task import SectionTask, Task

Answer = Callable[[Task], str]
Revise = Callable[[Section, str], Section]

_BRIEF = Brief(
    name="Harbour Bakery",
    text=(
        "The bakery stands on the quay. It's warm inside! The oven burns birch. The dough rests overnight. "
        "The van climbs the hill before seven. Dogs are welcome on the bench."
    ),
    prices=(Price(item="Rye loaf", price="£4"),),
)
_TEXT = Text(heading="About", body="The bakery stands on the quay. It's warm inside! The oven burns birch.")
_FEATURES = Features(
    heading="On offer", items=tuple(Item(title=title, text=f"{title} is good.") for title in ("Rye", "Oat", "Bun"))
)


@pytest.fixture
def revise(answer: Answer) -> Revise:
    def revised(current: Section, instruction: str) -> Section:
        plan = SectionPlan(type=current.type, anchor="here", heading=current.heading)
        hero = SectionPlan(type=BlockType.HERO, anchor="top", heading="Harbour Bakery")
        outline = Outline(
            title="Harbour Bakery",
            slug="harbour-bakery",
            language="en",
            seo=Seo(title="Harbour Bakery", description="Bread"),
            sections=(hero, plan) if current.type is not BlockType.HERO else (plan,),
        )
        task = SectionTask(
            brief=_BRIEF, language="en", outline=outline, plan=plan, instruction=instruction, current=current
        )
        section = type_of_block[current.type].model_validate_json(answer(task)).model_copy(update={"anchor": "here"})
        assert [check for check in check_section(section, task) if not check.passed] == []
        return section

    return revised


def _body(section: Section) -> str:
    assert isinstance(section, Text)
    return section.body


@pytest.mark.parametrize(
    "instruction", ["Make it shorter", "Bitte kürzer", "plus court", "más corto", "短くして", "اجعلها أقصر"]
)
def test_shorter_keeps_the_first_sentences(revise: Revise, instruction: str) -> None:
    assert _body(revise(_TEXT, instruction)) == "The bakery stands on the quay."


def test_shorter_keeps_the_first_entries_where_there_is_no_running_text(revise: Revise) -> None:
    shorter = revise(_FEATURES, "shorten this")
    assert isinstance(shorter, Features)
    assert [item.title for item in shorter.items] == ["Rye", "Oat"]


@pytest.mark.parametrize(
    "instruction", ["Longer please", "ausführlicher", "plus long", "más largo", "もっと詳しく", "أطول"]
)
def test_longer_adds_sentences_of_the_brief(revise: Revise, instruction: str) -> None:
    longer = _body(revise(_TEXT, instruction))
    assert longer.startswith(_TEXT.body)
    added = longer.removeprefix(_TEXT.body).strip()
    assert added
    assert added in _BRIEF.text or all(part.strip(". ") in _BRIEF.text for part in added.split(". "))


def test_formal_writes_contractions_out_and_lowers_its_voice(revise: Revise) -> None:
    assert _body(revise(_TEXT, "more formal")) == (
        "The bakery stands on the quay. It is warm inside. The oven burns birch."
    )


def test_what_the_brief_says_can_be_mentioned(revise: Revise) -> None:
    assert _body(revise(_TEXT, "mention the dogs")).endswith("Dogs are welcome on the bench.")
    assert _body(revise(_TEXT, "Please mention the rye loaf")).endswith("Rye loaf: £4.")


def test_what_the_brief_does_not_say_is_not_invented(revise: Revise) -> None:
    assert "award" not in _body(revise(_TEXT, "mention our national award"))


@pytest.mark.parametrize(
    ("instruction", "heading"),
    [
        ('Change the heading to "Bread at night"', "Bread at night"),
        ("Ändere die Überschrift in „Brot bei Nacht“", "Brot bei Nacht"),
        ("Mets comme titre « Le pain de nuit »", "Le pain de nuit"),
        ("見出しを「夜のパン」にしてください", "夜のパン"),
    ],
)
def test_a_new_heading_is_taken_word_for_word(revise: Revise, instruction: str, heading: str) -> None:
    changed = revise(_TEXT, instruction)
    assert changed.heading == heading
    assert _body(changed) == _TEXT.body


def test_any_other_wish_gives_another_selection_and_always_the_same_one(revise: Revise) -> None:
    first, again = revise(_FEATURES, "I do not like it"), revise(_FEATURES, "I do not like it")
    assert first == again
    assert isinstance(first, Features)
    assert first.items != _FEATURES.items
    assert set(first.items) == set(_FEATURES.items)


def test_another_selection_of_running_text_is_the_brief_s(revise: Revise) -> None:
    hero = Hero(heading="Harbour Bakery", text="The bakery stands on the quay.")
    varied = revise(hero, "Try something else")
    assert isinstance(varied, Hero)
    assert varied.text != hero.text
    assert varied.text in _BRIEF.text
