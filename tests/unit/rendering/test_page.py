import hashlib
import json
import os
import re

import pytest

from domain.blocks import BlockType, Cta, Features, Hero, Item, Pricing, Section, Steps
from domain.page import PageDocument
from rendering.checks import MAX_BYTES, check_html
from rendering.errors import RefusedDocumentError, RefusedLinkError
from rendering.menu import menu
from rendering.page import render
from rendering.parsed import parse
from tests.programs import python

HASH_OF_STDIN = """
import hashlib, sys
from domain.page import PageDocument
from rendering.menu import menu
from rendering.page import render
print(hashlib.sha256(render(PageDocument.model_validate_json(sys.stdin.read())).encode()).hexdigest())
"""


def with_sections(document: PageDocument, *sections: Section) -> PageDocument:
    return document.model_copy(update={"sections": sections})


def structured(html: str) -> dict[str, object]:
    start = html.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    return json.loads(html[start : html.index("</script>", start)])


def test_the_samples_cover_every_block_type(document: PageDocument) -> None:
    assert {section.type for section in document.sections} == set(BlockType)


def test_a_page_passes_every_check(document: PageDocument) -> None:
    assert [check for check in check_html(render(document), document) if not check.passed] == []


def test_a_page_is_light(document: PageDocument) -> None:
    assert len(render(document).encode()) < MAX_BYTES / 2


def test_the_same_document_gives_the_same_bytes_in_another_process(english: PageDocument) -> None:
    here = hashlib.sha256(render(english).encode()).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONUTF8": "1", "LC_ALL": "C"}
    there = python(HASH_OF_STDIN, environment=environment, given=english.model_dump_json())
    assert there.stdout.strip() == here


def test_the_head_says_what_the_document_says(english: PageDocument) -> None:
    page = parse(render(english))
    said = {
        element.attributes.get("property", element.attributes.get("name", "")): element.attributes.get("content")
        for element in page.named("meta")
    }
    assert said["description"] == said["og:description"] == english.seo.description
    assert said["og:title"] == english.seo.title
    assert said["og:site_name"] == english.title
    assert said["og:locale"] == "en_US"


def test_structured_data_holds_the_questions_of_the_document(english: PageDocument) -> None:
    facts = structured(render(english))
    assert facts["@type"] == ["WebPage", "FAQPage"]
    assert facts["inLanguage"] == "en"
    questions = facts["mainEntity"]
    assert isinstance(questions, list)
    assert questions[0] == {
        "@type": "Question",
        "acceptedAnswer": {"@type": "Answer", "text": "Yes, once the loaf is cold. Warm bread tears."},
        "name": "Do you slice?",
    }


def test_a_page_without_questions_is_no_faq_page(english: PageDocument) -> None:
    facts = structured(render(with_sections(english, english.sections[0])))
    assert facts["@type"] == "WebPage"
    assert "mainEntity" not in facts


def test_the_navigation_leads_to_the_sections_of_the_menu_in_the_order_of_the_page(english: PageDocument) -> None:
    html = render(english)
    nav = html[html.index("<nav") : html.index("</nav>")]
    assert re.findall(r'href="#(.+?)"', nav) == [section.anchor for section in menu(english.sections)]


def test_a_lead_that_only_repeats_the_headline_is_not_shown(english: PageDocument) -> None:
    repeated = Hero(anchor="start", heading="A bakery in a small town", text="A bakery in a small town.")
    more = Hero(anchor="start", heading="A bakery in a small town", text="A bakery in a small town by the sea.")
    assert 'class="lead"' not in render(with_sections(english, repeated))
    assert 'class="lead"' in render(with_sections(english, more))


@pytest.mark.parametrize("block", [Features, Steps])
def test_an_item_that_only_repeats_its_title_says_it_once(english: PageDocument, block: type[Features | Steps]) -> None:
    items = (Item(title="It burns birch", text="It burns birch."), Item(title="At night", text="We bake at night."))
    section = block(anchor="oven", heading="The oven", items=items)
    html = render(with_sections(english, english.sections[0], section))
    assert "It burns birch." not in html
    assert "We bake at night." in html


def test_a_page_of_one_section_has_no_navigation(english: PageDocument) -> None:
    assert "<nav" not in render(with_sections(english, english.sections[0]))


def test_an_external_link_is_no_opener_and_others_need_not_be(english: PageDocument) -> None:
    for link in parse(render(english)).named("a"):
        external = link.attributes["href"].startswith("http")
        assert (link.attributes.get("rel") == "noopener") == external


def test_up_to_four_plans_are_cards_and_more_are_a_table(english: PageDocument) -> None:
    pricing = next(section for section in english.sections if isinstance(section, Pricing))
    many = pricing.model_copy(update={"plans": pricing.plans * 2})
    hero = english.sections[0]
    assert "<table" not in render(with_sections(english, hero, pricing))
    assert "<table" in render(with_sections(english, hero, many))


def test_words_of_ours_are_marked_as_english_in_a_language_we_do_not_speak(english: PageDocument) -> None:
    page = render(english.model_copy(update={"language": "sw"}))
    assert '<span lang="en" dir="ltr">Skip to content</span>' in page
    assert '<html lang="sw" dir="ltr">' in page


def test_the_first_section_must_be_the_only_hero(english: PageDocument) -> None:
    hero, *rest = english.sections
    second = Hero(anchor="again", heading="Again", text="Again")
    for sections in ((rest[0], hero), (hero, second), (rest[0],)):
        with pytest.raises(RefusedDocumentError, match="only hero"):
            render(with_sections(english, *sections))


def test_two_sections_must_not_share_an_anchor(english: PageDocument) -> None:
    hero = english.sections[0]
    double = Cta.model_validate({"anchor": hero.anchor, "heading": "Go", "action": {"label": "Go", "href": "#start"}})
    with pytest.raises(RefusedDocumentError, match="anchor of its own"):
        render(with_sections(english, hero, double))


@pytest.mark.parametrize("language", ["", "not a language", "xx-<script>", "klingonese"])
def test_a_language_must_be_a_language(english: PageDocument, language: str) -> None:
    with pytest.raises(RefusedDocumentError, match="BCP 47"):
        render(english.model_copy(update={"language": language}))


def test_a_text_of_nothing_visible_is_refused(english: PageDocument) -> None:
    hero = Hero(anchor="start", heading="\u202e\u2066", text="x")
    with pytest.raises(RefusedDocumentError, match="heading"):
        render(with_sections(english, hero))


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "/about", "java\u202escript:alert(1)"])
def test_a_block_with_an_unsafe_link_is_refused(english: PageDocument, href: str) -> None:
    cta = Cta.model_validate({"anchor": "go", "heading": "Go", "action": {"label": "Go", "href": href}})
    with pytest.raises(RefusedLinkError, match="not an in-page"):
        render(with_sections(english, english.sections[0], cta))
