"""From each example brief comes a page its maker could publish."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from domain.blocks import BlockType, Cta, Hero
from domain.brief import Brief
from domain.check import Check
from domain.checks import advise
from domain.page import PageDocument
from providers.sandbox.phrases import PHRASEBOOKS
from rendering.page import render
from tests.sandbox_pages import EXAMPLES, example

Write = Callable[[Brief], PageDocument]

_SENTENCE = re.compile(r"[^.!?。！？؟]{25,}[.!?。！？؟]")
_RICH = {name for name, path in EXAMPLES.items() if path.suffix != ".txt"}


_BRIEFS = {name: example(name) for name in EXAMPLES}


@pytest.fixture(params=sorted(_BRIEFS))
def brief(request: pytest.FixtureRequest) -> Brief:
    return _BRIEFS[str(request.param)]


def test_every_check_passes(brief: Brief, failed: Callable[[Brief], list[tuple[str, Check]]]) -> None:
    assert failed(brief) == []


def test_no_advice_is_left_to_give(brief: Brief, write: Write) -> None:
    assert [check for check in advise(write(brief), brief) if not check.passed] == []


def test_every_word_is_the_brief_s_or_a_phrase(
    brief: Brief, write: Write, unsaid: Callable[[PageDocument, Brief], set[str]]
) -> None:
    assert unsaid(write(brief), brief) == set()


def test_no_sentence_is_said_twice(brief: Brief, write: Write) -> None:
    texts = "\n".join(section.model_dump_json() for section in write(brief).sections)
    said = Counter(match.strip() for match in _SENTENCE.findall(texts))
    given = brief.model_dump_json()
    assert [sentence for sentence, times in said.items() if times > max(1, given.count(sentence))] == []


def test_no_phrase_of_another_language_slips_in(brief: Brief, write: Write) -> None:
    page = write(brief)
    shown = {section.heading for section in page.sections}
    shown |= {section.action.label for section in page.sections if isinstance(section, Hero | Cta) and section.action}
    foreign = {phrase for book in PHRASEBOOKS.values() if book.language != page.language for phrase in book.printed}
    own = set(PHRASEBOOKS[page.language].printed)
    assert shown.isdisjoint(foreign - own)


def test_every_fact_of_the_brief_is_on_the_page(brief: Brief, write: Write) -> None:
    page = write(brief).model_dump_json()
    facts = [
        *(fact for price in brief.prices for fact in (price.item, price.price)),
        *(fact for quote in brief.quotes for fact in (quote.text, quote.author)),
        *(person.name for person in brief.people),
        *(hours.hours for hours in brief.opening_hours),
        *(link.url for link in brief.links),
    ]
    assert [fact for fact in facts if fact not in page] == []


@pytest.mark.parametrize("name", sorted(_RICH))
def test_a_rich_brief_makes_a_rich_page(name: str, write: Write) -> None:
    page = write(_BRIEFS[name])
    hero = page.sections[0]
    assert isinstance(hero, Hero)
    assert hero.action is not None
    assert hero.action.label == _BRIEFS[name].call_to_action
    assert len(page.sections) >= 8
    assert page.sections[-1].type in {BlockType.CONTACT, BlockType.CTA}


def test_the_page_can_be_rendered(brief: Brief, write: Write) -> None:
    page = write(brief)
    html = render(page)
    assert f'lang="{page.language}"' in html
    assert len(html) < 100_000
