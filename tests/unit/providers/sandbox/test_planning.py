"""Titles and descriptions are the brief's, and as long as search results show."""

from collections.abc import Callable

import pytest

from domain.brief import Brief
from domain.outline import Outline

Plan = Callable[[Brief], Outline]
_PRACTICE = "Meine Praxis „Mond“ in Grünau"


@pytest.mark.parametrize(
    ("offer", "title"),
    [
        ("Bread baked overnight", "Harbour Bakery – Bread baked overnight"),
        (
            "Slow bread and cardamom buns from the oven of an ice house",
            "Harbour Bakery – Slow bread and cardamom buns",
        ),
        ("Neighbours who clean, measure and speak up for one whole river", "Harbour Bakery"),
    ],
)
def test_a_search_title_holds_a_whole_phrase_of_the_offer_or_none(plan: Plan, offer: str, title: str) -> None:
    assert plan(Brief(name="Harbour Bakery", offer=offer)).seo.title == title


def test_a_description_is_whole_sentences_within_160_characters(plan: Plan) -> None:
    text = "The bakery stands on the quay of Port Averil and has stood there longer than anybody remembers. It is warm."
    description = plan(Brief(name="Harbour Bakery", offer="Bread baked overnight", text=text)).seo.description
    assert description == "Bread baked overnight. " + text.split(". ", maxsplit=1)[0] + "."
    assert len(description) <= 160


def test_a_description_does_not_say_the_title_again(plan: Plan) -> None:
    outline = plan(Brief(text="We cut keys and sharpen knives. Bring them early. You wait with a cup of tea."))
    assert outline.title == "We cut keys and sharpen knives"
    assert outline.seo.description == "Bring them early. You wait with a cup of tea."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "I repair old bicycles in a garden shed behind the railway station of Lower Wick and sell some of them.",
            "I repair old bicycles in a garden shed",
        ),
        (
            "Bicycles repaired while you wait, with tea and a seat by the stove of the workshop.",
            "Bicycles repaired while you wait",
        ),
    ],
)
def test_a_title_made_of_a_sentence_ends_where_a_phrase_does(plan: Plan, text: str, title: str) -> None:
    assert plan(Brief(text=text)).title == title


def test_a_first_heading_names_a_brief_without_a_name(plan: Plan) -> None:
    outline = plan(Brief(text="# Harbour Bakery\n\nWe bake bread at night.\n\n## The oven\n\nIt burns birch."))
    assert (outline.title, outline.slug) == ("Harbour Bakery", "harbour-bakery")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Lantern Crew are five people who play sea songs.", "The Lantern Crew"),
        ("Vermaak's, a hardware shop in Tin Street, cuts keys.", "Vermaak's"),
        ("We cut keys and sharpen knives.", "We cut keys and sharpen knives"),
    ],
)
def test_a_text_that_begins_with_a_name_has_one(plan: Plan, text: str, title: str) -> None:
    assert plan(Brief(text=text)).title == title


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("en", 'hi! we need a website for our grooming place, its called "Muddy Paws" 🐾. We wash dogs.', "Muddy Paws"),
        ("de", "Wir brauchen eine Seite für unser Café namens „Kleine Pause“. Wir rösten selbst.", "Kleine Pause"),
        ("de", "Bitte erstellen Sie eine Website für unser Atelier namens „Mohn“. Wir weben.", "Mohn"),
        ("de", "Bitte erstellen Sie eine Website für meine Praxis „Mond“ in Grünau. Wir wachen.", _PRACTICE),
        ("es", "Necesito una página para un taller que se llama «Barro y Luz». Damos clases.", "Barro y Luz"),
        ("fr", "Il nous faut un site pour une librairie appelée « Le Pont ». Nous lisons.", "Le Pont"),
        ("ja", "「紙音堂」という印刷所のページを作ってください。京都の路地裏にあり、名刺を刷っています。", "紙音堂"),
        ("ar", "نريد صفحة عن مقهى اسمه «الياسمين». نحمص البن كل صباح.", "الياسمين"),
    ],
)
def test_a_request_for_a_page_names_what_it_is_for(plan: Plan, language: str, text: str, title: str) -> None:
    assert plan(Brief(text=text, language=language)).title == title


def test_a_clause_is_no_name(plan: Plan) -> None:
    text = "京都の路地裏にあり、名刺と招待状を一枚ずつ手で刷っています。活字は二万本です。"
    assert plan(Brief(text=text, language="ja")).title == "京都の路地裏にあり、名刺と招待状を一枚ずつ手で刷っています"


def test_anchors_are_names_a_reader_can_type(plan: Plan) -> None:
    story = "The river is small. It rises under a road. Nobody looked. Then eleven people met. They measured. " * 8
    brief = Brief(name="Riverkeepers", text=f"{story}\n\n## For schools\n\n{story}\n\n## 3 bridges\n\n{story}")
    anchors = [section.anchor for section in plan(brief).sections]
    assert anchors[:4] == ["top", "about", "for-schools", "about-2"]
